"""What must hold of a node or a relationship, as Cypher text: validity, scope, filters, counts.

Every predicate is true or false, never null. Values are places (`$p0`, `$p1`, …), names come from
declarations. Knows no clause: `graph.cypher` puts predicates where they belong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, LiteralString

from graph import registry
from graph.model import Combined, Compare, Condition, Link, Node, Parameter, Related, Tally

COMPARISON: dict[str, LiteralString] = {
    "eq": "=",
    "in": "IN",
    "gte": ">=",
    "lte": "<=",
    "startsWith": "STARTS WITH",
    "contains": "CONTAINS",
}


Texts = list[LiteralString]


@dataclass(frozen=True)
class Told:
    """A target told by its code: how it is matched, and how the nodes that lead to it are known."""

    name: LiteralString
    match: LiteralString
    way: LiteralString
    bare: LiteralString
    asked: tuple[LiteralString, ...]

    def tests(self, n: LiteralString) -> Texts:
        """That `n` leads there: an engine asks for this relationship, and looks at no other."""
        return [f"({n}){self.bare}", self.validly(n)]

    def validly(self, n: LiteralString) -> LiteralString:
        """That `n` leads there by a relationship that meets what is asked, if anything is."""
        asked = match(f"({n}){self.way}", [*self.asked])
        return f"EXISTS {{ {asked} }}" if any(self.asked) else ""

    def leading(self, n: LiteralString, label: LiteralString) -> LiteralString:
        """All that lead there, however often each."""
        return match(f"({n}:{label}){self.way}", [*self.asked])


class Predicates:
    """Hands out names and places of values to one statement, and writes its predicates.

    `bounded`: the caller's scope is narrower than everything, so each node met is tested.
    """

    def __init__(self, bounded: bool) -> None:
        self.bounded = bounded
        self.parameters: list[Parameter] = []
        self.names = 0

    def name(self, letter: LiteralString) -> LiteralString:
        self.names += 1
        return f"{letter}{digits(self.names)}"

    def value(self, parameter: Parameter) -> LiteralString:
        self.parameters.append(parameter)
        return f"$p{digits(len(self.parameters) - 1)}"

    def inside(self, n: LiteralString, node: Node) -> LiteralString:
        """Scope: the node belongs, today, to one of the caller's territories."""
        if self.bounded and node.paths:
            return f"any(path IN {n}.{node.paths} WHERE path IN $scope)"
        if not self.bounded or not (node.territory or node.place):
            return ""
        s, w = self.name("s"), self.name("w")
        there: LiteralString = f"{s}.path IN $scope AND {valid(w, 'today')}"
        if node.territory:
            return f"EXISTS {{ MATCH ({n})-[{w}:WITHIN]->({s}:Territory) WHERE {there} }}"
        r = self.name("r")
        return (
            f"EXISTS {{ MATCH ({n})-[{r}:{'|'.join(node.place)}]->()-[{w}:WITHIN]->({s}:Territory) "
            f"WHERE {there} AND {valid(r, 'today')} }}"
        )

    def condition(self, n: LiteralString, node: Node, condition: Condition) -> LiteralString:
        if isinstance(condition, Combined):
            parts: Texts = [self.condition(n, node, part) for part in condition.parts]
            if condition.operator == "not":
                return f"NOT ({parts[0]})"
            joint: LiteralString = " AND " if condition.operator == "and" else " OR "
            empty: LiteralString = "true" if condition.operator == "and" else "false"
            return f"({joint.join(parts)})" if parts else empty
        if isinstance(condition, Related):
            return self.related(n, node, condition)
        return self.compared(n, node, condition)

    def told(
        self, node: Node, condition: Condition | None
    ) -> tuple[tuple[Told, ...], tuple[Condition, ...]]:
        """Of the parts of a condition those that tell a target by its code, and the others."""
        found: list[Told] = []
        others: list[Condition] = []
        for part in _all(condition) if condition else ():
            telling = _telling(node, part)
            if telling is None:
                others.append(part)
                continue
            related, code, rest = telling
            link = node.links[known(related.link, node.links)]
            m, e, target = self.name("n"), self.name("e"), registry.node(link.target)
            asked: Texts = [self.condition(m, target, each) for each in rest]
            found.append(
                Told(
                    m,
                    f"MATCH ({m}:{link.target} {{code: {self.value(code.value)}}})",
                    way(link, m, e),
                    way(link, m, ""),
                    (*bounds(link, m, e), self.inside(m, target), *asked),
                )
            )
        return tuple(found), tuple(others)

    def compared(self, n: LiteralString, node: Node, condition: Compare) -> LiteralString:
        """A property or count against a value; an absent property meets no comparison."""
        operator = COMPARISON[condition.operator]
        if condition.name not in node.properties:
            counted = self.tally(n, node, Tally(condition.name))
            return f"{counted} {operator} {self.value(condition.value)}"
        name = known(condition.name, node.properties)
        text: LiteralString = f"{n}.{name} {operator} {self.value(condition.value)}"
        return f"coalesce({text}, false)" if node.nullable(name) else text

    def related(self, n: LiteralString, node: Node, condition: Related) -> LiteralString:
        """`every` holds where none fails the condition, so also where there is none."""
        link = node.links[known(condition.link, node.links)]
        target = registry.node(link.target)
        m, e = self.name("n"), self.name("e")
        asked = self.condition(m, target, condition.condition) if condition.condition else ""
        if condition.quantifier == "every":
            asked = f"NOT ({asked})" if asked else "false"
        text = match(pattern(n, link, m, e), [*bounds(link, m, e), self.inside(m, target), asked])
        return f"{'' if condition.quantifier == 'some' else 'NOT '}EXISTS {{ {text} }}"

    def tally(self, n: LiteralString, node: Node, tally: Tally) -> LiteralString:
        """The number of a link's targets; the degree alone where nothing bounds the link."""
        count = node.count(tally.name)
        if count is None:
            raise KeyError(f"{node.label} has no count {tally.name}")
        link = node.links[count.link]
        m, e = self.name("n"), self.name("e")
        only = dict(count.only)
        for name in tally.when:
            only.update(count.when[name])
        if count.ever:
            link = replace(link, validity=False)
        tests: Texts = [
            *bounds(link, m, e),
            self.inside(m, registry.node(link.target)),
            *fixed(m, only),
        ]
        if not any(tests) and not link.below and not link.once:
            return f"COUNT {{ {arrow(n, link, '', '')} }}"
        distinct: LiteralString = f" RETURN DISTINCT {m}" if link.once else ""
        return f"COUNT {{ {match(pattern(n, link, m, e), tests)}{distinct} }}"


def _all(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all hold."""
    if isinstance(condition, Combined) and condition.operator == "and":
        return tuple(each for part in condition.parts for each in _all(part))
    return (condition,)


def _telling(
    node: Node, condition: Condition
) -> tuple[Related, Compare, tuple[Condition, ...]] | None:
    """That some target of a link has a given code: the comparison, and what else is asked of it."""
    if not isinstance(condition, Related) or condition.quantifier != "some":
        return None
    if condition.condition is None or node.links[known(condition.link, node.links)].below:
        return None
    parts = _all(condition.condition)
    for code in parts:
        if isinstance(code, Compare) and (code.name, code.operator) == ("code", "eq"):
            return condition, code, tuple(each for each in parts if each is not code)
    return None


def match(pattern: LiteralString, tests: Texts) -> LiteralString:
    """`MATCH pattern WHERE test AND test`, of the tests that say something."""
    return where(f"MATCH {pattern}", tests)


def where(clause: LiteralString, tests: Texts) -> LiteralString:
    said = " AND ".join(test for test in tests if test)
    return f"{clause} WHERE {said}" if said else clause


def valid(variable: LiteralString, day: LiteralString) -> LiteralString:
    """`since <= day < until`, an absent end is open.

    The day is a date, not a text: engines would read a text anew for each row.
    """
    return (
        f"({variable}.since IS NULL OR {variable}.since <= ${day}) "
        f"AND ({variable}.until IS NULL OR {variable}.until > ${day})"
    )


def bounds(link: Link, m: LiteralString, e: LiteralString) -> list[LiteralString]:
    """What always holds of a link: it is valid at `asOf`, and its target has the fixed values."""
    return [
        valid(e, "day") if link.validity else "",
        valid(f"{e}w", "day") if link.below else "",
        *fixed(m, link.only),
    ]


def fixed(m: LiteralString, only: Mapping[LiteralString, bool]) -> list[LiteralString]:
    return [f"{m}.{name} = {'true' if value else 'false'}" for name, value in only.items()]


def pattern(n: LiteralString, link: Link, m: LiteralString, e: LiteralString) -> LiteralString:
    """`(n)<-[e:HEADS]-(m:Person)`; a link that reaches below starts at any territory within n."""
    return arrow(f"{n})<-[{e}w:WITHIN]-(" if link.below else n, link, f"{m}:{link.target}", e)


def arrow(n: LiteralString, link: Link, m: LiteralString, e: LiteralString) -> LiteralString:
    return f"({n}){way(link, m, e)}"


def way(link: Link, m: LiteralString, e: LiteralString) -> LiteralString:
    if link.direction == "both":
        return f"-[{e}:{link.type}]-({m})"
    if link.direction == "in":
        return f"<-[{e}:{link.type}]-({m})"
    return f"-[{e}:{link.type}]->({m})"


def known(name: str, declared: Mapping[LiteralString, Any]) -> LiteralString:
    """The declaration's own spelling of a name that is in it; KeyError if it is not."""
    for spelling in declared:
        if spelling == name:
            return spelling
    raise KeyError(name)


def digits(number: int) -> LiteralString:
    """A number of ours as text that provably comes from no one else."""
    one: tuple[LiteralString, ...] = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    return "".join(one[int(digit)] for digit in str(number))
