"""What is expected under a circumstance is what exact arithmetic, one by one, says of it."""

import random
from fractions import Fraction
from typing import Any, NamedTuple

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


def chance(
    person: int, names: tuple[str, ...], value: Any, seen: list[Asked], before: Before
) -> Fraction:
    """Of one who is asked so, from all that was seen."""
    answers = [(e.person, tuple(getattr(e, name) for name in names), e.yes) for e in seen]
    mine = [each for each in answers if each[0] == person]
    n, a = before[person]
    totals = n + len(mine), a + sum(yes for *_, yes in mine)
    return answering.chance(totals, mine, answering.learned(answers, value), value)


SIZES = {"hour": HOURS, "channel": CHANNELS}
NAMES = [("hour",), ("channel",), ("hour", "channel")]


@pytest.mark.parametrize("names", NAMES)
@given(seen=INVITATIONS, before=BEFORE, asked=st.tuples(st.integers(0, 1), st.integers(0, 1)))
def test_a_chance_is_that_of_exact_arithmetic(
    names: tuple[str, ...], seen: list[Asked], before: Before, asked: tuple[int, int]
) -> None:
    answers, alike = arrays(seen, before), np.ones(len(seen), np.int64)
    value = asked[: len(names)]
    for name, one in zip(names, value, strict=True):
        alike &= column(seen, name) == one
    found = circumstance.under(answers, alike)
    expected = [float(chance(person, names, value, seen, before)) for person in range(PEOPLE)]
    assert found == pytest.approx(expected, rel=1e-9)
    assert ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("names", NAMES)
@given(seen=INVITATIONS, before=BEFORE)
def test_each_is_foretold_by_all_others_as_if_it_were_not_there(
    names: tuple[str, ...], seen: list[Asked], before: Before
) -> None:
    at, m = np.zeros(len(seen), np.int64), 1
    for name in names:
        at, m = at * SIZES[name] + column(seen, name), m * SIZES[name]
    found = circumstance.foretold(arrays(seen, before), at, m)
    expected = []
    for i, each in enumerate(seen):
        value = tuple(getattr(each, name) for name in names)
        others = seen[:i] + seen[i + 1 :]
        expected.append(float(chance(each.person, names, value, others, before)))
    assert found == pytest.approx(expected, rel=1e-9)


@given(seen=INVITATIONS, before=BEFORE)
def test_where_a_circumstance_makes_no_difference_the_person_alone_counts(
    seen: list[Asked], before: Before
) -> None:
    answers = arrays(seen, before)
    assert circumstance.effect(answers, np.zeros(len(seen), np.int64), 1).odds == 1
    mean = (3 + answers.accepted) / (10 + answers.invited)
    for alike in (np.ones(len(seen), np.int64), np.zeros(len(seen), np.int64)):
        assert circumstance.under(answers, alike) == pytest.approx(mean)


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


def drawn(draw: random.Random, sure: dict[tuple[int, int], float]) -> list[tuple[int, ...]]:
    """400 people who are asked thirty times, so or so; (person, hour, channel, yes) of each."""
    return [
        (person, *so, int(draw.random() < sure[so]))
        for person in range(400)
        for _ in range(30)
        for so in [draw.choice([*sure])]
    ]


def chances(seen: list[tuple[int, ...]], newcomers: int, hour: int, channel: int | None) -> Any:
    person, at, by, yes = np.asarray(seen, np.int64).T
    people = int(person.max()) + 1 + newcomers
    invited = np.bincount(person, minlength=people)
    accepted = np.bincount(person, yes, people).astype(np.int64)
    alike = (at == hour) & ((by == channel) | (channel is None))
    return circumstance.under(Answers(person, yes, invited, accepted), alike.astype(np.int64))


def test_what_always_goes_together_is_not_believed_twice() -> None:
    """In the evening all are phoned, in the morning nobody."""
    seen = drawn(random.Random(3), {(0, 0): 0.2, (1, 1): 0.5})
    both, hour = chances(seen, 0, 1, 1), chances(seen, 0, 1, None)
    assert both == pytest.approx(hour)
    assert both.mean() == pytest.approx(0.5, abs=0.04)
    assert chances(seen, 0, 0, 0).mean() == pytest.approx(0.2, abs=0.04)


def test_the_usual_circumstance_is_what_was_known_before() -> None:
    """Nine of ten are asked in the evening: who is new comes then as often as anybody does."""
    seen = drawn(random.Random(4), {(1, i): 0.33 for i in range(9)} | {(0, 0): 0.11})
    assert chances(seen, 1, 1, None)[-1] == pytest.approx(0.32, abs=0.02)
    assert chances(seen, 1, 0, None)[-1] == pytest.approx(0.11, abs=0.03)
