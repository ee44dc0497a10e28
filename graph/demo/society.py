"""Social and party organizations, and their members.

Shangjie as the source has it: 156 organizations, 6,169 members, 537 of them party members. Knows
no merchant; an alliance is led here, and drawn elsewhere.
"""

from random import Random

from graph.demo.census import Census, Resident
from graph.demo.draft import Draft, codes, day, shares
from graph.demo.skill import hold
from graph.demo.territory import SHIFO, Land
from graph.demo.words import CATEGORIES, CIRCLES, NAMED, TWO_NEW

__all__ = ["circles", "party", "shangjie"]

MEMBERS, PARTY_MEMBERS = 6169, 537
ROLES = ("MEMBER",) * 12 + ("DEPUTY_LEADER", "SECRETARY")


def shangjie(census: Census, land: Land) -> None:
    """The 156 organizations of Shangjie and everybody in them."""
    random, draft = Random("commongrid shangjie"), census.draft
    organizations = _organizations(draft, random, land)
    weights = [random.lognormvariate(0.0, 0.8) for _ in organizations]
    sizes = shares(MEMBERS, weights, least=6)
    homes = [
        skill for (_, skill), size in zip(organizations, sizes, strict=True) for _ in range(size)
    ]
    places = [
        code for (code, _), size in zip(organizations, sizes, strict=True) for _ in range(size)
    ]
    people = _members(census, random, land)
    for number, (person, code, skill) in enumerate(zip(people, places, homes, strict=True)):
        first = number == 0 or places[number - 1] != code
        _join(draft, random, person.code, code, "LEADER" if first else random.choice(ROLES))
        if random.random() < 0.02:
            _left(draft, random, person.code, random.choice(organizations)[0])
        if skill and random.random() < 0.55:
            hold(draft, random, person.code, skill)
        elif random.random() < 0.05:
            hold(
                draft, random, person.code, random.choice(("elder-care", "first-aid", "mediation"))
            )
    for person in people[400:402]:
        hold(draft, random, person.code, "sign-language", 3)
    _branches(draft, random, land, [person for person in people if person.party])


def _organizations(draft: Draft, random: Random, land: Land) -> list[tuple[str, str | None]]:
    """Code and skill of each; the three that the source names come first of their kind."""
    counts = shares(156, [count for _, _, count, _ in CATEGORIES])
    kinds = [kind for kind, count in zip(CATEGORIES, counts, strict=True) for _ in range(count)]
    names = dict(NAMED)
    places = [*land.shangjie, "ZZ-SJ-XW", "ZZ-SJ-S1"]
    drawn = []
    for number, (category, word, _, skill) in enumerate(kinds, 1):
        name = names.pop(category, f"上街示例{word}{number:03d}")
        code = draft.node("SocialOrganization", f"SO-SJ-{number:03d}", name=name, category=category)
        draft.link(
            "LOCATED_IN",
            "SocialOrganization",
            "Division",
            code,
            random.choice(places),
            since="2021-01-01",
            method="SURVEYED",
        )
        drawn.append((code, skill))
    return drawn


def _members(census: Census, random: Random, land: Land) -> list[Resident]:
    """6,169 people around the community centres, some only known by community."""
    party = set(random.sample(range(MEMBERS), PARTY_MEMBERS))
    places, came = list(land.shangjie.items()), []
    for number, code in enumerate(codes("P-SJ-", MEMBERS, 4)):
        division, (x, y) = random.choice(places)
        point = (round(random.gauss(x, 0.003), 6), round(random.gauss(y, 0.0025), 6))
        known = point if random.random() < 0.6 else None
        came.append(
            census.in_division(code, division, known, party=float(number in party), volunteer=0.6)
        )
    return came


def _join(draft: Draft, random: Random, person: str, organization: str, role: str) -> None:
    draft.link(
        "MEMBER_OF",
        "Person",
        "SocialOrganization",
        person,
        organization,
        role=role,
        since=day(random, "2022-01-01", "2025-12-31"),
    )


def _left(draft: Draft, random: Random, person: str, organization: str) -> None:
    """A membership of before 2022, ended before any of today's began."""
    draft.link(
        "MEMBER_OF",
        "Person",
        "SocialOrganization",
        person,
        organization,
        role="MEMBER",
        since=day(random, "2019-01-01", "2020-06-30"),
        until=day(random, "2020-07-01", "2021-12-31"),
    )


def _branches(draft: Draft, random: Random, land: Land, members: list[Resident]) -> None:
    """One party branch in each community of Shangjie."""
    branches = []
    for number, community in enumerate(land.shangjie, 1):
        name = f"上街示例社区第{number}党支部"
        branches.append(_party(draft, random, f"PO-SJ-B{number:02d}", name, "BRANCH"))
        _seated(draft, branches[-1], "Division", community)
    for person in members:
        _enrol(draft, random, person.code, random.choice(branches))


def circles(census: Census, volunteers: list[Resident]) -> None:
    """Shifo's 47 organizations, six of them two-new; about a third of its volunteers."""
    random, draft = Random("commongrid circles"), census.draft
    draft.node(
        "SocialOrganization", "SO-HUAQIANG", name="商圈志愿服务队", category="VOLUNTEER_TEAM"
    )
    _sits(draft, "SO-HUAQIANG")
    others = _circles(draft, random, [person for person in volunteers if person.cell])
    weights = [random.paretovariate(1.3) for _ in others]
    joined = random.sample(volunteers, 760)
    for person in joined:
        _join(draft, random, person.code, random.choices(others, weights)[0], random.choice(ROLES))
        if random.random() < 0.08:
            _left(draft, random, person.code, random.choice(others))
    free = random.sample([one for one in volunteers if one not in joined], 60)
    for code, name, sector in TWO_NEW:
        draft.node("SocialOrganization", code, name=name, sector=sector)
        _sits(draft, code)
        for _ in range(random.randint(3, 9)):
            _join(draft, random, free.pop().code, code, "MEMBER")


def _sits(draft: Draft, code: str) -> None:
    draft.link(
        "LOCATED_IN",
        "SocialOrganization",
        "Division",
        code,
        f"{SHIFO}-C08",
        since="2024-01-01",
        method="SURVEYED",
    )


def _circles(draft: Draft, random: Random, settled: list[Resident]) -> list[str]:
    drawn = ["SO-HUAQIANG"]
    for number in range(40):
        category, word = CIRCLES[number % len(CIRCLES)]
        code = draft.node(
            "SocialOrganization",
            f"SO-SF-{number + 1:02d}",
            name=f"石佛示例{word}{number + 1:02d}",
            category=category,
        )
        cell = random.choice(settled).cell
        if cell and number % 2:
            draft.link(
                "LOCATED_IN",
                "SocialOrganization",
                "Grid",
                code,
                cell.code,
                since="2022-01-01",
                method="GEOCODED",
            )
        elif cell:
            draft.link(
                "LOCATED_IN",
                "SocialOrganization",
                "Division",
                code,
                cell.community,
                since="2022-01-01",
                method="SURVEYED",
            )
        drawn.append(code)
    return drawn


def party(draft: Draft, land: Land, people: list[Resident]) -> None:
    """Party organizations of Shifo: who leads which grid, and whom they count as members.

    Committees lead L2 grids, branches L3, groups micro grids, functional ones dedicated grids and
    the alliance: each of them some, none of them all.
    """
    random = Random("commongrid party")
    top = _party(draft, random, "PO-SF", "石佛办事处党工委", "WORK_COMMITTEE")
    _seated(draft, top, "Division", SHIFO)
    homes = _committees(draft, random, land) | _party_branches(draft, random, land)
    homes |= _groups(draft, random, land)
    _functional(draft, random, land)
    _subordinate(draft, land, top)
    for person in people:
        cell = person.cell
        if person.party and cell and random.random() < 0.95:
            home = homes.get(cell.code) or homes.get(cell.l3) or homes[cell.l2]
            _enrol(draft, random, person.code, home)


def _committees(draft: Draft, random: Random, land: Land) -> dict[str, str]:
    homes, idle = {}, random.choice([grid for grid in land.l2 if not grid.endswith("08")])
    for grid in land.l2:
        community = f"{SHIFO}-C{grid[-2:]}"
        name = "华威社区党委" if grid.endswith("08") else f"石佛示例社区{grid[-2:]}党总支"
        kind = "COMMITTEE" if grid.endswith("08") else "GENERAL_BRANCH"
        code = homes[grid] = _party(draft, random, f"PO-SF-C{grid[-2:]}", name, kind)
        _seated(draft, code, "Division", community)
        if grid != idle:
            _lead(draft, random, code, "Grid", grid)
    return homes


def _party_branches(draft: Draft, random: Random, land: Land) -> dict[str, str]:
    """88 branches; 6 of them lead no more."""
    community = {cell.l3: cell.community for cell in land.cells}
    homes = {}
    for number, grid in enumerate(sorted(random.sample(land.l3, 88)), 1):
        name = f"石佛示例第{number:02d}党支部"
        code = homes[grid] = _party(draft, random, f"PO-SF-B{number:02d}", name, "BRANCH")
        _seated(draft, code, "Division", community[grid])
        _lead(draft, random, code, "Grid", grid, ended=number % 14 == 0)
    return homes


def _groups(draft: Draft, random: Random, land: Land) -> dict[str, str]:
    """Party groups in half the micro grids: nearly all of some communities, few of others."""
    chance = {cell.community: random.uniform(0.1, 0.95) for cell in land.cells}
    homes = {}
    for cell in land.cells:
        if random.random() < chance[cell.community]:
            number = cell.code[-3:]
            name = f"石佛第{number}微网格党小组"
            code = homes[cell.code] = _party(draft, random, f"PO-SF-G{number}", name, "GROUP")
            _seated(draft, code, "Grid", cell.code)
            _lead(draft, random, code, "Grid", cell.code, ended=random.random() < 0.04)
    return homes


def _functional(draft: Draft, random: Random, land: Land) -> None:
    for number, grid in enumerate(random.sample(land.dedicated[:16], 10), 1):
        name = f"石佛示例功能性党组织{number:02d}"
        code = _party(draft, random, f"PO-SF-F{number:02d}", name, "FUNCTIONAL")
        _seated(draft, code, "Grid", grid)
        _lead(draft, random, code, "Grid", grid)
    code = _party(draft, random, "PO-HUAQIANG", "华强商圈功能性党组织", "FUNCTIONAL")
    _seated(draft, code, "Division", f"{SHIFO}-C08")
    _lead(draft, random, code, "Alliance", "HUAQIANG")
    draft.link(
        "LEADS",
        "PartyOrganization",
        "Alliance",
        "PO-SF-C08",
        "HUAQIANG",
        since="2021-06-01",
        until="2022-01-01",
    )


def _subordinate(draft: Draft, land: Land, top: str) -> None:
    """Groups to the branch of their L3 grid, else to the committee; branches to it; it to Shifo."""
    branches = {
        row["end"]: row["start"]
        for row in draft.links["LEADS", "PartyOrganization", "Grid"]
        if row["start"].startswith("PO-SF-B")
    }
    above = {f"PO-SF-C{grid[-2:]}": top for grid in land.l2}
    for cell in land.cells:
        committee = f"PO-SF-C{cell.l2[-2:]}"
        if cell.l3 in branches:
            above[branches[cell.l3]] = committee
        above[f"PO-SF-G{cell.code[-3:]}"] = branches.get(cell.l3, committee)
    known = {row["code"] for row in draft.nodes["PartyOrganization"]}
    for code, upper in above.items():
        if code in known:
            draft.link(
                "SUBORDINATE_TO",
                "PartyOrganization",
                "PartyOrganization",
                code,
                upper,
                since="2021-07-01",
            )


def _party(draft: Draft, random: Random, code: str, name: str, kind: str) -> str:
    stars = random.choices((1, 2, 3, 4, 5, None), (1, 3, 6, 5, 2, 4))[0]
    return draft.node("PartyOrganization", code, name=name, kind=kind, starRating=stars)


def _seated(draft: Draft, code: str, label: str, place: str) -> None:
    draft.link(
        "LOCATED_IN", "PartyOrganization", label, code, place, since="2021-07-01", method="SURVEYED"
    )


def _lead(
    draft: Draft, random: Random, code: str, label: str, target: str, ended: bool = False
) -> None:
    draft.link(
        "LEADS",
        "PartyOrganization",
        label,
        code,
        target,
        since=day(random, "2022-01-01", "2024-12-31"),
        until=day(random, "2025-01-01", "2025-12-31") if ended else None,
    )


def _enrol(draft: Draft, random: Random, person: str, organization: str) -> None:
    draft.link(
        "MEMBER_OF_PARTY_ORGANIZATION",
        "Person",
        "PartyOrganization",
        person,
        organization,
        since=day(random, "2018-01-01", "2025-12-31"),
    )
