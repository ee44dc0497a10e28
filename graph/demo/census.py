"""The people of the demo network, one by one: who they are and where they live.

Names are drawn, not taken: `isInvented` is true for each. Knows no office and no skill.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from graph.demo.draft import Draft, codes
from graph.demo.mesh import Point
from graph.demo.territory import FOUNDED, Cell, Land
from graph.demo.words import GIVEN, SURNAMES

__all__ = ["Census", "Resident", "volunteers"]

# A few of those who live in Shifo moved into their micro grid on this day.
MOVED = "2023-07-01"

SYSTEMS = ("WGS84", "WGS84", "CGCS2000", "GCJ02", "BD09")


@dataclass(frozen=True)
class Resident:
    """A person, and the micro grid they live in if they live in Shifo and it is known."""

    code: str
    party: bool
    volunteer: bool
    cell: Cell | None = None
    located: bool = False


@dataclass(frozen=True)
class Census:
    """Adds people; every one has exactly one valid LOCATED_IN."""

    draft: Draft
    random: Random

    def in_cell(
        self, code: str, cell: Cell, *, party: float, volunteer: float, placed: float
    ) -> Resident:
        """A person of a micro grid; the figures are chances, `placed` that of having a location."""
        point = cell.tile.point(self.random) if self.random.random() < placed else None
        person = self._person(code, party, volunteer, point)
        method = self.random.choice(("SURVEYED", "GEOCODED")) if point else "INFERRED"
        moved = self.random.random() < 0.03
        if moved:
            self._home(code, "Division", cell.community, "INFERRED", FOUNDED, MOVED)
        self._home(code, "Grid", cell.code, method, MOVED if moved else FOUNDED)
        return Resident(code, *person, cell, point is not None)

    def in_division(
        self, code: str, division: str, point: Point | None, *, party: float, volunteer: float
    ) -> Resident:
        """A person known only to live somewhere in a division."""
        person = self._person(code, party, volunteer, point)
        self._home(code, "Division", division, "GEOCODED" if point else "INFERRED", FOUNDED)
        return Resident(code, *person, located=point is not None)

    def _home(
        self, code: str, label: str, place: str, method: str, since: str, until: str | None = None
    ) -> None:
        self.draft.link(
            "LOCATED_IN", "Person", label, code, place, since=since, until=until, method=method
        )

    def _person(
        self, code: str, party: float, volunteer: float, point: Point | None
    ) -> tuple[bool, bool]:
        random = self.random
        is_member, is_volunteer = random.random() < party, random.random() < volunteer
        invited, accepted = self._history() if is_volunteer else (0, 0)
        x, y = point or (None, None)
        self.draft.node(
            "Person",
            code,
            name=self._name(),
            isVolunteer=is_volunteer,
            isPartyMember=is_member,
            isInvented=True,
            longitude=x,
            latitude=y,
            sourceCrs=random.choice(SYSTEMS) if point else None,
            invited=invited,
            accepted=accepted,
        )
        return is_member, is_volunteer

    def _name(self) -> str:
        given = self.random.choices(GIVEN, k=self.random.choice((1, 2, 2)))
        return self.random.choice(SURNAMES) + "".join(given)

    def _history(self) -> tuple[int, int]:
        """Half were never asked; the others said yes to 17-47 % of what they were asked."""
        if self.random.random() < 0.5:
            return 0, 0
        invited, chance = self.random.randint(1, 30), self.random.uniform(0.17, 0.47)
        return invited, sum(self.random.random() < chance for _ in range(invited))


def volunteers(census: Census, land: Land) -> list[Resident]:
    """2,250 volunteers of Shifo, crowded in some micro grids and absent from others."""
    return list(_volunteers(census, land))


def _volunteers(census: Census, land: Land) -> Iterator[Resident]:
    random = census.random
    busy = {cell.community: random.uniform(0.3, 1.5) for cell in land.cells}
    weights = [busy[cell.community] * random.expovariate(1.0) ** 1.3 for cell in land.cells]
    homes = random.choices(land.cells, weights, k=2250)
    for number, (code, cell) in enumerate(zip(codes("P-SF-V", 2250, 4), homes, strict=True)):
        if number % 60 == 59:
            yield census.in_division(code, cell.community, None, party=0.18, volunteer=1)
        else:
            yield census.in_cell(code, cell, party=0.18, volunteer=1, placed=0.97)
