"""`hub register onjuist`: the lines of the register that sent a melding to the wrong desk, as the desks said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from hub.beheer.lezer import Lezer
from hub.beheer.opdracht import voer_uit
from hub.domein.kalender import AMSTERDAM
from hub.opdracht import aangemeld
from hub.opvolging.beurt import ONJUIST
from hub.processors.namen import AUDIT
from hub.settings import Instellingen
from hub.stream.codec import CodecFout, standaard


@dataclass(frozen=True, slots=True)
class OnjuisteRegel:
    """One line of the register, and who said that it is wrong."""

    regel: str
    gezegd_door: tuple[str, ...]
    keer: int
    laatst: int
    """ms since the epoch."""


def tel(auditregels: Iterable[dict[str, Any]]) -> list[OnjuisteRegel]:
    """Lines that are said to be wrong, the most frequent first. An audit line that was written twice counts once."""
    per_regel: dict[str, dict[str, dict[str, Any]]] = {}
    for een in auditregels:
        if een["daad"] == ONJUIST:
            per_regel.setdefault(een["object"], {})[een["id"]] = een
    uit = [
        OnjuisteRegel(
            regel,
            tuple(sorted({een["actor"] for een in gezegd.values()})),
            len(gezegd),
            max(een["tijd"] for een in gezegd.values()),
        )
        for regel, gezegd in per_regel.items()
    ]
    return sorted(uit, key=lambda een: (-een.keer, een.regel))


@click.command()
@click.option("--sinds", type=click.DateTime(["%Y-%m-%d"]), help="Alleen wat vanaf deze dag is gezegd.")
def onjuist(sinds: datetime | None) -> None:
    """Noem de registerregels waarvan tafels zeiden dat de melding niet voor hen was. Verbeter die regels in het register."""
    vanaf = 0 if sinds is None else round(sinds.replace(tzinfo=AMSTERDAM).timestamp() * 1000)
    regels = tel(een for een in voer_uit(_auditregels(aangemeld())) if een["tijd"] >= vanaf)
    if not regels:
        click.echo("Geen tafel heeft gezegd dat een melding niet voor haar was.")
        return
    for een in regels:
        dag = datetime.fromtimestamp(een.laatst / 1000, AMSTERDAM)
        click.echo(f"{een.regel}: {een.keer} keer, laatst op {dag:%d-%m-%Y}, gezegd door {', '.join(een.gezegd_door)}")


async def _auditregels(instellingen: Instellingen) -> list[dict[str, Any]]:
    """Every audit line that is kept and can be read; one that cannot is of another release."""
    codec, uit, onleesbaar = standaard(), list[dict[str, Any]](), 0
    async with Lezer(instellingen, [AUDIT]) as lezer:
        await lezer.vanaf_begin()
        async for record in lezer.rest():
            try:
                uit.append(codec.decodeer(record.value)[1])
            except CodecFout:
                onleesbaar += 1
    if onleesbaar:
        click.echo(f"Let op: {onleesbaar} auditregels zijn hier niet te lezen en tellen niet mee.", err=True)
    return uit
