"""Texts that a graph can keep: looked at once for the whole of a request, before anything runs.

Neither engine nor driver can be trusted with NUL and halves of surrogate pairs, wherever they are
said: as a literal or in a variable, alone or inside an input.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    Visitor,
    visit,
)

from resolvers.errors import Code

UNKEPT = re.compile("[\0\ud800-\udfff]")


def unkept(text: str) -> bool:
    return UNKEPT.search(text) is not None


def literals(document: DocumentNode) -> list[GraphQLError]:
    """What is wrong with the texts of the document itself, each where it stands."""
    found = Literals()
    visit(document, found)
    return found.errors


class Literals(Visitor):
    """Gathers the texts at fault, under the name of the argument or input field they are for."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[GraphQLError] = []

    def enter_string_value(self, node: StringValueNode, *place: Any) -> None:
        if unkept(node.value):
            _, parent, _, ancestors = place
            named = (_name(each) for each in (parent, *reversed(ancestors)))
            self.errors.append(_refusal(next(filter(None, named)), node))


def _name(node: Any) -> str | None:
    """What the argument, input field or variable is called that a node is."""
    named = getattr(node, "variable", node)
    return getattr(getattr(named, "name", None), "value", None)


def variables(document: DocumentNode, given: Mapping[str, Any]) -> list[GraphQLError]:
    """What is wrong with the texts of the variables, each where its variable is declared."""
    wrong = [(name, at) for name in given for at in _places(given[name], name)]
    if not wrong:
        return []
    declared = {
        definition.variable.name.value: definition
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for definition in operation.variable_definitions or ()
    }
    return [_refusal(at, declared.get(name)) for name, at in wrong]


def _places(value: Any, at: str) -> Iterator[str]:
    """Where in a value texts are at fault, such as «filter.name.eq»; keys are texts as well."""
    waiting = [(value, at)]
    while waiting:
        each, at = waiting.pop()
        if isinstance(each, dict):
            yield from (at for key in each if unkept(key))
            waiting.extend((inner, f"{at}.{key}") for key, inner in each.items())
        elif isinstance(each, list):
            waiting.extend((inner, at) for inner in each)
        elif isinstance(each, str) and unkept(each):
            yield at


def _refusal(field: str, node: Node | None) -> GraphQLError:
    return GraphQLError(
        f"{field} holds a character that cannot be kept (NUL or half of a surrogate pair)",
        node,
        extensions={"code": Code.BAD_USER_INPUT.value, "field": field},
    )
