# mypy: allow-untyped-defs, allow-untyped-calls
"""The compiled half of reading blocks: tokens and encodings of many, from the bytes in which they came to the rows that buckets hold."""

import numpy as np

from hub.matching.codeermachine import INDELING, LENGTE
from hub.snel import gecompileerd

u64 = np.uint64
TOKEN = 8
"""Bytes of a token."""


@gecompileerd
def _token(data, p):
    """The number that eight bytes are, big endian."""
    uit = u64(0)
    for t in range(TOKEN):
        uit = (uit << u64(8)) | u64(data[p + t])
    return uit


@gecompileerd
def _vandaag(data, tokens, delen, partitie, partities):
    """Whether tokens are ascending, and there is one key of today's layout for each that lives in the partition, in their order."""
    k = 0
    for i in range(len(tokens)):
        if i > 0 and tokens[i] <= tokens[i - 1]:
            return False
        if tokens[i] % partities == partitie:
            if k == len(delen) or delen[k, 2] - delen[k, 1] != LENGTE or data[delen[k, 1]] != INDELING:
                return False
            if _token(data, delen[k, 0]) != tokens[i]:
                return False
            k += 1
    return k == len(delen)


@gecompileerd
def ontleed(data, tokenbytes, per_sleutels, delen, partitie, partities):
    """The tokens of blocks, and an encoding for each that lives in the partition; nothing of a block that is not of today's form.

    `tokenbytes`: where those of each block begin and end (blocks, 2); `per_sleutels`: how many keys each has; `delen`: of all keys
    together where the token begins, and where the encoding begins and ends (keys, 3). Returns tokens and where those of each block
    begin (blocks + 1), encodings and the same of them, and which blocks are not of today's form.
    """
    blokken = len(tokenbytes)
    ruim = 0
    for n in range(blokken):
        ruim += (tokenbytes[n, 1] - tokenbytes[n, 0]) // TOKEN
    tokens, coderingen = np.empty(ruim, np.uint64), np.empty((len(delen), LENGTE), np.uint8)
    tokens_van, coderingen_van = np.zeros(blokken + 1, np.int64), np.zeros(blokken + 1, np.int64)
    anders = np.zeros(blokken, np.bool_)
    t, c, d = 0, 0, 0
    for n in range(blokken):
        aantal = (tokenbytes[n, 1] - tokenbytes[n, 0]) // TOKEN
        for i in range(aantal):
            tokens[t + i] = _token(data, tokenbytes[n, 0] + TOKEN * i)
        eigen = delen[d : d + per_sleutels[n]]
        d += per_sleutels[n]
        if _vandaag(data, tokens[t : t + aantal], eigen, partitie, partities):
            t += aantal
            for k in range(len(eigen)):
                for b in range(LENGTE):
                    coderingen[c, b] = data[eigen[k, 1] + b]
                c += 1
        else:
            anders[n] = True
        tokens_van[n + 1], coderingen_van[n + 1] = t, c
    return tokens[:t], tokens_van, coderingen[:c], coderingen_van, anders
