"""Lists walked page by page, forwards and backwards, are the whole list; cursors are checked."""

import asyncio
import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolvers import identity
from resolvers.auth import DEVELOPER
from resolvers.context import Context
from resolvers.errors import Refusal
from resolvers.identity import global_id
from resolvers.operation import Request
from resolvers.page import Paging

NOTHING_KNOWN = float("inf")
SHIFO = global_id("Division", "ZZ-GX-SF")
L2 = global_id("Grid", "ZZ-GX-SF-L2-03")
CENTRE = "{longitude: 113.545, latitude: 34.815, crs: WGS84}"
quiet = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class List:
    """A list, what of its edges says where they stand, and its keys: (value, descending).

    `text` has the field with `%s` where page arguments go; `path` leads from the data to it.
    """

    name: str
    text: str
    path: str
    shown: str
    keys: tuple[tuple[Callable[[Any], Any], bool], ...]
    variables: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def ask(self, ask: Any, **page: Any) -> Any:
        """A page: `{edges, pageInfo, totalCount}`."""
        kinds = {"first": "Int", "last": "Int", "after": "String", "before": "String", "w": "ID!"}
        given = {**self.variables, **page}
        head = ", ".join(f"${name}: {kinds[name]}" for name in given)
        said = ", ".join(f"{name}: ${name}" for name in page)
        body = self.text.replace("%s", said)
        rows = f"edges {{ cursor {self.shown} }} totalCount totalCountCapped"
        info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
        query = f"query ({head}) {{ {body.replace('%p', f'{{ {rows} {info} }}')} }}"
        found = ask.data(query, given)
        for step in self.path.split("."):
            found = found[step]
        return found

    def place(self, edge: Any) -> tuple[Any, ...]:
        return tuple(value(edge) for value, _ in self.keys)

    def whole(self, ask: Any) -> list[Any]:
        """Every edge, in the order that the keys say."""
        found: list[Any] = []
        after: dict[str, Any] = {}
        while True:
            page = self.ask(ask, first=100, **after)
            found += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = {"after": page["pageInfo"]["endCursor"]}
        for value, descending in reversed(self.keys):
            found.sort(key=value, reverse=descending)
        return found


def code(edge: Any) -> str:
    return str(edge["node"]["code"])


def of_node(name: str) -> Callable[[Any], Any]:
    """A value of the node; one that is absent comes last when ascending."""
    return lambda edge: NOTHING_KNOWN if edge["node"][name] is None else edge["node"][name]


def text_of_node(name: str) -> Callable[[Any], Any]:
    return lambda edge: "\uffff" if edge["node"][name] is None else edge["node"][name]


def number(name: str) -> Callable[[Any], Any]:
    return lambda edge: edge["node"][name]["totalCount"]


def of_edge(name: str) -> Callable[[Any], Any]:
    return lambda edge: NOTHING_KNOWN if edge[name] is None else edge[name]


def grids(name: str, order: str, shown: str, *keys: Any) -> List:
    text = f"grids(within: $w, orderBy: [{order}], %s) %p"
    return List(name, text, "grids", f"node {{ code {shown} }}", keys, {"w": SHIFO})


HOUSEHOLDS = of_node("households")
LISTS = [
    grids(
        "households descending",
        "{households: DESC}",
        "households",
        (HOUSEHOLDS, True),
        (code, False),
    ),
    grids(
        "households ascending",
        "{households: ASC}",
        "households",
        (HOUSEHOLDS, False),
        (code, False),
    ),
    grids("code descending", "{code: DESC}", "name", (code, True)),
    grids(
        "heads and households",
        "{headCount: DESC}, {households: ASC}, {code: DESC}",
        "households heads { totalCount }",
        (number("heads"), True),
        (HOUSEHOLDS, False),
        (code, True),
    ),
    List(
        "people by skills and name",
        "people(within: $w, orderBy: [{skillCount: DESC}, {name: ASC}], %s) %p",
        "people",
        "node { code name skills { totalCount } }",
        ((number("skills"), True), (text_of_node("name"), False), (code, False)),
        {"w": L2},
    ),
    List(
        "party organizations by kind and stars",
        "partyOrganizations(within: $w, orderBy: [{kind: DESC}, {starRating: ASC}], %s) %p",
        "partyOrganizations",
        "node { code kind starRating }",
        ((text_of_node("kind"), True), (of_node("starRating"), False), (code, False)),
        {"w": SHIFO},
    ),
    List(
        "skills by English name",
        "skills(orderBy: [{nameEn: DESC}], %s) %p",
        "skills",
        "node { code nameEn }",
        ((text_of_node("nameEn"), True), (code, False)),
    ),
    List(
        "members of an organization",
        'socialOrganization(code: "SO-SJ-087") { members(orderBy: [{name: ASC}], %s) %p }',
        "socialOrganization.members",
        "since node { code name }",
        ((text_of_node("name"), False), (code, False)),
    ),
    List(
        "holders of a skill",
        'skill(code: "psychology") { parent { children(first: 1) { nodes { code } } } '
        "holders(orderBy: [{name: DESC}], %s) %p }",
        "skill.holders",
        "level node { code name }",
        ((text_of_node("name"), True), (code, False)),
    ),
    List(
        "volunteers by distance",
        f'volunteers(skills: [{{skill: "care"}}], near: {{point: {CENTRE}, meters: 2500}}, %s) %p',
        "volunteers",
        "distance node { code }",
        ((of_edge("distance"), False), (code, False)),
    ),
    List(
        "volunteers by level and far ones first",
        'volunteers(within: $w, skills: [{skill: "care"}], '
        f"near: {{point: {CENTRE}}}, orderBy: [{{level: DESC}}, {{distance: DESC}}], %s) %p",
        "volunteers",
        "level distance node { code }",
        ((of_edge("level"), True), (of_edge("distance"), True), (code, False)),
        {"w": SHIFO},
    ),
    List(
        "units of a report",
        "coverage(input: {kind: HEAD_ASSIGNED, level: L3, within: $w}) { units(%s) %p }",
        "coverage.units",
        "status node { code }",
        ((code, False),),
        {"w": SHIFO},
    ),
    List(
        "found by search",
        'search(text: "ZZ-GX-SF-L", types: [GRID], within: $w, %s) %p',
        "search",
        "score node { ... on Grid { code } }",
        ((of_edge("score"), True), (code, False)),
        {"w": SHIFO},
    ),
]
every = pytest.mark.parametrize("listed", LISTS, ids=str)


def codes(edges: list[Any]) -> list[str]:
    return [code(edge) for edge in edges]


@every
@pytest.mark.parametrize("forwards", [True, False], ids=["forwards", "backwards"])
def test_a_list_walked_by_pages_of_any_size_is_the_whole_list(
    listed: List, forwards: bool, ask: Any
) -> None:
    chance = random.Random(f"{listed} {forwards}")
    whole = listed.whole(ask)
    assert len(set(codes(whole))) == len(whole) > 1
    size, place = ("first", "after") if forwards else ("last", "before")
    walked: list[Any] = []
    page: Any = None
    cursor: dict[str, Any] = {}
    while page is None or cursor:
        page = listed.ask(ask, **{size: chance.randint(1, 100)}, **cursor)
        info, edges = page["pageInfo"], page["edges"]
        before = bool(cursor)
        walked = walked + edges if forwards else edges + walked
        more = len(walked) < len(whole)
        assert page["totalCount"] == len(whole)
        assert page["totalCountCapped"] is False
        assert info["hasNextPage"] is (more if forwards else before)
        assert info["hasPreviousPage"] is (before if forwards else more)
        assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        cursor = {place: info["endCursor" if forwards else "startCursor"]} if more else {}
    assert codes(walked) == codes(whole)
    assert walked == whole


@settings(quiet, max_examples=60)
@given(data=st.data())
def test_a_page_between_two_cursors_is_what_lies_between_them(data: Any, ask: Any) -> None:
    listed = data.draw(st.sampled_from(LISTS[4:]))
    edges = listed.ask(ask, first=100)["edges"]
    low = data.draw(st.integers(0, len(edges) - 1))
    high = data.draw(st.integers(low, len(edges) - 1))
    size = data.draw(st.integers(1, 100))
    way = data.draw(st.sampled_from(["first", "last"]))
    between = edges[low + 1 : high]
    page = listed.ask(ask, **{way: size}, after=edges[low]["cursor"], before=edges[high]["cursor"])
    expected = between[:size] if way == "first" else between[-size:]
    assert page["edges"] == expected
    more = "hasNextPage" if way == "first" else "hasPreviousPage"
    assert page["pageInfo"][more] is (len(between) > size)


@every
def test_behind_the_last_row_is_an_empty_page(listed: List, ask: Any) -> None:
    last = listed.ask(ask, last=1)
    behind = listed.ask(ask, first=5, after=last["edges"][0]["cursor"])
    assert behind["edges"] == []
    assert behind["totalCount"] == last["totalCount"]
    assert behind["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


# Cursors


def refused(listed: List, ask: Any, cursor: str) -> bool:
    try:
        listed.ask(ask, first=1, after=cursor)
    except AssertionError as error:
        return "BAD_CURSOR" in str(error)
    return False


@every
def test_a_cursor_of_another_order_is_refused(listed: List, ask: Any) -> None:
    cursor = listed.ask(ask, first=1)["edges"][0]["cursor"]
    for other in LISTS:
        assert refused(other, ask, cursor) is (listed is not other), other


def test_a_cursor_by_distance_serves_from_the_same_point_only(ask: Any) -> None:
    def page(latitude: float, skill: str, after: str | None, meters: int = 3000) -> Any:
        query = f"""query ($after: String) {{ volunteers(first: 2, after: $after,
          skills: [{{skill: "{skill}"}}], near: {{meters: {meters},
          point: {{longitude: 113.545, latitude: {latitude}, crs: WGS84}}}}) {{
            edges {{ cursor distance }} }} }}"""
        return ask(query, {"after": after})

    cursor = page(34.815, "care", None)["data"]["volunteers"]["edges"][1]["cursor"]
    farther = page(34.815, "care", cursor, meters=9000)["data"]["volunteers"]["edges"]
    assert len(farther) == 2
    for moved in (page(34.816, "care", cursor), page(34.815, "law", cursor)):
        assert moved["errors"][0]["extensions"]["code"] == "BAD_CURSOR"


def test_alike_questions_at_one_moment_each_have_the_answer_of_one(ask: Any) -> None:
    query = "{ skills(first: 3) { edges { cursor node { code } } pageInfo { endCursor } } }"
    alone = ask(query)
    question = ask.operations.question(Request(query))
    context = Context(ask.graph, DEVELOPER, date(2026, 11, 24), "request-of-a-test")

    async def asked() -> Any:
        return await asyncio.gather(*(ask.operations.answer(question, context) for _ in range(8)))

    answers = [msgspec.json.encode(each.body) for each in ask.run(asked())]
    assert [msgspec.json.decode(each) for each in answers] == [alone] * 8


def test_a_page_leaves_the_rows_as_they_were_read() -> None:
    at: Any = None
    bound: Any = SimpleNamespace(arguments=lambda _: {"first": 1})
    paging, rows = Paging(at, {}), [{"key": ["a"]}, {"key": ["b"]}]
    paging.keyed = True
    cut = paging.cut({"rows": rows}, "tag", bound)
    assert cut.rows == [{"key": ["a"], "tag": "tag"}]
    assert rows == [{"key": ["a"]}, {"key": ["b"]}]


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


@every
def test_a_cursor_with_values_of_other_types_is_refused(listed: List, ask: Any) -> None:
    cursor = listed.ask(ask, first=1)["edges"][0]["cursor"]
    tag, *values = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    other = [5 if isinstance(value, str) else "text" for value in values]
    wrong: list[Any] = [
        [tag],
        [tag, *values, "more"],
        values,
        [tag, *other],
        [tag, *([None] * len(values))],
        [tag, *([[]] * len(values))],
        [tag, *([{}] * len(values))],
        [tag, *([True] * len(values))],
        [tag, *values[:-1], values[-1] + "\0"],
        [tag, *(10**40 if not isinstance(value, str) else value for value in values[:-1]), 10**40],
        {"tag": tag},
        tag,
        None,
        [[tag], *values],
    ]
    assert not refused(listed, ask, encoded([tag, *values]))
    for one in wrong:
        assert refused(listed, ask, encoded(one)), one


TEXT = st.characters(codec="utf-8", exclude_characters="\0")


@settings(quiet, max_examples=150)
@given(
    listed=st.sampled_from(LISTS[6:]),
    cursor=st.one_of(st.text(TEXT, max_size=40), st.binary(max_size=40).map(identity._text)),
)
def test_garbage_for_a_cursor_is_refused_and_nothing_worse(
    listed: List, cursor: str, ask: Any
) -> None:
    assert refused(listed, ask, cursor)


VALUES = st.one_of(
    st.text(TEXT, max_size=64),
    st.integers(-(2**53), 2**53),
    st.floats(0, 1e15),
)


@settings(quiet, max_examples=200)
@given(values=st.lists(VALUES, min_size=1, max_size=5))
def test_whatever_is_sorted_by_fits_into_a_cursor(values: list[Any]) -> None:
    kinds = [str if isinstance(value, str) else int for value in values]
    cursor = identity.cursor("0123abcd", values)
    assert identity.cursor_values(cursor, "0123abcd", kinds, "after") == values
    with pytest.raises(Refusal):
        identity.cursor_values(cursor, "0123abce", kinds, "after")


def test_the_longest_names_fit_into_a_cursor() -> None:
    values = ["\U00020bb7" * 64] * 5
    cursor = identity.cursor("0123abcd", values)
    assert identity.cursor_values(cursor, "0123abcd", [str] * 5, "after") == values
