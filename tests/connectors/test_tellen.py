"""Counting names where they may be read: a table of shared names leaves, and nothing about a person."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from connectors import cli
from hub.matching.frequenties import Frequenties
from tests.connectors.opstelling import CASUS, VERDACHTE, met, schrijf_instellingen
from tests.connectors.test_bestand import jsonl


def tel(map_: Path, inhoud: str, *meer: str, soort: str = "ZSM") -> Result:
    (map_ / "alles.jsonl").write_text(inhoud)
    config = schrijf_instellingen(map_, soort)
    return CliRunner().invoke(
        cli.opdrachten,
        ["frequenties", str(map_ / "alles.jsonl"), "--config", str(config), "--uit", str(map_ / "tabel.json"), *meer],
    )


def verdachte(nummer: int, naam: str, dag: int, bsn: object = ..., voornamen: str = "Kanariaan") -> dict[str, object]:
    return met(
        VERDACHTE,
        zaaknummer=str(nummer),
        persoon__burgerservicenummer=bsn,
        persoon__naam__geslachtsnaam=naam,
        persoon__naam__voornamen=voornamen,
        persoon__geboorte__datum=f"198301{dag:02d}",
    )


def test_alleen_gedeelde_namen(tmp_path: Path) -> None:
    """A name of five persons is in the table, one of four is not; the table names the organisation and its hash is printed."""
    berichten = [verdachte(n, "Jansen" if n < 5 else "Vogelzangerd", n + 1) for n in range(9)]
    uit = tel(tmp_path, jsonl(*berichten))
    assert uit.exit_code == 0, uit.output
    tabel = Frequenties.lees(tmp_path / "tabel.json")
    assert tabel["achternaam"].dragers == {"jansen": 5}
    assert tabel["achternaam"].personen == 9
    assert tabel["voornaam"].dragers == {"kanariaan": 9}
    assert tabel.naam == "om-oost-nederland"
    assert f"9 personen geteld, 0 regels geweigerd, tabel {tabel.hash}" in uit.output
    assert "vogelzangerd" not in (tmp_path / "tabel.json").read_text().lower()


def test_een_persoon_met_veel_zaken_telt_eenmaal(tmp_path: Path) -> None:
    """Many cases of one person, known by BSN or by surname and birth date however spelled otherwise, make no shared name."""
    zelfde = [
        *(
            verdachte(n, "Vogelzangerd", 1, voornamen=voornamen)
            for n, voornamen in enumerate(["Kees", "K.", "Cornelis"])
        ),
        *(verdachte(3 + n, naam, n + 2, bsn="999990342") for n, naam in enumerate(["Roodborst", "Roodborst-Mees"] * 3)),
    ]
    uit = tel(tmp_path, jsonl(*zelfde), "--minimum", "3")
    assert uit.exit_code == 0, uit.output
    assert "2 personen geteld" in uit.output
    assert all(not deel["dragers"] for deel in json.loads((tmp_path / "tabel.json").read_text())["tellingen"].values())


def test_geweigerde_regels(tmp_path: Path) -> None:
    """A line that the ordinary door would refuse is named and not counted; a Veiligheidshuis counts its casussen."""
    casus = met(CASUS, feiten__bewarenTot=...)  # the clock of this command is the real one
    uit = tel(tmp_path, jsonl(casus, met(casus, persoon__geslacht="Kanariaan")), soort="VEILIGHEIDSHUIS")
    assert uit.exit_code == 1
    assert "regel 2: /persoon/geslacht: " in uit.output
    assert "1 personen geteld, 1 regels geweigerd" in uit.output
    assert "Kanariaan" not in uit.output


def test_grenzen(tmp_path: Path) -> None:
    """Fewer than three bearers cannot be asked for, and a table is never overwritten."""
    assert tel(tmp_path, jsonl(VERDACHTE), "--minimum", "2").exit_code == 2
    (tmp_path / "tabel.json").touch()
    uit = tel(tmp_path, jsonl(VERDACHTE))
    assert uit.exit_code == 1
    assert "bestaat al" in uit.output
