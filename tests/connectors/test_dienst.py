"""The running service: it stands or falls as a whole, and says why it cannot start."""

import asyncio
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.cli import opdrachten
from connectors.dienst import _samen, open_opslag
from connectors.instellingen import lees_instellingen
from connectors.logboek import OpslagFout
from connectors.opslagbestand import POGINGEN
from connectors.verzonden import Boekzender, Verzonden
from connectors.zender import Bericht, NietBezorgd
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


@pytest.mark.parametrize("mislukt", [0, 2])
@pytest.mark.parametrize("plaats", [0, 7])
async def test_een_opslag_weet_dat_zij_niet_de_eerste_is(tmp_path: Path, plaats: int, mislukt: int) -> None:
    """A new store whose first record lies behind more than it ever tried rings until it is told so, also where nobody knows what became of
    its first tries; a new tafel rings nothing, also where those arrived."""
    bericht, zender = Bericht(b"k", b"w", []), NepZender()
    zender.berichten += [bericht] * plaats
    with open_opslag(lees_instellingen(schrijf_instellingen(tmp_path))) as opslag:
        boek, onbekend = Boekzender(zender, Verzonden(opslag)), []
        zender.bij_sturen = val_weg
        for _ in range(mislukt):
            with pytest.raises(NietBezorgd):
                await boek.stuur(bericht)
        zender.bij_sturen = lambda _: None
        for gezegd in (False, True):
            if gezegd:
                opslag.zet_terug(NU)
            await boek.stuur(bericht)
            onbekend.append(opslag.verleden_onbekend)
    assert onbekend == [plaats > 0, False]


async def test_een_opslag_die_veel_tegelijk_stuurt_weet_het_ook(tmp_path: Path) -> None:
    """The first records of a new store leave side by side, as in an import: it rings as where they leave one after the other."""
    bericht, zender = Bericht(b"k", b"w", []), NepZender()
    zender.berichten += [bericht] * 30
    with open_opslag(lees_instellingen(schrijf_instellingen(tmp_path))) as opslag:
        boeken = [Boekzender(zender, Verzonden(opslag)) for _ in range(2)]
        await asyncio.gather(*(boeken[nr % 2].stuur(bericht) for nr in range(100)))
        assert opslag.verleden_onbekend


@pytest.mark.parametrize("geteld", [True, False])
async def test_een_opslag_waarvoor_een_ander_kwam(tmp_path: Path, geteld: bool) -> None:
    """A store that delivered rings when it finds that another delivered since, as it does where it is a copy; one from before this was
    counted rings never."""
    bericht, zender = Bericht(b"k", b"w", []), NepZender()
    with open_opslag(lees_instellingen(schrijf_instellingen(tmp_path))) as opslag:
        if not geteld:
            opslag.db.execute("DELETE FROM herkomst WHERE sleutel = ?", (POGINGEN,))
        boek = Boekzender(zender, Verzonden(opslag))
        await boek.stuur(bericht)
        assert not opslag.verleden_onbekend
        zender.berichten.append(bericht)
        await boek.stuur(bericht)
        assert opslag.verleden_onbekend is geteld


def val_weg(_: Bericht) -> None:
    raise NietBezorgd("the record may have arrived")
