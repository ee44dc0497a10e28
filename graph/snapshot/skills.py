"""Skills, and which is broader than which."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString

from graph.analysis.tree import below

# (s)-[:BROADER]->(b)
EVERYTHING: LiteralString = (
    "MATCH (s:Skill) CALL (s) { MATCH (s)-[:BROADER]->(b:Skill) RETURN collect(b.code) AS broader }"
    " RETURN [s.code, broader] AS row"
)


@dataclass(frozen=True)
class Skills:
    """Codes, and the narrower ones of each by their places."""

    codes: list[str]
    narrower: dict[int, list[int]]

    @staticmethod
    def of(rows: Sequence[Any], known: Sequence[str] = ()) -> "Skills":
        """Of rows as EVERYTHING gives them; known ones keep their places."""
        codes = [*dict.fromkeys([*known, *(row[0] for row in rows)])]
        index = {code: i for i, code in enumerate(codes)}
        narrower: dict[int, list[int]] = {}
        for code, broader in rows:
            for each in broader:
                narrower.setdefault(index[each], []).append(index[code])
        return Skills(codes, narrower)

    @cached_property
    def index(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes)}

    def below(self, code: str) -> set[int]:
        """The skill and all that are narrower; empty if there is none of that code."""
        at = self.index.get(code)
        return set() if at is None else below([at], self.narrower)
