"""A person as the source registers one: the shape of the BRP API v2, checked field by field. Never leaves this process."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from connectors import datum as datums
from connectors.fouten import VORM
from hub.domein.kalender import dag_van
from hub.matching.namen import ALIASSEN

ONBEKENDE_NAAM: Final = "."
"""What the BRP writes where a name is unknown (standaardwaarde)."""


@dataclass(frozen=True, slots=True)
class Kader:
    """What the checks depend on besides the message."""

    nu: int
    """Milliseconds since the epoch."""
    bsn_fout: Callable[[str], str | None]
    """`bsn.fout_echt` or `bsn.fout_fictief`."""

    @property
    def vandaag(self) -> date:
        return dag_van(self.nu)


class Bericht(BaseModel):
    """Base of everything that comes from outside: strict types, no unknown field, no value in an error text."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=False,
    )


def kader(info: ValidationInfo) -> Kader:
    """The Kader that the caller gave to pydantic; without one nothing can be checked."""
    assert isinstance(info.context, Kader)
    return info.context


_T = TypeVar("_T")


def _tekst_naar(lees: Callable[[str], _T]) -> Callable[[Any], _T]:
    def zet_om(waarde: Any) -> _T:
        if not isinstance(waarde, str):
            raise ValueError("moet een tekst zijn")  # noqa: TRY004 - pydantic collects ValueErrors only
        return lees(waarde)

    return zet_om


Dag = Annotated[date, BeforeValidator(_tekst_naar(datums.dag))]
Tijdstip = Annotated[
    int, BeforeValidator(_tekst_naar(datums.moment)), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""RFC 3339 in the message, milliseconds since the epoch afterwards."""


def _bsn(waarde: str, info: ValidationInfo) -> str:
    fout = kader(info).bsn_fout(waarde)
    if fout:
        raise ValueError(fout)
    return waarde


def _leesbare_tekst(waarde: str) -> str:
    if any(unicodedata.category(teken).startswith("C") for teken in waarde):
        raise ValueError("bevat tekens die niet in een naam voorkomen")
    if waarde != ONBEKENDE_NAAM and not any(teken.isalpha() for teken in waarde):
        raise ValueError("bevat geen letters")
    return waarde.strip()


Bsn = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$"), AfterValidator(_bsn)]
Gemeentecode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
Naamtekst = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_leesbare_tekst)]
Voorvoegseltekst = Annotated[str, StringConstraints(min_length=1, max_length=10), AfterValidator(_leesbare_tekst)]
Plaatstekst = Annotated[str, StringConstraints(min_length=1, max_length=80), AfterValidator(_leesbare_tekst)]


class Datum(Bericht):
    """A whole date."""

    type: Literal["Datum"]
    datum: Dag


class JaarMaandDatum(Bericht):
    """A date without its day."""

    type: Literal["JaarMaandDatum"]
    jaar: Annotated[int, Field(ge=1, le=9999)]
    maand: Annotated[int, Field(ge=1, le=12)]


class JaarDatum(Bericht):
    """A year only."""

    type: Literal["JaarDatum"]
    jaar: Annotated[int, Field(ge=1, le=9999)]


class DatumOnbekend(Bericht):
    """Nothing known."""

    type: Literal["DatumOnbekend"]
    onbekend: Literal[True]


Datumvorm = Datum | JaarMaandDatum | JaarDatum | DatumOnbekend | str
_VORMEN: Final = ("Datum", "JaarMaandDatum", "JaarDatum", "DatumOnbekend")


def _vorm(waarde: Any) -> str | None:
    if isinstance(waarde, str):
        return VORM + "Gba"
    soort = waarde.get("type") if isinstance(waarde, dict) else getattr(waarde, "type", None)
    return VORM + soort if isinstance(soort, str) and soort in _VORMEN else None


def gba(waarde: Datumvorm) -> str:
    """Any form of a date as `JJJJMMDD` with `00` for what is unknown. Raises Datumfout."""
    match waarde:
        case Datum(datum=dag):
            return datums.gba(dag.year, dag.month, dag.day)
        case JaarMaandDatum(jaar=jaar, maand=maand):
            return datums.gba(jaar, maand)
        case JaarDatum(jaar=jaar):
            return datums.gba(jaar)
        case DatumOnbekend():
            return datums.gba(None)
        case str():
            return datums.controleer_gba(waarde)


def _mogelijk(waarde: Datumvorm, info: ValidationInfo) -> Datumvorm:
    vandaag, tekst = kader(info).vandaag, gba(waarde)
    vroegst, laatst = datums.vroegst(tekst), datums.laatst(tekst)
    if vroegst and vroegst > vandaag:
        raise ValueError("deze datum ligt in de toekomst")
    if laatst and vandaag.year - laatst.year > datums.OUDST:
        raise ValueError(f"deze datum ligt meer dan {datums.OUDST} jaar terug")
    return waarde


Geboortedatum = Annotated[
    Annotated[Datum, Tag(VORM + "Datum")]
    | Annotated[JaarMaandDatum, Tag(VORM + "JaarMaandDatum")]
    | Annotated[JaarDatum, Tag(VORM + "JaarDatum")]
    | Annotated[DatumOnbekend, Tag(VORM + "DatumOnbekend")]
    | Annotated[str, Tag(VORM + "Gba"), WithJsonSchema({"type": "string", "pattern": "^[0-9]{8}$"})],
    Discriminator(_vorm, custom_error_type="datumvorm", custom_error_message="datumvorm"),
    AfterValidator(_mogelijk),
]


class Naam(Bericht):
    """Names as registered."""

    voornamen: Naamtekst | None = None
    voorvoegsel: Voorvoegseltekst | None = None
    geslachtsnaam: Naamtekst


class AndereNaam(Bericht):
    """A name that the person is known by beside the registered one: an alias, a partner's name, a name of before."""

    voornamen: Naamtekst | None = None
    geslachtsnaam: Naamtekst | None = None


class Geboorte(Bericht):
    """Birth."""

    datum: Geboortedatum
    plaats: Plaatstekst | None = None


class NatuurlijkPersoon(Bericht):
    """The person of the dossier."""

    burgerservicenummer: Bsn | None = None
    naam: Naam
    andere_namen: Annotated[tuple[AndereNaam, ...], Field(max_length=ALIASSEN)] = ()
    """Compared too: of these the first given name and the first surname that the person has not already."""
    geboorte: Geboorte
    geslacht: Literal["M", "V", "O"]
    """O: unknown."""
    geheimhouding_persoonsgegevens: bool
    """BRP indicatieGeheim above 0. Required: what is forgotten must not become public."""
    gemeente_van_inschrijving: Gemeentecode | None = None
    """Of the BRP; 0000 (unknown) and 1999 (RNI: no residence in the Netherlands) count as none."""

    @property
    def geboortedatum(self) -> str:
        """`JJJJMMDD` with `00` for what is unknown."""
        return gba(self.geboorte.datum)
