"""The invented day: the same from the same seed, every special case in it, and nothing that a connector would misread."""

import csv
import json
from importlib import resources
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.fouten import Ongeldig
from connectors.invoer import Casus, Intrekking, Verdachte, lees
from connectors.persoon import Kader
from demo.dag import KLEINSTE, TAFELS, Bericht, Dag, maak_dag
from demo.inwoners import GEMEENTEN
from demo.plan import HEUSDEN, VHH_MIDDEN_BRABANT, VHH_TWENTE, ZSM, Bijzonder
from hub.domein.codes import Soort
from hub.matching import bsn

MOMENT: Final = 1_763_800_000_000
SOORTEN: Final[dict[str, Any]] = {"/v1/verdachten": Verdachte, "/v1/casussen": Casus, "/v1/intrekkingen": Intrekking}


@pytest.fixture(scope="module")
def dag() -> Dag:
    return maak_dag(1, MOMENT)


def neem_in(bericht: Bericht) -> Verdachte | Casus | Intrekking:
    kader = Kader(MOMENT, bsn.fout_fictief)
    invoer: Verdachte | Casus | Intrekking = lees(SOORTEN[bericht.pad], json.dumps(bericht.inhoud), kader)
    return invoer


def test_zelfde_zaad_zelfde_dag() -> None:
    """Seed, moment and size give the same day to the byte; another seed gives another."""
    een, ander, anders = maak_dag(5, MOMENT, 200), maak_dag(5, MOMENT, 200), maak_dag(6, MOMENT, 200)
    assert een == ander
    assert json.dumps([b.inhoud for b in een.berichten]) != json.dumps([b.inhoud for b in anders.berichten])


@given(st.integers(0, 10_000), st.integers(KLEINSTE, 700))
@settings(max_examples=15)
def test_elk_bijzonder_geval_zit_erin(seed: int, omvang: int) -> None:
    """Whatever the seed and size, every special case occurs, every tafel speaks, and pairs of both regions exist."""
    dag = maak_dag(seed, MOMENT, omvang)
    # A relative of a suspect who lives in the same region need not exist in a small population.
    assert set(Bijzonder) - set(dag.telling) <= {Bijzonder.VERWANT}
    assert {bericht.tafel for bericht in dag.ochtend} == set(TAFELS)
    tafels = {(een.tafel, ander.tafel) for een, ander in dag.waarheid}
    assert tafels == {(VHH_TWENTE, ZSM), (VHH_MIDDEN_BRABANT, ZSM), (VHH_MIDDEN_BRABANT, VHH_TWENTE)}


def test_elk_bericht_wordt_aangenomen(dag: Dag) -> None:
    """Every message passes the connectors' own validation; those meant to be refused are, each for one fault."""
    for bericht in dag.berichten:
        neem_in(bericht)
    for bericht in dag.afgekeurd:
        with pytest.raises(Ongeldig) as fout:
            neem_in(bericht)
        assert len(fout.value.fouten) == 1


def test_verhoudingen(dag: Dag) -> None:
    """Half of the day is suspects, about one in five has a counterpart, about a fifth of the pairs is cross-region."""
    verdachten = [bericht for bericht in dag.ochtend if bericht.tafel == ZSM]
    assert len(verdachten) == len(dag.ochtend) // 2
    in_paren = {zaak for een in dag.waarheid for zaak in een}
    assert 0.18 <= len(in_paren) / len(dag.ochtend) <= 0.23
    met_verdachte = [een for een in dag.waarheid if Soort.VERDACHTE in {een[0].soort, een[1].soort}]
    ver = [een for een in met_verdachte if VHH_MIDDEN_BRABANT in {een[0].tafel, een[1].tafel}]
    assert 0.15 <= len(ver) / len(met_verdachte) <= 0.25


def test_heusden(dag: Dag) -> None:
    """One suspect in Oost-Nederland lives in Heusden and has a casus at Midden-Brabant, in another arrondissement."""
    zijden = {bericht.tafel: bericht for bericht in dag.ochtend if Bijzonder.HEUSDEN in bericht.bijzonder}
    assert set(zijden) == {ZSM, VHH_MIDDEN_BRABANT}
    assert zijden[ZSM].persoon == zijden[VHH_MIDDEN_BRABANT].persoon
    woont = {bericht.inhoud["persoon"]["gemeenteVanInschrijving"] for bericht in zijden.values()}
    assert woont == {HEUSDEN.removeprefix("GM")}


def test_gemeenten_staan_in_het_register() -> None:
    """Every gemeente in which an invented person lives is one that the register knows, under that name."""
    bestand = resources.files("hub.routing") / "register" / "gemeenten.csv"
    bekend = {regel["gm_code"]: regel["gemeente"] for regel in csv.DictReader(bestand.read_text("utf-8").splitlines())}
    for gemeente in GEMEENTEN:
        assert bekend[gemeente.code].startswith(gemeente.naam)


def test_vervolg_gaat_over_een_zaak_van_de_ochtend(dag: Dag) -> None:
    """What is sent later changes or withdraws a case that was sent before, and is newer."""
    ochtend = {bericht.zaak: bericht for bericht in dag.ochtend}
    assert {bericht.pad for bericht in dag.vervolg} >= {"/v1/intrekkingen", "/v1/verdachten"}
    for bericht in dag.vervolg:
        assert bericht.inhoud["gewijzigdOp"] > ochtend[bericht.zaak].inhoud["gewijzigdOp"]


def test_te_klein(dag: Dag) -> None:
    """A day too small for every special case is refused."""
    with pytest.raises(ValueError, match="at least"):
        maak_dag(1, MOMENT, KLEINSTE - 1)
