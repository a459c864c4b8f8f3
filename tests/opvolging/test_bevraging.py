"""Check op bekendheid: one answer per question, NIET_BEKEND only when every partition answered in time, no oracle."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hub.domein.codes import Bekendheid, Besluit, Uitkomst
from hub.domein.gebeurtenis import Antwoord, Termijn, vrager
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Stand
from hub.domein.melding import Melding
from hub.opvolging.bevraging import NASLEEP, Vraagstaat, neem, verval, volgende
from hub.opvolging.omgeving import Gevolg
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, dossier_van
from tests.opvolging.proefomgeving import Proefomgeving, kant

VRAAG = UUID(int=77)
UITERLIJK = BEGIN + 5_000
ZEKER, MOGELIJK = Bewijs(Uitkomst.ZEKER, 20.0), Bewijs(Uitkomst.MOGELIJK, 12.0)
VRAGER = vrager(dossier_van(ZSM, "vraag"), ZSM, BEGIN, UITERLIJK, kant(ZSM).feiten)


def antwoord(partitie: int, *gevonden: tuple[Any, Bewijs]) -> Antwoord:
    standen = tuple(Stand.van(VRAGER, kant(tafel), bewijs) for tafel, bewijs in gevonden)
    return Antwoord(VRAAG, partitie, VRAGER, "a.een", UITERLIJK, standen)


def vraag(*antwoorden: Antwoord, omgeving: Proefomgeving | None = None, moment: int = BEGIN) -> list[Melding]:
    staat: Vraagstaat | None = None
    uit: list[Melding] = []
    for een in antwoorden:
        gevolg = neem(staat, een, moment, omgeving or Proefomgeving())
        if gevolg is not None:
            staat = gevolg.lijf
            uit += [gezonden.melding for gezonden in gevolg.gezonden]
    return uit


@pytest.mark.parametrize(
    ("gevonden", "gelezen", "tafels"),
    [
        ((), Bekendheid.NIET_BEKEND, []),
        (((TWENTE, GEEN_BEWIJS),), Bekendheid.NIET_BEKEND, []),
        (((TWENTE, MOGELIJK),), Bekendheid.MOGELIJK_BEKEND, [TWENTE]),
        (((TWENTE, MOGELIJK), (MIDDEN_BRABANT, ZEKER)), Bekendheid.BEKEND, [MIDDEN_BRABANT]),
    ],
)
def test_the_strongest_answer_that_may_be_told_is_read(gevonden: Any, gelezen: Bekendheid, tafels: list[Any]) -> None:
    """Bekend before mogelijk bekend before niet bekend, with whom to call and nobody else."""
    (melding,) = vraag(antwoord(0, *gevonden), antwoord(1))
    assert (melding.antwoord, [contact.tafel for contact in melding.contacten]) == (gelezen, tafels)
    assert melding.contact == (melding.contacten[0] if tafels else None)
    assert bool(melding.grondslag) is bool(tafels)


@pytest.mark.parametrize("reden", ["afgewezen", "aangehouden", "noodstop", "niemand"])
def test_a_refusal_reads_exactly_as_nobody(reden: str) -> None:
    """Whoever asks cannot tell a refusal, a hold or a noodstop from nobody at all: byte for byte the same melding."""
    omgeving = Proefomgeving()
    if reden in ("afgewezen", "aangehouden"):
        omgeving.besluit = {ZSM: Besluit(reden.upper())}
    omgeving.stop = reden == "noodstop"
    gevonden = () if reden == "niemand" else ((TWENTE, ZEKER),)
    assert vraag(antwoord(0, *gevonden), antwoord(1), omgeving=omgeving) == vraag(antwoord(0), antwoord(1))


def test_an_answer_of_a_stronger_kind_that_is_refused_leaves_the_weaker() -> None:
    """Only what may be told counts: of one that may not be told and one that may, the latter is read."""

    class Kiest(Proefomgeving):
        def oordeel(self, aanvraag: Any) -> Any:
            self.besluit = {ZSM: Besluit.AFGEWEZEN if aanvraag.uitkomst is Uitkomst.ZEKER else Besluit.MELDEN}
            return super().oordeel(aanvraag)

    (melding,) = vraag(antwoord(0, (TWENTE, ZEKER), (MIDDEN_BRABANT, MOGELIJK)), antwoord(1), omgeving=Kiest())
    assert melding.antwoord is Bekendheid.MOGELIJK_BEKEND


class LevenVanEenVraag(RuleBasedStateMachine):
    """Answers in any order, late, twice, and time passing."""

    def __init__(self) -> None:
        super().__init__()
        self.omgeving = Proefomgeving(partities=3)
        self.staat: Vraagstaat | None = None
        self.nu = BEGIN
        self.op_tijd: set[int] = set()
        self.gezegd: list[Bekendheid] = []
        self.audit = 0
        self.vergeten = False

    def gebeurd(self, gevolg: Gevolg[Vraagstaat] | None) -> None:
        if gevolg is not None:
            self.staat = gevolg.lijf
            self.gezegd += [g.melding.antwoord for g in gevolg.gezonden if g.melding.antwoord is not None]
            self.audit += len(gevolg.audit)

    @precondition(lambda self: not self.vergeten)
    @rule(partitie=st.integers(0, 2), bewijs=st.sampled_from((None, ZEKER, MOGELIJK, GEEN_BEWIJS)))
    def antwoord(self, partitie: int, bewijs: Bewijs | None) -> None:
        if not self.gezegd and self.nu <= UITERLIJK:
            self.op_tijd.add(partitie)
        een = antwoord(partitie, *(() if bewijs is None else ((TWENTE, bewijs),)))
        self.gebeurd(neem(self.staat, een, self.nu, self.omgeving))

    @rule(ms=st.sampled_from((1, 2_000, 6_000, NASLEEP)))
    def verstrijk(self, ms: int) -> None:
        self.nu += ms
        if self.staat is not None and volgende(self.staat) <= self.nu:
            assert verval(self.staat, Termijn(VRAAG, volgende(self.staat) - 1)) is None
            self.gebeurd(verval(self.staat, Termijn(VRAAG, volgende(self.staat))))
            self.vergeten = True
            assert self.audit == 1, "asked once, recorded once, answered or not"

    @invariant()
    def een_antwoord(self) -> None:
        assert not (self.vergeten and self.staat), "a question is forgotten"
        assert len(self.gezegd) <= 1, "one answer per question"
        if self.gezegd and len(self.op_tijd) < 3:
            assert self.gezegd == [Bekendheid.ONVOLLEDIG], "complete only when all answered in time"
        if len(self.op_tijd) == 3:
            assert self.gezegd and self.gezegd[0] is not Bekendheid.ONVOLLEDIG
        if self.staat is not None and self.staat.beantwoord:
            assert self.staat.standen == (), "what was found is not kept"


LevenVanEenVraag.TestCase.settings = settings(max_examples=100)
TestLevenVanEenVraag = LevenVanEenVraag.TestCase
