"""Settings: where they come from, and every fault at once."""

import datetime as dt
import os
import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectors.cli import opdrachten
from connectors.instellingen import InstellingenFout, lees_instellingen
from connectors.pseudoniem import Pseudonimiseerder, SleutelbestandFout, lees_organisatiesleutel
from hub.domein.codes import Soort
from hub.domein.identiteit import OrganisatieId
from hub.geheim import schrijf_geheim
from hub.matching.sleutels import Sleutelring
from hub.stream.certificaten import maak_ca
from hub.stream.verbinding import Verbinding
from tests.connectors.opstelling import schrijf_instellingen

VOORBEELDEN = Path(__file__).parents[2] / "deploy" / "voorbeelden"


def test_bestand(tmp_path: Path) -> None:
    """A file gives everything, with defaults that are safe: loopback, and invented persons only."""
    instellingen = lees_instellingen(schrijf_instellingen(tmp_path))
    assert instellingen.dossiersoort is Soort.VERDACHTE
    assert instellingen.adres == "127.0.0.1"
    assert instellingen.fictief is True
    assert instellingen.kafka == Verbinding()
    assert instellingen.opslag == tmp_path / "opslag.sqlite"
    assert instellingen.bron == "urn:nld:oin:00000099000100000002:systeem:connector-zsm-oost-nederland"


def test_sleutels_eenmaal_gelezen(tmp_path: Path) -> None:
    """However many parts of a connector need its keys, the files are read once and the encoder is warmed once."""
    instellingen = lees_instellingen(schrijf_instellingen(tmp_path))
    eerst = instellingen.pseudonimiseerder
    (tmp_path / "organisatie.sleutel").unlink()
    assert instellingen.pseudonimiseerder is eerst
    assert "sleutel" not in repr(eerst) and eerst.controle() not in repr(instellingen)


def test_voorrang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment overrules the file; parts of the Kafka connection are set one by one."""
    pad = schrijf_instellingen(tmp_path)
    pad.write_text(pad.read_text() + '[kafka]\nbootstrap = "a:1"\ntopic_prefix = "x-"\n')
    monkeypatch.setenv("CONNECTOR_POORT", "2222")
    monkeypatch.setenv("CONNECTOR_KAFKA__BOOTSTRAP", "b:2")
    instellingen = lees_instellingen(pad)
    assert instellingen.poort == 2222
    assert (instellingen.kafka.bootstrap, instellingen.kafka.topic_prefix) == ("b:2", "x-")


def test_alle_fouten_tegelijk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fault is named in one message, each with what to do, and no value of a secret."""
    pad = schrijf_instellingen(
        tmp_path,
        soort="POLITIE",
        tafel="ZSM Oost",
        oin="00000001000100000002",
        bewaartermijn_dagen=4000,
        kleur="rood",
        organisatiesleutel="weg.sleutel",
        opslag="geen/map/x.sqlite",
        grondslag=...,
    )
    (tmp_path / "ring.json").chmod(0o644)
    pad.write_text(pad.read_text() + '[kafka]\nbeveiliging = "SASL_SSL"\nwachtwoord = "Vogelzangerd"\n')
    monkeypatch.setenv("CONNECTOR_FICTEIF", "false")
    with pytest.raises(InstellingenFout) as fout:
        lees_instellingen(pad)
    tekst = str(fout.value)
    for deel in (
        "10 fault(s)",
        "soort: ",
        "tafel: ",
        "oin: with fictief = true",
        "grondslag: Field required",
        "bewaartermijn_dagen: ",
        "kleur: Extra inputs",
        "weg.sleutel: cannot be read",
        "chmod 600",
        "does not exist: make it",
        "kafka.wachtwoord: Extra inputs",
        "CONNECTOR_FICTEIF: no such setting",
    ):
        assert deel in tekst or deel == "10 fault(s)"
    assert tekst.count("\n  - ") == 11
    assert "Vogelzangerd" not in tekst


def test_echt_met_test_oin(tmp_path: Path) -> None:
    """Real persons under a test OIN, or invented ones under a real OIN, is a mistake somewhere."""
    with pytest.raises(InstellingenFout, match="a test OIN cannot be used"):
        lees_instellingen(schrijf_instellingen(tmp_path, fictief=False))
    assert lees_instellingen(schrijf_instellingen(tmp_path, fictief=False, oin="00000004123456789000")).fictief is False


def test_geen_bestand(tmp_path: Path) -> None:
    """A missing or unreadable settings file is one clear line, and the exit code that says that a restart does not help."""
    with pytest.raises(InstellingenFout, match="cannot be read"):
        lees_instellingen(tmp_path / "weg.toml")
    (tmp_path / "stuk.toml").write_text("soort = ")
    uit = CliRunner().invoke(opdrachten, ["serve", "--config", str(tmp_path / "stuk.toml")])
    assert uit.exit_code == 78
    assert "not TOML" in uit.stderr


@pytest.mark.parametrize("rechten", [None, 0o644], ids=["weg", "open"])
def test_een_geheim_dat_niet_bruikbaar_is_houdt_een_herstart_tegen(tmp_path: Path, rechten: int | None) -> None:
    """A connector whose password is gone, or can be read by others, names the file and ends with 78: nothing starts it again."""
    geheim = tmp_path / "wachtwoord"
    if rechten is not None:
        geheim.write_text("x")
        geheim.chmod(rechten)
    maak_ca(tmp_path, dt.datetime.now(dt.UTC))
    config = schrijf_instellingen(tmp_path)
    config.write_text(
        config.read_text() + '[kafka]\nbeveiliging = "SASL_SSL"\ngebruiker = "tafel.x"\n'
        'wachtwoord_bestand = "wachtwoord"\nca_bestand = "ca.pem"\n'
    )
    uit = CliRunner().invoke(opdrachten, ["serve", "--config", str(config)])
    assert uit.exit_code == 78
    assert str(geheim) in uit.stderr


def test_sleutels(tmp_path: Path) -> None:
    """Key files are made for their owner only, are never overwritten, and can be used at once."""
    ring, eigen = tmp_path / "ring.json", tmp_path / "eigen.sleutel"
    aanroepen = (["nieuw", "--uit", str(ring), "--tijdvak", "2026a"], ["organisatie", "--uit", str(eigen)])
    for aanroep in aanroepen:
        assert CliRunner().invoke(opdrachten, ["sleutels", *aanroep]).exit_code == 0
    assert all(stat.S_IMODE(pad.stat().st_mode) == 0o600 for pad in (ring, eigen))
    assert [tijdvak.naam for tijdvak in Sleutelring.lees(ring).tijdvakken] == ["2026a"]
    assert len(lees_organisatiesleutel(eigen)) == 32
    for aanroep in aanroepen:
        uit = CliRunner().invoke(opdrachten, ["sleutels", *aanroep])
        assert uit.exit_code == 1
        assert "bestaat al" in uit.output
    uit = CliRunner().invoke(opdrachten, ["sleutels", "nieuw", "--uit", str(tmp_path / "x"), "--tijdvak", "a b"])
    assert uit.exit_code == 1


@pytest.mark.parametrize(
    ("inhoud", "rechten", "melding"),
    [(b"ab" * 32, 0o640, "chmod 600"), (b"AB" * 32, 0o600, "64 hexadecimal"), (b"\xff" * 64, 0o600, "64 hexadecimal")],
    ids=["rechten", "hoofdletters", "bytes"],
)
def test_slechte_sleutel(tmp_path: Path, inhoud: bytes, rechten: int, melding: str) -> None:
    """A key file that others can read, or that is no key, is refused without showing it."""
    pad = tmp_path / "s"
    pad.write_bytes(inhoud)
    pad.chmod(rechten)
    with pytest.raises(SleutelbestandFout, match=melding) as fout:
        lees_organisatiesleutel(pad)
    assert "abab" not in str(fout.value).lower()


def test_dossiernaam() -> None:
    """A dossier depends on key, organisation and case number, and on nothing else."""
    ring = Sleutelring.nieuw("2026a")
    een = Pseudonimiseerder(OrganisatieId("om-a"), b"1" * 32, ring)
    anders = [
        Pseudonimiseerder(OrganisatieId("om-a"), b"2" * 32, ring),
        Pseudonimiseerder(OrganisatieId("om-b"), b"1" * 32, ring),
    ]
    zelfde = Pseudonimiseerder(OrganisatieId("om-a"), b"1" * 32, Sleutelring.nieuw("2026b"))
    assert een.dossier("1") == zelfde.dossier("1")
    staarten = {p.dossier("1").partition(".")[2] for p in (een, *anders)} | {een.dossier("2").partition(".")[2]}
    assert len(staarten) == 4
    assert een.controle() == zelfde.controle() != anders[0].controle()


@pytest.mark.parametrize("voorbeeld", sorted(VOORBEELDEN.glob("*.toml")), ids=lambda pad: pad.stem)
def test_voorbeelden(voorbeeld: Path, tmp_path: Path) -> None:
    """Each example works as soon as keys, password and certificate are where it says; a password that others can read is refused."""
    waarden = tomllib.loads(voorbeeld.read_text("utf-8"))
    pad = tmp_path / voorbeeld.name
    pad.write_bytes(voorbeeld.read_bytes())
    (tmp_path / "sleutels").mkdir()
    Sleutelring.nieuw("2026a").schrijf(tmp_path / waarden["sleutelbestand"])
    os.close(os.open(tmp_path / waarden["organisatiesleutel"], os.O_CREAT | os.O_WRONLY, 0o600))
    (tmp_path / waarden["organisatiesleutel"]).write_text("ab" * 32)
    (tmp_path / "geheim").mkdir()
    maak_ca(tmp_path / "geheim", dt.datetime.now(dt.UTC))
    schrijf_geheim(tmp_path / waarden["kafka"]["wachtwoord_bestand"], "zeer-geheim")
    instellingen = lees_instellingen(pad)
    assert instellingen.tafel == voorbeeld.stem
    assert instellingen.fictief
    assert instellingen.kafka.aiokafka()["sasl_plain_password"] == "zeer-geheim"
    (tmp_path / waarden["kafka"]["wachtwoord_bestand"]).chmod(0o644)
    with pytest.raises(InstellingenFout, match=r"wachtwoord: others can read .* chmod 600") as fout:
        lees_instellingen(pad)
    assert "zeer-geheim" not in str(fout.value)
