"""A simulated year in seconds: the pure rooms together, with the real policy and the real register, and a clock that is set."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from hub.domein.codes import (
    Bekendheid,
    Criterium,
    Daad,
    Doel,
    Dossierstatus,
    Levensfase,
    Loket,
    MeldingSoort,
    Reactie,
    Vervolgingsbeslissing,
    Vrijgaverol,
)
from hub.domein.gebeurtenis import Beheerdaad, Bevraging, Terugkoppeling
from hub.domein.identiteit import GemeenteCode, GrondslagId, TafelId
from hub.domein.kalender import feestdag, lokaal, werkdag
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from hub.matching.model import Model
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.levensloop import NAWERK, Koppeling
from hub.privacy.filter import Filter
from hub.processors.koppelingstaat import staat_naar, staat_uit
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel
from hub.routing.register import Register
from hub.stream.codec import standaard
from tests.keten.signalen import (
    BEGIN,
    MIDDEN_BRABANT,
    TAFELS,
    TWENTE,
    VRIJ,
    ZSM,
    dossier_van,
    signaal,
    sleutels,
    vervallen,
)

DAG = 86_400_000
P = 4
COMPLEX = (Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN)
AANDRAGEN = GrondslagId("wjsg-39f-zsm-aandragen")


@cache
def filter_() -> Filter:
    return Filter.laad()


@cache
def register() -> Register:
    return Register.laad()


def hub(tafels: tuple[str, ...] = TAFELS, partities: int = P) -> Samenspel:
    return Samenspel(Pinned(filter_(), register(), tafels, partities), Model.laad())


def zend(samen: Samenspel, een: Signaal, tijd: int) -> list[Melding]:
    return [g.melding for _, gevolg in samen.signaal(een, tijd) for g in gevolg.gezonden]


def wacht(samen: Samenspel, tot: int) -> list[Melding]:
    return [g.melding for _, gevolg in samen.verstrijk(tot) for g in gevolg.gezonden]


def reactie(samen: Samenspel, op: Melding, soort: Reactie, tijd: int, **anders: Any) -> list[Melding]:
    nummer = UUID(int=tijd)
    wat = Terugkoppeling(*(nummer, op.koppeling, soort, op.ontvanger, op.dossier, 0, op.id), tijd=tijd, **anders)
    return samen.gebeur(wat, tijd)


def koppelingen(samen: Samenspel) -> list[Koppeling]:
    return [staat.lijf for staat in samen.staat.values() if isinstance(staat.lijf, Koppeling)]


def met(een: Signaal, bewaren_tot: int) -> Signaal:
    return replace(een, bewaren_tot=bewaren_tot)


def test_a_silent_tafel_is_asked_desk_by_desk_on_working_days() -> None:
    """Every term ends at 17:00 of a working day, never on a weekend or feestdag; then it floats, and the year ends quietly."""
    samen = hub()
    eind = BEGIN + 400 * DAG
    begin = zend(samen, met(signaal(ZSM, 1), eind), BEGIN) + zend(samen, met(signaal(TWENTE, 1), eind), BEGIN + 1)
    assert [m.soort for m in begin] == [MeldingSoort.BEKEND] * 2
    gezegd = wacht(samen, BEGIN + 365 * DAG)
    for tafel, loketten in (
        (TWENTE, [Loket.PROCESREGISSEUR, Loket.STUURGROEP, Loket.DRIEHOEK]),
        (ZSM, [Loket.STUURGROEP, Loket.DRIEHOEK]),
    ):
        trap = [m for m in gezegd if m.soort is MeldingSoort.ESCALATIE and m.ontvanger == tafel]
        assert [m.loket for m in trap] == loketten
        termijnen = [m.reageren_voor for m in begin + trap if m.ontvanger == tafel and m.reageren_voor is not None]
        assert termijnen == sorted(set(termijnen)), "each term is later than the one before"
        for tot in termijnen:
            klok = lokaal(tot)
            assert (klok.hour, klok.minute) == (17, 0) and werkdag(klok.date())
        # Each step was taken when the term before had ended, not earlier.
        assert [m.tijd for m in trap] == termijnen[: len(trap)]
    zweeft = [m for m in gezegd if m.status is Dossierstatus.ZWEVEND]
    assert sorted(m.ontvanger for m in zweeft) == sorted((ZSM, TWENTE)), "both sides know of the koppeling, and hear it"
    assert {m.soort for m in gezegd} == {MeldingSoort.ESCALATIE, MeldingSoort.STATUS}


def test_a_dossier_that_comes_back_after_all_was_forgotten_is_told_anew() -> None:
    """A second life of a koppeling gives none of its meldingen an id of the first: whoever got those would take them for repeats."""
    samen, einde = hub(), BEGIN + 10 * DAG
    casus, zaak = met(signaal(TWENTE, 1), einde), met(signaal(ZSM, 1), BEGIN + 900 * DAG)
    eerst = zend(samen, zaak, BEGIN) + zend(samen, casus, BEGIN + 1) + wacht(samen, einde + 5 * DAG)
    assert not samen.staat, "nothing is left"
    later = einde + 6 * DAG
    weer = zend(samen, replace(casus, versie=later, bewaren_tot=later + 90 * DAG), later)
    assert sorted((m.ontvanger, str(m.soort)) for m in weer) == [(TWENTE, "BEKEND"), (ZSM, "BEKEND")]
    assert not {m.id for m in eerst} & {m.id for m in weer}
    (ontvangst,) = [m for m in weer if m.ontvanger == TWENTE]
    na = reactie(samen, ontvangst, Reactie.ONJUIST_GEADRESSEERD, later + 1)
    assert MeldingSoort.GEWEIGERD not in {m.soort for m in na}, "the new one is the one that is reacted to"


def test_a_verdachte_that_comes_back_after_all_was_forgotten_is_brought_anew() -> None:
    """As above, for what is brought to an intake, and for the states that its source hears."""
    samen, einde = hub(), BEGIN + 3 * DAG
    gemeente = GemeenteCode("GM0153")
    zaak = met(signaal(ZSM, 3, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf=gemeente), einde)
    eerst = zend(samen, zaak, BEGIN) + wacht(samen, einde + 3 * DAG)
    assert not samen.staat
    later = einde + 4 * DAG
    weer = zend(samen, met(replace(zaak, versie=later), later + 90 * DAG), later)
    assert {m.soort for m in weer} == {MeldingSoort.AANDRAGEN, MeldingSoort.STATUS}
    assert not {m.id for m in eerst} & {m.id for m in weer}


@pytest.mark.parametrize("keren", [1, 2])
def test_a_dossier_that_moved_is_addressed_anew(keren: int) -> None:
    """That its former tafel was the wrong one, once or twice over, keeps no melding from the tafel where it goes on."""
    samen = hub((*TAFELS, "vhh-gelderland-midden", "vhh-de-baronie"))
    casus = signaal(TWENTE, 1)
    gezegd = zend(samen, casus, BEGIN) + zend(samen, signaal(ZSM, 1), BEGIN + 1)
    bij = TWENTE
    for keer in range(keren):
        bekend = next(m for m in gezegd if m.ontvanger == bij and m.soort is MeldingSoort.BEKEND)
        gezegd = reactie(samen, bekend, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 10 + keer)
        bij = next((m.ontvanger for m in gezegd if m.soort is MeldingSoort.BEKEND), bij)
    verder = replace(
        signaal(MIDDEN_BRABANT, 1, zaak="verder", versie=BEGIN + 20),
        voorganger=casus.dossier,
    )
    na = zend(samen, verder, BEGIN + 20)
    assert (MIDDEN_BRABANT, MeldingSoort.BEKEND) in {(m.ontvanger, m.soort) for m in na}
    assert [m.ontvanger for m in na if m.soort is MeldingSoort.BEKEND] == [MIDDEN_BRABANT]


def test_a_verdachte_whose_gemeente_is_put_right_is_brought_to_its_own_intake() -> None:
    """That the intake of the wrong region was the wrong one says nothing of the intake of the right region."""
    samen = hub()
    fout = signaal(ZSM, 3, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf=GemeenteCode("GM0153"))
    (aandragen,) = [m for m in zend(samen, fout, BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    assert aandragen.ontvanger == TWENTE
    reactie(samen, aandragen, Reactie.ONJUIST_GEADRESSEERD, BEGIN + 1)
    goed = replace(fout, versie=BEGIN + 2, feiten=replace(fout.feiten, gemeente_verblijf=GemeenteCode("GM0855")))
    na = zend(samen, goed, BEGIN + 2)
    assert [m.ontvanger for m in na if m.soort is MeldingSoort.AANDRAGEN] == [MIDDEN_BRABANT]


def test_a_term_passes_over_christmas() -> None:
    """Two working days from 23 December 2026: 24 is one, Christmas and the weekend are none, 28 is the other."""
    samen = hub()
    tijd = BEGIN + 93 * DAG
    assert lokaal(tijd).date().isoformat() == "2026-12-23"
    zend(samen, signaal(ZSM, 1), tijd)
    meldingen = zend(samen, signaal(TWENTE, 1), tijd + 1)
    assert {lokaal(m.reageren_voor or 0).date().isoformat() for m in meldingen} == {"2026-12-28"}
    assert feestdag(lokaal(tijd + 2 * DAG).date())


def test_contact_starts_the_closing_term_and_closing_ends_all_terms() -> None:
    """CONTACT_GELEGD gives twenty working days; an AFGESLOTEN melding asks nobody anything for the rest of the year."""
    samen = hub()
    zend(samen, signaal(ZSM, 1), BEGIN)
    meldingen = zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    for keer, melding in enumerate(meldingen):
        reactie(samen, melding, Reactie.CONTACT_GELEGD, BEGIN + 10 + keer)
    assert wacht(samen, BEGIN + 25 * DAG) == []
    reactie(samen, meldingen[0], Reactie.AFGESLOTEN, BEGIN + 26 * DAG)
    later = wacht(samen, BEGIN + 365 * DAG)
    assert {m.ontvanger for m in later if m.soort is MeldingSoort.ESCALATIE} == {meldingen[1].ontvanger}


def _alles(van: object) -> Iterator[bytes]:
    """Every text, number list and byte string that hangs under an object."""
    gezien: set[int] = set()
    rij = [van]
    while rij:
        een = rij.pop()
        if id(een) in gezien or isinstance(een, type) or callable(een):
            continue
        gezien.add(id(een))
        match een:
            case str():
                yield een.encode()
            case bytes() | bytearray() | memoryview():
                yield bytes(een)
            case np.ndarray():
                yield een.tobytes()
            case _:
                if hasattr(een, "tobytes"):
                    yield een.tobytes()
                rij += gc.get_referents(een)


def _rest(samen: Samenspel) -> bytes:
    """All that the indexes hold, but for the frozen model and the room to count in, which begins as whatever memory held."""
    houdt: list[object] = []
    for index in samen.indexen:
        bakken = vars(index)["_bakken"]
        houdt += [deel for naam, deel in vars(bakken).items() if naam != "_werk"]
        houdt += [deel for naam, deel in vars(index).items() if naam not in ("_model", "_bakken", "_begrenzing")]
        houdt += [deel for deel in vars(vars(index)["_begrenzing"]).values() if deel is not bakken]
    return b"|".join(_alles(houdt))


def test_after_retention_nothing_of_a_dossier_is_left_anywhere() -> None:
    """Recalled from whoever heard, forgotten a day later: no token, encoding or name of it in the state or in any index."""
    samen = hub()
    weg = met(signaal(ZSM, 1, criteria=COMPLEX, grondslag=AANDRAGEN), BEGIN + 100 * DAG)
    blijft = met(signaal(TWENTE, 1), BEGIN + 300 * DAG)
    zend(samen, weg, BEGIN)
    zend(samen, blijft, BEGIN + 1)
    vraag = Bevraging(UUID(int=5), weg.dossier, ZSM, "a.een", VRIJ[weg.soort], BEGIN + 5_000, sleutels(1))
    vraag = replace(vraag, feiten=replace(vraag.feiten, doelen=(Doel.VEILIGHEID,)))
    antwoord = samen.vraag(vraag, BEGIN + 2)
    assert antwoord is not None and antwoord.antwoord is Bekendheid.BEKEND
    assert any(isinstance(staat.lijf, Aandragen) for staat in samen.staat.values())
    terug = [m for m in wacht(samen, BEGIN + 100 * DAG) if m.soort is MeldingSoort.INGETROKKEN]
    assert {m.ontvanger for m in terug} == {ZSM, TWENTE}
    assert samen.staat, "remembered for a day, so that a late record does not begin it anew"
    wacht(samen, BEGIN + 100 * DAG + NAWERK)
    assert not samen.staat
    zoek = [weg.dossier.encode(), *(sleutel.codering for bos in weg.sleutels for sleutel in bos.sleutels)]
    for bos in weg.sleutels:
        for sleutel in bos.sleutels:
            zoek += [sleutel.token, sleutel.token[::-1]]
    # The casus is the same person: its own tokens stay until its own retention ends.
    van_casus = b"".join(_alles([index.blok(blijft.dossier) for index in samen.indexen]))
    alleen = [stuk for stuk in zoek if stuk not in van_casus and stuk[::-1] not in van_casus]
    assert alleen, "the name at least"
    rest = _rest(samen)
    assert not [stuk for stuk in alleen if stuk in rest]
    wacht(samen, BEGIN + 300 * DAG + NAWERK)
    assert not samen.staat and not any(len(index) for index in samen.indexen)
    rest = _rest(samen)
    assert not [stuk for stuk in (*zoek, blijft.dossier.encode()) if stuk in rest]


def test_a_noodstop_holds_a_tafel_and_lifting_tells_what_was_held() -> None:
    """Two people lift it; the same policy, and yet what was held is decided again and told."""
    samen = hub()
    stop = Beheerdaad(UUID(int=9), Daad.NOODSTOP, "a.een", tafel=TWENTE, tijd=BEGIN)
    samen.gebeur(stop, BEGIN)
    assert zend(samen, signaal(ZSM, 1), BEGIN + 1) + zend(samen, signaal(TWENTE, 1), BEGIN + 2) == []
    assert len(zend(samen, signaal(MIDDEN_BRABANT, 1), BEGIN + 3)) == 2, "only this tafel is stopped"
    for nummer, actor in enumerate(("b.twee", "c.drie")):
        stil = wacht(samen, BEGIN + 10 * DAG + nummer)
        assert not [m for m in stil if m.ontvanger == TWENTE], "one person does not lift it"
        samen.gebeur(
            Beheerdaad(UUID(int=20 + nummer), Daad.OPHEFFEN, actor, noodstop=stop.id, tijd=BEGIN + 10 * DAG),
            BEGIN + 10 * DAG + nummer,
        )
    verteld = wacht(samen, BEGIN + 10 * DAG + 5)
    assert sorted((m.soort, m.ontvanger) for m in verteld if m.ontvanger == TWENTE) == [
        (MeldingSoort.BEKEND, TWENTE),
        (MeldingSoort.DUBBELE_CASUS, TWENTE),
    ]


@pytest.mark.parametrize("grondslag", ["wjsg-39f-zsm-vhh", "wgs-vhh"])
def test_a_noodstop_on_either_grondslag_holds_a_possible_match(grondslag: str) -> None:
    """It is told only where full disclosure would be permitted both ways: without either grondslag nobody hears of it, on no way."""
    samen = hub()
    zaak, casus = (replace(signaal(tafel, 1), sleutels=sleutels(1, bsn=False)) for tafel in (ZSM, TWENTE))
    vraag = Bevraging(UUID(int=5), dossier_van(ZSM, "vraag"), ZSM, "a.een", zaak.feiten, BEGIN + 5_000, zaak.sleutels)
    vraag = replace(vraag, feiten=replace(zaak.feiten, doelen=(Doel.VEILIGHEID,)))
    samen.gebeur(Beheerdaad(UUID(int=9), Daad.NOODSTOP, "a.een", grondslag=GrondslagId(grondslag), tijd=BEGIN), BEGIN)
    assert zend(samen, zaak, BEGIN + 1) + zend(samen, casus, BEGIN + 2) == []
    antwoord = samen.vraag(vraag, BEGIN + 3)
    assert antwoord is not None and antwoord.antwoord is Bekendheid.NIET_BEKEND
    assert wacht(samen, BEGIN + 30 * DAG) == []


def test_a_tafel_that_joins_hears_what_could_not_be_delivered() -> None:
    """ONBESTELBAAR is no end: when the tafel joins, its koppelingen are decided anew and it is told, as new."""
    samen = hub((ZSM, MIDDEN_BRABANT))
    zend(samen, signaal(ZSM, 1), BEGIN)
    meldingen = zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    (eerste,) = [m for m in meldingen if m.ontvanger == TWENTE]
    fasen = {r.fase for k in koppelingen(samen) for r in (k.naar_links, k.naar_rechts)}
    assert Levensfase.ONBESTELBAAR in fasen
    samen.herstart(Pinned(filter_(), register(), TAFELS, P))
    verteld = [m for m in wacht(samen, BEGIN + 2) if m.ontvanger == TWENTE]
    assert [(m.soort, m.betreft) for m in verteld] == [(MeldingSoort.BEKEND, eerste.id)]


@pytest.mark.parametrize("ingetrokken", [False, True])
def test_a_tafel_that_was_out_for_a_while_holds_nothing_twice_and_nothing_withdrawn(ingetrokken: bool) -> None:
    """Forgotten in HUB_TAFELS and put back: what it had heard is recalled, and it is told anew what still holds, or nothing."""
    samen = hub()
    zend(samen, signaal(ZSM, 1), BEGIN)
    meldingen = zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    (gehoord,) = [m for m in meldingen if m.ontvanger == TWENTE]
    samen.herstart(Pinned(filter_(), register(), (ZSM, MIDDEN_BRABANT), P))
    wacht(samen, BEGIN + 2)
    if ingetrokken:
        zend(samen, vervallen(signaal(ZSM, 1), BEGIN + 3), BEGIN + 3)
    samen.herstart(Pinned(filter_(), register(), TAFELS, P))
    terug, *verteld = [m for m in wacht(samen, BEGIN + 4) if m.ontvanger == TWENTE]
    assert (terug.soort, terug.betreft) == (MeldingSoort.INGETROKKEN, gehoord.id)
    assert [m.soort for m in verteld] == ([] if ingetrokken else [MeldingSoort.BEKEND])
    samen.herstart(Pinned(filter_(), register(), (*TAFELS, TafelId("vhh-haaglanden")), P))
    assert [m for m in wacht(samen, BEGIN + 5) if m.ontvanger == TWENTE] == [], "once is enough"


def test_another_policy_withdraws_and_offers() -> None:
    """A policy under which a grondslag does not exist recalls what rested on it; the old policy again tells it again."""
    samen = hub()
    zend(samen, signaal(ZSM, 1), BEGIN)
    zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    samen.verstrijk(BEGIN + 2)
    goed = samen.omgeving
    zonder = {naam: een for naam, een in filter_().grondslagen.items() if naam != "wjsg-39f-zsm-vhh"}
    kaal = replace(filter_().met(zonder), hash="0" * 16)
    samen.herstart(Pinned(kaal, register(), TAFELS, P))
    assert [(m.soort, m.ontvanger) for m in wacht(samen, BEGIN + 3)] == [(MeldingSoort.INGETROKKEN, TWENTE)]
    samen.herstart(goed)
    assert [(m.soort, m.ontvanger) for m in wacht(samen, BEGIN + 4)] == [(MeldingSoort.BEKEND, TWENTE)]


def test_the_officer_releases_what_waits() -> None:
    """Without a release ZSM's side waits, ZSM alone hears so; the officer's VRIJGEVEN tells the Veiligheidshuis."""
    samen = hub()
    stil = signaal(ZSM, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    zend(samen, stil, BEGIN)
    meldingen = zend(samen, signaal(TWENTE, 1), BEGIN + 1)
    assert [(m.ontvanger, m.status) for m in meldingen] == [(ZSM, None), (ZSM, Dossierstatus.WACHT_OP_VRIJGAVE)]
    geweigerd = reactie(samen, meldingen[1], Reactie.VRIJGEVEN, BEGIN + 5, rol=Vrijgaverol.BURGEMEESTER)
    assert [m.soort for m in geweigerd] == [MeldingSoort.GEWEIGERD]
    vrij = reactie(samen, meldingen[1], Reactie.VRIJGEVEN, BEGIN + 6, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    assert [(m.soort, m.ontvanger) for m in vrij] == [(MeldingSoort.BEKEND, TWENTE)]


def test_a_sepot_recalls_what_was_told_and_what_was_brought() -> None:
    """Wjsg 39o: a case that is dropped is recalled from the Veiligheidshuis, and from an intake that had accepted it."""
    samen = hub()
    zaak = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    gebracht = [m for m in zend(samen, zaak, BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    assert [(m.ontvanger, m.loket) for m in gebracht] == [(TWENTE, Loket.CASUSREGISSEUR)]
    aangenomen = reactie(samen, gebracht[0], Reactie.AANGENOMEN, BEGIN + 5)
    assert [m.status for m in aangenomen] == [Dossierstatus.AANGENOMEN]
    feiten = replace(zaak.feiten, vervolgingsbeslissing=Vervolgingsbeslissing.SEPOT)
    na = zend(samen, replace(zaak, versie=zaak.versie + 1, feiten=feiten), BEGIN + 6)
    assert [(m.ontvanger, m.soort, m.status) for m in na] == [
        (TWENTE, MeldingSoort.INGETROKKEN, None),
        (ZSM, MeldingSoort.STATUS, Dossierstatus.NIET_AANGEDRAGEN),
    ]
    assert zend(samen, vervallen(zaak, zaak.versie + 2), BEGIN + 7) == []


def test_whoever_moves_is_brought_to_another_intake() -> None:
    """Another gemeente: recalled where it was accepted, brought to the intake of the new region, and the source hears whom to call."""
    samen = hub()
    zaak = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    (gebracht,) = [m for m in zend(samen, zaak, BEGIN) if m.soort is MeldingSoort.AANDRAGEN]
    reactie(samen, gebracht, Reactie.AANGENOMEN, BEGIN + 5)
    feiten = replace(zaak.feiten, gemeente_verblijf=GemeenteCode("GM0855"))
    na = zend(samen, replace(zaak, versie=zaak.versie + 1, feiten=feiten), BEGIN + 6)
    assert [(m.ontvanger, m.soort, m.contact and m.contact.tafel) for m in na] == [
        (TWENTE, MeldingSoort.INGETROKKEN, None),
        (MIDDEN_BRABANT, MeldingSoort.AANDRAGEN, ZSM),
        (ZSM, MeldingSoort.STATUS, MIDDEN_BRABANT),
    ]
    assert na[-1].status is Dossierstatus.AANGEDRAGEN


def test_the_state_of_a_year_survives_the_wire() -> None:
    """Every state that a busy year leaves can be written and read."""
    samen = hub()
    for nummer in range(6):
        zend(samen, signaal(ZSM, nummer, criteria=COMPLEX, grondslag=AANDRAGEN), BEGIN + nummer)
        zend(samen, signaal((TWENTE, MIDDEN_BRABANT)[nummer % 2], nummer), BEGIN + 100 + nummer)
    wacht(samen, BEGIN + 200 * DAG)
    assert len(samen.staat) > 10
    for staat in samen.staat.values():
        assert staat_uit(*standaard().decodeer(standaard().codeer(*staat_naar(staat)))) == staat
