import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from hub.domein.signaal import Sleutelbos
from hub.matching.codering import INDELING, LENGTE, codeer, encode
from hub.matching.namen import TABELHASH, Persoon, kern
from hub.matching.niveaus import SCHALEN, samen, vergelijk
from hub.matching.sleutels import Sleutelring, Tijdvak
from tests.matching.blokken import RING, sleutels

KEES = Persoon("Kees Jan", "Vries", "de", "19800312", "M", "Zwolle", "123456789")
GELIJK = tuple(len(schaal.labels) for schaal in SCHALEN)
ZOUT = bytes(32)


def niveaus(een: Persoon, ander: Persoon) -> tuple[int, ...]:
    """Levels by the fields' names would be longer; the order is that of SCHALEN."""
    uit = vergelijk(codeer(kern(een), ZOUT), codeer(kern(ander), ZOUT))
    assert uit is not None
    assert uit == vergelijk(codeer(kern(ander), ZOUT), codeer(kern(een), ZOUT)), "levels do not depend on the side"
    return uit


def test_vorm() -> None:
    """The bos carries its period, layout and table; every token has 8 bytes and every encoding starts with the layout."""
    (bos,) = encode(KEES, RING)
    assert (bos.tijdvak, bos.indeling, bos.tabelhash) == ("2025-1", INDELING, TABELHASH)
    assert len(bos.sleutels) == 8
    assert all(len(s.token) == 8 and len(s.codering) == LENGTE <= 128 and s.codering[0] == 1 for s in bos.sleutels)
    assert encode(Persoon(), RING) == (Sleutelbos("2025-1", 1, TABELHASH, ()),)


def test_zelfde_bytes() -> None:
    """The same person and ring give the same bytes, in this process and in the next: these are written down."""
    eerste = encode(KEES, RING)[0].sleutels[0]
    programma = (
        "from tests.matching.blokken import RING\nfrom tests.matching.test_codering import KEES\n"
        "from hub.matching.codering import encode\n"
        "s = encode(KEES, RING)[0].sleutels[0]\nprint(s.token.hex(), s.codering.hex())"
    )
    uit = subprocess.run([sys.executable, "-c", programma], capture_output=True, text=True, check=True).stdout
    assert uit.split() == [eerste.token.hex(), eerste.codering.hex()]


def test_ander_tijdvak_ander_token() -> None:
    """Two key periods, and two root keys, have no token in common; a ring of two writes both."""
    oud = RING.tijdvakken[0]
    nieuw = Tijdvak("2025-2", oud.wortel)
    vreemd = Tijdvak("2025-1", bytes(32))
    tokens = [{s.token for s in sleutels(KEES, Sleutelring((t,)))} for t in (oud, nieuw, vreemd)]
    assert not tokens[0] & tokens[1] and not tokens[0] & tokens[2]
    assert {s.token for s in sleutels(KEES, Sleutelring((oud, nieuw)))} == tokens[0] | tokens[1]


def test_ruis_buiten_de_sleutel() -> None:
    """Encodings of one person under different keys agree no more than chance: about one byte in 256."""
    rijen = [codeer(kern(KEES), n.to_bytes(32, "big")) for n in range(60)]
    paren = [(a, b) for i, a in enumerate(rijen) for b in rijen[:i]]
    gelijk = sum(x == y for a, b in paren for x, y in zip(a[3:], b[3:], strict=True))
    kans = len(paren) * (LENGTE - 3) / 256
    assert 0.8 * kans < gelijk < 1.2 * kans
    for a, b in paren:
        gevonden = vergelijk(a, b)
        assert gevonden is not None
        assert all(gevonden[veld] < GELIJK[veld] for veld in (0, 1, 2, 5)), (
            "another key never looks like the same person"
        )


def test_afwezig_is_ruis() -> None:
    """The bytes of an absent field change with the salt, as all others do, and hold no common mark."""
    rijen = [codeer(kern(Persoon("Kees")), n.to_bytes(32, "big")) for n in range(200)]
    for plek in range(18, LENGTE):
        assert len({rij[plek] for rij in rijen}) > 80


@given(
    st.builds(
        Persoon,
        voornamen=st.sampled_from([None, "Jan", "J.", "Jan Piet"]),
        geslachtsnaam=st.sampled_from([None, "Bakker", "Bakker-Smit"]),
        geboortedatum=st.sampled_from([None, "19800000", "19800400", "19800412"]),
        geslacht=st.sampled_from([None, "M", "V"]),
        geboorteplaats=st.sampled_from([None, "Zwolle"]),
        bsn=st.sampled_from([None, "123456789"]),
    ),
    st.sets(st.integers(0, 5)),
)
def test_niets_is_geen_bewijs(persoon: Persoon, weg: set[int]) -> None:
    """A field that is absent on a side has level 0 and the others keep theirs."""
    velden = ("voornamen", "geslachtsnaam", "geboortedatum", "geslacht", "geboorteplaats", "bsn")
    kaal = Persoon(**{v: getattr(persoon, v) for n, v in enumerate(velden) if n not in weg})
    for nummer, (zelf, ander) in enumerate(zip(niveaus(persoon, persoon), niveaus(persoon, kaal), strict=True)):
        assert ander == (0 if nummer in weg else zelf)
    assert niveaus(Persoon(), persoon) == (0,) * len(SCHALEN)


def test_gelijk() -> None:
    """A person compared with itself is equal in every field."""
    assert niveaus(KEES, KEES) == GELIJK


def test_voornaam() -> None:
    """Nickname, sound, later name, initial and difference are told apart."""
    stand = {"Kees Jan": 6, "Cornelis": 5, "Kornelis": 5, "Pieter Kees": 4, "K.": 3, "Karel": 2, "Piet": 1}
    assert {naam: niveaus(KEES, Persoon(naam))[0] for naam in stand} == stand
    assert niveaus(Persoon("C."), Persoon("Cees"))[0] == 3
    assert niveaus(Persoon("C."), Persoon("C."))[0] == 3, "two equal initials are not an equal name"


def test_achternaam() -> None:
    """Sound, one edge, both edges and a double name are told apart; the best pair of cores counts."""
    deel = Persoon(geslachtsnaam="Dijkstra")
    stand = {"Dykstra": 4, "Smit-Dijkstra": 5, "Dijkema": 2, "Hoekstra": 2, "Bakker": 1}
    assert {naam: niveaus(deel, Persoon(geslachtsnaam=naam))[1] for naam in stand} == stand
    assert niveaus(Persoon(geslachtsnaam="Wolters"), Persoon(geslachtsnaam="Wolkers"))[1] == 3


def test_datum() -> None:
    """A swap, a wrong digit, an incomplete date and a different date are told apart."""
    deel = Persoon(geboortedatum="19800312")
    stand = {
        "19800312": 7,
        "19801203": 6,
        "19800311": 5,
        "19900312": 5,
        "19800300": 4,
        "19800000": 4,
        "19800321": 3,
        "19720312": 3,
        "19800725": 2,
        "19800400": 2,
        "19810300": 1,
        "19610725": 1,
    }
    assert {datum: niveaus(deel, Persoon(geboortedatum=datum))[2] for datum in stand} == stand


def test_bsn() -> None:
    """Only nine equal digits are equal."""
    stand = {"123456789": 4, "123456780": 3, "213456789": 2, "123456321": 2, "987654321": 1}
    assert {bsn: niveaus(KEES, Persoon(bsn=bsn))[5] for bsn in stand} == stand


def test_vreemde_codering() -> None:
    """An encoding of another layout or length is not compared at all, rather than misread."""
    goed = codeer(kern(KEES), ZOUT)
    for vreemd in (b"\x02" + goed[1:], goed[:-1], goed + b"\0", b"\x01"):
        assert vergelijk(goed, vreemd) is None and vergelijk(vreemd, goed) is None
    vol = b"\x01\xff\xff" + goed[3:]
    assert vergelijk(vol, goed) is not None, "flags that no encoder writes are harmless"


def test_samen() -> None:
    """Several tokens of a pair give the lowest level per field, whatever their order; none gives no evidence."""
    assert samen([(1, 5, 0, 2, 2, 1), (2, 4, 0, 2, 2, 1)]) == samen([(2, 4, 0, 2, 2, 1), (1, 5, 0, 2, 2, 1)])
    assert samen([(2, 4, 0, 2, 2, 1), (1, 5, 0, 2, 2, 1)]) == (1, 4, 0, 2, 2, 1)
    assert samen([]) == (0,) * len(SCHALEN)
