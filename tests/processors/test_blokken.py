"""A block that was written is read as the gate made it, by the batch or alone; what is no block stops the worker."""

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from uuid import UUID

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domein.codes import Criterium, Rol, Soort, Thema, Vervolgingsbeslissing
from hub.domein.gebeurtenis import Termijn
from hub.domein.gebeurtenisvorm import plat
from hub.domein.identiteit import GemeenteCode, GrondslagId, TafelId
from hub.domein.signaal import MOMENT_MAX, Feiten, Sleutel, Sleutelblok, partitie_van
from hub.domein.vorm import sleutelblok_naar, sleutelblok_uit
from hub.matching.codeermachine import INDELING, LENGTE
from hub.processors.blokken import Blokvorm
from hub.processors.namen import SLEUTEL
from hub.stream.codec import SINGLE_OBJECT, standaard, standaardmap, vingerafdruk
from hub.stream.record import Record
from hub.stream.statelog import StaatOnleesbaar
from tests.matching.blokken import naam
from tests.stream.avrovormen import waarden

P, PARTITIE = 3, 1
VORM = Blokvorm(standaard(), P)
MOMENT = st.integers(0, MOMENT_MAX - 1)
TOKEN = st.integers(0, 40).map(lambda n: n.to_bytes(8, "big"))
CODERING = st.one_of(
    st.binary(min_size=LENGTE - 1, max_size=LENGTE - 1).map(lambda rest: bytes([INDELING]) + rest),
    st.binary(min_size=1, max_size=LENGTE),
)
FEITEN = st.builds(
    Feiten,
    rol=st.sampled_from(Rol),
    thema=st.sampled_from(Thema),
    grondslag=st.just(GrondslagId("convenant")),
    leeftijd=st.none() | st.integers(0, 130),
    gemeente_verblijf=st.none() | st.just(GemeenteCode("GM0193")),
    vrijgave_moment=st.none() | MOMENT,
    vervolgingsbeslissing=st.sampled_from(Vervolgingsbeslissing),
    criteria=st.lists(st.sampled_from(Criterium), max_size=3).map(tuple),
)


@st.composite
def blokken(draw: st.DrawFn) -> Sleutelblok:
    """As the gate makes them, and now and then with a key too many or too few, of another layout, or out of order."""
    tokens = draw(st.lists(TOKEN, max_size=8, unique=True).map(sorted) | st.lists(TOKEN, max_size=8))
    sleutels = [Sleutel(t, draw(CODERING)) for t in tokens if partitie_van(t, P) == PARTITIE]
    if draw(st.integers(0, 5)) == 0:
        sleutels = draw(st.permutations([*sleutels, Sleutel(draw(TOKEN), draw(CODERING))]))[1:]
    return Sleutelblok(
        soort=draw(st.sampled_from(Soort)),
        dossier=naam(draw(st.integers(0, 9))),
        versie=draw(MOMENT),
        tafel=TafelId(draw(st.sampled_from(["zsm-oost", "vhh-twente"]))),
        tijd=draw(MOMENT),
        bewaren_tot=draw(MOMENT),
        feiten=draw(FEITEN),
        tokens=tuple(tokens),
        sleutels=tuple(sleutels),
        voorganger=draw(st.none() | st.just(naam(99))),
        persoon_sinds=draw(MOMENT),
    )


def records(van: Sequence[Sleutelblok]) -> list[Record]:
    waarden_ = [standaard().codeer("sleutelblok", sleutelblok_naar(blok)) for blok in van]
    return [
        Record(SLEUTEL, PARTITIE, nr, 1, blok.dossier.encode(), waarde)
        for nr, (blok, waarde) in enumerate(zip(van, waarden_, strict=True))
    ]


@given(st.lists(blokken(), max_size=6))
def test_a_batch_is_read_as_it_was_written(geschreven: list[Sleutelblok]) -> None:
    """Every field of every block; one that is not of today's form is there as it came, and its neighbours do not notice."""
    for blok, een in zip(geschreven, VORM.lees(PARTITIE, records(geschreven)), strict=True):
        kop = (blok.dossier, blok.soort, blok.versie, blok.tafel, blok.tijd, blok.bewaren_tot, blok.persoon_sinds)
        assert (*een[:7], een.voorganger, VORM.feiten(een.feiten)) == (*kop, blok.voorganger, blok.feiten)
        assert een.actief is bool(blok.tokens)
        hier = tuple(token for token in blok.tokens if partitie_van(token, P) == PARTITIE)
        vandaag = (
            all(a < b for a, b in pairwise(blok.tokens))
            and tuple(sleutel.token for sleutel in blok.sleutels) == hier
            and all(len(s.codering) == LENGTE and s.codering[0] == INDELING for s in blok.sleutels)
        )
        assert een.bijzonder == (None if vandaag else blok)
        if vandaag:
            assert een.tokens.astype(">u8").tobytes() == b"".join(blok.tokens)
            assert een.coderingen.tobytes() == b"".join(sleutel.codering for sleutel in blok.sleutels)
        else:
            assert len(een.tokens) == len(een.coderingen) == 0


@given(st.lists(blokken(), min_size=1, max_size=3))
def test_the_parts_are_the_whole(van: list[Sleutelblok]) -> None:
    """Blocks of one signaal, written part by part, are byte for byte what the codec makes of each."""
    delen = [replace(van[0], sleutels=blok.sleutels) for blok in van]
    assert VORM.schrijf(delen) == [record.value for record in records(delen)]


@given(st.data())
def test_whatever_comes_is_a_block_or_stops_the_worker(data: st.DataObject) -> None:
    """Any value of the schema is read exactly where the domain takes it; the facts at the latest where somebody asks for them."""
    waarde: dict[str, Any] = data.draw(waarden("sleutelblok"))
    sleutel = data.draw(st.sampled_from([waarde["dossier"].encode("utf-8", "surrogatepass"), b"", None]))
    record = Record(SLEUTEL, PARTITIE, 7, 1, sleutel, standaard().codeer("sleutelblok", waarde))
    try:
        blok = sleutelblok_uit(waarde)
    except ValueError:
        blok = None
    try:
        (een,) = VORM.lees(PARTITIE, [record])
        feiten = VORM.feiten(een.feiten)
    except StaatOnleesbaar:
        assert blok is None or sleutel != blok.dossier.encode()
    else:
        assert blok is None or (een.dossier, feiten) == (blok.dossier, blok.feiten)


@pytest.mark.parametrize("waarde", [b"", b"\x00", b"\xc3\x01" + bytes(8), None, standaard().kop("sleutelblok") + b"x"])
def test_a_record_that_is_no_block_is_named(waarde: bytes | None) -> None:
    """By its place in the log, and not by what is in it."""
    goed = records([_EEN])
    with pytest.raises(StaatOnleesbaar, match=rf"^{SLEUTEL}/{PARTITIE}/5: "):
        VORM.lees(PARTITIE, [*goed, Record(SLEUTEL, PARTITIE, 5, 1, b"x", waarde), *goed])


def test_another_records_schema_is_no_block() -> None:
    """A record of this hub, but not one of the index."""
    termijn = Termijn(UUID(int=1), 5)
    waarde = standaard().codeer("termijn", plat(termijn))
    with pytest.raises(StaatOnleesbaar, match="a termijn record"):
        VORM.lees(PARTITIE, [Record(SLEUTEL, PARTITIE, 5, 1, b"x", waarde)])


def test_what_was_written_with_the_first_schema_is_read() -> None:
    """A block of the first release says nothing of when its person last changed; it is read beside today's."""
    vorm = fastavro.schema.load_schema(standaardmap() / "uitgebracht" / "1" / "sleutelblok.avsc")
    uit = io.BytesIO()
    fastavro.schemaless_writer(uit, vorm, sleutelblok_naar(_EEN))
    (vandaag,) = records([_EEN])
    oud = vandaag._replace(value=SINGLE_OBJECT + vingerafdruk(vorm) + uit.getvalue())
    assert oud.value != vandaag.value and VORM.vandaag(oud) == vandaag.value
    een, twee = VORM.lees(PARTITIE, [oud, vandaag])
    assert een[:9] == twee[:9] and een.persoon_sinds == 0


_EEN = Sleutelblok(
    *(Soort.CASUS, naam(1), 1, TafelId("vhh-twente"), 1, 2),
    *(Feiten(Rol.CASUSPERSOON, Thema.JEUGD, GrondslagId("convenant")), (), ()),
)


def test_a_dossier_is_held_once_by_all_partitions_and_forgotten_by_the_reader_too() -> None:
    """Name and facts that two partitions read are the same objects, those of another dossier with equal facts are not; what a tombstone
    is about is remembered nowhere in the reader."""
    vorm = Blokvorm(standaard(), 2)
    een, twee = (vorm.lees(partitie, records([_EEN, replace(_EEN, dossier=naam(2))])) for partitie in (0, 1))
    for n in (0, 1):
        assert een.dossiers[n] is twee.dossiers[n] and een.feiten[n] is twee.feiten[n]
    assert een.feiten[0] == een.feiten[1] and een.feiten[0] is not een.feiten[1]
    assert vorm.feiten(een.feiten[0]) is vorm.feiten(twee.feiten[0])
    vorm.vergeet()
    assert vorm.lees(0, records([_EEN])).dossiers[0] is not een.dossiers[0]
    assert vorm.feiten.cache_info().currsize == 0
