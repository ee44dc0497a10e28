"""What is there: service centers within reach, and merchants in alliances."""

from dataclasses import replace
from typing import LiteralString

import numpy as np

from graph import registry
from graph.analysis import coverage
from graph.measure.found import Found, Items, met
from graph.measure.pairs import UNMEASURED, located, near
from graph.measure.question import Ground, Question
from graph.predicate import Predicates, match, valid


def centers(question: Question, predicates: Predicates) -> LiteralString:
    tests: list[LiteralString] = [
        "n.longitude IS NOT NULL AND n.latitude IS NOT NULL",
        predicates.inside("n", registry.node("ServiceCenter")),
    ]
    return (
        f"{match('(n:ServiceCenter)', tests)} RETURN collect([n.longitude, n.latitude]) AS others"
    )


def served(ground: Ground) -> Found:
    reach = ground.question.reach
    assert reach is not None
    centers = np.asarray(ground.others, np.float64).reshape(-1, 2)
    pairs = near(ground.units, centers[:, 0], centers[:, 1], reach)
    none = f"{reach:.0f} 米内无服务中心 · no service center within {reach:.0f} m"
    placed = ground.units.placed
    return met(ground.units, pairs.count(), 1, lambda _: none, placed, lambda _: UNMEASURED)


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
        f"RETURN collect([{joined}, places, n.code]) AS others"
    )


def joined(ground: Ground) -> Found:
    """A unit's count is that of its merchants in an alliance; without merchants it is unknown."""
    land, units = ground.snapshot.land, ground.units
    absent = set(ground.question.absent.merchants)
    others = [(member, names) for member, names, code in ground.others if code not in absent]
    member = np.asarray([each for each, _ in others], np.bool_)
    places = [
        (item, at)
        for item, (_, names) in enumerate(others)
        for name in names
        if (at := land.index.get(tuple(name))) is not None
    ]
    item, place = np.asarray(places, np.int64).reshape(-1, 2).T
    here = located(land, units, item, place, len(member), ground.day)
    number = np.bincount(here.unit, minlength=len(units))
    count = np.bincount(here.unit[member[here.person]], minlength=len(units))
    none = lambda i: (  # noqa: E731
        f"{number[i]} 家商户均未入盟 · none of {number[i]} merchants is in an alliance"
    )
    nothing = "辖区内无商户 · no merchants in it"
    found = met(units, count, 1, none, number > 0, lambda _: nothing)
    status = np.where(member, coverage.EFFECTIVE, coverage.NONE).astype(np.uint8)
    return replace(found, items=Items(status, item, place))
