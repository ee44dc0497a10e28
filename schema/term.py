"""What a client may see of dictionaries."""

import strawberry

import resolvers.term
from schema.change import create, mutations, update
from schema.part import Versioned
from schema.relay import Connection, Edge, Node, answered, connection


@strawberry.type(
    description="字典项 · Term of a dictionary: a level, category, trade or code scheme"
)
class Term(Node, Versioned):
    code: str = strawberry.field(
        description="代码 · Code: its dictionary and its key, such as TRADE.BARBECUE"
    )
    dictionary: str = strawberry.field(
        description="字典 · Dictionary: GRID_LEVEL, DIVISION_LEVEL, CODE_SCHEME, TRADE, "
        "ORGANIZATION_CATEGORY, or one of the city's own"
    )
    key: str = strawberry.field(description="键 · Key: the value that nodes hold")
    name: str = strawberry.field(description="名称 · Name")
    name_en: str | None = strawberry.field(description="英文名 · English name")
    pattern: str | None = strawberry.field(
        description="格式 · What codes of a scheme look like: signs and [sets], each perhaps {n} "
        "times; null = any"
    )


@strawberry.type
class Query:
    term: Term | None = answered(resolvers.term.term, "按代码查字典项 · A term by code")
    terms: Connection[Edge[Term], Term] = connection(
        "Term", "字典项 · Terms of the dictionaries", resolvers.term.terms
    )


Mutation = mutations(
    create(Term, "新建字典项 · Add a term to a dictionary"),
    update(Term, "修改字典项 · Change what is given of a term"),
)
