"""What running timers cost: `python -m tests.processors.bench_staat [number]`. Prints seconds of load and bytes per timer."""

import sys
import time
import tracemalloc
from uuid import UUID

from hub.domein.codes import Uitkomst
from hub.domein.koppeling import Bewijs, Stand
from hub.opvolging.levensloop import Koppeling, stap
from hub.processors.koppelingstaat import Koppelingstaat
from hub.processors.staat import Staat
from tests.keten.signalen import TWENTE, ZSM
from tests.opvolging.proefomgeving import Proefomgeving, kant

AANTAL = 100_000


def meet(aantal: int = AANTAL) -> tuple[float, float]:
    """(seconds to set all timers, bytes per timer) for koppelingen of which a term is running, on top of the entries themselves."""
    gevolg = stap(None, Stand.van(kant(ZSM), kant(TWENTE), Bewijs(Uitkomst.ZEKER, 20.0)), Proefomgeving())
    assert gevolg is not None and isinstance(gevolg.lijf, Koppeling)
    een = Koppelingstaat(gevolg.lijf, 0, ())
    sleutels = [str(UUID(int=nummer)).encode() for nummer in range(aantal)]
    kaal: dict[bytes, Koppelingstaat] = {}
    tracemalloc.start()
    for sleutel in sleutels:
        kaal[sleutel] = een
    zonder, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    staat = Staat()
    for sleutel in sleutels:
        staat.zet(sleutel, een)
    met, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    staat = Staat()
    begin = time.perf_counter()
    for sleutel in sleutels:
        staat.zet(sleutel, een)
    assert staat.eerstvolgende(een.lijf.versies) is not None  # type: ignore[union-attr]
    duur = time.perf_counter() - begin
    return duur, (met - 2 * zonder) / aantal


if __name__ == "__main__":
    hoeveel = int(sys.argv[1]) if len(sys.argv) > 1 else AANTAL
    metingen = [meet(hoeveel) for _ in range(3)]
    print(
        f"{hoeveel} timers: {min(m[0] for m in metingen):.2f} s of load, {min(m[1] for m in metingen):.0f} bytes each"
    )
