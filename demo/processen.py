"""Child processes of the demo: started with a log file each, watched, and ended by their own pid. None outlives the demo."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import aiohttp

from deploy.sterf_mee import sterf_mee

STARTTIJD: Final = 180.0
"""Seconds within which a process must say that it is ready: where the matching is not compiled yet, that alone takes half a minute."""
STOPTIJD: Final = 20.0
_STAART: Final = 12
_KLOK: Final = 0.1


class Mislukt(Exception):
    """The demo cannot go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Proces:
    """How one process is started and when it is ready."""

    naam: str
    opdracht: tuple[str, ...]
    gereed: str
    """URL that answers 200 once the process is ready."""
    omgeving: Mapping[str, str] = field(default_factory=dict)


def omgeving(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of hub and connector, which are given explicitly."""
    return {naam: waarde for naam, waarde in os.environ.items() if not naam.startswith(("HUB_", "CONNECTOR_"))} | dict(
        extra
    )


def voer_uit(naam: str, opdracht: Sequence[str], extra: Mapping[str, str], log: Path) -> None:
    """Run a short command to its end. Raises Mislukt with what it said."""
    klaar = subprocess.run(
        sterf_mee(opdracht), env=omgeving(extra), capture_output=True, text=True, timeout=STARTTIJD, check=False
    )
    log.write_text(klaar.stdout + klaar.stderr)
    if klaar.returncode:
        raise Mislukt(f"{naam} is mislukt (exit {klaar.returncode}); {log} zegt:\n{staart(log)}")


def staart(log: Path) -> str:
    """The last lines of a log file."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-_STAART:]) or "(leeg)"


def geheugen_mb(pid: int, maat: Literal["VmRSS", "VmHWM", "Pss"]) -> int | None:
    """Resident memory of a process in MiB: now (VmRSS), the most it ever was (VmHWM), or its part of it, when what processes share is
    divided among them (Pss). None where the system does not tell."""
    try:
        regels = Path(f"/proc/{pid}/{'smaps_rollup' if maat == 'Pss' else 'status'}").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(regel.split()[1]) // 1024 for regel in regels if regel.startswith(f"{maat}:")), None)


class Kudde:
    """The running processes together: if one of them ends by itself, all is over."""

    def __init__(self, logmap: Path) -> None:
        self.logmap = logmap
        self._draaiend: dict[str, subprocess.Popen[bytes]] = {}

    async def __aenter__(self) -> Self:
        self.logmap.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, soort: type[BaseException] | None, fout: BaseException | None, spoor: TracebackType | None
    ) -> None:
        self.stop()

    def log(self, naam: str) -> Path:
        return self.logmap / f"{naam}.log"

    def start(self, proces: Proces) -> None:
        """Start it; its standard output and error go to its log."""
        with self.log(proces.naam).open("wb") as log:
            self._draaiend[proces.naam] = subprocess.Popen(
                sterf_mee(proces.opdracht),
                env=omgeving(proces.omgeving),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def pid(self, naam: str) -> int:
        return self._draaiend[naam].pid

    def dood(self, proces: Proces) -> None:
        """SIGKILL, and it is no fault that it ended."""
        weg = self._draaiend.pop(proces.naam)
        weg.kill()
        weg.wait()

    async def wacht_gereed(self, processen: Sequence[Proces], sessie: aiohttp.ClientSession) -> None:
        """Return when all of them are ready. Raises Mislukt when one ends, or takes longer than STARTTIJD."""
        einde = time.monotonic() + STARTTIJD
        wachten = list(processen)
        while wachten:
            self.controleer()
            wachten = [proces for proces in wachten if not await _is_gereed(proces, sessie)]
            if wachten and time.monotonic() > einde:
                traag = wachten[0].naam
                raise Mislukt(
                    f"{traag} is na {STARTTIJD:.0f} s niet gereed; {self.log(traag)} eindigt met:\n"
                    f"{staart(self.log(traag))}"
                )
            await asyncio.sleep(_KLOK)

    def controleer(self) -> None:
        """Raises Mislukt when a process has ended by itself."""
        for naam, proces in self._draaiend.items():
            if proces.poll() is not None:
                raise Mislukt(
                    f"{naam} is gestopt (exit {proces.returncode}); {self.log(naam)} eindigt met:\n{staart(self.log(naam))}"
                )

    async def bewaak(self) -> None:
        """Never returns; raises Mislukt as soon as a process has ended by itself."""
        while True:
            self.controleer()
            await asyncio.sleep(_KLOK)

    def stop(self) -> None:
        """End all, last started first: SIGTERM together, SIGKILL for whoever is not gone after STOPTIJD seconds."""
        for proces in reversed(self._draaiend.values()):
            if proces.poll() is None:
                proces.send_signal(signal.SIGTERM)
        einde = time.monotonic() + STOPTIJD
        for proces in self._draaiend.values():
            try:
                proces.wait(max(einde - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                proces.kill()
                proces.wait()
        self._draaiend.clear()


async def _is_gereed(proces: Proces, sessie: aiohttp.ClientSession) -> bool:
    try:
        async with sessie.get(proces.gereed, timeout=aiohttp.ClientTimeout(total=2)) as antwoord:
            return antwoord.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
