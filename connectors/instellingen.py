"""Everything that can be set for one connector: a TOML file, overruled by the environment. All faults at once.

Environment: `CONNECTOR_POORT=8082`, `CONNECTOR_KAFKA__BOOTSTRAP=...`. Keys and passwords are no settings: a setting names their file.
Relative paths are relative to the TOML file.
"""

import os
import tomllib
from collections.abc import Callable
from enum import auto
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from connectors.invoer import LANGSTE_TERMIJN
from connectors.pseudoniem import Pseudonimiseerder, SleutelbestandFout, lees_organisatiesleutel
from connectors.quotum import Bevragingsgrenzen
from connectors.signaal import Afzender
from connectors.tls import Tlsinstellingen, context
from connectors.toegang import Toegangsinstellingen, is_lokaal
from hub.domein.codes import Code, Soort
from hub.domein.identiteit import GrondslagVeld, OrganisatieId, TafelVeld
from hub.geheim import GeheimFout
from hub.matching import bsn
from hub.matching.codering import warm
from hub.matching.frequenties import FrequentieFout, Frequenties
from hub.matching.sleutels import SleutelFout, Sleutelring
from hub.stream.verbinding import Verbinding

VOORVOEGSEL: Final = "CONNECTOR_"
TEST_OIN: Final = "00000099"
"""Prefix of OINs that nobody has."""
MEEGELEVERD: Final = Path("meegeleverd")
"""Stands for the table of name frequencies that ships with this version."""


class InstellingenFout(Exception):
    """The settings are wrong; the message names every fault, and no secret."""


class ConnectorSoort(Code):
    """What kind of organisation the connector serves."""

    ZSM = auto()
    VEILIGHEIDSHUIS = auto()


OrganisatieVeld = Annotated[OrganisatieId, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]

_SOORT: Final = {ConnectorSoort.ZSM: Soort.VERDACHTE, ConnectorSoort.VEILIGHEIDSHUIS: Soort.CASUS}


class Instellingen(BaseSettings):
    """Settings of one connector: one organisation, one tafel."""

    model_config = SettingsConfigDict(
        env_prefix=VOORVOEGSEL,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    thuis: ClassVar[Path] = Path()
    """Where relative paths begin."""

    soort: ConnectorSoort
    organisatie: OrganisatieVeld
    tafel: TafelVeld
    fictief: bool = True
    """Only invented persons: a BSN must fail the eleven-test or be a test number, and the OIN must be a test OIN."""
    oin: Annotated[str, Field(pattern=r"^[0-9]{20}$")]
    """Organisatie-identificatienummer, 20 digits."""
    grondslag: GrondslagVeld
    """Grondslag of a message that names none."""
    bewaartermijn_dagen: Annotated[int, Field(ge=1, le=LANGSTE_TERMIJN)] = 365
    """Days that the hub may keep a dossier after its last change."""
    sleutelbestand: Path
    """Root key ring that all connectors share."""
    organisatiesleutel: Path
    """This organisation's own key, which names its dossiers. Never shared; losing it loses the names."""
    overgenomen: dict[OrganisatieVeld, Path] = {}
    """Key files of the organisations that went over into this one: only to name the dossiers that its own continue."""
    frequenties: Annotated[tuple[Path, ...], Field(min_length=1, max_length=2)] = (MEEGELEVERD,)
    """Tables of name frequencies, the same at all organisations: two while they change from the one to the other."""
    opslag: Path
    """SQLite file."""
    adres: str = "127.0.0.1"
    poort: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0: any free port."""
    kafka: Verbinding = Verbinding()
    bevraging: Bevragingsgrenzen = Bevragingsgrenzen()
    """Of a ZSM tafel."""
    toegang: Toegangsinstellingen | None = None
    """Whose tokens let a client in. None: no tokens, and then only this machine can be served."""
    tls: Tlsinstellingen | None = None
    """None: plain HTTP, for this machine or behind a proxy."""

    @field_validator("sleutelbestand", "organisatiesleutel", "opslag")
    @classmethod
    def _bij_het_bestand(cls, pad: Path) -> Path:
        return cls.thuis / pad

    @field_validator("kafka")
    @classmethod
    def _kafka_bij_het_bestand(cls, kafka: Verbinding) -> Verbinding:
        paden = {naam: getattr(kafka, naam) for naam in ("wachtwoord_bestand", "ca_bestand")}
        thuis = kafka.model_copy(update={naam: pad and cls.thuis / pad for naam, pad in paden.items()})
        try:
            thuis.aiokafka()
        except GeheimFout as fout:
            raise ValueError(str(fout)) from None
        return thuis

    @field_validator("toegang")
    @classmethod
    def _niet_open_voor_anderen(
        cls, toegang: Toegangsinstellingen | None, info: ValidationInfo
    ) -> Toegangsinstellingen | None:
        adres = info.data.get("adres", "127.0.0.1")
        if toegang is None:
            if not is_lokaal(adres):
                raise ValueError(
                    f"other machines can reach {adres}, and without [toegang] everybody there may do everything: "
                    "set uitgever, publiek and sleutels_bestand or sleutels_url, or set adres to 127.0.0.1"
                )
            return None
        bestand = toegang.sleutels_bestand and cls.thuis / toegang.sleutels_bestand
        if bestand is not None and not bestand.is_file():
            raise ValueError(f"{bestand}: no such file")
        return toegang.model_copy(update={"sleutels_bestand": bestand})

    @field_validator("tls")
    @classmethod
    def _tls_bruikbaar(cls, tls: Tlsinstellingen | None) -> Tlsinstellingen | None:
        if tls is None:
            return None
        paden = {naam: pad and cls.thuis / pad for naam, pad in dict(tls).items()}
        thuis = tls.model_copy(update=paden)
        try:
            context(thuis)
        except OSError as fout:
            raise ValueError(f"certificaat, sleutel or client_ca cannot be used ({fout.strerror or fout})") from None
        return thuis

    @field_validator("sleutelbestand")
    @classmethod
    def _sleutelring(cls, pad: Path) -> Path:
        return _bruikbaar(pad, Sleutelring.lees)

    @field_validator("frequenties")
    @classmethod
    def _frequenties(cls, paden: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(pad if pad == MEEGELEVERD else _bruikbaar(cls.thuis / pad, Frequenties.lees) for pad in paden)

    @field_validator("organisatiesleutel")
    @classmethod
    def _organisatiesleutel(cls, pad: Path) -> Path:
        return _bruikbaar(pad, lees_organisatiesleutel)

    @field_validator("overgenomen")
    @classmethod
    def _van_anderen(cls, paden: dict[OrganisatieId, Path], info: ValidationInfo) -> dict[OrganisatieId, Path]:
        if info.data.get("organisatie") in paden:
            raise ValueError(
                "an organisation does not take over itself: name the organisations that went over into this one"
            )
        return {wie: _bruikbaar(cls.thuis / pad, lees_organisatiesleutel) for wie, pad in paden.items()}

    @field_validator("opslag")
    @classmethod
    def _map_bestaat(cls, pad: Path) -> Path:
        if not pad.parent.is_dir():
            raise ValueError(f"directory {pad.parent} does not exist: make it")
        return pad

    @field_validator("oin")
    @classmethod
    def _oin_bij_omgeving(cls, oin: str, info: ValidationInfo) -> str:
        fictief = info.data.get("fictief")
        if fictief is True and not oin.startswith(TEST_OIN):
            raise ValueError(f"with fictief = true the OIN must begin with {TEST_OIN}: use a test OIN")
        if fictief is False and oin.startswith(TEST_OIN):
            raise ValueError("with fictief = false a test OIN cannot be used: fill in the organisation's own")
        return oin

    @property
    def dossiersoort(self) -> Soort:
        return _SOORT[self.soort]

    @property
    def afzender(self) -> Afzender:
        return Afzender(self.dossiersoort, self.tafel, self.grondslag, self.bewaartermijn_dagen)

    @property
    def bron(self) -> str:
        """CloudEvents source (NL GOV profile)."""
        return f"urn:nld:oin:{self.oin}:systeem:connector-{self.tafel}"

    @property
    def bsn_fout(self) -> Callable[[str], str | None]:
        return bsn.fout_fictief if self.fictief else bsn.fout_echt

    @cached_property
    def pseudonimiseerder(self) -> Pseudonimiseerder:
        """From the key files, read once; the first person will not have to wait for the encoder."""
        sleutel = lees_organisatiesleutel(self.organisatiesleutel)
        ring, tabellen = Sleutelring.lees(self.sleutelbestand), self.tabellen
        for tabel in tabellen:
            warm(ring, tabel)
        overgenomen = {wie: lees_organisatiesleutel(pad) for wie, pad in self.overgenomen.items()}
        return Pseudonimiseerder(self.organisatie, sleutel, ring, tabellen, overgenomen)

    @property
    def tabellen(self) -> tuple[Frequenties, ...]:
        """Tables of name frequencies under which dossiers are delivered."""
        return tuple(
            Frequenties.standaard() if pad == MEEGELEVERD else Frequenties.lees(pad) for pad in self.frequenties
        )

    def herkomst(self, pseudoniem: Pseudonimiseerder) -> dict[str, str]:
        """What a store must have been made with to be used again."""
        return {
            "organisatie": self.organisatie,
            "tafel": self.tafel,
            "fictief": str(self.fictief),
            "topic_prefix": self.kafka.topic_prefix,
            "organisatiesleutel": pseudoniem.controle(),
        }


def lees_instellingen(bestand: Path) -> Instellingen:
    """The settings of one connector. Raises InstellingenFout, naming every fault at once."""
    try:
        waarden = tomllib.loads(bestand.read_text("utf-8"))
    except OSError as fout:
        raise InstellingenFout(f"{bestand}: cannot be read ({fout.strerror})") from None
    except ValueError as fout:
        raise InstellingenFout(f"{bestand}: not TOML ({fout})") from None
    onbekend = sorted(
        naam
        for naam in os.environ
        if naam.startswith(VOORVOEGSEL)
        and naam.removeprefix(VOORVOEGSEL).lower().partition("__")[0] not in Instellingen.model_fields
    )

    class UitBestand(Instellingen):
        thuis = bestand.absolute().parent

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            """Highest first: the environment, the TOML file."""
            return env_settings, init_settings

    fouten = [f"{naam}: no such setting (environment)" for naam in onbekend]
    try:
        gelezen = UitBestand(**waarden)
    except ValidationError as fout:
        fouten += [_regel(dict(regel)) for regel in fout.errors(include_url=False, include_input=False)]
    else:
        if not fouten:
            return gelezen
    raise InstellingenFout(f"{bestand}: {len(fouten)} fault(s)\n" + "\n".join(f"  - {fout}" for fout in fouten))


def _bruikbaar(pad: Path, lees: Callable[[Path], object]) -> Path:
    try:
        lees(pad)
    except (SleutelFout, SleutelbestandFout, FrequentieFout) as fout:
        raise ValueError(str(fout)) from None
    except OSError as fout:
        raise ValueError(f"{pad}: cannot be read ({fout.strerror})") from None
    return pad


def _regel(fout: dict[str, Any]) -> str:
    plaats = ".".join(str(deel) for deel in fout["loc"])
    tekst = str(fout["msg"]).removeprefix("Value error, ")
    return f"{plaats}: {tekst}" if plaats else tekst
