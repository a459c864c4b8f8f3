"""`hub worker` forked from a process that has imported and warmed it: the seconds of a start are paid once per run, not per start.

The program is the same from its first line on (`hub.cli.main`), with its own environment, log and exit code. Demo and deployment
tests start the installed command.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.keten.voorgeladen"])


class Proces:
    """One worker process; the part of subprocess.Popen that the tests use."""

    def __init__(self, programma: Callable[[], None], omgeving: Mapping[str, str], log: Path) -> None:
        """`programma` runs in the process: `hub_worker`, or something around it."""
        self._proces = _CONTEXT.Process(target=_draai, args=(programma, dict(omgeving), str(log)), name="hub worker")
        self._proces.start()

    @property
    def pid(self) -> int:
        assert self._proces.pid is not None
        return self._proces.pid

    @property
    def returncode(self) -> int | None:
        return self.poll()

    def poll(self) -> int | None:
        """The exit code, or None while it runs; minus the signal that ended it."""
        return self._proces.exitcode

    def wait(self, termijn: float) -> int:
        """Raises TimeoutExpired."""
        self._proces.join(termijn)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired("hub worker", termijn)
        return code

    def kill(self) -> None:
        self._proces.kill()

    def send_signal(self, nummer: signal.Signals) -> None:
        os.kill(self.pid, nummer)


def _draai(programma: Callable[[], None], omgeving: dict[str, str], log: str) -> None:
    if sys.platform == "linux":  # whatever ends the test run ends its workers
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.clear()
    os.environ.update(omgeving)
    uit = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(uit, 1)
    os.dup2(uit, 2)
    programma()


def hub_worker() -> None:
    """The command itself."""
    from hub.cli import main

    main(["worker"], prog_name="hub")
