"""A process that solves what it is sent: pickled (question, limits, why-not) in, answers out.

Its parent alone writes to it. It ends when its input does, so also when its parent is killed.
"""

import os
import pickle
import signal
import sys

from graph.analysis.plan.exchange import why_not
from graph.analysis.plan.planner import plan
from graph.analysis.plan.question import Limits, Question


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    os.nice(5)  # who waits for a plan can wait longer than who waits for a page
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for a library that prints
    while True:
        try:
            question, limits, others = pickle.load(asked)
        except EOFError:
            return
        pickle.dump(_answered(question, limits, others), answers)
        answers.flush()


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
