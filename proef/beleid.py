"""`python -m proef.beleid`: how long loading the policy takes, and one full decision: both directions of a pair, all fields."""

import time
from collections.abc import Callable
from statistics import median

from hub.privacy.feiten import Geval, spiegel
from hub.privacy.filter import Filter
from hub.privacy.gulden import lees_tabel
from hub.routing.register import Register

RONDEN = 5


def duur(doe: Callable[..., object], *waarden: object) -> float:
    """Milliseconds of processor time: what else runs on the machine counts less than on the clock."""
    begin = time.process_time()
    doe(*waarden)
    return (time.process_time() - begin) * 1000


def laad() -> None:
    Filter.laad()
    Register.laad()


def beide(filter_: Filter, geval: Geval, ander: Geval) -> None:
    filter_.beslis(geval)
    filter_.beslis(ander)


def main() -> None:
    laden = [duur(laad) for _ in range(RONDEN)]
    filter_ = Filter.laad()
    paren = [(rij.geval, spiegel(rij.geval)) for rij in lees_tabel(filter_.bronnen.gulden) if rij.geval.ontvanger]
    nieuw: list[float] = []
    bekend: list[float] = []
    for _ in range(RONDEN):
        vers = filter_.met_beleid(filter_.beleid)  # remembers nothing yet
        for tijden in (nieuw, bekend):
            tijden += [duur(beide, vers, geval, ander) for geval, ander in paren]
    print(f"beleid, gulden tabel en register laden: {min(laden):.0f} ms (kleinste van {RONDEN})")
    for naam, tijden in (("feiten voor het eerst", nieuw), ("feiten eerder gezien", bekend)):
        print(
            f"beslissing, beide richtingen, alle velden, {naam}: kleinste {min(tijden):.2f}, p50 {median(tijden):.2f},"
            f" p99 {sorted(tijden)[int(len(tijden) * 0.99)]:.2f} ms over {len(tijden)} gevallen"
        )


if __name__ == "__main__":
    main()
