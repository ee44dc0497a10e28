"""Coordinates of the four reference systems in use in China, converted to WGS-84 and back.

Exact to a micrometre both ways. Knows no node, no engine and no request; never guesses a system
that was not declared, and never clips a place: what cannot be meant is a PlaceError.
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, degrees, isfinite, pi, radians, sin, sqrt

__all__ = ["Crs", "PlaceError", "from_wgs84", "in_china", "to_wgs84"]

Pair = tuple[float, float]


class Crs(StrEnum):
    """How a longitude and a latitude were measured.

    CGCS2000 (EPSG:4490) equals WGS-84 to about a metre and is taken as the same. GCJ02 (AMap,
    Tencent) and BD09 (Baidu) are shifted by some hundred metres and defined in China only.
    """

    WGS84 = "WGS84"
    CGCS2000 = "CGCS2000"
    GCJ02 = "GCJ02"
    BD09 = "BD09"


class PlaceError(ValueError):
    """A place that cannot be meant; `field` is «longitude», «latitude» or «crs»."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


# The box in which the shift is defined, as the public sources of the formula have it (degrees).
WEST, EAST = 72.004, 137.8347
SOUTH, NORTH = 0.8293, 55.8271
CHINA = f"{WEST}..{EAST} east and {SOUTH}..{NORTH} north"

# Krasovsky 1940, the ellipsoid of the GCJ-02 formula: semi-major axis in metres, eccentricity².
AXIS = 6378245.0
ECCENTRICITY = 0.00669342162296594323
PERIODS = (1.0, 3.0, 12.0, 30.0)

HINT = "; longitude and latitude look swapped"

# BD-09 shakes GCJ-02 with this frequency and moves it by this much (degrees).
SHAKE = pi * 3000.0 / 180.0
BAIDU_EAST, BAIDU_NORTH = 0.0065, 0.006

# The inverse ends when a step is below 1e-13 degrees (about 10 nm); 8 steps are usual.
STEP = 1e-13
STEPS = 30


def to_wgs84(longitude: float, latitude: float, crs: Crs) -> Pair:
    """Longitude and latitude in degrees, measured in `crs`, as WGS-84 (longitude, latitude).

    PlaceError where the pair is not finite, out of range, or outside China under GCJ02 or BD09;
    and for 0, 0, which is what a device says that does not know where it is.
    """
    system = _checked(longitude, latitude, crs)
    if longitude == latitude == 0.0:
        raise PlaceError("longitude", "0, 0 is no place, but what is said of an unknown one")
    if system is Crs.GCJ02:
        return _inverse(_gcj02, longitude, latitude)
    if system is Crs.BD09:
        return _inverse(_bd09, longitude, latitude)
    return longitude, latitude


def from_wgs84(longitude: float, latitude: float, crs: Crs) -> Pair:
    """A WGS-84 longitude and latitude in degrees, as (longitude, latitude) in `crs`.

    PlaceError as for `to_wgs84`: there is no GCJ02 or BD09 figure for a place outside China.
    """
    system = _checked(longitude, latitude, crs)
    if system is Crs.GCJ02:
        return _gcj02(longitude, latitude)
    if system is Crs.BD09:
        return _bd09(longitude, latitude)
    return longitude, latitude


def _checked(longitude: float, latitude: float, crs: Crs | str) -> Crs:
    """The system, once the pair may be meant in it."""
    try:
        system = Crs(crs)
    except ValueError:
        raise PlaceError("crs", f"crs must be one of {', '.join(Crs)}") from None
    _in_range("longitude", longitude, 180.0, "")
    swapped = abs(longitude) <= 90.0 < abs(latitude) <= 180.0
    _in_range("latitude", latitude, 90.0, HINT if swapped else "")
    if system in (Crs.GCJ02, Crs.BD09) and not in_china(longitude, latitude):
        hint = HINT if in_china(latitude, longitude) else ""
        raise PlaceError("crs", f"{system} is defined in China only, {CHINA}{hint}")
    return system


def _in_range(field: str, angle: float, limit: float, hint: str) -> None:
    if not isfinite(angle):
        raise PlaceError(field, f"{field} must be a finite number of degrees")
    if abs(angle) > limit:
        raise PlaceError(field, f"{field} must lie in -{limit:g}..{limit:g}{hint}")


def in_china(longitude: float, latitude: float) -> bool:
    """Whether a pair of degrees lies in the box in which GCJ02 and BD09 are defined."""
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def _gcj02(longitude: float, latitude: float) -> Pair:
    """WGS-84 to GCJ-02 by the public formula, good to a centimetre between its published forms."""
    east, north = _shift(longitude - 105.0, latitude - 35.0)
    bulge = 1.0 - ECCENTRICITY * sin(radians(latitude)) ** 2
    meridian = AXIS * (1.0 - ECCENTRICITY) / (bulge * sqrt(bulge))
    parallel = AXIS / sqrt(bulge) * cos(radians(latitude))
    return longitude + degrees(east / parallel), latitude + degrees(north / meridian)


def _shift(x: float, y: float) -> Pair:
    """Metres to the east and to the north, at x and y degrees from 105 E, 35 N."""
    common = 20.0 * sin(6.0 * pi * x) + 20.0 * sin(2.0 * pi * x)
    east = common + _waves(x, (20.0, 40.0, 150.0, 300.0))
    north = common + _waves(y, (20.0, 40.0, 160.0, 320.0))
    east_trend = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    north_trend = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    return east_trend + east * 2.0 / 3.0, north_trend + north * 2.0 / 3.0


def _waves(t: float, heights: tuple[float, float, float, float]) -> float:
    """Waves of period 2, 6, 24 and 60 degrees."""
    return sum(h * sin(pi * t / period) for h, period in zip(heights, PERIODS, strict=True))


def _bd09(longitude: float, latitude: float) -> Pair:
    """WGS-84 to BD-09: Baidu's turn and shake on top of GCJ-02."""
    x, y = _gcj02(longitude, latitude)
    radius = sqrt(x * x + y * y) + 0.00002 * sin(y * SHAKE)
    angle = atan2(y, x) + 0.000003 * cos(x * SHAKE)
    return radius * cos(angle) + BAIDU_EAST, radius * sin(angle) + BAIDU_NORTH


def _inverse(shifted: Callable[[float, float], Pair], longitude: float, latitude: float) -> Pair:
    """The place that `shifted` moves to the pair: fixed-point steps, each 50 times shorter."""
    x, y = longitude, latitude
    for _ in range(STEPS):
        east, north = shifted(x, y)
        x, y = x + longitude - east, y + latitude - north
        if abs(longitude - east) < STEP and abs(latitude - north) < STEP:
            break
    return x, y
