"""Do the engines give the same answers, byte for byte? Every document of the corpus is asked.

    python benchmarks/parity.py            compares with the answers that are checked in
    python benchmarks/parity.py --write    writes them, from the embedded engine

Which engine answers is said by COMMONGRID_GRAPH_URI, as for the server; unset, the embedded one.
Prints a table of what differs and how long each document took, and one JSON line.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import schema  # noqa: E402
import server  # noqa: E402
from graph.bolt import Graph  # noqa: E402
from resolvers.auth import DEVELOPER  # noqa: E402
from resolvers.context import Context  # noqa: E402
from resolvers.identity import global_id  # noqa: E402
from resolvers.operation import Operations, Request  # noqa: E402

CORPUS = ROOT / "tests" / "resolvers" / "corpus"
ANSWERS = CORPUS / "answers.json"
TODAY = date(2026, 11, 24)
VARIABLES = "# variables: "


@dataclass(frozen=True)
class Document:
    """A document and the variables of each request with it, in order.

    In variables, `@Label:code` stands for an id, and `<a.0.b` for what the request before found
    at that path of its data.
    """

    name: str
    text: str
    requests: tuple[Any, ...]


def documents() -> list[Document]:
    """The corpus, by name."""
    return [_document(path) for path in sorted(CORPUS.glob("*.graphql"))]


def _document(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    heads = [line for line in text.splitlines() if line.startswith(VARIABLES)]
    requests = tuple(json.loads(line.removeprefix(VARIABLES)) for line in heads)
    return Document(path.stem, text, requests or ({},))


def filled(value: Any, before: Any) -> Any:
    """Variables with ids and findings in place of what stands for them."""
    if isinstance(value, dict):
        return {key: filled(each, before) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, before) for each in value]
    if isinstance(value, str) and value.startswith("@"):
        label, _, code = value[1:].partition(":")
        return global_id(label, code)
    if isinstance(value, str) and value.startswith("<"):
        found = before["data"]
        for step in value[1:].split("."):
            found = found[int(step) if step.isdigit() else step]
        return found
    return value


def kept(document: Document, answers: list[bytes]) -> list[dict[str, Any]]:
    """The answers as they are checked in: a digest of the bytes, and the answer to read."""
    return [
        {
            "variables": given,
            "sha256": hashlib.sha256(answer).hexdigest(),
            "answer": json.loads(answer),
        }
        for given, answer in zip(document.requests, answers, strict=True)
    ]


def checked_in() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ANSWERS.read_text(encoding="utf-8"))
    return found


def write(answers: dict[str, list[dict[str, Any]]]) -> None:
    text = json.dumps(answers, ensure_ascii=False, indent=1, sort_keys=False)
    ANSWERS.write_text(f"{text}\n", encoding="utf-8")


async def answered(document: Document, operations: Operations, graph: Graph) -> list[bytes]:
    """The bytes of each answer to the document."""
    found: list[bytes] = []
    before: Any = None
    for given in document.requests:
        request = Request(document.text, filled(given, before))
        context = Context(graph, DEVELOPER, TODAY, "request-of-a-test")
        response = await operations.answer(operations.question(request), context)
        found.append(msgspec.json.encode(response.body))
        before = json.loads(found[-1])
    return found


async def asked() -> tuple[dict[str, list[dict[str, Any]]], dict[str, float]]:
    """Every document asked of the engine that the environment names; milliseconds of each."""
    answers: dict[str, list[dict[str, Any]]] = {}
    took: dict[str, float] = {}
    operations = Operations(schema.build()._schema)
    with tempfile.TemporaryDirectory() as home:
        chosen = server.settings(dict(os.environ))
        chosen.home = Path(home)
        async with server.network(chosen, lambda _: None) as graph:
            # What is compared is the answer; a busy machine must not make it a TIMEOUT.
            graph.settings = replace(graph.settings, read_seconds=60.0)
            for document in documents():
                start = time.perf_counter()
                answers[document.name] = kept(document, await answered(document, operations, graph))
                took[document.name] = (time.perf_counter() - start) * 1000
    return answers, took


def compared(answers: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Names of the documents whose bytes differ from those that are checked in."""
    before = checked_in()
    return [
        name
        for name, found in answers.items()
        if [each["sha256"] for each in before.get(name, [])] != [e["sha256"] for e in found]
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="check these answers in")
    wanted = parser.parse_args()
    answers, took = asyncio.run(asked())
    if wanted.write:
        write(answers)
    different = compared(answers)
    table = Table("document", "requests", "ms", "bytes")
    for name, found in answers.items():
        said = "differ" if name in different else "same"
        table.add_row(name, str(len(found)), f"{took[name]:.0f}", said)
    console = Console()
    console.print(table)
    total = {
        "benchmark": "parity",
        "engine": "neo4j" if "COMMONGRID_GRAPH_URI" in os.environ else "embedded",
        "documents": len(answers),
        "requests": sum(map(len, answers.values())),
        "milliseconds": round(sum(took.values())),
        "different": different,
    }
    console.print_json(json.dumps(total), indent=None)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
