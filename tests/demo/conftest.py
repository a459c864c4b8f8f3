"""The demo's usual ports belong to one test at a time."""

import tempfile
from pathlib import Path

import pytest
from filelock import FileLock


@pytest.fixture
def poorten_slot() -> FileLock:
    """Held while a test listens on the usual ports, or counts on them: for all test processes of this machine."""
    return FileLock(Path(tempfile.gettempdir()) / "hub-demo-poorten.lock")
