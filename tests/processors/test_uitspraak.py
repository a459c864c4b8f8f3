"""What people say in a koppeling reaches what is brought of its verdachte: the rooms together, with the real policy and register."""

from dataclasses import replace
from uuid import UUID

import pytest

from hub.domein.codes import Criterium, Daad, Dossierstatus, MeldingSoort, Reactie, Uitkomst, Vrijgaverol
from hub.domein.gebeurtenis import Beheerdaad, Uitspraak, Vrijgave, Woord
from hub.domein.gebeurtenisvorm import uitspraak_naar, uitspraak_uit
from hub.domein.koppeling import Kant
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from hub.opvolging.aandragen import Aandragen
from hub.opvolging.omgeving import Gevolg
from hub.processors.gebeurtenissen import sleutel_van
from hub.processors.inname import splits
from hub.processors.koppelingrecords import Koppelingrecords
from hub.processors.koppelingstaat import staat_naar, staat_uit
from hub.processors.namen import GEBEURTENIS
from hub.stream.codec import standaard
from hub.stream.record import Record
from tests.keten.signalen import BEGIN, TAFELS, TWENTE, ZSM, signaal, sleutels
from tests.processors.test_een_jaar import AANDRAGEN, COMPLEX, hub, reactie, wacht, zend

INTAKE = "GM0153"
"""Lives in Enschede: the intake is that of Twente."""


def verdachte(criteria: tuple[Criterium, ...] = COMPLEX) -> Signaal:
    return signaal(ZSM, 1, criteria=criteria, grondslag=AANDRAGEN, gemeente_verblijf=INTAKE)


def casus_zonder_bsn() -> Signaal:
    """The same person, never certain."""
    return replace(signaal(TWENTE, 1), sleutels=sleutels(1, bsn=False))


def soorten(meldingen: list[Melding]) -> list[tuple[str, str]]:
    return [(m.ontvanger, str(m.status or m.soort)) for m in meldingen]


def staand(gezegd: list[Melding]) -> list[tuple[str, str]]:
    """What stands with whoever heard it, but for the states of dossiers."""
    uit: dict[UUID, Melding] = {}
    for melding in gezegd:
        if melding.betreft is not None:
            uit.pop(melding.betreft, None)
        if melding.soort not in (MeldingSoort.INGETROKKEN, MeldingSoort.STATUS):
            uit[melding.id] = melding
    return sorted((m.ontvanger, str(m.soort)) for m in uit.values())


def test_the_same_person_stops_an_offer_under_way() -> None:
    """ZSM finds out that the possible match is its suspect: the offer to the intake is recalled, once, and stays so."""
    samen = hub()
    gezegd = zend(samen, casus_zonder_bsn(), BEGIN) + zend(samen, verdachte(), BEGIN + 1)
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN"), (ZSM, "MOGELIJK_BEKEND")]
    (mogelijk,) = [m for m in gezegd if m.soort is MeldingSoort.MOGELIJK_BEKEND]
    rol = Vrijgaverol.OFFICIER_VAN_JUSTITIE
    gezegd += reactie(samen, mogelijk, Reactie.ZELFDE_PERSOON, BEGIN + 2, rol=rol)
    assert "AANDRAGEN" not in [soort for _, soort in staand(gezegd)]
    later = zend(samen, replace(verdachte(), versie=BEGIN + 5), BEGIN + 5) + wacht(samen, BEGIN + 10)
    assert "AANDRAGEN" not in [soort for _, soort in soorten(later)], "a new versie brings it no more"


def test_another_person_leaves_the_offer_where_it_is() -> None:
    """ANDERE_PERSOON recalls the possible match and nothing else; evidence that becomes certain later does not end the offer."""
    samen = hub()
    gezegd = zend(samen, casus_zonder_bsn(), BEGIN) + zend(samen, verdachte(), BEGIN + 1)
    (mogelijk,) = [m for m in gezegd if m.soort is MeldingSoort.MOGELIJK_BEKEND]
    rol = Vrijgaverol.OFFICIER_VAN_JUSTITIE
    na = reactie(samen, mogelijk, Reactie.ANDERE_PERSOON, BEGIN + 2, rol=rol)
    assert soorten(na) == [(ZSM, "INGETROKKEN")]
    gezegd += na + zend(samen, replace(signaal(TWENTE, 1), versie=BEGIN + 9), BEGIN + 9)
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN")]


@pytest.mark.parametrize("eerst", ["gezegd", "criteria"])
def test_the_word_counts_whenever_the_criteria_come(eerst: str) -> None:
    """Said before the verdachte met the criteria, it is told with the versie that does: nothing is brought in between."""
    samen = hub()
    begin = verdachte(() if eerst == "gezegd" else COMPLEX)
    gezegd = zend(samen, casus_zonder_bsn(), BEGIN) + zend(samen, begin, BEGIN + 1)
    (mogelijk,) = [m for m in gezegd if m.soort is MeldingSoort.MOGELIJK_BEKEND]
    reactie(samen, mogelijk, Reactie.ZELFDE_PERSOON, BEGIN + 2, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    for tik, criteria in enumerate(((), COMPLEX)):
        later = zend(samen, replace(verdachte(criteria), versie=BEGIN + 5 + tik), BEGIN + 5 + tik)
        assert "AANDRAGEN" not in [soort for _, soort in soorten(later)]
    (staat,) = [staat for staat in samen.staat.values() if isinstance(staat.lijf, Aandragen)]
    assert isinstance(staat.lijf, Aandragen) and [woord.uitkomst for woord in staat.lijf.woorden] == [Uitkomst.ZEKER]
    assert staat_uit(*standaard().decodeer(standaard().codeer(*staat_naar(staat)))) == staat


def test_a_release_by_the_house_ends_the_offer() -> None:
    """VRIJGEVEN by the house in the koppeling tells ZSM of its casus: what was brought meanwhile is recalled."""
    samen = hub()
    stil = signaal(TWENTE, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    gezegd = zend(samen, stil, BEGIN) + zend(samen, verdachte(), BEGIN + 1)
    wacht_op = [m for m in gezegd if m.status is Dossierstatus.WACHT_OP_VRIJGAVE]
    assert [m.ontvanger for m in wacht_op] == [TWENTE], "it knows of the koppeling, and hears that it waits"
    assert (TWENTE, "AANDRAGEN") in staand(gezegd)
    gezegd += reactie(samen, wacht_op[0], Reactie.VRIJGEVEN, BEGIN + 2, rol=Vrijgaverol.PROCESREGISSEUR)
    assert (ZSM, "BEKEND") in staand(gezegd) and (TWENTE, "AANDRAGEN") not in staand(gezegd)


def test_an_operator_who_recalls_a_koppeling_leaves_the_verdachte_with_the_intake() -> None:
    """Nothing is told any more of that casus, so it counts as none: the verdachte is brought, and ends somewhere."""
    samen = hub()
    gezegd = zend(samen, signaal(TWENTE, 1), BEGIN) + zend(samen, verdachte(), BEGIN + 1)
    (bekend,) = [m for m in gezegd if m.ontvanger == ZSM and m.soort is MeldingSoort.BEKEND]
    daad = Beheerdaad(UUID(int=1), Daad.TERUGHALEN, "a.een", koppeling=bekend.koppeling, tijd=BEGIN + 2)
    gezegd += samen.gebeur(daad, BEGIN + 2)
    gezegd += wacht(samen, BEGIN + 3)
    assert staand(gezegd) == [(TWENTE, "AANDRAGEN")]


def test_words_that_are_said_again_after_a_crash_change_nothing() -> None:
    """One batch said two words of a koppeling; its outbox that is sent again says both again, and what was taken back stays so."""
    samen = hub()
    gezegd = zend(samen, casus_zonder_bsn(), BEGIN) + zend(samen, verdachte(), BEGIN + 1)
    (mogelijk,) = [m for m in gezegd if m.soort is MeldingSoort.MOGELIJK_BEKEND]
    rol = Vrijgaverol.OFFICIER_VAN_JUSTITIE
    reactie(samen, mogelijk, Reactie.ZELFDE_PERSOON, BEGIN + 2, rol=rol)
    samen.gebeur(
        Beheerdaad(UUID(int=6), Daad.TERUGHALEN, "a.een", koppeling=mogelijk.koppeling, tijd=BEGIN + 3), BEGIN + 3
    )
    kant = Kant.van(splits(verdachte(), BEGIN + 1, 1)[0])
    woorden = [(Uitkomst.ZEKER, BEGIN + 2), (Uitkomst.GEEN, BEGIN + 3)]
    nog_eens = [Uitspraak(kant, Woord(mogelijk.koppeling, uitkomst), tijd) for uitkomst, tijd in woorden]
    assert [m for een in nog_eens for m in samen.gebeur(een, BEGIN + 4)] == []


def test_the_word_travels_under_the_key_of_the_aandragen() -> None:
    """One record for the partition in which the aandragen lives, the same when it is read; under another key it is refused."""
    kant = Kant.van(splits(verdachte(), BEGIN, 1)[0])
    woord = Woord(UUID(int=4), Uitkomst.ZEKER, Vrijgave(kant.stam, Vrijgaverol.PROCESREGISSEUR, BEGIN))
    gezegd = Uitspraak(kant, woord, BEGIN)
    records = Koppelingrecords(standaard(), TAFELS, bron="urn:nld:oin:00000099000000000001:systeem:hub", register="r")
    _, (uit,) = records.van(Record(GEBEURTENIS, 0, 1, BEGIN, b"k", b""), b"k", Gevolg(None, uitspraken=(gezegd,)))
    assert (uit.topic, uit.key) == (GEBEURTENIS, sleutel_van(gezegd)) and uit.value is not None
    waarde = standaard().decodeer(uit.value)[1]
    assert uitspraak_uit(waarde) == gezegd
    with pytest.raises(ValueError, match="not that of its verdachte"):
        uitspraak_uit({**uitspraak_naar(gezegd), "aandragen": str(UUID(int=5))})
