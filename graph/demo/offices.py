"""Who heads a grid, who works in it and which cadre is in charge of it.

Each of Shifo's 619 micro grids has exactly one head; above them, and in dedicated grids, some have
none, and some only a deputy or a former head. Knows no skill and no organization.
"""

from dataclasses import dataclass
from random import Random

from graph.demo.census import Census, Resident
from graph.demo.draft import Draft, codes, day
from graph.demo.territory import TOWER, Cell, Land

__all__ = ["offices"]

RIDERS = 12


@dataclass(frozen=True)
class _Offices:
    draft: Draft
    random: Random
    census: Census
    land: Land

    def head(
        self, person: str, grid: str, since: str, until: str | None = None, deputy: bool = False
    ) -> None:
        self.draft.link(
            "HEADS", "Person", "Grid", person, grid, since=since, until=until, deputy=deputy
        )

    def serve(
        self, person: str, grid: str, kind: str, hours: int, since: str, until: str | None = None
    ) -> None:
        self.draft.link(
            "SERVES_AS",
            "Person",
            "Grid",
            person,
            grid,
            kind=kind,
            hoursPerWeek=hours,
            since=since,
            until=until,
        )


def offices(census: Census, land: Land, volunteers: list[Resident]) -> list[Resident]:
    """Fills the offices of Shifo, the tower and the villages; returns the people that came."""
    do = _Offices(census.draft, Random("commongrid offices"), census, land)
    micro = _micro_heads(do, volunteers)
    upper = _upper_heads(do, volunteers)
    workers = _workers(do) + _riders(do)
    _part_time(do, volunteers)
    return micro + upper + workers + _cadres(do)


def _micro_heads(do: _Offices, volunteers: list[Resident]) -> list[Resident]:
    """619 heads for 619 micro grids, with predecessors, some returned, and deputies."""
    random = do.random
    heads = [
        do.census.in_cell(f"P-SF-H{cell.code[-3:]}", cell, party=0.55, volunteer=0.35, placed=0.94)
        for cell in do.land.cells
    ]
    for number, (cell, head) in enumerate(zip(do.land.cells, heads, strict=True)):
        since = day(random, "2023-01-01", "2025-09-30")
        do.head(head.code, cell.code, since)
        if number % 125 == 60:
            do.head(head.code, cell.code, "2021-01-01", "2022-03-01")
        elif random.random() < 0.23:
            before = since if random.random() < 0.7 else "2022-12-01"
            do.head(random.choice(volunteers).code, cell.code, "2021-03-01", before)
        if random.random() < 0.14:
            deputy = random.choice(volunteers).code
            do.head(deputy, cell.code, day(random, "2025-10-01", "2025-12-31"), deputy=True)
    return heads


def _upper_heads(do: _Offices, volunteers: list[Resident]) -> list[Resident]:
    """Heads of 13 of 15 L2, 91 of 100 L3, 12 of 16 dedicated grids, the tower, 3 of 4 rural."""
    random, land = do.random, do.land
    idle = {*random.sample(land.l2, 2), *random.sample(land.dedicated[:16], 4), land.rural[-1]}
    empty = random.sample(land.l3, 9)
    for grid in empty[:2]:
        do.head(random.choice(volunteers).code, grid, "2024-05-01", deputy=True)
    do.head(random.choice(volunteers).code, empty[2], "2022-01-01", "2025-08-31")
    grids = [g for g in (*land.l2, *land.l3, *land.dedicated) if g not in {*idle, *empty}]
    came = []
    for grid, code in zip(grids, codes("P-SF-U", len(grids), 3), strict=True):
        home = random.choice(_below(land, grid))
        head = do.census.in_cell(code, home, party=0.8, volunteer=0.2, placed=0.9)
        do.head(head.code, grid, day(random, "2022-01-01", "2025-12-31"))
        came.append(head)
    return came + _heads_elsewhere(do, idle)


def _below(land: Land, grid: str) -> list[Cell]:
    return [cell for cell in land.cells if grid in (cell.l2, cell.l3)] or list(land.cells)


def _heads_elsewhere(do: _Offices, idle: set[str]) -> list[Resident]:
    came = []
    for number, grid in enumerate(g for g in (TOWER, *do.land.rural) if g not in idle):
        division = "ZZ-EQ-DH" if grid == TOWER else grid[:-4]
        head = do.census.in_division(
            f"P-ZZ-H{number + 1:02d}", division, None, party=1, volunteer=0
        )
        do.head(head.code, grid, "2023-06-01")
        came.append(head)
    return came


def _workers(do: _Offices) -> list[Resident]:
    """130 full-time grid workers: most of the L3 grids have one, some two, some none."""
    random, came = do.random, []
    for code in codes("P-SF-W", 130, 3):
        home, grid = random.choice(do.land.cells), random.choice(do.land.l3)
        worker = do.census.in_cell(code, home, party=0.3, volunteer=0.25, placed=0.9)
        since = day(random, "2022-01-01", "2025-06-30")
        until = day(random, "2025-07-01", "2025-12-31") if random.random() < 0.08 else None
        do.serve(worker.code, grid, "FULL_TIME", 40, since, until)
        came.append(worker)
    return came


def _riders(do: _Offices) -> list[Resident]:
    """The Pioneer Riders: 12 couriers, part-time grid workers in 华威社区 (C08)."""
    homes = [cell for cell in do.land.cells if cell.community.endswith("C08")]
    came = []
    for code, cell in zip(
        codes("P-RIDER-", RIDERS, 2), do.random.sample(homes, RIDERS), strict=True
    ):
        rider = do.census.in_cell(code, cell, party=0.25, volunteer=1, placed=1)
        do.serve(code, cell.code, "PART_TIME", do.random.choice((6, 8, 10)), "2024-03-01")
        came.append(rider)
    return came


def _part_time(do: _Offices, volunteers: list[Resident]) -> None:
    """45 volunteers who lend a hand in their own micro grid; a third have stopped."""
    settled = [person for person in volunteers if person.cell]
    for number, person in enumerate(do.random.sample(settled, 45)):
        if person.cell:
            until = "2025-11-30" if number % 3 == 0 else None
            do.serve(person.code, person.cell.code, "PART_TIME", 4, "2024-09-01", until)


def _cadres(do: _Offices) -> list[Resident]:
    """60 party cadres, each in charge of one to three L2 or L3 grids."""
    random, came = do.random, []
    for code in codes("P-SF-K", 60, 2):
        cadre = do.census.in_cell(
            code, random.choice(do.land.cells), party=1, volunteer=0, placed=0.7
        )
        for grid in random.sample(do.land.l2 + do.land.l3, random.randint(1, 3)):
            do.draft.link(
                "IN_CHARGE_OF",
                "Person",
                "Grid",
                code,
                grid,
                since=day(random, "2023-01-01", "2025-12-31"),
            )
        came.append(cadre)
    return came
