"""What was counted, as the record that a client asks of."""

from collections.abc import Sequence
from typing import Any

from graph.analysis import coverage
from graph.analysis.tree import below
from graph.measure.count import Steps
from graph.measure.question import Counted, Name, Question, Unit
from graph.model import Key, Ranking


def whole(question: Question, found: Counted, steps: Steps) -> dict[str, Any]:
    """The report on the territory that is asked about, as a record."""
    within = question.within
    return _report(question, within, found, below([(within.label, within.code)], steps), steps)


def _report(
    question: Question, territory: Key, found: Counted, inside: set[Name], steps: Steps
) -> dict[str, Any]:
    """Of what lies in the territory."""
    units = [unit for unit in found.units if ("Grid", unit.code) in inside]
    items = [item for item in found.items if not inside.isdisjoint(item.places)]
    return {
        "kind": question.kind.value,
        "territory": territory,
        "level": question.level,
        "asOf": question.day,
        "method": question.method,
        "expected": lambda _: _expected(found, units),
        **coverage.summary([item.status for item in items]),
        "byChild": lambda _: _children(question, territory, found, steps),
        "units": lambda arguments: _listed(units, arguments.get("status")),
    }


def _expected(found: Counted, units: list[Unit]) -> float | None:
    """How many units are covered when people may say no; None where nobody is asked."""
    if found.chances is None:
        return None
    chances = found.chances()
    return round(sum(chances.get(unit.code, 0.0) for unit in units), 6)


def _children(
    question: Question, territory: Key, found: Counted, steps: Steps
) -> list[dict[str, Any]]:
    """A report for each territory directly below in which something can be counted."""
    reports: list[dict[str, Any]] = []
    for child in sorted(steps.get((territory.label, territory.code), ())):
        inside = below([child], steps)
        if any(not inside.isdisjoint(item.places) for item in found.items):
            reports.append(_report(question, Key(*child), found, inside, steps))
    return reports


def _listed(units: list[Unit], wanted: Sequence[Any] | None) -> Ranking:
    chosen = [unit for unit in units if wanted is None or unit.status in wanted]
    return Ranking(
        [Key("Grid", unit.code) for unit in chosen],
        [(unit.code,) for unit in chosen],
        lambda i: {
            "status": chosen[i].status.value,
            "count": chosen[i].count or 0,
            "lastActivity": chosen[i].last,
            "reason": chosen[i].reason,
        },
        f"units {wanted}",
    )
