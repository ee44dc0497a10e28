"""A skill that must be held: a person holds it who holds it or a narrower one."""

from dataclasses import dataclass
from typing import Any, LiteralString

from graph.predicate import valid


@dataclass(frozen=True)
class Requirement:
    """A skill to be held at `level` (1 to 5) or more, confirmed by someone if `verified`."""

    skill: str
    level: int = 1
    verified: bool = False

    @property
    def name(self) -> str:
        """Tells it from others: the code of the skill, with what else is required of a holding."""
        level = f":{self.level}" if self.level > 1 else ""
        return f"{self.skill}{level}{':verified' if self.verified else ''}"

    @property
    def least(self) -> tuple[int, bool]:
        """What a holding must be at least: its level, and whether confirmed."""
        return self.level, self.verified

    def values(self, index: int = 0) -> dict[str, Any]:
        """As statements take it; `index` tells requirements apart."""
        return {
            "index": index,
            "code": self.skill,
            "level": self.level,
            "verified": self.verified,
        }


def holders(want: LiteralString) -> LiteralString:
    """(:Skill)<-[:BROADER*0..]-(:Skill)<-[h:HAS_SKILL]-(n:Person), from the skill downward."""
    return f"(s:Skill {{code: {want}.code}})<-[:BROADER*0..8]-(k:Skill)<-[h:HAS_SKILL]-(n:Person)"


def enough(want: LiteralString) -> LiteralString:
    """That the holding `h` is valid, at the level or above, and confirmed if it must be."""
    return (
        f"h.level >= {want}.level AND (h.verified = true OR {want}.verified = false) "
        f"AND {valid('h', 'day')}"
    )
