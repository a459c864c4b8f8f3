"""The codec: schemas named in the bytes, checked against their fingerprints, and clear errors for whatever bytes come."""

import json
import shutil
import struct
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from hub.cli import main
from hub.stream import uitbrengen
from hub.stream.codec import (
    SINGLE_OBJECT,
    Codec,
    CodecFout,
    OnbekendSchema,
    Onleesbaar,
    SchemaFout,
    standaard,
    standaardmap,
    vingerafdruk,
)
from hub.stream.uitbrengen import Onverenigbaar, breng_uit, controleer

REGEL = {
    "trace_id": "0" * 32,
    "span_id": "0" * 16,
    "name": "n",
    "status": "Ok",
    "start_time": 1,
    "end_time": 2,
    "processing_activity_id": "urn:x",
    "data_subject_id": "d",
    "data_subject_id_type": "t",
}


def test_fingerprint_is_that_of_the_avro_specification() -> None:
    """The specification's own vector: the fingerprint of the schema "null" is 63dd24e7cc258f8a, little endian on the wire."""
    assert (
        vingerafdruk("null") == bytes.fromhex("63dd24e7cc258f8a")[::-1]
        or vingerafdruk("null").hex() == "8a8f25cce724dd63"
    )


def test_what_is_written_is_read_back() -> None:
    """A value survives single-object encoding."""
    codec = standaard()
    assert codec.decodeer(codec.codeer("verwerking", REGEL)) == ("verwerking", REGEL)


def test_confluent_framing_is_read_once_the_registry_has_told_the_id() -> None:
    """The same body behind `00` and an id is refused with that id until it is known, and then read."""
    codec = Codec()
    body = codec.codeer("verwerking", REGEL)[10:]
    ingelijst = b"\x00" + struct.pack(">I", 7) + body
    with pytest.raises(OnbekendSchema) as fout:
        codec.decodeer(ingelijst)
    assert fout.value.schema_id == 7
    uitgebracht = sorted((standaardmap() / "uitgebracht").glob("*/verwerking.avsc"))[-1]
    codec.ken(7, uitgebracht.read_text("utf-8"))
    assert codec.decodeer(ingelijst) == ("verwerking", REGEL)


def test_a_schema_that_was_never_released_is_not_learnt() -> None:
    """A registry cannot make the hub read a schema of somebody else."""
    with pytest.raises(OnbekendSchema):
        Codec().ken(8, json.dumps({"type": "record", "name": "X", "fields": [{"name": "a", "type": "int"}]}))


@given(st.binary(max_size=400))
def test_any_bytes_give_a_value_or_a_codec_error(data: bytes) -> None:
    """Whatever arrives, decoding ends in a value or in one of the codec's own errors."""
    for kop in (b"", SINGLE_OBJECT + standaard().schema("stand").vingerafdruk, SINGLE_OBJECT, b"\x00"):
        try:
            standaard().decodeer(kop + data)
        except CodecFout:
            continue


def test_bytes_after_the_record_are_refused() -> None:
    """A record is read to its end, no less and no more."""
    codec = standaard()
    with pytest.raises(Onleesbaar):
        codec.decodeer(codec.codeer("verwerking", REGEL) + b"x")


def _kopie(tmp_path: Path) -> Path:
    return Path(shutil.copytree(standaardmap(), tmp_path / "schemas"))


def test_a_changed_schema_file_is_refused_at_load(tmp_path: Path) -> None:
    """A file that differs from its recorded fingerprint stops the process, and the message names it."""
    map_ = _kopie(tmp_path)
    bestand = map_ / "verwerking.avsc"
    bestand.write_text(bestand.read_text("utf-8").replace('"span_id"', '"span"'), "utf-8")
    with pytest.raises(SchemaFout, match="verwerking"):
        Codec(map_)


def test_released_schemas_stay_readable() -> None:
    """The gate: every current schema reads what every released version wrote (BACKWARD_TRANSITIVE)."""
    assert list((standaardmap() / "uitgebracht").glob("*/signaal.avsc")), "nothing has been released"
    controleer(standaardmap())


def test_the_gate_refuses_a_new_field_without_default(tmp_path: Path) -> None:
    """A field that old records lack needs a default; the message names the schema."""
    map_ = _kopie(tmp_path)
    bestand = map_ / "verwerking.avsc"
    inhoud = json.loads(bestand.read_text("utf-8"))
    inhoud["fields"].append({"name": "erbij", "type": "string", "doc": "new"})
    bestand.write_text(json.dumps(inhoud), "utf-8")
    with pytest.raises(Onverenigbaar, match="verwerking"):
        breng_uit(map_, "99")


def test_an_old_writer_is_read_with_the_new_schema(tmp_path: Path) -> None:
    """After a compatible release, a record of the old schema is read with the new field's default."""
    oud = standaard().codeer("verwerking", REGEL)
    map_ = _kopie(tmp_path)
    bestand = map_ / "verwerking.avsc"
    inhoud = json.loads(bestand.read_text("utf-8"))
    inhoud["fields"].append({"name": "erbij", "type": "string", "default": "-", "doc": "new"})
    bestand.write_text(json.dumps(inhoud), "utf-8")
    breng_uit(map_, "99")
    assert Codec(map_).decodeer(oud) == ("verwerking", REGEL | {"erbij": "-"})


@pytest.mark.parametrize("versie", ["../x", "/tmp/x", "x", "0", ""])
def test_a_release_has_a_number(monkeypatch: pytest.MonkeyPatch, versie: str) -> None:
    """What is no number is a mistyped command: nothing is written, inside the folder of releases or out of it."""
    schrijf = Mock(return_value=[])
    monkeypatch.setattr(uitbrengen, "breng_uit", schrijf)
    assert CliRunner().invoke(main, ["schemas", "uitbrengen", versie]).exit_code == 2
    schrijf.assert_not_called()


def test_a_release_is_never_rewritten(tmp_path: Path) -> None:
    """Whoever wrote with a released version must find that version unchanged."""
    map_ = _kopie(tmp_path)
    breng_uit(map_, "99")
    with pytest.raises(FileExistsError):
        breng_uit(map_, "99")


def test_every_field_of_every_schema_is_documented() -> None:
    """A record is a contract with other organisations: each field says what it means."""

    def velden(vorm: object) -> list[str]:
        if isinstance(vorm, list):
            return [naam for deel in vorm for naam in velden(deel)]
        if not isinstance(vorm, dict):
            return []
        zonder = (
            [] if vorm.get("doc") or vorm.get("type") not in {"record", "enum", "fixed"} else [str(vorm.get("name"))]
        )
        for veld in vorm.get("fields", []):
            zonder += [] if veld.get("doc") else [f"{vorm['name']}.{veld['name']}"]
            zonder += velden(veld["type"])
        return zonder + velden(vorm.get("items"))

    assert [
        (bestand.name, naam)
        for bestand in standaardmap().glob("*.avsc")
        for naam in velden(json.loads(bestand.read_text("utf-8")))
    ] == []
