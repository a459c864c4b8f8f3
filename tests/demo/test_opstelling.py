"""What the demo starts: settings that hub and connectors accept, children that end with it, one clear message when one dies."""

import asyncio
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest
from filelock import FileLock

from connectors.instellingen import lees_instellingen
from demo.opstelling import CONNECTOREN, WERKERS, Opstelling, gewone_poorten, runmap, vrije_poorten
from demo.processen import Kudde, Mislukt, Proces, voer_uit
from demo.toezicht import Meters
from hub.privacy.filter import Filter
from hub.routing.register import Register
from hub.settings import namen
from hub.stream.verbinding import Verbinding

SLAAP = "import time; print('hallo', flush=True); time.sleep(60)"


def proces(code: str, gereed: str = "http://127.0.0.1:9/gereed") -> Proces:
    return Proces("proef", (sys.executable, "-c", code), gereed)


def test_instellingen_worden_aangenomen(tmp_path: Path) -> None:
    """Each connector's file loads, the worker's environment has only names that exist, grondslagen and tafels exist."""
    opstelling = Opstelling.bereid(
        tmp_path, Verbinding(bootstrap="127.0.0.1:9", topic_prefix="proef."), vrije_poorten()
    )
    register, grondslagen = Register.laad(), Filter.laad().grondslagen
    for connector in CONNECTOREN:
        instellingen = lees_instellingen(opstelling.instelbestand(connector))
        assert instellingen.kafka == opstelling.verbinding
        assert instellingen.grondslag in grondslagen
        assert register.organisatie(instellingen.tafel) == instellingen.organisatie
    for een in opstelling.processen():
        assert set(een.omgeving) <= namen()
    assert len(opstelling.processen()) == len(CONNECTOREN) + len(WERKERS)


def test_een_bezette_poort_wijkt(tmp_path: Path, poorten_slot: FileLock) -> None:
    """Where something listens on a usual port already, a free one is used and shown."""
    connector = CONNECTOREN[0]
    with poorten_slot, socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # whoever has it, it is taken
            s.bind(("127.0.0.1", connector.poort))
            s.listen()
        opstelling = Opstelling.bereid(tmp_path, Verbinding(bootstrap="127.0.0.1:9"), gewone_poorten())
    gekozen = opstelling.poorten[connector.tafel]
    assert gekozen != connector.poort
    assert lees_instellingen(opstelling.instelbestand(connector)).poort == gekozen
    assert opstelling.adressen[connector.tafel].endswith(f":{gekozen}")


def test_een_demo_tegelijk(tmp_path: Path) -> None:
    """A second run in the same directory is refused with what to do; afterwards the directory is free again."""
    with runmap(tmp_path / "run"), pytest.raises(Mislukt, match="--map"), runmap(tmp_path / "run"):
        pass
    with runmap(tmp_path / "run") as map_:
        assert list(map_.iterdir()) == []


async def test_wie_sterft_wordt_gemeld(tmp_path: Path) -> None:
    """A process that ends by itself gives one message with its exit code and the end of its log."""
    async with Kudde(tmp_path) as kudde, aiohttp.ClientSession() as sessie:
        stuk = proces("print('geen disk meer', flush=True); raise SystemExit(3)")
        kudde.start(stuk)
        with pytest.raises(Mislukt, match=r"(?s)proef is gestopt \(exit 3\).*geen disk meer"):
            await kudde.wacht_gereed([stuk], sessie)


async def test_wie_leeft_wordt_gestopt(tmp_path: Path) -> None:
    """Leaving the flock ends every process by its own pid."""
    async with Kudde(tmp_path) as kudde:
        kudde.start(proces(SLAAP))
        while "hallo" not in kudde.log("proef").read_text():
            await asyncio.sleep(0.02)
        kudde.controleer()
        [pid] = [p.pid for p in kudde._draaiend.values()]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_een_mislukte_opdracht_zegt_waarom(tmp_path: Path) -> None:
    """A command that fails is shown with what it said."""
    with pytest.raises(Mislukt, match=r"(?s)topics.*geen broker"):
        voer_uit("topics", (sys.executable, "-c", "raise SystemExit('geen broker')"), {}, tmp_path / "log")


def test_meters_tellen_op() -> None:
    """Figures of two processes are added by label."""
    een = (
        'hub_beslissingen_total{besluit="MELDEN",regel="M1"} 2\nhub_beslissingen_total{besluit="MELDEN",regel="V1"} 1\n'
    )
    meters = Meters([een, een])
    assert meters.telling("hub_beslissingen_total", "besluit") == {("MELDEN",): 6}
    assert meters.telling("hub_beslissingen_total", "regel") == {("M1",): 4, ("V1",): 2}
    assert meters.som("hub_beslissingen_total") == 6
    assert meters.som("bestaat_niet_total") == 0
