"""What can happen to the broker, and what it can answer."""

import resource
from collections.abc import Callable

from tests.fouten.fout import Fout
from tests.fouten.veld import Veld

PRODUCE = {
    3: "UNKNOWN_TOPIC_OR_PARTITION",
    10: "MESSAGE_TOO_LARGE",
    19: "NOT_ENOUGH_REPLICAS",
    29: "TOPIC_AUTHORIZATION_FAILED",
}
COMMIT = {16: "NOT_COORDINATOR", 22: "ILLEGAL_GENERATION", 25: "UNKNOWN_MEMBER_ID", 27: "REBALANCE_IN_PROGRESS"}
"""Error codes of the Kafka protocol."""


def kill(veld: Veld) -> None:
    """SIGKILL, some moments without a broker, and again on the same data."""
    veld.broker.kill()
    veld.adem(veld.loting.uniform(0.5, 4))
    veld.broker.start()


def _slaap(seconden: float) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        veld.broker.pause()
        try:
            veld.adem(seconden)
        finally:
            veld.broker.resume()

    return doe


def _antwoord(verzoek: str, code: int) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        veld.breng(verzoek, str(code))

    return doe


def volle_schijf(veld: Veld) -> None:
    """No file of the broker may grow any more: it stops over its log directory. There is room again, and it is started again."""
    proces = veld.broker.proces
    resource.prlimit(proces.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    for _ in range(300):
        if proces.poll() is not None:
            break
        veld.adem(0.1)
    else:
        raise AssertionError("the broker goes on with a full disk")
    veld.broker.kill()
    veld.adem(veld.loting.uniform(0, 1))
    veld.broker.start()


FOUTEN = (
    Fout("broker kill -9", "the broker is killed and comes back on the same data", kill),
    Fout("broker slaap 5 s", "the broker answers nothing for a while", _slaap(5)),
    Fout("broker slaap 40 s", "the broker answers nothing for longer than a session", _slaap(40), duur=60),
    Fout("broker schijf vol", "the broker's log directory is full", volle_schijf),
    *(Fout(f"produce {nr}", f"a record is refused: {naam}", _antwoord("produce", nr)) for nr, naam in PRODUCE.items()),
    *(Fout(f"commit {nr}", f"an offset is refused: {naam}", _antwoord("commit", nr)) for nr, naam in COMMIT.items()),
)
