"""koppeling: one state machine per key. Decide once, then act: the state is written with the outputs it orders before any leaves."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from hub import metrics
from hub.domein.gebeurtenis import Termijn, Terugkoppeling
from hub.domein.gebeurtenisvorm import plat
from hub.domein.koppeling import Stand
from hub.domein.tafeltopics import signaal_topic
from hub.opvolging.beurt import ZWEEFT
from hub.opvolging.omgeving import Gevolg
from hub.processors.gebeurtenissen import GEBEURTENISSEN, Wat, gebeurtenis_uit, sleutel_van
from hub.processors.kamers import geldig, open_record, per_record
from hub.processors.koppelingrecords import Koppelingrecords
from hub.processors.koppelingstaat import Koppelingstaat, staat_naar, staat_uit
from hub.processors.leven import leef
from hub.processors.namen import GEBEURTENIS, KOPPELING, SLEUTEL, Geweigerd, Weigering
from hub.processors.omgeving import Pinned
from hub.processors.staat import Staat
from hub.stream.codec import Codec, CodecFout
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Grens, StaatOnleesbaar, Statelog
from hub.stream.wekker import Wekker

HAPJE: Final = 500
"""Terms that are written at a time."""


class Koppelingkamer:
    """Decides (privacy filter), addresses (register), writes the melding, follows up, recalls, forgets."""

    naam = "koppeling"
    invoer = (GEBEURTENIS,)

    def __init__(self, codec: Codec, omgeving: Pinned, tafels: Iterable[str], *, bron: str, register: str) -> None:
        """`tafels` have joined and can hear; `bron` is the hub's CloudEvents source, `register` the hash of the register of tafels."""
        self.codec, self.omgeving = codec, omgeving
        self.tafels = tuple(tafels)
        self.records = Koppelingrecords(codec, self.tafels, bron=bron, register=register)
        self.statelog: Statelog[Staat] = Statelog(
            KOPPELING, Grens.EINDE, lambda _: Staat(), self._laad, len, self._herstel, lambda staat: staat.hoogste
        )
        self.wekker: Wekker[Staat] = Wekker(
            eerstvolgende=lambda staat: staat.eerstvolgende(omgeving.versies),
            vervallen=self._vervallen,
            gelezen_tot=tuple(signaal_topic(tafel) for tafel in self.tafels),
            gelezen=(SLEUTEL,),
        )

    def verwerk(self, staat: Staat, partitie: int, records: Sequence[Record]) -> Stap:
        uit = Stap()
        geraakt: dict[bytes, list[Uitvoer]] = {}
        herhaald: dict[bytes, tuple[Uitvoer, ...]] = {}

        def een(record: Record) -> str:
            schema, waarde = open_record(self.codec, record, GEBEURTENISSEN)
            sleutel, wat = geldig(partial(gebeurtenis_uit, schema), waarde)
            if record.key != sleutel:
                raise Geweigerd(Weigering.ANDERE_SLEUTEL)
            if isinstance(wat, Termijn) and wat.op > record.tijd:  # a worker whose clock runs ahead of the broker's
                if not wat.versies:
                    staat.te_vroeg(sleutel)
                    return "overgeslagen"
                wat = replace(wat, op=record.tijd)
            was = staat.get(sleutel)
            if was is not None and record.offset <= was.toegepast and sleutel not in geraakt:
                herhaald[sleutel] = was.outbox  # decided before a crash: the same outbox, the same ids
                return "overgeslagen"
            gevolg = leef(None if was is None else was.lijf, wat, record.tijd, self.omgeving.met(staat.noodstops))
            if gevolg is None:
                return "overgeslagen"
            bewijs, gezonden = self.records.van(record, sleutel, gevolg)
            # Nothing of the record is kept before all of it is made: an exception above leaves state and outputs as they were.
            uit.bewijs.extend(bewijs)
            outbox = geraakt.setdefault(sleutel, list(herhaald.pop(sleutel, ())))
            outbox.extend(gezonden)
            if gevolg.lijf is None:
                staat.vergeet(sleutel)
            else:
                staat.zet(sleutel, Koppelingstaat(gevolg.lijf, record.offset, tuple(outbox)))
            uit.daarna.append(partial(self._meet, wat, gevolg))
            return "verwerkt"

        per_record(self.naam, uit, records, een)
        for sleutel, outbox in geraakt.items():
            wordt = staat.get(sleutel)
            uit.staat.append(self._staatrecord(sleutel, wordt, partitie))
            uit.uit.extend(outbox)
            if wordt is not None and outbox:
                uit.daarna.append(partial(staat.bezorgd, sleutel, wordt))
        for sleutel, outbox_herhaald in herhaald.items():
            uit.uit.extend(outbox_herhaald)
            uit.daarna.append(partial(staat.bezorgd, sleutel, staat[sleutel]))
        return uit

    def _vervallen(self, staat: Staat, partitie: int, nu: int) -> list[Uitvoer]:
        """A record for everything that is due at `nu` (ms), under its own key: it is handled in order, like any other."""
        versies = self.omgeving.versies
        termijnen = [Termijn(UUID(sleutel.decode()), nu, versies) for sleutel in staat.herzie(HAPJE)]
        termijnen += [Termijn(UUID(sleutel.decode()), op) for sleutel, op in staat.wek(nu, HAPJE)]
        return [
            Uitvoer(GEBEURTENIS, sleutel_van(een), self.codec.codeer("termijn", plat(een)), (), partitie)
            for een in termijnen
        ]

    def _meet(self, wat: Wat, gevolg: Gevolg[Any]) -> None:
        for genomen in gevolg.genomen:
            for regel in genomen.oordeel.regels:
                metrics.BESLISSINGEN.labels(genomen.oordeel.besluit, regel).inc()
        nu = time.time()
        for gezonden in gevolg.gezonden:
            melding = gezonden.melding
            tafel = melding.ontvanger if melding.ontvanger in self.records.meldingen.tafels else "onbestelbaar"
            metrics.MELDINGEN.labels(melding.soort, tafel).inc()
            if isinstance(wat, Stand):
                soort = melding.ontvanger.partition("-")[0]
                metrics.DOORLOOPTIJD.labels(soort).observe(max(nu - melding.tijd / 1000, 0.0))
        for daad in gevolg.audit:
            if daad.daad == ZWEEFT:
                metrics.ZWEVEND.labels(daad.actor).inc()
        if isinstance(wat, Terugkoppeling):
            metrics.REACTIES.labels(wat.soort).inc()

    def _laad(self, staat: Staat, records: Sequence[Record]) -> None:
        for record in records:
            self._laad_een(staat, record)

    def _laad_een(self, staat: Staat, record: Record) -> None:
        if not record.key:
            raise StaatOnleesbaar(f"{record.plek}: a record without key")
        if record.value is None:
            staat.vergeet(record.key)
            return
        try:
            nieuw = staat_uit(*self.codec.decodeer(record.value))
        except (CodecFout, ValidationError, ValueError, KeyError) as fout:
            raise StaatOnleesbaar(f"{record.plek}: {type(fout).__name__}") from None
        bekend = staat.get(record.key)
        if bekend is None or nieuw.toegepast >= bekend.toegepast:
            staat.zet(record.key, nieuw)
            staat.ingehaald.discard(record.key)
        else:
            staat.ingehaald.add(record.key)  # a late write of a former owner never wins, and compaction must not let it

    def _herstel(self, staat: Staat, partitie: int) -> list[Uitvoer]:
        return [self._staatrecord(sleutel, staat[sleutel], partitie) for sleutel in sorted(staat.ingehaald)]

    def _staatrecord(self, sleutel: bytes, staat: Koppelingstaat | None, partitie: int) -> Uitvoer:
        waarde = None if staat is None else self.codec.codeer(*staat_naar(staat))
        return Uitvoer(KOPPELING, sleutel, waarde, (), partitie)
