"""Requests made from openapi.json, good and bad: never a server error, and always an answer that the description promises."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.api import AANLEVERING
from connectors.openapi import document
from connectors.zender import Bericht
from hub.domein.codes import MeldingSoort
from tests.connectors.opstelling import CASUS, VERDACHTE, Connector, schrijf_instellingen
from tests.connectors.test_bevraging import hub

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
VOORBEELDEN = 15
"""Requests per operation and kind."""
STROOM = "/v1/meldingen/stroom"
"""Never ends, and is tested by hand."""


@dataclass
class Draaiend:
    """A connector in a thread of its own."""

    basis: str
    melding: str
    zaaknummer: str
    beschrijving: dict[str, Any]


@contextmanager
def draaiend(map_: Path, soort: str) -> Iterator[Draaiend]:
    """With one dossier delivered and one melding about it, Kafka there and the inbox up to date."""
    lus = asyncio.new_event_loop()
    draad = threading.Thread(target=lus.run_forever)
    draad.start()

    async def start() -> tuple[Connector, TestServer]:
        config = schrijf_instellingen(map_, soort)
        veel = "".join(f"{wie}_per_{per} = 1000000\n" for wie in ("actor", "client") for per in ("uur", "dag"))
        config.write_text(config.read_text() + f"[bevraging]\n{veel}")
        connector = Connector.van(config)
        beantwoord = hub(connector)

        def bij_sturen(bericht: Bericht) -> None:
            if dict(bericht.koppen)["ce_type"] == b"nl.uitwisselhub.bevraging.v1":
                beantwoord(bericht)

        connector.zender.bij_sturen = bij_sturen
        connector.inbox.bij()
        server = TestServer(connector.api.app())
        await server.start_server()
        zaaknummer = bericht_van(soort)["zaaknummer"]
        connector.bezorg(connector.melding(1, MeldingSoort.BEKEND, zaaknummer))
        return connector, server

    async def stop(connector: Connector, server: TestServer) -> None:
        await server.close()
        connector.opslag.sluit()

    connector, server = asyncio.run_coroutine_threadsafe(start(), lus).result(30)
    try:
        basis = str(server.make_url("")).rstrip("/")
        zaaknummer = bericht_van(soort)["zaaknummer"]
        pad = "/v1/verdachten" if soort == "ZSM" else "/v1/casussen"
        assert requests.post(basis + pad, json=bericht_van(soort), timeout=10).status_code == 202
        beschrijving = requests.get(f"{basis}/v1/openapi.json", timeout=10).json()
        melding = str(connector.melding(1, zaaknummer=zaaknummer).id)
        yield Draaiend(basis, melding, zaaknummer, beschrijving)
    finally:
        asyncio.run_coroutine_threadsafe(stop(connector, server), lus).result(30)
        lus.call_soon_threadsafe(lus.stop)
        draad.join()
        lus.close()


def bericht_van(soort: str) -> dict[str, Any]:
    return VERDACHTE if soort == "ZSM" else CASUS


@pytest.mark.parametrize("soort", ["ZSM", "VEILIGHEIDSHUIS"])
@pytest.mark.parametrize("wijze", list(GenerationMode), ids=lambda wijze: wijze.value)
def test_geen_serverfout(tmp_path: Path, soort: str, wijze: GenerationMode) -> None:
    """Every operation, with good and with bad requests, about what is there and what is not."""
    with draaiend(tmp_path, soort) as connector:
        schema = schemathesis.openapi.from_dict(connector.beschrijving)
        echt = {"melding": connector.melding, "zaaknummer": connector.zaaknummer}
        bewerkingen = [gevonden.ok() for gevonden in schema.get_all_operations() if isinstance(gevonden, Ok)]
        gezien = set()
        for bewerking in bewerkingen:
            if bewerking.path == STROOM:
                continue
            gezien.add(bewerking.path)
            _bestook(bewerking, connector.basis, wijze, {})
            pad = {naam: waarde for naam, waarde in echt.items() if f"{{{naam}}}" in bewerking.path}
            if pad and (
                bewerking.method == "post" or wijze is GenerationMode.POSITIVE
            ):  # there must be something to spoil
                _bestook(bewerking, connector.basis, wijze, pad)
        assert gezien == set(connector.beschrijving["paths"]) - {STROOM}


def _bestook(bewerking: Any, basis: str, wijze: GenerationMode, pad: dict[str, str]) -> None:
    strategie = bewerking.as_strategy(generation_mode=wijze, path_parameters=pad or None)

    @settings(max_examples=VOORBEELDEN, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=strategie)
    def een(case: Case[Any]) -> None:
        antwoord = case.call(base_url=basis, timeout=10)
        case.validate_response(antwoord, checks=CHECKS)

    een()


def test_beschrijving_is_geldig() -> None:
    """Whatever kind of connector, guarded or not: each reference is there, each problem document is one."""
    for aanlevering in AANLEVERING.values():
        for bevragen in (False, True):
            for bewaakt in (False, True):
                beschrijving = document(aanlevering, bevragen=bevragen, bewaakt=bewaakt)
                schemathesis.openapi.from_dict(beschrijving).validate()
                tekst = json.dumps(beschrijving)
                genoemd = {stuk.partition('"')[0] for stuk in tekst.split("#/components/schemas/")[1:]}
                assert genoemd <= set(beschrijving["components"]["schemas"])
                assert ("securitySchemes" in beschrijving["components"]) is bewaakt
