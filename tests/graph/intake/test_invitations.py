"""Invitations from files are counted of each person, once, however the load was broken off."""

from pathlib import Path
from typing import Any

import pytest

from graph import load
from graph.intake.compare import MISSING

PEOPLE = "编号,姓名,志愿者,invited,accepted\n§-P1,张三,1,5,2\n§-P2,李四,1,,\n"
GRID = "代码,名称,级别\n§-G,网格,微网格\n"
INVITATIONS = """编号,需要时间,渠道,答复,受邀人,网格
§-I1,2026-11-01T19:30:00+08:00,电话,应邀,§-P1,§-G
§-I2,2026-11-02T19:30:00+08:00,微信,未答复,§-P1,§-G
§-I3,2026-11-03T07:30:00+08:00,APP,,§-P1,§-G
§-I4,2026-11-03T07:30:00+08:00,当面,婉拒,§-P2,§-G
"""
COUNTED = """MATCH (n:Person {code: $code})
RETURN [coalesce(n.invited, 0), coalesce(n.accepted, 0), n.answered, n.agreed]"""


def files(desk: Any, invitations: str = INVITATIONS) -> list[Path]:
    named = {"人员.csv": PEOPLE, "网格.csv": GRID, "邀请.csv": invitations}
    return [desk.text(name, text) for name, text in named.items()]


def counted(desk: Any, person: str) -> Any:
    return desk.read(COUNTED, code=f"{desk.prefix}-{person}")


def test_they_are_counted_beside_the_totals_that_a_file_tells(desk: Any) -> None:
    account = desk.take(*files(desk))
    assert account.faults == []
    assert (counted(desk, "P1"), counted(desk, "P2")) == ([5, 2, 2, 1], [0, 0, 1, 0])
    before = desk.everything()
    desk.take(*files(desk))
    assert before == desk.everything()
    desk.take(*files(desk, INVITATIONS.replace("婉拒", "应邀").replace("APP,,", "APP,应邀,")))
    assert (counted(desk, "P1"), counted(desk, "P2")) == ([5, 2, 3, 2], [0, 0, 1, 1])


def test_a_load_that_broke_off_before_counting_counts_when_it_is_resumed(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = load.carry

    async def broken(graph: Any, parts: Any, report: Any) -> None:
        assert [part.what for part in parts][-1] == "Invitation counted"
        await whole(graph, parts[:-1], report)
        raise RuntimeError("the machine went down")

    monkeypatch.setattr(load, "carry", broken)
    with pytest.raises(RuntimeError):
        desk.take(*files(desk))
    assert counted(desk, "P1") == [5, 2, None, None]
    monkeypatch.undo()
    desk.take(*files(desk))
    assert counted(desk, "P1") == [5, 2, 2, 1]


def test_a_new_one_that_nobody_or_nowhere_is_named_for_is_refused(desk: Any) -> None:
    rows = INVITATIONS.replace("电话,应邀,§-P1", "电话,应邀,").replace(
        "婉拒,§-P2,§-G", "婉拒,§-P2,"
    )
    account = desk.take(*files(desk, rows))
    told = [(fault.file, fault.row, fault.column, fault.message) for fault in account.faults]
    assert [("邀请.csv", 2, "invitee", MISSING), ("邀请.csv", 5, "grid", MISSING)] == told
    assert not account.written
    skipped = desk.take(*files(desk, rows), skip=True)
    assert (2, 2) == (skipped.wrong, skipped.counts["Invitation"]["new"])
    desk.take(*files(desk))
    account = desk.take(desk.text("邀请.csv", "编号,答复\n§-I3,应邀\n"))
    assert [] == account.faults  # of one that is there it need not be said again


def test_what_it_is_for_may_be_said_in_another_file(desk: Any) -> None:
    rows = INVITATIONS.replace("电话,应邀,§-P1", "电话,应邀,")
    ties = desk.text("INVITES.csv", "start,end\n§-I1,§-P2\n")
    assert [] == desk.take(*files(desk, rows), ties).faults
    assert counted(desk, "P2") == [0, 0, 2, 1]


def test_a_visit_without_a_grid_is_refused(desk: Any) -> None:
    visits = "code,at,channel,visitor\n§-V1,2026-11-01T19:30:00+08:00,HOME,§-P1\n"
    account = desk.take(desk.text("人员.csv", PEOPLE), desk.text("Visit.csv", visits))
    assert [(2, "grid")] == [(fault.row, fault.column) for fault in account.faults]
