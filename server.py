"""The composition root: reads the environment (only here) and plugs the rooms together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from starlette.applications import Starlette

import schema
from graph import bolt, demo, indexes, load
from graph.bolt import Graph
from graph.engine import Endpoint, EngineSettings, running
from resolvers.auth import DEVELOPER
from resolvers.context import Context
from resolvers.operation import Operations
from web.app import application
from web.health import Health

PREFIX = "COMMONGRID_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """Every setting; each is read from the environment under the prefix COMMONGRID_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    home: Path = Field(Path(".commongrid"), description="where the embedded graph is kept")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    profile: Literal["development", "production"] | None = Field(
        None, description="development (default on loopback) or production"
    )
    timezone: str = Field("Asia/Shanghai", description="time zone that says which day is today")
    graph_uri: str | None = Field(None, description="Bolt address of a Neo4j; unset = embedded")
    graph_user: str = Field("neo4j", description="user on that Neo4j")
    graph_password: SecretStr = Field(SecretStr(""), description="password on that Neo4j")
    graph_database: str = Field("neo4j", description="database on that Neo4j")
    engine_heap: str = Field("1g", description="most memory of the embedded engine's heap")

    @model_validator(mode="after")
    def _profile(self) -> "Settings":
        if self.profile is None:
            self.profile = "development" if self.host in LOOPBACK else "production"
        ZoneInfo(self.timezone)
        return self

    @property
    def development(self) -> bool:
        return self.profile == "development"


def settings(environment: dict[str, str]) -> Settings:
    """The settings an environment states; ValueError for an unknown COMMONGRID_ variable."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(n for n in environment if n.startswith(PREFIX) and n not in known)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    return Settings()


Report = Callable[[str], None]


@asynccontextmanager
async def network(chosen: Settings, report: Report) -> AsyncIterator[Graph]:
    """The graph that the settings name, with its indexes and, if it is empty, the demo network."""
    async with endpoint(chosen, report) as at, bolt.connected(at) as graph:
        await indexes.ensure(graph)
        if await load.empty(graph) or await load.loaded(graph) is None:
            await load_demo(graph, report)
        yield graph


@asynccontextmanager
async def endpoint(chosen: Settings, report: Report) -> AsyncIterator[Endpoint]:
    if chosen.graph_uri:
        password = chosen.graph_password.get_secret_value()
        yield Endpoint(chosen.graph_uri, chosen.graph_user, password, chosen.graph_database)
        return
    wanted = EngineSettings(chosen.home, heap=chosen.engine_heap)
    async with running(wanted, report) as engine:
        yield engine.endpoint


async def load_demo(graph: Graph, report: Report) -> None:
    """Load the demo network, or complete it."""
    network = demo.network()
    await load.load(
        graph, "demo", network, lambda what, done, of: report(f"loading {what} {done:,}/{of:,}")
    )


@dataclass
class Service:
    """What a request needs, put together once."""

    graph: Graph
    operations: Operations
    zone: ZoneInfo

    def context(self, request: str, language: str) -> Context:
        """The context of one request by the development profile's caller."""
        today = datetime.now(self.zone).date()
        return Context(self.graph, DEVELOPER, today, request, language)


def service(graph: Graph, chosen: Settings) -> Service:
    return Service(graph, Operations(schema.build()._schema), ZoneInfo(chosen.timezone))


def app(graph: Graph, chosen: Settings) -> Starlette:
    """The web application on a graph that is ready."""
    serving = service(graph, chosen)
    health = Health(ready=graph.answers)
    return application(serving.operations, serving.context if chosen.development else None, health)


if __name__ == "__main__":
    import cli

    cli.main()
