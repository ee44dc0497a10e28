"""What one operation did: which statements ran for it, how long, how it ended. It holds no values.

A trace belongs to the request that is answered in the same task or one it made; statements of no
request, such as a ping, belong to none.
"""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any

from graph.bolt import Ran
from resolvers.asks import Asks

MOST = 1_000  # statements that are remembered of one request
_current: ContextVar["Trace | None"] = ContextVar("trace", default=None)


@dataclass
class Trace:
    """`began`: seconds since 1970. `kind`: query, mutation, …; None where nothing was executed.

    `fields`: names of the root fields, as the schema has them. `codes`: of the errors in the
    answer; CANCELLED where the client went. `caller`: an account, or a caller of our own.
    """

    request: str
    caller: str
    kind: str | None = None
    fields: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    began: float = field(default_factory=time.time)
    milliseconds: float = 0.0
    statements: list[Ran] = field(default_factory=list)
    start: float = 0.0
    before: "Token[Trace | None] | None" = None

    def __enter__(self) -> None:
        """What runs from here on belongs to the trace, which has its time at the end."""
        self.before, self.start = _current.set(self), time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.milliseconds = (time.perf_counter() - self.start) * 1000
        if self.before is not None:
            _current.reset(self.before)

    @property
    def engine_milliseconds(self) -> float:
        """Of all statements together; several may have run at once."""
        return sum(ran.milliseconds for ran in self.statements)

    def answered(self, body: Mapping[str, Any], asks: Asks | None) -> None:
        """How it ended, by its response."""
        if asks is not None:
            self.kind, self.fields = asks.kind, asks.fields
        told = [error["extensions"] for error in body.get("errors", ())]
        self.codes = tuple(dict.fromkeys(each["code"] for each in told))
        self.limits = tuple(dict.fromkeys(each["limit"] for each in told if "limit" in each))

    def plan(self) -> dict[str, Any]:
        """The statements for `extensions.plan`: by name, without text and values."""
        return {
            "milliseconds": round(self.milliseconds, 3),
            "statements": [
                {"name": ran.name, "rows": ran.rows, "milliseconds": round(ran.milliseconds, 3)}
                for ran in self.statements
            ],
        }


Finished = Callable[[Trace], None]


def observed(ran: Ran) -> None:
    """For `Graph.observers`: the statement belongs to the request that is being answered."""
    trace = _current.get()
    if trace is not None and len(trace.statements) < MOST:
        trace.statements.append(ran)
