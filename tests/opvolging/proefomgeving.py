"""A filter that says what the test says, a register of one line, and a clock that ticks by the test."""

from dataclasses import dataclass, field, replace

from hub.domein.codes import Besluit, Dossierstatus, Loket, MeldingSoort, Soort, Veld
from hub.domein.identiteit import GrondslagId, TafelId
from hub.domein.koppeling import Kant
from hub.domein.melding import Contact
from hub.opvolging.omgeving import Aanvraag, Bestemming, Intake, Oordeel, Trede
from tests.keten.signalen import BEGIN, BEWAREN_TOT, MIDDEN_BRABANT, TWENTE, VRIJ, ZSM, dossier_van

ELDERS = TafelId("vhh-elders")
TERMIJN = 100
"""ms to react."""
AFSLUITEN = 1_000
"""ms from contact to closing."""


@dataclass
class Proefomgeving:
    """An Omgeving of which each answer can be set."""

    besluit: dict[TafelId, Besluit] = field(default_factory=dict)
    """By the tafel that would hear."""
    velden: frozenset[Veld] = frozenset(Veld)
    opvolger: dict[TafelId, TafelId] = field(default_factory=dict)
    zonder_vrijgave: frozenset[TafelId] = frozenset()
    """Towards these nothing goes before the source's side has a release."""
    onbereikbaar: frozenset[TafelId] = frozenset()
    stop: bool = False
    herzien_op: int | None = None
    wisselt_op: int | None = None
    versies: str = "v1"
    partities: int = 2
    opent_om: int | None = None
    loketten: tuple[Loket, ...] = tuple(Loket)
    intakes: tuple[TafelId, ...] = (TWENTE, MIDDEN_BRABANT)

    def oordeel(self, aanvraag: Aanvraag) -> Oordeel:
        besluit, regels = self.besluit.get(aanvraag.tafel, Besluit.MELDEN), ("regel",)
        wacht_op: Dossierstatus | None = None
        if besluit is Besluit.AANGEHOUDEN:
            wacht_op = Dossierstatus.WACHT_OP_BESLISSING
        if aanvraag.tafel in self.zonder_vrijgave and aanvraag.bron.feiten.vrijgave_moment is None:
            besluit, regels, wacht_op = Besluit.AANGEHOUDEN, ("vrijgave",), Dossierstatus.WACHT_OP_VRIJGAVE
        if aanvraag.tijd >= min(k.bewaren_tot for k in (aanvraag.bron, aanvraag.ontvanger) if k is not None):
            besluit, regels, wacht_op = Besluit.AFGEWEZEN, ("bewaartermijn",), None
        later = self.herzien_op if self.herzien_op is not None and self.herzien_op > aanvraag.tijd else None
        return Oordeel(
            *(besluit, regels, self.velden, GrondslagId("g"), "urn:a", "{}", "beleid"),
            herzien_op=later,
            wacht_op=wacht_op,
        )

    def gestopt(self, aanvraag: Aanvraag, oordeel: Oordeel) -> bool:
        return self.stop

    def bestemming(self, tafel: TafelId, tijd: int, omgeleid: int = 0) -> Bestemming:
        doel = ELDERS if omgeleid else self.opvolger.get(tafel, tafel)
        regel = "regios.toml:elders" if omgeleid else f"tafel {tafel}"
        return Bestemming(doel, Contact(doel, f"Tafel {doel}", "088", "x@y.example"), regel)

    def wisselt(self, tijd: int) -> int | None:
        return self.wisselt_op if self.wisselt_op is not None and self.wisselt_op > tijd else None

    def hoort(self, tafel: TafelId) -> bool:
        return tafel not in self.onbereikbaar

    def reageren_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: int) -> int:
        return tijd + TERMIJN

    def afsluiten_voor(self, tafel: TafelId, soort: MeldingSoort, tijd: int) -> int:
        return tijd + AFSLUITEN

    def ladder(self, tafel: TafelId, tijd: int) -> tuple[Trede, ...]:
        return tuple(Trede(loket, tijd + TERMIJN) for loket in self.loketten)

    def opent(self, tafel: TafelId, tijd: int) -> int | None:
        return self.opent_om

    def intake(self, verdachte: Kant, tijd: int, omgeleid: int = 0) -> Intake | None:
        return Intake(self.intakes[omgeleid], f"regel-{omgeleid}") if omgeleid < len(self.intakes) else None

    def kent(self, tafel: TafelId, tijd: int) -> bool:
        return tafel in (ZSM, TWENTE, MIDDEN_BRABANT, ELDERS)


def kant(tafel: TafelId, versie: int = 1, *, bewaren_tot: int = BEWAREN_TOT, **feiten: object) -> Kant:
    """A side of tafel `tafel` at BEGIN + versie."""
    soort = Soort.VERDACHTE if tafel == ZSM else Soort.CASUS
    dossier = dossier_van(tafel if tafel in (ZSM, TWENTE, MIDDEN_BRABANT) else TWENTE, "z")
    vrij = replace(VRIJ[soort], **feiten)  # type: ignore[arg-type]
    return Kant(dossier, soort, versie, tafel, BEGIN + versie, bewaren_tot, vrij)
