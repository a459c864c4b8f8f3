"""The messages that an organisation's own system sends: a verdachte, a casus, a withdrawal, a question. Every fault is named at once."""

import json
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, ValidationInfo
from pydantic_core import from_json

from connectors import datum as datums
from connectors.fouten import Fout, Ongeldig, vertaal
from connectors.persoon import Bericht, Dag, Geboortedatum, Gemeentecode, Kader, NatuurlijkPersoon, Tijdstip, gba, kader
from hub.domein.codes import Belang, Criterium, Doel, Fase, Thema, Vervolgingsbeslissing, Vrijgaverol
from hub.domein.identiteit import GrondslagVeld
from hub.domein.signaal import VOORUIT

DAG_MS: Final = 86_400_000
LANGSTE_TERMIJN: Final = 1826
"""Days. Nothing is kept for more than five years after it was first processed (Wgs)."""
STRAFRECHTELIJK_MINIMUM: Final = 12
"""Years. Below it nobody can be prosecuted (Sv 486), so there is no verdachte."""

ZAAKNUMMER: Final = r"^[A-Za-z0-9][A-Za-z0-9 ._/:-]{0,63}$"
Zaaknummer = Annotated[str, StringConstraints(pattern=ZAAKNUMMER)]


def _niet_ver_vooruit(waarde: int, info: ValidationInfo) -> int:
    if waarde > kader(info).nu + VOORUIT:
        raise ValueError("ligt meer dan een dag in de toekomst")
    return waarde


def _niet_in_toekomst(waarde: date, info: ValidationInfo) -> date:
    if waarde > kader(info).vandaag:
        raise ValueError("deze datum ligt in de toekomst")
    return waarde


def _bewaartermijn(waarde: int, info: ValidationInfo) -> int:
    nu = kader(info).nu
    if waarde <= nu:
        raise ValueError("de bewaartermijn is verstreken")
    if waarde > nu + LANGSTE_TERMIJN * DAG_MS:
        raise ValueError("langer dan vijf jaar bewaren mag niet (Wgs)")
    return waarde


def _zonder_begin(waarde: int, info: ValidationInfo) -> int:
    if info.data.get("ophouden_vanaf") is not None:
        raise ValueError("geef ophoudenVanaf of ophoudenTot, niet allebei")
    return waarde


_T = TypeVar("_T")


def _uniek(waarden: tuple[_T, ...]) -> tuple[_T, ...]:
    if len(set(waarden)) != len(waarden):
        raise ValueError("noemt iets tweemaal")
    return waarden


Voorbij = Annotated[Tijdstip, AfterValidator(_niet_ver_vooruit)]
"""A moment that has been, give or take a clock that runs a day ahead."""
Criteria = Annotated[tuple[Criterium, ...], Field(max_length=len(Criterium)), AfterValidator(_uniek)]
Doelen = Annotated[tuple[Doel, ...], Field(min_length=1, max_length=len(Doel)), AfterValidator(_uniek)]


class Vrijgave(Bericht):
    """Who in the source organisation decided to share, and when."""

    rol: Literal[
        Vrijgaverol.OFFICIER_VAN_JUSTITIE,
        Vrijgaverol.PARKETSECRETARIS,
        Vrijgaverol.PROCESREGISSEUR,
        Vrijgaverol.CASUSREGISSEUR,
        Vrijgaverol.BURGEMEESTER,
    ]
    moment: Voorbij


class VerdachteFeiten(Bericht):
    """Facts about a suspect at a ZSM tafel."""

    pleegdatum: Annotated[Dag, AfterValidator(_niet_in_toekomst)]
    """Day of the offence. Gives the age (Sr 77a) and is never sent on."""
    thema: Thema
    vervolgingsbeslissing: Literal[
        Vervolgingsbeslissing.OPEN,
        Vervolgingsbeslissing.VERVOLGEN,
        Vervolgingsbeslissing.STRAFBESCHIKKING,
        Vervolgingsbeslissing.VEROORDEELD,
        Vervolgingsbeslissing.SEPOT,
        Vervolgingsbeslissing.VRIJSPRAAK,
    ]
    gemeente_feit: Gemeentecode | None = None
    spoedeisend: bool = False
    zwaarwegend_belang: Belang = Belang.GEEN
    ophouden_vanaf: Voorbij | None = None
    """When it began; its end is then six hours on the clock that stands still at night (Sv 56a)."""
    ophouden_tot: Annotated[Tijdstip, AfterValidator(_zonder_begin)] | None = None
    """When it ends, where the source knows that better: nine hours, or once six more (Sv 56b)."""
    vrijgave: Vrijgave | None = None
    grondslag: GrondslagVeld | None = None
    criteria: Criteria = ()


class CasusFeiten(Bericht):
    """Facts about a casus of a Veiligheidshuis."""

    fase: Literal[Fase.AANGEDRAGEN, Fase.TRIAGE, Fase.ACTIEF, Fase.NAZORG, Fase.GESLOTEN]
    fase_sinds: Voorbij | None = None
    thema: Thema
    doelen: Doelen
    advies_beschikbaar: bool = False
    escalatieniveau: Annotated[int, Field(ge=0, le=4)] = 0
    vrijgave: Vrijgave | None = None
    grondslag: GrondslagVeld | None = None
    bewaren_tot: Annotated[Tijdstip, AfterValidator(_bewaartermijn)] | None = None


class Dossierbericht(Bericht):
    """What every message has: the case, and when it changed."""

    zaaknummer: Zaaknummer
    gewijzigd_op: Voorbij | None = None
    """The source's own moment of change: it makes a stale file stay stale."""


class Voorganger(Bericht):
    """The dossier that this one continues: after a new case number, a move to another tafel, or a merger."""

    zaaknummer: Zaaknummer
    """As it was delivered then. Never sent on."""
    organisatie: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,39}$")] | None = None
    """Whose case number it is, where it is of an organisation that was taken over; None: the own."""


class Voortzetting(Dossierbericht):
    """What a message of a dossier has that may continue another."""

    voorganger: Voorganger | None = None
    """Once named it stays, also where later messages leave it out."""


class Verdachte(Voortzetting):
    """The full current state of one suspect's dossier."""

    persoon: NatuurlijkPersoon
    feiten: VerdachteFeiten


class Casus(Voortzetting):
    """The full current state of one casus."""

    persoon: NatuurlijkPersoon
    feiten: CasusFeiten


class Intrekking(Dossierbericht):
    """Withdraws everything that was derived from a dossier."""


class Bevraging(Bericht):
    """Check op bekendheid: the person as in a verdachte, why is asked, and who asks. Nothing of it is stored."""

    persoon: NatuurlijkPersoon
    feiten: VerdachteFeiten
    doel: Doel
    """Purpose, from the closed list; without one nothing is asked."""
    actor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
    """Opaque id of the employee. Only a keyed pseudonym of it leaves this process."""


Invoer = Verdachte | Casus | Intrekking


_I = TypeVar("_I", bound=Bericht)
_OVER_EEN_VERDACHTE: Final = (Verdachte, Bevraging)


def lees(soort: type[_I], data: bytes | str, kader_: Kader) -> _I:
    """A message from its JSON. Raises Ongeldig (Onleesbaar where it is no JSON), naming every fault and no value."""
    try:
        invoer = soort.model_validate_json(data, context=kader_)
    except ValidationError as fout:
        gevonden = vertaal(fout)
        if soort in _OVER_EEN_VERDACHTE and _te_jong_in(data, kader_):
            gevonden = Ongeldig((*gevonden.fouten, TE_JONG))
        raise gevonden from None
    if isinstance(invoer, _OVER_EEN_VERDACHTE) and _te_jong(invoer.persoon.geboortedatum, invoer.feiten.pleegdatum):
        raise Ongeldig((TE_JONG,))
    return invoer


TE_JONG: Final = Fout(
    "/feiten/pleegdatum", "de persoon was toen (mogelijk) jonger dan twaalf jaar en kan geen verdachte zijn"
)


def _te_jong(geboren: str, gepleegd: date) -> bool:
    jaren = datums.leeftijd(geboren, gepleegd)
    return jaren is not None and jaren < STRAFRECHTELIJK_MINIMUM


_GEBOORTEDATUM: Final[TypeAdapter[Any]] = TypeAdapter(Geboortedatum)
_DAG: Final = TypeAdapter(Dag)


def _te_jong_in(data: bytes | str, kader_: Kader) -> bool:
    """The same check on a message that has other faults: as far as both dates can be read."""
    try:
        ruw = from_json(data)
        geboren = _GEBOORTEDATUM.validate_json(json.dumps(ruw["persoon"]["geboorte"]["datum"]), context=kader_)
        gepleegd = _DAG.validate_json(json.dumps(ruw["feiten"]["pleegdatum"]), context=kader_)
    except (ValueError, LookupError, TypeError):
        return False
    return _te_jong(gba(geboren), gepleegd)
