"""Estimation: a candidate that fits, that differs from nothing by chance, and that nobody uses before it is approved."""

import ast
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hub.matching.model import Model, ModelFout, Omvang
from hub.matching.opdrachten import matching
from hub.matching.schatten import NietGoedgekeurd, keur, lees_set, schat, schrijf_model
from proef.registers import Opdracht, maak_paar, schrijf

HUB = Path(__file__).parents[2] / "hub"


@pytest.fixture(scope="module")
def kandidaat(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    sets = []
    for naam, seed, rechts in (("een", 21, "zorg"), ("twee", 22, "handwerk")):
        doel = tmp_path_factory.mktemp("sets") / naam
        schrijf(maak_paar(Opdracht(naam, seed, 4_000, 4_000, "politie", rechts, bevolking=6_000)), doel)
        sets.append(lees_set(doel))
    for set_ in sets:
        set_.verwant["naamgenoot"] = set_.verwant["gezin"][:20]  # too few in registers as small as these
    return schat(sets, "proef")


def test_kandidaat_is_een_model(kandidaat: dict[str, Any]) -> None:
    """The candidate loads, prefers agreement to disagreement in every class of true pairs, and names its sources."""
    model = Model.uit(kandidaat)
    for tabel in model.inhoud["waar"]:
        assert tabel[3][11] > tabel[3][0] and tabel[4][1] > tabel[4][0]
    assert kandidaat["waar"][0][0][8] > kandidaat["waar"][1][0][8], "a clean record agrees more often than a dirty one"
    assert kandidaat["kaart"]["status"] == "kandidaat"
    assert set(kandidaat["kaart"]["geschat op"]) == {"een", "twee"}


def test_een_foutmodel_is_te_weinig(tmp_path: Path) -> None:
    """A model of one error model is refused."""
    schrijf(maak_paar(Opdracht("een", 23, 300, 300, "politie", "zorg")), tmp_path)
    uitslag = CliRunner().invoke(matching, ["schat", str(tmp_path), "--naam", "x", "--uit", str(tmp_path / "k.json")])
    assert uitslag.exit_code == 65 and "two error models" in uitslag.stderr and not (tmp_path / "k.json").exists()


def _uitslag(model: Model, **anders: Any) -> dict[str, Any]:
    goed = {
        "beste_f1": 0.97,
        "f1_half": 0.965,
        "volledigheid": 0.98,
        "ijkfout": 0.02,
        "k": 50,
        "tabellen": model.tabelhash,
    }
    bak = {"van": 0.8, "tot": 0.9, "aantal": 40, "verwacht": 0.851234, "waar": 0.875}
    return {
        **goed,
        "ijking": [bak],
        "bronnen": [
            {"bestand": "links.csv", "sha256": "1", "gelezen": 300},
            {"bestand": "rechts.csv", "sha256": "2", "gelezen": 200},
        ],
        **anders,
    }


def test_goedkeuring(kandidaat: dict[str, Any]) -> None:
    """Two good validations on other registers approve a candidate; their calibration stands on its card."""
    model = Model.uit(kandidaat)
    goed = Model.uit(keur(model, [_uitslag(model), _uitslag(model)], "functionaris gegevensbescherming"))
    assert goed.kaart["status"] == "goedgekeurd" and goed.kaart["kandidaat"] == model.tabelhash
    assert goed.kaart["gevalideerd door"] == "functionaris gegevensbescherming"
    for validatie in goed.kaart["validaties"]:
        assert validatie["personen"] == [300, 200] and validatie["ijkfout"] == 0.02
        assert validatie["ijking"]["bakken"] == [[0.8, 0.9, 40, 0.8512, 0.875]]
    assert {deel: goed.inhoud[deel] for deel in ("waar", "toeval", "verwant")} == {
        deel: kandidaat[deel] for deel in ("waar", "toeval", "verwant")
    }


def test_opnieuw_gevalideerd() -> None:
    """A model in use that is validated anew gets other figures on its card, keeps the attack there, and stays the same model."""
    gebruikt = Model.uit({**Model.laad().inhoud, "metingen": {"aanval": "gemeten", "validaties": ["oud"]}})
    nieuw = Model.uit(keur(gebruikt, [_uitslag(gebruikt), _uitslag(gebruikt, k=5)], "iemand"))
    assert nieuw.hash == gebruikt.hash == Model.laad().hash
    assert nieuw.inhoud["kaart"] == gebruikt.inhoud["kaart"] and nieuw.kaart["aanval"] == "gemeten"
    assert [validatie["k"] for validatie in nieuw.kaart["validaties"]] == [50, 5]
    assert keur(nieuw, [_uitslag(nieuw), _uitslag(nieuw, k=5)], "iemand") == nieuw.inhoud, (
        "its own results still fit it"
    )


def test_geen_goedkeuring(kandidaat: dict[str, Any]) -> None:
    """Too few validations, another model, no truth, training registers, a poor F1 at .5 or poor calibration: refused."""
    model = Model.uit(kandidaat)
    geleerd = next(iter(kandidaat["kaart"]["geschat op"].values()))["links.csv"]
    zonder = _uitslag(model)
    del zonder["f1_half"]
    slecht = [
        _uitslag(model, tabellen="def"),
        zonder,
        _uitslag(model, bronnen=[{"bestand": "links.csv", "sha256": geleerd}]),
        _uitslag(model, f1_half=0.95),
        _uitslag(model, ijkfout=0.2),
    ]
    for uitslagen in ([_uitslag(model)], *([_uitslag(model), een] for een in slecht)):
        with pytest.raises(NietGoedgekeurd):
            keur(model, uitslagen, "iemand")


def test_wat_geen_tekst_is(tmp_path: Path) -> None:
    """A candidate, or the outcome of a validation, that is no UTF-8 is named, as every other file that cannot be used."""
    goed, stuk = tmp_path / "model.json", tmp_path / "stuk.json"
    goed.write_bytes(resources.files("hub.matching").joinpath("model.json").read_bytes())
    stuk.write_bytes(b'{"naam": "\xe9"}')
    for kandidaat_, uitslag in ((stuk, goed), (goed, stuk)):
        opdracht = [
            "keur",
            str(kandidaat_),
            "--uitslag",
            str(uitslag),
            "--door",
            "x",
            "--uit",
            str(tmp_path / "uit.json"),
        ]
        uit = CliRunner().invoke(matching, opdracht)
        assert uit.exit_code == 65
        assert f"{stuk}: not a JSON file in UTF-8" in uit.stderr
    with pytest.raises(ModelFout, match="stuk"):
        Omvang.lees(stuk)


def test_model_als_tekst(tmp_path: Path) -> None:
    """A model file is written as it ships, rows of numbers on a line, and an existing one is left alone."""
    schrijf_model(Model.laad().inhoud, tmp_path / "model.json")
    meegeleverd = resources.files("hub.matching").joinpath("model.json").read_text("utf-8")
    assert (tmp_path / "model.json").read_text("utf-8") == meegeleverd
    with pytest.raises(FileExistsError):
        schrijf_model({}, tmp_path / "model.json")


def test_geen_weg_naar_een_besluit_schat() -> None:
    """No module of the hub but the commands imports estimation or the fitting of class sizes: nothing learns."""
    mag = {"opdrachten.py", "validatie.py"}
    for pad in HUB.rglob("*.py"):
        for knoop in ast.walk(ast.parse(pad.read_text(encoding="utf-8"))):
            namen = [knoop.module or ""] if isinstance(knoop, ast.ImportFrom) else []
            namen += [a.name for a in knoop.names] if isinstance(knoop, ast.Import | ast.ImportFrom) else []
            raakt = any(naam.split(".")[-1] in {"schatten", "klassen", "validatie"} for naam in namen)
            assert not raakt or (pad.parent.name == "matching" and pad.name in mag), pad


def test_omvang_is_een_voorstel(tmp_path: Path) -> None:
    """Class sizes of a validation become a file that the live hub's loader reads; an existing file is left alone."""
    from hub.matching.model import Omvang

    uitslag = tmp_path / "uitslag.json"
    klassen = dict.fromkeys(("links", "rechts", "waar", "tweeling", "gezin", "ouder_kind", "naamgenoot"), 5.0)
    uitslag.write_text(json.dumps({"klassen": klassen}))
    doel = tmp_path / "omvang.json"
    assert CliRunner().invoke(matching, ["omvang", str(uitslag), "--uit", str(doel)]).exit_code == 0
    assert Omvang.lees(doel).waar == 5.0
    assert CliRunner().invoke(matching, ["omvang", str(uitslag), "--uit", str(doel)]).exit_code == 65
