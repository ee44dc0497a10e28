"""Keeps the embedded graph engine alive, once per home, and says where it answers.

Knows neither Bolt nor what the graph holds: it speaks to its child by command line, signal
and a health question over HTTP.
"""

import asyncio
import contextlib
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Literal

from graph.child import (
    EngineSettings,
    answer,
    free,
    moved,
    new_endpoint,
    ports,
    spawn,
    status,
)
from graph.home import Endpoint, EngineError, Home, exists

__all__ = ["Endpoint", "Engine", "EngineError", "EngineSettings", "running"]

# Seconds before each restart within the window, the last one again and again: an engine that can
# start is never given up. One that cannot start so many times in a row is.
BACKOFF = (0.0, 0.0, 0.5, 1.0, 2.0, 5.0)
CRASH_WINDOW = 300.0
FAILED_STARTS = 5
POLL = 0.1
FOLLOW = 0.5  # how often an attached process looks whether the owner still holds the home
LOG_CHECK = 600.0
# The JVM stays alive, deaf, when its main thread dies (a taken port, for example).
MAIN_DIED = b'Exception in thread "main"'

State = Literal["starting", "running", "restarting", "failed", "stopped"]


@asynccontextmanager
async def running(
    settings: EngineSettings, report: Callable[[str], None] | None = None
) -> "AsyncIterator[Engine]":
    """The engine on `settings.home`: started by this process, or another's that it attaches to.

    Enter it from the thread that lives as long as the engine shall (the event loop's): the child
    dies with that thread. `report` is told of the progress in short texts, several a second.
    Raises EngineError if there is no answer within `settings.start_seconds`.
    """
    engine = Engine(settings, report or (lambda text: None))
    try:
        await engine._join()
        watch = asyncio.create_task(engine._watch())
        try:
            yield engine
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
    finally:
        await engine._leave()


class Engine:
    """The engine as this process sees it.

    `owner`: this process started the child and stops it; an attached process becomes the owner
    when the owner goes. `generation` grows with each (re)start. `endpoint` stays the same across
    restarts unless a stranger took a port meanwhile. `error`: why `state` is "failed".
    """

    endpoint: Endpoint

    def __init__(self, settings: EngineSettings, report: Callable[[str], None]) -> None:
        self.state: State = "starting"
        self.owner = False
        self.pid = 0
        self.generation = 0
        self.error: str | None = None
        self._settings = settings
        self._report = report
        self._home = Home(settings.home)
        self._child: Process | None = None
        self._crashes: list[float] = []
        self._failed_starts = 0

    @property
    def alive(self) -> bool:
        """Whether the engine's process is believed to be up and answering."""
        return self.state == "running"

    async def _join(self) -> None:
        began = time.monotonic()
        while not self._home.lock():
            known = self._home.known()
            if known and exists(known[1]) and await asyncio.to_thread(answer, known[0]) == 200:
                return self._adopt(*known)
            await self._wait("waiting for the graph engine of another process", began)
        self.owner = True
        await self._start()

    def _adopt(self, endpoint: Endpoint, pid: int) -> None:
        self.endpoint, self.pid, self.state = endpoint, pid, "running"
        self.generation += 1

    async def _wait(self, what: str, began: float) -> None:
        """One step of patience, told to the user; raises EngineError when it is used up."""
        passed = time.monotonic() - began
        if passed > self._settings.start_seconds:
            raise self._failure(f"{what}: no answer after {passed:.0f} s")
        self._report(f"{what} … {passed:.1f} s")
        await asyncio.sleep(POLL)

    def _failure(self, what: str) -> EngineError:
        return EngineError(f"{what} (log: {self._home.log})\n{self._home.log_tail()}")

    async def _start(self) -> None:
        known = self._home.known()
        self.endpoint = known[0] if known else new_endpoint()
        while True:
            if not free(*ports(self.endpoint)):
                self.endpoint = moved(self.endpoint)
            try:
                return await self._launch()
            except EngineError:
                await self._stop()
                if free(*ports(self.endpoint)):
                    raise
                # else a stranger took a port before the child did: try others

    async def _launch(self) -> None:
        began, mark = time.monotonic(), self._home.rotated()
        self._child = child = await spawn(self._settings, self._home, self.endpoint)
        while await asyncio.to_thread(status, self.endpoint, "/api/v1/ready") != 204:
            if child.returncode is not None or MAIN_DIED in self._home.log_since(mark):
                raise self._failure("the graph engine ended before its first answer")
            await self._wait("starting the graph engine", began)
        await asyncio.to_thread(self._sign_in)
        self._home.keep(self.endpoint, child.pid)
        self._adopt(self.endpoint, child.pid)
        self._report(f"the graph engine answers after {time.monotonic() - began:.1f} s")

    def _sign_in(self) -> None:
        """A user of our own, made where missing: whoever guesses passwords locks `root` out."""
        if answer(self.endpoint) == 200:
            return
        root = replace(self.endpoint, user="root", password=self._home.root_password())
        user, password = self.endpoint.user, self.endpoint.password
        answer(root, f"CREATE USER {user} IF NOT EXISTS SET PASSWORD '{password}'")
        if (code := answer(self.endpoint)) != 200:
            raise self._failure(f"the graph engine does not let its own user in (HTTP {code})")

    async def _watch(self) -> None:
        try:
            while True:
                await (self._guard() if self.owner else self._follow())
        except Exception as error:
            self.state, self.error = "failed", str(error)
            self._report(self.error)
            await self._stop()
            self._home.unlock()

    async def _guard(self) -> None:
        """From one end of the child to its next answer."""
        code, now = await self._ended(), time.monotonic()
        self._crashes = [*(at for at in self._crashes if now - at < CRASH_WINDOW), now]
        if self._failed_starts >= FAILED_STARTS:
            raise self._failure(f"the graph engine cannot be started again, last with {code}")
        self.state = "restarting"
        self._report(f"the graph engine ended with {code}: restarting it")
        await asyncio.sleep(BACKOFF[min(len(self._crashes), len(BACKOFF)) - 1])
        self._failed_starts += 1
        with contextlib.suppress(EngineError):  # its child has ended: the next round counts it
            await self._start()
            self._failed_starts = 0

    async def _ended(self) -> int:
        assert self._child is not None
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(self._child.wait(), LOG_CHECK)
            self._home.rotated()

    async def _follow(self) -> None:
        """One look of an attached process: same engine, restarted by its owner, or orphaned."""
        await asyncio.sleep(FOLLOW)
        if self._home.lock():
            self.owner, self.state = True, "restarting"
            self._report("the process that ran the graph engine is gone: taking over")
            return await self._start()
        known = self._home.known()
        if known and known[1] != self.pid:
            self._adopt(*known)
        self.state = "running" if exists(self.pid) else "restarting"

    async def _stop(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), self._settings.stop_seconds)
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()

    async def _leave(self) -> None:
        await self._stop()
        self._home.unlock()
        self.state = "stopped"
