"""A search in the background tells how far it is, and ends when called off or left alone."""

import asyncio
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from scipy.sparse import csr_array

from graph.analysis.plan.message import heard, say
from graph.analysis.plan.question import Chose, Limits, Objective, Question, Status, Told
from graph.solver import ROOT, Search


def test_arrays_arrive_as_they_were_sent_and_a_broken_message_does_not_arrive() -> None:
    said = {"reach": csr_array(np.eye(3)), "codes": ["a", "b"], "none": np.zeros(0), "word": None}
    stream = BytesIO()
    say(stream, said)
    say(stream, "next")
    whole = stream.getvalue()
    stream.seek(0)
    found = heard(stream)
    assert (found["reach"] != said["reach"]).nnz == 0
    assert (found["codes"], len(found["none"]), found["word"]) == (["a", "b"], 0, None)
    found["reach"].data[0] = 5  # is its own
    assert heard(stream) == "next"
    for length in (0, 5, len(whole) // 2):
        with pytest.raises((EOFError, pickle.UnpicklingError)):
            heard(BytesIO(whole[:length]))


LONG = Limits(600.0, 100_000_000)


def hard() -> Question:
    """One whose proof takes minutes."""
    draw = np.random.default_rng(5)
    near = draw.random((300, 500)) < 0.03
    chances = draw.uniform(0.1, 0.9, 300)
    return Question(Objective.EXPECTED, csr_array(near * 1.0), 20, 2, chances=chances)


def test_it_tells_what_is_reached_and_ends_when_it_is_called_off() -> None:
    async def searched() -> None:
        told: list[Told] = []
        chose: list[list[int]] = []
        bounded, loop = asyncio.Event(), asyncio.get_running_loop()

        def hear(news: Told | Chose) -> None:
            if isinstance(news, Chose):
                chose.append(news.chosen)
                return
            told.append(news)
            if news.bound is not None:
                loop.call_soon_threadsafe(bounded.set)

        search = Search(hard(), LONG, hear)
        searching = asyncio.create_task(search.plan())
        await asyncio.wait_for(bounded.wait(), 20)
        await search.call_off()
        plan = await asyncio.wait_for(searching, 20)
        assert (plan.status, plan.stopped) == (Status.FEASIBLE, True)
        assert plan.objective is not None
        assert plan.bound is not None
        assert told[0].objective is None
        assert plan.objective == told[-1].objective
        assert set(plan.chosen) == set(chose[-1])
        assert search.process.child.returncode is not None

    asyncio.run(searched())


def test_it_can_be_called_off_before_it_has_begun() -> None:
    async def searched() -> None:
        search = Search(hard(), LONG, lambda _: None)
        await search.call_off()
        plan = await asyncio.wait_for(search.plan(), 20)
        assert plan.stopped

    asyncio.run(searched())


def test_nobody_who_waits_leaves_no_process() -> None:
    async def searched() -> None:
        search = Search(hard(), LONG, lambda _: None)
        searching = asyncio.create_task(search.plan())
        await asyncio.sleep(0.1)
        searching.cancel()
        await asyncio.wait([searching])
        assert search.process.child.returncode is not None

    asyncio.run(searched())


PARENT = """
import asyncio
from graph.solver import Search
from tests.graph.test_solver import LONG, Told, hard

def heard(news):
    if isinstance(news, Told) and news.bound:
        print(pid, flush=True)

async def searched():
    global pid
    search = Search(hard(), LONG, heard)
    pid = search.process.child.pid
    await search.plan()

asyncio.run(searched())
"""


def test_it_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 20
    with suppress(ProcessLookupError):
        while time.monotonic() < end:
            os.kill(pid, 0)
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        raise AssertionError("the search goes on")
