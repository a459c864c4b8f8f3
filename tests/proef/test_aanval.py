"""The attack of an insider: small, but all of it."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from hub.matching.codering import Codeerder
from hub.matching.frequenties import tel
from hub.matching.namen import Persoon, kern
from hub.matching.sleutels import Sleutelring
from proef.aanval import NIET_VERDEDIGD, Uitkomst, personen, val_aan, zet_op_kaart
from proef.aanvaller import Kenner, Woorden, bekijk, lees, naamknopen
from proef.buit import haal
from proef.document import vervang

AANTAL = 4_000


@pytest.fixture(scope="module")
def uitkomst() -> Uitkomst:
    """At the bound that the size allows, K x N / 17M below 0.3."""
    return val_aan(personen(AANTAL), personen(AANTAL, seed=32), 1000)


def test_niemand_herkend(uitkomst: Uitkomst) -> None:
    """At the bound that the size allows the insider recognises next to nobody: at most one record of four thousand."""
    assert uitkomst.herkend <= 1 / AANTAL
    assert uitkomst.herkend <= uitkomst.een_op_tien <= uitkomst.geraden


def test_een_wijde_grens_toont_meer() -> None:
    """The attack sees more where keys are wider: what it lives on grows with the bound."""
    wie = personen(AANTAL)
    tabel = tel(wie)
    nauw, wijd = (haal(Codeerder(Sleutelring.nieuw("t"), tabel.met_k(k)).bulk(wie)) for k in (5, 1000))
    assert len(wijd.i) > 3 * len(nauw.i)


def test_groepen_zijn_van_een_naam() -> None:
    """What the insider joins over buckets, keys and roles bears one name, but for collisions of digests."""
    wie = personen(AANTAL)
    tabel = tel(wie).met_k(1000)
    woorden = Woorden(), Woorden(), Woorden()
    waar = lees([kern(persoon) for persoon in wie], *woorden)
    buit = haal(Codeerder(Sleutelring.nieuw("t"), tabel).bulk(wie))
    aantallen = {"geslacht": 2, "jaar": 140, "maand": 13, "dag": 32, "land": len(woorden[2].nummer)}
    klein = {veld: Kenner(buit.open, waar.kolom[veld], n) for veld, n in aantallen.items()}
    knopen = naamknopen(buit, bekijk(buit, klein, aantallen), waar)
    grootte = np.bincount(knopen.groep)[knopen.groep]
    samen = grootte > 1
    assert samen.sum() > 200
    assert (knopen.waarde == knopen.waarde[knopen.eerste[knopen.groep]])[samen].mean() > 0.97


def test_het_open_deel_zegt_niets_van_afkomst() -> None:
    """Of two persons who differ only in being born here or abroad, in places as frequent, the open parts are the same."""
    hier, daar = (Persoon("Anna", "Smit", geboortedatum="19800203", geboorteplaats=p) for p in ("Borne", "Sofia"))
    een, ander = Codeerder(Sleutelring.nieuw("t"), tel([]).met_k(50)).onder_een_zout([hier, daar])
    assert een[:6].tolist() == ander[:6].tolist()


def test_op_de_kaart(tmp_path: Path, uitkomst: Uitkomst) -> None:
    """Figures of one size and bound replace earlier ones on the card; the document follows, with what is not defended."""
    model, document = tmp_path / "model.json", tmp_path / "validatie.md"
    eerder = [{**asdict(uitkomst), "personen": 10**6}, {**asdict(uitkomst), "herkend": 1.0}]
    model.write_text(json.dumps({"kaart": {"doel": "x", "aanval": {"gemeten": eerder}}}))
    vervang(document, "ander", "niemand", "blijft")
    for _ in range(2):
        zet_op_kaart([uitkomst], model, document)
    aanval = json.loads(model.read_text())["metingen"]["aanval"]
    gemeten = [(rij["personen"], rij["k"], rij["herkend"]) for rij in aanval["gemeten"]]
    assert gemeten == [(AANTAL, 1000, uitkomst.herkend), (10**6, 1000, uitkomst.herkend)]
    tekst = document.read_text()
    assert tekst.count("| personen | K |") == 1 and "blijft" in tekst
    assert all(regel in tekst for regel in NIET_VERDEDIGD)
