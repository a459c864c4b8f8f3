"""Random faults for a while: `make chaos MINUTEN=30 SEED=7`. The seed gives faults and signalen; the moments are the machine's own.

python -m tests.fouten.soak --minuten 30 [--seed 7]
"""

import argparse
import json
import random
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.kafka.vorm import gekozen_vorm
from tests.fouten.fout import Fout, geval
from tests.fouten.orakel import Oordeel
from tests.fouten.tabel import TABEL
from tests.fouten.veld import Veld

UITKOMST = Path("build/chaos.json")


def trek(loting: random.Random) -> Fout:
    """The next fault; what takes long comes less often."""
    fouten = list(TABEL.values())
    return loting.choices(fouten, [10 / fout.duur for fout in fouten])[0]


def draai(veld: Veld, minuten: float, loting: random.Random) -> tuple[list[dict[str, Any]], Oordeel]:
    """One fault after another on one installation; stops at the first that breaks a promise."""
    einde, gevallen = time.monotonic() + minuten * 60, list[dict[str, Any]]()
    while True:
        fout = trek(loting)
        begin = time.monotonic()
        oordeel = geval(veld, fout)
        gevallen.append({"fout": fout.naam, "seconden": round(time.monotonic() - begin, 1), "schoon": oordeel.schoon})
        if not oordeel.schoon or time.monotonic() > einde:
            return gevallen, oordeel


def main() -> int:
    """Exit code 0: nothing lost, doubled or leaked."""
    vraag = argparse.ArgumentParser(description="Random faults against a real hub on a real Kafka.")
    vraag.add_argument("--minuten", type=float, required=True)
    vraag.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    gekozen = vraag.parse_args()
    print(f"seed {gekozen.seed}, {gekozen.minuten:g} minuten, broker {gekozen_vorm().value}", flush=True)
    begin = time.monotonic()
    map_ = Path(tempfile.mkdtemp(prefix="hub-chaos-"))
    with Veld(map_, gekozen.seed) as veld:
        veld.start("worker-1", "worker-2")
        gevallen, oordeel = draai(veld, gekozen.minuten, random.Random(gekozen.seed))
    uit = {
        "seed": gekozen.seed,
        "broker": gekozen_vorm().value,
        "minuten": round((time.monotonic() - begin) / 60, 1),
        "signalen": oordeel.gezonden,
        "meldingen": oordeel.gemeld,
        "verloren": len(oordeel.verloren),
        "dubbel": len(oordeel.dubbel),
        "gelekt": len(oordeel.gelekt),
        "gevallen": gevallen,
    }
    UITKOMST.parent.mkdir(exist_ok=True)
    eerder = json.loads(UITKOMST.read_text()) if UITKOMST.exists() else []
    UITKOMST.write_text(json.dumps([*eerder, uit], indent=1, ensure_ascii=False) + "\n")
    print(
        f"seed {uit['seed']}: {len(gevallen)} fouten in {uit['minuten']} minuten, {uit['signalen']} signalen, "
        f"{uit['meldingen']} meldingen, verloren/dubbel/gelekt = {uit['verloren']}/{uit['dubbel']}/{uit['gelekt']}"
    )
    if not oordeel.schoon:
        print(f"{oordeel.uitleg()}\nlogs of the workers: {map_}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
