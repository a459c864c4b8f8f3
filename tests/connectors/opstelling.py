"""A connector without Kafka: real settings, keys, store and API; a fake producer and a clock that stands still."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from connectors.api import Api
from connectors.bewijs import Bezorgbewijzen
from connectors.bezorging import Inbox, Record
from connectors.dienst import kern, open_opslag
from connectors.instellingen import Instellingen, lees_instellingen
from connectors.meters import Meters
from connectors.opslag import Opslag
from connectors.pseudoniem import schrijf_organisatiesleutel
from connectors.uitgaand import Uitbak
from connectors.verzonden import Boekzender, Verzonden
from connectors.zender import Bericht, Bezorgd, NietBezorgd
from hub.domein import gebeurtenisvorm, vorm
from hub.domein.codes import MeldingSoort
from hub.domein.gebeurtenis import Bevraging, Terugkoppeling
from hub.domein.identiteit import Dossier, GrondslagId, TafelId, kenmerk, koppeling_id, melding_id
from hub.domein.melding import Contact, Melding
from hub.domein.signaal import Signaal
from hub.matching.sleutels import Sleutelring
from hub.stream.codec import standaard
from hub.stream.record import Plek

NU: Final = 1_780_300_800_000
"""2026-06-01T08:00:00Z."""
ZSM: Final = "zsm-oost-nederland"
VHH: Final = "vhh-twente"
ANDER: Final = Dossier(f"{VHH}.{'a' * 26}")

VERDACHTE: Final[dict[str, Any]] = {
    "zaaknummer": "05-123456-26",
    "persoon": {
        "burgerservicenummer": "999990342",
        "naam": {"voornamen": "Kanariaan Zebedeus", "voorvoegsel": "van der", "geslachtsnaam": "Vogelzangerd"},
        "geboorte": {"datum": {"type": "Datum", "datum": "1983-05-17"}, "plaats": "Zwinderloo"},
        "geslacht": "M",
        "geheimhoudingPersoonsgegevens": False,
        "gemeenteVanInschrijving": "0153",
    },
    "feiten": {
        "pleegdatum": "2026-05-31",
        "thema": "GEWELD",
        "vervolgingsbeslissing": "OPEN",
        "gemeenteFeit": "0150",
        "spoedeisend": True,
        "zwaarwegendBelang": "VEILIGHEID_PERSOON",
        "vrijgave": {"rol": "OFFICIER_VAN_JUSTITIE", "moment": "2026-06-01T09:00:00+02:00"},
        "criteria": ["MEER_KETENS"],
    },
}
CASUS: Final[dict[str, Any]] = {
    "zaaknummer": "TW2026.0001",
    "persoon": VERDACHTE["persoon"],
    "feiten": {
        "fase": "ACTIEF",
        "faseSinds": "2026-01-01T00:00:00Z",
        "thema": "GEWELD",
        "doelen": ["ZORG"],
        "adviesBeschikbaar": True,
        "escalatieniveau": 1,
        "bewarenTot": "2027-06-01T00:00:00Z",
    },
}


def met(bericht: dict[str, Any], **velden: Any) -> dict[str, Any]:
    """A deep copy with other values: `persoon__naam__voornamen="X"`; Ellipsis leaves the field out."""
    uit = copy.deepcopy(bericht)
    for pad, waarde in velden.items():
        *ouders, naam = pad.split("__")
        doel = uit
        for ouder in ouders:
            doel = doel[ouder]
        if waarde is ...:
            doel.pop(naam, None)
        else:
            doel[naam] = waarde
    return uit


@dataclass
class Klok:
    """Stands still until it is set."""

    nu: int = NU

    def __call__(self) -> int:
        return self.nu


@dataclass
class NepZender:
    """Keeps what it is given; or is away."""

    berichten: list[Bericht] = field(default_factory=list)
    weg: bool = False
    nu: int = NU
    """The clock of the broker."""
    bij_sturen: Callable[[Bericht], None] = lambda _: None
    """What the hub does with it."""

    async def stuur(self, bericht: Bericht) -> Bezorgd:
        if self.weg:
            raise NietBezorgd("away")
        self.berichten.append(bericht)
        self.bij_sturen(bericht)
        return Bezorgd(Plek("signaal", 0, len(self.berichten) - 1), self.nu)

    @property
    def signalen(self) -> list[Signaal]:
        """What a hub reads of them, checked as it does."""
        return [vorm.signaal_uit(waarde) for waarde in self._van("signaal")]

    @property
    def terugkoppelingen(self) -> list[Terugkoppeling]:
        return [gebeurtenisvorm.terugkoppeling_uit(waarde) for waarde in self._van("terugkoppeling")]

    @property
    def bevragingen(self) -> list[Bevraging]:
        return [gebeurtenisvorm.bevraging_uit(waarde) for waarde in self._van("bevraging")]

    def _van(self, soort: str) -> list[dict[str, Any]]:
        gelezen = [standaard().decodeer(bericht.waarde) for bericht in self.berichten]
        assert {naam for naam, _ in gelezen} <= {"signaal", "terugkoppeling", "bevraging"}
        return [waarde for naam, waarde in gelezen if naam == soort]


def schrijf_instellingen(map_: Path, soort: str = "ZSM", **anders: Any) -> Path:
    """A TOML file with its keys, made where they are not there yet."""
    tafel, organisatie = (ZSM, "om-oost-nederland") if soort == "ZSM" else (VHH, VHH)
    map_.mkdir(exist_ok=True)
    if not (map_ / "ring.json").exists():
        Sleutelring.nieuw("2026a").schrijf(map_ / "ring.json")
    if not (map_ / "organisatie.sleutel").exists():
        schrijf_organisatiesleutel(map_ / "organisatie.sleutel")
    waarden: dict[str, Any] = {
        "soort": soort,
        "organisatie": organisatie,
        "tafel": tafel,
        "oin": "00000099000100000002",
        "grondslag": "wjsg-39f-zsm-vhh" if soort == "ZSM" else "wgs-vhh",
        "bewaartermijn_dagen": 30,
        "sleutelbestand": "ring.json",
        "organisatiesleutel": "organisatie.sleutel",
        "opslag": "opslag.sqlite",
        "poort": 0,
    } | anders
    pad = map_ / "connector.toml"
    pad.write_text("".join(f"{naam} = {_toml(waarde)}\n" for naam, waarde in waarden.items() if waarde is not ...))
    return pad


def _toml(waarde: Any) -> str:
    return str(waarde).lower() if isinstance(waarde, bool | int) else f'"{waarde}"'


@dataclass
class Connector:
    """One connector in this process."""

    instellingen: Instellingen
    opslag: Opslag
    zender: NepZender
    klok: Klok
    meters: Meters
    inbox: Inbox
    bewijzen: Bezorgbewijzen
    api: Api

    @classmethod
    def maak(cls, map_: Path, soort: str = "ZSM", **anders: Any) -> "Connector":
        return cls.van(schrijf_instellingen(map_, soort, **anders))

    @classmethod
    def van(cls, config: Path) -> "Connector":
        """With settings that were written before."""
        instellingen = lees_instellingen(config)
        klok, zender, meters = Klok(), NepZender(), Meters()
        opslag = open_opslag(instellingen, klok)
        kern_ = kern(instellingen, opslag, zender, meters, lambda: not zender.weg, klok)
        boek = Boekzender(zender, Verzonden(opslag))
        bewijzen = Bezorgbewijzen(bron=instellingen.bron, uitbak=Uitbak(opslag), zender=boek, meters=meters)
        return cls(instellingen, opslag, zender, klok, meters, kern_.inbox, bewijzen, Api(kern_))

    def client(self) -> "TestClient[Request, Application]":
        return TestClient(TestServer(self.api.app()))

    def melding(
        self,
        volgnummer: int = 1,
        soort: MeldingSoort = MeldingSoort.BEKEND,
        zaaknummer: str = VERDACHTE["zaaknummer"],
        betreft: int | None = None,
        ontvanger: str | None = None,
    ) -> Melding:
        """The `volgnummer`-th melding about a case of ours; `betreft` the number of the one that it withdraws or corrects."""
        eigen = self.instellingen.pseudonimiseerder.dossier(zaaknummer)
        koppeling, tafel = koppeling_id(eigen, ANDER), TafelId(ontvanger or self.instellingen.tafel)
        return Melding(
            id=melding_id(koppeling, tafel, volgnummer),
            soort=soort,
            koppeling=koppeling,
            kenmerk=kenmerk(koppeling),
            ontvanger=tafel,
            dossier=eigen,
            tijd=NU,
            grondslag=GrondslagId("wgs-vhh"),
            beleid="0" * 64,
            contact=None
            if soort is MeldingSoort.INGETROKKEN
            else Contact(TafelId(VHH), "Veiligheidshuis Twente", "088-000 00 00", "intake@vhh-twente.example"),
            reageren_voor=NU + 3_600_000,
            betreft=None if betreft is None else melding_id(koppeling, tafel, betreft),
            advies_beschikbaar=True,
        )

    def bezorg(self, *meldingen: Melding | bytes, partitie: int = 0, vanaf: int = 0) -> None:
        """A batch of the melding topic."""
        self.inbox.neem_in(partitie, records(meldingen, vanaf))


def records(meldingen: Sequence[Melding | bytes], vanaf: int = 0) -> list[Record]:
    return [
        Record(plaats, b"sleutel", m if isinstance(m, bytes) else standaard().codeer("melding", vorm.melding_naar(m)))
        for plaats, m in enumerate(meldingen, vanaf)
    ]
