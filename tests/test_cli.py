"""The commands, as far as they can be told apart without an engine."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from graphql import build_schema

import cli
import schema
from cli import command, loading, serving
from graph.intake.duplicate import Pair
from graph.intake.fault import Fault
from graph.intake.intake import Account

COMMANDS = tuple("ask backup check demo documents drill load restore sdl serve token".split())


def called(*words: str) -> Result:
    return CliRunner().invoke(cli.main, words)


def test_each_command_is_described_in_both_languages() -> None:
    found = called("--help")

    assert (0, COMMANDS) == (found.exit_code, tuple(sorted(cli.main.commands)))
    for name in COMMANDS:
        [line] = [each for each in found.output.splitlines() if each.startswith(f"  {name} ")]
        chinese, _, english = line.removeprefix(f"  {name} ").strip().partition(" · ")
        assert not chinese.isascii()
        assert english.isascii()
        assert called(name, "--help").exit_code == 0


def test_the_schema_is_printed_as_it_is() -> None:
    found = called("sdl")

    assert (0, schema.sdl()) == (found.exit_code, found.stdout)
    build_schema(found.stdout)


def test_the_schema_is_written_where_it_is_checked_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(schema, "__file__", str(tmp_path / "__init__.py"))

    assert (0, "") == (called("sdl", "--write").exit_code, called("sdl", "--write").output)
    assert schema.sdl() == (tmp_path / "schema.graphql").read_text(encoding="utf-8")


@pytest.mark.parametrize("variables", ["{", "[]", "5", "null"])
def test_variables_are_a_json_object(tmp_path: Path, variables: str) -> None:
    document = tmp_path / "asked.graphql"
    document.write_text("{ __typename }")

    found = called("ask", str(document), "--variables", variables)

    assert 2 == found.exit_code
    assert "--variables" in found.output


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("backup", "neo4j-admin database dump neo4j --to-path="),
        ("restore", "neo4j-admin database load neo4j --from-path="),
    ],
)
def test_a_neo4j_copies_its_own_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, told: str
) -> None:
    monkeypatch.setenv("COMMONGRID_GRAPH_URI", "bolt://127.0.0.1:1")

    found = called(name, str(tmp_path / "network.backup"))

    assert 1 == found.exit_code
    assert told in found.output
    assert [] == list(tmp_path.iterdir())


def test_a_document_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert 2 == called("ask", str(tmp_path / "absent.graphql")).exit_code


@pytest.mark.parametrize(
    "pairs", ["{", "{}", "[5]", '[{"keep": "a"}]', '[{"keep": 1, "merge": 2}]']
)
def test_confirmed_pairs_are_a_list_of_two_codes_each(tmp_path: Path, pairs: str) -> None:
    named = tmp_path / "pairs.json"
    named.write_text(pairs)

    found = called("load", "people.csv", "--merge", str(named))

    assert 2 == found.exit_code
    assert "--merge" in found.output


def test_a_mapping_that_cannot_be_read_is_told_before_anything_is_started(tmp_path: Path) -> None:
    found = called("load", "people.csv", "--map", str(tmp_path / "absent.json"))

    assert 1 == found.exit_code
    assert "absent.json" in found.output


def test_a_load_is_told_by_lines_counts_and_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    fault = Fault("a.xlsx", "名册", 7, "姓名", "wrong")
    pair = Pair("P-1", "P-2", 0.95, ("NAME_EQUAL", "PHONE_EQUAL"), ("a.xlsx:2", "graph"))
    counts = {"Person": {"new": 1234, "changed": 0, "unchanged": 5}}

    loading.told(Account([], counts, [fault], 3, [pair]))

    lines = capsys.readouterr().out.splitlines()
    assert ["a.xlsx:名册:7:姓名: wrong", "… 2"] == lines[:2]
    assert "0.95 P-1 P-2 (a.xlsx:2 = graph): NAME_EQUAL, PHONE_EQUAL" == lines[2]
    assert any("1,234" in line for line in lines)
    assert "nothing written, 3 wrong" in lines[-1]


def test_a_log_hears_of_each_step_once(capsys: pytest.CaptureFixture[str]) -> None:
    with command.Progress() as progress:
        for text in ("loading 1/3", "loading 2/3", "loading 3/3", "done [in red]", "loading 4/3"):
            progress(text)

    assert ["loading 1/3", "done [in red]", "loading 4/3"] == capsys.readouterr().err.splitlines()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (("127.0.0.1", 80), "http://127.0.0.1:80"),
        (("0.0.0.0", 80), "http://127.0.0.1:80"),
        (("::1", 80, 0, 0), "http://[::1]:80"),
        (("::", 80, 0, 0), "http://[::1]:80"),
    ],
)
def test_an_address_is_one_that_can_be_opened(name: tuple[object, ...], url: str) -> None:
    assert url == serving.address(name)
