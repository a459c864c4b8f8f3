"""Puts one connector together, and runs it: HTTP, the connection with Kafka, the inbox. Stops as a whole when one of them fails."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from aiohttp import web

from connectors.aanlevering import Aanlevering, Zender
from connectors.api import Api, Kern
from connectors.bezorging import Inbox
from connectors.instellingen import Instellingen
from connectors.kafka import KafkaZender, lees_meldingen
from connectors.meters import Meters
from connectors.opslag import Opslag
from connectors.persoon import Kader
from hub.stream.aanmelding import bewaak
from hub.stream.codec import standaard

log = structlog.get_logger()

AFSLUITEN: Final = 10.0
"""Seconds that requests under way get when the process is asked to stop."""


def klok() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def kader_van(instellingen: Instellingen, klok_: Callable[[], int] = klok) -> Callable[[], Kader]:
    """What a message is checked against at the moment of asking."""
    return lambda: Kader(klok_(), instellingen.bsn_fout)


def open_opslag(instellingen: Instellingen) -> Opslag:
    """Raises OpslagFout."""
    return Opslag(instellingen.opslag, instellingen.herkomst(instellingen.pseudonimiseerder()))


def aanlevering(
    instellingen: Instellingen, opslag: Opslag, zender: Zender, meters: Meters, klok_: Callable[[], int] = klok
) -> Aanlevering:
    return Aanlevering(
        afzender=instellingen.afzender,
        bron=instellingen.bron,
        pseudoniem=instellingen.pseudonimiseerder(),
        opslag=opslag,
        zender=zender,
        codec=standaard(),
        meters=meters,
        klok=klok_,
    )


async def serveer(instellingen: Instellingen) -> None:
    """Runs until SIGTERM or SIGINT. Raises OpslagFout, OSError (the port is taken), AanmeldingGeweigerd, or what stopped the inbox."""
    einde = asyncio.Event()
    lus = asyncio.get_running_loop()
    for sein in (signal.SIGTERM, signal.SIGINT):
        lus.add_signal_handler(sein, einde.set)
    opslag = open_opslag(instellingen)
    try:
        await _draai(instellingen, opslag, einde)
    finally:
        opslag.sluit()
        log.info("connector_gestopt", tafel=instellingen.tafel)


async def _draai(instellingen: Instellingen, opslag: Opslag, einde: asyncio.Event) -> None:
    meters = Meters()
    zender = KafkaZender(instellingen.kafka, instellingen.tafel)
    inbox = Inbox(instellingen.tafel, opslag, standaard(), meters, klok)
    kern = Kern(
        soort=instellingen.dossiersoort,
        aanlevering=aanlevering(instellingen, opslag, zender, meters),
        inbox=inbox,
        meters=meters,
        kader=kader_van(instellingen),
        verbonden=lambda: zender.gereed,
    )
    runner = web.AppRunner(
        Api(kern).app(), access_log=None, handle_signals=False, shutdown_timeout=AFSLUITEN, auto_decompress=False
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, instellingen.adres, instellingen.poort)
        await site.start()
        poort = runner.addresses[0][1] if runner.addresses else instellingen.poort
        log.info("connector_luistert", tafel=instellingen.tafel, adres=instellingen.adres, poort=poort)
        await _samen(
            einde,
            runner.cleanup,
            zender.houd_verbonden(),
            lees_meldingen(instellingen.kafka, instellingen.tafel, inbox),
            bewaak(instellingen.kafka),
        )
    finally:
        await runner.cleanup()


async def _samen(
    einde: asyncio.Event,
    sluit: Callable[[], Coroutine[Any, Any, None]],
    *werk: Coroutine[Any, Any, None],
) -> None:
    """Runs until `einde` or until one of the works fails; then first `sluit` (no new requests), then stops the others."""
    taken = [asyncio.create_task(deel) for deel in werk]
    wacht = asyncio.create_task(einde.wait())
    try:
        gedaan, _ = await asyncio.wait([wacht, *taken], return_when=asyncio.FIRST_COMPLETED)
        await sluit()
    finally:
        for taak in (wacht, *taken):
            taak.cancel()
        await asyncio.gather(wacht, *taken, return_exceptions=True)
    for taak in gedaan & set(taken):
        taak.result()
