"""What a client may see of departments."""

import strawberry

import resolvers.department
from schema.change import create, mutations, update
from schema.part import Held, Versioned
from schema.ref import AllianceRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="共建联盟 · An alliance of which a department is a partner")
class PartnerAllianceEdge(Edge[AllianceRef], Held):
    pass


@strawberry.type(description="职能部门 · Department, which answers whistles along its own line")
class Department(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    alliances: Connection[PartnerAllianceEdge, AllianceRef] = connection(
        "Alliance", "共建联盟 · Alliances of which it is a partner"
    )


@strawberry.type
class Query:
    department: Department | None = answered(
        resolvers.department.department, "按代码查部门 · A department by code"
    )
    departments: Connection[Edge[Department], Department] = connection(
        "Department", "职能部门 · All departments", resolvers.department.departments
    )


Mutation = mutations(
    create(Department, "新建部门 · Add a department to the dictionary"),
    update(Department, "修改部门 · Change what is given of a department"),
)
