"""Messages between a process that solves and its parent: pickles, with arrays beside them.

Arrays are written as they lie in memory (pickle protocol 5, PEP 574): the sender copies none of
them, and its other threads go on meanwhile.
"""

import pickle
from typing import IO, Any


def say(stream: IO[bytes], said: object) -> None:
    arrays: list[pickle.PickleBuffer] = []
    told = pickle.dumps(said, protocol=5, buffer_callback=arrays.append)
    views = [each.raw() for each in arrays]
    pickle.dump((told, [view.nbytes for view in views]), stream)
    for view in views:
        stream.write(view)
    stream.flush()


def heard(stream: IO[bytes]) -> Any:
    """The next message; EOFError if there is no whole one."""
    told, sizes = pickle.load(stream)
    return pickle.loads(told, buffers=[_read(stream, size) for size in sizes])


def _read(stream: Any, size: int) -> bytearray:
    found = bytearray(size)
    left = memoryview(found)
    while left:
        taken = stream.readinto(left)
        if not taken:
            raise EOFError
        left = left[taken:]
    return found
