"""T2, a business quarter: shops and malls, subdistricts, and one dedicated grid that spans them."""

from random import Random

from benchmarks.peer.data import Network
from benchmarks.town.city import DEGREE, PLACED, SKILLS, skill

QUARTER, TOWER = "QUARTER", "QUARTER-TOWER"
DISTRICTS, SUBDISTRICTS, MICRO = 3, 5, 20  # of each above
SHOPS, MALLS = 6_000, 24
CENTER, SPREAD = (113.6675, 34.7525), 800.0  # metres
TRADES = ("RESTAURANT", "RETAIL", "PHARMACY", "HOTEL", "REPAIR")
UNITS = {
    "DEDICATED": 1,
    "L3": DISTRICTS * SUBDISTRICTS,
    "MICRO": DISTRICTS * SUBDISTRICTS * MICRO,
}


def quarter(people: int) -> Network:
    """Nobody and no shop in it is real."""
    draw, rows = Random("commongrid quarter"), Network()
    rows.node("Division", QUARTER, name=QUARTER, level="CITY")
    rows.node("Alliance", QUARTER, name=QUARTER)
    homes = _grids(draw, rows)
    for number in range(SKILLS):
        rows.node("Skill", skill(number), name=skill(number))
    for number in range(SHOPS + MALLS):
        _shop(draw, rows, number, draw.choice(homes) if number < SHOPS else TOWER)
    for number in range(people):
        _person(draw, rows, number, draw.choice(homes))
    return rows


def _place(draw: Random) -> dict[str, object]:
    x, y = (draw.gauss(0, SPREAD) / one for one in DEGREE)
    return {"longitude": CENTER[0] + x, "latitude": CENTER[1] + y, "sourceCrs": "WGS84"}


def _grid(draw: Random, rows: Network, code: str, level: str) -> None:
    rows.node("Grid", code, name=code, level=level, codeScheme="DEMO", **_place(draw))


def _grids(draw: Random, rows: Network) -> list[str]:
    """The micro ones."""
    found: list[str] = []
    _grid(draw, rows, TOWER, "DEDICATED")
    for district in (f"{QUARTER}-{number}" for number in range(DISTRICTS)):
        rows.node("Division", district, name=district, level="DISTRICT")
        rows.link("PART_OF", "Division", "Division", district, QUARTER)
        for part in (f"{district}-{number}" for number in range(SUBDISTRICTS)):
            rows.node("Division", part, name=part, level="SUBDISTRICT")
            rows.link("PART_OF", "Division", "Division", part, district)
            share = round(1 / DISTRICTS / SUBDISTRICTS, 3)
            rows.link("SPANS", "Grid", "Division", TOWER, part, share=share, since="2023-06-01")
            _grid(draw, rows, f"{part}-L3", "L3")
            rows.link("PART_OF", "Grid", "Division", f"{part}-L3", part)
            for micro in (f"{part}-{number:02d}" for number in range(MICRO)):
                _grid(draw, rows, micro, "MICRO")
                rows.link("PART_OF", "Grid", "Grid", micro, f"{part}-L3")
                found.append(micro)
    return found


def _shop(draw: Random, rows: Network, number: int, grid: str) -> None:
    """Two of three are in the alliance."""
    code = f"{QUARTER}-S-{number:05d}"
    trade = draw.choice(TRADES)
    rows.node("Merchant", code, name=code, trade=trade, **_place(draw))
    rows.link("LOCATED_IN", "Merchant", "Grid", code, grid, **PLACED)
    if draw.random() < 2 / 3:
        since = {"since": "2024-01-01"}
        rows.link("MEMBER_OF_ALLIANCE", "Merchant", "Alliance", code, QUARTER, **since)


def _person(draw: Random, rows: Network, number: int, grid: str) -> None:
    """A volunteer with a skill."""
    code = f"{QUARTER}-P-{number:06d}"
    rows.node("Person", code, name=code, isVolunteer=True, isInvented=True, **_place(draw))
    rows.link("LOCATED_IN", "Person", "Grid", code, grid, **PLACED)
    how = {"level": draw.randint(1, 5), "verified": draw.random() < 0.5}
    rows.link("HAS_SKILL", "Person", "Skill", code, skill(draw.randrange(SKILLS)), **how)
