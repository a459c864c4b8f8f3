"""Invented persons by the hundred thousand: names that fit year and family, households, twins, places, numbers.

The same (seed, omvang, peildatum, gemeenten) gives the same persons. No citizen service number here passes the
eleven-test (the sum of digit times 9..2 and -1 is divisible by 11), so that none of them can be a real person's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.namen import CULTUREN, GEMEENTEN, NL, Gemeente

Getallen = NDArray[np.int64]
GEEN: Final = -1

ALLEEN, PAAR, GEZIN, EENOUDER = range(4)
_SOORTEN_HUISHOUDEN: Final = (0.36, 0.27, 0.29, 0.08)
_GEMENGD: Final = 0.08
"""Share of couples from two cultures."""
_DUBBELE_NAAM_PARTNER: Final = 0.30
"""Share of women in a couple who are known by partner's name and own name (naamgebruik P)."""
_TWEELING: Final = 0.016
"""Share of children who have the same birthday as the child before them."""
_VERNOEMD: Final = 0.05
"""Share of children who bear the first given name of the parent of the same sex."""
_GEHEIM: Final = 0.03
"""Share with indicatieGeheim > 0."""
_GEWICHT_ELFPROEF: Final = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1], np.int64)


def elfproef(bsn: Getallen) -> NDArray[np.bool_]:
    """Which of these nine-digit numbers pass the eleven-test."""
    cijfers = bsn[:, None] // 10 ** np.arange(8, -1, -1, dtype=np.int64) % 10
    uit: NDArray[np.bool_] = cijfers @ _GEWICHT_ELFPROEF % 11 == 0
    return uit


def fictieve_bsns(rng: np.random.Generator, aantal: int) -> Getallen:
    """So many different nine-digit numbers, every one of which fails the eleven-test."""
    stap = 899_999_999 // max(aantal, 1)
    if stap < 10:
        raise ValueError("more persons than numbers")
    # One number per stretch of its own: all different. Where one would pass, its last digit (weight -1) moves.
    bsn = 100_000_000 + np.arange(aantal, dtype=np.int64) * stap + rng.integers(0, stap - 9, aantal)
    bsn = np.where(elfproef(bsn), np.where(bsn % 10 == 9, bsn - 1, bsn + 1), bsn)
    rng.shuffle(bsn)
    return bsn


@dataclass(frozen=True, slots=True)
class Persoon:
    """One invented person in clear text, as the best register would have it."""

    nummer: int
    voornamen: str
    voorvoegsel: str
    geslachtsnaam: str
    partnernaam: str
    """Prefix and name of the partner where the person is known by both names; else empty."""
    geboortedatum: date
    geslacht: str
    """`M` or `V`."""
    geboorteplaats: str
    buitenland: bool
    bsn: str
    gemeente: Gemeente
    geheim: bool


@dataclass(frozen=True, slots=True)
class Bevolking:
    """Persons as columns; row = number of the person."""

    seed: int
    peildatum: date
    gemeenten: tuple[Gemeente, ...]
    huishouden: Getallen
    cultuur: Getallen
    vrouw: NDArray[np.bool_]
    geboren: Getallen
    """Days since 1970-01-01."""
    voornamen: Getallen
    """[persons, 3] index into `_VOORNAMEN`, GEEN where there are fewer."""
    achternaam: Getallen
    """[persons, 2] index into `_ACHTERNAMEN`; the second only for a double name by birth."""
    partner: Getallen
    """The partner's row where the person is known by both names, else GEEN."""
    ouders: Getallen
    """[persons, 2] rows of the parents in the household, or GEEN."""
    tweeling: Getallen
    """Row of the twin, or GEEN."""
    plaats: Getallen
    """Index into `_PLAATSEN`."""
    buitenland: NDArray[np.bool_]
    woont: Getallen
    """Index into `gemeenten`."""
    bsn: Getallen
    geheim: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.bsn)

    def leeftijd(self) -> NDArray[np.float64]:
        """Years at the reference date, with fraction."""
        return (_dag(self.peildatum) - self.geboren) / 365.2425

    def persoon(self, nummer: int) -> Persoon:
        """One row in clear text."""
        naam = _ACHTERNAMEN[self.achternaam[nummer, 0]]
        tweede = self.achternaam[nummer, 1]
        partner = self.partner[nummer]
        return Persoon(
            nummer=int(nummer),
            voornamen=" ".join(_VOORNAMEN[i] for i in self.voornamen[nummer] if i != GEEN),
            voorvoegsel=naam[0],
            geslachtsnaam=naam[1] if tweede == GEEN else f"{naam[1]}-{_heel(_ACHTERNAMEN[tweede])}",
            partnernaam="" if partner == GEEN else _heel(_ACHTERNAMEN[self.achternaam[partner, 0]]),
            geboortedatum=date.fromordinal(int(self.geboren[nummer]) + _EPOCH),
            geslacht="V" if self.vrouw[nummer] else "M",
            geboorteplaats=_PLAATSEN[self.plaats[nummer]],
            buitenland=bool(self.buitenland[nummer]),
            bsn=f"{self.bsn[nummer]:09d}",
            gemeente=self.gemeenten[self.woont[nummer]],
            geheim=bool(self.geheim[nummer]),
        )


def _heel(naam: tuple[str, str]) -> str:
    return " ".join(naam).strip()


_EPOCH: Final = date(1970, 1, 1).toordinal()


def _dag(moment: date) -> int:
    return moment.toordinal() - _EPOCH


_VOORNAMEN: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(naam for c in CULTUREN for lijst in (*c.mannen, *c.vrouwen) for naam in lijst)
)
_NR_VOORNAAM: Final = {naam: nr for nr, naam in enumerate(_VOORNAMEN)}
_ACHTERNAMEN: Final[tuple[tuple[str, str], ...]] = tuple(
    dict.fromkeys(naam for c in CULTUREN for naam in c.achternamen)
)
_NR_ACHTERNAAM: Final = {naam: nr for nr, naam in enumerate(_ACHTERNAMEN)}
_PLAATSEN: Final[tuple[str, ...]] = tuple(
    dict.fromkeys((*(g.naam for g in GEMEENTEN), *(p for c in CULTUREN for p in c.plaatsen)))
)
_NR_PLAATS: Final = {naam: nr for nr, naam in enumerate(_PLAATSEN)}


def _zipf(aantal: int, macht: float) -> NDArray[np.float64]:
    gewicht = (np.arange(aantal) + 2.0) ** -macht
    uit: NDArray[np.float64] = gewicht / gewicht.sum()
    return uit


def maak(seed: int, omvang: int, peildatum: date, gemeenten: Sequence[Gemeente] = GEMEENTEN) -> Bevolking:
    """At least `omvang` persons alive at `peildatum`, cut off at exactly that many rows. Households stand together."""
    if omvang < 10:
        raise ValueError("a population has at least 10 persons")
    rng = np.random.default_rng([seed, omvang, peildatum.toordinal()])
    plekken = _Plekken.trek(rng, omvang)
    cultuur = _cultuur(rng, plekken)
    geboren = _geboren(rng, plekken, _dag(peildatum))
    tweeling = _tweelingen(rng, plekken, geboren)
    vrouw = _geslacht(rng, plekken)
    woont = _woonplaats(rng, plekken, gemeenten)
    voornamen = _voornamen(rng, plekken, cultuur, vrouw, geboren)
    achternaam = _achternamen(rng, plekken, cultuur, vrouw)
    plaats, buitenland = _geboorteplaats(rng, plekken, cultuur, woont, gemeenten)
    samen = (
        vrouw & (plekken.partner != GEEN) & (rng.random(omvang) < _DUBBELE_NAAM_PARTNER) & (achternaam[:, 1] == GEEN)
    )
    return Bevolking(
        seed=seed,
        peildatum=peildatum,
        gemeenten=tuple(gemeenten),
        huishouden=plekken.huishouden,
        cultuur=cultuur,
        vrouw=vrouw,
        geboren=geboren,
        voornamen=voornamen,
        achternaam=achternaam,
        partner=np.where(samen, plekken.partner, GEEN),
        ouders=plekken.ouders,
        tweeling=tweeling,
        plaats=plaats,
        buitenland=buitenland,
        woont=woont,
        bsn=fictieve_bsns(rng, omvang),
        geheim=rng.random(omvang) < _GEHEIM,
    )


@dataclass(frozen=True, slots=True)
class _Plekken:
    """Who lives with whom: the frame that the persons fill."""

    huishouden: Getallen
    volgnummer: Getallen
    """0 and 1: the adults; 2 and up: the children of the household."""
    partner: Getallen
    ouders: Getallen

    @property
    def kind(self) -> NDArray[np.bool_]:
        uit: NDArray[np.bool_] = self.ouders[:, 0] != GEEN
        return uit

    @property
    def eerste(self) -> Getallen:
        """Row of the first adult of each person's household."""
        begin: Getallen = np.flatnonzero(self.volgnummer == 0)[self.huishouden]
        return begin

    @classmethod
    def trek(cls, rng: np.random.Generator, omvang: int) -> "_Plekken":
        soort = rng.choice(
            4, omvang, p=_SOORTEN_HUISHOUDEN
        )  # more households than can be needed: each has at least one person
        volwassenen = np.where((soort == PAAR) | (soort == GEZIN), 2, 1)
        kinderen = np.where((soort == GEZIN) | (soort == EENOUDER), 1 + np.minimum(rng.poisson(0.9, omvang), 6), 0)
        grootte = volwassenen + kinderen
        huishouden = np.repeat(np.arange(omvang), grootte)[:omvang]
        begin = np.repeat(np.cumsum(grootte) - grootte, grootte)[:omvang]
        plek = np.arange(omvang) - begin
        paar = volwassenen[huishouden] == 2
        is_kind = plek >= volwassenen[huishouden]
        ander = begin + 1 - plek
        partner = np.where(paar & ~is_kind & (ander < omvang), ander, GEEN)
        ouders = np.stack([np.where(is_kind, begin, GEEN), np.where(is_kind & paar, begin + 1, GEEN)], axis=1)
        return cls(huishouden, np.where(is_kind, plek - volwassenen[huishouden] + 2, plek), partner, ouders)


def _cultuur(rng: np.random.Generator, plekken: _Plekken) -> Getallen:
    omvang = len(plekken.huishouden)
    delen = np.array([c.aandeel for c in CULTUREN])
    eigen = rng.choice(len(CULTUREN), omvang, p=delen / delen.sum())
    anders = (plekken.volgnummer == 1) & (rng.random(omvang) < _GEMENGD)
    return np.where(anders, eigen, eigen[plekken.eerste])


def _geboren(rng: np.random.Generator, plekken: _Plekken, vandaag: int) -> Getallen:
    omvang = len(plekken.huishouden)
    leeftijd = 18 + 67 * rng.beta(1.25, 1.55, omvang)  # adults of 18 to 85, most in working life
    eerste = plekken.eerste
    heeft_kind = np.zeros(omvang, bool)
    heeft_kind[plekken.ouders[plekken.kind, 0]] = True
    leeftijd = np.where(heeft_kind, np.clip(leeftijd, 22, 75), leeftijd)
    partner = np.clip(leeftijd[eerste] + rng.normal(-1.5, 3.5, omvang), 18, 95)
    leeftijd = np.where(plekken.volgnummer == 1, partner, leeftijd)
    # The younger parent was 19 to 40 at the first child; the others follow after one and a half to four years.
    jongste = np.minimum(
        leeftijd[eerste], np.where(plekken.ouders[:, 1] == GEEN, 999.0, leeftijd[plekken.ouders[:, 1]])
    )
    bij_eerste = (19 + 21 * rng.beta(2.2, 2.4, omvang))[eerste]
    later = (plekken.volgnummer - 2) * (1.5 + 2.5 * rng.random(omvang)[eerste])
    spreiding = rng.normal(0.0, 0.2, omvang)
    kind = np.maximum(jongste - bij_eerste - later + spreiding, rng.random(omvang) * 1.5)
    leeftijd = np.where(plekken.kind, kind, leeftijd)
    return vandaag - 1 - np.floor(leeftijd * 365.2425).astype(np.int64)


def _tweelingen(rng: np.random.Generator, plekken: _Plekken, geboren: Getallen) -> Getallen:
    """Gives some children the birthday of the child before them (changes `geboren`); who is whose twin."""
    uit = np.full(len(geboren), GEEN, np.int64)
    tweede = np.flatnonzero((plekken.volgnummer >= 3) & (rng.random(len(geboren)) < _TWEELING))
    tweede = tweede[np.diff(tweede, prepend=-9) > 1]
    geboren[tweede] = geboren[tweede - 1]
    uit[tweede], uit[tweede - 1] = tweede - 1, tweede
    return uit


def _geslacht(rng: np.random.Generator, plekken: _Plekken) -> NDArray[np.bool_]:
    vrouw = rng.random(len(plekken.huishouden)) < 0.5
    tweede = plekken.volgnummer == 1
    gelijk = rng.random(len(vrouw)) < 0.03  # couples of one sex
    uit: NDArray[np.bool_] = np.where(tweede, vrouw[plekken.eerste] ^ ~gelijk, vrouw)
    return uit


def _woonplaats(rng: np.random.Generator, plekken: _Plekken, gemeenten: Sequence[Gemeente]) -> Getallen:
    gewicht = np.array([g.inwoners for g in gemeenten], float)
    return rng.choice(len(gemeenten), len(plekken.huishouden), p=gewicht / gewicht.sum())[plekken.eerste]


def _voornamen(
    rng: np.random.Generator, plekken: _Plekken, cultuur: Getallen, vrouw: NDArray[np.bool_], geboren: Getallen
) -> Getallen:
    omvang = len(cultuur)
    uit = np.full((omvang, 3), GEEN, np.int64)
    jaar = 1970 + geboren / 365.2425
    for nr, cult in enumerate(CULTUREN):
        aantal = np.zeros(omvang, np.int64)
        hier = np.flatnonzero(cultuur == nr)
        aantal[hier] = rng.choice(3, len(hier), p=cult.doopnamen) + 1
        cohort = np.searchsorted(cult.perioden, jaar, side="right").clip(1) - 1
        for sekse, lijsten in ((False, cult.mannen), (True, cult.vrouwen)):
            for periode, lijst in enumerate(lijsten):
                wie = hier[(vrouw[hier] == sekse) & (cohort[hier] == periode)]
                namen = np.array([_NR_VOORNAAM[naam] for naam in lijst])
                trek = rng.choice(namen, (len(wie), 3), p=_zipf(len(namen), 0.75))
                trek[:, 1] = np.where((aantal[wie] > 1) & (trek[:, 1] != trek[:, 0]), trek[:, 1], GEEN)
                derde = (
                    (aantal[wie] > 2) & (trek[:, 1] != GEEN) & (trek[:, 2] != trek[:, 0]) & (trek[:, 2] != trek[:, 1])
                )
                trek[:, 2] = np.where(derde, trek[:, 2], GEEN)
                uit[wie] = trek
    for ouder in (plekken.ouders[:, 0], plekken.ouders[:, 1]):
        vernoemd = (ouder != GEEN) & (vrouw == vrouw[ouder]) & (rng.random(omvang) < _VERNOEMD)
        uit[vernoemd, 0] = uit[ouder[vernoemd], 0]
    # Two children of one household do not get the same first name; one pass leaves next to none.
    voor = np.arange(omvang) - 1
    zelfde = (plekken.volgnummer >= 3) & (uit[:, 0] == uit[voor, 0])
    ruil = zelfde & (uit[:, 1] != GEEN)
    uit[ruil, 0], uit[ruil, 1] = uit[ruil, 1], uit[ruil, 0]
    return uit


def _achternamen(rng: np.random.Generator, plekken: _Plekken, cultuur: Getallen, vrouw: NDArray[np.bool_]) -> Getallen:
    omvang = len(cultuur)
    uit = np.full((omvang, 2), GEEN, np.int64)
    for nr, cult in enumerate(CULTUREN):
        hier = np.flatnonzero(cultuur == nr)
        namen = np.array([_NR_ACHTERNAAM[naam] for naam in cult.achternamen])
        trek = rng.choice(namen, (len(hier), 2), p=_zipf(len(namen), 0.85 if cult is NL else 0.6))
        dubbel = (rng.random(len(hier)) < cult.dubbel) & (trek[:, 0] != trek[:, 1])
        uit[hier, 0], uit[hier, 1] = trek[:, 0], np.where(dubbel, trek[:, 1], GEEN)
    # Children bear one name together: the father's where there is one, seldom the mother's.
    eerste, tweede = plekken.ouders[:, 0], plekken.ouders[:, 1]
    vader = np.where((tweede != GEEN) & vrouw[eerste], tweede, eerste)
    moeder = np.where(vader == eerste, np.where(tweede == GEEN, eerste, tweede), eerste)
    van = np.where((rng.random(omvang) < 0.12)[plekken.eerste], moeder, vader)
    kind = plekken.kind
    uit[kind] = uit[van[kind]]
    return uit


def _geboorteplaats(
    rng: np.random.Generator, plekken: _Plekken, cultuur: Getallen, woont: Getallen, gemeenten: Sequence[Gemeente]
) -> tuple[Getallen, NDArray[np.bool_]]:
    omvang = len(cultuur)
    gewicht = np.array([g.inwoners for g in gemeenten], float)
    elders = rng.choice(len(gemeenten), omvang, p=gewicht / gewicht.sum())
    hier_geboren = np.where(rng.random(omvang) < 0.65, woont, elders)
    plaats = np.array([_NR_PLAATS.get(g.naam, GEEN) for g in gemeenten])[hier_geboren]
    buitenland = np.zeros(omvang, bool)
    for nr, cult in enumerate(CULTUREN):
        if not cult.plaatsen:
            continue
        kans = np.where(plekken.kind, cult.buitenland / 4, cult.buitenland)
        wie = np.flatnonzero((cultuur == nr) & (rng.random(omvang) < kans))
        plekken_daar = np.array([_NR_PLAATS[p] for p in cult.plaatsen])
        plaats[wie] = rng.choice(plekken_daar, len(wie), p=_zipf(len(plekken_daar), 0.7))
        buitenland[wie] = True
    return plaats, buitenland
