"""What divisions and grids have in common to a client."""

import strawberry

from schema.relay import Node


@strawberry.interface(description="辖区 · A territory: an administrative division or a grid")
class Territory(Node):
    code: str = strawberry.field(description="代码 · Code, unique among its type, never reused")
    name: str = strawberry.field(description="名称 · Name")
