"""How lists look to a client: nodes, connections, edges, pages, and the filters and orders of each.

Filter and order inputs are built from the declarations in `graph/`: a property's type gives its
operators, a link gives `some none every` and its count.
"""

import sys
from datetime import date, datetime
from enum import Enum
from types import GenericAlias
from typing import Annotated, Any, ForwardRef, Generic, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graph import registry
from graph.kind import Day, Moment, enumerated, optional, plain, whole
from graph.model import Node as Declared
from resolvers.enum import Direction
from schema.ref import DataSourceRef

N = TypeVar("N")
E = TypeVar("E")


@strawberry.type(description="分页信息 · Where a page lies in its list")
class PageInfo:
    has_next_page: bool = strawberry.field(description="有下一页 · Whether rows follow this page")
    has_previous_page: bool = strawberry.field(
        description="有上一页 · Whether rows come before this page"
    )
    start_cursor: str | None = strawberry.field(
        description="首游标 · Cursor of the first row; null on an empty page"
    )
    end_cursor: str | None = strawberry.field(
        description="尾游标 · Cursor of the last row; null on an empty page"
    )


@strawberry.type(description="列表项 · One row of a list")
class Edge(Generic[N]):
    cursor: str = strawberry.field(description="游标 · Marks this row's place in this order")
    node: N = strawberry.field(description="节点 · The object of this row")


@strawberry.type(description="列表 · A page of a list")
class Connection(Generic[E, N]):
    edges: list[E] = strawberry.field(description="列表项 · Rows with what belongs to the relation")
    nodes: list[N] = strawberry.field(description="节点 · The rows' objects alone")
    page_info: PageInfo = strawberry.field(description="分页信息 · Where the page lies in the list")
    total_count: int = strawberry.field(
        description="总数 · Rows of the whole list, counted up to 25,001"
    )
    total_count_capped: bool = strawberry.field(
        description="总数封顶 · Whether there are more rows than were counted"
    )


PAGE: dict[str, tuple[Any, str]] = {
    "first": (
        int | None,
        "前若干项 · The first rows, 1 to 100; 20 if neither first nor last is given",
    ),
    "after": (str | None, "起始游标 · Only rows behind this cursor"),
    "last": (int | None, "后若干项 · The last rows, 1 to 100"),
    "before": (str | None, "截止游标 · Only rows before this cursor"),
}


def later(name: str) -> Any:
    """A type of this module that is built, or looked up, when the schema is."""
    return Annotated[ForwardRef(name), strawberry.lazy(__name__)]


class Answered(StrawberryField):
    """A root connection: its resolver gets its own arguments, the rest belongs to the selection."""

    def get_result(self, source: Any, info: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        assert self.base_resolver is not None
        own = {argument.python_name for argument in self.base_resolver.arguments}
        added = {argument.python_name for argument in self.arguments} - own
        kept = {name: value for name, value in kwargs.items() if name not in added}
        return super().get_result(source, info, args, kept)


def connection(target: str, description: str, resolver: Any = None) -> Any:
    """A list of nodes of the kind `target`: filtered, ordered and paged."""
    order = GenericAlias(list, (later(f"{target}Order"),))
    ordered = (order | None, "排序 · Sort keys, the first one first; ties by code")
    return _listed(description, resolver, {**_filtered(target), "orderBy": ordered})


def ranked(target: str, description: str, resolver: Any) -> Any:
    """A computed list of nodes of the kind `target`: filtered and paged, in an order of its own."""
    return _listed(description, resolver, _filtered(target))


def page(description: str, resolver: Any = None) -> Any:
    """A computed list: paged only."""
    return _listed(description, resolver, {})


Hints = dict[str, tuple[Any, str]]


def _filtered(target: str) -> Hints:
    return {"filter": (later(f"{target}Filter") | None, "筛选 · Only rows that meet this")}


def _listed(description: str, resolver: Any, hints: Hints) -> StrawberryField:
    field = (Answered if resolver else StrawberryField)(description=description)
    if resolver:
        field(resolver)
    return _argued(field, {**hints, **PAGE})


def asked(description: str, **arguments: tuple[Any, str]) -> Any:
    """A field that is read from its row with these arguments: name = (type, description)."""
    return _argued(StrawberryField(description=description), arguments)


def _argued(field: StrawberryField, arguments: dict[str, tuple[Any, str]]) -> StrawberryField:
    namespace = vars(sys.modules[__name__])
    field.arguments = [
        *field.arguments,
        *(
            StrawberryArgument(
                "order_by" if name == "orderBy" else name,
                name,
                StrawberryAnnotation(hint, namespace=namespace),
                default=None if optional(hint) else strawberry.UNSET,
                description=said,
            )
            for name, (hint, said) in arguments.items()
        ),
    ]
    return field


def answered(resolver: Any, description: str) -> Any:
    """A root field: its resolver returns a Reading, a Finding or a Change, which is then read."""
    return strawberry.field(resolver=resolver, description=description)


@strawberry.type(description="来源 · A row of a loaded file from which a node has values")
class SourceEdge(Edge[DataSourceRef]):
    sheet: str | None = strawberry.field(description="工作表 · Sheet; null where a file has none")
    row: int = strawberry.field(description="行号 · Row, as a spreadsheet numbers it")
    fields: list[str] = strawberry.field(
        description="字段 · Names of the properties that have their values from there"
    )


@strawberry.interface(description="节点 · An object that can be fetched again by its id")
class Node:
    id: strawberry.ID = strawberry.field(
        description="全局标识 · Opaque id, unique among all objects, stable across engines"
    )
    sources: Connection[SourceEdge, DataSourceRef] = connection(
        "DataSource", "来源 · Rows of loaded files from which it has its values"
    )


@strawberry.input(description="文本条件 · Conditions on a text; null states nothing")
class StringFilter:
    eq: str | None = strawberry.field(default=None, description="等于 · Equal, case and all")
    in_: list[str] | None = strawberry.field(
        name="in", default=None, description="属于 · Equal to one of these"
    )
    starts_with: str | None = strawberry.field(default=None, description="开头是 · Starts with")
    contains: str | None = strawberry.field(default=None, description="包含 · Contains")


@strawberry.input(description="整数条件 · Conditions on a whole number; absent meets none")
class IntFilter:
    eq: int | None = strawberry.field(default=None, description="等于 · Equal")
    in_: list[int] | None = strawberry.field(
        name="in", default=None, description="属于 · Equal to one of these"
    )
    gte: int | None = strawberry.field(default=None, description="不小于 · At least")
    lte: int | None = strawberry.field(default=None, description="不大于 · At most")


@strawberry.input(description="布尔条件 · Conditions on a yes or no; absent meets none")
class BooleanFilter:
    eq: bool | None = strawberry.field(default=None, description="等于 · Equal")


@strawberry.input(description="日期条件 · Conditions on a day; absent meets none")
class DateFilter:
    eq: date | None = strawberry.field(default=None, description="等于 · That day")
    gte: date | None = strawberry.field(default=None, description="不早于 · That day or later")
    lte: date | None = strawberry.field(default=None, description="不晚于 · That day or earlier")


@strawberry.input(description="时刻条件 · Conditions on a moment; absent meets none")
class DateTimeFilter:
    gte: datetime | None = strawberry.field(default=None, description="不早于 · Then or later")
    lte: datetime | None = strawberry.field(default=None, description="不晚于 · Then or earlier")


KIND_FILTERS: dict[Any, type] = {Day: DateFilter, Moment: DateTimeFilter}
SCALAR_FILTERS: dict[Any, type] = {str: StringFilter, int: IntFilter, bool: BooleanFilter}


def build_inputs(shown: dict[str, dict[str, str]]) -> None:
    """Makes `XFilter`, `XListFilter` and `XOrder` of each label; `shown`: its fields' descriptions.

    What no field shows can neither be filtered nor ordered by.
    """
    module = sys.modules[__name__]
    for label, fields in shown.items():
        node = registry.node(label)
        for name, made in (
            (f"{label}Filter", _filter(node, fields)),
            (f"{label}ListFilter", _list_filter(label)),
            (f"{label}Order", _order(node, fields)),
        ):
            setattr(module, name, made)


def _filter(node: Declared, shown: dict[str, str]) -> type:
    own = f"{node.label}Filter"
    several = GenericAlias(list, (later(own),))
    fields: dict[str, tuple[Any, str]] = {}
    for name, kind in node.properties.items():
        made = _scalar_filter(kind) if name in shown and name not in node.derived else None
        if made:
            fields[name] = (made, shown[name])
    for name, link in node.links.items():
        if link.many and name in shown:
            fields[name] = (later(f"{link.target}ListFilter"), shown[name])
    for name, said in _counts(node, shown).items():
        fields[name] = (IntFilter, said)
    fields |= {
        "and": (several, "且 · All of these; of none, true"),
        "or": (several, "或 · One of these; of none, false"),
        "not": (later(own), "非 · Not this"),
    }
    return _input(
        own, f"{node.label} 的筛选条件 · Conditions on a {node.label}, all to be met", fields
    )


def _list_filter(label: str) -> type:
    one = later(f"{label}Filter")
    fields = {
        "some": (one, "至少一个 · At least one meets this"),
        "none": (one, "没有 · None meets this"),
        "every": (one, "全部 · Every one meets this (so also where there is none)"),
    }
    return _input(
        f"{label}ListFilter", f"对关联 {label} 的条件 · Conditions on related {label}s", fields
    )


def _order(node: Declared, shown: dict[str, str]) -> type:
    names = [
        name
        for name, kind in node.properties.items()
        if name in shown and name not in node.derived and plain(kind) in (str, int)
    ]
    fields: dict[str, tuple[Any, str]] = {name: (Direction, shown[name]) for name in names}
    fields |= {name: (Direction, said) for name, said in _counts(node, shown).items()}
    said = f"{node.label} 的排序键 · One sort key of a {node.label}"
    return _input(f"{node.label}Order", said, fields, one_of=True)


def _counts(node: Declared, shown: dict[str, str]) -> dict[str, str]:
    """Countable things that a client can see: the link is a field, or the count itself is."""
    told: dict[str, str] = {}
    for name in node.count_names():
        count = node.count(name)
        if name in shown:
            told[name] = shown[name]
        elif count and count.link in shown:
            chinese, _, english = shown[count.link].partition(" · ")
            told[name] = f"{chinese}数量 · Number of: {english}"
    return told


def _scalar_filter(kind: Any) -> Any:
    found = whole(kind)
    if enumerated(kind):
        return _enum_filter(found)
    return KIND_FILTERS.get(found) or SCALAR_FILTERS.get(plain(kind))


def _enum_filter(kind: type[Enum]) -> type:
    own: str = kind.__strawberry_definition__.name  # type: ignore[attr-defined]
    name, module = f"{own}Filter", sys.modules[__name__]
    if not hasattr(module, name):
        several: Any = GenericAlias(list, (kind,))
        fields = {"eq": (kind, "等于 · Equal"), "in": (several, "属于 · Equal to one of these")}
        said = f"{own} 条件 · Conditions on a {own}; null states nothing"
        setattr(module, name, _input(name, said, fields))
    return getattr(module, name)  # type: ignore[no-any-return]


def _input(
    name: str, description: str, fields: dict[str, tuple[Any, str]], one_of: bool = False
) -> type:
    """A strawberry input whose fields are all optional; `and`, `in` … are spelled with an `_`."""
    empty: Any = strawberry.UNSET if one_of else None
    namespace: dict[str, Any] = {"__annotations__": {}, "__module__": __name__}
    for field, (kind, said) in fields.items():
        python = f"{field}_"
        namespace["__annotations__"][python] = kind | None
        namespace[python] = strawberry.field(name=field, default=empty, description=said)
    return strawberry.input(type(name, (), namespace), one_of=one_of, description=description)
