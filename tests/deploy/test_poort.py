"""Ports chosen now and listened on later."""

import asyncio
import socket

from deploy.poort import is_vrij, vrije_poort


def _een(hergebruik: int) -> int:
    """A port as the system gives it to whoever asks for any."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, hergebruik)
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def test_a_chosen_port_is_given_to_nobody_else() -> None:
    """Of thousands who ask for any port, whatever way they ask, none gets one that was chosen."""
    gekozen = {vrije_poort() for _ in range(100)}
    assert len(gekozen) == 100
    assert not gekozen & {_een(nr % 2) for nr in range(5_000)}


async def test_whom_it_was_chosen_for_listens_on_it() -> None:
    """A server listens there while it is held; then it is not free any more, and before it was."""
    poort = vrije_poort()
    assert is_vrij(poort)
    server = await asyncio.start_server(lambda _lezer, schrijver: schrijver.close(), "127.0.0.1", poort)
    async with server:
        assert not is_vrij(poort)
