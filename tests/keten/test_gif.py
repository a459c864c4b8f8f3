"""Poison among good records: the good ones pass, each poison waits in its dead-letter topic byte for byte, nothing of it is logged."""

import asyncio
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka import Producer

from hub.domein.identiteit import Dossier, TafelId
from hub.domein.vorm import signaal_naar
from hub.processors.kamers import MAX_BYTES
from hub.processors.namen import GEBEURTENIS
from hub.stream.codec import SINGLE_OBJECT, standaard
from tests.keten.harnas import Gelezen, Keten
from tests.keten.signalen import BEGIN, TWENTE, ZSM, Bericht, bericht, dossier_van, signaal

TOPIC = f"signaal.{ZSM}.v1"
KANARIE = b"KANARIEVOGEL"


def _gif() -> dict[str, Bericht]:
    goed = signaal(ZSM, 7)
    codec = standaard()
    waarde = signaal_naar(goed)

    def met(value: bytes, key: bytes = b"") -> Bericht:
        return Bericht(TOPIC, key or goed.dossier.encode(), value, [("ce_id", KANARIE)])

    vreemd = dossier_van(TWENTE, "zaak-7")
    return {
        "leeg": met(b""),
        "onleesbaar": met(KANARIE + b"\x00\xff" * 20),
        "onleesbaar-afgekapt": met(codec.codeer("signaal", waarde)[:-3]),
        "onbekend_schema": met(SINGLE_OBJECT + b"KANARIE!" + b"rest"),
        "onbekend_schema-confluent": met(b"\x00\x00\x00\x00\x63" + KANARIE),
        "niet_ondersteund": met(codec.codeer("termijn", {"koppeling": "k", "op": 1, "versies": "KANARIE"})),
        "ongeldig-reactie": met(
            codec.codeer(
                "terugkoppeling",
                {
                    "id": "x",
                    "koppeling": "k",
                    "soort": "ONTVANGEN",
                    "tafel": ZSM,
                    "dossier": goed.dossier,
                    "versie": 1,
                },
            )
        ),
        "ongeldig": met(codec.codeer("signaal", waarde | {"feiten": waarde["feiten"] | {"leeftijd": 999}})),
        "ongeldig-gemeente": met(
            codec.codeer("signaal", waarde | {"feiten": waarde["feiten"] | {"gemeente_feit": "KANARIE"}})
        ),
        "te_groot": met(codec.codeer("signaal", waarde) + KANARIE * (MAX_BYTES // 10)),
        "andere_tafel": met(codec.codeer("signaal", signaal_naar(replace(goed, tafel=TafelId("vhh-twente"))))),
        "andere_sleutel": met(codec.codeer("signaal", waarde), b"KANARIESLEUTEL"),
        "vreemd_dossier": met(
            codec.codeer("signaal", signaal_naar(replace(goed, dossier=Dossier(vreemd)))), vreemd.encode()
        ),
        "soort_past_niet": met(codec.codeer("signaal", waarde | {"soort": "CASUS"})),
        "versie_in_toekomst": met(codec.codeer("signaal", waarde | {"versie": BEGIN * 2})),
    }


def test_poison_waits_complete_and_harms_nothing(keten: Keten) -> None:
    """Fifteen kinds of poison between good records: both meldingen come, every poison is in the dead-letter topic, no byte is logged."""
    (werker,) = keten.start("worker-1")
    gif = _gif()
    berichten = [bericht(signaal(ZSM, 1)), *gif.values(), bericht(signaal(TWENTE, 1))]
    keten.zend(berichten)
    keten.wacht_stil()
    assert {m["ontvanger"] for m in keten.meldingen().values()} == {ZSM, TWENTE}
    dood = keten.lees(f"{TOPIC}.dlq")
    assert len(dood) == len(gif)
    for naam, een in gif.items():
        (letter,) = [d for d in dood if (d.key, d.value or b"") == (een.key, een.value)]
        headers = dict(letter.headers)
        assert headers["hub.error.code"].decode() == naam.partition("-")[0]
        assert headers["__streams.errors.topic"].decode() == TOPIC
        assert headers["hub.error.stage"] == b"inname"
        assert headers["ce_id"] == KANARIE, "the sender's own headers are kept"
        assert not any("stacktrace" in naam or "message" in naam for naam in headers)
    assert werker.leeft
    log = werker.log.read_bytes()
    assert KANARIE not in log and KANARIE[:7] not in log and log.count(b"record_geweigerd") == len(gif)


def test_poison_on_the_hubs_own_stream_is_a_dead_letter_too(keten: Keten) -> None:
    """What cannot be read on hub.gebeurtenis.v1 waits in its dead-letter topic, and the stream goes on."""
    keten.start("worker-1")
    keten.zend_rauw(GEBEURTENIS, b"koppeling", KANARIE)
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    (letter,) = keten.lees(f"{GEBEURTENIS}.dlq")
    assert (letter.key, letter.value) == (b"koppeling", KANARIE)
    assert len(keten.meldingen()) == 2


@pytest.mark.parametrize("grootte", [900_000])
def test_the_largest_record_that_the_broker_takes_fits_its_dead_letter(keten: Keten, grootte: int) -> None:
    """A dead letter is the original and some headers: it must fit wherever the original did."""
    keten.start("worker-1")
    reus = bytes(range(256)) * (grootte // 256)
    keten.zend_rauw(TOPIC, b"x", reus)
    keten.wacht_stil()
    (letter,) = keten.lees(f"{TOPIC}.dlq")
    assert letter.value == reus


def test_a_decompression_bomb_is_refused_to_its_sender(keten: Keten) -> None:
    """Five megabytes of zeros in five kilobytes: the broker measures what it is, not what it looks like."""
    producer = Producer(keten.verbinding.librdkafka() | {"compression.type": "gzip", "message.max.bytes": 50_000_000})
    fouten: list[str] = []
    producer.produce(
        keten.prefix + TOPIC,
        key=b"x",
        value=bytes(5_000_000),
        on_delivery=lambda fout, _: fouten.append(fout.name() if fout else ""),
    )
    assert producer.flush(30) == 0
    assert fouten == ["MSG_SIZE_TOO_LARGE"]


async def _zend_kapotte_kop(keten: Keten, naam: bytes = b"\xff\xfe") -> None:
    """A record with a header name of bytes that are no text, as other clients can send."""

    class Ruw(str):
        """Text whose encoding is not its own."""

        __slots__ = ()

        def encode(self, *_: object) -> bytes:
            return naam

    producer = AIOKafkaProducer(**keten.verbinding.aiokafka())
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 1_000_000)
        batch.append(key=b"kapot", value=KANARIE, timestamp=None, headers=[(Ruw("xx"), b"w")])
        await (await producer.send_batch(batch, keten.prefix + TOPIC, partition=0))
    finally:
        await producer.stop()


def test_a_header_name_that_is_no_text_stops_nothing(keten: Keten) -> None:
    """Kafka takes any bytes as a header's name: the record is refused like any other, its neighbours pass, also after a restart."""
    (werker,) = keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1))])
    asyncio.run(_zend_kapotte_kop(keten))
    keten.zend([bericht(signaal(TWENTE, 1)), bericht(signaal(ZSM, 2))])
    keten.wacht_stil()
    assert len(keten.meldingen()) == 2
    (letter,) = keten.lees(f"{TOPIC}.dlq")
    assert (letter.key, letter.value) == (b"kapot", KANARIE)
    assert dict(letter.headers)["\\xff\\xfe"] == b"w"
    assert werker.stop() == 0
    werker.start()
    werker.wacht_gereed()
    keten.zend([bericht(signaal(TWENTE, 2))])
    keten.wacht_stil()
    assert len(keten.meldingen()) == 4 and KANARIE not in werker.log.read_bytes()


def test_a_header_name_that_grows_by_being_read_stops_nothing(keten: Keten) -> None:
    """Nine hundred thousand bytes that are no text read as four times as many: more than any topic takes, so its measure is kept."""
    (werker,) = keten.start("worker-1")
    asyncio.run(_zend_kapotte_kop(keten, b"\xff" * 900_000))
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert werker.leeft and len(keten.meldingen()) == 2
    (letter,) = keten.lees(f"{TOPIC}.dlq")
    assert not letter.value and dict(letter.headers)["hub.error.omvang"] == str(len(KANARIE)).encode()


def test_a_record_of_nothing_stops_nothing(keten: Keten) -> None:
    """No key, no value: other clients can send it, and it is a dead letter like any other."""
    (werker,) = keten.start("worker-1")
    for topic in (TOPIC, GEBEURTENIS, "hub.vraag.v1", "hub.herstel.v1"):
        keten.zend_naar(topic, Gelezen(0, -1, None, None, ()))
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert werker.leeft and len(keten.meldingen()) == 2
    for topic in (TOPIC, GEBEURTENIS, "hub.vraag.v1", "hub.herstel.v1"):
        assert [(letter.key, letter.value) for letter in keten.lees(f"{topic}.dlq")] == [(None, b"")]
