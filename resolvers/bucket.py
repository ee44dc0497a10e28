"""How many points each caller has left: what was spent leaks away evenly, within a minute."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from resolvers.errors import Code, Refusal

REMEMBERED = 10_000


@dataclass
class Buckets:
    """A bucket for each caller, in the memory of this process; `capacity` 0 = none is counted."""

    capacity: int
    clock: Callable[[], float]
    levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def spend(self, caller: str, cost: int) -> int | None:
        """The points left after these; Refusal as RATE_LIMITED, and nothing spent, if too few."""
        if not self.capacity:
            return None
        now, speed = self.clock(), self.capacity / 60
        level, then = self.levels.get(caller, (0.0, now))
        level = max(0.0, level - (now - then) * speed)
        spilled = level + min(cost, self.capacity) - self.capacity
        if spilled > 1e-9:
            raise _limited(self.capacity, max(1, math.ceil(spilled / speed - 1e-9)))
        self.levels[caller] = level + cost, now
        self.levels.move_to_end(caller)
        if len(self.levels) > REMEMBERED:
            self.levels.popitem(last=False)
        return max(0, math.floor(self.capacity - level - cost + 1e-9))

    def refund(self, caller: str, points: int) -> int | None:
        """The points left after these, which were spent and not needed, have been given back."""
        if caller not in self.levels:
            return None
        now, speed = self.clock(), self.capacity / 60
        level, then = self.levels[caller]
        level = max(0.0, level - points - (now - then) * speed)
        self.levels[caller] = level, now
        return max(0, math.floor(self.capacity - level + 1e-9))


def _limited(capacity: int, seconds: int) -> Refusal:
    message = f"you have spent your {capacity:,} points of this minute; come again in {seconds} s"
    return Refusal(
        Code.RATE_LIMITED,
        message,
        limit="POINTS_PER_MINUTE",
        most=capacity,
        retryAfter=seconds,
    )
