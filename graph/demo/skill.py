"""Skills, and who of Shifo holds which: at home in some communities, unknown in others.

Sign language and opera have a sole holder in Shifo, psychology four. Knows nobody's office.
"""

from random import Random

from graph.demo.census import Resident
from graph.demo.draft import Draft, day
from graph.demo.words import CIVIC, GROUPS, HOMES, LEAVES

__all__ = ["hold", "skills"]

# The few: skill, community of the holder, level.
FEW = (
    ("sign-language", "C12", 4),
    ("opera", "C11", 3),
    ("psychology", "C03", 5),
    ("psychology", "C04", 4),
    ("psychology", "C08", 3),
    ("psychology", "C08", 2),
)


def skills(draft: Draft, volunteers: list[Resident], officers: list[Resident]) -> None:
    """Draws the tree of skills and deals them out in Shifo."""
    random = Random("commongrid skills")
    _tree(draft)
    for person in volunteers:
        if person.cell:
            _by_home(draft, random, person, person.cell.community)
    for person in officers:
        if person.cell and random.random() < 0.5:
            _civic(draft, random, person, person.cell.community)
    _few(draft, random, [person for person in volunteers if person.located])


def hold(
    draft: Draft,
    random: Random,
    person: str,
    skill: str,
    level: int | None = None,
    lapsed: bool = False,
) -> None:
    """`person` holds `skill`, at a drawn level (1-5) if none is given; lapsed: it ended in 2025."""
    draft.link(
        "HAS_SKILL",
        "Person",
        "Skill",
        person,
        skill,
        level=level or random.choices((1, 2, 3, 4, 5), (10, 25, 35, 20, 10))[0],
        verified=random.random() < 0.45,
        since=day(random, "2019-01-01", "2024-12-31"),
        until=day(random, "2025-01-01", "2025-12-31") if lapsed else None,
    )


def _tree(draft: Draft) -> None:
    for code, name, english, above in (*GROUPS, *LEAVES):
        draft.node("Skill", code, name=name, nameEn=english)
        if above:
            draft.link("BROADER", "Skill", "Skill", code, above)


def _by_home(draft: Draft, random: Random, person: Resident, community: str) -> None:
    number = int(community[-2:])
    for skill, (homes, chance) in HOMES.items():
        if number in homes and random.random() < chance:
            lapsed = random.random() < 0.06
            hold(draft, random, person.code, skill, lapsed=lapsed)
            if lapsed and random.random() < 0.3:
                draft.link(
                    "HAS_SKILL",
                    "Person",
                    "Skill",
                    person.code,
                    skill,
                    level=3,
                    verified=True,
                    since="2026-01-01",
                )
    if number == 2 and random.random() < 0.05:
        hold(draft, random, person.code, "care")


def _civic(draft: Draft, random: Random, person: Resident, community: str) -> None:
    skill = random.choice(CIVIC)
    if int(community[-2:]) in HOMES[skill][0]:
        hold(draft, random, person.code, skill)


def _few(draft: Draft, random: Random, located: list[Resident]) -> None:
    chosen: set[str] = set()
    for skill, community, level in FEW:
        home = [p.code for p in located if p.cell and p.cell.community.endswith(community)]
        holder = random.choice([code for code in home if code not in chosen])
        chosen.add(holder)
        hold(draft, random, holder, skill, level)
