"""Who is in office for a unit: heads and leading party organizations."""

from typing import Any, LiteralString

from graph import registry
from graph.measure.question import Counted, Inside, Question, Unit, of_units
from graph.predicate import Predicates, match, valid


def heads(question: Question, predicates: Predicates) -> LiteralString:
    """How many heads in office who are no deputies."""
    inside = predicates.inside("n", registry.node("Person"))
    tests: list[LiteralString] = ["r.deputy = false", valid("r", "day"), inside]
    return f"COUNT {{ {match('(u)<-[r:HEADS]-(n:Person)', tests)} }}"


def leading(question: Question, predicates: Predicates) -> LiteralString:
    """How many party organizations lead it."""
    inside = predicates.inside("n", registry.node("PartyOrganization"))
    pattern: LiteralString = "(u)<-[r:LEADS]-(n:PartyOrganization)"
    return f"COUNT {{ {match(pattern, [valid('r', 'day'), inside])} }}"


def either(question: Question, predicates: Predicates) -> LiteralString:
    return f"{heads(question, predicates)} + {leading(question, predicates)}"


def headed(
    question: Question, units: list[Unit], others: Any, inside: Inside, since: str
) -> Counted:
    none = "无在任网格长 · no head in office"
    return of_units([unit.met(unit.count, 1, none) for unit in units])
