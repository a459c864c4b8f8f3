"""The nouns as Avro values: what is written is read back, and what is outside the covenant is refused."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.domein import codes, vorm
from hub.domein.codes import Code
from hub.domein.identiteit import dossier, kenmerk, koppeling_id, melding_id, organisatie_van
from hub.domein.koppeling import Bewijs, Kant, Stand
from hub.domein.signaal import Feiten, Signaal, Sleutel, Sleutelblok, Sleutelbos
from hub.stream.codec import standaard

tokens = st.binary(min_size=8, max_size=8)
sleutels = st.lists(st.builds(Sleutel, tokens, st.binary(min_size=1, max_size=128)), max_size=5).map(tuple)
momenten = st.integers(0, (1 << 43) - 1)
gemeenten = st.none() | st.from_regex(r"\AGM[0-9]{4}\Z")
dossiers = st.builds(dossier, st.sampled_from(["om-oost", "vhh-twente"]), st.binary(min_size=16, max_size=16))
feiten = st.builds(
    Feiten,
    grondslag=st.just("wgs-vhh"),
    leeftijd=st.none() | st.integers(0, 130),
    gemeente_verblijf=gemeenten,
    gemeente_feit=gemeenten,
    vrijgave_moment=st.none() | momenten,
    ophouden_tot=st.none() | momenten,
    fase_sinds=st.none() | momenten,
    escalatieniveau=st.integers(0, 4),
)
kanten = st.builds(
    Kant,
    dossier=dossiers,
    versie=momenten,
    tafel=st.just("vhh-twente"),
    tijd=momenten,
    bewaren_tot=momenten,
    feiten=feiten,
    persoon_sinds=momenten,
)


@given(
    st.builds(
        Signaal,
        dossier=dossiers,
        versie=momenten,
        tafel=st.just("vhh-twente"),
        feiten=feiten,
        bewaren_tot=momenten,
        sleutels=st.lists(
            st.builds(Sleutelbos, st.just("2026a"), st.integers(1, 255), st.just("t"), sleutels), max_size=2
        ).map(tuple),
        voorganger=st.none() | dossiers,
        persoon_sinds=momenten,
    )
)
def test_a_signaal_survives_the_wire(signaal: Signaal) -> None:
    """Any valid signaal is the same after encoding and decoding."""
    naam, waarde = standaard().decodeer(standaard().codeer("signaal", vorm.signaal_naar(signaal)))
    assert naam == "signaal" and vorm.signaal_uit(waarde) == signaal


@given(
    st.builds(
        Sleutelblok,
        dossier=dossiers,
        versie=momenten,
        tafel=st.just("a-b"),
        tijd=momenten,
        bewaren_tot=momenten,
        feiten=feiten,
        tokens=st.lists(tokens, max_size=6).map(tuple),
        sleutels=sleutels,
        voorganger=st.none(),
        persoon_sinds=momenten,
    )
)
def test_a_block_survives_the_wire(blok: Sleutelblok) -> None:
    """Any valid block is the same after encoding and decoding."""
    assert (
        vorm.sleutelblok_uit(standaard().decodeer(standaard().codeer("sleutelblok", vorm.sleutelblok_naar(blok)))[1])
        == blok
    )


@given(
    kanten,
    kanten,
    st.builds(
        Bewijs,
        gewicht=st.floats(-100, 100),
        niveaus=st.lists(st.integers(0, 20), max_size=9).map(tuple),
        model=st.just("m"),
    ),
)
def test_a_stand_survives_the_wire(een: Kant, ander: Kant, bewijs: Bewijs) -> None:
    """Any valid stand is the same after encoding and decoding, and its koppeling does not depend on the order of the sides."""
    if een.dossier == ander.dossier:
        return
    stand = Stand.van(een, ander, bewijs)
    assert stand == Stand.van(ander, een, bewijs)
    assert vorm.stand_uit(standaard().decodeer(standaard().codeer("stand", vorm.stand_naar(stand)))[1]) == stand


@pytest.mark.parametrize(
    ("veld", "waarde"),
    [
        ("dossier", "zonder-punt"),
        ("dossier", "Twente.aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("tafel", "vhh/../twente"),
        ("versie", -1),
        ("versie", 1 << 43),
        ("sleutels", [{"tijdvak": "", "indeling": 1, "tabelhash": "", "sleutels": []}]),
        (
            "sleutels",
            [{"tijdvak": "a", "indeling": 1, "tabelhash": "", "sleutels": [{"token": b"1234567", "codering": b"x"}]}],
        ),
        (
            "sleutels",
            [
                {
                    "tijdvak": "a",
                    "indeling": 1,
                    "tabelhash": "",
                    "sleutels": [{"token": b"12345678", "codering": b"x" * 129}],
                }
            ],
        ),
    ],
)
def test_a_signaal_outside_the_covenant_is_refused(veld: str, waarde: object) -> None:
    """Names, bounds and sizes are checked at the gate, not only by the connector."""
    goed = {
        "soort": "CASUS",
        "dossier": dossier("vhh-twente", b"0" * 16),
        "versie": 1,
        "status": "ACTIEF",
        "tafel": "vhh-twente",
        "feiten": {"rol": "CASUSPERSOON", "thema": "JEUGD", "grondslag": "wgs-vhh"},
        "bewaren_tot": 2,
        "sleutels": [],
    }
    vorm.signaal_uit(goed)
    with pytest.raises(ValidationError):
        vorm.signaal_uit(goed | {veld: waarde})


def test_the_closed_lists_are_those_of_the_schemas() -> None:
    """Every enum of the schemas has exactly the symbols of the table in hub.domein.codes, in the same order."""
    from hub.stream.codec import gedeelde_typen, standaardmap

    enums = {
        vorm_["name"]: vorm_["symbols"] for vorm_ in gedeelde_typen(standaardmap()).values() if vorm_["type"] == "enum"
    }
    assert len(enums) > 10
    for naam, symbolen in enums.items():
        lijst = getattr(codes, naam)
        assert issubclass(lijst, Code) and [str(symbool.value) for symbool in lijst] == symbolen


def test_feiten_hold_nothing_that_names_a_person() -> None:
    """The facts are exactly these; a field added here is a decision of the privacy officer."""
    assert {veld.name for veld in fields(Feiten)} == {
        "rol", "thema", "grondslag", "leeftijd", "gemeente_verblijf", "gemeente_feit", "geheimhouding", "spoedeisend", "belang",
        "vrijgave", "vrijgave_moment", "vervolgingsbeslissing", "ophouden_tot", "fase", "fase_sinds", "advies_beschikbaar",
        "escalatieniveau", "doelen", "criteria",
    }  # fmt: skip


def test_identities_are_reproducible() -> None:
    """The same names give the same ids, in whatever order; the reference can be read out by telephone."""
    een, ander = dossier("om-oost", b"1" * 16), dossier("vhh-twente", b"2" * 16)
    assert organisatie_van(een) == "om-oost"
    assert koppeling_id(een, ander) == koppeling_id(ander, een)
    assert melding_id(koppeling_id(een, ander), "a", 1) != melding_id(koppeling_id(een, ander), "a", 2)  # type: ignore[arg-type]
    merk = kenmerk(koppeling_id(een, ander))
    assert len(merk) == 9 and merk[4] == "-" and not set(merk) & set("ILOU")
