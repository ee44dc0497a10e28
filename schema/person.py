"""What a client may see of people: roles are relations, each with its time."""

from datetime import date

import strawberry

import graph.person
import resolvers.person
from resolvers.enum import AcquaintanceBasis, GridWorkerKind
from schema.change import Written, create, mutations, relate, update
from schema.part import Held, Versioned
from schema.ref import (
    CertificateRef,
    GridRef,
    MerchantRef,
    PartyOrganizationRef,
    PersonRef,
    SkillRef,
    SocialOrganizationRef,
    VolunteerTeamRef,
)
from schema.relay import Connection, Edge, Node, answered, connection
from schema.scalar import Point, WeeklyHours, place


@strawberry.type(description="个人技能 · A skill that a person holds")
class PersonSkillEdge(Edge[SkillRef], Held):
    level: int = strawberry.field(description="等级 · Level, 1 (learning) to 5 (teaches others)")
    verified: bool = strawberry.field(description="已核实 · Whether someone confirmed it")


@strawberry.type(description="成员关系 · Membership in a social organization")
class MembershipEdge(Edge[SocialOrganizationRef], Held):
    role: str | None = strawberry.field(description="角色 · Role there; null = not recorded")


@strawberry.type(description="党组织关系 · Membership in a party organization")
class PartyMembershipEdge(Edge[PartyOrganizationRef], Held):
    pass


@strawberry.type(description="工作关系 · Work at a merchant")
class WorkplaceEdge(Edge[MerchantRef], Held):
    position: str | None = strawberry.field(description="职位 · Position; null = not recorded")


@strawberry.type(description="担任网格长 · A grid that a person heads")
class HeadOfEdge(Edge[GridRef], Held):
    deputy: bool = strawberry.field(description="副职 · Whether as a deputy")


@strawberry.type(description="担任网格员 · A grid in which a person serves")
class WorkerInEdge(Edge[GridRef], Held):
    kind: GridWorkerKind = strawberry.field(description="类别 · Full-time or part-time")
    hours_per_week: int | None = strawberry.field(
        description="每周小时 · Hours a week; null = not agreed"
    )


@strawberry.type(description="包联网格 · A grid that a cadre is in charge of")
class InChargeOfEdge(Edge[GridRef], Held):
    pass


@strawberry.type(description="服务队成员 · Membership in a volunteer team")
class TeamMembershipEdge(Edge[VolunteerTeamRef], Held):
    role: str | None = strawberry.field(description="角色 · Role there; null = not recorded")


@strawberry.type(description="持有证书 · A certificate that a person holds")
class HeldCertificateEdge(Edge[CertificateRef]):
    since: date | None = strawberry.field(description="签发日 · Issued on; null = not recorded")
    until: date | None = strawberry.field(description="失效日 · First day it holds no more")
    number: str | None = strawberry.field(description="证书编号 · Its number; null = not recorded")


@strawberry.type(description="相识关系 · Two people who know each other")
class AcquaintanceEdge(Edge[PersonRef], Held):
    strength: float = strawberry.field(description="强度 · How well, above 0 and 1 at most")
    basis: AcquaintanceBasis = strawberry.field(description="途径 · Where from")


@strawberry.type(description="双报到 · A grid to which a party member in service reported")
class ReportedInEdge(Edge[GridRef], Held):
    pledged_hours: int | None = strawberry.field(
        description="承诺工时 · Hours a year they pledged; null = none"
    )


@strawberry.type(
    description="应邀情况 · How likely a person accepts, learned from past invitations"
)
class Acceptance:
    mean: float = strawberry.field(
        description="应邀概率 · (3 + accepted) / (10 + invited), the mean of Beta(3, 7) updated"
    )
    invited: int = strawberry.field(
        description="受邀次数 · Times invited: before single invitations were kept, and those of "
        "which the answer is settled"
    )
    accepted: int = strawberry.field(description="应邀次数 · Times accepted")


@strawberry.type(description="人员 · Person: one node, whatever roles they have")
class Person(Node, Versioned):
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
    teams: Connection[TeamMembershipEdge, VolunteerTeamRef] = connection(
        "VolunteerTeam", "志愿服务队 · Volunteer teams they are in"
    )
    certificates: Connection[HeldCertificateEdge, CertificateRef] = connection(
        "Certificate", "证书 · Certificates they hold, not expired"
    )
    acquaintances: Connection[AcquaintanceEdge, PersonRef] = connection(
        "Person", "相识的人 · People they know"
    )
    reported_in_to: Connection[ReportedInEdge, GridRef] = connection(
        "Grid", "报到网格 · Grids to which they reported as a party member in service"
    )
    availability: list[WeeklyHours] | None = strawberry.field(
        description="可服务时段 · When they can be asked, every week, local time; null = not said"
    )
    acceptance: Acceptance | None = strawberry.field(
        description="应邀情况 · Never invited = mean 0.3; null where the caller may not see it"
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


PERSON = "人员 · The person"
Mutation = mutations(
    create(Person, "新建人员 · Add a person to the network"),
    update(Person, "修改人员 · Change what is given of a person"),
    *relate(
        Person,
        graph.person.HAS_SKILL,
        ("addSkill", "添加技能 · Record a skill that a person holds"),
        ("removeSkill", "结束技能 · End the time in which a person holds a skill today"),
        person="人员 · Who holds it",
        skill="技能 · The skill",
        level="等级 · Level, 1 (learning) to 5 (teaches others)",
        verified="已核实 · Whether someone confirmed it; false if left out",
    ),
    *relate(
        Person,
        graph.person.HOLDS,
        (
            "addCertificate",
            "登记证书 · Record a certificate, issued on since, expiring on until",
        ),
        ("removeCertificate", "注销证书 · A certificate holds no more"),
        person="人员 · Who holds it",
        certificate="证书 · Its kind",
        number="证书编号 · Its number; null = not recorded",
    ),
    *relate(
        Person,
        graph.person.WORKS_AT,
        ("startWork", "入职 · Someone works at a merchant"),
        ("endWork", "离职 · Someone works at a merchant no more"),
        person=PERSON,
        merchant="商户 · The merchant",
        position="职位 · Position; null = not recorded",
    ),
    *relate(
        Person,
        graph.person.REPORTED_IN_TO,
        ("reportIn", "双报到 · A party member in service reports in to a grid"),
        ("endReportIn", "结束报到 · A party member in service is reported in no more"),
        person="党员 · The party member",
        grid="网格 · The grid",
        pledgedHours="承诺工时 · Hours a year they pledge; null = none",
    ),
    *relate(
        Person,
        graph.person.KNOWS,
        ("recordAcquaintance", "记录相识 · Two people know each other"),
        ("endAcquaintance", "结束相识 · Two people know each other no more"),
        person=PERSON,
        other="对方 · The other person",
        strength="强度 · How well, above 0 and 1 at most",
        basis="途径 · Where from",
    ),
    Written(
        "mergePeople",
        Person,
        resolvers.person.merge(),
        "合并人员 · Make two entries one person, with the history of both; the merged one is found "
        "no more",
    ),
)
