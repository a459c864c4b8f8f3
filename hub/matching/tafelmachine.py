# ruff: noqa: PLR0912 - one loop over plain arrays compiles to one piece of machine code
# mypy: allow-untyped-defs, allow-untyped-calls
"""The compiled half of the index: an open-addressing table from token to bucket, and who meets whom in it.

A bucket is a list of entries; the last one that leaves takes its slot along and the slots behind it move up, so that nothing is
left of what was removed. A dossier is a row; the tokens of a row are a stretch of one pool, ascending. Slot and entry are packed,
because what a search waits for is memory: one look at a slot, one at an entry.
"""

from typing import Final

import numpy as np

from hub.matching.codeermachine import LENGTE
from hub.snel import gecompileerd

u64 = np.uint64
i64 = np.int64

RIJ, VOLGT, KANT = LENGTE // 4, LENGTE // 4 + 1, LENGTE // 4 + 2
"""Of an entry, behind its encoding, in words of 32 bits: the row, the next entry (-1: the last), source * 2 + kind."""
BREED: Final = LENGTE + 12
"""Bytes of an entry."""
# A slot: the token; entries in its bucket << 32 | first entry + 1 (0: an empty slot).

WELKE, POST, RIJEN, KOP, PLEK, MERK = 0, 1, 2, 3, 4, 5
WERK: Final = 6
"""Rows of the working space of a search. Per pair: own encoding, entry met, its row; then what the search itself needs."""
ZAAD, PARTITIE, PARTITIES, STRENG = 0, 1, 2, 3
"""What a table is told in words of 64 bits. STRENG: an entry is outside its bucket, so that a first meeting may not be the first."""
_GOUD: Final = u64(0x9E3779B97F4A7C15)
_LAAG: Final = u64(0xFFFFFFFF)
_EEN: Final = u64(1 << 32)


@gecompileerd
def _thuis(token, zaad, slots):
    """The slot where the search for a token starts. The seed is secret: nobody can aim tokens at one stretch."""
    z = (token ^ zaad) * _GOUD
    z = (z ^ (z >> u64(29))) * (zaad | u64(1))
    return i64(((z >> u64(32)) * u64(slots)) >> u64(32))


@gecompileerd
def _zoek(token, zaad, slot):
    """The slot of a token, or the empty one where it belongs."""
    slots = len(slot)
    s = _thuis(token, zaad, slots)
    while slot[s, 1] != 0 and slot[s, 0] != token:
        s += 1
        if s == slots:
            s = 0
    return s


@gecompileerd
def _hier(token, vast):
    """Whether a token lives in this partition."""
    return vast[PARTITIES] == 1 or token % vast[PARTITIES] == vast[PARTITIE]


@gecompileerd
def _eerste(slot, s):
    """The first entry of the bucket in a slot; -1 where it is empty."""
    return i64(slot[s, 1] & _LAAG) - 1


@gecompileerd
def verhuis(oud, zaad, slot):
    """Every bucket into a table of another size."""
    for s in range(len(oud)):
        if oud[s, 1] != 0:
            t = _zoek(oud[s, 0], zaad, slot)
            slot[t, 0] = oud[s, 0]
            slot[t, 1] = oud[s, 1]


@gecompileerd
def hang_in(token, e, vast, slot, post, stand):
    """An entry at the head of its bucket."""
    s = _zoek(token, vast[ZAAD], slot)
    if slot[s, 1] == 0:
        stand[0] += 1
        slot[s, 0] = token
    post.view(np.int32)[e, VOLGT] = _eerste(slot, s)
    slot[s, 1] = ((slot[s, 1] >> u64(32)) << u64(32)) + _EEN + u64(e + 1)


@gecompileerd
def haal_uit(token, rij, vast, slot, post, stand):
    """The entry of a row out of its bucket, not yet wiped; -1 where it is not there."""
    post32, slots = post.view(np.int32), len(slot)
    s = _zoek(token, vast[ZAAD], slot)
    e, vorige = _eerste(slot, s), i64(-1)
    while e >= 0 and post32[e, RIJ] != rij:
        vorige = e
        e = i64(post32[e, VOLGT])
    if e < 0:
        return e
    if vorige >= 0:
        post32[vorige, VOLGT] = post32[e, VOLGT]
        slot[s, 1] -= _EEN
    else:
        slot[s, 1] = ((slot[s, 1] - _EEN) >> u64(32)) << u64(32) | u64(post32[e, VOLGT] + 1)
    if slot[s, 1] != 0:
        return e
    stand[0] -= 1
    leeg, t = s, s
    while True:  # what lies behind moves up, unless that would put it before its start
        t += 1
        if t == slots:
            t = 0
        if slot[t, 1] == 0:
            break
        thuis = _thuis(slot[t, 0], vast[ZAAD], slots)
        if (t - thuis) % slots >= (t - leeg) % slots:
            slot[leeg, 0] = slot[t, 0]
            slot[leeg, 1] = slot[t, 1]
            leeg = t
    slot[leeg, 0] = 0
    slot[leeg, 1] = 0
    return e


@gecompileerd
def wis(e, post, stand):
    """An entry that is in no bucket: nothing is left of it, and it may be used again."""
    for t in range(BREED):
        post[e, t] = 0
    post32 = post.view(np.int32)
    post32[e, RIJ] = -1
    post32[e, VOLGT] = stand[2]
    stand[2] = e
    stand[1] -= 1


@gecompileerd
def erin(tokens, coderingen, rij, kant, grens, vast, slot, post, stand, dicht):
    """One entry for each token that lives here, in its bucket. Returns how many were left outside; -1, and nothing done, unless
    there is an encoding for each.

    `stand`: buckets, entries in use, first free entry, entries ever used. Where a source has `grens` entries in a bucket already,
    the new one is left outside: dicht[k] is its number, elsewhere -1.
    """
    n = 0
    for k in range(len(tokens)):
        n += _hier(tokens[k], vast)
    if n != len(coderingen):
        return -1
    post32 = post.view(np.int32)
    n, buiten = 0, 0
    for k in range(len(tokens)):
        dicht[k] = -1
        if not _hier(tokens[k], vast):
            continue
        if stand[2] >= 0:
            e = stand[2]
            stand[2] = post32[e, VOLGT]
        else:
            e = stand[3]
            stand[3] += 1
        stand[1] += 1
        for t in range(LENGTE):
            post[e, t] = coderingen[n, t]
        n += 1
        post32[e, RIJ] = rij
        post32[e, VOLGT] = -1
        post32[e, KANT] = kant
        s = _zoek(tokens[k], vast[ZAAD], slot)
        van_bron = 0
        if i64(slot[s, 1] >> u64(32)) >= grens:
            f = _eerste(slot, s)
            while f >= 0:
                van_bron += post32[f, KANT] >> 1 == kant >> 1
                f = i64(post32[f, VOLGT])
        if van_bron >= grens:
            dicht[k] = e
            buiten += 1
        else:
            hang_in(tokens[k], e, vast, slot, post, stand)
    return buiten


@gecompileerd
def erin_alle(tokens, tokens_van, coderingen, coderingen_van, rij, kanten, grens, vast, slot, post, stand, dicht):
    """The same for many rows, numbered from `rij`. Stops after the first of which an entry was left outside; returns how many rows are
    in, and how many entries of the last of them are outside. -1 rows: one has not an encoding for each token that lives here."""
    for n in range(len(kanten)):
        alle = tokens[tokens_van[n] : tokens_van[n + 1]]
        eigen = coderingen[coderingen_van[n] : coderingen_van[n + 1]]
        buiten = erin(alle, eigen, rij + n, kanten[n], grens, vast, slot, post, stand, dicht)
        if buiten < 0:
            return -1, 0
        if buiten > 0:
            return n + 1, buiten
    return len(kanten), 0


@gecompileerd
def eruit(tokens, rij, vast, slot, post, stand):
    """The entries of a row under these tokens, wiped; those outside their buckets stay."""
    for k in range(len(tokens)):
        if _hier(tokens[k], vast):
            e = haal_uit(tokens[k], rij, vast, slot, post, stand)
            if e >= 0:
                wis(e, post, stand)


@gecompileerd
def _kleinste(a, pool, van, tot):
    """Position in `a` of the smallest token that it shares with a stretch of the pool; -1 without one."""
    i, j = 0, van
    while i < len(a) and j < tot:
        if a[i] == pool[j]:
            return i
        if a[i] < pool[j]:
            i += 1
        else:
            j += 1
    return -1


@gecompileerd
def kleinste_gedeelde(alle, rijen, pool, rij_van, rij_aantal, uit):
    """For each row the position in `alle` of the smallest shared token; -1 without one."""
    for n in range(len(rijen)):
        r = rijen[n]
        uit[n] = _kleinste(alle, pool, rij_van[r], rij_van[r] + rij_aantal[r])


@gecompileerd
def verzamel(alle, zelf, kant, vast, slot, post, pool, rij_van, rij_aantal, merk, werk):
    """Who meets these tokens in a bucket, may be compared, and makes a pair that this partition owns.

    A pair is owned where its smallest shared token lives, and only if both are in that bucket: it is the token under which they
    meet first, and the one under which they are compared. `alle`: all tokens, ascending. `zelf`: their row (-1: a question, which is
    in no bucket); where a bucket was full for it, nobody is met there.

    Writes into `werk`; its own encoding is the entry of the row, or the position among the encodings of a question. `merk` (zeros,
    and left so; a power of two, at least twice the room) finds a row again. Returns pairs; negated the room that it needs, where
    there is less.
    """
    post32, ruimte, masker = post.view(np.int32), werk.shape[1], u64(len(merk) - 1)
    vrij = vast[PARTITIES] == 1 and vast[STRENG] == 0
    lokaal = 0
    for k in range(len(alle)):  # first all slots, then all entries: the waits for memory run side by side
        if _hier(alle[k], vast):
            werk[KOP, lokaal] = _eerste(slot, _zoek(alle[k], vast[ZAAD], slot))
            werk[PLEK, lokaal] = k
            lokaal += 1
    n, gezien, te_veel = 0, 0, 0
    for k in range(lokaal):
        n0, eigen_post = n, i64(-1)
        e = werk[KOP, k]
        while e >= 0:
            r, ander = i64(post32[e, RIJ]), post32[e, KANT]
            if r == zelf:
                eigen_post = e
            elif not ((ander ^ kant) & 1 or (kant & 1 and ander != kant)):
                pass
            elif gezien == ruimte:
                te_veel += 1
            else:
                plek = ((u64(r) * _GOUD) >> u64(32)) & masker
                while merk[plek] != 0 and merk[plek] != r + 1:
                    plek = (plek + u64(1)) & masker
                if merk[plek] == 0:
                    merk[plek] = r + 1
                    werk[MERK, gezien] = plek
                    gezien += 1
                    van = rij_van[r]
                    if vrij or _kleinste(alle, pool, van, van + rij_aantal[r]) == werk[PLEK, k]:
                        werk[WELKE, n] = k
                        werk[POST, n] = e
                        werk[RIJEN, n] = r
                        n += 1
            e = i64(post32[e, VOLGT])
        if zelf >= 0:
            for j in range(n0, n):
                werk[WELKE, j] = eigen_post
            if eigen_post < 0:
                n = n0
    for j in range(gezien):
        merk[werk[MERK, j]] = 0
    return n if te_veel == 0 else -(ruimte + te_veel)


@gecompileerd
def posten(tokens, rij, vast, slot, post, uit):
    """The entry of a row under each of its tokens that live here, -1 where it is outside its bucket. Returns how many."""
    post32, n = post.view(np.int32), 0
    for k in range(len(tokens)):
        if _hier(tokens[k], vast):
            e = _eerste(slot, _zoek(tokens[k], vast[ZAAD], slot))
            while e >= 0 and post32[e, RIJ] != rij:
                e = i64(post32[e, VOLGT])
            uit[n] = e
            n += 1
    return n


@gecompileerd
def bak(token, vast, slot, post, uit):
    """The rows in a bucket, as many as there is room for. Returns how many there are."""
    post32, n = post.view(np.int32), 0
    e = _eerste(slot, _zoek(token, vast[ZAAD], slot))
    while e >= 0:
        if n < len(uit):
            uit[n] = post32[e, RIJ]
        n += 1
        e = i64(post32[e, VOLGT])
    return n
