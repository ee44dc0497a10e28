"""What a client wants changed, as far as it can be meant: each value is checked and tidied here.

Nothing is raised: what is wrong is noted as a Problem, all of it, and the change is not run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph import text
from graph.crs import Crs, PlaceError, to_wgs84
from graph.model import Asking, Key


@dataclass(frozen=True)
class Problem:
    """A business failure: a code of the contract, the path in the input, what is wrong.

    `message` is English and `chinese` Chinese; which one is shown is the caller's to say.
    `reaching`: who asked reached for what they do not see or may not change, which is audited.
    """

    code: str
    field: tuple[str, ...]
    message: str
    chinese: str
    reaching: bool = False


@dataclass
class Intent:
    """One mutation as it was asked. `said`: the client's values, to tell two requests apart.

    `asking` says whose scope bounds it and which day is today; `problems` fills up with what
    cannot be meant. Checks give back a value to go on with, right or not.
    """

    name: str
    asking: Asking
    said: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None
    idempotency_key: str | None = None
    mutation_id: str | None = None
    language: str = "en"
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.idempotency_key is not None and not text.is_key(self.idempotency_key):
            said = f"an idempotency key has 1 to {text.KEY_LONGEST} characters"
            self.refuse("idempotencyKey", said, f"幂等键的长度须为 1 至 {text.KEY_LONGEST} 个字符")

    def refuse(self, field: str, message: str, chinese: str, code: str = "INVALID") -> None:
        """Note what is wrong with an input field, «location.crs» for one within another."""
        self.problems.append(Problem(code, tuple(field.split(".")), message, chinese))

    def place(self, field: str, longitude: float, latitude: float, crs: Crs) -> dict[str, Any]:
        """The properties of a place, in WGS-84 degrees."""
        try:
            east, north = to_wgs84(longitude, latitude, crs)
        except PlaceError as error:
            self.refuse(f"{field}.{error.field}", error.message, NOWHERE[error.field])
            return {}
        return {"longitude": east, "latitude": north, "sourceCrs": Crs(crs).value}

    def interval(self, since: str | None, until: str | None) -> None:
        """ISO dates, half-open: a day or more lies between them."""
        if since and until and until <= since:
            self.refuse("until", "until must be later than since", "截止日须晚于起始日")

    def located(self, field: str, *territories: Key | None) -> None:
        """Who sees a part of the network only cannot put anything outside of it."""
        if self.asking.bounded and not any(territories):
            self.refuse(field, "name a territory that you can see", "请指定您可见的辖区")


NOWHERE: Mapping[str, str] = {
    "longitude": "经度须为 -180 至 180 之间的度数",
    "latitude": "纬度须为 -90 至 90 之间的度数,请检查经纬度是否颠倒",
    "crs": "该坐标系只适用于中国境内的点",
}
NO_PLACE: Mapping[str, Any] = {"longitude": None, "latitude": None, "sourceCrs": None}
