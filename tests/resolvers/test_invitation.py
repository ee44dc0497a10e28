"""What people answered is counted of each of them, whoever records it and however often."""

from collections.abc import Iterator
from typing import Any, LiteralString

import pytest

from graph.asked import ANYHOW, Asked
from graph.bolt import Ran
from graph.model import Asking
from graph.snapshot.snapshot import Snapshots
from tests.resolvers.town import Town

EVENING = "2026-11-20T19:30:00+08:00"


@pytest.fixture(autouse=True)
def forgotten(town: Town) -> Iterator[None]:
    """What people answer here says something of everybody: other tests know nothing of it."""
    yield
    forget(town)


def forget(town: Town) -> None:
    town.forget("Invitation")
    graph = town.ask.graph
    town.ask.run(graph.kept(Snapshots).count(graph))


def said(town: Town, code: str, **more: Any) -> dict[str, Any]:
    return {
        "code": town.code(code),
        "at": EVENING,
        "channel": "PHONE",
        "grid": town.id("Grid", "N-1"),
        "invitee": town.id("Person", "ANN"),
        **more,
    }


def counted(town: Town, person: str = "ANN") -> tuple[int, int]:
    found = town.ask.data(
        "query ($code: String!) { person(code: $code) { acceptance { mean invited accepted } } }",
        {"code": town.code(person)},
    )["person"]["acceptance"]
    invited, accepted = found["invited"], found["accepted"]
    assert found["mean"] == pytest.approx((3 + accepted) / (10 + invited))
    return invited, accepted


def test_an_invitation_counts_once_it_is_answered(town: Town) -> None:
    found = town.done("createInvitation", said(town, "I"))
    assert found["answer"] is None
    assert found["at"] == "2026-11-20T11:30:00Z"
    assert (found["grid"]["code"], found["invitee"]["code"]) == (
        town.code("N-1"),
        town.code("ANN"),
    )
    assert counted(town) == (0, 0)
    one = town.id("Invitation", "I")
    steps = [("ACCEPTED", (1, 1)), ("DECLINED", (1, 0)), ("NO_REPLY", (1, 0)), (None, (0, 0))]
    for answer, expected in steps:
        shown = town.done("updateInvitation", {"id": one, "answer": answer})
        assert shown["answer"] == answer
        assert counted(town) == expected


def test_it_is_counted_beside_what_was_told_before(town: Town) -> None:
    town.write("MATCH (n:Person {code: $c}) SET n.invited = 5, n.accepted = 2", c=town.code("ANN"))
    town.done("createInvitation", said(town, "I", answer="ACCEPTED"))
    town.done("createInvitation", said(town, "J", answer="NO_REPLY"))
    assert counted(town) == (7, 3)
    assert counted(town, "BEN") == (0, 0)


def test_of_many_that_are_recorded_at_once_none_is_lost(town: Town) -> None:
    answers = ["ACCEPTED", "DECLINED", "ACCEPTED", "NO_REPLY"] * 2
    inputs = [said(town, f"I-{i}", answer=answer) for i, answer in enumerate(answers)]
    for payload in town.together("createInvitation", inputs):
        assert payload["userErrors"] == []
    assert counted(town) == (8, 4)


def test_who_is_merged_brings_their_invitations_along(town: Town) -> None:
    town.done("createInvitation", said(town, "I", answer="ACCEPTED"))
    ben = town.id("Person", "BEN")
    for code, answer in (("J", "DECLINED"), ("K", None)):
        town.done("createInvitation", said(town, code, invitee=ben, answer=answer))
    town.done("mergePeople", {"keep": town.id("Person", "ANN"), "merge": ben})
    assert counted(town) == (2, 1)
    shown = town.done("updateInvitation", {"id": town.id("Invitation", "K"), "answer": "ACCEPTED"})
    assert shown["invitee"]["code"] == town.code("ANN")
    assert counted(town) == (3, 2)


STRANGE: tuple[LiteralString, ...] = (
    "CREATE (:Invitation {code: $c, channel: 'APP', at: '2026-11-01T00:00:00Z', "
    "answer: 'DECLINED'})",
    "MATCH (p:Person {code: $p}) CREATE (:Invitation {code: $c, channel: 'PIGEON', "
    "at: '2026-11-01T00:00:00Z', answer: 'DECLINED'})-[:INVITES]->(p)",
    "MATCH (p:Person {code: $p}) CREATE (:Invitation {code: $c, channel: 'APP', at: 'soon', "
    "answer: 'DECLINED'})-[:INVITES]->(p)",
    "MATCH (p:Person {code: $p}) CREATE (:Invitation {code: $c, channel: 'APP'})-[:INVITES]->(p)",
)


def test_what_others_wrote_and_nobody_understands_stands_in_no_way(town: Town) -> None:
    """Nor does a moment that is in no year of the calendar here."""
    graph, person = town.ask.graph, town.code("ANN")
    for number, text in enumerate(STRANGE):
        town.write(text, c=town.code(f"S-{number}"), p=person)
    town.done("createInvitation", said(town, "I", at="9999-12-31T20:00:00Z", answer="ACCEPTED"))
    anew = graph.fresh()
    for each in (graph, anew):
        town.ask.run(each.kept(Snapshots).current(each))
    ran: list[Ran] = []
    anew.observers.append(ran.append)
    town.done("createInvitation", said(town, "J", answer="ACCEPTED"))
    held = town.ask.run(anew.kept(Snapshots).current(anew))
    assert [each.name for each in ran].count("snapshot.people") == 0  # all is not read again
    at = held.people.index[person]
    chances = held.chances(Asked(hour=19), Asking(None, "2026-11-24", "2026-11-24"))
    assert chances[at] > held.chances(ANYHOW, Asking(None, "2026-11-24", "2026-11-24"))[at] > 0.3


def test_bad_input_is_refused_and_nothing_is_counted(town: Town) -> None:
    town.refused(
        "createInvitation", said(town, "I", grid=town.id("Grid", "X")), "NOT_FOUND", "grid"
    )
    nobody = said(town, "I", invitee=town.id("Person", "X"))
    town.refused("createInvitation", nobody, "NOT_FOUND", "invitee")
    town.done("createInvitation", said(town, "I"))
    town.refused("createInvitation", said(town, "I", answer="ACCEPTED"), "ALREADY_EXISTS", "code")
    assert counted(town) == (0, 0)
