"""Likely duplicates are listed with their reasons; merged, both histories are one person's."""

from typing import Any

import pytest

from graph.intake import duplicate
from resolvers.identity import global_id

HEADER = "编号,姓名,手机,组织,入会日期,退会日期,经度,纬度,党员,志愿者\n"
ORGANIZATIONS = "代码,名称\n§-O1,§老年协会\n§-O2,§书画社\n"
WGS84 = {"crs": "WGS84"}
MERGE = """mutation ($input: MergePeopleInput!) { mergePeople(input: $input) {
  person { code version isPartyMember isVolunteer acceptance { invited accepted }
    organizations(orderBy: [{code: ASC}]) { edges { since until role node { code } } } }
  userErrors { code field message } } }"""


def taken(desk: Any, rows: str, **how: Any) -> Any:
    return desk.take(
        desk.text("社会组织.csv", ORGANIZATIONS),
        desk.text("人员.csv", HEADER + rows),
        map=WGS84,
        **how,
    )


def merge(desk: Any, ask: Any, keep: str, merged: str, **more: Any) -> Any:
    ids = {
        "keep": global_id("Person", f"{desk.prefix}-{keep}"),
        "merge": global_id("Person", f"{desk.prefix}-{merged}"),
    }
    return ask.data(MERGE, {"input": {**ids, **more}}, **{})["mergePeople"]


def found(account: Any, prefix: str) -> dict[tuple[str, str], tuple[float, tuple[str, ...]]]:
    return {
        (p.keep.removeprefix(f"{prefix}-"), p.merge.removeprefix(f"{prefix}-")): (
            p.score,
            p.reasons,
        )
        for p in account.duplicates
    }


def test_pairs_are_scored_by_what_they_have_in_common(desk: Any) -> None:
    rows = """§-1,张伟,13800000001,§-O1,2024/1/1,,113.5,34.8,,
§-2,张伟,+8613800000001,§-O2,2024/1/1,,,,,
§-3,章玮,138-0000-0001,,,,,,,
§-4,张伟,,§-O1,2024/1/1,,113.5005,34.8,,
§-5,张伟,13900000009,§-O1,2024/1/1,,113.5,34.8,,
§-6,张伟,,,,,113.9,34.8,,
§-7,李娜,,§-O1,2024/1/1,,,,,
"""
    pairs = found(taken(desk, rows, dry=True), desk.prefix)
    assert {
        ("1", "2"): (0.95, ("NAME_EQUAL", "PHONE_EQUAL")),
        ("1", "3"): (0.85, ("NAME_SOUNDS_EQUAL", "PHONE_EQUAL")),
        ("2", "3"): (0.85, ("NAME_SOUNDS_EQUAL", "PHONE_EQUAL")),
        ("1", "4"): (1.0, ("NAME_EQUAL", "ORGANIZATION_SHARED", "WITHIN_100_M")),
        ("1", "5"): (0.8, ("NAME_EQUAL", "PHONES_DIFFER", "ORGANIZATION_SHARED", "WITHIN_100_M")),
        ("4", "5"): (1.0, ("NAME_EQUAL", "ORGANIZATION_SHARED", "WITHIN_100_M")),
    } == pairs


def test_who_is_in_the_graph_already_is_compared_too(desk: Any) -> None:
    taken(desk, "§-1,§张伟,,§-O1,2024/1/1,,113.5,34.8,,\n")
    account = taken(desk, "§-2,§张伟,,§-O1,2025/1/1,,113.5,34.8001,,\n", dry=True)
    [pair] = account.duplicates
    assert (f"{desk.prefix}-1", f"{desk.prefix}-2", 1.0) == (pair.keep, pair.merge, pair.score)
    assert ("graph", "人员.csv:2") == pair.rows


def test_who_in_the_graph_sounds_like_someone_in_a_file_is_compared_too(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in portions: whoever stands last in one, or first in the next, is not left out."""

    def people(start: str, name: str, east: float) -> str:
        places = (f"{113 + number / 100 + east:.4f}" for number in range(7))
        return "".join(f"§-{start}{i},{name},,,,,{x},34.8,,\n" for i, x in enumerate(places))

    taken(desk, f"{people('A', '章伟', 0)}§-B,汪武,,§-O1,2024/1/1,,,,,\n")
    monkeypatch.setattr(duplicate, "PORTION", 100)
    rows = f"{people('C', '张玮', 0.0005)}§-D,王五,,§-O1,2025/1/1,,,,,\n"
    account = taken(desk, f"{rows}§-E,王五,,§-O2,2025/1/1,,,,,\n", dry=True, likely=0.6)
    near = {(f"A{i}", f"C{i}"): (0.65, ("NAME_SOUNDS_EQUAL", "WITHIN_100_M")) for i in range(7)}
    together = {("B", "D"): (0.65, ("NAME_SOUNDS_EQUAL", "ORGANIZATION_SHARED"))}
    assert near | together == found(account, desk.prefix)
    assert {"graph"} == {pair.rows[0] for pair in account.duplicates}


def test_names_are_compared_as_they_sound() -> None:
    assert "zhang wei" == duplicate.sound("张伟") == duplicate.sound("章 玮")
    assert duplicate.sound("张伟") != duplicate.sound("王伟")
    assert "li li" == duplicate.sound("Li李")[-5:] or duplicate.sound("Li李")


def test_nobody_is_merged_twice_or_into_one_who_is_gone() -> None:
    assert [("a", "b"), ("a", "c")] == sorted(duplicate.roots([("b", "c"), ("a", "b")]))
    assert [("a", "b")] == duplicate.roots([("a", "b"), ("b", "a")])


ROWS = """§-1,张伟,13800000001,§-O1,2024/1/1,2024/6/1,,,,1
§-2,张伟,13800000001,§-O1,2024/3/1,,113.5,34.8,是,
§-2,,,§-O2,2023/1/1,2024/1/1,,,,
"""


def test_merging_keeps_both_histories_and_leaves_a_stub(desk: Any, ask: Any) -> None:
    taken(desk, ROWS)
    desk.write("MATCH (n:Person) WHERE n.code STARTS WITH '§' SET n.invited = 2, n.accepted = 1")
    answer = merge(desk, ask, "1", "2", expectedVersion=1, expectedMergeVersion=1)
    start = desk.prefix
    assert [] == answer["userErrors"]
    assert {
        "code": f"{start}-1",
        "version": 2,
        "isPartyMember": True,
        "isVolunteer": True,
        "acceptance": {"invited": 4, "accepted": 2},
    } == {name: value for name, value in answer["person"].items() if name != "organizations"}
    held = desk.read(
        "MATCH (:Person {code: '§-1'})-[r:MEMBER_OF]->(o) WITH r, o ORDER BY o.code "
        "RETURN collect([o.code, toString(r.since), toString(r.until)])"
    )
    assert [
        [f"{start}-O1", "2024-01-01", None],
        [f"{start}-O2", "2023-01-01", "2024-01-01"],
    ] == held
    gone = ask.data(f'{{ person(code: "{start}-2") {{ code }} }}')
    assert {"person": None} == gone
    assert {"node": None} == ask.data(
        "query ($id: ID!) { node(id: $id) { id } }", {"id": global_id("Person", f"{start}-2")}
    )
    stub = desk.read(
        "MATCH (s:FormerPerson {code: '§-2'})-[:SUPERSEDED_BY]->(k:Person) "
        "RETURN [s.name, s.isPartyMember, k.code]"
    )
    assert ["张伟", True, f"{start}-1"] == stub
    for entry in ("Event {code: '§-1', name", "AuditEntry {touched: '§-1', operation"):
        assert desk.read(f"MATCH (e:{entry}: 'mergePeople'}}) RETURN count(e)") == 1


GRIDS = "代码,名称,级别\n§-G1,§一,L3\n§-G2,§二,L3\n§-G3,§三,L3\n"
LOCATED = "人员,网格,起始日,截止日\n"
HELD = (
    "MATCH (p:Person)-[r:LOCATED_IN]->(g) WHERE p.code STARTS WITH '§' "
    "WITH p, r, g ORDER BY p.code, g.code "
    "RETURN collect([p.code, g.code, toString(r.since), toString(r.until)])"
)


@pytest.mark.parametrize("since", ["2023-01-01", "2026-11-24"])
def test_of_two_grids_the_kept_ones_goes_on(desk: Any, ask: Any, since: str) -> None:
    """The other's ends on the day of the merge, and is not lost; a load again says nothing new."""
    files = (
        desk.text("人员.csv", "编号,姓名\n§-1,张伟\n§-2,张玮\n§-3,章伟\n"),
        desk.text("网格.csv", GRIDS),
        desk.text(
            "LOCATED_IN.csv",
            f"{LOCATED}§-1,§-G1,2024-01-01,\n§-2,§-G2,{since},\n"
            "§-2,§-G3,2021-01-01,2022-01-01\n§-3,§-G3,2025-01-01,\n",
        ),
    )
    assert [] == list(desk.take(*files).faults)
    assert [] == merge(desk, ask, "1", "2")["userErrors"]
    one, two, three = (f"{desk.prefix}-G{number}" for number in (1, 2, 3))
    kept, other = f"{desk.prefix}-1", f"{desk.prefix}-3"
    held = [
        [kept, one, "2024-01-01", None],
        [kept, two, since, "2026-11-24"],
        [kept, three, "2021-01-01", "2022-01-01"],
        [other, three, "2025-01-01", None],
    ]
    assert held == desk.read(HELD)
    assert [] == list(desk.take(*files).faults)
    assert held == desk.read(HELD)


def test_who_is_nowhere_today_is_where_the_other_is(desk: Any, ask: Any) -> None:
    rows = f"{LOCATED}§-1,§-G1,2024-01-01,2025-01-01\n§-2,§-G2,2023-01-01,\n"
    people = desk.text("人员.csv", "编号,姓名\n§-1,张伟\n§-2,张玮\n")
    desk.take(people, desk.text("网格.csv", GRIDS), desk.text("LOCATED_IN.csv", rows))
    assert [] == merge(desk, ask, "1", "2")["userErrors"]
    kept = f"{desk.prefix}-1"
    assert [
        [kept, f"{desk.prefix}-G1", "2024-01-01", "2025-01-01"],
        [kept, f"{desk.prefix}-G2", "2023-01-01", None],
    ] == desk.read(HELD)


def test_a_merge_that_cannot_be_leaves_everything(desk: Any, ask: Any) -> None:
    taken(desk, ROWS)
    before = desk.everything()
    for keep, merged, more, code, field in (
        ("1", "1", {}, "INVALID", "merge"),
        ("1", "9", {}, "NOT_FOUND", "merge"),
        ("9", "1", {}, "NOT_FOUND", "keep"),
        ("1", "2", {"expectedVersion": 7}, "CONFLICT", "expectedVersion"),
        ("1", "2", {"expectedMergeVersion": 7}, "CONFLICT", "expectedMergeVersion"),
    ):
        answer = merge(desk, ask, keep, merged, **more)
        assert [(code, [field])] == [(e["code"], e["field"]) for e in answer["userErrors"]]
        assert answer["person"] is None
    assert before == desk.everything()


def test_the_code_of_one_who_was_merged_is_not_used_again(desk: Any, ask: Any) -> None:
    taken(desk, ROWS)
    merge(desk, ask, "1", "2")
    create = """mutation ($code: String!) { createPerson(input: {code: $code, name: "新人"}) {
      person { code } userErrors { code } } }"""
    answer = ask.data(create, {"code": f"{desk.prefix}-2"})["createPerson"]
    assert {"person": None, "userErrors": [{"code": "ALREADY_EXISTS"}]} == answer


def test_an_import_after_a_merge_changes_nothing(desk: Any) -> None:
    first = taken(desk, ROWS, merge_above=0.9)
    assert (1, ()) == (first.merged, tuple(first.refused))
    before = desk.everything()
    again = taken(desk, ROWS, merge_above=0.9)
    assert [] == list(again.faults)
    assert (0, 1) == (again.merged, again.counts["Person"]["merged"])
    changed = [counts[state] for counts in again.counts.values() for state in ("new", "changed")]
    assert {0} == set(changed)
    assert before == desk.everything()


def test_what_is_said_later_of_one_who_was_merged_is_said_of_the_other(desk: Any) -> None:
    taken(desk, ROWS, merge=[{"keep": f"{desk.prefix}-1", "merge": f"{desk.prefix}-2"}])
    taken(desk, "§-2,张伟,,§-O2,2025/1/1,,,,,\n")
    held = "MATCH (:Person {code: '§-1'})-[r:MEMBER_OF]->(:SocialOrganization {code: '§-O2'}) "
    assert 2 == desk.read(f"{held} RETURN count(r)")
    assert 1 == desk.read("MATCH (n:Person) WHERE n.code STARTS WITH '§' RETURN count(n)")


def test_a_merge_of_nobody_is_told(desk: Any) -> None:
    account = taken(desk, ROWS, merge=[{"keep": f"{desk.prefix}-1", "merge": "nobody"}])
    assert (0, 1) == (account.merged, len(account.refused))
    assert account.written


def test_three_who_are_one_become_one(desk: Any, ask: Any) -> None:
    rows = ROWS + "§-3,张伟,13800000001,§-O1,2022/1/1,2023/1/1,,,,\n"
    taken(desk, rows)
    assert [] == merge(desk, ask, "2", "3")["userErrors"]
    assert [] == merge(desk, ask, "1", "2")["userErrors"]
    found = desk.read(
        "MATCH (s:FormerPerson)-[:SUPERSEDED_BY]->(k:Person) WHERE s.code STARTS WITH '§' "
        "WITH s, k ORDER BY s.code RETURN collect([s.code, k.code])"
    )
    start = desk.prefix
    assert [[f"{start}-2", f"{start}-1"], [f"{start}-3", f"{start}-1"]] == found
    before = desk.everything()
    again = taken(desk, rows)
    assert ([], 2) == (list(again.faults), again.counts["Person"]["merged"])
    assert before == desk.everything()


def test_a_yes_of_either_is_a_yes_unless_a_file_says_no_of_the_kept_one(
    desk: Any, ask: Any
) -> None:
    rows = """§-1,张伟,,,,,,,,
§-2,张伟,,,,,,,,是
§-3,李娜,,,,,,,,否
§-4,李娜,,,,,,,,是
"""
    taken(desk, rows)
    for keep, merged in (("1", "2"), ("3", "4")):
        assert [] == merge(desk, ask, keep, merged)["userErrors"]
    yes = "MATCH (n:Person) WHERE n.code STARTS WITH '§' AND n.isVolunteer RETURN collect(n.code)"
    assert [f"{desk.prefix}-1"] == desk.read(yes)
    counts = taken(desk, rows).counts["Person"]
    assert {"new": 0, "changed": 0, "unchanged": 2, "merged": 2} == counts
