"""Writes documents that nobody would write and that are valid, the same for the same seed."""

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_object_type,
)

import schema
from resolvers.identity import global_id
from resolvers.limits import Limits

SCHEMA = schema.build()._schema
QUERY: Any = SCHEMA.query_type
# Nearly every field that is written has an alias.
FREE = Limits(
    aliases=1_000, directives=1_000, fragments=1_000, same_name_fields=1_000, cost=1_000_000
)
ROOTS = (
    ("grid", '(code: "ZZ-GX-SF-L3-007")'),
    ("grid", '(code: "ZZ-GX-SF-M-037")'),
    ("grid", '(code: "ZZ-EQ-TOWER")'),
    ("grid", '(code: "NOWHERE")'),
    ("division", '(code: "ZZ-SJ-XW")'),
    ("person", '(code: "P-SF-V0279")'),
    ("socialOrganization", '(code: "PIONEER-RIDERS")'),
    ("merchant", '(code: "M-HQ-004")'),
    ("alliance", '(code: "HUAQIANG")'),
    ("businessDistrict", '(code: "BD-HUAQIANG")'),
    ("partyOrganization", '(code: "PO-HUAQIANG")'),
    ("skill", '(code: "health")'),
    ("node", "(id: $grid)"),
    ("nodes", "(ids: [$grid, $division, $person, $grid, $nobody])"),
    ("viewer", ""),
)
LISTS = ("grids", "people", "merchants", "socialOrganizations", "partyOrganizations", "divisions")
WITHIN = ("within: $grid", "within: $division")
COMPUTED = ("search", "coverage", "volunteers", "gridsAt")
# What can be asked of a grid as a unit of coverage.
ASKED = (
    "{kind: HEAD_ASSIGNED}",
    "{kind: VISIT, days: 90, k: 2}",
    '{kind: SKILL, skill: {skill: "health", minLevel: 2}, meters: 400}',
)
KEYS = ("class", "from", "in", "all", "node", "edge", "key", "rows", "total", "tag", "l0", "f1")
TEXTS = ("", "华", "示例", "ZZ", "P-SF-V0", "law", "'", "\\", "p0", "n.code")


@dataclass
class Names:
    """The response keys of one selection set, fragments and all, so that they can be merged."""

    prefix: str = ""
    taken: dict[str, tuple[str, "Names"]] = field(default_factory=dict)
    types: dict[str, "Names"] = field(default_factory=dict)

    def of(self, concrete: str) -> "Names":
        """Names that meet no other type's in the same place."""
        return self.types.setdefault(concrete, Names(f"{concrete}_"))


class Author:
    """Writes a valid document by chance: selections, aliases, fragments, arguments, variables."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.left = chance.choice([6, 15, 40])  # fields that may still be asked
        self.dated: tuple[str, ...] = ("asOf",)
        self.fragments: list[str] = []
        self.variables: dict[str, tuple[str, Any]] = {
            "grid": ("ID!", global_id("Grid", "ZZ-GX-SF-L2-03")),
            "division": ("ID!", global_id("Division", "ZZ-SJ-XW-C01")),
            "person": ("ID!", global_id("Person", "P-RIDER-01")),
            "nobody": ("ID!", global_id("Person", "NOBODY")),
            "yes": ("Boolean!", chance.random() < 0.5),
        }

    def document(self) -> tuple[str, dict[str, Any]]:
        fields = [self.root(f"r{i}") for i in range(self.chance.randint(1, 2))]
        return self.finished(" ".join(fields))

    def finished(self, body: str) -> tuple[str, dict[str, Any]]:
        """The body as a document, with the fragments and variables that it needs."""
        text = f"{{ {body} }}"
        spread, waiting = set[str](), re.findall(r"\.\.\.F(\d+)", text)
        while waiting:
            number = waiting.pop()
            if number not in spread:
                spread.add(number)
                text = f"{text} {self.fragments[int(number)]}"
                waiting += re.findall(r"\.\.\.F(\d+)", self.fragments[int(number)])
        said = set(re.findall(r"\$(\w+)", text))
        used = {name: v for name, v in self.variables.items() if name in said}
        head = ", ".join(f"${name}: {kind}" for name, (kind, _) in used.items())
        return f"query{f' ({head})' if head else ''} {text}", {n: v for n, (_, v) in used.items()}

    def root(self, key: str) -> str:
        pick = self.chance.random()
        if pick < 0.4:
            name, arguments = self.chance.choice(ROOTS)
        elif pick < 0.8:
            name = self.chance.choice(LISTS)
            arguments = self.arguments(QUERY.fields[name], [self.chance.choice(WITHIN)])
        else:
            name = self.chance.choice(COMPUTED)
            arguments = self.computed(name)
        kind = get_named_type(QUERY.fields[name].type)
        return f"{key}: {name}{arguments} {self.selection(kind, 3, Names())}"

    def computed(self, name: str) -> str:
        if name == "search":
            return f'(text: "{self.chance.choice(["华", "law", "ZZ-GX", "王"])}", first: 3)'
        if name == "gridsAt":
            return "(point: {longitude: 113.54, latitude: 34.81, crs: GCJ02})"
        if name == "volunteers":
            skill = self.chance.choice(["law", "health", "sign-language"])
            return f'(within: $grid, first: 2, skills: [{{skill: "{skill}"}}])'
        level = self.chance.choice(["L3", "MICRO"])
        return f"(input: {{kind: HEAD_ASSIGNED, level: {level}, within: $grid}})"

    def selection(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        """`{ … }` on any type; `depth` links at most below it."""
        many = self.chance.randint(1, 4) if self.left > 0 else 1
        parts = [self.part(kind, depth, names) for _ in range(many)]
        return f"{{ {' '.join(parts)} }}"

    def part(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        pick = self.chance.random()
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) and pick < 0.8:
            concrete = self.chance.choice(SCHEMA.get_possible_types(kind))
            own = names.of(concrete.name)
            return f"... on {concrete.name} {self.selection(concrete, depth, own)}"
        if pick < 0.1:
            return "__typename"
        if pick < 0.2:
            return f"... {self.when()} {self.selection(kind, depth, names)}"
        if pick < 0.3:
            self.fragments.append("")
            at = len(self.fragments) - 1
            body = self.selection(kind, depth, names)
            self.fragments[at] = f"fragment F{at} on {kind.name} {body}"
            return f"...F{at}{self.when()}"
        return self.field(kind, depth, names)

    def when(self) -> str:
        said = [""] * 6 + ["@skip(if: $yes)", "@include(if: $yes)", "@include(if: true)"]
        return f" {self.chance.choice(said)} "

    def field(self, kind: GraphQLNamedType, depth: int, names: Names) -> str:
        self.left -= 1
        depth = depth if self.left > 0 else 0
        fields = getattr(kind, "fields", {})
        fitting = [n for n, f in fields.items() if depth or is_leaf_type(get_named_type(f.type))]
        if not fitting:
            return "__typename"
        links = [n for n in fitting if not is_leaf_type(get_named_type(fields[n].type))]
        name = self.chance.choice(links if links and self.chance.random() < 0.5 else fitting)
        target = get_named_type(fields[name].type)
        said = f"{name}{self.arguments(fields[name], [])}"
        key = self.key(name, said, names)
        below = "" if is_leaf_type(target) else self.under(target, depth, names.taken[key][1])
        return f"{key}: {said}{self.when()}{below}"

    def under(self, target: GraphQLNamedType, depth: int, names: Names) -> str:
        # Connections, edges and small records are no step of their own.
        step = 1 if _is_node(target) else 0
        return f" {self.selection(target, depth - step, names)}"

    def key(self, name: str, said: str, names: Names) -> str:
        tries = (self.chance.choice([name, *KEYS]), name, *(f"{name}{i}" for i in range(99)))
        for key in (f"{names.prefix}{each}" for each in tries):
            if key not in names.taken or names.taken[key][0] == said:
                names.taken.setdefault(key, (said, Names()))
                return key
        raise AssertionError("more than a hundred uses of a field")

    def arguments(self, definition: Any, said: list[str]) -> str:
        said = [*said]
        args = definition.args
        if "first" in args:
            said.append(f"{self.chance.choice(['first', 'last'])}: {self.chance.randint(1, 3)}")
        if "input" in args:
            said.append(f"input: {self.chance.choice(ASKED)}")
        for name in ("filter", "orderBy", "crs", "partyMembersOnly", "status", *self.dated):
            if name in args and self.chance.random() < 0.3:
                value = self.value(args[name].type, 2)
                if self.chance.random() < 0.5:
                    said.append(f"{name}: {self.variable(str(args[name].type), value)}")
                else:
                    said.append(f"{name}: {literal(value)}")
        return f"({', '.join(said)})" if said else ""

    def variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = (kind, plain(value))
        return f"${name}"

    def value(self, kind: Any, depth: int) -> Any:
        named = get_named_type(kind)
        if is_list_type(kind) or is_list_type(getattr(kind, "of_type", None)):
            many = 2 if named.name.endswith("Order") else self.chance.randint(0, 2)
            found = [self.value(named, depth - 1) for _ in range(many)]
            keys = [str(one) if not isinstance(one, dict) else next(iter(one), "") for one in found]
            return found[:1] if len(set(keys)) < len(keys) else found
        if isinstance(named, GraphQLEnumType):
            return Word(self.chance.choice(list(named.values)))
        if isinstance(named, GraphQLInputObjectType):
            return self.input(named, depth)
        return {
            "Int": self.chance.choice([0, 1, 2, 55, 300, -1]),
            "Boolean": self.chance.random() < 0.5,
            "Date": self.chance.choice(["2026-11-24", "2023-05-05", "2024-02-29"]),
            "DateTime": self.chance.choice(["2026-11-24T09:00:00+08:00", "2026-10-01T00:00:00Z"]),
        }.get(named.name, self.chance.choice(TEXTS))

    def input(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        names = list(kind.fields)
        if depth <= 0:
            inner = [n for n in names if not _nests(kind.fields[n].type)]
            names = inner or names
        if kind.name.endswith("Order"):
            name = self.chance.choice(names)
            return {name: self.value(kind.fields[name].type, 0)}
        chosen = self.chance.sample(names, min(len(names), self.chance.randint(0, 2)))
        return {
            name: None
            if self.chance.random() < 0.1
            else self.value(kind.fields[name].type, depth - 1)
            for name in chosen
            if depth > -3
        }


class Word(str):
    """An enum value: written without quotes."""


def literal(value: Any) -> str:
    if isinstance(value, Word):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: {literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Word) else value


def _nests(kind: Any) -> bool:
    return str(get_named_type(kind)).endswith("ListFilter") or is_list_type(kind)


def _is_node(kind: Any) -> bool:
    return "Node" in [i.name for i in getattr(kind, "interfaces", ())] or not is_object_type(kind)
