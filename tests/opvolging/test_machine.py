"""Random lives of a pair: whatever happens, and in whatever order, no step leaves a forbidden state. See `leven_van_een_paar`."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from hub.domein.codes import Besluit, Dossierstatus, Levensfase, Loket, MeldingSoort, Reactie, Vrijgaverol, Weigercode
from hub.domein.identiteit import TafelId
from hub.opvolging.beurt import ONJUIST
from hub.opvolging.levensloop import GEDULD
from tests.keten.signalen import MIDDEN_BRABANT, TWENTE, ZSM, dossier_van
from tests.opvolging.leven_van_een_paar import BEWIJZEN, REACTIES, Inbox, Paar, willekeurig
from tests.opvolging.proefomgeving import AFSLUITEN, ELDERS, TERMIJN, Proefomgeving

ZEKER, MOGELIJK, GEEN = BEWIJZEN
tafels = st.sampled_from((ZSM, TWENTE))


class LevenVanEenPaar(RuleBasedStateMachine):
    """Every rule is something that can happen; `Paar` holds the invariants and checks them after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.paar = Paar(Proefomgeving())

    @rule(tafel=tafels, bewijs=st.sampled_from(BEWIJZEN), advies=st.booleans())
    def signaal(self, tafel: TafelId, bewijs: Any, advies: bool) -> None:
        self.paar.stand(tafel, bewijs, advies_beschikbaar=advies)

    @rule(
        soort=st.sampled_from(REACTIES),
        tafel=st.sampled_from((ZSM, TWENTE, ELDERS)),
        eigen=st.integers(0, 9),
        welke=st.integers(-3, 5),
        rol=st.sampled_from((Vrijgaverol.GEEN, Vrijgaverol.OFFICIER_VAN_JUSTITIE, Vrijgaverol.PROCESREGISSEUR)),
        vooruit=st.sampled_from((0, 0, 1)),
        advies=st.none() | st.booleans(),
    )
    def reactie(
        self,
        soort: Reactie,
        tafel: TafelId,
        eigen: int,
        welke: int,
        rol: Vrijgaverol,
        vooruit: int,
        advies: bool | None,
    ) -> None:
        kies = [*self.paar.inboxen.get(tafel, Inbox()).staand, *self.paar.ooit, None]
        melding = kies[min(max(welke, 0), len(kies) - 1)]
        self.paar.reactie(soort, tafel, eigen=eigen > 0, melding=melding, rol=rol, vooruit=vooruit, advies=advies)

    @rule(kies=st.integers(0, 7))
    def herhaal(self, kies: int) -> None:
        self.paar.herhaal(kies)

    @rule(terug=st.integers(1, 3))
    def oude_stand(self, terug: int) -> None:
        self.paar.oude_stand(terug)

    @rule(ms=st.sampled_from((1, TERMIJN, TERMIJN + 1, AFSLUITEN)))
    def verstrijk(self, ms: int) -> None:
        self.paar.verstrijk(ms)

    @precondition(lambda self: not self.paar.omgeving.stop)
    @rule()
    def verstrijk_lang(self) -> None:
        self.paar.verstrijk(GEDULD)

    @rule(tafel=tafels, besluit=st.sampled_from(Besluit), versies=st.integers(0, 99))
    def ander_beleid(self, tafel: TafelId, besluit: Besluit, versies: int) -> None:
        self.paar.omgeving.besluit = {**self.paar.omgeving.besluit, tafel: besluit}
        self.paar.herzie(f"v{versies}")

    @rule(zonder=st.sampled_from((frozenset(), frozenset({ZSM}), frozenset({TWENTE}))))
    def vrijgave_nodig(self, zonder: frozenset[TafelId]) -> None:
        self.paar.omgeving.zonder_vrijgave = zonder

    @rule(weg=st.sampled_from((frozenset(), frozenset({TWENTE}))))
    def bereikbaar(self, weg: frozenset[TafelId]) -> None:
        self.paar.sluit_aan(weg)

    @rule()
    def noodstop(self) -> None:
        self.paar.omgeving.stop = not self.paar.omgeving.stop
        self.paar.herzie(self.paar.omgeving.versies)

    @rule()
    def haal_terug(self) -> None:
        self.paar.haal_terug()

    @precondition(lambda self: self.paar.opvolger is None)
    @rule()
    def opvolging(self) -> None:
        self.paar.opvolger = dossier_van(TWENTE, "opvolger")
        self.paar.stand(TWENTE, self.paar.bewijs)

    @rule(erbij=st.sampled_from((-10_000_000, 10_000_000)))
    def bewaren(self, erbij: int) -> None:
        self.paar.bewaren = max(self.paar.nu + 1_000, self.paar.bewaren + erbij)
        self.paar.stand(TWENTE, self.paar.bewijs)

    def teardown(self) -> None:
        self.paar.herspeel()
        self.paar.sluit_af()


LevenVanEenPaar.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestLevenVanEenPaar = LevenVanEenPaar.TestCase


@pytest.mark.parametrize("zaad", range(20))
def test_a_hundred_random_events(zaad: int) -> None:
    """The same lives as the million (`python -m tests.opvolging.miljoen`), fewer of them."""
    paar, loting = Paar(Proefomgeving()), random.Random(zaad)
    for _ in range(100):
        willekeurig(paar, loting)
    paar.herspeel()
    paar.sluit_af()


def soorten(paar: Paar, tafel: TafelId) -> list[MeldingSoort]:
    return [melding.soort for melding in paar.ooit.values() if melding.ontvanger == tafel]


def test_a_persons_no_is_remembered_and_recalls_what_the_person_holds() -> None:
    """ANDERE_PERSOON recalls the possible match and its escalations; a later certain match tells nobody anything."""
    paar = Paar(Proefomgeving({TWENTE: Besluit.AFGEWEZEN}))
    paar.stand(ZSM, MOGELIJK)
    paar.verstrijk(TERMIJN)
    paar.reactie(Reactie.ANDERE_PERSOON, ZSM)
    assert soorten(paar, ZSM) == [
        *(MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.ESCALATIE),
        *(MeldingSoort.INGETROKKEN, MeldingSoort.INGETROKKEN),
    ]
    paar.omgeving.besluit = {}
    paar.stand(TWENTE, ZEKER)
    paar.opvolger = dossier_van(TWENTE, "opvolger")
    paar.stand(TWENTE, ZEKER)
    assert len(soorten(paar, ZSM)) == 4 and soorten(paar, TWENTE) == []


def test_a_persons_yes_opens_the_other_direction_through_the_filter() -> None:
    """ZELFDE_PERSOON with a role: the other side hears BEKEND if the filter says so; whoever verified is not told again."""
    for besluit, gehoord in ((Besluit.MELDEN, [MeldingSoort.BEKEND]), (Besluit.AFGEWEZEN, [])):
        paar = Paar(Proefomgeving({TWENTE: Besluit.AFGEWEZEN}))
        paar.stand(ZSM, MOGELIJK)
        paar.omgeving.besluit = {TWENTE: besluit}
        geweigerd = paar.reactie(Reactie.ZELFDE_PERSOON, ZSM, rol=Vrijgaverol.GEEN)
        assert geweigerd is not None and geweigerd.gezonden[0].melding.code is Weigercode.ROL_ONBEVOEGD
        paar.reactie(Reactie.ZELFDE_PERSOON, ZSM)
        assert soorten(paar, TWENTE) == gehoord
        assert soorten(paar, ZSM) == [MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.GEWEIGERD]
        weer = paar.reactie(Reactie.ANDERE_PERSOON, ZSM)
        assert weer is not None and weer.gezonden[0].melding.code is Weigercode.AL_BESLIST


def test_the_ladder_is_climbed_one_desk_at_a_time_and_then_it_floats() -> None:
    """Each missed term asks the next desk; after the last the source is told ZWEVEND, once, and an audit line says so."""
    paar = Paar(Proefomgeving())
    paar.stand(ZSM, ZEKER)
    paar.reactie(Reactie.AFGESLOTEN, ZSM)
    paar.verstrijk(10 * TERMIJN)
    loketten = [m.loket for m in paar.ooit.values() if m.soort is MeldingSoort.ESCALATIE]
    assert loketten == list(Loket)[1:]
    assert [m.status for m in paar.ooit.values() if m.soort is MeldingSoort.STATUS] == [Dossierstatus.ZWEVEND]
    zweeft = [regel for _, _, uit in paar.gebeurd if uit is not None for regel in uit[2] if regel.daad == "ZWEVEND"]
    assert [regel.actor for regel in zweeft] == [TWENTE]
    paar.reactie(Reactie.ONTVANGEN, TWENTE)
    paar.verstrijk(TERMIJN)
    assert [m.soort for m in paar.ooit.values()][-1] is MeldingSoort.STATUS, "an answer that leads nowhere floats again"


def test_a_release_is_for_whoever_was_told_and_needs_the_role() -> None:
    """A source that knows of the koppeling hears that it waits; VRIJGEVEN by a role that counts sets it going."""
    stil = Paar(Proefomgeving({TWENTE: Besluit.AFGEWEZEN}, zonder_vrijgave=frozenset({ZSM})))
    stil.stand(ZSM, ZEKER, vrijgave_moment=None, vrijgave=Vrijgaverol.GEEN)
    assert not stil.ooit, "whoever may not hear of the koppeling does not hear that it waits"
    geweigerd = stil.reactie(Reactie.VRIJGEVEN, TWENTE)
    assert geweigerd is not None and geweigerd.gezonden[0].melding.code is Weigercode.ONBEKEND_VOOR_U
    paar = Paar(Proefomgeving(zonder_vrijgave=frozenset({ZSM})))
    paar.stand(ZSM, ZEKER, vrijgave_moment=None, vrijgave=Vrijgaverol.GEEN)
    assert soorten(paar, ZSM) == [] and soorten(paar, TWENTE) == [MeldingSoort.BEKEND, MeldingSoort.STATUS]
    paar.reactie(Reactie.VRIJGEVEN, TWENTE, rol=Vrijgaverol.GEEN)
    assert soorten(paar, ZSM) == []
    paar.reactie(Reactie.VRIJGEVEN, TWENTE, rol=Vrijgaverol.PROCESREGISSEUR)
    assert soorten(paar, ZSM) == [MeldingSoort.BEKEND]


def test_a_noodstop_holds_without_recall_and_tells_afterwards() -> None:
    """What stands stays, nothing new is told, no escalation leaves; lifted under the same policy, what was held is told."""
    paar = Paar(Proefomgeving(stop=True))
    paar.stand(ZSM, ZEKER)
    paar.verstrijk(3 * TERMIJN)
    assert not paar.ooit
    paar.omgeving.stop = False
    paar.herzie(paar.omgeving.versies)
    assert {m.soort for m in paar.ooit.values()} == {MeldingSoort.BEKEND} and len(paar.ooit) == 2
    paar.omgeving.stop = True
    paar.verstrijk(3 * TERMIJN)
    assert len(paar.ooit) == 2, "a stopped exchange escalates nothing"
    paar.omgeving.stop = False
    paar.verstrijk(TERMIJN)
    assert [m.soort for m in paar.ooit.values()][2:] == [MeldingSoort.ESCALATIE] * 2


def test_whatever_stood_longer_than_a_year_is_recalled_too() -> None:
    """Wjsg 39o asks it of the past year; what an inbox still shows is recalled however old it is."""
    paar = Paar(Proefomgeving(), bewaren=2_000_000_000_000)
    paar.stand(ZSM, ZEKER)
    for tafel in (ZSM, TWENTE):
        paar.reactie(Reactie.AFGESLOTEN, tafel)
    paar.verstrijk(400 * 86_400_000)
    paar.stand(ZSM, GEEN)
    assert [m.soort for m in paar.ooit.values()][2:] == [MeldingSoort.INGETROKKEN] * 2


def test_a_reaction_ahead_of_its_dossier_waits_but_not_for_ever() -> None:
    """Parked until the stand has its versie; when that never comes it is applied after a while, never dropped."""
    for komt in (True, False):
        paar = Paar(Proefomgeving())
        paar.stand(ZSM, ZEKER)
        gevolg = paar.reactie(Reactie.AFGESLOTEN, TWENTE, vooruit=1)
        assert gevolg is not None and not gevolg.gezonden and not gevolg.audit
        if komt:
            paar.stand(TWENTE, ZEKER)
        else:
            paar.reactie(Reactie.AFGESLOTEN, ZSM)
            paar.verstrijk(GEDULD)
        assert paar.koppeling is not None and not paar.koppeling.geparkeerd
        naar = next(r for r in (paar.koppeling.naar_links, paar.koppeling.naar_rechts) if r.ontvanger == TWENTE)
        assert naar.fase is Levensfase.AFGESLOTEN


def test_a_dossier_that_continues_another_gets_no_second_melding() -> None:
    """Succession: the same koppeling, a correction that names the new dossier, no second BEKEND."""
    paar = Paar(Proefomgeving())
    paar.stand(ZSM, ZEKER)
    paar.opvolger = dossier_van(TWENTE, "opvolger")
    paar.stand(TWENTE, ZEKER)
    assert soorten(paar, TWENTE) == [MeldingSoort.BEKEND, MeldingSoort.CORRECTIE]
    assert soorten(paar, ZSM) == [MeldingSoort.BEKEND]
    assert [m.dossier for m in paar.ooit.values() if m.soort is MeldingSoort.CORRECTIE] == [paar.opvolger]


def test_a_wrongly_addressed_melding_goes_to_one_other_tafel_and_then_floats() -> None:
    """ONJUIST_GEADRESSEERD: recalled, told to the fallback; when that says so too, nobody is told and it floats."""
    paar = Paar(Proefomgeving())
    paar.stand(ZSM, ZEKER)
    paar.reactie(Reactie.ONJUIST_GEADRESSEERD, TWENTE)
    assert soorten(paar, TWENTE) == [MeldingSoort.BEKEND, MeldingSoort.INGETROKKEN]
    assert soorten(paar, ELDERS) == [MeldingSoort.BEKEND]
    paar.reactie(Reactie.ONJUIST_GEADRESSEERD, ELDERS)
    assert soorten(paar, ELDERS) == [MeldingSoort.BEKEND, MeldingSoort.INGETROKKEN]
    assert paar.ooit and soorten(paar, ZSM)[-1] is MeldingSoort.STATUS
    assert soorten(paar, MIDDEN_BRABANT) == []


def test_each_wrong_address_is_told_of_the_line_that_chose_it() -> None:
    """First the tafel's own, then the line of the fallback; of an address that the register gives no more, no line of it."""
    omgeving = Proefomgeving()
    paar = Paar(omgeving)
    paar.stand(ZSM, ZEKER)
    gezegd = [_onjuist(paar, tafel) for tafel in (TWENTE, ELDERS)]
    assert gezegd == [(f"tafel {TWENTE}", "1"), ("regios.toml:elders", "2")]
    verder = Paar(omgeving)
    verder.stand(ZSM, ZEKER)
    omgeving.opvolger[TWENTE] = MIDDEN_BRABANT
    assert _onjuist(verder, TWENTE) == (f"tafel {TWENTE}", "1")


def _onjuist(paar: Paar, tafel: TafelId) -> tuple[str, str]:
    """The line that the audit blames once this tafel says that the melding is not theirs, and how often by now."""
    gevolg = paar.reactie(Reactie.ONJUIST_GEADRESSEERD, tafel)
    assert gevolg is not None
    (regel,) = [regel for regel in gevolg.audit if regel.daad == ONJUIST]
    assert regel.actor.startswith(tafel)
    return regel.object, regel.uitkomst


@given(st.permutations([(ZSM, ZEKER), (TWENTE, ZEKER), (ZSM, MOGELIJK)]), st.integers(0, 3))
def test_whoever_may_not_hear_learns_nothing_by_reacting(rij: Any, keer: int) -> None:
    """A side that was never told gets ONBEKEND_VOOR_U to whatever it says, the same as for a koppeling that does not exist."""
    paar = Paar(Proefomgeving({TWENTE: Besluit.AFGEWEZEN}))
    for tafel, bewijs in rij:
        paar.stand(tafel, bewijs)
    for soort in REACTIES[keer::4]:
        gevolg = paar.reactie(soort, TWENTE)
        assert gevolg is not None
        assert [g.melding.code for g in gevolg.gezonden] == [Weigercode.ONBEKEND_VOOR_U]
