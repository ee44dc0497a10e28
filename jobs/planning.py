"""Plans that outlive the request which asked for them: searched one beside the other, to their end.

The graph is the queue. Each search has a process of its own; what it tells is written once a
second. When the server stops, searches are called off and leave the best that they have found.
"""

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from graph import plan, plan_queue
from graph.analysis.plan.question import Chose, Plan, Status, Told
from graph.bolt import Graph, GraphError
from graph.model import Missing, Unfit
from graph.plan import Choice, Ground
from graph.plan_queue import Claim
from graph.plan_run import PlanRunStatus
from graph.solver import Search

SEVERAL = max(1, (os.cpu_count() or 2) // 2)  # at once
EVERY = 1.0  # seconds between looks at the graph
PATIENCE = 5.0  # seconds in which a search that is called off comes to its end

log = logging.getLogger("commongrid.planning")


@asynccontextmanager
async def planning(graph: Graph, today: Callable[[], date], zone: str) -> AsyncIterator["Planning"]:
    """Searches whatever is asked for, as long as this is held."""
    found = Planning(graph, today, zone)
    following = asyncio.create_task(found.follow())
    try:
        yield found
    finally:
        following.cancel()
        await asyncio.wait([following])
        await found.close()


@dataclass
class Planning:
    """The searches of this server; `holder` tells it from others."""

    graph: Graph
    today: Callable[[], date]
    zone: str
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    running: dict[str, tuple["Running", asyncio.Task[None]]] = field(default_factory=dict)

    async def follow(self) -> None:
        """Takes what waits, and notices what was left lying, until cancelled."""
        while True:
            try:
                await plan_queue.interrupt(self.graph)
                while len(self.running) < SEVERAL and await self._take():
                    pass
            except GraphError:  # an engine that starts again
                log.debug("the graph does not answer")
            except Exception:  # of one run; the others go on, and its lease passes
                log.exception("a run could not be taken")
            await asyncio.sleep(EVERY)

    async def _take(self) -> bool:
        today = self.today().isoformat()
        claim = await plan_queue.claim(self.graph, self.holder, today, self.zone)
        if claim is None:
            return False
        one = Running(self.graph, self.holder, claim)
        task = asyncio.create_task(one.run())
        self.running[claim.code] = one, task
        task.add_done_callback(lambda _: self.running.pop(claim.code))
        return True

    async def close(self) -> None:
        """Calls all searches off and waits for them; those that do not end are killed."""
        tasks = [task for _, task in self.running.values()]
        await asyncio.gather(*(one.leave() for one, _ in [*self.running.values()]))
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)


class Running:
    """One run from its claim to its end."""

    def __init__(self, graph: Graph, holder: str, claim: Claim) -> None:
        self.graph, self.holder, self.claim = graph, holder, claim
        self.start = time.monotonic()
        self.before, self.now = Told(None, None), Told(None, None)
        self.chosen: list[int] = []  # of the best plan so far, and what of that is written
        self.written = self.chosen
        self.search: Search | None = None
        self.stopped = self.leaving = False

    async def run(self) -> None:
        """Searches; whatever goes wrong is told by the node, if it can be."""
        try:
            known, question = await plan.prepared(self.graph, self.claim.wanted, self.claim.asking)
            again = await self._begin(plan_queue.stamp(known, question))
            begin = known.indexes(self.claim.chosen) if again else ()
            self.search = Search(replace(question, begin=begin), self.claim.limits, self._hear)
            if self.leaving:
                await self.search.call_off()
            found = await self._searched(self.search, known)
            if found:
                await self._end(known, found)
        except Missing as missing:
            await self._fail(f"{missing.field} names nothing that can be seen")
        except Unfit as unfit:
            await self._fail(str(unfit))
        except GraphError as error:
            log.warning("a plan failed: %s", error)
            with suppress(GraphError):
                await self._fail("the graph or the solver did not answer")
        except asyncio.CancelledError:
            with suppress(GraphError):
                await plan_queue.end(*self._own, PlanRunStatus.INTERRUPTED, self._news())
            raise
        except Exception:
            log.exception("a plan failed")
            with suppress(GraphError):
                await self._fail("it could not be searched")

    @property
    def _own(self) -> tuple[Graph, Claim, str]:
        return self.graph, self.claim, self.holder

    async def leave(self) -> None:
        """The server stops, and the search with it."""
        self.leaving = True
        if self.search:
            await self.search.call_off()

    async def _begin(self, stamp: str) -> bool:
        """What was reached before holds if the same is asked of the same people and units."""
        again = stamp == self.claim.question
        if again:  # of a server that died the figures stay, and perhaps not whom it had chosen
            told = self.claim.told
            self.before = told if self.claim.chosen else told._replace(objective=None)
        else:
            await plan_queue.forget(self.graph, self.claim)
        await plan_queue.beat(*self._own, {**self._news(), "question": stamp})
        return again

    def _hear(self, news: Told | Chose) -> None:
        if isinstance(news, Told):
            self.now = news
        else:
            self.chosen = news.chosen

    async def _searched(self, search: Search, known: Ground) -> Plan | None:
        """The plan; None where the run is not ours any more."""
        solving = asyncio.create_task(search.plan())
        try:
            while not (await asyncio.wait([solving], timeout=EVERY))[0]:
                ours = await self._beat(known)
                if ours is None:
                    return None
                if ours and not self.stopped:
                    self.stopped = True
                    await search.call_off()
                elif plan_queue.proved(self._better(self.now)):  # with what was known before
                    await search.call_off()
            return solving.result()
        finally:
            solving.cancel()
            await asyncio.wait([solving])

    async def _beat(self, known: Ground) -> bool | None:
        chosen = self.chosen
        new = chosen is not self.written and self._better(self.now).objective == self.now.objective
        choices = [Choice(known.people[j], None, None) for j in chosen] if new else None
        try:
            ours = await plan_queue.beat(*self._own, self._news(), choices)
        except GraphError:  # an engine that starts again; the lease may last until it does
            return False
        if new:
            self.written = chosen
        return ours

    def _news(self) -> dict[str, Any]:
        told = self._better(self.now)
        spent = self.claim.spent + time.monotonic() - self.start
        return {"objective": told.objective, "bound": told.bound, "seconds": round(spent, 3)}

    def _better(self, told: Told) -> Told:
        """The better of what was known before and what is told now, each for itself."""
        best, tightest = max, min
        if not self.claim.wanted.objective.maximised:
            best, tightest = min, max
        return Told(
            *(
                choose((each for each in pair if each is not None), default=None)
                for choose, pair in zip(
                    (best, tightest), zip(self.before, told, strict=True), strict=True
                )
            )
        )

    async def _end(self, known: Ground, found: Plan) -> None:
        told = self._better(Told(found.objective, found.bound))
        chosen = plan.choices(self.claim.wanted, known, found)
        as_before = found.objective is None or told.objective != found.objective
        news = {**self._news(), **plan_queue.said(found, told)}
        status = self._status(found, plan_queue.proved(told))
        await plan_queue.end(*self._own, status, news, None if as_before else chosen)

    def _status(self, found: Plan, proved: bool) -> PlanRunStatus:
        if proved or found.status is Status.INFEASIBLE or not found.stopped:
            return PlanRunStatus.FINISHED
        return PlanRunStatus.STOPPED if self.stopped else PlanRunStatus.INTERRUPTED

    async def _fail(self, why: str) -> None:
        news = {**self._news(), "problem": why}
        await plan_queue.end(*self._own, PlanRunStatus.FAILED, news)
