"""The golden table is read by people: what they read, and what their signature stands under."""

import shutil
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.privacy.filter import HIER, Bronnen, Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.gulden import lees_tabel
from hub.privacy.nalezing import (
    BESTAND,
    Handtekening,
    geldige,
    lees_handtekeningen,
    naleesblad,
    onderteken,
    vingerafdruk,
)
from hub.privacy.opdrachten import beleid


@pytest.fixture
def kopie(tmp_path: Path) -> Path:
    """The shipped policy in a folder of its own."""
    for deel in ("beleid", "grondslagen"):
        shutil.copytree(HIER / deel, tmp_path / deel)
    return tmp_path


def teken(map_: Path, naam: str = "M. Voorbeeld") -> Handtekening:
    tabel = vingerafdruk(Bronnen.lees(map_).gulden)
    een = Handtekening(naam=naam, rol="privacy officer", datum=date(2026, 3, 2), tabel=tabel)
    onderteken(map_, een)
    return een


def test_a_signature_holds_for_the_text_that_was_read(kopie: Path) -> None:
    """Two people sign, once each; one changed character of the table and no signature stands under it any more."""
    handen = (teken(kopie), teken(kopie, "B. Ander"))
    assert lees_handtekeningen(kopie) == handen
    with pytest.raises(BeleidFout, match="al getekend"):
        teken(kopie)
    gulden = Bronnen.lees(kopie).gulden
    assert geldige(handen, gulden) == handen
    assert geldige(handen, gulden + " ") == ()


def test_a_signature_changes_nothing_that_the_hub_decides_by(kopie: Path) -> None:
    """The version of the policy is the same before and after: signing is no new policy."""
    voor = Bronnen.lees(kopie)
    teken(kopie)
    assert Bronnen.lees(kopie) == voor and (kopie / BESTAND).exists()


@pytest.mark.parametrize("inhoud", ["[[nalezing]]\nnaam = 'x'\n", "geen toml", "[[nalezing]]\ndatum = 2026-03-02\n"])
def test_a_signature_that_cannot_be_read_is_a_fault(kopie: Path, inhoud: str) -> None:
    """Not taken for unsigned, and not for signed."""
    (kopie / BESTAND).write_text(inhoud)
    with pytest.raises(BeleidFout, match=r"nalezing\.toml"):
        lees_handtekeningen(kopie)


def test_the_sheet_shows_every_row_under_each_of_its_rules(filter_: Filter) -> None:
    """Nothing of the table is left out of what people read: name, base case, what is other, besluit and rules."""
    blad = unescape(naleesblad(filter_))
    tabel = lees_tabel(filter_.bronnen.gulden)
    for rij in tabel:
        assert blad.count(f"<td>{rij.naam}<td>") == len(rij.regels), rij.naam
        assert all(f"<code>{feit}</code>" in blad for feit in rij.afwijking)
        assert f"id='basis-{rij.basis}'" in blad
    assert all(f"<h2 id='{naam}'>" in blad for rij in tabel for naam in rij.regels)


def test_the_commands_walk_from_unread_to_signed(kopie: Path) -> None:
    """The check says that nobody has read it, and by whom once somebody has; a name that is none is refused."""
    doe = CliRunner()
    assert "door niemand nagelezen" in doe.invoke(beleid, ["controleer", "--map", str(kopie)]).output
    mis = doe.invoke(beleid, ["onderteken", "--map", str(kopie), "--naam", 'a"b', "--rol", "officier"])
    assert mis.exit_code == 1 and "zonder aanhalingstekens" in mis.output
    goed = doe.invoke(beleid, ["onderteken", "--map", str(kopie), "--naam", "B. Ander", "--rol", "officier"])
    assert goed.exit_code == 0, goed.output
    assert "nagelezen door B. Ander (officier)" in doe.invoke(beleid, ["controleer", "--map", str(kopie)]).output
