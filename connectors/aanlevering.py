"""Taking in one message: dossier, versie, pseudonyms, delivery, and only then a yes.

The case number is remembered before its signaal leaves (so that a melding can come back at once), the delivery after all replicas have
acknowledged it. A message that could not be delivered for certain may still arrive: sending it again is harmless, because versie
and contents decide, not the number of times.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol
from uuid import NAMESPACE_URL, uuid5
from weakref import WeakValueDictionary

import structlog

from connectors.fouten import Fout, Ongeldig
from connectors.invoer import Intrekking, Invoer, Verdachte
from connectors.meters import Meters
from connectors.opslag import Afgeleverd, Opslag
from connectors.pseudoniem import OnbekendeOrganisatie, Pseudonimiseerder, Reeksen
from connectors.publicaties import Publicatie, persoon_sinds, volgende_versie
from connectors.signaal import Afzender, bewaren_tot, signaal
from connectors.zender import Bericht, NietBezorgd, Zender
from hub.domein import vorm
from hub.domein.identiteit import Dossier
from hub.domein.signaal import Signaal, Sleutelbos
from hub.stream import kop
from hub.stream.codec import Codec

log = structlog.get_logger()

CE_TYPE: Final = "nl.uitwisselhub.signaal.v1"
TE_WEINIG: Final = Fout(
    "/persoon", "te weinig om op te vergelijken: geef een BSN, of namen met een geboortejaar of geboorteplaats"
)
ZICHZELF: Final = Fout("/voorganger/zaaknummer", "een dossier kan niet aan zichzelf voorafgaan")
VOORBIJ: Final = Fout(
    "/gewijzigdOp", "de bewaartermijn vanaf dit ogenblik is voorbij: trek het dossier in, of noem de laatste wijziging"
)
VOORBIJ_CASUS: Final = Fout(
    "/gewijzigdOp", "de bewaartermijn vanaf dit ogenblik is voorbij: geef feiten.bewarenTot, of trek het dossier in"
)
VOORBIJ_GEGEVEN: Final = Fout(
    "/feiten/bewarenTot", "de bewaartermijn is verstreken: geef een later feiten.bewarenTot, of trek het dossier in"
)
VREEMD: Final = Fout(
    "/voorganger/organisatie", "van deze organisatie heeft deze connector geen sleutel (instelling overgenomen)"
)
_GEBEURTENIS: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:signaal")


class KlokVooruit(NietBezorgd):
    """The versie lies so far ahead of the broker's clock that the hub refuses it: nothing stands. Mend the clock, then send it again."""


@dataclass(frozen=True, slots=True)
class Ontvangst:
    """The yes to the sender."""

    zaaknummer: str
    versie: int
    """Milliseconds since the epoch."""
    verouderd: bool
    """Something newer was delivered before, and this one was not sent; or something else under the same versie, and the hub ignores it."""


@dataclass(frozen=True)
class _Concept:
    """A message made ready to go, beside what this store knows of its dossier."""

    record: Signaal
    waarde: bytes
    """The record as it goes."""
    van_bron: int
    """When it changed at its source (ms)."""
    reeksen: Reeksen
    """Of its keys; none: a withdrawal."""
    persoon: bytes
    """Digest of who it is about."""
    eerder: Afgeleverd | None
    """What was delivered last."""
    vorige: Publicatie | None
    """What stands at the hub, as far as is known."""

    @cached_property
    def inhoud(self) -> bytes:
        """Digest of what it says."""
        return hashlib.blake2b(self.waarde, digest_size=16).digest()

    @property
    def _anders(self) -> bool:
        """Under this versie something else was delivered before."""
        return (
            self.eerder is not None and self.record.versie == self.eerder.versie and self.inhoud != self.eerder.inhoud
        )

    @property
    def achterhaald(self) -> bool:
        """Not to be sent. The hub ignores an older versie, and other contents under a withdrawal's versie, but only until it forgets what
        it holds. After that it would accept this and bring old data back."""
        ouder = self.eerder is not None and self.record.versie < self.eerder.versie
        ingetrokken = self.vorige is not None and not self.vorige.reeksen
        return ouder or (self._anders and bool(self.record.sleutels) and ingetrokken)

    def genegeerd(self, tijd: int) -> bool:
        """Whether the hub ignores what the broker took in at `tijd` (ms): something else stands under its versie there. Where that is past
        its retention the hub holds it no more, and takes this."""
        return self._anders and not (self.vorige is not None and self.vorige.bewaren_tot <= tijd)

    def publicatie(self, tijd: int) -> Publicatie:
        """What stands at the hub once the broker took it in at `tijd` (ms). A withdrawal is remembered from when it was made, whatever
        moment its source gives it."""
        tot = max(self.record.bewaren_tot, tijd)
        record = self.record
        return Publicatie(self.van_bron, self.reeksen, tot, record.voorganger, self.persoon, record.persoon_sinds)


class Levering(Protocol):
    """Where a checked message goes."""

    async def lever(self, invoer: Invoer) -> Ontvangst:
        """Raises Ongeldig or NietBezorgd."""


class Aanlevering:
    """Takes messages in, one at a time per dossier."""

    def __init__(
        self,
        *,
        afzender: Afzender,
        bron: str,
        pseudoniem: Pseudonimiseerder,
        opslag: Opslag,
        zender: Zender,
        codec: Codec,
        meters: Meters,
        klok: Callable[[], int],
    ) -> None:
        """`bron` is the CloudEvents source `urn:nld:oin:<oin>:systeem:<naam>`, `klok` gives milliseconds since the epoch."""
        self._afzender = afzender
        self._bron = bron
        self.pseudoniem = pseudoniem
        self._opslag = opslag
        self._zender = zender
        self._codec = codec
        self._schema = codec.schema("signaal").vingerafdruk.hex()
        self._meters = meters
        self._klok = klok
        self._sloten: WeakValueDictionary[Dossier, asyncio.Lock] = WeakValueDictionary()

    async def lever(self, invoer: Invoer, traceparent: str | None = None) -> Ontvangst:
        """Delivers a validated message. Raises Ongeldig (past its retention, nothing to compare the person by, a voorganger that cannot
        be), NietBezorgd or KlokVooruit."""
        self._toets_termijn(invoer)
        sleutels = self._sleutels(invoer)
        dossier = self.pseudoniem.dossier(invoer.zaaknummer)
        slot = self._sloten.setdefault(dossier, asyncio.Lock())
        with self._meters.bezorging.time():
            async with slot:
                return await self._bezorg(invoer, dossier, sleutels, traceparent or kop.nieuwe_trace())

    def _toets_termijn(self, invoer: Invoer) -> None:
        """The hub takes no dossier that is past its retention by the broker's clock, and a withdrawal always. Raises Ongeldig."""
        nu = self._klok()
        moment = nu if invoer.gewijzigd_op is None else invoer.gewijzigd_op
        if bewaren_tot(invoer, moment, self._afzender) <= min(nu, self._opslag.gehoord):
            _weiger_voorbij(invoer)

    def _sleutels(self, invoer: Invoer) -> tuple[Sleutelbos, ...]:
        if isinstance(invoer, Intrekking):
            return ()
        sleutels = self.pseudoniem.sleutels(invoer.persoon)
        if not all(bos.sleutels for bos in sleutels):
            raise Ongeldig((TE_WEINIG,))
        return sleutels

    async def _bezorg(
        self, invoer: Invoer, dossier: Dossier, sleutels: tuple[Sleutelbos, ...], traceparent: str
    ) -> Ontvangst:
        concept = self._stel_op(invoer, dossier, sleutels)
        if concept.achterhaald:
            self._meters.signalen.labels("verouderd").inc()
            return Ontvangst(invoer.zaaknummer, concept.record.versie, verouderd=True)
        tijd = await self._stuur(concept, traceparent)
        if concept.record.voorbij(tijd):
            # The door had not heard the broker's clock yet, or long ago. Refused as well, and so not remembered.
            _weiger_voorbij(invoer)
        verouderd = concept.genegeerd(tijd)
        if not verouderd:
            self._opslag.afgeleverd(
                dossier, invoer.zaaknummer, concept.record.versie, concept.inhoud, concept.publicatie(tijd)
            )
        self._meters.signalen.labels("verouderd" if verouderd else "verzonden").inc()
        return Ontvangst(invoer.zaaknummer, concept.record.versie, verouderd)

    def _stel_op(self, invoer: Invoer, dossier: Dossier, sleutels: tuple[Sleutelbos, ...]) -> _Concept:
        """Raises Ongeldig. From here on the store knows which case the dossier is."""
        vorige = self._opslag.publicaties.van(dossier)
        voorganger = self._voorganger(invoer, dossier, vorige)
        eerder = self._opslag.onthoud(dossier, invoer.zaaknummer)
        moment, reeksen = invoer.gewijzigd_op, self.pseudoniem.reeksen if sleutels else frozenset()
        laatste = None if eerder is None else eerder.versie
        versie = volgende_versie(moment, vorige, laatste, reeksen, self._klok(), self._opslag.teruggezet)
        van_bron = versie if moment is None else moment
        persoon = self._persoon(invoer, vorige)
        sinds = persoon_sinds(persoon, vorige, versie)
        record = signaal(invoer, dossier, versie, van_bron, sleutels, self._afzender, voorganger, sinds)
        waarde = self._codec.codeer("signaal", vorm.signaal_naar(record))
        return _Concept(record, waarde, van_bron, reeksen, persoon, eerder, vorige)

    async def _stuur(self, concept: _Concept, traceparent: str) -> int:
        """Delivers it; when the broker took it in (ms). Raises NietBezorgd, KlokVooruit."""
        record = concept.record
        try:
            bezorgd = await self._zender.stuur(
                Bericht(record.dossier.encode(), concept.waarde, self._koppen(concept, traceparent))
            )
            if record.vooruit(bezorgd.tijd):
                # The hub refuses it, and so it never stood there: it holds up nothing that comes after.
                log.error("klok_loopt_vooruit", seconden=(record.versie - bezorgd.tijd) // 1000)
                raise KlokVooruit("the versie is too far ahead of the broker's clock")
        except NietBezorgd:
            self._meters.signalen.labels("onbezorgd").inc()
            raise
        return bezorgd.tijd

    def _persoon(self, invoer: Invoer, vorige: Publicatie | None) -> bytes:
        """Digest of who it is about; a withdrawal is about whoever it was, so that what people said of him holds when he is back."""
        if isinstance(invoer, Intrekking):
            return b"" if vorige is None else vorige.persoon
        return self.pseudoniem.afdruk(invoer.zaaknummer, invoer.persoon)

    def _voorganger(self, invoer: Invoer, dossier: Dossier, vorige: Publicatie | None) -> Dossier | None:
        """The dossier that this one continues: the one named now, or before. Raises Ongeldig.

        Where that one continued another in turn it is the first of them: under that name its koppelingen live at the hub.
        """
        genoemd = None if isinstance(invoer, Intrekking) else invoer.voorganger
        if genoemd is None:
            return None if vorige is None else vorige.voorganger
        try:
            eerder = self.pseudoniem.voorganger(genoemd.zaaknummer, genoemd.organisatie)
        except OnbekendeOrganisatie:
            raise Ongeldig((VREEMD,)) from None
        verder = self._opslag.publicaties.van(eerder)
        stam = eerder if verder is None or verder.voorganger is None else verder.voorganger
        if stam == dossier:
            raise Ongeldig((ZICHZELF,))
        return stam

    def _koppen(self, concept: _Concept, traceparent: str) -> kop.Headers:
        record = concept.record
        return kop.cloudevent(
            # The same message sent again is the same event.
            id_=str(uuid5(_GEBEURTENIS, f"{record.dossier}|{record.versie}|{concept.inhoud.hex()}")),
            bron=self._bron,
            soort=CE_TYPE,
            tijd=concept.van_bron,
            schema=self._schema,
            traceparent=traceparent,
        )


def _weiger_voorbij(invoer: Invoer) -> None:
    """Refuses a dossier that is past its retention, and a withdrawal never. Raises Ongeldig, with what to do."""
    if isinstance(invoer, Intrekking):
        return
    if isinstance(invoer, Verdachte):
        raise Ongeldig((VOORBIJ,))
    raise Ongeldig((VOORBIJ_CASUS if invoer.feiten.bewaren_tot is None else VOORBIJ_GEGEVEN,))
