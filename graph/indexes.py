"""Constraints and indexes, made sure of at start; the one file that may differ by engine."""

from typing import LiteralString

from graph import registry
from graph.bolt import Graph

Place = tuple[LiteralString, LiteralString]  # label, property
UNIQUE: tuple[Place, ...] = (
    ("Territory", "path"),
    ("Receipt", "key"),
    ("Event", "id"),
    ("Store", "key"),
    ("FormerPerson", "code"),
    ("Account", "subject"),
    ("ApiKey", "id"),
    ("Document", "id"),
)
INDEXED: tuple[Place, ...] = (
    ("Grid", "west"),
    ("Grid", "level"),
    ("Person", "longitude"),
    ("Merchant", "longitude"),
    ("PlanRun", "status"),
    ("Event", "minute"),
    ("AuditEntry", "touched"),
)


async def ensure(graph: Graph) -> None:
    """Make every constraint and index that is not there; harmless where they are."""
    codes: list[Place] = [(node.label, "code") for node in registry.nodes()]
    names: list[Place] = [(node.label, "name") for node in registry.nodes()]
    for label, name in [*codes, *UNIQUE]:
        await graph.command(
            f"CREATE CONSTRAINT {label}_{name} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
        )
    for label, name in [*names, *INDEXED]:
        await graph.command(
            f"CREATE INDEX {label}_by_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"
        )
