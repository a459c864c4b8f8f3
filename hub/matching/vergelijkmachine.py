# ruff: noqa: PLR0912, PLR0915 - one loop over plain arrays compiles to one piece of machine code
# mypy: allow-untyped-defs, allow-untyped-calls
"""The compiled half of the hub's side: two encodings of a bucket -> how well each field agrees -> what that weighs.

A pair that meets under several keys is compared under the first of them, by token: comparing it under all finds no more (docs/adr/0008).
The order of sides makes no difference.
"""

import math
from typing import Final

import numpy as np

from hub.matching.codeermachine import (
    BSNCIJFER,
    BSNCIJFERS,
    BSNHEEL,
    CANON,
    CIJFERS,
    DATUM,
    EXACT,
    INDELING,
    LAND,
    PLAATS,
    PLAATSKLANK,
    SCHETS,
    SEKSE,
    V_ACHTERNAMEN,
    V_BSN,
    V_DAG,
    V_DATUM,
    V_IS_LAND,
    V_LETTER,
    V_PLAATS,
    V_SEKSE,
    VAK,
    VAK2,
    VLAG,
    VOORLETTER,
    WISSEL,
    ZELDZAAM,
)
from hub.matching.frequenties import KLASSEN_ACHTERNAAM, KLASSEN_VOORNAAM
from hub.snel import gecompileerd

u64 = np.uint64
i64 = np.int64

VELDEN: Final = 11
TABELLEN: Final = 8
"""Fields with a table of levels; the last three fields are rarity classes."""
_SLOTS: Final = 25
MATEN: Final = _SLOTS + 5
"""Numbers that are taken of a pair, beside two words of equalities: distances of the sketches, then whether it was compared, and marks."""
_LN2: Final = math.log(2.0)
_W: Final = SCHETS // 4
# Bits of the second word of equalities.
_E_DATUM, _E_WISSEL, _E_CIJFERS, _E_VAK, _E_VAK2, _E_SEKSE = 9, 17, 18, 19, 20, 21
_E_PLAATS, _E_KLANK, _E_LAND, _E_BSN, _E_BSNCIJFERS, _E_BSNHEEL = 22, 23, 24, 25, 34, 35


@gecompileerd
def _bits(x):
    """Ones in a word of 64 bits, in the form that the compiler makes one instruction of."""
    x -= (x >> u64(1)) & u64(0x5555555555555555)
    x = (x & u64(0x3333333333333333)) + ((x >> u64(2)) & u64(0x3333333333333333))
    x = (x + (x >> u64(4))) & u64(0x0F0F0F0F0F0F0F0F)
    return i64((x * u64(0x0101010101010101)) >> u64(56))


@gecompileerd
def ontmoet(a, a32, i, b, b32, j, afstand, gelijk, teken, c):
    """What encodings a[i] and b[j] have in common, as pair c. Nothing where a layout is not known here."""
    teken[c, 0] = a[i, 0] == INDELING and b[j, 0] == INDELING
    if not teken[c, 0]:
        return
    fa, fb = i64(a[i, VLAG]) | i64(a[i, VLAG + 1]) << 8, i64(b[j, VLAG]) | i64(b[j, VLAG + 1]) << 8
    teken[c, 1] = fa
    teken[c, 2] = fb
    teken[c, 3] = i64(a[i, ZELDZAAM]) | i64(a[i, ZELDZAAM + 1]) << 8 | i64(a[i, ZELDZAAM + 2]) << 16
    teken[c, 4] = i64(b[j, ZELDZAAM]) | i64(b[j, ZELDZAAM + 1]) << 8 | i64(b[j, ZELDZAAM + 2]) << 16
    namen, anders = u64(0), u64(0)
    for p in range(5):
        if (p < 3 and p >= fa & 3) or (p >= 3 and p - 3 >= fa >> V_ACHTERNAMEN & 3):
            continue
        for q in range(5):
            if (q < 3 and q >= fb & 3) or (q >= 3 and q - 3 >= fb >> V_ACHTERNAMEN & 3):
                continue
            x, y = _W + 3 * p, _W + 3 * q
            begin = u64(a32[i, x] ^ b32[j, y]) | u64(a32[i, x + 1] ^ b32[j, y + 1]) << u64(32)
            afstand[c, 5 * p + q] = _bits(begin) + _bits(u64(a32[i, x + 2] ^ b32[j, y + 2]))
            if a[i, EXACT + p] == b[j, EXACT + q]:
                namen |= u64(1) << u64(5 * p + q)
            x, y = CANON + 2 * p, CANON + 2 * q
            if a[i, x] == b[j, y] and a[i, x + 1] == b[j, y + 1]:
                namen |= u64(1) << u64(_SLOTS + 5 * p + q)
            if p < 3 and q < 3 and a[i, VOORLETTER + p] == b[j, VOORLETTER + q]:
                anders |= u64(1) << u64(3 * p + q)
    for t in range(8):
        anders |= u64(a[i, DATUM + t] == b[j, DATUM + t]) << u64(_E_DATUM + t)
    anders |= u64(a[i, WISSEL] == b[j, WISSEL]) << u64(_E_WISSEL)
    anders |= u64(a[i, CIJFERS] == b[j, CIJFERS]) << u64(_E_CIJFERS)
    anders |= u64(a[i, VAK] == b[j, VAK]) << u64(_E_VAK)
    anders |= u64(a[i, VAK2] == b[j, VAK2]) << u64(_E_VAK2)
    anders |= u64(a[i, SEKSE] == b[j, SEKSE]) << u64(_E_SEKSE)
    anders |= u64(a[i, PLAATS] == b[j, PLAATS] and a[i, PLAATS + 1] == b[j, PLAATS + 1]) << u64(_E_PLAATS)
    anders |= u64(a[i, PLAATSKLANK] == b[j, PLAATSKLANK]) << u64(_E_KLANK)
    anders |= u64(a[i, LAND] == b[j, LAND]) << u64(_E_LAND)
    for t in range(9):
        anders |= u64(a[i, BSNCIJFER + t] == b[j, BSNCIJFER + t]) << u64(_E_BSN + t)
    anders |= u64(a[i, BSNCIJFERS] == b[j, BSNCIJFERS]) << u64(_E_BSNCIJFERS)
    heel = True
    for t in range(5):
        heel = heel and a[i, BSNHEEL + t] == b[j, BSNHEEL + t]
    anders |= u64(heel) << u64(_E_BSNHEEL)
    gelijk[c, 0] = namen
    gelijk[c, 1] = anders


@gecompileerd
def _is(woord, bit):
    return (woord >> u64(bit)) & u64(1) == u64(1)


def _grens(dice):
    """The distance of two sketches at which the bigrams of two names have this Dice similarity."""
    return 48 * (1 - dice / (2 - dice))


_STERK, _ENIGSZINS = _grens(0.7), _grens(0.52)
_A_STERK, _A_ENIGSZINS, _A_NAUWELIJKS, _A_KLANK = _grens(0.72), _grens(0.55), _grens(0.42), _grens(0.4)
"""Of given names and of surnames."""


@gecompileerd
def _voornaam(afstand, gelijk, teken, c, p, q):
    """One given name with one: 6 exact, 5 same name, 4 close, 3 weak, 2 the initial fits, 1 same initial, 0 other."""
    letter = _is(gelijk[c, 1], 3 * p + q)
    if teken[c, 1] >> (V_LETTER + p) & 1 or teken[c, 2] >> (V_LETTER + q) & 1:
        return 2 if letter else 0
    if afstand[c, 5 * p + q] == 0:
        return 6 if _is(gelijk[c, 0], 5 * p + q) else 5
    if _is(gelijk[c, 0], _SLOTS + 5 * p + q):
        return 5
    if afstand[c, 5 * p + q] <= _STERK:
        return 4
    if afstand[c, 5 * p + q] <= _ENIGSZINS:
        return 3
    return 1 if letter else 0


@gecompileerd
def _achternaam(afstand, gelijk, c, p, q):
    """One surname with one: 7 exact, 6 same sound, 5 close, 4 weak, 2 faint, 1 other."""
    klank = _is(gelijk[c, 0], _SLOTS + 5 * p + q)
    if afstand[c, 5 * p + q] == 0:
        return 7 if _is(gelijk[c, 0], 5 * p + q) else 6
    d = afstand[c, 5 * p + q]
    if klank and d <= _A_KLANK:
        return 6
    if d <= _A_STERK:
        return 5
    if d <= _A_ENIGSZINS:
        return 4
    return 2 if d <= _A_NAUWELIJKS or klank else 1


@gecompileerd
def _datum(anders, hazig):
    """Levels of two dates; `hazig`: what is hazy about either, by bit: no day, no month, 1 January."""
    jaar, maand, dag = 0, 0, 0
    for t in range(8):
        if not _is(anders, _E_DATUM + t):
            if t < 4:
                jaar += 1
            elif t < 6:
                maand += 1
            else:
                dag += 1
    ongelijk = jaar + maand + dag
    bijna = _is(anders, _E_VAK) or _is(anders, _E_VAK2)
    uit = 2 if bijna else 1
    if ongelijk == 0:
        uit = 11 if hazig else 12
    elif hazig and jaar == 0 and maand == 2 and not hazig >> 1:
        uit = 4  # two months that are known and nothing alike: to know less of the day makes it no likelier
    elif hazig:
        uit = 8 if jaar == 0 else 3 if bijna else 1
    elif _is(anders, _E_CIJFERS) and (_is(anders, _E_WISSEL) or ongelijk == 2):
        uit = 10
    elif ongelijk == 1:
        uit = 9
    elif ongelijk == 2 and not _is(anders, _E_DATUM) and not _is(anders, _E_DATUM + 1):
        uit = 7
    elif jaar == ongelijk:
        uit = 6
    elif jaar == 0:
        uit = 5 if maand == 0 or dag == 0 else 4
    return uit


@gecompileerd
def niveaus(afstand, gelijk, teken, c, o):
    """Levels of pair c into o: eight fields and three rarity classes. 0 is no evidence."""
    for f in range(VELDEN):
        o[f] = 0
    if teken[c, 0] == 0:
        return
    fa, fb, ra, rb = teken[c, 1], teken[c, 2], teken[c, 3], teken[c, 4]
    beide, een = fa & fb, fa | fb
    anders = gelijk[c, 1]
    na, nb, sa, sb = fa & 3, fb & 3, min(fa >> 2 & 3, 2), min(fb >> 2 & 3, 2)
    klasse_voor, klasse_achter = 0, 0
    if na and nb:
        eerste = _voornaam(afstand, gelijk, teken, c, 0, 0)
        gi, gj, g = 0, 0, 0
        if eerste >= 3:
            g = 9 if eerste == 6 else 8 if eerste == 5 else 6 if eerste == 4 else 5
        else:
            beste, zeldzaamst = 0.0, 0
            for p in range(na):
                for q in range(nb):
                    if p == 0 and q == 0:
                        continue
                    x = _voornaam(afstand, gelijk, teken, c, p, q)
                    waarde = x + (0.5 if p == 0 or q == 0 else 0.0)
                    klasse = max(ra >> (3 * p) & 7, rb >> (3 * q) & 7)
                    if x >= 4 and (waarde > beste or (waarde == beste and klasse < zeldzaamst)):
                        beste, zeldzaamst, gi, gj = waarde, klasse, p, q
            if beste > 0:
                g = 7 if gi == 0 or gj == 0 else 4
            else:
                g = 3 if eerste == 2 else 2 if eerste == 1 else 1
                if g < 3 and een >> V_LETTER & 7:
                    for p in range(na):
                        for q in range(nb):
                            if (p == 0 or q == 0) and g < 3 and _voornaam(afstand, gelijk, teken, c, p, q) == 2:
                                g, gi, gj = 3, p, q
        o[0] = g
        klasse_voor = max(ra >> (3 * gi) & 7, rb >> (3 * gj) & 7)
        if na > 1 and nb > 1 and g != 4:
            o[1] = 1
            for p in range(na):
                for q in range(nb):
                    if p != gi and q != gj and _voornaam(afstand, gelijk, teken, c, p, q) >= 2:
                        o[1] = 2
    if sa and sb:
        beste_naam = 0
        for p in range(sa):
            for q in range(sb):
                x = _achternaam(afstand, gelijk, c, 3 + p, 3 + q)
                klasse = max(ra >> (9 + 3 * p) & 7, rb >> (9 + 3 * q) & 7)
                if x > beste_naam or (x == beste_naam and klasse < klasse_achter):
                    beste_naam, klasse_achter = x, klasse
        o[2] = beste_naam
    if (na and sb) or (nb and sa):
        o[7] = 1
        if o[2] <= 2 or o[0] <= 2:
            heen, terug = 0, 0
            for p in range(na):
                for q in range(sb):
                    if not fa >> (V_LETTER + p) & 1:
                        heen = max(heen, _achternaam(afstand, gelijk, c, p, 3 + q))
            for p in range(sa):
                for q in range(nb):
                    if not fb >> (V_LETTER + q) & 1:
                        terug = max(terug, _achternaam(afstand, gelijk, c, 3 + p, q))
            heen, terug = max(heen, terug), min(heen, terug)  # which of the two came last must not matter
            if terug >= 5 and o[0] <= 5 and heen > o[2]:
                o[7] = 3
                o[0] = 9 if heen == 7 else 8 if heen == 6 else 6
                o[2] = terug
                o[1] = 0
                klasse_voor, klasse_achter = 5, max(klasse_achter, 3)
            elif heen >= 6 and 0 < o[2] <= 2:
                o[2] = 3  # counted once, with the surname
            elif heen >= 6 and o[0] == o[2] == 0:
                o[2] = 5  # all that one of them has, in the other field: as frequent as the more frequent of its roles
                klasse_achter = max(ra & 7, rb & 7, ra >> 9 & 7, rb >> 9 & 7)
    if beide >> V_DATUM & 1:
        o[3] = _datum(anders, een >> V_DAG & 7)
    if beide >> V_SEKSE & 1:
        o[4] = 2 if _is(anders, _E_SEKSE) else 1
    if beide >> V_PLAATS & 1:
        o[5] = 1
        if _is(anders, _E_PLAATS):
            o[5] = 4
        elif een >> V_IS_LAND & 1 and _is(anders, _E_LAND):
            o[5] = 2
        elif _is(anders, _E_KLANK):
            o[5] = 3
    if beide >> V_BSN & 1:
        n = 0
        for t in range(9):
            n += not _is(anders, _E_BSN + t)
        if n == 0 and _is(anders, _E_BSNHEEL):
            o[6] = 4
        else:
            o[6] = 3 if n <= 1 or (n == 2 and _is(anders, _E_BSNCIJFERS)) else 2 if n <= 3 else 1
    if o[0] >= 6:
        o[8] = min(klasse_voor, KLASSEN_VOORNAAM - 1) + 1
    if o[2] >= 5:
        o[9] = min(klasse_achter, KLASSEN_ACHTERNAAM - 1) + 1
    if o[5] == 4:
        o[10] = max(ra >> 15 & 3, rb >> 15 & 3) + 1


@gecompileerd
def paren(a, a32, b, b32, i, j, uit):
    """Levels of pairs of single encodings."""
    afstand = np.zeros((1, _SLOTS), np.int64)
    gelijk = np.zeros((1, 2), np.uint64)
    teken = np.zeros((1, 5), np.int64)
    for k in range(len(i)):
        ontmoet(a, a32, i[k], b, b32, j[k], afstand, gelijk, teken, 0)
        niveaus(afstand, gelijk, teken, 0, uit[k])


@gecompileerd
def gewicht(o, tabel, omvang, voor, achter, plaats, gemeenschap, per_klasse):
    """log2 odds of one pair: two classes of matches against chance, and relatives of four kinds.

    Only chance pays for a name by its frequency: relatives share a name because they are family.
    """
    hoogst = -1e9
    for c in range(len(omvang)):
        x = omvang[c]
        for f in range(TABELLEN):
            x += tabel[c, f, o[f]]
        if c == 2:
            x += voor[o[0], o[8]] + achter[o[2], o[9]] + plaats[o[5], o[10]]
            if o[0] >= 6 and o[2] >= 5:
                x += gemeenschap  # names of one community go together
        per_klasse[c] = x
        hoogst = max(hoogst, x)
    wel, niet = 0.0, 0.0
    for c in range(len(omvang)):
        deel = math.exp((per_klasse[c] - hoogst) * _LN2)
        if c < 2:
            wel += deel
        else:
            niet += deel
    return (math.log(max(wel, 1e-300)) - math.log(max(niet, 1e-300))) / _LN2


@gecompileerd
def gewichten(o, tabel, omvang, voor, achter, plaats, gemeenschap, uit):
    """The same for many pairs."""
    per_klasse = np.empty(len(omvang))
    for k in range(len(o)):
        uit[k] = gewicht(o[k], tabel, omvang, voor, achter, plaats, gemeenschap, per_klasse)


@gecompileerd
def vergelijk(eigen, post, werk, n, maat, gelijk, uit, weging, som):
    """The evidence for n pairs: of each, `werk` has the row of `eigen` and that of `post`."""
    afstand, teken = maat[:, :_SLOTS], maat[:, _SLOTS:]
    eigen32, post32 = eigen.view(np.uint32), post.view(np.uint32)
    tabel, omvang, voor, achter, plaats, gemeenschap = weging
    per_klasse = np.empty(len(omvang))
    for c in range(n):
        ontmoet(eigen, eigen32, werk[0, c], post, post32, werk[1, c], afstand, gelijk, teken, 0)
        niveaus(afstand, gelijk, teken, 0, uit[c])
        som[c] = gewicht(uit[c], tabel, omvang, voor, achter, plaats, gemeenschap, per_klasse)


@gecompileerd
def overeenkomst(a, b, i, j, afstand, gelijk, teken):
    """What a[i] and b[j] have in common, pair by pair and not judged: for a field profile with levels of its own."""
    a32, b32 = a.view(np.uint32), b.view(np.uint32)
    for c in range(len(i)):
        ontmoet(a, a32, i[c], b, b32, j[c], afstand, gelijk, teken, c)
