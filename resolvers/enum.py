"""Enums as clients see them: every value described, registered before any input uses it."""

from collections.abc import Mapping
from enum import Enum, StrEnum

import strawberry

from graph.analysis.coverage import Status
from graph.analysis.plan.question import Objective, Proof
from graph.analysis.plan.question import Status as PlanStatus
from graph.asked import Circumstance, InvitationChannel
from graph.audit import AuditResult
from graph.crs import Crs
from graph.division import DivisionLevel
from graph.grant import Role
from graph.grid import GridLevel
from graph.invitation import InvitationAnswer
from graph.measure.question import CoverageKind, GridPlusMode
from graph.need import NeedStatus
from graph.party_organization import PartyOrganizationKind
from graph.patrol_note import PatrolCategory
from graph.person import AcquaintanceBasis
from graph.place import PlaceKind
from graph.plan_run import PlanRunStatus
from graph.role import GridWorkerKind, Seat
from graph.service_center import ServiceCenterKind, ServiceWindow
from graph.social_organization import Sector
from graph.visit import VisitChannel
from graph.volunteer_team import TeamKind

__all__ = [
    "AcquaintanceBasis",
    "AuditResult",
    "Circumstance",
    "CoverageKind",
    "Crs",
    "Direction",
    "DivisionLevel",
    "GridLevel",
    "GridPlusMode",
    "GridWorkerKind",
    "InvitationAnswer",
    "InvitationChannel",
    "NeedStatus",
    "NodeType",
    "Objective",
    "PartyOrganizationKind",
    "PatrolCategory",
    "PlaceKind",
    "PlanRunStatus",
    "PlanStatus",
    "Proof",
    "Role",
    "Seat",
    "Sector",
    "ServiceCenterKind",
    "ServiceWindow",
    "Status",
    "TeamKind",
    "VisitChannel",
    "Weekday",
    "described",
]


class Weekday(StrEnum):
    """Days of the week, in the order of ISO 8601."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


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
    PLACE = "Place"
    SERVICE_CENTER = "ServiceCenter"
    VOLUNTEER_TEAM = "VolunteerTeam"
    DEPARTMENT = "Department"
    CERTIFICATE = "Certificate"
    NEED = "Need"


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
    AuditResult,
    "审计结果 · How a change ended that somebody wanted",
    {
        "DONE": "已完成 · It was done",
        "REFUSED": "已拒绝 · It was refused: not permitted, or out of sight",
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
    GridPlusMode,
    "网格+模式 · What a grid does beyond its daily work, each by at least k records",
    {
        "MEDIATION": "网格+矛盾调解 · Patrol notes on disputes in the last `days` days",
        "NIGHT_ECONOMY": "网格+夜经济 · Patrol notes between 18:00 and 06:00 local time in the "
        "last `days` days",
        "CIVILIZED_CITY": "网格+创文创卫 · Patrol notes on sanitation, posted bills, clutter, "
        "parking or facilities in the last `days` days",
        "SOCIAL_ORGANIZATION": "网格+社会组织 · Social organizations located in the unit or below",
        "DOOR_KNOCK": "网格+敲门行动 · Visits in the last `days` days",
    },
)
described(
    CoverageKind,
    "覆盖类别 · What is asked of each unit. A figure counts units (MERCHANT: merchants): ratio = "
    "numerator / denominator, where the numerator are those that are FORMAL_ONLY, EFFECTIVE or "
    "K_COVERED and the denominator all but the UNKNOWN; null without any. Covered is EFFECTIVE, or "
    "K_COVERED where k counts and is above 1; else NONE. Reach is in metres on a sphere, or in "
    "minutes = metres × 1.3 / 75, inclusive; where it counts, a unit without a centroid is UNKNOWN",
    {
        "HEAD_ASSIGNED": "网格长到位 · On the day asOf somebody heads the unit who is not a deputy",
        "ORGANIZATION": "组织覆盖 · On the day asOf a party organization leads the unit; "
        "FORMAL_ONLY if none of its members recorded a visit or patrol note in the unit or below "
        "in the last `days` days",
        "WORK": "工作覆盖 · At least k visits or patrol notes recorded in it or below in the "
        "last `days` days; FORMAL_ONLY if fewer, but a head or a party organization is in office",
        "SKILL": "技能覆盖 · At least k volunteers who hold a skill: within reach of the centroid "
        "if a distance is given, else among those who belong to the unit",
        "TIME": "时段覆盖 · At every moment of `hours` (the whole week if not given) at least k "
        "volunteers have said that they are free: within reach of the centroid if a distance is "
        "given, else of those who belong to the unit; who said nothing is not free; UNKNOWN if "
        "nobody said anything; count = the fewest at any moment",
        "VISIT": "走访覆盖 · At least k visits recorded in the unit or below in the last `days` "
        "days; UNKNOWN if no visit was ever recorded anywhere",
        "PATROL": "巡查覆盖 · At least k patrol notes recorded in the unit or below in the last "
        "`days` days; UNKNOWN if no patrol note was ever recorded anywhere",
        "MERCHANT": "商户入盟率 · Counts merchants, not units: of those located in the territory, "
        "how many are in an alliance; a unit's count is that of its merchants in one",
        "RESPONSE": "响应覆盖 · With `probability` or more, at least k of the volunteers within "
        "reach of the centroid accept: the exact Poisson-binomial tail of their acceptance; "
        "count = how many are within reach",
        "SERVICE": "服务可达 · A service center within reach of the unit's centroid",
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
    Objective,
    "规划目标 · What a plan is to reach",
    {
        "MAX_COVER": "最大覆盖 · As many units as possible, by at most budget people (Church & "
        "ReVelle 1974)",
        "SET_COVER": "全覆盖 · All units that can be covered, by as few people as possible "
        "(Toregas 1971)",
        "K_COVER": "多重全覆盖 · The same, each by k different people",
        "EXPECTED": "期望覆盖 · As many units as can be expected when people may say no, by their "
        "acceptance (Daskin 1983)",
        "P_MEDIAN": "最近距离 · The least sum, over units, of metres to the nearest of budget "
        "people (Hakimi 1964)",
    },
    name="PlanObjective",
)
described(
    PlanStatus,
    "规划状态 · How a search for a plan ended",
    {
        "OPTIMAL": "最优 · Nothing better exists: the bound equals the objective",
        "FEASIBLE": "可行 · Ended by limits of its own; how far from the best at most is the gap",
        "INFEASIBLE": "无解 · Proved that no plan meets the conditions",
        "TIME_LIMIT": "超时 · The clock ended it; with a longer limit there may be a better plan",
    },
    name="PlanStatus",
)
described(
    PlanRunStatus,
    "运行状态 · How far a plan in the background is",
    {
        "QUEUED": "排队中 · It waits for its search",
        "RUNNING": "运行中 · It is searched; objective and bound are those of now",
        "FINISHED": "已完成 · The search came to an end of its own: `outcome` says which",
        "STOPPED": "已停止 · It was stopped; the best that was found stays",
        "INTERRUPTED": "已中断 · Its server stopped or died; what was written of it stays",
        "FAILED": "失败 · It could not be searched: `problem` says why",
    },
)
described(
    Proof,
    "证明 · What is known of the best plan",
    {
        "EXACT": "精确 · The bound equals the objective",
        "BOUND": "有界 · There is a bound",
        "NONE": "无 · There is none",
    },
    name="PlanProof",
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
        "PLACE": "场所 · Place",
        "SERVICE_CENTER": "服务中心 · Service center",
        "VOLUNTEER_TEAM": "志愿服务队 · Volunteer team",
        "DEPARTMENT": "职能部门 · Department",
        "CERTIFICATE": "证书类别 · Kind of certificate",
        "NEED": "需求 · Need",
    },
)
described(
    Weekday,
    "星期 · Day of the week",
    {
        "MONDAY": "星期一 · Monday",
        "TUESDAY": "星期二 · Tuesday",
        "WEDNESDAY": "星期三 · Wednesday",
        "THURSDAY": "星期四 · Thursday",
        "FRIDAY": "星期五 · Friday",
        "SATURDAY": "星期六 · Saturday",
        "SUNDAY": "星期日 · Sunday",
    },
)
described(
    GridWorkerKind,
    "网格员类别 · How much of their work the grid is",
    {
        "FULL_TIME": "专职 · Full-time",
        "PART_TIME": "兼职 · Part-time",
    },
)
described(
    PartyOrganizationKind,
    "党组织类别 · Kind of party organization",
    {
        "WORK_COMMITTEE": "党工委 · Working committee",
        "COMMITTEE": "党委 · Committee",
        "GENERAL_BRANCH": "党总支 · General branch",
        "BRANCH": "党支部 · Branch",
        "GROUP": "党小组 · Group",
        "FUNCTIONAL": "功能性党组织 · Functional organization, for a task or drive",
    },
)
described(
    Seat,
    "席位 · What a merchant is in an alliance",
    {
        "CHAIR": "轮值主席 · Chair, in rotation",
        "COUNCIL": "理事 · On the council",
        "MEMBER": "成员 · Member",
    },
)
described(
    PlaceKind,
    "场所类别 · Kind of place",
    {
        "SHOP_STREET": "沿街商铺 · Street of shops",
        "NIGHT_MARKET": "夜市 · Night market",
        "BARBECUE": "烧烤摊 · Barbecue stalls",
        "HOTEL": "酒店 · Hotel",
        "MALL": "商超 · Mall or supermarket",
        "BACK_ALLEY": "背街小巷 · Back alley",
        "COMPOUND": "居民院 · Housing compound",
        "BUILDING": "楼栋 · Building",
        "PARKING": "停车场 · Parking",
        "SCHOOL": "学校 · School",
    },
)
described(
    ServiceCenterKind,
    "服务中心类别 · Whose center it is",
    {
        "PARTY_MASS": "党群服务中心 · Party and mass service center",
        "CIVILIZATION_PRACTICE": "新时代文明实践站 · Civilization practice station",
        "CONVENIENCE": "便民服务中心 · Convenience service center of a town or subdistrict",
        "MOBILE": "移动窗口 · Mobile service window",
    },
)
described(
    ServiceWindow,
    "服务窗口 · Counter at which residents are served",
    {
        "CIVIL_AFFAIRS": "民政 · Civil affairs",
        "DISABILITY": "残联 · Disabled persons' federation",
        "SOCIAL_SECURITY": "社保 · Social security",
        "MEDICAL_INSURANCE": "医保 · Medical insurance",
        "LEGAL_SERVICE": "法律服务 · Legal service",
        "SKILLS_TRAINING": "技能培训 · Skills training",
        "REEMPLOYMENT": "劳动力再就业 · Reemployment",
        "JOB_REGISTRATION": "企业用工信息登记 · Register of jobs that companies offer",
    },
)
described(
    TeamKind,
    "志愿服务队类别 · What a volunteer team is for",
    {
        "SAFETY_PATROL": "安全巡查 · Safety patrol",
        "ENVIRONMENT": "环境美化 · Environment",
        "MEDIATION": "矛盾调解 · Mediation",
        "CARE": "爱心陪护 · Care and company",
        "POLICY": "政策宣传 · Telling of policies",
        "LECTURE": "党课宣讲 · Party lectures",
        "HEALTH": "医疗卫生 · Health",
        "EDUCATION": "教育辅导 · Education",
        "LEGAL_AID": "法律援助 · Legal aid",
        "CULTURE_AND_SPORTS": "文体社团 · Culture and sports",
        "RIDERS": "骑手 · Delivery riders",
    },
)
described(
    AcquaintanceBasis,
    "相识途径 · Where two people know each other from",
    {
        "CO_SERVED": "共同服务 · Served together",
        "FAMILY": "亲属 · Family",
        "COLLEAGUE": "同事 · Colleagues",
        "NEIGHBOR": "邻居 · Neighbors",
    },
)
described(
    NeedStatus,
    "需求状态 · Who sees a need",
    {
        "DRAFT": "草稿 · In the making",
        "PUBLISHED": "已发布 · Open to those who may answer",
        "CLOSED": "已关闭 · Over",
    },
)
described(
    VisitChannel,
    "走访方式 · How households were spoken to",
    {
        "HOME": "上门 · At home",
        "PHONE": "电话 · By phone",
        "MESSAGE": "微信 · By message",
    },
)
described(
    Circumstance,
    "邀请情形 · What may matter beside who is asked",
    {
        "HOUR": "小时 · For which hour of the day they are asked, on the service's clocks",
        "CHANNEL": "邀请方式 · By which means they are asked",
    },
)
described(
    InvitationChannel,
    "邀请方式 · By which means somebody is asked to come",
    {
        "APP": "客户端 · By a notice of an app",
        "MESSAGE": "微信、短信 · By message",
        "PHONE": "电话 · By phone",
        "IN_PERSON": "当面 · Face to face",
    },
)
described(
    InvitationAnswer,
    "邀请答复 · What came of an invitation",
    {
        "ACCEPTED": "应邀 · They said that they come",
        "DECLINED": "婉拒 · They said that they do not",
        "NO_REPLY": "未答复 · They said nothing in time",
    },
)
described(
    PatrolCategory,
    "随手记类别 · What a patrol note is about",
    {
        "FIRE_HAZARD": "消防隐患 · Fire hazard",
        "SANITATION": "卫生 · Rubbish and sanitation",
        "POSTED_BILLS": "小广告 · Illegally posted bills",
        "CLUTTER": "楼道堆放 · Clutter in a corridor",
        "PARKING": "停车秩序 · Parking",
        "FACILITY": "公共设施 · Broken facility",
        "DISPUTE": "矛盾纠纷 · Dispute",
        "NOTHING_FOUND": "未见异常 · Nothing found",
        "OTHER": "其他 · Something else",
    },
)
described(
    Sector,
    "两新组织 · «Two-new» organizations: of the new economy, or new in society",
    {
        "NEW_ECONOMIC": "新经济组织 · New economic organization",
        "NEW_SOCIAL": "新社会组织 · New social organization",
    },
)
described(
    Role,
    "角色 · What an account is, over a territory",
    {
        "VIEWER": "查看者 · Sees the network and its figures, no person",
        "ORGANIZER": "组织者 · Finds volunteers, keeps people, organizations and needs",
        "ALLIANCE_COORDINATOR": "联盟协调员 · Keeps merchants, alliances and needs; sees no person",
        "GRID_WORKER": "网格员 · Sees and keeps people, records visits, patrols and needs",
        "GRID_LEADER": "网格长 · A grid worker who also appoints, and keeps organizations",
        "COMMUNITY_ADMIN": "社区管理员 · All of these, merges people, keeps grids, grants roles",
        "AUDITOR": "审计员 · Sees the network, its figures and who changed what; no person",
        "SYSTEM_ADMIN": "系统管理员 · Keeps dictionaries, territories and accounts; sees no person",
    },
)
