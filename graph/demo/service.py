"""What the network is for: centers and places, teams, departments, needs, visits and patrols.

Uneven on purpose: some communities have no center, some branches did nothing for months, some
needs ask for what hardly anybody can. Every visit and note lies before the end of November 2026.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from graph.demo.census import Resident
from graph.demo.draft import Draft, codes, day
from graph.demo.territory import SHIFO, Cell, Land
from graph.demo.words import CERTIFICATES, DEPARTMENTS, NEEDS, PLACES, TEAMS, WINDOWS

__all__ = ["service"]

WEEKDAYS = [f"{number} 09:00-17:30" for number in range(1, 6)]
DAILY = [f"{number} 08:00-20:00" for number in range(1, 8)]
EVENINGS = [f"{number} 18:30-21:30" for number in range(1, 6)]
WEEKEND = ["6 09:00-17:00", "7 09:00-17:00"]
LAST = date(2026, 11, 23)


def service(
    draft: Draft, land: Land, volunteers: Sequence[Resident], riders: Sequence[Resident]
) -> None:
    """Draws all of it; the volunteers are those of Shifo."""
    random = Random("commongrid service")
    settled = [person for person in volunteers if person.cell]
    _centers(draft, random, land)
    places = _places(draft, random, land)
    _teams(draft, random, land, settled, riders)
    _departments(draft)
    _certificates(draft, random, settled)
    _available(draft, random, settled)
    _acquaintances(draft, random, settled)
    _needs(draft, random, land)
    _activity(draft, random, land, places)


def _at(draft: Draft, label: str, code: str, where: str, kind: str = "Grid") -> None:
    draft.link("LOCATED_IN", label, kind, code, where, since="2022-01-01", method="SURVEYED")


def _centers(draft: Draft, random: Random, land: Land) -> None:
    """Zheng'an's hall with its eight counters; ten centers and five stations of Shifo."""
    hall = draft.node(
        "ServiceCenter",
        "SC-ZA",
        name="郑庵镇便民服务中心",
        kind="CONVENIENCE",
        windows=[*WINDOWS],
        hours=WEEKDAYS,
        longitude=113.8905,
        latitude=34.7152,
        sourceCrs="CGCS2000",
    )
    _at(draft, "ServiceCenter", hall, "ZZ-ZM-ZA", "Division")
    for number, grid in enumerate(random.sample(land.l2, 15), 1):
        party = number <= 10
        cell = random.choice([cell for cell in land.cells if cell.l2 == grid])
        placed = number not in (4, 13)  # two whose place nobody has surveyed
        x, y = cell.tile.point(random) if placed else (None, None)
        code = draft.node(
            "ServiceCenter",
            f"SC-SF-{number:02d}",
            name=f"石佛示例{'党群服务中心' if party else '文明实践站'}{grid[-2:]}",
            kind="PARTY_MASS" if party else "CIVILIZATION_PRACTICE",
            windows=random.sample(WINDOWS, 3) if party else [],
            hours=DAILY if party else WEEKDAYS,
            longitude=x,
            latitude=y,
            sourceCrs="GCJ02" if placed else None,
        )
        _at(draft, "ServiceCenter", code, cell.code)


def _places(draft: Draft, random: Random, land: Land) -> list[tuple[str, Cell]]:
    found: list[tuple[str, Cell]] = []
    for number, code in enumerate(codes("PL-SF-", 60, 3)):
        kind, word = PLACES[number % len(PLACES)]
        cell = random.choice(land.cells)
        x, y = cell.tile.point(random)
        draft.node(
            "Place",
            code,
            name=f"石佛示例{word}{code[-3:]}",
            kind=kind,
            longitude=x,
            latitude=y,
            sourceCrs="GCJ02",
        )
        _at(draft, "Place", code, cell.code)
        found.append((code, cell))
    return found


def _teams(
    draft: Draft,
    random: Random,
    land: Land,
    settled: Sequence[Resident],
    riders: Sequence[Resident],
) -> None:
    """The Pioneer Riders and twenty more, two of each kind; most volunteers are in none."""
    draft.node("VolunteerTeam", "PIONEER-RIDERS", name="先锋骑士志愿服务队", kind="RIDERS")
    _at(draft, "VolunteerTeam", "PIONEER-RIDERS", f"{SHIFO}-C08", "Division")
    for number, rider in enumerate(riders):
        _joined(draft, rider.code, "PIONEER-RIDERS", None if number else "LEADER", "2024-03-01")
    for number, code in enumerate(codes("VT-SF-", 2 * len(TEAMS), 2)):
        kind, word = TEAMS[number // 2]
        grid = random.choice(land.l2)
        draft.node("VolunteerTeam", code, name=f"石佛示例{word}服务队{code[-2:]}", kind=kind)
        _at(draft, "VolunteerTeam", code, grid)
        near = [person for person in settled if person.cell and person.cell.l2 == grid]
        for place, person in enumerate(random.sample(near, min(len(near), random.randint(5, 18)))):
            since = day(random, "2023-01-01", "2025-12-31")
            _joined(draft, person.code, code, None if place else "LEADER", since)


def _joined(draft: Draft, person: str, team: str, role: str | None, since: str) -> None:
    draft.link("MEMBER_OF", "Person", "VolunteerTeam", person, team, role=role, since=since)


def _departments(draft: Draft) -> None:
    for number, (code, name) in enumerate(DEPARTMENTS):
        draft.node("Department", code, name=name)
        if number < 4:
            draft.link("PARTNER_OF", "Department", "Alliance", code, "HUAQIANG", since="2022-03-01")


def _certificates(draft: Draft, random: Random, settled: Sequence[Resident]) -> None:
    """Of those who hold the skill, a third hold its certificate; some have let it expire."""
    held = {(row["start"], row["end"]) for row in draft.links["HAS_SKILL", "Person", "Skill"]}
    for code, name, issuer, months, skill in CERTIFICATES:
        draft.node("Certificate", code, name=name, issuer=issuer, months=months)
        draft.link("CERTIFIES", "Certificate", "Skill", code, skill)
        for person in settled:
            if (person.code, skill) in held and random.random() < 0.34:
                issued = date.fromisoformat(day(random, "2022-06-01", "2026-06-30"))
                expires = issued + timedelta(days=months * 365 // 12) if months else None
                draft.link(
                    "HOLDS",
                    "Person",
                    "Certificate",
                    person.code,
                    code,
                    number=f"DEMO-{random.randrange(10**6):06d}",
                    since=issued.isoformat(),
                    until=expires.isoformat() if expires else None,
                )


def _available(draft: Draft, random: Random, settled: Sequence[Resident]) -> None:
    """Six of ten volunteers have said when they can be asked."""
    known = {person.code for person in settled}
    for row in draft.nodes["Person"]:
        if row["code"] in known and random.random() < 0.6:
            row["availability"] = random.choice((EVENINGS, WEEKEND, EVENINGS + WEEKEND, WEEKDAYS))


def _acquaintances(draft: Draft, random: Random, settled: Sequence[Resident]) -> None:
    """Neighbours of a micro grid, and a few further off: a small world with some hermits."""
    seen: set[tuple[str, str]] = set()
    by_grid: dict[str, list[str]] = {}
    for person in settled:
        if person.cell:
            by_grid.setdefault(person.cell.l3, []).append(person.code)
    everybody = [person.code for person in settled]
    for person in settled:
        if person.cell and random.random() < 0.7:
            near = random.choices(by_grid[person.cell.l3], k=3)
            for other in (*near, *random.choices(everybody, k=random.randint(0, 1))):
                pair = (min(person.code, other), max(person.code, other))
                if other == person.code or pair in seen:
                    continue
                seen.add(pair)
                draft.link(
                    "KNOWS",
                    "Person",
                    "Person",
                    *pair,
                    strength=round(random.uniform(0.1, 1), 2),
                    basis=random.choice(("CO_SERVED", "NEIGHBOR", "NEIGHBOR", "COLLEAGUE")),
                    since=day(random, "2018-01-01", "2025-12-31"),
                )


def _needs(draft: Draft, random: Random, land: Land) -> None:
    """Ten published: six that ask for one skill, four for several; one draft and one closed."""
    for number, (name, wanted, status) in enumerate(NEEDS, 1):
        cell = random.choice(land.cells)
        x, y = cell.tile.point(random)
        start = f"2026-12-{number:02d}T"
        code = draft.node(
            "Need",
            f"N-SF-{number:02d}",
            name=name,
            status=status,
            longitude=x,
            latitude=y,
            sourceCrs="GCJ02",
            **{"from": f"{start}01:00:00Z", "until": f"{start}04:00:00Z"},
        )
        _at(draft, "Need", code, cell.code)
        for skill, level, count in wanted:
            draft.link("REQUIRES", "Need", "Skill", code, skill, minLevel=level, count=count)


def _activity(draft: Draft, random: Random, land: Land, places: Sequence[tuple[str, Cell]]) -> None:
    """Visits and patrol notes of the past year, by heads and by party members; some never."""
    heads = {
        row["end"]: row["start"]
        for row in draft.links["HEADS", "Person", "Grid"]
        if "until" not in row and not row["deputy"]
    }
    members = _members(draft)
    visits, notes = iter(codes("V-SF-", 9999, 4)), iter(codes("PN-SF-", 9999, 4))
    for cell in land.cells:
        head, zeal = heads[cell.code], random.random()
        for _ in range(round(zeal * 4)):
            _visit(draft, random, next(visits), cell.code, head)
        for _ in range(round(random.random() * zeal * 3)):
            _note(draft, random, next(notes), cell.code, head)
        active = members.get(cell.code, [])
        for person in random.sample(active, min(2, len(active))):
            _visit(draft, random, next(visits), cell.code, person)
    for place, cell in places:
        if random.random() < 0.5:
            _note(draft, random, next(notes), cell.code, heads[cell.code], place)


def _members(draft: Draft) -> dict[str, list[str]]:
    """Members of the party organizations that lead a grid today, by grid."""
    leads = {
        row["start"]: row["end"]
        for row in draft.links["LEADS", "PartyOrganization", "Grid"]
        if "until" not in row
    }
    found: dict[str, list[str]] = {}
    for row in draft.links["MEMBER_OF_PARTY_ORGANIZATION", "Person", "PartyOrganization"]:
        if row["end"] in leads:
            found.setdefault(leads[row["end"]], []).append(row["start"])
    return found


def _moment(random: Random) -> str:
    """Lately more often: half of them lie in the last seven weeks."""
    back = int(random.expovariate(1 / 70)) % 320
    on = LAST - timedelta(days=back)
    return f"{on.isoformat()}T{random.randint(1, 12):02d}:{random.randint(0, 59):02d}:00Z"


def _visit(draft: Draft, random: Random, code: str, grid: str, visitor: str) -> None:
    draft.node(
        "Visit",
        code,
        at=_moment(random),
        channel=random.choice(("HOME", "HOME", "PHONE", "MESSAGE")),
        households=random.randint(1, 12),
    )
    draft.link("MADE_IN", "Visit", "Grid", code, grid)
    draft.link("MADE_BY", "Visit", "Person", code, visitor)


def _note(
    draft: Draft, random: Random, code: str, grid: str, author: str, place: str | None = None
) -> None:
    categories = ("FIRE_HAZARD", "SANITATION", "POSTED_BILLS", "CLUTTER", "PARKING", "FACILITY")
    nothing = random.random() < 0.3
    draft.node(
        "PatrolNote",
        code,
        at=_moment(random),
        category="NOTHING_FOUND" if nothing else random.choice(categories),
        resolvedOnSite=not nothing and random.random() < 0.6,
    )
    draft.link("MADE_IN", "PatrolNote", "Grid", code, grid)
    draft.link("MADE_BY", "PatrolNote", "Person", code, author)
    if place:
        draft.link("MADE_AT", "PatrolNote", "Place", code, place)
