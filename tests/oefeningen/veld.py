"""An installation with everything real: a broker of its own, workers, a connector per tafel, and the commands of the drills."""

import json
import os
import re
import shlex
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from demo.opstelling import CONNECTOREN, Opstelling, kafka_omgeving, vrije_poorten
from deploy.kafka.broker import Broker
from deploy.kafka.vorm import gekozen_vorm
from deploy.sterf_mee import sterf_mee
from hub.domein.identiteit import TafelId
from tests.keten.harnas import BIN, Keten
from tests.keten.signalen import TAFELS, ZSM, persoon_van

DRAAIBOEK: Final = (Path(__file__).parents[2] / "docs" / "oefeningen.md").read_text("utf-8")
UUR: Final = 3_600
NU: Final = time.time()
"""What the sources hold for now, s: an export made later says the same."""


def tijdstip(s: float) -> str:
    return datetime.fromtimestamp(s, UTC).isoformat(timespec="milliseconds")


def zaak(tafel: TafelId, nummer: int, gewijzigd: float = NU - UUR) -> dict[str, Any]:
    """The `nummer`-th invented person in a case of a tafel that may be told of; `gewijzigd` is the source's moment of change, s."""
    wie, nu = persoon_van(nummer), NU
    verdachte = {
        "pleegdatum": tijdstip(nu - 48 * UUR)[:10],
        "thema": "GEWELD",
        "vervolgingsbeslissing": "VERVOLGEN",
        "spoedeisend": True,
        "zwaarwegendBelang": "VEILIGHEID_PERSOON",
        "vrijgave": {"rol": "OFFICIER_VAN_JUSTITIE", "moment": tijdstip(nu - UUR)},
    }
    casus = {
        "fase": "ACTIEF",
        "faseSinds": tijdstip(nu - 48 * UUR),
        "thema": "GEWELD",
        "doelen": ["PERSOONSGERICHTE_AANPAK"],
        "adviesBeschikbaar": True,
        "vrijgave": {"rol": "PROCESREGISSEUR", "moment": tijdstip(nu - UUR)},
    }
    return {
        "zaaknummer": f"Z{nummer}",
        "gewijzigdOp": tijdstip(gewijzigd),
        "persoon": {
            "burgerservicenummer": wie.bsn,
            "naam": {"voornamen": wie.voornamen, "geslachtsnaam": wie.geslachtsnaam},
            "geboorte": {"datum": wie.geboortedatum, "plaats": wie.geboorteplaats},
            "geslacht": wie.geslacht,
            "geheimhoudingPersoonsgegevens": False,
            "gemeenteVanInschrijving": "0153",
        },
        "feiten": verdachte if tafel == ZSM else casus,
    }


class Oefenveld(Keten):
    """See above. Ends all that it started."""

    def __init__(self, map_: Path) -> None:
        self.broker = Broker(map_ / "kafka", vorm=gekozen_vorm())
        self.broker.start()
        super().__init__(self.broker.beheer, "", map_)
        self.maak_topics()
        self.opstelling = Opstelling.bereid(map_, self.verbinding, vrije_poorten())
        for een in CONNECTOREN:  # every organisation has a copy of the keys
            shutil.copy(map_ / "sleutelring.json", self.ring(een.tafel))
            pad = self.opstelling.instelbestand(een)
            pad.write_text(pad.read_text().replace("sleutelring.json", self.ring(een.tafel).name))
        self._draaiend: dict[str, subprocess.Popen[bytes]] = {}

    def ring(self, tafel: str) -> Path:
        """The key file of an organisation."""
        return self.map / f"{tafel}.ring.json"

    # -- commands -----------------------------------------------------------------------------------------------------

    def opdracht(self, regel: str, plekken: Mapping[str, object] | None = None) -> str:
        """Give a command of the handbook, with some of its words replaced. Its output; it must succeed."""
        assert f"$ {regel}\n" in DRAAIBOEK, "the handbook has another command"
        woorden = [str((plekken or {}).get(woord, woord)) for woord in shlex.split(regel)]
        gedaan = subprocess.run(
            sterf_mee([str(BIN / woorden[0]), *woorden[1:]]),
            cwd=self.map,
            env=self._omgeving,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert gedaan.returncode == 0, f"{regel}: {gedaan.returncode}\n{gedaan.stdout}{gedaan.stderr}"
        return gedaan.stdout

    @property
    def _omgeving(self) -> dict[str, str]:
        schoon = {naam: waarde for naam, waarde in os.environ.items() if not naam.startswith(("HUB_", "CONNECTOR_"))}
        return schoon | kafka_omgeving(self.verbinding) | {"HUB_TAFELS": ",".join(TAFELS)}

    def bij_elk(self, regel: str, plekken: Mapping[str, Mapping[str, object]] | None = None) -> list[str]:
        """The same command at every organisation; `plekken`: per word of the command what it is for each tafel."""
        return [
            self.opdracht(
                regel,
                {"BESTAND.toml": self.opstelling.instelbestand(een)}
                | {woord: per_tafel[een.tafel] for woord, per_tafel in (plekken or {}).items()},
            )
            for een in CONNECTOREN
        ]

    # -- connectors ---------------------------------------------------------------------------------------------------

    def bedien(self, *tafels: str) -> None:
        """`connector serve`, of these tafels or all, until each is ready."""
        assert "$ connector serve --config BESTAND.toml\n" in DRAAIBOEK
        for een in CONNECTOREN:
            if tafels and een.tafel not in tafels:
                continue
            opdracht = [str(BIN / "connector"), "serve", "--config", str(self.opstelling.instelbestand(een))]
            with (self.map / f"{een.tafel}.log").open("ab") as log:
                self._draaiend[een.tafel] = subprocess.Popen(
                    sterf_mee(opdracht), env=self._omgeving, stdout=log, stderr=log
                )
        einde = time.monotonic() + 120
        for tafel in tafels or tuple(een.tafel for een in CONNECTOREN):
            while not self._gereed(tafel):
                assert time.monotonic() < einde and self._draaiend[tafel].poll() is None, f"{tafel} is not ready"
                time.sleep(0.2)

    def _gereed(self, tafel: str) -> bool:
        try:
            return bool(self._open(tafel, "/gereed"))
        except OSError:
            return False

    def eindig(self, *tafels: str) -> None:
        """SIGTERM to connectors, these or all."""
        for tafel in tafels or tuple(self._draaiend):
            proces = self._draaiend.pop(tafel)
            proces.terminate()
            assert proces.wait(40) == 0

    def _open(self, tafel: str, pad: str, inhoud: dict[str, Any] | None = None) -> bytes:
        vraag = urllib.request.Request(
            self.opstelling.adressen[tafel] + pad,
            data=None if inhoud is None else json.dumps(inhoud).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(vraag, timeout=30) as antwoord:
            return bytes(antwoord.read())

    def lever(self, tafel: TafelId, nummer: int, gewijzigd: float = NU - UUR) -> None:
        """A tafel's own system says its case; 202 or an exception."""
        self._open(tafel, "/v1/verdachten" if tafel == ZSM else "/v1/casussen", zaak(tafel, nummer, gewijzigd))

    def trek_in(self, tafel: TafelId, nummer: int) -> None:
        self._open(tafel, "/v1/intrekkingen", {"zaaknummer": f"Z{nummer}"})

    def reageer(self, tafel: TafelId, melding: str, soort: str) -> None:
        self._open(tafel, f"/v1/meldingen/{melding}/terugkoppelingen", {"soort": soort})

    def inbox(self, tafel: str, sinds: int = 0) -> list[dict[str, Any]]:
        """What the tafel's own system gets after a volgnummer."""
        uit: list[dict[str, Any]] = []
        while True:
            deel = json.loads(self._open(tafel, f"/v1/meldingen?sinds={sinds}"))["meldingen"]
            if not deel:
                return uit
            uit += deel
            sinds = deel[-1]["volgnummer"]

    def uitvoer(self, tafel: TafelId, nummers: range) -> Path:
        """A full export of the organisation's own system."""
        pad = self.map / f"{tafel}.jsonl"
        pad.write_text("".join(json.dumps(zaak(tafel, nummer)) + "\n" for nummer in nummers), "utf-8")
        return pad

    # -- rest ---------------------------------------------------------------------------------------------------------

    def wacht_rustig(self) -> None:
        """Until the hub and every connector that runs have done all there is, receipts too."""
        einde = time.monotonic() + 180
        while True:
            self.wacht_stil()
            einden = self._standen()
            time.sleep(1)
            if self._standen() == einden and not any(map(self._achter, self._draaiend)):
                self.wacht_stil()
                return
            assert time.monotonic() < einde, "something goes on"

    def _standen(self) -> list[dict[int, int]]:
        return [self.einden(topic) for tafel in TAFELS for topic in (f"signaal.{tafel}.v1", f"melding.{tafel}.v1")]

    def haal(self, tafel: str, pad: str) -> str:
        return self._open(tafel, pad).decode()

    def _achter(self, tafel: str) -> bool:
        meters = self.haal(tafel, "/metrics")
        (wacht,) = re.findall(r"^connector_bezorgbewijzen_wachtend (\S+)$", meters, re.MULTILINE)
        return float(wacht) > 0

    def sluit(self) -> None:
        for proces in self._draaiend.values():
            proces.kill()
            proces.wait(10)
        super().sluit()


@contextmanager
def oefenveld(map_: Path) -> Iterator[Oefenveld]:
    """A field with two workers and every connector."""
    veld = Oefenveld(map_)
    try:
        veld.start("worker-1", "worker-2")
        veld.bedien()
        yield veld
    finally:
        veld.sluit()
        veld.broker.stop()
        shutil.rmtree(veld.broker.map / "data", ignore_errors=True)
