"""koppeling: one state machine per pair. Decide once, then act: the state is written with the outputs it orders before any leaves."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from pydantic import ValidationError

from hub import metrics
from hub.domein.koppeling import Stand
from hub.domein.vorm import melding_naar, stand_uit
from hub.opvolging.levensloop import Genomen, Gevolg, Gezonden, Omgeving, stap
from hub.processors.kamers import geldig, open_record, per_record, spoor
from hub.processors.koppelingstaat import Koppelingstaat, staat_naar, staat_uit
from hub.processors.namen import BESLISSING, GEBEURTENIS, KOPPELING, ONBESTELBAAR, VERWERKING, melding_topic
from hub.stream.codec import Codec, CodecFout
from hub.stream.kop import cloudevent, trace_van
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Grens, StaatOnleesbaar, Statelog
from hub.verantwoording.records import beslissing, verwerking

MELDING_TYPE: Final = "nl.uitwisselhub.melding.v1"


class Staat(dict[bytes, Koppelingstaat]):
    """One partition: koppeling -> its entry."""

    def __init__(self) -> None:
        super().__init__()
        self.ingehaald: set[bytes] = set()
        """Koppelingen of which an older record stands behind the newest: a late write of a former owner."""


class Koppelingkamer:
    """Decides (privacy filter), addresses (register), writes the melding, recalls it."""

    naam = "koppeling"
    invoer = (GEBEURTENIS,)

    def __init__(self, codec: Codec, omgeving: Omgeving, tafels: Iterable[str], *, bron: str, register: str) -> None:
        """`tafels` have joined and can hear; `bron` is the hub's CloudEvents source, `register` the hash of the register of tafels."""
        self.codec, self.omgeving, self.bron, self.register = codec, omgeving, bron, register
        self.tafels = frozenset(tafels)
        self._meldingschema = codec.schema("melding").vingerafdruk.hex()
        self.statelog: Statelog[Staat] = Statelog(
            KOPPELING, Grens.EINDE, lambda _: Staat(), self._laad, len, self._herstel, _hoogste
        )

    def verwerk(self, staat: Staat, partitie: int, records: Sequence[Record]) -> Stap:
        uit = Stap()
        geraakt: dict[bytes, list[Uitvoer]] = {}
        herhaald: dict[bytes, tuple[Uitvoer, ...]] = {}

        def een(record: Record) -> str:
            stand: Stand = geldig(stand_uit, open_record(self.codec, record, "stand"))
            sleutel = str(stand.koppeling).encode()
            was = staat.get(sleutel)
            if was is not None and record.offset <= was.toegepast and sleutel not in geraakt:
                herhaald[sleutel] = was.outbox  # decided before a crash: the same outbox, the same ids
                return "overgeslagen"
            gevolg = stap(None if was is None else was.koppeling, stand, self.omgeving)
            if gevolg is None:
                return "overgeslagen"
            bewijs, gezonden = self._gevolgen(record, stand, gevolg)
            # Nothing of the record is kept before all of it is made: an exception above leaves state and outputs as they were.
            uit.bewijs.extend(bewijs)
            outbox = geraakt.setdefault(sleutel, list(herhaald.pop(sleutel, ())))
            outbox.extend(gezonden)
            staat[sleutel] = Koppelingstaat(gevolg.koppeling, record.offset, tuple(outbox))
            uit.daarna.append(partial(self._meet, gevolg))
            return "verwerkt"

        per_record(self.naam, uit, records, een)
        for sleutel, outbox in geraakt.items():
            uit.staat.append(self._staatrecord(sleutel, staat[sleutel], partitie))
            uit.uit.extend(outbox)
        for outbox_herhaald in herhaald.values():
            uit.uit.extend(outbox_herhaald)
        return uit

    def _gevolgen(self, record: Record, stand: Stand, gevolg: Gevolg) -> tuple[list[Uitvoer], list[Uitvoer]]:
        """(audit records, meldingen) of one step."""
        sleutel = str(stand.koppeling).encode()
        trace_id = spoor(record).split("-")[1]
        bewijs = [
            Uitvoer(BESLISSING, sleutel, self._beslissing(trace_id, stand, genomen)) for genomen in gevolg.genomen
        ]
        for gezonden in gevolg.gezonden:
            bewijs.extend(Uitvoer(VERWERKING, sleutel, waarde) for waarde in self._verwerkingen(trace_id, gezonden))
        return bewijs, [self._melding(sleutel, gezonden) for gezonden in gevolg.gezonden]

    def _melding(self, sleutel: bytes, gezonden: Gezonden) -> Uitvoer:
        melding = gezonden.melding
        headers = cloudevent(
            id_=str(melding.id),
            bron=self.bron,
            soort=MELDING_TYPE,
            tijd=melding.tijd,
            schema=self._meldingschema,
            traceparent=trace_van(str(melding.id)),  # a new trace at the hub's border: two tafels cannot join theirs
        )
        waarde = self.codec.codeer("melding", melding_naar(melding))
        # A tafel that has left has no inbox any more: what it should still hear is kept apart, visible, and not dropped.
        topic = melding_topic(melding.ontvanger) if melding.ontvanger in self.tafels else ONBESTELBAAR
        return Uitvoer(topic, sleutel, waarde, tuple(headers))

    def _beslissing(self, trace_id: str, stand: Stand, genomen: Genomen) -> bytes:
        vraag, oordeel = genomen.vraag, genomen.oordeel
        return self.codec.codeer(
            "beslissing",
            beslissing(
                trace_id=trace_id,
                tijd=vraag.tijd,
                koppeling=stand.koppeling,
                bron=vraag.bron,
                ontvanger=vraag.ontvanger,
                verzoek=oordeel.verzoek,
                besluit=oordeel.besluit,
                velden=oordeel.velden,
                regels=oordeel.regels,
                grondslag=oordeel.grondslag,
                beleid=oordeel.beleid,
                register=self.register,
                model=stand.bewijs.model,
            ),
        )

    def _verwerkingen(self, trace_id: str, gezonden: Gezonden) -> list[bytes]:
        """One line per side of a disclosure; a recall discloses nothing."""
        if gezonden.genomen is None:
            return []
        vraag, oordeel = gezonden.genomen.vraag, gezonden.genomen.oordeel
        return [
            self.codec.codeer(
                "verwerking",
                verwerking(
                    trace_id=trace_id,
                    melding=gezonden.melding.id,
                    tijd=vraag.tijd,
                    activiteit=oordeel.activiteit,
                    betrokkene=kant,
                ),
            )
            for kant in (vraag.bron, vraag.ontvanger)
        ]

    def _meet(self, gevolg: Gevolg) -> None:
        for genomen in gevolg.genomen:
            for regel in genomen.oordeel.regels:
                metrics.BESLISSINGEN.labels(genomen.oordeel.besluit, regel).inc()
        nu = time.time()
        for gezonden in gevolg.gezonden:
            melding = gezonden.melding
            tafel = melding.ontvanger if melding.ontvanger in self.tafels else "onbestelbaar"
            metrics.MELDINGEN.labels(melding.soort, tafel).inc()
            soort = melding.ontvanger.partition("-")[0]
            metrics.DOORLOOPTIJD.labels(soort).observe(max(nu - melding.tijd / 1000, 0.0))

    def _laad(self, staat: Staat, record: Record) -> None:
        if not record.key:
            raise StaatOnleesbaar("a record without key")
        if record.value is None:
            staat.pop(record.key, None)
            staat.ingehaald.discard(record.key)
            return
        try:
            naam, waarde = self.codec.decodeer(record.value)
            if naam != "koppeling":
                raise StaatOnleesbaar(f"a {naam} record on {KOPPELING}")
            nieuw = staat_uit(waarde)
        except (CodecFout, ValidationError, ValueError, KeyError) as fout:
            raise StaatOnleesbaar(type(fout).__name__) from None
        bekend = staat.get(record.key)
        if bekend is None or nieuw.toegepast >= bekend.toegepast:
            staat[record.key] = nieuw
            staat.ingehaald.discard(record.key)
        else:
            staat.ingehaald.add(record.key)  # a late write of a former owner never wins, and compaction must not let it

    def _herstel(self, staat: Staat, partitie: int) -> list[Uitvoer]:
        return [self._staatrecord(sleutel, staat[sleutel], partitie) for sleutel in sorted(staat.ingehaald)]

    def _staatrecord(self, sleutel: bytes, entry: Koppelingstaat, partitie: int) -> Uitvoer:
        return Uitvoer(KOPPELING, sleutel, self.codec.codeer("koppeling", staat_naar(entry)), (), partitie)


def _hoogste(staat: Staat) -> int:
    return max((entry.toegepast for entry in staat.values()), default=-1)
