"""What a tafel says about a melding in its inbox: checked, remembered, delivered to the hub, and shown with the melding."""

import json
from collections.abc import Callable
from typing import Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from connectors.fouten import Fout, Ongeldig, vertaal
from connectors.herhaling import AnderBericht
from connectors.opslag import Melding, Opslag
from connectors.persoon import Bericht as Invoerbericht
from connectors.uitgaand import Uitbak, Uitgaand
from connectors.zender import Bericht, Zender
from hub.domein import gebeurtenisvorm
from hub.domein.codes import Dossierstatus, MeldingSoort, Reactie, Vrijgaverol, Weigerreden
from hub.domein.gebeurtenis import Terugkoppeling
from hub.domein.identiteit import Dossier, TafelId, TafelVeld
from hub.stream import kop
from hub.stream.codec import Codec

CE_TYPE: Final = "nl.uitwisselhub.terugkoppeling.v1"
MET_ROL: Final = frozenset({Reactie.ZELFDE_PERSOON, Reactie.ANDERE_PERSOON, Reactie.VRIJGEVEN})
"""Reactions that a person answers for, in a role."""
ZONDER_REACTIE: Final = frozenset({MeldingSoort.INGETROKKEN, MeldingSoort.GEWEIGERD})
"""Meldingen that ask for nothing."""
_TERUGKOPPELING: Final = uuid5(NAMESPACE_URL, "urn:uitwisselhub:terugkoppeling")


class Reactiebericht(Invoerbericht):
    """What an officer says. There is no free text."""

    soort: Literal[
        Reactie.ONTVANGEN,
        Reactie.CONTACT_GELEGD,
        Reactie.AFGESLOTEN,
        Reactie.ZELFDE_PERSOON,
        Reactie.ANDERE_PERSOON,
        Reactie.ONJUIST_GEADRESSEERD,
        Reactie.VRIJGEVEN,
        Reactie.AANGENOMEN,
        Reactie.DOORVERWEZEN,
        Reactie.GEWEIGERD,
    ]
    rol: (
        Literal[
            Vrijgaverol.OFFICIER_VAN_JUSTITIE,
            Vrijgaverol.PARKETSECRETARIS,
            Vrijgaverol.PROCESREGISSEUR,
            Vrijgaverol.CASUSREGISSEUR,
            Vrijgaverol.BURGEMEESTER,
        ]
        | None
    ) = None
    """With ZELFDE_PERSOON, ANDERE_PERSOON and VRIJGEVEN, and only there: the role of whoever decided."""
    naar: TafelVeld | None = None
    """With DOORVERWEZEN, and only there: the tafel that should have it."""
    reden: Weigerreden | None = None
    """With GEWEIGERD, and only there."""
    advies_beschikbaar: bool | None = None
    """Whether this tafel has advice for the other."""
    id: UUID | None = None
    """Idempotency key; the header Idempotency-Key does the same."""


class GeenMelding(Exception):
    """No such melding in this inbox."""


class GeenReactieMogelijk(Exception):
    """The melding asks for nothing, or stands no more."""


def lees_reactie(data: bytes | str) -> Reactiebericht:
    """Raises Ongeldig (Onleesbaar where it is no JSON), naming every fault."""
    try:
        bericht = Reactiebericht.model_validate_json(data)
    except ValidationError as fout:
        raise vertaal(fout) from None
    if fouten := tuple(_passend(bericht)):
        raise Ongeldig(fouten)
    return bericht


def _passend(bericht: Reactiebericht) -> list[Fout]:
    """Faults of fields that do not belong to this kind, or that it lacks."""
    hoort = {"rol": MET_ROL, "naar": {Reactie.DOORVERWEZEN}, "reden": {Reactie.GEWEIGERD}}
    fouten = []
    for veld, soorten in hoort.items():
        gegeven = getattr(bericht, veld) is not None
        if gegeven and bericht.soort not in soorten:
            fouten.append(Fout(f"/{veld}", f"hoort niet bij {bericht.soort}"))
        if not gegeven and bericht.soort in soorten:
            fouten.append(Fout(f"/{veld}", f"is verplicht bij {bericht.soort}"))
    return fouten


class Terugkoppelen:
    """Takes reactions, and hands out what was said before."""

    def __init__(
        self, *, tafel: TafelId, bron: str, opslag: Opslag, zender: Zender, codec: Codec, klok: Callable[[], int]
    ) -> None:
        self._tafel = tafel
        self._bron = bron
        self._opslag = opslag
        self._uitbak = Uitbak(opslag)
        self._zender = zender
        self._codec = codec
        self._klok = klok

    async def zeg(self, melding_id: str, bericht: Reactiebericht, sleutel: UUID | None) -> UUID:
        """Delivers a reaction; the same again is the same record. `sleutel` names it where the message does not.
        Returns its id.

        Raises GeenMelding, GeenReactieMogelijk, AnderBericht, Ongeldig or NietBezorgd.
        """
        melding = self._opslag.melding(melding_id)
        if melding is None:
            raise GeenMelding
        if melding.vervallen_door is not None or melding.soort in ZONDER_REACTIE:
            raise GeenReactieMogelijk
        _past_bij(melding, bericht)
        uit = self._noteer(melding, bericht, bericht.id or sleutel)
        await self._zender.stuur(kafkabericht(uit, self._bron))
        self._uitbak.bezorgd([uit.id])
        return UUID(uit.id)

    def _noteer(self, melding: Melding, bericht: Reactiebericht, id_: UUID | None) -> Uitgaand:
        inhoud = bericht.model_dump_json(by_alias=True, exclude={"id"}, exclude_none=True)
        eerdere = self._uitbak.over(melding.id)
        if id_ is not None:
            eerder = self._uitbak.vind(str(id_))
            if eerder is not None and (eerder.melding, eerder.inhoud) != (melding.id, inhoud):
                raise AnderBericht
        else:
            # Said twice in a row is said once; said again after something else, or after the hub refused it, is said anew.
            zelfde = bool(eerdere) and eerdere[-1].inhoud == inhoud
            eerder = eerdere[-1] if zelfde and not self._uitbak.geweigerd(eerdere[-1].id) else None
            # A store that was put back counts anew; what the hub did or refused before keeps its id.
            sinds = self._opslag.teruggezet
            keer = f"{sinds}|{len(eerdere)}" if sinds else str(len(eerdere))
            id_ = uuid5(_TERUGKOPPELING, f"{melding.id}|{keer}|{inhoud}")
        if eerder is not None:
            return eerder
        uit = uitgaand(self._codec, self._record(melding, bericht, id_), melding.id, inhoud, self._klok())
        self._uitbak.neem_op(uit)
        return uit

    def _record(self, melding: Melding, bericht: Reactiebericht, id_: UUID) -> Terugkoppeling:
        vrijgave = bericht.soort is Reactie.VRIJGEVEN
        return Terugkoppeling(
            id=id_,
            koppeling=UUID(json.loads(melding.inhoud)["koppeling"]),
            soort=bericht.soort,
            tafel=self._tafel,
            dossier=Dossier(melding.dossier),
            versie=self._opslag.versie(melding.dossier),
            melding=None if vrijgave else UUID(melding.id),
            rol=bericht.rol or Vrijgaverol.GEEN,
            naar=bericht.naar,
            reden=bericht.reden,
            advies_beschikbaar=bericht.advies_beschikbaar,
        )


def _past_bij(melding: Melding, bericht: Reactiebericht) -> None:
    """An officer releases what waits for release, and nothing else; whether other kinds fit is for the hub to say. Raises Ongeldig."""
    wacht = json.loads(melding.inhoud).get("status") == Dossierstatus.WACHT_OP_VRIJGAVE
    if bericht.soort is Reactie.VRIJGEVEN and not wacht:
        raise Ongeldig((Fout("/soort", "VRIJGEVEN past alleen bij een melding die op vrijgave wacht"),))
    if bericht.soort is not Reactie.VRIJGEVEN and melding.soort is MeldingSoort.STATUS:
        passend = "VRIJGEVEN" if wacht else "geen terugkoppeling"
        raise Ongeldig((Fout("/soort", f"bij deze melding past {passend}"),))


def uitgaand(codec: Codec, record: Terugkoppeling, melding: str, inhoud: str, op: int) -> Uitgaand:
    """The record as it will be sent, however often."""
    return Uitgaand(
        id=str(record.id),
        melding=melding,
        soort=record.soort,
        inhoud=inhoud,
        sleutel=str(record.koppeling).encode(),
        waarde=codec.codeer("terugkoppeling", gebeurtenisvorm.plat(record)),
        op=op,
    )


def kafkabericht(uit: Uitgaand, bron: str) -> Bericht:
    """The record with its CloudEvents headers: the same each time that it is sent."""
    koppen = kop.cloudevent(
        id_=uit.id,
        bron=bron,
        soort=CE_TYPE,
        tijd=uit.op,
        schema=uit.waarde[
            2:10
        ].hex(),  # the fingerprint in the single-object encoding: another version may have made it
        traceparent=kop.trace_van(uit.id),
    )
    return Bericht(uit.sleutel, uit.waarde, koppen)
