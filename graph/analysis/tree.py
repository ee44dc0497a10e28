"""Walks down what hangs together from parents to children."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def below(tops: Iterable[T], children: Mapping[T, Sequence[T]]) -> set[T]:
    """These and all that can be reached from them; a child of several parents is met once."""
    found = set(tops)
    waiting = [*found]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
