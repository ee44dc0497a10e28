"""Plans are solved in processes of their own, kept warm: a request that waits blocks nobody.

Who no longer waits has the process killed, whatever it is in the middle of. What runs in the
background has a process for itself, tells how far it is, and can be called off.
"""

import asyncio
import atexit
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graph.analysis.plan.exchange import Exchange
from graph.analysis.plan.message import heard, say
from graph.analysis.plan.question import Chose, Limits, Plan, Question, Told
from graph.bolt import Unavailable

ROOT = Path(__file__).resolve().parent.parent
GRACE = 3.0  # seconds in which a process that nobody waits for may come to its end
SEVERAL = max(1, (os.cpu_count() or 2) // 2)

Solved = tuple[Plan, list[Exchange]]
Hear = Callable[[Told | Chose], None]


class Process:
    """One solver; `ask` and `call_off` block."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "graph.analysis.plan"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.saying = threading.Lock()
        self.busy = self.off = False

    def ask(self, asked: Any, hear: Hear = lambda news: None) -> Any:
        """Raises Unavailable if it ends before it answers, else what the solver raised."""
        assert self.child.stdout is not None
        try:
            self._say(asked)
            found = heard(self.child.stdout)
            while isinstance(found, Told | Chose):
                self._begun()
                hear(found)
                found = heard(self.child.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as lost:
            self.end()
            raise Unavailable("the solver ended") from lost
        if isinstance(found, Exception):
            raise found
        return found

    def _begun(self) -> None:
        """It reads no more of what it was asked, so that it can be called off."""
        with self.saying:
            if self.off and not self.busy:
                self._say(None)
            self.busy = True

    def call_off(self) -> None:
        """What it is asked, or will be, ends with the best that is found by then."""
        with self.saying, suppress(OSError, ValueError):  # it may be gone
            self.off = True
            if self.busy:
                self._say(None)

    def _say(self, said: Any) -> None:
        assert self.child.stdin is not None
        say(self.child.stdin, said)

    def end(self) -> None:
        self.child.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                with suppress(BrokenPipeError):  # what was still to be said to it
                    pipe.close()


@dataclass
class Solvers:
    """So many processes at most; who comes when all are busy waits for the next."""

    several: int = SEVERAL
    idle: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.threads = ThreadPoolExecutor(self.several, "solver")

    async def solve(
        self, question: Question, limits: Limits, others: Sequence[int], patience: float | None
    ) -> Solved | None:
        """The plan, and why it goes without the others; Unavailable if the process dies.

        None where it is not there after `patience` seconds (None: however long it takes), whatever
        the process is busy with.
        """
        job = Job(self, question, limits, list(others))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Solved] = loop.run_in_executor(self.threads, job.run)
        answer.add_done_callback(_seen)
        try:
            done, _ = await asyncio.wait([answer], timeout=patience)
        except asyncio.CancelledError:
            job.stop()
            raise
        if done:
            return answer.result()
        job.abandon()
        return None

    async def warm(self) -> None:
        """Starts one if there is none, so that the first plan need not wait for it."""
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        if not self.idle:
            self.idle.append(Process())

    def close(self) -> None:
        """Ends those that nobody waits for."""
        while self.idle:
            self.idle.pop().end()


def _seen(answer: "asyncio.Future[Any]") -> None:
    """An error nobody waits for is no news."""
    if not answer.cancelled():
        answer.exception()


@dataclass
class Job:
    """One question to one process; may be stopped from another thread."""

    solvers: Solvers
    question: Question
    limits: Limits
    others: list[int]
    began: float = field(default_factory=time.monotonic)
    process: Process | None = None
    later: threading.Timer | None = None
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Any:
        with self.lock:
            if self.stopped:
                raise Unavailable("nobody waits for the plan")
            idle = self.solvers.idle
            process = self.process = idle.pop() if idle else Process()
        waited = time.monotonic() - self.began
        limits = replace(self.limits, seconds=max(0.0, self.limits.seconds - waited))
        try:
            return process.ask((self.question, limits, self.others))
        finally:
            with self.lock:
                self.process = None
                if self.later:
                    self.later.cancel()
                if not self.stopped and process.child.returncode is None:
                    idle.append(process)

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            if self.process:
                self.process.child.kill()

    def abandon(self) -> None:
        """Stop it, but let a process that is late, or only starts, come to its end."""
        with self.lock:
            if self.process:
                self.later = threading.Timer(GRACE, self.stop)
                self.later.start()
            else:
                self.stopped = True


class Search:
    """One question that is searched in the background, in a process of its own."""

    def __init__(self, question: Question, limits: Limits, hear: Hear) -> None:
        self.asked, self.hear = (question, limits, None), hear
        self.process = Process()

    async def plan(self) -> Plan:
        """The plan, and the end of the process; Unavailable if that dies."""
        thread = ThreadPoolExecutor(1, "search")
        try:
            loop = asyncio.get_running_loop()
            found: Solved = await loop.run_in_executor(
                thread, self.process.ask, self.asked, self.hear
            )
            return found[0]
        finally:
            self.process.child.kill()
            await asyncio.to_thread(thread.shutdown)
            self.process.end()

    async def call_off(self) -> None:
        """Has the search end with the best that is found by now."""
        await asyncio.to_thread(self.process.call_off)


SOLVERS = Solvers()
atexit.register(SOLVERS.close)
