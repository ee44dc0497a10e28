"""What a client may see of people: roles are relations, each with its time."""

from datetime import date

import strawberry

import resolvers.person
from schema.grid import SINCE, UNTIL
from schema.payload import Payload
from schema.ref import (
    GridRef,
    MerchantRef,
    PartyOrganizationRef,
    SkillRef,
    SocialOrganizationRef,
)
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Point, place


@strawberry.type(description="个人技能 · A skill that a person holds")
class PersonSkillEdge(Edge[SkillRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    level: int = strawberry.field(description="等级 · Level, 1 (learning) to 5 (teaches others)")
    verified: bool = strawberry.field(description="已核实 · Whether someone confirmed it")


@strawberry.type(description="成员关系 · Membership in a social organization")
class MembershipEdge(Edge[SocialOrganizationRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    role: str | None = strawberry.field(description="角色 · Role there; null = not recorded")


@strawberry.type(description="党组织关系 · Membership in a party organization")
class PartyMembershipEdge(Edge[PartyOrganizationRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(description="工作关系 · Work at a merchant")
class WorkplaceEdge(Edge[MerchantRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    position: str | None = strawberry.field(description="职位 · Position; null = not recorded")


@strawberry.type(description="担任网格长 · A grid that a person heads")
class HeadOfEdge(Edge[GridRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    deputy: bool = strawberry.field(description="副职 · Whether as a deputy")


@strawberry.type(description="担任网格员 · A grid in which a person serves")
class WorkerInEdge(Edge[GridRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)
    kind: str = strawberry.field(description="类别 · FULL_TIME or PART_TIME")
    hours_per_week: int | None = strawberry.field(
        description="每周小时 · Hours a week; null = not agreed"
    )


@strawberry.type(description="包联网格 · A grid that a cadre is in charge of")
class InChargeOfEdge(Edge[GridRef]):
    since: date | None = strawberry.field(description=SINCE)
    until: date | None = strawberry.field(description=UNTIL)


@strawberry.type(
    description="应邀情况 · How likely a person accepts, learned from past invitations"
)
class Acceptance:
    mean: float = strawberry.field(
        description="应邀概率 · (3 + accepted) / (10 + invited), the mean of Beta(3, 7) updated"
    )
    invited: int = strawberry.field(description="受邀次数 · Times invited")
    accepted: int = strawberry.field(description="应邀次数 · Times accepted")


@strawberry.type(description="人员 · Person: one node, whatever roles they have")
class Person(Node):
    code: str = strawberry.field(description="代码 · Code, unique among people, never reused")
    name: str = strawberry.field(description="姓名 · Name")
    is_volunteer: bool = strawberry.field(description="志愿者 · Whether registered as a volunteer")
    is_party_member: bool | None = strawberry.field(
        description="党员 · Whether a party member; null = not recorded"
    )
    is_invented: bool = strawberry.field(
        description="虚构 · Whether an invented person of the demo network"
    )
    location: Point | None = place("位置 · Where the person can be counted on; null = unknown")
    grid: GridRef | None = strawberry.field(
        description="所在网格 · The grid they are located in; null if none or out of sight"
    )
    skills: Connection[PersonSkillEdge, SkillRef] = connection("Skill", "技能 · Skills held")
    organizations: Connection[MembershipEdge, SocialOrganizationRef] = connection(
        "SocialOrganization", "社会组织 · Social organizations they are a member of"
    )
    party_organizations: Connection[PartyMembershipEdge, PartyOrganizationRef] = connection(
        "PartyOrganization", "党组织 · Party organizations they are a member of"
    )
    workplaces: Connection[WorkplaceEdge, MerchantRef] = connection(
        "Merchant", "工作商户 · Merchants they work at"
    )
    head_of: Connection[HeadOfEdge, GridRef] = connection(
        "Grid", "任网格长 · Grids they head, or deputize in"
    )
    worker_in: Connection[WorkerInEdge, GridRef] = connection(
        "Grid", "任网格员 · Grids they serve in"
    )
    in_charge_of: Connection[InChargeOfEdge, GridRef] = connection(
        "Grid", "包联网格 · Grids they are in charge of"
    )
    acceptance: Acceptance | None = strawberry.field(
        description="应邀情况 · Never invited = mean 0.3; null where the caller may not see it"
    )
    version: int = strawberry.field(
        description="版本 · Grows with every change; sent back as expectedVersion"
    )


@strawberry.type
class Query:
    person: Person | None = answered(
        resolvers.person.person, "按代码查人员 · A person by code; null if out of sight"
    )
    people: Connection[Edge[Person], Person] = connection(
        "Person",
        "人员 · People who belong to a territory: located or serving there",
        resolvers.person.people,
    )


@strawberry.type(description="新建人员的结果 · What came of createPerson")
class CreatePersonPayload(Payload):
    person: Person | None = strawberry.field(
        description="人员 · The new person; null where there are errors"
    )


@strawberry.type(description="修改人员的结果 · What came of updatePerson")
class UpdatePersonPayload(Payload):
    person: Person | None = strawberry.field(
        description="人员 · The person as they are now; null where there are errors"
    )


@strawberry.type(description="添加技能的结果 · What came of addSkill")
class AddSkillPayload(Payload):
    person: Person | None = strawberry.field(
        description="人员 · The person; null where there are errors"
    )


@strawberry.type(description="结束技能的结果 · What came of removeSkill")
class RemoveSkillPayload(Payload):
    person: Person | None = strawberry.field(
        description="人员 · The person; null where there are errors"
    )


@strawberry.type
class Mutation:
    create_person: CreatePersonPayload = answered(
        resolvers.person.create_person, "新建人员 · Add a person to the network"
    )
    update_person: UpdatePersonPayload = answered(
        resolvers.person.update_person, "修改人员 · Change what is given of a person"
    )
    add_skill: AddSkillPayload = answered(
        resolvers.person.add_skill, "添加技能 · Record a skill that a person holds"
    )
    remove_skill: RemoveSkillPayload = answered(
        resolvers.person.remove_skill,
        "结束技能 · End the time in which a person holds a skill today",
    )
