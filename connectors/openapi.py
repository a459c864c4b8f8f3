"""The description of the API, built from the models that check the messages."""

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from connectors.bezorging import MeldingUit
from connectors.invoer import Casus, Intrekking, Verdachte
from connectors.problemen import API_VERSIE, MEDIATYPE

_PROBLEEM: Final = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["status", "title", "detail"],
    "properties": {
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_ONTVANGST: Final = {
    "type": "object",
    "required": ["zaaknummer", "versie", "ontvangen", "verouderd"],
    "properties": {
        "zaaknummer": {"type": "string"},
        "versie": {"type": "integer", "description": "Milliseconden sinds 1970-01-01T00:00Z."},
        "ontvangen": {"type": "boolean", "const": True},
        "verouderd": {
            "type": "boolean",
            "description": "Er is al iets nieuwers, of iets anders met dezelfde versie, aangeleverd; dit bericht verandert niets.",
        },
    },
}
_LIJST: Final = {
    "type": "object",
    "required": ["meldingen", "volgende"],
    "properties": {
        "meldingen": {"type": "array", "items": {"$ref": "#/components/schemas/MeldingUit"}},
        "volgende": {"type": "integer", "description": "Geef dit als sinds om verder te lezen."},
    },
}
_VANAF: Final = [
    {
        "name": "sinds",
        "in": "query",
        "description": "Alleen meldingen na dit volgnummer.",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    }
]


def document(aanlevering: tuple[str, type[Verdachte] | type[Casus]]) -> dict[str, Any]:
    """OpenAPI 3.1 of one connector; `aanlevering` is the path and the model of its one kind of dossier."""
    pad, model = aanlevering
    modellen: list[type[BaseModel]] = [model, Intrekking]
    _, invoer = models_json_schema([(m, "validation") for m in modellen], ref_template="#/components/schemas/{model}")
    _, uitvoer = models_json_schema([(MeldingUit, "serialization")], ref_template="#/components/schemas/{model}")
    schemas = {**invoer["$defs"], **uitvoer["$defs"], "Probleem": _PROBLEEM, "Ontvangst": _ONTVANGST, "Lijst": _LIJST}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Connector van de uitwisselhub",
            "version": API_VERSIE,
            "description": "Signalen aanleveren en meldingen ophalen, binnen de eigen organisatie.",
            "contact": {
                "name": "Beheer uitwisselhub",
                "email": "beheer@uitwisselhub.example",
                "url": "https://uitwisselhub.example/",
            },
        },
        "paths": {
            pad: {"post": _post("Lever de volledige stand van één dossier aan.", model.__name__)},
            "/v1/intrekkingen": {"post": _post("Trek alles in wat uit een dossier is afgeleid.", "Intrekking")},
            "/v1/meldingen": {
                "get": _get("De meldingen aan deze tafel.", "application/json", {"$ref": "#/components/schemas/Lijst"})
                | {
                    "parameters": [
                        *_VANAF,
                        {
                            "name": "limiet",
                            "in": "query",
                            "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
                        },
                    ]
                }
            },
            "/v1/meldingen/stroom": {
                "get": _get(
                    "Meldingen zodra zij komen, als server-sent events; hervat met Last-Event-ID.",
                    "text/event-stream",
                    {"type": "string"},
                )
                | {"parameters": _VANAF}
            },
        },
        "components": {"schemas": schemas},
    }


def _post(samenvatting: str, model: str) -> dict[str, Any]:
    return {
        "summary": samenvatting,
        "operationId": f"lever{model}",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}},
        },
        "responses": {
            "202": {
                "description": "Bezorgd bij de hub.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ontvangst"}}},
            },
            **_problemen(400, 413, 415, 500, 503),
        },
    }


def _get(samenvatting: str, mediatype: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": samenvatting,
        "responses": {
            "200": {"description": "De meldingen.", "content": {mediatype: {"schema": schema}}},
            **_problemen(400, 500, 503),
        },
    }


def _problemen(*statussen: int) -> dict[str, Any]:
    inhoud = {MEDIATYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
    return {str(status): {"description": "Probleem.", "content": inhoud} for status in statussen}
