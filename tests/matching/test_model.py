import copy
import json
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs
from hub.matching.model import Model, ModelFout
from hub.matching.namen import Persoon
from hub.matching.niveaus import SCHALEN
from hub.matching.uitleg import explain, uitleg_van
from tests.matching.blokken import RING

MODEL = Model.laad()
INHOUD: dict[str, Any] = json.loads(resources.files("hub.matching").joinpath("model.json").read_text("utf-8"))
NIVEAUS = st.tuples(*(st.integers(0, len(schaal.labels)) for schaal in SCHALEN))


def test_hash_volgt_inhoud() -> None:
    """The hash is that of the contents, not of their layout: any other weight or word in the card gives another."""
    omgekeerd = dict(reversed(INHOUD.items()))
    assert Model.uit(omgekeerd).hash == MODEL.hash
    assert len(MODEL.hash) == 16
    for pad in (("drempel",), ("kaart", "doel"), ("velden", "bsn", "gewichten")):
        ander = copy.deepcopy(INHOUD)
        deel = ander
        for stap in pad[:-1]:
            deel = deel[stap]
        deel[pad[-1]] = {"drempel": 1.0, "doel": "anders", "gewichten": [-9.0, -4.0, 6.0, 24.0]}[pad[-1]]
        assert Model.uit(ander).hash != MODEL.hash


def test_past_bij_de_niveaus() -> None:
    """A model that weighs other fields, or another number of levels, is refused."""
    ander = copy.deepcopy(INHOUD)
    ander["velden"]["geslacht"]["gewichten"].append(1.0)
    with pytest.raises(ModelFout, match="geslacht"):
        Model.uit(ander)
    del ander["velden"]["geslacht"]
    with pytest.raises(ModelFout, match="these fields"):
        Model.uit(ander)


@given(NIVEAUS)
def test_uitkomst(niveaus: tuple[int, ...]) -> None:
    """ZEKER exactly with an equal BSN, no contradiction in name or birth date and enough weight; GEEN exactly below the threshold."""
    bewijs = MODEL.bewijs(niveaus)
    voornaam, achternaam, datum, _, _, bsn = niveaus
    tegen = voornaam in {1, 2} or achternaam == 1 or datum in {1, 2, 3}
    assert (bewijs.uitkomst is Uitkomst.GEEN) == (bewijs.gewicht < MODEL.drempel)
    assert (bewijs.uitkomst is Uitkomst.ZEKER) == (bsn == 4 and not tegen and bewijs.gewicht >= MODEL.drempel)
    assert bewijs.model == MODEL.hash and bewijs.niveaus == niveaus


@given(NIVEAUS, st.integers(0, len(SCHALEN) - 1))
def test_niets_weegt_niets(niveaus: tuple[int, ...], veld: int) -> None:
    """Without a field, the weight is exactly what the others make of it."""
    zonder = (*niveaus[:veld], 0, *niveaus[veld + 1 :])
    verschil = MODEL.bewijs(niveaus).gewicht - MODEL.bewijs(zonder).gewicht
    assert verschil == pytest.approx(MODEL.gewichten[veld][niveaus[veld]])


@pytest.mark.parametrize("niveaus", [(), (1, 1), (9, 0, 0, 0, 0, 0), (-1, 0, 0, 0, 0, 0)])
def test_geen_niveaus(niveaus: tuple[int, ...]) -> None:
    """What is not a level of this model is an error, never a weight."""
    with pytest.raises((ValueError, IndexError)):
        MODEL.bewijs(niveaus)


@given(NIVEAUS)
def test_uitleg_telt_op(niveaus: tuple[int, ...]) -> None:
    """The explanation of a stand has its numbers: they add up to its weight, and its text names every field and the outcome."""
    bewijs = MODEL.bewijs(niveaus)
    uitleg = uitleg_van(bewijs, MODEL)
    assert uitleg.uitgangskans + sum(regel.gewicht for regel in uitleg.regels) == pytest.approx(uitleg.totaal)
    assert (uitleg.totaal, uitleg.uitkomst) == (bewijs.gewicht, bewijs.uitkomst)
    assert all(veld in uitleg.tekst() for veld in MODEL.velden)
    assert f"\n{bewijs.uitkomst}: " in uitleg.tekst()


def test_uitleg_van_personen() -> None:
    """Two literal persons are explained in Dutch, per field, through their real encodings."""
    een = Persoon("Cornelis", "Vries", "de", "19800312", "M", "Zwolle", "123456789")
    ander = Persoon("Kees", "de Vrieze", None, "19801203", "M", "Zwolle")
    assert explain(een, ander, RING, MODEL).tekst().splitlines() == [
        "uitgangskans   voor er iets vergeleken is        -18,0",
        "voornaam       zelfde naam (roepnaam of klank)    +5,5",
        "geslachtsnaam  zelfde klank                       +8,0",
        "geboortedatum  dag en maand verwisseld            +7,5",
        "geslacht       gelijk                             +0,9",
        "geboorteplaats gelijk                             +4,0",
        "bsn            geen gegeven om te vergelijken     +0,0",
        "totaal         drempel +0,0                       +7,9",
        f"MOGELIJK: mogelijk dezelfde persoon; een mens moet dit nagaan (model {MODEL.hash}).",
    ]


def test_uitleg_zonder_sleutel() -> None:
    """Two persons who share no key were not compared, and that is what the explanation says."""
    uitleg = explain(Persoon("Jan", "Bakker"), Persoon("Piet", "Smit"), RING, MODEL)
    assert uitleg == uitleg_van(GEEN_BEWIJS, MODEL)
    assert "niets vergeleken" in uitleg.tekst()


def test_uitleg_van_ander_model() -> None:
    """A stand of another model, or one that was tampered with, is refused rather than explained with wrong numbers."""
    goed = MODEL.bewijs((6, 5, 7, 2, 2, 4))
    with pytest.raises(ValueError, match="give that model"):
        uitleg_van(Bewijs(goed.uitkomst, goed.gewicht, goed.niveaus, "0" * 16), MODEL)
    with pytest.raises(ValueError, match="not what the model makes"):
        uitleg_van(Bewijs(goed.uitkomst, goed.gewicht + 1, goed.niveaus, goed.model), MODEL)
