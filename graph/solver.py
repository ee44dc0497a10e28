"""Plans are solved in processes of their own, kept warm: a request that waits blocks nobody.

Who no longer waits has the process killed, whatever it is in the middle of.
"""

import asyncio
import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.analysis.plan.exchange import Exchange
from graph.analysis.plan.question import Limits, Plan, Question
from graph.bolt import Unavailable

ROOT = Path(__file__).resolve().parent.parent
SEVERAL = max(1, (os.cpu_count() or 2) // 2)

Solved = tuple[Plan, list[Exchange]]


class Process:
    """One solver; `ask` blocks."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "graph.analysis.plan"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, asked: Any) -> Any:
        """Raises Unavailable if it ends before it answers, else what the solver raised."""
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        try:
            pickle.dump(asked, self.child.stdin)
            self.child.stdin.flush()
            found = pickle.load(self.child.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as lost:
            self.end()
            raise Unavailable("the solver ended") from lost
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        self.child.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                pipe.close()


@dataclass
class Solvers:
    """So many processes at most; who comes when all are busy waits for the next."""

    several: int = SEVERAL
    idle: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.threads = ThreadPoolExecutor(self.several, "solver")

    async def solve(self, question: Question, limits: Limits, others: Sequence[int]) -> Solved:
        """The plan, and why it goes without the others; Unavailable if the process dies."""
        job = Job(self, (question, limits, list(others)))
        loop = asyncio.get_running_loop()
        try:
            found: Solved = await loop.run_in_executor(self.threads, job.run)
            return found
        except asyncio.CancelledError:
            job.stop()
            raise

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


@dataclass
class Job:
    """One question to one process; may be stopped from another thread."""

    solvers: Solvers
    asked: Any
    process: Process | None = None
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> Any:
        with self.lock:
            if self.stopped:
                raise Unavailable("nobody waits for the plan")
            idle = self.solvers.idle
            process = self.process = idle.pop() if idle else Process()
        try:
            return process.ask(self.asked)
        finally:
            with self.lock:
                self.process = None
                if not self.stopped and process.child.returncode is None:
                    idle.append(process)

    def stop(self) -> None:
        with self.lock:
            self.stopped = True
            if self.process:
                self.process.child.kill()


SOLVERS = Solvers()
atexit.register(SOLVERS.close)
