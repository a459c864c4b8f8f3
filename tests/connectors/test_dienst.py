"""The running service: it stands or falls as a whole, and says why it cannot start."""

import asyncio
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.aanlevering import Bericht, NietBezorgd
from connectors.cli import opdrachten
from connectors.dienst import _samen, open_opslag
from connectors.instellingen import lees_instellingen
from connectors.logboek import OpslagFout
from connectors.verzonden import Boekzender, Verzonden
from tests.connectors.opstelling import NU, NepZender, schrijf_instellingen


async def test_stopt_als_geheel() -> None:
    """When one part fails the doors close first, then the other parts stop, and the failure is raised."""
    gebeurd: list[str] = []

    async def blijft() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            gebeurd.append("gestopt")

    async def valt_om() -> None:
        await asyncio.sleep(0)
        raise OSError("disk full")

    async def sluit() -> None:
        gebeurd.append("dicht")

    with pytest.raises(OSError, match="disk full"):
        await _samen(asyncio.Event(), sluit, blijft(), valt_om())
    assert gebeurd == ["dicht", "gestopt"]


async def test_stopt_op_verzoek() -> None:
    """Asked to stop, it stops without an error."""
    einde = asyncio.Event()
    einde.set()

    async def blijft() -> None:
        await asyncio.Event().wait()

    async def sluit() -> None:
        return

    await _samen(einde, sluit, blijft())


@pytest.mark.parametrize("opslag", [False, True], ids=["poort", "opslag"])
def test_kan_niet_beginnen(tmp_path: Path, opslag: bool) -> None:
    """A port that is taken, or a store that cannot be used, is one clear line and exit code 1."""
    with socket.socket() as bezet:
        bezet.bind(("127.0.0.1", 0))
        bezet.listen()
        if opslag:
            (tmp_path / "opslag.sqlite").mkdir()
        config = schrijf_instellingen(tmp_path, poort=bezet.getsockname()[1])
        uit = CliRunner().invoke(opdrachten, ["serve", "--config", str(config)])
    assert uit.exit_code == 1
    assert ("cannot be opened" if opslag else "kies een ander adres of poort") in uit.output


def test_een_opslag_van_een_ander(tmp_path: Path) -> None:
    """Whose store was made for another tafel is told, with a new file, to say so before everything is delivered again."""
    with open_opslag(lees_instellingen(schrijf_instellingen(tmp_path))):
        pass
    with (
        pytest.raises(OpslagFout, match=r"another tafel: .*`connector teruggezet opslag`, then import all dossiers"),
        open_opslag(lees_instellingen(schrijf_instellingen(tmp_path, tafel="zsm-noord-nederland"))),
    ):
        pass


@pytest.mark.parametrize("opdracht", [["serve"], ["teruggezet", "opslag"]], ids=" ".join)
def test_een_opslag_is_van_een_connector_tegelijk(tmp_path: Path, opdracht: list[str]) -> None:
    """Whoever would undo what a running connector does, or be undone by it, is refused, and takes nothing from the one that runs."""
    config = schrijf_instellingen(tmp_path)
    gelezen = lees_instellingen(config)
    with open_opslag(gelezen) as loopt:
        loopt.alleen()
        loopt.alleen()
        uit = CliRunner().invoke(opdrachten, [*opdracht, "--config", str(config)])
        assert uit.exit_code == 1 and "stop the connector that works with it first" in uit.output
        assert loopt.teruggezet == 0
    if "opslag" in opdracht:
        uit = CliRunner().invoke(opdrachten, [*opdracht, "--config", str(config)])
        assert uit.exit_code == 0, "once it is closed"


@pytest.mark.parametrize("plaats", [0, 7])
async def test_een_opslag_weet_dat_zij_niet_de_eerste_is(tmp_path: Path, plaats: int) -> None:
    """A new store whose first record is not the first of its topic rings until it is told so; a new tafel rings nothing, also where its
    first record had to be sent twice."""
    bericht, zender = Bericht(b"k", b"w", []), NepZender()
    zender.berichten += [bericht] * plaats
    with open_opslag(lees_instellingen(schrijf_instellingen(tmp_path))) as opslag:
        boek, onbekend = Boekzender(zender, Verzonden(opslag)), []
        if not plaats:
            zender.bij_sturen = val_weg
            with pytest.raises(NietBezorgd):
                await boek.stuur(bericht)
            zender.bij_sturen = lambda _: None
        for gezegd in (False, True):
            if gezegd:
                opslag.zet_terug(NU)
            await boek.stuur(bericht)
            onbekend.append(opslag.verleden_onbekend)
    assert onbekend == [plaats > 0, False]


def val_weg(_: Bericht) -> None:
    raise NietBezorgd("the record may have arrived")
