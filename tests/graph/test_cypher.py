"""What the compiler of statements gives on known data, and forms that no statement may have."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, LiteralString

import pytest

import graph
from benchmarks.parity import documents, filled
from graph import cypher, registry
from graph.bolt import Graph, Transaction
from graph.model import (
    Combined,
    Compare,
    Key,
    Order,
    Page,
    Parameter,
    Reading,
    Related,
    Selection,
    Tally,
    Use,
)
from graph.scope import listed
from graph.wire.batch import batch

DAY = "2026-11-24"


def is_(value: Any) -> Parameter:
    return Parameter(lambda _: value)


def page(limit: int = 100, **where: Any) -> Page:
    return Page(is_(limit), **where)


# Two grids, one in the other, and people who serve there: prefix-A holds prefix-B.
NETWORK: LiteralString = """
CREATE (a:Grid:Territory {code: $p + '-A', name: 'a', level: 'L2', codeScheme: 'T',
  path: '/' + $p + '-A/', version: 1, households: 5})
CREATE (b:Grid:Territory {code: $p + '-B', name: 'b', level: 'L3', codeScheme: 'T',
  path: '/' + $p + '-A/' + $p + '-B/', version: 1})
CREATE (b)-[:PART_OF {since: date('2026-11-24')}]->(a)
CREATE (a)-[:WITHIN {depth: 0}]->(a), (b)-[:WITHIN {depth: 0}]->(b), (b)-[:WITHIN {depth: 1}]->(a)
CREATE (x:Person {code: $p + '-1', name: 'x', isVolunteer: true, isInvented: true, version: 1})
CREATE (y:Person {code: $p + '-2', name: 'y', isVolunteer: true, isInvented: true, version: 1,
  isPartyMember: true})
CREATE (z:Person {code: $p + '-3', name: 'y', isVolunteer: false, isInvented: true, version: 1})
CREATE (x)-[:SERVES_AS {kind: 'PATROL', hoursPerWeek: 4}]->(b)
CREATE (x)-[:SERVES_AS {kind: 'VISITS', since: date('2026-11-24')}]->(b)
CREATE (x)-[:SERVES_AS {kind: 'ENDED', until: date('2026-11-24')}]->(b)
CREATE (y)-[:SERVES_AS {kind: 'PATROL', until: date('2026-11-25')}]->(b)
CREATE (z)-[:SERVES_AS {kind: 'LATER', since: date('2026-11-25')}]->(b)
CREATE (z)-[:HEADS {deputy: false, since: date('2020-02-29')}]->(b)
CREATE (y)-[:HEADS {deputy: true}]->(b)
CREATE (y)-[:HEADS {deputy: true}]->(a)
"""
GONE: LiteralString = "MATCH (n) WHERE n.code STARTS WITH $p + '-' DETACH DELETE n"


class Small:
    """The small network on the real engine, and what statements say of it."""

    def __init__(self, run: Any, graph: Graph, prefix: str) -> None:
        self.run, self.graph, self.prefix = run, graph, prefix

    def write(self, text: LiteralString) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.run("test", text, {"p": self.prefix})

        self.run(self.graph.write(work))

    def answer(self, statement: cypher.Statement, values: dict[str, Any], day: str = DAY) -> Any:
        places = {f"p{i}": place.source(None) for i, place in enumerate(statement.parameters)}
        on = date.fromisoformat(day)
        given = {"day": on, "today": on, "scope": []}
        asked = {**given, **values, **places}
        return self.run(self.graph.read(statement.name, statement.text, asked))

    def one(self, selection: Selection, code: str, day: str = DAY) -> Any:
        found: LiteralString = "MATCH (n:Grid {code: $code})"
        reading = Reading(selection.label, found)
        statement = cypher.one(reading, selection, False)
        return self.answer(statement, {"code": f"{self.prefix}-{code}"}, day)

    def use(self, use: Use, code: str = "B", day: str = DAY) -> Any:
        """What hangs on a grid by one link: its rows and its total."""
        found = self.one(Selection("Grid", uses=(use,)), code, day)
        return found.get("l0"), found.get("l0total")

    def codes(self, rows: Any) -> list[str]:
        return [row["node"]["code"].removeprefix(f"{self.prefix}-") for row in rows]


@pytest.fixture
def small(run: Any, graph: Graph, prefix: str) -> Iterator[Small]:
    found = Small(run, graph, prefix)
    found.write(GONE)
    found.write(NETWORK)
    yield found
    found.write(GONE)


PERSON = Selection("Person", ("code",))
GRID = Selection("Grid", ("code",))


def test_a_node_is_a_row_of_its_properties_and_nothing_else(small: Small) -> None:
    assert small.one(Selection("Grid", ("name", "households")), "A") == {
        "node": {"name": "a", "households": 5}
    }
    assert small.one(Selection("Grid"), "A") == {"node": {}}
    assert small.one(Selection("Grid", ("households",)), "B")["node"].get("households") is None
    assert small.one(Selection("Grid", ("name",)), "NONE") is None


def test_an_edge_for_each_valid_relationship_and_dates_as_text(small: Small) -> None:
    use = Use(
        "workers", PERSON, page=page(), total=True, edge=("kind", "since", "until", "hoursPerWeek")
    )
    rows, total = small.use(use)
    assert sorted((*small.codes([row]), row["edge"]["kind"]) for row in rows) == [
        ("1", "PATROL"),
        ("1", "VISITS"),
        ("2", "PATROL"),
    ]
    assert total == 3
    by_kind = {(row["node"]["code"][-1], row["edge"]["kind"]): row["edge"] for row in rows}
    assert by_kind["1", "VISITS"].get("since") == "2026-11-24"
    assert by_kind["2", "PATROL"].get("until") == "2026-11-25"
    assert by_kind["1", "PATROL"].get("hoursPerWeek") == 4
    assert by_kind["1", "PATROL"].get("since") is None


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2026-11-23", ["ENDED", "PATROL", "PATROL"]),
        ("2026-11-24", ["PATROL", "PATROL", "VISITS"]),
        ("2026-11-25", ["LATER", "PATROL", "VISITS"]),
    ],
)
def test_an_interval_holds_its_first_day_and_not_its_last(
    day: str, kinds: list[str], small: Small
) -> None:
    use = Use("workers", PERSON, page=page(), total=True, edge=("kind",))
    rows, total = small.use(use, day=day)
    assert sorted(row["edge"]["kind"] for row in rows) == kinds
    assert total == 3


def test_a_link_that_reaches_below_lists_each_target_once(small: Small) -> None:
    use = Use("volunteers", PERSON, page=page(), total=True)
    rows, total = small.use(use, "A")
    assert small.codes(rows) == ["1", "2"]
    assert total == 2
    found = small.one(
        Selection("Grid", tallies=(Tally("volunteerCount"), Tally("workerCount"))), "A"
    )
    assert (found["c0"], found["c1"]) == (2, 0)


def test_a_total_without_rows_reads_no_rows(small: Small) -> None:
    assert small.use(Use("workers", PERSON, total=True)) == (None, 3)


def test_rows_are_ordered_again_after_what_hangs_on_them(small: Small) -> None:
    nested = Selection("Person", ("code",), (Use("headOf", GRID, page=page()),))
    order = (Order("headOfCount", True), Order("name"), Order("code", True))
    for backwards, expected in ((False, ["2", "2", "3"]), (True, ["3", "2", "2"])):
        use = Use("children", Selection("Grid", ("code",)), page=page())
        assert small.codes(small.use(use, "A")[0]) == ["B"]
        heads = Use("heads", nested, order=order, page=page(backwards=backwards), edge=("deputy",))
        rows, _ = small.use(heads)
        assert small.codes(rows) == [code for code in dict.fromkeys(expected)]
        below = {row["node"]["code"][-1]: small.codes(row["l0"]) for row in rows}
        assert below == {"2": ["A", "B"], "3": ["B"]}


def test_a_page_is_cut_where_it_is_read(small: Small) -> None:
    use = Use("heads", PERSON, order=(Order("name"),), page=page(1), total=True, keyed=True)
    rows, total = small.use(use)
    assert small.codes(rows) == ["2"]
    assert rows[0]["key"] == ["y", f"{small.prefix}-2"]
    assert total == 2
    place = tuple(map(is_, rows[0]["key"]))
    rest, _ = small.use(Use("heads", PERSON, order=(Order("name"),), page=page(after=place)))
    assert small.codes(rest) == ["3"]
    before, _ = small.use(Use("heads", PERSON, order=(Order("name"),), page=page(before=place)))
    assert before == []


def test_the_nearest_of_several_targets_is_read(small: Small) -> None:
    use = Use("parent", Selection("Grid", ("code",)))
    assert small.codes(small.use(use, "B")[0]) == ["A"]
    assert small.use(use, "A")[0] == []
    assert small.use(use, "B", day="2026-11-23")[0] == []


ALL = Combined("and", ())


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (ALL, ["A", "B"]),
        (Combined("or", ()), []),
        (Combined("not", (ALL,)), []),
        (Compare("households", "gte", is_(1)), ["A"]),
        (Combined("not", (Compare("households", "gte", is_(1)),)), ["B"]),
        (Compare("headCount", "eq", is_(2)), ["B"]),
        (Related("heads", "some", None), ["A", "B"]),
        (Related("heads", "none", None), []),
        (Related("children", "none", None), ["B"]),
        (Related("children", "every", None), ["A", "B"]),
        (Related("heads", "every", Compare("isPartyMember", "eq", is_(True))), ["A"]),
        (Related("children", "every", Related("workers", "none", None)), ["B"]),
        (Related("children", "some", Related("workers", "some", None)), ["A"]),
    ],
    ids=str,
)
def test_a_condition_holds_for_whom_it_should(
    condition: Any, codes: list[str], small: Small
) -> None:
    reading = listed("Grid", Key("Grid", f"{small.prefix}-A"), False)
    use = Use("", GRID, condition, page=page(), total=True)
    statement = cypher.many(reading, use, False)
    found = small.answer(statement, dict(reading.parameters))
    assert small.codes(found["rows"]) == codes
    assert found["total"] == len(codes)


@pytest.mark.parametrize("hot", [None, 0, 1, 1_000])
@pytest.mark.parametrize(
    ("link", "there", "volunteers", "codes"),
    [
        ("workers", {"workerIn": "B"}, True, ["1", "1", "2"]),
        ("workers", {"headOf": "B"}, True, ["2"]),
        ("workers", {"headOf": "B", "workerIn": "B"}, True, ["2"]),
        ("workers", {"reportedInTo": "B"}, True, []),
        ("volunteers", {"workerIn": "B"}, True, ["1", "2"]),
        ("volunteers", {"workerIn": "B", "headOf": "A"}, True, ["2"]),
        ("volunteers", {"workerIn": "NOWHERE"}, True, []),
        ("heads", {"workerIn": "B"}, True, ["2"]),
        ("heads", {"workerIn": "B"}, False, []),  # who begins tomorrow
    ],
    ids=str,
)
def test_rows_that_lead_to_a_target_are_found_by_asking_each_or_all_of_the_target(
    link: str,
    there: dict[str, str],
    volunteers: bool,
    codes: list[str],
    hot: int | None,
    small: Small,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cypher, "HOT", hot)
    parts = [
        Related(name, "some", Compare("code", "eq", is_(f"{small.prefix}-{code}")))
        for name, code in there.items()
    ]
    asked = Combined("and", (*parts, Compare("isVolunteer", "eq", is_(volunteers))))
    use = Use(link, PERSON, asked, page=page(), total=True)
    reading = Reading("Grid", "MATCH (n:Grid {code: $code})")
    statement = cypher.one(reading, Selection("Grid", uses=(use,)), False, sets=hot is not None)
    assert ("UNION ALL" in statement.text) == (hot is not None)
    assert batch(statement.text)  # either form can be put together with others
    found = small.answer(statement, {"code": f"{small.prefix}-B"})
    assert sorted(small.codes(found["l0"])) == codes
    assert found["l0total"] == len(codes)


def test_nodes_of_several_labels_are_read_by_one_statement(small: Small) -> None:
    statement = cypher.keyed((GRID, Selection("Person", ("code", "name"))), False)
    codes = {"codes0": [f"{small.prefix}-B", "NOWHERE"], "codes1": [f"{small.prefix}-2"]}
    found = small.answer(statement, codes)
    assert small.codes(found["n0"]) == ["B"]
    assert [row["node"]["name"] for row in found["n1"]] == ["y"]


def test_the_same_question_with_other_values_is_the_same_text() -> None:
    def text(value: str, limit: int) -> cypher.Statement:
        condition = Compare("name", "eq", is_(value))
        use = Use("", GRID, condition, (Order("households"),), page(limit), True)
        return cypher.many(listed("Grid", Key("Grid", "X"), False), use, False)

    one, other = text("a", 1), text("b", 2)
    assert one.text == other.text
    assert [place.source(None) for place in one.parameters] == ["a", 1, "a"]
    assert [place.source(None) for place in other.parameters] == ["b", 2, "b"]


@pytest.mark.parametrize("name", ["nothing", "code) RETURN 1 //", "Name", ""])
def test_a_name_that_is_not_declared_never_becomes_text(name: str) -> None:
    reading = Reading("Grid", "MATCH (n:Grid)")
    for use in (
        Use("", GRID, Compare(name, "eq", is_(1)), page=page()),
        Use("", GRID, Related(name, "some", None), page=page()),
        Use("", GRID, order=(Order(name),), page=page()),
        Use("", Selection("Grid", uses=(Use(name, GRID, page=page()),)), page=page()),
        Use("", Selection("Grid", tallies=(Tally(name),)), page=page()),
    ):
        with pytest.raises(KeyError):
            cypher.many(reading, use, False)
    plain = cypher.many(reading, Use("", Selection("Grid", (name,)), page=page()), False)
    assert name not in plain.text or not name


# Forms that one engine answers wrongly, or that would let a client mint texts

FORBIDDEN = {
    "version prefix": r"^\s*CYPHER\b",
    "paths that one engine lacks": r"\b(SHORTEST|ALL SHORTEST|ANY SHORTEST)\b|shortestPath\s*\(",
    "APOC": r"(?i)\bapoc\.",
    "identity of the engine": r"(?i)\b(elementid|id)\s*\(",
    "dynamic label or type": r":\s*\$\(",
    "Cypher 25": r"\b(LET|FILTER)\s",
    "index of one engine only": r"\b(FULLTEXT|VECTOR|LOOKUP)\s+INDEX",
    "constraint of one edition": r"NODE KEY|IS NOT NULL\s*$|IS ::",
    "distance of the engine": r"point\.distance|withinBBox",
    "CALL that imports by WITH": r"CALL\s*\{\s*WITH\b",
    "batches that one engine does not honour": r"ON ERROR|IN TRANSACTIONS|REPORT STATUS",
    "offset": r"\b(SKIP|OFFSET)\b",
    "limit as a literal": r"LIMIT (?!25001\b|1\b|\$)\d",
    "files": r"LOAD CSV",
    "predicate that hides an index": r"\$\w+ IS NULL OR",
    "variable named all": r"\bAS all\b|\(all\b",
    "projection that is not bound to a name": r"\b[a-z]\w* \{(?=[^{}]*\.\w|\})[^{}]*\}(?! AS \w)",
    "comprehension in a map": r"\{[^{}\[\]]*:\s*\[\w+ IN",
    "time of a zone as a parameter": r"localdatetime\(|datetime\(\{",
}
BAD = {
    "version prefix": "CYPHER 5 MATCH (n) RETURN n",
    "paths that one engine lacks": "MATCH p = SHORTEST 1 (a)-->+(b) RETURN p",
    "APOC": "RETURN apoc.convert.toJson(n)",
    "identity of the engine": "MATCH (n) RETURN elementId(n)",
    "dynamic label or type": "CREATE (n:$($label))",
    "Cypher 25": "MATCH (n) FILTER n.a = 1 RETURN n",
    "index of one engine only": "CREATE FULLTEXT INDEX x FOR (n:A) ON EACH [n.b]",
    "constraint of one edition": "CREATE CONSTRAINT FOR (n:A) REQUIRE n.b IS NOT NULL",
    "distance of the engine": "WHERE point.distance(n.p, $p) < 5",
    "CALL that imports by WITH": "CALL { WITH n MATCH (n)--(m) RETURN m }",
    "batches that one engine does not honour": "CALL (x) { SET x.a = 1 } IN TRANSACTIONS",
    "offset": "RETURN n SKIP $s LIMIT $l",
    "limit as a literal": "WITH n LIMIT 20 RETURN n",
    "files": "LOAD CSV FROM $f AS line RETURN line",
    "predicate that hides an index": "WHERE ($after IS NULL OR n.code > $after)",
    "variable named all": "WITH n AS all RETURN all",
    "projection that is not bound to a name": "RETURN {node: n {.code}, total: 1} AS row",
    "comprehension in a map": "RETURN {page: [x IN rows | x.name]} AS row",
    "time of a zone as a parameter": "RETURN datetime({epochSeconds: $s})",
}
WRITES = r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DETACH|DROP|FOREACH)\b"
CLAUSE = re.compile(r"\b(MATCH|RETURN|UNWIND|MERGE|CREATE|WHERE|CALL|WITH)\b [^a-z]*[\w(\[{$*]")


def broken(text: str) -> list[str]:
    found = [law for law, form in FORBIDDEN.items() if re.search(form, text, re.MULTILINE)]
    return [*found, UNORDERED] if unordered(text) else found


UNORDERED = "list that is not ordered again after what hangs on it"


def unordered(text: str) -> bool:
    """Whether a list is cut in an order, joined with nested lists, and collected as it comes."""
    blocks = [""]
    done: list[str] = []
    for sign in text:
        if sign == "{":
            blocks.append("")
        elif sign == "}" and len(blocks) > 1:
            done.append(blocks.pop())
        else:
            blocks[-1] += sign
    for block in [*done, *blocks]:
        order, nested = block.find("ORDER BY"), block.rfind("CALL (")
        if 0 <= order < nested and block.rfind("ORDER BY") < nested:
            return True
    return False


def test_a_list_that_is_left_unordered_is_found() -> None:
    """One engine keeps the order of rows through a CALL by chance, so only the text can tell."""
    nested = "MATCH (n) WITH n ORDER BY n.code LIMIT $p0 CALL (n) { RETURN 1 AS v1 }"
    assert broken(f"CALL () {{ {nested} RETURN collect(n.code) AS v2 }} RETURN v2 AS row")
    right = f"CALL () {{ {nested} WITH n, v1 ORDER BY n.code RETURN collect(n.code) AS v2 }}"
    assert not broken(right)


@pytest.mark.parametrize("law", FORBIDDEN)
def test_each_law_finds_what_breaks_it(law: str) -> None:
    assert law in broken(BAD[law])
    right = (
        "MATCH (n:Grid {code: $code})\nCALL (n) { MATCH (n)<-[e:HEADS]-(m:Person) "
        "WITH m ORDER BY m.code LIMIT $p0 WITH m {.code, since: toString(e.since)} AS node "
        "RETURN collect({node: node}) AS v1 }\nWITH n {} AS node, v1 RETURN {node: node, l0: v1}"
    )
    assert law not in broken(right)


def constants() -> list[tuple[str, str]]:
    """Every text in graph/*.py that looks like Cypher: (where it stands, the text)."""
    found: list[tuple[str, str]] = []
    for path in sorted(Path(graph.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        described = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in described and CLAUSE.search(node.value):
                    found.append((f"{path.name}:{node.lineno}", node.value))
    return found


def test_no_text_written_by_hand_has_a_forbidden_form() -> None:
    texts = constants()
    assert len(texts) >= 60
    assert {at: broken(text) for at, text in texts if broken(text)} == {}


def test_no_statement_that_the_corpus_brings_about_has_a_forbidden_form_or_writes(
    ask: Any,
) -> None:
    ran: set[str] = set()
    for document in documents():
        before: Any = None
        for given in document.requests:
            before = ask(document.text, filled(given, before))
            ran |= {each.text for each in ask.ran}
    assert len(ran) >= 150
    for text in ran:
        assert not broken(text), text
        assert not re.search(WRITES, text), text
        # Values are parameters: of texts in quotes there are only ours.
        said = set(re.findall(r"'([^']*)'", text))
        assert said <= {"", "\uffff", "Territory", *(node.label for node in registry.nodes())}
