"""What a client may see of kinds of certificate, and who holds them."""

from datetime import date

import strawberry

import resolvers.certificate
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.ref import PersonRef, SkillRef
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(description="证书持有人 · Someone who holds a certificate")
class CertificateHolderEdge(Edge[PersonRef]):
    since: date | None = strawberry.field(description="签发日 · Issued on; null = not recorded")
    until: date | None = strawberry.field(description="失效日 · First day it holds no more")
    number: str | None = strawberry.field(description="证书编号 · Its number; null = not recorded")


@strawberry.type(description="证书类别 · Kind of certificate")
class Certificate(Node, Versioned):
    code: str = strawberry.field(description="代码 · Code, unique among these, never reused")
    name: str = strawberry.field(description="名称 · Name")
    issuer: str | None = strawberry.field(
        description="发证机构 · Who issues it; null = not recorded"
    )
    months: int | None = strawberry.field(
        description="有效月数 · Months for which it holds; null = for good"
    )
    skill: SkillRef | None = strawberry.field(
        description="对应技能 · The skill it certifies; null = none"
    )
    holders: Connection[CertificateHolderEdge, PersonRef] = connection(
        "Person", "持有人 · Those who hold it, not expired"
    )


@strawberry.type
class Query:
    certificate: Certificate | None = answered(
        resolvers.certificate.certificate, "按代码查证书类别 · A kind of certificate by code"
    )
    certificates: Connection[Edge[Certificate], Certificate] = connection(
        "Certificate", "证书类别 · All kinds of certificate", resolvers.certificate.certificates
    )


Mutation = mutations(
    create(Certificate, "新建证书类别 · Add a kind of certificate to the dictionary"),
    update(Certificate, "修改证书类别 · Change what is given of a kind of certificate"),
)
