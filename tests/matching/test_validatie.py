"""The validation command from files to report, on small invented registers."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from hub.matching.klassen import pas
from hub.matching.model import Model
from hub.matching.opdrachten import matching
from proef.registers import Opdracht, maak_paar, schrijf


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    doel = tmp_path_factory.mktemp("registers")
    schrijf(maak_paar(Opdracht("toets", 5, 1_200, 900, "politie", "zorg", bsn=True)), doel)
    return doel


def _valideer(registers: Path, uit: Path, *meer: str) -> str:
    argumenten = ["valideer", "--links", str(registers / "links.csv"), "--rechts", str(registers / "rechts.csv")]
    uitslag = CliRunner().invoke(matching, [*argumenten, "--uit", str(uit), "--fictief", *meer])
    assert uitslag.exit_code == 0, uitslag.output
    return uitslag.stdout


def test_met_waarheid(registers: Path, tmp_path: Path) -> None:
    """It prints the measures, writes every compared pair with weights that sum to the weight of its probability, and a report."""
    tekst = _valideer(registers, tmp_path, "--waarheid", str(registers / "waarheid.csv"))
    assert "beste F1" in tekst and "pairs completeness" in tekst and "ijking" in tekst
    uitslag = json.loads((tmp_path / "uitslag.json").read_text())
    assert uitslag["f1_half"] > 0.95 and uitslag["volledigheid"] > 0.97
    with (tmp_path / "paren.csv").open(encoding="utf-8") as bestand:
        rijen = list(csv.DictReader(bestand))
    assert len(rijen) == uitslag["paren"]
    assert list(rijen[0])[:4] == ["links", "rechts", "kans", "niveau"]
    for rij in rijen[:50]:
        gewicht = sum(float(rij[veld]) for veld in list(rij)[4:])
        assert 1 / (1 + 2**-gewicht) == pytest.approx(float(rij["kans"]), abs=0.002)
        assert (rij["niveau"] != "GEEN") == (float(rij["kans"]) >= 0.5)
        assert rij["niveau"] != "ZEKER" or float(rij["bsn"]) > 10
    html = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert html.count("<svg") >= 5 and "IJking" in html and "Onleesbare" not in html
    assert "Validaties van dit model" in html and "IJking: verwacht / werkelijk deel waar" in html


def test_rapport_noemt_geen_persoon(registers: Path, tmp_path: Path) -> None:
    """No dossier, name in full, birth date or number of any record stands in the report or the result."""
    _valideer(registers, tmp_path, "--waarheid", str(registers / "waarheid.csv"))
    tekst = (tmp_path / "rapport.html").read_text(encoding="utf-8") + (tmp_path / "uitslag.json").read_text()
    with (registers / "links.csv").open(encoding="utf-8") as bestand:
        for rij in csv.DictReader(bestand):
            assert rij["bsn"] == "" or rij["bsn"] not in tekst
            assert rij["geboortedatum"] in {"", "00000000"} or rij["geboortedatum"] not in tekst
            assert f">{rij['dossier']}<" not in tekst


def test_zonder_waarheid_en_tweemaal_hetzelfde(registers: Path, tmp_path: Path) -> None:
    """Without a truth it tells what the model expects; the same input gives the same bytes."""
    assert "geen waarheid" in _valideer(registers, tmp_path / "een")
    _valideer(registers, tmp_path / "twee")
    assert (tmp_path / "een" / "paren.csv").read_bytes() == (tmp_path / "twee" / "paren.csv").read_bytes()
    assert "niet gemeten" in (tmp_path / "een" / "rapport.html").read_text(encoding="utf-8")


def test_links_en_rechts_verwisseld(registers: Path, tmp_path: Path) -> None:
    """Which register is called left changes no probability."""
    _valideer(registers, tmp_path / "heen")
    argumenten = ["--links", str(registers / "rechts.csv"), "--rechts", str(registers / "links.csv")]
    uitslag = CliRunner().invoke(matching, ["valideer", *argumenten, "--uit", str(tmp_path / "terug"), "--fictief"])
    assert uitslag.exit_code == 0

    def paren(map_: Path, a: str, b: str) -> dict[tuple[str, str], str]:
        with (map_ / "paren.csv").open(encoding="utf-8") as bestand:
            return {(rij[a], rij[b]): rij["kans"] for rij in csv.DictReader(bestand)}

    assert paren(tmp_path / "heen", "links", "rechts") == paren(tmp_path / "terug", "rechts", "links")


def test_onleesbare_regels_en_onbekende_dossiers(registers: Path, tmp_path: Path) -> None:
    """A bad row is reported by its line, of the truth too; a true pair that names a dossier that was not read counts as missed."""
    kapot = tmp_path / "kapot.csv"
    kapot.write_text(
        (registers / "links.csv").read_text(encoding="utf-8") + "X1,Jan,,Vos,19809999,M,,\n", encoding="utf-8"
    )
    waar = tmp_path / "waar.csv"
    waar.write_text((registers / "waarheid.csv").read_text(encoding="utf-8") + "X1,B1,\nA1,\n", encoding="utf-8")
    argumenten = ["valideer", "--links", str(kapot), "--rechts", str(registers / "rechts.csv"), "--fictief"]
    uitslag = CliRunner().invoke(matching, [*argumenten, "--waarheid", str(waar), "--uit", str(tmp_path / "uit")])
    assert uitslag.exit_code == 0 and "kapot.csv, regel 1202" in uitslag.stdout
    regel = len(waar.read_text().splitlines())
    assert f"waar.csv, regel {regel}: 2 velden waar de kop er 3 noemt" in uitslag.stdout
    html = (tmp_path / "uit" / "rapport.html").read_text(encoding="utf-8")
    assert "Onleesbare regels" in html and "tellen als gemist" in html


def test_een_bestand_zonder_kolommen(registers: Path, tmp_path: Path) -> None:
    """A file that is no register stops the command with one line that says what is missing."""
    leeg = tmp_path / "leeg.csv"
    leeg.write_text("naam\nJan\n")
    argumenten = [
        "valideer",
        "--links",
        str(leeg),
        "--rechts",
        str(registers / "rechts.csv"),
        "--uit",
        str(tmp_path / "u"),
    ]
    uitslag = CliRunner().invoke(matching, argumenten)
    assert uitslag.exit_code == 65 and "dossier" in uitslag.stderr and "Traceback" not in uitslag.output


def test_andere_namen_doen_mee(registers: Path, tmp_path: Path) -> None:
    """A person whom the other register knows by another name only is found once the column of other names gives that name."""

    def gevonden(cel: str) -> bool:
        for kant, rij in (
            ("links", f"X1,Karel,,Zwinderman,19770309,M,Emmen,,{cel}"),
            ("rechts", "Y1,Boris,,Quaadgras,19770309,M,,,"),
        ):
            kop, *rijen = (registers / f"{kant}.csv").read_text("utf-8").splitlines()
            tekst = "\n".join([f"{kop},andereNamen", *(f"{een}," for een in rijen), rij])
            (tmp_path / f"{kant}.csv").write_text(tekst, "utf-8")
        _valideer(tmp_path, tmp_path / "uit", "--vanaf", "0.5")
        with (tmp_path / "uit" / "paren.csv").open(encoding="utf-8") as bestand:
            return ("X1", "Y1") in {(rij["links"], rij["rechts"]) for rij in csv.DictReader(bestand)}

    assert not gevonden("")
    assert gevonden("/Smit|Boris/Quaadgras") and gevonden("Boris/Quaadgras")


def test_klassen_worden_gevonden() -> None:
    """Sizes that were put into pairs drawn from the model itself come out again, within a third."""
    rng = np.random.default_rng(4)
    log = np.full((3, 7), -40.0)
    log[0, :2], log[1, 2], log[2, 4] = -1.0, -1.0, -1.0
    gevonden = pas(log, np.array([900, 5000, 60]), 10_000, 10_000, {"gezin": 0.5}, volledigheid=0.9)
    assert gevonden.waar == pytest.approx(1000, rel=0.02)
    assert gevonden.gezin == pytest.approx(120, rel=0.34)
    assert rng is not None and Model.laad().drempel == 0.0
