"""Coordinates: there and back within a micrometre, and no place that cannot be meant."""

from math import asin, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import demo, registry
from graph.crs import Crs, PlaceError, from_wgs84, to_wgs84

SHIFTED = st.sampled_from([Crs.GCJ02, Crs.BD09])
ANY = st.sampled_from(list(Crs))
# A shifted place may fall out of the box within a kilometre of its border, so stay 0.02° inside.
IN_CHINA = st.tuples(st.floats(72.03, 137.81), st.floats(0.85, 55.80))
ON_EARTH = st.tuples(st.floats(-180.0, 180.0), st.floats(-90.0, 90.0)).filter(any)
NEAR_ZHENGZHOU = st.tuples(st.floats(113.2, 114.0), st.floats(34.5, 35.0))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    (x, y), (u, v) = one, other
    h = (
        sin(radians(v - y) / 2) ** 2
        + cos(radians(y)) * cos(radians(v)) * sin(radians(u - x) / 2) ** 2
    )
    return 2 * 6_371_008.8 * asin(sqrt(h))


@given(IN_CHINA, ANY)
def test_out_and_in_again_is_the_same_place(place: tuple[float, float], crs: Crs) -> None:
    assert metres(to_wgs84(*from_wgs84(*place, crs), crs), place) < 1e-6


@given(IN_CHINA, ANY)
def test_in_and_out_again_is_the_same_place(place: tuple[float, float], crs: Crs) -> None:
    assert metres(from_wgs84(*to_wgs84(*place, crs), crs), place) < 1e-6


@given(ON_EARTH, st.sampled_from([Crs.WGS84, Crs.CGCS2000]))
def test_cgcs2000_is_taken_as_wgs84(place: tuple[float, float], crs: Crs) -> None:
    assert to_wgs84(*place, crs) == from_wgs84(*place, crs) == place


@given(NEAR_ZHENGZHOU)
def test_a_wrong_declaration_moves_a_place_near_zhengzhou_by_half_a_kilometre(
    place: tuple[float, float],
) -> None:
    assert 500 < metres(from_wgs84(*place, Crs.GCJ02), place) < 650


def centers() -> dict[str, tuple[float, float]]:
    """The centers of the demo network's divisions and grids, by code."""
    drawn = demo.network().nodes
    territories = [node.label for node in registry.nodes() if node.territory]
    return {
        f"{label} {row['code']}": (row["longitude"], row["latitude"])
        for label in territories
        for row in drawn[label]
        if "longitude" in row
    }


def test_a_wrong_declaration_moves_each_center_of_the_demo_by_552_to_594_metres() -> None:
    """Least in the villages of Zheng'an in the east, most in Shangjie in the west."""
    places = centers()
    assert 783 == len(places)
    read = {code: metres(to_wgs84(*at, Crs.GCJ02), at) for code, at in places.items()}
    said = {code: metres(from_wgs84(*at, Crs.GCJ02), at) for code, at in places.items()}
    assert (552, 593) == (round(min(read.values())), round(max(read.values())))
    assert (552, 594) == (round(min(said.values())), round(max(said.values())))
    for moved in (read, said):
        assert "ZZ-ZM-ZA-V02" in min(moved, key=lambda code: moved[code])
        assert "ZZ-SJ-S1" in max(moved, key=lambda code: moved[code])


# Published with eviltransform (MIT), whose earth is 108 m larger: equal to a centimetre or so.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_gcj02_agrees_with_published_places(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert from_wgs84(*wgs84, Crs.GCJ02) == pytest.approx(gcj02, abs=2e-7)
    assert to_wgs84(*gcj02, Crs.GCJ02) == pytest.approx(wgs84, abs=2e-7)


@pytest.mark.parametrize(
    ("longitude", "latitude", "crs", "field"),
    [
        (180.1, 0.0, Crs.WGS84, "longitude"),
        (0.0, -90.1, Crs.CGCS2000, "latitude"),
        (float("nan"), 0.0, Crs.WGS84, "longitude"),
        (113.5, float("inf"), Crs.GCJ02, "latitude"),
        (float("-inf"), 34.8, Crs.BD09, "longitude"),
        (2.35, 48.85, Crs.GCJ02, "crs"),
        (113.5, 56.0, Crs.BD09, "crs"),
        (113.5, 34.8, "EPSG:3857", "crs"),
    ],
)
def test_a_place_that_cannot_be_meant_is_refused_by_field(
    longitude: float, latitude: float, crs: Crs, field: str
) -> None:
    for convert in (to_wgs84, from_wgs84):
        with pytest.raises(PlaceError) as caught:
            convert(longitude, latitude, crs)
        assert caught.value.field == field


@pytest.mark.parametrize("crs", [Crs.WGS84, Crs.CGCS2000])
def test_a_place_that_is_all_zeros_is_not_known(crs: Crs) -> None:
    """It is read as it is kept, should it be there."""
    with pytest.raises(PlaceError, match="no place"):
        to_wgs84(0.0, -0.0, crs)
    assert from_wgs84(0.0, 0.0, crs) == (0.0, 0.0)


def test_a_swapped_pair_is_named() -> None:
    with pytest.raises(PlaceError, match="swapped"):
        to_wgs84(34.8, 113.5, Crs.WGS84)
    with pytest.raises(PlaceError, match="swapped"):
        to_wgs84(34.8, 75.0, Crs.GCJ02)
    with pytest.raises(PlaceError, match=r"north$"):
        to_wgs84(2.35, 48.85, Crs.GCJ02)


@given(IN_CHINA, SHIFTED)
def test_a_shifted_system_is_never_the_same_place(place: tuple[float, float], crs: Crs) -> None:
    assert 30 < metres(from_wgs84(*place, crs), place) < 3000
