"""A process that solves what it is sent: messages (question, limits, why-not) in, answers out.

Its parent alone writes to it. Where `why-not` is None each progress is told before the answer, and
whatever comes in meanwhile ends the search. It ends when its input does, so also when its parent
is killed.
"""

import os
import select
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

from graph.analysis.plan.exchange import why_not
from graph.analysis.plan.message import heard, say
from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Chose, Limits, Question, Told


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    os.nice(5)  # who waits for a plan can wait longer than who waits for a page
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for a library that prints
    with suppress(EOFError, BrokenPipeError):  # nobody asks, or waits for an answer
        while True:
            said = heard(asked)
            if said is None:  # called off after it was answered
                continue
            question, limits, others = said
            if others is None:
                limits, others = _followed(limits, asked, answers), []
            say(answers, _answered(question, limits, others))


def _followed(limits: Limits, asked: BinaryIO, answers: BinaryIO) -> Limits:
    """The same, told about, and called off by anything that comes in, its end included.

    What is told first says that the question was read: what comes in later is not behind it.
    """
    say(answers, Told(None, None))
    return replace(
        limits,
        stop=lambda: bool(select.select([asked], [], [], 0)[0]),
        tell=lambda objective, bound: say(answers, Told(objective, bound)),
        choose=lambda chosen: say(answers, Chose(chosen)),
    )


def _answered(question: Question, limits: Limits, others: list[int]) -> object:
    try:
        found = plan(question, limits)
        known = found.objective is not None
        return found, [
            why_not(question, found, j) for j in others if known and j not in found.chosen
        ]
    except Exception as error:
        return error


if __name__ == "__main__":
    main()
