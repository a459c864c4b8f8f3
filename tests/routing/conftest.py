"""The shipped register, and a copy of it that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.routing.register import REGISTERMAP, Register

Wijzig = Callable[[str, str, str], Path]


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
