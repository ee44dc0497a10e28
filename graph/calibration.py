"""How well acceptance is foretold: what would have been predicted, and what happened.

The graph keeps totals of each person and not single invitations, hence no order and no days. Each
invitation is therefore predicted from all others of the same person (`acceptance.left_out`).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.analysis import acceptance, calibration
from graph.analysis.acceptance import Floats
from graph.bolt import Graph
from graph.candidate import Wanted, candidates
from graph.model import Asking, Finding, Key

METHOD = "LEAVE_ONE_OUT"
SCORES = ("brier", "reliability", "resolution", "uncertainty", "withinBins", "skillScore")


@dataclass(frozen=True)
class Question:
    """Of whose invitations it is asked, and how many bins of equal width the table has."""

    within: Key
    bins: int = 10


def report(question: Question, day: str | None = None) -> Finding:
    """Score, its parts and the table, as a record; one statement.

    Raises Missing for a territory out of sight.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        rows = await candidates(graph, Wanted(within=question.within), asking)
        totals = [(row[5], row[6]) for row in rows if row[5]]
        told = await asyncio.to_thread(_told, totals, question.bins)
        return {"territory": question.within, "asOf": asking.day, "method": METHOD, **told}

    return Finding(find, day)


def _told(totals: Sequence[tuple[int, int | None]], bins: int) -> dict[str, Any]:
    """`totals`: how often each was invited, and accepted; who accepted more often counts not."""
    counted = [(n, yes or 0) for n, yes in totals if 0 <= (yes or 0) <= n]
    predicted, happened = acceptance.left_out(counted)
    return {
        "people": len(counted),
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
