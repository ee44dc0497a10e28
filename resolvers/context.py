"""What a resolver may know of the request it answers."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry.types.info import Info as StrawberryInfo

from graph.bolt import Graph
from graph.model import Asking, Key
from resolvers import identity
from resolvers.auth import SEE, Caller, Scope
from resolvers.errors import Refusal
from resolvers.limits import DEFAULTS, Limits

TERRITORIES = ("Division", "Grid")


@dataclass
class Context:
    """One request: the graph it reads, who asks, on which day of which zone, in which language.

    Each root field has one of its own (`of_root`): what it is `permitted`, and over which `scope`
    it is answered, depends on what it asks. `plans` keeps what was prepared for this document, by
    the `form` of the operation and its variables among others.
    `direct`: graph-shaped answers are encoded at once; False sends them through graphql-core's
    completion, which gives the same bytes. `limits` is set by what answers. `costed`: the answer
    tells what it cost. `until`: when what the caller showed expires, in seconds since 1970; None =
    never. `explain`: the answer says which statements ran, to who may know.
    """

    graph: Graph
    caller: Caller
    today: date
    request: str
    language: str = "en"
    zone: str = "Asia/Shanghai"
    plans: dict[Any, Any] = field(default_factory=dict)
    direct: bool = True
    limits: Limits = DEFAULTS
    costed: bool = False
    until: float | None = None
    explain: bool = False
    permitted: frozenset[str] | None = None
    scope: Scope = ()
    form: Any = None

    def of_root(self, form: Any) -> "Context":
        """One for a root field alone, which is permitted nothing yet."""
        return replace(self, permitted=None, scope=(), form=form)

    def permit(self, permissions: frozenset[str], scope: Scope) -> None:
        """Lets the root field be answered, with these permissions over these territories."""
        self.permitted, self.scope = permissions, scope

    def sees(self, label: str) -> bool:
        """Whether nodes of this kind are seen wherever the root field is answered."""
        needed = SEE.get(label)
        if needed is None or self.permitted is None or needed in self.permitted:
            return True
        try:
            return self.caller.over(self.permitted | {needed}) == self.scope
        except Refusal:
            return False

    @property
    def bounded(self) -> bool:
        return self.scope is not None

    def asking(self, day: str | None = None, after: tuple[str, ...] = ()) -> Asking:
        today = self.today.isoformat()
        return Asking(self.scope, day or today, today, after, self.zone)

    def territory(self, within: str | None) -> Key | None:
        """The territory behind a `within` argument; refused where it is no territory's id."""
        return None if within is None else identity.key(within, "within", *TERRITORIES)


Info = StrawberryInfo[Context, None]
Within = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="辖区 · Only what belongs to this division or grid, or below"),
]
AsOf = Annotated[
    date | None,
    strawberry.argument(description="日期 · The day that is asked about; today if not given"),
]
CodeOf = Annotated[str, strawberry.argument(description="代码 · Its code")]


def iso(day: date | None) -> str | None:
    """A day as the graph takes it."""
    return None if day is None else day.isoformat()
