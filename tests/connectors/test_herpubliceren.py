"""A change of keys at one connector, from the new ring to the last old token: lawful, resumable, and never a step too far."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors import cli, opdracht, pseudoniem
from connectors.dienst import aanlevering, open_opslag
from connectors.herpubliceren import Tempo
from connectors.instellingen import lees_instellingen
from connectors.invoer import Intrekking
from connectors.meters import Meters
from hub.domein.codes import Status
from hub.matching.sleutels import Sleutelring
from tests.connectors.opstelling import VERDACHTE, met, schrijf_instellingen
from tests.connectors.test_bestand import CANARIES, NepKafka, jsonl

TOEN, LATER = "2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> NepKafka:
    nep = NepKafka()
    monkeypatch.setattr(opdracht, "KafkaZender", nep)
    return nep


def voer_uit(map_: Path, *wat: str) -> Result:
    uit = CliRunner().invoke(cli.opdrachten, [*wat, "--config", str(map_ / "connector.toml")])
    assert not any(canary in uit.output for canary in CANARIES)
    return uit


def zaken(aantal: int, **velden: Any) -> list[dict[str, Any]]:
    return [met(VERDACHTE, zaaknummer=f"Z{n:03}", **({"gewijzigdOp": TOEN} | velden)) for n in range(aantal)]


def uitvoer(map_: Path, berichten: list[dict[str, Any]]) -> str:
    pad = map_ / "alles.jsonl"
    pad.write_text(jsonl(*berichten))
    return str(pad)


def begin(map_: Path, berichten: list[dict[str, Any]]) -> None:
    """A connector with these dossiers delivered under one key period, and then a ring of two."""
    schrijf_instellingen(map_, bewaartermijn_dagen=1826)
    assert voer_uit(map_, "import", uitvoer(map_, berichten)).exit_code == 0
    ring, oud = map_ / "ring.json", map_ / "ring.oud"
    ring.rename(oud)
    maak = ["sleutels", "nieuw", "--uit", str(ring), "--tijdvak", "2026b", "--bij", str(oud)]
    assert CliRunner().invoke(cli.opdrachten, maak).exit_code == 0


def tijdvakken(kafka: NepKafka) -> dict[str, tuple[int, tuple[str, ...]]]:
    """What the hub holds: per dossier the highest versie and its key periods."""
    uit: dict[str, tuple[int, tuple[str, ...]]] = {}
    for signaal in kafka.signalen:
        nieuw = signaal.versie, tuple(bos.tijdvak for bos in signaal.sleutels)
        uit[signaal.dossier] = max(uit.get(signaal.dossier, nieuw), nieuw)
    return uit


def test_namen_anders_gelezen(tmp_path: Path, kafka: NepKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where names are read otherwise than before every dossier is delivered once more, one millisecond later and about the same person."""
    alles = zaken(5)
    schrijf_instellingen(tmp_path, bewaartermijn_dagen=1826)
    with monkeypatch.context() as toen:
        toen.setattr(pseudoniem, "LEZING", 0)
        assert voer_uit(tmp_path, "import", uitvoer(tmp_path, alles)).exit_code == 0
    eerst = {signaal.dossier: signaal for signaal in kafka.signalen}
    assert "5 geherpubliceerd" in voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles)).output
    opnieuw = {signaal.dossier: signaal for signaal in kafka.signalen[5:]}
    assert opnieuw.keys() == eerst.keys()
    for dossier, signaal in opnieuw.items():
        assert (signaal.versie, signaal.persoon_sinds) == (eerst[dossier].versie + 1, eerst[dossier].persoon_sinds)
    assert "5 al gedaan" in voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles)).output


def test_hele_wissel(tmp_path: Path, kafka: NepKafka) -> None:
    """Both periods are written, then the old one may go, then its last tokens are replaced; versies go up by one each time."""
    alles = zaken(5)
    begin(tmp_path, alles)
    eerst = tijdvakken(kafka)
    assert {perioden for _, perioden in eerst.values()} == {("2026a",)}
    te_vroeg = voer_uit(tmp_path, "sleutels", "oud-weg", "--ja")
    assert te_vroeg.exit_code == 1
    assert "5 van 5 actieve dossiers staan nog niet onder tijdvak 2026b" in te_vroeg.output
    uit = voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles))
    assert uit.exit_code == 0, uit.output
    assert "5 geherpubliceerd" in uit.output
    assert "5 van 5 actieve dossiers staan onder alle sleutels; nog te doen: 0" in uit.output
    beide = tijdvakken(kafka)
    assert beide == {dossier: (versie + 1, ("2026a", "2026b")) for dossier, (versie, _) in eerst.items()}
    assert voer_uit(tmp_path, "sleutels", "oud-weg", "--ja").exit_code == 0
    assert [t.naam for t in Sleutelring.lees(tmp_path / "ring.json").tijdvakken] == ["2026b"]
    uit = voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles))
    assert "5 geherpubliceerd" in uit.output
    assert tijdvakken(kafka) == {dossier: (versie + 2, ("2026b",)) for dossier, (versie, _) in eerst.items()}
    klaar = voer_uit(tmp_path, "sleutels", "oud-weg", "--ja")
    assert klaar.exit_code == 1
    assert "niets om te laten vallen" in klaar.output


def test_vraagt_eerst(tmp_path: Path, kafka: NepKafka) -> None:
    """Without a yes the old key stays: what other organisations have done only a person knows."""
    begin(tmp_path, zaken(1))
    voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, zaken(1)))
    nee = CliRunner().invoke(
        cli.opdrachten, ["sleutels", "oud-weg", "--config", str(tmp_path / "connector.toml")], input="n\n"
    )
    assert nee.exit_code == 1
    assert len(Sleutelring.lees(tmp_path / "ring.json").tijdvakken) == 2


def test_afgebroken_en_verder(tmp_path: Path, kafka: NepKafka) -> None:
    """A run that Kafka breaks off goes on where it was: nobody twice, nobody left out."""
    alles = zaken(150)
    begin(tmp_path, alles)
    kafka.na = 190
    snel = ["--per-seconde", "10000"]
    uit = voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles), *snel)
    assert uit.exit_code == 75
    gedaan = len(kafka.berichten) - 150
    assert gedaan == 40
    kafka.na, kafka.weg = 10**9, False
    uit = voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles), *snel)
    assert uit.exit_code == 0, uit.output
    assert f"{150 - gedaan} geherpubliceerd, {gedaan} al gedaan" in uit.output
    assert len(kafka.berichten) == 300
    assert {perioden for _, perioden in tijdvakken(kafka).values()} == {("2026a", "2026b")}


def test_wat_niet_mag(tmp_path: Path, kafka: NepKafka) -> None:
    """An old export brings nothing back: not an earlier state, not a withdrawn dossier; what is missing is named in a file."""
    ouder, nieuwer, weg, ontbreekt = zaken(4)
    begin(tmp_path, [ouder, met(nieuwer, gewijzigdOp=LATER), weg, ontbreekt])

    async def trek_in() -> None:
        instellingen = lees_instellingen(tmp_path / "connector.toml")
        opslag = open_opslag(instellingen)
        levering = aanlevering(instellingen, opslag, kafka, Meters())
        await levering.lever(Intrekking(zaaknummer=weg["zaaknummer"]))
        opslag.sluit()

    asyncio.run(trek_in())
    uit = voer_uit(
        *(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, [ouder, nieuwer, met(weg, gewijzigdOp=...)])),
        *("--rest", str(tmp_path / "rest.txt")),
    )
    assert uit.exit_code == 1
    assert "3 aangeboden: 1 geherpubliceerd, 0 al gedaan, 1 ouder dan wat al is aangeleverd, 1 vervallen" in uit.output
    assert "1 van 3 actieve dossiers" in uit.output
    assert stat.S_IMODE((tmp_path / "rest.txt").stat().st_mode) == 0o600
    assert (tmp_path / "rest.txt").read_text().split() == [nieuwer["zaaknummer"], ontbreekt["zaaknummer"]]
    assert kafka.signalen[-1].status is Status.ACTIEF
    assert len(kafka.signalen) == 6
    assert voer_uit(tmp_path, "sleutels", "oud-weg", "--ja").exit_code == 1


def test_zonder_moment_van_de_bron(tmp_path: Path, kafka: NepKafka) -> None:
    """A source that gives no moments: new keys are no change, so that the term of retention stays what it was."""
    alles = zaken(2, gewijzigdOp=...)
    begin(tmp_path, alles)
    eerst = {signaal.dossier: signaal for signaal in kafka.signalen}
    assert voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, alles)).exit_code == 0
    for signaal in kafka.signalen[2:]:
        was = eerst[signaal.dossier]
        assert (signaal.versie, signaal.bewaren_tot) == (was.versie + 1, was.bewaren_tot)
        assert signaal.feiten == was.feiten


def test_zelfde_persoon(tmp_path: Path, kafka: NepKafka) -> None:
    """Other keys and other facts leave the moment since which the person is the same, and so does coming back after a withdrawal; a letter
    of a name does not. In the store is no trace of who it is, and no two cases look alike."""
    een, ander = zaken(2)
    begin(tmp_path, [een, ander])
    voer_uit(tmp_path, "sleutels", "herpubliceer", uitvoer(tmp_path, [een, ander]))
    voer_uit(tmp_path, "import", uitvoer(tmp_path, [met(een, gewijzigdOp=LATER, feiten__spoedeisend=True)]))
    van_een = [s for s in kafka.signalen if s.dossier == kafka.signalen[0].dossier]
    assert len({s.versie for s in van_een}) == 3
    assert {s.persoon_sinds for s in van_een} == {van_een[0].versie}
    anders = met(een, gewijzigdOp=LATER.replace("00Z", "01Z"), persoon__naam__voornamen="Jan")
    voer_uit(tmp_path, "import", uitvoer(tmp_path, [anders]))
    sinds = kafka.signalen[-1].versie
    assert kafka.signalen[-1].persoon_sinds == sinds

    async def trek_in() -> None:
        opslag = open_opslag(lees_instellingen(tmp_path / "connector.toml"))
        levering = aanlevering(lees_instellingen(tmp_path / "connector.toml"), opslag, kafka, Meters())
        intrekking = Intrekking(zaaknummer=een["zaaknummer"])
        await levering.lever(intrekking.model_copy(update={"gewijzigd_op": kafka.signalen[-1].versie + 1}))
        opslag.sluit()

    asyncio.run(trek_in())
    voer_uit(tmp_path, "import", uitvoer(tmp_path, [met(anders, gewijzigdOp=LATER.replace("00Z", "03Z"))]))
    assert [een.persoon_sinds for een in kafka.signalen[-2:]] == [sinds, sinds]
    opslag = open_opslag(lees_instellingen(tmp_path / "connector.toml"))
    afdrukken = {rij for (rij,) in opslag.db.execute("SELECT persoon FROM publicatie")}
    opslag.sluit()
    assert {len(afdruk) for afdruk in afdrukken} == {16} and len(afdrukken) == 2


def test_de_gewone_weg_wisselt_ook(tmp_path: Path, kafka: NepKafka) -> None:
    """A source that delivers its whole file every night changes keys by itself; a later change of its own still wins."""
    (zaak,) = zaken(1)
    begin(tmp_path, [zaak])
    voer_uit(tmp_path, "import", uitvoer(tmp_path, [zaak]))
    eerst, weer = kafka.signalen
    assert (weer.versie, len(weer.sleutels)) == (eerst.versie + 1, 2)
    voer_uit(tmp_path, "import", uitvoer(tmp_path, [met(zaak, gewijzigdOp=TOEN.replace("00Z", "00.001Z"))]))
    assert kafka.signalen[-1].versie == weer.versie + 1


async def test_tempo() -> None:
    """Turns are handed out evenly: a burst is spread, and a pause earns no burst."""
    gewacht: list[float] = []
    nu = 100.0

    async def slaap(seconden: float) -> None:
        gewacht.append(round(seconden, 6))

    tempo = Tempo(10, lambda: nu, slaap)
    for _ in range(3):
        await tempo.wacht()
    nu = 200.0
    for _ in range(2):
        await tempo.wacht()
    assert gewacht == [0, 0.1, 0.2, 0, 0.1]


@pytest.mark.parametrize("wat", ["weg", "verkeerd"])
def test_zonder_goede_sleutel_geen_connector(tmp_path: Path, wat: str) -> None:
    """Without a key file, or with a key that is not the one of its check value, no command starts, and no key is shown."""
    config = schrijf_instellingen(tmp_path)
    ring = tmp_path / "ring.json"
    if wat == "weg":
        ring.unlink()
    else:
        wortel = Sleutelring.lees(ring).nieuwste.wortel.hex()
        ring.write_text(ring.read_text().replace(wortel, "ab" * 32))
    for aanroep in (
        ["serve"],
        ["import", str(config)],
        ["sleutels", "oud-weg", "--ja"],
        ["sleutels", "herpubliceer", str(config)],
    ):
        uit = voer_uit(tmp_path, *aanroep)
        assert uit.exit_code == 78
        assert ("cannot be read" if wat == "weg" else "does not belong to its check value") in uit.output
        assert "abab" not in uit.output
