"""What can happen between one worker and the broker."""

from collections.abc import Callable

from tests.fouten.fout import Fout
from tests.fouten.lijn import Lijn
from tests.fouten.veld import Veld


def _lijn(stoor: Callable[[Lijn], None], seconden: float) -> Callable[[Veld], None]:
    def doe(veld: Veld) -> None:
        lijn = veld.lijnen[veld.kies().naam]
        stoor(lijn)
        try:
            veld.adem(seconden)
        finally:
            lijn.herstel()

    return doe


def alle_geknipt(veld: Veld) -> None:
    """Every line breaks at once, and is there again."""
    for lijn in veld.lijnen.values():
        lijn.knip()
    veld.adem(veld.loting.uniform(0, 2))
    for lijn in veld.lijnen.values():
        lijn.herstel()


FOUTEN = (
    Fout("lijn even geknipt", "every connection of all workers breaks", alle_geknipt),
    Fout("lijn geknipt 4 s", "a worker cannot reach the broker for a while", _lijn(Lijn.knip, 4)),
    Fout(
        "lijn geknipt 45 s", "a worker cannot reach the broker for longer than a session", _lijn(Lijn.knip, 45), duur=70
    ),
    Fout("lijn traag", "every piece of bytes of a worker takes 0.2 s", _lijn(lambda lijn: lijn.vertraag(0.2), 6)),
    Fout("lijn halfopen 5 s", "a worker's connections stay and nothing passes", _lijn(Lijn.leg_stil, 5)),
    Fout("lijn halfopen 45 s", "the same for longer than a session", _lijn(Lijn.leg_stil, 45), duur=70),
)
