# mypy: allow-untyped-defs, allow-untyped-calls
"""The compiled half of the index: an open-addressing table from token to bucket, and who meets whom in it.

A bucket is a list of entries; the last one that leaves takes its slot along and the slots behind it move up, so that nothing is
left of what was removed. A dossier is a row; the tokens of a row are a stretch of one pool, ascending.
"""

import numpy as np

from hub.matching.snel import gecompileerd

u64 = np.uint64
i64 = np.int64


@gecompileerd
def _thuis(token, zaad, slots):
    """The slot where the search for a token starts. The seed is secret: nobody can aim tokens at one stretch."""
    z = (token ^ zaad) * u64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> u64(29))) * (zaad | u64(1))
    return i64(((z >> u64(32)) * u64(slots)) >> u64(32))


@gecompileerd
def _zoek(token, zaad, slot_token, slot_kop):
    """The slot of a token, or the empty one where it belongs."""
    slots = len(slot_kop)
    s = _thuis(token, zaad, slots)
    while slot_kop[s] >= 0 and slot_token[s] != token:
        s += 1
        if s == slots:
            s = 0
    return s


@gecompileerd
def verhuis(oud_token, oud_kop, zaad, slot_token, slot_kop):
    """Every bucket into a table of another size."""
    for s in range(len(oud_kop)):
        if oud_kop[s] >= 0:
            t = _zoek(oud_token[s], zaad, slot_token, slot_kop)
            slot_token[t] = oud_token[s]
            slot_kop[t] = oud_kop[s]


@gecompileerd
def erin(tokens, coderingen, rij, zaad, slot_token, slot_kop, post, post_rij, post_volgt, stand):
    """One entry per token, at the head of its bucket. `stand`: buckets, entries in use, first free entry, entries ever used."""
    for k in range(len(tokens)):
        if stand[2] >= 0:
            e = stand[2]
            stand[2] = post_volgt[e]
        else:
            e = stand[3]
            stand[3] += 1
        stand[1] += 1
        for t in range(post.shape[1]):
            post[e, t] = coderingen[k, t]
        post_rij[e] = rij
        s = _zoek(tokens[k], zaad, slot_token, slot_kop)
        if slot_kop[s] < 0:
            stand[0] += 1
            slot_token[s] = tokens[k]
        post_volgt[e] = slot_kop[s]
        slot_kop[s] = e


@gecompileerd
def eruit(tokens, rij, zaad, slot_token, slot_kop, post, post_rij, post_volgt, stand):
    """The entries of a row under these tokens, wiped."""
    slots = len(slot_kop)
    for k in range(len(tokens)):
        s = _zoek(tokens[k], zaad, slot_token, slot_kop)
        e, vorige = i64(slot_kop[s]), i64(-1)
        while e >= 0 and post_rij[e] != rij:
            vorige = e
            e = i64(post_volgt[e])
        if e < 0:
            continue
        if vorige >= 0:
            post_volgt[vorige] = post_volgt[e]
        else:
            slot_kop[s] = post_volgt[e]
        for t in range(post.shape[1]):
            post[e, t] = 0
        post_rij[e] = -1
        post_volgt[e] = stand[2]
        stand[2] = e
        stand[1] -= 1
        if slot_kop[s] >= 0:
            continue
        stand[0] -= 1
        leeg, t = s, s
        while True:  # what lies behind moves up, unless that would put it before its start
            t += 1
            if t == slots:
                t = 0
            if slot_kop[t] < 0:
                break
            thuis = _thuis(slot_token[t], zaad, slots)
            if (t - thuis) % slots >= (t - leeg) % slots:
                slot_token[leeg] = slot_token[t]
                slot_kop[leeg] = slot_kop[t]
                leeg = t
        slot_token[leeg] = 0
        slot_kop[leeg] = -1


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
def verzamel(
    lokaal, alle, zelf, soort, bron, partitie, partities, zaad, slot_token, slot_kop, post_rij, post_volgt,
    pool, rij_van, rij_aantal, rij_soort, rij_bron, merk, welke, post, kandidaat, rijen, lengte
):  # fmt: skip
    """Who meets these tokens in a bucket, may be compared, and makes a pair that this partition owns.

    `lokaal`: the tokens that live here; `alle`: all of them, ascending. Writes the meetings (token welke[k], entry post[k], pair
    kandidaat[k] or -1), the row of each pair and the length of each bucket. Returns meetings and pairs; meetings negated where
    there is no room for them.
    """
    n, m = 0, 0
    for k in range(len(lokaal)):
        lengte[k] = 0
        e = i64(slot_kop[_zoek(lokaal[k], zaad, slot_token, slot_kop)])
        while e >= 0:
            r = post_rij[e]
            lengte[k] += 1
            if r != zelf and (rij_soort[r] != soort or (soort == 1 and rij_bron[r] != bron)):
                if n < len(post):
                    if merk[r] == 0:
                        van = rij_van[r]
                        plek = i64(-1) if partities == 1 else _kleinste(alle, pool, van, van + rij_aantal[r])
                        eigen = partities == 1 or (plek >= 0 and i64(alle[plek] % u64(partities)) == partitie)
                        merk[r] = m + 1 if eigen else -1
                        if eigen:
                            rijen[m] = r
                            m += 1
                    welke[n] = k
                    post[n] = e
                    kandidaat[n] = merk[r] - 1 if merk[r] > 0 else -1
                n += 1
            e = i64(post_volgt[e])
    for k in range(min(n, len(post))):
        merk[post_rij[post[k]]] = 0
    return (n if n <= len(post) else -n), m


@gecompileerd
def posten(tokens, rij, zaad, slot_token, slot_kop, post_rij, post_volgt, uit):
    """The entry of a row under each of its tokens."""
    for k in range(len(tokens)):
        e = i64(slot_kop[_zoek(tokens[k], zaad, slot_token, slot_kop)])
        while e >= 0 and post_rij[e] != rij:
            e = i64(post_volgt[e])
        uit[k] = e


@gecompileerd
def bak(token, zaad, slot_token, slot_kop, post_rij, post_volgt, uit):
    """The rows in a bucket. Returns how many."""
    n = 0
    e = i64(slot_kop[_zoek(token, zaad, slot_token, slot_kop)])
    while e >= 0:
        uit[n] = post_rij[e]
        n += 1
        e = i64(post_volgt[e])
    return n
