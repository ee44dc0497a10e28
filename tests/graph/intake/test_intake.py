"""What files say is in the graph afterwards, all of it or nothing, and only once."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from graph import load
from graph.intake.fault import IntakeError
from graph.intake.intake import Account

PEOPLE = """编号,姓名,党员,志愿者,经度,纬度,坐标系
§-P1,张三,是,1,113.55,34.81,GCJ02
§-P2,李四,否,0,,,
§-P3,王五,,,113.56,34.82,WGS84
"""
ORGANIZATIONS = "代码,组织名称\n§-O1,§老年协会\n§-O2,§书画社\n"
MEMBERS = "人员,社会组织,起始日,截止日,角色\n"


def told(account: Account) -> list[tuple[str, int, str]]:
    return [(fault.file, fault.row, fault.column) for fault in account.faults]


def counts(account: Account, kind: str) -> tuple[int, int, int]:
    found = account.counts[kind]
    return found["new"], found["changed"], found["unchanged"]


def test_what_is_said_is_kept_and_what_is_not_said_is_unknown(desk: Any) -> None:
    account = desk.take(desk.text("人员.csv", PEOPLE))
    assert (True, 0, (3, 0, 0)) == (account.written, account.wrong, counts(account, "Person"))
    one, two, three = (
        desk.read("MATCH (n:Person {code: $code}) RETURN properties(n)", code=f"{desk.prefix}-P{i}")
        for i in (1, 2, 3)
    )
    assert ("张三", True, True, 1) == (
        one["name"],
        one["isPartyMember"],
        one["isVolunteer"],
        one["version"],
    )
    # About 590 m lie between the figures of GCJ-02 and WGS-84 there.
    moved = math.hypot((one["longitude"] - 113.55) * 91_000, (one["latitude"] - 34.81) * 111_000)
    assert 400 < moved < 800
    assert "GCJ02" == one["sourceCrs"]
    assert (113.56, 34.82) == (three["longitude"], three["latitude"])
    assert {"longitude", "latitude", "sourceCrs"}.isdisjoint(two)
    assert two["isPartyMember"] is False
    assert "isPartyMember" not in three


def test_the_same_files_change_nothing(desk: Any) -> None:
    people = desk.text("人员.csv", PEOPLE)
    organizations = desk.text("社会组织.csv", ORGANIZATIONS)
    members = desk.text("MEMBER_OF.csv", f"{MEMBERS}§-P1,§老年协会,2024/1/2,,会长\n")
    first = desk.take(people, organizations, members)
    before = desk.everything()
    again = desk.take(members, people, organizations)
    assert (1, 0, 0) == counts(first, "MEMBER_OF")
    assert {"Person": (0, 0, 3), "SocialOrganization": (0, 0, 2), "MEMBER_OF": (0, 0, 1)} == {
        kind: counts(again, kind) for kind in again.counts
    }
    assert before == desk.everything()


def test_only_what_changed_is_written_and_its_version_grows(desk: Any) -> None:
    desk.take(desk.text("人员.csv", PEOPLE))
    changed = desk.take(desk.text("人员.csv", PEOPLE.replace("李四,否,0", "李四,是,")))
    assert (0, 1, 2) == counts(changed, "Person")
    versions = desk.read(
        "MATCH (n:Person) WHERE n.code STARTS WITH '§' WITH n ORDER BY n.code "
        "RETURN collect([n.version, n.isPartyMember, n.isVolunteer])"
    )
    assert [[1, True, True], [2, True, False], [1, None, False]] == versions


def test_a_trial_writes_nothing(desk: Any) -> None:
    nodes = desk.read("MATCH (n) RETURN count(n)")
    account = desk.take(desk.text("人员.csv", PEOPLE), dry=True)
    assert (False, (3, 0, 0)) == (account.written, counts(account, "Person"))
    assert ([], []) == desk.everything()
    assert nodes == desk.read("MATCH (n) RETURN count(n)")


WRONG = """编号,姓名,党员,经度,纬度,坐标系,组织,起始日,截止日
§-A,张三,maybe,,,,,,
§-B,李四,,113.5,34.8,,,,
§-C,王五,,2.35,48.85,WGS84,,,
§-D,赵六,,113.5,,GCJ02,,,
§-E,钱七,,34.8,113.5,GCJ02,,,
§-F,孙八,,,,,nobody,2024/1/1,
§-G,周九,,,,,§-O1,2024/1/1,2024/1/1
a b,吴十,,,,,,,
§-I,,,,,,,,
§-K,郑一,,,,,§-O1,2024/13/1,
§-OK,冯二,,,,,§-O1,2024/1/1,
"""
WRONG_AT = [
    ("人员.csv", 2, "党员"),
    ("人员.csv", 3, "经度"),
    ("人员.csv", 4, "经度"),
    ("人员.csv", 5, "纬度"),
    ("人员.csv", 6, "纬度"),
    ("人员.csv", 7, "组织"),
    ("人员.csv", 8, "截止日"),
    ("人员.csv", 9, "编号"),
    ("人员.csv", 10, "name"),
    ("人员.csv", 11, "起始日"),
]


def test_everything_that_is_wrong_is_told_with_its_place_and_nothing_is_written(desk: Any) -> None:
    account = desk.take(desk.text("社会组织.csv", ORGANIZATIONS), desk.text("人员.csv", WRONG))
    assert WRONG_AT == told(account)
    assert (False, len(WRONG_AT)) == (account.written, account.wrong)
    assert ([], []) == desk.everything()
    said = " ".join(str(fault) for fault in account.faults)
    assert all(word not in said for word in ("maybe", "nobody", "张三", "2.35", "a b"))


def test_the_right_rows_are_loaded_if_that_is_asked_for(desk: Any) -> None:
    account = desk.take(
        desk.text("社会组织.csv", ORGANIZATIONS), desk.text("人员.csv", WRONG), skip=True
    )
    assert WRONG_AT == told(account)
    assert (True, (1, 0, 0)) == (account.written, counts(account, "Person"))
    found = "MATCH (n:Person) WHERE n.code STARTS WITH '§' RETURN collect(n.code)"
    assert [f"{desk.prefix}-OK"] == desk.read(found)


def test_what_hangs_on_a_wrong_row_is_wrong_too_once_that_is_left_out(desk: Any) -> None:
    organizations = desk.text("社会组织.csv", "代码,名称\n§-O1,\n§-O2,§书画社\n")
    rows = "§-P1,§-O1,,,\n§-P1,§-O2,,,\n"
    people, members = desk.text("人员.csv", PEOPLE), desk.text("MEMBER_OF.csv", MEMBERS + rows)
    assert [("社会组织.csv", 2, "name")] == told(desk.take(organizations, people, members))
    skipped = desk.take(organizations, people, members, skip=True)
    assert [("社会组织.csv", 2, "name"), ("MEMBER_OF.csv", 2, "社会组织")] == told(skipped)
    assert (1, 0, 0) == counts(skipped, "MEMBER_OF")


def test_two_rows_that_contradict_each_other_are_told(desk: Any) -> None:
    rows = "编号,姓名,党员\n§-P1,张三,\n§-P1,,是\n§-P1,张三丰,\n"
    account = desk.take(desk.text("人员.csv", rows))
    assert [("人员.csv", 4, "name")] == told(account)
    assert "人员.csv:2" in account.faults[0].message


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [
        (("2024/1/1", ""), ("2025/1/1", ""), False),
        (("2024/1/1", "2025/1/1"), ("2024/12/31", ""), False),
        (("", ""), ("2025/1/1", ""), False),
        (("", "2025/1/1"), ("2024/12/31", "2026/1/1"), False),
        (("2024/1/1", "2025/1/1"), ("2025/1/1", ""), True),
        (("", "2025/1/1"), ("2025/1/1", ""), True),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_times_of_one_membership_do_not_overlap(
    desk: Any, first: tuple[str, str], second: tuple[str, str], right: bool, together: bool
) -> None:
    """In one load, and against what the graph holds."""
    known = desk.text("人员.csv", PEOPLE), desk.text("社会组织.csv", ORGANIZATIONS)
    row, other = (f"§-P1,§-O1,{','.join(each)},\n" for each in (first, second))
    if together:
        account = desk.take(*known, desk.text("MEMBER_OF.csv", MEMBERS + row + other))
        place = ("MEMBER_OF.csv", 3, "社会组织")
    else:
        desk.take(*known, desk.text("MEMBER_OF.csv", MEMBERS + row))
        account = desk.take(desk.text("MEMBER_OF.csv", MEMBERS + other))
        place = ("MEMBER_OF.csv", 2, "社会组织")
    assert ([] if right else [place]) == told(account)
    held = "MATCH (:Person {code: '§-P1'})-[r:MEMBER_OF]->() RETURN count(r)"
    assert desk.read(held) == (2 if right else 0 if together else 1)
    if right:
        assert {"MEMBER_OF": (0, 0, 2)}.items() <= {
            kind: counts(each, kind)
            for each in [desk.take(desk.text("MEMBER_OF.csv", MEMBERS + row + other))]
            for kind in each.counts
        }.items()


HEADS = "人员,网格,起始日,截止日,副职\n"
GRIDS = "代码,名称,级别,上级\n§-G1,§一网格,三级网格,\n§-G2,§二网格,微网格,§-G1\n"


def test_a_grid_has_one_head_at_a_time_and_any_deputies(desk: Any) -> None:
    people, grids = desk.text("人员.csv", PEOPLE), desk.text("网格.csv", GRIDS)
    rows = "§-P1,§-G1,2024/1/1,,否\n§-P2,§-G1,2025/1/1,,\n§-P3,§-G1,2025/1/1,,是\n"
    account = desk.take(people, grids, desk.text("HEADS.csv", HEADS + rows))
    assert [("HEADS.csv", 3, "网格")] == told(account)
    right = rows.replace("2024/1/1,,", "2024/1/1,2025/1/1,")
    account = desk.take(people, grids, desk.text("HEADS.csv", HEADS + right))
    assert (0, (3, 0, 0)) == (account.wrong, counts(account, "HEADS"))
    late = desk.take(desk.text("HEADS.csv", f"{HEADS}§-P3,§-G1,2024/6/1,2024/7/1,否\n"))
    assert [("HEADS.csv", 2, "网格")] == told(late)


def test_new_grids_lie_within_what_they_are_part_of(desk: Any) -> None:
    desk.take(desk.text("网格.csv", GRIDS))
    later = "代码,名称,级别,上级\n§-G3,§三网格,MICRO,§二网格\n"
    desk.take(desk.text("网格.csv", later))
    found = desk.read(
        "MATCH (n:Grid)-[w:WITHIN]->(t) WHERE n.code STARTS WITH '§' "
        "WITH n, w, t ORDER BY n.code, w.depth "
        "RETURN collect([n.path, t.code, w.depth])"
    )
    one, two, three = (f"{desk.prefix}-G{number}" for number in (1, 2, 3))
    assert [
        [f"/{one}/", one, 0],
        [f"/{one}/{two}/", two, 0],
        [f"/{one}/{two}/", one, 1],
        [f"/{one}/{two}/{three}/", three, 0],
        [f"/{one}/{two}/{three}/", two, 1],
        [f"/{one}/{two}/{three}/", one, 2],
    ] == found


@pytest.mark.parametrize("rows", ["§-G1,§一网格,L3,§-G2\n", "§-G4,§四,L3,§-G5\n§-G5,§五,L3,§-G4\n"])
def test_a_territory_neither_moves_nor_lies_in_itself(desk: Any, rows: str) -> None:
    desk.take(desk.text("网格.csv", GRIDS))
    account = desk.take(desk.text("网格.csv", f"代码,名称,级别,上级\n{rows}"))
    assert {"上级"} == {column for _, _, column in told(account)}
    assert not account.written


def test_a_row_may_make_a_person_and_all_their_relationships(desk: Any) -> None:
    skills = desk.text("技能.csv", "代码,名称\n§-S1,§急救\n§-S2,§理发\n")
    grids = desk.text("网格.csv", GRIDS)
    header = "编号,姓名,所属组织,入会日期,职务,所在网格,技能\n"
    row = "§-P1,张三,§老年协会,2024/1/2,会长,§-G2,§急救(3)、§理发\n"
    account = desk.take(
        skills,
        grids,
        desk.text("社会组织.csv", ORGANIZATIONS),
        desk.text("人员.csv", header + row),
    )
    assert [] == told(account)
    found = desk.read(
        "MATCH (:Person {code: '§-P1'})-[r]->(m) WHERE type(r) <> 'DERIVED_FROM' "
        "WITH r, m ORDER BY type(r), m.code "
        "RETURN collect([type(r), m.code, toString(r.since), r.role, r.level, r.method, r.row])"
    )
    start = desk.prefix
    assert [
        ["HAS_SKILL", f"{start}-S1", None, None, 3, None, 2],
        ["HAS_SKILL", f"{start}-S2", None, None, 1, None, 2],
        ["LOCATED_IN", f"{start}-G2", None, None, None, "DECLARED", 2],
        ["MEMBER_OF", f"{start}-O1", "2024-01-02", "会长", None, None, 2],
    ] == found


def test_a_name_that_several_have_is_told(desk: Any) -> None:
    organizations = desk.text("社会组织.csv", "代码,名称\n§-O1,§同名\n§-O2,§同名\n")
    people = desk.text("人员.csv", "编号,姓名,组织\n§-P1,张三,§同名\n§-P2,李四,§-O2\n")
    account = desk.take(organizations, people)
    assert [("人员.csv", 2, "组织")] == told(account)


def test_rows_without_a_code_are_found_again_by_their_key(desk: Any) -> None:
    rows = "姓名,手机,党员\n张三,13800000001,是\n李四,13800000002,否\n"
    how: dict[str, Any] = {"map": {"key": ["姓名", "手机"]}}
    first = desk.take(desk.text("人员.csv", rows), **how)
    typed = rows.replace("13800000001", "+86 138 0000 0001").replace("李四,", " 李四,")
    again = desk.take(desk.text("人员.csv", typed), **how)
    assert ((2, 0, 0), (0, 0, 2)) == (counts(first, "Person"), counts(again, "Person"))
    everything = str(desk.everything()) + str(desk.read("MATCH (s:Store) RETURN properties(s)"))
    assert "1380000000" not in everything
    account = desk.take(desk.text("人员.csv", rows))
    assert [("人员.csv", 0, "")] == told(account)
    missing = desk.take(desk.text("人员.csv", f"{rows}王五,,\n"), **how)
    assert [("人员.csv", 4, "手机")] == told(missing)


def test_organizations_are_made_of_the_names_in_a_roster_if_the_mapping_says_so(desk: Any) -> None:
    rows = "编号,姓名,组织\n§-P1,张三,§老年协会\n§-P2,李四,§老年协会\n§-P3,王五,§书画社\n"
    desk.take(desk.text("社会组织.csv", "代码,名称\n§-O9,§书画社\n"))
    account = desk.take(desk.text("人员.csv", rows), map={"make": ["organizations"]})
    assert ((1, 0, 0), (3, 0, 0)) == (
        counts(account, "SocialOrganization"),
        counts(account, "MEMBER_OF"),
    )
    again = desk.take(desk.text("人员.csv", rows), map={"make": ["organizations"]})
    assert {"Person", "MEMBER_OF"} == set(again.counts)
    assert ((0, 0, 3), (0, 0, 3)) == (counts(again, "Person"), counts(again, "MEMBER_OF"))


def test_each_value_is_traced_to_its_sheet_and_row(desk: Any, ask: Any) -> None:
    book = desk.book(
        "network.xlsx",
        人员=[["编号", "姓名", "组织"], ["§-P1", "张三", "§-O1"], ["§-P2", "李四", None]],
        社会组织=[["代码", "名称"], ["§-O1", "§老年协会"]],
    )
    account = desk.take(book)
    assert [] == told(account)
    query = """query ($code: String!) { person(code: $code) { sources { edges { sheet row fields
        node { code name sha256 } } } } }"""
    found = ask.data(query, {"code": f"{desk.prefix}-P2"})["person"]["sources"]["edges"]
    [source] = account.sources
    assert [
        {
            "sheet": "人员",
            "row": 3,
            "fields": ["name"],
            "node": {"code": source.code, "name": "network.xlsx", "sha256": source.sha256},
        }
    ] == found
    link = desk.read(
        "MATCH (:Person {code: '§-P1'})-[r:MEMBER_OF]->() RETURN [r.source, r.sheet, r.row]"
    )
    assert [source.code, "人员", 2] == link
    changed = desk.book("corrected.xlsx", 人员=[["编号", "党员"], ["§-P2", "是"]])
    desk.take(changed)
    found = ask.data(query, {"code": f"{desk.prefix}-P2"})["person"]["sources"]["edges"]
    assert [["isPartyMember"]] == [
        edge["fields"] for edge in found if edge["node"]["name"] == "corrected.xlsx"
    ]
    sources = ask.data("{ dataSources { nodes { name loadedAt } } }")["dataSources"]["nodes"]
    assert {"network.xlsx", "corrected.xlsx"} == {each["name"] for each in sources}
    one = ask.data(f'{{ dataSource(code: "{source.code}") {{ name }} }}')["dataSource"]
    assert {"name": "network.xlsx"} == one


def recorded(desk: Any) -> Any:
    """What events and audit entries say of loads, by the code of the file."""
    return desk.read(
        "MATCH (e:Event {name: 'load'}), (a:AuditEntry {code: e.id}) "
        "WITH e, a ORDER BY e.code, e.at "
        "RETURN collect([e.label, e.code, e.minute > 0, a.kind, a.touched, a.actor, a.fields])"
    )


def test_a_load_that_changed_something_is_recorded_of_each_file(desk: Any) -> None:
    people, organizations = desk.text("人员.csv", PEOPLE), desk.text("社会组织.csv", ORGANIZATIONS)
    desk.take(people, organizations, dry=True)
    assert [] == recorded(desk)
    account = desk.take(people, organizations)
    changes = ["Person new 3", "SocialOrganization new 2"]
    source = "DataSource"
    once = [
        [source, code, True, source, code, "command", changes]
        for code in sorted(each.code for each in account.sources)
    ]
    assert once == recorded(desk)
    desk.take(people, organizations)
    assert once == recorded(desk)
    desk.take(desk.text("人员2.csv", "编号,党员\n§-P2,是\n"))
    assert 1 == len([fields for *_, fields in recorded(desk) if fields == ["Person changed 1"]])


def test_a_row_of_a_relationship_counts_up_the_version_of_what_it_changes(desk: Any) -> None:
    people, grids = desk.text("人员.csv", PEOPLE), desk.text("网格.csv", GRIDS)
    desk.take(people, grids, desk.text("社会组织.csv", ORGANIZATIONS))
    heads = desk.text("HEADS.csv", f"{HEADS}§-P1,§-G2,2024/1/1,,否\n")
    members = desk.text("MEMBER_OF.csv", f"{MEMBERS}§-P2,§-O1,2024/1/2,,\n§-P2,§-O2,,,\n")
    versions = (
        "MATCH (n) WHERE n.code STARTS WITH '§' AND n.version > 1 "
        "WITH n ORDER BY n.code RETURN collect([n.code, n.version])"
    )
    grid, one, other = (f"{desk.prefix}-{name}" for name in ("G2", "O1", "O2"))
    for _ in range(2):
        desk.take(heads, members)
        assert [[grid, 2], [one, 2], [other, 2]] == desk.read(versions)
    desk.take(desk.text("MEMBER_OF.csv", f"{MEMBERS}§-P2,§-O1,2024/1/2,2025/1/1,\n"))
    assert [[grid, 2], [one, 3], [other, 2]] == desk.read(versions)


class Killed(Exception):
    """Stands for SIGKILL: nothing of ours runs after it."""


def test_a_load_that_was_cut_off_is_completed_by_the_same_order(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off again and again, a transaction later each time; nothing is doubled or left out."""
    people, grids = desk.text("人员.csv", PEOPLE), desk.text("网格.csv", GRIDS)
    heads = desk.text("HEADS.csv", f"{HEADS}§-P1,§-G2,2024/1/1,,否\n")
    other = desk.text("社会组织.csv", ORGANIZATIONS)
    monkeypatch.setattr(load, "BATCH", 2)
    write, done, tries = desk.graph.write, 0, 0

    async def cut(work: Any) -> Any:
        nonlocal done
        if done == 3 + tries:
            raise Killed
        done += 1
        return await write(work)

    while True:
        tries, done = tries + 1, 0
        monkeypatch.setattr(desk.graph, "write", cut)
        try:
            desk.take(people, grids, heads)
            break
        except Killed:
            monkeypatch.setattr(desk.graph, "write", write)
            with pytest.raises(IntakeError):
                desk.take(other)
    assert tries > 2
    monkeypatch.setattr(desk.graph, "write", write)
    account = desk.take(people, grids, heads)
    assert account.written
    assert desk.run(load.interrupted(desk.graph)) is None
    nodes, links = desk.everything()
    assert 5 == len(nodes)
    kinds = [kind for _, kind, _, _ in links]
    assert {"HEADS": 1, "PART_OF": 1, "WITHIN": 3, "DERIVED_FROM": 5} == {
        kind: kinds.count(kind) for kind in set(kinds)
    }
    changes = ["Grid new 2", "HEADS new 1", "PART_OF new 1", "Person new 3"]
    assert [changes] * 3 == [fields for *_, fields in recorded(desk)]
    assert desk.take(other).written


def test_another_load_can_be_given_up(desk: Any) -> None:
    desk.write("MERGE (s:Store {key: 'network'}) SET s.loading = 'files of yesterday'")
    people = desk.text("人员.csv", PEOPLE)
    with pytest.raises(IntakeError):
        desk.take(people)
    assert (3, 0, 0) == counts(desk.take(people, dry=True), "Person")
    assert desk.take(people, abandon=True).written
    assert desk.run(load.interrupted(desk.graph)) is None


def test_a_file_that_is_not_there_is_no_load(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(IntakeError):
        desk.take(tmp_path / "absent.csv")


def test_credit_codes_and_boundaries_are_checked(desk: Any) -> None:
    rows = "代码,店名,行业,统一社会信用代码\n§-M1,§店,HOTEL,91410100MA44TEST00\n"
    account = desk.take(desk.text("商户.csv", rows))
    assert [("商户.csv", 2, "统一社会信用代码")] == told(account)
    assert "91410100" not in str(account.faults[0])
    ring = [[113.5, 34.8], [113.6, 34.8], [113.6, 34.9], [113.5, 34.8]]
    square = json.dumps({"type": "Polygon", "coordinates": [ring]})
    grid = {"code": f"{desk.prefix}-G9", "name": "九", "level": "MICRO", "boundary": square}
    account = desk.take(desk.text("网格.jsonl", json.dumps(grid)))
    assert [("网格.jsonl", 1, "boundary")] == told(account)  # of which system?
    assert [] == told(desk.take(desk.text("网格.jsonl", json.dumps(grid | {"crs": "WGS84"}))))
    endless = json.dumps({"type": "Polygon", "coordinates": [ring * 2_501]})
    more = json.dumps({**grid, "boundary": endless, "crs": "WGS84"})
    account = desk.take(desk.text("网格.jsonl", more))
    assert [("网格.jsonl", 1, "boundary")] == told(account)
    assert "10,000" in str(account.faults[0])
    box = "MATCH (n:Grid {code: '§-G9'}) RETURN [n.west, n.south, n.east, n.north]"
    assert [113.5, 34.8, 113.6, 34.9] == desk.read(box)
