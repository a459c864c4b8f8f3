"""The field of a drill."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oefeningen.veld import Oefenveld, oefenveld


@pytest.fixture
def veld(tmp_path: Path) -> Iterator[Oefenveld]:
    with oefenveld(tmp_path) as veld:
        yield veld
