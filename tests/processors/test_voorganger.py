"""A dossier that names another voorganger than before: what lived under its earlier name ends, and what it continues goes on."""

from dataclasses import replace

import pytest

from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, dossier_van, signaal, vervallen
from tests.processors.test_een_jaar import AANDRAGEN, COMPLEX, hub, zend
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
