"""Hostile bytes, lengths and headers: every decoder ends in a value or in its own error, in bounded memory."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.stream.codec import SINGLE_OBJECT, Codec, CodecFout, standaard, standaardmap
from hub.stream.deadletter import PAST, dode_letter, is_volledig
from hub.stream.kop import tekst_uit, trace_van, traceparent_uit
from hub.stream.record import Plek, Record
from hub.stream.topics import DLQ_BYTES
from hub.stream.uitbrengen import records
from tests.geheugen import met_gebruik
from tests.stream.avrovormen import waarden

SCHEMAS = sorted(records(standaardmap()))
LIEGT = (-1, -2, -64, 1 << 20, 1 << 31, 1 << 40, (1 << 62), -(1 << 62), -(1 << 63))


def lees(data: bytes) -> tuple[str, Any] | None:
    try:
        return standaard().decodeer(data)
    except CodecFout:
        return None


def kop_van(schema: str) -> bytes:
    return SINGLE_OBJECT + standaard().schema(schema).vingerafdruk


def lengte(n: int) -> bytes:
    """An Avro long: zigzag, seven bits at a time."""
    rest, uit = ((n << 1) ^ (n >> 63)) & ((1 << 64) - 1), bytearray()
    while rest > 0x7F:
        uit.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*uit, rest])


def gelijk(een: Any, ander: Any) -> bool:
    """Equal, with a number that is none equal to itself, and a float as near as its four bytes allow."""
    if isinstance(een, dict):
        return een.keys() == ander.keys() and all(gelijk(een[naam], ander[naam]) for naam in een)
    if isinstance(een, list):
        return len(een) == len(ander) and all(map(gelijk, een, ander))
    if isinstance(een, float):
        return (math.isnan(een) and math.isnan(ander)) or een == ander or math.isclose(een, ander, rel_tol=1e-6)
    return bool(een == ander)


@pytest.mark.parametrize("schema", SCHEMAS)
@settings(max_examples=settings().max_examples // 8)
@given(data=st.data())
def test_whatever_a_record_can_hold_survives_and_its_ruins_are_refused(schema: str, data: st.DataObject) -> None:
    """A value is read as it was written; cut, lengthened, or with other bytes in it, it is a value or the codec's own error."""
    waarde = data.draw(waarden(schema))
    heel = standaard().codeer(schema, waarde)
    gelezen = lees(heel)
    assert gelezen is not None and gelezen[0] == schema and gelijk(gelezen[1], waarde)
    assert lees(heel + b"\x00") is None
    knip = data.draw(st.integers(0, len(heel) - 1))
    anders = data.draw(st.binary(max_size=12))
    lees(heel[:knip])
    lees(heel[:knip] + anders + heel[knip:])
    lees(heel[:10] + anders + heel[10 + len(anders) :])


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_length_that_lies_costs_nothing(schema: str) -> None:
    """A count or length of more than there is, or below zero, wherever it stands: refused or read, in little memory."""
    for leugen in LIEGT:
        for plek in range(40):
            data = kop_van(schema) + bytes(plek) + lengte(leugen) + b"\x02" * 60
            assert met_gebruik(lambda data=data: lees(data))[1] < 200_000  # type: ignore[misc]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("byte", [b"\x00", b"\x01", b"\x02", b"\x7e", b"\xff"])
def test_the_densest_record_that_comes_in_is_bounded(schema: str, byte: bytes) -> None:
    """64 kB, the bound of the gate, of one byte over and over: many small things take no more than their own number."""
    data = kop_van(schema) + byte * 65_500
    assert met_gebruik(lambda: lees(data))[1] < 8_000_000


def test_a_list_of_next_to_nothing_is_bounded() -> None:
    """A signaal of 64 kB whose key lists are empty, sixteen thousand of them: megabytes, not gigabytes."""
    vol = {"tijdvak": "", "indeling": 0, "tabelhash": "", "sleutels": []}
    waarde = _signaal() | {"sleutels": [vol] * 16_000}
    data = standaard().codeer("signaal", waarde)
    assert len(data) < 66_000 and met_gebruik(lambda: lees(data))[1] < 16_000_000


def _signaal() -> dict[str, Any]:
    from hub.domein.vorm import signaal_naar
    from tests.keten.signalen import ZSM, signaal

    return signaal_naar(signaal(ZSM, 1))


def test_what_a_schema_id_names_is_known_without_reading_the_record() -> None:
    """The gate asks the registry before it looks at a size: a megabyte behind an id costs nothing until then."""
    codec = Codec()
    uitgebracht = sorted((standaardmap() / "uitgebracht").glob("*/signaal.avsc"))[-1]
    codec.ken(7, uitgebracht.read_text("utf-8"))
    data = b"\x00" + struct.pack(">I", 7) + b"\x02" * 1_000_000
    assert met_gebruik(lambda: codec.naam(data))[1] < 10_000


KOPPEN = st.lists(
    st.tuples(st.one_of(st.text(max_size=6), st.just("traceparent")), st.one_of(st.none(), st.binary(max_size=60))),
    max_size=8,
)


@given(KOPPEN, st.one_of(st.none(), st.binary(max_size=20)))
def test_headers_of_any_kind_make_a_dead_letter_that_can_be_read(koppen: list[Any], value: bytes | None) -> None:
    """Names twice, names that are ours, values that are none: nothing raises, and what is read is ASCII or empty."""
    letter = dode_letter(Record("t", 0, 1, 1, value, value, tuple(koppen)), code="x", kamer="k", fout="F")
    assert letter.value == (value or b"")
    for naam, _ in koppen:
        assert tekst_uit(letter.headers, naam).isascii()
    spoor = traceparent_uit(letter.headers)
    assert spoor is None or (len(spoor) == 55 and spoor.isprintable())


@pytest.mark.parametrize("staart", [b"\n", b"\r\n", b" ", b"\x00"])
def test_a_traceparent_is_nothing_but_itself(staart: bytes) -> None:
    """A line end behind it would travel on into every header and screen that shows it."""
    assert traceparent_uit([("traceparent", trace_van("x").encode() + staart)]) is None


@pytest.mark.parametrize(
    ("naam", "waarde", "aantal"),
    [("n", b"", 340_000), ("n", b"v" * 500, 1_900), ("n" * 500, None, 1_900), ("\\xff" * 200_000, b"", 1)],
)
def test_a_flood_of_headers_fits_its_dead_letter(naam: str, waarde: bytes | None, aantal: int) -> None:
    """As many as the broker takes in one record: they stand in the dead letter, and in what Kafka takes of it."""
    letter = dode_letter(Record("t", 0, 1, 1, b"k", b"v", ((naam, waarde),) * aantal), code="x", kamer="k", fout="F")  # type: ignore[arg-type]
    assert len(letter.headers) >= aantal and _omvang(letter.headers) < DLQ_BYTES


@pytest.mark.parametrize("aantal", [1, 1_000])
def test_a_name_that_grew_by_being_read_stops_nothing(aantal: int) -> None:
    """A megabyte of header names that are no text reads as four: more than any topic takes, so its measure stands there instead."""
    naam = "\\xff" * (1_000_000 // aantal)
    letter = dode_letter(Record("t", 0, 1, 1, b"k", b"v", ((naam, b""),) * aantal), code="x", kamer="k", fout="F")
    assert _omvang(letter.headers) < PAST
    assert not is_volledig(Record(letter.topic, 0, 1, 1, letter.key, letter.value, letter.headers))


def _omvang(koppen: Any) -> int:
    return sum(len(naam.encode()) + len(waarde or b"") + 2 for naam, waarde in koppen)


@given(st.text(max_size=40))
def test_a_place_is_a_place_or_an_error(tekst: str) -> None:
    """No other text than topic/partition/offset is one."""
    try:
        assert str(Plek.van(tekst)) == tekst
    except ValueError:
        return
