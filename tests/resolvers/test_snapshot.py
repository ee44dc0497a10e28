"""What a process holds in arrays is what the graph holds, however it came to change."""

import asyncio
from collections.abc import Callable
from dataclasses import fields
from functools import cached_property
from typing import Any

import pytest

import graph.feed
from graph.bolt import Graph, Ran
from graph.snapshot.column import PORTION, Dated
from graph.snapshot.land import Land
from graph.snapshot.snapshot import Snapshot, Snapshots
from tests.resolvers.town import Town

REVISION = "query ($input: CoverageInput!) { coverage(input: $input) { revision } }"


def rows(relations: Dated, one: list[Any], other: list[Any]) -> dict[Any, set[Any]]:
    found: dict[Any, set[Any]] = {}
    columns = [getattr(relations, column.name).tolist() for column in fields(relations)]
    for a, b, *rest in zip(*columns, strict=True):
        found.setdefault(one[a], set()).add((other[b], *rest))
    return found


def told(snapshot: Snapshot) -> dict[str, Any]:
    """All that it holds, by codes."""
    land, people, skills = snapshot.land, snapshot.people, snapshot.skills
    figures = (land.longitude, land.latitude, *land.living.values())
    about = zip(
        land.paths, land.level.tolist(), *(repr(f.tolist()) and f for f in figures), strict=True
    )
    who = zip(
        people.volunteer.tolist(),
        map(str, people.longitude.tolist()),
        map(str, people.latitude.tolist()),
        people.invited.tolist(),
        people.accepted.tolist(),
        [people.weeks[i] if i >= 0 else () for i in people.week.tolist()],
        strict=True,
    )
    return {
        "land": {name: tuple(map(str, one)) for name, one in zip(land.names, about, strict=True)},
        "within": rows(land.within, land.names, land.names),
        "steps": rows(land.steps, land.names, land.names),
        "people": {code: one for code, one in zip(people.codes, who, strict=True) if code},
        "holdings": rows(people.holdings, people.codes, skills.codes),
        "places": rows(people.places, people.codes, land.names),
        "skills": set(skills.codes),
        "broader": {code: sorted(broader) for code, broader in skills.broader.items()},
    }


@pytest.fixture
def held(ask: Any) -> Callable[[], Snapshot]:
    """What this process holds; the same as what is read anew."""

    def current() -> Snapshot:
        found: Snapshot = ask.run(ask.graph.kept(Snapshots).current(ask.graph))
        own = ask.graph.fresh()
        anew: Snapshot = ask.run(own.kept(Snapshots).current(own))
        assert told(found) == told(anew)
        return found

    return current


def test_every_change_is_followed(town: Town, held: Callable[[], Snapshot]) -> None:
    held()
    ann, ben, north = town.id("Person", "ANN"), town.id("Person", "BEN"), town.id("Grid", "N-1")
    skill = town.id("Skill", "SKILL")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("updatePerson", {"id": ann, "isVolunteer": True}),
        ("addSkill", {"person": ann, "skill": skill, "level": 3}),
        ("addSkill", {"person": ben, "skill": skill, "level": 5, "until": "2027-01-01"}),
        ("removeSkill", {"person": ann, "skill": skill, "until": "2026-11-24"}),
        ("assignGridHead", {"grid": north, "person": ann, "since": "2026-01-01"}),
        (
            "createGrid",
            {
                "code": town.code("M"),
                "name": "M",
                "level": "MICRO",
                "codeScheme": "DEMO",
                "parent": north,
                "households": 60,
            },
        ),
        (
            "createPerson",
            {
                "code": town.code("CAT"),
                "name": "Cat",
                "isVolunteer": True,
                "grid": town.id("Grid", "M"),
                "location": {"longitude": 113.5, "latitude": 34.8, "crs": "WGS84"},
                "availability": [{"weekday": "MONDAY", "from": "09:00", "until": "12:00"}],
            },
        ),
        ("updateGrid", {"id": north, "households": 500}),
        ("updateDivision", {"id": town.id("Division", ""), "name": "Renamed"}),
    ]
    for name, input in steps:
        town.done(name, input)
        found = held()
    at = found.people.index[town.code("CAT")]
    assert found.people.volunteer[at]
    assert found.people.placed[at]


def test_of_a_change_only_what_it_touches_is_read(town: Town, ask: Any) -> None:
    own = ask.graph.fresh()
    ask.run(own.kept(Snapshots).current(own))
    input = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL"), "level": 3}
    town.done("addSkill", input)
    ran: list[Ran] = []
    own.observers.append(ran.append)
    ask.run(own.kept(Snapshots).current(own))
    assert [(each.name, each.rows) for each in ran[1:]] == [("snapshot.changed", 1)] * 2


def test_a_write_that_tells_nothing_is_noticed(
    town: Town, ask: Any, held: Callable[[], Snapshot]
) -> None:
    """By the numbers of nodes at once, by those of relationships when they are counted."""
    held()
    new: Any = "CREATE (n:Person {code: $c, name: 'New', isVolunteer: true})"
    ask.run(ask.graph.write(lambda tx: tx.run("test", new, {"c": town.code("NEW")})))
    assert town.code("NEW") in held().people.index
    tie: Any = (
        "MATCH (n:Person {code: $c}), (s:Skill {code: $s}) "
        "CREATE (n)-[:HAS_SKILL {level: 2, verified: false}]->(s)"
    )
    values = {"c": town.code("NEW"), "s": town.code("SKILL")}
    ask.run(ask.graph.write(lambda tx: tx.run("test", tie, values)))
    ask.run(ask.graph.kept(Snapshots).count(ask.graph))
    assert held().people.holdings.one.tolist().count(held().people.index[town.code("NEW")]) == 1


def test_while_all_is_read_anew_what_is_held_answers(
    town: Town, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And follows what is changed meanwhile."""
    own = ask.graph.fresh()
    kept = own.kept(Snapshots)
    before = ask.run(kept.current(own))
    monkeypatch.setattr(graph.feed, "PATIENCE", 0.01)
    go, whole = asyncio.Event(), kept.whole

    async def slow(of: Graph) -> Snapshot:
        await go.wait()
        found: Snapshot = await whole(of)
        return found

    monkeypatch.setattr(kept, "whole", slow)
    new: Any = "CREATE (n:Person {code: $c, name: 'New', isVolunteer: true})"
    ask.run(ask.graph.write(lambda tx: tx.run("test", new, {"c": town.code("NEW")})))
    assert town.code("NEW") not in ask.run(kept.current(own)).people.index
    input = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL"), "level": 3}
    town.done("addSkill", input)
    meanwhile = ask.run(kept.current(own))
    assert town.code("NEW") not in meanwhile.people.index
    assert len(meanwhile.people.holdings) == len(before.people.holdings) + 1
    go.set()
    assert kept.reading
    ask.run(asyncio.wait([kept.reading]))
    anew = ask.run(kept.current(own))
    assert town.code("NEW") in anew.people.index
    assert len(anew.people.holdings) == len(meanwhile.people.holdings)
    assert len({each.revision for each in (before, meanwhile, anew)}) == 3


def test_the_revision_changes_with_the_graph_and_only_then(town: Town, ask: Any) -> None:
    def revision() -> str:
        found: str = ask.data("{ revision }")["revision"]
        return found

    before = revision()
    assert revision() == before
    town.refused(
        "updatePerson", {"id": town.id("Person", "NOBODY"), "name": "X"}, "NOT_FOUND", "id"
    )
    assert revision() == before
    town.done("updatePerson", {"id": town.id("Person", "ANN"), "name": "Anne"})
    assert revision() != before
    input = {"kind": "HEAD_ASSIGNED", "level": "L3", "within": town.id("Division", "")}
    report = ask.data(REVISION, {"input": input})["coverage"]
    assert report["revision"] == revision()
    assert [ran.name for ran in ask.ran] == ["snapshot.events"]


def test_no_question_waits_for_what_is_found_once(held: Callable[[], Snapshot]) -> None:
    """What is kept of the land is found beside the loop, before anybody asks."""
    found = held().land
    once = {name for name, each in vars(Land).items() if isinstance(each, cached_property)}
    assert once <= set(vars(found))
    order = sorted(range(len(found)), key=lambda i: (found.names[i][1], found.names[i][0]))
    assert found.by_code.tolist() == order


def test_many_relations_are_taken_up_in_portions() -> None:
    some = [(i, i + 1, None, "2026-01-01", 2) for i in range(PORTION + 3)]
    for rows in (some, some[:PORTION], []):
        found = Dated.of(iter(rows))
        assert found.one.tolist() == [row[0] for row in rows]
        assert found.other.tolist() == [row[1] for row in rows]
