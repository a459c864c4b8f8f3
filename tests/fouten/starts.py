"""Many starts with state to load and input that nobody committed: every offset must be processed, every time.

python -m tests.fouten.starts 100            (its own broker, or that of HUB_KAFKA_BOOTSTRAP)
"""

import secrets
import sys
import tempfile
import time
from pathlib import Path

from deploy.kafka.broker import kies_broker
from tests.keten.harnas import Keten
from tests.keten.signalen import BEGIN, TWENTE, ZSM, bericht, signaal

PER_START = 200


def herhaalde_starts(keten: Keten, aantal: int) -> list[str]:
    """Faults found: one line for every start after which a melding is missing or an offset was passed over."""
    fouten: list[str] = []
    werker = keten.werker("worker-1")
    for ronde in range(aantal):
        nummers = range(ronde * PER_START // 2, (ronde + 1) * PER_START // 2)
        keten.zend(
            bericht(signaal(tafel, nummer, versie=BEGIN + ronde)) for nummer in nummers for tafel in (ZSM, TWENTE)
        )
        werker.start()
        werker.wacht_gereed()
        keten.wacht_stil()
        gekend = {m["dossier"] for m in keten.meldingen().values()}
        mist = [n for n in nummers if signaal(ZSM, n).dossier not in gekend or signaal(TWENTE, n).dossier not in gekend]
        if mist:
            fouten.append(f"start {ronde + 1}: {len(mist)} of {len(nummers)} pairs have no meldingen")
        werker.kill() if ronde % 2 else werker.stop()
        print(f"start {ronde + 1} of {aantal}: {len(fouten)} with a loss so far", flush=True)
    return fouten


def main(aantal: int) -> int:
    with tempfile.TemporaryDirectory() as map_, kies_broker(Path(map_)) as broker:
        keten = Keten(broker.beheer, f"starts{secrets.token_hex(3)}-", Path(map_))
        keten.maak_topics()
        begin = time.monotonic()
        try:
            fouten = herhaalde_starts(keten, aantal)
        finally:
            keten.sluit()
        print(*fouten, sep="\n")
        print(
            f"{aantal} starts, {aantal * PER_START} signalen, {len(fouten)} with a loss, {time.monotonic() - begin:.0f} s"
        )
    return 1 if fouten else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
