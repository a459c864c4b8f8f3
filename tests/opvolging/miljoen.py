"""A million random events through the life of a pair: `python -m tests.opvolging.miljoen [events] [seconds] [seed]`.

Stops at the first forbidden state, with the seed that led to it. Lives of 100 events; each is replayed, ended and forgotten.
"""

import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.opvolging.leven_van_een_paar import Paar, willekeurig
from tests.opvolging.proefomgeving import Proefomgeving

PER_LEVEN = 100
BLOK = 50
"""Lives per report."""


def levens(zaad: int) -> tuple[int, int]:
    """`BLOK` lives; (events drawn, steps with the terms that fell due between them). Raises AssertionError with the seed."""
    stappen = 0
    for nummer in range(zaad, zaad + BLOK):
        paar, loting = Paar(Proefomgeving()), random.Random(nummer)
        try:
            for _ in range(PER_LEVEN):
                willekeurig(paar, loting)
            paar.herspeel()
            paar.sluit_af()
        except AssertionError as fout:
            raise AssertionError(f"seed {nummer}: {fout}") from fout
        stappen += len(paar.gebeurd)
    return BLOK * PER_LEVEN, stappen


def main(aantal: int, duur_max: float, begin_zaad: int) -> int:
    """Returns the number of events drawn within the time."""
    begin = time.monotonic()
    klaar = stappen = 0
    with ProcessPoolExecutor(os.cpu_count()) as werkers:
        rest = iter(range(begin_zaad, begin_zaad + -(-aantal // PER_LEVEN), BLOK))
        lopend = [werkers.submit(levens, een) for _, een in zip(range(2 * (os.cpu_count() or 1)), rest, strict=False)]
        while lopend:
            gebeurd, gezet = lopend.pop(0).result()
            klaar, stappen = klaar + gebeurd, stappen + gezet
            duur = time.monotonic() - begin
            print(f"{klaar:>9} events, {stappen:>9} steps, {duur:6.1f} s, no forbidden state", flush=True)
            volgende = next(rest, None)
            if volgende is not None and duur < duur_max:
                lopend.append(werkers.submit(levens, volgende))
    return klaar


if __name__ == "__main__":
    gezegd = [float(een) for een in sys.argv[1:]]
    events, seconden, zaad = [*gezegd, *(1_000_000.0, 3_600.0, 0.0)[len(gezegd) :]]
    sys.exit(0 if main(int(events), seconden, int(zaad)) > 0 else 1)
