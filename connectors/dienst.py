"""Puts one connector together, and runs it: HTTP, Kafka, the inbox and its receipts. Stops as a whole when one of them fails."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from aiohttp import web

from connectors.aanlevering import Aanlevering
from connectors.api import Api, Kern
from connectors.bevraging import Bevragen, Vrager
from connectors.bewijs import Bezorgbewijzen
from connectors.bezorging import Inbox
from connectors.herhaling import Herhaling
from connectors.instellingen import Instellingen
from connectors.kafka import KafkaZender, lees_meldingen
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.opruimen import Opruiming
from connectors.opslag import Opslag
from connectors.persoon import Kader
from connectors.publicaties import meet, verweesd
from connectors.quotum import Quotum
from connectors.terugkoppeling import Terugkoppelen
from connectors.tls import context
from connectors.toegang import Bewaakt, OpenDeur, Toegang
from connectors.uitgaand import Uitbak
from connectors.uitgever import bron
from connectors.verzonden import Boekzender, Telzender, Verzonden
from connectors.wachtkamer import Wachtkamer
from connectors.zender import Zender
from hub.domein.codes import Soort
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


def open_opslag(instellingen: Instellingen, klok_: Callable[[], int] = klok) -> Opslag:
    """Raises OpslagFout, also where the hub holds dossiers under no key that this connector has: every koppeling would be lost."""
    pseudoniem = instellingen.pseudonimiseerder
    opslag = Opslag(instellingen.opslag, instellingen.herkomst(pseudoniem), klok_())
    aantal = verweesd(opslag.publicaties.verdeling(klok_()), pseudoniem.reeksen)
    if aantal:
        opslag.sluit()
        raise OpslagFout(
            f"{aantal} active dossiers were delivered under keys that this connector does not write any more: restore the "
            "earlier key file or table of frequencies beside the new one, and change keys step by step (docs/beheer.md)"
        )
    return opslag


def aanlevering(
    instellingen: Instellingen, opslag: Opslag, zender: Zender, meters: Meters, klok_: Callable[[], int] = klok
) -> Aanlevering:
    return Aanlevering(
        afzender=instellingen.afzender,
        bron=instellingen.bron,
        pseudoniem=instellingen.pseudonimiseerder,
        opslag=opslag,
        zender=Boekzender(zender, Verzonden(opslag)),
        codec=standaard(),
        meters=meters,
        klok=klok_,
    )


def kern(
    instellingen: Instellingen,
    opslag: Opslag,
    zender: Zender,
    meters: Meters,
    verbonden: Callable[[], bool],
    klok_: Callable[[], int] = klok,
) -> Kern:
    """What the API of one connector stands on. Only a ZSM tafel asks questions."""
    wachtkamer = Wachtkamer(meters)
    return Kern(
        soort=instellingen.dossiersoort,
        aanlevering=aanlevering(instellingen, opslag, zender, meters, klok_),
        opslag=opslag,
        inbox=Inbox(instellingen.tafel, opslag, wachtkamer, standaard(), meters, klok_),
        terugkoppelen=Terugkoppelen(
            tafel=instellingen.tafel,
            bron=instellingen.bron,
            opslag=opslag,
            zender=Boekzender(zender, Verzonden(opslag)),
            codec=standaard(),
            klok=klok_,
        ),
        bevragen=_bevragen(instellingen, opslag, wachtkamer, zender, meters, klok_)
        if instellingen.dossiersoort is Soort.VERDACHTE
        else None,
        meters=meters,
        herhaling=Herhaling(opslag, instellingen.pseudonimiseerder, klok_),
        toegang=_toegang(instellingen, meters, klok_),
        kader=kader_van(instellingen, klok_),
        verbonden=verbonden,
    )


def _bevragen(
    instellingen: Instellingen,
    opslag: Opslag,
    wachtkamer: Wachtkamer,
    zender: Zender,
    meters: Meters,
    klok_: Callable[[], int],
) -> Bevragen:
    return Bevragen(
        vrager=Vrager(instellingen.organisatie, instellingen.afzender, instellingen.bron, instellingen.bevraging),
        pseudoniem=instellingen.pseudonimiseerder,
        quotum=Quotum(opslag),
        wachtkamer=wachtkamer,
        zender=Telzender(zender, Verzonden(opslag)),
        codec=standaard(),
        meters=meters,
        klok=klok_,
    )


def _toegang(instellingen: Instellingen, meters: Meters, klok_: Callable[[], int]) -> Toegang:
    """Without tokens only where nobody else can come: the settings see to that."""
    if instellingen.toegang is None:
        return OpenDeur()
    return Bewaakt(instellingen.toegang, bron(instellingen.toegang), meters, lambda: klok_() / 1000, time.monotonic)


async def serveer(instellingen: Instellingen) -> None:
    """Runs until SIGTERM or SIGINT. Raises OpslagFout, OSError (the port is taken), AanmeldingGeweigerd, or what stopped the inbox."""
    einde = asyncio.Event()
    lus = asyncio.get_running_loop()
    for sein in (signal.SIGTERM, signal.SIGINT):
        lus.add_signal_handler(sein, einde.set)
    with open_opslag(instellingen) as opslag:
        opslag.alleen()
        try:
            await _draai(instellingen, opslag, einde)
        finally:
            log.info("connector_gestopt", tafel=instellingen.tafel)


async def _draai(instellingen: Instellingen, opslag: Opslag, einde: asyncio.Event) -> None:
    meters = Meters()
    zender = KafkaZender(instellingen.kafka, instellingen.tafel)
    kern_ = kern(instellingen, opslag, zender, meters, lambda: zender.gereed)
    boek = Boekzender(zender, Verzonden(opslag))
    inbox = kern_.inbox
    meet(meters, opslag.publicaties, kern_.aanlevering.pseudoniem.reeksen, klok)
    bewijzen = Bezorgbewijzen(bron=instellingen.bron, uitbak=Uitbak(opslag), zender=boek, meters=meters)
    runner = web.AppRunner(
        Api(kern_).app(), access_log=None, handle_signals=False, shutdown_timeout=AFSLUITEN, auto_decompress=False
    )
    await runner.setup()
    try:
        beveiligd = None if instellingen.tls is None else context(instellingen.tls)
        site = web.TCPSite(runner, instellingen.adres, instellingen.poort, ssl_context=beveiligd)
        await site.start()
        poort = runner.addresses[0][1] if runner.addresses else instellingen.poort
        log.info("connector_luistert", tafel=instellingen.tafel, adres=instellingen.adres, poort=poort)
        await _samen(
            einde,
            runner.cleanup,
            zender.houd_verbonden(),
            lees_meldingen(instellingen.kafka, instellingen.tafel, inbox),
            bewijzen.houd_bij(lambda: inbox.nieuws),
            bewaak(instellingen.kafka, meters.brokercertificaat_tot),
            opslag.tot_kapot(),
            Opruiming(opslag, klok).houd_bij(),
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
