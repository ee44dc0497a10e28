"""T3, a city of ten million: as many grids as one published, 60 skills, volunteers."""

from dataclasses import dataclass, field
from random import Random

from benchmarks.peer.data import Network

CITY = "BOARD"
UNITS = {"L3": 7_876, "MICRO": 46_817, "RURAL": 11_381, "DEDICATED": 4_744}
DISTRICTS, SUBDISTRICTS, SKILLS, TOWNS = 12, 200, 60, 40
CENTER = (113.62, 34.75)
DEGREE = (91_500.0, 111_200.0)  # metres of longitude and latitude there
WIDE, TOWN, HOOD, HOME = 30_000.0, 3_000.0, 300.0, 150.0  # metres of spread
PLACED = {"since": "2024-01-01", "method": "SURVEYED"}


def skill(number: int) -> str:
    return f"board-{number:02d}"


@dataclass
class City:
    """The rows of the city, drawn from a seed; nobody in it is real."""

    draw: Random = field(default_factory=lambda: Random("commongrid board"))
    rows: Network = field(default_factory=Network)

    def near(self, at: tuple[float, float], spread: float) -> tuple[float, float]:
        x, y = (self.draw.gauss(0, spread) for _ in range(2))
        return at[0] + x / DEGREE[0], at[1] + y / DEGREE[1]

    def division(self, code: str, level: str, above: str | None) -> None:
        self.rows.node("Division", code, name=code, level=level)
        if above:
            self.rows.link("PART_OF", "Division", "Division", code, above)

    def grid(self, code: str, level: str, at: tuple[float, float], above: tuple[str, str]) -> None:
        place = {"longitude": at[0], "latitude": at[1], "sourceCrs": "WGS84"}
        people = {"households": self.draw.randint(50, 70), "codeScheme": "DEMO"}
        self.rows.node("Grid", code, name=code, level=level, **place, **people)
        self.rows.link("PART_OF", "Grid", above[0], code, above[1])

    def drawn(self, people: int) -> Network:
        self.division(CITY, "CITY", None)
        for number in range(DISTRICTS):
            self.division(f"{CITY}-{number:02d}", "DISTRICT", CITY)
        towns = [self.near(CENTER, WIDE) for _ in range(TOWNS)]
        hoods = [self.near(self.draw.choice(towns), TOWN) for _ in range(SUBDISTRICTS)]
        for number in range(SUBDISTRICTS):
            self.division(_part(number), "SUBDISTRICT", f"{CITY}-{number % DISTRICTS:02d}")
        homes = self._grids(hoods)
        for number in range(SKILLS):
            self.rows.node("Skill", skill(number), name=skill(number))
        for number in range(people):
            self._person(number, *self.draw.choice(homes))
        return self.rows

    def _grids(self, hoods: list[tuple[float, float]]) -> list[tuple[str, tuple[float, float]]]:
        """The micro and rural ones, where people live."""
        homes: list[tuple[str, tuple[float, float]]] = []
        communities: list[tuple[str, tuple[float, float]]] = []
        for level, count in UNITS.items():
            for number in range(count):
                code, part = f"{CITY}-{level}-{number:05d}", self.draw.randrange(SUBDISTRICTS)
                at, above = self.near(hoods[part], TOWN / 3), ("Division", _part(part))
                if level == "MICRO":
                    community, near = self.draw.choice(communities)
                    at, above = self.near(near, HOOD), ("Grid", community)
                self.grid(code, level, at, above)
                if level == "L3":
                    communities.append((code, at))
                if level in ("MICRO", "RURAL"):
                    homes.append((code, at))
        return homes

    def _person(self, number: int, grid: str, near: tuple[float, float]) -> None:
        code, at = f"{CITY}-P-{number:06d}", self.near(near, HOME)
        place = {"longitude": at[0], "latitude": at[1], "sourceCrs": "WGS84"}
        self.rows.node("Person", code, name=code, isVolunteer=True, isInvented=True, **place)
        self.rows.link("LOCATED_IN", "Person", "Grid", code, grid, **PLACED)
        for held in self.draw.sample(range(SKILLS), self.draw.randint(1, 4)):
            how = {"level": self.draw.randint(1, 5), "verified": self.draw.random() < 0.5}
            self.rows.link("HAS_SKILL", "Person", "Skill", code, skill(held), **how)


def _part(number: int) -> str:
    return f"{CITY}-{number % DISTRICTS:02d}-{number:03d}"
