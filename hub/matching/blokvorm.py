"""Tokens and encodings of a block or a question, from bytes to the rows that the buckets hold."""

import numpy as np

from hub.domein.signaal import Sleutel
from hub.matching.bakken import Bakken, Coderingen, Tokens, oplopend, tokens_van
from hub.matching.codeermachine import INDELING, LENGTE


def gelezen(
    tokens: tuple[bytes, ...], sleutels: tuple[Sleutel, ...], bakken: Bakken
) -> tuple[Tokens, Coderingen, bool]:
    """All tokens, an encoding for each of them that lives in these buckets, and whether they came so.

    They did not where tokens are not ascending, where an encoding has another layout, or where some are missing or too many. Then
    what can be read takes part, and the rest are zeroes, which are compared with nothing.
    """
    alle = tokens_van(b"".join(tokens))
    delen = [sleutel.codering for sleutel in sleutels]
    if oplopend(alle) and all(len(deel) == LENGTE and deel[0] == INDELING for deel in delen):
        lokaal = bakken.lokaal(alle).astype(">u8").tobytes()
        if lokaal == b"".join([sleutel.token for sleutel in sleutels]):
            return alle, np.frombuffer(bytearray(b"".join(delen)), np.uint8).reshape(-1, LENGTE), True
    alle = np.unique(alle)
    return alle, _wat_past(sleutels, bakken.lokaal(alle)), False


def _wat_past(sleutels: tuple[Sleutel, ...], lokaal: Tokens) -> Coderingen:
    goed = {
        int.from_bytes(sleutel.token, "big"): sleutel.codering
        for sleutel in sleutels
        if len(sleutel.codering) == LENGTE and sleutel.codering[0] == INDELING
    }
    leeg = bytes(LENGTE)
    delen = [goed.get(token, leeg) for token in lokaal.tolist()]
    return np.frombuffer(bytearray(b"".join(delen)), np.uint8).reshape(-1, LENGTE)
