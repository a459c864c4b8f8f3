"""The shipped policy, loaded once."""

from pathlib import Path

import pytest

import hub.privacy
from hub.privacy.filter import Bronnen, Filter


@pytest.fixture(scope="session")
def bronnen() -> Bronnen:
    return Bronnen.lees(Path(hub.privacy.__file__).parent)


@pytest.fixture(scope="session")
def filter_(bronnen: Bronnen) -> Filter:
    return Filter.van(bronnen)
