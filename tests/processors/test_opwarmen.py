"""What set-up compiles is all that a worker and a connector use."""

import json
import subprocess
import sys

from hub.matching import vergelijkmachine
from hub.stream import velden
from tests.processors.opgewarmd import gecompileerd


def test_nothing_is_compiled_in_the_midst_of_the_work() -> None:
    """Compiling takes many seconds, in which a worker does nothing else: neither the first pair nor a batch of another size may need it."""
    uit = subprocess.run(
        [sys.executable, "-m", "tests.processors.opgewarmd"], capture_output=True, text=True, timeout=300, check=False
    )
    assert (uit.returncode, uit.stderr) == (0, "")
    assert json.loads(uit.stdout) == []


def test_what_is_compiled_is_seen() -> None:
    """The test above knows the functions by what numba puts on them."""
    namen = gecompileerd().keys()
    assert {"hub.matching.vergelijkmachine.vergelijk", "hub.stream.velden._loop"} <= namen
    assert vergelijkmachine and velden
