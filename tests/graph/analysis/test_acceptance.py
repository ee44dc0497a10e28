"""Who accepts is foretold from all other invitations, and rightly where people are as supposed."""

import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import acceptance, calibration, likelihood

HISTORY = st.lists(st.lists(st.booleans(), max_size=12), max_size=8)


@given(HISTORY)
def test_each_invitation_is_predicted_from_the_others(history: list[list[bool]]) -> None:
    """Whichever it was: what is known beside it is a history without it."""
    oracle = sorted(
        (Fraction(3 + sum(others), 10 + len(others)), answer)
        for answers in history
        for i, answer in enumerate(answers)
        for others in [answers[:i] + answers[i + 1 :]]
    )
    predicted, happened = acceptance.left_out((len(each), sum(each)) for each in history)
    assert len(predicted) == len(happened) == len(oracle)
    found = sorted(zip(predicted.tolist(), happened.tolist(), strict=True))
    assert found == [(float(p), float(answer)) for p, answer in oracle]


def test_predictions_are_right_of_people_as_they_are_supposed_to_be() -> None:
    """Drawn from Beta(3, 7): what is predicted of a bin happens, but for chance."""
    draw = random.Random(3)
    totals = []
    for _ in range(20_000):
        chance, invited = draw.betavariate(3, 7), draw.randint(1, 30)
        totals.append((invited, sum(draw.random() < chance for _ in range(invited))))
    predicted, happened = acceptance.left_out(totals)
    for row in calibration.table(predicted, happened, 20):
        # Answers of one person are not independent: thrice their number allows for that.
        error = np.sqrt(row.predicted * (1 - row.predicted) * 10 / row.n)
        assert row.observed == pytest.approx(row.predicted, abs=4 * error), row
    parts = calibration.parts(predicted, happened, 20)
    assert parts
    assert parts.reliability < 0.0005
    assert parts.resolution > 0.005


def test_who_accepted_more_often_than_they_were_invited_comes_for_certain_at_most() -> None:
    assert (acceptance.mean(2, 40), acceptance.mean(0, 7), acceptance.mean(4, 1)) == (1, 1, 4 / 14)
    several = acceptance.mean(np.array([2, 0, 4]), np.array([40, 8, 1]))
    assert several.tolist() == [1, 1, 4 / 14]
    assert likelihood.at_least([acceptance.mean(2, 40), *several], 3) == 1


@pytest.mark.parametrize(
    ("predicted", "borders"), [(0.0, (0, 0.1)), (0.3, (0.3, 0.4)), (1, (0.9, 1))]
)
def test_a_prediction_lies_in_its_bin(predicted: float, borders: tuple[float, float]) -> None:
    assert calibration.borders(predicted, 10) == borders
