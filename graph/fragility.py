"""Which skills of a territory hang on one person, and who could not be spared; one statement.

Counted are volunteers who belong to the territory. Who holds a skill holds the broader ones, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from graph import registry
from graph.analysis import fragility
from graph.analysis.tree import below
from graph.bolt import Graph
from graph.model import Asking, Finding, Key, Missing, Ranking
from graph.predicate import Predicates, Texts, match, valid
from graph.scope import below as belonging
from graph.scope import ground, held

Pair = tuple[str, str]


@dataclass(frozen=True)
class Question:
    """The territory, the level of its units, and the one skill that is asked about; None = all."""

    within: Key
    level: str
    skill: Key | None = None


def report(question: Question, day: str | None = None) -> Finding:
    """`{territory, level, asOf, units, people, skills, keyPeople}`.

    Raises Missing for a territory out of sight or a skill that does not exist.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        values: dict[str, Any] = {
            "within": question.within.code,
            "level": question.level,
            "skill": question.skill.code if question.skill else "",
        }
        text = statement(question, asking.bounded)
        found = await graph.read("fragility", text, values | asking.values())
        if found is None:
            raise Missing("within")
        members, holdings, units, steps, known = found
        if question.skill and not known:
            raise Missing("skill")
        asked = [question.skill.code] if question.skill else None
        network = Network(_wide(holdings, steps, asked), members, asked or ())
        return {
            "territory": question.within,
            "level": question.level,
            "asOf": asking.day,
            "units": units,
            "people": len(network.people),
            "skills": lambda _: network.by_skill(),
            "keyPeople": lambda _: network.by_person(),
        }

    return Finding(find, day)


def statement(question: Question, bounded: bool) -> LiteralString:
    """[[person, unit] …], [[person, skill] …], units, [[skill, broader] …], whether it is known."""
    predicates, person = Predicates(bounded), registry.node("Person")
    units: LiteralString = "(t)<-[v:WITHIN]-(u:Grid {level: $level})"
    inside: Texts = [valid("v", "day"), predicates.inside("u", registry.node("Grid"))]
    # Who is out of sight has no holding, and so does not count.
    members: LiteralString = f"{units}<-[w:WITHIN]-()<-[r:{'|'.join(person.place)}]-(n:Person)"
    volunteer: LiteralString = "n.isVolunteer = true"
    people: Texts = [held(person, "day"), volunteer, predicates.inside("n", person)]
    return "\n".join(
        [
            ground(question.within.label, bounded),
            f"CALL (t) {{ {match(members, [*inside, held(person, 'day'), volunteer])} "
            "WITH DISTINCT n, u RETURN collect([n.code, u.code]) AS members }",
            f"CALL (t) {{ {match(belonging('t', person), people)} WITH DISTINCT n "
            f"{match('(n)-[h:HAS_SKILL]->(k:Skill)', [valid('h', 'day')])} "
            "RETURN collect([n.code, k.code]) AS holdings }",
            f"CALL (t) {{ {match(units, inside)} RETURN count(DISTINCT u) AS units }}",
            "CALL () { MATCH (s:Skill)-[:BROADER]->(b:Skill) "
            "RETURN collect([s.code, b.code]) AS steps }",
            "CALL () { MATCH (s:Skill {code: $skill}) RETURN count(s) AS known }",
            "RETURN [members, holdings, units, steps, known] AS row",
        ]
    )


def _wide(holdings: Iterable[Pair], steps: Iterable[Pair], asked: list[str] | None) -> set[Pair]:
    """(person, skill) for the skills asked, else all that someone holds, narrower ones counting."""
    direct: dict[str, set[str]] = {}
    for person, skill in holdings:
        direct.setdefault(skill, set()).add(person)
    narrower: dict[str, list[str]] = {}
    for skill, broader in steps:
        narrower.setdefault(broader, []).append(skill)
    return {
        (person, skill)
        for skill in asked or direct
        for each in below([skill], narrower)
        for person in direct.get(each, ())
    }


class Network:
    """Units and skills, linked by the people who belong to the ones and hold the others."""

    def __init__(
        self, holdings: set[Pair], members: Iterable[Pair], skills: Iterable[str] = ()
    ) -> None:
        self.people = sorted({person for person, _ in holdings})
        self.skills = sorted({*skills, *(skill for _, skill in holdings)})
        holders = set(self.people)
        belongs = {(person, unit) for person, unit in members if person in holders}
        self.units = sorted({unit for _, unit in belongs})
        self.holdings = _numbered(holdings, self.people, self.skills)
        self.members = _numbered(belongs, self.people, self.units)
        self.held = fragility.held(self.members, self.holdings)

    def by_skill(self) -> Ranking:
        """All skills, those with fewest holders first."""
        holders: list[list[int]] = [[] for _ in self.skills]
        for person, skill in zip(*self.holdings, strict=True):
            holders[skill].append(person)
        units, alone = [0] * len(holders), [0] * len(holders)
        for skill, sole in zip(self.held.skill.tolist(), self.held.sole.tolist(), strict=True):
            units[skill] += 1
            alone[skill] += sole >= 0
        order = sorted(range(len(holders)), key=lambda i: (len(holders[i]), self.skills[i]))

        def edge(i: int) -> dict[str, Any]:
            who = holders[order[i]]
            return {
                "holders": len(who),
                "sole": Key("Person", self.people[who[0]]) if len(who) == 1 else None,
                "units": units[order[i]],
                "soleUnits": alone[order[i]],
            }

        return Ranking(
            [Key("Skill", self.skills[i]) for i in order],
            [(len(holders[i]), self.skills[i]) for i in order],
            edge,
            "skills by holders",
            (False, False),
        )

    def by_person(self) -> Ranking:
        """Who holds a skill alone in some unit, those first of whom most depends."""
        alone = [0] * len(self.people)
        for sole in self.held.sole.tolist():
            if sole >= 0:
                alone[sole] += 1
        splits = self._splits()
        some = [i for i, number in enumerate(alone) if number]
        order = sorted(some, key=lambda i: (-alone[i], -splits[i], self.people[i]))
        return Ranking(
            [Key("Person", self.people[i]) for i in order],
            [(alone[i], splits[i], self.people[i]) for i in order],
            lambda i: {"soleHoldings": alone[order[i]], "splits": splits[order[i]]},
            "people by sole holdings",
            (True, True, False),
        )

    def _splits(self) -> list[int]:
        """Of each person; who belongs to no unit links nothing."""
        linking = set(self.members[0])
        people, units = len(self.people), len(self.units)
        edges = [(p, people + u) for p, u in zip(*self.members, strict=True)]
        edges += [
            (p, people + units + s) for p, s in zip(*self.holdings, strict=True) if p in linking
        ]
        size = people + units + len(self.skills)
        found = fragility.splits(size, ([a for a, _ in edges], [b for _, b in edges]))
        return found[:people]


def _numbered(pairs: set[Pair], ones: list[str], others: list[str]) -> tuple[list[int], list[int]]:
    """Pairs of codes as two columns of their places in the lists."""
    one, other = ({code: i for i, code in enumerate(codes)} for codes in (ones, others))
    ordered = sorted(pairs)
    return [one[a] for a, _ in ordered], [other[b] for _, b in ordered]
