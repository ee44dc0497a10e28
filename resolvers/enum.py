"""Enums as clients see them: every value described, registered before any input uses it."""

from collections.abc import Mapping
from enum import Enum, StrEnum

import strawberry

from graph.analysis.coverage import Status
from graph.coverage import CoverageKind
from graph.crs import Crs
from graph.division import DivisionLevel
from graph.grid import GridLevel

__all__ = [
    "CoverageKind",
    "Crs",
    "Direction",
    "DivisionLevel",
    "GridLevel",
    "NodeType",
    "Status",
    "described",
]


class Direction(StrEnum):
    """Sorting direction."""

    ASC = "ASC"
    DESC = "DESC"


class NodeType(StrEnum):
    """Kinds of node that can be searched for; values are labels."""

    DIVISION = "Division"
    GRID = "Grid"
    PERSON = "Person"
    SOCIAL_ORGANIZATION = "SocialOrganization"
    PARTY_ORGANIZATION = "PartyOrganization"
    MERCHANT = "Merchant"
    ALLIANCE = "Alliance"
    BUSINESS_DISTRICT = "BusinessDistrict"
    SKILL = "Skill"


def described(
    kind: type[Enum], description: str, values: Mapping[str, str], name: str = ""
) -> None:
    """Registers an enum with its description and that of every value; a missing one is an error."""
    strawberry.enum(kind, name=name or kind.__name__, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]


described(
    Direction,
    "排序方向 · Direction of an order",
    {
        "ASC": "升序 · Smallest first, absent values last",
        "DESC": "降序 · Largest first, absent values first",
    },
)
described(
    Crs,
    "坐标系 · Coordinate reference system of a longitude and latitude",
    {
        "WGS84": "GPS 坐标 · WGS-84, as GPS gives it",
        "CGCS2000": "国家大地坐标 · CGCS2000, within about a metre of WGS-84",
        "GCJ02": "火星坐标 · GCJ-02, as AMap and Tencent give it; in China only",
        "BD09": "百度坐标 · BD-09, as Baidu gives it; in China only",
    },
)
described(
    GridLevel,
    "网格级别 · Level of a grid; L1 to L3 mean different things in different cities",
    {
        "L1": "一级网格 · Level 1: a subdistrict or town",
        "L2": "二级网格 · Level 2: a community",
        "L3": "三级网格 · Level 3: part of a community",
        "MICRO": "微网格 · Micro grid: some dozens of households",
        "DEDICATED": "专属网格 · Dedicated grid: an enterprise, mall or tower; may span divisions",
        "RURAL": "农村网格 · Rural grid: part of a village",
    },
)
described(
    DivisionLevel,
    "行政区划级别 · Level of an administrative division",
    {
        "PROVINCE": "省级 · Province",
        "CITY": "地市级 · City",
        "DISTRICT": "区县级 · District or county",
        "SUBDISTRICT": "街道 · Subdistrict",
        "TOWN": "乡镇 · Town or township",
        "COMMUNITY": "社区 · Community",
        "VILLAGE": "行政村 · Village",
    },
)
described(
    CoverageKind,
    "覆盖类别 · What is asked of each unit",
    {
        "HEAD_ASSIGNED": "网格长到位 · A head in office who is not a deputy",
        "SKILL": "技能覆盖 · At least k volunteers who hold a skill: within reach of the centroid "
        "if a distance is given, else among those who belong to the unit",
    },
)
described(
    Status,
    "覆盖状态 · How well a unit is covered",
    {
        "NONE": "未覆盖 · Judged, and not covered",
        "FORMAL_ONLY": "有形覆盖 · On paper only, no recorded activity",
        "EFFECTIVE": "有效覆盖 · Covered",
        "K_COVERED": "多重覆盖 · Covered by k or more, k above 1",
        "UNKNOWN": "未知 · Cannot be judged, such as without a centroid",
    },
    name="CoverageStatus",
)
described(
    NodeType,
    "节点类型 · Kind of node",
    {
        "DIVISION": "行政区划 · Division",
        "GRID": "网格 · Grid",
        "PERSON": "人员 · Person",
        "SOCIAL_ORGANIZATION": "社会组织 · Social organization",
        "PARTY_ORGANIZATION": "党组织 · Party organization",
        "MERCHANT": "商户 · Merchant",
        "ALLIANCE": "党群联盟 · Alliance",
        "BUSINESS_DISTRICT": "商圈 · Business district",
        "SKILL": "技能 · Skill",
    },
)
