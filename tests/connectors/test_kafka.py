"""The connector's side of Kafka, on the real broker: deliver, be refused, wait for a topic, read on where the store ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from confluent_kafka.admin import AdminClient, NewTopic

from connectors import kafka
from connectors.api import Api
from connectors.bewijs import Bezorgbewijzen
from connectors.bezorging import Inbox
from connectors.dienst import kern
from connectors.kafka import KafkaZender, grenzen, lees_meldingen
from connectors.meters import Meters
from connectors.uitgaand import Uitbak
from connectors.wachtkamer import Wachtkamer
from connectors.zender import Bericht, NietBezorgd
from deploy.kafka.broker import BestaandeBroker, Broker
from hub.domein import gebeurtenisvorm
from hub.domein.codes import Bekendheid, MeldingSoort, Reactie
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.identiteit import TafelId
from hub.domein.melding import Melding
from hub.domein.tafeltopics import melding_topic, signaal_topic
from hub.stream.codec import standaard
from hub.stream.verbinding import Verbinding
from tests.connectors.opstelling import ZSM, Connector, Klok, records
from tests.connectors.test_bevraging import VRAAG, antwoord

TAFEL = TafelId(ZSM)


@pytest.fixture
def verbinding(broker: Broker | BestaandeBroker, prefix: str) -> Verbinding:
    return broker.beheer.model_copy(update={"topic_prefix": prefix})


def maak_topic(verbinding: Verbinding, naam: str, **config: str) -> None:
    admin = AdminClient(verbinding.librdkafka())
    for gemaakt in admin.create_topics([NewTopic(verbinding.topic(naam), 3, 1, config=config)]).values():
        gemaakt.result(30)


@asynccontextmanager
async def naast(werk: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs beside the test, and fails it when it ends by itself."""
    taak = asyncio.create_task(werk)
    try:
        yield
        assert not taak.done()
    finally:
        taak.cancel()
        await asyncio.gather(taak, return_exceptions=True)


async def tot(voorwaarde: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not voorwaarde():
            await asyncio.sleep(0.02)


def bericht(nummer: int, omvang: int = 100) -> Bericht:
    return Bericht(f"om.{nummer}".encode(), nummer.to_bytes(4, "big") * (omvang // 4), [("ce_id", b"1")])


async def test_bezorgd(verbinding: Verbinding) -> None:
    """What was delivered is in the topic, under its key, with its headers; equal keys in one partition, in order."""
    maak_topic(verbinding, signaal_topic(TAFEL))
    zender = KafkaZender(verbinding, TAFEL)
    with pytest.raises(NietBezorgd):
        await zender.stuur(bericht(0))
    async with naast(zender.houd_verbonden()):
        await zender.verbonden()
        await asyncio.gather(*(zender.stuur(bericht(nummer)) for nummer in range(50)))
        await zender.stuur(bericht(7, 200))
        assert zender.gereed
    consument = AIOKafkaConsumer(
        verbinding.topic(signaal_topic(TAFEL)), **verbinding.aiokafka(), auto_offset_reset="earliest"
    )
    await consument.start()
    try:
        gelezen = [await asyncio.wait_for(consument.getone(), 10) for _ in range(51)]
    finally:
        await consument.stop()
    assert {r.key for r in gelezen} == {bericht(nummer).sleutel for nummer in range(50)}
    zeven = [r for r in gelezen if r.key == bericht(7).sleutel]
    assert [r.value for r in zeven] == [bericht(7).waarde, bericht(7, 200).waarde]
    assert len({r.partition for r in zeven}) == 1
    assert gelezen[0].headers == (("ce_id", b"1"),)


async def test_geweigerd(verbinding: Verbinding) -> None:
    """A refusal by the broker is told to the sender of that record only: those after it are delivered."""
    maak_topic(verbinding, signaal_topic(TAFEL), **{"max.message.bytes": "2000"})
    zender = KafkaZender(verbinding, TAFEL)
    async with naast(zender.houd_verbonden()):
        await zender.verbonden()
        for _ in range(3):
            await zender.stuur(bericht(1))
            with pytest.raises(NietBezorgd, match="MessageSizeTooLarge"):
                await zender.stuur(bericht(1, 5_000))
            await tot(lambda: zender.gereed)
        await zender.stuur(bericht(1))


async def test_geen_antwoord(verbinding: Verbinding, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an acknowledgement in time the sender is told so, and can send again once the topic is there."""
    monkeypatch.setattr(kafka, "BEZORGTERMIJN", 0.5)
    zender = KafkaZender(verbinding, TAFEL)
    async with naast(zender.houd_verbonden()):
        await zender.verbonden()
        with pytest.raises(NietBezorgd, match="in time"):
            await zender.stuur(bericht(1))
        assert not zender.gereed
        maak_topic(verbinding, signaal_topic(TAFEL))
        monkeypatch.undo()
        await zender.stuur(bericht(1))
        assert zender.gereed


async def test_inbox(verbinding: Verbinding, zsm: Connector) -> None:
    """The inbox waits for its topic, is up to date when it has read to the end, follows, and reads on after a restart."""
    topic = melding_topic(TAFEL)
    producent = AIOKafkaProducer(**verbinding.aiokafka())
    await producent.start()

    async def stuur(*stukken: Any) -> None:
        for record in records(stukken):
            await producent.send_and_wait(verbinding.topic(topic), record.waarde, key=b"koppeling")

    try:
        async with naast(lees_meldingen(verbinding, TAFEL, zsm.inbox)):
            await asyncio.sleep(0.1)
            assert not zsm.inbox.bijgewerkt
            maak_topic(verbinding, topic)
            await tot(lambda: zsm.inbox.bijgewerkt)
            await stuur(zsm.melding(1), b"onzin", zsm.melding(2))
            await tot(lambda: len(zsm.inbox.toon(0, 10)) == 2)
        assert sorted(zsm.inbox.posities().values()) == [0, 0, 3]
        await stuur(zsm.melding(1), zsm.melding(3), zsm.melding(4), zsm.melding(5, MeldingSoort.INGETROKKEN, betreft=3))
        opnieuw = Inbox(TAFEL, zsm.opslag, Wachtkamer(Meters()), standaard(), Meters(), Klok())
        async with naast(lees_meldingen(verbinding, TAFEL, opnieuw)):
            await tot(lambda: opnieuw.bijgewerkt)
            assert len(opnieuw.toon(0, 10)) == 3, "read to its end before anything is shown, so 3 is never seen"
    finally:
        await producent.stop()


async def test_nieuwe_opslag(verbinding: Verbinding, zsm: Connector) -> None:
    """A new store that finds a melding and its recall on the topic shows both; of what comes later an unseen recall is not shown."""
    topic = verbinding.topic(melding_topic(TAFEL))
    maak_topic(verbinding, melding_topic(TAFEL))
    eerder = [zsm.melding(1), zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1)]
    later = [zsm.melding(1, zaaknummer="ander"), zsm.melding(2, MeldingSoort.INGETROKKEN, "ander", betreft=1)]
    async with AIOKafkaProducer(**verbinding.aiokafka()) as producent:
        for meldingen in (eerder, later):
            for record in records(meldingen):
                await producent.send_and_wait(topic, record.waarde, partition=1)
            inbox = Inbox(TAFEL, zsm.opslag, Wachtkamer(Meters()), standaard(), Meters(), Klok())
            async with naast(lees_meldingen(verbinding, TAFEL, inbox)):
                await tot(lambda: inbox.bijgewerkt)  # noqa: B023 - awaited here
    getoond = [json.loads(regel) for regel in inbox.toon(0, 10)]
    assert [(m["soort"], m["id"]) for m in getoond] == [(str(m.soort), str(m.id)) for m in eerder]


async def test_gemist(verbinding: Verbinding, zsm: Connector) -> None:
    """What came while it was away, and was past its retention when it came back, is counted as missed, also where it had read nothing
    yet; and no partition is waited for in which nothing is left."""
    topic = melding_topic(TAFEL)
    for naam in (topic, signaal_topic(TAFEL)):
        maak_topic(verbinding, naam)
    async with naast(lees_meldingen(verbinding, TAFEL, zsm.inbox)):
        await tot(lambda: zsm.inbox.bijgewerkt)
    weg = TopicPartition(verbinding.topic(topic), 1)
    async with AIOKafkaProducer(**verbinding.aiokafka()) as producent:
        for record in records([zsm.melding(1), zsm.melding(2)]):
            await producent.send_and_wait(weg.topic, record.waarde, partition=weg.partition)
    beheer = AIOKafkaAdminClient(**verbinding.aiokafka())
    await beheer.start()
    await beheer.delete_records({weg: RecordsToDelete(before_offset=2)})
    await beheer.close()
    meters = Meters()
    opnieuw = Inbox(TAFEL, zsm.opslag, Wachtkamer(meters), standaard(), meters, Klok())
    async with naast(lees_meldingen(verbinding, TAFEL, opnieuw)):
        await tot(lambda: opnieuw.bijgewerkt)
    assert meters.gemist._value.get() == 2
    assert opnieuw.posities() == (await grenzen(verbinding, TAFEL)).meldingen_tot == {0: 0, 1: 2, 2: 0}


async def test_heen_en_terug(verbinding: Verbinding, zsm: Connector) -> None:
    """Through the broker and back: a melding is receipted, a reaction arrives, a question is answered to whoever waits."""
    for topic in (signaal_topic(TAFEL), melding_topic(TAFEL)):
        maak_topic(verbinding, topic)
    zender, meters = KafkaZender(verbinding, TAFEL), Meters()
    geduldig = zsm.instellingen.bevraging.model_copy(update={"termijn_seconden": 30.0})
    instellingen = zsm.instellingen.model_copy(update={"bevraging": geduldig})
    kern_ = kern(instellingen, zsm.opslag, zender, meters, lambda: zender.gereed, zsm.klok)
    bewijzen = Bezorgbewijzen(bron=zsm.instellingen.bron, uitbak=Uitbak(zsm.opslag), zender=zender, meters=meters)
    producent = AIOKafkaProducer(**verbinding.aiokafka())
    consument = AIOKafkaConsumer(
        verbinding.topic(signaal_topic(TAFEL)), **verbinding.aiokafka(), auto_offset_reset="earliest"
    )
    await producent.start()
    await consument.start()
    gehoord: list[Terugkoppeling] = []

    async def hub() -> None:
        async for record in consument:
            naam, waarde = standaard().decodeer(record.value)
            if naam == "terugkoppeling":
                gehoord.append(gebeurtenisvorm.terugkoppeling_uit(waarde))
            else:
                await stuur(antwoord(gebeurtenisvorm.bevraging_uit(waarde), Bekendheid.NIET_BEKEND))

    async def stuur(melding: Melding) -> None:
        (record,) = records([melding])
        await producent.send_and_wait(verbinding.topic(melding_topic(TAFEL)), record.waarde, key=b"koppeling")

    try:
        async with (
            naast(zender.houd_verbonden()),
            naast(lees_meldingen(verbinding, TAFEL, kern_.inbox)),
            naast(bewijzen.houd_bij(lambda: kern_.inbox.nieuws)),
            naast(hub()),
            TestClient(TestServer(Api(kern_).app())) as client,
        ):
            await zender.verbonden()
            await tot(lambda: kern_.inbox.bijgewerkt)
            melding = zsm.melding(1)
            await stuur(melding)
            await tot(lambda: len(gehoord) == 1)
            gezegd = await client.post(f"/v1/meldingen/{melding.id}/terugkoppelingen", json={"soort": "CONTACT_GELEGD"})
            assert gezegd.status == 202
            await tot(lambda: len(gehoord) == 2)
            assert [(t.soort, t.melding) for t in gehoord] == [
                (Reactie.BEZORGD, melding.id),
                (Reactie.CONTACT_GELEGD, melding.id),
            ]
            uit = await client.post("/v1/bevragingen", json=VRAAG)
            assert (await uit.json())["uitkomst"] == "NIET_BEKEND"
            assert len(kern_.inbox.toon(0, 10)) == 1
    finally:
        await consument.stop()
        await producent.stop()


async def test_inbox_na_een_nieuw_wachtwoord(
    verbinding: Verbinding, zsm: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When password or certificates were replaced the inbox connects anew and reads on where it was."""
    topic, merk, gemaakt = melding_topic(TAFEL), [((1, 1),)], [0]
    monkeypatch.setattr(Verbinding, "merk", lambda _: merk[0])

    def tel(*args: Any, **kwargs: Any) -> AIOKafkaConsumer:
        gemaakt[0] += 1
        return AIOKafkaConsumer(*args, **kwargs)

    monkeypatch.setattr(kafka, "AIOKafkaConsumer", tel)
    maak_topic(verbinding, topic)
    async with (
        AIOKafkaProducer(**verbinding.aiokafka()) as producent,
        naast(lees_meldingen(verbinding, TAFEL, zsm.inbox)),
    ):
        for nummer in (1, 2, 3):
            merk[0] = ((1, nummer),)
            await tot(lambda: gemaakt[0] == nummer)  # noqa: B023 - awaited here
            for record in records([zsm.melding(nummer)]):
                await producent.send_and_wait(verbinding.topic(topic), record.waarde, key=b"koppeling")
            # Read by the new connection: one broken off while it is made leaves its first socket to aiokafka's finaliser.
            await tot(lambda: zsm.inbox.bijgewerkt and len(zsm.inbox.toon(0, 10)) == nummer)  # noqa: B023
    assert sorted(zsm.inbox.posities().values()) == [0, 0, 3]
