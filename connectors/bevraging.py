"""Check op bekendheid: one question about one person, asked of all Veiligheidshuizen at once and answered while the asker waits.

The question is not stored here: not the person, not the case, not the answer. What stays is that this employee asked, as a keyed
pseudonym, for as long as the quota looks back.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid4

from connectors import invoer
from connectors.aanlevering import TE_WEINIG
from connectors.fouten import Ongeldig
from connectors.meters import Meters
from connectors.pseudoniem import Pseudonimiseerder
from connectors.quotum import Bevragingsgrenzen, Quotum, QuotumOp, grenzen
from connectors.signaal import Afzender, feiten_verdachte
from connectors.uitvoer import ContactUit, Uit, contact_uit
from connectors.wachtkamer import Vol, Wachtkamer
from connectors.zender import Bericht, NietBezorgd, Zender
from hub.domein import gebeurtenisvorm
from hub.domein.codes import Bekendheid
from hub.domein.gebeurtenis import Actor, Bevraging
from hub.domein.identiteit import OrganisatieId, dossier, kenmerk
from hub.domein.melding import Melding
from hub.stream import kop
from hub.stream.codec import Codec

CE_TYPE: Final = "nl.uitwisselhub.bevraging.v1"


class AntwoordUit(Uit):
    """What may be told."""

    id: UUID
    """Of the question."""
    uitkomst: Bekendheid
    """NIET_BEKEND only where every part of the index answered in time; otherwise ONVOLLEDIG: ask again later."""
    kenmerk: str
    """Short reference for the telephone."""
    contacten: tuple[ContactUit, ...]
    """Every tafel to call."""
    grondslag: str | None
    beleid: str | None
    """Hash of the policy that permitted the answer."""


@dataclass(frozen=True, slots=True)
class Vrager:
    """On whose behalf a connector asks."""

    organisatie: OrganisatieId
    afzender: Afzender
    bron: str
    """CloudEvents source."""
    grenzen: Bevragingsgrenzen


class Bevragen:
    """Asks, and waits."""

    def __init__(
        self,
        *,
        vrager: Vrager,
        pseudoniem: Pseudonimiseerder,
        quotum: Quotum,
        wachtkamer: Wachtkamer,
        zender: Zender,
        codec: Codec,
        meters: Meters,
        klok: Callable[[], int],
    ) -> None:
        self._vrager = vrager
        self._pseudoniem = pseudoniem
        self._quotum = quotum
        self._wachtkamer = wachtkamer
        self._zender = zender
        self._codec = codec
        self._schema = codec.schema("bevraging").vingerafdruk.hex()
        self._meters = meters
        self._klok = klok

    async def vraag(self, vraag: invoer.Bevraging, client: str) -> AntwoordUit:
        """The answer, ONVOLLEDIG when it did not come in time. Raises Ongeldig, QuotumOp, Vol or NietBezorgd."""
        try:
            antwoord = await self._vraag(vraag, client)
        except (Ongeldig, QuotumOp, Vol, NietBezorgd) as fout:
            self._meters.bevragingen_geweigerd.labels(_reden(fout)).inc()
            raise
        self._meters.bevragingen.labels(antwoord.uitkomst).inc()
        return antwoord

    async def _vraag(self, vraag: invoer.Bevraging, client: str) -> AntwoordUit:
        actor = actor_van(self._pseudoniem, vraag.actor)
        record = self._record(vraag, actor)
        with self._wachtkamer.plaats(record.dossier) as komt:
            await self._quotum.neem(grenzen(self._vrager.grenzen, client, actor), self._klok())
            try:
                async with asyncio.timeout(self._vrager.grenzen.termijn_seconden):
                    await self._zender.stuur(self._bericht(record))
                    melding = await komt
            except TimeoutError:
                return _onvolledig(record.id)
        return _antwoord(record.id, melding)

    def _record(self, vraag: invoer.Bevraging, actor: Actor) -> Bevraging:
        sleutels = self._pseudoniem.sleutels(vraag.persoon)
        if not all(bos.sleutels for bos in sleutels):
            raise Ongeldig((TE_WEINIG,))
        feiten = feiten_verdachte(vraag.persoon, vraag.feiten, self._vrager.afzender.grondslag)
        return Bevraging(
            id=uuid4(),
            dossier=dossier(self._vrager.organisatie, secrets.token_bytes(16)),
            tafel=self._vrager.afzender.tafel,
            actor=actor,
            feiten=replace(feiten, doelen=(vraag.doel,)),
            uiterlijk=self._klok() + int(self._vrager.grenzen.termijn_seconden * 1000),
            sleutels=sleutels,
        )

    def _bericht(self, record: Bevraging) -> Bericht:
        koppen = kop.cloudevent(
            id_=str(record.id),
            bron=self._vrager.bron,
            soort=CE_TYPE,
            tijd=self._klok(),
            schema=self._schema,
            traceparent=kop.nieuwe_trace(),
        )
        return Bericht(str(record.id).encode(), self._codec.codeer("bevraging", gebeurtenisvorm.plat(record)), koppen)


def actor_van(pseudoniem: Pseudonimiseerder, naam: str) -> Actor:
    """The keyed pseudonym of an employee. The organisation finds it again by computing it; nobody else can.

    No case number holds a bar, so that no dossier ever has the same name.
    """
    return pseudoniem.dossier(f"actor|{naam}").partition(".")[2]


def _antwoord(id_: UUID, melding: Melding) -> AntwoordUit:
    return AntwoordUit(
        id=id_,
        uitkomst=melding.antwoord or Bekendheid.ONVOLLEDIG,
        kenmerk=melding.kenmerk,
        contacten=tuple(map(contact_uit, melding.contacten)),
        grondslag=melding.grondslag or None,
        beleid=melding.beleid or None,
    )


def _onvolledig(id_: UUID) -> AntwoordUit:
    return AntwoordUit(
        id=id_, uitkomst=Bekendheid.ONVOLLEDIG, kenmerk=kenmerk(id_), contacten=(), grondslag=None, beleid=None
    )


def _reden(fout: Exception) -> str:
    match fout:
        case QuotumOp():
            return f"quotum_{fout.wie}"
        case Vol():
            return "te_veel_tegelijk"
        case NietBezorgd():
            return "onbezorgd"
    return "ongeldig"
