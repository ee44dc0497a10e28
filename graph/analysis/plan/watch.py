"""When a search has to end, and who hears how far it is; knows nothing of what is searched."""

import time

from graph.analysis.plan.array import Integers
from graph.analysis.plan.question import Limits

ASIDE = 0.25  # of the time that is left


class Watch:
    """Polled by every loop. Whoever calls a search off, or has left something out, stays so."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.start = time.monotonic()
        self.nodes = limits.nodes  # left to be spent
        self.reserved = 0.0  # seconds at the end, for what has to come after the search
        self.timed_out = False
        self.stopped = False
        self.objective: float | None = None
        self.bound: float | None = None

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.start

    @property
    def left(self) -> float:
        """Seconds left, not below zero."""
        return max(0.0, self.limits.seconds - self.reserved - self.seconds)

    def reserve(self, seconds: float) -> None:
        """End the search so long before the limit."""
        self.reserved = seconds

    def aside(self) -> "Watch":
        """One for a part of the time that is left, without branch and bound; it tells nobody."""
        return Watch(Limits(self.left * ASIDE, 0, self.limits.stop))

    def called_off(self) -> bool:
        """Whether the caller wants the search to end now."""
        if not self.stopped and self.limits.stop is not None and self.limits.stop():
            self.stopped = True
        return self.stopped

    def late(self) -> bool:
        """Whether the clock or the caller wants even a first choice to end now."""
        if not self.called_off() and not self.left:
            self.timed_out = True
        return self.stopped or not self.left

    def over(self) -> bool:
        """Whether the search is to end with what it has: it is late, or something was left out."""
        return self.late() or self.timed_out

    def short_of(self, seconds: float) -> bool:
        """Whether less than this is left, so that what takes as long is left out."""
        if self.left < seconds:
            self.timed_out = True
        return self.timed_out

    def choose(self, names: Integers, chosen: list[int]) -> None:
        """Hand on whom a better plan chooses, by the names that they have in the question."""
        if self.limits.choose is not None:
            self.limits.choose([int(names[j]) for j in chosen])

    def tell(self, objective: float | None, bound: float | None) -> None:
        """Hand on what is new; None leaves what was said before."""
        news = (
            self.objective if objective is None else objective,
            self.bound if bound is None else bound,
        )
        if news != (self.objective, self.bound):
            self.objective, self.bound = news
            if self.limits.tell is not None:
                self.limits.tell(*news)
