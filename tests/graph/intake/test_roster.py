"""A roster as it comes: 6,169 rows, Chinese headers, four systems of coordinates, faults, doubles.

The workbook is made here, so that what is planted in it is known to the row.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import pytest

from graph.crs import Crs, from_wgs84
from graph.intake.intake import Account

ROWS, ORGANIZATIONS, PARTY = 6_169, 156, 537
HEADER = ["姓名", "手机", "党员", "志愿者", "所属组织", "入会日期", "退会日期", "职务"]
HEADER += ["经度", "纬度", "坐标系", "备注"]
MAP = {
    "kind": "Person",
    "key": ["姓名", "手机", "所属组织"],
    "make": ["organizations"],
    "columns": {"备注": None},
}
# Signs that all sound different, so that no two names do.
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚"
SYSTEMS = {"GCJ-02": Crs.GCJ02, "百度": Crs.BD09, "WGS84": Crs.WGS84, "国家2000": Crs.CGCS2000}
FORMULA = "=1+1"


@dataclass
class Roster:
    """`wrong`: row and column of what is broken, with what is right there. `pairs`: rows of one
    person twice, with the score. `places`: WGS-84 points by the row.
    """

    rows: list[list[Any]] = field(default_factory=list)
    wrong: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    pairs: dict[tuple[int, int], float] = field(default_factory=dict)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)

    def corrected(self) -> list[list[Any]]:
        rows = [list(row) for row in self.rows]
        for number, (_, right) in self.wrong.items():
            for header, value in right.items():
                rows[number - 2][HEADER.index(header)] = value
        return rows


def drawn(prefix: str) -> Roster:
    random, made = Random("commongrid roster"), Roster()
    names = ("".join(signs) for signs in itertools.product(SURNAMES, GIVEN, GIVEN))
    for number in range(ROWS):
        made.rows.append(_row(random, made, prefix, number, next(names)))
    _doubles(made)
    _faults(made)
    return made


def _row(random: Random, made: Roster, prefix: str, number: int, name: str) -> list[Any]:
    organization = f"{prefix}社{number % ORGANIZATIONS:03d}"
    since = random.choice([datetime(2024, 3, 1), "2024/3/1", "2024-03-01", "2024年3月1日"])
    place: list[Any] = [None, None, None]
    if number % 5:
        x, y = 120 + number % 80 / 100, 30 + number // 80 / 100
        said = random.choice([*SYSTEMS])
        made.places[number + 2] = (x, y)
        place = [*from_wgs84(x, y, SYSTEMS[said]), said]
    party = random.choice(["是", 1, "true", True]) if number < PARTY else "否"
    return [
        *(name, 13800000000 + number, party, random.choice(["是", "否", None]), organization),
        *(since, None, random.choice(["会员", "会长", None]), *place, "随便写的"),
    ]


def _doubles(made: Roster) -> None:
    """Thirty people stand there twice; the second row is the later one, and of no party member."""
    for i in range(30):
        first, second = 700 + i * 50, 701 + i * 50 + ORGANIZATIONS * (i % 2)
        row, twice = made.rows[first], made.rows[second]
        kind = i % 3
        if kind == 0:  # elsewhere under the same name and number
            twice[0], twice[1] = row[0], f"+86 {row[1]}"
            score = 0.95
        elif kind == 1:  # under another sign that sounds the same
            twice[0], twice[1] = f"{row[0][0]}{row[0][1]}{_alike(row[0][2])}", str(row[1])
            score = 0.85 if row[0][2] != _alike(row[0][2]) else 0.95
        else:  # with a new number, in the same organization and at the same place
            twice[0], twice[4], score = row[0], row[4], 0.55
            x, y = 121.5, 31 + i / 100
            row[8:11], twice[8:11] = [x, y, "WGS84"], [x + 0.0005, y, "WGS84"]
            made.places[first + 2], made.places[second + 2] = (x, y), (x + 0.0005, y)
            score = 0.8
        made.pairs[first + 2, second + 2] = score


def _alike(sign: str) -> str:
    return {"伟": "玮", "芳": "方", "丽": "莉", "杰": "洁", "明": "铭", "平": "萍"}.get(sign, sign)


def _faults(made: Roster) -> None:
    """Sixteen rows are broken, each in its own way; each is right again with what stands here."""
    wrong: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("党员", {"党员": "也许"}, {"党员": "否"}),
        ("志愿者", {"志愿者": 7}, {"志愿者": "是"}),
        ("手机", {"手机": None}, {"手机": 15000000001}),
        ("姓名", {"姓名": "张\u202e三"}, {"姓名": "欧阳一"}),
        ("姓名", {"姓名": "很" * 65}, {"姓名": "欧阳二"}),
        ("姓名", {"姓名": FORMULA}, {"姓名": "欧阳三"}),
        ("入会日期", {"入会日期": "2024-02-30"}, {"入会日期": "2024-02-28"}),
        ("入会日期", {"入会日期": "去年"}, {"入会日期": "2024-02-28"}),
        ("退会日期", {"退会日期": "2024-03-01"}, {"退会日期": "2024-03-02"}),
        ("所属组织", {"所属组织": "x" * 65}, {}),
        ("经度", {"坐标系": None}, {"坐标系": "WGS84"}),
        ("经度", {"经度": 2.35, "纬度": 48.85, "坐标系": "WGS84"}, {"经度": 120.1, "纬度": 30.1}),
        ("纬度", {"经度": 30.1, "纬度": 120.1, "坐标系": "GPS"}, {"经度": 120.1, "纬度": 30.1}),
        ("纬度", {"纬度": None}, {"纬度": 30.1, "经度": 120.1, "坐标系": "WGS84"}),
        ("坐标系", {"坐标系": "北京54"}, {"坐标系": "WGS84"}),
        ("经度", {"经度": "东经"}, {"经度": 120.1}),
    ]
    for i, (column, broken, right) in enumerate(wrong):
        number = 3_001 + 81 * i
        row = made.rows[number - 2]
        for each in ("经度", "纬度", "坐标系"):  # a place to be broken, whichever row it is
            row[HEADER.index(each)] = {"经度": 120.1, "纬度": 30.1, "坐标系": "WGS84"}[each]
        made.places[number] = (120.1, 30.1)
        if column == "所属组织":
            right = {"所属组织": row[4]}
        for header, value in broken.items():
            row[HEADER.index(header)] = value
        made.wrong[number] = (column, right)


def told(account: Account) -> dict[int, str]:
    """Columns by row, each row once."""
    assert {"花名册"} >= {fault.sheet for fault in account.faults}
    assert len(account.faults) == len({fault.row for fault in account.faults}), account.faults
    return {fault.row: fault.column for fault in account.faults}


def paired(account: Account) -> dict[tuple[int, int], float]:
    rows = ([int(place.rpartition(":")[2]) for place in p.rows] for p in account.duplicates)
    return {(a, b): p.score for (a, b), p in zip(rows, account.duplicates, strict=True)}


def states(account: Account, state: str) -> dict[str, int]:
    return {kind: counts[state] for kind, counts in account.counts.items()}


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres, near 30 degrees north."""
    return math.hypot((one[0] - other[0]) * 96_000, (one[1] - other[1]) * 111_000)


def located(desk: Any) -> Iterator[tuple[int, tuple[float, float]]]:
    found = desk.read(
        "MATCH (n:Person)-[r:DERIVED_FROM]->() WHERE n.code STARTS WITH '§' "
        "AND n.longitude IS NOT NULL RETURN collect([r.row, n.longitude, n.latitude])"
    )
    for row, x, y in found:
        yield row, (x, y)


@pytest.mark.timeout(900)
def test_a_roster_is_tried_corrected_loaded_and_loaded_again(desk: Any, ask: Any) -> None:
    made = drawn(desk.prefix)
    broken = desk.book("roster.xlsx", 花名册=[HEADER, *made.rows])

    tried = desk.take(broken, map=MAP, dry=True)
    assert {row: column for row, (column, _) in made.wrong.items()} == told(tried)
    assert len(made.wrong) == tried.wrong
    assert made.pairs == paired(tried)
    right = ROWS - len(made.wrong)
    new = {"Person": right, "SocialOrganization": ORGANIZATIONS, "MEMBER_OF": right}
    assert new == states(tried, "new")
    assert ([], []) == desk.everything()
    said = " ".join(map(str, tried.faults))
    assert all(word not in said for word in ("也许", "去年", "东经", "北京54", "2.35"))

    corrected = desk.book("roster.xlsx", 花名册=[HEADER, *made.corrected()])
    done = desk.take(corrected, map=MAP)
    assert (0, True) == (done.wrong, done.written)
    assert new | {"Person": ROWS, "MEMBER_OF": ROWS} == states(done, "new")
    figures = ask.data(
        """query ($start: String!) {
          organizations: socialOrganizations(filter: {code: {startsWith: $start}}) { totalCount }
          people(filter: {code: {startsWith: $start}}) { totalCount }
          party: people(filter: {code: {startsWith: $start}, isPartyMember: {eq: true}}) {
            totalCount
          }
        }""",
        {"start": desk.prefix},
    )
    assert {"organizations": ORGANIZATIONS, "people": ROWS, "party": PARTY} == {
        name: found["totalCount"] for name, found in figures.items()
    }
    places = dict(located(desk))
    assert made.places.keys() == places.keys()
    assert max(apart(made.places[row], places[row]) for row in places) < 0.01

    again = desk.take(corrected, map=MAP, merge_above=0.95)
    assert {0} == {*states(again, "new").values(), *states(again, "changed").values()}
    likely = [score for score in made.pairs.values() if score >= 0.95]
    assert (len(likely), ()) == (again.merged, tuple(again.refused))

    before = desk.everything()
    after = desk.take(corrected, map=MAP)
    assert {0} == {*states(after, "new").values(), *states(after, "changed").values()}
    assert len(likely) == after.counts["Person"]["merged"]
    assert before == desk.everything()
    assert {pair: score for pair, score in made.pairs.items() if score < 0.95} == paired(after)
