"""What the machines ask of the privacy filter and the register, with the versions that are pinned at start."""

from collections.abc import Iterable, Mapping
from typing import Final

import structlog

from hub.domein.codes import Besluit, Dossierstatus, MeldingSoort
from hub.domein.identiteit import TafelId
from hub.opvolging.noodstop import Noodstop
from hub.opvolging.omgeving import Aanvraag, Bestemming, Oordeel
from hub.privacy.feiten import Geval
from hub.privacy.filter import Filter
from hub.routing.register import Register

log = structlog.get_logger()

NOODSTOP: Final = "noodstop"
"""Stands among the rules of a direction that a noodstop holds."""
WACHT_OP: Final[Mapping[str, Dossierstatus]] = {
    "A1-geen-vervolgingsbeslissing": Dossierstatus.WACHT_OP_BESLISSING,
    "A2-vrijgave-openbaar-ministerie": Dossierstatus.WACHT_OP_VRIJGAVE,
    "A3-vrijgave-veiligheidshuis": Dossierstatus.WACHT_OP_VRIJGAVE,
}
"""What the source waits for, by the rule that holds; the first in this order counts."""


class Pinned:
    """The Omgeving of a worker."""

    def __init__(
        self,
        filter_: Filter,
        register: Register,
        tafels: Iterable[str],
        partities: int,
        noodstops: tuple[Noodstop, ...] = (),
    ) -> None:
        """`tafels`: those that have joined, and so can be reached; `noodstops`: those in force."""
        self.filter, self.register, self.tafels = filter_, register, frozenset(tafels)
        self.partities, self.noodstops = partities, noodstops

    def met(self, noodstops: tuple[Noodstop, ...]) -> "Pinned":
        """The same with these noodstops in force."""
        if noodstops == self.noodstops:
            return self
        return Pinned(self.filter, self.register, self.tafels, self.partities, noodstops)

    @property
    def versies(self) -> str:
        return f"{self.filter.hash} {self.register.hash}"

    def oordeel(self, aanvraag: Aanvraag) -> Oordeel:
        op = _dag(aanvraag.tijd)
        bron_tafel = self.register.adres(aanvraag.bron.tafel, op).tafel
        zoeken = aanvraag.soort is MeldingSoort.AANDRAGEN
        beslissing = self.filter.beslis(
            Geval(
                soort=aanvraag.soort,
                bron=aanvraag.bron,
                ontvanger=aanvraag.ontvanger,
                uitkomst=aanvraag.uitkomst,
                bron_tafel=bron_tafel,
                ontvanger_tafel=self.register.adres(aanvraag.tafel, op).tafel,
                tijd=aanvraag.tijd,
                aangewezen=self._aangewezen(aanvraag.bron, aanvraag.tijd) if zoeken else None,
                zonder_casus=aanvraag.zonder_casus,
            )
        )
        wacht_op = (status for regel, status in WACHT_OP.items() if regel in beslissing.regels)
        return Oordeel(
            besluit=beslissing.besluit,
            regels=beslissing.regels,
            velden=beslissing.velden,
            grondslag=beslissing.grondslag,
            activiteit=beslissing.activiteit,
            verzoek=beslissing.verzoek,
            beleid=self.filter.hash,
            herzien_op=beslissing.herzien_op,
            wacht_op=next(wacht_op, None) if beslissing.besluit is Besluit.AANGEHOUDEN else None,
        )

    def gestopt(self, aanvraag: Aanvraag, oordeel: Oordeel) -> bool:
        return any(stop.raakt(aanvraag.bron.tafel, aanvraag.tafel, oordeel.grondslag) for stop in self.noodstops)

    def bestemming(self, tafel: TafelId, tijd: int, omgeleid: int = 0) -> Bestemming:
        op = _dag(tijd)
        adres = self.register.adres(tafel, op)
        gekozen = adres.tafel if omgeleid == 0 else self.register.terugval(self.register.regio(tafel), op).tafel
        if adres.zwevend:
            log.warning("melding_zwevend", tafel=tafel, terugval=adres.tafel.id)
        # A successor that has not joined yet cannot hear; the tafel whose dossier this is speaks, so it can.
        doel = gekozen.id if gekozen.id in self.tafels else tafel
        return Bestemming(doel, gekozen.contact, doel in self.tafels)
