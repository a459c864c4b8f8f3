"""One connector of each kind per test, and a log that is put back as it was."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.connectors.opstelling import Connector


@pytest.fixture
def zsm(tmp_path: Path) -> Iterator[Connector]:
    connector = Connector.maak(tmp_path)
    yield connector
    connector.opslag.sluit()


@pytest.fixture
def vhh(tmp_path: Path) -> Iterator[Connector]:
    connector = Connector.maak(tmp_path / "vhh", "VEILIGHEIDSHUIS")
    yield connector
    connector.opslag.sluit()


@pytest.fixture(autouse=True)
def gewoon_journaal() -> Iterator[None]:
    """Undoes what `journaal.stel_in` does to the whole process."""
    wortel = logging.getLogger()
    eerder, niveau = wortel.handlers[:], wortel.level
    yield
    wortel.handlers[:] = eerder
    wortel.setLevel(niveau)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
