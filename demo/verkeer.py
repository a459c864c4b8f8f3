"""The demo as the organisations' own systems: requests to the connectors, meldingen from their streams."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from demo.dag import Bericht, Paar, Zaak

TEGELIJK: Final = 24
"""Requests under way at the same time."""
HERPROBEER: Final = 10
"""Times that a connector may say 503 (Kafka is away for a moment) to one request."""
_PAGINA: Final = 1000


class OnverwachtAntwoord(Exception):
    """A connector answered something that the demo did not ask for. Names the path and the status, never the content."""


@dataclass(frozen=True, slots=True)
class Antwoord:
    """What a connector said to one request."""

    bericht: Bericht
    status: int
    begin: float
    """time.monotonic when the request was sent."""
    klaar: float
    problemen: tuple[str, ...] = ()
    """JSON pointers of the faults that it named (RFC 9457)."""

    @property
    def aangenomen(self) -> bool:
        return self.status == 202


@dataclass(frozen=True, slots=True)
class Aankomst:
    """A melding as it came out of a tafel's stream."""

    tafel: str
    moment: float
    """time.monotonic."""
    melding: Mapping[str, Any]


@dataclass
class Meetboek:
    """When each case was last sent, what was answered, and which meldingen came."""

    antwoorden: list[Antwoord] = field(default_factory=list)
    aankomsten: list[Aankomst] = field(default_factory=list)
    duren: list[float] = field(default_factory=list)
    """Seconds from the later of the two requests of a pair until the melding came out of the stream."""
    _verstuurd: dict[Zaak, float] = field(default_factory=dict)

    def begin(self, zaak: Zaak) -> float:
        """A request about this case leaves now."""
        self._verstuurd[zaak] = time.monotonic()
        return self._verstuurd[zaak]

    def kom_aan(self, aankomst: Aankomst, paar: Paar | None) -> float | None:
        """A melding came out; its time since the request that completed its pair."""
        self.aankomsten.append(aankomst)
        if paar is None:
            return None
        duur = aankomst.moment - max(self._verstuurd[zaak] for zaak in paar)
        self.duren.append(duur)
        return duur


async def stuur(
    sessie: aiohttp.ClientSession, adressen: Mapping[str, str], bericht: Bericht, boek: Meetboek
) -> Antwoord:
    """POST one message; asked to come back later, it does. Raises OnverwachtAntwoord for anything but 202 and 400."""
    begin = boek.begin(bericht.zaak)
    for poging in range(HERPROBEER):
        async with sessie.post(adressen[bericht.tafel] + bericht.pad, json=bericht.inhoud) as antwoord:
            inhoud = await antwoord.json(content_type=None)
            if antwoord.status in {202, 400}:
                problemen = tuple(fout["pointer"] for fout in inhoud.get("errors", ()))
                uit = Antwoord(bericht, antwoord.status, begin, time.monotonic(), problemen)
                boek.antwoorden.append(uit)
                return uit
            if antwoord.status != 503:
                raise OnverwachtAntwoord(f"{bericht.tafel} {bericht.pad}: HTTP {antwoord.status}")
        await asyncio.sleep(0.1 * 2**poging)
    raise OnverwachtAntwoord(f"{bericht.tafel} {bericht.pad}: HTTP 503, {HERPROBEER} keer")


async def stuur_alle(
    sessie: aiohttp.ClientSession,
    adressen: Mapping[str, str],
    berichten: Iterable[Bericht],
    boek: Meetboek,
    na_elk: Callable[[], None],
) -> None:
    """All messages, TEGELIJK at a time. Raises what the first of them raised."""
    ruimte = asyncio.Semaphore(TEGELIJK)

    async def een(bericht: Bericht) -> None:
        async with ruimte:
            await stuur(sessie, adressen, bericht, boek)
            na_elk()

    try:
        async with asyncio.TaskGroup() as groep:
            for bericht in berichten:
                groep.create_task(een(bericht))
    except ExceptionGroup as fouten:
        raise fouten.exceptions[0] from None  # one is enough to say what is wrong


async def stroom(sessie: aiohttp.ClientSession, tafel: str, adres: str) -> AsyncIterator[Aankomst]:
    """Meldingen of one tafel from its stream of server-sent events, from the first on, until cancelled."""
    geduld = aiohttp.ClientTimeout(total=None, sock_read=None)
    async with sessie.get(f"{adres}/v1/meldingen/stroom", timeout=geduld) as antwoord:
        if antwoord.status != 200:
            raise OnverwachtAntwoord(f"{tafel} /v1/meldingen/stroom: HTTP {antwoord.status}")
        async for regel in antwoord.content:
            if regel.startswith(b"data: "):
                yield Aankomst(tafel, time.monotonic(), json.loads(regel[6:]))


async def inbox(sessie: aiohttp.ClientSession, adres: str) -> list[dict[str, Any]]:
    """Everything in one inbox, page by page."""
    uit: list[dict[str, Any]] = []
    sinds = 0
    while True:
        async with sessie.get(f"{adres}/v1/meldingen", params={"sinds": sinds, "limiet": _PAGINA}) as antwoord:
            if antwoord.status != 200:
                raise OnverwachtAntwoord(f"{adres}/v1/meldingen: HTTP {antwoord.status}")
            pagina = await antwoord.json()
        uit += pagina["meldingen"]
        if not pagina["meldingen"]:
            return uit
        sinds = pagina["volgende"]
