"""Every setting of a hub process, from the environment: `HUB_*`. All faults at once. A secret is never a setting, its file is."""

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from hub.stream.verbinding import Verbinding


class InstellingFout(Exception):
    """The settings are wrong; the message names every fault."""


class Instellingen(BaseSettings):
    """Settings of `hub worker` and the operator's commands."""

    model_config = SettingsConfigDict(
        env_prefix="HUB_",
        env_nested_delimiter="_",
        env_nested_max_split=1,
        frozen=True,
        extra="forbid",
        nested_model_default_partial_update=True,
    )

    kafka: Verbinding = Verbinding()
    groep: str = "hub"
    """Consumer group of the workers."""
    instantie: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")] = "worker-1"
    """This worker's stable name in the group: unique per running worker, the same after its restart."""
    adres: str = "127.0.0.1"
    poort: Annotated[int, Field(ge=1, le=65535)] = 9101
    """Health and metrics."""
    oin: Annotated[str, Field(pattern=r"^\d{20}$")] = "00000099000000000001"
    """OIN of the hub's operator; prefix 00000099 is the test range."""
    tafels: str = ""
    """Tafels that have joined this installation, separated by commas; empty: every tafel of the register. Only they have topics."""
    werkers: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}(,[a-z0-9-]{1,60})*$")] = "worker-1,worker-2"
    """The `instantie` of every worker, separated by commas: each has a Kafka user and rights of its own."""
    replicatie: Annotated[int, Field(ge=1, le=9)] = 1
    beleid_map: Path | None = None
    """Another policy directory than the one shipped."""
    register_map: Path | None = None
    model_bestand: Path | None = None
    """Another approved model of the matching than the one shipped."""
    omvang_bestand: Path | None = None
    """Reviewed class sizes (`hub matching omvang`)."""
    frequenties_bestand: Path | None = None
    """Table of name frequencies: the one under which the connectors deliver."""
    schemaregister: str | None = None
    """URL of a Confluent-compatible schema registry; none: single-object encoding only."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment alone: no .env file, no directory of secrets."""
        return init_settings, env_settings

    @cached_property
    def bron(self) -> str:
        """CloudEvents source of the hub."""
        return f"urn:nld:oin:{self.oin}:systeem:uitwisselhub"

    @property
    def werkernamen(self) -> tuple[str, ...]:
        return tuple(self.werkers.split(","))

    def aangesloten(self, register: Iterable[str]) -> tuple[str, ...]:
        """The tafels that have joined. Raises InstellingFout for one that the register does not know."""
        bekend = tuple(register)
        gekozen = tuple(tafel.strip() for tafel in self.tafels.split(",") if tafel.strip())
        vreemd = sorted(set(gekozen) - set(bekend))
        if vreemd:
            raise InstellingFout(f"HUB_TAFELS names tafels that are in no register: {', '.join(vreemd)}")
        return gekozen or bekend


def namen() -> frozenset[str]:
    """Every environment variable that is a setting."""
    gewoon = {f"HUB_{naam.upper()}" for naam in Instellingen.model_fields if naam != "kafka"}
    return frozenset(gewoon | {f"HUB_KAFKA_{naam.upper()}" for naam in Verbinding.model_fields})


def lees_instellingen() -> Instellingen:
    """Read the settings. Raises InstellingFout naming every fault at once, never a secret's value."""
    regels = [f"  {naam}: no such setting" for naam in os.environ if naam.startswith("HUB_") and naam not in namen()]
    try:
        instellingen = Instellingen()
    except ValidationError as fout:
        regels += [f"  HUB_{'_'.join(str(deel).upper() for deel in f['loc'])}: {f['msg']}" for f in fout.errors()]
    if regels:
        raise InstellingFout("settings are not right:\n" + "\n".join(sorted(regels)))
    return instellingen
