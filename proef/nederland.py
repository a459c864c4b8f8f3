"""An invented Netherlands of any size: families, twins, namesakes, names that fit year and origin, places, numbers.

The same (seed, omvang) gives the same persons. No citizen service number here passes the eleven-test (the sum of digit times
9..2 and -1 is divisible by 11) but the three of `VASTE_BSNS`, so that none of them can be a real person's.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from proef.namen import GROEPEN, NL, NL_PLAATSEN, Groep

Getallen = NDArray[np.int64]
GEEN: Final = -1
PEILDATUM: Final = np.datetime64("2026-01-01")
"""Day on which everybody is alive, unless another is asked for."""
VASTE_BSNS: Final = (999990342, 999994669, 152)
"""Well-known test numbers, which pass the eleven-test and belong to nobody."""

_SOORTEN_FAMILIE: Final = (0.28, 0.20, 0.44, 0.08)
"""One person, couple, couple with children, one parent with children: by kinship, not by address, so that adult brothers and
sisters are there too."""
_GEMENGD: Final = 0.08
"""Share of couples from two groups."""
_TWEELING: Final = 0.016
"""Share of children who have the birthday of the child before them."""
_VERNOEMD: Final = 0.06
"""Share of children who bear the first given name of the parent of the same sex."""
_THUIS: Final = 0.80
"""Share born in the place of the family."""
_ELF: Final = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1], np.int64)


def elfproef(bsn: Getallen) -> NDArray[np.bool_]:
    """Which of these numbers pass the eleven-test."""
    cijfers = bsn[:, None] // 10 ** np.arange(8, -1, -1, dtype=np.int64) % 10
    uit: NDArray[np.bool_] = cijfers @ _ELF % 11 == 0
    return uit


def fictieve_bsns(rng: np.random.Generator, aantal: int) -> Getallen:
    """So many different nine-digit numbers, every one of which fails the eleven-test."""
    stap = 899_999_999 // max(aantal, 1)
    if stap < 20:
        raise ValueError("more persons than numbers")
    # One number per stretch of its own: all different. Where one would pass, its last digit (weight -1) moves.
    bsn = 100_000_000 + np.arange(aantal, dtype=np.int64) * stap + rng.integers(0, stap - 9, aantal)
    bsn = np.where(elfproef(bsn), np.where(bsn % 10 == 9, bsn - 1, bsn + 1), bsn)
    rng.shuffle(bsn)
    return bsn


def _zipf(aantal: int, macht: float, vanaf: float) -> NDArray[np.float64]:
    gewicht = (np.arange(aantal) + vanaf) ** -macht
    uit: NDArray[np.float64] = gewicht / gewicht.sum()
    return uit


_OUD: Final = (
    ("ks", "x"),
    ("k", "ck"),
    ("ij", "y"),
    ("ui", "uy"),
    ("aa", "ae"),
    ("g", "gh"),
    ("s", "z"),
    ("t", "th"),
    ("oe", "ou"),
)


def _varianten(groep: Groep) -> tuple[tuple[str, str], ...]:
    """The surnames of a group with their old or other spellings as rarer names of their own, most frequent first."""
    uit = list(groep.achternamen)
    if groep is NL:
        for oud, nieuw in _OUD:
            uit += [(v, n[0] + n[1:].replace(oud, nieuw, 1)) for v, n in groep.achternamen[40::2] if oud in n[1:]]
    return tuple(dict.fromkeys(uit))


_ACHTERNAMEN_VAN: Final = {groep.naam: _varianten(groep) for groep in GROEPEN}
_VADERSNAMEN: Final = {
    groep.naam: tuple(("", naam) for naam in groep.mannen[0]) for groep in GROEPEN if groep.vadersnaam
}
VOORNAMEN: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(naam for g in GROEPEN for lijst in (*g.mannen, *g.vrouwen) for naam in lijst)
)
ACHTERNAMEN: Final[tuple[tuple[str, str], ...]] = tuple(
    dict.fromkeys(naam for t in (_ACHTERNAMEN_VAN, _VADERSNAMEN) for lijst in t.values() for naam in lijst)
)
PLAATSEN: Final[tuple[str, ...]] = tuple(dict.fromkeys((*NL_PLAATSEN, *(p for g in GROEPEN for p in g.plaatsen))))
_NR_VOORNAAM: Final = {naam: nr for nr, naam in enumerate(VOORNAMEN)}
_NR_ACHTERNAAM: Final = {naam: nr for nr, naam in enumerate(ACHTERNAMEN)}
_NR_PLAATS: Final = {naam: nr for nr, naam in enumerate(PLAATSEN)}
LANDEN: Final = {p: g.land for g in GROEPEN for p in g.plaatsen if g.land}
"""Country by foreign place, where there is one answer."""


@dataclass(frozen=True, slots=True)
class Bevolking:
    """Persons as columns; row = number of the person."""

    peildatum: np.datetime64
    groep: Getallen
    vrouw: NDArray[np.bool_]
    geboren: NDArray[np.datetime64]
    hele_datum: NDArray[np.bool_]
    """False where the date is one that was given at registration (1 January, 1 July)."""
    voornamen: Getallen
    """[persons, 3] index into VOORNAMEN, GEEN where there are fewer."""
    achternaam: Getallen
    partner: Getallen
    ouders: Getallen
    """[persons, 2]"""
    familie: Getallen
    tweeling: Getallen
    plaats: Getallen
    bsn: Getallen

    def __len__(self) -> int:
        return len(self.bsn)

    def leeftijd(self) -> NDArray[np.float64]:
        """Years at the reference date, with fraction."""
        return (self.peildatum - self.geboren).astype(np.int64) / 365.2425


def maak(seed: int, omvang: int, peildatum: np.datetime64 = PEILDATUM) -> Bevolking:
    """Exactly `omvang` persons, alive at the reference date; families stand together."""
    if omvang < 10:
        raise ValueError("a population has at least 10 persons")
    rng = np.random.default_rng([seed, omvang])
    familie, plek, kind, partner, ouders = _families(rng, omvang)
    eerste = np.searchsorted(familie, familie)
    delen = np.array([g.aandeel for g in GROEPEN])
    eigen = rng.choice(len(GROEPEN), omvang, p=delen / delen.sum())
    groep = np.where((plek == 1) & ~kind & (rng.random(omvang) < _GEMENGD), eigen, eigen[eerste])
    leeftijd = _leeftijden(rng, plek, kind, eerste, ouders)
    vrouw = rng.random(omvang) < 0.5
    vrouw = np.where((plek == 1) & ~kind, vrouw[eerste] ^ (rng.random(omvang) > 0.03), vrouw)
    dagen = np.floor(leeftijd * 365.2425).astype(np.int64)
    tweeling = _tweelingen(rng, plek, kind, ouders, dagen)
    geboren = peildatum - 1 - dagen.astype("timedelta64[D]")
    plaats, buiten = _plaatsen(rng, groep, kind, eerste)
    samen = np.flatnonzero(tweeling > np.arange(omvang))
    plaats[tweeling[samen]], buiten[tweeling[samen]] = plaats[samen], buiten[samen]
    geschat = _geschatte_data(rng, groep, buiten)
    jaar = geboren.astype("datetime64[Y]")
    geboren = np.where(
        geschat,
        np.where(
            rng.random(omvang) < 0.85,
            jaar.astype("datetime64[D]"),
            (jaar.astype("datetime64[M]") + 6).astype("datetime64[D]"),
        ),
        geboren,
    )
    voornamen = _voornamen(rng, groep, vrouw, geboren, plek, ouders)
    bsn = fictieve_bsns(rng, omvang)
    bsn[: len(VASTE_BSNS)] = VASTE_BSNS
    return Bevolking(
        peildatum=peildatum,
        groep=groep,
        vrouw=vrouw,
        geboren=geboren,
        hele_datum=~geschat,
        voornamen=voornamen,
        achternaam=_achternamen(rng, groep, kind, ouders, vrouw, voornamen, eerste),
        partner=partner,
        ouders=ouders,
        familie=familie,
        tweeling=tweeling,
        plaats=plaats,
        bsn=bsn,
    )


def _families(
    rng: np.random.Generator, omvang: int
) -> tuple[Getallen, Getallen, NDArray[np.bool_], Getallen, Getallen]:
    soort = rng.choice(4, omvang, p=_SOORTEN_FAMILIE)  # more than can be needed: each has at least one person
    volwassen = np.where((soort == 1) | (soort == 2), 2, 1)
    grootte = volwassen + np.where(soort >= 2, 1 + np.minimum(rng.poisson(1.2, omvang), 7), 0)
    familie = np.repeat(np.arange(omvang), grootte)[:omvang]
    begin = np.repeat(np.cumsum(grootte) - grootte, grootte)[:omvang]
    plek = np.arange(omvang) - begin
    paar = volwassen[familie] == 2
    kind = plek >= volwassen[familie]
    ander = begin + 1 - plek
    partner = np.where(paar & ~kind & (ander < omvang), ander, GEEN)
    ouders = np.stack([np.where(kind, begin, GEEN), np.where(kind & paar, begin + 1, GEEN)], axis=1)
    return familie, np.where(kind, plek - volwassen[familie] + 2, plek), kind, partner, ouders


def _leeftijden(
    rng: np.random.Generator, plek: Getallen, kind: NDArray[np.bool_], eerste: Getallen, ouders: Getallen
) -> NDArray[np.float64]:
    omvang = len(plek)
    oud = 18 + 70 * rng.beta(1.3, 1.6, omvang)
    heeft_kind = np.zeros(omvang, bool)
    heeft_kind[ouders[kind, 0]] = True
    oud = np.where(heeft_kind, np.clip(oud * 0.9 + 14, 22, 88), oud)
    oud = np.where((plek == 1) & ~kind, np.clip(oud[eerste] + rng.normal(-1.5, 4.0, omvang), 18, 95), oud)
    jongste = np.where(ouders[:, 1] == GEEN, oud[eerste], np.minimum(oud[eerste], oud[ouders[:, 1]]))
    bij_eerste = (19 + 19 * rng.beta(2.2, 2.4, omvang))[eerste]
    later = (plek - 2) * (1.3 + 2.5 * rng.random(omvang)[eerste]) + rng.normal(0.0, 0.3, omvang)
    return np.where(kind, np.maximum(jongste - bij_eerste - later, rng.random(omvang) * 1.5), oud)


def _tweelingen(
    rng: np.random.Generator, plek: Getallen, kind: NDArray[np.bool_], ouders: Getallen, dagen: Getallen
) -> Getallen:
    """Gives some children the birthday of the child before them (changes `dagen`); who is whose twin."""
    uit = np.full(len(plek), GEEN, np.int64)
    tweede = np.flatnonzero(kind & (plek >= 3) & (rng.random(len(plek)) < _TWEELING))
    tweede = tweede[(np.diff(tweede, prepend=-9) > 1) & (ouders[tweede, 0] == ouders[tweede - 1, 0])]
    dagen[tweede] = dagen[tweede - 1]
    uit[tweede], uit[tweede - 1] = tweede - 1, tweede
    return uit


def _plaatsen(
    rng: np.random.Generator, groep: Getallen, kind: NDArray[np.bool_], eerste: Getallen
) -> tuple[Getallen, NDArray[np.bool_]]:
    omvang = len(groep)
    hier = rng.choice(len(NL_PLAATSEN), (2, omvang), p=_zipf(len(NL_PLAATSEN), 0.85, 2.0))
    plaats = np.where(rng.random(omvang) < _THUIS, hier[0][eerste], hier[1])
    buiten = np.zeros(omvang, bool)
    for nr, g in enumerate(GROEPEN):
        if g.plaatsen:
            wie = np.flatnonzero((groep == nr) & (rng.random(omvang) < np.where(kind, g.buitenland / 3, g.buitenland)))
            nummers = np.array([_NR_PLAATS[p] for p in g.plaatsen])
            plaats[wie], buiten[wie] = rng.choice(nummers, len(wie), p=_zipf(len(nummers), 0.8, 1.5)), True
    return plaats, buiten


def _geschatte_data(rng: np.random.Generator, groep: Getallen, buiten: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kans = np.array([g.nieuwjaar for g in GROEPEN])[groep]
    uit: NDArray[np.bool_] = buiten & (rng.random(len(groep)) < kans)
    return uit


def _voornamen(
    rng: np.random.Generator,
    groep: Getallen,
    vrouw: NDArray[np.bool_],
    geboren: NDArray[np.datetime64],
    plek: Getallen,
    ouders: Getallen,
) -> Getallen:
    omvang = len(groep)
    uit = np.full((omvang, 3), GEEN, np.int64)
    jaar = geboren.astype("datetime64[Y]").astype(np.int64) + 1970
    for nr, g in enumerate(GROEPEN):
        # Fashion is no law: who was born near the border of two cohorts may bear a name of either.
        cohort = np.searchsorted(g.perioden, jaar + rng.integers(-8, 9, omvang), side="right").clip(1) - 1
        for sekse, lijsten in ((False, g.mannen), (True, g.vrouwen)):
            for periode, lijst in enumerate(lijsten):
                wie = np.flatnonzero((groep == nr) & (vrouw == sekse) & (cohort == periode))
                namen = np.array([_NR_VOORNAAM[naam] for naam in lijst])
                trek = rng.choice(namen, (len(wie), 3), p=_zipf(len(namen), 0.8, 2.0))
                aantal = rng.choice(3, len(wie), p=g.doopnamen) + 1
                trek[:, 1] = np.where((aantal > 1) & (trek[:, 1] != trek[:, 0]), trek[:, 1], GEEN)
                derde = (aantal > 2) & (trek[:, 1] != GEEN) & (trek[:, 2] != trek[:, 0]) & (trek[:, 2] != trek[:, 1])
                trek[:, 2] = np.where(derde, trek[:, 2], GEEN)
                uit[wie] = trek
    for ouder in (ouders[:, 0], ouders[:, 1]):
        vernoemd = (ouder != GEEN) & (vrouw == vrouw[ouder]) & (rng.random(omvang) < _VERNOEMD)
        uit[vernoemd, 0] = uit[ouder[vernoemd], 0]
    # Two children of one family do not get the same first name; one pass leaves next to none.
    ruil = (plek >= 3) & (uit[:, 0] == uit[np.arange(omvang) - 1, 0]) & (uit[:, 1] != GEEN)
    uit[ruil, 0], uit[ruil, 1] = uit[ruil, 1], uit[ruil, 0]
    uit[:, 1] = np.where(uit[:, 1] == uit[:, 0], GEEN, uit[:, 1])
    uit[:, 2] = np.where((uit[:, 2] == uit[:, 0]) | (uit[:, 1] == GEEN), GEEN, uit[:, 2])
    return uit


def _achternamen(
    rng: np.random.Generator,
    groep: Getallen,
    kind: NDArray[np.bool_],
    ouders: Getallen,
    vrouw: NDArray[np.bool_],
    voornamen: Getallen,
    eerste: Getallen,
) -> Getallen:
    omvang = len(groep)
    uit = np.zeros(omvang, np.int64)
    for nr, g in enumerate(GROEPEN):
        hier = np.flatnonzero(groep == nr)
        tabel = _VADERSNAMEN[g.naam] if g.vadersnaam else _ACHTERNAMEN_VAN[g.naam]
        namen = np.array([_NR_ACHTERNAAM[naam] for naam in tabel])
        uit[hier] = rng.choice(
            namen, len(hier), p=_zipf(len(namen), 0.98, 18.0) if g is NL else _zipf(len(namen), 0.75, 4.0)
        )
    # Children bear one name together: the father's where there is one, seldom the mother's.
    tweede = ouders[:, 1]
    vader = np.where((tweede != GEEN) & vrouw[ouders[:, 0]], tweede, ouders[:, 0])
    moeder = np.where(vader == tweede, ouders[:, 0], np.where(tweede == GEEN, ouders[:, 0], tweede))
    van = np.where((rng.random(omvang) < 0.12)[eerste], moeder, vader)
    uit[kind] = uit[van[kind]]
    vadersnaam = np.array([g.vadersnaam for g in GROEPEN])[groep] & kind & ~vrouw[vader]
    naam_van = np.array([_NR_ACHTERNAAM.get(("", naam), 0) for naam in VOORNAMEN])
    uit[vadersnaam] = naam_van[voornamen[vader[vadersnaam], 0]]
    return uit


_SPELLINGEN: Final[tuple[tuple[str, str], ...]] = (
    ("ou", "u"),
    ("ou", "oe"),
    ("u", "ou"),
    ("kh", "ch"),
    ("kh", "g"),
    ("ch", "sh"),
    ("sh", "sj"),
    ("ş", "s"),
    ("ç", "c"),
    ("ğ", "g"),
    ("ı", "i"),
    ("ö", "o"),
    ("ü", "u"),
    ("ł", "l"),
    ("ś", "s"),
    ("ń", "n"),
    ("y", "i"),
    ("y", "j"),
    ("ei", "ai"),
    ("ai", "ei"),
    ("dj", "j"),
    ("j", "dj"),
    ("gh", "g"),
    ("q", "k"),
    ("ee", "i"),
    ("i", "e"),
    ("o", "u"),
    ("aa", "a"),
    ("ss", "s"),
    ("mm", "m"),
    ("z", "s"),
    ("a", "e"),
    ("sz", "sh"),
    ("cz", "tsj"),
    ("w", "v"),
)


def anders_gespeld(rng: np.random.Generator, naam: str) -> str:
    """The name as another clerk or another script's table writes it; the same where nothing fits."""
    past = [paar for paar in _SPELLINGEN if paar[0] in naam.lower()]
    for _ in range(1 + int(rng.integers(0, 2))):
        if past:
            van, naar = past[int(rng.integers(len(past)))]
            naam = re.sub(re.escape(van), naar, naam, count=1, flags=re.IGNORECASE)
    return naam[:1].upper() + naam[1:]
