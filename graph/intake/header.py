"""What a column means: headers in Chinese or English, or as a mapping says, become targets.

The words stand in `header.json`; the names of the declaration are always understood, so that a kind
of node without words of its own can be loaded, too. Knows no cell.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from graph import registry
from graph.intake import relation
from graph.intake.mapping import Mapped
from graph.intake.relation import INTERVAL, Relation
from graph.person import COUNTED

NOT_LOADED = ("version", *COUNTED)
APART = re.compile(r"[\s_\-]+")


@dataclass(frozen=True)
class Target:
    """What a column is of: a property of the row's own node (or of the relationship that the row
    is), a link to others, or a property of that link. `name` is how a mapping calls it.

    `link` is the link it belongs to; `property` is empty for the link itself.
    """

    name: str
    property: str = ""
    link: Relation | None = None
    hint: Any = None


@dataclass(frozen=True)
class Meaning:
    """How the rows of a sheet are meant: as nodes of `label`, or as the relationship `relation`."""

    label: str
    relation: Relation | None
    columns: Mapping[str, Target | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.relation.type if self.relation else self.label


class Unclear(ValueError):
    """`column` (or the sheet as a whole, if empty) has no meaning that can be told."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


@cache
def words() -> Mapping[str, Any]:
    """What `header.json` says: kinds, headers, values, defaults, intervals and keys."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("header.json").read_bytes())
    return found


def spelled(header: str) -> str:
    """A header as headers are compared: half-width, small letters, without spaces and hyphens."""
    return APART.sub("", unicodedata.normalize("NFKC", header)).casefold()


def meaning(file: str, sheet: str, headers: Sequence[str], mapped: Mapped) -> Meaning:
    """What the sheet holds; Unclear for a kind that cannot be told, or an unknown header."""
    kind = mapped.kind or kind_named(sheet) or kind_named(file.rpartition(".")[0])
    if kind is None:
        kinds = [n.label for n in registry.nodes() if not n.ours]
        fitting = [each for each in kinds if _fits(each, headers, mapped)]
        if len(fitting) != 1:
            said = ", ".join(fitting) or "none"
            raise Unclear(
                "",
                "无法判断行的种类,请用 --kind 指明 · what the rows are cannot be told "
                f"(by the headers: {said}); say it by --kind or in the mapping",
            )
        kind = fitting[0]
    found = _meant(kind)
    return Meaning(found.label, found.relation, _columns(found, headers, mapped))


def kind_named(name: str) -> str | None:
    """The kind of this name, in Chinese or English: a label, or a type of relationship."""
    said = spelled(name)
    for node in registry.nodes():
        known = [node.label, *words()["kinds"].get(node.label, ())]
        if said in map(spelled, known):
            return node.label
    types = (r.type for node in registry.nodes() for r in relation.of(node.label).values())
    return next((each for each in types if spelled(each) == said), None)


def _meant(kind: str) -> Meaning:
    """What rows of this kind are."""
    if registry.knows(kind) and not registry.node(kind).ours:
        return Meaning(kind, None)
    related = relation.named(kind)
    if related:
        return Meaning("", related)
    found = kind_named(kind)
    if found is None or found == kind:
        raise Unclear("", f"没有这一种类 · there is no kind {kind}")
    return _meant(found)


def _fits(label: str, headers: Sequence[str], mapped: Mapped) -> bool:
    try:
        columns = _columns(Meaning(label, None), headers, mapped)
    except Unclear:
        return False
    return any(target and target.name in ("code", "name") for target in columns.values())


def _columns(meant: Meaning, headers: Sequence[str], mapped: Mapped) -> dict[str, Target | None]:
    """Each header's target, None for one that is ignored."""
    found: dict[str, Target | None] = {}
    left: list[Relation] = []
    for header in headers:
        found[header] = target = column(meant, header, mapped, left)
        if target and target.link and not target.property:
            left.append(target.link)
    named: dict[str, str] = {}
    for header, target in found.items():
        if target and target.name in named:
            other = named[target.name]
            raise Unclear(header, f"与「{other}」含义相同 · it means the same as {other}")
        if target:
            named[target.name] = header
    for header, target in found.items():
        if target and target.link and target.property and target.link.name not in named:
            said = target.link.name
            raise Unclear(header, f"缺少关系列 · no column names the {said} it says something of")
    return found


def column(
    meant: Meaning, header: str, mapped: Mapped, left: Sequence[Relation] = ()
) -> Target | None:
    """The target of one header; `left`: the links named by columns to its left."""
    every = _relating(meant.relation) if meant.relation else _of_node(meant.label)
    if header in mapped.columns:
        said = mapped.columns[header]
        if said is None:
            return None
        if said in every:
            return every[said]
        near = _near(said, left)
        if near:
            return near
        raise Unclear(header, f"映射的含义不存在 · the mapping says {said}, which there is not")
    known = _spellings(meant, every)
    target = known.get(spelled(header))
    if target:
        return target
    general = words()["headers"]["*"]
    bare = [name for name, said in general.items() if spelled(header) in map(spelled, said)]
    found = _near(bare[0] if bare else header, left)
    if found:
        return found
    raise Unclear(header, "未知列,请在映射中说明或忽略 · unknown column; map it, or ignore it")


def _near(name: str, left: Sequence[Relation]) -> Target | None:
    """A property of the nearest link to the left that has one of this name."""
    for link in reversed(left):
        for target in _parts(link):
            if spelled(target.property) == spelled(name):
                return target
    return None


def _parts(link: Relation) -> list[Target]:
    interval = {name: None for name in INTERVAL} if link.validity else {}
    every: dict[str, Any] = {**interval, **link.properties}
    return [Target(f"{link.name}.{name}", name, link, hint) for name, hint in every.items()]


@cache
def _of_node(label: str) -> dict[str, Target]:
    """Everything that a row of this label may state, by the name it has in a mapping."""
    node = registry.node(label)
    found: dict[str, Target] = {}
    for name, hint in node.properties.items():
        if name not in NOT_LOADED:
            found[name] = Target(name, name, None, hint)
    if {"longitude", "latitude"} <= set(found):
        found["crs"] = Target("crs", "crs")
    if "phone" in words()["headers"].get(label, ()):
        found["phone"] = Target("phone", "phone")
    for name, link in relation.of(label).items():
        if name not in found:
            found[name] = Target(name, "", link)
            found |= {part.name: part for part in _parts(link)}
    return found


def _relating(related: Relation) -> dict[str, Target]:
    """What a row that is a relationship may state: its ends, its interval and its properties."""
    interval = INTERVAL if related.validity else ()
    found = {name: Target(name, name) for name in ("start", "end", *interval)}
    return found | {
        name: Target(name, name, None, hint) for name, hint in related.properties.items()
    }


def _spellings(meant: Meaning, every: Mapping[str, Target]) -> dict[str, Target]:
    """How each target may be written, what is said of this very kind before what holds of all."""
    headers = words()["headers"]
    own = headers.get(meant.label, {}) if meant.label else {}
    known: dict[str, Target] = {}

    def add(said: Iterable[str], target: Target) -> None:
        for each in said:
            known.setdefault(spelled(each), target)

    for name, target in every.items():
        add(own.get(name, ()), target)
    for name, target in every.items():
        add([name], target)
    for name, target in every.items():
        add([name.removesuffix("s"), *_without_is(name)], target)
    for name, target in every.items():
        add(headers["*"].get(name, ()), target)
    if meant.relation:
        for side, labels in (("start", meant.relation.starts), ("end", meant.relation.ends)):
            add((word for label in labels for word in _naming(label)), every[side])
        return known
    for label, kinds in words()["kinds"].items():
        leading = [t for t in every.values() if t.link and not t.property]
        to = [t for t in leading if t.link and label in t.link.targets]
        if len(to) == 1:
            add([label, *kinds], to[0])
    return known


def _without_is(name: str) -> list[str]:
    return [name[2:]] if name.startswith("is") and name[2:3].isupper() else []


def _naming(label: str) -> list[str]:
    """Words for a node of this label where it is an end of a relationship."""
    own = words()["headers"].get(label, {})
    return [label, *words()["kinds"].get(label, ()), *own.get("code", ()), *own.get("name", ())]
