"""How likely people say yes under a circumstance, in exact arithmetic, one by one.

Nothing of `graph/` is used here.
"""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

Answer = tuple[Any, Any, bool]  # of whom, under which circumstance, whether it was yes


def effect(answers: Iterable[Answer], value: Any) -> Fraction:
    """Mantel and Haenszel, person by person, and one person more who knows no difference."""
    people: dict[Any, list[tuple[bool, bool]]] = defaultdict(list)
    for person, circumstance, yes in answers:
        people[person].append((circumstance == value, yes))
    more = less = Fraction(3, 2) * Fraction(7, 2) / 10
    for mine in people.values():
        for _, yes in (each for each in mine if each[0]):
            for _, other in (each for each in mine if not each[0]):
                more += Fraction(yes and not other, len(mine))
                less += Fraction(other and not yes, len(mine))
    return more / less


def chance(all_: tuple[int, int], here: tuple[int, int], odds: Fraction) -> Fraction:
    """Of one who was invited and accepted so often, in all and under the circumstance."""
    (n, a), (own, yes) = all_, here
    known = Fraction(3 + a - yes, 10 + n - own)
    moved = known / (1 - known) * odds
    return ((10 + n - own) * moved / (1 + moved) + yes) / (10 + n)
