"""The invented persons: reproducible, plausible as families, and unmistakably not real."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.bevolking import GEEN, Bevolking, elfproef, fictieve_bsns, maak
from demo.fouten import CASUSSYSTEEM, SCHOON, STRAFRECHT, Fout, Foutmodel, registreer

PEILDATUM = date(2025, 11, 3)


@pytest.fixture(scope="module")
def bevolking() -> Bevolking:
    return maak(7, 20_000, PEILDATUM)


def test_zelfde_zaad_zelfde_mensen() -> None:
    """The same seed, size and date give the same persons; another seed gives others."""
    een, ander, anders = maak(3, 500, PEILDATUM), maak(3, 500, PEILDATUM), maak(4, 500, PEILDATUM)
    assert [een.persoon(nr) for nr in range(500)] == [ander.persoon(nr) for nr in range(500)]
    assert [een.persoon(nr) for nr in range(500)] != [anders.persoon(nr) for nr in range(500)]


def test_elfproef_kent_de_testnummers() -> None:
    """The eleven-test accepts published test numbers and refuses their neighbours."""
    assert elfproef(np.array([999990342, 152, 999990343, 153])).tolist() == [True, True, False, False]


@given(st.integers(0, 2**32), st.integers(1, 3000))
@settings(max_examples=25, deadline=None)
def test_geen_enkel_nummer_doorstaat_de_elfproef(seed: int, aantal: int) -> None:
    """Whatever the seed, no invented number passes the eleven-test, each has nine digits, and no two are equal."""
    bsns = fictieve_bsns(np.random.default_rng(seed), aantal)
    assert not elfproef(bsns).any()
    assert len(np.unique(bsns)) == aantal
    assert bsns.min() >= 100_000_000
    assert bsns.max() <= 999_999_999


def test_gezinnen_kloppen(bevolking: Bevolking) -> None:
    """Parents are 15 to 60 years older than their children and live with them; twins share birthday and parents."""
    kind = np.flatnonzero(bevolking.ouders[:, 0] != GEEN)
    for kolom in (0, 1):
        met = kind[bevolking.ouders[kind, kolom] != GEEN]
        ouder = bevolking.ouders[met, kolom]
        verschil = (bevolking.geboren[met] - bevolking.geboren[ouder]) / 365.2425
        assert verschil.min() >= 15
        assert verschil.max() <= 80
        assert (bevolking.woont[met] == bevolking.woont[ouder]).all()
    eerste = np.flatnonzero(bevolking.tweeling != GEEN)
    assert len(eerste) > 20
    assert (bevolking.tweeling[bevolking.tweeling[eerste]] == eerste).all()
    assert (bevolking.geboren[bevolking.tweeling[eerste]] == bevolking.geboren[eerste]).all()


def test_niemand_is_nog_niet_geboren_of_te_oud(bevolking: Bevolking) -> None:
    """Ages lie between 0 and 100 years at the reference date."""
    assert bevolking.leeftijd().min() >= 0
    assert bevolking.leeftijd().max() <= 100


def test_namen_van_alle_soorten(bevolking: Bevolking) -> None:
    """There are tussenvoegsels, double names by partner, several given names, and names from elsewhere."""
    mensen = [bevolking.persoon(nr) for nr in range(3000)]
    assert any(p.voorvoegsel == "van den" for p in mensen)
    assert any(p.partnernaam for p in mensen)
    assert any(p.voornamen.count(" ") == 2 for p in mensen)
    assert any(p.buitenland for p in mensen)
    assert any(not p.voornamen.isascii() for p in mensen)


@pytest.mark.parametrize("model", [STRAFRECHT, CASUSSYSTEEM], ids=lambda model: str(model.naam))
def test_elke_fout_is_gelogd(bevolking: Bevolking, model: Foutmodel) -> None:
    """A record without logged errors equals the clean record; one with logged errors differs; every kind occurs."""
    gezien: set[Fout] = set()
    for nr in range(4000):
        persoon = bevolking.persoon(nr)
        schoon, beeld = registreer(persoon, SCHOON, 1, "a"), registreer(persoon, model, 1, "a")
        assert schoon.fouten == ()
        assert (beeld == schoon) == (not beeld.fouten)
        assert (beeld.bsn is None) == (Fout.BSN_ONTBREEKT in beeld.fouten or Fout.ALIAS in beeld.fouten)
        gezien |= set(beeld.fouten)
    assert gezien == set(Fout)


def test_een_beeld_hangt_niet_van_de_volgorde_af(bevolking: Bevolking) -> None:
    """The record of a person is the same whenever it is made, and different in another register."""
    heen = [registreer(bevolking.persoon(nr), CASUSSYSTEEM, 5, "x") for nr in range(200)]
    terug = [registreer(bevolking.persoon(nr), CASUSSYSTEEM, 5, "x") for nr in reversed(range(200))]
    assert heen == terug[::-1]
    assert heen != [registreer(bevolking.persoon(nr), CASUSSYSTEEM, 5, "y") for nr in range(200)]


def test_datums_bestaan(bevolking: Bevolking) -> None:
    """Every date of birth in a record is a day that exists, or has `00` for what is unknown."""
    for nr in range(6000):
        datum = registreer(bevolking.persoon(nr), CASUSSYSTEEM, 2, "z").geboortedatum
        jaar, maand, dag = int(datum[:4]), int(datum[4:6]), int(datum[6:])
        assert date(jaar, maand or 1, dag or 1).year == jaar
        assert maand or not dag
