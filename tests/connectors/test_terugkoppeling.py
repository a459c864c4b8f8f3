"""Reactions: what a tafel may say, once, about a melding that it has - and what becomes of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request

from connectors.opslag import Opslag
from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Vrijgaverol, Weigercode, Weigerreden
from hub.domein.melding import Melding
from tests.connectors.opstelling import NU, VERDACHTE, Connector
from tests.connectors.test_api import probleem

Client = TestClient[Request, Application]


@pytest.fixture
async def client(zsm: Connector) -> AsyncIterator[Client]:
    async with zsm.client() as client:
        yield client


def pad(melding: Melding | UUID) -> str:
    return f"/v1/meldingen/{melding.id if isinstance(melding, Melding) else melding}/terugkoppelingen"


def klaar(zsm: Connector, *meldingen: Melding) -> None:
    zsm.bezorg(*meldingen)
    zsm.inbox.bij()


async def inbox(client: Client) -> list[dict[str, Any]]:
    lijst: list[dict[str, Any]] = (await (await client.get("/v1/meldingen")).json())["meldingen"]
    return lijst


async def test_gezegd(zsm: Connector, client: Client) -> None:
    """A reaction is one record under the koppeling, with the last delivered versie of the own dossier, and shows with its melding."""
    await client.post("/v1/verdachten", json=VERDACHTE)
    melding = zsm.melding(1)
    klaar(zsm, melding)
    antwoord = await client.post(pad(melding), json={"soort": "ZELFDE_PERSOON", "rol": "OFFICIER_VAN_JUSTITIE"})
    assert antwoord.status == 202
    gezegd = await antwoord.json()
    (terug,) = zsm.zender.terugkoppelingen
    assert gezegd == {"id": str(terug.id), "melding": str(melding.id), "soort": "ZELFDE_PERSOON", "ontvangen": True}
    assert (terug.koppeling, terug.melding, terug.dossier) == (melding.koppeling, melding.id, melding.dossier)
    assert (terug.soort, terug.rol, terug.versie) == (Reactie.ZELFDE_PERSOON, Vrijgaverol.OFFICIER_VAN_JUSTITIE, NU)
    assert terug.tafel == zsm.instellingen.tafel
    bericht = zsm.zender.berichten[-1]
    assert bericht.sleutel == str(melding.koppeling).encode()
    koppen = dict(bericht.koppen)
    assert (koppen["ce_id"], koppen["ce_type"]) == (str(terug.id).encode(), b"nl.uitwisselhub.terugkoppeling.v1")
    (getoond,) = await inbox(client)
    assert getoond["reacties"] == [
        {
            "id": str(terug.id),
            "soort": "ZELFDE_PERSOON",
            "rol": "OFFICIER_VAN_JUSTITIE",
            "naar": None,
            "reden": None,
            "adviesBeschikbaar": None,
            "op": "2026-06-01T08:00:00.000Z",
            "bezorgd": True,
            "geweigerd": None,
        }
    ]


async def test_velden(zsm: Connector, client: Client) -> None:
    """The fields of each kind travel; where the dossier is another's, as with AANDRAGEN, the versie is 0."""
    klaar(zsm, zsm.melding(1, MeldingSoort.AANDRAGEN, "van een ander"))
    doel = pad(zsm.melding(1, zaaknummer="van een ander"))
    for bericht in (
        {"soort": "DOORVERWEZEN", "naar": "vhh-flevoland"},
        {"soort": "GEWEIGERD", "reden": "ENKELVOUDIG"},
        {"soort": "CONTACT_GELEGD", "adviesBeschikbaar": True},
    ):
        assert (await client.post(doel, json=bericht)).status == 202
    een, twee, drie = zsm.zender.terugkoppelingen
    assert (een.naar, twee.reden, drie.advies_beschikbaar) == ("vhh-flevoland", Weigerreden.ENKELVOUDIG, True)
    assert {een.versie, twee.versie, drie.versie} == {0}


@pytest.mark.parametrize(
    ("bericht", "fouten"),
    [
        ({}, {"/soort"}),
        ({"soort": "BEZORGD"}, {"/soort"}),
        ({"soort": "ONTVANGEN", "toelichting": "vrij"}, {"/toelichting"}),
        ({"soort": "ONTVANGEN", "naar": "vhh-x", "reden": "ENKELVOUDIG", "rol": "BURGEMEESTER"}, {"/naar", "/reden", "/rol"}),
        ({"soort": "DOORVERWEZEN"}, {"/naar"}),
        ({"soort": "DOORVERWEZEN", "naar": "VHH X"}, {"/naar"}),
        ({"soort": "GEWEIGERD"}, {"/reden"}),
        ({"soort": "VRIJGEVEN"}, {"/rol"}),
        ({"soort": "ZELFDE_PERSOON", "rol": "GEEN"}, {"/rol"}),
        ({"soort": "ONTVANGEN", "id": "1"}, {"/id"}),
        ({"soort": "VRIJGEVEN", "rol": "BURGEMEESTER"}, {"/soort"}),
    ],
)  # fmt: skip
async def test_past_niet(zsm: Connector, client: Client, bericht: dict[str, Any], fouten: set[str]) -> None:
    """Every field that does not fit the kind is named at once, and nothing is sent or remembered."""
    klaar(zsm, zsm.melding(1))
    document = await probleem(await client.post(pad(zsm.melding(1)), json=bericht), 400)
    assert {fout["pointer"] for fout in document["errors"]} == fouten
    assert zsm.zender.berichten == []
    assert (await inbox(client))[0]["reacties"] == []


async def test_vrijgeven(zsm: Connector, client: Client) -> None:
    """What waits for release is released, and takes no other reaction; the record names no melding."""
    wacht = replace(zsm.melding(1, MeldingSoort.STATUS), status=Dossierstatus.WACHT_OP_VRIJGAVE)
    zwevend = replace(zsm.melding(1, MeldingSoort.STATUS, "ander"), status=Dossierstatus.ZWEVEND)
    klaar(zsm, wacht, zwevend)
    vrij = {"soort": "VRIJGEVEN", "rol": "OFFICIER_VAN_JUSTITIE"}
    assert (await client.post(pad(wacht), json=vrij)).status == 202
    (terug,) = zsm.zender.terugkoppelingen
    assert (terug.soort, terug.melding, terug.koppeling) == (Reactie.VRIJGEVEN, None, wacht.koppeling)
    for melding, bericht in ((wacht, {"soort": "ONTVANGEN"}), (zwevend, vrij), (zwevend, {"soort": "ONTVANGEN"})):
        document = await probleem(await client.post(pad(melding), json=bericht), 400)
        assert [fout["pointer"] for fout in document["errors"]] == ["/soort"]


async def test_niet_in_de_inbox(zsm: Connector, client: Client) -> None:
    """A melding that is not there, that nobody saw before it was withdrawn, or that is no id, is not found."""
    klaar(zsm, zsm.melding(1), zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1))
    for doel in (pad(uuid4()), pad(zsm.melding(1)), "/v1/meldingen/x/terugkoppelingen"):
        await probleem(await client.post(doel, json={"soort": "ONTVANGEN"}), 404)
    assert zsm.zender.berichten == []


async def test_staat_niet_meer(zsm: Connector, client: Client) -> None:
    """What was withdrawn or replaced takes no reaction, nor does what asks for none."""
    klaar(zsm, zsm.melding(1), zsm.melding(3))
    await inbox(client)
    zsm.bezorg(zsm.melding(2, MeldingSoort.INGETROKKEN, betreft=1), vanaf=2)
    zsm.bezorg(zsm.melding(4, MeldingSoort.CORRECTIE, betreft=3), zsm.melding(5, MeldingSoort.GEWEIGERD), vanaf=3)
    for nummer in (1, 2, 3, 5):
        await probleem(await client.post(pad(zsm.melding(nummer)), json={"soort": "ONTVANGEN"}), 409)
    assert (await client.post(pad(zsm.melding(4)), json={"soort": "ONTVANGEN"})).status == 202


async def test_niet_bijgewerkt(zsm: Connector, client: Client) -> None:
    """Before the inbox is up to date a melding may have been withdrawn: nothing can be said yet."""
    zsm.bezorg(zsm.melding(1))
    antwoord = await client.post(pad(zsm.melding(1)), json={"soort": "ONTVANGEN"})
    await probleem(antwoord, 503)
    assert "Retry-After" in antwoord.headers


async def test_herhaald(zsm: Connector, client: Client) -> None:
    """The same again is the same record, byte for byte, after a restart too; after something else it is said anew."""
    klaar(zsm, zsm.melding(1))

    async def zeg(**velden: Any) -> str:
        antwoord = await client.post(pad(zsm.melding(1)), json=velden)
        assert antwoord.status == 202
        return str((await antwoord.json())["id"])

    ander = {"rol": "PROCESREGISSEUR", "soort": "ANDERE_PERSOON"}
    zelfde = ander | {"soort": "ZELFDE_PERSOON"}
    ids = [await zeg(**ander), await zeg(**ander)]
    zsm.klok.nu += 60_000
    ids += [await zeg(**ander), await zeg(**zelfde), await zeg(**ander), await zeg(**ander)]
    assert ids[0] == ids[1] == ids[2]
    assert ids[4] == ids[5]
    assert len(set(ids)) == 3
    een, twee, drie, *_ = zsm.zender.berichten
    assert een == twee == drie
    assert [reactie["soort"] for reactie in (await inbox(client))[0]["reacties"]] == [
        "ANDERE_PERSOON",
        "ZELFDE_PERSOON",
        "ANDERE_PERSOON",
    ]


async def test_idempotentie(zsm: Connector, client: Client) -> None:
    """An id of the client names the reaction, in the message or in the header; for anything else it cannot be used again."""
    klaar(zsm, zsm.melding(1), zsm.melding(1, zaaknummer="ander"))
    id_ = str(uuid4())
    for _ in range(2):
        antwoord = await client.post(pad(zsm.melding(1)), json={"soort": "ONTVANGEN", "id": id_})
        assert (await antwoord.json())["id"] == id_
    await probleem(await client.post(pad(zsm.melding(1)), json={"soort": "AFGESLOTEN", "id": id_}), 422)
    await probleem(
        await client.post(pad(zsm.melding(1, zaaknummer="ander")), json={"soort": "ONTVANGEN", "id": id_}), 422
    )
    kop = {"Idempotency-Key": "sleutel-1"}
    ids = {
        (await (await client.post(pad(zsm.melding(1)), json={"soort": "AFGESLOTEN"}, headers=kop)).json())["id"]
        for _ in range(2)
    }
    assert len(ids) == 1
    await probleem(await client.post(pad(zsm.melding(1)), json={"soort": "ONTVANGEN"}, headers=kop), 422)
    for sleutel in ("", "x" * 256):
        antwoord = await client.post(
            pad(zsm.melding(1)), json={"soort": "ONTVANGEN"}, headers={"Idempotency-Key": sleutel}
        )
        await probleem(antwoord, 400)
    assert len({terug.id for terug in zsm.zender.terugkoppelingen}) == 2


async def test_kafka_weg(zsm: Connector, client: Client) -> None:
    """Not acknowledged is 503; the reaction shows as not delivered, and said again it is the same record."""
    klaar(zsm, zsm.melding(1))
    zsm.zender.weg = True
    await probleem(await client.post(pad(zsm.melding(1)), json={"soort": "ONTVANGEN"}), 503)
    ((eerst,),) = [melding["reacties"] for melding in await inbox(client)]
    assert eerst["bezorgd"] is False
    zsm.zender.weg = False
    antwoord = await client.post(pad(zsm.melding(1)), json={"soort": "ONTVANGEN"})
    assert (await antwoord.json())["id"] == eerst["id"]
    assert (await inbox(client))[0]["reacties"] == [eerst | {"bezorgd": True}]


async def test_geweigerd(zsm: Connector, client: Client) -> None:
    """A refusal by the hub comes as a melding of its own, and shows with the reaction; it survives a restart."""
    klaar(zsm, zsm.melding(1))
    id_ = (await (await client.post(pad(zsm.melding(1)), json={"soort": "AANGENOMEN"})).json())["id"]
    weigering = replace(
        zsm.melding(2, MeldingSoort.GEWEIGERD), code=Weigercode.OVERGANG_VERBODEN, reactie=UUID(id_), contact=None
    )
    zsm.bezorg(weigering, vanaf=1)
    eerste, tweede = await inbox(client)
    assert eerste["reacties"][0]["geweigerd"] == "OVERGANG_VERBODEN"
    assert (tweede["soort"], tweede["code"], tweede["reactie"]) == ("GEWEIGERD", "OVERGANG_VERBODEN", id_)
    assert eerste["stand"] == "STAAT"
    opnieuw = Opslag(zsm.instellingen.opslag, {}, NU)
    assert opnieuw.db.execute("SELECT geweigerd FROM terugkoppeling WHERE id = ?", (id_,)).fetchone() == (
        "OVERGANG_VERBODEN",
    )
    opnieuw.sluit()


async def test_na_een_weigering(zsm: Connector, client: Client) -> None:
    """What the hub refused and is said again is another record, which the hub looks at; not refused, it is the same one."""
    klaar(zsm, zsm.melding(1))

    async def zeg() -> str:
        antwoord = await client.post(pad(zsm.melding(1)), json={"soort": "AANGENOMEN"})
        return str((await antwoord.json())["id"])

    ids = []
    for nummer in (2, 3):
        ids.append(await zeg())
        assert await zeg() == ids[-1]
        weigering = replace(
            zsm.melding(nummer, MeldingSoort.GEWEIGERD),
            code=Weigercode.ONBEKEND_VOOR_U,
            reactie=UUID(ids[-1]),
            contact=None,
        )
        zsm.bezorg(weigering, vanaf=nummer)
    ids.append(await zeg())
    assert len(set(ids)) == 3
    assert [reactie["geweigerd"] is None for reactie in (await inbox(client))[0]["reacties"]] == [False, False, True]


async def test_dossier(zsm: Connector, client: Client) -> None:
    """The source sees the last delivered versie of its own dossier and what the hub said of that dossier, and nothing of anybody else."""
    zaaknummer = "05/123 456:26"
    doel = "/v1/dossiers/05%2F123%20456:26"
    await probleem(await client.get(doel), 404)
    await client.post("/v1/verdachten", json=VERDACHTE | {"zaaknummer": zaaknummer})
    await probleem(await client.get(doel), 503)
    klaar(
        zsm,
        zsm.melding(1, zaaknummer=zaaknummer),
        replace(zsm.melding(2, MeldingSoort.STATUS, zaaknummer), status=Dossierstatus.WACHT_OP_VRIJGAVE, contact=None),
        replace(zsm.melding(3, MeldingSoort.GEWEIGERD, zaaknummer), code=Weigercode.SIGNAAL_GEWEIGERD, contact=None),
        replace(zsm.melding(1, MeldingSoort.STATUS), status=Dossierstatus.ZWEVEND),
    )
    dossier = await (await client.get(doel)).json()
    assert (dossier["zaaknummer"], dossier["versie"]) == (zaaknummer, NU)
    assert [(m["soort"], m["status"], m["code"]) for m in dossier["meldingen"]] == [
        ("STATUS", "WACHT_OP_VRIJGAVE", None),
        ("GEWEIGERD", None, "SIGNAAL_GEWEIGERD"),
    ]
    zsm.bezorg(zsm.melding(4, MeldingSoort.INGETROKKEN, zaaknummer, betreft=2), vanaf=4)
    assert [m["soort"] for m in await inbox(client)] == ["BEKEND", "STATUS", "GEWEIGERD", "STATUS", "INGETROKKEN"]
