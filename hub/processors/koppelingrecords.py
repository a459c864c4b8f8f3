"""What a step of the koppeling room leaves behind: audit, decisions, processing lines, meldingen, each as a record for its topic."""

from collections.abc import Iterable
from typing import Any

from hub.domein.gebeurtenisvorm import uitspraak_naar
from hub.opvolging.omgeving import Auditregel, Genomen, Gevolg, Gezonden
from hub.processors.kamers import spoor
from hub.processors.meldingrecord import Meldingschrijver
from hub.processors.namen import AUDIT, BESLISSING, GEBEURTENIS, VERWERKING
from hub.stream.codec import Codec
from hub.stream.record import Record, Uitvoer
from hub.verantwoording.records import audit, beslissing, verwerking


class Koppelingrecords:
    """Writes the records of steps."""

    def __init__(self, codec: Codec, tafels: Iterable[str], *, bron: str, register: str) -> None:
        """`tafels` can hear; `bron` is the hub's CloudEvents source, `register` the hash of the register of tafels."""
        self.codec, self.register = codec, register
        self.meldingen = Meldingschrijver(codec, tafels, bron)

    def van(self, record: Record, sleutel: bytes, gevolg: Gevolg[Any]) -> tuple[list[Uitvoer], list[Uitvoer]]:
        """(audit records, what leaves) of one step that a record gave: meldingen, and what another life must hear of it."""
        trace_id = spoor(record).split("-")[1]
        bewijs = [Uitvoer(AUDIT, sleutel, self._audit(trace_id, regel)) for regel in gevolg.audit]
        bewijs += [Uitvoer(BESLISSING, sleutel, self._beslissing(trace_id, sleutel, een)) for een in gevolg.genomen]
        for gezonden in gevolg.gezonden:
            bewijs.extend(Uitvoer(VERWERKING, sleutel, waarde) for waarde in self._verwerkingen(trace_id, gezonden))
        uit = [self.meldingen.record(sleutel, gezonden.melding) for gezonden in gevolg.gezonden]
        headers = (("traceparent", spoor(record).encode()),)
        for uitspraak in gevolg.uitspraken:
            waarde = self.codec.codeer("uitspraak", uitspraak_naar(uitspraak))
            uit.append(Uitvoer(GEBEURTENIS, str(uitspraak.aandragen).encode(), waarde, headers))
        return bewijs, uit

    def _audit(self, trace_id: str, regel: Auditregel) -> bytes:
        return self.codec.codeer(
            "audit",
            audit(
                handeling=regel.handeling,
                trace_id=trace_id,
                tijd=regel.tijd,
                actor=regel.actor,
                daad=regel.daad,
                object_=regel.object,
                uitkomst=regel.uitkomst,
            ),
        )

    def _beslissing(self, trace_id: str, sleutel: bytes, genomen: Genomen) -> bytes:
        aanvraag, oordeel = genomen.aanvraag, genomen.oordeel
        return self.codec.codeer(
            "beslissing",
            beslissing(
                trace_id=trace_id,
                tijd=aanvraag.tijd,
                koppeling=sleutel.decode(),
                bron=aanvraag.bron,
                ontvanger=aanvraag.ontvanger,
                tafel=aanvraag.tafel,
                soort=aanvraag.soort,
                verzoek=oordeel.verzoek,
                besluit=oordeel.besluit,
                velden=oordeel.velden,
                regels=oordeel.regels,
                grondslag=oordeel.grondslag,
                beleid=oordeel.beleid,
                register=self.register,
                model=aanvraag.model,
            ),
        )

    def _verwerkingen(self, trace_id: str, gezonden: Gezonden) -> list[bytes]:
        """One line per data subject of a disclosure; what tells a tafel nothing of another's dossier discloses nothing."""
        return [
            self.codec.codeer(
                "verwerking",
                verwerking(
                    trace_id=trace_id,
                    melding=gezonden.melding.id,
                    tijd=genomen.aanvraag.tijd,
                    activiteit=genomen.oordeel.activiteit,
                    betrokkene=kant,
                ),
            )
            for genomen in gezonden.door
            for kant in (genomen.aanvraag.bron, genomen.aanvraag.ontvanger)
            if kant is not None
        ]
