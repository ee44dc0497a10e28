"""Head and body of an answer in one write: of two, each costs a system call here and there."""

import asyncio

HEAD = b"HTTP/1.1 "


class Corked:
    """What uvicorn needs of a transport to answer on; it keeps a head for the turn of the loop.

    Of a stream no body follows in that turn, so its head goes by itself.
    """

    __slots__ = ("held", "loop", "transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.transport, self.loop = transport, loop
        self.held = b""

    def write(self, data: bytes) -> None:
        if self.held:
            self.transport.writelines((self.held, data))
            self.held = b""
        elif data.startswith(HEAD):
            self.held = data
            self.loop.call_soon(self.flush)
        else:
            self.transport.write(data)

    def flush(self) -> None:
        if self.held:
            self.transport.write(self.held)
            self.held = b""

    def close(self) -> None:
        self.flush()
        self.transport.close()

    def is_closing(self) -> bool:
        return self.transport.is_closing()
