"""A stand-in for the workers: the hub's own pure functions around a reader of the operator's topic and of one tafel's."""

import threading
from uuid import UUID

from confluent_kafka import Consumer, Producer, TopicPartition

from hub.domein.codes import Daad
from hub.domein.gebeurtenis import Beheerdaad
from hub.domein.gebeurtenisvorm import beheerdaad_uit
from hub.domein.vorm import signaal_uit, sleutelblok_naar
from hub.opvolging.noodstop import Noodstop, noodstop_naar, noodstop_stap
from hub.processors.inname import splits
from hub.stream.codec import standaard
from hub.stream.topics import partities
from hub.verantwoording.records import audit
from tests.keten.harnas import Keten

LEEST = ("signaal.beheer.v1", "signaal.vhh-twente.v1")


class Werkers:
    """Reads both topics from their beginning in a thread of its own, and acknowledges under the hub's group."""

    def __init__(self, keten: Keten) -> None:
        self.keten, self.codec = keten, standaard()
        self._noodstoppen: dict[UUID, Noodstop | None] = {}
        self._producer = Producer({"bootstrap.servers": keten.bootstrap, "linger.ms": 0})
        self._klaar = threading.Event()
        self._draad = threading.Thread(target=self._draai, daemon=True)

    def start(self) -> None:
        self._draad.start()

    def sluit(self) -> None:
        self._klaar.set()
        self._draad.join(30)
        assert not self._draad.is_alive()

    def _draai(self) -> None:
        keten = self.keten
        consumer = Consumer(
            {
                "bootstrap.servers": keten.bootstrap,
                "group.id": keten.prefix + "hub",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
            }
        )
        consumer.assign([TopicPartition(keten.prefix + t, p, 0) for t in LEEST for p in range(partities())])
        try:
            while not self._klaar.is_set():
                for bericht in consumer.consume(500, 0.1):
                    assert bericht.error() is None
                    naam, waarde = self.codec.decodeer(bericht.value())
                    if naam == "signaal":
                        self._signaal(waarde, bericht.timestamp()[1])
                    else:
                        trace = dict(bericht.headers())["traceparent"].decode().split("-")[1]
                        self._daad(beheerdaad_uit(waarde | {"tijd": bericht.timestamp()[1]}), trace)
                    self._producer.flush()
                    consumer.commit(bericht, asynchronous=False)
        finally:
            consumer.close()

    def _signaal(self, waarde: dict[str, object], tijd: int) -> None:
        signaal = signaal_uit(waarde)
        for nummer, blok in enumerate(splits(signaal, tijd, partities())):
            self.zend("hub.sleutel.v1", signaal.dossier, "sleutelblok", sleutelblok_naar(blok), nummer)

    def _daad(self, daad: Beheerdaad, trace: str) -> None:
        if daad.daad is Daad.TERUGHALEN:
            self._audit(daad, trace, f"koppeling:{daad.koppeling}", "TERUGGEHAALD")
            return
        sleutel = daad.id if daad.daad is Daad.NOODSTOP else daad.noodstop
        assert sleutel is not None
        gevolg = noodstop_stap(self._noodstoppen.get(sleutel), daad)
        self._noodstoppen[sleutel] = gevolg.noodstop
        for nummer in range(partities()):
            self._audit(daad, trace, f"noodstop:{sleutel}", gevolg.uitkomst)
            stand = gevolg.noodstop
            waarde = None if stand is None else noodstop_naar(stand) | {"toegepast": 0, "outbox": []}
            self.zend("hub.koppeling.v1", str(sleutel), "noodstop", waarde, nummer)

    def _audit(self, daad: Beheerdaad, trace: str, object_: str, uitkomst: str) -> None:
        regel = audit(
            handeling=daad.id,
            trace_id=trace,
            tijd=daad.tijd,
            actor=daad.actor,
            daad=daad.daad,
            object_=object_,
            uitkomst=uitkomst,
        )
        self.zend("hub.audit.v1", object_, "audit", regel, 0)

    def zend(self, topic: str, key: str, schema: str, waarde: dict[str, object] | None, partitie: int) -> None:
        bytes_ = None if waarde is None else self.codec.codeer(schema, waarde)
        self._producer.produce(self.keten.prefix + topic, key=key.encode(), value=bytes_, partition=partitie)
