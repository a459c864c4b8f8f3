"""Avro with its schema named in the bytes: single-object encoding out, single-object or Confluent framing in.

Single-object encoding (Avro 1.11, "C3 01" and the 8-byte CRC-64-AVRO fingerprint of the writer's schema) needs no registry: a
fingerprint is looked up among the schemas of `schemas/` and their released versions in `schemas/uitgebracht/`. Confluent framing
(`00` and a 4-byte schema id) is read where a registry is configured (`registry.py`) and has told the id.
"""

import io
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import fastavro
from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

SINGLE_OBJECT: Final = b"\xc3\x01"
CONFLUENT: Final = 0
VINGERAFDRUKKEN: Final = "vingerafdrukken.json"

GEDEELD: Final = ("codes", "feiten", "sleutel", "kant", "stand", "richting", "uitvoer", "terugkoppeling", "woord")
"""Files whose types other files use by name."""

NAAMTYPEN: Final = frozenset({"record", "enum", "fixed"})


class CodecFout(Exception):
    """These bytes are not a record of this hub."""


class Onleesbaar(CodecFout):
    """The schema is known, the bytes do not fit it; or there is no framing at all."""


class OnbekendSchema(CodecFout):
    """The framing names a schema that nobody here knows. `schema_id` is set for Confluent framing: a registry may know it."""

    def __init__(self, melding: str, schema_id: int | None = None) -> None:
        super().__init__(melding)
        self.schema_id = schema_id


class SchemaFout(Exception):
    """The schema directory itself is wrong: a file differs from its recorded fingerprint, or cannot be parsed."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A writer's schema, and the record name under which its values are read."""

    naam: str
    vorm: Any
    """As parsed by fastavro."""
    vingerafdruk: bytes
    """CRC-64-AVRO of the parsing canonical form, 8 bytes, little endian as it travels."""


@dataclass(frozen=True, slots=True)
class Veld:
    """One field of a record, or some in a row, encoded by themselves: a record is its fields one after another, and nothing else."""

    naam: str
    vorm: Any
    """As parsed by fastavro, of a record with these fields alone: what is no record fastavro would parse again at every call."""

    def codeer(self, waarde: Mapping[str, Any]) -> bytes:
        """The bare bytes, of a record that has these fields. Raises ValueError (or TypeError) when the value does not fit."""
        uit = io.BytesIO()
        fastavro.schemaless_writer(uit, self.vorm, waarde)
        return uit.getvalue()

    def decodeer(self, data: bytes) -> dict[str, Any]:
        """A record of these fields. Raises Onleesbaar."""
        waarde: dict[str, Any] = _waarde(data, 0, self.vorm, None, f"field {self.naam}")
        return waarde


def _veld(naam: str, van: str, velden: list[Any]) -> Veld:
    return Veld(naam, parse_schema({"type": "record", "name": f"{van}_{naam}", "fields": velden}))


def _waarde(data: bytes, begin: int, schrijver: Any, lezer: Any, wat: str) -> Any:
    """What these bytes say from `begin` to their end. Raises Onleesbaar, and never anything else."""
    bron = io.BytesIO(data)
    bron.seek(begin)
    try:
        waarde = fastavro.schemaless_reader(bron, schrijver, lezer)
    except Exception as fout:  # noqa: BLE001 - fastavro raises whatever the bytes provoke: EOFError, IndexError, MemoryError, ...
        raise Onleesbaar(f"does not fit {wat}: {type(fout).__name__}") from None
    if bron.tell() != len(data):
        raise Onleesbaar(f"{len(data) - bron.tell()} bytes after {wat}")
    return waarde


def standaardmap() -> Path:
    """`schemas/` beside the package in a checkout, or inside the package where it was installed as a wheel."""
    hier = Path(__file__).resolve().parents[1]
    ingepakt = hier / "_schemas"
    return ingepakt if ingepakt.is_dir() else hier.parent / "schemas"


def uitgeschreven(bestand: Path, gedeeld: Mapping[str, Any]) -> Any:
    """One schema file with every named type written out at its first use: what a party outside gets, and what is released."""
    gezien: set[str] = set()

    def vul_in(vorm: Any) -> Any:
        if isinstance(vorm, list):
            return [vul_in(deel) for deel in vorm]
        if isinstance(vorm, str):
            return vul_in(gedeeld[vorm]) if vorm in gedeeld and vorm not in gezien else vorm
        if "name" in vorm and vorm.get("type") in NAAMTYPEN:
            gezien.add(_volle_naam(vorm))
        velden = [veld | {"type": vul_in(veld["type"])} for veld in vorm.get("fields", [])]
        return (
            vorm
            | ({"fields": velden} if velden else {})
            | ({"items": vul_in(vorm["items"])} if "items" in vorm else {})
        )

    return vul_in(json.loads(bestand.read_text("utf-8")))


def gedeelde_typen(map_: Path) -> dict[str, Any]:
    """The named types that schema files share, by their full names."""
    bekend: dict[str, Any] = {}
    for naam in GEDEELD:
        vorm = json.loads((map_ / f"{naam}.avsc").read_text("utf-8"))
        bekend |= {_volle_naam(een): een for een in (vorm if isinstance(vorm, list) else [vorm])}
    return bekend


def _volle_naam(vorm: Mapping[str, Any]) -> str:
    return f"{vorm['namespace']}.{vorm['name']}"


def vingerafdruk(vorm: Any) -> bytes:
    """CRC-64-AVRO in the byte order of the specification."""
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(vorm), "CRC-64-AVRO"))


class Codec:
    """Encodes with the current schemas, decodes with any schema that was ever released."""

    def __init__(self, map_: Path | None = None) -> None:
        """Reads the directory and checks every current schema against `vingerafdrukken.json`. Raises SchemaFout, naming all faults."""
        self.map = map_ or standaardmap()
        try:
            gedeeld = gedeelde_typen(self.map)
            verwacht: dict[str, str] = json.loads((self.map / VINGERAFDRUKKEN).read_text("utf-8"))
            self._huidig = {naam: self._lees(self.map / f"{naam}.avsc", naam, gedeeld) for naam in verwacht}
            uitgebracht = [
                self._lees(bestand, bestand.stem, {})
                for bestand in sorted((self.map / "uitgebracht").glob("*/*.avsc"))
                if bestand.stem in verwacht
            ]
        except (OSError, ValueError, KeyError, fastavro.schema.SchemaParseException) as fout:
            raise SchemaFout(f"schemas in {self.map} cannot be read: {fout}") from fout
        anders = [n for n, s in self._huidig.items() if s.vingerafdruk.hex() != verwacht[n]]
        if anders:
            raise SchemaFout(
                f"schemas {', '.join(sorted(anders))} in {self.map} differ from {VINGERAFDRUKKEN}; "
                "restore them, or release the change with `hub schemas uitbrengen`"
            )
        self._lezers = {schema.vingerafdruk: schema for schema in (*uitgebracht, *self._huidig.values())}
        self._per_id: dict[int, Schema] = {}

    @staticmethod
    def _lees(bestand: Path, naam: str, gedeeld: dict[str, Any]) -> Schema:
        vorm = parse_schema(uitgeschreven(bestand, gedeeld))
        return Schema(naam, vorm, vingerafdruk(vorm))

    @property
    def namen(self) -> tuple[str, ...]:
        return tuple(self._huidig)

    def schema(self, naam: str) -> Schema:
        """The current schema of a record name."""
        return self._huidig[naam]

    def kop(self, naam: str) -> bytes:
        """What a record begins with that was written with the current schema of this name."""
        return SINGLE_OBJECT + self._huidig[naam].vingerafdruk

    def velden(self, naam: str) -> dict[str, Veld]:
        """The fields of the current schema of a record name, in their order. No type may be defined in one and used in another."""
        vorm = self._huidig[naam].vorm
        return {veld["name"]: _veld(veld["name"], vorm["name"], [veld]) for veld in vorm["fields"]}

    def om(self, naam: str, veld: str) -> tuple[Veld, Veld]:
        """All fields before one of them, and all behind it, each as one: what stays the same where only that one differs."""
        vorm = self._huidig[naam].vorm
        nr = [een["name"] for een in vorm["fields"]].index(veld)
        voor, na = vorm["fields"][:nr], vorm["fields"][nr + 1 :]
        return _veld(f"voor_{veld}", vorm["name"], voor), _veld(f"na_{veld}", vorm["name"], na)

    def ken(self, schema_id: int, tekst: str) -> None:
        """Learn from a registry which schema a Confluent id stands for. Raises OnbekendSchema when it is none of ours, ever released."""
        try:
            afdruk = vingerafdruk(parse_schema(json.loads(tekst)))
        except Exception as fout:
            raise OnbekendSchema(f"the registry's schema {schema_id} cannot be parsed") from fout
        gevonden = self._lezers.get(afdruk)
        if gevonden is None:
            raise OnbekendSchema(f"schema {schema_id} of the registry is not among the released schemas")
        self._per_id[schema_id] = gevonden

    def codeer(self, naam: str, waarde: Mapping[str, Any]) -> bytes:
        """Single-object encoding of a value. Raises ValueError (or TypeError) when the value does not fit: a bug of the caller."""
        uit = io.BytesIO()
        uit.write(self.kop(naam))
        fastavro.schemaless_writer(uit, self._huidig[naam].vorm, waarde)
        return uit.getvalue()

    def naam(self, data: bytes | None) -> str:
        """The record name that the framing tells, without reading the record. Raises as `decodeer` does."""
        return self._schrijver(data)[0].naam

    def _schrijver(self, data: bytes | None) -> tuple[Schema, int]:
        """The schema that these bytes were written with, and where the record begins."""
        if not data:
            raise Onleesbaar("empty record")
        if data[:2] == SINGLE_OBJECT and len(data) >= 10:
            schrijver = self._lezers.get(data[2:10])
            if schrijver is None:
                raise OnbekendSchema(f"unknown schema fingerprint {data[2:10].hex()}")
            return schrijver, 10
        if data[0] == CONFLUENT and len(data) >= 5:
            (schema_id,) = struct.unpack_from(">I", data, 1)
            if schema_id not in self._per_id:
                raise OnbekendSchema(f"unknown schema id {schema_id}", schema_id)
            return self._per_id[schema_id], 5
        raise Onleesbaar("neither single-object encoding nor Confluent framing")

    def decodeer(self, data: bytes | None) -> tuple[str, dict[str, Any]]:
        """Record name and value. Raises Onleesbaar or OnbekendSchema; never anything else, whatever the bytes."""
        schrijver, begin = self._schrijver(data)
        assert data is not None
        lezer = self._huidig[schrijver.naam]
        vorm = None if schrijver.vingerafdruk == lezer.vingerafdruk else lezer.vorm
        return schrijver.naam, _waarde(data, begin, schrijver.vorm, vorm, f"record {schrijver.naam}")


@cache
def standaard() -> Codec:
    """The codec over the project's own schemas."""
    return Codec()
