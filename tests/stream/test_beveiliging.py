"""The small parts of security: secrets, certificates, access rules, an event loop that closes TLS. No broker."""

import asyncio
import datetime as dt
import socket
import ssl
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from hub.beveiliging import beveiliging
from hub.eindcode import Eindcode
from hub.geheim import GeheimFout, lees_geheim, nieuw_geheim, schrijf_geheim
from hub.stream.certificaten import BROKER, CA, CA_SLEUTEL, maak_ca
from hub.stream.inrichting import FORMAAT, WACHTWOORD, begin
from hub.stream.lus import draai
from hub.stream.toegang import rechten
from hub.stream.topics import declaratie, tafelgebruiker
from hub.stream.verbinding import Verbinding

NU = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
NAAM = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)


def test_a_secret_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Written with mode 0600, replaced whole; refused when others can read it, when it is empty, no text, or not there."""
    pad = tmp_path / "w"
    schrijf_geheim(pad, "een")
    schrijf_geheim(pad, "twee")
    assert lees_geheim(pad) == "twee" and stat.S_IMODE(pad.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [pad]
    pad.chmod(0o640)
    with pytest.raises(GeheimFout, match="chmod 600"):
        lees_geheim(pad)
    pad.chmod(0o600)
    for inhoud, melding in ((b" \n", "is empty"), (b"\xff\xfe", "is not text")):
        pad.write_bytes(inhoud)
        with pytest.raises(GeheimFout, match=melding):
            lees_geheim(pad)
    with pytest.raises(GeheimFout, match="cannot be read"):
        lees_geheim(tmp_path / "weg")
    assert nieuw_geheim() != nieuw_geheim()


def test_what_one_logs_in_with_is_seen_to_change(tmp_path: Path) -> None:
    """Another password or another certificate authority gives another mark; a missing one says so."""
    maak_ca(tmp_path, NU)
    schrijf_geheim(tmp_path / "w", "een")
    verbinding = Verbinding(
        beveiliging="SASL_SSL", gebruiker="a", wachtwoord_bestand=tmp_path / "w", ca_bestand=tmp_path / CA
    )
    eerst = verbinding.merk()
    assert verbinding.merk() == eerst
    schrijf_geheim(tmp_path / "w", "twee")
    tweede = verbinding.merk()
    assert tweede != eerst and verbinding.aiokafka()["sasl_plain_password"] == "twee"
    (tmp_path / "nieuw.pem").write_text("geen certificaat")
    (tmp_path / "nieuw.pem").replace(tmp_path / CA)
    assert verbinding.merk() != tweede
    with pytest.raises(GeheimFout, match="holds no certificates"):
        verbinding.ssl_context()
    (tmp_path / CA).unlink()
    for lees in (verbinding.merk, verbinding.ssl_context):
        with pytest.raises(GeheimFout, match="cannot be read"):
            lees()
    assert Verbinding().merk() == ()


@pytest.mark.parametrize("weg", [CA, CA_SLEUTEL])
def test_half_an_authority_is_never_replaced(tmp_path: Path, weg: str) -> None:
    """Whose other half is kept elsewhere is told to put it back, with 78, and nothing in the folder changes."""
    begin(tmp_path, ["kafka"], NU)
    (tmp_path / weg).unlink()
    eerst = {pad.name: pad.read_bytes() for pad in tmp_path.iterdir()}
    uit = CliRunner().invoke(beveiliging, ["begin", "--map", str(tmp_path), "--naam", "kafka"])
    assert uit.exit_code == Eindcode.INSTELLING
    assert f"{tmp_path / weg} is not there" in uit.stderr and "put it back" in uit.stderr
    assert {pad.name: pad.read_bytes() for pad in tmp_path.iterdir()} == eerst


@pytest.mark.parametrize("naam", ["", "a b", "é.nl", "kafka:9092", "a..b", "*"])
def test_a_name_that_no_broker_can_have_leaves_nothing_behind(tmp_path: Path, naam: str) -> None:
    """It is told before the first file, or folder, is made."""
    uit = CliRunner().invoke(beveiliging, ["begin", "--map", str(tmp_path / "g"), "--naam", "kafka", "--naam", naam])
    assert uit.exit_code == Eindcode.INSTELLING
    assert "is no host name or address" in uit.stderr
    assert not (tmp_path / "g").exists()


def test_a_new_broker_certificate_keeps_the_authority_and_the_password(tmp_path: Path) -> None:
    """`begin` again renews the broker's certificate only, for the names it is given; every file but ca.pem is for its owner alone."""
    begin(tmp_path / "g", ["kafka", "127.0.0.1"], NU)
    eerst = {pad.name: pad.read_bytes() for pad in (tmp_path / "g").iterdir()}
    assert set(eerst) == {CA, CA_SLEUTEL, BROKER, WACHTWOORD, FORMAAT}
    assert {p.name for p in (tmp_path / "g").iterdir() if p.stat().st_mode & 0o077} == {CA}
    assert eerst[WACHTWOORD].decode().strip() in eerst[FORMAAT].decode()
    begin(tmp_path / "g", ["kafka"], NU)
    daarna = {pad.name: pad.read_bytes() for pad in (tmp_path / "g").iterdir()}
    assert {naam for naam in eerst if eerst[naam] != daarna[naam]} == {BROKER}
    ca = x509.load_pem_x509_certificate(daarna[CA])
    certificaat = x509.load_pem_x509_certificates(daarna[BROKER])[0]
    certificaat.verify_directly_issued_by(ca)
    namen = certificaat.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert namen.get_values_for_type(x509.DNSName) == ["kafka"]
    assert certificaat.not_valid_after_utc < ca.not_valid_after_utc


@given(st.lists(NAAM, unique=True, max_size=5), st.lists(NAAM, unique=True, max_size=3), NAAM)
def test_nobody_may_more_than_his_part(tafels: list[str], werkers: list[str], prefix: str) -> None:
    """A tafel writes its signalen and reads its meldingen, and that is all; no worker reads meldingen, decisions or dead letters; every
    right lies within the installation."""
    verbinding = Verbinding(topic_prefix=f"{prefix}.")
    namen = [f"hub.{werker}" for werker in werkers]
    alle = rechten(declaratie(tafels), namen, verbinding, "hub")
    assert all(recht.naam.startswith(f"{prefix}.") and recht.gebruiker.startswith(f"{prefix}.") for recht in alle)
    for tafel in tafels:
        eigen = {(r.handeling, r.naam) for r in alle if r.gebruiker == verbinding.topic(tafelgebruiker(tafel))}
        assert eigen == {
            ("WRITE", verbinding.topic(f"signaal.{tafel}.v1")),
            ("READ", verbinding.topic(f"melding.{tafel}.v1")),
        }
    gelezen = {
        verbinding.kaal(r.naam) for r in alle if r.handeling == "READ" and r.gebruiker in map(verbinding.topic, namen)
    }
    assert not [naam for naam in gelezen if naam.endswith(".dlq") or naam.startswith("melding.")]
    assert not gelezen & {"hub.beslissing.v1", "hub.verwerking.v1", "hub.audit.v1", "hub.onbestelbaar.v1"}
    geschreven = {verbinding.kaal(r.naam) for r in alle if r.handeling == "WRITE"}
    assert not geschreven & {"hub.herstel.v1", "signaal.beheer.v1"}, "only the operator acts"
    assert {r.handeling for r in alle} <= {"READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"}


def test_a_role_that_does_not_exist_is_no_rule(tmp_path: Path) -> None:
    """A slip in the topic file stops the command: a right for nobody, or for "tafel" where there is none, is a mistake."""
    bestand = tmp_path / "topics.toml"
    for wie in ("iedereen", "tafel"):
        bestand.write_text(f'partities = 1\n[topics."hub.x.v1"]\nleest = ["{wie}"]\nschrijft = []\nconfig = {{}}\n')
        with pytest.raises(ValueError, match=f"hub.x.v1 names who is no role here: {wie}"):
            declaratie(["a"], bestand)


@pytest.fixture
def dove_server(tmp_path: Path) -> Iterator[int]:
    """Shakes hands in TLS, sends what nobody asked for, and never answers a closing handshake."""
    begin(tmp_path, ["127.0.0.1"], dt.datetime.now(dt.UTC))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / BROKER)
    klaar = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as luister:

        def bedien() -> None:
            verbonden, _ = luister.accept()
            with tls.wrap_socket(verbonden, server_side=True) as stroom:
                stroom.sendall(b"x")
                klaar.wait(60)

        draad = threading.Thread(target=bedien)
        draad.start()
        yield int(luister.getsockname()[1])
        klaar.set()
        draad.join()


def test_a_tls_connection_closes_without_the_other_side(dove_server: int, tmp_path: Path) -> None:
    """Closing waits for a peer's closing handshake no longer than its term; uvloop's own is half a minute."""

    async def sluit() -> None:
        lezer, schrijver = await asyncio.open_connection(
            "127.0.0.1", dove_server, ssl=ssl.create_default_context(cafile=tmp_path / CA)
        )
        assert await lezer.read(1) == b"x"
        async with asyncio.timeout(15):
            schrijver.close()
            try:
                await schrijver.wait_closed()
            except TimeoutError:  # what uvloop calls a connection that it had to cut
                return

    draai(sluit())
