"""Towns of three sizes that the board is measured in; nobody in them is real."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import graph.demo
from benchmarks.town import city, quarter


@dataclass(frozen=True)
class Town:
    """Where it is asked about, by levels with their numbers of units, and with which skills.

    `drawn`: its rows, with so many people. `part`: a division of which a plan is asked.
    `person`: the code of one by number, who learns something. `modes`: levels of a board of modes.
    """

    within: str
    part: str
    units: Mapping[str, int]
    skills: tuple[str, ...]
    people: int
    drawn: Callable[[int], Any]
    person: Callable[[int], str]
    modes: tuple[str, ...] = ()
    merchants: str | None = None


SKILLS = tuple(city.skill(number) for number in range(city.SKILLS))


def _shifo() -> Town:
    """The published figures of a subdistrict are those of the demo, however many are asked for."""
    network = graph.demo.network()
    return Town(
        "ZZ-GX-SF",
        "ZZ-GX-SF",
        {"L2": 15, "L3": 100, "MICRO": 619, "DEDICATED": 16},
        tuple(row["code"] for row in network.nodes["Skill"]),
        9_660,
        lambda _: network,
        lambda number: f"P-SF-V{number + 1:04d}",
        modes=("L3", "MICRO"),
    )


def _quarter() -> Town:
    return Town(
        quarter.QUARTER,
        quarter.QUARTER,
        quarter.UNITS,
        SKILLS,
        6_000,
        quarter.quarter,
        lambda number: f"{quarter.QUARTER}-P-{number:06d}",
        modes=("DEDICATED", "L3", "MICRO"),
        merchants="MICRO",
    )


def _city() -> Town:
    return Town(
        city.CITY,
        f"{city.CITY}-00",
        city.UNITS,
        SKILLS,
        100_000,
        lambda people: city.City().drawn(people),
        lambda number: f"{city.CITY}-P-{number:06d}",
    )


# Each is made when it is asked for.
TOWNS: Mapping[str, Callable[[], Town]] = {"T1": _shifo, "T2": _quarter, "T3": _city}
