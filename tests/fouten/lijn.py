"""The network between one worker and the broker: a TCP proxy that can be cut, slowed down, or left open and dead.

A broker that advertises the proxy's port to that worker (`listeners`) sees all of its connections through it, encrypted or not.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any, Final

from deploy.kafka.vorm import Vorm

STUK: Final = 65_536


class Toestand(Enum):
    """What the line does with bytes."""

    OPEN = auto()
    DICHT = auto()
    """Connections break, and new ones are broken at once."""
    STIL = auto()
    """Connections stay and nothing passes: neither side hears that the other is gone."""


class Lijn:
    """One worker's way to the broker. Its own thread; `sluit` ends it."""

    def __init__(self, naar: int) -> None:
        """`naar` is the broker's port for this worker."""
        self.naar = naar
        self.poort = 0
        self._toestand, self._vertraging = Toestand.OPEN, 0.0
        self._verbindingen: set[asyncio.StreamWriter] = set()
        self._lus = asyncio.new_event_loop()
        self._draad = threading.Thread(target=self._lus.run_forever, daemon=True)
        self._draad.start()
        self._server = self._doe(asyncio.start_server(self._neem_aan, "127.0.0.1", 0))
        self.poort = int(self._server.sockets[0].getsockname()[1])

    def knip(self) -> None:
        """Break every connection, and refuse new ones until `herstel`."""
        self._zet(Toestand.DICHT)
        self._breek()

    def leg_stil(self) -> None:
        """Let nothing pass any more; connections stay open, new ones are taken."""
        self._zet(Toestand.STIL)

    def vertraag(self, seconden: float) -> None:
        """Every piece of bytes waits this long, in both directions."""
        self._vertraging = seconden

    def herstel(self) -> None:
        """As new; what hung is broken, as a firewall does that lost its table."""
        hing = self._toestand is Toestand.STIL
        self._vertraging = 0.0
        self._zet(Toestand.OPEN)
        if hing:
            self._breek()

    def sluit(self) -> None:
        """End the proxy."""
        self._breek()
        self._lus.call_soon_threadsafe(self._server.close)
        self._lus.call_soon_threadsafe(self._lus.stop)
        self._draad.join(10)
        for taak in asyncio.all_tasks(self._lus):
            taak.cancel()
        self._lus.run_until_complete(asyncio.sleep(0.05))
        self._lus.close()

    def _zet(self, toestand: Toestand) -> None:
        self._toestand = toestand

    def _breek(self) -> None:
        async def alle() -> None:
            for schrijver in list(self._verbindingen):
                schrijver.transport.abort()

        self._doe(alle())

    def _doe(self, werk: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(werk, self._lus).result(10)

    async def _neem_aan(self, lezer: asyncio.StreamReader, schrijver: asyncio.StreamWriter) -> None:
        if self._toestand is Toestand.DICHT:
            schrijver.transport.abort()
            return
        try:
            ver_lezer, ver_schrijver = await asyncio.open_connection("127.0.0.1", self.naar)
        except OSError:  # the broker is away: so is the line
            schrijver.transport.abort()
            return
        self._verbindingen |= {schrijver, ver_schrijver}
        try:
            await asyncio.gather(self._pomp(lezer, ver_schrijver), self._pomp(ver_lezer, schrijver))
        finally:
            self._verbindingen -= {schrijver, ver_schrijver}
            for een in (schrijver, ver_schrijver):
                een.transport.abort()

    async def _pomp(self, van: asyncio.StreamReader, naar: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # either side may break it
            while stuk := await van.read(STUK):
                if self._vertraging:
                    await asyncio.sleep(self._vertraging)
                while self._toestand is Toestand.STIL:
                    await asyncio.sleep(0.05)
                naar.write(stuk)
                await naar.drain()
        naar.transport.abort()


def luisteraars(vorm: Vorm, lijnen: dict[str, Lijn]) -> str:
    """Server properties that give every line a listener of its own beside the clients': it advertises the line's port."""
    soort, eigen = _PER_VORM[vorm]

    def rij(sleutel: str, per_lijn: Callable[[Lijn], int], intern: str) -> str:
        extra = ",".join(f"{naam}://127.0.0.1:{per_lijn(lijn)}" for naam, lijn in lijnen.items())
        return f"{sleutel}=CLIENT://127.0.0.1:$poort,{extra}{intern}"

    soorten = ",".join(f"{naam}:{soort}" for naam in ("CLIENT", *lijnen))
    regels = [
        rij("listeners", lambda lijn: lijn.naar, f"{eigen},CONTROLLER://127.0.0.1:$besturing"),
        rij("advertised.listeners", lambda lijn: lijn.poort, eigen),
        f"listener.security.protocol.map={soorten}"
        + (",BROKER:SSL,CONTROLLER:SSL" if vorm is Vorm.BEVEILIGD else ",CONTROLLER:PLAINTEXT"),
    ]
    if vorm is Vorm.BEVEILIGD:
        module = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        regels += [f"listener.name.{naam.lower()}.scram-sha-512.sasl.jaas.config={module}" for naam in lijnen]
    else:
        regels.append("inter.broker.listener.name=CLIENT")
    return "\n".join(regels)


_PER_VORM: Final = {Vorm.OPEN: ("PLAINTEXT", ""), Vorm.BEVEILIGD: ("SASL_SSL", ",BROKER://127.0.0.1:$onderling")}
