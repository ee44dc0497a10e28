"""Plans in the background: begun, read while they run, stopped, gone on with, and never lost."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
import pytest

from graph.bolt import Graph
from graph.plan_run import MOST_OWN
from jobs import planning as jobs
from jobs.planning import Planning, planning
from resolvers.auth import DEVELOPER, PERMISSIONS, Caller, Granted
from resolvers.context import Context
from resolvers.identity import global_id
from resolvers.operation import Request
from tests.conftest import Run
from tests.resolvers.covering import SHIFO
from tests.resolvers.town import TODAY

RUN = """code status version
  asked { objective level budget k meters capacity minLevel verifiedOnly hour channel }
  division { code } grid { code } skill { code } mustInclude { nodes { code } }
  exclude { nodes { code } } asOf mostSeconds mostNodes objective bound gap seconds outcome proof
  method problem startedBy startedAt endedAt
  capacities { edges { units node { code } } }
  selected(first: 100) { totalCount edges { place gain serves node { code } } }"""
START = f"""mutation ($input: StartPlanInput!) {{ startPlan(input: $input) {{
  planRun {{ id {RUN} }} userErrors {{ code message field }} clientMutationId }} }}"""
STOP = """mutation ($input: StopPlanInput!) { stopPlan(input: $input) {
  planRun { status version } userErrors { code field } } }"""
RESUME = """mutation ($input: ResumePlanInput!) { resumePlan(input: $input) {
  planRun { status } userErrors { code field } } }"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ ... on PlanRun {{ {RUN} }} }} }}"
PLAN = """query ($input: CoveragePlanInput!) { coveragePlan(input: $input) {
  status objective bound selected(first: 100) { nodes { code } } choices { edges { gain } } } }"""
RUNS = "query { planRuns(first: 100) { nodes { code } } }"

EASY: dict[str, Any] = {
    "objective": "MAX_COVER",
    "within": SHIFO,
    "level": "MICRO",
    "budget": 3,
    "meters": 400,
}
HARD: dict[str, Any] = {**EASY, "budget": 30, "meters": 500, "seconds": 600.0}
LEAVE_NONE = "MATCH (n:PlanRun) DETACH DELETE n"
ENDED = ("FINISHED", "STOPPED", "INTERRUPTED", "FAILED")


@pytest.fixture(autouse=True)
def clean(graph: Graph, run: Run[Any]) -> Iterator[None]:
    yield
    run(graph.write(lambda tx: tx.run("clean", LEAVE_NONE, {})))


@pytest.fixture
def server(graph: Graph, run: Run[Any]) -> Callable[[], Any]:
    """A server that searches as long as it is held, with the shared event loop."""

    @contextmanager
    def held() -> Iterator[Planning]:
        opened = planning(graph, lambda: date(2026, 11, 24), "Asia/Shanghai")
        found = run(opened.__aenter__())
        try:
            yield found
        finally:
            run(opened.__aexit__(None, None, None))

    return held


def begun(ask: Any, asked: dict[str, Any], **how: Any) -> Any:
    told = ask.data(START, {"input": asked}, **how)["startPlan"]
    assert told["userErrors"] == []
    return told["planRun"]


def refused(ask: Any, asked: dict[str, Any], document: str = START, **how: Any) -> Any:
    """Code and field of the one user error."""
    (told,) = ask.data(document, {"input": asked}, **how).values()
    assert told["planRun"] is None
    (error,) = told["userErrors"]
    return error["code"], error["field"]


def seen(ask: Any, identifier: str) -> Any:
    return ask.data(NODE, {"id": identifier})["node"]


def until(ask: Any, run: Run[Any], identifier: str, holds: Callable[[Any], bool]) -> Any:
    """The run as soon as this holds of it."""
    end = time.monotonic() + 60
    while not holds(found := seen(ask, identifier)):
        assert time.monotonic() < end, found
        assert found["status"] != "FAILED", found
        run(asyncio.sleep(0.1))
    return found


def ended(found: Any) -> bool:
    return found["status"] in ENDED


def codes(found: Any) -> list[str]:
    edges = sorted(found["selected"]["edges"], key=lambda edge: edge["place"])
    assert [edge["place"] for edge in edges] == [*range(1, len(edges) + 1)]
    return [edge["node"]["code"] for edge in edges]


def test_a_plan_in_the_background_is_the_plan(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, EASY)
    assert (made["status"], made["objective"], made["gap"]) == ("QUEUED", None, None)
    assert made["asked"] == {
        **{"objective": "MAX_COVER", "level": "MICRO", "budget": 3, "k": 1, "meters": 400.0},
        **{"capacity": None, "minLevel": None, "verifiedOnly": None, "hour": None, "channel": None},
    }
    assert (made["division"], made["grid"]) == ({"code": "ZZ-GX-SF"}, None)
    assert (made["asOf"], made["startedBy"]) == ("2026-11-24", "developer")
    with server():
        found = until(ask, run, made["id"], ended)
    plan = ask.data(PLAN, {"input": EASY})["coveragePlan"]
    assert (found["status"], found["outcome"], found["proof"]) == ("FINISHED", "OPTIMAL", "EXACT")
    assert (plan["status"], found["objective"]) == ("OPTIMAL", plan["objective"])
    assert (found["bound"], found["gap"]) == (found["objective"], 0)
    assert codes(found) == [node["code"] for node in plan["selected"]["nodes"]]
    gains = sorted(edge["gain"] for edge in plan["choices"]["edges"])
    assert sorted(edge["gain"] for edge in found["selected"]["edges"]) == gains
    assert found["endedAt"]
    assert found["seconds"] > 0
    assert found["problem"] is None
    assert found["version"] > made["version"]


def test_it_is_searched_with_all_that_is_asked(ask: Any, run: Run[Any], server: Any) -> None:
    query = '{ volunteers(skills: [{skill: "law"}], within: "%s") { nodes { id code } } }'
    some = sorted(ask.data(query % SHIFO)["volunteers"]["nodes"], key=lambda one: one["code"])
    one, other, third = (person["id"] for person in some[:3])
    asked = {
        **{"objective": "K_COVER", "within": SHIFO, "level": "L2", "k": 2, "meters": 2_600},
        **{"skill": {"skill": "law", "minLevel": 1}, "mustInclude": [one], "exclude": [other]},
        **{
            "capacity": 8,
            "capacities": [{"person": third, "units": 2}, {"person": one, "units": 1}],
        },
    }
    made = begun(ask, asked)
    assert made["skill"] == {"code": "law"}
    assert (made["asked"]["minLevel"], made["asked"]["capacity"]) == (1, 8)
    assert [edge["units"] for edge in made["capacities"]["edges"]] == [1, 2]
    with server():
        found = until(ask, run, made["id"], ended)
    plan = ask.data(PLAN, {"input": {**asked, "nodes": 20_000, "seconds": 20.0}})["coveragePlan"]
    assert (found["outcome"], found["objective"]) == (plan["status"], plan["objective"])
    assert codes(found) == [node["code"] for node in plan["selected"]["nodes"]]
    serves = {edge["node"]["code"]: edge["serves"] for edge in found["selected"]["edges"]}
    assert serves.get(some[0]["code"], 0) <= 1
    assert serves.get(some[2]["code"], 0) <= 2
    assert some[1]["code"] not in serves


def test_it_is_searched_for_those_who_come_then(ask: Any, run: Run[Any], server: Any) -> None:
    asked = {**EASY, "objective": "EXPECTED", "level": "L3"}
    evening = {**asked, "asked": {"hour": 19, "channel": "PHONE"}}
    made = begun(ask, evening)
    assert (made["asked"]["hour"], made["asked"]["channel"]) == (19, "PHONE")
    with server():
        found = until(ask, run, made["id"], ended)
    plan, other = (ask.data(PLAN, {"input": each})["coveragePlan"] for each in (evening, asked))
    assert found["objective"] == pytest.approx(plan["objective"])
    assert found["objective"] > other["objective"] + 0.1


def test_it_is_read_while_it_runs_and_stopped(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, HARD)
    with server():
        # Who reads while it is written may see a part of it.
        half = until(
            ask,
            run,
            made["id"],
            lambda found: len(found["selected"]["edges"]) == 30 and found["gap"] is not None,
        )
        assert (half["status"], half["endedAt"]) == ("RUNNING", None)
        assert half["gap"] > 0
        assert half["selected"]["totalCount"] == 30
        assert {edge["gain"] for edge in half["selected"]["edges"]} == {None}
        assert ask.data(STOP, {"input": {"id": made["id"]}})["stopPlan"]["userErrors"] == []
        found = until(ask, run, made["id"], ended)
    assert (found["status"], found["proof"]) == ("STOPPED", "BOUND")
    assert half["objective"] <= found["objective"] <= found["bound"] <= half["bound"]
    assert found["selected"]["totalCount"] == 30
    assert refused(ask, {"id": made["id"]}, STOP) == ("CONFLICT", ["id"])


def test_it_goes_on_from_what_was_known(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, {**HARD, "nodes": 0})
    with server():
        first = until(ask, run, made["id"], ended)
        assert (first["status"], first["outcome"]) == ("FINISHED", "FEASIBLE")
        more = {"id": made["id"], "seconds": 0.05}
        assert ask.data(RESUME, {"input": more})["resumePlan"]["userErrors"] == []
        second = until(ask, run, made["id"], ended)
    assert second["objective"] >= first["objective"]
    assert second["bound"] <= first["bound"]
    assert second["seconds"] > first["seconds"]
    assert second["selected"]["totalCount"] == 30
    assert second["startedAt"] == first["startedAt"]


KNOW = "MATCH (n:PlanRun {code: $code}) SET n.bound = n.objective, n.outcome = 'FEASIBLE'"


def test_a_bound_that_is_known_ends_the_search_that_meets_it(
    ask: Any, run: Run[Any], server: Any, graph: Graph
) -> None:
    made = begun(ask, {**HARD, "nodes": 0})
    with server():
        first = until(ask, run, made["id"], ended)
        run(graph.write(lambda tx: tx.run("know", KNOW, {"code": made["code"]})))
        ask.data(RESUME, {"input": {"id": made["id"], "seconds": 600}})
        second = until(ask, run, made["id"], ended)
    assert (second["status"], second["outcome"], second["proof"]) == (
        "FINISHED",
        "OPTIMAL",
        "EXACT",
    )
    assert second["objective"] == second["bound"] == first["objective"]
    assert second["selected"] == first["selected"]


LOSE_CHOICE = (
    "MATCH (n:PlanRun {code: $code}) OPTIONAL MATCH (n)-[r:SELECTS]->() "
    "SET n.objective = 600.0 DELETE r"
)


def test_figures_without_a_plan_are_not_believed(
    ask: Any, run: Run[Any], server: Any, graph: Graph
) -> None:
    """A server that died may have written what it reached, and not by whom."""
    made = begun(ask, {**HARD, "nodes": 0})
    with server():
        first = until(ask, run, made["id"], ended)
        run(graph.write(lambda tx: tx.run("lose", LOSE_CHOICE, {"code": made["code"]})))
        ask.data(RESUME, {"input": {"id": made["id"], "nodes": 0}})
        second = until(ask, run, made["id"], ended)
    assert second["objective"] == first["objective"] < 600
    assert codes(second) == codes(first)


def test_what_is_proved_is_not_gone_on_with(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, EASY)
    assert refused(ask, {"id": made["id"]}, RESUME) == ("CONFLICT", ["id"])
    with server():
        until(ask, run, made["id"], ended)
    assert refused(ask, {"id": made["id"]}, RESUME) == ("CONFLICT", ["id"])


def test_the_server_stops_and_the_best_plan_stays(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, HARD)
    with server():
        half = until(ask, run, made["id"], lambda found: found["bound"] is not None)
        start = time.monotonic()
    assert time.monotonic() - start < jobs.PATIENCE
    found = seen(ask, made["id"])
    assert found["status"] == "INTERRUPTED"
    assert half["objective"] <= found["objective"]
    assert found["selected"]["totalCount"] == 30
    assert ask.data(RESUME, {"input": {"id": made["id"]}})["resumePlan"]["userErrors"] == []
    assert seen(ask, made["id"])["objective"] == found["objective"]


LOST = (
    "MATCH (n:PlanRun {code: $code}) SET n.status = 'RUNNING', n.holder = 'gone', "
    "n.lease = '2026-01-01T00:00:00Z', n.objective = 7.0"
)


def test_a_server_that_died_is_noticed(ask: Any, run: Run[Any], server: Any, graph: Graph) -> None:
    made = begun(ask, EASY)
    run(graph.write(lambda tx: tx.run("lose", LOST, {"code": made["code"]})))
    with server():
        found = until(ask, run, made["id"], ended)
        assert (found["status"], found["objective"]) == ("INTERRUPTED", 7.0)
        assert ask.data(RESUME, {"input": {"id": made["id"]}})["resumePlan"]["userErrors"] == []
        again = until(ask, run, made["id"], lambda found: found["status"] == "FINISHED")
    # What another question, or none, was known to reach says nothing of this one.
    assert again["outcome"] == "OPTIMAL"
    assert again["objective"] > 7


AIMLESS = "CREATE (n:PlanRun {code: 'AIMLESS', status: 'QUEUED', version: 1, queuedAt: '2026'})"


def test_one_that_cannot_be_read_keeps_no_other_waiting(
    ask: Any, run: Run[Any], server: Any, graph: Graph
) -> None:
    run(graph.write(lambda tx: tx.run("aimless", AIMLESS, {})))
    made = begun(ask, EASY)
    with server():
        assert until(ask, run, made["id"], ended)["status"] == "FINISHED"


def test_a_territory_that_is_gone_fails_the_run(
    ask: Any, run: Run[Any], server: Any, graph: Graph
) -> None:
    """Whoever started it sees nothing of it any more."""
    made = begun(ask, EASY)
    blind = "MATCH (n:PlanRun {code: $code}) SET n.scope = ['/ZZ/ZZ-SJ/']"
    run(graph.write(lambda tx: tx.run("blind", blind, {"code": made["code"]})))
    with server():
        end = time.monotonic() + 20
        while not ended(found := seen(ask, made["id"])):
            assert time.monotonic() < end
            run(asyncio.sleep(0.1))
    assert (found["status"], found["objective"]) == ("FAILED", None)
    assert found["problem"] == "input.within names nothing that can be seen"


def test_one_that_waits_is_stopped_at_once(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, EASY)
    told = ask.data(STOP, {"input": {"id": made["id"], "expectedVersion": 1}})["stopPlan"]
    assert told == {"planRun": {"status": "STOPPED", "version": 2}, "userErrors": []}
    with server():
        run(asyncio.sleep(2 * jobs.EVERY))
    assert seen(ask, made["id"])["status"] == "STOPPED"


def test_a_solver_that_dies_fails_the_run(ask: Any, run: Run[Any], server: Any) -> None:
    made = begun(ask, HARD)
    with server() as planning:
        until(ask, run, made["id"], lambda found: found["selected"]["totalCount"] > 0)
        ((running, _),) = planning.running.values()
        running.search.process.child.kill()
        end = time.monotonic() + 20
        while not ended(found := seen(ask, made["id"])):
            assert time.monotonic() < end
            run(asyncio.sleep(0.1))
    assert (found["status"], found["selected"]["totalCount"]) == ("FAILED", 30)
    assert "solver" in found["problem"]


def test_who_cannot_be_chosen_fails_the_run(ask: Any, run: Run[Any], server: Any) -> None:
    """Somebody who exists, and is no volunteer of the territory."""
    query = "{ people(first: 1, filter: {isVolunteer: {eq: false}}) { nodes { id code } } }"
    (person,) = ask.data(query)["people"]["nodes"]
    made = begun(ask, {**EASY, "mustInclude": [person["id"]]})
    assert made["mustInclude"] == {"nodes": [{"code": person["code"]}]}
    with server():
        end = time.monotonic() + 20
        while not ended(found := seen(ask, made["id"])):
            assert time.monotonic() < end
            run(asyncio.sleep(0.1))
    assert found["status"] == "FAILED"
    assert person["code"] in found["problem"]


def test_a_repeated_request_is_the_same_run(ask: Any) -> None:
    asked = {**EASY, "idempotencyKey": "plan-twice"}
    first, second = (begun(ask, asked) for _ in range(2))
    assert first == second
    assert len(ask.data(RUNS)["planRuns"]["nodes"]) == 1
    other = refused(ask, {**asked, "budget": 4})
    assert other == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])


def test_one_caller_has_so_many_at_a_time(ask: Any) -> None:
    for _ in range(MOST_OWN):
        made = begun(ask, EASY)
    assert refused(ask, EASY) == ("CONFLICT", [])
    ask.data(STOP, {"input": {"id": made["id"]}})
    begun(ask, EASY)
    other = Caller("other", (Granted("ORGANIZER", PERMISSIONS, None),))
    assert begun(ask, EASY, caller=other)["startedBy"] == "other"


def together(ask: Any, document: str, inputs: list[dict[str, Any]]) -> list[Any]:
    """The payloads of requests of one caller that are all under way at once."""
    operations = ask.operations

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(
            *(
                operations.answer(
                    operations.question(Request(document, {"input": each})),
                    Context(ask.graph, DEVELOPER, TODAY, "r"),
                )
                for each in inputs
            )
        )

    bodies = [msgspec.json.decode(msgspec.json.encode(r.body)) for r in ask.run(all_of_them())]
    return [payload for body in bodies for payload in body["data"].values()]


def test_many_that_are_begun_together_are_no_more_than_allowed(ask: Any) -> None:
    for _ in range(5):
        told = together(ask, START, [EASY] * 4 * MOST_OWN)
        made = [each["planRun"]["id"] for each in told if each["planRun"]]
        assert len(made) == MOST_OWN
        errors = [error["code"] for each in told for error in each["userErrors"]]
        assert errors == ["CONFLICT"] * 3 * MOST_OWN
        for identifier in made:
            ask.data(STOP, {"input": {"id": identifier}})


def test_many_that_go_on_together_are_no_more_than_allowed(ask: Any) -> None:
    stopped = []
    for _ in range(3 * MOST_OWN):
        stopped.append({"id": begun(ask, EASY)["id"]})
        ask.data(STOP, {"input": stopped[-1]})
    told = together(ask, RESUME, stopped)
    assert sum(each["planRun"] is not None for each in told) == MOST_OWN


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        ({"budget": None}, "INVALID", "budget"),
        ({"budget": -1}, "INVALID", "budget"),
        ({"meters": -1}, "INVALID", "meters"),
        ({"meters": None}, "INVALID", "meters"),
        ({"k": 0}, "INVALID", "k"),
        ({"seconds": 0}, "INVALID", "seconds"),
        ({"seconds": 3_601}, "INVALID", "seconds"),
        ({"nodes": -1}, "INVALID", "nodes"),
        ({"capacity": -1}, "INVALID", "capacity"),
        ({"within": "x"}, "INVALID", "within"),
        ({"within": global_id("Division", "NOWHERE")}, "NOT_FOUND", "within"),
        ({"skill": {"skill": "no-such"}}, "NOT_FOUND", "skill"),
        ({"mustInclude": [global_id("Person", "NOBODY")]}, "NOT_FOUND", "mustInclude"),
        ({"exclude": [global_id("Person", "NOBODY")]}, "NOT_FOUND", "exclude"),
        (
            {"capacities": [{"person": global_id("Person", "NOBODY"), "units": 1}]},
            "NOT_FOUND",
            "capacities",
        ),
    ],
)
def test_what_cannot_be_asked(ask: Any, asked: Any, code: str, field: str) -> None:
    assert refused(ask, {**EASY, **asked}) == (code, [field])
    assert ask.data(RUNS)["planRuns"]["nodes"] == []


def test_what_is_out_of_sight_is_absent(ask: Any) -> None:
    made = begun(ask, EASY)
    elsewhere = Caller("elsewhere", (Granted("ORGANIZER", PERMISSIONS, ("/ZZ/ZZ-SJ/",)),))
    assert ask.data(NODE, {"id": made["id"]}, caller=elsewhere)["node"] is None
    assert ask.data(RUNS, caller=elsewhere)["planRuns"]["nodes"] == []
    for document in (STOP, RESUME):
        assert refused(ask, {"id": made["id"]}, document, caller=elsewhere) == ("NOT_FOUND", ["id"])
    assert refused(ask, EASY, caller=elsewhere) == ("NOT_FOUND", ["within"])
