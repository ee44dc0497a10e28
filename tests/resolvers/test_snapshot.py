"""What a process holds in arrays is what the graph holds, however it came to change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import pytest

import graph.feed
from graph.bolt import Graph, Ran
from graph.snapshot.column import PORTION, Dated
from graph.snapshot.land import Land
from graph.snapshot.snapshot import Snapshot, Snapshots
from tests.resolvers.test_invitation import forget
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
    asked = snapshot.invitations
    invitations = zip(
        [people.codes[i] for i in asked.person.tolist()],
        *(column.tolist() for column in (asked.quarter, asked.channel, asked.answer)),
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
        "invitations": sorted(invitations),
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
    evening = {"at": "2026-11-20T19:30:00+08:00", "channel": "PHONE", "grid": north}
    evening["invitee"] = ann
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
        ("createInvitation", {**evening, "code": town.code("I-1"), "answer": "ACCEPTED"}),
        ("createInvitation", {**evening, "code": town.code("I-2")}),
        ("updateInvitation", {"id": town.id("Invitation", "I-2"), "answer": "DECLINED"}),
        ("updateInvitation", {"id": town.id("Invitation", "I-1"), "channel": "APP"}),
        ("updateDivision", {"id": town.id("Division", ""), "name": "Renamed"}),
    ]
    for name, input in steps:
        town.done(name, input)
        found = held()
    at = found.people.index[town.code("CAT")]
    assert found.people.volunteer[at]
    assert found.people.placed[at]
    forget(town)


def test_of_a_change_only_what_it_touches_is_read(town: Town, ask: Any) -> None:
    own = ask.graph.fresh()
    ask.run(own.kept(Snapshots).current(own))
    input = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL"), "level": 3}
    town.done("addSkill", input)
    ran: list[Ran] = []
    own.observers.append(ran.append)
    ask.run(own.kept(Snapshots).current(own))
    assert [(each.name, each.rows) for each in ran[1:]] == [
        *[("snapshot.changed", 1)] * 2,
        ("snapshot.invitations", 0),
    ]


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


@dataclass
class Slowly:
    """A snapshot of its own, which is read anew only when it is let."""

    town: Town
    ask: Any
    own: Graph
    kept: Snapshots
    go: asyncio.Event

    def now(self) -> Snapshot:
        found: Snapshot = self.ask.run(self.kept.current(self.own))
        return found

    def past(self, text: Any, **values: Any) -> None:
        """Writes past the software."""
        self.ask.run(self.ask.graph.write(lambda tx: tx.run("test", text, values)))

    def volunteer(self, name: str) -> str:
        code = self.town.code(name)
        self.past("CREATE (n:Person {code: $c, name: 'New', isVolunteer: true})", c=code)
        return code

    def through(self) -> None:
        """Waits until all is read anew."""
        self.go.set()
        assert self.kept.reading
        self.ask.run(asyncio.wait([self.kept.reading]))


@pytest.fixture
def slowly(town: Town, ask: Any, monkeypatch: pytest.MonkeyPatch) -> Slowly:
    own = ask.graph.fresh()
    kept: Snapshots = own.kept(Snapshots)
    found = Slowly(town, ask, own, kept, asyncio.Event())
    found.now()
    monkeypatch.setattr(graph.feed, "PATIENCE", 0.01)
    whole = kept.whole

    async def slow(of: Graph) -> Snapshot:
        read = await whole(of)
        await found.go.wait()
        return read

    monkeypatch.setattr(kept, "whole", slow)
    return found


def test_while_all_is_read_anew_what_is_held_answers(town: Town, slowly: Slowly) -> None:
    """And follows what is changed meanwhile."""
    before = slowly.now()
    code = slowly.volunteer("NEW")
    assert code not in slowly.now().people.index
    input = {"person": town.id("Person", "ANN"), "skill": town.id("Skill", "SKILL"), "level": 3}
    town.done("addSkill", input)
    meanwhile = slowly.now()
    assert code not in meanwhile.people.index
    assert len(meanwhile.people.holdings) == len(before.people.holdings) + 1
    slowly.through()
    anew = slowly.now()
    assert code in anew.people.index
    assert len(anew.people.holdings) == len(meanwhile.people.holdings)
    assert len({each.revision for each in (before, meanwhile, anew)}) == 3


def test_what_is_written_past_all_while_it_is_read_anew_is_noticed(slowly: Slowly) -> None:
    one = slowly.volunteer("ONE")
    slowly.now()
    slowly.ask.run(asyncio.sleep(3))  # by then people are read
    other = slowly.volunteer("OTHER")
    slowly.now()
    slowly.through()
    slowly.now()
    slowly.through()
    assert {one, other} <= slowly.now().people.index.keys()


def test_a_loading_that_changes_no_number_has_another_revision_when_it_is_seen(
    town: Town, slowly: Slowly
) -> None:
    slowly.past("MATCH (n:Person {code: $c}) SET n.isVolunteer = true", c=town.code("ANN"))
    slowly.past(
        "MERGE (s:Store {key: 'network'}) SET s.before = s.at, s.at = datetime('2030-01-01')"
    )
    try:
        held = slowly.now()
        slowly.through()
        anew = slowly.now()
    finally:
        slowly.past("MATCH (s:Store {key: 'network'}) SET s.at = s.before REMOVE s.before")
    at = anew.people.index[town.code("ANN")]
    assert (held.people.volunteer[at], anew.people.volunteer[at]) == (False, True)
    assert held.revision != anew.revision


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


def test_no_question_waits_for_what_is_found_once(ask: Any) -> None:
    """What is kept of the land is found beside the loop, before anybody asks."""
    own = ask.graph.fresh()
    found = ask.run(own.kept(Snapshots).current(own)).land
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
