"""Any object by its id, search over all kinds, and who is asking."""

from typing import Annotated, Any

import strawberry

import resolvers.node
from schema.alliance import Alliance
from schema.business_district import BusinessDistrict
from schema.certificate import Certificate
from schema.department import Department
from schema.division import Division
from schema.grid import Grid
from schema.limits import SHOWN
from schema.merchant import Merchant
from schema.need import Need
from schema.party_organization import PartyOrganization
from schema.person import Person
from schema.place import Place
from schema.relay import Connection, Edge, Node, answered, page
from schema.service_center import ServiceCenter
from schema.skill import Skill
from schema.social_organization import SocialOrganization
from schema.territory import Territory
from schema.volunteer_team import VolunteerTeam

SearchResult = Annotated[
    Division
    | Grid
    | Person
    | SocialOrganization
    | PartyOrganization
    | Merchant
    | Alliance
    | BusinessDistrict
    | Skill
    | Place
    | ServiceCenter
    | VolunteerTeam
    | Department
    | Certificate
    | Need,
    strawberry.union("SearchResult", description="搜索结果 · Something that was found"),
]


@strawberry.type(description="搜索结果项 · Something that was found, and how well it fits")
class SearchResultEdge(Edge[SearchResult]):
    score: float = strawberry.field(
        description="得分 · How well it fits, 0 to 1: 1 = what was said is the whole code or name; "
        "0.8 to 0.9 = its beginning; 0.65 to 0.75 = the beginning of a word in it, such as a given "
        "name; 0.5 to 0.6 = inside; 0.32 to 0.45 = initials of its syllables; below 0.3 = with "
        "edits, or with other characters of the same sound; the shorter the name, the more"
    )


@strawberry.type(description="当前用户 · Who is asking")
class Viewer:
    name: str | None = strawberry.field(description="名称 · Name; null = not told")
    roles: list[str] = strawberry.field(description="角色 · Roles")
    scopes: list[Territory] = strawberry.field(
        description="辖区范围 · Territories they may see, with all below them"
    )
    limits: Any = strawberry.field(
        graphql_type=SHOWN, description="限额 · How much one may ask of this server"
    )


@strawberry.type
class Query:
    node: Node | None = answered(
        resolvers.node.node, "按标识查对象 · An object by id; null if out of sight"
    )
    nodes: list[Node | None] = answered(
        resolvers.node.nodes,
        "按标识查多个对象 · Objects by ids, in their order; null if out of sight",
    )
    viewer: Viewer = answered(
        resolvers.node.viewer, "当前用户 · Who is asking, and what they may see"
    )
    search: Connection[SearchResultEdge, SearchResult] = page(
        "搜索 · Whatever has a code or name that fits a text, best first, then by length of name "
        "and by code: Chinese, pinyin in full, by initials or mixed, English names of skills; "
        "small typing mistakes are forgiven",
        resolvers.node.search,
    )
