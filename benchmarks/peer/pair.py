"""Two of our processes against one, on the same connections.

A process listens on an address of its own: the two have a port each, between which the load is
split, as a balancer would. The engine and what asks have the same cores, so that more processes
can only show what they are worth where cores are to spare.
"""

import asyncio
import os
import statistics

from benchmarks.peer.burst import burst
from benchmarks.peer.contestant import Running, started
from benchmarks.peer.dialect import OURS
from benchmarks.peer.layer import Figure
from benchmarks.peer.shapes import Shape
from benchmarks.peer.turn import WARM, Pace, settled
from graph.engine import Endpoint


async def workers(at: Endpoint, ours: Running, shape: Shape, pace: Pace) -> list[Figure]:
    """Requests a second of one and of two."""
    bodies, many = OURS.bodies(shape), max(2, pace.connections)

    async def rate(ports: list[int], seconds: float) -> float:
        share = many // len(ports)
        found = await asyncio.gather(*(burst(port, bodies, share, seconds) for port in ports))
        return sum(each.rate for each in found)

    with started(at, [ours.contestant]) as (second,):
        await second.answered(bodies[0])
        await settled([second])
        both, one, two = [ours.port, second.port], [], []
        await rate(both, WARM)
        for _ in range(pace.rounds):
            one.append(await rate(both[:1], pace.seconds))
            two.append(await rate(both, pace.seconds))
    first, pair = statistics.median(one), statistics.median(two)
    where = f"on {os.cpu_count()} cores that the engine and the client share"
    return [
        Figure(f"1 worker, {shape.name}, {where}", round(first, 1), "requests/s"),
        Figure(f"2 workers, two ports, load split, {where}", round(pair, 1), "requests/s"),
        Figure("2 workers against 1", round(pair / first, 2), "times"),
    ]
