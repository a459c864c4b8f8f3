"""A dossier that continues another: named by its source, remembered here, and at the hub one life with one history."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from connectors.bestand import regels
from connectors.instellingen import InstellingenFout, lees_instellingen
from connectors.invoer import Casus, lees
from connectors.persoon import Kader
from connectors.pseudoniem import schrijf_organisatiesleutel
from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Status, Vrijgaverol
from hub.domein.identiteit import Dossier
from hub.domein.melding import Melding
from hub.domein.signaal import Signaal
from hub.matching import bsn
from hub.processors.samenspel import Samenspel
from tests.connectors.opstelling import CASUS, NU, VERDACHTE, VHH, ZSM, Connector, met, schrijf_instellingen
from tests.processors.test_een_jaar import hub, reactie

OUD, NIEUW, NIEUWST = "TW2026.0001", "TW2026.0777", "TW2027.0001"
VRIJ = met(CASUS, feiten__vrijgave={"rol": "PROCESREGISSEUR", "moment": "2026-06-01T07:00:00Z"})


def voortgezet(zaaknummer: str, van: str, **anders: Any) -> dict[str, Any]:
    return met(VRIJ, zaaknummer=zaaknummer, voorganger={"zaaknummer": van, **anders})


async def lever(connector: Connector, bericht: dict[str, Any], pad: str = "/v1/casussen") -> dict[str, str]:
    """The faults by their pointers; none: it was delivered."""
    connector.klok.nu += 1
    async with connector.client() as client:
        antwoord = await client.post(pad, json=bericht)
        gelezen = await antwoord.json(content_type=None)
    assert antwoord.status in (202, 400, 422), gelezen
    return {fout["pointer"]: fout["detail"] for fout in gelezen.get("errors", ())}


def dossier(connector: Connector, zaaknummer: str) -> Dossier:
    return connector.instellingen.pseudonimiseerder.dossier(zaaknummer)


async def test_een_voorganger_blijft(vhh: Connector) -> None:
    """Named once, in the own case number; it goes with every later signaal and with the withdrawal, as a pseudonym."""
    assert await lever(vhh, VRIJ) == {}
    assert await lever(vhh, voortgezet(NIEUW, OUD)) == {}
    assert await lever(vhh, met(VRIJ, zaaknummer=NIEUW)) == {}
    assert await lever(vhh, {"zaaknummer": NIEUW}, "/v1/intrekkingen") == {}
    oud = dossier(vhh, OUD)
    assert [een.voorganger for een in vhh.zender.signalen] == [None, oud, oud, oud]
    assert vhh.zender.signalen[-1].status is Status.VERVALLEN
    assert not any(OUD.encode() in bericht.waarde for bericht in vhh.zender.berichten)


async def test_wie_verder_voortzet_noemt_de_eerste(vhh: Connector) -> None:
    """The hub keeps a life under its first name: whoever names the second is told for, and nobody can precede itself."""
    for bericht in (VRIJ, voortgezet(NIEUW, OUD), voortgezet(NIEUWST, NIEUW)):
        assert await lever(vhh, bericht) == {}
    assert [een.voorganger for een in vhh.zender.signalen[1:]] == [dossier(vhh, OUD)] * 2
    for van, wie in ((OUD, OUD), (NIEUW, OUD), (NIEUWST, OUD)):
        assert await lever(vhh, voortgezet(wie, van)) == {
            "/voorganger/zaaknummer": "een dossier kan niet aan zichzelf voorafgaan"
        }
    assert len(vhh.zender.berichten) == 3


async def test_de_stand_van_het_dossier_gaat_mee(vhh: Connector) -> None:
    """Who asks after the new number sees what was said of the old one, until the hub says something newer."""
    for bericht in (VRIJ, voortgezet(NIEUW, OUD)):
        assert await lever(vhh, bericht) == {}

    def status(nummer: int, wat: Dossierstatus, van: str) -> Melding:
        een = replace(vhh.melding(nummer, MeldingSoort.STATUS, OUD), status=wat, contact=None)
        return replace(een, dossier=dossier(vhh, van))

    async def stand(zaaknummer: str) -> list[str]:
        async with vhh.client() as client:
            gelezen = await (await client.get(f"/v1/dossiers/{zaaknummer}")).json()
        return [m["status"] for m in gelezen["meldingen"] if m["stand"] == "STAAT"]

    vhh.bezorg(status(1, Dossierstatus.WACHT_OP_VRIJGAVE, OUD))
    vhh.inbox.bij()
    assert await stand(NIEUW) == await stand(OUD) == ["WACHT_OP_VRIJGAVE"]
    vhh.bezorg(status(2, Dossierstatus.ZWEVEND, NIEUW), vanaf=1)
    assert await stand(NIEUW) == await stand(OUD) == ["ZWEVEND"]


@pytest.mark.parametrize(
    ("voorganger", "pointer"),
    [
        ({"zaaknummer": OUD, "organisatie": "vhh-onbekend"}, "/voorganger/organisatie"),
        ({"zaaknummer": OUD, "organisatie": "Vhh Onbekend"}, "/voorganger/organisatie"),
        ({"organisatie": VHH}, "/voorganger/zaaknummer"),
        ({"zaaknummer": "a\nb"}, "/voorganger/zaaknummer"),
        ({"zaaknummer": OUD, "tafel": VHH}, "/voorganger/tafel"),
        (OUD, "/voorganger"),
    ],
)
async def test_een_voorganger_die_niet_kan(vhh: Connector, voorganger: Any, pointer: str) -> None:
    """Refused at the door, at its place; nothing is sent and the case is not remembered."""
    assert set(await lever(vhh, met(VRIJ, zaaknummer=NIEUW, voorganger=voorganger))) == {pointer}
    assert not vhh.zender.berichten and vhh.opslag.zaak(NIEUW) is None


async def test_een_overgenomen_organisatie(tmp_path: Path) -> None:
    """After a merger: the old organisation's key gives the name that its own connector gave, and only that."""
    schrijf_organisatiesleutel(tmp_path / "oud.sleutel")
    config = schrijf_instellingen(tmp_path / "nieuw", "VEILIGHEIDSHUIS")
    config.write_text(config.read_text() + f'[overgenomen]\nvhh-oud = "{tmp_path / "oud.sleutel"}"\n')
    nieuw = Connector.van(config)
    oud_map = tmp_path / "oud"
    oud_map.mkdir()
    shutil.copy(tmp_path / "oud.sleutel", oud_map / "organisatie.sleutel")
    oud = Connector.maak(oud_map, "VEILIGHEIDSHUIS", organisatie="vhh-oud", tafel="vhh-oud")
    assert await lever(nieuw, voortgezet(NIEUW, OUD, organisatie="vhh-oud")) == {}
    assert nieuw.zender.signalen[0].voorganger == dossier(oud, OUD) != dossier(nieuw, OUD)
    for een in (nieuw, oud):
        een.opslag.sluit()


@pytest.mark.parametrize("fout", ["zelf", "geen bestand"])
def test_overgenomen_klopt_niet(tmp_path: Path, fout: str) -> None:
    """A key that is not there, or the organisation itself, is named when the settings are read."""
    config = schrijf_instellingen(tmp_path, "VEILIGHEIDSHUIS")
    wie, sleutel = (VHH, "organisatie.sleutel") if fout == "zelf" else ("vhh-oud", "weg.sleutel")
    config.write_text(config.read_text() + f'[overgenomen]\n{wie} = "{sleutel}"\n')
    with pytest.raises(InstellingenFout, match="overgenomen"):
        lees_instellingen(config)


def test_csv(tmp_path: Path) -> None:
    """Two columns of a file say the same as the JSON."""
    pad = tmp_path / "dag.csv"
    pad.write_text(
        "zaaknummer;voorganger.zaaknummer;voorganger.organisatie;persoon.naam.geslachtsnaam;persoon.geboorte.datum;"
        "persoon.geslacht;persoon.geheimhoudingPersoonsgegevens;feiten.fase;feiten.thema;feiten.doelen\n"
        f"{NIEUW};{OUD};vhh-oud;Vogelzangerd;19830517;M;false;ACTIEF;GEWELD;ZORG\n"
    )
    (regel,) = regels(pad, Casus, lambda _: None)
    assert isinstance(regel.inhoud, bytes)
    casus = lees(Casus, regel.inhoud, Kader(NU, bsn.fout_fictief))
    assert casus.voorganger is not None
    assert (casus.voorganger.zaaknummer, casus.voorganger.organisatie) == (OUD, "vhh-oud")


@dataclass
class Keten:
    """A connector of each kind, and the pure rooms behind them."""

    zsm: Connector
    vhh: Connector
    samen: Samenspel = field(default_factory=hub)
    staand: dict[Any, Melding] = field(default_factory=dict)

    async def lever(self, bericht: dict[str, Any], pad: str) -> list[Melding]:
        """Deliver a message; the meldingen that it gave."""
        connector = self.zsm if pad == "/v1/verdachten" else self.vhh
        assert await lever(connector, bericht, pad) == {}
        return self._neem(connector.zender.signalen[-1], connector.klok.nu)

    def _neem(self, signaal: Signaal, tijd: int) -> list[Melding]:
        stappen = [g.melding for _, gevolg in self.samen.signaal(signaal, tijd) for g in gevolg.gezonden]
        return self.onthoud(stappen)

    def onthoud(self, meldingen: list[Melding]) -> list[Melding]:
        for melding in meldingen:
            self.staand.pop(melding.betreft, None)
            if melding.soort is not MeldingSoort.INGETROKKEN:
                self.staand[melding.id] = melding
        return meldingen


@pytest.fixture
def keten(tmp_path: Path) -> Iterator[Keten]:
    """Both connectors write under the same keys."""
    zsm = Connector.maak(tmp_path / "zsm")
    (tmp_path / "vhh").mkdir()
    shutil.copy(tmp_path / "zsm" / "ring.json", tmp_path / "vhh" / "ring.json")
    vhh = Connector.maak(tmp_path / "vhh", "VEILIGHEIDSHUIS")
    yield Keten(zsm, vhh)
    for een in (zsm, vhh):
        een.opslag.sluit()


def kort(meldingen: list[Melding]) -> list[tuple[str, str]]:
    return sorted((melding.ontvanger, str(melding.soort)) for melding in meldingen)


async def test_de_geschiedenis_gaat_mee(keten: Keten) -> None:
    """A case that goes on under a new number: no second BEKEND, its own melding names the new number, and one withdrawal recalls all."""
    await keten.lever(met(VERDACHTE, feiten__criteria=...), "/v1/verdachten")
    eerst = await keten.lever(VRIJ, "/v1/casussen")
    assert kort(eerst) == [(VHH, "BEKEND"), (ZSM, "BEKEND")]
    na = await keten.lever(voortgezet(NIEUW, OUD), "/v1/casussen")
    assert kort(na) == [(VHH, "CORRECTIE")], "the receiver's dossier has changed, and nothing for the other side"
    assert na[0].dossier == dossier(keten.vhh, NIEUW) and na[0].koppeling == eerst[0].koppeling
    assert await keten.lever({"zaaknummer": OUD}, "/v1/intrekkingen") == [], "the old number says nothing any more"
    weg = await keten.lever({"zaaknummer": NIEUW}, "/v1/intrekkingen")
    assert kort(weg) == [(VHH, "INGETROKKEN"), (ZSM, "INGETROKKEN")] and not keten.staand


async def test_een_ander_persoon_blijft_een_ander(keten: Keten) -> None:
    """What a person found out of a possible match is remembered when the case goes on under a new number, twice even."""
    zonder = met(VRIJ, persoon__burgerservicenummer=...)
    await keten.lever(met(VERDACHTE, feiten__criteria=...), "/v1/verdachten")
    (mogelijk,) = await keten.lever(zonder, "/v1/casussen")
    assert mogelijk.soort is MeldingSoort.MOGELIJK_BEKEND
    rol = Vrijgaverol.OFFICIER_VAN_JUSTITIE
    na = reactie(keten.samen, mogelijk, Reactie.ANDERE_PERSOON, keten.zsm.klok.nu + 5, rol=rol)
    assert kort(keten.onthoud(na)) == [(ZSM, "INGETROKKEN")]
    for zaaknummer, van in ((NIEUW, OUD), (NIEUWST, NIEUW)):
        bericht = met(VRIJ, zaaknummer=zaaknummer, voorganger={"zaaknummer": van})
        assert await keten.lever(bericht, "/v1/casussen") == [], "not even with a number that agrees"
    assert not keten.staand
