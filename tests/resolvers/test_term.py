"""Dictionaries are data: what a city begins with, what it adds, and what is judged by them."""

from typing import Any

import pytest

import schema
from graph import term
from graph.demo import network
from graph.division import DivisionLevel
from graph.grid import GridLevel
from graph.registry import nodes
from resolvers.identity import global_id

TERMS = """query ($dictionary: String, $after: String) {
  terms(dictionary: $dictionary, first: 100, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code dictionary key name nameEn pattern version }
  }
}"""
CREATE = """mutation ($input: CreateTermInput!) {
  createTerm(input: $input) { term { dictionary key name } userErrors { code field } }
}"""
GRID = """mutation ($input: CreateGridInput!) {
  createGrid(input: $input) { grid { codeScheme } userErrors { code field } }
}"""
UPDATE = """mutation ($input: UpdateGridInput!) {
  updateGrid(input: $input) { grid { codeScheme } userErrors { code field } }
}"""
CLEAR: Any = "MATCH (n) WHERE n.code STARTS WITH $prefix DETACH DELETE n"


@pytest.fixture(autouse=True)
def cleared(ask: Any, prefix: str) -> Any:
    yield
    ask.run(ask.graph.write(lambda tx: tx.run("test", CLEAR, {"prefix": prefix})))


def test_a_city_begins_with_the_terms_of_its_levels_trades_categories_and_schemes(ask: Any) -> None:
    found = ask.data(TERMS)["terms"]["nodes"]
    begun = {row["code"]: row for row in term.given()}
    assert begun.keys() <= {each["code"] for each in found}
    for each in found:
        assert f"{each['dictionary']}.{each['key']}" == each["code"]
        if each["code"] in begun:
            assert all(each[name] == begun[each["code"]][name] for name in ("name", "nameEn"))
    levels = {
        each["key"] for each in ask.data(TERMS, {"dictionary": "GRID_LEVEL"})["terms"]["nodes"]
    }
    assert levels == {level.value for level in GridLevel}
    divisions = ask.data(TERMS, {"dictionary": "DIVISION_LEVEL"})["terms"]["nodes"]
    assert {each["key"] for each in divisions} == {level.value for level in DivisionLevel}
    assert ask.data(TERMS, {"dictionary": "GRID"})["terms"]["totalCount"] == 0


def test_every_value_of_the_demo_network_is_in_its_dictionary() -> None:
    known, drawn = {row["code"] for row in term.given()}, network()
    judged = 0
    for node in nodes():
        for name, of in node.terms.items():
            values = {row[name] for row in drawn.nodes.get(node.label, []) if name in row}
            assert {f"{of.dictionary}.{value}" for value in values} <= known
            judged += len(values)
    assert judged > 20


def test_what_a_city_calls_a_term_outlives_a_start(ask: Any) -> None:
    rename: Any = "MATCH (n:Term {code: 'TRADE.OTHER'}) SET n.name = $name"
    drop: Any = "MATCH (n:Term {code: 'TRADE.MEDICAL'}) DETACH DELETE n"
    ask.run(ask.graph.write(lambda tx: tx.run("test", rename, {"name": "别的"})))
    ask.run(ask.graph.write(lambda tx: tx.run("test", drop, {})))
    try:
        ask.run(term.ensure(ask.graph))
        found = ask.data(TERMS, {"dictionary": "TRADE"})["terms"]["nodes"]
        names = {each["key"]: each["name"] for each in found}
        assert (names["OTHER"], names["MEDICAL"]) == ("别的", "诊所")
    finally:
        ask.run(ask.graph.write(lambda tx: tx.run("test", rename, {"name": "其他"})))


@pytest.mark.parametrize("code", ["TEA", ".TEA", "TRADE.", "trade.TEA", "TRADE.茶", "TRADE TEA"])
def test_a_term_names_its_dictionary(ask: Any, prefix: str, code: str) -> None:
    made = ask.data(CREATE, {"input": {"code": code, "name": "茶馆"}})["createTerm"]
    assert made == {"term": None, "userErrors": [{"code": "INVALID", "field": ["code"]}]}


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "[0-9]*", "a|b", "[z-a]", "[0-9]{0}", "", ".*", "a" * 65]
)
def test_a_pattern_can_make_no_text_slow(ask: Any, prefix: str, pattern: str) -> None:
    input = {"code": f"{prefix}.S", "name": "S", "pattern": pattern}
    made = ask.data(CREATE, {"input": input})["createTerm"]
    assert made["userErrors"] == [{"code": "INVALID", "field": ["pattern"]}]


def test_the_code_of_a_grid_looks_as_its_scheme_says(ask: Any, prefix: str) -> None:
    digits = f"{prefix}[0-9]{{3}}-[A-C]"
    scheme = f"CODE_SCHEME.{prefix}"
    made = ask.data(CREATE, {"input": {"code": scheme, "name": "S", "pattern": digits}})
    assert made["createTerm"]["userErrors"] == []
    try:
        for code, problems in (
            (f"{prefix}012-B", []),
            (f"{prefix}012-D", [{"code": "INVALID", "field": ["codeScheme"]}]),
            (f"{prefix}0123-B", [{"code": "INVALID", "field": ["codeScheme"]}]),
        ):
            input = {"code": code, "name": "G", "level": "L2", "codeScheme": prefix}
            found = ask.data(GRID, {"input": input})["createGrid"]
            assert found["userErrors"] == problems
        unlike = {"code": f"{prefix}-X", "name": "G", "level": "L2"}
        assert ask.data(GRID, {"input": unlike})["createGrid"]["grid"] == {"codeScheme": "LOCAL"}
        moved = {"id": global_id("Grid", f"{prefix}-X"), "codeScheme": prefix}
        refused = ask.data(UPDATE, {"input": moved})["updateGrid"]["userErrors"]
        assert refused == [{"code": "INVALID", "field": ["codeScheme"]}]
        unknown = {**moved, "codeScheme": f"{prefix}-NONE"}
        refused = ask.data(UPDATE, {"input": unknown})["updateGrid"]["userErrors"]
        assert refused == [{"code": "NOT_FOUND", "field": ["codeScheme"]}]
    finally:
        gone: Any = "MATCH (n:Term {code: $code}) DETACH DELETE n"
        ask.run(ask.graph.write(lambda tx: tx.run("test", gone, {"code": scheme})))


def test_the_schema_says_which_dictionaries_there_are() -> None:
    told = schema.build()._schema.type_map["Term"].fields["dictionary"].description or ""  # type: ignore[attr-defined]
    assert all(row["code"].partition(".")[0] in told for row in term.given())
