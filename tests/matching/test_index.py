import copy
import itertools
import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.domein.codes import Soort, Uitkomst
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand, vergelijkbaar
from hub.domein.signaal import Sleutel, Sleutelblok, partitie_van
from hub.matching.begrenzing import GRENS
from hub.matching.codeermachine import LENGTE
from hub.matching.codering import Codeerder
from hub.matching.index import Index, Kandidaat
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.sleutels import Sleutelring, Tijdvak
from hub.matching.tafelmachine import KANT, RIJ, VOLGT
from hub.matching.uitleg import uitleg_van
from tests.matching.blokken import RING, Deel, blok, naam, sleutels
from tests.matching.uitleg import uitleg_van_personen

MODEL = Model.laad()
KEES = Persoon("Kees", "Vries", "de", "19800312", "M", "Zwolle", "123456789")
ANNA = Persoon("Anna", "Bakker", None, "19950704", "V", "Deventer")
ZSM, VHH = naam(1), naam(2, "vhh-ijsselland")


def verdachte(versie: int, persoon: Persoon | None) -> Sleutelblok:
    return blok(ZSM, versie, () if persoon is None else sleutels(persoon))


def casus(versie: int, persoon: Persoon | None, dossier: Dossier = VHH, tafel: str = "vhh-ijsselland") -> Sleutelblok:
    alle = () if persoon is None else sleutels(persoon)
    return blok(dossier, versie, alle, soort=Soort.CASUS, tafel=tafel)


def index(*geladen: Sleutelblok) -> Deel:
    nieuw = Deel(0, 1, MODEL)
    nieuw.leer(*geladen)
    return nieuw


def inhoud(van: Index) -> dict[str, Any]:
    """Everything that an index remembers, by dossier and token; and that its arrays hold nothing else."""
    bakken, naam_van = van._bakken, van._naam
    tokens = {token for nr in van._nummer.values() for token in bakken.tokens(nr).tolist()}
    gevuld = {t: sorted(str(naam_van[r]) for r in bakken.bak(t).tolist()) for t in tokens}
    buiten = {t: sorted(str(naam_van[r]) for r in van._begrenzing.buiten(t, 1 << 60)) for t in tokens}
    buckets, posten, vrij, ooit = bakken._stand.tolist()
    hier = [t for t in tokens if bakken.hier(np.array([t], np.uint64))[0]]
    assert buckets == len(hier) == int((bakken._slot[:, 1] != 0).sum())
    assert posten == sum(map(len, gevuld.values())) + sum(map(len, buiten.values()))
    assert all((t in van._begrenzing._wacht) == bool(buiten[t]) for t in tokens)
    assert len(van._begrenzing._wacht) == sum(map(bool, buiten.values()))
    assert set(bakken._buiten) == {nr for nr in van._nummer.values() if bakken.buiten(nr)}
    gaten, woorden = 0, bakken._post.view(np.int32)
    while vrij >= 0:
        assert not bakken._post[vrij, :LENGTE].any() and woorden[vrij, RIJ] == -1 and woorden[vrij, KANT] == 0
        gaten, vrij = gaten + 1, int(woorden[vrij, VOLGT])
    assert ooit == posten + gaten, "every entry is in a bucket or free"
    pool = sum(lengte * len(van_) for lengte, van_ in bakken._gaten.items())
    assert bakken._pool_gebruikt == pool + sum(len(bakken.tokens(nr)) for nr in van._nummer.values())
    assert len(van._naam) == len(van._nummer) + len(van._vrij)
    assert not bakken._werk.merk.any()
    return {
        "blokken": {dossier: (van.blok(dossier), bool(van._herzien[nr])) for dossier, nr in van._nummer.items()},
        "bakken": {t: (dossiers, buiten[t]) for t, dossiers in gevuld.items() if dossiers},
        "los": {(naam_van[nr], naam_van[ander]) for nr, anderen in van._los.items() for ander in anderen},
    }


def uitkomsten(standen: Iterable[Stand]) -> list[Uitkomst]:
    return [stand.bewijs.uitkomst for stand in standen]


def test_gevonden() -> None:
    """A suspect who is a casus is found with certainty, from either side, and a load says nothing."""
    (stand,) = index(casus(5, KEES)).zeg(verdachte(7, KEES))
    assert stand.bewijs.uitkomst is Uitkomst.ZEKER
    assert (stand.links, stand.rechts) == (Kant.van(casus(5, KEES)), Kant.van(verdachte(7, KEES)))
    assert index(verdachte(7, KEES)).zeg(casus(5, KEES)) == (stand,)
    assert index().zeg(verdachte(7, KEES)) == ()


@pytest.mark.parametrize(
    "ander",
    [
        Persoon("Cornelis", "de Vries", None, "19801203", "M", "Zwolle"),
        Persoon("C.", "Vries", None, "19800312", "M"),
        Persoon("Kees", "Vriese", None, "19800300", "M", "Zwolle"),
        Persoon("Kees", "Vries-Bakker", None, "19800312", None),
    ],
)
def test_anders_geschreven(ander: Persoon) -> None:
    """Swapped day and month, a nickname, an initial, an incomplete date, a partner's name: still found, never as ZEKER."""
    assert uitkomsten(index(casus(1, KEES)).zeg(verdachte(1, ander))) == [Uitkomst.MOGELIJK]


def test_wat_niet_vergeleken_wordt() -> None:
    """Two verdachten, and two casussen of one tafel, are never compared; casussen of two tafels are."""
    derde = naam(3, "vhh-ijsselland")
    assert index(blok(derde, 1, sleutels(KEES))).zeg(verdachte(1, KEES)) == ()
    assert index(casus(1, KEES)).zeg(casus(1, KEES, derde)) == ()
    assert uitkomsten(index(casus(1, KEES)).zeg(casus(1, KEES, derde, "vhh-twente"))) == [Uitkomst.ZEKER]


def test_intrekking() -> None:
    """A withdrawal reports "none any more", keeps its versie, and frees its keys."""
    een = index(casus(1, KEES), verdachte(1, KEES))
    (stand,) = een.zeg(verdachte(2, None))
    assert stand.bewijs == GEEN_BEWIJS
    assert stand.rechts.versie == 2
    assert een.zeg(verdachte(1, KEES)) == (), "an older versie does not come back"
    assert een.blok(ZSM) == verdachte(2, None)
    assert len(een) == 2
    assert all(ZSM not in dossiers for dossiers, _ in inhoud(een)["bakken"].values())


def test_andere_persoon_in_hetzelfde_dossier() -> None:
    """A dossier that turns out to be about somebody else withdraws the pair it made, and makes the pair that is true."""
    een = index(casus(1, KEES), casus(1, ANNA, naam(3, "vhh-twente"), "vhh-twente"))
    assert uitkomsten(een.zeg(verdachte(1, KEES))) == [Uitkomst.ZEKER]
    assert sorted(uitkomsten(een.zeg(verdachte(2, ANNA)))) == [Uitkomst.GEEN, Uitkomst.MOGELIJK]


def test_te_zwak() -> None:
    """Meeting in a bucket is not enough: too little weight is silence at first, and GEEN with its weight after a change."""
    zwak = Persoon("Kees", "Vries", None, "19930312", "M", "Heusden")
    een = index(casus(1, KEES))
    assert een.zeg(verdachte(1, zwak)) == ()
    (stand,) = een.zeg(verdachte(2, zwak))
    assert stand.bewijs.uitkomst is Uitkomst.GEEN
    assert stand.bewijs.niveaus[:8] == (9, 0, 7, 6, 2, 1, 0, 1)


def test_zelfde_versie_zelfde_standen() -> None:
    """A block that comes again is answered with the same stands: a lost output can be made again, a withdrawal too."""
    een = index(casus(1, KEES))
    for versie, persoon in ((1, KEES), (2, None), (3, KEES), (4, ANNA)):
        standen = een.zeg(verdachte(versie, persoon))
        assert len(standen) == 1
        assert een.zeg(verdachte(versie, persoon)) == standen


def test_zelfde_getallen_als_de_uitleg() -> None:
    """What the index reports, at any number of partitions, is what explaining the two persons says, and its record too."""
    ander = Persoon("Cornelis", "de Vriese", None, "19800312", "M", "Zwolle", "123456780")
    for partities in (1, 2, 3, 4):
        standen: list[Stand] = []
        for partitie in range(partities):
            deel = Deel(partitie, partities, MODEL)
            links = blok(
                VHH, 1, sleutels(KEES), soort=Soort.CASUS, tafel="vhh-v", partitie=partitie, partities=partities
            )
            deel.leer(links)
            standen += deel.zeg(blok(ZSM, 1, sleutels(ander), partitie=partitie, partities=partities))
        assert [uitleg_van(stand.bewijs, MODEL) for stand in standen] == [uitleg_van_personen(KEES, ander, RING, MODEL)]


def test_tombstone_geeft_alles_vrij() -> None:
    """Removing what was inserted leaves the index as it was, empty buckets and remembered pairs included."""
    een, leeg = index(casus(1, KEES)), index(casus(1, KEES))
    een.zeg(verdachte(1, KEES))
    een.zeg(verdachte(2, None))
    een.zeg(verdachte(3, ANNA))
    assert inhoud(een) != inhoud(leeg)
    een.verwijder(ZSM)
    assert inhoud(een) == inhoud(leeg)
    assert een.kant(ZSM) is None
    een.verwijder(ZSM)
    een.verwijder(VHH)
    assert inhoud(een) == inhoud(index())
    assert len(een) == 0


def test_vreemde_codering_houdt_niemand_op() -> None:
    """A block with encodings of no known layout, or with none, matches nobody and disturbs nobody."""
    goed = sleutels(KEES)
    for vreemd in (tuple(Sleutel(s.token, b"\x07abc") for s in goed), ()):
        raar = casus(1, KEES, naam(3, "vhh-twente"), "vhh-twente")
        raar = Sleutelblok(
            raar.soort, raar.dossier, 1, raar.tafel, raar.tijd, raar.bewaren_tot, raar.feiten, raar.tokens, vreemd
        )
        assert uitkomsten(index(raar, casus(1, KEES)).zeg(verdachte(1, KEES))) == [Uitkomst.ZEKER]


@pytest.mark.parametrize("partities", [1, 3])
def test_blok_komt_terug_zoals_het_kwam(partities: int) -> None:
    """What is held of a dossier is given back field by field: with two key periods, of another layout, with a predecessor, empty."""
    twee = Sleutelring((*RING.tijdvakken, Tijdvak("2025-2", bytes(32))))
    alle = tuple(sorted(sleutels(KEES, twee), key=lambda sleutel: sleutel.token))
    vreemd = tuple(Sleutel(s.token, b"\x07" + s.codering[:50]) for s in alle)
    for inhoud_ in (alle, vreemd, ()):
        for partitie in range(partities):
            een = Deel(partitie, partities, MODEL)
            gegeven = blok(ZSM, 1, inhoud_, partitie=partitie, partities=partities)
            gegeven = replace(gegeven, voorganger=naam(9))
            een.leer(gegeven)
            assert een.blok(ZSM) == gegeven


def test_heel_veel_tokens() -> None:
    """A block with thousands of tokens is held, found and forgotten like any other."""
    codering = CODERINGEN[TOKENS[0], 0]
    alle = tuple(Sleutel(n.to_bytes(8, "big"), codering) for n in range(5000))
    een = index(blok(VHH, 1, alle, soort=Soort.CASUS, tafel="vhh-ijsselland"))
    assert uitkomsten(een.zeg(blok(ZSM, 1, alle))) == [Uitkomst.ZEKER]
    een.verwijder(ZSM)
    een.verwijder(VHH)
    assert inhoud(een) == inhoud(index())


def test_bestaat_de_partitie() -> None:
    """A partition outside the number of partitions is refused."""
    with pytest.raises(ValueError, match="does not exist"):
        Deel(2, 2, MODEL)


# Random histories. Eight dossiers at three tafels, a handful of tokens, three persons: every way to meet, part and move.

PERSONEN = (KEES, Persoon("Cornelis", "Vries", None, "19801203", "M"), ANNA)
TOKENS = [bytes(7) + bytes([n]) for n in range(7)]
DOSSIERS = [
    (naam(1), Soort.VERDACHTE, "zsm-oost"),
    (naam(2), Soort.VERDACHTE, "zsm-oost"),
    (naam(3, "vhh-a"), Soort.CASUS, "vhh-a"),
    (naam(4, "vhh-a"), Soort.CASUS, "vhh-a"),
    (naam(5, "vhh-b"), Soort.CASUS, "vhh-b"),
    (naam(6, "vhh-b"), Soort.CASUS, "vhh-b"),
    (naam(7), Soort.VERDACHTE, "zsm-oost"),
    (naam(8, "vhh-a"), Soort.CASUS, "vhh-a"),
]
CODERINGEN = {
    (token, p): codering.tobytes()
    for token in TOKENS
    for p, codering in enumerate(Codeerder(RING).onder_een_zout(PERSONEN, token * 2))
}
Versie = tuple[int, int, frozenset[int]]
"""Versie, person, tokens."""
Verloop = dict[int, list[Versie]]

VERSIES = st.lists(
    st.tuples(st.integers(0, 2), st.frozensets(st.sampled_from(range(7)), max_size=3)), min_size=1, max_size=4
)


@st.composite
def verlopen(draw: st.DrawFn) -> Verloop:
    """Per dossier its versies in the order in which they were said: rising, with repeats and stale ones among them."""
    verloop: Verloop = {}
    for dossier in range(draw(st.integers(2, len(DOSSIERS)))):
        reeks: list[Versie] = [(n + 1, persoon, tokens) for n, (persoon, tokens) in enumerate(draw(VERSIES))]
        for oud in draw(st.lists(st.integers(0, len(reeks) - 1), max_size=2)):
            reeks.insert(draw(st.integers(oud + 1, len(reeks))), reeks[oud])
        if draw(st.booleans()):
            reeks.insert(0, reeks[-1])
        verloop[dossier] = reeks
    return verloop


def gemaakt(dossier: int, versie: Versie, partitie: int, partities: int) -> Sleutelblok:
    nummer, persoon, tokens = versie
    wie, soort, tafel = DOSSIERS[dossier]
    alle = tuple(Sleutel(TOKENS[t], CODERINGEN[TOKENS[t], persoon]) for t in tokens)
    return blok(wie, nummer, alle, soort=soort, tafel=tafel, partitie=partitie, partities=partities)


def ware_paren(verloop: Verloop, partities: int, grens: int = GRENS) -> dict[tuple[Dossier, Dossier], Uitkomst]:
    """What must stand in the end, from the last versies alone: each pair put alone into the partition that owns it."""
    laatste = {d: max(reeks, key=lambda v: v[0]) for d, reeks in verloop.items() if reeks}
    binnen: dict[int, set[int]] = {}
    for token in range(len(TOKENS)):
        wie = sorted((d for d, versie in laatste.items() if token in versie[2]), key=lambda d: DOSSIERS[d][0])
        tafels = [DOSSIERS[d][2] for d in wie]
        binnen[token] = {d for n, d in enumerate(wie) if tafels[:n].count(tafels[n]) < grens}
    paren: dict[tuple[Dossier, Dossier], Uitkomst] = {}
    for een, ander in itertools.combinations(laatste, 2):
        if not vergelijkbaar(*(Kant.van(gemaakt(d, laatste[d], 0, 1)) for d in (een, ander))):
            continue
        gedeeld = laatste[een][2] & laatste[ander][2]
        beide = frozenset(token for token in gedeeld if {een, ander} <= binnen[token])
        if not gedeeld or min(gedeeld) not in beide:
            continue
        eigenaar = partitie_van(TOKENS[min(gedeeld)], partities)
        alleen = Deel(eigenaar, partities, MODEL)
        links, rechts = ((*laatste[d][:2], beide) for d in (een, ander))
        alleen.leer(gemaakt(een, links, eigenaar, partities))
        for stand in alleen.zeg(gemaakt(ander, rechts, eigenaar, partities)):
            paren[stand.links.dossier, stand.rechts.dossier] = stand.bewijs.uitkomst
    return paren


def staande(standen: Iterable[Stand]) -> dict[tuple[Dossier, Dossier], Uitkomst]:
    """The latest pair of versies wins, as the koppeling applies it."""
    laatste: dict[tuple[Dossier, Dossier], Stand] = {}
    for stand in standen:
        paar = (stand.links.dossier, stand.rechts.dossier)
        oud = laatste.get(paar)
        if oud is None or (oud.links.versie, oud.rechts.versie) <= (stand.links.versie, stand.rechts.versie):
            laatste[paar] = stand
    return {
        paar: stand.bewijs.uitkomst for paar, stand in laatste.items() if stand.bewijs.uitkomst is not Uitkomst.GEEN
    }


VERHUISD: Verloop = {
    0: [(1, 0, frozenset({0})), (2, 0, frozenset({1})), (3, 0, frozenset())],
    2: [(1, 0, frozenset({0, 1}))],
}
"""Ownership moves from one partition to another and then ends: neither sees all of it side by side."""

VERZWAKT: Verloop = {
    0: [(1, 0, frozenset({0})), (2, 2, frozenset({1}))],
    2: [(1, 0, frozenset({0, 1}))],
}
"""Ownership moves, and at its new place the pair never was more than a chance meeting."""


def gedraaid(
    verloop: Verloop, partities: int, toeval: random.Random, *, herstart: bool, grens: int = GRENS
) -> list[Stand]:
    """All that the partitions say, each with the dossiers interleaved in its own way and perhaps a restart somewhere.

    Restarts are of two kinds: anywhere in the log, which is then still whole; and halfway, where all partitions are up to date and
    compaction has left of each dossier the last record.
    """
    gezegd: list[Stand] = []
    knip = {dossier: toeval.randrange(len(reeks) + 1) if herstart else 0 for dossier, reeks in verloop.items()}
    for partitie in range(partities):
        deel, eerder = Deel(partitie, partities, MODEL, grens), list[Sleutelblok]()
        for helft in (0, 1):
            stuk = {d: reeks[knip[d] :] if helft else reeks[: knip[d]] for d, reeks in verloop.items()}
            wie = [dossier for dossier, reeks in stuk.items() for _ in reeks]
            toeval.shuffle(wie)
            rest = {dossier: iter(reeks) for dossier, reeks in stuk.items()}
            log = [gemaakt(dossier, next(rest[dossier]), partitie, partities) for dossier in wie]
            stop = toeval.randrange(len(log)) if herstart and log else None
            for nummer, een in enumerate(log):
                if nummer == stop:
                    opnieuw = herladen([*eerder, *log[:nummer]], partitie, partities, grens)
                    assert helft or inhoud(opnieuw) == inhoud(deel), "a silent load leaves what the live run left"
                    deel = opnieuw
                gezegd += deel.zeg(een)
            # The room writes the winner again behind a stale record, so that the last is the highest.
            eerder = list({een.dossier: een for een in sorted(log, key=lambda een: een.versie)}.values())
            toeval.shuffle(eerder)
            if herstart and toeval.random() < 0.7:
                deel = herladen(eerder, partitie, partities, grens)
    return gezegd


def herladen(log: list[Sleutelblok], partitie: int, partities: int, grens: int) -> Deel:
    """A worker that starts anew on this log."""
    opnieuw = Deel(partitie, partities, MODEL, grens)
    opnieuw.leer(*log)
    return opnieuw


def door_elkaar(gezegd: list[Stand], toeval: random.Random) -> list[Stand]:
    """In any order, but for one pair at one pair of versies, which only its owner speaks of: in the order of its words."""
    per_paar: dict[Any, list[Stand]] = {}
    for stand in gezegd:
        per_paar.setdefault((stand.koppeling, stand.links.versie, stand.rechts.versie), []).append(stand)
    wie = [sleutel for sleutel, standen in per_paar.items() for _ in standen]
    toeval.shuffle(wie)
    rest = {sleutel: iter(standen) for sleutel, standen in per_paar.items()}
    return [next(rest[sleutel]) for sleutel in wie]


@settings(max_examples=400)
@given(verlopen(), st.integers(1, 4), st.randoms(use_true_random=False), st.booleans())
@example(VERHUISD, 2, random.Random(1), False)
def test_volgorde_maakt_niet_uit(verloop: Verloop, partities: int, toeval: random.Random, herstart: bool) -> None:
    """However the dossiers interleave at each partition, with a restart or not, exactly the true pairs stand in the end."""
    gezegd = door_elkaar(gedraaid(verloop, partities, toeval, herstart=herstart), toeval)
    assert staande(gezegd) == ware_paren(verloop, partities)


@settings(max_examples=600)
@given(verlopen(), st.integers(1, 4), st.integers(1, 2), st.randoms(use_true_random=False), st.booleans())
def test_volgorde_bij_volle_bakken(
    verloop: Verloop, partities: int, grens: int, toeval: random.Random, herstart: bool
) -> None:
    """The same where buckets run over: what stands follows from the last versies, not from who came first."""
    gezegd = door_elkaar(gedraaid(verloop, partities, toeval, herstart=herstart, grens=grens), toeval)
    assert staande(gezegd) == ware_paren(verloop, partities, grens)


@settings(max_examples=100)
@given(verlopen(), st.integers(1, 2), st.randoms(use_true_random=False))
def test_partities_maken_niet_uit(verloop: Verloop, grens: int, toeval: random.Random) -> None:
    """Which pairs stand is the same at any number of partitions, also where buckets run over."""
    zelfde = {d: [(nummer, 0, tokens) for nummer, _, tokens in reeks] for d, reeks in verloop.items()}
    uit = [
        staande(door_elkaar(gedraaid(zelfde, partities, toeval, herstart=True, grens=grens), toeval)).keys()
        for partities in (1, 2, 3, 4)
    ]
    assert uit.count(uit[0]) == 4


@pytest.mark.parametrize("verloop", [VERHUISD, VERZWAKT])
def test_verhuisd_in_elke_volgorde(verloop: Verloop) -> None:
    """A pair whose ownership moved before it ended is withdrawn in every interleaving at both partitions."""
    for zaad in range(200):
        toeval = random.Random(zaad)
        gezegd: list[Stand] = []
        for partitie in range(2):
            wie = [dossier for dossier, reeks in verloop.items() for _ in reeks]
            toeval.shuffle(wie)
            rest = {dossier: iter(reeks) for dossier, reeks in verloop.items()}
            deel = Deel(partitie, 2, MODEL)
            for dossier in wie:
                gezegd += deel.zeg(gemaakt(dossier, next(rest[dossier]), partitie, 2))
        assert staande(gezegd) == {}


@settings(max_examples=150)
@given(verlopen(), st.integers(0, 4))
def test_invoegen_en_verwijderen(verloop: Verloop, nummer: int) -> None:
    """One more dossier inserted, changed and removed leaves no trace, whatever it met."""
    extra = nummer % len(verloop)
    met, zonder = Deel(0, 1, MODEL), Deel(0, 1, MODEL)
    for dossier, reeks in verloop.items():
        for versie in reeks:
            met.zeg(gemaakt(dossier, versie, 0, 1))
            if dossier != extra:
                zonder.zeg(gemaakt(dossier, versie, 0, 1))
    met.verwijder(DOSSIERS[extra][0])
    assert inhoud(met) == inhoud(zonder)


# A source that fills a bucket.


def vol(aantal: int, tafel: str = "vhh-stuk", tijd: int = 1) -> list[Sleutelblok]:
    """Casussen of one source that all claim to be Kees, in the order of their names."""
    alle, namen = sleutels(KEES), sorted(naam(100 + n, "vhh-stuk") for n in range(aantal))
    return [blok(dossier_, tijd + n, alle, soort=Soort.CASUS, tafel=tafel) for n, dossier_ in enumerate(namen)]


def test_volle_bak() -> None:
    """Of a source that fills a bucket its first dossiers are compared and no others, it is counted, and nobody else suffers."""
    eerlijk = casus(1, KEES)
    blokken = vol(20)
    een = Deel(0, 1, MODEL, grens=5)
    for b in [*blokken, eerlijk]:
        een.leer(b)
    standen = een.zeg(verdachte(1, KEES))
    anderen = {stand.links.dossier for stand in standen} | {stand.rechts.dossier for stand in standen}
    assert anderen == {ZSM, VHH} | {b.dossier for b in blokken[:5]}
    assert een.overvol == {"vhh-stuk": 15}
    een.zeg(verdachte(2, KEES))
    assert een.overvol == {"vhh-stuk": 15}, "the one who asks is not the one who fills"
    een.zeg(blok(naam(500, "vhh-stuk"), 500, sleutels(KEES), soort=Soort.CASUS, tafel="vhh-stuk"))
    assert een.overvol == {"vhh-stuk": 16}
    assert {b.dossier: een.blok(b.dossier) for b in blokken} == {b.dossier: b for b in blokken}, "all of them are held"


def test_wie_eruit_moet_wordt_ingetrokken_en_wie_erin_mag_gemeld() -> None:
    """A dossier that takes another's place in a full bucket withdraws that one's pair; when it leaves, the pair stands again."""
    een = Deel(0, 1, MODEL, grens=2)
    een.leer(verdachte(1, KEES))
    eerste, tweede, derde = vol(3)
    for b in (tweede, derde):
        assert uitkomsten(een.zeg(b)) == [Uitkomst.ZEKER]
    gezegd = {({s.links.dossier, s.rechts.dossier} - {ZSM}).pop(): s.bewijs for s in een.zeg(eerste)}
    assert gezegd[eerste.dossier].uitkomst is Uitkomst.ZEKER
    assert gezegd[derde.dossier] == GEEN_BEWIJS
    weg = een.zeg(replace(eerste, versie=9, tokens=(), sleutels=()))
    terug = {({s.links.dossier, s.rechts.dossier} - {ZSM}).pop(): s.bewijs for s in weg}
    assert terug[eerste.dossier] == GEEN_BEWIJS
    assert terug[derde.dossier].uitkomst is Uitkomst.ZEKER


def test_niemand_drukt_een_ander_weg() -> None:
    """However many dossiers one source puts into a bucket, the pairs of the others stay as they are and nothing is said of them."""
    een = Deel(0, 1, MODEL, grens=2)
    een.leer(verdachte(1, KEES))
    assert uitkomsten(een.zeg(casus(1, KEES))) == [Uitkomst.ZEKER]
    for b in vol(30):
        for stand in een.zeg(b):
            assert {stand.links.dossier, stand.rechts.dossier} != {ZSM, VHH}
            assert "vhh-stuk" in {stand.links.tafel, stand.rechts.tafel}
    paar = [s for s in een.zeg(verdachte(3, KEES)) if {s.links.dossier, s.rechts.dossier} == {ZSM, VHH}]
    assert uitkomsten(paar) == [Uitkomst.ZEKER]


def test_volle_bak_houdt_niets_op() -> None:
    """What is said at one change stays bounded however full a bucket is, and whatever changed before."""
    een = Deel(0, 1, MODEL, grens=2)
    for versie in (1, 1000):
        for b in vol(200, tijd=versie):
            een.leer(b)
    assert len(een.zeg(verdachte(1, KEES))) <= 2 + 16 * 2
    assert len(een.zeg(vol(1, tijd=5000)[0])) <= 3


# A question.


def bytes_van(van: Index) -> dict[str, Any]:
    """Everything that an index and its buckets hold, byte for byte; not the room in which they count."""
    beide = {**vars(van), **vars(van._bakken), **vars(van._begrenzing)}
    elders = {"_model", "_bakken", "_begrenzing", "_werk"}
    return {
        naam_: deel.tobytes() if isinstance(deel, np.ndarray) else repr(deel)
        for naam_, deel in beide.items()
        if naam_ not in elders
    }


@pytest.mark.parametrize("partities", [1, 2, 5])
def test_vraag(partities: int) -> None:
    """A question finds, over all partitions together, once each dossier that a dossier of that content would; it leaves no byte."""
    anders = Persoon("Cornelis", "de Vriese", None, "19800312", "M", "Zwolle", "123456780")
    casussen = [
        (naam(10, "vhh-a"), KEES, "vhh-a"),
        (naam(11, "vhh-b"), anders, "vhh-b"),
        (naam(12, "vhh-b"), ANNA, "vhh-b"),
    ]
    delen = [Deel(partitie, partities, MODEL) for partitie in range(partities)]
    for partitie, deel in enumerate(delen):
        for dossier_, wie, tafel in casussen:
            alle = sleutels(wie)
            deel.leer(blok(dossier_, 1, alle, soort=Soort.CASUS, tafel=tafel, partitie=partitie, partities=partities))
        deel.leer(blok(ZSM, 1, sleutels(KEES), partitie=partitie, partities=partities))
    for soort, tafel in (
        (Soort.VERDACHTE, "zsm-oost"),
        (Soort.CASUS, "vhh-a"),
        (Soort.CASUS, "vhh-c"),
        (Soort.CASUS, "nooit-gezien"),
    ):
        for wie in (KEES, anders, ANNA, Persoon("Piet", "Nergens", None, "19010203", "M")):
            gevonden: list[Kandidaat] = []
            verwacht: list[tuple[Kant, Bewijs]] = []
            for partitie, deel in enumerate(delen):
                b = blok(naam(99), 1, sleutels(wie), soort=soort, tafel=tafel, partitie=partitie, partities=partities)
                voor = bytes_van(deel)
                gevonden += deel.zoek(soort, b.tafel, b.tokens, b.sleutels)
                assert bytes_van(deel) == voor
                proef = copy.deepcopy(deel)
                for stand in proef.zeg(b):
                    kant = stand.rechts if stand.links.dossier == b.dossier else stand.links
                    verwacht.append((kant, stand.bewijs))
            assert sorted(gevonden, key=str) == sorted(verwacht, key=str)
            assert len({k.kant.dossier for k in gevonden}) == len(gevonden)


def test_vraag_van_een_andere_indeling() -> None:
    """A question in encodings of another layout, in no order, or without any, is answered with nobody or with what can be read."""
    een = index(casus(1, KEES))
    alle = blok(ZSM, 1, sleutels(KEES))
    vreemd = tuple(Sleutel(s.token, b"\x07abc") for s in alle.sleutels)
    assert een.zoek(Soort.VERDACHTE, alle.tafel, alle.tokens, vreemd) == ()
    assert een.zoek(Soort.VERDACHTE, alle.tafel, (), ()) == ()
    (kandidaat,) = een.zoek(Soort.VERDACHTE, alle.tafel, alle.tokens[::-1], alle.sleutels)
    assert kandidaat.bewijs.uitkomst is Uitkomst.ZEKER


def test_schat_nooit() -> None:
    """No path to a decision knows of estimation: neither the index nor the worker's model loads it."""
    programma = "import sys, hub.matching.index, hub.matching.uitleg, hub.processors.index\nprint(*sys.modules)"
    uit = subprocess.run([sys.executable, "-c", programma], capture_output=True, text=True, check=True).stdout
    assert not [naam for naam in uit.split() if naam.endswith((".schatten", ".klassen", ".validatie"))]


@pytest.mark.parametrize("zaad", range(3))
def test_veel_erin_en_eruit(zaad: int) -> None:
    """Thousands of inserts, changes and removals in random order leave exactly what stands, in a table without rot."""
    toeval = random.Random(zaad)
    een = Deel(0, 1, MODEL)
    staat: dict[int, int] = {}
    codering = CODERINGEN[TOKENS[0], 0]
    for stap in range(3000):
        wie = toeval.randrange(300)
        if wie in staat and toeval.random() < 0.4:
            een.verwijder(naam(wie))
            del staat[wie]
            continue
        tokens = [toeval.randrange(1 << 64).to_bytes(8, "big") for _ in range(toeval.randrange(15))]
        een.leer(blok(naam(wie), stap, tuple(Sleutel(t, codering) for t in sorted(tokens))))
        staat[wie] = stap
    assert {d: b[0].versie for d, b in inhoud(een)["blokken"].items()} == {naam(w): s for w, s in staat.items()}
    for wie in staat:
        een.verwijder(naam(wie))
    assert inhoud(een) == {"blokken": {}, "bakken": {}, "los": set()}
    assert len(een) == 0
