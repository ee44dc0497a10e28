"""How a root field's resolver is called with the arguments that graphql-core has coerced."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLField, get_nullable_type, is_leaf_type
from strawberry.types.field import StrawberryField

Resolve = Callable[[Any, Mapping[str, Any]], Any]
DEFINITION = "strawberry-definition"  # under which strawberry keeps what a part was made of


def resolving(definition: GraphQLField) -> Resolve:
    """Calls the resolver with (info, arguments).

    Strawberry turns arguments into what resolvers take, and looks at the type of each anew every
    time. Where each is a single scalar or enum value there is nothing to turn: it is passed on.
    """
    field: StrawberryField = definition.extensions[DEFINITION]
    own, resolve = field.base_resolver, definition.resolve
    assert own is not None
    assert resolve is not None
    taken = {argument.python_name for argument in own.arguments}
    known = {name: each.extensions[DEFINITION] for name, each in definition.args.items()}
    passed = {n: each.python_name for n, each in known.items() if each.python_name in taken}
    leaves = all(is_leaf_type(get_nullable_type(definition.args[name].type)) for name in passed)
    if not leaves or field.extensions or own.is_async:
        return lambda info, arguments: resolve(None, info, **arguments)
    call: Any = own.wrapped_func

    def called(info: Any, arguments: Mapping[str, Any]) -> Any:
        given = {name: arguments[each] for each, name in passed.items() if each in arguments}
        return call(info, **given)

    return called
