"""A desk for loading: files in a folder of the test, taken into the real graph, cleared away."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph import registry
from graph.bolt import Graph, Transaction
from graph.intake import intake, mapping
from graph.intake.intake import Account, Order

LABELS = (*(node.label for node in registry.nodes()), "FormerPerson", "Event")


@dataclass
class Desk:
    """`name` is the file's; every code that a test gives or makes begins with `prefix`."""

    folder: Path
    graph: Graph
    run: Any
    prefix: str
    numbers: Iterator[int] = field(default_factory=itertools.count)
    told: list[str] = field(default_factory=list)

    def text(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """A file of this text, in which § stands for the prefix."""
        path = self.folder / name
        path.write_bytes(text.replace("§", self.prefix).encode(encoding))
        return path

    def book(self, name: str, **sheets: Sequence[Sequence[Any]]) -> Path:
        """A workbook of these sheets; texts in which § stands for the prefix."""
        book = openpyxl.Workbook()
        del book["Sheet"]
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append([self.filled(cell) for cell in row])
        book.save(self.folder / name)
        return self.folder / name

    def filled(self, cell: Any) -> Any:
        return cell.replace("§", self.prefix) if isinstance(cell, str) else cell

    def take(self, *paths: Path, map: dict[str, Any] | None = None, **how: Any) -> Account:
        """Loads the files; `map` is what a mapping file would hold, `how` fields of the order."""
        said = self.folder / f"mapping-{next(self.numbers)}.json"
        said.write_text(json.dumps({"prefix": self.prefix, **(map or {})}))
        order = Order(paths, mapping.read(said), today="2026-11-24", **how)
        account: Account = self.run(intake.take(self.graph, order, self.told.append))
        return account

    def read(self, text: str, **values: Any) -> Any:
        """The first value; § in the text stands for the prefix."""
        asked: Any = text.replace("§", self.prefix)
        return self.run(self.graph.read("test", asked, values))

    def write(self, text: str, **values: Any) -> None:
        asked: Any = text.replace("§", self.prefix)
        self.run(self.graph.write(partial(_ran, asked, values)))

    def everything(self) -> Any:
        """All nodes of the prefix with their properties, and what leads from them, in order."""
        nodes = self.read(
            "MATCH (n) WHERE n.code STARTS WITH $start WITH n ORDER BY labels(n)[0], n.code "
            "RETURN collect([labels(n)[0], properties(n)])",
            start=self.prefix,
        )
        links = self.read(
            "MATCH (n)-[r]->(m) WHERE n.code STARTS WITH $start "
            "WITH n, r, m ORDER BY n.code, type(r), m.code, toString(r.since) "
            "RETURN collect([n.code, type(r), m.code, properties(r)])",
            start=self.prefix,
        )
        return nodes, links


async def _ran(text: Any, values: dict[str, Any], tx: Transaction) -> None:
    await tx.run("test", text, values)


@pytest.fixture
def desk(tmp_path: Path, graph: Graph, run: Any, prefix: str) -> Iterator[Desk]:
    made = Desk(tmp_path, graph, run, prefix)
    yield made
    for label in LABELS:
        made.write(
            f"MATCH (n:{label}) WHERE n.code STARTS WITH $start DETACH DELETE n", start=prefix
        )
    made.write("MATCH (n:DataSource) DETACH DELETE n")
    made.write("MATCH (n:Event {name: 'load'}) DELETE n")
    made.write(
        "MATCH (n:AuditEntry) WHERE n.operation = 'load' OR n.touched STARTS WITH $start DELETE n",
        start=prefix,
    )
    made.write("MATCH (s:Store {key: 'network'}) REMOVE s.loading")
