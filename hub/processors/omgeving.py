"""What the machines ask of the privacy filter and the register, with the versions that are pinned at start."""

import hashlib
from collections.abc import Iterable
from copy import copy
from datetime import date
from itertools import product

import structlog

from hub.domein.codes import Besluit, MeldingSoort, Uitkomst
from hub.domein.identiteit import TafelId
from hub.domein.kalender import dag_van, moment
from hub.domein.koppeling import Kant
from hub.domein.signaal import MOMENT_MAX
from hub.opvolging.noodstop import Noodstop
from hub.opvolging.omgeving import Aanvraag, Bestemming, Intake, Oordeel, Trede
from hub.opvolging.termijn import reageren_voor
from hub.privacy.feiten import Geval
from hub.privacy.filter import Filter
from hub.routing.omleiding import omleiding
from hub.routing.openingstijden import gaat_open
from hub.routing.register import Adres, Register, Terugval, bron_van
from hub.routing.route import Zaak, route

log = structlog.get_logger()


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
        # Of the tafels that have joined too: what could not be delivered may find its way when one joins.
        namen = hashlib.sha256(" ".join(sorted(self.tafels)).encode()).hexdigest()[:16]
        self.versies = f"{filter_.hash} {register.hash} {namen}"

    def met(self, noodstops: tuple[Noodstop, ...]) -> "Pinned":
        """The same with these noodstops in force."""
        if noodstops == self.noodstops:
            return self
        ander = copy(self)
        ander.noodstops = noodstops
        return ander

    def oordeel(self, aanvraag: Aanvraag) -> Oordeel:
        op = dag_van(aanvraag.tijd)
        bron_tafel, aangewezen = self.register.adres(aanvraag.bron.tafel, op).tafel, aanvraag.aangewezen
        beslissing = self.filter.beslis(
            Geval(
                soort=aanvraag.soort,
                bron=aanvraag.bron,
                ontvanger=aanvraag.ontvanger,
                uitkomst=aanvraag.uitkomst,
                bron_tafel=bron_tafel,
                ontvanger_tafel=self.register.adres(aanvraag.tafel, op).tafel,
                tijd=aanvraag.tijd,
                aangewezen=None if aangewezen is None else self.register.adres(aangewezen, op).tafel.id,
                zonder_casus=aanvraag.zonder_casus,
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
            herzien_op=beslissing.herzien_op,
            wacht_op=self.filter.wacht_op(beslissing.regels) if beslissing.besluit is Besluit.AANGEHOUDEN else None,
        )

    def gestopt(self, aanvraag: Aanvraag, oordeel: Oordeel) -> bool:
        """See the protocol. A noodstop on a tafel also holds what another tafel does in its place.

        For a possible match the grondslag of the other side counts too, because the filter permits one only where full disclosure would be
        permitted both ways.
        """
        if not self.noodstops:
            return False
        bronnen = (aanvraag.bron.tafel, self.register.adres(aanvraag.bron.tafel, dag_van(aanvraag.tijd)).tafel.id)
        hoorders = (aanvraag.tafel, aanvraag.tafel if aanvraag.ontvanger is None else aanvraag.ontvanger.tafel)
        grondslagen = [oordeel.grondslag]
        if aanvraag.uitkomst is Uitkomst.MOGELIJK and aanvraag.ontvanger is not None:
            grondslagen.append(aanvraag.ontvanger.feiten.grondslag)
        return any(
            stop.raakt(bron, tafel, grondslag)
            for stop, bron, tafel, grondslag in product(self.noodstops, bronnen, hoorders, grondslagen)
        )

    def bestemming(self, tafel: TafelId, tijd: int, omgeleid: int = 0) -> Bestemming:
        op = dag_van(tijd)
        adres = self.register.adres(tafel, op)
        if omgeleid > 0:
            return self._terugval(tafel, op)
        gekozen = adres.tafel
        if adres.zwevend:
            log.warning("melding_zwevend", tafel=tafel, terugval=adres.tafel.id)
        # A successor that has not joined yet cannot hear; the tafel whose dossier this is speaks, so it can.
        if not self.hoort(gekozen.id):
            return Bestemming(tafel, gekozen.contact, bron_van(tafel))
        return Bestemming(gekozen.id, gekozen.contact, adres.bron)

    def wisselt(self, tijd: int) -> int | None:
        dag = self.register.wisselt(dag_van(tijd))
        op = None if dag is None else moment(dag, 0)
        return None if op is None or op >= MOMENT_MAX else op  # 9999-12-31 is how registers write that there is no end

    def hoort(self, tafel: TafelId) -> bool:
        return tafel in self.tafels

    def _terugval(self, tafel: TafelId, op: date) -> Bestemming:
        """The nearest fallback that is not the tafel itself, which has said that it is not theirs."""
        terugvallen = self.register.terugvallen(self.register.regio(tafel), op)
        zelf = self.register.adres(tafel, op)
        anderen: list[Adres | Terugval] = [ander for ander in terugvallen if ander.tafel.id != zelf.tafel.id]
        gekozen = next((ander for ander in anderen if self.hoort(ander.tafel.id)), anderen[0] if anderen else zelf)
        return Bestemming(gekozen.tafel.id, gekozen.tafel.contact, gekozen.bron)

    def reageren_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: int) -> int:
        return reageren_voor(tijd, self.register.termijn(tafel, soort))

    def afsluiten_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: int) -> int:
        return reageren_voor(tijd, self.register.afsluittermijn(tafel, soort))

    def ladder(self, tafel: TafelId, tijd: int) -> tuple[Trede, ...]:
        treden = self.register.ladder(tafel, dag_van(tijd))
        return tuple(Trede(trede.loket, reageren_voor(tijd, trede.werkdagen)) for trede in treden)

    def opent(self, tafel: TafelId, tijd: int) -> int | None:
        adres = self.register.adres(tafel, dag_van(tijd)).tafel.id
        return gaat_open(self.register.openingstijden(adres, dag_van(tijd)), tijd)

    def intake(self, verdachte: Kant, tijd: int, omgeleid: int = 0) -> Intake | None:
        feiten, op = verdachte.feiten, dag_van(tijd)
        zaak = Zaak(feiten.gemeente_verblijf, feiten.gemeente_feit, op, feiten.thema, feiten.leeftijd, verdachte.tafel)
        gekozen = route(self.register, zaak)
        for keer in range(omgeleid):
            verder = omleiding(self.register, gekozen.tafel.id, keer, zaak).naar
            if verder is None:
                return None
            gekozen = verder
        return Intake(gekozen.tafel.id, gekozen.bron)

    def kent(self, tafel: TafelId, tijd: int) -> bool:
        return self.register.tafel(tafel, dag_van(tijd)) is not None
