"""A dossier that names another voorganger than before: what lived under its earlier name ends, and what it continues goes on."""

import random
from dataclasses import replace
from uuid import UUID

import pytest

from hub.domein.codes import Bekendheid, Doel, Fase, MeldingSoort
from hub.domein.gebeurtenis import Bevraging
from hub.domein.identiteit import TafelId
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from hub.matching.codering import encode
from hub.matching.index import Index
from hub.matching.model import Model
from hub.processors.blokken import Blokvorm
from hub.processors.gebeurtenissen import Wat
from hub.processors.index import neem
from hub.processors.inname import splits
from hub.processors.namen import SLEUTEL
from hub.processors.samenspel import Samenspel
from hub.stream.codec import standaard
from hub.stream.record import Record
from tests.keten.signalen import (
    BEGIN,
    MIDDEN_BRABANT,
    RING,
    TWENTE,
    ZSM,
    dossier_van,
    persoon_van,
    signaal,
    vervallen,
)
from tests.processors.test_een_jaar import AANDRAGEN, COMPLEX, DAG, P, hub, wacht, zend
from tests.processors.test_uitspraak import staand

EERST = dossier_van(TWENTE, "eerst")


def casus(versie: int, *, voorganger: bool) -> Signaal:
    een = signaal(TWENTE, 1, versie=BEGIN + versie)
    return replace(een, voorganger=EERST if voorganger else None)


@pytest.mark.parametrize("toen", [False, True])
def test_another_voorganger_leaves_nothing_behind(toen: bool) -> None:
    """Named later than the first signaal, or no longer: each side has one melding that stands, and one withdrawal recalls it."""
    samen = hub()
    gezegd: list[Melding] = []
    for tik, een in enumerate(
        (signaal(ZSM, 1), signaal(MIDDEN_BRABANT, 1), casus(1, voorganger=toen), casus(2, voorganger=not toen))
    ):
        gezegd += zend(samen, een, BEGIN + tik)
    assert staand(gezegd) == [
        *[(MIDDEN_BRABANT, "BEKEND"), (MIDDEN_BRABANT, "DUBBELE_CASUS"), (TWENTE, "BEKEND"), (TWENTE, "DUBBELE_CASUS")],
        *[(ZSM, "BEKEND")] * 2,
    ]
    weg = vervallen(casus(3, voorganger=not toen), BEGIN + 3)
    gezegd += zend(samen, weg, BEGIN + 5)
    assert staand(gezegd) == [(MIDDEN_BRABANT, "BEKEND"), (ZSM, "BEKEND")]


def test_a_withdrawal_that_names_no_voorganger_withdraws_all_the_same() -> None:
    """A source that forgets it when it withdraws: what its dossier gave is recalled from everyone."""
    samen = hub()
    gezegd = zend(samen, signaal(ZSM, 1), BEGIN) + zend(samen, casus(1, voorganger=True), BEGIN + 1)
    assert staand(gezegd) == [(TWENTE, "BEKEND"), (ZSM, "BEKEND")]
    gezegd += zend(samen, vervallen(casus(2, voorganger=False), BEGIN + 2), BEGIN + 2)
    assert staand(gezegd) == []


def test_two_casussen_that_turn_out_to_be_one_are_no_double() -> None:
    """After a merger a case goes on in one that was there already: the DUBBELE_CASUS between the two is recalled."""
    samen = hub()
    oud = signaal(MIDDEN_BRABANT, 1)
    gezegd = zend(samen, oud, BEGIN) + zend(samen, casus(1, voorganger=False), BEGIN + 1)
    assert staand(gezegd) == [(MIDDEN_BRABANT, "DUBBELE_CASUS"), (TWENTE, "DUBBELE_CASUS")]
    gezegd += zend(samen, replace(casus(2, voorganger=False), voorganger=oud.dossier), BEGIN + 2)
    assert staand(gezegd) == []


def test_what_is_brought_goes_along() -> None:
    """A suspect whose dossier names its voorganger late is with the intake once, and nowhere after its withdrawal."""
    samen = hub()
    zaak = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    met = replace(zaak, versie=BEGIN + 1, voorganger=dossier_van(ZSM, "eerst"))
    gezegd = zend(samen, zaak, BEGIN) + zend(samen, met, BEGIN + 1)
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN")]
    gezegd += zend(samen, vervallen(met, BEGIN + 2), BEGIN + 2)
    assert staand(gezegd) == []


def bij(gezegd: list[Melding]) -> list[tuple[str, str]]:
    """Who holds something about which of its dossiers."""
    uit: dict[UUID, Melding] = {}
    for melding in gezegd:
        if melding.betreft is not None:
            del uit[melding.betreft]
        if melding.soort is not MeldingSoort.INGETROKKEN:
            uit[melding.id] = melding
    return sorted((melding.ontvanger, melding.dossier) for melding in uit.values())


ZAAK, TWEEDE = signaal(ZSM, 1), casus(5, voorganger=True)
EERSTE = signaal(TWENTE, 1, zaak="eerst")
VAN_EERSTE = [(TWENTE, EERSTE.dossier), (ZSM, ZAAK.dossier)]
VAN_TWEEDE = [(TWENTE, TWEEDE.dossier), (ZSM, ZAAK.dossier)]
GEGAAN = [
    pytest.param(vervallen(TWEEDE, BEGIN + 6), VAN_EERSTE, id="withdrawn"),
    pytest.param(casus(6, voorganger=False), sorted(VAN_EERSTE + VAN_TWEEDE), id="names nobody"),
]
"""A casus went on in a second one by mistake: how that ends, and who then holds something about which dossier."""


@pytest.mark.parametrize(("weg", "blijft"), GEGAAN)
def test_who_is_left_speaks_again(weg: Signaal, blijft: list[tuple[str, str]]) -> None:
    """What was told of the second is told of the first, which was there all along: at once, and whatever it says from then on."""
    samen = hub()
    gezegd = [m for tik, een in enumerate((EERSTE, ZAAK, TWEEDE, weg)) for m in zend(samen, een, BEGIN + tik)]
    assert bij(gezegd) == blijft
    gezegd += zend(samen, vervallen(EERSTE, BEGIN + 7), BEGIN + 7)
    assert bij(gezegd) == ([] if blijft == VAN_EERSTE else VAN_TWEEDE)
    gezegd += zend(samen, replace(EERSTE, versie=BEGIN + 8), BEGIN + 8)
    assert bij(gezegd) == blijft


@pytest.mark.parametrize(("weg", "blijft"), GEGAAN)
def test_in_whatever_order_it_is_reported(weg: Signaal, blijft: list[tuple[str, str]]) -> None:
    """What stands in the end is what stands of the dossiers that are left, in whatever order they reach the index."""
    for zaad in range(60):
        gezegd = kruis([EERSTE, ZAAK, TWEEDE, weg, replace(ZAAK, versie=BEGIN + 9)], random.Random(zaad))
        assert bij(gezegd) == blijft, zaad


@pytest.mark.parametrize("later", [False, True])
def test_in_whatever_order_two_partitions_report(later: bool) -> None:
    """The pair with the first dossier lives in another partition than that with the second: however their reports cross, and whatever the
    first says after that, what stands is what stands of it."""
    eerste, zaak, tweede = gescheiden()
    rij = [eerste, zaak, tweede, vervallen(tweede, BEGIN + 6), replace(zaak, versie=BEGIN + 5)]
    rij += [replace(eerste, versie=BEGIN + 8)] if later else []
    for zaad in range(150):
        gezegd = kruis(rij, random.Random(zaad))
        assert bij(gezegd) == [(TWENTE, eerste.dossier), (ZSM, zaak.dossier)], zaad


def test_three_of_a_stam_in_whatever_order() -> None:
    """Two continue the first and are withdrawn, one after the other: the first speaks, whichever way their names sort."""
    eerste, zaak, tweede = gescheiden()
    for naam in ("a", "b", "c", "d"):
        derde = replace(
            signaal(MIDDEN_BRABANT, 1, zaak=naam, versie=BEGIN + 3), voorganger=EERST, sleutels=zaak.sleutels
        )
        rij = [eerste, zaak, tweede, derde, vervallen(derde, BEGIN + 6), vervallen(tweede, BEGIN + 7)]
        for zaad in range(40):
            assert bij(kruis(rij, random.Random(zaad))) == [(TWENTE, eerste.dossier), (ZSM, zaak.dossier)], (naam, zaad)


def test_the_first_is_heard_when_the_retention_of_the_second_is_over() -> None:
    """It comes in the day in which the end of the koppeling is remembered: that end was the second's."""
    samen, einde = hub(), BEGIN + 10 * DAG
    for tik, een in enumerate((EERSTE, ZAAK, replace(TWEEDE, bewaren_tot=einde))):
        zend(samen, een, BEGIN + tik)
    wacht(samen, einde + 1000)
    assert bij(zend(samen, replace(EERSTE, versie=einde + 2000), einde + 2000)) == VAN_EERSTE


def test_of_several_the_last_one_speaks() -> None:
    """Two continue the first: as long as one of them is there, neither the first nor the one that went says anything."""
    samen = hub()
    derde = replace(signaal(TWENTE, 1, zaak="derde", versie=BEGIN + 5), voorganger=EERST)
    gezegd = [m for tik, een in enumerate((EERSTE, ZAAK, derde, TWEEDE)) for m in zend(samen, een, BEGIN + tik)]
    assert bij(gezegd) == VAN_TWEEDE
    gezegd += zend(samen, vervallen(TWEEDE, BEGIN + 6), BEGIN + 6)
    gezegd += zend(samen, replace(EERSTE, versie=BEGIN + 7), BEGIN + 7)
    assert bij(gezegd) == [(TWENTE, derde.dossier), (ZSM, ZAAK.dossier)]
    gezegd += zend(samen, vervallen(derde, BEGIN + 8), BEGIN + 8)
    assert bij(gezegd) == VAN_EERSTE


@pytest.mark.parametrize("eerst", ["first", "second"])
def test_what_is_withdrawn_is_recalled_whichever_of_a_stam_came_first(eerst: str) -> None:
    """Both dossiers of a stam are there and match: what is said of the one that speaks for the stam counts. The withdrawal
    of the other side is heard, and its return."""
    samen = hub()
    rij = [EERSTE, TWEEDE] if eerst == "first" else [TWEEDE, EERSTE]
    gezegd = [m for tik, een in enumerate((*rij, ZAAK)) for m in zend(samen, een, BEGIN + 10 + tik)]
    assert bij(gezegd) == VAN_TWEEDE
    gezegd += zend(samen, vervallen(ZAAK, BEGIN + 20), BEGIN + 20)
    assert bij(gezegd) == []
    gezegd += zend(samen, replace(ZAAK, versie=BEGIN + 21), BEGIN + 21)
    assert bij(gezegd) == VAN_TWEEDE


def test_who_went_elsewhere_says_nothing_here() -> None:
    """A dossier names another voorganger in the millisecond in which somebody left that one: who is left of its former stam speaks."""
    samen = hub()
    ander = signaal(MIDDEN_BRABANT, 1, zaak="ander")
    weg = replace(signaal(MIDDEN_BRABANT, 1, zaak="weg", versie=BEGIN + 3), voorganger=ander.dossier)
    gezegd = [m for tik, een in enumerate((EERSTE, ZAAK, ander, weg, TWEEDE)) for m in zend(samen, een, BEGIN + tik)]
    gezegd += zend(samen, vervallen(weg, BEGIN + 30), BEGIN + 30)
    gezegd += zend(samen, replace(TWEEDE, versie=BEGIN + 30, voorganger=ander.dossier), BEGIN + 30)
    assert (TWENTE, EERSTE.dossier) in bij(gezegd)


def test_the_suspect_who_is_left_is_brought_again() -> None:
    """As above for triage: of the suspect one offer stands, and when the first dossier goes too, none."""
    samen = hub()
    zaak = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    tweede = replace(signaal(ZSM, 2, zaak="tweede", versie=BEGIN + 1), feiten=zaak.feiten, voorganger=zaak.dossier)
    gezegd = zend(samen, zaak, BEGIN) + zend(samen, tweede, BEGIN + 1)
    gezegd += zend(samen, vervallen(tweede, BEGIN + 2), BEGIN + 2)
    assert [tafel for tafel, _ in staand(gezegd)] == [TWENTE]
    gezegd += zend(samen, vervallen(zaak, BEGIN + 3), BEGIN + 3)
    assert staand(gezegd) == []


@pytest.mark.parametrize("tafel", [TWENTE, MIDDEN_BRABANT])
@pytest.mark.parametrize("volgorde", ["EZBW", "BWEZ", "EBWZ"])
def test_a_withdrawal_that_names_a_voorganger_takes_no_word(tafel: TafelId, volgorde: str) -> None:
    """A dossier that names another for the first time when it is withdrawn silences that one no more than if it had named nobody."""
    ander = signaal(tafel, 1, zaak="ander", versie=BEGIN + 3)
    rij = {"E": EERSTE, "Z": ZAAK, "B": ander, "W": replace(vervallen(ander, BEGIN + 4), voorganger=EERST)}
    samen = hub()
    gezegd = [m for tik, naam in enumerate(volgorde) for m in zend(samen, rij[naam], BEGIN + 10 + tik)]
    assert bij(gezegd) == VAN_EERSTE


def test_a_withdrawal_that_names_another_voorganger_gives_both_back_the_word() -> None:
    """The one that it continued speaks again, and the one that it names now speaks on."""
    samen, elders = hub(), signaal(TWENTE, 1, zaak="elders")
    ander = replace(signaal(MIDDEN_BRABANT, 1, zaak="ander", versie=BEGIN + 3), voorganger=elders.dossier)
    weg = replace(vervallen(ander, BEGIN + 4), voorganger=EERST)
    gezegd = [m for tik, een in enumerate((EERSTE, elders, ZAAK, ander, weg)) for m in zend(samen, een, BEGIN + tik)]
    assert bij(gezegd) == sorted([*VAN_EERSTE, (TWENTE, elders.dossier), (ZSM, ZAAK.dossier)])


def test_what_is_brought_stays_when_another_is_withdrawn_into_its_stam() -> None:
    """As above for triage: the offer of the first dossier stands."""
    samen = hub()
    eerste = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    ander = replace(signaal(ZSM, 2, zaak="ander", versie=BEGIN + 3), feiten=eerste.feiten)
    weg = replace(vervallen(ander, BEGIN + 4), voorganger=eerste.dossier)
    gezegd = [m for tik, een in enumerate((eerste, ander, weg)) for m in zend(samen, een, BEGIN + tik)]
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN")]


@pytest.mark.parametrize("bekend", [False, True])
def test_two_that_come_to_continue_one_are_no_double(bekend: bool) -> None:
    """Casussen of two tafels turn out to go on from the same one, whether or not the hub knows that one: they are one life."""
    samen = hub()
    een = replace(signaal(TWENTE, 1, zaak="een", versie=BEGIN + 1), voorganger=EERST)
    ander = signaal(MIDDEN_BRABANT, 1, zaak="ander", versie=BEGIN + 2)
    gezegd = [*(zend(samen, EERSTE, BEGIN) if bekend else ()), *zend(samen, een, BEGIN + 1)]
    gezegd += zend(samen, ander, BEGIN + 2)
    assert [soort for _, soort in staand(gezegd)] == ["DUBBELE_CASUS"] * 2
    gezegd += zend(samen, replace(ander, versie=BEGIN + 3, voorganger=EERST), BEGIN + 3)
    assert staand(gezegd) == []


@pytest.mark.parametrize("volgorde", [(0, 1), (1, 0)])
def test_a_suspect_that_goes_on_without_criteria_is_not_brought(volgorde: tuple[int, int]) -> None:
    """Nothing stands at the intake, whichever comes first, until the dossier that speaks for the stam, and meets no criteria, is gone."""
    samen = hub()
    eerste = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    verder = signaal(ZSM, 2, zaak="verder", versie=BEGIN + 1, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    rij = (eerste, replace(verder, voorganger=eerste.dossier))
    gezegd = [m for tik, nr in enumerate(volgorde) for m in zend(samen, rij[nr], BEGIN + tik)]
    assert staand(gezegd) == []
    gezegd += zend(samen, vervallen(rij[1], BEGIN + 9), BEGIN + 9)
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN")]


@pytest.mark.parametrize("uren", [1, 30])
def test_the_other_side_is_heard_when_the_retention_of_the_second_is_over(uren: int) -> None:
    """Also in the day in which that end is remembered: what it says then is said of the first, which is still there."""
    samen, einde = hub(), BEGIN + 10 * DAG
    for tik, een in enumerate((EERSTE, ZAAK, replace(TWEEDE, bewaren_tot=einde))):
        zend(samen, een, BEGIN + tik)
    tijd = einde + uren * DAG // 24
    wacht(samen, tijd - 1)
    assert bij(zend(samen, replace(ZAAK, versie=tijd), tijd)) == VAN_EERSTE


def test_who_was_brought_in_a_life_before_is_brought_anew() -> None:
    """The first offer ended with a successor without criteria, and all was forgotten with that one; a casus of that person begins a new
    life, and in its next versie the dossier is brought under an id that no inbox takes for the first."""
    samen, einde = hub(), BEGIN + 10 * DAG
    eerste = signaal(ZSM, 2, criteria=COMPLEX, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    verder = signaal(ZSM, 2, zaak="verder", versie=BEGIN + 1, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    verder = replace(verder, voorganger=eerste.dossier, bewaren_tot=einde)
    toen = zend(samen, eerste, BEGIN) + zend(samen, verder, BEGIN + 1) + wacht(samen, einde + 2 * DAG)
    assert staand(toen) == [] and not samen.staat
    tijd = einde + 3 * DAG
    gesloten = signaal(MIDDEN_BRABANT, 2, versie=tijd, fase=Fase.GESLOTEN)
    nu = zend(samen, gesloten, tijd) + zend(samen, replace(eerste, versie=tijd + DAG), tijd + DAG)
    assert (TWENTE, "AANDRAGEN") in staand(nu) and not {m.id for m in toen} & {m.id for m in nu}


def test_nobody_is_brought_while_another_has_the_word() -> None:
    """The first dossier comes to meet the criteria after one without them went on in its place: the intake is told nothing at all."""
    samen = hub(partities=1)
    eerste = signaal(ZSM, 2, grondslag=AANDRAGEN, gemeente_verblijf="GM0153")
    verder = replace(signaal(ZSM, 2, zaak="verder", versie=BEGIN + 1), feiten=eerste.feiten, voorganger=eerste.dossier)
    complex_ = replace(eerste, versie=BEGIN + 2, feiten=replace(eerste.feiten, criteria=COMPLEX))
    assert not [m for tik, een in enumerate((eerste, verder, complex_)) for m in zend(samen, een, BEGIN + tik)]


def test_who_takes_the_place_of_one_that_is_forgotten_is_no_double_of_its_own_life() -> None:
    """Several continue a dossier in a bucket that is full: when one is forgotten, nothing is said of the others and that dossier."""
    vorm = Blokvorm(standaard(), 1)
    index = Index(0, 1, Model.laad(), vorm.feiten, grens=2)
    voort = [
        replace(
            signaal(MIDDEN_BRABANT, 1, zaak=f"z{nr}", versie=BEGIN + nr), voorganger=EERST, sleutels=EERSTE.sleutels
        )
        for nr in range(6)
    ]
    for een in (EERSTE, *voort):
        (waarde,) = vorm.schrijf(splits(een, een.versie, 1))
        index.vervang(vorm.lees(0, [Record(SLEUTEL, 0, 0, een.versie, een.dossier.encode(), waarde)])[0])
    assert not [stand for een in voort for stand in index.verwijder(een.dossier)]


@pytest.mark.parametrize("partities", [1, P])
def test_a_question_hears_only_of_the_dossier_that_has_the_word(partities: int) -> None:
    """A casus that was closed in the dossier that went on is not known any more, whatever the first dossier still says; and is again
    once that one names it no more."""
    samen = hub(partities=partities)
    eerste, zaak = signaal(TWENTE, 1, zaak="eerst"), signaal(ZSM, 1)
    verder = signaal(TWENTE, 1, zaak="verder", versie=BEGIN + 1, fase=Fase.GESLOTEN)
    zend(samen, eerste, BEGIN)
    assert vraag_naar(samen, zaak, BEGIN + 1) is Bekendheid.BEKEND
    zend(samen, replace(verder, voorganger=eerste.dossier), BEGIN + 2)
    assert vraag_naar(samen, zaak, BEGIN + 3) is Bekendheid.NIET_BEKEND
    zend(samen, replace(verder, versie=BEGIN + 4), BEGIN + 4)
    assert vraag_naar(samen, zaak, BEGIN + 5) is Bekendheid.BEKEND


def vraag_naar(samen: Samenspel, zaak: Signaal, tijd: int) -> Bekendheid | None:
    """What a ZSM table hears that asks after this person at that moment."""
    feiten = replace(signaal(ZSM, 1).feiten, doelen=(Doel.VEILIGHEID,))
    vrager = dossier_van(ZSM, f"vraag {tijd}")
    antwoord = samen.vraag(Bevraging(UUID(int=tijd), vrager, ZSM, "a.een", feiten, tijd + 5_000, zaak.sleutels), tijd)
    return None if antwoord is None else antwoord.antwoord


@pytest.mark.parametrize("achter", range(P))
def test_who_is_known_before_and_after_is_known_meanwhile(achter: int) -> None:
    """A partition has not heard yet of the dossier that goes on: it is known by the one or the other, for certain or maybe."""
    eerste, zaak, tweede = gescheiden()
    samen = hub()
    zend(samen, eerste, BEGIN)
    for nummer, waarde in enumerate(samen.vorm.schrijf(splits(tweede, BEGIN + 3, P))):
        if nummer != achter:
            (blok,) = samen.vorm.lees(nummer, [Record(SLEUTEL, nummer, 0, BEGIN + 3, tweede.dossier.encode(), waarde)])
            neem(samen.indexen[nummer], blok, None, nummer)
    assert vraag_naar(samen, zaak, BEGIN + 10) in (Bekendheid.BEKEND, Bekendheid.MOGELIJK_BEKEND)


def test_a_dossier_past_its_retention_hides_nobody() -> None:
    """What continued a casus has just expired, and its tombstone was not read yet: the casus itself is known all the time."""
    einde = BEGIN + 10 * DAG
    samen = hub()
    for tik, een in enumerate((EERSTE, replace(TWEEDE, bewaren_tot=einde))):
        zend(samen, een, BEGIN + tik)
    assert {vraag_naar(samen, ZAAK, tijd) for tijd in (einde - 1_000, einde + 1_000)} == {Bekendheid.BEKEND}
    wacht(samen, einde + 2_000)
    assert vraag_naar(samen, ZAAK, einde + 3_000) is Bekendheid.BEKEND


def test_of_a_dossier_that_is_forgotten_no_name_is_left() -> None:
    """What a dossier continued once, and named no more, goes from memory with it."""
    samen = hub()
    voort = replace(signaal(TWENTE, 1, zaak="verder"), voorganger=EERST)
    zend(samen, voort, BEGIN)
    zend(samen, replace(voort, versie=BEGIN + 1, voorganger=None), BEGIN + 1)
    for index in samen.indexen:
        index.verwijder(voort.dossier)
        assert EERST not in repr(vars(index))


def gescheiden() -> tuple[Signaal, Signaal, Signaal]:
    """A casus, a verdachte, and a casus that continues the first one under other names of the same person: the two pairs are owned by
    different partitions of the index."""
    for nummer in range(1, 400):
        eerste, zaak = signaal(TWENTE, nummer, zaak="eerst"), signaal(ZSM, nummer)
        persoon = replace(persoon_van(nummer), bsn=None, voornamen=persoon_van(nummer + 500).voornamen)
        tweede = signaal(MIDDEN_BRABANT, nummer, zaak="tweede", versie=BEGIN + 2)
        tweede = replace(tweede, voorganger=eerste.dossier, sleutels=encode(persoon, RING))
        een, ander = (
            [bool(rij) for rij in berichten(paar, random.Random(0))] for paar in ([eerste, zaak], [zaak, tweede])
        )
        if any(een) and any(ander) and een != ander:
            return eerste, zaak, tweede
    raise AssertionError("no such person")


def kruis(signalen: list[Signaal], loting: random.Random) -> list[Melding]:
    """What everybody is told when these reach each partition of the index in an order of its own (of one dossier as it was sent), and the
    reports of the partitions cross."""
    samen, gezegd, rijen = hub(), list[Melding](), berichten(signalen, loting)
    while rijen := [rij for rij in rijen if rij]:
        gezegd += samen.gebeur(loting.choice(rijen).pop(0), BEGIN + 20)
    return gezegd


def berichten(signalen: list[Signaal], loting: random.Random) -> list[list[Wat]]:
    """What each index partition reports of these, in order."""
    samen, per_partitie = hub(), [list[Wat]() for _ in range(P)]
    for nummer, index in enumerate(samen.indexen):
        wachtend = [[een for een in signalen if een.dossier == naam] for naam in {een.dossier: 0 for een in signalen}]
        while wachtend := [rij for rij in wachtend if rij]:
            een = loting.choice(wachtend).pop(0)
            waarde = samen.vorm.schrijf(splits(een, een.versie, P))[nummer]
            (blok,) = samen.vorm.lees(nummer, [Record(SLEUTEL, nummer, 0, een.versie, een.dossier.encode(), waarde)])
            standen, gezegd = neem(index, blok, index.kant(blok.dossier), nummer)
            per_partitie[nummer] += [*standen, *gezegd]
    return per_partitie
