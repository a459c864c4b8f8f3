"""A fault, and what a case is: traffic, the fault in the midst of it, quiet, and the oracle's judgement."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.fouten.orakel import Oordeel
from tests.fouten.veld import Veld


@dataclass(frozen=True, slots=True)
class Fout:
    """One kind of fault. The same table serves the short suite, the long cases and the soak."""

    naam: str
    wat: str
    """What goes wrong, in one sentence."""
    doe: Callable[[Veld], None]
    """Does it, and heals it, while traffic goes on."""
    duur: float = 10.0
    """Seconds that it takes, more or less: what is long is drawn less often."""


def geval(veld: Veld, fout: Fout) -> Oordeel:
    """Run one fault and judge; prints its line. What stands before is judged along with it: it must still be right."""
    begin = time.monotonic()
    with veld.stroom():
        veld.adem(0.5)
        fout.doe(veld)
        veld.adem(0.5)
    oordeel = veld.oordeel()
    print(f"{oordeel.regel(fout.naam)} {time.monotonic() - begin:.0f} s", flush=True)
    return oordeel
