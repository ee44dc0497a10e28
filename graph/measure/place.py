"""What is there: service centers within reach, and merchants in alliances."""

from dataclasses import replace
from typing import Any, LiteralString

from graph import registry
from graph.analysis.coverage import Status
from graph.measure.question import Counted, Inside, Item, Question, Unit, of_units
from graph.measure.volunteer import UNMEASURED, near
from graph.predicate import Predicates, match, valid


def centers(question: Question, predicates: Predicates) -> LiteralString:
    tests: list[LiteralString] = [
        "n.longitude IS NOT NULL AND n.latitude IS NOT NULL",
        predicates.inside("n", registry.node("ServiceCenter")),
    ]
    return (
        f"{match('(n:ServiceCenter)', tests)} RETURN collect([n.longitude, n.latitude]) AS others"
    )


def served(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    assert question.reach is not None
    counts = near(units, others, question.reach).counts()
    none = f"{question.reach:.0f} 米内无服务中心 · no service center within {question.reach:.0f} m"
    return of_units(
        [unit.met(count, 1, none, UNMEASURED) for unit, count in zip(units, counts, strict=True)]
    )


def merchants(question: Question, predicates: Predicates) -> LiteralString:
    """Of each merchant of the territory whether it is in an alliance, and where it is located."""
    pattern: LiteralString = "(t)<-[w:WITHIN]-(g:Territory)<-[r:LOCATED_IN]-(n:Merchant)"
    inside = predicates.inside("n", registry.node("Merchant"))
    ally = predicates.inside("a", registry.node("Alliance"))
    way: LiteralString = "(n)-[j:MEMBER_OF_ALLIANCE]->(a:Alliance)"
    joined: LiteralString = f"EXISTS {{ {match(way, [valid('j', 'day'), ally])} }}"
    return (
        f"{match(pattern, [valid('w', 'day'), valid('r', 'day'), inside])} "
        "WITH n, collect([[x IN labels(g) WHERE x <> 'Territory'][0], g.code]) AS places "
        f"RETURN collect([{joined}, places]) AS others"
    )


def joined(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    """A unit's count is that of its merchants in an alliance; without merchants it is unknown."""
    items = [
        Item(Status.EFFECTIVE if member else Status.NONE, tuple((a, b) for a, b in places))
        for member, places in others
    ]
    return Counted([_ally(unit, items, inside(unit.code)) for unit in units], items)


def _ally(unit: Unit, items: list[Item], inside: set[tuple[str, str]]) -> Unit:
    here = [item.status for item in items if not inside.isdisjoint(item.places)]
    count = sum(status is Status.EFFECTIVE for status in here)
    if not here:
        return replace(unit, reason="辖区内无商户 · no merchants in it")
    none = f"{len(here)} 家商户均未入盟 · none of {len(here)} merchants is in an alliance"
    return unit.met(count, 1, none)
