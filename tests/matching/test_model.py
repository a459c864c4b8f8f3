import copy
import json
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs
from hub.matching.frequenties import Frequenties
from hub.matching.model import KLASSEN, Model, ModelFout, Omvang
from hub.matching.namen import Persoon
from hub.matching.niveaus import SCHALEN, TABELLEN
from hub.matching.uitleg import uitleg_van
from tests.matching.blokken import RING
from tests.matching.uitleg import uitleg_van_personen

MODEL = Model.laad()
INHOUD: dict[str, Any] = json.loads(resources.files("hub.matching").joinpath("model.json").read_text("utf-8"))
NIVEAUS = st.tuples(*(st.integers(0, len(schaal.labels)) for schaal in SCHALEN))
GELIJK = (9, 2, 7, 12, 2, 4, 4, 1, 5, 3, 2)


def test_hash_volgt_inhoud() -> None:
    """The hash is that of the contents, not of their layout: whatever moves a weight, and every word of the card, gives another."""
    assert Model.uit(dict(reversed(INHOUD.items()))).hash == MODEL.hash
    assert len(MODEL.hash) == 16
    anders = [copy.deepcopy(INHOUD) for _ in range(3)]
    anders[0]["drempel"] = 1.0
    anders[1]["kaart"]["doel"] = "anders"
    anders[2]["waar"][0][4] = [0.01, 0.99]
    hashes = {Model.uit(ander).hash for ander in anders}
    hashes |= {MODEL.hash, MODEL.met(omvang=Omvang.voor(1000, 1000)).hash}
    zeldzamer = MODEL.met(
        frequenties=Frequenties(
            "leeg", 5, {**Frequenties.standaard().tellingen, "voornaam": Frequenties.standaard()["achternaam"]}
        )
    )
    assert len(hashes | {zeldzamer.hash}) == 6


def test_hash_blijft() -> None:
    """The model that ships is the one that earlier stands name: whoever changes a number that decides, changes this on purpose."""
    assert MODEL.hash == "8946f3699fec0a67"


def test_de_kaart_zegt_hoe_eerlijk_de_kansen_zijn() -> None:
    """The card that ships has validations of this very model with their calibration, within what approval asks, and the attack."""
    kaart = MODEL.kaart
    assert len(kaart["validaties"]) >= 2 and kaart["gevalideerd door"]
    for validatie in kaart["validaties"]:
        assert validatie["ijkfout"] <= 0.1 and validatie["beste_f1"] - validatie["f1_half"] <= 0.01
        assert sum(bak[2] for bak in validatie["ijking"]["bakken"]) > 1000
    per_omvang = {rij["personen"] for rij in kaart["aanval"]["gemeten"] if rij["herkend"] < 1e-4}
    assert per_omvang >= {100_000, 1_000_000}


def test_een_meting_maakt_geen_ander_model() -> None:
    """What is measured of a model stands on its card, over what was measured before, and changes neither hash nor weight."""
    gemeten = Model.uit(INHOUD | {"metingen": {"aanval": "nieuw", "validaties": [1]}})
    assert (gemeten.hash, gemeten.tabelhash) == (MODEL.hash, MODEL.tabelhash)
    assert gemeten.bewijs(GELIJK) == MODEL.bewijs(GELIJK)
    assert (gemeten.kaart["aanval"], gemeten.kaart["validaties"]) == ("nieuw", [1])
    assert gemeten.kaart["doel"] == MODEL.kaart["doel"]


def test_past_bij_de_niveaus() -> None:
    """A model with another number of levels, a chance of 0, or without the levels that forbid ZEKER, is refused."""
    for pad, waarde in (
        (("toeval", 4), [0.5, 0.25, 0.25]),
        (("waar", 1, 6), [0.5, 0.5, 0.0, 0.0]),
        (("verwant", "gezin", 4), [0.1, 0.1]),
        (("tegenspraak",), {"voornaam": [1]}),
        (("alfa",), [1.0]),
    ):
        ander: Any = copy.deepcopy(INHOUD)
        deel = ander
        for stap in pad[:-1]:
            deel = deel[stap]
        deel[pad[-1]] = waarde
        with pytest.raises(ModelFout):
            Model.uit(ander)
    for veld in INHOUD.keys() - {"naam", "versie", "gezien", "metingen"}:
        with pytest.raises(ModelFout, match="not a model"):
            Model.uit({naam: waarde for naam, waarde in INHOUD.items() if naam != veld})


def test_kandidaat(tmp_path: Path) -> None:
    """A candidate can be validated, and is refused where a model is used."""
    pad = tmp_path / "kandidaat.json"
    pad.write_text(json.dumps(INHOUD | {"kaart": {**INHOUD["kaart"], "status": "kandidaat"}}))
    assert Model.lees(pad).kaart["status"] == "kandidaat"
    with pytest.raises(ModelFout, match="approved"):
        Model.laad(pad)


def test_omvang(tmp_path: Path) -> None:
    """Sizes are numbers above 0, all of them; a file that lacks one is refused."""
    with pytest.raises(ModelFout, match="tweeling"):
        Omvang(1, 1, 1, 0, 1, 1, 1)
    pad = tmp_path / "omvang.json"
    pad.write_text("{}")
    with pytest.raises(ModelFout, match="links"):
        Omvang.lees(pad)
    pad.write_text(
        json.dumps(dict.fromkeys(("links", "rechts", "waar", "tweeling", "gezin", "ouder_kind", "naamgenoot"), 2))
    )
    assert Omvang.lees(pad) == Omvang(2, 2, 2, 2, 2, 2, 2)


@given(NIVEAUS)
def test_uitkomst(niveaus: tuple[int, ...]) -> None:
    """ZEKER exactly with an equal BSN, no contradiction in name or birth date and enough weight; GEEN exactly below the threshold."""
    bewijs = MODEL.bewijs(niveaus)
    tegen = niveaus[0] in {1, 2} or niveaus[2] in {1, 2} or 1 <= niveaus[3] <= 7
    assert (bewijs.uitkomst is Uitkomst.GEEN) == (bewijs.gewicht < MODEL.drempel)
    assert (bewijs.uitkomst is Uitkomst.ZEKER) == (niveaus[6] == 4 and not tegen and bewijs.gewicht >= MODEL.drempel)
    assert bewijs.model == MODEL.hash and bewijs.niveaus == niveaus


@given(NIVEAUS, st.integers(0, TABELLEN - 1))
def test_niets_weegt_niets(niveaus: tuple[int, ...], veld: int) -> None:
    """Without a field no class says anything about it: what each makes of these levels is what it makes of the others."""
    zonder = (*niveaus[:veld], 0, *niveaus[veld + 1 :])
    delen = MODEL.bijdragen(np.array([zonder], np.uint8))[0]
    assert delen[1 + veld] == (0 if veld != 7 else pytest.approx(delen[1 + veld]))
    if niveaus[veld] == 0:
        assert MODEL.bewijs(zonder) == MODEL.bewijs(niveaus)


@given(NIVEAUS)
def test_klassen_en_omvang_maken_het_gewicht(niveaus: tuple[int, ...]) -> None:
    """The weight is what the chances per class and the sizes of the classes make together."""
    rij = np.array([niveaus], np.uint8)
    kans = MODEL.klassen(rij)[0] + np.log2([MODEL.omvang.paren[naam] for naam in KLASSEN])
    verwacht = np.logaddexp2.reduce(kans[:2]) - np.logaddexp2.reduce(kans[2:])
    assert MODEL.gewichten(rij)[0] == pytest.approx(verwacht)


def test_meer_toeval_minder_gewicht() -> None:
    """In larger registers the same levels weigh less, and a frequent name weighs less than a rare one."""
    vaak, zelden = (*GELIJK[:6], 0, 1, 7, 5, 4), (*GELIJK[:6], 0, 1, 1, 1, 1)
    groot = MODEL.met(omvang=Omvang.voor(10**7, 10**7, 0.001))
    klein = MODEL.met(omvang=Omvang.voor(10**3, 10**3))
    assert groot.bewijs(vaak).gewicht < klein.bewijs(vaak).gewicht
    assert MODEL.bewijs(vaak).gewicht < MODEL.bewijs(zelden).gewicht


def test_tweeling() -> None:
    """Another given name with everything else equal is a twin rather than one person, and the explanation says so."""
    uitleg = uitleg_van(MODEL.bewijs((1, 1, 7, 12, 2, 4, 0, 1, 0, 3, 2)), MODEL)
    assert uitleg.uitkomst is Uitkomst.GEEN
    assert "tweeling" in uitleg.tekst()


@pytest.mark.parametrize("niveaus", [(), (1, 1), (10, *GELIJK[1:]), (-1, *GELIJK[1:])])
def test_geen_niveaus(niveaus: tuple[int, ...]) -> None:
    """What is not a level of this model is an error, never a weight."""
    with pytest.raises(ValueError, match="level"):
        MODEL.bewijs(niveaus)


@given(NIVEAUS)
def test_uitleg_telt_op(niveaus: tuple[int, ...]) -> None:
    """The explanation of a stand has its numbers: they add up to its weight, and its text names every field and the outcome."""
    bewijs = MODEL.bewijs(niveaus)
    uitleg = uitleg_van(bewijs, MODEL)
    assert sum(regel.gewicht for regel in uitleg.regels) == pytest.approx(uitleg.totaal, abs=0.001)
    assert (uitleg.totaal, uitleg.uitkomst) == (bewijs.gewicht, bewijs.uitkomst)
    assert all(veld in uitleg.tekst() for veld in MODEL.velden[:TABELLEN])
    assert f"\n{bewijs.uitkomst}: " in uitleg.tekst()


def test_uitleg_van_personen() -> None:
    """Two literal persons are explained in Dutch, per field, through their real encodings."""
    een = Persoon("Cornelis", "Hoogeveen", "van", "19800312", "M", "Zwolle", "123456789")
    ander = Persoon("Kees", "van Hogeveen", None, "19801203", "M", "Zwolle")
    uitleg = uitleg_van_personen(een, ander, RING, MODEL)
    labels = {regel.veld: regel.label for regel in uitleg.regels}
    assert labels["voornaam"] == "zelfde naam (roepnaam of klank)"
    assert labels["geboortedatum"] == "cijfers of dag en maand verwisseld"
    assert labels["geboorteplaats"] == "gelijk"
    assert labels["bsn"] == "geen gegeven om te vergelijken"
    regels = uitleg.tekst().splitlines()
    assert regels[0].startswith("uitgangskans ")
    assert regels[-1] == f"{uitleg.uitkomst}: mogelijk dezelfde persoon; een mens moet dit nagaan (model {MODEL.hash})."


def test_uitleg_zonder_sleutel() -> None:
    """Two persons who share no key were not compared, and that is what the explanation says."""
    uitleg = uitleg_van_personen(Persoon("Jan", "Bakker"), Persoon("Piet", "Smit"), RING, MODEL)
    assert uitleg == uitleg_van(GEEN_BEWIJS, MODEL)
    assert "niets vergeleken" in uitleg.tekst()


def test_uitleg_van_ander_model() -> None:
    """A stand of another model, or one that was tampered with, is refused rather than explained with wrong numbers."""
    goed = MODEL.bewijs(GELIJK)
    with pytest.raises(ValueError, match="give that model"):
        uitleg_van(Bewijs(goed.uitkomst, goed.gewicht, goed.niveaus, "0" * 16), MODEL)
    with pytest.raises(ValueError, match="not what the model makes"):
        uitleg_van(Bewijs(goed.uitkomst, goed.gewicht + 1, goed.niveaus, goed.model), MODEL)
