"""How dictionaries are kept: their terms are data, which a city names and adds to as it needs.

A term's code is `DICTIONARY.KEY`; the value of a property that comes from a dictionary
(`Node.terms`) is the key of a term there. What every city needs stands in `term.json` and is made
sure of at start; what is there already stays as the city has it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, LiteralString

from graph.bolt import Graph
from graph.kind import Pattern, TermCode
from graph.model import Derived, Node, Reading
from graph.registry import declare


def _dictionary(row: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    return str(row["code"]).partition(".")[0]


def _key(row: Mapping[str, Any], _: Mapping[str, Any]) -> str:
    return str(row["code"]).partition(".")[2]


TERM = declare(
    Node(
        "Term",
        properties={
            "code": TermCode,
            "name": str,
            "nameEn": str | None,
            "pattern": Pattern | None,
            "version": int,
        },
        derived={"dictionary": Derived(("code",), _dictionary), "key": Derived(("code",), _key)},
        given=("name", "nameEn", "pattern"),
    )
)

OF_DICTIONARY = "MATCH (n:Term)"
BEGINS = "n.code STARTS WITH $beginning"
ENSURE: LiteralString = (
    "UNWIND $rows AS row MERGE (n:Term {code: row.code}) "
    "ON CREATE SET n.name = row.name, n.nameEn = row.nameEn, n.pattern = row.pattern, n.version = 1"
)
MISSING: LiteralString = (
    "UNWIND $codes AS code WITH code WHERE NOT EXISTS { MATCH (:Term {code: code}) } "
    "RETURN collect(code) AS row"
)


def listed(dictionary: str | None) -> Reading:
    """The terms of one dictionary, or of all."""
    if dictionary is None:
        return Reading("Term", OF_DICTIONARY)
    return Reading("Term", OF_DICTIONARY, BEGINS, {"beginning": f"{dictionary}."})


@cache
def given() -> list[dict[str, Any]]:
    """The terms that every city begins with, as rows."""
    said: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    return [
        {"code": f"{dictionary}.{key}", "name": term[0], "nameEn": term[1]}
        | {"pattern": term[2] if len(term) > 2 else None}
        for dictionary, terms in said.items()
        for key, term in terms.items()
    ]


async def ensure(graph: Graph) -> None:
    """Makes the terms that are not there."""
    codes = [row["code"] for row in given()]
    missing = await graph.read("term.missing", MISSING, {"codes": codes})
    rows = [row for row in given() if row["code"] in missing]
    if rows:
        await graph.write(lambda tx: tx.run("term.ensure", ENSURE, {"rows": rows}))
