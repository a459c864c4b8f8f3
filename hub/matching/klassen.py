"""How many pairs of each class to expect in two registers: fitted without labels, off line, for a person to review.

Only class sizes move; what a level means within a class stays what the frozen model says. Never in the stream: the live hub takes
the sizes from reviewed configuration.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hub.matching.model import VERWANT, Omvang

_RONDEN: Final = 60
_KRACHT: Final = 20.0
"""Records' worth of trust in the prior sizes of relatives."""
_MATCH: Final = 2
"""Classes of one and the same person: clean and dirty records."""


def pas(
    loglik: NDArray[np.float64],
    aantallen: NDArray[np.int64],
    links: int,
    rechts: int,
    gezien: Mapping[str, float],
    volledigheid: float = 0.97,
) -> Omvang:
    """Poisson mixture over the compared pairs, by pattern: `loglik` log2 P(levels | class), `aantallen` pairs per pattern.

    `gezien`: share of the pairs of a class that share a key at all. `volledigheid`: the same of true pairs.
    """
    kleinste = min(links, rechts)
    voor = Omvang.voor(links, rechts)
    begin = np.array([voor.waar, float(links) * rechts, *(getattr(voor, naam) for naam in VERWANT)])
    ll = np.column_stack([np.logaddexp2(loglik[:, 0], loglik[:, 1]), loglik[:, _MATCH:]])
    deel = np.array([volledigheid, 1.0, *(gezien.get(naam, 1.0) for naam in VERWANT)])
    omvang = begin.copy()
    for _ in range(_RONDEN if len(ll) else 0):
        alles = ll + np.log2(omvang)
        aandeel = np.exp2(alles - np.logaddexp2.reduce(alles, axis=1)[:, None])
        som = (aandeel * aantallen[:, None]).sum(axis=0) / deel
        omvang[0] = max(som[0], 1.0)
        familie = (som[2:] * kleinste + _KRACHT * begin[2:]) / (kleinste + _KRACHT)
        omvang[2:] = np.maximum(familie, 0.5)
    return Omvang(links, rechts, *(float(omvang[n]) for n in (0, 2, 3, 4, 5)))
