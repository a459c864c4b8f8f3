import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from hub.domein.codes import Uitkomst
from hub.domein.signaal import Sleutelbos
from hub.matching.bakken import Bakken
from hub.matching.bakken import warm as bakken_warm
from hub.matching.codering import INDELING, LENGTE, SOORTEN, Codeerder, encode, warm
from hub.matching.frequenties import BEVOLKING, Frequenties, tel
from hub.matching.model import Model
from hub.matching.namen import Alias, Persoon
from hub.matching.niveaus import SCHALEN, TABELLEN, vergelijk, vergelijk_paren
from hub.matching.sleutels import Sleutelring, Tijdvak
from tests.matching.blokken import RING, sleutels
from tests.matching.test_kwaliteit import verzonnen
from tests.matching.uitleg import uitleg_van_personen

KEES = Persoon("Kees Jan", "Hoogeveen", "van", "19800312", "M", "Zwolle", "123456789")
TABEL = Frequenties.standaard()
CODEERDER = Codeerder(RING)
KRAP = Codeerder(RING, TABEL.met_k(5))
"""The bound of a register of a million."""
ZOUTEN = [bytes(15) + bytes([n]) for n in range(24)]
PERSONEN = st.builds(
    Persoon,
    voornamen=st.sampled_from([None, "", "Jan", "J.", "Jan Piet", "onbekend", "Xiomara"]),
    geslachtsnaam=st.sampled_from([None, "", "Bakker", "Bakker-Smit", "de Vries", "Zwanenburgwal"]),
    geboortedatum=st.sampled_from([None, "00000000", "19800000", "19800400", "19800101", "19800412"]),
    geslacht=st.sampled_from([None, "M", "V"]),
    geboorteplaats=st.sampled_from([None, "Zwolle", "Nador", "Marokko"]),
    bsn=st.sampled_from([None, "123456789"]),
)


DUBBELEN = st.lists(
    st.sampled_from(["Jan", "Jansen", "Willem", "Willems", "Groenewoudt", "Hassan", "Bakker", "J."]), max_size=3
)
"""Names that are given names and surnames at once, some seldom and some not: which of them meet is not one choice."""


@example(["Jan"], ["Jansen", "Groenewoudt"], ["Jan"], ["Groenewoudt", "Jansen"], False)
@example(["Jan", "Hassan", "Xiomara"], ["Bakker"], ["Piet", "Xiomara", "Jan"], ["Bakker"], False)
@given(*4 * [DUBBELEN], st.booleans())
def test_niveaus_zijn_van_beide_kanten_dezelfde(
    voor: list[str], achter: list[str], voor_ander: list[str], achter_ander: list[str], omgekeerd: bool
) -> None:
    """Whoever came last decides nothing: the levels of a pair are those of the pair the other way round, however its names may meet."""
    if omgekeerd:
        voor_ander, achter_ander = achter[::-1], voor[::-1]
    rij = CODEERDER.onder_een_zout(
        [
            Persoon(" ".join(v) or None, "-".join(a) or None, geboortedatum="19900412")
            for v, a in ((voor, achter), (voor_ander, achter_ander))
        ],
        ZOUTEN[0],
    )
    heen, terug = (vergelijk_paren(rij, rij, np.array([een]), np.array([1 - een]))[0] for een in (0, 1))
    assert heen.tolist() == terug.tolist()


def niveaus(een: Persoon, ander: Persoon) -> dict[str, int]:
    """The middle level of every field over many salts: a single sketch is a draw."""
    rijen = [CODEERDER.onder_een_zout([een, ander], zout) for zout in ZOUTEN]
    heen = np.array([vergelijk_paren(r[:1], r[1:], np.zeros(1, int), np.zeros(1, int))[0] for r in rijen])
    terug = np.array([vergelijk_paren(r[1:], r[:1], np.zeros(1, int), np.zeros(1, int))[0] for r in rijen])
    assert (heen == terug).all(), "levels do not depend on the side"
    return dict(zip([schaal.veld for schaal in SCHALEN], np.median(heen, axis=0).tolist(), strict=True))


def soorten(persoon: Persoon, tabel: Frequenties = TABEL) -> list[str]:
    return [SOORTEN[soort] for soort in Codeerder(RING, tabel).bulk([persoon]).soorten]


def gedeeld(een: Persoon, ander: Persoon) -> int:
    return len({s.token for s in sleutels(een)} & {s.token for s in sleutels(ander)})


def test_vorm() -> None:
    """The bos carries its period, layout and table; every token has 8 bytes and every encoding starts with the layout."""
    (bos,) = encode(KEES, RING)
    assert (bos.tijdvak, bos.indeling, bos.tabelhash) == ("2025-1", INDELING, TABEL.hash)
    assert 10 <= len(bos.sleutels) <= 14
    assert all(len(s.token) == 8 and len(s.codering) == LENGTE <= 128 and s.codering[0] == 2 for s in bos.sleutels)
    tokens = [s.token for s in bos.sleutels]
    assert tokens == sorted(set(tokens))
    assert encode(Persoon(), RING) == (Sleutelbos("2025-1", 2, TABEL.hash, ()),)


def test_zelfde_bytes() -> None:
    """The same person and ring give the same bytes: here, in the next process, alone and among others."""
    eerste = encode(KEES, RING)
    programma = (
        "from tests.matching.blokken import RING\nfrom tests.matching.test_codering import KEES\n"
        "from hub.matching.codering import encode\n"
        "s = encode(KEES, RING)[0].sleutels[0]\nprint(s.token.hex(), s.codering.hex())"
    )
    uit = subprocess.run([sys.executable, "-c", programma], capture_output=True, text=True, check=True).stdout
    assert uit.split() == [eerste[0].sleutels[0].token.hex(), eerste[0].sleutels[0].codering.hex()]
    ander = Persoon("Anna", "Bakker", None, "19950704", "V", "Deventer")
    assert Codeerder(RING).bossen([ander, KEES, ander])[1] == eerste


def test_ander_tijdvak_ander_token() -> None:
    """Two key periods, two root keys and two tables have no token in common; a ring of two writes both."""
    oud = RING.tijdvakken[0]
    nieuw = Tijdvak("2025-2", oud.wortel)
    vreemd = Tijdvak("2025-1", bytes(32))
    tokens = [{s.token for s in sleutels(KEES, Sleutelring((t,)))} for t in (oud, nieuw, vreemd)]
    assert not tokens[0] & tokens[1] and not tokens[0] & tokens[2]
    beide = encode(KEES, Sleutelring((oud, nieuw)))
    assert [bos.tijdvak for bos in beide] == ["2025-1", "2025-2"]
    assert {s.token for bos in beide for s in bos.sleutels} == tokens[0] | tokens[1]
    (andere_tabel,) = encode(KEES, RING, TABEL.met_k(TABEL.k + 1))
    assert andere_tabel.tabelhash != TABEL.hash
    assert not tokens[0] & {s.token for s in andere_tabel.sleutels}


def test_ruis_buiten_de_sleutel() -> None:
    """Encodings of one person under different keys agree no more than chance: one byte in 256, half of the bits of a sketch."""
    zout = np.random.default_rng(1).integers(0, 256, (60, 16), np.uint8)
    rijen = np.array([CODEERDER.onder_een_zout([KEES], z.tobytes())[0] for z in zout])
    i, j = np.triu_indices(60, 1)
    gelijk = (rijen[i, 6:] == rijen[j, 6:]).mean()
    assert gelijk == pytest.approx(1 / 256, rel=0.2)
    bits = (np.unpackbits(rijen[i, 8:68], axis=1) == np.unpackbits(rijen[j, 8:68], axis=1)).mean()
    assert bits == pytest.approx(0.5, abs=0.01)
    gevonden = vergelijk_paren(rijen, rijen, i, j)
    assert (gevonden[:, 6] < 3).all(), "another key never has an equal BSN"
    assert ((gevonden[:, 0] >= 8) & (gevonden[:, 2] >= 6)).sum() == 0, "nor both names"


@settings(max_examples=50)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_nooit_buiten_de_sleutel(een: int, ander: int) -> None:
    """Only who shares a key is compared, and under another key even one's own encoding has no name, date or number in common."""
    persoon, vreemde = verzonnen(random.Random(een)), verzonnen(random.Random(ander))
    bulk, andere = CODEERDER.bulk([persoon]), CODEERDER.bulk([vreemde])
    bakken = Bakken()
    bakken.voeg_toe(0, bulk.tokens, bulk.coderingen, 1)
    gevonden = bakken.zoek(andere.tokens, andere.coderingen, Model.laad().weging)[0]
    assert gevonden.tolist() == ([0] if set(bulk.tokens.tolist()) & set(andere.tokens.tolist()) else [])
    i, j = np.triu_indices(len(bulk.tokens), 1)
    buiten = vergelijk_paren(bulk.coderingen, bulk.coderingen, i, j)
    assert (buiten[:, [0, 2, 3, 6]] < [9, 7, 11, 4]).all()


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_verwisseld_komt_samen(zaad: int) -> None:
    """Names in each other's place meet; so do day and month, however frequent the names are and however tight the bound. For whoever has a
    full date: the first of January counts as a day and month that nobody knew."""
    recht = replace(verzonnen(random.Random(zaad)), bsn=None)
    datum = recht.geboortedatum
    assert datum is not None
    assume(datum[4:] != "0101")
    assert gedeeld(recht, replace(recht, voornamen=recht.geslachtsnaam, geslachtsnaam=recht.voornamen)) > 0
    if datum[6:] <= "12":
        krom = replace(recht, geboortedatum=datum[:4] + datum[6:] + datum[4:6])
        for codeerder in (CODEERDER, KRAP):
            een, ander = (set(codeerder.bulk([persoon]).tokens.tolist()) for persoon in (recht, krom))
            assert een & ander


def test_krappe_grens() -> None:
    """Where the bound forbids a date with two initials, a date with an initial and the begin of a name takes its place."""
    krap_met = 0
    alle = [Codeerder(RING, TABEL.met_k(k), hoogstens=96) for k in (250, 5)]
    for persoon in (verzonnen(random.Random(zaad)) for zaad in range(40)):
        ruim, krap = ([SOORTEN[soort] for soort in codeerder.bulk([persoon]).soorten] for codeerder in alle)
        assert "datum + voorletters" in ruim and "datum + voorletter + begin van een naam" not in ruim
        assert "datum + voorletters" not in krap
        krap_met += "datum + voorletter + begin van een naam" in krap
    assert krap_met > 20, "a name as frequent as any makes no such key, the others do"


def test_wat_er_zit() -> None:
    """What finds pairs that no other key finds comes first: with too many keys it is not those that are dropped."""
    persoon = Persoon("Xiomara Jacoba Wendelmoet", "Zwanenburgwal-Quispelkamp", None, "19800312", "V", "Nador")
    krap = Codeerder(RING, TABEL.met_k(250), 6).bulk([persoon]).soorten
    assert {"namen", "datum + begin van een naam"} <= {SOORTEN[soort] for soort in krap} and len(krap) == 6


def test_afwezig_is_ruis() -> None:
    """The bytes of an absent field change with the salt, as all others do."""
    zout = np.random.default_rng(1).integers(0, 256, (200, 16), np.uint8)
    rijen = np.array([CODEERDER.onder_een_zout([Persoon("Kees")], z.tobytes())[0] for z in zout])
    for plek in range(6, LENGTE):
        assert len(np.unique(rijen[:, plek])) > 80


@given(PERSONEN, PERSONEN)
def test_niets_is_geen_bewijs(persoon: Persoon, ander: Persoon) -> None:
    """A field that is absent on a side has level 0."""
    gevonden = niveaus(persoon, ander)
    leeg = {"voornamen": "voornaam", "geslachtsnaam": "geslachtsnaam", "geslacht": "geslacht"}
    leeg |= {"geboortedatum": "geboortedatum", "geboorteplaats": "geboorteplaats", "bsn": "bsn"}
    for veld, schaal in leeg.items():
        weg = any(getattr(p, veld) in (None, "", "onbekend", "00000000") for p in (persoon, ander))
        assert (gevonden[schaal] == 0) == weg
    assert set(niveaus(Persoon(), persoon).values()) == {0}


def test_gelijk() -> None:
    """A person compared with itself is equal in every field, and rarity stands with what agrees."""
    gevonden = niveaus(KEES, KEES)
    assert list(gevonden.values())[:TABELLEN] == [9, 2, 7, 12, 2, 4, 4, 1]
    assert min(list(gevonden.values())[TABELLEN:]) >= 1


def test_voornaam() -> None:
    """Nickname, sound, typing error, later name, initial and difference are told apart."""
    stand = {"Kees Jan": 9, "Cornelis": 8, "Pieter Kees": 7, "K.": 3, "Karim": 2, "Piet": 1}
    assert {naam: niveaus(KEES, Persoon(naam))["voornaam"] for naam in stand} == stand
    assert niveaus(Persoon("Willemijntje"), Persoon("Willemijntjee"))["voornaam"] >= 5
    assert niveaus(Persoon("C."), Persoon("C."))["voornaam"] == 3, "two equal initials are not an equal name"


@pytest.mark.parametrize(
    "voornaam",
    ["Willem", "Cees", "Christiaan", "Charlotte", "Chantal", "Cindy", "Philip", "Khalid", "Djamel", "Ouassim", "Cihan"],
)
def test_voorletter(voornaam: str) -> None:
    """A name fits the initial that it is written with, whatever sound it begins with."""
    assert niveaus(Persoon(voornaam), Persoon(f"{voornaam[0]}."))["voornaam"] == 3


def test_voorletter_van_een_klank() -> None:
    """The letter of its sound is no initial of a name, and two spellings of one letter are one initial."""
    for voornaam, letter in (("Christiaan", "G."), ("Charlotte", "S."), ("Khalid", "H."), ("Philip", "F.")):
        assert niveaus(Persoon(voornaam), Persoon(letter))["voornaam"] == 1
    assert niveaus(Persoon("Cees"), Persoon("K."))["voornaam"] == 3


def test_achternaam() -> None:
    """Sound, likeness and a double name are told apart; the best pair of cores counts."""
    deel = Persoon(geslachtsnaam="Dijkstra")
    stand = {"Dykstra": 6, "Smit-Dijkstra": 7, "Bakker": 1}
    assert {naam: niveaus(deel, Persoon(geslachtsnaam=naam))["geslachtsnaam"] for naam in stand} == stand
    assert niveaus(Persoon(geslachtsnaam="Oosterhuizen"), Persoon(geslachtsnaam="Oosterhuisen"))["geslachtsnaam"] >= 4


@pytest.mark.parametrize("los", ["de Jong", "van den Bosch", "ter Horst", "de la Cruz", "in 't Veld", "'t Hart"])
def test_aaneengeschreven_achternaam(los: str) -> None:
    """A surname meets its own spelling with the tussenvoegsel written onto it, however frequent the names are, and is equal to it."""
    een, ander = (Persoon("Jan", naam, None, "19700312", "M") for naam in (los, re.sub("[ ']", "", los)))
    assert gedeeld(een, ander) > 0
    assert niveaus(een, ander)["geslachtsnaam"] == 7


def test_verwisselde_namen() -> None:
    """Given name and surname in each other's place are recognised, and meet under a key."""
    recht, krom = Persoon("Soufiane", "Amrani", None, "19900315"), Persoon("Amrani", "Soufiane", None, "19900315")
    assert niveaus(recht, krom)["naamrol"] == 3
    assert gedeeld(recht, krom) > 0


@pytest.mark.parametrize(("voor", "achter"), [("Dirk", "Vandijk"), ("Rosa", "Deroos"), ("Jan", "Dehaan")])
def test_verwisseld_met_een_tussenvoegsel_eraan(voor: str, achter: str) -> None:
    """In each other's place they are recognised, also where the core of the surname looks like the given name."""
    recht, krom = Persoon(voor, achter, None, "19700312"), Persoon(achter, voor, None, "19700312")
    assert niveaus(recht, krom)["naamrol"] == 3
    assert uitleg_van_personen(recht, krom, RING, Model.laad()).uitkomst is Uitkomst.MOGELIJK


def test_twee_hoven_zijn_geen_hof() -> None:
    """Names that have only their tussenvoegsels in common contradict each other, drawn together or not: an equal BSN is not enough."""
    for een, ander in (("van't Hof", "van't Veer"), ("van 't Hof", "van 't Veer"), ("Vanden Bosch", "Vanden Berghe")):
        for bsn, uitkomst in (("999990019", Uitkomst.MOGELIJK), (None, Uitkomst.GEEN)):
            links, rechts = (Persoon("Jan", naam, None, "19700312", "M", bsn=bsn) for naam in (een, ander))
            assert uitleg_van_personen(links, rechts, RING, Model.laad()).uitkomst is uitkomst


def test_een_enkele_naam() -> None:
    """Who has one name may have it as a given name or as a surname: in the other field it is evidence too, less than in the same one, and
    not enough where many have that name."""
    een, ander = (
        [Persoon(naam, None, None, "19700312", "M"), Persoon(None, naam, None, "19700312", "M")]
        for naam in ("Wiryosuparto", "Mohamed")
    )
    assert niveaus(*een)["geslachtsnaam"] == 5 and niveaus(*ander)["geslachtsnaam"] == 5
    assert niveaus(een[0], ander[1])["geslachtsnaam"] == 0
    model = Model.laad()
    los, zelfde, vaak = (uitleg_van_personen(a, b, RING, model) for a, b in (een, [een[1], een[1]], ander))
    assert los.uitkomst is Uitkomst.MOGELIJK and vaak.uitkomst is Uitkomst.GEEN
    assert los.totaal < zelfde.totaal


def test_datum() -> None:
    """A swap, a wrong digit, an incomplete date and a different date are told apart."""
    deel = Persoon(geboortedatum="19800312")
    stand = {
        **{"19800312": 12, "19801203": 10, "19800321": 10, "19800311": 9, "19900312": 9, "19800300": 8},
        **{"19800000": 8, "19810000": 3, "19800725": 4, "19800325": 5, "19720312": 6, "19610725": 1},
    }
    assert {datum: niveaus(deel, Persoon(geboortedatum=datum))["geboortedatum"] for datum in stand} == stand
    hazig = Persoon(geboortedatum="19800000")
    assert niveaus(hazig, hazig)["geboortedatum"] == 11


def test_onvolledige_datum_spreekt_tegen() -> None:
    """Two known months that differ in both digits contradict each other, whether the day is known or not; one wrong digit does not, nor
    an unknown month or a first of January."""
    stand = {"19701100": 4, "19700500": 8, "19700000": 8, "19700101": 8}
    for datum in ("19700312", "19700300"):
        deel = Persoon(geboortedatum=datum)
        assert {d: niveaus(deel, Persoon(geboortedatum=d))["geboortedatum"] for d in stand} == stand
    een, ander = (Persoon("Jan", "Bakker", None, d, "M", None, "999990342") for d in ("19700312", "19701100"))
    assert uitleg_van_personen(een, ander, RING, Model.laad()).uitkomst is Uitkomst.MOGELIJK


def test_bsn() -> None:
    """Only nine equal digits are equal."""
    stand = {"123456789": 4, "123456780": 3, "213456789": 3, "123456321": 2, "987654321": 1}
    assert {bsn: niveaus(KEES, Persoon(bsn=bsn))["bsn"] for bsn in stand} == stand


def test_plaats() -> None:
    """A country agrees with a place in it, and less than the place itself."""
    nador = Persoon(geboorteplaats="Nador")
    stand = {"Nador": 4, "Marokko": 2, "Zwolle": 1}
    assert {naam: niveaus(nador, Persoon(geboorteplaats=naam))["geboorteplaats"] for naam in stand} == stand


@given(PERSONEN)
def test_sleutels_van_iedereen(persoon: Persoon) -> None:
    """At most fourteen keys, no kind without what it is made of, and no key of a date that is not whole."""
    gemaakt = soorten(persoon)
    assert len(gemaakt) <= 14
    if persoon.geboortedatum in (None, "00000000"):
        assert not [soort for soort in gemaakt if "datum" in soort or "jaar" in soort or "dag" in soort]
    if persoon.geboortedatum in ("19800000", "19800101", "19800400"):
        assert not [soort for soort in gemaakt if "dag" in soort or "voorletters" in soort]
    assert ("bsn" in gemaakt) == (persoon.bsn is not None)


def test_zeldzame_naam_korte_sleutel() -> None:
    """A rare pair of names is a key by itself, a frequent pair is not; a tighter bound makes fewer short keys."""
    zelden, vaak = Persoon("Xiomara", "Zwanenburgwal"), Persoon("Maria", "Jansen")
    assert "namen" in soorten(zelden)
    assert "namen" not in soorten(vaak)
    assert set(soorten(replace(vaak, geboortedatum="19800400"), TABEL.met_k(1))) <= set(
        soorten(replace(vaak, geboortedatum="19800400"), TABEL.met_k(1000))
    )


def test_begrensd() -> None:
    """A bucket is expected to hold at most k of 17 million: among 3,000 persons of few names hardly anyone meets a stranger."""
    toeval = random.Random(4)
    personen = [replace(verzonnen(toeval), bsn=None) for _ in range(3000)]
    tabel = tel(personen, k=1000)
    gemaakt = Codeerder(RING, tabel).bulk(personen)
    _, grootte = np.unique(gemaakt.tokens, return_counts=True)
    verwacht = tabel.k * 3000 / BEVOLKING
    vreemden = (grootte * (grootte - 1)).sum() / len(gemaakt.tokens)
    assert len(gemaakt.tokens) > 6 * 3000
    assert vreemden < 2 * verwacht
    assert grootte.max() <= 5


def test_begrensd_in_een_gemeenschap() -> None:
    """A name with an initial and a country is no key where the bearers of that name all come from there: it would hold them all."""
    toeval = random.Random(4)
    rest = [replace(verzonnen(toeval), bsn=None) for _ in range(3000)]
    namen = [naam + "de" for naam in ("Tesfa", "Tewol", "Tekle", "Tsega", "Tirha", "Tamra")]
    samen = [
        Persoon(voor, achter, None, None, "M", "Keren")
        for voor, achter in ((toeval.choice(namen), toeval.choice(namen)) for _ in range(90))
    ]
    dorpen = [a + b + "dorp" for a in "bdfgklmnrs" for b in "aeiou"]
    los = [replace(persoon, geboorteplaats=toeval.choice(dorpen)) for persoon in samen]
    met_letter = {"voornaam + voorletter + gebied", "achternaam + voorletter + gebied"}
    for personen, verwacht in ((los, met_letter), (samen, set[str]())):
        tabel = tel([*rest, *personen], k=1000)
        gemaakt = [soort for persoon in personen for soort in soorten(persoon, tabel)]
        assert met_letter & set(gemaakt) == verwacht


def test_ontmoetingen() -> None:
    """Damaged records of one person share a key: day and month swapped, a nickname, an alias, a partner's name, a lost date."""
    anders = [
        replace(KEES, bsn=None, geboortedatum="19801203"),
        replace(KEES, bsn=None, voornamen="Cornelis", geboorteplaats=None),
        Persoon("Karel", "Vermeulen", None, "19800312", aliassen=(Alias("Kees", "Hoogeveen"),)),
        replace(KEES, bsn=None, geslachtsnaam="Vermeulen-van Hoogeveen"),
        replace(KEES, bsn=None, geboortedatum="19800000"),
        replace(KEES, bsn=None, geslachtsnaam="van Hogeveen", geboortedatum="19800313"),
    ]
    assert [gedeeld(KEES, ander) > 0 for ander in anders] == [True] * len(anders)


def test_vreemde_codering() -> None:
    """An encoding of another layout or length is not compared at all, rather than misread."""
    goed = CODEERDER.onder_een_zout([KEES])[0].tobytes()
    for vreemd in (b"\x01" + goed[1:], goed[:-1], goed + b"\0", b"\x02"):
        assert vergelijk(goed, vreemd) is None and vergelijk(vreemd, goed) is None
    assert vergelijk(goed[:1] + b"\xff\xff" + goed[3:], goed) is not None, "flags that no encoder writes are harmless"


def test_willekeurige_bytes() -> None:
    """Whatever a broken or hostile connector sends in the known layout gives levels that the model knows."""
    rijen = np.random.default_rng(3).integers(0, 256, (4000, LENGTE), np.uint8)
    rijen[:, 0] = INDELING
    rijen[2000:, 6:] = rijen[:2000, 6:]
    rijen[3000:] = rijen[1000:2000]
    i = np.arange(2000)
    gevonden = vergelijk_paren(rijen[:2000], rijen[2000:], i, i)
    assert (gevonden <= [len(schaal.labels) for schaal in SCHALEN]).all()
    assert len(np.unique(gevonden, axis=0)) > 500
    model = Model.laad()
    assert np.isfinite(model.gewichten(gevonden)).all()
    assert all(model.bewijs(tuple(rij)).model == model.hash for rij in gevonden[:50].tolist())


def test_niets_te_zien() -> None:
    """The repr of an encoder shows neither a key nor a name."""
    codeerder = Codeerder(RING)
    codeerder.encode(Persoon("Kanarie", "Kanarie"))
    assert "anarie" not in repr(codeerder) and RING.tijdvakken[0].wortel.hex() not in repr(codeerder)


def test_draden() -> None:
    """One encoder shared by threads gives what each person gets alone."""
    toeval = random.Random(5)
    personen = [
        replace(verzonnen(toeval), geslachtsnaam="".join(toeval.choices("abdeiklnorst", k=9))) for _ in range(400)
    ]
    gedeelde = Codeerder(RING)
    with ThreadPoolExecutor(8) as draden:
        samen = list(draden.map(gedeelde.encode, personen))
    assert samen == Codeerder(RING).bossen(personen)


def test_warm() -> None:
    """Warming up leaves nothing behind."""
    warm(RING)
    assert encode(KEES, RING) == Codeerder(RING).bossen([KEES])[0]
    bakken_warm(Model.laad().weging)
