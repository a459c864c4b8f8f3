# ruff: noqa: PLR0912, PLR0915 - one loop over plain arrays compiles to one piece of machine code
# mypy: allow-untyped-defs, allow-untyped-calls
"""The compiled half of the encoder: which keys a person has, their tokens and salts, and the bytes of the encodings.

Names come in as numbers of rows in tables (`codering` makes them): hashes of their forms, and how frequent they are. The columns
are named here. Every secret is a SipHash-2-4 key (128 bits), a pseudo-random function made for short messages.
"""

from typing import Final

import numpy as np

from hub.snel import gecompileerd

u64 = np.uint64

# Words (64-bit hashes) of a name, by column.
W_NAAM, W_CANON, W_KLANK, W_VOORLETTER, W_LETTER, W_GROF_HEEL, W_GROF, W_BEGIN = 0, 1, 2, 3, 4, 5, 6, 7
WOORDEN: Final = 11
"""Columns; four prefixes of the coarse code from W_BEGIN."""

# Shares of a name, by column: itself as what it is and as the other role, its sound in both roles, coarse code, four prefixes; and
# how much more frequent the names beside it are than elsewhere (the root of it, so that two names of one community multiply).
P_NAAM, P_NAAM_ANDERS, P_KLANK, P_KLANK_ANDERS, P_GROF, P_BEGIN, P_SAMEN = 0, 1, 2, 3, 4, 5, 9
KANSEN: Final = 10

# Numbers of a name, by column.
G_VANAF, G_AANTAL, G_KLASSE, G_LETTER, G_BEGINNEN = 0, 1, 2, 3, 4
GETALLEN: Final = 5

# Of a place: words, the class and marks, and shares: of its country or itself, and how names and it go together.
P_PLAATS, P_KLANKPLAATS, P_LAND, P_GEBIED = 0, 1, 2, 3
Q_KLASSE, Q_LAND, Q_IS_LAND = 0, 1, 2

# A person: numbers of three given names, two surnames, the place; sex (0 absent, 1 M, 2 V), birth date (0 absent), BSN (-1 absent).
R_VOORNAAM, R_ACHTERNAAM, R_PLAATS, R_GESLACHT, R_DATUM, R_BSN = 0, 3, 5, 6, 7, 8
RIJ: Final = 9

# Kinds of keys.
BSN, DP, DA, SGY, SGA, SGM, DII, SMD, SG, SIA, AMD, AYM, AYP, SGG, SYD, SIY, SYM, GIY, GIA, GYM, SGV, DLN = (
    np.int64(n) for n in range(22)
)
VOORRANG: Final = np.array([0, 1, 2, 7, 8, 17, 18, 12, 4, 5, 10, 13, 6, 20, 19, 11, 16, 14, 15, 14, 9, 3])
"""By kind, its place in the order of use: first what brings pairs together that share no other key (measured on the sets leer-...)."""
_A, _B, _C = np.int64(0), np.int64(1), np.int64(2)
"""Forms of a kind. Typed numbers: of a plain one the compiler would make a function for every value."""
_MEEST: Final = 96
_DELEN: Final = 6

# Layout 2. An encoding has 116 bytes, 29 words of 32 bits.
INDELING: Final = 2
LENGTE: Final = 116
SCHETS, SCHETS_BYTES, NAMEN = 8, 12, 5
VLAG, ZELDZAAM, SEKSE, LAND = 1, 3, 6, 7
EXACT, CANON, VOORLETTER = 68, 73, 83
DATUM, WISSEL, CIJFERS, VAK, VAK2 = 86, 94, 95, 96, 97
PLAATS, PLAATSKLANK = 98, 100
BSNCIJFER, BSNCIJFERS, BSNHEEL = 101, 110, 111

V_ACHTERNAMEN, V_DATUM, V_DAG, V_MAAND, V_NIEUWJAAR, V_SEKSE = 2, 4, 5, 6, 7, 8
V_PLAATS, V_IS_LAND, V_BSN, V_LETTER = 9, 11, 12, 13
"""Flags, by bit: what is present, and what is hazy about it. Not secret; the bytes of an absent field are noise.

Bit 10 is empty: it told of everybody whether he was born abroad, and brought nothing (ADR 0011).
"""

_GOUD: Final = u64(0x9E3779B97F4A7C15)
_C1: Final = u64(0xBF58476D1CE4E5B9)
_C2: Final = u64(0x94D049BB133111EB)


@gecompileerd
def _ronde(v0, v1, v2, v3):
    v0 += v1
    v1 = ((v1 << u64(13)) | (v1 >> u64(51))) ^ v0
    v0 = (v0 << u64(32)) | (v0 >> u64(32))
    v2 += v3
    v3 = ((v3 << u64(16)) | (v3 >> u64(48))) ^ v2
    v0 += v3
    v3 = ((v3 << u64(21)) | (v3 >> u64(43))) ^ v0
    v2 += v1
    v1 = ((v1 << u64(17)) | (v1 >> u64(47))) ^ v2
    v2 = (v2 << u64(32)) | (v2 >> u64(32))
    return v0, v1, v2, v3


@gecompileerd
def _sip_blok(v0, v1, v2, v3, m):
    v3 ^= m
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    return v0 ^ m, v1, v2, v3


@gecompileerd
def _sip_slot(v0, v1, v2, v3, lengte):
    v0, v1, v2, v3 = _sip_blok(v0, v1, v2, v3, u64(lengte & 255) << u64(56))
    v2 ^= u64(255)
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    v0, v1, v2, v3 = _ronde(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@gecompileerd
def sip(k0, k1, m):
    """SipHash-2-4 of one word."""
    v0, v1, v2, v3 = _sip_blok(
        k0 ^ u64(0x736F6D6570736575),
        k1 ^ u64(0x646F72616E646F6D),
        k0 ^ u64(0x6C7967656E657261),
        k1 ^ u64(0x7465646279746573),
        m,
    )
    return _sip_slot(v0, v1, v2, v3, 8)


@gecompileerd
def _sip_delen(k0, k1, delen, rij):
    """SipHash-2-4 of a row of words."""
    v0, v1 = k0 ^ u64(0x736F6D6570736575), k1 ^ u64(0x646F72616E646F6D)
    v2, v3 = k0 ^ u64(0x6C7967656E657261), k1 ^ u64(0x7465646279746573)
    for n in range(_DELEN):
        v0, v1, v2, v3 = _sip_blok(v0, v1, v2, v3, delen[rij, n])
    return _sip_slot(v0, v1, v2, v3, 8 * _DELEN)


@gecompileerd
def _voeg(sleutels, orde, gezien, n, soort, vorm, a, b, c, d):
    """One key, unless it is there already. Later keys of a kind come later in the order, but for `dp`."""
    if n >= len(sleutels):
        return n
    kop = u64(soort * 16 + vorm)
    for i in range(n):
        if (
            sleutels[i, 0] == kop
            and sleutels[i, 1] == a
            and sleutels[i, 2] == b
            and sleutels[i, 3] == c
            and sleutels[i, 4] == d
        ):
            return n
    sleutels[n, 0] = kop
    sleutels[n, 1] = a
    sleutels[n, 2] = b
    sleutels[n, 3] = c
    sleutels[n, 4] = d
    orde[n] = VOORRANG[soort] + (0 if soort == DP else 4 * gezien[soort])
    gezien[soort] += 1
    return n + 1


@gecompileerd
def _begin(sleutels, orde, gezien, n, soort, rest, deel, kans, w, p, g, x, meest):
    """The shortest prefix of a coarse code whose bucket stays within the bound; rare contexts bear more spelling damage."""
    beginnen = g[x, G_BEGINNEN]
    lengte = 0
    while lengte < beginnen and kans * p[x, P_BEGIN + lengte] > meest:
        lengte += 1
    if lengte == beginnen and kans * p[x, P_GROF] > meest:
        return n
    vorm, woord = (_B, w[x, W_BEGIN + lengte]) if lengte < beginnen else (_C, w[x, W_GROF_HEEL])
    return _voeg(sleutels, orde, gezien, n, soort, vorm, rest, deel, woord, u64(0))


@gecompileerd
def _erbij(w, kolom, x, uit, n):
    """Puts a row in the list, unless one with the same word in that column is there. Returns the length of the list."""
    for i in range(n):
        if w[uit[i], kolom] == w[x, kolom]:
            return n
    uit[n] = x
    return n + 1


@gecompileerd
def _sleutels(rij, w, p, g, pw, pp, meest, sleutels, orde, gezien):
    """All composite keys of a person whose expected share of the population is at most `meest`. Returns how many."""
    n = np.int64(0)
    for i in range(len(gezien)):
        gezien[i] = 0
    datum = rij[R_DATUM]
    jaar, maand, dag = datum // 10000, datum // 100 % 100, datum % 100
    ok = datum > 0
    maand_ok = ok and maand > 0 and not (maand == 1 and dag == 1)
    heel = maand_ok and dag > 0  # a hazy date is never a key of its own
    wissel = u64(min(maand, dag) * 100 + max(maand, dag))
    sekse = u64(rij[R_GESLACHT])
    kans_sekse = 0.8 if rij[R_GESLACHT] == 1 else 0.35
    # Rows of names: given names in full, those and the surnames by sound, all by coarse code.
    vol, voor, naam, grove = np.empty(3, np.int64), np.empty(3, np.int64), np.empty(2, np.int64), np.empty(5, np.int64)
    nv, nvoor, nnaam, ngrof, na = 0, 0, 0, 0, 0
    for i in range(2):
        if rij[R_ACHTERNAAM + i] >= 0:
            na += 1
            nnaam = _erbij(w, W_KLANK, rij[R_ACHTERNAAM + i], naam, nnaam)
    for i in range(3):
        if rij[i] >= 0 and g[rij[i], G_LETTER] == 0:
            vol[nv] = rij[i]
            nv += 1
            nvoor = _erbij(w, W_KLANK, rij[i], voor, nvoor)
    for i in range(nnaam):
        ngrof = _erbij(w, W_GROF, naam[i], grove, ngrof)
    for i in range(nvoor):
        ngrof = _erbij(w, W_GROF, voor[i], grove, ngrof)
    letter = w[rij[0], W_LETTER] if rij[0] >= 0 else u64(0)
    plaats = rij[R_PLAATS]
    gebied = pw[plaats, P_GEBIED] if plaats >= 0 else u64(0)
    kans_gebied, samen_gebied = (pp[plaats, 0], pp[plaats, 1]) if plaats >= 0 else (1.0, 1.0)
    nul = u64(0)
    if rij[R_BSN] >= 0:
        n = _voeg(sleutels, orde, gezien, n, BSN, _A, u64(rij[R_BSN]), nul, nul, nul)
    if ok:
        kans_dag = 1 / 25550 if heel else 0.03 / 70
        for i in range(min(ngrof, 4)):
            x = grove[i]
            n = _begin(sleutels, orde, gezien, n, DP, u64(datum), nul, kans_dag, w, p, g, x, meest)
        if plaats >= 0 and sekse > 0 and kans_dag * kans_gebied * kans_sekse <= meest:
            n = _voeg(sleutels, orde, gezien, n, DA, _A, u64(datum), gebied, sekse, nul)
        if heel and letter > 0 and na > 0:
            ander = w[rij[R_ACHTERNAAM], W_LETTER]
            if kans_dag / 60 <= meest:
                n = _voeg(sleutels, orde, gezien, n, DII, _A, u64(datum), min(letter, ander), max(letter, ander), nul)
            else:
                kans = kans_dag / 8
                n = _begin(sleutels, orde, gezien, n, DLN, u64(datum), letter, kans, w, p, g, rij[R_ACHTERNAAM], meest)
                if nvoor > 0:
                    n = _begin(sleutels, orde, gezien, n, DLN, u64(datum), ander, kans, w, p, g, voor[0], meest)
    paren = 0
    for i in range(nnaam):
        for j in range(min(nvoor, 2)):
            if paren == 3:
                break
            paren += 1
            s, v = naam[i], voor[j]
            een, twee = min(w[s, W_KLANK], w[v, W_KLANK]), max(w[s, W_KLANK], w[v, W_KLANK])
            samen = p[s, P_SAMEN] * p[v, P_SAMEN]
            kans = samen * (
                p[s, P_KLANK] * p[v, P_KLANK] + p[s, P_KLANK_ANDERS] * p[v, P_KLANK_ANDERS]
            )  # in either role
            if kans <= meest:
                n = _voeg(sleutels, orde, gezien, n, SG, _A, een, twee, nul, nul)
            elif ok and kans * 4 / 70 <= meest:
                n = _voeg(sleutels, orde, gezien, n, SGV, _A, een, twee, u64(jaar // 4), nul)
                n = _voeg(sleutels, orde, gezien, n, SGV, _B, een, twee, u64((jaar + 2) // 4), nul)
            g_een, g_twee = min(w[s, W_GROF], w[v, W_GROF]), max(w[s, W_GROF], w[v, W_GROF])
            grofweg = samen * 2 * p[s, P_GROF] * p[v, P_GROF]
            for soort in (SGY, SGA, SGM):
                if soort == SGY:
                    kan, deel, rest = ok, 1 / 70, u64(jaar)
                elif soort == SGA:
                    kan, deel, rest = (
                        plaats >= 0,
                        kans_gebied * samen_gebied * samen ** (1 / 3) * samen_gebied ** (1 / 3),
                        gebied,
                    )
                else:
                    kan, deel, rest = heel, 2 / 365, wissel
                if not kan:
                    continue
                if grofweg * deel <= meest:  # coarse where the bound allows, fine where it does not
                    n = _voeg(sleutels, orde, gezien, n, soort, _B, g_een, g_twee, rest, nul)
                elif kans * deel <= meest:
                    n = _voeg(sleutels, orde, gezien, n, soort, _A, een, twee, rest, nul)
                elif soort == SGY and maand_ok and kans / 840 <= meest:
                    n = _voeg(sleutels, orde, gezien, n, soort, _C, een, twee, u64(jaar), u64(maand))
                elif soort == SGM and grofweg * 2 / 25550 <= meest:  # frequent names need the year too
                    n = _voeg(sleutels, orde, gezien, n, soort, _C, g_een, g_twee, u64(jaar), wissel)
                elif soort == SGM and kans * 2 / 25550 <= meest:
                    n = _voeg(sleutels, orde, gezien, n, soort, _C, een, twee, u64(jaar), wissel)
    paren = 0
    for i in range(na):
        for j in range(min(nv, 2)):
            if paren == 2:
                break
            paren += 1
            s, v = rij[R_ACHTERNAAM + i], vol[j]
            samen = p[s, P_SAMEN] * p[v, P_SAMEN]
            if samen * (p[s, P_KLANK] * p[v, P_KLANK] + p[s, P_KLANK_ANDERS] * p[v, P_KLANK_ANDERS]) <= meest:
                continue  # the key of their sounds is there, and wider
            if samen * (p[s, P_NAAM] * p[v, P_NAAM] + p[s, P_NAAM_ANDERS] * p[v, P_NAAM_ANDERS]) <= meest:
                een, twee = min(w[s, W_NAAM], w[v, W_NAAM]), max(w[s, W_NAAM], w[v, W_NAAM])
                n = _voeg(sleutels, orde, gezien, n, SG, _B, een, twee, nul, nul)
    if plaats >= 0 and ok:
        for i in range(2):
            if (i == 0 and nnaam == 0) or (i == 1 and nvoor == 0):
                continue
            x = naam[0] if i == 0 else voor[0]
            if i == 1 and nnaam > 0 and w[x, W_GROF] == w[naam[0], W_GROF]:
                continue
            samen = kans_gebied * samen_gebied * p[x, P_SAMEN]
            if maand_ok:
                moment = u64(jaar * 100 + maand)
                n = _begin(sleutels, orde, gezien, n, AYM, gebied, moment, samen / 840, w, p, g, x, meest)
            if heel:
                n = _begin(sleutels, orde, gezien, n, AMD, gebied, wissel, samen * 2 / 365, w, p, g, x, meest)
            if sekse > 0:
                moment = u64(jaar * 10) + sekse
                kans = samen * kans_sekse / 70
                n = _begin(sleutels, orde, gezien, n, AYP, gebied, moment, kans, w, p, g, x, meest)
    for i in range(nnaam):
        s = naam[i]
        klank, kans = w[s, W_KLANK], p[s, P_KLANK]
        if maand_ok and kans / 840 <= meest:
            n = _voeg(sleutels, orde, gezien, n, SYM, _A, klank, u64(jaar), u64(maand), nul)
        if heel and kans / 2130 <= meest:
            n = _voeg(sleutels, orde, gezien, n, SYD, _A, klank, u64(jaar), u64(dag), nul)
        if heel and letter > 0 and kans * 2 / 3650 <= meest:
            n = _voeg(sleutels, orde, gezien, n, SMD, _A, klank, wissel, letter, nul)
    if nnaam > 0:
        s = naam[0]
        klank, kans = w[s, W_KLANK], p[s, P_KLANK]
        samen = (p[s, P_SAMEN] * p[voor[0], P_SAMEN] * p[voor[1], P_SAMEN]) ** (4 / 3) if nvoor > 1 else 1.0
        if nvoor > 1 and samen * kans * p[voor[0], P_KLANK] * p[voor[1], P_KLANK] <= meest:
            a, b_, c = klank, w[voor[0], W_KLANK], w[voor[1], W_KLANK]
            laag, hoog = min(a, b_, c), max(a, b_, c)
            n = _voeg(sleutels, orde, gezien, n, SGG, _A, laag, a ^ b_ ^ c ^ laag ^ hoog, hoog, nul)
        if (
            plaats >= 0 and letter > 0 and kans * p[s, P_SAMEN] * kans_gebied * samen_gebied / 8 <= meest
        ):  # for want of a date
            n = _voeg(sleutels, orde, gezien, n, SIA, _A, klank, letter, gebied, nul)
        if ok and letter > 0 and kans / 560 <= meest:
            n = _voeg(sleutels, orde, gezien, n, SIY, _A, klank, letter, u64(jaar), nul)
    if nvoor > 0 and na > 0:
        v, ander = voor[0], w[rij[R_ACHTERNAAM], W_LETTER]
        klank, kans = w[v, W_KLANK], p[v, P_KLANK] / 8
        if ok and kans / 70 <= meest:
            n = _voeg(sleutels, orde, gezien, n, GIY, _A, klank, ander, u64(jaar), nul)
        if maand_ok and kans / 840 <= meest:
            n = _voeg(sleutels, orde, gezien, n, GYM, _A, klank, ander, u64(jaar), u64(maand))
        if plaats >= 0 and kans * p[v, P_SAMEN] * kans_gebied * samen_gebied <= meest:
            n = _voeg(sleutels, orde, gezien, n, GIA, _A, klank, ander, gebied, nul)
    return n


@gecompileerd
def _kies(orde, n, hoogstens, keuze):
    """The numbers of the first `hoogstens` keys by order of use; equals in order of making."""
    for i in range(n):
        j = i
        while j > 0 and orde[keuze[j - 1]] > orde[i]:
            keuze[j] = keuze[j - 1]
            j -= 1
        keuze[j] = i
    return min(n, hoogstens)


@gecompileerd
def _cijfers(waarde, aantal):
    """How often each digit occurs, packed."""
    uit = u64(0)
    for _ in range(aantal):
        uit += u64(1) << u64(4 * (waarde % 10))
        waarde //= 10
    return uit


@gecompileerd
def _velden(rij, w, g, pw, pq, woord):
    """The salted words of an encoding but for the sketches: what goes through the salt, by field. Returns flags and rarity."""
    for t in range(len(woord)):
        woord[t] = u64(t + 1) * u64(0xD6E8FEB86659FD93)  # absent: noise
    vlaggen, zeldzaam = 0, 0
    for i in range(NAMEN):
        x = rij[i]
        if x < 0:
            continue
        woord[i] = w[x, W_NAAM]
        woord[5 + i] = w[x, W_CANON]
        if i == 0 or i > 2:  # the class of a further given name tells who somebody is and weighs nothing (ADR 0011)
            zeldzaam |= g[x, G_KLASSE] << (3 * i)
        if i < 3:
            vlaggen += 1
            woord[10 + i] = w[x, W_VOORLETTER]
            vlaggen |= g[x, G_LETTER] << (V_LETTER + i)
        else:
            vlaggen += 1 << V_ACHTERNAMEN
    datum = rij[R_DATUM]
    if datum > 0:
        jaar, maand, dag = datum // 10000, datum // 100 % 100, datum % 100
        rest = datum
        for i in range(8):
            woord[20 - i] = (u64(1000 + 7 - i) << u64(32)) + u64(rest % 10)
            rest //= 10
        woord[21] = (u64(1100) << u64(32)) + u64(jaar * 10000 + min(maand, dag) * 100 + max(maand, dag))
        woord[22] = u64(1101 << 40) ^ _cijfers(datum, 8)
        woord[23] = (u64(1102) << u64(32)) + u64(jaar // 4)
        woord[24] = (u64(1103) << u64(32)) + u64((jaar + 2) // 4)
        vlaggen |= 1 << V_DATUM | (dag == 0) << V_DAG | (maand == 0) << V_MAAND
        vlaggen |= (maand == 1 and dag == 1) << V_NIEUWJAAR
    if rij[R_GESLACHT] > 0:
        woord[25] = (u64(1104) << u64(32)) + u64(rij[R_GESLACHT])
        vlaggen |= 1 << V_SEKSE
    plaats = rij[R_PLAATS]
    if plaats >= 0:
        woord[26] = pw[plaats, P_PLAATS]
        woord[27] = pw[plaats, P_KLANKPLAATS]
        vlaggen |= 1 << V_PLAATS | pq[plaats, Q_IS_LAND] << V_IS_LAND
        zeldzaam |= pq[plaats, Q_KLASSE] << 15
        if pq[plaats, Q_LAND]:
            woord[28] = pw[plaats, P_LAND]
    bsn = rij[R_BSN]
    if bsn >= 0:
        rest = bsn
        for i in range(9):
            woord[37 - i] = (u64(1200 + 8 - i) << u64(32)) + u64(rest % 10)
            rest //= 10
        woord[38] = u64(1201 << 40) ^ _cijfers(bsn, 9)
        woord[39] = (u64(1203) << u64(32)) + u64(bsn)
        vlaggen |= 1 << V_BSN
    return vlaggen, zeldzaam


@gecompileerd
def _schrijf(rij, a, b, g, gram, woord, vlaggen, zeldzaam, meng, meng8, laag, uit):
    """One encoding under the salt (a, b)."""
    uit[0] = INDELING
    uit[VLAG] = vlaggen & 255
    uit[VLAG + 1] = vlaggen >> 8
    for i in range(3):
        uit[ZELDZAAM + i] = zeldzaam >> (8 * i) & 255
    for f in range(NAMEN):
        plek = SCHETS + SCHETS_BYTES * f
        x = rij[f]
        for i in range(96):
            laag[i] = 255
        if x < 0:
            for t in range(12):
                meng[t] = sip(a, b, u64(977 * f + t))
            for t in range(12):
                uit[plek + t] = meng[t] & u64(255)
            continue
        vanaf = g[x, G_VANAF]
        for t in range(vanaf, vanaf + g[x, G_AANTAL]):
            # One pseudo-random word per bigram, spread over twelve: who has not the salt cannot tell whose word it is.
            h = sip(a, b, gram[t])
            for blok in range(SCHETS_BYTES):
                z = h + u64(blok + 1) * _GOUD
                z = (z ^ (z >> u64(30))) * _C1
                z = (z ^ (z >> u64(27))) * _C2
                meng[blok] = z ^ (z >> u64(31))
            for i in range(96):
                laag[i] = min(laag[i], meng8[i])
        for blok in range(SCHETS_BYTES):
            bits = 0
            for i in range(8):
                bits |= (laag[8 * blok + i] & 1) << i
            uit[plek + blok] = bits
    for t in range(40):
        h = sip(a, b, woord[t])
        if t < 5:
            uit[EXACT + t] = h & u64(255)
        elif t < 10:
            uit[CANON + 2 * (t - 5)] = h & u64(255)
            uit[CANON + 2 * (t - 5) + 1] = h >> u64(8) & u64(255)
        elif t < 13:
            uit[VOORLETTER + t - 10] = h & u64(255)
        elif t < 21:
            uit[DATUM + t - 13] = h & u64(255)
        elif t < 25:
            uit[WISSEL + t - 21] = h & u64(255)
        elif t == 25:
            uit[SEKSE] = h & u64(255)
        elif t == 26:
            uit[PLAATS] = h & u64(255)
            uit[PLAATS + 1] = h >> u64(8) & u64(255)
        elif t == 27:
            uit[PLAATSKLANK] = h & u64(255)
        elif t == 28:
            uit[LAND] = h & u64(255)
        elif t < 39:
            uit[BSNCIJFER + t - 29] = h & u64(255)
        else:
            for i in range(5):
                uit[BSNHEEL + i] = h >> u64(8 * i) & u64(255)


@gecompileerd
def codeer(rijen, w, p, g, gram, pw, pp, pq, geheim, meest, hoogstens, start, tokens, coderingen, soorten):
    """All persons: their tokens in ascending order with the encodings beside them. Returns the number of keys.

    `geheim`: namespace, then three SipHash keys (token, both halves of the salt).
    """
    sleutels = np.zeros((_MEEST, _DELEN), np.uint64)
    orde = np.empty(_MEEST, np.int64)
    keuze = np.empty(_MEEST, np.int64)
    gezien = np.zeros(22, np.int64)
    woord = np.empty(40, np.uint64)
    meng = np.empty(12, np.uint64)
    meng8 = meng.view(np.uint8)
    laag = np.empty(96, np.uint8)
    m = 0
    for i in range(len(rijen)):
        rij = rijen[i]
        start[i] = m
        n = _kies(orde, _sleutels(rij, w, p, g, pw, pp, meest, sleutels, orde, gezien), hoogstens, keuze)
        for k in range(n):
            sleutels[keuze[k], 5] = geheim[0]
            token = _sip_delen(geheim[1], geheim[2], sleutels, keuze[k])
            j = m + k
            plek = keuze[k]
            while j > m and tokens[j - 1] > token:
                tokens[j] = tokens[j - 1]
                soorten[j] = soorten[j - 1]
                j -= 1
            tokens[j] = token
            soorten[j] = plek
        vlaggen, zeldzaam = _velden(rij, w, g, pw, pq, woord)
        for j in range(m, m + n):
            plek = np.int64(soorten[j])
            a = _sip_delen(geheim[3], geheim[4], sleutels, plek)
            b = _sip_delen(geheim[5], geheim[6], sleutels, plek)
            _schrijf(rij, a, b, g, gram, woord, vlaggen, zeldzaam, meng, meng8, laag, coderingen[j])
            soorten[j] = sleutels[plek, 0] >> u64(4)
        m += n
    start[len(rijen)] = m
    return m


@gecompileerd
def onder_een_zout(rijen, w, g, gram, pw, pq, a, b, coderingen):
    """One encoding per person, all under one salt."""
    woord = np.empty(40, np.uint64)
    meng = np.empty(12, np.uint64)
    meng8 = meng.view(np.uint8)
    laag = np.empty(96, np.uint8)
    for i in range(len(rijen)):
        vlaggen, zeldzaam = _velden(rijen[i], w, g, pw, pq, woord)
        _schrijf(rijen[i], a, b, g, gram, woord, vlaggen, zeldzaam, meng, meng8, laag, coderingen[i])


@gecompileerd
def codeer_velden(van, delen, rijen, woord, vlaggen, zeldzaam, g, gram, geheim, tokens, coderingen):
    """Keys that another field profile made: `van` the record of each key, `delen` the words of the key.

    Per record the rows of five sketches in `rijen`, and forty words: the same layout and secrets, other fields in its places.
    """
    meng = np.empty(12, np.uint64)
    meng8 = meng.view(np.uint8)
    laag = np.empty(96, np.uint8)
    for k in range(len(van)):
        i = van[k]
        tokens[k] = _sip_delen(geheim[1], geheim[2], delen, k)
        a = _sip_delen(geheim[3], geheim[4], delen, k)
        b = _sip_delen(geheim[5], geheim[6], delen, k)
        _schrijf(rijen[i], a, b, g, gram, woord[i], vlaggen[i], zeldzaam[i], meng, meng8, laag, coderingen[k])
