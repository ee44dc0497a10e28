"""The demo network: one city's worth of grids, people and merchants, the same on every run.

Drawn from fixed seeds, without clock, engine or network; reproduces the figures the source
publishes (156 organizations with 6,169 members; 15 + 100 + 619 + 16 grids) and is uneven on
purpose, so that coverage has gaps to find. No person in it is real.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from graph.demo.adjacency import adjacent
from graph.demo.calling import calling
from graph.demo.census import Census, volunteers
from graph.demo.draft import Draft
from graph.demo.market import market
from graph.demo.offices import offices
from graph.demo.service import service
from graph.demo.skill import skills
from graph.demo.society import circles, party, shangjie
from graph.demo.territory import land

__all__ = ["Network", "network"]


@dataclass(frozen=True)
class Network:
    """Plain rows, ready to be loaded; a property without value is left out, dates are ISO text.

    `nodes`: label -> rows, each with its `code`. `links`: (type, start label, end label) -> rows
    with the codes `start` and `end`, and the link's properties.
    """

    nodes: dict[str, list[dict[str, Any]]]
    links: dict[tuple[str, str, str], list[dict[str, Any]]]


def network() -> Network:
    """The demo network; equal on every call. Every interval that ends, ended before 2026."""
    draft = Draft()
    ground = land(draft)
    census = Census(draft, Random("commongrid census"))
    helpers = volunteers(census, ground)
    officers = offices(census, ground, helpers)
    skills(draft, helpers, officers)
    shangjie(census, ground)
    circles(census, helpers)
    party(draft, ground, helpers + officers + market(census, ground))
    riders = [one for one in officers if one.code.startswith("P-RIDER-")]
    service(draft, ground, helpers, riders)
    calling(draft, helpers)
    adjacent(draft)
    return Network(draft.nodes, draft.links)
