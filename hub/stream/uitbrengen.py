"""Releasing schemas: every current schema must read whatever any released version wrote (BACKWARD_TRANSITIVE)."""

import json
from pathlib import Path

from fastavro.schema import parse_schema

from hub.stream.codec import GEDEELD, VINGERAFDRUKKEN, gedeelde_typen, uitgeschreven, vingerafdruk

HULPTYPEN = frozenset(GEDEELD) - {"stand", "terugkoppeling"}
"""Files that only hold types that others use; they are no records of a topic."""


class Onverenigbaar(Exception):
    """A change would make released records unreadable; the message names every schema and reason."""


def records(map_: Path) -> dict[str, Path]:
    """The schema files that are records of a topic, by record name."""
    return {bestand.stem: bestand for bestand in sorted(map_.glob("*.avsc")) if bestand.stem not in HULPTYPEN}


def controleer(map_: Path) -> None:
    """Raise Onverenigbaar unless every current schema reads every released version. Needs the package `avro` (development)."""
    from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType  # noqa: PLC0415
    from avro.schema import parse  # noqa: PLC0415

    gedeeld, fouten = gedeelde_typen(map_), []
    for naam, bestand in records(map_).items():
        lezer = parse(json.dumps(uitgeschreven(bestand, gedeeld)))
        for uitgebracht in sorted((map_ / "uitgebracht").glob(f"*/{naam}.avsc")):
            schrijver = parse(uitgebracht.read_text("utf-8"))
            oordeel = ReaderWriterCompatibilityChecker().get_compatibility(lezer, schrijver)
            if oordeel.compatibility is not SchemaCompatibilityType.compatible:
                fouten.append(
                    f"{naam} cannot read version {uitgebracht.parent.name}: {', '.join(sorted(oordeel.messages))}"
                )
    verdwenen = {pad.stem for pad in (map_ / "uitgebracht").glob("*/*.avsc")} - set(records(map_))
    fouten += [f"{naam} was released and is gone" for naam in sorted(verdwenen)]
    if fouten:
        raise Onverenigbaar("; ".join(fouten))


def breng_uit(map_: Path, versie: str) -> list[str]:
    """Write each schema, with all its types written out, under `uitgebracht/<versie>/`, and record the fingerprints.

    Raises Onverenigbaar for an incompatible change, FileExistsError when the version exists: a release is never rewritten.
    """
    controleer(map_)
    gedeeld = gedeelde_typen(map_)
    vormen = {naam: uitgeschreven(bestand, gedeeld) for naam, bestand in records(map_).items()}
    doel = map_ / "uitgebracht" / versie
    doel.mkdir(parents=True)
    for naam, vorm in vormen.items():
        (doel / f"{naam}.avsc").write_text(json.dumps(vorm, indent=2, ensure_ascii=False) + "\n", "utf-8")
    afdrukken = {naam: vingerafdruk(parse_schema(vorm)).hex() for naam, vorm in vormen.items()}
    (map_ / VINGERAFDRUKKEN).write_text(json.dumps(afdrukken, indent=2) + "\n", "utf-8")
    return sorted(vormen)
