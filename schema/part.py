"""Fields that many types have, written once: inherited, and no types of their own."""

from datetime import date

import strawberry

from schema.ref import GridRef


@strawberry.type
class Held:
    """A role or membership, for a time."""

    since: date | None = strawberry.field(
        description="起始日 · First day on which it holds; null = since ever"
    )
    until: date | None = strawberry.field(
        description="截止日 · First day on which it holds no more; null = open"
    )


@strawberry.type
class Located:
    """Something that is in a grid."""

    grid: GridRef | None = strawberry.field(
        description="所在网格 · The grid it is located in; null if none or out of sight"
    )


@strawberry.type
class Versioned:
    """Something that clients change."""

    version: int = strawberry.field(
        description="版本 · Grows with every change; sent back as expectedVersion"
    )
