"""What the start of a process must not cost. (That it is fast cannot be asserted; why it is, can.)"""

import json
import subprocess
import sys

import pytest

_VRAAG = """
import gc, json, sys
from {pakket} import __main__ as programma
from {pakket} import cli
cli.main = lambda: None
programma.main()
{daarna}
print(json.dumps([gc.isenabled(), gc.get_freeze_count(), sorted(sys.modules)]))
"""


def _start(pakket: str, daarna: str = "") -> tuple[bool, int, set[str]]:
    """(whether garbage is looked for, how many objects are left out of that, modules) after the imports of a program."""
    klaar = subprocess.run(
        [sys.executable, "-c", _VRAAG.format(pakket=pakket, daarna=daarna)], capture_output=True, text=True, check=True
    )
    aan, blijvend, modules = json.loads(klaar.stdout)
    return aan, blijvend, set(modules)


@pytest.mark.parametrize("pakket", ["hub", "connectors"])
def test_what_a_program_imports_is_never_searched_for_garbage(pakket: str) -> None:
    """After its imports a program looks for garbage as usual, in nothing of what it imported."""
    aan, blijvend, _ = _start(pakket)
    assert aan
    assert blijvend > 50_000


@pytest.mark.parametrize(("pakket", "daarna"), [("hub", "import hub.app"), ("connectors", "")])
def test_a_program_imports_nothing_of_its_trials(pakket: str, daarna: str) -> None:
    """Neither worker nor connector waits for what only tests, lint or drawings need, nor for all holidays of the world."""
    _, _, modules = _start(pakket, daarna)
    vreemd = {
        "z3",
        "avro",
        "matplotlib",
        "pandas",
        "scipy",
        "hypothesis",
        "pytest",
        "mypy",
        "holidays",
        "demo",
        "proef",
        "tests",
    }
    assert not modules & vreemd
