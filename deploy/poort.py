"""Ports of the loopback, chosen now and listened on a moment later."""

import os
import socket
from collections import deque
from typing import Final

_GEHOUDEN: Final[deque[int]] = deque()
"""Descriptors, which the end of the process closes."""
_HOOGSTENS: Final = 256


def vrije_poort() -> int:
    """A port that nobody has, and that the system gives to nobody else who asks for any port.

    A socket that is bound to it and never listens holds it for as long as this process lives, or until it has chosen 256 others.
    Whoever it is meant for listens beside it: asyncio and Java set SO_REUSEADDR, as this does.
    """
    houder = _gebonden(0)
    poort = int(houder.getsockname()[1])
    _GEHOUDEN.append(houder.detach())
    if len(_GEHOUDEN) > _HOOGSTENS:
        os.close(_GEHOUDEN.popleft())
    return poort


def is_vrij(poort: int) -> bool:
    """Whether nobody listens there. Connections that linger are no hindrance."""
    try:
        _gebonden(poort).close()
    except OSError:
        return False
    return True


def _gebonden(poort: int) -> socket.socket:
    houder = socket.socket()
    try:
        houder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        houder.bind(("127.0.0.1", poort))
    except OSError:
        houder.close()
        raise
    return houder
