"""Sockets of new connections, closed also where whoever waited for the connection has gone.

The driver forgets the socket of a connection whose opening is cancelled; it would stay open until
the garbage collector met it, and be warned of.
`test_the_driver_still_leaves_the_socket_of_a_cancelled_opening` tells when this can go.
"""

import socket
from typing import Any


class Forgettable(socket.socket):
    """Closes itself when nobody refers to it any more."""

    def __del__(self) -> None:
        self.close()


def mend(driver: Any) -> None:
    """From now on this module of the driver, which opens sockets, opens such as these."""
    driver.socket = Forgettable
