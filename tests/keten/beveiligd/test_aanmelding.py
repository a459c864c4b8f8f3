"""Who may come in: a wrong password, plain text, an unknown or expired certificate end a start with a line that says what to do."""

import asyncio
import datetime as dt
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.pseudoniem import schrijf_organisatiesleutel
from demo.opstelling import kafka_omgeving
from hub.geheim import schrijf_geheim
from hub.matching.sleutels import Sleutelring
from hub.stream.aanmelding import AanmeldingGeweigerd, CertificaatVerlopen, kijk, meld_aan
from hub.stream.certificaten import BROKER, CA, geef_uit, maak_ca
from hub.stream.topics import tafelgebruiker
from hub.stream.verbinding import Verbinding
from tests.keten.harnas import BIN, Keten
from tests.keten.signalen import TWENTE

NU = dt.datetime.now(dt.UTC)


def eindigt(opdracht: list[str | Path], omgeving: dict[str, str]) -> tuple[int, str]:
    klaar = subprocess.run(opdracht, env=omgeving, capture_output=True, text=True, timeout=120, check=False)
    return klaar.returncode, klaar.stdout + klaar.stderr


def anders(goed: Verbinding, wat: str, map_: Path) -> Verbinding:
    """The connection of a user who gets one thing wrong."""
    fout = map_ / "fout"
    fout.mkdir()
    schrijf_geheim(fout / "wachtwoord", "zeer-geheim-en-fout")
    maak_ca(fout, NU)
    fouten: dict[str, dict[str, object]] = {
        "wachtwoord": {"wachtwoord_bestand": fout / "wachtwoord"},
        "gebruiker": {"gebruiker": "niemand"},
        "open": {"beveiliging": "PLAINTEXT"},
        "uitgever": {"ca_bestand": fout / CA},
    }
    return goed.model_copy(update=fouten[wat])


def connector(map_: Path, kafka: Verbinding) -> Path:
    """The settings of a connector that reaches the broker so."""
    Sleutelring.nieuw("2026a").schrijf(map_ / "ring.json")
    schrijf_organisatiesleutel(map_ / "eigen.sleutel")
    instellingen = map_ / "twente.toml"
    instellingen.write_text(
        'soort = "VEILIGHEIDSHUIS"\norganisatie = "vhh-twente"\ntafel = "vhh-twente"\noin = "00000099000000000102"\n'
        'grondslag = "wgs-vhh"\nsleutelbestand = "ring.json"\norganisatiesleutel = "eigen.sleutel"\nopslag = "t.db"\npoort = 0\n'
        "[kafka]\n" + "".join(f'{naam} = "{waarde}"\n' for naam, waarde in kafka if waarde is not None)
    )
    return instellingen


@pytest.mark.parametrize(
    ("wat", "melding"),
    [
        ("wachtwoord", "refuses user"),
        ("gebruiker", "refuses user niemand"),
        ("open", "refuses plain text: set beveiliging to SASL_SSL"),
        ("uitgever", "certificate of .* is not accepted .*self.signed"),
    ],
)
async def test_a_wrong_login_is_told_in_one_line(keten: Keten, tmp_path: Path, wat: str, melding: str) -> None:
    """Each of them is refused, not waited for, and told without the password; the right one comes in."""
    goed = keten.verbinding_van(tafelgebruiker(TWENTE))
    assert await meld_aan(goed)
    with pytest.raises(AanmeldingGeweigerd, match=melding) as fout:
        await meld_aan(anders(goed, wat, tmp_path))
    assert "zeer-geheim" not in str(fout.value)


def test_a_worker_with_a_wrong_password_ends_with_78(keten: Keten, tmp_path: Path) -> None:
    """`hub worker` says which user and which file, and does not try again and again; so does `connector serve`."""
    werker = keten.werker("worker-1")
    werker.omgeving |= kafka_omgeving(anders(keten.verbinding_van("hub.worker-1"), "wachtwoord", tmp_path))
    code, tekst = eindigt([BIN / "hub", "worker"], werker.omgeving)
    assert code == 78 and f"refuses user {keten.prefix}hub.worker-1" in tekst and "fout/wachtwoord" in tekst
    assert "zeer-geheim" not in tekst and len(tekst.splitlines()) == 1
    fout = keten.verbinding_van(tafelgebruiker(TWENTE)).model_copy(
        update={"wachtwoord_bestand": tmp_path / "fout" / "wachtwoord"}
    )
    code, tekst = eindigt([BIN / "connector", "serve", "--config", connector(tmp_path, fout)], werker.omgeving)
    assert code == 78 and f"refuses user {keten.prefix}tafel.vhh-twente" in tekst
    assert "zeer-geheim" not in tekst


def verbinding(map_: Path, poort: int) -> Verbinding:
    """With a server that shows a certificate of the authority in `map_`."""
    return Verbinding(
        bootstrap=f"127.0.0.1:{poort}",
        beveiliging="SASL_SSL",
        gebruiker="hub",
        wachtwoord_bestand=map_ / "wachtwoord",
        ca_bestand=map_ / CA,
    )


@asynccontextmanager
async def tls_server(map_: Path) -> AsyncIterator[int]:
    """Something that shows the certificate of `map_`, at a port of its own."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(map_ / BROKER)

    async def hang_op(_: asyncio.StreamReader, schrijver: asyncio.StreamWriter) -> None:
        schrijver.close()

    server = await asyncio.start_server(hang_op, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    """A certificate of the right authority that has expired, or that names another host, lets nobody send a password; the first passes by
    itself, so hub and connector end with 75 (start me again later), and say who must do what."""
    maak_ca(tmp_path, NU)
    schrijf_geheim(tmp_path / "wachtwoord", "x")
    omgeving = (
        dict(os.environ)
        | {"HUB_KAFKA_BEVEILIGING": "SASL_SSL", "HUB_KAFKA_GEBRUIKER": "hub"}
        | {
            "HUB_KAFKA_WACHTWOORD_BESTAND": str(tmp_path / "wachtwoord"),
            "HUB_KAFKA_CA_BESTAND": str(tmp_path / CA),
        }
    )
    geef_uit(tmp_path, ["127.0.0.1"], NU - dt.timedelta(days=398))
    async with tls_server(tmp_path) as poort:
        omgeving["HUB_KAFKA_BOOTSTRAP"] = f"127.0.0.1:{poort}"
        proces = await asyncio.create_subprocess_exec(
            *(BIN / "hub", "topics", "check"), env=omgeving, stderr=asyncio.subprocess.PIPE
        )
        _, tekst = await proces.communicate()
        assert proces.returncode == 75
        assert b"certificate has expired" in tekst and b"renew it there" in tekst
        instellingen = connector(tmp_path, verbinding(tmp_path, poort))
        code, regels = await asyncio.to_thread(
            eindigt, [BIN / "connector", "serve", "--config", instellingen], dict(os.environ)
        )
        assert code == 75 and "certificate has expired" in regels and "renew it there" in regels
    geef_uit(tmp_path, ["elders.example"], NU)
    async with tls_server(tmp_path) as poort:
        with pytest.raises(AanmeldingGeweigerd, match="IP address mismatch") as fout:
            await meld_aan(verbinding(tmp_path, poort))
        assert not isinstance(fout.value, CertificaatVerlopen)


async def test_an_expired_certificate_of_a_stranger_or_under_another_name_stays_refused(tmp_path: Path) -> None:
    """Only what renewing mends is waited for: expired and of another authority, or for another host, ends a running process too."""
    vreemd = tmp_path / "vreemd"
    vreemd.mkdir()
    oud = NU - dt.timedelta(days=398)
    for map_ in (tmp_path, vreemd):
        maak_ca(map_, oud)
    schrijf_geheim(tmp_path / "wachtwoord", "x")
    geef_uit(tmp_path, ["elders.example"], oud)
    geef_uit(vreemd, ["127.0.0.1"], oud)
    for map_ in (tmp_path, vreemd):
        async with tls_server(map_) as poort:
            with pytest.raises(AanmeldingGeweigerd) as fout:
                await kijk(verbinding(tmp_path, poort))
            assert not isinstance(fout.value, CertificaatVerlopen)


async def test_nobody_there_is_no_refusal() -> None:
    """A broker that is away is waited for: that passes by itself."""
    assert not await meld_aan(Verbinding(bootstrap="127.0.0.1:9,127.0.0.1:10"))
