"""How well acceptance is foretold: what would have been predicted, and what happened.

Each invitation is predicted from all others. Where only totals of a person are known, one of theirs
is like another (`acceptance.left_out`); by hour or channel, those that are kept singly are
predicted (`circumstance.foretold`), from what all people did under each.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.analysis import acceptance, calibration, circumstance
from graph.analysis.acceptance import Floats
from graph.analysis.circumstance import Answers
from graph.asked import Circumstance
from graph.bolt import Graph
from graph.candidate import Wanted, candidates
from graph.measure.count import current
from graph.model import Asking, Finding, Key
from graph.snapshot.column import Mask, Places
from graph.snapshot.invitations import CHANNELS, SIZES
from graph.snapshot.snapshot import Snapshot

METHOD = "LEAVE_ONE_OUT"
SCORES = ("brier", "reliability", "resolution", "uncertainty", "withinBins", "skillScore")


@dataclass(frozen=True)
class Question:
    """Of whose invitations it is asked, and how many bins of equal width the table has.

    `by`: the circumstances under which each is predicted.
    """

    within: Key
    bins: int = 10
    by: tuple[Circumstance, ...] = ()


@dataclass(frozen=True)
class Foretold:
    """Invitations of so many people, what was predicted of each, and whether it was accepted."""

    people: int
    predicted: Floats
    happened: Floats


def report(question: Question, day: str | None = None) -> Finding:
    """Score, its parts and the table, as a record; one statement.

    Raises Missing for a territory out of sight.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        told = await (_kept if question.by else _totals)(graph, question, asking)
        return {
            "territory": question.within,
            "asOf": asking.day,
            "method": METHOD,
            "by": list(question.by),
            **told,
        }

    return Finding(find, day)


async def _totals(graph: Graph, question: Question, asking: Asking) -> dict[str, Any]:
    """Of all there have been; who accepted more often than they were invited counts not."""
    rows = await candidates(graph, Wanted(within=question.within), asking)
    counted = [(n, yes) for *_, n, yes in rows if n and 0 <= yes <= n]
    predicted, happened = await asyncio.to_thread(acceptance.left_out, counted)
    found = Foretold(len(counted), predicted, happened)
    return {"brierByPerson": None, "effects": [], **_told(found, question.bins)}


async def _kept(graph: Graph, question: Question, asking: Asking) -> dict[str, Any]:
    """Of those that are kept singly, and how they would be predicted if only the person counted."""
    snapshot = await current(graph, asking)
    return await asyncio.to_thread(_by_circumstance, snapshot, question, asking)


def _by_circumstance(snapshot: Snapshot, question: Question, asking: Asking) -> dict[str, Any]:
    replies = snapshot.replies
    answers = replies.answers
    under = {each: replies.under(each, asking.zone) for each in question.by}
    top = snapshot.top(question.within, asking, "within")
    here = snapshot.volunteers(asking, within=top)[answers.person]
    together, m = np.zeros(len(here), np.int64), 1
    for each, at in under.items():
        together, m = together * SIZES[each] + at, m * SIZES[each]
    predicted = circumstance.foretold(answers, together, m)[here]
    happened = answers.yes[here].astype(np.float64)
    people = len(np.unique(answers.person[here]))
    return {
        "brierByPerson": calibration.brier(answers.by_person[here], happened),
        "effects": [row for each, at in under.items() for row in _effects(answers, each, at, here)],
        **_told(Foretold(people, predicted, happened), question.bins),
    }


def _effects(
    answers: Answers, what: Circumstance, at: Places, here: Mask
) -> Iterator[dict[str, Any]]:
    """Of each under which those of the territory answered; the odds are everybody's."""
    m = SIZES[what]
    odds = circumstance.effect(answers, at, m).odds
    number = np.bincount(at[here], minlength=m)
    accepted = np.bincount(at[here], answers.yes[here], m)
    for i in np.flatnonzero(number).tolist():
        yield {
            "hour": i if what is Circumstance.HOUR else None,
            "channel": CHANNELS[i] if what is Circumstance.CHANNEL else None,
            "invitations": int(number[i]),
            "accepted": int(accepted[i]),
            "oddsRatio": float(odds[i]),
        }


def _told(found: Foretold, bins: int) -> dict[str, Any]:
    predicted, happened = found.predicted, found.happened
    return {
        "people": found.people,
        "invitations": len(happened),
        "accepted": int(happened.sum()),
        **_scores(predicted, happened, bins),
        "table": [
            {
                "lower": lower,
                "upper": upper,
                "predicted": row.predicted,
                "observed": row.observed,
                "invitations": row.n,
            }
            for row in calibration.table(predicted, happened, bins)
            for lower, upper in [calibration.borders(row.predicted, bins)]
        ],
    }


def _scores(predicted: Floats, happened: Floats, bins: int) -> dict[str, float | None]:
    """The score and its parts; all None where nobody was invited."""
    score = calibration.brier(predicted, happened)
    parts = calibration.parts(predicted, happened, bins)
    if score is None or parts is None:
        return dict.fromkeys(SCORES)
    skill = 1 - score / parts.uncertainty if parts.uncertainty else None
    return dict(zip(SCORES, (score, *parts, skill), strict=True))
