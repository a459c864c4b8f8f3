"""What can happen to a worker."""

import resource
import signal
from collections.abc import Callable

from tests.fouten.fout import Fout
from tests.fouten.veld import Veld

KAMERS = ("inname", "index", "koppeling")
STERFPLEKKEN = (
    *(("inname", "uit"), ("index", "uit")),
    *(("koppeling", "bewijs"), ("koppeling", "staat"), ("koppeling", "uit")),
)
"""Room and phase of every delivery that ordinary traffic orders."""


def _kamer(kamer: str) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        veld.breng(f"kamer.{kamer}")

    return doe


def _record(kamer: str) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        veld.breng(f"record.{kamer}")
        veld.geef_terug()

    return doe


def _sterf(kamer: str, fase: str) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        veld.breng(f"dood.{kamer}.{fase}")

    return doe


def kill(veld: Veld) -> None:
    """SIGKILL, some moments without it, and again."""
    werker = veld.kies()
    veld.dood(werker)
    veld.adem(veld.loting.uniform(0, 2))
    werker.start()


def kill_alle(veld: Veld) -> None:
    """SIGKILL to all at once; input goes on piling up."""
    for werker in veld.werkers:
        veld.dood(werker)
    veld.adem(veld.loting.uniform(0.5, 2))
    for werker in veld.werkers:
        werker.start()


def term(veld: Veld) -> None:
    """SIGTERM, as in a roll-out. It may find a worker that is just starting."""
    werker = veld.kies()
    werker.wacht_gereed()
    code = werker.stop()
    assert code in {0, 70}, f"SIGTERM ended {werker.naam} with {code}: {werker.staart()}"
    werker.start()


def _slaap(seconden: float) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        werker = veld.kies()
        assert werker.proces is not None
        werker.proces.send_signal(signal.SIGSTOP)
        try:
            veld.adem(seconden)
        finally:
            werker.proces.send_signal(signal.SIGCONT)

    return doe


def _klok(seconden: int) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        werker = veld.kies()
        pad = veld.stuur(werker.naam) / "klok"
        pad.write_text(str(seconden))
        veld.adem(2)
        pad.unlink()
        veld.adem(0.5)

    return doe


def volle_schijf(veld: Veld) -> None:
    """No file of the worker may grow: its log, its folder for temporary files. The hub keeps no store of its own on disk."""
    werker = veld.kies()
    assert werker.proces is not None
    grens = resource.prlimit(werker.proces.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(werker.proces.pid, resource.RLIMIT_FSIZE, (0, grens[1]))
    veld.adem(4)
    if werker.leeft:
        resource.prlimit(werker.proces.pid, resource.RLIMIT_FSIZE, grens)


def kom_en_ga(veld: Veld) -> None:
    """A third worker joins, and one of the others leaves for good, until the next time."""
    weg = veld.kies()
    nieuw = ({f"worker-{nr}" for nr in (1, 2, 3)} - {werker.naam for werker in veld.werkers}).pop()
    veld.start(nieuw)
    weg.wacht_gereed()
    weg.stop()
    veld.werkers.remove(weg)


FOUTEN = (
    *(Fout(f"kamer {kamer}", f"{kamer} raises on a batch", _kamer(kamer)) for kamer in KAMERS),
    *(Fout(f"record {kamer}", f"{kamer} has a bug about one record", _record(kamer)) for kamer in KAMERS),
    *(Fout(f"dood in {k} {f}", f"killed half-way the deliveries of {k}: {f}", _sterf(k, f)) for k, f in STERFPLEKKEN),
    Fout("kill -9", "one worker is killed and comes back", kill),
    Fout("kill -9 alle", "all workers are killed and come back", kill_alle),
    Fout("SIGTERM", "one worker is asked to stop and comes back", term),
    Fout("slaap 6 s", "a worker sleeps within its session", _slaap(6)),
    Fout("slaap 40 s", "a worker sleeps past its session, and another takes over", _slaap(40), duur=60),
    Fout("klok +1 uur", "a worker's clock runs an hour ahead for a while", _klok(3600)),
    Fout("klok -1 uur", "a worker's clock runs an hour behind for a while", _klok(-3600)),
    Fout("werker schijf vol", "no file of a worker may grow", volle_schijf),
    Fout("kom en ga", "a worker joins and another leaves", kom_en_ga, duur=20),
)
