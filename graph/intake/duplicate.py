"""People who are likely one and the same: pairs with a score and its reasons.

Compared are people of the files with each other, and with those of the graph, which has no phones.
A pair is looked at if the two have the same phone, or the same name (or one that sounds the same)
and an organization or a place in common: a name alone is shared by thousands.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from graph import registry
from graph.analysis import sphere
from graph.bolt import Graph
from graph.intake.row import cell
from graph.intake.stage import Stage
from graph.load import types
from graph.merge import PERSON
from graph.predicate import known
from graph.spelling import spelled

METERS = 100.0
MOST = 10_000  # pairs that are listed, the likeliest first
SIZE = 2_000

# Points of each reason; the score is their sum, 1 at most. Different phones speak against a pair.
POINTS: Mapping[str, float] = {
    "NAME_EQUAL": 0.5,
    "NAME_SOUNDS_EQUAL": 0.4,
    "PHONE_EQUAL": 0.45,
    "ORGANIZATION_SHARED": 0.25,
    "WITHIN_100_M": 0.25,
    "PHONES_DIFFER": -0.2,
}
LIKELY = 0.75


@dataclass(frozen=True)
class Pair:
    """Two codes that are likely one person: `keep` is the one in the graph, or of the first row.

    `rows` says where the two stand, «graph» for one of the graph.
    """

    keep: str
    merge: str
    score: float
    reasons: tuple[str, ...]
    rows: tuple[str, str]


@dataclass(frozen=True)
class Someone:
    code: str
    place: int | None
    name: str | None
    sound: str | None
    phone: str | None
    longitude: float | None
    latitude: float | None


ADD = """
INSERT INTO member SELECT DISTINCT l.start, l.last || ':' || l.stop FROM link l
WHERE l.first = 'Person' AND l.last IN ({marks}) AND l.start IS NOT NULL AND l.stop IS NOT NULL
"""
PHONES = """
SELECT a.rowid, b.rowid FROM person a JOIN person b ON a.phone = b.phone
WHERE a.rowid < b.rowid AND a.code != b.code
"""
TOGETHER = """
SELECT a.number, b.number FROM namesake a
JOIN namesake b ON b.sound = a.sound AND b.organization = a.organization
WHERE a.number < b.number AND a.code != b.code
"""
NAMESAKES_THERE = """
CREATE TABLE namesake AS SELECT p.sound, m.organization, p.rowid AS number, p.code
FROM person p JOIN member m ON m.code = p.code WHERE p.sound IS NOT NULL
"""
NEAR = """
SELECT a.rowid, b.rowid FROM person a JOIN person b
ON b.sound = a.sound AND b.x BETWEEN a.x - 1 AND a.x + 1 AND b.y BETWEEN a.y - 1 AND a.y + 1
WHERE a.rowid < b.rowid AND a.code != b.code
"""
ONE = "SELECT code, place, name, sound, phone, longitude, latitude FROM person WHERE rowid = ?"


async def pairs(stage: Stage, graph: Graph, likely: float = LIKELY) -> list[Pair]:
    """The likely pairs, those with the highest score first."""
    stage.flush()
    if not stage.one("SELECT 1 FROM person LIMIT 1"):
        return []
    stage.run("DELETE FROM person WHERE place IS NULL")
    stage.run("DELETE FROM person WHERE code IN (SELECT code FROM node WHERE state = 'MERGED')")
    stage.run("DROP TABLE IF EXISTS member")
    stage.run("CREATE TABLE member (code TEXT, organization TEXT)")
    kinds = [node.label for node in registry.nodes() if node.place and not node.territory]
    stage.run(ADD.format(marks=", ".join("?" * len(kinds))), *kinds)
    stage.db.create_function("sound", 1, sound, deterministic=True)
    stage.run("UPDATE person SET sound = sound(name) WHERE name IS NOT NULL")
    await _of_graph(stage, graph, kinds)
    for index, columns in (("phone", "phone"), ("sound", "sound, x, y"), ("code", "code")):
        stage.run(f"CREATE INDEX IF NOT EXISTS person_{index} ON person ({columns})")
    stage.run("CREATE INDEX member_code ON member (code, organization)")
    stage.run("DROP TABLE IF EXISTS namesake")
    stage.run(NAMESAKES_THERE)
    stage.run("CREATE INDEX namesake_there ON namesake (sound, organization)")
    found: dict[tuple[str, str], Pair] = {}
    for text in (PHONES, TOGETHER, NEAR):
        for one, other in stage.rows(text):
            pair = _pair(stage, _someone(stage, one), _someone(stage, other))
            if pair.score >= likely and len(found) < MOST * 10:
                found[pair.keep, pair.merge] = pair
    ranked = sorted(found.values(), key=lambda pair: (-pair.score, pair.keep, pair.merge))
    return ranked[:MOST]


def _someone(stage: Stage, number: int) -> Someone:
    return Someone(*stage.db.execute(ONE, (number,)).fetchone())


def sound(name: str) -> str:
    """How a name sounds, sign by sign, without tones: 张伟 and 章玮 are zhang wei."""
    return " ".join(reading[0] for reading in spelled(name, person=True).readings)


def _pair(stage: Stage, one: Someone, other: Someone) -> Pair:
    reasons = tuple(_reasons(stage, one, other))
    score = round(min(1.0, sum(POINTS[reason] for reason in reasons)), 2)
    first, second = sorted((one, other), key=lambda each: (each.place or 0, each.code))
    rows = [stage.told(each.place) if each.place else "graph" for each in (first, second)]
    return Pair(first.code, second.code, score, reasons, (rows[0], rows[1]))


def _reasons(stage: Stage, one: Someone, other: Someone) -> Iterator[str]:
    if one.name and one.name == other.name:
        yield "NAME_EQUAL"
    elif one.sound and one.sound == other.sound:
        yield "NAME_SOUNDS_EQUAL"
    if one.phone and other.phone:
        yield "PHONE_EQUAL" if one.phone == other.phone else "PHONES_DIFFER"
    text = """SELECT 1 FROM member a JOIN member b ON a.organization = b.organization
              WHERE a.code = ? AND b.code = ? LIMIT 1"""
    if stage.one(text, one.code, other.code):
        yield "ORGANIZATION_SHARED"
    meters = distance(one, other)
    if meters is not None and meters <= METERS:
        yield "WITHIN_100_M"


def distance(one: Someone, other: Someone) -> float | None:
    """Metres along the great circle, None where one of the two is nowhere."""
    if one.longitude is None or one.latitude is None:
        return None
    if other.longitude is None or other.latitude is None:
        return None
    found = sphere.metres(one.longitude, one.latitude, [other.longitude], [other.latitude])
    return float(found[0])


# People of the graph

PEOPLE: LiteralString = "MATCH (p:Person) RETURN [p.code, p.name, p.longitude, p.latitude] AS row"
PORTION = 10_000
HEARD = """
CREATE TEMP TABLE heard AS
SELECT DISTINCT sound FROM person WHERE sound IS NOT NULL AND place IS NOT NULL
"""
ALIKE = """
INSERT INTO person SELECT ?1, NULL, ?2, ?3, NULL, ?4, ?5, ?6, ?7
WHERE EXISTS (SELECT 1 FROM heard WHERE sound = ?3)
AND NOT EXISTS (SELECT 1 FROM said WHERE label = 'Person' AND code = ?1)
"""


async def _of_graph(stage: Stage, graph: Graph, kinds: Sequence[str]) -> None:
    """Adds whoever sounds like someone in the files, and what they are members of."""
    stage.run("DROP TABLE IF EXISTS heard")
    stage.run(HEARD)
    stage.run("CREATE INDEX heard_sound ON heard (sound)")
    async for some in graph.portions("intake.people", PEOPLE, {}, PORTION):
        await asyncio.to_thread(_heard, stage, some)
    text = _memberships(kinds)
    for batch in stage.batches("SELECT DISTINCT code FROM person WHERE place IS NULL", size=SIZE):
        found = await graph.read("intake.memberships", text, {"codes": [c for (c,) in batch]})
        stage.db.executemany(
            "INSERT INTO member VALUES (?, ?)",
            [(code, f"{kind}:{other}") for code, kind, other in found],
        )


def _heard(stage: Stage, some: Sequence[Any]) -> None:
    """Adds those who sound like someone; the cursor ends here, in the thread that made it."""
    stage.db.executemany(ALIKE, map(_placed, some)).close()


def _placed(row: Sequence[Any]) -> tuple[Any, ...]:
    code, name, x, y = row
    return code, name, name and sound(name), x, y, *cell(x, y)


def _memberships(kinds: Sequence[str]) -> LiteralString:
    """The relationships from people to what is neither a territory nor a dictionary."""
    node = registry.node(PERSON)
    wanted = {
        part
        for link in node.links.values()
        if link.target in kinds and link.direction == "out"
        for part in link.type.split("|")
    }
    joined: LiteralString = "|".join(known(each, dict.fromkeys(types())) for each in sorted(wanted))
    return (
        f"UNWIND $codes AS code MATCH (p:Person {{code: code}})-[:{joined}]->(o) "
        "RETURN collect([p.code, labels(o)[0], o.code]) AS row"
    )


def roots(chosen: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs (keep, merge) so that nobody is merged twice or into one who is merged later."""
    above: dict[str, str] = {}

    def root(code: str) -> str:
        while code in above:
            code = above[code]
        return code

    merged: dict[str, list[str]] = defaultdict(list)
    for keep, merge in chosen:
        first, second = root(keep), root(merge)
        if first != second:
            above[second] = first
            merged[second] = [first]
    return [(root(keep), code) for code, (keep, *_) in merged.items()]


def chosen(found: Sequence[Pair], above: float | None, given: Sequence[Mapping[str, Any]]) -> Any:
    """The pairs that were confirmed: those with such a score, and those that were named."""
    scored = [
        (pair.keep, pair.merge) for pair in found if above is not None and pair.score >= above
    ]
    named = [(str(pair["keep"]), str(pair["merge"])) for pair in given]
    return roots([*named, *scored])
