"""What was counted, as the record that a client asks of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graph.analysis import coverage
from graph.analysis.coverage import STATUSES
from graph.measure.found import Found
from graph.measure.question import Question
from graph.model import Key, Ranking
from graph.snapshot.column import Mask, Places, ordinal


def whole(question: Question, found: Found) -> dict[str, Any]:
    """The report on the territory that is asked about, as a record."""
    everywhere = np.ones(len(found.units.land), np.bool_)
    return _report(question, question.within, found, everywhere)


def _report(question: Question, territory: Key, found: Found, inside: Mask) -> dict[str, Any]:
    """Of what lies in the territory."""
    units = np.flatnonzero(inside[found.units.at])
    counted = found.items.inside(inside) if found.items else found.status[units]
    return {
        "kind": question.kind.value,
        "territory": territory,
        "level": question.level,
        "asOf": question.day,
        "method": question.method,
        "revision": found.revision,
        "expected": lambda _: _expected(found, units),
        **coverage.summary(counted),
        "byChild": lambda _: _children(question, territory, found, inside),
        "crossing": lambda _: _crossing(question, territory, found, units),
        "units": lambda arguments: _listed(found, units, arguments.get("status")),
    }


def _expected(found: Found, units: Places) -> float | None:
    """How many units are covered when people may say no; None where nobody is asked."""
    if found.chances is None:
        return None
    judged = units[found.status[units] != coverage.UNKNOWN]
    return round(float(found.chances()[judged].sum()), 6)


def _children(
    question: Question, territory: Key, found: Found, inside: Mask
) -> list[dict[str, Any]]:
    """A report for each territory directly below in which something can be counted."""
    land, day = found.units.land, ordinal(question.day)
    reports = []
    for child in _below(question, territory, found):
        below = inside & land.inside([child], day)
        number = len(found.items.inside(below)) if found.items else below[found.units.at].sum()
        if number:
            reports.append(_report(question, land.key(child), found, below))
    return reports


def _below(question: Question, territory: Key, found: Found) -> list[int]:
    """The territories directly below, but a unit that lies in another of them, too."""
    land, day = found.units.land, ordinal(question.day)
    top = land.at(territory)
    children = land.children(top, day) if top is not None else []
    units = set(found.units.at.tolist()).intersection(children)
    others = {at: set(land.above(at, day).tolist()) - {at} for at in units}
    return [at for at in children if at not in units or others[at].isdisjoint(children)]


def _crossing(question: Question, territory: Key, found: Found, units: Places) -> Ranking:
    """Those of the units that lie in several territories directly below, and in which."""
    land, day = found.units.land, ordinal(question.day)
    children = _below(question, territory, found)
    inside = np.asarray([land.inside([child], day)[found.units.at[units]] for child in children])
    lying = inside.reshape(len(children), len(units))
    which = np.flatnonzero(lying.sum(axis=0) > 1)

    def territories(i: int) -> list[Key]:
        return [land.key(children[row]) for row in np.flatnonzero(lying[:, which[i]]).tolist()]

    ranking = found.ranked(units[which], "crossing")
    return replace(ranking, edge=lambda i: {**ranking.edge(i), "territories": territories(i)})


def _listed(found: Found, units: Places, status: Sequence[Any] | None) -> Ranking:
    """Those of the units that have one of the statuses, with how each is."""
    if status is not None:
        wanted = [STATUSES.index(each) for each in status]
        units = units[np.isin(found.status[units], wanted)]

    return found.ranked(units, f"units {status}")


def change(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What changes from a report to another."""
    one, other = before["ratio"], after["ratio"]
    return {
        "effectiveChange": after["effective"] - before["effective"],
        "ratioChange": None if one is None or other is None else round(other - one, 9),
    }
