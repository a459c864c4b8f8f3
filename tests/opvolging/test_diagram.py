"""The document about the life of a koppeling shows the changes of phase that exist, no others."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hub.beheer.koppeling import koppeling, met_diagram
from hub.domein.codes import Dossierstatus, Levensfase, MeldingSoort, Reactie
from hub.opvolging.richting import OVERGANGEN, diagram

DOCUMENT = Path(__file__).parents[2] / "docs" / "leven-van-een-koppeling.md"


def test_the_document_is_up_to_date() -> None:
    """Run `hub koppeling diagram --in docs/leven-van-een-koppeling.md` when this fails."""
    tekst = DOCUMENT.read_text("utf-8")
    assert met_diagram(tekst) == tekst


def test_the_diagram_has_every_change_and_every_phase() -> None:
    """Each change of phase is one arrow with its causes; every phase can be reached."""
    pijlen = set(re.findall(r"(\w+) --> (\w+):", diagram()))
    assert pijlen == {(van, naar) for (van, _), naar in OVERGANGEN.items() if naar is not van}
    assert {naar for _, naar in pijlen} == set(Levensfase)


@pytest.mark.parametrize("woord", [*MeldingSoort, *Dossierstatus, *(r for r in Reactie if r is not Reactie.BEZORGD)])
def test_the_document_explains_every_word(woord: str) -> None:
    """What an officer can read or say is in the document."""
    assert woord in DOCUMENT.read_text("utf-8")


def test_the_command_writes_between_the_marks(tmp_path: Path) -> None:
    """On the screen without a document; a document without marks is refused and left as it is."""
    assert CliRunner().invoke(koppeling, ["diagram"]).output == diagram()
    kopie = tmp_path / "kopie.md"
    kopie.write_text(DOCUMENT.read_text("utf-8").replace("VERWORPEN", "iets"), "utf-8")
    assert CliRunner().invoke(koppeling, ["diagram", "--in", str(kopie)]).exit_code == 0
    assert "--> VERWORPEN" in kopie.read_text("utf-8")
    with pytest.raises(click.ClickException, match="mist"):
        met_diagram("niets")


def test_a_document_that_is_no_text_is_left_as_it_is(tmp_path: Path) -> None:
    """What is no UTF-8 is named and refused."""
    document = tmp_path / "latijn.md"
    document.write_bytes(b"caf\xe9")
    uit = CliRunner().invoke(koppeling, ["diagram", "--in", str(document)])
    assert uit.exit_code == 1 and f"{document} is geen tekst in UTF-8" in uit.stderr
    assert document.read_bytes() == b"caf\xe9"
