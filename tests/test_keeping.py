"""The commands of who keeps the system, on the engine of the session."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

import cli
from graph.bolt import Graph
from resolvers.caller import Callers
from resolvers.documents import identified
from resolvers.errors import Refusal

GONE: Any = (
    "MATCH (a:Account) WHERE a.code STARTS WITH $prefix OPTIONAL MATCH (g:Grant)-[:FOR]->(a) "
    "OPTIONAL MATCH (k:ApiKey)-[:OPENS]->(a) DETACH DELETE g, k, a"
)
FORGOTTEN: Any = "MATCH (n) WHERE n:Document OR n.key = 'documents' DELETE n"


@pytest.fixture
def command(
    graph: Graph, engine_home: Path, run: Any, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Result]]:
    monkeypatch.setenv("COMMONGRID_HOME", str(engine_home))
    yield lambda *words: CliRunner().invoke(cli.main, [str(word) for word in words])
    run(graph.write(lambda tx: tx.run("test", GONE, {"prefix": prefix})))
    run(graph.write(lambda tx: tx.run("test", FORGOTTEN, {})))


def test_a_key_is_made_listed_and_revoked(
    command: Callable[..., Result], graph: Graph, run: Any, prefix: str
) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    made = command(
        *("token", "create", f"{prefix}-dash", "--role", "VIEWER", "--within", "ZZ-GX-SF")
    )
    assert made.exit_code == 0, made.output
    key = made.stdout.strip()
    found = run(Callers().caller((f"Bearer {key}",), graph, today)).caller
    assert (found.account, found.roles) == (f"{prefix}-dash", ["VIEWER"])
    identifier = key.split("_")[1]
    listed = command("token", "list").stdout
    assert identifier in listed
    assert key not in listed
    assert command("token", "revoke", identifier).exit_code == 0
    with pytest.raises(Refusal):
        run(Callers().caller((f"Bearer {key}",), graph, today))
    assert command("token", "revoke", "nobody").exit_code == 1
    nowhere = command("token", "create", f"{prefix}-x", "--role", "VIEWER", "--within", "NOWHERE")
    assert (nowhere.exit_code, "NOWHERE" in nowhere.output) == (1, True)


def test_documents_are_registered_all_or_none(
    command: Callable[..., Result], graph: Graph, run: Any, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.graphql", tmp_path / "wrong.graphql"
    right.write_text("{ grids { totalCount } }")
    wrong.write_text("{ gridz { totalCount } }")
    count: Any = "MATCH (d:Document) RETURN count(d)"
    refused = command("documents", "sync", right, wrong)
    assert refused.exit_code == 1
    assert "wrong.graphql: Cannot query field 'gridz'" in refused.stdout
    assert run(graph.read("test", count, {})) == 0
    done = command("documents", "sync", right)
    assert (done.exit_code, identified(right.read_text()) in done.stdout) == (0, True)
    assert run(graph.read("test", count, {})) == 1
    (tmp_path / "no.json").write_text("[]")
    assert command("documents", "sync", tmp_path / "no.json").exit_code == 1
