"""What is expected under a circumstance is what exact arithmetic, one by one, says of it."""

import random
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import circumstance
from graph.analysis.circumstance import Answers
from tests import answering


class Asked(NamedTuple):
    """One invitation: of whom, at which hour, by which channel, whether it was accepted."""

    person: int
    hour: int
    channel: int
    yes: bool


PEOPLE, HOURS, CHANNELS = 4, 3, 2
INVITATIONS = st.lists(
    st.builds(
        Asked,
        st.integers(0, PEOPLE - 1),
        st.integers(0, HOURS - 1),
        st.integers(0, CHANNELS - 1),
        st.booleans(),
    ),
    max_size=12,
)
# What else each was asked, before single invitations were kept: how often, and yes of these.
BEFORE = st.lists(
    st.integers(0, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=PEOPLE,
    max_size=PEOPLE,
)
Before = list[tuple[int, int]]


def arrays(seen: list[Asked], before: Before) -> Answers:
    columns = np.asarray(seen, np.int64).reshape(-1, 4).T
    earlier = np.asarray(before, np.int64).T
    invited = np.bincount(columns[0], minlength=PEOPLE) + earlier[0]
    accepted = np.bincount(columns[0], columns[3], PEOPLE).astype(np.int64) + earlier[1]
    return Answers(columns[0], columns[3], invited, accepted)


def column(seen: list[Asked], name: str) -> np.ndarray:
    return np.asarray([getattr(each, name) for each in seen], np.int64)


def chance(person: int, said: dict[str, int], seen: list[Asked], before: Before) -> Fraction:
    """Of one who is asked so, from all that was seen."""
    mine = [each for each in seen if each.person == person]
    here = [each for each in mine if all(getattr(each, k) == v for k, v in said.items())]
    odds = Fraction(1)
    for name, value in said.items():
        odds *= answering.effect([(e.person, getattr(e, name), e.yes) for e in seen], value)
    n, a = before[person]
    whole = n + len(mine), a + sum(each.yes for each in mine)
    return answering.chance(whole, (len(here), sum(each.yes for each in here)), odds)


SAID = [{"hour": 1}, {"channel": 0}, {"hour": 2, "channel": 1}]
SIZES = {"hour": HOURS, "channel": CHANNELS}


@pytest.mark.parametrize("said", SAID)
@given(seen=INVITATIONS, before=BEFORE)
def test_a_chance_is_that_of_exact_arithmetic(
    said: dict[str, int], seen: list[Asked], before: Before
) -> None:
    seen = [Asked(*each) for each in seen]  # each an object of its own
    answers, alike, moved = arrays(seen, before), np.ones(len(seen), np.int64), 1.0
    for name, value in said.items():
        at = column(seen, name)
        alike &= at == value
        moved *= circumstance.effect(answers, at, SIZES[name]).odds[value]
    found = circumstance.under(answers, alike, moved)
    expected = [float(chance(person, said, seen, before)) for person in range(PEOPLE)]
    assert found == pytest.approx(expected, rel=1e-9)
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("names", [("hour",), ("channel",), ("hour", "channel")])
@given(seen=INVITATIONS, before=BEFORE)
def test_each_is_foretold_by_all_others_as_if_it_were_not_there(
    names: tuple[str, ...], seen: list[Asked], before: Before
) -> None:
    seen = [Asked(*each) for each in seen]
    found = circumstance.foretold(
        arrays(seen, before), [(column(seen, name), SIZES[name]) for name in names]
    )
    expected = []
    for each in seen:
        others = [other for other in seen if other is not each]
        said = {name: getattr(each, name) for name in names}
        expected.append(float(chance(each.person, said, others, before)))
    assert found == pytest.approx(expected, rel=1e-9)


@given(seen=INVITATIONS, before=BEFORE)
def test_where_a_circumstance_makes_no_difference_the_person_alone_counts(
    seen: list[Asked], before: Before
) -> None:
    answers = arrays(seen, before)
    assert circumstance.effect(answers, np.zeros(len(seen), np.int64), 1).odds == 1
    found = circumstance.under(answers, np.ones(len(seen), np.int64), 1.0)
    mean = (3 + answers.accepted) / (10 + answers.invited)
    assert found == pytest.approx(mean)
    for alike in (column(seen, "channel"), column(seen, "hour") == 1):
        assert circumstance.under(answers, alike.astype(np.int64), 1.0) == pytest.approx(mean)


def test_an_hour_at_which_people_come_is_found_though_the_eager_are_asked_at_another() -> None:
    """At night everybody's odds are doubled; but who rarely comes is asked at night most often."""
    draw, seen = random.Random(7), []
    for person in range(400):
        eager = person % 2
        for _ in range(30):
            night = draw.random() < (0.2 if eager else 0.8)
            sure = (0.6 if eager else 0.15) / (0.4 if eager else 0.85) * (2 if night else 1)
            seen.append((person, int(night), draw.random() < sure / (1 + sure)))
    person, night, yes = np.asarray(seen, np.int64).T
    invited = np.bincount(person)
    answers = Answers(person, yes, invited, np.bincount(person, yes).astype(np.int64))
    rate = [yes[night == at].mean() for at in (0, 1)]
    assert rate[1] < rate[0]  # the plain shares say the opposite
    day, dark = circumstance.effect(answers, night, 2).odds
    assert 1.7 < dark < 2.3
    assert day == pytest.approx(1 / dark)
