"""Triage aan de poort: whoever meets the criteria ends somewhere, and the intake and the source hear no more than they may."""

import random
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from hub.domein.codes import (
    Besluit,
    Criterium,
    Daad,
    Dossierstatus,
    Fase,
    Levensfase,
    Loket,
    MeldingSoort,
    Reactie,
    Uitkomst,
    Vrijgaverol,
    Weigercode,
    Weigerreden,
)
from hub.domein.gebeurtenis import Beheerdaad, Termijn, Terugkoppeling, Triage, Uitspraak, Vrijgave, Woord
from hub.domein.identiteit import TafelId, aandragen_dossier, koppeling_id
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand
from hub.domein.melding import Melding
from hub.opvolging import aandragen as machine
from hub.opvolging import intake
from hub.opvolging.aandragen import Aandragen, volgende
from hub.opvolging.levensloop import volgens
from hub.opvolging.omgeving import Gevolg
from hub.opvolging.richting import OPEN, STAAND
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, dossier_van
from tests.opvolging.leven_van_een_paar import EINDE, REACTIES, Inbox
from tests.opvolging.proefomgeving import ELDERS, TERMIJN, Proefomgeving, kant

ZEKER = Bewijs(Uitkomst.ZEKER, 20.0, (1,), "model")
MOGELIJK = Bewijs(Uitkomst.MOGELIJK, 12.0, (1,), "model")
ALLE = tuple(Criterium)
INTAKES = (TWENTE, MIDDEN_BRABANT, ELDERS)


@dataclass
class Zaak:
    """One verdachte with criteria, everything that happened, and what everybody was told."""

    omgeving: Proefomgeving = field(default_factory=Proefomgeving)
    lijf: Aandragen | None = None
    nu: int = BEGIN
    versie: int = 1
    sinds: int = 1
    """The versie since which it is the same person."""
    bewaren: int = EINDE
    criteria: tuple[Criterium, ...] = ALLE
    actief: bool = True
    casus: Bewijs | None = None
    fase: Fase = Fase.ACTIEF
    huis: dict[str, object] = field(default_factory=dict)
    """Other facts of the casus."""
    gehoord: set[int] = field(default_factory=set)
    inboxen: dict[TafelId, Inbox] = field(default_factory=dict)
    ooit: dict[UUID, Melding] = field(default_factory=dict)
    gebeurd: list[tuple[Any, Proefomgeving, Gevolg[Aandragen] | None]] = field(default_factory=list)
    nummer: int = 0

    @property
    def verdachte(self) -> Kant:
        een = kant(ZSM, self.versie, bewaren_tot=self.bewaren, criteria=self.criteria)
        return replace(een, tijd=self.nu, persoon_sinds=self.sinds)

    @property
    def status(self) -> Dossierstatus | None:
        """The last thing that the source was told."""
        told = [melding.status for melding in self.ooit.values() if melding.soort is MeldingSoort.STATUS]
        return told[-1] if told else None

    def ander_persoon(self, partitie: int) -> None:
        """The dossier is corrected to another person: what the intake said, and what was released, was about the first."""
        self.sinds = self.versie + 1
        geweigerd = self.lijf is not None and self.lijf.uitkomst is not None
        self.triage(partitie, vers=True)
        assert self.lijf is not None and (self.lijf.uitkomst, self.lijf.vrijgave) == (None, None)
        assert not geweigerd or self.lijf.richting.fase not in (Levensfase.VERWORPEN, Levensfase.AFGESLOTEN)

    def triage(self, partitie: int, *, vers: bool = False) -> None:
        """What one index partition says; `vers`: of a new versie of the verdachte."""
        if vers:
            self.versie += 1
            self.gehoord = set()
        huis = kant(TWENTE, self.versie + 1, bewaren_tot=self.bewaren - 1_000_000, fase=self.fase, **self.huis)
        huis = replace(huis, tijd=self.nu)
        standen = () if self.casus is None else (Stand.van(self.verdachte, huis, self.casus),)
        self.gehoord.add(partitie)
        self.gebeur(Triage(self.verdachte, self.actief, partitie, standen if partitie == 0 else ()))

    def uitspraak(self, uitkomst: Uitkomst | None, *, vrij: bool = False) -> Gevolg[Aandragen] | None:
        """What people have said in the koppeling with the casus."""
        huis = kant(TWENTE)
        vrijgave = Vrijgave(huis.stam, Vrijgaverol.PROCESREGISSEUR, self.nu) if vrij else None
        woord = Woord(koppeling_id(self.verdachte.stam, huis.stam), uitkomst, vrijgave)
        return self.gebeur(Uitspraak(self.verdachte, woord, self.nu))

    def signaal(self) -> "Zaak":
        """A new versie, of which every partition speaks."""
        self.triage(0, vers=True)
        self.triage(1)
        return self

    def reactie(self, soort: Reactie, tafel: TafelId, *, eigen: bool = True, **anders: Any) -> Gevolg[Aandragen] | None:
        assert self.lijf is not None
        self.nummer += 1
        bron = soort is Reactie.VRIJGEVEN
        dossier = self.verdachte.dossier if bron else aandragen_dossier(self.lijf.id)
        anders = {"melding": None if bron else self.lijf.richting.staand} | anders
        wat = Terugkoppeling(
            *(UUID(int=self.nummer), self.lijf.id, soort, tafel),
            dossier if eigen else dossier_van(TWENTE, "anders"),
            0,
            tijd=self.nu,
            **anders,
        )
        gevolg = self.gebeur(wat)
        assert self.gebeur(wat) is None, "the same reaction again has no effect"
        return gevolg

    def verstrijk(self, ms: int) -> None:
        self.nu += ms
        for _ in range(200):
            if self.lijf is None or (op := volgende(self.lijf)) > self.nu:
                return
            assert self.gebeur(Termijn(self.lijf.id, op)) is not None
            assert self.lijf is None or volgende(self.lijf) > op, "the next moment is strictly later"
        raise AssertionError("terms without end")

    def herzie(self, versies: str) -> None:
        self.omgeving.versies = versies
        if self.lijf is not None:
            self.gebeur(Termijn(self.lijf.id, self.nu, versies))

    def haal_terug(self) -> None:
        self.nummer += 1
        if self.lijf is not None:
            daad = Beheerdaad(UUID(int=self.nummer), Daad.TERUGHALEN, "a.een", koppeling=self.lijf.id, tijd=self.nu)
            self.gebeur(daad)

    def stap(self, lijf: Aandragen | None, wat: Any, omgeving: Proefomgeving) -> Gevolg[Aandragen] | None:
        match wat:
            case Triage():
                return machine.beoordeel(lijf, wat, omgeving)
            case Uitspraak():
                return machine.hoor(lijf, wat, omgeving)
            case Terugkoppeling():
                assert lijf is not None
                return intake.reageer(lijf, wat, omgeving)
            case Termijn():
                assert lijf is not None
                return machine.verval(lijf, wat, omgeving)
        assert lijf is not None
        return intake.haal_terug(lijf, wat, omgeving)

    def gebeur(self, wat: Any) -> Gevolg[Aandragen] | None:
        was = self.lijf
        gevolg = self.stap(was, wat, self.omgeving)
        self.gebeurd.append((wat, replace(self.omgeving), gevolg))
        if gevolg is None:
            return None
        self.lijf = gevolg.lijf
        for gezonden in gevolg.gezonden:
            melding = gezonden.melding
            assert melding.id not in self.ooit, "one effect per id"
            self.ooit[melding.id] = melding
            self.inboxen.setdefault(melding.ontvanger, Inbox()).neem(melding, self.omgeving.hoort(melding.ontvanger))
            if melding.soort in (MeldingSoort.STATUS, MeldingSoort.GEWEIGERD):
                assert not (self.omgeving.stop and melding.contact), "a noodstop holds with whom it lies"
                continue
            assert melding.dossier == aandragen_dossier(melding.koppeling), "the intake hears no dossier of the source"
            assert not self.omgeving.stop or melding.soort is MeldingSoort.INGETROKKEN, "a noodstop holds"
        self._staat()
        if isinstance(wat, Terugkoppeling) and wat.soort is not Reactie.BEZORGD:
            klaar = [regel for regel in gevolg.audit if regel.handeling == wat.id and regel.daad == wat.soort]
            geweigerd = [g for g in gevolg.gezonden if g.melding.soort is MeldingSoort.GEWEIGERD]
            assert len(klaar) == 1 and (klaar[0].uitkomst == "gedaan") is (not geweigerd), "never ignored"
        return gevolg

    def _staat(self) -> None:
        if self.lijf is None:
            assert not any(inbox.staand for inbox in self.inboxen.values())
            return
        richting = self.lijf.richting
        hoort = set(richting.bij_ontvanger)
        assert {id_ for inbox in self.inboxen.values() for id_ in inbox.staand} == hoort
        assert (richting.staand is not None) is (richting.fase in STAAND)
        if richting.fase in OPEN and richting.termijn is None:
            assert self.status is Dossierstatus.ZWEVEND and richting.trede + 1 == len(Loket)
        if not self.lijf.actief or self.lijf.geeindigd is not None or not self.lijf.verdachte.feiten.criteria:
            assert not hoort, "what was withdrawn stands nowhere"
        elif len(self.lijf.gehoord) == self.omgeving.partities and not richting.gehouden:
            gezegd = {woord.koppeling: woord.uitkomst for woord in self.lijf.woorden}
            zeker = (volgens(gezegd.get(stand.koppeling), stand) for stand in self.lijf.standen)
            bekend = Uitkomst.ZEKER in zeker and not hoort
            assert hoort or self.status is not None or bekend, "whoever meets the criteria ends somewhere"

    def herspeel(self) -> None:
        lijf: Aandragen | None = None
        for wat, omgeving, verwacht in self.gebeurd:
            gevolg = self.stap(lijf, wat, omgeving)
            assert gevolg == verwacht, "replay equals run"
            if gevolg is not None:
                lijf = gevolg.lijf

    def sluit_af(self) -> None:
        """In the end all is forgotten; and it may begin anew, with ids of its own."""
        self.omgeving.stop = False
        for _ in range(2):
            self.signaal()
            self.verstrijk(self.bewaren - self.nu + 2 * 86_400_000)
            assert self.lijf is None
            self.bewaren = self.nu + 10_000_000


def willekeurig(zaak: Zaak, loting: random.Random) -> None:
    """One random event."""
    match loting.randrange(15):
        case 0 | 1:
            if loting.random() < 0.3:
                zaak.ander_persoon(loting.randrange(2))
            else:
                zaak.triage(loting.randrange(2), vers=True)
        case 2 | 3 | 4:
            zaak.triage(loting.randrange(2))
        case 5 | 6 | 7 | 8:
            if zaak.lijf is not None:
                ontvanger = zaak.lijf.richting.ontvanger
                melding = [zaak.lijf.richting.staand, None, *list(zaak.ooit)[-3:]]
                zaak.reactie(
                    loting.choice(REACTIES),
                    loting.choice((ontvanger, ontvanger, ZSM, *INTAKES)),
                    eigen=loting.random() < 0.9,
                    melding=melding[0] if loting.random() < 0.6 else loting.choice(melding),
                    rol=loting.choice((Vrijgaverol.GEEN, Vrijgaverol.OFFICIER_VAN_JUSTITIE)),
                    naar=loting.choice((None, *INTAKES)),
                    reden=loting.choice((None, Weigerreden.NIET_PASSEND)),
                )
        case 9 | 10:
            zaak.verstrijk(loting.choice((1, TERMIJN, TERMIJN + 1, *(() if zaak.omgeving.stop else (5_000,)))))
        case 11:
            zaak.actief = loting.random() < 0.8
            zaak.criteria = ALLE if loting.random() < 0.8 else ()
            zaak.casus = loting.choice((None, ZEKER, MOGELIJK, GEEN_BEWIJS))
            zaak.fase = loting.choice((Fase.ACTIEF, Fase.GESLOTEN))
            zaak.triage(loting.randrange(2), vers=True)
        case 12:
            tafel = loting.choice((ZSM, TWENTE, MIDDEN_BRABANT))
            zaak.omgeving.besluit = {**zaak.omgeving.besluit, tafel: loting.choice(list(Besluit))}
            zaak.omgeving.zonder_vrijgave = loting.choice((frozenset(), frozenset({TWENTE})))
            zaak.herzie(f"v{loting.randrange(999)}")
        case 13:
            zaak.uitspraak(loting.choice((None, Uitkomst.ZEKER, Uitkomst.GEEN)), vrij=loting.random() < 0.3)
        case _:
            if loting.random() < 0.1:
                zaak.haal_terug()
            else:
                zaak.omgeving.stop = not zaak.omgeving.stop
                zaak.herzie(zaak.omgeving.versies)


class LevenVanEenAandragen(RuleBasedStateMachine):
    """Random lives of what is brought to an intake; `Zaak` checks after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.zaak = Zaak()

    @rule(loting=st.randoms(use_true_random=False))
    def gebeur(self, loting: random.Random) -> None:
        willekeurig(self.zaak, loting)

    def teardown(self) -> None:
        self.zaak.herspeel()
        self.zaak.sluit_af()


LevenVanEenAandragen.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestLevenVanEenAandragen = LevenVanEenAandragen.TestCase


@pytest.mark.parametrize("zaad", range(20))
def test_a_hundred_random_events(zaad: int) -> None:
    """Seeded lives of a hundred events without a forbidden state."""
    zaak, loting = Zaak(), random.Random(zaad)
    for _ in range(100):
        willekeurig(zaak, loting)
    zaak.herspeel()
    zaak.sluit_af()


def soorten(zaak: Zaak, tafel: TafelId) -> list[Any]:
    return [melding.status or melding.soort for melding in zaak.ooit.values() if melding.ontvanger == tafel]


def test_nothing_is_brought_before_every_partition_has_answered() -> None:
    """P answers make it complete; then the intake hears AANDRAGEN and the source AANGEDRAGEN with whom to call."""
    zaak = Zaak()
    zaak.triage(0, vers=True)
    assert not zaak.ooit
    zaak.triage(1)
    assert (soorten(zaak, TWENTE), soorten(zaak, ZSM)) == ([MeldingSoort.AANDRAGEN], [Dossierstatus.AANGEDRAGEN])
    assert [m.loket for m in zaak.ooit.values()] == [Loket.CASUSREGISSEUR, None], "the desk that takes it in"


def test_a_withdrawn_verdachte_is_not_brought_because_a_casus_changed() -> None:
    """A late word about a casus does not know that the verdachte was withdrawn: nothing is brought."""
    zaak = Zaak().signaal()
    zaak.actief = False
    zaak.signaal()
    zaak.actief = True
    zaak.triage(0)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]


def test_a_casus_of_which_the_source_may_hear_takes_the_place_of_an_offer() -> None:
    """Known is known: the offer is recalled. A casus of which the source may not hear counts as none: silence would tell of it."""
    zaak = Zaak().signaal()
    zaak.casus = ZEKER
    zaak.triage(0)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]
    stil = Zaak(Proefomgeving({ZSM: Besluit.AFGEWEZEN}), casus=ZEKER).signaal()
    assert soorten(stil, TWENTE) == [MeldingSoort.AANDRAGEN]


def test_who_finds_out_that_it_is_the_same_person_takes_the_offer_back() -> None:
    """ZELFDE_PERSOON on a possible pair makes it a casus that the source knows; when that no longer counts it is brought again."""
    zaak = Zaak(casus=MOGELIJK).signaal()
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN]
    zaak.uitspraak(Uitkomst.ZEKER)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]
    assert zaak.uitspraak(Uitkomst.ZEKER) is None, "the same word again is nothing new"
    zaak.uitspraak(None)
    assert soorten(zaak, TWENTE)[-1] is MeldingSoort.AANDRAGEN
    stil = Zaak(Proefomgeving({ZSM: Besluit.AFGEWEZEN}), casus=MOGELIJK).signaal()
    stil.uitspraak(Uitkomst.ZEKER)
    assert soorten(stil, TWENTE) == [MeldingSoort.AANDRAGEN], "a casus of which the source may not hear counts as none"


def test_another_person_brings_nothing_back() -> None:
    """ANDERE_PERSOON of a possible pair changes nothing: not beside a certain casus, not after a refusal, not once withdrawn."""
    zaak = Zaak(casus=ZEKER).signaal()
    ander = Woord(UUID(int=99), Uitkomst.GEEN)
    zaak.gebeur(Uitspraak(zaak.verdachte, ander, zaak.nu))
    assert not zaak.ooit
    geweigerd = Zaak(casus=MOGELIJK).signaal()
    geweigerd.reactie(Reactie.GEWEIGERD, TWENTE, reden=Weigerreden.ENKELVOUDIG)
    eerder = list(geweigerd.ooit)
    geweigerd.uitspraak(Uitkomst.GEEN)
    assert list(geweigerd.ooit) == eerder
    weg = Zaak(casus=MOGELIJK, actief=False).signaal()
    weg.uitspraak(Uitkomst.GEEN)
    assert not weg.ooit


def test_a_casus_that_is_another_person_after_all_does_not_hold_an_offer() -> None:
    """A person said that it is somebody else, or an operator recalled it: certain evidence does not make it the source's casus."""
    zaak = Zaak(casus=ZEKER).signaal()
    zaak.uitspraak(Uitkomst.GEEN)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN]


def test_a_release_in_the_koppeling_counts_for_the_offer() -> None:
    """A casus that its house releases in the koppeling is one of which the source may hear: the offer is recalled."""
    zaak = Zaak(Proefomgeving(zonder_vrijgave=frozenset({ZSM})), casus=ZEKER)
    zaak.huis = {"vrijgave": Vrijgaverol.GEEN, "vrijgave_moment": None}
    zaak.signaal()
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN]
    zaak.uitspraak(None, vrij=True)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]


def test_a_word_that_comes_before_the_triage_is_kept_for_it() -> None:
    """Records of other partitions cross: on a word alone nothing is brought, and what it says counts once all have answered."""
    zaak = Zaak(casus=MOGELIJK)
    assert zaak.uitspraak(None) is None, "nothing said begins nothing"
    zaak.versie = 1
    zaak.uitspraak(Uitkomst.ZEKER)
    zaak.triage(0)
    zaak.triage(1)
    assert zaak.lijf is not None and not zaak.ooit


def test_the_end_of_a_casus_brings_the_verdachte_after_all() -> None:
    """When the retention of the casus ends, or time turns the decision about it, the verdachte is looked at again."""
    zaak = Zaak(casus=ZEKER).signaal()
    assert not zaak.ooit
    zaak.verstrijk(EINDE - 1_000_000 - zaak.nu)
    assert soorten(zaak, TWENTE)[0] is MeldingSoort.AANDRAGEN
    assert zaak.lijf is not None and zaak.lijf.standen == (), "and nothing of the casus is kept"
    gezegd = Zaak(casus=MOGELIJK).signaal()
    gezegd.uitspraak(Uitkomst.ZEKER)
    gezegd.verstrijk(EINDE - 1_000_000 - gezegd.nu)
    assert soorten(gezegd, TWENTE)[-1] is MeldingSoort.AANDRAGEN
    assert gezegd.lijf is not None and gezegd.lijf.woorden == (), "nor what people said of it"
    later = Zaak(Proefomgeving(herzien_op=BEGIN + 500), casus=ZEKER).signaal()
    later.omgeving.besluit = {ZSM: Besluit.AFGEWEZEN}
    later.verstrijk(500)
    assert soorten(later, TWENTE) == [MeldingSoort.AANDRAGEN]


@pytest.mark.parametrize(
    ("soort", "anders", "bron"),
    [
        (Reactie.AANGENOMEN, {}, Dossierstatus.AANGENOMEN),
        (Reactie.GEWEIGERD, {"reden": Weigerreden.ENKELVOUDIG}, Dossierstatus.NIET_AANGENOMEN),
        (Reactie.DOORVERWEZEN, {"naar": ELDERS}, Dossierstatus.DOORVERWEZEN),
    ],
)
def test_the_source_hears_what_the_intake_makes_of_it(soort: Reactie, anders: Any, bron: Dossierstatus) -> None:
    """Accepted, refused with its reason, or referred on: the source is told, once."""
    zaak = Zaak().signaal()
    zaak.reactie(soort, TWENTE, **anders)
    assert soorten(zaak, ZSM) == [Dossierstatus.AANGEDRAGEN, bron]
    zaak.signaal()
    assert soorten(zaak, ZSM) == [Dossierstatus.AANGEDRAGEN, bron]
    assert [m.reden for m in zaak.ooit.values() if m.status is bron] == [anders.get("reden")]


def test_what_was_accepted_is_recalled_when_it_is_no_longer_allowed() -> None:
    """A sepot after acceptance: the intake that has it hears of the recall (Wjsg 39o), and the source that it was not brought."""
    zaak = Zaak().signaal()
    zaak.reactie(Reactie.AANGENOMEN, TWENTE)
    zaak.omgeving.besluit = {TWENTE: Besluit.AFGEWEZEN}
    zaak.signaal()
    assert soorten(zaak, TWENTE)[-1] is MeldingSoort.INGETROKKEN
    assert zaak.status is Dossierstatus.NIET_AANGEDRAGEN


def test_an_intake_that_stays_silent_is_escalated_and_then_it_floats() -> None:
    """The ladder one desk at a time, then ZWEVEND to the source; a later decision does not say that it was brought again."""
    zaak = Zaak().signaal()
    zaak.verstrijk(10 * TERMIJN)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, *([MeldingSoort.ESCALATIE] * 3)]
    assert soorten(zaak, ZSM) == [Dossierstatus.AANGEDRAGEN, Dossierstatus.ZWEVEND]
    zaak.herzie("v2")
    zaak.reactie(Reactie.ONTVANGEN, TWENTE)
    assert zaak.status is Dossierstatus.ZWEVEND
    assert zaak.lijf is not None and zaak.lijf.richting.termijn is not None


def test_another_desk_for_what_was_brought_is_a_correction() -> None:
    """The intake's first desk changes in the register: what stands there is corrected once, without a second AANDRAGEN."""
    zaak = Zaak().signaal()
    zaak.omgeving.loketten = tuple(Loket)[1:]
    zaak.herzie("v2")
    zaak.herzie("v3")
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.CORRECTIE]
    assert [m.loket for m in zaak.ooit.values()] == [Loket.CASUSREGISSEUR, None, Loket.PROCESREGISSEUR]


def test_wrong_addresses_end_with_people() -> None:
    """Each ONJUIST_GEADRESSEERD goes to the next of the register; when nobody is left the source hears ZWEVEND."""
    zaak = Zaak().signaal()
    zaak.reactie(Reactie.ONJUIST_GEADRESSEERD, TWENTE)
    assert soorten(zaak, MIDDEN_BRABANT) == [MeldingSoort.AANDRAGEN]
    gevolg = zaak.reactie(Reactie.ONJUIST_GEADRESSEERD, MIDDEN_BRABANT)
    assert zaak.status is Dossierstatus.ZWEVEND
    assert gevolg is not None and [r.daad for r in gevolg.audit][-1] == "ZWEVEND"


def test_whoever_floats_is_brought_on_the_day_that_the_register_names_an_intake() -> None:
    """Nobody is there to take it in; from a day on somebody is, and it is brought without another signaal."""
    zaak = Zaak()
    zaak.omgeving.intakes, zaak.omgeving.wisselt_op = (), zaak.nu + 1_000
    zaak.signaal()
    zaak.omgeving.intakes = (TWENTE,)
    zaak.verstrijk(999)
    assert not soorten(zaak, TWENTE) and soorten(zaak, ZSM) == [Dossierstatus.ZWEVEND]
    zaak.verstrijk(1)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN]
    assert soorten(zaak, ZSM) == [Dossierstatus.ZWEVEND, Dossierstatus.AANGEDRAGEN]


def test_an_operator_recalls_what_was_brought() -> None:
    """TERUGHALEN: recalled at the intake, told to the source, and not brought again."""
    zaak = Zaak().signaal()
    zaak.haal_terug()
    zaak.signaal()
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN, MeldingSoort.INGETROKKEN]
    assert zaak.status is Dossierstatus.NIET_AANGEDRAGEN


def test_a_release_by_the_source_sets_it_going() -> None:
    """Waiting for a release is told to the source; only it may give one, in a role that counts."""
    zaak = Zaak(Proefomgeving(zonder_vrijgave=frozenset({TWENTE})))
    zonder = replace(zaak.verdachte.feiten, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    for partitie in range(2):
        zaak.gebeur(Triage(replace(zaak.verdachte, feiten=zonder), True, partitie))
    assert zaak.status is Dossierstatus.WACHT_OP_VRIJGAVE
    assert zaak.lijf is not None and zaak.lijf.richting.fase is Levensfase.AANGEHOUDEN
    vreemd = zaak.reactie(Reactie.VRIJGEVEN, TWENTE, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    assert vreemd is not None and vreemd.gezonden[0].melding.code is Weigercode.ONBEKEND_VOOR_U
    zonder_rol = zaak.reactie(Reactie.VRIJGEVEN, ZSM)
    assert zonder_rol is not None and zonder_rol.gezonden[0].melding.code is Weigercode.ROL_ONBEVOEGD
    zaak.reactie(Reactie.VRIJGEVEN, ZSM, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    assert soorten(zaak, TWENTE) == [MeldingSoort.GEWEIGERD, MeldingSoort.AANDRAGEN]


def test_a_noodstop_holds_who_took_it_in_and_tells_it_afterwards() -> None:
    """Accepted while it holds, the source does not hear by whom before it is lifted; then once."""
    zaak = Zaak().signaal()
    assert zaak.lijf is not None
    was = zaak.lijf.richting
    zaak.omgeving.stop = True
    gevolg = zaak.reactie(Reactie.AANGENOMEN, was.ontvanger, melding=was.staand)
    assert gevolg is not None and not gevolg.gezonden
    zaak.omgeving.stop = False
    bekend = set(zaak.ooit)
    for _ in range(2):
        zaak.herzie(zaak.omgeving.versies)
    (melding,) = [een for id_, een in zaak.ooit.items() if id_ not in bekend]
    assert (melding.ontvanger, melding.status) == (ZSM, Dossierstatus.AANGENOMEN)
    assert melding.contact is not None and melding.contact.tafel == was.ontvanger


def test_an_intake_that_was_out_for_a_while_holds_nothing_twice() -> None:
    """What it had heard is recalled when it is back, and what is still brought to it is told anew."""
    zaak = Zaak().signaal()
    (gehoord,) = [een for een in zaak.ooit.values() if een.ontvanger == TWENTE]
    zaak.omgeving.onbereikbaar = frozenset({TWENTE})
    zaak.herzie("zonder")
    bekend = set(zaak.ooit)
    zaak.omgeving.onbereikbaar = frozenset()
    zaak.herzie("weer")
    zaak.herzie("nog eens")
    nieuw = [een for id_, een in zaak.ooit.items() if id_ not in bekend and een.ontvanger == TWENTE]
    assert [een.soort for een in nieuw] == [MeldingSoort.INGETROKKEN, MeldingSoort.AANDRAGEN]
    assert nieuw[0].betreft == gehoord.id


def test_what_moves_during_a_noodstop_is_told_of_afterwards_and_not_before() -> None:
    """Wrongly addressed while it holds: the source hears nothing of the next intake, and after the lifting with whom it lies now."""
    zaak = Zaak().signaal()
    assert zaak.lijf is not None
    zaak.omgeving.stop = True
    was = zaak.lijf.richting
    gevolg = zaak.reactie(Reactie.ONJUIST_GEADRESSEERD, was.ontvanger, melding=was.staand)
    assert gevolg is not None and [een.melding.soort for een in gevolg.gezonden] == [MeldingSoort.INGETROKKEN]
    zaak.omgeving.stop = False
    bekend = set(zaak.ooit)
    zaak.herzie(zaak.omgeving.versies)
    nieuw = [een for id_, een in zaak.ooit.items() if id_ not in bekend]
    assert [(een.soort, een.ontvanger) for een in nieuw] == [
        (MeldingSoort.AANDRAGEN, MIDDEN_BRABANT),
        (MeldingSoort.STATUS, ZSM),
    ]
    assert nieuw[1].contact is not None and nieuw[1].contact.tafel == MIDDEN_BRABANT


def test_a_noodstop_holds_an_offer_and_lets_it_go_afterwards() -> None:
    """Held without a word; lifted under the same policy, it is brought."""
    zaak = Zaak(Proefomgeving(stop=True)).signaal()
    assert not zaak.ooit
    zaak.omgeving.stop = False
    zaak.herzie(zaak.omgeving.versies)
    assert soorten(zaak, TWENTE) == [MeldingSoort.AANDRAGEN]
