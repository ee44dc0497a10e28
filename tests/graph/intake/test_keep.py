"""Rows are written with the types that are declared, once, whatever was there before."""

from datetime import date, datetime
from typing import Any

from graph import load
from graph.intake import compare

DECLARED: Any = {"sworn": date | None, "told": datetime}


def written(desk: Any, texts: Any, row: dict[str, Any]) -> None:
    part = load.Part("HEADS", 1, [(1, [(text, [row]) for text in texts])])
    desk.run(load.carry(desk.graph, [part], lambda *_: None))


def test_dates_and_instants_are_kept_as_such_and_compared_as_rows_say_them(desk: Any) -> None:
    people = desk.text("人员.csv", "编号,姓名\n§-P1,张三\n")
    desk.take(people, desk.text("网格.csv", "代码,名称,级别\n§-G1,§网格,L3\n"))
    how = ("HEADS", "Person", "Grid", ("since",), ("sworn", "told"), DECLARED)
    properties = {"deputy": False, "sworn": "2026-01-02", "told": "2026-01-02T01:00:00Z"}
    ends = {"start": f"{desk.prefix}-P1", "end": f"{desk.prefix}-G1"}
    row = {**ends, "since": "2026-01-01", "properties": properties}
    for _ in range(2):
        written(desk, [load.merge_links(*how)], row)
    found = desk.read(
        "MATCH (:Person {code: '§-P1'})-[r:HEADS]->() "
        "RETURN collect([toString(r.since), r.sworn, r.told, r.sworn < date('2026-01-03')])"
    )
    [[since, sworn, told, earlier]] = found
    assert ("2026-01-01", True) == (since, earlier)
    assert ("2026-01-02", "2026-01-02T01:00:00Z") == (compare.plain(sworn), compare.plain(told))


def test_one_without_a_beginning_is_another_than_one_with_it(desk: Any) -> None:
    people = desk.text("人员.csv", "编号,姓名\n§-P1,张三\n")
    desk.take(people, desk.text("网格.csv", "代码,名称,级别\n§-G1,§网格,L3\n"))
    ends = {"start": f"{desk.prefix}-P1", "end": f"{desk.prefix}-G1"}
    later = {**ends, "since": "2026-01-01", "properties": {"deputy": False}}
    before = {**ends, "until": "2025-01-01", "properties": {"deputy": True}}
    for _ in range(2):
        written(desk, [load.merge_links("HEADS", "Person", "Grid", ("since",))], later)
        written(desk, load.open_links("HEADS", "Person", "Grid", ("until",)), before)
    found = desk.read(
        "MATCH (:Person {code: '§-P1'})-[r:HEADS]->() WITH r ORDER BY r.deputy "
        "RETURN collect([r.deputy, toString(r.since), toString(r.until)])"
    )
    assert [[False, "2026-01-01", None], [True, None, "2025-01-01"]] == found
