"""Lists whose items are made when they are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

T = TypeVar("T")


@dataclass(frozen=True)
class Lazy(Sequence[T], Generic[T]):
    """A list of a known length, of which most is never looked at."""

    length: int
    item: Callable[[int], T]

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, i: int) -> T: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[T]: ...
    def __getitem__(self, i: int | slice) -> T | Sequence[T]:
        if isinstance(i, slice):
            return [self.item(j) for j in range(*i.indices(self.length))]
        return self.item(range(self.length)[i])
