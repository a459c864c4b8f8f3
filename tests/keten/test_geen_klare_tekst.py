"""No clear text: persons with recognisable names, numbers, dates and places go through the whole chain, and no byte of them is found.

Connectors over real HTTP, workers, broker; then every topic (keys, values, headers, dead letters too), every log, metric page and file.
"""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.opstelling import Opstelling, vrije_poorten
from demo.processen import Proces, omgeving
from deploy.sterf_mee import sterf_mee
from hub.stream.faust import STOPTERMIJN
from tests.keten.harnas import Keten
from tests.keten.signalen import TWENTE, ZSM

NAMEN = ("Kanarievogelaar", "Zeldzaamstra", "Pietluttigje")
NUMMERS = ("123456789", "987654320", "SKN7755331")
DATUMS = ("1987-03-19", "19870319", "19-03-1987")
PLAATS = "Kanariestad aan de Maas"
KANARIES = [*NAMEN, *NUMMERS, *DATUMS, PLAATS, "Kanariestad"]


def _verdachte(zaak: str, **persoon: Any) -> dict[str, Any]:
    return {
        "zaaknummer": zaak,
        "persoon": _persoon(**persoon),
        "feiten": {
            "pleegdatum": "2026-03-01",
            "thema": "GEWELD",
            "vervolgingsbeslissing": "VERVOLGEN",
            "vrijgave": {"rol": "OFFICIER_VAN_JUSTITIE", "moment": "2026-03-02T10:00:00Z"},
        },
    }


def _casus(zaak: str, **persoon: Any) -> dict[str, Any]:
    return {
        "zaaknummer": zaak,
        "persoon": _persoon(**persoon),
        "feiten": {
            "fase": "ACTIEF",
            "faseSinds": "2026-02-01T10:00:00Z",
            "thema": "GEWELD",
            "doelen": ["PERSOONSGERICHTE_AANPAK"],
            "adviesBeschikbaar": True,
            "vrijgave": {"rol": "PROCESREGISSEUR", "moment": "2026-03-02T10:00:00Z"},
        },
    }


def _persoon(**anders: Any) -> dict[str, Any]:
    return {
        "burgerservicenummer": NUMMERS[0],
        "naam": {"voornamen": NAMEN[0], "voorvoegsel": "van", "geslachtsnaam": NAMEN[1]},
        "geboorte": {"datum": {"type": "Datum", "datum": DATUMS[0]}, "plaats": PLAATS},
        "geslacht": "M",
        "geheimhoudingPersoonsgegevens": False,
        "gemeenteVanInschrijving": "0153",
    } | anders


def _post(url: str, inhoud: dict[str, Any]) -> tuple[int, str]:
    vraag = urllib.request.Request(url, json.dumps(inhoud).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(vraag, timeout=30) as antwoord:
            return antwoord.status, antwoord.read().decode()
    except urllib.error.HTTPError as fout:
        return fout.code, fout.read().decode()


class Opgezet:
    """The whole installation of the demo, as processes, under one prefix and in one folder."""

    def __init__(self, keten: Keten) -> None:
        self.keten, self.map = keten, keten.map
        self.opstelling = Opstelling.bereid(keten.map, keten.verbinding, vrije_poorten())


@pytest.fixture
def opgezet(keten: Keten) -> Iterator[Opgezet]:
    alles = Opgezet(keten)
    lopend: list[tuple[Proces, subprocess.Popen[bytes]]] = []
    try:
        for proces in alles.opstelling.processen():
            with (alles.map / f"{proces.naam}.log").open("wb") as log:
                opdracht = sterf_mee(proces.opdracht)
                kind = subprocess.Popen(opdracht, env=omgeving(proces.omgeving), stdout=log, stderr=log, cwd=alles.map)
            lopend.append((proces, kind))
        for proces, kind in lopend:
            _wacht(proces, kind, alles.map / f"{proces.naam}.log")
        yield alles
    finally:
        for _, kind in lopend:
            kind.terminate()
        for _, kind in lopend:
            kind.wait(STOPTERMIJN + 15)


def _haal(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as antwoord:
            return antwoord.status, antwoord.read()
    except urllib.error.HTTPError as fout:
        return fout.code, fout.read()
    except OSError:
        return 0, b""


def _wacht(proces: Proces, kind: "subprocess.Popen[bytes]", log: Path) -> None:
    einde = time.monotonic() + 180
    while _haal(proces.gereed)[0] != 200:
        assert kind.poll() is None and time.monotonic() < einde, f"{proces.naam}: {log.read_text()[-2000:]}"
        time.sleep(0.1)


def _vindplaatsen(keten: Keten, map_: Path, paginas: dict[str, bytes], kanaries: list[str]) -> list[str]:
    """Where a canary stands: topic and offset, page or file. Looks at raw bytes, in UTF-8, UTF-16 and upper and lower case."""
    vormen = {vorm for woord in kanaries for vorm in (woord, woord.lower(), woord.upper())}
    naalden = [vorm.encode(c) for vorm in vormen for c in ("utf-8", "utf-16-le")]

    def raak(data: bytes) -> bool:
        return any(naald in data for naald in naalden)

    gevonden = [naam for naam, pagina in paginas.items() if raak(pagina)]
    for topic in keten.topics():
        for record in keten.lees(topic):
            kop = b"".join(naam.encode() + waarde for naam, waarde in record.headers)
            if raak((record.key or b"") + b"|" + (record.value or b"") + b"|" + kop):
                gevonden.append(f"{topic}@{record.partitie}:{record.offset}")
    gevonden += [
        str(pad.relative_to(map_)) for pad in sorted(map_.rglob("*")) if pad.is_file() and raak(pad.read_bytes())
    ]
    return gevonden


def test_no_byte_of_a_person_leaves_the_connector(opgezet: Opgezet) -> None:
    """Accepted and refused persons with canaries everywhere: nothing on any topic, in any log, on any page, in any file."""
    keten, adressen = opgezet.keten, opgezet.opstelling.adressen
    goed = [
        _post(f"{adressen[ZSM]}/v1/verdachten", _verdachte("zaak-1")),
        _post(f"{adressen[TWENTE]}/v1/casussen", _casus("casus-1")),
        _post(f"{adressen[TWENTE]}/v1/casussen", _casus("casus-2", burgerservicenummer=None)),
    ]
    assert [status for status, _ in goed] == [202, 202, 202]
    fout = [
        _post(f"{adressen[ZSM]}/v1/verdachten", _verdachte("zaak-2") | {"skn": NUMMERS[2]}),
        _post(f"{adressen[ZSM]}/v1/verdachten", _verdachte("zaak-3", geslacht=NAMEN[2])),
        _post(f"{adressen[ZSM]}/v1/verdachten", {"persoon": NAMEN[2], "zaaknummer": [PLAATS]}),
        _post(
            f"{adressen[TWENTE]}/v1/casussen",
            _casus("casus-3", burgerservicenummer="999999990", geboorte={"datum": DATUMS[2]}),
        ),
    ]
    assert [status for status, _ in fout] == [400] * 4
    keten.wacht_stil()
    assert len(keten.meldingen()) >= 3, "the chain did its work"
    paginas = {f"antwoord {n}": tekst.encode() for n, (_, tekst) in enumerate(goed + fout)}
    for naam, adres in (adressen | opgezet.opstelling.werkeradressen).items():
        for pad in ("/metrics", "/gezond", "/gereed", "/v1/meldingen", "/v1/openapi.json"):
            paginas[f"{naam}{pad}"] = _haal(adres + pad)[1]
    assert _vindplaatsen(keten, opgezet.map, paginas, KANARIES) == []

    # And the search finds what is planted on purpose, in each kind of place.
    volgende = keten.einden("hub.audit.v1")[0]
    keten.zend_rauw("hub.audit.v1", b"x", f"melding over {NAMEN[1]}".encode())
    (opgezet.map / "geplant.log").write_text(f"fout bij {NUMMERS[0]}")
    geplant = _vindplaatsen(keten, opgezet.map, paginas | {"pagina": DATUMS[1].encode()}, KANARIES)
    assert geplant == ["pagina", f"hub.audit.v1@0:{volgende}", "geplant.log"]
