"""The generic field profile: name, birth date, address and a number, through the same encodings and buckets."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.matching.frequenties import BEVOLKING
from hub.matching.sleutels import Tijdvak
from proef.generiek import SCHETSEN, SLEUTELS, VELDEN, Codeerder, Record, tel
from proef.generiekmodel import SCHALEN, Model, ontmoet

TIJDVAK = Tijdvak("toets", bytes(range(32)))
MICHAELA = Record(
    *("michaela", "neumann", "19151111", "stanley street", "812", "4223", "winston hills", "nsw", "5304218"),
)


def verzonnen(toeval: random.Random) -> Record:
    def naam() -> str:
        return "".join(toeval.choice("bdfgklmnprst") + toeval.choice("aeiou") for _ in range(toeval.randint(2, 4)))

    return Record(
        voornaam=naam(),
        achternaam=naam(),
        geboortedatum=f"{toeval.randrange(1920, 2005)}{toeval.randrange(1, 13):02}{toeval.randrange(1, 29):02}",
        straat=f"{naam()} street",
        huisnummer=str(toeval.randrange(1, 300)),
        postcode=str(toeval.randrange(1000, 9999)),
        woonplaats=naam(),
        gebied=toeval.choice(["nsw", "vic", "qld"]),
        nummer=str(toeval.randrange(10**6, 10**7)),
    )


TOEVAL = random.Random(8)
VREEMDEN = [verzonnen(TOEVAL) for _ in range(400)]
TELLINGEN = tel([MICHAELA, *VREEMDEN])
CODEERDER = Codeerder(TIJDVAK, TELLINGEN, 250)


def niveau(een: Record, ander: Record) -> dict[str, int]:
    """The level of every field of two records that meet."""
    paren = ontmoet(CODEERDER.bulk([een]), CODEERDER.bulk([ander]))
    assert len(paren.links) == 1, "they meet, once"
    return dict(zip(SCHALEN, paren.niveaus[0].tolist(), strict=False))


def test_gelijk() -> None:
    """A record compared with itself is equal in every field."""
    gelijk = {veld: len(labels) for veld, labels in SCHALEN.items()} | {"naamrol": 1}
    assert niveau(MICHAELA, MICHAELA) == gelijk


@pytest.mark.parametrize(
    ("veld", "waarde", "wordt"),
    [
        ("voornaam", "michela", 5),
        ("voornaam", "michaelda", 4),
        ("achternaam", "zzyx", 1),
        ("geboortedatum", "19151121", 4),
        ("geboortedatum", "19511111", 5),
        ("straat", "stanleystreet", 6),
        ("straat", "stanly street", 5),
        ("straat", "stankley street", 4),
        ("huisnummer", "128", 2),
        ("postcode", "4323", 3),
        ("postcode", "4232", 4),
        ("gebied", "vic", 1),
        ("nummer", "5304219", 3),
        ("nummer", "1111111", 1),
    ],
)
def test_verschil(veld: str, waarde: str, wordt: int) -> None:
    """One damaged field has its own level; all others stay equal."""
    heel, kapot = niveau(MICHAELA, MICHAELA), niveau(MICHAELA, replace(MICHAELA, **{veld: waarde}))
    assert kapot[veld] == wordt
    assert {v: n for v, n in kapot.items() if v != veld} == {v: n for v, n in heel.items() if v != veld}


def test_verwisselde_namen() -> None:
    """Given name and surname in each other's place meet, and are recognised."""
    krom = replace(MICHAELA, voornaam="neumann", achternaam="michaela", nummer="")
    gevonden = niveau(replace(MICHAELA, nummer=""), krom)
    assert (gevonden["naamrol"], gevonden["voornaam"], gevonden["achternaam"]) == (2, 6, 6)


@settings(max_examples=60)
@given(st.sets(st.sampled_from(VELDEN), max_size=len(VELDEN) - 1), st.sampled_from(VREEMDEN))
def test_niets_is_geen_bewijs(weg: set[str], ander: Record) -> None:
    """A field that is absent on one side has level 0 and makes no key; what is there has another level."""
    leeg = replace(ander, **dict.fromkeys(weg, ""))
    for soort in CODEERDER.bulk([leeg]).soorten.tolist():
        delen = {
            "geboortedatum" if d in {"datum", "jaar", "jaarmaand", "jaardag", "dagmaand"} else d
            for d in SLEUTELS[soort]
        }
        assert not delen & weg
    paren = ontmoet(CODEERDER.bulk([leeg]), CODEERDER.bulk([ander]))
    for rij in paren.niveaus.tolist():
        assert {veld for veld in VELDEN if rij[list(SCHALEN).index(veld)] == 0} == weg


def test_begrensd() -> None:
    """Among strangers hardly anyone shares a key, and a tighter bound makes fewer."""
    ruim, krap = (Codeerder(TIJDVAK, TELLINGEN, k).bulk(VREEMDEN) for k in (250, 1))
    _, grootte = np.unique(ruim.tokens, return_counts=True)
    assert (grootte * (grootte - 1)).sum() / len(ruim.tokens) < 2 * (250 / BEVOLKING * len(VREEMDEN) + 0.01)
    assert len(krap.tokens) < len(ruim.tokens)


def test_zelfde_bytes() -> None:
    """The same record gives the same bytes alone and among others; another key period or bound shares no token."""
    een, samen = CODEERDER.bulk([MICHAELA]), CODEERDER.bulk([*VREEMDEN[:3], MICHAELA])
    van = samen.start[3]
    assert (samen.tokens[van:] == een.tokens).all() and (samen.coderingen[van:] == een.coderingen).all()
    for ander in (Codeerder(Tijdvak("later", TIJDVAK.wortel), TELLINGEN, 250), Codeerder(TIJDVAK, TELLINGEN, 249)):
        assert not set(een.tokens.tolist()) & set(ander.bulk([MICHAELA]).tokens.tolist())


def test_model() -> None:
    """Damaged records of one person weigh above 0 and strangers below; a rare name that agrees weighs more than a frequent one."""
    model = Model.laad()
    kapot = [
        replace(r, voornaam=r.voornaam[:-1], postcode=r.postcode[::-1], nummer="", gebied="") for r in VREEMDEN[:100]
    ]
    paren = ontmoet(CODEERDER.bulk(VREEMDEN), CODEERDER.bulk(kapot))
    gewicht = model.gewichten(paren.niveaus, TELLINGEN, len(VREEMDEN) * len(kapot))
    waar = paren.links == paren.rechts
    assert waar.sum() >= 99 and (gewicht[waar] > 0).mean() > 0.97 and (gewicht[~waar] < 0).all()
    zeldzaam = np.repeat(paren.niveaus[waar][:1], 2, axis=0)
    zeldzaam[:, len(SCHALEN) + SCHETSEN.index("achternaam")] = 1, 8
    ll = model.loglik(zeldzaam, tel([replace(r, achternaam=r.achternaam[:2]) for r in VREEMDEN]))
    assert ll[0, 2] < ll[1, 2] and (ll[0, :2] == ll[1, :2]).all()


def test_niets_te_zien() -> None:
    """The repr of a record shows nothing of it."""
    assert "michaela" not in repr(MICHAELA)
