"""One statement for reads of one text that differ in the codes by which they find nodes.

Most of a small read is what any statement costs. Only texts are put together of which it is plain
that each part gives what it gave alone; only those that are asked often, since the engine plans
the other text anew, and brief, since a batch keeps one core of the engine busy.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, LiteralString

from graph.wire.page import limited

OFTEN = 100  # reads of a text, before it is put together
BRIEF = 0.008  # seconds that half of them take at most, beside others that make them slower
SMALL = 0.002  # seconds, likewise, once they are put together and wait for each other
STEP = 1.05  # by which what is known of that time follows the last one
TEXTS = 2_000
TOLD = re.compile(r"\{code: \$(\w+)\}")
COUNTED = re.compile(r"\b(?:LIMIT|SKIP) \$(\w+)")  # which an engine takes for all rows alike
PARAMETER = re.compile(r"\$(\w+)")
CALL = re.compile(r"\bCALL \(([\w, ]*)\) \{")
ENDS = re.compile(r"\nRETURN \{(?:node|rows): [^\n]*\} AS row\Z")  # compiled, so lists are in order
STRANGE = re.compile(r"""['"`/;]|\bUNION\b(?! ALL WITH )|\bin_\b""")  # WITH: it is inside a CALL


@dataclass(frozen=True, slots=True)
class Batch:
    """A text for many; `names`: the parameters in which they differ."""

    text: LiteralString
    names: tuple[str, ...]

    def parameters(self, many: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Those of the one statement, from those of each."""
        shared = {name: v for name, v in many[0].items() if name not in self.names}
        rows = [{"i": i, **{n: each[n] for n in self.names}} for i, each in enumerate(many)]
        return {**shared, "in_": rows}


def batch(text: LiteralString) -> Batch | None:
    """None unless it is plain that it can be done.

    The text is one that a question was compiled into, so that it says in which order lists are, and
    one that CALL may hold: it ends in one value, `row`, and what it calls names what it takes over;
    there the row of the batch is one name more.
    """
    names = tuple(sorted({*TOLD.findall(text)} - {*COUNTED.findall(text)}))
    called = len(CALL.findall(text)) == len(re.findall(r"\bCALL\b", text))
    if not names or not called or not ENDS.search(text) or STRANGE.search(text.replace("''", "")):
        return None

    def parameter(found: re.Match[str]) -> str:
        return f"in_.{found[1]}" if found[1] in names else found[0]

    def call(found: re.Match[str]) -> str:
        return f"CALL ({', '.join(['in_', *filter(None, [found[1]])])}) {{"

    body = CALL.sub(call, PARAMETER.sub(parameter, text))
    whole: Any = f"UNWIND $in_ AS in_ CALL (in_) {{ {body} }} RETURN collect([in_.i, row]) AS rows"
    return Batch(whole, names)


def parted(found: Any, count: int) -> list[Any]:
    """The answer of each; None for one without a row."""
    rows = dict(reversed([*map(tuple, found)]))  # of several rows of one, the first
    return [rows.get(i) for i in range(count)]


class Stage(Enum):
    """How the reads of a text go: by themselves, until the engine has planned the text for many."""

    NEW = "nobody has planned it"
    PLANNING = "somebody has it planned"
    APART = "planned, and they go by themselves"
    TOGETHER = "planned, and they go together"


@dataclass(slots=True)
class Text:
    """What is known of a text: how often it was read as it is now, how long half of that took.

    `limit`: of a page that takes a bound, the parameter for its rows.
    """

    batch: Batch | None
    limit: str | None = None
    stage: Stage = Stage.NEW
    reads: int = 0
    seconds: float = BRIEF

    def took(self, seconds: float) -> None:
        """A read alone, or its share of a statement for many."""
        self.reads += 1
        self.seconds *= STEP if seconds > self.seconds else 1 / STEP
        if self.stage is Stage.TOGETHER and self.seconds > SMALL:
            self.apart()
        elif self.stage is Stage.APART and self.worth:
            self.stage, self.seconds = Stage.TOGETHER, SMALL / 2

    def apart(self) -> None:
        """Its reads go by themselves from now on, for a while."""
        self.stage, self.reads, self.seconds = Stage.APART, 0, BRIEF

    @property
    def worth(self) -> bool:
        """Whether its reads may well go together."""
        return self.batch is not None and self.reads >= OFTEN and self.seconds < BRIEF


@dataclass(slots=True)
class Texts:
    """Those of one graph. `able`: whether its engine is the faster for it."""

    able: bool = False
    known: dict[str, Text] = field(default_factory=dict)

    def of(self, text: LiteralString) -> Text:
        found = self.known.get(text)
        if found is None:
            if len(self.known) >= TEXTS:
                self.known.clear()
            many = batch(text) if self.able else None
            found = self.known[text] = Text(many, limited(text))
        return found
