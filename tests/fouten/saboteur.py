"""`hub worker` that goes wrong when a test asks for it. The shipped code knows nothing of this program.

A test puts a file into the folder that FOUTEN_STUUR names; whoever carries it out takes it away. What there is:

    kamer.<kamer>          the room raises at its next batch
    record.<kamer>         the room meets a bug at its next record
    dood.<kamer>.<fase>    the process is killed in the midst of that phase's deliveries (bewijs, staat or uit)
    produce, commit        the next such request is not sent: the broker's answer is the error code in the file
    klok                   (stays) seconds that the wall clock of this process is ahead
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.protocol.produce import ProduceRequest

from hub.processors import index, inname, koppeling
from hub.stream.record import Stap, Uitvoer
from tests.keten.vork import hub_worker

STUUR: Final = "FOUTEN_STUUR"
KAMERS: Final = ((inname, inname.Inname), (index, index.Indexkamer), (koppeling, koppeling.Koppelingkamer))
KIJK: Final = 0.05
"""Seconds between two looks at the clock's file."""


class Sabotage(Exception):
    """The bug that was asked for."""


def neem(naam: str) -> str | None:
    """What a test asks for under this name, once; None: nothing."""
    pad = Path(os.environ[STUUR]) / naam
    try:
        wat = pad.read_text()
        pad.unlink()
    except FileNotFoundError:
        return None
    return wat


class Sterfstap(Stap):
    """A step that is the process's last: half of one phase is delivered, and then comes SIGKILL."""

    fase = ""

    @property
    def fasen(self) -> Any:
        return self._tot_de_dood()

    def _tot_de_dood(self) -> Iterator[tuple[str, list[Uitvoer]]]:
        for fase, uitvoer in (("bewijs", self.bewijs), ("staat", self.staat), ("uit", self.uit)):
            if fase != self.fase:
                yield fase, uitvoer
                continue
            yield fase, uitvoer[: (len(uitvoer) + 1) // 2]
            os.kill(os.getpid(), signal.SIGKILL)


def stoor_kamer(module: Any, klasse: Any) -> None:
    """The room's batches and records pass here."""
    echt: Callable[..., Stap] = klasse.verwerk
    echt_per_record: Callable[..., None] = module.per_record

    def verwerk(self: Any, *batch: Any) -> Stap:
        if neem(f"kamer.{self.naam}") is not None:
            raise Sabotage
        stap = echt(self, *batch)
        for fase, uitvoer in stap.fasen:
            if uitvoer and neem(f"dood.{self.naam}.{fase}") is not None:
                stap = Sterfstap(stap.bewijs, stap.staat, stap.uit, stap.daarna)
                stap.fase = fase
                return stap
        return stap

    def per_record(kamer: str, stap: Stap, records: Any, doe: Callable[[Any], str]) -> None:
        def een(record: Any) -> str:
            if neem(f"record.{kamer}") is not None:
                raise Sabotage
            return doe(record)

        echt_per_record(kamer, stap, records, een)

    klasse.verwerk, module.per_record = verwerk, per_record


def stoor_antwoorden() -> None:
    """Requests that the broker is made to refuse: they never reach it."""
    echt = AIOKafkaClient.send

    async def send(self: Any, node_id: int, request: Any, **rest: Any) -> Any:
        if isinstance(request, ProduceRequest) and (code := neem("produce")) is not None:
            geweigerd = [(topic, [(nr, int(code), -1, -1) for nr, _ in delen]) for topic, delen in request._topics]
            return SimpleNamespace(API_VERSION=2, topics=geweigerd)
        if isinstance(request, OffsetCommitRequest) and (code := neem("commit")) is not None:
            return SimpleNamespace(topics=[(t, [(nr, int(code)) for nr, *_ in delen]) for t, delen in request._topics])
        return await echt(self, node_id, request, **rest)

    AIOKafkaClient.send = send


def verzet_klok() -> None:
    """From now on time.time follows the file `klok`; time.monotonic does not, as with any step of a real clock."""
    echt, voor = time.time, [0.0]

    def kijk() -> None:
        while True:
            try:
                voor[0] = float((Path(os.environ[STUUR]) / "klok").read_text() or 0)
            except FileNotFoundError:
                voor[0] = 0.0
            time.sleep(KIJK)

    threading.Thread(target=kijk, daemon=True).start()
    time.time = lambda: echt() + voor[0]


def worker() -> None:
    """As `hub worker`."""
    for module, klasse in KAMERS:
        stoor_kamer(module, klasse)
    stoor_antwoorden()
    verzet_klok()
    hub_worker()
