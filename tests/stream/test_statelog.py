"""State as a topic partition: loaded to the right place, freed when revoked, never with a hole."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Sequence

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata
from confluent_kafka.admin import AdminClient, NewTopic

from deploy.kafka.broker import BestaandeBroker, Broker
from hub.stream import bevestigd, statelog
from hub.stream.record import Record, Uitvoer
from hub.stream.statelog import Grens, Lader, StaatOnleesbaar, Statelog
from hub.stream.verbinding import Verbinding

TOPIC = "staat.v1"


class Vak(dict[bytes, bytes]):
    """State that can be watched being freed."""

    def herstel(self, partitie: int) -> list[Uitvoer]:
        return [Uitvoer(TOPIC, b"weer", b"1", (), partitie)] if b"herstel" in self else []

    def hoogste(self) -> int:
        return int(self.get(b"hoogste", b"-1"))


geleverd: list[Uitvoer] = []


async def lever(uitvoer: list[Uitvoer]) -> None:
    geleverd.extend(uitvoer)


def neem_op(staat: Vak, records: Sequence[Record]) -> None:
    for record in records:
        assert record.key is not None
        if record.value == b"onleesbaar":
            raise StaatOnleesbaar(f"{record.plek}: not readable")
        if record.value is None:
            staat.pop(record.key, None)
        else:
            staat[record.key] = record.value


@pytest.fixture
def verbinding(broker: Broker | BestaandeBroker, prefix: str) -> Verbinding:
    admin = AdminClient(broker.beheer.librdkafka())
    for wacht in admin.create_topics([NewTopic(prefix + TOPIC, 2, 1, config={"cleanup.policy": "compact"})]).values():
        wacht.result(30)
    return broker.beheer.model_copy(update={"topic_prefix": prefix})


@pytest.fixture
async def producer(verbinding: Verbinding) -> AsyncIterator[AIOKafkaProducer]:
    een = AIOKafkaProducer(**verbinding.aiokafka())
    await een.start()
    yield een
    await een.stop()


async def schrijf(producer: AIOKafkaProducer, verbinding: Verbinding, *rijen: tuple[bytes, bytes | None]) -> None:
    for key, value in rijen:
        await producer.send_and_wait(verbinding.topic(TOPIC), value, key=key, partition=0)


def lader(verbinding: Verbinding, grens: Grens) -> Lader[Vak]:
    statelog_ = Statelog(TOPIC, grens, lambda _: Vak(), neem_op, len, Vak.herstel, Vak.hoogste)
    return Lader("proef", TOPIC, statelog_, verbinding=verbinding, groep=verbinding.topic("groep"), lever=lever)


async def test_state_is_loaded_to_the_end_with_its_tombstones(
    producer: AIOKafkaProducer, verbinding: Verbinding
) -> None:
    """The last value of each key, and nothing of a key whose last record is a tombstone."""
    await schrijf(producer, verbinding, (b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"b", None), (b"c", b"3"))
    een = lader(verbinding, Grens.EINDE)
    assert await een.van(0) == {b"a": b"2", b"c": b"3"}
    assert await een.van(1) == {}
    assert een.klaar


async def test_an_input_is_loaded_up_to_the_committed_offset(
    producer: AIOKafkaProducer, verbinding: Verbinding
) -> None:
    """What the group has not committed is not loaded: it comes again, with output."""
    await schrijf(producer, verbinding, *((b"k%d" % n, b"v") for n in range(5)))
    een = lader(verbinding, Grens.BEVESTIGD)
    assert await een.van(0) == {}
    tp = TopicPartition(verbinding.topic(TOPIC), 0)
    consumer = AIOKafkaConsumer(**verbinding.aiokafka(), group_id=verbinding.topic("groep"), enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([tp])
        await consumer.commit({tp: OffsetAndMetadata(3, "")})
    finally:
        await consumer.stop()
    een.laat_vallen()
    assert await een.van(0) == {b"k0": b"v", b"k1": b"v", b"k2": b"v"}


async def test_a_coordinator_that_is_not_there_yet_is_asked_again(
    producer: AIOKafkaProducer, verbinding: Verbinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer about the committed offset is not the answer "none": the state would be loaded with a hole."""
    antwoorden: list[dict[TopicPartition, OffsetAndMetadata] | Exception] = [
        {},  # an error of the group as a whole: aiokafka swallows it
        GroupCoordinatorNotAvailableError(),
        {TopicPartition(verbinding.topic(TOPIC), 0): OffsetAndMetadata(2, "")},
    ]

    class Beheer:
        def __init__(self, **_: object) -> None: ...

        async def start(self) -> None: ...

        async def close(self) -> None: ...

        async def list_consumer_group_offsets(self, groep: str, partitions: object) -> object:
            antwoord = antwoorden.pop(0)
            if isinstance(antwoord, Exception):
                raise antwoord
            return antwoord

    monkeypatch.setattr(bevestigd, "AIOKafkaAdminClient", Beheer)
    monkeypatch.setattr(bevestigd, "COORDINATORPAUZE", 0.0)
    await schrijf(producer, verbinding, (b"a", b"1"), (b"b", b"1"), (b"c", b"1"))
    assert await lader(verbinding, Grens.BEVESTIGD).van(0) == {b"a": b"1", b"b": b"1"}
    assert antwoorden == []


async def test_revocation_frees_the_state(producer: AIOKafkaProducer, verbinding: Verbinding) -> None:
    """After revocation nothing holds the state of the partition any more: it is gone from memory."""
    await schrijf(producer, verbinding, (b"a", b"1"))
    een = lader(verbinding, Grens.EINDE)
    bewaking = weakref.ref(await een.van(0))
    assert bewaking() is not None
    een.laat_vallen()
    for _ in range(10):
        await asyncio.sleep(0)
    gc.collect()
    assert bewaking() is None


async def test_revocation_cancels_a_load_under_way(verbinding: Verbinding) -> None:
    """Whoever waits for a load is let go at once when the partition is revoked."""
    een = lader(verbinding, Grens.EINDE)
    wacht = asyncio.create_task(een.van(0))
    await asyncio.sleep(0)
    een.laat_vallen()
    with pytest.raises(asyncio.CancelledError):
        await wacht
    assert een.klaar


async def test_what_a_late_write_put_last_is_written_again(producer: AIOKafkaProducer, verbinding: Verbinding) -> None:
    """What the state wants written again after a load is delivered before the partition counts as loaded."""
    geleverd.clear()
    await schrijf(producer, verbinding, (b"herstel", b"1"))
    await lader(verbinding, Grens.EINDE).van(0)
    assert geleverd == [Uitvoer(TOPIC, b"weer", b"1", (), 0)]


@pytest.mark.parametrize(("toegepast", "past"), [(b"0", True), (b"1", False), (b"499", False)])
async def test_state_ahead_of_its_input_halts(
    producer: AIOKafkaProducer, verbinding: Verbinding, monkeypatch: pytest.MonkeyPatch, toegepast: bytes, past: bool
) -> None:
    """A state that applied offsets which its input does not have belongs to another input: new records would count as old ones."""

    class Gestopt(BaseException):
        pass

    def halt(reden: str, **velden: object) -> None:
        assert velden["code"] == 78
        raise Gestopt

    monkeypatch.setattr(statelog, "halt", halt)
    await schrijf(producer, verbinding, (b"hoogste", toegepast))
    if past:
        assert await lader(verbinding, Grens.EINDE).van(0)
    else:
        with pytest.raises(Gestopt):
            await lader(verbinding, Grens.EINDE).van(0)


async def test_an_unreadable_state_record_halts_with_its_place(
    producer: AIOKafkaProducer, verbinding: Verbinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not skipped, not half loaded: the process ends with the code for a broken state, naming topic and offset."""

    class Gestopt(BaseException):
        pass

    gezegd: dict[str, object] = {}

    def halt(reden: str, **velden: object) -> None:
        gezegd.update(velden)
        raise Gestopt

    monkeypatch.setattr(statelog, "halt", halt)
    await schrijf(producer, verbinding, (b"a", b"1"), (b"b", b"onleesbaar"), (b"c", b"1"))
    with pytest.raises(Gestopt):
        await lader(verbinding, Grens.EINDE).van(0)
    assert gezegd["code"] == 78 and gezegd["topic"] == verbinding.topic(TOPIC)
    assert str(gezegd["plaats"]).startswith(f"{TOPIC}/0/1:")
