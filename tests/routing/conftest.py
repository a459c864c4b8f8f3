"""The shipped register, one with exceptions for an age or a theme, and a copy of it that a test may spoil."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.routing.register import REGISTERMAP, Register

Wijzig = Callable[[str, str, str], Path]

UITZONDERINGEN = """\
GM0599,Rotterdam,jeugdtafel-rotterdam,2026-01-01,,JEUGD,,ja,Verzonnen voorbeeld
GM0014,Groningen,wijkteam-groningen-noord,2026-01-01,,,VERWARD_GEDRAG,ja,Verzonnen voorbeeld
GM0518,'s-Gravenhage,cjg-den-haag,2026-01-01,,JEUGD,JEUGD,ja,Verzonnen voorbeeld
"""
"""Lines of dekking.csv for an age, a theme and both. The shipped register has none: its tafels of another kind may be brought nothing."""


def met_uitzonderingen() -> Register:
    """The shipped register with UITZONDERINGEN."""
    with tempfile.TemporaryDirectory() as map_:
        doel = Path(map_) / "register"
        shutil.copytree(REGISTERMAP, doel)
        with (doel / "dekking.csv").open("a", encoding="utf-8") as bestand:
            bestand.write(UITZONDERINGEN)
        return Register.laad(doel)


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.laad()


@pytest.fixture
def registermap(tmp_path: Path) -> Path:
    doel = tmp_path / "register"
    shutil.copytree(REGISTERMAP, doel)
    return doel


@pytest.fixture
def wijzig(registermap: Path) -> Wijzig:
    """Replace a text that stands exactly once in a file of the copy; an empty old text adds to its end."""

    def doe(bestand: str, oud: str, nieuw: str) -> Path:
        pad = registermap / bestand
        tekst = pad.read_text(encoding="utf-8")
        if oud:
            assert tekst.count(oud) == 1, f"{oud!r} stands {tekst.count(oud)} times in {bestand}"
        pad.write_text(tekst.replace(oud, nieuw) if oud else tekst + nieuw, encoding="utf-8")
        return registermap

    return doe
