"""Passwords are renewed while records flow: none is lost, none is doubled, and the old password opens nothing any more."""

import asyncio

import pytest

from connectors.kafka import KafkaZender
from connectors.zender import Bericht as Aanlevering
from connectors.zender import NietBezorgd
from hub.geheim import schrijf_geheim
from hub.stream.aanmelding import AanmeldingGeweigerd, meld_aan
from hub.stream.gebruikers import Gebruikersbeheer
from hub.stream.record import Plek
from hub.stream.topics import tafelgebruiker
from tests.keten.harnas import Keten
from tests.keten.oorzaak import staand_volgens_de_functies
from tests.keten.signalen import TWENTE, ZSM, Bericht, bericht, signaal

PAREN = 60


async def lever(zender: KafkaZender, een: Bericht) -> Plek:
    """As a source system does: again, until it is delivered."""
    while True:
        try:
            return (await zender.stuur(Aanlevering(een.key, een.value, een.headers))).plek
        except NietBezorgd:
            await asyncio.sleep(0.2)


async def test_passwords_are_renewed_without_loss(keten: Keten) -> None:
    """A tafel's and a worker's password are replaced in the middle of a stream: the tafel goes on with the new one, the worker starts
    again with it, and the meldingen that stand are those of an undisturbed run."""
    (werker,) = await asyncio.to_thread(keten.start, "worker-1")
    signalen = [signaal(tafel, nummer) for nummer in range(PAREN) for tafel in (TWENTE, ZSM)]
    oud = keten.verbinding_van(tafelgebruiker(ZSM))
    bewaard = keten.map / "oud"
    schrijf_geheim(bewaard, oud.wachtwoord())
    zender = KafkaZender(oud, ZSM)
    verbonden = asyncio.create_task(zender.houd_verbonden())
    wissel = Gebruikersbeheer(keten.verbinding, keten.geheim).wissel
    eerste = None
    try:
        for nummer, een in enumerate(signalen):
            if een.tafel == ZSM:
                await lever(zender, bericht(een))
            else:
                await asyncio.to_thread(keten.zend, [bericht(een)])
            if nummer == PAREN // 2:
                eerste = zender._producent
                await asyncio.to_thread(wissel, tafelgebruiker(ZSM))
            if nummer == PAREN:
                await asyncio.to_thread(wissel, "hub.worker-1")
        async with asyncio.timeout(60):
            while zender._producent is eerste or werker.leeft:
                await asyncio.sleep(0.1)
        assert not verbonden.done()
        await lever(zender, bericht(signalen[-1]))
    finally:
        verbonden.cancel()
        await asyncio.gather(verbonden, return_exceptions=True)
    assert werker.proces is not None and werker.proces.returncode == 70
    assert "password or certificates were replaced" in werker.staart()
    await asyncio.to_thread(werker.start)
    await asyncio.to_thread(werker.wacht_gereed)
    await asyncio.to_thread(keten.wacht_stil)
    assert keten.staand() == staand_volgens_de_functies(signalen)
    assert await meld_aan(oud)
    with pytest.raises(AanmeldingGeweigerd, match="refuses user"):
        await meld_aan(oud.model_copy(update={"wachtwoord_bestand": bewaard}))
