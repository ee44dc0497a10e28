"""The dataset of the wire benchmark: 2,000 grids, 50,000 volunteers, 20,000 merchants, or more.

These are the numbers at scale 1. Grid 0 is hot (a twelfth of all volunteers), the others are
ordinary (some two dozen each). Drawn from a fixed seed; nobody in it is real.
"""

import random
from dataclasses import dataclass, field
from typing import Any

GRIDS, VOLUNTEERS, ORGANIZATIONS, MERCHANTS = 2_000, 50_000, 800, 20_000
ALLIANCES, SKILLS = 40, 60
HOT = 12
DIVISION = "WIRE"
TRADES = ("RESTAURANT", "RETAIL", "PHARMACY", "HOTEL", "REPAIR")
SURNAMES, SIGNS = "王李张刘陈杨赵黄周吴徐孙", "安柏辰澄初丹德芳菲丰枫涵航禾恒华欢慧佳嘉健洁锦静"

Row = dict[str, Any]


@dataclass
class Network:
    """Rows as `graph.load` takes them."""

    nodes: dict[str, list[Row]] = field(default_factory=dict)
    links: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)

    def node(self, label: str, code: str, **properties: Any) -> None:
        self.nodes.setdefault(label, []).append({"code": code, "version": 1, **properties})

    def link(self, kind: str, start: str, end: str, one: str, two: str, **properties: Any) -> None:
        row = {"start": one, "end": two, **properties}
        self.links.setdefault((kind, start, end), []).append(row)


def grid(number: int) -> str:
    return f"WG-{number:05d}"


def person(number: int) -> str:
    return f"WP-{number:06d}"


def skill(number: int) -> str:
    return f"wire-{number:02d}"


def network(scale: int) -> Network:
    """The whole dataset; equal for an equal scale."""
    draw, found = random.Random(f"commongrid wire {scale}"), Network()
    found.node("Division", DIVISION, name="示例区", level="DISTRICT")
    for number in range(GRIDS * scale):
        found.node(
            "Grid", grid(number), name=f"示例网格{number:05d}", level="MICRO", codeScheme="DEMO"
        )
        found.link("PART_OF", "Grid", "Division", grid(number), DIVISION)
    for number in range(SKILLS):
        found.node("Skill", skill(number), name=f"技能{number:02d}")
    for number in range(ORGANIZATIONS * scale):
        found.node("SocialOrganization", f"WO-{number:05d}", name=f"示例组织{number:05d}")
    _people(draw, found, scale)
    _merchants(draw, found, scale)
    return found


def _people(draw: random.Random, found: Network, scale: int) -> None:
    for number in range(VOLUNTEERS * scale):
        code = person(number)
        name = draw.choice(SURNAMES) + "".join(draw.choices(SIGNS, k=2))
        found.node("Person", code, name=name, isVolunteer=True, isInvented=True)
        home = 0 if number % HOT == 0 else draw.randrange(1, GRIDS * scale)
        place = {"since": "2024-01-01", "method": "SURVEYED"}
        found.link("LOCATED_IN", "Person", "Grid", code, grid(home), **place)
        for held in draw.sample(range(SKILLS), draw.randint(1, 4)):
            how = {"level": draw.randint(1, 5), "verified": draw.random() < 0.5}
            found.link("HAS_SKILL", "Person", "Skill", code, skill(held), **how)
        organization = f"WO-{draw.randrange(ORGANIZATIONS * scale):05d}"
        found.link(
            "MEMBER_OF", "Person", "SocialOrganization", code, organization, since="2024-01-01"
        )


def _merchants(draw: random.Random, found: Network, scale: int) -> None:
    for number in range(ALLIANCES):
        found.node("Alliance", f"WA-{number:02d}", name=f"示例联盟{number:02d}")
    for number in range(MERCHANTS * scale):
        code = f"WM-{number:06d}"
        found.node(
            "Merchant",
            code,
            name=f"示例商户{number:06d}",
            trade=draw.choice(TRADES),
            openAtNight=draw.random() < 0.3,
            frontage=draw.randint(3, 40),
        )
        where = grid(draw.randrange(GRIDS * scale))
        place = {"since": "2024-01-01", "method": "SURVEYED"}
        found.link("LOCATED_IN", "Merchant", "Grid", code, where, **place)
        alliance = f"WA-{draw.randrange(ALLIANCES):02d}"
        found.link("MEMBER_OF_ALLIANCE", "Merchant", "Alliance", code, alliance, since="2024-01-01")
