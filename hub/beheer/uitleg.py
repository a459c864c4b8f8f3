"""`hub koppeling uitleg`: why a pair is what it is, from its record alone and without clear text."""

import os
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
from pydantic import ValidationError

from hub import opdracht
from hub.beheer.fout import BeheerFout
from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import voer_uit
from hub.domein.identiteit import kenmerk
from hub.domein.koppeling import Stand
from hub.domein.vorm import stand_uit
from hub.geheim import nieuw_bestand
from hub.processors.namen import KOPPELING
from hub.settings import Instellingen
from hub.stream.codec import CodecFout, standaard

_BESTAND: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("id_", metavar="ID", type=click.UUID)
@click.option("--uit-bestand", type=_BESTAND, help="Het record zoals het in hub.koppeling.v1 stond; anders uit Kafka.")
@click.option(
    "--bewaar",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Schrijf het record naar een nieuw bestand, voor u alleen.",
)
@click.option("--model", type=_BESTAND, help="Het model waarmee gewogen is; anders dat van de instellingen.")
@click.option("--omvang", type=_BESTAND, help="De omvang van de klassen waarmee gewogen is.")
@click.option("--frequenties", type=_BESTAND, help="De tabel met naamfrequenties waarmee gewogen is.")
def uitleg(
    *,
    id_: UUID,
    uit_bestand: Path | None,
    bewaar: Path | None,
    model: Path | None,
    omvang: Path | None,
    frequenties: Path | None,
) -> None:
    """Leg veld voor veld uit wat er is gevonden en wat het weegt."""
    from hub.matching.frequenties import FrequentieFout  # noqa: PLC0415 - the other commands must not wait for numba
    from hub.matching.model import Model, ModelFout  # noqa: PLC0415
    from hub.matching.uitleg import uitleg_van  # noqa: PLC0415

    instellingen = opdracht.aangemeld() if uit_bestand is None else opdracht.instellingen()
    try:
        record = voer_uit(_record(instellingen, id_)) if uit_bestand is None else uit_bestand.read_bytes()
        stand = stand_van(record, id_)
        if bewaar is not None:
            with os.fdopen(nieuw_bestand(bewaar), "wb") as bestand:
                bestand.write(record)
        weegt = Model.van_bestanden(
            model or instellingen.model_bestand,
            omvang or instellingen.omvang_bestand,
            frequenties or instellingen.frequenties_bestand,
        )
        tekst = uitleg_van(stand.bewijs, weegt).tekst()
    except (BeheerFout, ModelFout, FrequentieFout, OSError, ValueError) as fout:
        raise click.ClickException(str(fout)) from None
    click.echo(f"koppeling {id_}, kenmerk {kenmerk(id_)}")
    for kant in (stand.links, stand.rechts):
        click.echo(f"{kant.tafel}: {kant.soort}, versie {kant.versie}")
    click.echo(tekst)


async def _record(instellingen: Instellingen, id_: UUID) -> bytes:
    """The newest state record of a koppeling. Raises BeheerFout."""
    sleutel, waarde = str(id_).encode(), None
    async with Lezer(instellingen, [KOPPELING]) as lezer:
        await lezer.vanaf_begin()
        async for record in lezer.rest():
            if record.key == sleutel:
                waarde = record.value
    if waarde is None:
        raise BeheerFout(f"koppeling {id_} is hier niet bekend, of vergeten toen haar termijn afliep")
    return waarde


def stand_van(record: bytes, id_: UUID) -> Stand:
    """The stand in a state record. Raises BeheerFout."""
    try:
        stand = stand_uit(_stand_in(*standaard().decodeer(record)))
    except (CodecFout, ValidationError, ValueError, KeyError, TypeError) as fout:
        raise BeheerFout(f"dit is geen record van een koppeling van twee dossiers ({type(fout).__name__})") from None
    if stand.koppeling != id_:
        raise BeheerFout(f"dit record is van koppeling {stand.koppeling}")
    return stand


def _stand_in(naam: str, waarde: dict[str, Any]) -> dict[str, Any]:
    if naam != "koppeling":
        raise ValueError(naam)
    stand: dict[str, Any] = waarde["stand"]
    return stand
