"""Every setting: its name, its default, what is wrong with it, and what the rooms make of it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.bolt import BoltSettings
from resolvers.keys import LOOPBACK, Source
from resolvers.limits import Limits
from resolvers.page import DEFAULT_FIRST
from resolvers.token import Issuer
from web.guard import LOOPBACK as LOOPBACK_NAMES
from web.wire import Wire

PREFIX = "COMMONGRID_"
# The settings of the wire that are taken as they are.
NUMBERS = tuple(each.name for each in fields(Wire) if type(each.default) in (int, float))
# Points that one caller may spend in a minute in the production profile.
POINTS_PER_MINUTE = 50_000


class SettingsError(ValueError):
    """The environment states what cannot be; each variable at fault is named."""


class Settings(BaseSettings):
    """Every setting; each is read from the environment under the prefix COMMONGRID_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    home: Path = Field(Path(".commongrid"), description="where the embedded graph is kept")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 = any free one")
    profile: Literal["development", "production"] | None = Field(
        None, description="development (default on loopback) or production"
    )
    timezone: str = Field("Asia/Shanghai", description="time zone that says which day is today")
    graph_uri: str | None = Field(
        None,
        pattern=r"^(bolt|neo4j)(\+s|\+ssc)?://",
        description="Bolt address of a Neo4j; unset = embedded",
    )
    graph_user: str = Field("neo4j", description="user on that Neo4j")
    graph_password: SecretStr = Field(SecretStr(""), description="password on that Neo4j")
    graph_database: str = Field("neo4j", description="database on that Neo4j")
    engine_heap: str = Field(
        "1g", pattern=r"^\d+[kmgKMG]$", description="most memory of the embedded engine's heap"
    )

    token_issuer: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="issuer whose bearer tokens are believed"
    )
    token_audience: str = Field("commongrid", description="audience that those tokens name")
    token_keys: str | None = Field(
        None, description="file or address of its keys (JWK Set); unset = as the issuer publishes"
    )

    log: Literal["off", "requests", "statements"] | None = Field(
        None, description="lines in the log: none, one of each request, and of each statement too"
    )
    documents: Literal["open", "hybrid", "allowlist"] = Field(
        "open",
        description="what is answered: any document; registered ones; registered ones by id alone",
    )

    status_codes: Literal["audit", "draft"] = Field(
        "audit", description="status codes as the graphql-http audits or the 2026 draft want them"
    )
    hosts: str = Field("", description="names this server goes by, with commas between them")
    origins: str = Field("", description="origins whose pages may ask, with commas between them")
    head_bytes: int = Field(Wire.head_bytes, ge=1024)
    head_seconds: float = Field(Wire.head_seconds, gt=0)
    body_bytes: int = Field(Wire.body_bytes, ge=1024)
    body_seconds: float = Field(Wire.body_seconds, gt=0)
    bodies_bytes: int = Field(Wire.bodies_bytes, ge=1024)
    idle_seconds: float = Field(Wire.idle_seconds, gt=0)
    stall_seconds: float = Field(Wire.stall_seconds, gt=0)
    connections: int = Field(Wire.connections, ge=1)
    running: int = Field(Wire.running, ge=1)
    running_per_caller: int = Field(Wire.running_per_caller, ge=1)
    waiting: int = Field(Wire.waiting, ge=0)
    sockets: int = Field(Wire.sockets, ge=0)
    sockets_per_caller: int = Field(Wire.sockets_per_caller, ge=0)
    socket_operations: int = Field(Wire.socket_operations, ge=1)
    socket_bytes: int = Field(Wire.socket_bytes, ge=1024)
    socket_init_seconds: float = Field(Wire.socket_init_seconds, gt=0)
    ping_seconds: float = Field(Wire.ping_seconds, gt=0)

    limit_characters: int = Field(Limits.characters, ge=100)
    limit_tokens: int = Field(Limits.tokens, ge=100)
    limit_depth: int = Field(Limits.depth, ge=1)
    limit_roots: int = Field(Limits.roots, ge=1)
    limit_aliases: int = Field(Limits.aliases, ge=0)
    limit_directives: int = Field(Limits.directives, ge=0)
    limit_fragments: int = Field(Limits.fragments, ge=0)
    limit_operations: int = Field(Limits.operations, ge=1)
    limit_variables: int = Field(Limits.variables, ge=0)
    limit_same_name_fields: int = Field(Limits.same_name_fields, ge=1)
    limit_page: int = Field(Limits.page, ge=DEFAULT_FIRST)
    limit_nodes: int = Field(Limits.nodes, ge=1)
    limit_cost: int = Field(Limits.cost, ge=1)
    limit_points_per_minute: int | None = Field(
        None, ge=0, description="points of one caller in a minute; 0 = any number; unset = profile"
    )
    limit_items: int = Field(Limits.items, ge=1)
    limit_inputs: int = Field(Limits.inputs, ge=1)
    limit_query_seconds: float = Field(Limits.query_seconds, gt=0)
    limit_mutation_seconds: float = Field(Limits.mutation_seconds, gt=0)

    @field_validator("origins")
    @classmethod
    def _origins(cls, names: str) -> str:
        for name in _listed(names):
            if not re.fullmatch(r"https?://[^/\s*]+", name):
                raise ValueError(f"{name} is no origin such as https://app.example.org")
        return names

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone") from None
        return name

    @model_validator(mode="after")
    def _profiled(self) -> "Settings":
        if self.profile is None:
            self.profile = "development" if self.host in LOOPBACK else "production"
        if self.log is None:
            self.log = "off" if self.development else "requests"
        return self

    @property
    def development(self) -> bool:
        return self.profile == "development"

    @property
    def today(self) -> date:
        return datetime.now(ZoneInfo(self.timezone)).date()

    @property
    def issuer(self) -> Issuer | None:
        """Whose bearer tokens are believed."""
        if self.token_issuer is None:
            return None
        source = Source(self.token_issuer, self.token_keys)
        return Issuer(self.token_issuer, self.token_audience, source)

    @property
    def wire(self) -> Wire:
        """What the wire allows; in the development profile only this machine's names, if unset."""
        own = LOOPBACK_NAMES | {self.host}
        named = _listed(self.hosts) or (own if self.development else None)
        return Wire(
            draft=self.status_codes == "draft",
            development=self.development,
            hosts=named,
            origins=_listed(self.origins),
            **{name: getattr(self, name) for name in NUMBERS},
        )

    @property
    def limits(self) -> Limits:
        """What may be asked; points are counted in the production profile, if nothing is said."""
        said = {each.name: getattr(self, f"limit_{each.name}") for each in fields(Limits)}
        if said["points_per_minute"] is None:
            said["points_per_minute"] = 0 if self.development else POINTS_PER_MINUTE
        return Limits(**said)

    @property
    def deadlines(self) -> BoltSettings:
        """How long a statement of a query or mutation may take."""
        return BoltSettings(self.limit_query_seconds, self.limit_mutation_seconds)


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in names.split(",") if name.strip())


def settings(environment: Mapping[str, str], **options: Any) -> Settings:
    """The settings: `options` first, then this process's environment, then the defaults.

    Raises SettingsError for a COMMONGRID_ variable that is unknown or has a wrong value.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(n for n in environment if n.startswith(PREFIX) and n not in known)
    if unknown:
        raise SettingsError(f"unknown: {', '.join(unknown)} (known: {', '.join(sorted(known))})")
    try:
        return Settings(**options)
    except ValidationError as error:
        wrong = (f"{PREFIX}{'.'.join(map(str, e['loc']))}".upper() for e in error.errors())
        said = (e["msg"].removeprefix("Value error, ") for e in error.errors())
        told = (f"{name}: {text}" for name, text in zip(wrong, said, strict=True))
        raise SettingsError("; ".join(told)) from None
