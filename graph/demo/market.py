"""Merchants, the Huaqiang business district (华强商圈) and its alliance.

Credit codes have valid check characters and an area (999999) that no place has. Knows no grid
head and no volunteer; the people who work at merchants come from here.
"""

from random import Random

from graph.demo.census import Census, Resident
from graph.demo.draft import Draft, codes, day
from graph.demo.territory import SHIFO, TOWER, Cell, Land
from graph.demo.words import POSITIONS, TRADE_WORDS, TRADES

__all__ = ["credit_code", "market"]

HUAQIANG, ALLIANCE, DISTRICT = 180, "HUAQIANG", "BD-HUAQIANG"
NIGHT = {"BARBECUE": 0.95, "ENTERTAINMENT": 0.9, "HOTEL": 1.0, "RESTAURANT": 0.5, "PHARMACY": 0.2}


def market(census: Census, land: Land) -> list[Resident]:
    """Merchants of Shifo and the Erqi Tower, the alliance, and 300 people who work there."""
    random, draft = Random("commongrid market"), census.draft
    core = [cell for cell in land.cells if cell.l2.endswith("L2-08")][12:30]
    weights = [random.expovariate(1.0) + 0.2 for _ in core]
    inner = dict(
        zip(codes("M-HQ-", HUAQIANG, 3), random.choices(core, weights, k=HUAQIANG), strict=True)
    )
    outer = dict(zip(codes("M-SF-", 230, 3), random.choices(land.cells, k=230), strict=True))
    for code, cell in inner.items():
        _merchant(draft, random, code, "华强商圈示例", cell)
    for code, cell in outer.items():
        _merchant(draft, random, code, "石佛示例", cell)
    for code in codes("M-EQ-", 40, 2):
        _merchant(draft, random, code, "二七塔示例", None)
    _alliance(draft, random, list(inner))
    return _staff(census, random, land, list(inner), list(outer))


def _merchant(draft: Draft, random: Random, code: str, prefix: str, cell: Cell | None) -> None:
    """A merchant in a micro grid, or (without one) in the dedicated grid of the Erqi Tower."""
    trade = random.choices([t for t, _ in TRADES], [w for _, w in TRADES])[0]
    x, y = _place(random, cell)
    draft.node(
        "Merchant",
        code,
        name=f"{prefix}{TRADE_WORDS[trade]}{code[5:]}",
        trade=trade,
        creditCode=credit_code(random),
        longitude=x,
        latitude=y,
        sourceCrs=random.choice(("GCJ02", "BD09", "WGS84")) if x else None,
        openAtNight=random.random() < NIGHT.get(trade, 0.1) if random.random() < 0.94 else None,
    )
    draft.link(
        "LOCATED_IN",
        "Merchant",
        "Grid",
        code,
        cell.code if cell else TOWER,
        since=day(random, "2021-01-01", "2021-05-31"),
        method="GEOCODED" if x else "INFERRED",
    )


def _place(random: Random, cell: Cell | None) -> tuple[float | None, float | None]:
    if random.random() < 0.06:
        return None, None
    if cell:
        return cell.tile.point(random)
    return round(random.gauss(113.6675, 0.0012), 6), round(random.gauss(34.7525, 0.001), 6)


def _alliance(draft: Draft, random: Random, merchants: list[str]) -> None:
    """120 of the 180 are members: 1 chair, 11 in the council; 14 more memberships have ended."""
    draft.node("BusinessDistrict", DISTRICT, name="华强商圈")
    draft.node("Alliance", ALLIANCE, name="华强商圈党群联盟")
    draft.link(
        "IN_DISTRICT", "Alliance", "BusinessDistrict", ALLIANCE, DISTRICT, since="2021-06-01"
    )
    for label, code in (("Alliance", ALLIANCE), ("BusinessDistrict", DISTRICT)):
        draft.link(
            "LOCATED_IN",
            label,
            "Division",
            code,
            f"{SHIFO}-C08",
            since="2021-06-01",
            method="SURVEYED",
        )
    for code in merchants:
        draft.link(
            "IN_DISTRICT",
            "Merchant",
            "BusinessDistrict",
            code,
            DISTRICT,
            since=day(random, "2021-06-01", "2025-06-30"),
        )
    drawn = random.sample(merchants, 130)
    for number, code in enumerate(drawn[:120]):
        seat = "CHAIR" if number == 0 else "COUNCIL" if number < 12 else "MEMBER"
        _membership(draft, code, seat, day(random, "2023-06-01", "2025-12-31"))
    for code in drawn[116:]:
        _membership(draft, code, "MEMBER", "2021-06-01", day(random, "2022-06-01", "2023-05-31"))


def _membership(draft: Draft, code: str, seat: str, since: str, until: str | None = None) -> None:
    draft.link(
        "MEMBER_OF_ALLIANCE",
        "Merchant",
        "Alliance",
        code,
        ALLIANCE,
        seat=seat,
        since=since,
        until=until,
    )


def _staff(
    census: Census, random: Random, land: Land, inner: list[str], outer: list[str]
) -> list[Resident]:
    """300 people; 9 merchants of Huaqiang employ 3 to 5 party members (a branch needs 3)."""
    places = [code for code in random.sample(inner, 9) for _ in range(random.randint(3, 5))]
    fixed = len(places)
    places += random.choices(inner + outer, k=300 - fixed)
    came = []
    for number, (code, shop) in enumerate(zip(codes("P-SF-S", 300, 3), places, strict=True)):
        chance = 1.0 if number < fixed else 0.06
        home = random.choice(land.cells)
        person = census.in_cell(code, home, party=chance, volunteer=0.25, placed=0.6)
        census.draft.link(
            "WORKS_AT",
            "Person",
            "Merchant",
            code,
            shop,
            position=random.choice(POSITIONS),
            since=day(random, "2022-01-01", "2025-12-31"),
        )
        came.append(person)
    return came


CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(random: Random) -> str:
    """A unified social credit code (GB 32100-2015) of a trader in area 999999, which is nowhere."""
    serial = f"{random.randrange(10**8):08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, the organization code within
    digit = (11 - sum(w * int(c) for w, c in zip(weights, serial, strict=True)) % 11) % 11
    body = "92" + "999999" + serial + "0123456789X"[digit]
    total = sum(CHARACTERS.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + CHARACTERS[(31 - total % 31) % 31]
