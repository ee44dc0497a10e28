"""Two nodes that are one person become one: both histories are kept, the other becomes a stub.

The stub is no Person any more, so that no question finds it; it keeps what was said of the merged
one and points to whom it is now. Knows no entity but through its declaration.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from graph import entity, registry
from graph.bolt import Graph, Transaction
from graph.intent import Intent, Problem
from graph.load import types
from graph.model import Key, Tie
from graph.person import COUNTED, TOLD
from graph.predicate import known, valid
from graph.write import FORMER as FORMER_LABEL
from graph.write import Change, Check

PERSON = "Person"
MERGEABLE = tuple(FORMER_LABEL)
# Counts of what happened to both; what one of them is, they are together.
SUMS = (*TOLD, *COUNTED)

ANY_FORMER: LiteralString = "MATCH (s:FormerPerson) RETURN true LIMIT 1"
# (:FormerPerson)-[:SUPERSEDED_BY]->(:Person), and on, where that one was merged later
FORMER: LiteralString = (
    "UNWIND $codes AS code "
    "MATCH (:FormerPerson {code: code})-[:SUPERSEDED_BY*1..20]->(p:Person) "
    "RETURN collect([code, p.code]) AS row"
)


async def any_former(graph: Graph) -> bool:
    """Whether anybody was ever merged."""
    return bool(await graph.read("merge.any", ANY_FORMER, {}))


Interval = tuple[str | None, str | None]  # ISO dates, half-open, None = open


@dataclass(frozen=True)
class Held:
    """A relationship of one of the two, as far as merging looks at it.

    `outward`: it starts at the person. `joined`: the intervals that an earlier merge put together.
    """

    owner: str
    type: str
    outward: bool
    label: str
    other: str
    since: str | None
    until: str | None
    joined: tuple[str, ...] = ()

    @property
    def pair(self) -> tuple[str, bool, str, str]:
        return self.type, self.outward, self.label, self.other

    def said(self) -> tuple[str, ...]:
        return self.joined or (f"{self.since or ''}/{self.until or ''}",)


@dataclass(frozen=True)
class Joint:
    """Relationships to the same node whose intervals overlap: one stays, for all of the time."""

    stays: Held
    goes: tuple[Held, ...]

    @property
    def since(self) -> str | None:
        starts = [held.since for held in (self.stays, *self.goes)]
        return None if None in starts else min(start for start in starts if start)

    @property
    def until(self) -> str | None:
        ends = [held.until for held in (self.stays, *self.goes)]
        return None if None in ends else max(end for end in ends if end)

    @property
    def joined(self) -> list[str]:
        """What was joined, as «since/until»: an import that says so again says nothing new."""
        every = [text for held in (self.stays, *self.goes) for text in held.said()]
        return sorted(dict.fromkeys(every))


def joints(held: Sequence[Held], keep: str) -> list[Joint]:
    """What overlaps, in groups that hang together; of each, one that the kept person has stays."""
    pairs: dict[tuple[str, bool, str, str], list[Held]] = defaultdict(list)
    for each in held:
        pairs[each.pair].append(each)
    found: list[Joint] = []
    for group in pairs.values():
        together: list[Held] = []
        for each in sorted(group, key=lambda h: (h.since or "", h.owner != keep)):
            if together and not _overlaps(together, each):
                found += _joint(together, keep)
                together = []
            together.append(each)
        found += _joint(together, keep)
    return found


def _overlaps(before: Sequence[Held], each: Held) -> bool:
    ends = [held.until for held in before]
    return None in ends or each.since is None or each.since < max(end for end in ends if end)


def _joint(together: Sequence[Held], keep: str) -> list[Joint]:
    if len(together) < 2:
        return []
    stays = next((held for held in together if held.owner == keep), together[0])
    return [Joint(stays, tuple(held for held in together if held is not stays))]


SAME = Problem("INVALID", ("merge",), "keep and merge are the same", "不能与自己合并")
ABSENT = Problem(
    "NOT_FOUND", ("merge",), "merge names nobody that you can see", "找不到要合并的人员"
)
STALE = Problem(
    "CONFLICT",
    ("expectedMergeVersion",),
    "the merged person was changed meanwhile",
    "被合并的人员已被他人修改",
)
VERSION = (
    "MATCH (n:Person {code: $merge}) "
    "RETURN $version IS NOT NULL AND coalesce(n.version, 1) <> $version"
)


def people(intent: Intent, keep: Key, merged: Key, version: int | None = None) -> Change:
    """`merged` becomes part of `keep`; `version`: what the merged one must have, None = any.

    Every relationship moves; where both have one to the same node and the times overlap, it is
    joined with the kept one's properties. Of what one has one at a time, such as a grid, the kept
    one's goes on and the other's ends today. A property that the kept one has not is taken over.
    """
    if keep == merged:
        intent.problems.append(SAME)
    return Change(
        intent,
        "person",
        keep,
        (),
        {"keep": keep.code, "merged": merged.code, "version": version},
        named="keep",
        needs={"merge": merged},
        checks=(Check(VERSION, STALE),),
        work=_merged,
    )


# The lock of the merged one: whoever writes it meanwhile waits, or starts again.
LOCK = "MATCH (n:Person {code: $merged}) SET n.version = coalesce(n.version, 1) + 1 RETURN true"
OUT = """
UNWIND [$keep, $merged] AS owner
MATCH (p:Person {code: owner})-[r]->(x)
RETURN [owner, type(r), true, [l IN labels(x) WHERE l <> 'Territory'][0], x.code,
        toString(r.since), toString(r.until), r.joined] AS row
"""
IN = """
UNWIND [$keep, $merged] AS owner
MATCH (p:Person {code: owner})<-[r]-(x)
RETURN [owner, type(r), false, [l IN labels(x) WHERE l <> 'Territory'][0], x.code,
        toString(r.since), toString(r.until), r.joined] AS row
"""
STUB = """
MATCH (m:Person {code: $merged}), (k:Person {code: $keep})
CREATE (s:FormerPerson {code: $merged})
SET s = properties(m), s.at = datetime()
CREATE (s)-[:SUPERSEDED_BY]->(k)
"""
# Stubs that pointed to the merged one point to the kept one.
POINT = """
MATCH (s:FormerPerson)-[r:SUPERSEDED_BY]->(:Person {code: $merged}), (k:Person {code: $keep})
CREATE (s)-[:SUPERSEDED_BY]->(k) DELETE r
"""
GONE = "MATCH (m:Person {code: $merged}) DETACH DELETE m"


async def _merged(tx: Transaction, parameters: Mapping[str, Any]) -> None:
    """Looks at both under their locks, joins, moves, and leaves the stub."""
    await tx.run("merge.lock", LOCK, parameters)
    keep, merged = parameters["keep"], parameters["merged"]
    held = [
        Held(owner, kind, outward, label, other, since, until, tuple(joined or ()))
        for text in (OUT, IN)
        for owner, kind, outward, label, other, since, until, joined in await tx.run(
            "merge.held", text, parameters
        )
        if kind != "SUPERSEDED_BY"
    ]
    ranged = _with_interval()
    between = [h for h in held if h.label == PERSON and h.other in (keep, merged)]
    lasting = [h for h in held if h.type in ranged and h not in between]
    for joint in joints(lasting, keep):
        for gone in joint.goes:
            await tx.run("merge.drop", _drop(gone), _at(gone))
        values = {
            **_at(joint.stays),
            "first": joint.since,
            "last": joint.until,
            "joined": joint.joined,
        }
        await tx.run("merge.stretch", _stretch(joint.stays), values)
    await _ended(tx, parameters)
    await tx.run("merge.take", _take(), parameters)
    moving = {(h.type, h.outward) for h in held if h.owner == merged}
    for kind, outward in sorted(moving):
        await tx.run("merge.move", _move(kind, outward), parameters)
    await tx.run("merge.point", POINT, parameters)
    await tx.run("merge.stub", STUB, parameters)
    await tx.run("merge.gone", GONE, parameters)


async def _ended(tx: Transaction, parameters: Mapping[str, Any]) -> None:
    """Ends what the merged one holds today where the kept one holds the one that there can be.

    What began today only stays too, for no day: an import that says so again says nothing new.
    """
    node = registry.node(PERSON)
    for link in node.links.values():
        if link.many or not link.validity or link.direction == "both":
            continue
        tie = Tie(link.type, link.direction, link.target)
        holds = {**parameters, "code": parameters["keep"]}
        if await tx.run("merge.holds", _holds(tie), holds):
            end, _ = entity.ended(node, tie)
            await tx.run("merge.end", end, {**parameters, "code": parameters["merged"]})


def _holds(tie: Tie) -> LiteralString:
    arrow: LiteralString = (
        f"-[r:{tie.type}]->()" if tie.direction == "out" else f"<-[r:{tie.type}]-()"
    )
    return f"MATCH (n:Person {{code: $code}}){arrow} WHERE {valid('r', 'today')} RETURN true"


def _with_interval() -> set[str]:
    found = {t for node in registry.nodes() for t in node.place}
    for node in registry.nodes():
        for link in node.links.values():
            found |= set(link.type.split("|")) if link.validity else set()
    return found


def _at(held: Held) -> dict[str, Any]:
    return {
        "owner": held.owner,
        "other": held.other,
        "label": held.label,
        "since": held.since or "",
        "until": held.until or "",
    }


def _arrow(kind: str, outward: bool, person: LiteralString, r: LiteralString) -> LiteralString:
    name = known(kind, dict.fromkeys(types()))
    return f"({person})-[{r}:{name}]->(x)" if outward else f"({person})<-[{r}:{name}]-(x)"


def _one(held: Held) -> LiteralString:
    return (
        f"MATCH (p:Person {{code: $owner}}) MATCH {_arrow(held.type, held.outward, 'p', 'r')} "
        "WHERE x.code = $other AND $label IN labels(x) "
        "AND coalesce(toString(r.since), '') = $since "
        "AND coalesce(toString(r.until), '') = $until"
    )


def _drop(held: Held) -> LiteralString:
    return f"{_one(held)} DELETE r"


def _stretch(held: Held) -> LiteralString:
    return f"{_one(held)} SET r.since = date($first), r.until = date($last), r.joined = $joined"


def _move(kind: str, outward: bool) -> LiteralString:
    """Whatever the merged one still has of this type; what leads to the kept one ends."""
    name = known(kind, dict.fromkeys(types()))
    made: LiteralString = f"(k)-[q:{name}]->(x)" if outward else f"(k)<-[q:{name}]-(x)"
    return (
        f"MATCH (k:Person {{code: $keep}}), (m:Person {{code: $merged}}) "
        f"MATCH {_arrow(kind, outward, 'm', 'r')} WHERE NOT (x:Person AND x.code = $keep) "
        f"CREATE {made} SET q = properties(r) DELETE r"
    )


def _take() -> LiteralString:
    """What the kept one has not is taken over, and counts add up.

    A yes of either is a yes, unless a file said no of the kept one: it would say so again.
    """
    node = registry.node(PERSON)
    parts: list[LiteralString] = []
    for name, hint in node.properties.items():
        if name in ("code", "name", "version", "isInvented"):
            continue
        if name in SUMS:
            parts.append(f"k.{name} = coalesce(k.{name}, 0) + coalesce(m.{name}, 0)")
        elif hint is bool:
            parts.append(
                f"k.{name} = CASE WHEN any(f IN said WHERE '{name}' IN f) THEN k.{name} "
                f"ELSE coalesce(k.{name}, false) OR coalesce(m.{name}, false) END"
            )
        else:
            parts.append(f"k.{name} = coalesce(k.{name}, m.{name})")
    parts.append("k.sourceCrs = coalesce(k.sourceCrs, m.sourceCrs)")
    return (
        "MATCH (k:Person {code: $keep}), (m:Person {code: $merged}) "
        f"OPTIONAL MATCH (k)-[d:{registry.DERIVED_FROM}]->(:DataSource) "
        f"WITH k, m, collect(d.fields) AS said SET {', '.join(parts)}"
    )
