"""Another field profile: name, birth date, address and a number, as in registers outside the Dutch justice and care domain.

Shares with the Dutch profile the layout, the secrets, the keyed tokens and the buckets; only which field stands in which place, how keys
are put together and what the levels mean is its own. Not used by the hub: it makes public benchmark data (FEBRL) comparable.
Keys are k-bounded as there: the coarsest form of each part that keeps the expected bucket within k of 17 million persons.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

import numpy as np
from anyascii import anyascii

from hub.matching import codeermachine as machine
from hub.matching.codering import Bulk, geheim, grammen, woord
from hub.matching.frequenties import BEVOLKING, Telling
from hub.matching.namen import grof, klank
from hub.matching.sleutels import Tijdvak


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """One record in clear text; absent is empty. Its repr shows nothing."""

    voornaam: str = ""
    achternaam: str = ""
    geboortedatum: str = ""
    """YYYYMMDD; digits that are no date are compared as digits."""
    straat: str = ""
    huisnummer: str = ""
    postcode: str = ""
    woonplaats: str = ""
    gebied: str = ""
    nummer: str = ""

    def __repr__(self) -> str:
        return "Record(...)"


VELDEN: Final = tuple(Record.__dataclass_fields__)
SCHETSEN: Final = ("voornaam", "achternaam", "postcode", "straat", "woonplaats")
"""The fields in the places of the five sketches."""
AANWEZIG: Final = {veld: 4 + nummer for nummer, veld in enumerate(VELDEN)}
"""Bit of the flags that says that a field is there; the lower four say that all five sketches are compared."""
_ALLE_SCHETSEN: Final = 3 | 2 << machine.V_ACHTERNAMEN

SLEUTELS: Final = (
    ("nummer",),
    ("datum", "voornaam"),
    ("datum", "achternaam"),
    ("datum", "postcode"),
    ("datum", "straat"),
    ("datum", "huisnummer"),
    ("datum", "woonplaats"),
    ("datum", "gebied"),
    ("voornaam", "achternaam"),
    ("jaar", "voornaam", "achternaam"),
    ("jaar", "achternaam", "voornaam"),
    ("dagmaand", "voornaam", "achternaam"),
    ("dagmaand", "achternaam", "voornaam"),
    ("jaarmaand", "achternaam"),
    ("jaarmaand", "voornaam"),
    ("jaardag", "achternaam"),
    ("jaardag", "voornaam"),
    ("dagmaand", "achternaam"),
    ("dagmaand", "voornaam"),
    ("straat", "huisnummer"),
    ("huisnummer", "straat"),
    ("postcode", "straat"),
    ("postcode", "huisnummer"),
    ("postcode", "achternaam"),
    ("postcode", "voornaam"),
    ("huisnummer", "achternaam"),
    ("huisnummer", "voornaam"),
    ("straat", "achternaam"),
    ("achternaam", "straat"),
    ("straat", "voornaam"),
    ("woonplaats", "achternaam"),
    ("woonplaats", "voornaam"),
    ("woonplaats", "straat"),
    ("huisnummer", "woonplaats", "achternaam"),
    ("dagmaand", "straat"),
    ("dagmaand", "postcode"),
)
"""Composite keys by their parts. Of a part with several forms the coarsest is taken that keeps the key within its bound."""

_KLANK: Final = {"voornaam": "naam", "achternaam": "naam", "straat": "straat", "woonplaats": "woonplaats"}
"""Parts that are keyed by sound, with the kind they are counted as: names are role-free, so that swapped names meet."""
_HEEL: Final = ("huisnummer", "postcode", "gebied")
"""Parts with one form."""

Vorm = tuple[int, float]
"""A word of a key and the share of the population that has it."""


@lru_cache(1 << 16)
def _plat(tekst: str) -> str:
    """Letters and digits only: registers put blanks anywhere."""
    return re.sub(r"[^a-z0-9]+", "", anyascii(tekst).lower())


def _letters(tekst: str) -> str:
    return re.sub(r"[^a-z]+", "", _plat(tekst))


@lru_cache(1 << 16)
def _vormen(tekst: str) -> tuple[str, ...]:
    """Forms of a name from coarse to fine: prefixes of a coarse code, that code, the sound, the spelling."""
    letters = _letters(tekst)
    if not letters:
        return ()
    code = grof(letters)
    return (*(code[:n] for n in range(1, len(code) + 1)), f"{code}$", f"{klank(letters)}~", f"{_plat(tekst)}=")


def _delen(record: Record) -> dict[str, list[tuple[str, str, float]]]:
    """Per part of a key its forms: kind that is counted, text, and a share where that is no matter of counting."""
    uit: dict[str, list[tuple[str, str, float]]] = {
        part: [(soort, vorm, 0.0) for vorm in _vormen(getattr(record, part))] for part, soort in _KLANK.items()
    }
    for veld in _HEEL:
        uit[veld] = [(veld, plat, 0.0)] if (plat := _plat(getattr(record, veld))) else []
    uit["nummer"] = [("nummer", record.nummer, 1e-7)] if record.nummer else []
    d = record.geboortedatum
    laag, hoog = sorted((d[4:6], d[6:]))
    datums: dict[str, tuple[str, float]] = {"datum": (d, 25550), "jaar": (d[:4], 70), "jaarmaand": (d[:6], 840)}
    datums |= {"jaardag": (d[:4] + d[6:], 2130), "dagmaand": (laag + hoog, 182.5)}
    uit |= {part: [(part, tekst, 1 / aantal)] if len(d) == 8 else [] for part, (tekst, aantal) in datums.items()}
    return uit


Tellingen = dict[str, Telling]


def tel(records: Sequence[Record]) -> Tellingen:
    """How many records have each form and value; values of one or two bearers are not named."""
    tellers = {
        soort: Counter[str]() for soort in (*dict.fromkeys(_KLANK.values()), *_HEEL, *(f"heel {v}" for v in SCHETSEN))
    }
    for record in records:
        for soort, tekst in {(s, t) for vormen in _delen(record).values() for s, t, vast in vormen if not vast}:
            tellers[soort][tekst] += 1
        for veld in SCHETSEN:
            if plat := _plat(getattr(record, veld)):
                tellers[f"heel {veld}"][plat] += 1
    uit = {}
    for soort, teller in tellers.items():
        keren = Counter(teller.values())
        uit[soort] = Telling(len(records), keren[1], keren[2], {t: n for t, n in teller.items() if n > 2})
    return uit


class Codeerder:
    """An encoder of generic records for one key period and the counts of both registers. Clear text: lives at a connector only."""

    def __init__(self, tijdvak: Tijdvak, tellingen: Tellingen, k: int) -> None:
        self._onthoud: dict[tuple[str, str], Vorm] = {}
        inhoud = repr([(soort, sorted(t.dragers.items())) for soort, t in sorted(tellingen.items())])
        ruimte = hashlib.sha256(f"generiek|{machine.INDELING}|{k}|{inhoud}".encode()).digest()[:8]
        self._geheim = geheim(tijdvak, int.from_bytes(ruimte, "little"))
        self.tellingen = tellingen
        self._meest = k / BEVOLKING

    def bulk(self, records: Sequence[Record]) -> Bulk:
        """Keys of many records, those of each by ascending token."""
        return self._codeer(records, [list(self._sleutels(record)) for record in records])

    def onder_een_zout(self, records: Sequence[Record], zouten: int) -> Bulk:
        """The same keys for every record, so that any two can be compared: for estimation, never sent."""
        return self._codeer(records, [[(0, (n, 0, 0, 0)) for n in range(zouten)] for _ in records])

    def _sleutels(self, record: Record) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Kind and words of each key."""
        delen = {part: [self._vorm(*vorm) for vorm in vormen] for part, vormen in _delen(record).items()}
        gezien = set()
        for nummer, parts in enumerate(SLEUTELS):
            for keus in product(*(delen[part] for part in parts)):
                if math.prod(kans for _, kans in keus) <= self._meest:
                    # The same parts in another order, or swapped names: the same key.
                    woorden = tuple(sorted(w for w, _ in keus))
                    if woorden not in gezien:
                        gezien.add(woorden)
                        yield nummer, (*woorden, *(0 for _ in range(4 - len(woorden))))
                    break

    def _vorm(self, soort: str, tekst: str, vast: float) -> Vorm:
        if (soort, tekst) not in self._onthoud:
            self._onthoud[soort, tekst] = woord(f"generiek {soort}", tekst), vast or self.tellingen[soort].kans(tekst)
        return self._onthoud[soort, tekst]

    def _codeer(self, records: Sequence[Record], sleutels: list[list[tuple[int, tuple[int, ...]]]]) -> Bulk:
        n = len(records)
        rijen, woorden = np.full((n, 5), -1, np.int64), np.empty((n, 40), np.uint64)
        vlaggen, zeldzaam = np.zeros(n, np.int64), np.zeros(n, np.int64)
        namen: dict[tuple[bool, str], int] = {}
        g: list[list[int]] = []
        gram: list[int] = []
        for i, record in enumerate(records):
            vlaggen[i] = _ALLE_SCHETSEN | sum(1 << bit for veld, bit in AANWEZIG.items() if getattr(record, veld))
            woorden[i] = _woorden(record)
            for plek, veld in enumerate(SCHETSEN):
                if not (plat := _plat(getattr(record, veld))):
                    continue
                zeldzaam[i] |= self._klasse(veld, plat) << 3 * plek
                naam = veld == "postcode", plat
                if naam not in namen:
                    erbij = _cijfers(plat) if naam[0] else grammen(plat)
                    namen[naam] = len(g)
                    g.append([len(gram), len(erbij), 0, 0, 0])
                    gram += erbij
                rijen[i, plek] = namen[naam]
        van = np.repeat(np.arange(n), [len(deel) for deel in sleutels])
        vlak = [sleutel for deel in sleutels for sleutel in deel]
        soorten = np.array([nummer for nummer, _ in vlak], np.uint8)
        # What a key is made of: no kind (the same words in another order are the same key), its words, the namespace.
        delen = np.zeros((len(vlak), 6), np.uint64)
        delen[:, 1:5] = np.array([w for _, w in vlak], np.uint64).reshape(-1, 4)
        delen[:, 5] = self._geheim[0]
        tokens, coderingen = np.empty(len(vlak), np.uint64), np.empty((len(vlak), machine.LENGTE), np.uint8)
        machine.codeer_velden(
            *(van, delen, rijen, woorden, vlaggen, zeldzaam, np.array(g, np.int64).reshape(-1, machine.GETALLEN)),
            *(np.array(gram, np.uint64), self._geheim, tokens, coderingen),
        )
        orde = np.lexsort((tokens, van))
        start = np.concatenate([[0], np.cumsum([len(deel) for deel in sleutels])]).astype(np.int64)
        return Bulk(start, tokens[orde], coderingen[orde], soorten[orde])

    def _klasse(self, veld: str, plat: str) -> int:
        return klasse(self.tellingen[f"heel {veld}"].kans(plat))


def klasse(kans: float) -> int:
    """Rarity class 0 to 7 by share, a factor two each, from one in 4,096 up."""
    return int(np.clip(np.floor(np.log2(max(kans, 1e-9)) + 12), 0, 7))


def _cijfers(tekst: str) -> list[int]:
    """Digits with their places, as one set: a wrong digit leaves the others."""
    return [woord("cijfer", f"{plek}{cijfer}") for plek, cijfer in enumerate(tekst)]


def _woorden(record: Record) -> list[int]:
    """The forty words of an encoding. Absent: the same word for everyone, which the flags forbid to compare."""
    uit = [woord("afwezig", str(n)) for n in range(40)]
    for plek, veld in enumerate(SCHETSEN):
        if plat := _plat(getattr(record, veld)):
            uit[plek] = woord("plat", plat)
            letters = _letters(plat)
            uit[5 + plek] = woord("klank", klank(letters) if letters else plat)
            if plek < 3:
                uit[10 + plek] = woord("voorletter", plat[0])
    d = record.geboortedatum
    if d:
        uit[13:21] = [woord("datum", f"{n}{cijfer}") for n, cijfer in enumerate(d.ljust(8)[:8])]
        uit[21] = woord("wissel", d[:4] + "".join(sorted((d[4:6], d[6:]))))
        uit[22] = woord("cijfers", "".join(sorted(d)))
    uit[25] = woord("gebied", _plat(record.gebied))
    uit[26] = woord("huisnummer", _plat(record.huisnummer))
    uit[27] = woord("huiscijfers", "".join(sorted(_plat(record.huisnummer))))
    uit[28] = woord("postcijfers", "".join(sorted(_plat(record.postcode))))
    if n := record.nummer:
        uit[29:38] = [woord("nummer", f"{plek}{cijfer}") for plek, cijfer in enumerate(n.ljust(9)[:9])]
        uit[38] = woord("nummercijfers", "".join(sorted(n)))
        uit[39] = woord("heel", n)
    return uit
