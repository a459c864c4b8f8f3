"""What our overrides of Faust and aiokafka rest on. When an upgrade changes one of these, it fails here and not in production."""

import asyncio
import inspect
import threading
import time
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, Mock

import faust
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.producer.sender import Sender
from aiokafka.structs import OffsetAndMetadata
from faust.exceptions import NotReady
from faust.sensors.monitor import Monitor
from faust.streams import Stream
from faust.tables.manager import TableManager
from faust.transport import conductor
from faust.transport import consumer as consumer_module
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode import CrashingSupervisor

from hub.stream.faust import (
    AFRONDTERMIJN,
    BENOEMSLAG,
    BEZORGTERMIJN,
    FETCH_WACHT_MS,
    SESSIE,
    STOPTERMIJN,
    HubApp,
    HubConsumer,
    HubConsumerThread,
    HubMonitor,
    HubProducer,
    HubTables,
    HubWorker,
    maak_app,
)
from hub.stream.koppen import TolerantRecords
from hub.stream.record import Uitvoer
from hub.stream.verbinding import Verbinding

T0, T1 = TP("t", 0), TP("t", 1)


@pytest.fixture
async def app() -> HubApp:
    return maak_app("groep", "worker-1", Verbinding(topic_prefix="p-"))


@pytest.fixture
async def consumer(app: HubApp) -> HubConsumer:
    return HubConsumer(
        app.transport, callback=AsyncMock(), on_partitions_revoked=AsyncMock(), on_partitions_assigned=AsyncMock()
    )


@pytest.mark.parametrize(
    ("klasse", "methode", "parameters"),
    [
        (driver.Consumer, "_new_consumer_thread", ["self"]),
        (driver.Consumer, "_getmany", ["self", "active_partitions", "timeout"]),
        (driver.Consumer, "getmany", ["self", "timeout"]),
        (driver.Consumer, "_add_gap", ["self", "tp", "offset_from", "offset_to"]),
        (driver.Consumer, "_new_offset", ["self", "tp"]),
        (driver.Consumer, "_wait_next_records", ["self", "timeout"]),
        (driver.Consumer, "_to_message", ["self", "tp", "record"]),
        (driver.Consumer, "wait_empty", ["self"]),
        (driver.Consumer, "on_partitions_revoked", ["self", "revoked"]),
        (driver.AIOKafkaConsumerThread, "_create_worker_consumer", ["self", "transport"]),
        (
            driver.AIOKafkaConsumerThread,
            "_fetch_records",
            ["self", "consumer", "active_partitions", "timeout", "max_records"],
        ),
        (driver.AIOKafkaConsumerThread, "on_start", ["self"]),
        (driver.AIOKafkaConsumerThread, "start", ["self"]),
        (driver.AIOKafkaConsumerThread, "_stop_children", ["self"]),
        (driver.AIOKafkaConsumerThread, "call_thread", ["self", "fun", "args", "kwargs"]),
        (driver.Consumer, "on_stop", ["self"]),
        (GroupCoordinator, "_do_heartbeat", ["self"]),
        (Fetcher, "seek_to", ["self", "tp", "offset"]),
        (driver.Producer, "_settings_extra", ["self"]),
        (driver.Producer, "on_start", ["self"]),
        (driver.Producer, "on_stop", ["self"]),
        (TableManager, "on_start", ["self"]),
        (Monitor, "track_tp_end_offset", ["self", "tp", "offset"]),
        (Monitor, "on_send_error", ["self", "producer", "exc", "state"]),
        (faust.App, "_new_transport", ["self"]),
        (faust.Worker, "_setup_logging", ["self"]),
        (faust.Worker, "stop", ["self"]),
    ],
)
def test_overridden_methods_exist_with_these_parameters(klasse: Any, methode: str, parameters: list[str]) -> None:
    """Every method that we override is still there and is still called with the same arguments."""
    assert list(inspect.signature(getattr(klasse, methode)).parameters) == parameters


async def test_consumer_keeps_the_books_that_we_read(consumer: HubConsumer) -> None:
    """The commit arithmetic reads `_acked`, `_acked_index`, `_unacked_messages` and `_buffered_partitions` of Faust's consumer."""
    assert consumer._acked[T0] == []
    assert consumer._acked_index[T0] == set()
    assert len(consumer._unacked_messages) == 0
    assert consumer._buffered_partitions == set()


async def test_transport_uses_our_consumer_and_producer(app: HubApp) -> None:
    """Faust makes its consumer and producer from the classes on its transport, and our consumer makes our thread."""
    transport = app._new_transport()
    assert (transport.Consumer, transport.Producer) == (HubConsumer, HubProducer)
    assert "self.Consumer(" in inspect.getsource(type(transport).create_consumer)
    assert "self.Producer(" in inspect.getsource(type(transport).create_producer)
    assert "_new_consumer_thread()" in inspect.getsource(consumer_module.ThreadDelegateConsumer.__init__)


async def test_faust_subscribes_once_every_agent_has_named_its_topics(app: HubApp) -> None:
    """Whoever names a topic after the subscription is read 45 s later: the start waits for the last one, and no longer."""
    wacht = inspect.getsource(conductor.Conductor._subscriber.fun)
    assert wacht.index("wait_until_tables_registered") < wacht.index("consumer.subscribe")

    @app.agent(app.topic("p-a", "p-b"))  # type: ignore[untyped-decorator]
    async def agent(_: Any) -> None: ...

    tafels = app.tables
    assert isinstance(tafels, HubTables)
    tafels.recovery.start = AsyncMock()
    app.consumer = Mock(assignment=set)
    begin = asyncio.create_task(tafels.on_start())
    app.topics.add(app.topic("p-a"))
    klaar, _ = await asyncio.wait([begin], timeout=3 * BENOEMSLAG)
    assert not klaar
    app.topics.add(app.topic("p-b"))
    await asyncio.wait_for(begin, 5)
    assert tafels._tables_registered.is_set()
    tafels.recovery.start.assert_awaited_once()


def test_an_emptied_set_still_means_every_partition_to_aiokafka() -> None:
    """The reason for freezing the set: if aiokafka ever treats an empty set as empty, the override may go."""
    assert "if partitions and tp not in partitions" in inspect.getsource(Fetcher.fetched_records)


async def test_getmany_asks_nothing_for_an_empty_set_and_a_frozen_one_otherwise(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebalance that empties Faust's live set while a fetch is under way must not turn it into "all partitions"."""
    gevraagd = AsyncMock(return_value={})
    monkeypatch.setattr(driver.Consumer, "_getmany", gevraagd)
    assert await consumer._getmany(set(), 1.0) == {}
    gevraagd.assert_not_called()
    levend = {T0}
    await consumer._getmany(levend, 1.0)
    levend.clear()
    assert gevraagd.call_args.args[0] == frozenset({T0})


def _bericht(tp: TP, eerste: int) -> Any:
    class Bericht:
        """Hashable by identity and weakly referable, as Faust's messages are."""

        def __init__(self) -> None:
            self.tp, self.first_offset, self.acked = tp, eerste, False

    return Bericht()


async def test_commit_never_passes_a_batch_that_is_not_acknowledged(consumer: HubConsumer) -> None:
    """The offset to commit is the end of the last acknowledged batch before the first one under way."""
    onderweg = _bericht(T0, 100)
    consumer._unacked_messages.add(onderweg)
    for offset in (99, 199):
        consumer._acked[T0].append(offset)
        consumer._acked_index[T0].add(offset)
    assert consumer._new_offset(T0) == 100
    assert consumer._new_offset(T0) is None
    onderweg.acked = True
    assert consumer._new_offset(T0) == 200
    assert consumer._acked[T0] == [] and consumer._acked_index[T0] == set()


async def test_a_batch_is_one_message_with_all_its_records(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """getmany yields one message per partition whose value is the list of records and whose offset is the last one's."""
    records = [SimpleNamespace(offset=o) for o in (5, 6, 9)]

    async def volgende(_: float) -> Any:
        return {T0: records, T1: []}, set()  # paused meanwhile: what was fetched is handed on all the same

    monkeypatch.setattr(consumer, "_wait_next_records", volgende)
    monkeypatch.setattr(consumer, "_to_message", lambda tp, record: SimpleNamespace(tp=tp, offset=record.offset))
    gekregen = [bericht async for _, bericht in consumer.getmany(1.0)]
    assert [(b.tp, b.offset, b.first_offset, b.value) for b in gekregen] == [(T0, 9, 5, records)]


class _Opname:
    """A stand-in for aiokafka's consumer: an assignment that a rebalance replaces, and where it was told to go."""

    def __init__(self) -> None:
        self.naar: dict[TP, int] = {}
        self._subscription = SimpleNamespace(
            subscription=SimpleNamespace(assignment=self.toewijzing()), is_assigned=lambda tp: tp != TP("weg", 0)
        )
        self._fetcher = SimpleNamespace(seek_to=self.naar.__setitem__)

    def toewijzing(self) -> Any:
        stand = SimpleNamespace(has_valid_position=True, position=40)
        return SimpleNamespace(tps={T0, T1}, state_value=lambda _: stand)

    def rebalance(self) -> None:
        self._subscription.subscription.assignment = self.toewijzing()


async def test_a_fetch_that_a_rebalance_overtook_is_rewound(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its records belong to the new assignment and its positions have moved, while Faust drops it: back to the first of each batch."""
    opname = _Opname()
    records = {T0: [SimpleNamespace(offset=37)], TP("weg", 0): [SimpleNamespace(offset=5)]}

    async def haal(self: Any, *_: Any, **__: Any) -> Any:
        opname.rebalance()
        return records

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", haal)
    assert await consumer._thread._fetch_records(opname, {T0}, timeout=1, max_records=5) == {}
    assert opname.naar == {T0: 37}
    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", AsyncMock(return_value=records))
    assert await consumer._thread._fetch_records(opname, {T0}, timeout=1, max_records=5) == records


async def test_a_header_name_that_is_no_text_rewinds_all_that_was_in_hand(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser's error ends the call with other partitions' records half handed out: everything goes back, the parser is replaced."""
    opname, vervangen = _Opname(), []
    fout = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", AsyncMock(side_effect=fout))
    monkeypatch.setattr("hub.stream.faust.lees_kapotte_koppen", lambda: vervangen.append(True))
    assert await consumer._thread._fetch_records(opname, {T0}, timeout=1, max_records=5) == {}
    assert opname.naar == {T0: 40, T1: 40} and vervangen == [True]


def test_the_tolerant_parser_reads_what_the_strict_one_reads() -> None:
    """Same records, compressed or not; a header name that is no text is shown escaped, key, value and header value byte for byte."""
    from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

    for compressie in (0, 1):
        bouw = _DefaultRecordBatchBuilderPy(2, compressie, 0, -1, -1, -1, 100_000)
        bouw.append(0, timestamp=1, key=b"k", value=b"\xff\x00", headers=[("naam", b"\xff")])
        bouw.append(1, timestamp=2, key=None, value=None, headers=[("\u0100\u0101", b"w")])
        ruw = bytes(bouw.build())
        if not compressie:  # the builder takes only text: make the name bytes that are none
            ruw = ruw.replace("\u0100\u0101".encode(), b"\xff\xfe\xff\xfe")
        records = TolerantRecords(ruw)
        gelezen = [(r.key, r.value, list(r.headers)) for r in records.next_batch()]
        naam = "\u0100\u0101" if compressie else "\\xff\\xfe\\xff\\xfe"
        assert gelezen == [(b"k", b"\xff\x00", [("naam", b"\xff")]), (None, None, [(naam, b"w")])]


async def test_the_time_of_the_last_answered_heartbeat_is_known(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused or failed heartbeat does not count, to be let into the group does; before the first there is nothing to be late for."""
    thread, antwoorden = consumer._thread, iter([True, False])

    async def start(self: Any) -> None:
        coordinator = SimpleNamespace(_do_heartbeat=hartslag, _do_rejoin_group=toegelaten)
        self._consumer = SimpleNamespace(_coordinator=coordinator)

    async def hartslag() -> bool:
        return next(antwoorden)

    async def toegelaten(_abonnement: object) -> bool:
        return True

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "on_start", start)
    await thread.on_start()
    assert thread.hartslag == float("inf")
    await thread._consumer._coordinator._do_heartbeat()
    gehoord = thread.hartslag
    assert gehoord < float("inf")
    await thread._consumer._coordinator._do_heartbeat()
    assert thread.hartslag == gehoord
    await thread._consumer._coordinator._do_rejoin_group(None)
    assert thread.hartslag > gehoord


async def test_a_paused_partition_is_read_again(consumer: HubConsumer) -> None:
    """Pausing for a registry takes one partition out of the fetch and puts it back, as Faust's own type."""
    consumer._set_active_tps({T0, T1})
    consumer.pause_partitions({T0})
    assert consumer._get_active_partitions() == {T1}
    consumer.resume_partitions({T0})
    assert consumer._get_active_partitions() == {T0, T1}


@pytest.fixture
def gestopt(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a worker said with which it would have ended."""
    uit: list[dict[str, Any]] = []
    monkeypatch.setattr("hub.stream.faust.halt", lambda reden, **velden: uit.append(velden))
    return uit


async def eindeloos(_: Any) -> None:
    await asyncio.Event().wait()


async def test_a_rebalance_that_waits_too_long_ends_the_process(
    consumer: HubConsumer, gestopt: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust's wait_empty has no end of its own; ours stops the worker before its session has passed to another."""
    monkeypatch.setattr(driver.Consumer, "wait_empty", eindeloos)
    monkeypatch.setattr("hub.stream.faust.AFRONDTERMIJN", 0.01)
    await consumer.wait_empty()
    assert gestopt == [{"termijn": 0.01}]


async def test_a_worker_that_does_not_stop_is_ended(
    app: HubApp, gestopt: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust's stop has no end of its own either, after a signal and after a crash."""
    monkeypatch.setattr(faust.Worker, "stop", eindeloos)
    monkeypatch.setattr("hub.stream.faust.STOPTERMIJN", 0.01)
    await HubWorker(app).stop()
    assert gestopt == [{"termijn": 0.01}]
    assert AFRONDTERMIJN < STOPTERMIJN
    for einde in ("stop_and_shutdown", "_stop_on_signal"):
        assert "self.stop()" in inspect.getsource(getattr(faust.Worker, einde))


async def test_the_consumer_lives_on_the_loop_of_the_worker(
    consumer: HubConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It starts, is asked and stops without another thread, and stops the client that it holds."""
    thread, klant = consumer._thread, Mock(stop=AsyncMock())
    waar: list[Any] = []

    async def start(self: Any) -> None:
        waar.append((asyncio.get_running_loop(), threading.active_count()))
        self._consumer = klant

    monkeypatch.setattr(HubConsumerThread, "on_start", start)
    voor = threading.active_count()
    await thread.start()
    assert waar == [(asyncio.get_running_loop(), voor)] and thread.started
    assert await thread.call_thread(AsyncMock(return_value=1)) == 1
    assert await thread.call_thread(lambda een, *, twee: een + twee, 1, twee=2) == 3
    await thread.stop()
    klant.stop.assert_awaited_once_with()


async def test_every_room_has_a_client_of_its_own(app: HubApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client has one request under way per broker; what one room waits for, another need not. Faust itself has none, and cannot send."""
    producer = HubProducer(app.transport)
    klanten = {naam: Mock(start=AsyncMock(), send=AsyncMock(return_value=naam), stop=AsyncMock()) for naam in "ab"}
    gemaakt = iter(klanten.values())
    monkeypatch.setattr(producer, "_new_producer", lambda: next(gemaakt))
    app.kamers = set(klanten)
    await producer.start()
    langs = [str(await producer.bied_aan(een, Uitvoer("t", b"k", b"v"), app.verbinding)) for een in "aba"]
    assert langs == ["a", "b", "a"]
    await producer.flush()
    await producer.stop()
    for klant in klanten.values():
        klant.start.assert_awaited_once_with()
        klant.stop.assert_awaited_once_with()
    assert "self._in_flight" in inspect.getsource(Sender._sender_routine)
    with pytest.raises(NotReady):
        producer._ensure_producer()


async def test_the_fetch_wait_suits_a_quiet_stream(app: HubApp, consumer: HubConsumer) -> None:
    """aiokafka keeps the wait in `_fetch_max_wait_ms`, and reads it when the consumer starts."""
    thread = consumer._thread
    assert isinstance(thread, HubConsumerThread)
    gemaakt = thread._create_worker_consumer(app.transport)
    gemaakt._closed = True  # never started; else it complains when it is collected
    assert gemaakt._fetch_max_wait_ms == FETCH_WACHT_MS
    assert "self._fetch_max_wait_ms" in inspect.getsource(AIOKafkaConsumer.start)
    assert gemaakt._enable_auto_commit is False
    assert gemaakt._group_instance_id == "worker-1"


async def test_every_commit_says_beside_which_state_it_was_made(app: HubApp, consumer: HubConsumer) -> None:
    """Faust commits through the consumer that we made; whatever offset it is, the ids of the state topics go with it."""
    assert "await consumer.commit(aiokafka_offsets)" in inspect.getsource(driver.AIOKafkaConsumerThread._commit)
    thread = consumer._thread
    assert isinstance(thread, HubConsumerThread)
    echt = AsyncMock()
    with pytest.MonkeyPatch.context() as m:
        m.setattr(AIOKafkaConsumer, "commit", echt)
        gemaakt = thread._create_worker_consumer(app.transport)
        gemaakt._closed = True  # as above
        app.herkomst = "hub.sleutel.v1=x"
        await gemaakt.commit({T0: OffsetAndMetadata(7, "")})
    echt.assert_awaited_once_with({T0: OffsetAndMetadata(7, "hub.sleutel.v1=x")})


def _bezorgd(tp: TP, offset: int, tijd: int | None = None) -> SimpleNamespace:
    """What the broker says of a delivery; with `tijd` it stamped the record itself."""
    stempel = {"timestamp": -1 if tijd is None else tijd, "timestamp_type": int(tijd is not None)}
    return SimpleNamespace(topic_partition=tp, topic=tp.topic, partition=tp.partition, offset=offset, **stempel)


@pytest.mark.parametrize(("voor", "nu"), [(60_000, -60_000), (-60_000, 0)])
async def test_the_clock_of_the_broker_counts_where_that_of_the_worker_runs_ahead(
    voor: int, nu: int, app: HubApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known from the moment that the broker stamped on a record; a step of the worker's clock afterwards changes nothing. One that runs
    behind waits a little longer, which is harmless."""
    producer = HubProducer(app.transport)

    async def bied_aan(*_: Any) -> asyncio.Future[Any]:
        klaar = asyncio.get_running_loop().create_future()
        klaar.set_result(_bezorgd(T0, 4, int(time.time() * 1000) - voor))
        return klaar

    monkeypatch.setattr(producer, "bied_aan", bied_aan)
    monkeypatch.setattr(HubApp, "producer", producer)
    eigen = time.time
    assert app.nu() == pytest.approx(eigen() * 1000, abs=5_000)
    await app.lever("kamer", [Uitvoer("t", b"k", b"v", (), 0)])
    assert app.nu() == pytest.approx(eigen() * 1000 + nu, abs=5_000)
    monkeypatch.setattr("hub.stream.faust.time.time", lambda: eigen() + 3_600)
    assert app.nu() == pytest.approx(eigen() * 1000 - voor, abs=5_000)
    monkeypatch.undo()
    app.vergeet_klok()
    assert app.nu() == pytest.approx(eigen() * 1000, abs=5_000)


async def test_a_broker_that_was_set_back_stops_the_worker(app: HubApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that was given out before, as after a restore or in a topic made anew, ends the process; deliveries side by side do not."""
    plaatsen: list[asyncio.Future[Any]] = []
    producer = HubProducer(app.transport)

    async def bied_aan(*_: Any) -> asyncio.Future[Any]:
        return plaatsen.pop(0)

    def plek(offset: int, tp: TP = T0) -> "asyncio.Future[Any]":
        klaar = asyncio.get_running_loop().create_future()
        klaar.set_result(_bezorgd(tp, offset))
        return klaar

    class Gestopt(Exception):
        pass

    def halt(_: str, *, code: int, **velden: object) -> None:
        raise Gestopt(code, velden["plaats"])

    monkeypatch.setattr("hub.stream.faust.halt", halt)
    monkeypatch.setattr(producer, "bied_aan", bied_aan)
    monkeypatch.setattr(HubApp, "producer", producer)
    record = Uitvoer("t", b"k", b"v", (), 0)
    laat, plaatsen[:] = asyncio.get_running_loop().create_future(), [plek(4), plek(0, T1)]
    await app.lever("kamer", [record] * 2)
    plaatsen[:] = [laat]
    eerste = asyncio.create_task(app.lever("kamer", [record]))
    await asyncio.sleep(0)
    plaatsen[:] = [plek(6), plek(-1)]
    await app.lever("kamer", [record] * 2)
    laat.set_result(await plek(5))
    await eerste
    plaatsen[:] = [plek(6)]
    with pytest.raises(Gestopt, match="6 after 6") as gestopt:
        await app.lever("kamer", [record])
    assert gestopt.value.args[0] == 78


async def test_the_producer_is_idempotent_and_fails_within_the_session(app: HubApp) -> None:
    """acks from all, idempotent, and a delivery that fails before the broker gives the partitions away."""
    producer = HubProducer(app.transport)
    instellingen = producer._settings_default() | producer._settings_extra()
    assert instellingen["enable_idempotence"] is True and instellingen["acks"] == "all"
    assert instellingen["request_timeout_ms"] == BEZORGTERMIJN * 1000
    assert {"topic", "value", "key", "partition", "headers"} <= set(inspect.signature(AIOKafkaProducer.send).parameters)


def test_time_limits_stand_in_order() -> None:
    """Delivered or stopped, before the wait of a rebalance ends, before the session passes to another worker."""
    assert BEZORGTERMIJN < AFRONDTERMIJN < SESSIE


async def test_the_app_is_hardened(app: HubApp) -> None:
    """At least once, a crash in an agent ends the worker, no tables, no web server, static membership, own topics only."""
    conf = app.conf
    assert conf.id == "p-groep"
    assert conf.agent_supervisor is CrashingSupervisor and conf.Monitor is HubMonitor
    assert conf.processing_guarantee.value == "at_least_once"
    assert conf.web_enabled is False and conf.topic_allow_declare is False and conf.topic_disable_leader is True
    assert conf.table_standby_replicas == 0 and conf.stream_wait_empty is True
    assert conf.consumer_group_instance_id == "worker-1"
    assert conf.broker_session_timeout == SESSIE


def test_a_highwater_of_none_does_not_kill_the_fetcher() -> None:
    """Faust #214: during a rebalance the highwater mark may be None."""
    monitor = HubMonitor()
    monitor.track_tp_end_offset(T0, None)
    monitor.track_tp_end_offset(T0, 5)
    assert monitor.tp_end_offsets[T0] == 5


def test_streams_still_skip_batches_of_an_older_generation() -> None:
    """Faust's stream skips them by generation id; the lanes check once more before anything changes."""
    assert "generation_id != self.app.consumer_generation_id" in inspect.getsource(Stream)


def test_faust_sets_the_generation_before_it_assigns() -> None:
    """Lanes and state are made for the generation that the listener has set by then."""
    bron = inspect.getsource(driver.ConsumerRebalanceListener.on_partitions_assigned)
    assert bron.index("consumer_generation_id = generation") < bron.index("self._thread.on_partitions_assigned")


def test_our_worker_leaves_logging_alone() -> None:
    """At WARN, Faust's spinner would set the root logger to DEBUG: the worker's own set-up is replaced by none."""
    assert HubWorker._setup_logging(object()) is None  # type: ignore[func-returns-value, arg-type]
