"""A few complete lives after the day, told step by step: what officers say over HTTP, what time does, and what the other tafel hears.

Fast time without a false clock: the end of ophouden is a term like any other, and lies some seconds ahead.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
from rich.console import Console

from demo.lichaam import tijdstip
from demo.plan import VHH_TWENTE, ZSM
from demo.verkeer import OnverwachtAntwoord, inbox
from hub.domein.codes import (
    Belang,
    Criterium,
    Doel,
    Fase,
    MeldingSoort,
    Reactie,
    Thema,
    Vervolgingsbeslissing,
    Vrijgaverol,
)

OPHOUDEN: Final = 12.0
"""Seconds until the end of ophouden in the life that nobody answers."""
TERMIJN: Final = 180.0
"""Seconds within which each step must show."""
_UUR: Final = 3_600_000
ENSCHEDE: Final = "0153"

Melding = dict[str, Any]

MENSEN: Final[tuple[dict[str, Any], ...]] = tuple(
    {
        "naam": {"voornamen": voornamen, "geslachtsnaam": naam},
        "geboorte": {"datum": datum, "plaats": plaats},
        "geslacht": "M",
        "geheimhoudingPersoonsgegevens": False,
        "gemeenteVanInschrijving": ENSCHEDE,
        "burgerservicenummer": nummer,
    }
    for voornamen, naam, datum, plaats, nummer in (
        ("Quirijn Obbe", "Wapstra-Idzinga", "19810417", "Ootmarsum", "910000017"),
        ("Tymon", "Brouwkamp", "19920823", "Delden", "910000026"),
        ("Ivo Lubbert", "Zwartenkot", "19760109", "Vriezenveen", "910000033"),
        ("Wessel", "Haverslag", "19991130", "Goor", "910000041"),
        ("Jorn Okke", "Ypelaar", "19880606", "Losser", "910000051"),
    )
)
"""Invented, unlike each other and unlike the day's persons; the numbers fail the eleven-test."""


@dataclass
class Leven:
    """One life: what happened, in words, and whether each step came."""

    titel: str
    stappen: list[str] = field(default_factory=list)


@dataclass
class Verteller:
    """Speaks for the officers, and waits for what the tafels hear."""

    sessie: aiohttp.ClientSession
    adressen: Mapping[str, str]
    leven: Leven = field(default_factory=lambda: Leven(""))

    async def vertel(self, console: Console) -> list[Leven]:
        """All lives, one after another. Raises OnverwachtAntwoord and TimeoutError."""
        levens: list[Leven] = []
        for titel, verhaal in (
            ("Niemand antwoordt, het loket daarboven wel; dan volgt sepot", self.onbeantwoord),
            ("De officier geeft vrij", self.vrijgave),
            ("Misschien dezelfde persoon", self.mogelijk),
            ("Aandragen bij de intake van de regio", self.aandragen),
            ("Check op bekendheid", self.bekend),
        ):
            self.leven = Leven(titel)
            await verhaal()
            levens.append(self.leven)
            console.print(f"\n[bold]{titel}[/bold]")
            for nummer, stap in enumerate(self.leven.stappen, 1):
                console.print(f"  {nummer}. {stap}", highlight=False)
        return levens

    async def onbeantwoord(self) -> None:
        """Escalation and recall."""
        tot = _nu() + int(OPHOUDEN * 1000)
        await self.verdachte(0, "LEVEN-A", ophoudenTot=tijdstip(tot))
        await self.casus(0, "LEVEN-TW-A")
        gemeld = await self.hoort(VHH_TWENTE, "LEVEN-TW-A", MeldingSoort.BEKEND)
        self.zeg(
            f"Twente hoort: bel {gemeld['contact']['naam']} (kenmerk {gemeld['kenmerk']}), voor het einde van ophouden"
        )
        escalatie = await self.hoort(VHH_TWENTE, "LEVEN-TW-A", MeldingSoort.ESCALATIE)
        self.zeg(
            f"{OPHOUDEN:.0f} seconden later heeft niemand gereageerd: het loket {escalatie['loket'].lower()} hoort het"
        )
        await self.reageer(VHH_TWENTE, gemeld, Reactie.CONTACT_GELEGD)
        self.zeg("de procesregisseur belt en zegt CONTACT_GELEGD; de termijn om af te sluiten loopt")
        await self.verdachte(0, "LEVEN-A", vervolgingsbeslissing=Vervolgingsbeslissing.SEPOT)
        await self.hoort(VHH_TWENTE, "LEVEN-TW-A", MeldingSoort.INGETROKKEN)
        self.zeg("het OM seponeert: de melding aan Twente is ingetrokken, Twente wist wat het ontving")

    async def vrijgave(self) -> None:
        """Held, told to the source alone, released."""
        await self.verdachte(1, "LEVEN-B", vrijgave=None)
        await self.casus(1, "LEVEN-TW-B")
        status = await self.hoort(ZSM, "LEVEN-B", MeldingSoort.STATUS)
        self.zeg(f"ZSM ziet bij de eigen zaak {status['status']}; Twente hoort niets")
        await self.reageer(ZSM, status, Reactie.VRIJGEVEN, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
        await self.hoort(VHH_TWENTE, "LEVEN-TW-B", MeldingSoort.BEKEND)
        self.zeg("de officier van justitie geeft vrij, en Twente hoort BEKEND")

    async def mogelijk(self) -> None:
        """A possible match that a person confirms."""
        await self.verdachte(2, "LEVEN-C", zonder_bsn=True)
        await self.casus(2, "LEVEN-TW-C", zonder_bsn=True)
        gemeld = await self.hoort(ZSM, "LEVEN-C", MeldingSoort.MOGELIJK_BEKEND)
        self.zeg("zonder BSN hoort alleen ZSM het, als MOGELIJK_BEKEND: ZSM moet het uitzoeken")
        await self.reageer(ZSM, gemeld, Reactie.ZELFDE_PERSOON, rol=Vrijgaverol.PARKETSECRETARIS)
        await self.hoort(VHH_TWENTE, "LEVEN-TW-C", MeldingSoort.BEKEND)
        self.zeg("de parketsecretaris zegt ZELFDE_PERSOON: nu hoort ook Twente BEKEND")

    async def aandragen(self) -> None:
        """A case without a casus is brought to the intake."""
        criteria = [Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN]
        await self.verdachte(3, "LEVEN-D", criteria=criteria, grondslag="wjsg-39f-zsm-aandragen")
        status = await self.hoort(ZSM, "LEVEN-D", MeldingSoort.STATUS)
        self.zeg(f"geen tafel kent deze persoon; ZSM ziet {status['status']} bij {status['contact']['naam']}")
        gemeld = await self.wacht(
            VHH_TWENTE, lambda m: m["soort"] == MeldingSoort.AANDRAGEN and m["koppeling"] == status["koppeling"]
        )
        self.zeg(f"de intake hoort AANDRAGEN zonder persoonsgegeven (kenmerk {gemeld['kenmerk']})")
        await self.reageer(VHH_TWENTE, gemeld, Reactie.AANGENOMEN)
        await self.wacht(ZSM, lambda m: m["zaaknummer"] == "LEVEN-D" and m["status"] == "AANGENOMEN")
        self.zeg("de intake neemt aan, en ZSM ziet AANGENOMEN")

    async def bekend(self) -> None:
        """The one question, about somebody who is known and somebody who is not."""
        for wie, verwacht in ((1, "BEKEND"), (4, "NIET_BEKEND")):
            begin = time.monotonic()
            bericht = {
                "persoon": MENSEN[wie],
                "feiten": _feiten_verdachte(),
                "doel": Doel.VEILIGHEID,
                "actor": "medewerker-17",
            }
            antwoord = await self.post(ZSM, "/v1/bevragingen", bericht, 200)
            if antwoord["uitkomst"] != verwacht:
                raise OnverwachtAntwoord(f"check op bekendheid: {antwoord['uitkomst']} in plaats van {verwacht}")
            bel = (
                f": bel {antwoord['contacten'][0]['naam']}" if antwoord["contacten"] else ", en geen tafel merkt ervan"
            )
            self.zeg(f"alle Veiligheidshuizen in een keer gevraagd: {verwacht}{bel} ({time.monotonic() - begin:.2f} s)")

    # -- what officers do -----------------------------------------------------------------------------------------------

    def zeg(self, zin: str) -> None:
        self.leven.stappen.append(zin)

    async def verdachte(self, wie: int, zaak: str, *, zonder_bsn: bool = False, **feiten: Any) -> None:
        inhoud = {"zaaknummer": zaak, "persoon": _persoon(wie, zonder_bsn), "feiten": _feiten_verdachte(**feiten)}
        await self.post(ZSM, "/v1/verdachten", inhoud, 202)

    async def casus(self, wie: int, zaak: str, *, zonder_bsn: bool = False) -> None:
        feiten = {
            "fase": Fase.ACTIEF,
            "faseSinds": tijdstip(_nu() - 240 * _UUR),
            "thema": Thema.VEELPLEGER,
            "doelen": [Doel.PERSOONSGERICHTE_AANPAK],
            "adviesBeschikbaar": True,
            "escalatieniveau": 0,
            "vrijgave": {"rol": Vrijgaverol.PROCESREGISSEUR, "moment": tijdstip(_nu() - _UUR)},
        }
        await self.post(
            VHH_TWENTE,
            "/v1/casussen",
            {"zaaknummer": zaak, "persoon": _persoon(wie, zonder_bsn), "feiten": feiten},
            202,
        )

    async def reageer(self, tafel: str, melding: Melding, soort: Reactie, **rest: Any) -> None:
        await self.post(tafel, f"/v1/meldingen/{melding['id']}/terugkoppelingen", {"soort": soort, **rest}, 202)

    async def post(self, tafel: str, pad: str, inhoud: Mapping[str, Any], verwacht: int) -> Any:
        async with self.sessie.post(self.adressen[tafel] + pad, json=inhoud) as antwoord:
            if antwoord.status != verwacht:
                raise OnverwachtAntwoord(f"{tafel} {pad}: HTTP {antwoord.status}")
            return await antwoord.json()

    async def hoort(self, tafel: str, zaak: str, soort: MeldingSoort) -> Melding:
        """The melding of this kind about a case."""
        return await self.wacht(tafel, lambda m: m["zaaknummer"] == zaak and m["soort"] == soort)

    async def wacht(self, tafel: str, welke: Callable[[Melding], bool]) -> Melding:
        einde = time.monotonic() + TERMIJN
        while time.monotonic() < einde:
            gevonden = _eerste(await inbox(self.sessie, self.adressen[tafel]), welke)
            if gevonden is not None:
                return gevonden
            await asyncio.sleep(0.2)
        raise TimeoutError(
            f"'{self.leven.titel}': {tafel} hoort na {TERMIJN:.0f} s niet wat volgt na stap {len(self.leven.stappen)}"
        )


def _eerste(meldingen: Iterable[Melding], welke: Callable[[Melding], bool]) -> Melding | None:
    return next((melding for melding in meldingen if welke(melding)), None)


def _nu() -> int:
    return int(time.time() * 1000)


def _persoon(wie: int, zonder_bsn: bool) -> dict[str, Any]:
    return {veld: waarde for veld, waarde in MENSEN[wie].items() if not (zonder_bsn and veld == "burgerservicenummer")}


def _feiten_verdachte(**anders: Any) -> dict[str, Any]:
    """Urgent, weighty, released by the prosecutor, unless said otherwise; None leaves a fact out."""
    feiten: dict[str, Any] = {
        "pleegdatum": tijdstip(_nu())[:10],
        "thema": Thema.VEELPLEGER,
        "vervolgingsbeslissing": Vervolgingsbeslissing.OPEN,
        "gemeenteFeit": ENSCHEDE,
        "spoedeisend": True,
        "zwaarwegendBelang": Belang.VEILIGHEID_PERSOON,
        "vrijgave": {"rol": Vrijgaverol.OFFICIER_VAN_JUSTITIE, "moment": tijdstip(_nu() - _UUR)},
    }
    return {veld: waarde for veld, waarde in (feiten | anders).items() if waarde is not None}
