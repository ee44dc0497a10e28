"""What is wrong with a file, and where: told without repeating what the cell holds.

Knows no format and no rule.
"""

from dataclasses import dataclass


class Wrong(ValueError):
    """A value that cannot be meant; the text says what would be right, in both languages."""


class IntakeError(Exception):
    """A load that cannot be begun as it was asked for; a sentence for who asked."""


@dataclass(frozen=True)
class Fault:
    """`sheet` is empty where a file has none, `row` 0 where no row is at fault.

    Rows are numbered as a spreadsheet shows them, the header included. `column` is the header, or
    the property that is missing.
    """

    file: str
    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        parts = [self.file, self.sheet, str(self.row or ""), self.column]
        return f"{':'.join(part for part in parts if part)}: {self.message}"
