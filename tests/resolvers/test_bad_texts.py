"""Texts meant for an interpreter (Cypher, SQL, HTML, a shell, a spreadsheet) are only texts.

Whatever can be said as a text is said so, in every argument of every operation.
"""

import time
from typing import Any

import pytest

from resolvers.identity import global_id
from resolvers.operation import Operations
from tests.resolvers.test_bad_input import places

GOOD = "{ grids(first: 1) { totalCount } }"
CYPHER = {
    "quote": "x' OR true RETURN n //",
    "double quote": '"}) DETACH DELETE n //',
    "backtick": "`) UNION MATCH (n) DETACH DELETE n //",
    "escaped quote": "\\u0027}) MATCH (n) SET n.name = \\u0027\\u0027 //",
    "file": "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
}
OTHERS = {
    "SQL": "1'; DROP TABLE person; --",
    "shell": "$(reboot); `reboot` | cat /etc/passwd",
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "formula": "=HYPERLINK(A1)",
    "template": "${7*7} {{7*7}} %s %n",
}
ALL = {**CYPHER, **OTHERS}
COUNT: Any = (
    "MATCH (n) WITH count(n) AS nodes, sum(coalesce(n.version, 0)) AS versions "
    "OPTIONAL MATCH ()-[r]->() WITH nodes, versions, count(r) AS links "
    "RETURN [nodes, versions, links] AS counted"
)
RECEIPTS: Any = "MATCH (r:Receipt) RETURN collect(r.key) AS keys"
MADE: Any = "MATCH (n) WHERE 'x' IN [n.code, n.touched] DETACH DELETE n"
REPEATED: Any = "MATCH (r:Receipt) WHERE NOT r.key IN $before DELETE r"


def counted(ask: Any) -> Any:
    return ask.run(ask.graph.read("test", COUNT, {}))


def forget(ask: Any, before: list[str]) -> None:
    """What a mutation made under the code that is given to everything here."""
    for text in (MADE, REPEATED):
        ask.run(ask.graph.write(lambda tx, t=text: tx.run("test", t, {"before": before})))


@pytest.mark.parametrize("text", CYPHER.values(), ids=CYPHER)
def test_cypher_in_any_argument_changes_nothing_else(
    ask: Any, operations: Operations, text: str
) -> None:
    """Nodes, their versions and relationships are as many as before."""
    before, receipts = counted(ask), ask.run(ask.graph.read("test", RECEIPTS, {}))
    said = 0
    for kind, name, _, declared, (path, wrap) in places(operations.schema):
        shown = "userErrors { code }" if kind == "mutation" else "__typename"
        answer = ask(f"{kind} ($v: {declared}) {{ {name}: $v) {{ {shown} }} }}", {"v": wrap(text)})
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"BAD_USER_INPUT", "BAD_CURSOR"}, (name, path)
        done = (answer.get("data") or {}).values() if kind == "mutation" else ()
        if any(each["userErrors"] == [] for each in done):
            forget(ask, receipts)
        assert all(text not in ran.text for ran in ask.ran)
        said += 1
    assert said > 200
    assert counted(ask) == before
    assert "errors" not in ask(GOOD)


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_a_name_is_kept_and_found_as_it_was_said(ask: Any, prefix: str, text: str) -> None:
    name = f"{prefix} {text}"
    create = """mutation ($c: String!, $n: String!) { createMerchant(
      input: {code: $c, name: $n, trade: "PHARMACY"}) { userErrors { code } } }"""
    assert ask.data(create, {"c": prefix, "n": name})["createMerchant"]["userErrors"] == []
    try:
        equal = """query ($n: String!) { merchants(filter: {name: {eq: $n}}) {
          nodes { code name } } }"""
        found = ask.data(equal, {"n": name})["merchants"]["nodes"]
        assert found == [{"code": prefix, "name": name}]
    finally:
        gone: Any = "MATCH (n) WHERE $c IN [n.code, n.touched] DETACH DELETE n"
        ask.run(ask.graph.write(lambda tx: tx.run("test", gone, {"c": prefix})))
    assert "errors" not in ask(GOOD)


ORDERS = [
    {"name) DETACH DELETE n //": "ASC"},
    {"name": "ASC) DETACH DELETE n //"},
    {"n.name": "ASC"},
    {"name": "asc"},
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_what_is_sorted_by_is_one_of_the_names_that_are_declared(
    ask: Any, order: dict[str, str]
) -> None:
    query = "query ($o: [GridOrder!]) { grids(orderBy: $o) { totalCount } }"
    answer = ask(query, {"o": [order]})
    assert ("data" in answer, ask.ran) == (False, [])
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert "errors" not in ask(GOOD)


@pytest.mark.parametrize("label", ["Grid) DETACH DELETE n //", "Grid|Person", "Account`", "Event"])
def test_an_id_names_a_label_that_is_declared(ask: Any, label: str) -> None:
    answer = ask("query ($i: ID!) { node(id: $i) { id } }", {"i": global_id(label, "x")})
    assert (answer["data"], ask.ran) == ({"node": None}, [])
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "id"}
    assert "errors" not in ask(GOOD)


@pytest.mark.parametrize("text", [".*(a+)+$", "*", "~", '"', "%" * 64, "a" * 64, "(" * 64])
def test_a_search_for_signs_is_literal_and_quick(ask: Any, text: str) -> None:
    query = "query ($t: String!) { search(text: $t) { totalCount } }"
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assert ask.data(query, {"t": text}) == {"search": {"totalCount": 0}}
        times.append(time.perf_counter() - start)
    assert min(times) < 0.2
    assert "errors" not in ask(GOOD)
