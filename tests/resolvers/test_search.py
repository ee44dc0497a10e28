"""What users type finds what they mean: in Chinese, pinyin, initials, with mistakes, in scope."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import graph.search
from graph.bolt import Graph
from graph.demo.draft import Draft
from graph.load import load
from resolvers.auth import PERMISSIONS, Caller, Granted
from resolvers.identity import global_id

QUERIES = json.loads((Path(__file__).parent / "search.json").read_text(encoding="utf-8"))
REQUIRED = 58

SEARCH = """query ($text: String!, $types: [NodeType!], $within: ID, $first: Int, $after: String) {
  search(text: $text, types: $types, within: $within, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    edges { cursor score node { __typename ... on Node { id }
      ... on Territory { code name }
      ... on Person { code name } ... on Merchant { code name } ... on Alliance { code name }
      ... on SocialOrganization { code name } ... on PartyOrganization { code name }
      ... on BusinessDistrict { code name } ... on Skill { code name } ... on Place { code name }
      ... on ServiceCenter { code name } ... on VolunteerTeam { code name }
      ... on Department { code name } ... on Certificate { code name }
      ... on Need { code name } } } } }"""
DICTIONARIES = ("Skill", "Department", "Certificate")
SHIFO = "/ZZ/ZZ-GX/ZZ-GX-SF/"
COMMUNITY = f"{SHIFO}ZZ-GX-SF-C08/"
L2 = f"{COMMUNITY}ZZ-GX-SF-L2-08/"
TOWER = "/ZZ/ZZ-EQ/ZZ-EQ-TOWER/"
NESTED = [(TOWER,), (L2,), (L2, TOWER), (COMMUNITY, TOWER), (SHIFO, TOWER), ("/ZZ/",), None]


def caller(scope: tuple[str, ...] | None) -> Caller:
    return Caller("narrow", (Granted("ORGANIZER", PERMISSIONS, scope),))


def found(ask: Any, text: str, **how: Any) -> Any:
    """The connection: 100 edges at most; `how` as for asking, and the arguments of the field."""
    names = ("types", "within", "first", "after")
    said = {name: how.pop(name) for name in names if name in how}
    return ask.data(SEARCH, {"first": 100, **said, "text": text}, **how)["search"]


def codes(answer: Any) -> list[str]:
    return [edge["node"]["code"] for edge in answer["edges"]]


def test_users_find_what_they_mean_first(ask: Any) -> None:
    assert len(QUERIES) == 60
    wrong = []
    for query in QUERIES:
        first = codes(found(ask, query["said"], types=query.get("types"), first=1))
        if first != [query["finds"]]:
            wrong.append((query, first))
    assert len(QUERIES) - len(wrong) >= REQUIRED, wrong
    assert wrong == []


# Surnames, phrases and much else, under names of a test's own


@pytest.fixture
def town(graph: Graph, run: Any, prefix: str) -> Iterator[Any]:
    """Loads people and shops of these names; gives their codes by name."""

    def loaded(people: list[str], shops: list[str] | None = None) -> dict[str, str]:
        draft = Draft()
        known: dict[str, str] = {}
        for label, names in (("Person", people), ("Merchant", shops or [])):
            for name in names:
                known[name] = f"{prefix}-{len(known):02d}"
                trade = {"trade": "RETAIL"} if label == "Merchant" else {"isVolunteer": False}
                draft.node(label, known[name], name=name, version=1, **trade)
        run(load(graph, prefix, draft, lambda *_: None))
        return known

    yield loaded
    run(graph.write(lambda tx: tx.run("gone", GONE, {"prefix": prefix})))
    run(load(graph, prefix, Draft(), lambda *_: None))


GONE = "MATCH (n:Person|Merchant) WHERE n.code STARTS WITH $prefix DETACH DELETE n"

SOUNDS = {
    "单龘雄": "shandaxiong",
    "仇龘英": "qiudaying",
    "解龘缙": "xiedajin",
    "曾龘巩": "zengdagong",
    "查龘良": "zhadaliang",
    "任龘飞": "rendafei",
    "区龘寄": "oudaji",
    "尉迟龘恭": "yuchidagong",
    "万俟龘卨": "moqidaxie",
    "翟龘让": "zhaidarang",
    "吕龘布": "lvdabu",
}


def test_surnames_sound_as_surnames_do(ask: Any, town: Any) -> None:
    known = town([*SOUNDS])
    for name, sound in SOUNDS.items():
        answer = found(ask, sound, types=["PERSON"])
        assert codes(answer)[0] == known[name], name
        assert answer["edges"][0]["score"] == 1.0
    assert all(e["score"] < 0.3 for e in found(ask, "dandaxiong", types=["PERSON"])["edges"])
    assert codes(found(ask, "ludabu", types=["PERSON"]))[0] == known["吕龘布"]
    assert codes(found(ask, "lǚdàbù", types=["PERSON"]))[0] == known["吕龘布"]
    assert codes(found(ask, "ycdg", types=["PERSON"]))[0] == known["尉迟龘恭"]


def test_polyphones_sound_as_their_phrase_has_it(ask: Any, town: Any) -> None:
    known = town(
        ["重要", "乐重庆"],
        ["重庆龘火锅", "重要龘物品店", "龘银行", "龘行人商店", "音乐龘书店", "快乐龘书店"],
    )
    for said, name in {
        "chongqingdahuoguo": "重庆龘火锅",
        "zhongyaodawupindian": "重要龘物品店",
        "dayinhang": "龘银行",
        "daxingrenshangdian": "龘行人商店",
        "yinyuedashudian": "音乐龘书店",
        "kuailedashudian": "快乐龘书店",
    }.items():
        answer = found(ask, said, types=["MERCHANT"])
        assert (codes(answer)[0], answer["edges"][0]["score"]) == (known[name], 1.0)


@pytest.mark.parametrize(
    "said",
    [
        "zhangdasang",  # z, ang
        "zangdasan",
        "zhandasan",
        "zhangdashan",
        "zhagndasan",
        "zhangdasna",
        "hangdasan",
        "zhangdsan",
        "zhangddasan",
        "章龘三",
        "张龘叁",
        "张龘",
        "张龘三丰",
        "ZHANG DA SAN",
        "zds",
        "张ds",
        "张龘san",
    ],
)
def test_small_mistakes_are_forgiven(ask: Any, town: Any, said: str) -> None:
    known = town(["张龘三"])
    assert known["张龘三"] in codes(found(ask, said, types=["PERSON"]))


def test_well_before_badly_and_short_before_long(ask: Any, town: Any) -> None:
    known = town(
        [],
        ["龘龘店", "龘龘店一号", "新龘龘店", "新·龘龘店", "龘龙龘店", "龙龙店", "达达店", "代达店"],
    )
    answer = found(ask, "龘龘店", types=["MERCHANT"])
    assert codes(answer)[:4] == [
        known[n] for n in ("龘龘店", "龘龘店一号", "新·龘龘店", "新龘龘店")
    ]
    scores = [edge["score"] for edge in answer["edges"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1.0
    assert 0.8 <= scores[1] < 0.9
    assert 0.65 <= scores[2] < 0.75
    assert 0.5 <= scores[3] < 0.6
    assert all(score < 0.3 for score in scores[4:])
    assert known["达达店"] in codes(answer)


def test_what_is_fuzzy_never_goes_before_what_is_exact(ask: Any) -> None:
    listed = " ".join(edge["node"]["name"] for edge in found(ask, "示例")["edges"])
    names = sorted(set(re.findall(r"[\u4e00-\u9fff]{3,}", listed)))
    chance = random.Random("exact before fuzzy")
    for name in chance.choices(names, k=25):
        start = chance.randrange(len(name) - 1)
        said = name[start : start + chance.randint(2, 6)]
        edges = found(ask, said)["edges"]
        exact = [said in edge["node"]["name"] for edge in edges]
        assert exact == sorted(exact, reverse=True), said
        assert all((edge["score"] >= 0.5) == e for edge, e in zip(edges, exact, strict=True))


# Scope


@pytest.mark.parametrize("text", ["石佛", "shifo", "sf", "华墙商圈", "hqsq", "M-0", "P-SF", "急救"])
def test_an_outsider_finds_nothing_but_dictionaries(ask: Any, text: str) -> None:
    for scope in ((), ("/NOWHERE/",)):
        answer = found(ask, text, caller=caller(scope))
        assert all(edge["node"]["__typename"] in DICTIONARIES for edge in answer["edges"])
        assert answer["totalCount"] == len(answer["edges"])
    cursor = found(ask, text, first=1)["edges"][0]["cursor"]
    outside = found(ask, text, caller=caller(()), after=cursor)
    assert all(edge["node"]["__typename"] in DICTIONARIES for edge in outside["edges"])


def everything(ask: Any, text: str, **how: Any) -> list[tuple[str, float]]:
    """Ids and scores, page by page."""
    listed: list[tuple[str, float]] = []
    after = None
    while True:
        answer = found(ask, text, after=after, **how)
        listed += [(edge["node"]["id"], edge["score"]) for edge in answer["edges"]]
        after = answer["pageInfo"]["endCursor"]
        if not answer["pageInfo"]["hasNextPage"]:
            assert len(listed) == answer["totalCount"]
            return listed


SAID = [
    "商圈",
    "hq",
    "wangl",
    "李",
    "zhanghua",
    "石佛第18",
    "石弗第18",
    "l2-08",
    "二七",
    "fist aid",
]


@pytest.mark.parametrize("text", SAID)
def test_the_narrower_list_is_the_wider_one_without_what_is_out_of_sight(
    ask: Any, text: str
) -> None:
    chance = random.Random(text)
    for _ in range(3):
        narrow, wide = sorted(chance.sample(range(len(NESTED)), 2))
        less = everything(ask, text, caller=caller(NESTED[narrow]))
        more = everything(ask, text, caller=caller(NESTED[wide]))
        kept = set(less)
        assert less == [each for each in more if each in kept]
        for id, _ in less:
            assert ask.data(
                "query ($id: ID!) { node(id: $id) { id } }",
                {"id": id},
                caller=caller(NESTED[narrow]),
            ) == {"node": {"id": id}}


@pytest.mark.parametrize("text", ["石佛", "wang", "hq", "P-SF-V0"])
def test_few_and_many_are_held_against_the_scope_alike(
    ask: Any, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = [
        {"caller": caller((L2,))},
        {"within": global_id("Grid", "ZZ-GX-SF-L2-08")},
        {"within": global_id("Grid", "ZZ-GX-SF-L2-08"), "caller": caller((COMMUNITY,))},
        {"within": global_id("Division", "ZZ-EQ")},
    ]
    answers = []
    for few, worth, part in ((0, 1_000, 1), (1_000_000, 5, 10_000), (0, 0, 7), (0, 1, 50)):
        monkeypatch.setattr(graph.search, "FEW", few)
        monkeypatch.setattr(graph.search, "WORTH", worth)
        monkeypatch.setattr(graph.search, "PART", part)
        answers.append([everything(ask, text, **how) for how in asked])
    assert all(each == answers[0] for each in answers)


def test_within_keeps_what_belongs_there_and_dictionaries(ask: Any) -> None:
    grid = global_id("Grid", "ZZ-GX-SF-L2-08")
    listed = everything(ask, "wang", within=grid)
    people = """query ($within: ID, $after: String) { people(within: $within, first: 100,
      after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }"""
    there, after = set[str](), None
    while True:
        page = ask.data(people, {"within": grid, "after": after})["people"]
        there |= {node["id"] for node in page["nodes"]}
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    every = everything(ask, "wang", types=["PERSON"])
    inside = {id for id, _ in everything(ask, "wang", types=["PERSON"], within=grid)}
    assert inside == {id for id, _ in every} & there
    assert inside <= {id for id, _ in listed}
    assert codes(found(ask, "急救", within=grid))[0] == "first-aid"


# What was written is found

CREATE = """mutation ($input: CreatePersonInput!) { createPerson(input: $input) {
  person { id } userErrors { message } } }"""
UPDATE = """mutation ($input: UpdatePersonInput!) { updatePerson(input: $input) {
  person { id } userErrors { message } } }"""


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(ask: Any, prefix: str) -> None:
    assert found(ask, "欧阳龘龘")["totalCount"] == 0
    made = ask.data(CREATE, {"input": {"code": prefix, "name": "欧阳龘龘"}})["createPerson"]
    assert made["userErrors"] == []
    id = made["person"]["id"]
    for said in ("欧阳龘龘", "ouyangdada", "oydd", prefix.lower()):
        assert codes(found(ask, said))[:1] == [prefix]
    changed = {"id": id, "name": "上官靐靐"}
    assert ask.data(UPDATE, {"input": changed})["updatePerson"]["userErrors"] == []
    for said in ("上官靐靐", "shangguanbingbing", "sgbb", prefix.lower()):
        assert codes(found(ask, said))[:1] == [prefix]
    for said in ("欧阳龘龘", "ouyangdada"):
        assert prefix not in codes(found(ask, said))
    assert found(ask, "上官靐靐", caller=caller((L2,)))["totalCount"] == 0


def test_what_another_process_wrote_is_found(ask: Any, prefix: str) -> None:
    """Another one shares the graph and nothing else."""
    assert found(ask, "司马靐龘")["totalCount"] == 0
    here = ask.graph
    other = replace(ask, graph=here.fresh())
    other.data(CREATE, {"input": {"code": prefix, "name": "司马靐龘"}})
    assert codes(found(ask, "司马靐龘")) == [prefix]
    assert codes(found(other, "smbd"))[:1] == [prefix]
    changed = {"id": global_id("Person", prefix), "name": "司徒靐龘"}
    ask.data(UPDATE, {"input": changed})
    assert codes(found(other, "司徒靐龘")) == [prefix]


def test_what_was_loaded_is_found(ask: Any, town: Any) -> None:
    assert found(ask, "龘靐齉")["totalCount"] == 0
    known = town(["龘靐齉"])
    assert codes(found(ask, "龘靐齉")) == [known["龘靐齉"]]


def test_a_page_goes_on_where_it_was_although_names_were_added(ask: Any, prefix: str) -> None:
    before = everything(ask, "商圈", types=["MERCHANT"])
    first = found(ask, "商圈", types=["MERCHANT"], first=10)
    ask.data(CREATE, {"input": {"code": prefix, "name": "商圈人"}})
    second = found(ask, "商圈", types=["MERCHANT"], after=first["pageInfo"]["endCursor"])
    listed = [edge["node"]["id"] for edge in [*first["edges"], *second["edges"]]]
    assert listed == [id for id, _ in before][: len(listed)]


# Any text


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(min_size=1, max_size=64).filter(lambda text: text.strip()))
def test_any_text_is_answered_and_twice_the_same(ask: Any, text: str) -> None:
    said = {"text": text, "first": 20}
    answer = ask.bytes(SEARCH, said)
    assert answer == ask.bytes(SEARCH, said)
    told = json.loads(answer)
    if "errors" in told:
        assert {e["extensions"]["code"] for e in told["errors"]} == {"BAD_USER_INPUT"}
        return
    edges = told["data"]["search"]["edges"]
    assert all(0 < edge["score"] <= 1 for edge in edges)
    places = [(-edge["score"], edge["node"]["code"], edge["node"]["__typename"]) for edge in edges]
    assert places == sorted(places)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text("华强商圈石佛hqsqzangaiou01 -'", min_size=1, max_size=20).filter(str.strip))
def test_likely_texts_are_answered_alike_by_both_ways_of_completion(ask: Any, text: str) -> None:
    said = {"text": text, "first": 5}
    assert ask.bytes(SEARCH, said) == ask.bytes(SEARCH, said, direct=False)


def test_a_name_as_long_as_names_can_be_is_found(ask: Any, town: Any) -> None:
    longest = "龘" * 63 + "店"
    known = town([], [longest])
    assert codes(found(ask, longest, types=["MERCHANT"])) == [known[longest]]
    assert codes(found(ask, "龘" * 62 + "店", types=["MERCHANT"]))[0] == known[longest]
