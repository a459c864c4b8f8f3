"""The invented Netherlands: the same again from the same seed, families that hold together, and no real number."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proef.fouten import MODELLEN, SOORTEN, register, schoon
from proef.namen import GROEPEN
from proef.nederland import ACHTERNAMEN, GEEN, VASTE_BSNS, VOORNAMEN, Bevolking, elfproef, fictieve_bsns, maak
from proef.registers import VERWANT, Opdracht, Paar, maak_paar


@pytest.fixture(scope="module")
def bevolking() -> Bevolking:
    return maak(7, 40_000)


@pytest.fixture(scope="module")
def paar() -> Paar:
    return maak_paar(Opdracht("toets", 3, 2_000, 1_500, "hard", "handwerk", bsn=True))


def test_zelfde_zaad_zelfde_personen(bevolking: Bevolking) -> None:
    """One seed gives one population, another seed another."""
    nogmaals, ander = maak(7, 40_000), maak(8, 40_000)
    assert (nogmaals.geboren == bevolking.geboren).all() and (nogmaals.voornamen == bevolking.voornamen).all()
    assert (ander.geboren != bevolking.geboren).mean() > 0.9


def test_iedereen_leeft_op_de_peildatum() -> None:
    """Another reference date gives as many persons, none of whom is unborn or older than 105 on that day."""
    for dag in ("2024-05-06", "2026-11-22"):
        leeftijd = maak(7, 5_000, np.datetime64(dag)).leeftijd()
        assert leeftijd.min() > 0 and leeftijd.max() < 105


def test_elfproef_kent_de_testnummers() -> None:
    """The eleven-test accepts published test numbers and refuses their neighbours."""
    assert elfproef(np.array([999990342, 152, 999990343, 153])).tolist() == [True, True, False, False]


@given(st.integers(0, 2**32), st.integers(1, 3000))
@settings(max_examples=25)
def test_geen_enkel_nummer_doorstaat_de_elfproef(seed: int, aantal: int) -> None:
    """Whatever the seed, no invented number passes the eleven-test, each has nine digits, and no two are equal."""
    bsns = fictieve_bsns(np.random.default_rng(seed), aantal)
    assert not elfproef(bsns).any()
    assert len(np.unique(bsns)) == aantal
    assert bsns.min() >= 100_000_000 and bsns.max() <= 999_999_999


def test_geen_echt_nummer(bevolking: Bevolking, paar: Paar) -> None:
    """No number passes the eleven-test but the fixed ones, in the population and after every error."""
    assert set(bevolking.bsn[elfproef(bevolking.bsn)].tolist()) <= set(VASTE_BSNS)
    assert len(set(bevolking.bsn.tolist())) == len(bevolking)
    for reg in (paar.links, paar.rechts):
        nummers = np.array([int(b) for b in reg.kolom["bsn"] if b], np.int64)
        assert set(nummers[elfproef(nummers)].tolist()) <= set(VASTE_BSNS)


def test_families(bevolking: Bevolking) -> None:
    """Twins share parents and birthday; children are younger than their parents; most children bear a parent's surname."""
    b = bevolking
    tweeling = np.flatnonzero(b.tweeling != GEEN)
    assert len(tweeling) > 50
    assert (b.tweeling[b.tweeling[tweeling]] == tweeling).all()
    assert (b.ouders[b.tweeling[tweeling], 0] == b.ouders[tweeling, 0]).all()
    heel = tweeling[b.hele_datum[tweeling] & b.hele_datum[b.tweeling[tweeling]]]
    assert (b.geboren[heel] == b.geboren[b.tweeling[heel]]).all()
    kind = np.flatnonzero((b.ouders[:, 0] != GEEN) & b.hele_datum)
    assert (b.geboren[kind] > b.geboren[b.ouders[kind, 0]]).mean() > 0.99
    ouder = b.ouders[kind, 0]
    later = (b.geboren[kind] - b.geboren[ouder])[b.hele_datum[ouder]].astype(int) / 365.2425
    assert later.min() > 15 and later.max() < 80
    assert (b.familie[kind] == b.familie[ouder]).all()
    tweede = b.ouders[kind, 1]
    gelijk = (b.achternaam[kind] == b.achternaam[b.ouders[kind, 0]]) | (b.achternaam[kind] == b.achternaam[tweede])
    assert gelijk.mean() > 0.9


def test_lange_staart_van_achternamen(bevolking: Bevolking) -> None:
    """Frequent surnames are borne by a few in a thousand, and thousands of surnames are rare."""
    keren = np.bincount(bevolking.achternaam, minlength=len(ACHTERNAMEN))
    assert 0.001 < keren.max() / len(bevolking) < 0.02
    assert ((keren > 0) & (keren <= 3)).sum() > 3_000


def test_namen_volgen_het_geboortejaar(bevolking: Bevolking) -> None:
    """Who was born before 1955 and after 1995 have mostly other first names."""
    jaar = bevolking.geboren.astype("datetime64[Y]").astype(int) + 1970
    oud = set(np.unique(bevolking.voornamen[(jaar < 1950) & (bevolking.groep == 0), 0]).tolist())
    jong = set(np.unique(bevolking.voornamen[(jaar > 1997) & (bevolking.groep == 0), 0]).tolist())
    assert len(oud & jong) < 0.4 * len(oud | jong)


def test_namen_van_alle_soorten(bevolking: Bevolking) -> None:
    """Every group of names is there, with tussenvoegsels, several given names, letters beyond ASCII, and names of fathers."""
    assert set(bevolking.groep.tolist()) == set(range(len(GROEPEN)))
    net = schoon(bevolking, np.arange(5_000))
    assert "van den" in net.kolom["voorvoegsel"]
    assert any(namen.count(" ") == 2 for namen in net.kolom["voornamen"])
    assert not all(namen.isascii() for namen in net.kolom["voornamen"])
    assert set(net.kolom["geslachtsnaam"]) & set(VOORNAMEN)


def test_datums_bestaan(bevolking: Bevolking) -> None:
    """Every date of birth in a record is a past day that exists, has `00` for what is unknown, or is absent."""
    vuil = register(bevolking, np.arange(20_000), MODELLEN["hard"], np.random.default_rng(2))
    for datum in set(vuil.kolom["geboortedatum"]) - {"", "00000000"}:
        jaar, maand, dag = int(datum[:4]), int(datum[4:6]), int(datum[6:])
        assert date(jaar, maand or 1, dag or 1) < date(2026, 1, 1)
        assert maand or not dag


def test_fouten_staan_in_het_logboek(bevolking: Bevolking) -> None:
    """A record differs from the clean one exactly when an error is logged, and the log names known kinds."""
    wie = np.arange(0, 30_000, 11)
    vuil = register(bevolking, wie, MODELLEN["hard"], np.random.default_rng(1))
    net = schoon(bevolking, wie)
    for rij, fouten in enumerate(vuil.fouten):
        anders = any(vuil.kolom[k][rij] != net.kolom[k][rij] for k in net.kolom)
        assert not anders or fouten
    voorgekomen = {soort for fouten in vuil.fouten for soort in fouten}
    assert voorgekomen == set(MODELLEN["hard"].kansen) <= set(SOORTEN)


def test_registers_en_hun_waarheid(paar: Paar) -> None:
    """The truth is exactly who is in both registers; nobody is twice in one; relatives are never the same person."""
    assert len(paar.links) == 2_000 and len(paar.rechts) == 1_500 and len(paar.waar) == 750
    for reg in (paar.links, paar.rechts):
        assert len(set(reg.wie.tolist())) == len(reg)
    assert all(paar.links.wie[i] == paar.rechts.wie[j] for i, j in paar.waar)
    assert all(paar.links.wie[i] != paar.rechts.wie[j] for i, j, _ in paar.verwant)
    assert {soort for _, _, soort in paar.verwant} == set(VERWANT)
