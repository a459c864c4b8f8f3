"""What the koppeling machine asks of the privacy filter and the register, with the versions that are pinned at start."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import structlog

from hub.domein.codes import MeldingSoort
from hub.domein.identiteit import TafelId
from hub.opvolging.levensloop import Bestemming, Oordeel, Vraag
from hub.opvolging.termijn import reageren_voor
from hub.privacy.feiten import Geval
from hub.privacy.filter import Filter
from hub.routing.register import Register

log = structlog.get_logger()


class Pinned:
    """The Omgeving of a worker."""

    def __init__(self, filter_: Filter, register: Register, tafels: Iterable[str]) -> None:
        """`tafels`: those that have joined, and so can be reached."""
        self.filter, self.register, self.tafels = filter_, register, frozenset(tafels)

    def oordeel(self, vraag: Vraag) -> Oordeel:
        op = _dag(vraag.tijd)
        beslissing = self.filter.beslis(
            Geval(
                soort=vraag.soort,
                bron=vraag.bron,
                ontvanger=vraag.ontvanger,
                uitkomst=vraag.uitkomst,
                bron_tafel=self.register.adres(vraag.bron.tafel, op).tafel,
                ontvanger_tafel=self.register.adres(vraag.ontvanger.tafel, op).tafel,
                tijd=vraag.tijd,
            )
        )
        return Oordeel(
            besluit=beslissing.besluit,
            regels=beslissing.regels,
            velden=beslissing.velden,
            grondslag=beslissing.grondslag,
            activiteit=beslissing.activiteit,
            verzoek=beslissing.verzoek,
            beleid=self.filter.hash,
        )

    def bestemming(self, tafel: TafelId, tijd: int) -> Bestemming:
        adres = self.register.adres(tafel, _dag(tijd))
        if adres.zwevend:
            log.warning("melding_zwevend", tafel=tafel, terugval=adres.tafel.id)
        # A successor that has not joined yet cannot hear; the tafel whose dossier this is speaks, so it can.
        return Bestemming(adres.tafel.id if adres.tafel.id in self.tafels else tafel, adres.tafel.contact)

    def reageren_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: int) -> int:
        return reageren_voor(tijd, self.register.termijn(tafel, soort))


def _dag(tijd: int) -> date:
    return datetime.fromtimestamp(tijd / 1000, UTC).date()
