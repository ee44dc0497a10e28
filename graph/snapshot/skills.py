"""Skills, and which is broader than which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

from graph.analysis.tree import below

# (s)-[:BROADER]->(b)
ROW: LiteralString = (
    "CALL (s) { MATCH (s)-[:BROADER]->(b:Skill) RETURN collect(b.code) AS broader }"
)
EVERYTHING: LiteralString = f"MATCH (s:Skill) {ROW} RETURN [s.code, broader] AS row"
CERTAIN: LiteralString = (
    f"UNWIND $codes AS code MATCH (s:Skill {{code: code}}) {ROW} "
    "RETURN collect([s.code, broader]) AS rows"
)


@dataclass(frozen=True)
class Skills:
    """Codes, and those of the broader ones of each."""

    codes: list[str]
    broader: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(rows: Sequence[Any]) -> "Skills":
        """Of rows as EVERYTHING gives them."""
        return Skills([], {}).with_(rows)

    def with_(self, rows: Sequence[Any]) -> "Skills":
        """With these, known or new; known ones keep their places."""
        fresh = {code: tuple(broader) for code, broader in rows}
        codes = [*dict.fromkeys([*self.codes, *fresh])]
        return Skills(codes, {**self.broader, **fresh})

    @cached_property
    def index(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes)}

    @cached_property
    def narrower(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code, broader in self.broader.items():
            for each in broader:
                found.setdefault(each, []).append(code)
        return found

    def below(self, code: str) -> list[int]:
        """The places of the skill and of all that are narrower; none if there is no such skill."""
        known = below([code], self.narrower) if code in self.index else ()
        return [self.index[each] for each in known if each in self.index]
