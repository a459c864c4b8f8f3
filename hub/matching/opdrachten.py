"""The commands `hub matching ...`: for who holds registers in clear text, never in the stream."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from hub.eindcode import Eindcode

_BESTAND = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def matching() -> None:
    """Validate, estimate and approve the matching. Off line, on registers in clear text."""


@matching.command("valideer")
@click.option("--links", type=_BESTAND, required=True, help="First register, CSV.")
@click.option("--rechts", type=_BESTAND, required=True, help="Second register, CSV.")
@click.option("--waarheid", type=_BESTAND, help="The true pairs, CSV with links and rechts.")
@click.option(
    "--uit", type=click.Path(file_okay=False, path_type=Path), required=True, help="Directory for the results."
)
@click.option("--fictief", is_flag=True, help="Take BSNs that fail the eleven-test as they are.")
@click.option("--frequenties", type=_BESTAND, help="Table of name frequencies; counted in the registers without it.")
@click.option("--omvang", type=_BESTAND, help="Expected class sizes; fitted without labels without it.")
@click.option("--model", type=_BESTAND, help="A candidate model; the one that ships without it.")
@click.option(
    "--k", type=click.IntRange(1, 1000), help="Bound of the keys; follows the size of the registers without it."
)
@click.option(
    "--vanaf", type=click.FloatRange(0, 1), default=0.0, help="Leave pairs below this probability out of paren.csv."
)
def valideer(
    links: Path,
    rechts: Path,
    waarheid: Path | None,
    uit: Path,
    fictief: bool,
    frequenties: Path | None,
    omvang: Path | None,
    model: Path | None,
    k: int | None,
    vanaf: float,
) -> None:
    """Compare two registers as the hub would, and report how well it does.

    A register is CSV with the columns dossier, voornamen, voorvoegsel, geslachtsnaam, geboortedatum (YYYYMMDD, 00 for what is unknown),
    geslacht, geboorteplaats and bsn; and, if it has them, andereNamen: other names of the person, as in Kees/Vos|/Bakker.
    """
    from hub.matching import validatie  # noqa: PLC0415 - help must not wait for numba
    from hub.matching.frequenties import FrequentieFout  # noqa: PLC0415
    from hub.matching.inlezen import BestandFout  # noqa: PLC0415
    from hub.matching.model import ModelFout  # noqa: PLC0415

    opdracht = validatie.Opdracht(
        links,
        rechts,
        uit,
        waarheid,
        fictief=fictief,
        frequenties=frequenties,
        omvang=omvang,
        model=model,
        k=k,
        vanaf=vanaf,
    )
    try:
        uitslag = validatie.valideer(opdracht, _voortgang())
    except (BestandFout, FrequentieFout, ModelFout, OSError) as fout:
        _stop(fout)
    click.echo(validatie.tekst(uitslag))
    click.echo(f"geschreven: {uit / 'paren.csv'}, {uit / 'rapport.html'}, {uit / 'uitslag.json'}")


@matching.command("schat")
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--naam", required=True, help="Name of the candidate.")
@click.option("--met", type=_BESTAND, help="An earlier model file whose tables count for half.")
@click.option("--uit", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Candidate file to write.")
def schat(sets: tuple[Path, ...], naam: str, met: Path | None, uit: Path) -> None:
    """Estimate a candidate model from labelled SETS: directories with links, rechts, waarheid and verwanten .csv.

    The candidate must pass validation on other registers and be approved (`keur`) before it is used.
    """
    from hub.matching import schatten  # noqa: PLC0415
    from hub.matching.inlezen import BestandFout  # noqa: PLC0415
    from hub.matching.model import Model, ModelFout  # noqa: PLC0415

    try:
        eerder = None if met is None else Model.lees(met).inhoud
        kandidaat = schatten.schat([schatten.lees_set(map_) for map_ in sets], naam, eerder)
        Model.uit(kandidaat)
        schatten.schrijf_model(kandidaat, uit)
    except (BestandFout, ModelFout, OSError) as fout:
        _stop(fout)
    click.echo(f"geschreven: {uit}; valideer met: hub matching valideer --model {uit} ...")


@matching.command("keur")
@click.argument("kandidaat", type=_BESTAND)
@click.option(
    "--uitslag", "uitslagen", type=_BESTAND, multiple=True, required=True, help="uitslag.json of a validation."
)
@click.option("--door", required=True, help="Role of who approves; stands in the model card.")
@click.option("--uit", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Model file to write.")
def keur(kandidaat: Path, uitslagen: tuple[Path, ...], door: str, uit: Path) -> None:
    """Approve KANDIDAAT on the strength of at least two validations on registers that it was not estimated on.

    Their quality and calibration go into its model card. A model that is in use already is validated anew: only these figures change,
    its hash stays.
    """
    from hub.matching import schatten  # noqa: PLC0415
    from hub.matching.model import Model, ModelFout  # noqa: PLC0415

    try:
        model = Model.lees(kandidaat)
        gelezen = [_uitslag(pad) for pad in uitslagen]
        schatten.schrijf_model(schatten.keur(model, gelezen, door), uit)
    except (schatten.NietGoedgekeurd, ModelFout, OSError, ValueError) as fout:
        _stop(fout)
    click.echo(f"goedgekeurd: {uit}")


@matching.command("omvang")
@click.argument("uitslag", type=_BESTAND)
@click.option(
    "--uit", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write, for review."
)
def omvang(uitslag: Path, uit: Path) -> None:
    """Write the class sizes that a validation fitted (UITSLAG: its uitslag.json) as configuration for the live hub.

    A proposal: who answers for the matching reviews it before the hub is given the file.
    """
    try:
        klassen = _uitslag(uitslag)["klassen"]
        with uit.open("x", encoding="utf-8") as bestand:
            json.dump(klassen, bestand, indent=1)
            bestand.write("\n")
    except (KeyError, ValueError, OSError) as fout:
        _stop(fout)
    click.echo(f"geschreven: {uit}; vast te stellen door wie voor de matching verantwoordelijk is")


@matching.group()
def frequenties() -> None:
    """Tables of name frequencies, as organisations count them (`connector frequenties`)."""


@frequenties.command("voeg-samen")
@click.argument("tabellen", nargs=-1, required=True, type=_BESTAND)
@click.option("--naam", default="samengevoegd", show_default=True, help="Name of the table.")
@click.option(
    "--k",
    type=click.IntRange(1, 1000),
    help="Bound of the keys: K x dossiers / 17,000,000 at most 0.3. Without it the tightest of the TABELLEN.",
)
@click.option("--uit", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Table to write.")
def voeg_samen(tabellen: tuple[Path, ...], naam: str, k: int | None, uit: Path) -> None:
    """Add up the counts of TABELLEN: the table that all connectors and the hub are given."""
    from hub.matching import frequenties as namen  # noqa: PLC0415

    try:
        tabel = namen.voeg_samen([namen.Frequenties.lees(pad) for pad in tabellen], naam)
        tabel = tabel if k is None else tabel.met_k(k)
        tabel.schrijf(uit)
    except (namen.FrequentieFout, OSError) as fout:
        _stop(fout)
    for soort in ("voornaam", "achternaam", "plaats"):
        telling = tabel[soort]
        click.echo(f"{soort}: {len(telling.dragers)} in de tabel, geteld bij {telling.personen} personen")
    click.echo(f"geschreven: {uit}; K {tabel.k}, hash {tabel.hash}")


class _voortgang:  # noqa: N801 - a function with a memory
    """Progress on standard error: every tenth of a step, so that a log stays short."""

    def __init__(self) -> None:
        self._gezegd = ("", 0)

    def __call__(self, stap: str, gedaan: int, alles: int) -> None:
        tiende = 10 * gedaan // max(alles, 1)
        if (stap, tiende) != self._gezegd and (tiende or stap != self._gezegd[0]):
            self._gezegd = (stap, tiende)
            click.echo(f"{stap} {10 * tiende} %", err=True)


def _uitslag(pad: Path) -> Any:
    """What a validation found. Raises ValueError that names the file."""
    try:
        return json.loads(pad.read_text("utf-8"))
    except ValueError:
        raise ValueError(f"{pad}: not a JSON file in UTF-8") from None


def _stop(fout: Exception) -> NoReturn:
    click.echo(f"hub matching: {fout}", err=True)
    sys.exit(Eindcode.INVOER)
