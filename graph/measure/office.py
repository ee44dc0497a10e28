"""Who is in office for a unit: heads and leading party organizations."""

from typing import LiteralString

from graph import registry
from graph.measure.found import Found, met
from graph.measure.question import Ground, Question
from graph.predicate import Predicates, match, valid


def heads(question: Question, predicates: Predicates) -> LiteralString:
    """How many heads in office who are no deputies."""
    inside = predicates.inside("n", registry.node("Person"))
    tests: list[LiteralString] = ["r.deputy = false", valid("r", "day"), inside, there(question)]
    return f"COUNT {{ {match('(u)<-[r:HEADS]-(n:Person)', tests)} }}"


def there(question: Question) -> LiteralString:
    """That the person `n` is not to be left out."""
    return "NOT n.code IN $absent" if question.absent.people else ""


def leading(question: Question, predicates: Predicates) -> LiteralString:
    """How many party organizations lead it."""
    inside = predicates.inside("n", registry.node("PartyOrganization"))
    pattern: LiteralString = "(u)<-[r:LEADS]-(n:PartyOrganization)"
    return f"COUNT {{ {match(pattern, [valid('r', 'day'), inside])} }}"


def either(question: Question, predicates: Predicates) -> LiteralString:
    return f"{heads(question, predicates)} + {leading(question, predicates)}"


def headed(ground: Ground) -> Found:
    none = "无在任网格长 · no head in office"
    return met(ground.units, ground.numbers(ground.counts), 1, lambda _: none)
