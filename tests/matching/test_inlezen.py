"""Registers are read line by line; what cannot be read is told and skipped."""

from pathlib import Path

import pytest

from hub.matching.inlezen import BestandFout, Telling, lees_register, lees_waarheid
from hub.matching.namen import Alias, Persoon

KOP = "dossier,voornamen,voorvoegsel,geslachtsnaam,geboortedatum,geslacht,geboorteplaats,bsn"


def _lees(pad: Path, inhoud: bytes, *, fictief: bool = True) -> tuple[list[tuple[str, Persoon]], Telling]:
    pad.write_bytes(inhoud)
    telling = Telling(str(pad))
    return list(lees_register(pad, telling, fictief=fictief)), telling


def test_leest_en_telt(tmp_path: Path) -> None:
    """Empty fields are absent, quotes and byte order mark and other columns are no obstacle."""
    rijen, telling = _lees(
        tmp_path / "a.csv",
        f'\ufeff{KOP},extra\r\nA1,"Jan, Piet",van,Dijk,19800500,M,Zwolle,,x\nA2,,,,,,,,\n'.encode(),
    )
    assert telling.gelezen == 2 and telling.fouten == []
    assert rijen[0] == (
        "A1",
        Persoon("Jan, Piet", "Dijk", "van", geboortedatum="19800500", geslacht="M", geboorteplaats="Zwolle"),
    )
    assert rijen[1] == ("A2", Persoon())


def test_onleesbare_regels_worden_genoemd_en_overgeslagen(tmp_path: Path) -> None:
    """Every bad row is told by its line, without its content, and costs no other row."""
    goed = "Jan,,Vos,19800101,M,Tiel,"
    regels = [
        KOP.encode(),
        f"A1,{goed}".encode(),
        f"A1,{goed}".encode(),  # 3: again
        f",{goed}".encode(),  # 4: no dossier
        b"A2,Jan,,Vos,19801332,M,Tiel,",  # 5: no such day
        b"A3,Jan,,Vos,19800101,K,Tiel,",  # 6: no such sex
        b"A4,Jan,,Vos,19800101,M,Tiel,12",  # 7: no number
        b"A5,Jan,,Vos,19800101,M",  # 8: too few
        b'A6,"Jan,,Vos,19800101,M,Tiel,',  # 9: a stray quote
        b"A7,Ren\xe9,,Vos,19800101,M,Tiel,",  # 10: not UTF-8
        b"",
        f"A8,{goed}".encode(),
    ]
    rijen, telling = _lees(tmp_path / "a.csv", b"\n".join(regels))
    assert [dossier for dossier, _ in rijen] == ["A1", "A8"]
    assert [fout.regel for fout in telling.fouten] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert not any("Jan" in fout.reden or "Vos" in fout.reden for fout in telling.fouten)


def test_andere_namen(tmp_path: Path) -> None:
    """A register may have a column of other names; a cell that cannot be read is told by its line and costs that row only."""
    regels = [
        f"{KOP},andereNamen",
        *(f"A{n},Jan,,Vos,,,,,{cel}" for n, cel in enumerate(("", "Kees/Smit|/Bos", "Kees"))),
    ]
    rijen, telling = _lees(tmp_path / "a.csv", "\n".join(regels).encode())
    assert [persoon.aliassen for _, persoon in rijen] == [(), (Alias("Kees", "Smit"), Alias(None, "Bos"))]
    assert [fout.regel for fout in telling.fouten] == [4]
    assert telling.fouten[0].reden.startswith("andereNamen: geef elke naam als voornamen/geslachtsnaam")


def test_elfproef_tenzij_fictief(tmp_path: Path) -> None:
    """A number that fails the eleven-test makes its row unreadable, but with `fictief` it is taken as it is."""
    inhoud = f"{KOP}\nA1,Jan,,Vos,,,,123456789\nA2,Jan,,Vos,,,,999990342\nA3,Jan,,Vos,,,,000000000\n".encode()
    rijen, telling = _lees(tmp_path / "a.csv", inhoud, fictief=False)
    assert [d for d, _ in rijen] == ["A2"] and [f.regel for f in telling.fouten] == [2, 4]
    assert len(_lees(tmp_path / "a.csv", inhoud)[0]) == 3


@pytest.mark.parametrize("inhoud", [b"", b"\xff\n", b"dossier,voornamen\n"])
def test_een_bestand_dat_niet_deugt(tmp_path: Path, inhoud: bytes) -> None:
    """A file without its columns is refused as a whole."""
    with pytest.raises(BestandFout):
        _lees(tmp_path / "a.csv", inhoud)


def test_waarheid(tmp_path: Path) -> None:
    """The truth may name kinds of error; a row without a dossier is told."""
    pad = tmp_path / "w.csv"
    pad.write_text("links,rechts,fouten\nA1,B1,alias;tikfout\nA2,B2,\nA3,,\n", encoding="utf-8")
    waar, fouten = lees_waarheid(pad)
    assert waar == {("A1", "B1"): ("alias", "tikfout"), ("A2", "B2"): ()}
    assert [fout.regel for fout in fouten] == [4]
