"""The demo network: the published totals, land without gap or overlap, and a clean history."""

import importlib
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from typing import Any
from unittest.mock import Mock

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.town
import graph.demo
from graph.demo import Network, network
from graph.demo.market import CHARACTERS
from graph.party_organization import PartyOrganizationKind
from graph.service_center import ServiceWindow

Row = dict[str, Any]

DEMO = network()
TODAY = "2026-11-01"
NODES = {label: {row["code"]: row for row in rows} for label, rows in DEMO.nodes.items()}
LEAVES = [
    *("first-aid", "hairdressing", "opera", "mediation", "law", "psychology", "fire-safety"),
    *("night-patrol", "medical-advice", "policy-advice", "elder-care", "child-care"),
    *("social-security", "job-registration", "skills-training", "sign-language"),
]


def links(kind: str, start: str, end: str) -> list[Row]:
    return DEMO.links[kind, start, end]


def valid(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["since"] <= TODAY < row.get("until", "9999")]


def shape(row: Row) -> Any:
    return shapely.from_geojson(row["boundary"])


def grids(start: str) -> list[Row]:
    return [row for row in DEMO.nodes["Grid"] if row["code"].startswith(start)]


def below(code: str) -> set[str]:
    """The division and all divisions below it."""
    parts = defaultdict(list)
    for row in links("PART_OF", "Division", "Division"):
        parts[row["end"]].append(row["start"])
    found, todo = {code}, [code]
    while todo:
        more = parts[todo.pop()]
        found.update(more)
        todo.extend(more)
    return found


L2, L3, MICRO = (grids(f"ZZ-GX-SF-{level}-") for level in ("L2", "L3", "M"))
SHIFO = NODES["Division"]["ZZ-GX-SF"]
COMMUNITIES = [NODES["Division"][f"ZZ-GX-SF-C{number:02d}"] for number in range(1, 16)]
PARENT = {row["start"]: row["end"] for row in links("PART_OF", "Grid", "Grid")}
TREE = shapely.STRtree([shape(row) for row in MICRO])
SHIFO_VOLUNTEERS = {
    row["start"]
    for row in links("LOCATED_IN", "Person", "Grid")
    if NODES["Person"][row["start"]]["isVolunteer"]
}


def test_two_calls_are_equal() -> None:
    assert network() == DEMO
    assert isinstance(DEMO, Network)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_draws_the_same(seed: str) -> None:
    program = "from graph.demo import network; print(network())"
    environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-X", "utf8", "-c", program]
    drawn = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert drawn.stdout.decode().strip() == repr(DEMO)


def test_towns_that_are_measured_are_drawn_when_they_are_asked_for(monkeypatch: Any) -> None:
    drawing = Mock(return_value=DEMO)
    monkeypatch.setattr(graph.demo, "network", drawing)
    towns = importlib.reload(benchmarks.town).TOWNS
    assert not drawing.called
    town = towns["T1"]()
    assert town.drawn(0) is DEMO
    assert set(NODES["Skill"]) == set(town.skills)


def test_rows_are_plain_and_dates_are_dates() -> None:
    for rows in (*DEMO.nodes.values(), *DEMO.links.values()):
        for row in rows:
            assert {type(value) for value in row.values()} <= {str, int, float, bool, list}
            listed = [value for value in row.values() if isinstance(value, list)]
            assert all(isinstance(text, str) for texts in listed for text in texts)
    for rows in DEMO.links.values():
        for row in rows:
            assert all(date.fromisoformat(row[name]) for name in ("since", "until") if name in row)


def test_codes_are_unique_and_spelled_alike() -> None:
    for label, rows in DEMO.nodes.items():
        assert len({row["code"] for row in rows}) == len(rows)
        pattern = r"[a-z-]+" if label == "Skill" else r"[A-Z0-9-]+"
        assert all(re.fullmatch(pattern, row["code"]) for row in rows)


def test_links_join_nodes_that_exist() -> None:
    for (_, start, end), rows in DEMO.links.items():
        assert {row["start"] for row in rows} <= NODES[start].keys()
        assert {row["end"] for row in rows} <= NODES[end].keys()


def test_intervals_of_the_same_pair_never_overlap_and_have_ended_by_2026() -> None:
    for (kind, _, _), rows in DEMO.links.items():
        pairs = defaultdict(list)
        for row in rows:
            if "since" in row:
                pairs[row["start"], row["end"]].append((row["since"], row.get("until", "9999")))
        for spans in pairs.values():
            assert all(since < until for since, until in spans)
            assert all(until <= since for (_, until), (since, _) in pairwise(sorted(spans)))
            if kind == "HOLDS":
                continue  # a certificate is issued and expires when it does
            assert all(since <= "2026-01-01" for since, _ in spans)
            assert all(until < "2026-01-01" or until == "9999" for _, until in spans)


# --- Shangjie


def test_shangjie_has_156_organizations_of_6169_members_537_in_the_party() -> None:
    divisions = below("ZZ-SJ")
    organizations = {
        row["start"]
        for row in valid(links("LOCATED_IN", "SocialOrganization", "Division"))
        if row["end"] in divisions
    }
    members = [
        row
        for row in valid(links("MEMBER_OF", "Person", "SocialOrganization"))
        if row["end"] in organizations
    ]
    sizes = Counter(row["end"] for row in members)
    assert len(organizations) == len(sizes) == 156
    assert len(members) == len({row["start"] for row in members}) == 6169
    assert sum(NODES["Person"][row["start"]]["isPartyMember"] for row in members) == 537
    assert min(sizes.values()) >= 6
    assert 5 * min(sizes.values()) < max(sizes.values()) < 400
    names = {NODES["SocialOrganization"][code]["name"] for code in organizations}
    assert {"金剪刀理发服务队", "戏迷乐戏剧队", "巾帼巡逻小分队"} <= names


def test_a_member_of_shangjie_belongs_to_no_other_organization() -> None:
    rows = valid(links("MEMBER_OF", "Person", "SocialOrganization"))
    assert max(Counter(row["start"] for row in rows).values()) == 1


# --- Shifo: the land


def test_shifo_has_15_100_619_and_16_grids() -> None:
    levels = Counter((r["code"].rsplit("-", 1)[0], r["level"]) for r in grids("ZZ-GX-SF"))
    assert levels == {
        ("ZZ-GX-SF-L2", "L2"): 15,
        ("ZZ-GX-SF-L3", "L3"): 100,
        ("ZZ-GX-SF-M", "MICRO"): 619,
        ("ZZ-GX-SF-D", "DEDICATED"): 16,
    }
    assert {row["codeScheme"] for row in DEMO.nodes["Grid"]} == {"DEMO"}


def test_every_tiled_grid_has_exactly_one_parent() -> None:
    assert {row["code"] for row in L3 + MICRO} == PARENT.keys()
    assert len(links("PART_OF", "Grid", "Grid")) == len(PARENT)
    assert {PARENT[row["code"]] for row in L3} == {row["code"] for row in L2}
    assert {PARENT[row["code"]] for row in MICRO} == {row["code"] for row in L3}


def test_some_units_have_no_centroid_and_some_no_figures() -> None:
    without = [row for row in MICRO if "longitude" not in row]
    assert len(without) == 12
    assert all("latitude" not in row and "sourceCrs" not in row for row in without)
    assert 5 < sum("households" not in row for row in MICRO) < 30
    assert all("population" in row for row in L2 + L3)


@pytest.mark.parametrize("level", [L2, L3, MICRO], ids=["L2", "L3", "MICRO"])
def test_each_level_tiles_its_parents(level: list[Row]) -> None:
    parts = defaultdict(list)
    for row in level:
        parts[PARENT.get(row["code"], "")].append(shape(row))
    for code, shapes in parts.items():
        whole = shape(NODES["Grid"][code] if code else SHIFO)
        union = shapely.union_all(shapes)
        assert union.area == pytest.approx(whole.area, rel=1e-9)
        assert shapely.symmetric_difference(union, whole).area < 1e-9 * whole.area


@pytest.mark.parametrize("level", [L2, L3, MICRO], ids=["L2", "L3", "MICRO"])
def test_tiles_are_sound_and_touch_only_at_their_borders(level: list[Row]) -> None:
    shapes = [shape(row) for row in level]
    assert all(one.is_valid and one.exterior.is_ccw for one in shapes)
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T.tolist()
    for a, b in pairs:
        if a < b:
            assert shapes[a].relate_pattern(shapes[b], "F********")
    tree = shapely.STRtree([shapely.Point(corner) for corner in corners(level)])
    for one in shapes:
        on_border = tree.query(one, predicate="touches")
        assert len(on_border) == len(set(one.exterior.coords))


def corners(level: list[Row]) -> set[tuple[float, float]]:
    return {
        tuple(corner) for row in level for corner in json.loads(row["boundary"])["coordinates"][0]
    }


def test_a_community_is_its_l2_grid() -> None:
    homes = {row["start"]: row["end"] for row in links("PART_OF", "Grid", "Division")}
    for row in L2:
        community = NODES["Division"][homes[row["code"]]]
        assert community["boundary"] == row["boundary"]
        assert community["code"][-2:] == row["code"][-2:]
    assert [row["name"] for row in COMMUNITIES].index("华威社区") == 7
    assert {row["level"] for row in COMMUNITIES} == {"COMMUNITY"}


def test_boxes_are_those_of_the_boundaries() -> None:
    bounded = [r for r in DEMO.nodes["Grid"] + DEMO.nodes["Division"] if "boundary" in r]
    assert len(bounded) == 15 + 100 + 619 + 16
    for row in bounded:
        assert shape(row).bounds == (row["west"], row["south"], row["east"], row["north"])
        if "longitude" in row:
            assert shape(row).contains(shapely.Point(row["longitude"], row["latitude"]))


@given(st.floats(SHIFO["west"], SHIFO["east"]), st.floats(SHIFO["south"], SHIFO["north"]))
def test_a_place_lies_in_exactly_one_micro_grid_or_outside_shifo(x: float, y: float) -> None:
    place = shapely.Point(x, y)
    found = TREE.query(place, predicate="intersects")
    if shape(SHIFO).contains(place):
        inside = TREE.query(place, predicate="within")
        assert len(inside) == 1 or (len(inside) == 0 and len(found) > 1)
    else:
        assert len(found) == 0 or shape(SHIFO).touches(place)


# --- who is where


def test_every_node_that_is_somewhere_is_in_one_place_now() -> None:
    for label in ("Person", "Merchant", "SocialOrganization", "PartyOrganization", "Alliance",
                  "BusinessDistrict"):  # fmt: skip
        now = Counter(
            row["start"]
            for (kind, start, _), rows in DEMO.links.items()
            if (kind, start) == ("LOCATED_IN", label)
            for row in rows
            if row["since"] <= TODAY and "until" not in row
        )
        assert now == dict.fromkeys(NODES[label], 1)


@pytest.mark.parametrize("label", ["Person", "Merchant"])
def test_a_point_lies_within_the_micro_grid_it_is_located_in(label: str) -> None:
    shapes = {row["code"]: shape(row) for row in MICRO}
    checked = 0
    for row in valid(links("LOCATED_IN", label, "Grid")):
        node = NODES[label][row["start"]]
        if "longitude" in node and row["end"] in shapes:
            assert shapes[row["end"]].contains(shapely.Point(node["longitude"], node["latitude"]))
            checked += 1
    assert checked > {"Person": 2500, "Merchant": 350}[label]


def test_shifo_has_2000_volunteers_with_locations_and_some_without() -> None:
    located = [code for code in SHIFO_VOLUNTEERS if "longitude" in NODES["Person"][code]]
    assert len(located) >= 2000
    assert len(SHIFO_VOLUNTEERS) - len(located) >= 30


def test_people_are_invented_and_their_properties_always_present() -> None:
    people = DEMO.nodes["Person"]
    assert 9500 <= len(people) <= 10500
    assert all(row["isInvented"] is True for row in people)
    assert all(
        {"isVolunteer", "isPartyMember", "invited", "accepted"} <= row.keys() for row in people
    )
    assert all(0 <= row["accepted"] <= row["invited"] for row in people)
    volunteers = [row for row in people if row["isVolunteer"]]
    asked = [row for row in volunteers if row["invited"]]
    assert 0.4 < len(asked) / len(volunteers) < 0.6
    assert 0.25 < sum(row["accepted"] for row in asked) / sum(row["invited"] for row in asked) < 0.4


# --- offices


def test_every_micro_grid_has_exactly_one_head_and_no_head_has_two() -> None:
    codes = {row["code"] for row in MICRO}
    heads = [r for r in valid(links("HEADS", "Person", "Grid")) if not r["deputy"]]
    micro = [row for row in heads if row["end"] in codes]
    assert Counter(row["end"] for row in micro) == dict.fromkeys(codes, 1)
    assert len({row["start"] for row in micro}) == 619


def test_a_grid_never_had_two_heads_at_a_time() -> None:
    spans = defaultdict(list)
    for row in links("HEADS", "Person", "Grid"):
        if not row["deputy"]:
            spans[row["end"]].append((row["since"], row.get("until", "9999")))
    for terms in spans.values():
        assert all(until <= since for (_, until), (since, _) in pairwise(sorted(terms)))
    assert sum(len(terms) > 1 for terms in spans.values()) > 100


@pytest.mark.parametrize(("level", "headed"), [("L2", 13), ("L3", 91), ("D", 12)])
def test_above_the_micro_grids_some_have_no_head(level: str, headed: int) -> None:
    heads = [r for r in valid(links("HEADS", "Person", "Grid")) if not r["deputy"]]
    assert sum(row["end"].startswith(f"ZZ-GX-SF-{level}-") for row in heads) == headed


def test_the_riders_serve_part_time_in_huawei() -> None:
    riders = [f"P-RIDER-{number:02d}" for number in range(1, 13)]
    rows = [row for row in valid(links("SERVES_AS", "Person", "Grid")) if row["start"] in riders]
    assert sorted(row["start"] for row in rows) == riders
    assert all(row["kind"] == "PART_TIME" for row in rows)
    assert {PARENT[PARENT[row["end"]]] for row in rows} == {"ZZ-GX-SF-L2-08"}
    assert all(NODES["Person"][code]["isVolunteer"] for code in riders)
    teams = valid(links("MEMBER_OF", "Person", "VolunteerTeam"))
    assert {row["end"] for row in teams if row["start"] in riders} == {"PIONEER-RIDERS"}


def test_party_organizations_lead_some_grids_of_each_level_and_the_alliance() -> None:
    led = Counter(
        row["end"].split("-")[3] for row in valid(links("LEADS", "PartyOrganization", "Grid"))
    )
    assert (led["L2"], led["L3"], led["D"]) == (14, 82, 10)
    assert 200 < led["M"] < 500
    assert len(valid(links("LEADS", "PartyOrganization", "Alliance"))) == 1
    stars = [row.get("starRating") for row in DEMO.nodes["PartyOrganization"]]
    assert {1, 2, 3, 4, 5, None} == set(stars)


def test_dedicated_grids_span_divisions_and_are_part_of_nothing() -> None:
    spans = links("SPANS", "Grid", "Division")
    levels = Counter(
        NODES["Division"][r["end"]]["level"] for r in spans if r["start"] == "ZZ-EQ-TOWER"
    )
    assert levels == {"DISTRICT": 3, "SUBDISTRICT": 5}
    shifo = [row for row in spans if row["start"].startswith("ZZ-GX-SF-D-")]
    assert len(shifo) == 16
    assert {row["end"] for row in shifo} == {"ZZ-GX-SF"}
    assert not {r["start"] for r in links("PART_OF", "Grid", "Division")} & {
        r["start"] for r in spans
    }


# --- skills


def holders(skill: str) -> set[str]:
    rows = valid(links("HAS_SKILL", "Person", "Skill"))
    return {row["start"] for row in rows if row["end"] == skill} & SHIFO_VOLUNTEERS


def test_the_tree_of_skills_has_one_root_and_sixteen_leaves() -> None:
    broader = links("BROADER", "Skill", "Skill")
    parents, children = {row["end"] for row in broader}, {row["start"] for row in broader}
    assert NODES["Skill"].keys() - parents == set(LEAVES)
    assert NODES["Skill"].keys() - children == {"volunteer-service"}
    assert len(children) == len(broader)
    assert all(row["name"] and row["nameEn"] for row in DEMO.nodes["Skill"])


def test_some_skills_hang_on_few_people_in_shifo() -> None:
    assert len(holders("sign-language")) == len(holders("opera")) == 1
    assert len(holders("psychology")) == 4
    assert all("longitude" in NODES["Person"][code] for code in holders("sign-language"))
    levels = Counter(row["level"] for row in links("HAS_SKILL", "Person", "Skill"))
    assert levels.keys() == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("skill", LEAVES)
def test_every_skill_has_holders_and_blind_spots(skill: str) -> None:
    cell = {r["start"]: r["end"] for r in valid(links("LOCATED_IN", "Person", "Grid"))}
    found = {PARENT[PARENT[cell[code]]] for code in holders(skill)}
    assert 1 <= len(found) < 15


# --- the business district


def test_huaqiang_has_180_merchants_and_an_alliance_of_120() -> None:
    inside = {row["start"] for row in links("IN_DISTRICT", "Merchant", "BusinessDistrict")}
    rows = links("MEMBER_OF_ALLIANCE", "Merchant", "Alliance")
    members = valid(rows)
    homes = {r["start"]: r["end"] for r in links("LOCATED_IN", "Merchant", "Grid")}
    assert len(inside) == 180
    assert {PARENT[PARENT[homes[code]]] for code in inside} == {"ZZ-GX-SF-L2-08"}
    assert len(members) == 120
    assert {row["start"] for row in members} <= inside
    assert Counter(row["seat"] for row in members) == {"CHAIR": 1, "COUNCIL": 11, "MEMBER": 108}
    assert len(rows) - len(members) == 14


def test_some_merchants_employ_three_party_members() -> None:
    staff = Counter(
        row["end"]
        for row in valid(links("WORKS_AT", "Person", "Merchant"))
        if NODES["Person"][row["start"]]["isPartyMember"]
    )
    strong = [code for code, count in staff.items() if count >= 3]
    assert len([code for code in strong if code.startswith("M-HQ-")]) >= 9
    assert len(strong) < 20


def test_merchants_have_gaps_in_their_data() -> None:
    merchants = DEMO.nodes["Merchant"]
    assert 10 < sum("longitude" not in row for row in merchants) < 60
    assert 10 < sum("openAtNight" not in row for row in merchants) < 60


def test_credit_codes_are_valid_and_of_no_place() -> None:
    codes = [row["creditCode"] for row in DEMO.nodes["Merchant"]]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"92999999\d{8}[\dX][0-9A-HJ-NPQRTUWXY]", code)
        total = sum(CHARACTERS.index(c) * 3**place for place, c in enumerate(code[:17]))
        assert (total + CHARACTERS.index(code[17])) % 31 == 0
        digit = sum(int(c) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert (digit + "0123456789X".index(code[16])) % 11 == 0


def test_the_check_character_agrees_with_a_published_credit_code() -> None:
    # The example of GB 32100-2015 as every public description repeats it.
    code = "91350100M000100Y43"
    total = sum(CHARACTERS.index(c) * 3**place for place, c in enumerate(code[:17]))
    assert (total + CHARACTERS.index(code[17])) % 31 == 0


def test_the_hall_of_zheng_an_has_the_eight_counters_of_the_source() -> None:
    hall = NODES["ServiceCenter"]["SC-ZA"]
    assert hall["windows"] == list(ServiceWindow)
    assert len(hall["windows"]) == 8
    (where,) = [
        r for r in links("LOCATED_IN", "ServiceCenter", "Division") if r["start"] == "SC-ZA"
    ]
    assert where["end"] == "ZZ-ZM-ZA"


def test_needs_ask_for_one_skill_or_for_several() -> None:
    wanted = Counter(row["start"] for row in links("REQUIRES", "Need", "Skill"))
    published = {c for c, row in NODES["Need"].items() if row["status"] == "PUBLISHED"}
    assert sum(wanted[code] == 1 for code in published) >= 6
    assert sum(wanted[code] > 1 for code in published) >= 4
    assert all(row["from"] < row["until"] for row in NODES["Need"].values())


def test_there_are_party_organizations_of_all_kinds_each_below_another() -> None:
    kinds = {row["kind"] for row in NODES["PartyOrganization"].values()}
    assert kinds == set(PartyOrganizationKind)
    above = {r["start"]: r["end"] for r in links("SUBORDINATE_TO", *["PartyOrganization"] * 2)}
    assert len(above) > 300
    for code in above:
        seen = [code]
        while seen[-1] in above:
            seen.append(above[seen[-1]])
        assert seen[-1] == "PO-SF"
        assert len(seen) <= 4


def test_neighbours_share_a_border_of_the_level() -> None:
    pairs = links("ADJACENT_TO", "Grid", "Grid")
    assert len({frozenset((r["start"], r["end"])) for r in pairs}) == len(pairs)
    for row in pairs[::40]:
        one, other = (NODES["Grid"][row[end]] for end in ("start", "end"))
        assert one["level"] == other["level"]
        common = shape(one).boundary.intersection(shape(other).boundary)
        assert common.length > 0
        assert 0.7 < row["meters"] / (common.length * 100_000) < 1.2


def test_visits_and_notes_are_of_the_past_and_some_grids_have_none() -> None:
    for label in ("Visit", "PatrolNote"):
        moments = [row["at"] for row in NODES[label].values()]
        assert all("2026-01-01" <= at < "2026-11-24" for at in moments)
        made = {row["end"] for row in links("MADE_IN", label, "Grid")}
        assert 0 < len({row["code"] for row in MICRO} - made) < 619
