"""`hub worker`: the three rooms in one process, with the versions of policy, register and model pinned at start."""

import asyncio
import time
from typing import Any

import structlog
from mode import Service

from hub import metrics
from hub.domein import kalender
from hub.eindcode import Eindcode
from hub.geheim import GeheimFout
from hub.gezondheid import Gezondheidsserver
from hub.matching import bakken
from hub.matching.model import Model
from hub.privacy.filter import Filter
from hub.processors import blokken
from hub.processors.index import Indexkamer
from hub.processors.inname import Inname
from hub.processors.koppeling import Koppelingkamer
from hub.processors.omgeving import Pinned
from hub.routing.register import Register
from hub.settings import Instellingen
from hub.stream.aanmelding import RONDE, AanmeldingGeweigerd, kijk
from hub.stream.codec import Codec
from hub.stream.faust import HubWorker, maak_app
from hub.stream.halt import halt
from hub.stream.herkomst import herkomst
from hub.stream.kamer import Kamer, Kamerdienst
from hub.stream.logregel import plaats
from hub.stream.lus import Luspolitiek
from hub.stream.registry import Schemaregister
from hub.stream.topics import Topicbeheer, declaratie, partities
from hub.stream.wachtend import meet

log = structlog.get_logger()


class Werker:
    """One worker: checks everything that can be wrong before it reads the first record."""

    def __init__(self, instellingen: Instellingen) -> None:
        """Raises SchemaFout, BeleidFout, ModelFout, FrequentieFout, RegisterFout, GeheimFout or TopicFout: before anything is taken in."""
        self.instellingen = instellingen
        codec = Codec()
        register = Register.laad(instellingen.register_map)
        filter_ = Filter.laad(instellingen.beleid_map)
        model = Model.van_bestanden(
            instellingen.model_bestand, instellingen.omvang_bestand, instellingen.frequenties_bestand
        )
        bakken.warm(model.weging)  # before the group is joined: compiling would outlast the session
        blokken.warm(codec)
        kalender.warm(int(time.time() * 1000))
        tafels = instellingen.aangesloten(register.namen())
        self.topics = declaratie(tafels)
        Topicbeheer(instellingen.kafka).eis(self.topics)
        self.versies = {"beleid": filter_.hash, "register": register.hash, "model": model.hash}
        metrics.VERSIE.labels(**self.versies).set(1)
        for naam, grondslag in filter_.grondslagen.items():
            if grondslag.einde is not None:
                metrics.GRONDSLAG_TOT.labels(naam).set(grondslag.einde / 1000)
        aantal = partities()
        kamers: list[Kamer] = [
            Inname(codec, register, tafels, aantal, instellingen.bron),
            Indexkamer(codec, model, aantal),
            Koppelingkamer(
                codec, Pinned(filter_, register, tafels, aantal), tafels, bron=instellingen.bron, register=register.hash
            ),
        ]
        asyncio.set_event_loop_policy(Luspolitiek())
        self._merk = instellingen.kafka.merk()
        self.app = maak_app(instellingen.groep, instellingen.instantie, instellingen.kafka)
        self.app.herkomst = herkomst(instellingen.kafka, instellingen.groep, self.topics)
        schemaregister = Schemaregister(instellingen.schemaregister, codec) if instellingen.schemaregister else None
        self.diensten = [Kamerdienst(self.app, kamer, codec, schemaregister, aantal) for kamer in kamers]
        self._toegewezen = False
        self.server = Gezondheidsserver(instellingen.adres, instellingen.poort, self.toestand)
        self._verbind()

    def _verbind(self) -> None:
        app, diensten = self.app, self.diensten

        async def trek_in(_: object) -> None:
            self._toegewezen = False
            for dienst in diensten:
                dienst.trek_in()

        app.bij_intrekking = trek_in

        @app.on_partitions_assigned.connect(weak=False)  # type: ignore[untyped-decorator]
        async def wijs_toe(_: object, assigned: Any, **__: object) -> None:
            for dienst in diensten:
                dienst.wijs_toe(assigned)
            self._toegewezen = True
            log.info("partities_toegewezen", aantal=len(assigned), generatie=app.consumer_generation_id)

        for dienst in diensten:
            app.task(dienst.klok)
            app.task(dienst.wek)
        app.task(self.bewaak_aanmelding)
        app.task(self.tel_dode_letters)

    async def bewaak_aanmelding(self) -> None:
        """Ends the process when its password or certificates were replaced, or are refused: aiokafka would go on with the old ones,
        connection after connection, and say so to its log alone. An expired certificate of the broker ends nothing: no restart mends it."""
        kafka = self.instellingen.kafka
        while True:
            await asyncio.sleep(RONDE)
            try:
                if kafka.merk() != self._merk:
                    halt("password or certificates were replaced: the next start uses the new ones")
                await kijk(kafka, metrics.BROKERCERTIFICAAT_TOT)
            except (AanmeldingGeweigerd, GeheimFout) as fout:
                halt("the broker would refuse a new connection", uitleg=str(fout))

    async def tel_dode_letters(self) -> None:
        """Every worker counts: one that is left tells enough."""
        await meet(self.instellingen.kafka, [topic.naam for topic in self.topics], partities())

    def toestand(self) -> dict[str, Any]:
        """What `/gereed` answers."""
        gereed = self._toegewezen and not self.app.rebalancing and all(dienst.gereed for dienst in self.diensten)
        return {"gereed": gereed, "instantie": self.instellingen.instantie, **self.versies}

    def draai(self) -> None:
        """Run until a signal; exits the process."""
        log.info("werker_start", instantie=self.instellingen.instantie, **self.versies)
        try:
            HubWorker(self.app, _Server(self.server)).execute_from_commandline()
        except Exception as fout:  # noqa: BLE001 - whatever ended the loop: nothing is acknowledged after it, a supervisor starts it again
            halt("the worker crashed", **plaats(fout))


class _Server(Service):  # type: ignore[misc]
    """The health server as a service of Faust's worker."""

    def __init__(self, server: Gezondheidsserver) -> None:
        super().__init__()
        self.server = server

    async def on_start(self) -> None:
        try:
            await self.server.start()
        except OSError as fout:
            plek = f"{self.server.adres}:{self.server.poort}"
            halt(
                f"cannot listen on {plek} ({fout.strerror}): set HUB_ADRES or HUB_POORT to what is free",
                code=Eindcode.INSTELLING,
            )

    async def on_stop(self) -> None:
        await self.server.stop()
