"""What a power cut leaves of the store: all that anything outside rests on, at the price of one flush for all who wait."""

import asyncio
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError, ClientSession
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from connectors.bestand import Import, Regel
from connectors.dienst import aanlevering, kader_van, serveer
from connectors.instellingen import lees_instellingen
from connectors.invoer import Verdachte
from connectors.logboek import OpslagFout
from connectors.opslagbestand import Opslagbestand
from connectors.zender import Bericht
from deploy.poort import vrije_poort
from hub.domein.codes import MeldingSoort
from tests.connectors.opstelling import VERDACHTE, Connector, met, schrijf_instellingen
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
        self.logboek = self._pad.read_bytes()
        self.wacht.set()

    @property
    def _pad(self) -> Path:
        return self.opslag.with_name(self.opslag.name + "-wal")

    def spoel(self, bestand: int) -> None:
        assert os.path.samestat(os.fstat(bestand), self._pad.stat()), "only the log is flushed here"
        logboek = self._pad.read_bytes()
        assert self.wacht.wait(10)
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
    monkeypatch.setattr("connectors.logboek.naar_schijf", schijf.spoel)
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
        assert await stroom.content.readline() == b"id: %d\n" % zsm.opslag.hoogste
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


async def test_afgebroken_en_mislukt(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure that nobody waits for any more is not forgotten: the system would not tell it again."""
    begonnen, verder = threading.Event(), threading.Event()

    def kapot(_: int) -> None:
        begonnen.set()
        assert verder.wait(10)
        raise OSError(5, "Input/output error")

    zsm.opslag.onthoud("a.0", "0")
    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr("connectors.logboek.naar_schijf", kapot)
        wachter = asyncio.create_task(zsm.opslag.op_schijf())
        await asyncio.to_thread(begonnen.wait, 10)
        wachter.cancel()
        await asyncio.sleep(0)
        verder.set()
        with pytest.raises(OpslagFout, match="look at the disk"):
            zsm.opslag.sluit()
    assert wachter.cancelled()


async def test_van_een_ander(zsm: Connector, schijf: Schijf) -> None:
    """What an earlier process left, or another one with the same file writes, is flushed too before anything rests on it."""
    with Opslagbestand(zsm.instellingen.opslag, {}) as ander:
        await zsm.opslag.op_schijf()
        assert schijf.keren == 1, "nothing written by itself, and yet not known to be on disk"
        with ander.transactie() as db:
            db.execute("INSERT INTO zaak (dossier, zaaknummer) VALUES ('a.b', '1')")
        zsm.opslag.onthoud("a.b", "1")
        assert schijf.blijft("SELECT count(*) FROM zaak") == 0
        await zsm.opslag.op_schijf()
        assert schijf.blijft("SELECT count(*) FROM zaak") == 1


def test_logboek_van_eerder(tmp_path: Path) -> None:
    """What a killed process left in the log stands in the database, flushed, before the first thing new is written behind it."""
    pad = tmp_path / "opslag.sqlite"
    eerder = Opslagbestand(pad, {})
    with eerder.transactie() as db:
        db.execute("INSERT INTO zaak (dossier, zaaknummer) VALUES ('a.b', '1')")
    with Opslagbestand(pad, {}), closing(sqlite3.connect(f"file:{pad}?immutable=1", uri=True)) as zonder_log:
        assert zonder_log.execute("SELECT count(*) FROM zaak").fetchone() == (1,)
    eerder.sluit()


def test_hoe_sqlite_spoelt(zsm: Connector) -> None:
    """SQLite flushes the log before it copies it to the database: NORMAL, not OFF."""
    assert zsm.opslag.db.execute("PRAGMA synchronous").fetchone() == (1,)


def test_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The directory is flushed once the log is in it."""
    gezien: list[tuple[str, list[str]]] = []
    echt = os.fsync

    def kijk(nummer: int) -> None:
        gezien.append((str(Path(f"/proc/self/fd/{nummer}").readlink()), sorted(pad.name for pad in tmp_path.iterdir())))
        echt(nummer)

    monkeypatch.setattr("connectors.logboek.os.fsync", kijk)
    Opslagbestand(tmp_path / "opslag.sqlite", {}).sluit()
    assert gezien == [(str(tmp_path), ["opslag.sqlite", "opslag.sqlite-shm", "opslag.sqlite-wal"])]


async def test_de_dienst_stopt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service whose disk refuses ends as a whole, with a message, though its broker is away and nobody asks it to stop."""
    poort = vrije_poort()
    instellingen = lees_instellingen(schrijf_instellingen(tmp_path, poort=poort))
    dienst = asyncio.create_task(serveer(instellingen))
    async with ClientSession(f"http://127.0.0.1:{poort}") as sessie:
        async with asyncio.timeout(10):
            while not await _luistert(sessie):
                await asyncio.sleep(0.01)
        monkeypatch.setattr("connectors.logboek.naar_schijf", _weigert)
        assert (await sessie.post("/v1/verdachten", json=VERDACHTE)).status == 500
    geeindigd, _ = await asyncio.wait({dienst}, timeout=30)
    assert geeindigd, "it ended by itself"
    with pytest.raises(OpslagFout, match="look at the disk"):
        dienst.result()


async def _luistert(sessie: ClientSession) -> bool:
    with suppress(ClientConnectionError):
        return (await sessie.get("/gezond")).status == 200
    return False


async def test_import_stopt(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import whose disk refuses ends with that message, and has sent nothing that is not remembered."""
    monkeypatch.setattr("connectors.logboek.naar_schijf", _weigert)
    levering = aanlevering(zsm.instellingen, zsm.opslag, zsm.zender, zsm.meters, zsm.klok)
    import_ = Import(
        levering,
        Verdachte,
        kader_van(zsm.instellingen, zsm.klok),
        zsm.meters,
        lambda _, fouten: pytest.fail(str(fouten)),
    )
    with pytest.raises(OpslagFout, match="look at the disk"):
        await import_.voer_uit(iter([Regel(1, json.dumps(VERDACHTE).encode())]))
    assert zsm.zender.berichten == []
    with pytest.raises(OpslagFout):
        zsm.opslag.sluit()


def _weigert(_: int) -> None:
    raise OSError(5, "Input/output error")


async def test_schijf_kapot(zsm: Connector, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a flush that failed nothing leaves any more, though the next one may seem to succeed, and closing does not hide it."""
    with monkeypatch.context() as tijdelijk:
        tijdelijk.setattr("connectors.logboek.naar_schijf", _weigert)
        assert (await client.post("/v1/verdachten", json=VERDACHTE)).status == 500
    assert (await client.post("/v1/verdachten", json=met(VERDACHTE, zaaknummer="05-1-26"))).status == 500
    assert zsm.zender.berichten == []
    with pytest.raises(OpslagFout, match="look at the disk"):
        zsm.opslag.sluit()


def test_via_een_verwijzing(tmp_path: Path) -> None:
    """The log that is flushed is the one that is written, where the store is named by a symbolic link too."""
    (tmp_path / "echt").mkdir()
    (tmp_path / "naam.sqlite").symlink_to(tmp_path / "echt" / "opslag.sqlite")
    with Opslagbestand(tmp_path / "naam.sqlite", {}) as bestand:
        geopend = os.fstat(bestand._logboek._bestand.fileno())
        assert os.path.samestat(geopend, (tmp_path / "echt" / "opslag.sqlite-wal").stat())
