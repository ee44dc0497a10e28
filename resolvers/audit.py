"""Who may read the audit log: over their territories only, and never what was said."""

from typing import Annotated

import strawberry

import graph.audit
from graph.model import Reading
from resolvers import identity
from resolvers.auth import AUDIT, policy
from resolvers.context import Info, Within


@policy(AUDIT)
def audit_entries(
    info: Info,
    within: Within = None,
    about: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="对象 · Only changes of this node, by its id"),
    ] = None,
) -> Reading:
    context = info.context
    key = None if about is None else identity.key(about, "about")
    return graph.audit.entries(context.territory(within), key, context.bounded)
