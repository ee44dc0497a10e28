"""What a list is narrowed to and sorted by: filter and orderBy arguments as words of a reading."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from graph import registry
from graph.kind import plain
from graph.model import Combined, Compare, Condition, Order, Parameter, Related
from resolvers.errors import Code, Refusal, bad_input
from resolvers.kept import kept

Dig = Callable[[Any], Any]  # finds, in what a request brought, the value at one place
MOST_ORDERS = 4
# A filter states so many comparisons at most, and follows so many links in a row.
MOST_COMPARISONS = 100
MOST_HOPS = 4


def condition(label: str, given: Mapping[str, Any] | None, dig: Dig) -> Condition | None:
    """The condition that a filter input states; None if it states nothing. Null states nothing.

    Refused as LIMIT_EXCEEDED if it states more than a statement can carry.
    """
    found = _condition(label, given, dig)
    comparisons, hops = _size(found)
    for limit, size, most in (
        ("COMPARISONS", comparisons, MOST_COMPARISONS),
        ("HOPS", hops, MOST_HOPS),
    ):
        if size > most:
            message = f"this filter exceeds the limit of {most} {limit.lower()}"
            raise Refusal(Code.LIMIT_EXCEEDED, message, "filter", limit=limit, most=most)
    return found


def _size(condition: Condition | None) -> tuple[int, int]:
    """Comparisons in a condition, and links followed in a row."""
    if isinstance(condition, Combined):
        sizes = [_size(part) for part in condition.parts]
        return sum(size for size, _ in sizes), max((hops for _, hops in sizes), default=0)
    if isinstance(condition, Related):
        comparisons, hops = _size(condition.condition)
        return comparisons + 1, hops + 1
    return (1, 0) if condition else (0, 0)


def _condition(label: str, given: Mapping[str, Any] | None, dig: Dig) -> Condition | None:
    parts = list(_parts(label, given or {}, dig))
    return parts[0] if len(parts) == 1 else Combined("and", tuple(parts)) if parts else None


def _parts(label: str, given: Mapping[str, Any], dig: Dig) -> Iterator[Condition]:
    node = registry.node(label)
    for name in sorted(given):
        value, below = given[name], _step(dig, name)
        if value is None:
            continue
        if name in ("and", "or"):
            yield from _joined(label, name, value, below)
        elif name == "not":
            inner = _condition(label, value, below)
            yield Combined("not", (inner,)) if inner else Combined("not", (Combined("and", ()),))
        elif name in node.links:
            for quantifier in sorted(value):
                if value[quantifier] is not None:
                    inner = _condition(
                        node.links[name].target, value[quantifier], _step(below, quantifier)
                    )
                    yield Related(name, quantifier, inner)
        else:
            for operator in sorted(value):
                if value[operator] is not None:
                    source = _kept(_step(below, operator))
                    yield Compare(name, operator, Parameter(source))


def _joined(label: str, name: str, value: Sequence[Any], dig: Dig) -> Iterator[Condition]:
    parts = [_condition(label, part, _step(dig, i)) for i, part in enumerate(value)]
    everything = Combined("and", ())
    yield Combined(name, tuple(part or everything for part in parts))  # type: ignore[arg-type]


def order(label: str, given: Sequence[Mapping[str, Any]] | None) -> tuple[Order, ...]:
    """The sort keys an orderBy states, first one first."""
    if not given and registry.node(label).latest_first:
        return (Order("code", descending=True),)
    entries = [next(iter(entry.items())) for entry in given or ()]
    names = [name for name, _ in entries]
    if len(entries) > MOST_ORDERS or len(set(names)) < len(names):
        raise bad_input(f"orderBy takes up to {MOST_ORDERS} different keys", "orderBy")
    return tuple(Order(name, kept(direction) == "DESC") for name, direction in entries)


def kinds(label: str, orders: Sequence[Order]) -> list[type]:
    """The type of each sort value, the code's last: str or int."""
    properties = dict[str, Any](registry.node(label).properties)
    found: list[type] = [
        str if o.name in properties and plain(properties[o.name]) is str else int for o in orders
    ]
    return found if any(o.name == "code" for o in orders) else [*found, str]


def _step(dig: Dig, key: Any) -> Dig:
    return lambda bound: dig(bound)[key]


def _kept(dig: Dig) -> Dig:
    return lambda bound: kept(dig(bound))
