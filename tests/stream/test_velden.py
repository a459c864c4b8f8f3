"""The walker finds the fields that fastavro reads, in every record of ours, and never takes what fastavro would not."""

import io
from typing import Any

import fastavro
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.stream.codec import CodecFout, standaard
from hub.stream.velden import Velden, getallen, paren, paren_naar, teksten
from tests.stream.avrovormen import waarden

KOP = 10
PAAR = {
    "type": "record",
    "name": "Paar",
    "fields": [{"name": "a", "type": {"type": "fixed", "name": "F", "size": 2}}, {"name": "b", "type": "bytes"}],
}


def plekken(velden: Velden, *delen: bytes) -> Any:
    data = np.frombuffer(b"".join(delen), np.uint8)
    einde = np.cumsum([len(deel) for deel in delen])
    return velden.plekken(data, einde - [len(deel) for deel in delen], einde)


@pytest.mark.parametrize("naam", ["sleutelblok", "signaal"])
@given(data=st.data())
def test_fields_are_where_they_were_written(naam: str, data: st.DataObject) -> None:
    """Each field's bytes, read by themselves, are the field; together they are the record."""
    codec = standaard()
    ruw = codec.codeer(naam, data.draw(waarden(naam)))
    _, gelezen = codec.decodeer(ruw)
    (grenzen,) = plekken(Velden(codec.schema(naam).vorm), ruw[KOP:]).T
    assert grenzen[0] == 0 and grenzen[-1] == len(ruw) - KOP
    for veld, van, tot in zip(codec.velden(naam).values(), grenzen, grenzen[1:], strict=False):
        deel = ruw[KOP + van : KOP + tot]
        assert veld.decodeer(deel) == {veld.naam: gelezen[veld.naam]} and veld.codeer(gelezen) == deel


@pytest.mark.parametrize("naam", ["sleutelblok", "stand", "signaal"])
@given(data=st.data())
def test_broken_bytes_are_refused_or_read_alike(naam: str, data: st.DataObject) -> None:
    """Cut, changed or lengthened: what the walker takes, fastavro reads, but for text that is no UTF-8; nobody's neighbour is harmed."""
    codec = standaard()
    ruw = bytearray(codec.codeer(naam, data.draw(waarden(naam)))[KOP:])
    for plek in data.draw(st.lists(st.integers(0, max(len(ruw) - 1, 0)), max_size=3)):
        ruw[plek : plek + 1] = data.draw(st.binary(max_size=2))
    buur = codec.codeer(naam, data.draw(waarden(naam)))[KOP:]
    eerste, tweede = plekken(Velden(codec.schema(naam).vorm), bytes(ruw), buur).T
    assert tweede[0] == len(ruw) and tweede[-1] == len(ruw) + len(buur)
    try:
        codec.decodeer(codec.kop(naam) + bytes(ruw))
    except CodecFout as fout:
        assert eerste[0] == -1 or "UnicodeDecodeError" in str(fout)


def van(velden: list[dict[str, Any]]) -> Velden:
    vorm: Any = fastavro.parse_schema({"type": "record", "name": "Proef", "fields": velden})
    return Velden(vorm)


@pytest.mark.parametrize(
    ("soort", "ruw"),
    [
        ("long", b""),
        ("long", b"\x80"),
        ("long", b"\xff" * 9 + b"\x02"),
        ("long", b"\xff" * 11),
        ("boolean", b"\x02"),
        ("bytes", b"\x01"),
        ("bytes", b"\x04a"),
        ("bytes", b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        (["null", "long"], b"\x04\x00"),
        (["null", "long"], b"\x01\x00"),
        ({"type": "enum", "name": "E", "symbols": ["A", "B"]}, b"\x04"),
        ({"type": "array", "items": "long"}, b"\x04\x02"),
        ({"type": "array", "items": "long"}, b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"),
        ({"type": "array", "items": "long"}, b"\x03\x05\x02\x02\x00"),
        ({"type": "array", "items": "long"}, b"\xff" * 9 + b"\x01\x00"),
        ({"type": "fixed", "name": "F", "size": 3}, b"ab"),
    ],
)
def test_lengths_that_lie_end_at_the_record(soort: Any, ruw: bytes) -> None:
    """A number without end, a length or a count past the record, a branch or a symbol that does not exist."""
    assert plekken(van([{"name": "een", "type": soort}]), ruw).tolist() == [[-1], [-1]]


def test_an_array_in_blocks_with_their_lengths() -> None:
    """Both ways in which Avro writes an array are walked through, and what holds pairs is found in both."""
    velden = van([{"name": "een", "type": {"type": "array", "items": PAAR}}])
    een, twee = b"ab" + b"\x06xyz", b"cd" + b"\x02q"
    for ruw in (b"\x04" + een + twee + b"\x00", b"\x01\x0c" + een + b"\x02" + twee + b"\x00"):
        data = np.frombuffer(ruw, np.uint8)
        grenzen = plekken(velden, ruw)
        assert grenzen.tolist() == [[0], [len(ruw)]]
        aantal, delen = paren(data, grenzen[0], 2)
        assert aantal.tolist() == [2]
        assert [ruw[a:b] for _, a, b in delen.tolist()] == [b"xyz", b"q"]
        assert [ruw[p : p + 2] for p in delen[:, 0].tolist()] == [b"ab", b"cd"]


def test_a_map_cannot_be_walked_through() -> None:
    """What the walker does not know it says at the start, and not halfway."""
    with pytest.raises(ValueError, match="map"):
        van([{"name": "een", "type": {"type": "map", "values": "long"}}])


def los(vorm: Any, waarde: Any) -> bytes:
    """A value by itself, as fastavro writes it."""
    uit = io.BytesIO()
    fastavro.schemaless_writer(uit, vorm, waarde)
    return uit.getvalue()


@given(st.lists(st.tuples(st.binary(min_size=2, max_size=2), st.binary(max_size=200)), max_size=70))
def test_pairs_are_written_as_fastavro_does(paren_: list[tuple[bytes, bytes]]) -> None:
    """Of any number and length."""
    assert paren_naar(paren_) == los({"type": "array", "items": PAAR}, [{"a": a, "b": b} for a, b in paren_])


@given(st.lists(st.integers(-(1 << 63), (1 << 63) - 1), max_size=5), st.lists(st.binary(max_size=200), max_size=5))
def test_numbers_and_texts_are_read_where_they_stand(getallen_: list[int], teksten_: list[bytes]) -> None:
    """Of any size."""
    getal, tekst = ([los(vorm, een) for een in alle] for vorm, alle in (("long", getallen_), ("bytes", teksten_)))
    ruw = b"".join(getal + tekst)
    begin = np.cumsum([0, *map(len, getal + tekst)])[:-1].astype(np.int64)
    data = np.frombuffer(ruw, np.uint8)
    assert getallen(data, begin[: len(getal)].reshape(1, -1)).tolist() == [getallen_]
    assert [[ruw[a:b] for a, b in een] for een in teksten(data, begin[len(getal) :].reshape(1, -1))] == [teksten_]
