"""Run a command that dies with the process that started it, so that a killed demo or test run leaves nothing behind.

`subprocess.Popen(sterf_mee(opdracht))`: on Linux the kernel then sends SIGKILL to the command when the *thread* that
started it ends, whatever ends it; elsewhere the command simply runs. A launcher and not a preexec_fn: forking a process
that has threads is unsafe, and newer Pythons warn.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def sterf_mee(opdracht: Sequence[str | Path]) -> list[str]:
    """The command line that runs `opdracht` (its first element a path) bound to the life of the calling thread."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), *map(str, opdracht)]


def main() -> None:
    """Ask the kernel for the signal, then become the command: same pid, same standard streams."""
    ouder, opdracht = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
        if os.getppid() != ouder:  # it ended before we asked
            sys.exit(1)
    os.execv(opdracht[0], opdracht)  # noqa: S606 - the command of our own caller


if __name__ == "__main__":
    main()
