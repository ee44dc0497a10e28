"""A report of coverage as GeoJSON (RFC 7946): a feature for each unit, with how it is."""

import asyncio
import json
from typing import Any, LiteralString

from graph import registry
from graph.bolt import Graph
from graph.measure.count import UNITS, counted
from graph.measure.found import Found
from graph.measure.question import Question
from graph.model import Asking, Finding, Missing, Unfit
from graph.predicate import Predicates, valid, where
from graph.scope import ground

MOST = 5_000  # features


def drawn(question: Question, day: str | None = None) -> Finding:
    """`{territory, asOf, revision, features, withoutGeometry, geoJson}`.

    The geometry is a unit's boundary, else its centroid, else null. Raises Missing, or Unfit where
    there are more than MOST units.
    """

    async def find(graph: Graph, asking: Asking) -> dict[str, Any]:
        found = await counted(graph, question, asking)
        if len(found.units) > MOST:
            raise Unfit("input.within", f"a map has up to {MOST} units, not {len(found.units)}")
        values = {"within": question.within.code, "level": question.level, **asking.values()}
        rows = await graph.read("map.units", statement(question, asking.bounded), values)
        if rows is None:
            raise Missing("input.within")
        features = await asyncio.to_thread(_features, found, {row[0]: row[1:] for row in rows})
        return {
            "territory": question.within,
            "asOf": question.day,
            "revision": found.revision,
            "features": len(features),
            "withoutGeometry": sum(feature["geometry"] is None for feature in features),
            "geoJson": {"type": "FeatureCollection", "features": features},
        }

    return Finding(find, day)


def statement(question: Question, bounded: bool) -> LiteralString:
    """[[code, name, boundary] …] of the units."""
    inside = Predicates(bounded).inside("u", registry.node("Grid"))
    return "\n".join(
        [
            ground(question.within.label, bounded),
            f"CALL (t) {{ {where(UNITS, [valid('w', 'day'), inside])} WITH DISTINCT u "
            "RETURN collect([u.code, u.name, u.boundary]) AS units }",
            "RETURN units AS row",
        ]
    )


def _features(found: Found, known: dict[str, Any]) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = []
    for i, code in enumerate(found.units.codes):
        name, boundary = known.get(code, (None, None))
        geometry = json.loads(boundary) if boundary else None
        if geometry is None and found.units.placed[i]:
            place = [float(found.units.longitude[i]), float(found.units.latitude[i])]
            geometry = {"type": "Point", "coordinates": place}
        features.append(feature(found, i, geometry, {"code": code, "name": name}))
    return features


def feature(found: Found, i: int, geometry: Any, more: dict[str, Any]) -> dict[str, Any]:
    """What is found of a unit, as a feature."""
    told = found.told(i)
    return {
        "type": "Feature",
        "id": found.units.codes[i],
        "geometry": geometry,
        "properties": {
            **more,
            **{name: told[name] for name in ("status", "count", "severity", "reason")},
        },
    }
