"""A contestant: plain Strawberry with DataLoaders, as its documentation shows it; no tricks.

    python benchmarks/peer/naive.py PORT

It knows what the shapes ask, of the same graph, and no more. Each loader is one statement for all
parents; roots are resolved by one statement of their own.
"""

import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import neo4j
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.types import Info

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import server

N = TypeVar("N")
SKILLS = """
UNWIND $codes AS code MATCH (:Person {code: code})-[r:HAS_SKILL]->(s:Skill)
RETURN code, r.level AS level, r.verified AS verified, s.code AS skill, s.name AS name
ORDER BY s.code
"""
ORGANIZATIONS = """
UNWIND $codes AS code MATCH (:Person {code: code})-[:MEMBER_OF]->(o:SocialOrganization)
RETURN code, o.code AS organization, o.name AS name ORDER BY o.code
"""
GRIDS = """
UNWIND $codes AS code MATCH (:Person {code: code})-[:LOCATED_IN]->(g:Grid)
RETURN code, g.code AS grid, g.name AS name
"""
VOLUNTEERS = """
MATCH (g:Grid {code: $grid}), (s:Skill {code: $skill})
MATCH (g)<-[:LOCATED_IN]-(p:Person) WHERE p.isVolunteer AND (p)-[:HAS_SKILL]->(s)
RETURN p.code AS code, p.name AS name, p.isVolunteer AS volunteer ORDER BY p.code LIMIT $first
"""
MERCHANTS = """
MATCH (m:Merchant) RETURN m.code AS code, m.name AS name, m.trade AS trade,
m.openAtNight AS night, m.frontage AS frontage, m.creditCode AS credit ORDER BY m.code LIMIT $first
"""
ALLIANCES = """
MATCH (a:Alliance) RETURN a.code AS code, a.name AS name ORDER BY a.code LIMIT $first
"""
COUNTS = """
UNWIND $codes AS code MATCH (:Alliance {code: code})<-[:MEMBER_OF_ALLIANCE]-(m:Merchant)
RETURN code, count(m) AS number
"""


class Graph:
    """The driver, and the loaders of one request."""

    def __init__(self, driver: neo4j.AsyncDriver, database: str) -> None:
        self.driver, self.database = driver, database
        self.skills = DataLoader(lambda codes: self.each(SKILLS, codes))
        self.organizations = DataLoader(lambda codes: self.each(ORGANIZATIONS, codes))
        self.grids = DataLoader(lambda codes: self.each(GRIDS, codes))
        self.counts = DataLoader(lambda codes: self.each(COUNTS, codes))

    async def rows(self, text: str, **values: Any) -> list[neo4j.Record]:
        async with self.driver.session(database=self.database, fetch_size=-1) as session:
            result = await session.run(text, values)
            return [row async for row in result]

    async def each(self, text: str, codes: list[str]) -> list[list[neo4j.Record]]:
        found = defaultdict(list)
        for row in await self.rows(text, codes=codes):
            found[row["code"]].append(row)
        return [found[code] for code in codes]


@strawberry.type
class Nodes(Generic[N]):
    nodes: list[N]


@strawberry.type
class Named:
    code: str
    name: str


@strawberry.type
class SkillEdge:
    level: int
    verified: bool
    node: Named


@strawberry.type
class SkillEdges:
    edges: list[SkillEdge]


@strawberry.input
class Equal:
    eq: str


@strawberry.input
class SkillFilter:
    code: Equal


@strawberry.input
class SomeSkill:
    some: SkillFilter


@strawberry.input
class PersonFilter:
    skills: SomeSkill


@strawberry.type
class Person:
    code: str
    name: str
    is_volunteer: bool

    @strawberry.field
    async def skills(self, info: Info, first: int) -> SkillEdges:
        rows = await info.context["graph"].skills.load(self.code)
        return SkillEdges(
            edges=[
                SkillEdge(
                    level=row["level"],
                    verified=row["verified"],
                    node=Named(code=row["skill"], name=row["name"]),
                )
                for row in rows[:first]
            ]
        )

    @strawberry.field
    async def organizations(self, info: Info, first: int) -> Nodes[Named]:
        rows = await info.context["graph"].organizations.load(self.code)
        named = [Named(code=row["organization"], name=row["name"]) for row in rows[:first]]
        return Nodes(nodes=named)

    @strawberry.field
    async def grid(self, info: Info) -> Named | None:
        rows = await info.context["graph"].grids.load(self.code)
        return Named(code=rows[0]["grid"], name=rows[0]["name"]) if rows else None


@strawberry.type
class Grid:
    code: str
    name: str

    @strawberry.field
    async def volunteers(self, info: Info, first: int, filter: PersonFilter) -> Nodes[Person]:
        skill = filter.skills.some.code.eq
        rows = await info.context["graph"].rows(
            VOLUNTEERS, grid=self.code, skill=skill, first=first
        )
        return Nodes(
            nodes=[
                Person(code=row["code"], name=row["name"], is_volunteer=row["volunteer"])
                for row in rows
            ]
        )


@strawberry.type
class Merchant:
    code: str
    name: str
    trade: str
    open_at_night: bool | None
    frontage: int | None
    credit_code: str | None


@strawberry.type
class Alliance:
    code: str
    name: str

    @strawberry.field
    async def merchant_count(self, info: Info) -> int:
        rows = await info.context["graph"].counts.load(self.code)
        return rows[0]["number"] if rows else 0

    @strawberry.field
    async def membership_count(self, info: Info) -> int:
        rows = await info.context["graph"].counts.load(self.code)
        return rows[0]["number"] if rows else 0


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, info: Info, code: str) -> Person | None:
        text = "MATCH (p:Person {code: $code}) RETURN p.name AS name, p.isVolunteer AS volunteer"
        rows = await info.context["graph"].rows(text, code=code)
        return (
            Person(code=code, name=rows[0]["name"], is_volunteer=rows[0]["volunteer"])
            if rows
            else None
        )

    @strawberry.field
    async def grid(self, info: Info, code: str) -> Grid | None:
        text = "MATCH (g:Grid {code: $code}) RETURN g.name AS name"
        rows = await info.context["graph"].rows(text, code=code)
        return Grid(code=code, name=rows[0]["name"]) if rows else None

    @strawberry.field
    async def merchants(self, info: Info, first: int) -> Nodes[Merchant]:
        rows = await info.context["graph"].rows(MERCHANTS, first=first)
        return Nodes(
            nodes=[
                Merchant(
                    code=row["code"],
                    name=row["name"],
                    trade=row["trade"],
                    open_at_night=row["night"],
                    frontage=row["frontage"],
                    credit_code=row["credit"],
                )
                for row in rows
            ]
        )

    @strawberry.field
    async def alliances(self, info: Info, first: int) -> Nodes[Alliance]:
        rows = await info.context["graph"].rows(ALLIANCES, first=first)
        return Nodes(nodes=[Alliance(code=row["code"], name=row["name"]) for row in rows])


def app(driver: neo4j.AsyncDriver, database: str) -> Starlette:
    class View(GraphQL[Any, None]):
        async def get_context(self, request: Any, response: Any) -> Any:
            return {"graph": Graph(driver, database)}

    @asynccontextmanager
    async def closing(_: Starlette) -> AsyncIterator[None]:
        yield
        await driver.close()

    view = View(strawberry.Schema(query=Query), graphql_ide=None)
    return Starlette(routes=[Route("/graphql", view, methods=["POST"])], lifespan=closing)


def main() -> None:
    chosen = server.settings(os.environ)
    assert chosen.graph_uri, "the address of the graph is needed"
    password = chosen.graph_password.get_secret_value()
    driver = neo4j.AsyncGraphDatabase.driver(
        chosen.graph_uri, auth=(chosen.graph_user, password), telemetry_disabled=True
    )
    config = app(driver, chosen.graph_database)
    uvicorn.run(config, port=int(sys.argv[1]), log_config=None, access_log=False)


if __name__ == "__main__":
    main()
