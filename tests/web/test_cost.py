"""What an answer costs, and that too much was asked, as the wire tells it."""

import os
from collections.abc import Callable
from typing import Any

import pytest

import server
from graph.bolt import Graph
from resolvers.limits import Limits

ASKED = b'{"query": "{ viewer { name } }"}'
BAD = b'{"query": "{ nothing }"}'


def test_the_cost_is_told_to_whom_it_was_asked_by(send: Any) -> None:
    assert "extensions" not in send(ASKED).json()
    assert "extensions" not in send(ASKED, {"x-commongrid-cost": "0"}).json()
    found = send(ASKED, {"x-commongrid-cost": "1"}).json()
    assert found["extensions"] == {"cost": {"requested": 1, "actual": 1, "limit": 5_000}}


def test_what_was_found_is_paid_for_and_the_rest_given_back(
    sender: Callable[..., Any], graph: Graph
) -> None:
    chosen = server.settings(os.environ, limit_points_per_minute=20)
    send = sender(server.Service(chosen, graph))
    asked = b'{"query": "{ alliances(first: 100) { nodes { code } } }"}'
    found = [send(asked).json()["extensions"]["cost"] for _ in range(2)]
    told = {"requested": 11, "actual": 2, "limit": 5_000}
    assert found == [{**told, "remaining": 18}, {**told, "remaining": 16}]


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_who_asks_too_much_reads_429_and_when_to_come_again(
    sender: Callable[..., Any], graph: Graph, accept: str
) -> None:
    chosen = server.settings(os.environ, limit_points_per_minute=2)
    send = sender(server.Service(chosen, graph))
    left = [send(ASKED).json()["extensions"]["cost"]["remaining"] for _ in range(2)]
    assert left == [1, 0]

    answer = send(ASKED, {"accept": accept})

    assert answer.status_code == 429
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert answer.headers["retry-after"] == str(error["extensions"]["retryAfter"])
    assert 1 <= error["extensions"]["retryAfter"] <= 30
    assert send(BAD, {"accept": accept}).status_code in (200, 400)


def test_points_are_counted_in_production_only_unless_it_is_said() -> None:
    def counted(**said: Any) -> int:
        return server.settings({}, **said).limits.points_per_minute

    assert counted(profile="development") == 0
    assert counted(profile="production") == 50_000
    assert counted(profile="production", limit_points_per_minute=0) == 0
    assert counted(profile="development", limit_points_per_minute=7) == 7


def test_every_limit_is_a_setting_and_deadlines_reach_the_statements() -> None:
    assert server.settings({}, profile="development").limits == Limits()
    chosen = server.settings({}, limit_depth=9, limit_query_seconds=2.5, limit_mutation_seconds=7)
    assert chosen.limits.depth == 9
    assert (chosen.deadlines.read_seconds, chosen.deadlines.write_seconds) == (2.5, 7)
    for wrong in ({"limit_depth": 0}, {"limit_query_seconds": 0}, {"limit_page": 19}):
        with pytest.raises(server.SettingsError, match="COMMONGRID_LIMIT_"):
            server.settings({}, **wrong)
