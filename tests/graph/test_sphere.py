"""Distances: against the same formula in the standard library, one pair at a time."""

from math import asin, cos, pi, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.analysis import sphere

Place = tuple[float, float]

EVERYWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
HERE = st.tuples(st.floats(113.50, 113.60), st.floats(34.78, 34.85))
CORNERS = st.sampled_from(
    [(180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (77.0, -90.0), (179.9999, 1.0)]
)
PLACE = EVERYWHERE | HERE | CORNERS
REACH = st.sampled_from([0.0, 0.01, 15.0, 865.38, 5_000.0, 300_000.0, 9e6, 2.1e7])


def oracle(one: Place, other: Place) -> float:
    (x, y), (u, v) = one, other
    h = (
        sin(radians(v - y) / 2) ** 2
        + cos(radians(y)) * cos(radians(v)) * sin(radians(u - x) / 2) ** 2
    )
    return 2 * 6_371_008.8 * asin(sqrt(min(h, 1.0)))


def columns(places: list[Place]) -> tuple[list[float], list[float]]:
    return [x for x, _ in places], [y for _, y in places]


@given(PLACE, st.lists(PLACE, max_size=20))
def test_metres_are_those_of_the_formula_to_a_centimetre(one: Place, others: list[Place]) -> None:
    found = sphere.metres(*one, *columns(others))
    assert found.shape == (len(others),)
    # Opposite places: the formula itself is unsteady there, to some decimetres.
    slack = [0.2 if oracle(one, other) > 2e7 else 0.0051 for other in others]
    for metres, other, allowed in zip(found, others, slack, strict=True):
        assert metres == pytest.approx(oracle(one, other), abs=allowed)
        assert metres == round(float(metres), 2)


def test_known_distances() -> None:
    quarter = pi / 2 * 6_371_008.8
    assert sphere.metres(0.0, 0.0, [0.0, 90.0, 0.0], [0.0, 0.0, 90.0]).tolist() == [
        0.0,
        round(quarter, 2),
        round(quarter, 2),
    ]
    assert float(sphere.metres(179.9995, 0.0, [-179.9995], [0.0])[0]) == pytest.approx(
        111.2, abs=0.1
    )


@given(st.lists(PLACE, max_size=25), st.lists(PLACE, max_size=25), REACH)
def test_counts_are_those_of_every_pair(
    units: list[Place], places: list[Place], reach: float
) -> None:
    expected = [int((sphere.metres(*unit, *columns(places)) <= reach).sum()) for unit in units]
    assert sphere.count_within(*columns(units), *columns(places), reach).tolist() == expected


@given(st.lists(HERE, min_size=1, max_size=25), st.lists(HERE, min_size=1, max_size=25))
def test_reach_is_inclusive_on_the_rounded_figure(units: list[Place], places: list[Place]) -> None:
    reach = float(sphere.metres(*units[0], *columns(places)).max())
    assert sphere.count_within(*columns(units), *columns(places), reach)[0] == len(places)


@given(st.lists(PLACE, max_size=25), st.lists(PLACE, max_size=25), REACH)
def test_pairs_are_those_of_the_matrix(
    units: list[Place], places: list[Place], reach: float
) -> None:
    unit, place, metres = sphere.pairs_within(*columns(units), *columns(places), reach)
    x, y = (np.array(column, dtype=float)[:, None] for column in columns(units))
    matrix = sphere.metres(x, y, *columns(places))
    rows, cells = np.nonzero(matrix <= reach)
    assert (unit.tolist(), place.tolist()) == (rows.tolist(), cells.tolist())
    assert metres.tolist() == matrix[rows, cells].tolist()


def test_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    x, y = 113.5 + random.random(300) / 10, 34.8 + random.random(300) / 20
    whole = sphere.count_within(x, y, x, y, 1000.0)
    monkeypatch.setattr(sphere, "BLOCK", 50)
    assert sphere.count_within(x, y, x, y, 1000.0).tolist() == whole.tolist()
    assert whole.min() >= 1


def test_few_units_among_many_places_have_the_pairs_of_the_matrix() -> None:
    random = np.random.default_rng(8)
    for middle in (113.5, 179.99):  # and across the date line
        x = (middle + random.random(3000) / 20 + 180) % 360 - 180
        y = 34.8 + random.random(3000) / 20
        few = x[:7], y[:7]
        for reach in (0.0, 300.0, 2000.0):
            unit, place, _ = sphere.pairs_within(*few, x, y, reach)
            expected = [
                np.flatnonzero(sphere.metres(*one, x, y) <= reach) for one in zip(*few, strict=True)
            ]
            assert unit.tolist() == [i for i, row in enumerate(expected) for _ in row]
            assert place.tolist() == np.concatenate(expected).tolist()


def test_more_pairs_than_one_wants_to_look_at_are_refused() -> None:
    x, y = np.full(20, 113.5), np.full(20, 34.8)
    assert len(sphere.pairs_within(x, y, x, y, 1.0, 400)[0]) == 400
    with pytest.raises(sphere.TooMany):
        sphere.pairs_within(x, y, x, y, 1.0, 399)


def test_minutes_by_the_method() -> None:
    assert sphere.METHOD == "GREAT_CIRCLE_X_1_3"
    assert sphere.minutes([0.0, 750.0]).tolist() == [0.0, 13.0]


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        sphere.count_within([113.5], [float("nan")], [113.5], [34.8], 100.0)
