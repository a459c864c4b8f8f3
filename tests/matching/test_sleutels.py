import json
from pathlib import Path

import pytest

from hub.matching.sleutels import SleutelFout, Sleutelring


def test_heen_en_terug(tmp_path: Path) -> None:
    """A written ring reads back as itself, is readable by its owner only, and is never overwritten."""
    pad, ring = tmp_path / "sleutels.json", Sleutelring.nieuw("2025-1")
    ring.schrijf(pad)
    assert Sleutelring.lees(pad) == ring
    assert pad.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Sleutelring.nieuw("2025-2").schrijf(pad)


@pytest.mark.parametrize("rechten", [0o640, 0o604, 0o660, 0o666])
def test_open_bestand(tmp_path: Path, rechten: int) -> None:
    """A key file that others may use is refused, with the command that mends it."""
    pad = tmp_path / "sleutels.json"
    Sleutelring.nieuw("2025-1").schrijf(pad)
    pad.chmod(rechten)
    with pytest.raises(SleutelFout, match="chmod 600"):
        Sleutelring.lees(pad)


def test_verkeerde_sleutel(tmp_path: Path) -> None:
    """A key, or a period's name, that does not belong to the check value is refused, and the key is not shown."""
    pad = tmp_path / "sleutels.json"
    Sleutelring.nieuw("2025-1").schrijf(pad)
    for wijziging in ({"sleutel": "ab" * 32}, {"tijdvak": "2025-2"}, {"controle": "00" * 16}):
        inhoud = json.loads(pad.read_text())
        inhoud["tijdvakken"][0] |= wijziging
        ander = tmp_path / "ander.json"
        ander.touch(mode=0o600)
        ander.write_text(json.dumps(inhoud))
        with pytest.raises(SleutelFout, match="does not belong to its check value") as fout:
            Sleutelring.lees(ander)
        assert inhoud["tijdvakken"][0]["sleutel"] not in str(fout.value)


@pytest.mark.parametrize(
    "inhoud",
    [
        "",
        "{}",
        "[]",
        '{"tijdvakken": []}',
        '{"tijdvakken": [{"tijdvak": "a b", "sleutel": "", "controle": ""}]}',
        '{"tijdvakken": [{"tijdvak": "a", "sleutel": "abcd", "controle": ""}]}',
        '{"tijdvakken": [{"tijdvak": "a", "sleutel": "geen hex", "controle": ""}]}',
    ],
)
def test_geen_sleutelbestand(tmp_path: Path, inhoud: str) -> None:
    """Anything that is not a whole key file is refused, naming the file."""
    pad = tmp_path / "sleutels.json"
    pad.touch(mode=0o600)
    pad.write_text(inhoud)
    with pytest.raises(SleutelFout, match=r"sleutels\.json"):
        Sleutelring.lees(pad)


def test_sleutel_niet_te_zien() -> None:
    """The repr of a ring shows its periods and no key."""
    ring = Sleutelring.nieuw("2025-1")
    assert ring.tijdvakken[0].wortel.hex() not in repr(ring) + repr(ring.tijdvakken)
    assert "2025-1" in repr(ring)


def test_wisselen(tmp_path: Path) -> None:
    """A new period comes beside the old one and is the newest; a third is refused; dropping the old leaves the newest alone."""
    oud = Sleutelring.nieuw("2025-1")
    twee = oud.met("2026-1")
    assert twee.tijdvakken[0] == oud.nieuwste
    assert twee.nieuwste.naam == "2026-1"
    with pytest.raises(SleutelFout, match="oud-weg"):
        twee.met("2027-1")
    with pytest.raises(SleutelFout, match="different names"):
        oud.met("2025-1")
    pad = tmp_path / "sleutels.json"
    twee.schrijf(pad)
    twee.zonder_oud().vervang(pad)
    assert Sleutelring.lees(pad) == Sleutelring((twee.nieuwste,))
    assert [p.name for p in tmp_path.iterdir()] == ["sleutels.json"]
