"""The short way to an answer and graphql-core's executor say the same, errors and all."""

from typing import Any

import pytest

from resolvers.auth import PEOPLE, READ, Caller, Granted

VIEWER = Caller("viewer", (Granted("VIEWER", frozenset({READ}), ("/ZZ/",)),))
PEER = Caller("peer", (Granted("ORGANIZER", frozenset({READ, PEOPLE}), None),))

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("{ a: grids(first: 1) { nodes { code } } b: skills(first: 1) { nodes { code } } }", {}),
    ('{ a: node(id: "no id") { id } b: skills(first: 1) { nodes { code } } }', {}),
    ('{ a: grids(within: "no id") { totalCount } b: skills(first: 1) { totalCount } }', {}),
    ('{ a: node(id: "no id") { id } b: node(id: "none") { id } }', {}),
    ('query ($c: String!) { grid(code: $c) { code heads(first: 1) { totalCount } } }', {"c": "x"}),
    ("query ($c: String!) { grid(code: $c) { code } }", {}),
    ("query ($c: String!) { grid(code: $c) { code } }", {"c": 1}),
    ("query ($c: String!) { grid(code: $c) { code } }", {"c": None}),
    ("query ($n: Int = 2) { skills(first: $n) { nodes { code } } }", {}),
    ("query ($n: Int = 2) { skills(first: $n) { nodes { code } } }", {"n": None}),
    ("query ($n: Int) { skills(first: $n) { nodes { code } } }", {"n": 3.0}),
    ("query ($n: Int) { skills(first: $n) { nodes { code } } }", {"n": "3"}),
    ("query ($a: String) { skills(first: 1, after: $a) { nodes { code } } }", {"a": "no cursor"}),
    ("query ($s: [String!]) { skills(filter: {code: {in: $s}}) { totalCount } }", {"s": "x"}),
    ("query ($f: SkillFilter) { skills(filter: $f) { totalCount } }", {"f": {"code": {"eq": "x"}}}),
    ("query ($f: SkillFilter) { skills(filter: $f) { totalCount } }", {"f": {"code": {"is": "x"}}}),
    ("query ($o: Direction!) { skills(first: 2, orderBy: [{code: $o}]) { nodes { code } } }",
     {"o": "DESC"}),
    ("query ($o: Direction!) { skills(first: 2, orderBy: [{code: $o}]) { nodes { code } } }",
     {"o": "UP"}),
    ("query ($d: Date) { grids(first: 1, asOf: $d) { nodes { code } } }", {"d": "2024-02-29"}),
    ("query ($d: Date) { grids(first: 1, asOf: $d) { nodes { code } } }", {"d": "2023-02-29"}),
    ("query ($y: Boolean!) { skills(first: 1) @include(if: $y) { totalCount } viewer { name } }",
     {"y": False}),
    ("query ($y: Boolean!) { skills(first: 1) { totalCount nodes @skip(if: $y) { code } } }",
     {"y": True}),
    ("{ ...F } fragment F on Query { viewer { name } ... on Query { viewer { roles } } }", {}),
    ("{ __typename viewer { name } }", {}),
    ("query A { viewer { name } } query B { viewer { roles } }", {}),
    ("{ people(first: 1) { totalCount nodes { code } } grids(first: 1) { totalCount } }", {}),
    ("{ grants(first: 1) { totalCount } accounts(first: 1) { totalCount } }", {}),
    ("{ volunteers(first: 1) { nodes { code } } }", {}),
]  # fmt: skip


@pytest.mark.parametrize("caller", [None, VIEWER, PEER], ids=["all", "viewer", "peer"])
@pytest.mark.parametrize(("text", "variables"), ASKED)
def test_both_ways_say_the_same(
    ask: Any, text: str, variables: dict[str, Any], caller: Caller | None
) -> None:
    how = {"caller": caller} if caller else {}

    assert ask.bytes(text, variables, **how) == ask.bytes(text, variables, direct=False, **how)


HOLDERS = """query ($skill: String!, $level: Int!, $day: Date) {
  people(within: "RGl2aXNpb246WlotR1gtU0Y", first: 100, asOf: $day, orderBy: [{code: ASC}],
         filter: {skills: {some: {and: [{code: {eq: $skill}}, {name: {contains: ""}}]}},
                  skillCount: {gte: $level}}) { totalCount nodes { code } }
}"""
EVERYBODY = """query ($after: String, $day: Date) {
  people(within: "RGl2aXNpb246WlotR1gtU0Y", first: 100, after: $after, asOf: $day) {
    pageInfo { endCursor hasNextPage }
    nodes { code skills(first: 50) { nodes { code } } } }
}"""


@pytest.mark.parametrize("day", [None, "2024-01-01"])
def test_who_holds_a_skill_is_found_from_the_skill_as_by_looking_at_everybody(
    ask: Any, day: str | None
) -> None:
    people: list[Any] = []
    page: Any = {"endCursor": None, "hasNextPage": True}
    while page["hasNextPage"]:
        found = ask.data(EVERYBODY, {"after": page["endCursor"], "day": day})["people"]
        people, page = people + found["nodes"], found["pageInfo"]
    skills = {skill["code"] for each in people for skill in each["skills"]["nodes"]}

    for skill in [*sorted(skills)[:4], "no such skill"]:
        for level in (1, 3):
            holders = [
                each["code"]
                for each in people
                if skill in {one["code"] for one in each["skills"]["nodes"]}
                and len(each["skills"]["nodes"]) >= level
            ]
            said = {"skill": skill, "level": level, "day": day}
            answer = ask.data(HOLDERS, said)["people"]
            assert answer["totalCount"] == len(holders)
            assert [each["code"] for each in answer["nodes"]] == sorted(holders)[:100]
