"""uvloop, with TLS connections that close."""

from collections.abc import Coroutine
from typing import Any, Final, TypeVar

import uvloop

T = TypeVar("T")

AFSLUITTERMIJN: Final = 0.5
"""Seconds that a TLS connection gets for a closing handshake. uvloop gives 30, and waits them out when a fetch was under way
(uvloop #471): a worker would load its state half a minute per partition. Whoever closes has had the answers that count."""


class Lus(uvloop.Loop):  # type: ignore[misc]
    """The event loop of workers and connectors."""

    async def create_connection(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("ssl"):
            kwargs.setdefault("ssl_shutdown_timeout", AFSLUITTERMIJN)
        return await super().create_connection(*args, **kwargs)


class Luspolitiek(uvloop.EventLoopPolicy):  # type: ignore[misc]
    """Makes every new event loop one of these."""

    def _loop_factory(self) -> Lus:
        return Lus()


def draai(werk: Coroutine[Any, Any, T]) -> T:
    """As asyncio.run, on this loop."""
    return uvloop.run(werk, loop_factory=Lus)  # type: ignore[no-any-return]
