"""How frequent names and places are: counted in the registers themselves, aggregated, smoothed. Decides keys and rarity alike.

A table holds only what at least `minimum` persons share, and how many names have one or two bearers: nothing about a person.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

from hub.matching.namen import NAMENHASH, Kern, Persoon, grof, kern, klank, voluit

BEVOLKING: Final = 17_000_000
"""Persons among whom a key is expected to single out at most `k`."""

SOORTEN: Final = (
    "achternaam",
    "voornaam",
    "plaats",
    "gebied",
    "klank_achternaam",
    "klank_voornaam",
    "grof",
    "begin",
    "samen_achternaam",
    "samen_voornaam",
    "samen_gebied",
)
"""What is counted. gebied: the country of a place where it is known, else the place; begin: every prefix of a coarse sound code.

samen: bearers of a sound (or people of a gebied), each as many times as the name beside it is more frequent here than elsewhere.
"""

_SAMEN: Final = 10
"""Bearers below which nothing is said of how names go together."""

KLASSEN_VOORNAAM: Final = 7
KLASSEN_ACHTERNAAM: Final = 5
KLASSEN_PLAATS: Final = 4
"""Rarity classes, 0 the rarest. Wider at the frequent end: the sign of a frequent name narrows it down too far."""


class FrequentieFout(Exception):
    """A table of frequencies cannot be used. The message says what to do."""


@dataclass(frozen=True)
class Telling:
    """One kind of name: how many persons have it filled, how many names have one and two bearers, and who has many."""

    personen: int
    een: int
    twee: int
    dragers: Mapping[str, int]

    @cached_property
    def bodem(self) -> float:
        """Share of a name that is not in the table (Good-Turing): an unknown name is not the rarest of all."""
        return max(2 * (self.twee + 1) / (self.een + 1), 0.3) / max(self.personen, 1)

    @cached_property
    def kansen(self) -> dict[str, float]:
        """Smoothed share of persons per name in the table."""
        aantal = Counter(self.dragers.values())
        beter = {}
        for keer in range(3, 6):
            verwacht = (keer + 1) * (aantal[keer + 1] + 1) / (aantal[keer] + 1)
            beter[keer] = min(max(verwacht, 0.5 * keer), keer)
        personen = max(self.personen, 1)
        return {naam: max(beter.get(keer, keer) / personen, self.bodem) for naam, keer in self.dragers.items()}

    def kans(self, naam: str) -> float:
        """Smoothed share of persons that have this name."""
        return self.kansen.get(naam, self.bodem)

    @cached_property
    def toeval(self) -> float:
        """Chance that two random persons have the same name."""
        return sum(kans * kans for kans in self.kansen.values())


@dataclass(frozen=True, slots=True)
class Zeldzaamheid:
    """What the hub needs of a table: per kind the chance of a random agreement, and the typical share per rarity class.

    Kinds: voornaam, achternaam, plaats. No name.
    """

    toeval: tuple[float, float, float]
    centra: tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Frequenties:
    """A versioned table. Two tables make two sets of keys, so the hash stands in every bos."""

    naam: str
    k: int
    """Persons of 17 million that a key may single out at most, in expectation: K x size / 17M <= 0.3 (matching-validatie.md)."""
    tellingen: Mapping[str, Telling]

    def __getitem__(self, soort: str) -> Telling:
        return self.tellingen[soort]

    @cached_property
    def hash(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of contents, bound, and lists of nicknames and countries."""
        canoniek = json.dumps([self._inhoud(), NAMENHASH], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canoniek.encode()).hexdigest()[:16]

    def samen(self, soort: str, wat: str) -> float:
        """Names of one community go together: how many times as frequent the names beside this one are, among its bearers.

        1 where names are independent. `soort`: klank_achternaam, klank_voornaam or gebied. The mean for what is not counted.
        """
        keren, gemiddeld = self._samen[soort]
        return keren.get(wat, gemiddeld)

    @cached_property
    def _samen(self) -> dict[str, tuple[dict[str, float], float]]:
        uit = {}
        for soort in ("klank_achternaam", "klank_voornaam", "gebied"):
            zelf, samen = self[soort].dragers, self[f"samen_{soort.removeprefix('klank_')}"].dragers
            keren = {naam: max(1.0, som / zelf[naam]) for naam, som in samen.items()}
            uit[soort] = keren, max(1.0, sum(samen.values()) / max(sum(zelf[naam] for naam in samen), 1))
        return uit

    def met_k(self, k: int) -> "Frequenties":
        """The same counts with another bound, and so another hash."""
        if not 1 <= k <= 1000:
            raise FrequentieFout(f"k: give a bound of 1 to 1000, not {k}")
        return replace(self, k=k)

    def klasse_voornaam(self, naam: str) -> int:
        """Rarity class of a given name; an initial is as frequent as can be."""
        return min(KLASSEN_VOORNAAM - 1, 7 if len(naam) == 1 else _klasse(self["voornaam"].kans(naam)))

    def klasse_achternaam(self, naam: str) -> int:
        """Rarity class of a surname."""
        return min(KLASSEN_ACHTERNAAM - 1, _klasse(self["achternaam"].kans(naam)))

    def klasse_plaats(self, naam: str) -> int:
        """Rarity class of a place."""
        return _klasse_plaats(self["plaats"].kans(naam))

    def zeldzaamheid(self) -> Zeldzaamheid:
        """The summary for the hub."""
        voornaam, achternaam, plaats = (self[soort] for soort in ("voornaam", "achternaam", "plaats"))
        midden = [2.0 ** (-17 + 1.5 * klasse + 0.75) for klasse in range(8)]
        return Zeldzaamheid(
            tuple(max(telling.toeval, 1e-7) for telling in (voornaam, achternaam, plaats)),  # type: ignore[arg-type]
            (
                _centra(voornaam, midden, KLASSEN_VOORNAAM, _klasse),
                _centra(achternaam, midden, KLASSEN_ACHTERNAAM, _klasse),
                _centra(plaats, [0.004, 0.015, 0.05, 0.2], KLASSEN_PLAATS, _klasse_plaats),
            ),
        )

    def _inhoud(self) -> dict[str, Any]:
        return {
            "naam": self.naam,
            "k": self.k,
            "tellingen": {
                soort: {
                    "personen": telling.personen,
                    "een": telling.een,
                    "twee": telling.twee,
                    "dragers": dict(sorted(telling.dragers.items())),
                }
                for soort, telling in sorted(self.tellingen.items())
            },
        }

    def schrijf(self, pad: Path) -> None:
        """Writes the table as JSON. Raises FileExistsError: a table that was given out is never another one."""
        with pad.open("x", encoding="utf-8") as bestand:
            bestand.write(json.dumps(self._inhoud(), separators=(",", ":"), ensure_ascii=False) + "\n")

    @classmethod
    def lees(cls, pad: Path) -> "Frequenties":
        """Raises FrequentieFout; OSError where the file cannot be read."""
        try:
            tekst = pad.read_text("utf-8")
        except UnicodeDecodeError:
            raise FrequentieFout(f"{pad}: not a table of frequencies (not UTF-8): make one with a count") from None
        return cls.uit(tekst, str(pad))

    @classmethod
    def uit(cls, tekst: str, waar: str) -> "Frequenties":
        """From JSON. Raises FrequentieFout."""
        try:
            inhoud = json.loads(tekst)
            tellingen = {
                soort: Telling(
                    int(deel["personen"]),
                    int(deel["een"]),
                    int(deel["twee"]),
                    {str(naam): int(keer) for naam, keer in deel["dragers"].items()},
                )
                for soort, deel in inhoud["tellingen"].items()
            }
            tabel = cls(str(inhoud["naam"]), int(inhoud["k"]), tellingen)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as fout:
            raise FrequentieFout(f"{waar}: not a table of frequencies ({fout}): make one with a count") from None
        if set(tellingen) != set(SOORTEN):
            raise FrequentieFout(f"{waar}: a table must count {', '.join(SOORTEN)}")
        return tabel.met_k(tabel.k)

    @classmethod
    @cache
    def standaard(cls) -> "Frequenties":
        """The table that ships with this version: of an invented population. Count the registers for a better one."""
        tekst = resources.files("hub.matching").joinpath("frequenties.json").read_text("utf-8")
        return cls.uit(tekst, "frequenties.json")


def tel(personen: Iterable[Persoon], naam: str = "geteld", minimum: int = 3, k: int = 50) -> Frequenties:
    """Counts what at least `minimum` of these persons share."""
    if minimum < 3:
        raise FrequentieFout("minimum: a name with fewer than three bearers says too much about them")
    tellers: dict[str, Counter[str]] = {soort: Counter() for soort in SOORTEN}
    gevuld: Counter[str] = Counter()
    naast: dict[str, Counter[tuple[str, str]]] = {soort: Counter() for soort in ("achternaam", "gebied")}
    for persoon in personen:
        deel = kern(persoon)
        for soort, namen in _namen(deel).items():
            gevuld[soort] += bool(namen)
            tellers[soort].update(namen)
        if deel.voornamen and len(deel.voornamen[0]) > 1:  # by the given name: brothers and sisters do not share it
            eigen = klank(voluit(deel.voornamen[0]))
            if deel.achternamen:
                naast["achternaam"][klank(deel.achternamen[0]), eigen] += 1
            if deel.plaats:
                naast["gebied"][deel.plaats.land or deel.plaats.naam, eigen] += 1
    tellers["samen_achternaam"], tellers["samen_voornaam"] = _samen(
        naast["achternaam"], tellers["klank_achternaam"], tellers["klank_voornaam"]
    )
    tellers["samen_gebied"], _ = _samen(naast["gebied"], tellers["gebied"], tellers["klank_voornaam"])
    tellingen = {}
    for soort, teller in tellers.items():
        keren = Counter(teller.values())
        dragers = {wat: keer for wat, keer in teller.items() if keer >= minimum}
        tellingen[soort] = Telling(gevuld[soort], keren[1], keren[2], dragers)
    return Frequenties(naam, 50, tellingen).met_k(k)


def _samen(
    naast: Mapping[tuple[str, str], int], een: Mapping[str, int], ander: Mapping[str, int]
) -> tuple[Counter[str], Counter[str]]:
    """Of both kinds the bearers, each as many times as chance would have the name beside it. Its own bearer does not count."""
    paren = sum(naast.values())
    uit: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    som: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for (a, b), keer in naast.items():
        vaker = (keer - 1) * paren / (een[a] * ander[b])
        for teller, naam in zip(som, (a, b), strict=True):
            teller[naam] += keer * vaker  # type: ignore[assignment]
    for teller, groot, gewogen in zip(uit, (een, ander), som, strict=True):
        for naam, waarde in gewogen.items():
            if groot[naam] >= _SAMEN:
                teller[naam] = max(groot[naam], round(waarde))
    return uit


def voeg_samen(tabellen: Sequence[Frequenties], naam: str = "samengevoegd") -> Frequenties:
    """One table of several organisations' counts, with the tightest of their bounds."""
    if not tabellen:
        raise FrequentieFout("give at least one table to merge")
    tellingen = {}
    for soort in SOORTEN:
        delen = [tabel[soort] for tabel in tabellen]
        dragers: Counter[str] = Counter()
        for deel in delen:
            dragers.update(deel.dragers)
        personen, een, twee = (sum(getal) for getal in zip(*((d.personen, d.een, d.twee) for d in delen), strict=True))
        tellingen[soort] = Telling(personen, een, twee, dict(dragers))
    return Frequenties(naam, min(tabel.k for tabel in tabellen), tellingen)


def _namen(deel: Kern) -> dict[str, set[str]]:
    vol = [naam for naam in deel.voornamen if len(naam) > 1]
    grove = {grof(naam) for naam in deel.achternamen} | {grof(voluit(naam)) for naam in vol}
    return {
        "achternaam": set(deel.achternamen),
        "voornaam": set(vol),
        "plaats": {deel.plaats.naam} if deel.plaats else set(),
        "gebied": {deel.plaats.land or deel.plaats.naam} if deel.plaats else set(),
        "klank_achternaam": {klank(naam) for naam in deel.achternamen},
        "klank_voornaam": {klank(voluit(naam)) for naam in vol},
        "grof": grove,
        "begin": {code[:lengte] for code in grove for lengte in range(1, len(code) + 1)},
    }


def _klasse(kans: float) -> int:
    """Eight classes of a factor 2.8 each, from one in 131,072 up."""
    return int((math.log2(min(max(kans, 2.0**-17), 2.0**-5.01)) + 17) // 1.5)


def _klasse_plaats(kans: float) -> int:
    return sum(kans > grens for grens in (0.008, 0.03, 0.1))


def _centra(telling: Telling, midden: list[float], klassen: int, klasse_van: Any) -> tuple[float, ...]:
    """Per class the mean share of a name that a random bearer has; the middle of the class where the table has none."""
    som = [[0.0, 0.0] for _ in range(klassen)]
    for kans in telling.kansen.values():
        klasse = min(klassen - 1, klasse_van(kans))
        som[klasse][0] += kans * kans
        som[klasse][1] += kans
    return tuple(max(a / b, telling.bodem) if b else midden[n] for n, (a, b) in enumerate(som))
