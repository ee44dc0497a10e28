"""How an answer is put into response form: rows become objects under the client's own keys.

A `Part` is one response key: how its value is read, and the msgspec type that checks it. The same
parts serve both ways of completion: encoded at once, or handed to graphql-core as dicts.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
)

from graph.model import Key

Read = Callable[[Any, "Answer"], Any]
Held = Callable[[Any], Any]
Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
# The bounds refuse NaN and the infinities, which JSON cannot say.
Finite = Annotated[float, msgspec.Meta(ge=-1.7976931348623157e308, le=1.7976931348623157e308)]
SCALARS: Mapping[str, Any] = {
    "Int": Int32,
    "Float": Finite,
    "Boolean": bool,
    "GeoJSON": Any,
}


class Part(NamedTuple):
    """One key of a response object. `own`: the property that it is, unchanged."""

    key: str
    read: Read
    type: Any
    own: str | None = None


class Shaped(dict[str, Any]):
    """A response object that knows its type, for graphql-core to resolve abstract types by."""

    __slots__ = ("label",)

    def __init__(self, label: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.label = label


class Answer:
    """One answer in the making: what the request brought, and the rows read so far.

    While `wanted` is a list, keys met at place i are noted in `wanted[i]`; afterwards `rows[i]`
    holds what was read of them. Then, while `asked` is a list, the codes of nodes at graft i are
    noted in `asked[i]`; afterwards `grafted[i]` holds what was computed of them.
    """

    def __init__(self, bound: Any, places: int, checked: bool) -> None:
        self.bound = bound
        self.checked = checked
        self.wanted: list[dict[Key, None]] | None = [{} for _ in range(places)]
        self.rows: list[dict[Key, Any]] = [{} for _ in range(places)]
        self.asked: list[dict[str, None]] | None = None
        self.grafted: list[Mapping[str, Any]] = []
        self.kept: dict[Any, Any] = {}

    def note(self, place: int, key: Key | None) -> None:
        if self.wanted is not None and key is not None:
            self.wanted[place][key] = None

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value that is made the first time it is asked for."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]


def record(label: str, parts: list[Part], held: Held = itemgetter("node")) -> tuple[Read, Any]:
    """How an object with these parts is read, and the Struct that checks and orders it.

    Where the Struct takes its keys out of what it is given, properties that keep their names are
    left where they are `held`: in a row, by its node. There may be others beside them. None where
    each is to be read.
    """
    reads = [(part.key, part.read) for part in parts]
    made = [(part.key, part.read) for part in parts if part.own != part.key]
    kept = len(made) < len(parts)

    def read(value: Any, answer: Answer) -> Any:
        if value is None:
            return None
        if not answer.checked:
            return Shaped(label, {key: of(value, answer) for key, of in reads})
        own = held(value) if kept else None
        if own is None:
            return {key: of(value, answer) for key, of in reads}
        if not made:
            return own
        found = dict(own)
        for key, of in made:
            found[key] = of(value, answer)
        return found

    return read, struct(label, parts)


def itself(value: Any) -> Any:
    """A record holds its properties itself, unless one of them is still to be computed."""
    return value if type(value) is dict and not any(map(callable, value.values())) else None


def checked(value: Any, kind: Any) -> Any:
    """The value as a Struct, in key order, its types and nulls right; else ValidationError."""
    return None if value is None else msgspec.convert(value, kind)


def struct(label: str, parts: list[Part]) -> Any:
    fields = [
        (f"f{i}", part.type) if not _nullable(part.type) else (f"f{i}", part.type, None)
        for i, part in enumerate(parts)
    ]
    names = {f"f{i}": part.key for i, part in enumerate(parts)}
    return msgspec.defstruct(label, fields, rename=names, kw_only=True, gc=False)


def typed(kind: GraphQLOutputType, inner: Any = None) -> Any:
    """The msgspec type of a GraphQL type; `inner` stands for its named type if it is an object."""
    if isinstance(kind, GraphQLNonNull):
        return _whole(kind.of_type, inner)
    return _whole(kind, inner) | None


def _whole(kind: GraphQLOutputType, inner: Any) -> Any:
    if isinstance(kind, GraphQLList):
        return list[typed(kind.of_type, inner)]  # type: ignore[misc]
    if inner is not None:
        return inner
    if isinstance(kind, GraphQLEnumType):
        return Literal[tuple(kind.values)]
    assert isinstance(kind, GraphQLNamedType)
    return SCALARS.get(kind.name, str)


def each_of(kind: GraphQLOutputType, read: Read) -> Read:
    """The reader of a value of this type, from the reader of one of its items."""
    if isinstance(kind, GraphQLNonNull):
        return each_of(kind.of_type, read)
    if isinstance(kind, GraphQLList):
        item = each_of(kind.of_type, read)
        return lambda value, answer: (
            None if value is None else [item(each, answer) for each in value]
        )
    return read


def _nullable(kind: Any) -> bool:
    return kind is Any or type(None) in getattr(kind, "__args__", ())
