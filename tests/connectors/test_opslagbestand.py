"""What a power cut leaves of the store: all that anything outside rests on, at the price of one flush for all who wait."""

import asyncio
import os
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from connectors.aanlevering import Bericht
from connectors.dienst import _samen
from connectors.opslagbestand import Opslagbestand, OpslagFout
from hub.domein.codes import MeldingSoort
from tests.connectors.opstelling import VERDACHTE, Connector, met
from tests.connectors.test_bevraging import VRAAG
from tests.connectors.test_bevraging import hub as antwoordende_hub

Client = TestClient[Request, Application]


@dataclass
class Schijf:
    """Knows what was flushed: of the log no more is left after a cut than it had when the last flush was asked for."""

    opslag: Path
    na: Path
    """Where the store goes as a cut leaves it."""
    logboek: bytes = b""
    keren: int = 0
    wacht: threading.Event = field(default_factory=threading.Event)
    """A flush ends when this is set."""

    def __post_init__(self) -> None:
        self._echt = os.fdatasync
        self.logboek = self._pad.read_bytes()
        self.wacht.set()

    @property
    def _pad(self) -> Path:
        return self.opslag.with_name(self.opslag.name + "-wal")

    def spoel(self, bestand: int) -> None:
        assert os.path.samestat(os.fstat(bestand), self._pad.stat()), "only the log is flushed here"
        logboek = self._pad.read_bytes()
        assert self.wacht.wait(10)
        self._echt(bestand)
        self.logboek, self.keren = logboek, self.keren + 1

    def blijft(self, vraag: str) -> int:
        """The number that a query gives on what a power cut now would leave."""
        self.na.mkdir(exist_ok=True)
        kopie = self.na / "opslag.sqlite"
        shutil.copyfile(self.opslag, kopie)
        kopie.with_name("opslag.sqlite-wal").write_bytes(self.logboek)
        with closing(sqlite3.connect(kopie)) as db:
            return int(db.execute(vraag).fetchone()[0])


@pytest.fixture
def schijf(zsm: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Schijf:
    schijf = Schijf(zsm.instellingen.opslag, tmp_path / "na")
    monkeypatch.setattr("connectors.opslagbestand.os.fdatasync", schijf.spoel)
    return schijf


@pytest.fixture
async def client(zsm: Connector) -> AsyncIterator[Client]:
    async with zsm.client() as client:
        yield client


def bij_sturen(zsm: Connector, schijf: Schijf, vraag: str) -> Callable[[], list[int]]:
    """What a cut would leave at each moment that a record leaves for Kafka."""
    gezien: list[int] = []

    def kijk(_: Bericht) -> None:
        gezien.append(schijf.blijft(vraag))

    zsm.zender.bij_sturen = kijk
    return lambda: gezien


async def test_zonder_spoelen_is_het_weg(zsm: Connector, schijf: Schijf) -> None:
    """The power cut of these tests is one: what nobody flushed is gone, what was flushed is there."""
    zsm.opslag.onthoud("a.b", "1")
    assert schijf.blijft("SELECT count(*) FROM zaak") == 0
    await zsm.opslag.op_schijf()
    assert schijf.blijft("SELECT count(*) FROM zaak") == 1


async def test_aanleveren(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """The case number is on disk before its signaal leaves; what was delivered, what was sent and the remembered answer before the yes."""
    gezien = bij_sturen(zsm, schijf, "SELECT count(*) FROM zaak")
    antwoord = await client.post("/v1/verdachten", json=VERDACHTE, headers={"Idempotency-Key": "een"})
    assert antwoord.status == 202
    assert gezien() == [1]
    for tabel in ("zaak WHERE versie IS NOT NULL", "publicatie", "verzonden", "herhaling"):
        assert schijf.blijft(f"SELECT count(*) FROM {tabel}") == 1, tabel


async def test_melding(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """A melding is on disk before its receipt leaves, that it was shown before it is seen, a reaction before it leaves and before the
    yes."""
    zsm.bezorg(zsm.melding(1))
    zsm.inbox.bij()
    gezien = bij_sturen(zsm, schijf, "SELECT count(*) FROM melding")
    await zsm.bewijzen.stuur_blok()
    assert gezien() == [1]
    assert (await client.get("/v1/meldingen")).status == 200
    assert schijf.blijft("SELECT count(*) FROM melding WHERE getoond IS NOT NULL") == 1
    gezien = bij_sturen(zsm, schijf, "SELECT count(*) FROM terugkoppeling WHERE soort = 'ONTVANGEN'")
    pad = f"/v1/meldingen/{zsm.melding(1).id}/terugkoppelingen"
    assert (await client.post(pad, json={"soort": "ONTVANGEN"})).status == 202
    assert gezien() == [1]
    assert schijf.blijft("SELECT count(*) FROM terugkoppeling WHERE soort = 'ONTVANGEN' AND bezorgd") == 1


async def test_stroom(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """What a stream has told is on disk as shown: its recall will be told too."""
    zsm.bezorg(zsm.melding(1))
    zsm.inbox.bij()
    async with client.get("/v1/meldingen/stroom") as stroom:
        assert await stroom.content.readline() == b"id: 1\n"
        assert schijf.blijft("SELECT count(*) FROM melding WHERE getoond IS NOT NULL") == 1


async def test_over_een_dossier(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """What was told with a dossier is on disk as shown."""
    assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 202
    zsm.bezorg(zsm.melding(1, MeldingSoort.GEWEIGERD))
    zsm.inbox.bij()
    antwoord = await client.get(f"/v1/dossiers/{VERDACHTE['zaaknummer']}")
    assert len((await antwoord.json())["meldingen"]) == 1
    assert schijf.blijft("SELECT count(*) FROM melding WHERE getoond IS NOT NULL") == 1


async def test_vraag(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """A question is counted on disk before it leaves."""
    zsm.inbox.bij()
    hub = antwoordende_hub(zsm)
    gezien: list[int] = []

    def stuur(bericht: Bericht) -> None:
        gezien.append(schijf.blijft("SELECT count(*) FROM bevraging"))
        hub(bericht)

    zsm.zender.bij_sturen = stuur
    assert (await client.post("/v1/bevragingen", json=VRAAG)).status == 200
    assert gezien == [2], "one client, one employee"


def test_sluiten(zsm: Connector, schijf: Schijf) -> None:
    """A command that has closed the store has everything on disk when it tells what it did."""
    zsm.opslag.onthoud("a.b", "1")
    zsm.opslag.sluit()
    assert schijf.keren == 1


async def test_samen_een_keer(zsm: Connector, schijf: Schijf, client: Client) -> None:
    """Who asks while a flush is under way shares the next one with all others; who has nothing new waits for none."""
    schijf.wacht.clear()
    zsm.opslag.onthoud("a.0", "0")
    eerste = asyncio.create_task(zsm.opslag.op_schijf())
    await asyncio.sleep(0)
    anderen = []
    for nummer in range(1, 20):
        zsm.opslag.onthoud(f"a.{nummer}", str(nummer))
        anderen.append(asyncio.create_task(zsm.opslag.op_schijf()))
    await asyncio.sleep(0)
    schijf.wacht.set()
    await asyncio.gather(eerste, *anderen)
    assert schijf.keren == 2
    assert schijf.blijft("SELECT count(*) FROM zaak") == 20
    await zsm.opslag.op_schijf()
    assert (await client.get("/v1/dossiers/onbekend")).status == 404
    assert schijf.keren == 2


async def test_afgebroken(zsm: Connector, schijf: Schijf) -> None:
    """Who is broken off while waiting takes nobody along, and its own writing goes to disk with the next."""
    schijf.wacht.clear()
    zsm.opslag.onthoud("a.0", "0")
    eerste = asyncio.create_task(zsm.opslag.op_schijf())
    await asyncio.sleep(0)
    zsm.opslag.onthoud("a.1", "1")
    tweede = asyncio.create_task(zsm.opslag.op_schijf())
    await asyncio.sleep(0)
    eerste.cancel()
    schijf.wacht.set()
    await tweede
    assert eerste.cancelled()
    assert schijf.blijft("SELECT count(*) FROM zaak") == 2


async def test_schijf_kapot(zsm: Connector, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a flush that failed nothing leaves any more, though the next one may seem to succeed, and the connector stops as a whole."""

    def kapot(_: int) -> None:
        raise OSError(5, "Input/output error")

    async def sluit() -> None:
        return

    dienst = asyncio.create_task(_samen(asyncio.Event(), sluit, zsm.opslag.tot_kapot()))
    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr("connectors.opslagbestand.os.fdatasync", kapot)
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 500
    assert (await client.post("/v1/verdachten", json=met(VERDACHTE, zaaknummer="05-1-26"))).status == 500
    assert zsm.zender.berichten == []
    with pytest.raises(OpslagFout, match="look at the disk"):
        await dienst


def test_via_een_verwijzing(tmp_path: Path) -> None:
    """The log that is flushed is the one that is written, where the store is named by a symbolic link too."""
    (tmp_path / "echt").mkdir()
    (tmp_path / "naam.sqlite").symlink_to(tmp_path / "echt" / "opslag.sqlite")
    with Opslagbestand(tmp_path / "naam.sqlite", {}) as bestand:
        geopend = os.fstat(bestand._logboek.fileno())
        assert os.path.samestat(geopend, (tmp_path / "echt" / "opslag.sqlite-wal").stat())
