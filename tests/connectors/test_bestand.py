"""Import of files: good rows go, bad ones are named with their line and every fault, and nothing of them is shown."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from connectors import cli, opdracht
from connectors.bestand import KOLOMMEN, BestandFout, regels
from connectors.fouten import Fout
from connectors.invoer import Casus, Verdachte, lees
from connectors.persoon import Kader
from connectors.zender import Bericht, Bezorgd
from hub.matching import bsn
from hub.stream.verbinding import Verbinding
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, NepZender, met, schrijf_instellingen

CANARIES = ("Vogelzangerd", "Kanariaan", "Zwinderloo", "999990342")


class NepKafka(NepZender):
    """Stands where KafkaZender stands."""

    def __init__(self, weg: bool = False, na: int = 10**9) -> None:
        super().__init__(weg=weg, nu=int(time.time() * 1000))
        self.na = na

    def __call__(self, verbinding: Verbinding, tafel: str) -> "NepKafka":
        return self

    async def houd_verbonden(self) -> None:
        await asyncio.Event().wait()

    async def verbonden(self) -> None:
        return

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        await asyncio.sleep(0)
        self.weg = self.weg or len(self.berichten) >= self.na
        return await super().stuur(bericht)


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> NepKafka:
    nep = NepKafka()
    monkeypatch.setattr(opdracht, "KafkaZender", nep)
    return nep


@contextmanager
def importeer(map_: Path, naam: str, inhoud: str | bytes, soort: str = "ZSM") -> Iterator[Result]:
    """The result of the command on a file with these contents."""
    pad = map_ / naam
    pad.write_bytes(inhoud.encode() if isinstance(inhoud, str) else inhoud)
    config = schrijf_instellingen(map_, soort, bewaartermijn_dagen=1826)
    uit = CliRunner().invoke(cli.opdrachten, ["import", str(pad), "--config", str(config)])
    assert not any(canary in uit.output for canary in CANARIES)
    yield uit


def jsonl(*berichten: Any) -> str:
    return "".join(json.dumps(bericht) + "\n" for bericht in berichten)


def test_jsonl(tmp_path: Path, kafka: NepKafka) -> None:
    """Good lines are sent; each bad one is reported with its number and all its faults; the exit code says so."""
    slecht = met(VERDACHTE, zaaknummer="", persoon__geslacht="X", feiten__thema=...)
    inhoud = (
        jsonl(VERDACHTE)
        + "\n"
        + jsonl(slecht, met(VERDACHTE, zaaknummer="2"))
        + "{Vogelzangerd\n"
        + "x" * 200_000
        + "\n"
    )
    with importeer(tmp_path, "dag.jsonl", inhoud + json.dumps(met(VERDACHTE, zaaknummer="3"))) as uit:
        assert uit.exit_code == 1
    assert len(kafka.berichten) == 3
    for regel in (
        "regel 3: /zaaknummer: ",
        "regel 3: /persoon/geslacht: ",
        "regel 3: /feiten/thema: verplicht veld ontbreekt",
        "regel 5: (hele regel): geen geldige JSON",
        "regel 6: (hele regel): de regel is langer dan 64 kB",
        "6 aangeboden, 3 verstuurd (waarvan 0 verouderd), 3 geweigerd",
    ):
        assert regel in uit.output


def test_alles_goed_tweemaal(tmp_path: Path, kafka: NepKafka) -> None:
    """A file of good lines ends with exit code 0; the same file again gives the same records, byte for byte."""
    inhoud = jsonl(*(met(VERDACHTE, zaaknummer=str(n), gewijzigdOp="2026-05-01T00:00:00Z") for n in range(1, 150)))
    for _ in range(2):
        with importeer(tmp_path, "dag.jsonl", "\ufeff" + inhoud) as uit:
            assert uit.exit_code == 0, uit.output
            assert "149 aangeboden, 149 verstuurd (waarvan 0 verouderd), 0 geweigerd" in uit.output
    eerste, tweede = kafka.berichten[:149], kafka.berichten[149:]
    assert sorted((b.sleutel, b.waarde) for b in eerste) == sorted((b.sleutel, b.waarde) for b in tweede)


def test_oud_bestand(tmp_path: Path, kafka: NepKafka) -> None:
    """A stale file is not sent, and reported as verouderd; the file that was delivered last is sent again."""
    nieuw, oud = (jsonl(met(VERDACHTE, gewijzigdOp=f"2026-05-0{dag}T00:00:00Z")) for dag in (2, 1))
    with importeer(tmp_path, "nieuw.jsonl", nieuw):
        pass
    with importeer(tmp_path, "oud.jsonl", oud) as uit:
        assert uit.exit_code == 0 and "1 verstuurd (waarvan 1 verouderd)" in uit.output
    with importeer(tmp_path, "nieuw.jsonl", nieuw) as uit:
        assert "1 verstuurd (waarvan 0 verouderd)" in uit.output
    assert len({bericht.waarde for bericht in kafka.berichten}) == 1 and len(kafka.berichten) == 2


def test_volgorde_per_zaak(tmp_path: Path, kafka: NepKafka) -> None:
    """Lines about one case are sent in the order of the file."""
    inhoud = jsonl(*(met(VERDACHTE, feiten__thema=thema) for thema in ("GEWELD", "OVERIG", "VERMOGEN")))
    with importeer(tmp_path, "dag.jsonl", inhoud) as uit:
        assert uit.exit_code == 0
    assert [signaal.feiten.thema for signaal in kafka.signalen] == ["GEWELD", "OVERIG", "VERMOGEN"]
    versies = [signaal.versie for signaal in kafka.signalen]
    assert versies == sorted(set(versies))


KOP = (
    "zaaknummer;gewijzigdOp;persoon.burgerservicenummer;persoon.naam.voornamen;persoon.naam.voorvoegsel;persoon.naam.geslachtsnaam;"
    "persoon.geboorte.datum;persoon.geboorte.plaats;persoon.geslacht;persoon.geheimhoudingPersoonsgegevens;"
    "persoon.gemeenteVanInschrijving;feiten.thema;feiten.vrijgave.rol;feiten.vrijgave.moment;feiten.pleegdatum;"
    "feiten.vervolgingsbeslissing;feiten.gemeenteFeit;feiten.spoedeisend;feiten.zwaarwegendBelang;feiten.criteria"
)
RIJ = (
    '05-123456-26;;999990342;Kanariaan Zebedeus;van der;"Vogelzangerd";19830517;Zwinderloo;M;false;0153;GEWELD;'
    "OFFICIER_VAN_JUSTITIE;2026-06-01T09:00:00+02:00;2026-05-31;OPEN;0150;true;VEILIGHEID_PERSOON;MEER_KETENS"
)


def test_csv_is_hetzelfde(tmp_path: Path) -> None:
    """A row of a CSV is the same message as its JSON, whichever separator is used."""
    kader = Kader(NU, bsn.fout_fictief)
    verwacht = lees(Verdachte, json.dumps(met(VERDACHTE, persoon__geboorte__datum="19830517")), kader)
    for scheiding in ";,":
        pad = tmp_path / "dag.csv"
        pad.write_text("\ufeff" + KOP.replace(";", scheiding) + "\r\n" + RIJ.replace(";", scheiding) + "\r\n", "utf-8")
        (regel,) = regels(pad, Verdachte, lambda _: None)
        assert regel.nummer == 2
        assert isinstance(regel.inhoud, bytes)
        assert lees(Verdachte, regel.inhoud, kader) == verwacht


def test_csv_casus(tmp_path: Path, kafka: NepKafka) -> None:
    """Lists, numbers and yes or no of a casus come through."""
    vlak = {
        "zaaknummer": "1",
        "persoon.naam.geslachtsnaam": "Vogelzangerd",
        "persoon.geboorte.datum": "19830500",
        "persoon.geboorte.plaats": "Zwinderloo",
        "persoon.burgerservicenummer": "999990342",
        "persoon.geslacht": "V",
        "persoon.geheimhoudingPersoonsgegevens": "TRUE",
        "feiten.fase": "NAZORG",
        "feiten.thema": "JEUGD",
        "feiten.doelen": "ZORG|JEUGDHULP",
        "feiten.adviesBeschikbaar": "true",
        "feiten.escalatieniveau": "3",
    }
    assert set(vlak) <= KOLOMMEN[Casus]
    with importeer(tmp_path, "c.csv", ",".join(vlak) + "\n" + ",".join(vlak.values()), "VEILIGHEIDSHUIS") as uit:
        assert uit.exit_code == 0, uit.output
    feiten = kafka.signalen[0].feiten
    assert (feiten.doelen, feiten.escalatieniveau, feiten.geheimhouding) == (("ZORG", "JEUGDHULP"), 3, True)


def test_csv_andere_namen(tmp_path: Path, kafka: NepKafka) -> None:
    """A dossier of a CSV is found by the other name that it gives; a cell in another form is named by line and column."""
    kop = KOP.replace("persoon.naam.geslachtsnaam", "persoon.naam.geslachtsnaam;persoon.andereNamen")

    def rij(naam: str, cel: str) -> str:
        return RIJ.replace(';"Vogelzangerd"', f";{naam};{cel}").replace("999990342", "").replace("19830517", "00000000")

    for rijen in ([rij("Vogelzangerd", "")], [rij("Vogelzangerd", "/Kwartelaar")], [rij("Kwartelaar", "")]):
        with importeer(tmp_path, "dag.csv", "\n".join([kop, *rijen])) as uit:
            assert uit.exit_code == 0, uit.output
    zonder, wel, gezocht = ({s.token for bos in signaal.sleutels for s in bos.sleutels} for signaal in kafka.signalen)
    assert wel & gezocht
    assert not zonder & gezocht
    fout = [rij("Vogelzangerd", "Kwartelaar"), rij("Vogelzangerd", "12/Kwartelaar"), rij("Vogelzangerd", "a/b|" * 6)]
    with importeer(tmp_path, "dag.csv", "\n".join([kop, *fout])) as uit:
        assert "3 geweigerd" in uit.output
    for regel in (
        "regel 2: /persoon/andereNamen: geef elke naam als voornamen/geslachtsnaam",
        "regel 3: /persoon/andereNamen/0/voornamen: bevat geen letters",
        "regel 4: /persoon/andereNamen: ",
    ):
        assert regel in uit.output
    assert "Kwartelaar" not in uit.output


def test_csv_fouten(tmp_path: Path, kafka: NepKafka) -> None:
    """Bad rows are named by line and column with every fault, and do not stop the good ones."""
    rijen = [
        RIJ,
        RIJ.replace(";M;false;", ";man;nee;").replace("19830517", "Vogelzangerd"),
        RIJ + ";te veel",
        "",
        RIJ.replace("05-123456-26", "2"),
    ]
    kapot = RIJ.replace("05-123456-26", "3").encode().replace(b"Kanariaan", b"Kanari\xe4an")
    with importeer(tmp_path, "dag.csv", "\n".join([KOP, *rijen]).encode() + b"\n" + kapot) as uit:
        assert uit.exit_code == 1
    assert len(kafka.berichten) == 2
    for regel in (
        "regel 3: /persoon/geslacht: staat niet in de lijst: M, V, O",
        "regel 3: /persoon/geheimhoudingPersoonsgegevens: moet true of false zijn",
        "regel 3: /persoon/geboorte/datum: ",
        "regel 4: (hele regel): de rij heeft 21 cellen, de kop 20",
        "regel 7: /persoon/naam/voornamen: is geen UTF-8",
        "5 aangeboden, 2 verstuurd (waarvan 0 verouderd), 3 geweigerd",
    ):
        assert regel in uit.output


@pytest.mark.parametrize(
    ("naam", "inhoud", "melding"),
    [
        ("x.csv", RIJ + "\n", "de kop heeft onbekende kolommen: nummer 1, 2,"),
        ("x.csv", KOP + ";skn\n", "nummer 21"),
        ("x.csv", KOP + ";zaaknummer\n", "tweemaal"),
        ("x.csv", "", "kop"),
        ("x.csv", KOP + '\n"' + RIJ, "aanhalingstekens"),
        ("x.csv", KOP + "\n" + "x" * 70_000, "langer dan 64 kB"),
        ("x.xlsx", "PK", "*.jsonl of *.csv"),
    ],
)
def test_onleesbaar_bestand(tmp_path: Path, kafka: NepKafka, naam: str, inhoud: str, melding: str) -> None:
    """A file that is not what it should be stops with one line that says what to mend, and no content."""
    with importeer(tmp_path, naam, inhoud) as uit:
        assert uit.exit_code == 1
    assert melding in uit.output


def test_kafka_weg(tmp_path: Path, kafka: NepKafka) -> None:
    """When Kafka goes away half-way the import stops with its own exit code, and can be run again."""
    kafka.na = 40
    inhoud = jsonl(*(met(VERDACHTE, zaaknummer=str(n)) for n in range(1, 150)))
    with importeer(tmp_path, "dag.jsonl", inhoud) as uit:
        assert uit.exit_code == 75
        assert "Probeer het later" in uit.output
    kafka.na, kafka.weg = 10**9, False
    with importeer(tmp_path, "dag.jsonl", inhoud) as uit:
        assert uit.exit_code == 0


def test_klok_loopt_voor(tmp_path: Path, kafka: NepKafka) -> None:
    """When this machine's clock runs days ahead of the broker the import says what to mend, and can be run again."""
    kafka.nu -= 5 * 86_400_000
    with importeer(tmp_path, "dag.jsonl", jsonl(met(VERDACHTE, gewijzigdOp=...))) as uit:
        assert uit.exit_code == 75
        assert "Herstel de klok" in uit.output
    kafka.nu += 5 * 86_400_000
    with importeer(tmp_path, "dag.jsonl", jsonl(met(VERDACHTE, gewijzigdOp=...))) as uit:
        assert uit.exit_code == 0 and "1 verstuurd (waarvan 0 verouderd)" in uit.output


def test_geen_map(tmp_path: Path) -> None:
    """A file that disappears is told as such."""
    with pytest.raises(BestandFout, match="kan niet worden gelezen"):
        list(regels(tmp_path / "weg.jsonl", Verdachte, lambda _: None))


def test_voortgang(tmp_path: Path) -> None:
    """The reader tells how far it is, up to the size of the file."""
    pad = tmp_path / "x.jsonl"
    pad.write_text(jsonl(VERDACHTE, CASUS))
    gelezen: list[int] = []
    gevonden = list(regels(pad, Verdachte, gelezen.append))
    assert gelezen[-1] == pad.stat().st_size
    assert not any(isinstance(regel.inhoud, Fout) for regel in gevonden)
