"""Lookups that every kind of node has: one by its code, and the list of a territory."""

from collections.abc import Callable

from graph.model import Reading
from graph.scope import coded
from graph.scope import listed as listed_in
from resolvers.auth import READ, policy
from resolvers.context import AsOf, CodeOf, Info, Within, iso

Resolver = Callable[..., Reading]


def by_code(label: str, permission: str = READ) -> Resolver:
    """`thing(code)`: null if there is none in sight."""

    @policy(permission)
    def resolver(info: Info, code: CodeOf) -> Reading:
        return coded(label, code)

    return resolver


def listed(label: str, permission: str = READ) -> Resolver:
    """`things(within, asOf)`: those that belong to a territory, or whatever may be seen."""

    @policy(permission)
    def resolver(info: Info, within: Within = None, as_of: AsOf = None) -> Reading:
        context = info.context
        return listed_in(label, context.territory(within), context.bounded, iso(as_of))

    return resolver


def everywhere(label: str, permission: str = READ) -> Resolver:
    """`things`: a dictionary, which belongs to no territory."""

    @policy(permission)
    def resolver(info: Info) -> Reading:
        return listed_in(label, None, info.context.bounded)

    return resolver
