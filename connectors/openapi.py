"""The description of the API, built from the models that check the messages."""

from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from connectors.bevraging import AntwoordUit
from connectors.invoer import ZAAKNUMMER, Bevraging, Casus, Intrekking, Verdachte
from connectors.problemen import API_VERSIE, MEDIATYPE
from connectors.terugkoppeling import Reactiebericht
from connectors.toegang import Recht
from connectors.uitvoer import MeldingUit
from hub.domein.codes import Reactie

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
_DOSSIER: Final = {
    "type": "object",
    "required": ["zaaknummer", "versie", "meldingen"],
    "properties": {
        "zaaknummer": {"type": "string"},
        "versie": {
            "type": ["integer", "null"],
            "description": "Hoogste versie die is bezorgd, in milliseconden sinds 1970-01-01T00:00Z; null: nog geen.",
        },
        "meldingen": {
            "type": "array",
            "description": "Wat de hub meldde over dit dossier zelf, of over een dossier dat het voortzet: STATUS en GEWEIGERD.",
            "items": {"$ref": "#/components/schemas/MeldingUit"},
        },
    },
}
_GEZEGD: Final = {
    "type": "object",
    "required": ["id", "melding", "soort", "ontvangen"],
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "Dezelfde bij herhaling."},
        "melding": {"type": "string", "format": "uuid"},
        "soort": {"type": "string", "enum": [str(soort) for soort in Reactie if soort is not Reactie.BEZORGD]},
        "ontvangen": {"type": "boolean", "const": True},
    },
}
_VANAF: Final = [
    {
        "name": "sinds",
        "in": "query",
        "description": "Alleen meldingen na dit volgnummer. Volgnummers lopen op, ook na verlies van de opslag, en slaan nummers over; "
        "een nummer dat nooit is uitgegeven geldt als 0.",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    }
]


_IDEMPOTENTIE: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Dezelfde sleutel met hetzelfde bericht is hetzelfde bericht.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_MELDING: Final = {"name": "melding", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
_ZAAKNUMMER: Final = {
    "name": "zaaknummer",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": ZAAKNUMMER},
}


_TOEGANG: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "OAuth 2.0 client credentials bij de eigen uitgever; de rechten staan in scope.",
}


def document(
    aanlevering: tuple[str, type[Verdachte] | type[Casus]], *, bevragen: bool, bewaakt: bool
) -> dict[str, Any]:
    """OpenAPI 3.1 of one connector: path and model of its one kind of dossier, whether it asks questions and wants tokens."""
    pad, model = aanlevering
    modellen: list[type[BaseModel]] = [model, Intrekking, Reactiebericht, *([Bevraging] if bevragen else [])]
    uitvoer: list[type[BaseModel]] = [MeldingUit, *([AntwoordUit] if bevragen else [])]
    uit: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Connector van de uitwisselhub",
            "version": API_VERSIE,
            "description": "Signalen aanleveren, meldingen ophalen en erop reageren, binnen de eigen organisatie.",
            "contact": {
                "name": "Beheer uitwisselhub",
                "email": "beheer@uitwisselhub.example",
                "url": "https://uitwisselhub.example/",
            },
        },
        "paths": {
            pad: {
                "post": _post(
                    "Lever de volledige stand van één dossier aan.",
                    model.__name__,
                    problemen=(422,),
                    parameters=(_IDEMPOTENTIE,),
                )
            },
            "/v1/intrekkingen": {
                "post": _post(
                    "Trek alles in wat uit een dossier is afgeleid.",
                    "Intrekking",
                    problemen=(422,),
                    parameters=(_IDEMPOTENTIE,),
                )
            },
            **_meldingen(),
            "/v1/dossiers/{zaaknummer}": {
                "get": _get("Hoe een eigen dossier ervoor staat.", _json("Dossier"), 404)
                | {"parameters": [_ZAAKNUMMER]}
            },
            **(_bevragingen() if bevragen else {}),
        },
        "components": {
            "schemas": {
                **_schemas(modellen, "validation"),
                **_schemas(uitvoer, "serialization"),
                **{"Probleem": _PROBLEEM, "Ontvangst": _ONTVANGST, "Gezegd": _GEZEGD},
                **{"Lijst": _LIJST, "Dossier": _DOSSIER},
            }
        },
    }
    return _bewaakt(uit) if bewaakt else uit


def _bewaakt(document_: dict[str, Any]) -> dict[str, Any]:
    """The same where a token is wanted, with the scope of each operation."""
    for pad, methoden in document_["paths"].items():
        for methode, deel in methoden.items():
            deel["security"] = [{"toegang": [_recht(pad, methode)]}]
            deel["responses"] |= _problemen(401, 403, 429)
    document_["components"]["securitySchemes"] = {"toegang": _TOEGANG}
    return document_


def _recht(pad: str, methode: str) -> Recht:
    if methode == "get":
        return Recht.MELDINGEN_LEZEN
    if pad.endswith("/terugkoppelingen"):
        return Recht.TERUGKOPPELEN
    return Recht.BEVRAGEN if pad == "/v1/bevragingen" else Recht.SIGNALEREN


def _schemas(modellen: list[type[BaseModel]], wijze: Literal["validation", "serialization"]) -> dict[str, Any]:
    _, schema = models_json_schema([(m, wijze) for m in modellen], ref_template="#/components/schemas/{model}")
    return dict(schema["$defs"])


def _meldingen() -> dict[str, Any]:
    limiet = {
        "name": "limiet",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    }
    stroom = {"text/event-stream": {"schema": {"type": "string"}}}
    return {
        "/v1/meldingen": {
            "get": _get("De meldingen aan deze tafel.", _json("Lijst")) | {"parameters": [*_VANAF, limiet]}
        },
        "/v1/meldingen/stroom": {
            "get": _get("Meldingen zodra zij komen, als server-sent events; hervat met Last-Event-ID.", stroom)
            | {"parameters": _VANAF}
        },
        "/v1/meldingen/{melding}/terugkoppelingen": {
            "post": _post(
                "Zeg iets over een melding in deze inbox.",
                "Reactiebericht",
                antwoord=("202", "Gezegd"),
                problemen=(404, 409, 422),
                parameters=(_MELDING, _IDEMPOTENTIE),
            )
        },
    }


def _bevragingen() -> dict[str, Any]:
    samenvatting = (
        "Check op bekendheid: vraag alle Veiligheidshuizen tegelijk naar één persoon en wacht op het antwoord."
    )
    return {
        "/v1/bevragingen": {"post": _post(samenvatting, "Bevraging", antwoord=("200", "AntwoordUit"), problemen=(429,))}
    }


def _post(
    samenvatting: str,
    model: str,
    *,
    antwoord: tuple[str, str] = ("202", "Ontvangst"),
    problemen: tuple[int, ...] = (),
    parameters: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """`antwoord`: status and schema of the yes."""
    status, schema = antwoord
    return {
        "summary": samenvatting,
        "operationId": f"lever{model}",
        "parameters": list(parameters),
        "requestBody": {"required": True, "content": _json(model)},
        "responses": {
            status: {
                "description": "Het antwoord." if status == "200" else "Bezorgd bij de hub.",
                "content": _json(schema),
            },
            **_problemen(400, 413, 415, 500, 503, *problemen),
        },
    }


def _get(samenvatting: str, inhoud: dict[str, Any], *problemen: int) -> dict[str, Any]:
    return {
        "summary": samenvatting,
        "responses": {
            "200": {"description": "Wat er nu staat.", "content": inhoud},
            **_problemen(400, 500, 503, *problemen),
        },
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _problemen(*statussen: int) -> dict[str, Any]:
    inhoud = {MEDIATYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
    return {str(status): {"description": "Probleem.", "content": inhoud} for status in sorted(statussen)}
