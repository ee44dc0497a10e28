"""How likely people say yes under a circumstance, in exact arithmetic, one by one.

Nothing of `graph/` is used here.
"""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

Answer = tuple[Any, Any, bool]  # of whom, under which circumstance, whether it was yes


def effect(answers: Sequence[Answer], value: Any) -> Fraction:
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


def learned(answers: Sequence[Answer], value: Any) -> tuple[Fraction, Fraction]:
    """The odds under the circumstance against others, and against the usual mixture of both."""
    odds = effect(answers, value)
    share = Fraction(sum(at == value for _, at, _ in answers), max(1, len(answers)))
    return odds, odds / (share * odds + 1 - share)


def chance(
    totals: tuple[int, int], mine: Sequence[Answer], said: tuple[Fraction, Fraction], value: Any
) -> Fraction:
    """Of one who was invited and accepted so often in all, who is asked under the circumstance.

    `mine`: their answers; `said`: what was `learned`. Each invitation of theirs elsewhere is moved
    by the odds against others, and whatever is not known to be elsewhere by those against both.
    """
    (odds, mixed), here = said, [yes for _, at, yes in mine if at == value]
    n, a = totals
    elsewhere, base = len(mine) - len(here), 10 + n - len(here)
    known = Fraction(3 + a - sum(here), base)
    moved = known / (1 - known) * sum([odds] * elsewhere + [mixed] * (base - elsewhere)) / base
    return (base * moved / (1 + moved) + sum(here)) / (10 + n)
