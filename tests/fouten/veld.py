"""An installation under fire: its own broker, workers that can be made to fail, a line to each, traffic, and the oracle."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Self

from deploy.kafka.broker import Broker
from deploy.kafka.vorm import gekozen_vorm
from deploy.poort import vrije_poort
from hub import opwarmen
from hub.domein.signaal import Signaal
from hub.stream.deadletter import ACHTERVOEGSEL
from tests.fouten import saboteur
from tests.fouten.lijn import Lijn, luisteraars
from tests.fouten.orakel import BEWIJS, MELDINGEN, STROMEN, Oordeel, Orakel
from tests.fouten.verkeer import Verkeer
from tests.keten.harnas import WERKERS, Gelezen, Keten, Werker
from tests.keten.signalen import Bericht, bericht

GESTORVEN = frozenset({70, 75, -9})
"""How a worker may end here: it halted, found no broker, or was killed on order."""
HAP, TUSSEN = 10, 0.2
"""Signalen in one go, and seconds between two: about fifty a second."""


class Veld(Keten):
    """See above. `fout`-functions get it and do their worst; `geval` judges."""

    def __init__(self, map_: Path, seed: int) -> None:
        """`seed` gives the signalen, and what is drawn by `loting`."""
        opwarmen.main()  # compiled code holds up all threads while it is loaded: not in the middle of a fault
        self.verkeer, self.loting = Verkeer(Random(seed)), Random(seed)
        self._slot = threading.Lock()
        self.lijnen = {naam: Lijn(vrije_poort()) for naam in WERKERS}
        vorm = gekozen_vorm()
        per_luisteraar = {f"W{nr}": lijn for nr, lijn in enumerate(self.lijnen.values(), 1)}
        self.broker = Broker(map_ / "kafka", vorm=vorm, erbij=luisteraars(vorm, per_luisteraar))
        self.broker.start()
        super().__init__(self.broker.beheer, "", map_, herstart=GESTORVEN)
        self.maak_topics()
        self._stempel_aankomst()
        self.orakel = Orakel(self.lees_verder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.sluit()
        finally:
            self.broker.stop()
            for lijn in self.lijnen.values():
                lijn.sluit()
            shutil.rmtree(self.broker.map / "data", ignore_errors=True)

    def _stempel_aankomst(self) -> None:
        """The broker writes the moment of arrival on what must be there before something else is: that makes it comparable."""
        self.stel_in({"message.timestamp.type": "LogAppendTime"}, *BEWIJS, *MELDINGEN)

    # -- workers ------------------------------------------------------------------------------------------------------

    def werker(self, naam: str = "worker-1") -> Werker:
        werker = super().werker(naam)
        self.stuur(naam).mkdir(exist_ok=True)
        werker.programma = saboteur.worker
        werker.omgeving |= {
            saboteur.STUUR: str(self.stuur(naam)),
            "HUB_KAFKA_BOOTSTRAP": f"127.0.0.1:{self.lijnen[naam].poort}",
        }
        return werker

    def stuur(self, naam: str) -> Path:
        """Where a worker looks for what must go wrong."""
        return self.map / f"{naam}.stuur"

    def breng(self, wat: str, inhoud: str = "", termijn: float = 90) -> None:
        """Ask one worker for a fault of the saboteur's list, and wait until it has happened."""
        pad = self.stuur(self.kies().naam) / wat
        los = pad.with_name(f".{wat}")
        los.write_text(inhoud)
        los.rename(pad)
        einde = time.monotonic() + termijn
        while pad.exists():
            assert time.monotonic() < einde, f"no worker met {wat}"
            self.adem(0.1)

    def kies(self) -> Werker:
        """A worker that lives."""
        self.adem(0.1)
        return self.loting.choice([werker for werker in self.werkers if werker.leeft])

    def adem(self, seconden: float) -> None:
        """Let time pass, with a supervisor that starts again what ended."""
        einde = time.monotonic() + seconden
        while time.monotonic() < einde:
            self.toezicht()
            time.sleep(0.1)

    def dood(self, werker: Werker) -> None:
        """Kill -9, and leave it down until it is started."""
        werker.kill()
        werker.proces = None

    # -- records ------------------------------------------------------------------------------------------------------

    def verzend(self, signalen: Sequence[Signaal], vorm: Callable[[Signaal], Bericht] = bericht) -> None:
        """Send signalen; the oracle hears of them when the broker has them."""
        berichten = [vorm(signaal) for signaal in signalen]
        self.zend(berichten)
        self.zond(signalen, berichten)

    def zond(self, signalen: Sequence[Signaal], berichten: Sequence[Bericht]) -> None:
        """Tell the oracle what the broker has."""
        with self._slot:
            self.orakel.zond(signalen, berichten)

    def neem(self, aantal: int = HAP) -> list[Signaal]:
        """The next signalen of the traffic."""
        with self._slot:
            return self.verkeer.neem(aantal)

    def leg(self, topic: str, record: Gelezen) -> None:
        """Put a record on any topic; the oracle knows that it is not the hub's."""
        self.orakel.gelegd.add((topic, record.partitie, record.key, record.value, record.headers))
        self.zend_naar(topic, record)

    @contextmanager
    def stroom(self) -> Iterator[None]:
        """Traffic for as long as the block lasts."""
        klaar, fouten = threading.Event(), list[BaseException]()

        def zend_door() -> None:
            try:
                while not klaar.wait(TUSSEN):
                    self.verzend(self.neem())
            except BaseException as fout:  # noqa: BLE001 - it is raised again in the test's own thread
                fouten.append(fout)

        draad = threading.Thread(target=zend_door)
        draad.start()
        try:
            yield
        finally:
            klaar.set()
            draad.join(90)
        if fouten:
            raise fouten[0]
        assert not draad.is_alive(), "the traffic hangs"

    def geef_terug(self, termijn: float = 60) -> None:
        """Hand every record that met a bug in again, as an operator does; waits until there is one."""
        einde = time.monotonic() + termijn
        while not (letters := self._nieuwe_intern()):
            assert time.monotonic() < einde, "no record was set aside"
            self.adem(0.2)
        for topic, letter in letters:
            eigen = tuple(kop for kop in letter.headers if not kop[0].startswith(("hub.error.", "__streams.errors.")))
            self.leg(topic, Gelezen(letter.partitie, -1, letter.key, letter.value, eigen))

    def _nieuwe_intern(self) -> list[tuple[str, Gelezen]]:
        alle = self.lees_verder({topic + ACHTERVOEGSEL: {} for topic in STROMEN})
        gezien: set[tuple[str, int, int]] = self.__dict__.setdefault("_teruggegeven", set())
        nieuw = [
            (topic.removesuffix(ACHTERVOEGSEL), letter)
            for topic, letters in alle.items()
            for letter in letters
            if dict(letter.headers)["hub.error.code"] == b"intern"
            and (topic, letter.partitie, letter.offset) not in gezien
        ]
        gezien |= {(topic + ACHTERVOEGSEL, letter.partitie, letter.offset) for topic, letter in nieuw}
        return nieuw

    # -- judging ------------------------------------------------------------------------------------------------------

    def oordeel(self, termijn: float = 240) -> Oordeel:
        """Wait until nothing is under way, and ask the oracle."""
        for werker in self.werkers:
            if werker.proces is None:
                werker.start()
        self.wacht_stil(termijn)
        return self.orakel.oordeel()
