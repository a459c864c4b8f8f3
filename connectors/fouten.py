"""What is wrong with a message, in Dutch: a JSON pointer and a sentence per fault, and never a value of the message.

pydantic finds the faults; only their kind and the limits that our own models set are used here. The name of an unknown field is
repeated only where it looks like one: anything else may be a value in the wrong place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

VORM: Final = "vorm:"
"""Marks the tag of a union in pydantic's location: a choice of ours, not a place in the message."""

_VELDNAAM: Final = re.compile(r"[a-z][A-Za-z]{0,39}")
_WAARDE: Final = re.compile(r"'(\w+)'")
_SKN: Final = frozenset({"skn", "strafrechtsketennummer", "vipnummer", "vipNummer"})


@dataclass(frozen=True, slots=True)
class Fout:
    """One fault: where (RFC 6901; empty: the whole message) and what, in Dutch."""

    pointer: str
    detail: str


class Ongeldig(Exception):
    """The message cannot be accepted; `fouten` names every fault."""

    def __init__(self, fouten: tuple[Fout, ...]) -> None:
        super().__init__(f"{len(fouten)} faults")
        self.fouten = fouten


class Onleesbaar(Ongeldig):
    """The message is not JSON at all."""


def vertaal(fout: ValidationError) -> Ongeldig:
    """The same faults as pydantic found, for the sender."""
    regels = fout.errors(include_url=False, include_input=False)
    soort = Onleesbaar if any(regel["type"] == "json_invalid" for regel in regels) else Ongeldig
    return soort(tuple(_fout(regel) for regel in regels))


def _fout(regel: ErrorDetails) -> Fout:
    plaats, soort = regel["loc"], regel["type"]
    if soort == "extra_forbidden":
        return _onbekend_veld(plaats)
    maak = _TEKSTEN.get(soort)
    detail = maak(regel.get("ctx", {})) if maak else "ongeldige waarde"
    return Fout(_pointer(plaats), detail)


def _onbekend_veld(plaats: tuple[int | str, ...]) -> Fout:
    naam = str(plaats[-1])
    if naam in _SKN:
        detail = "het strafrechtsketennummer mag de strafrechtketen niet verlaten (art. 27b Sv); stuur het niet mee"
        return Fout(_pointer(plaats), detail)
    if _VELDNAAM.fullmatch(naam):
        return Fout(_pointer(plaats), "onbekend veld")
    return Fout(_pointer(plaats[:-1]), "bevat een onbekend veld waarvan de naam niet wordt herhaald")


def _pointer(plaats: tuple[int | str, ...]) -> str:
    delen = (str(deel) for deel in plaats if not (isinstance(deel, str) and deel.startswith(VORM)))
    return "".join("/" + deel.replace("~", "~0").replace("/", "~1") for deel in delen)


_Ctx = Mapping[str, Any]
_TEKSTEN: Final[Mapping[str, Callable[[_Ctx], str]]] = {
    "missing": lambda _: "verplicht veld ontbreekt",
    "value_error": lambda ctx: str(ctx["error"]),
    "json_invalid": lambda ctx: f"geen geldige JSON ({ctx['error']})",
    "string_type": lambda _: "moet een tekst zijn",
    "int_type": lambda _: "moet een geheel getal zijn",
    "int_from_float": lambda _: "moet een geheel getal zijn",
    "int_parsing_size": lambda _: "is een te groot getal",
    "uuid_parsing": lambda _: "moet een UUID zijn",
    "uuid_type": lambda _: "moet een UUID zijn",
    "bool_type": lambda _: "moet true of false zijn",
    "tuple_type": lambda _: "moet een lijst zijn",
    "model_type": lambda _: "moet een JSON-object zijn",
    "model_attributes_type": lambda _: "moet een JSON-object zijn",
    "enum": lambda ctx: f"staat niet in de lijst: {_lijst(ctx)}",
    "literal_error": lambda ctx: f"staat niet in de lijst: {_lijst(ctx)}",
    "string_too_short": lambda ctx: f"heeft ten minste {ctx['min_length']} teken(s)",
    "string_too_long": lambda ctx: f"heeft ten hoogste {ctx['max_length']} tekens",
    "string_pattern_mismatch": lambda ctx: f"voldoet niet aan de vorm {ctx['pattern']}",
    "too_short": lambda ctx: f"heeft ten minste {ctx['min_length']} element(en)",
    "too_long": lambda ctx: f"heeft ten hoogste {ctx['max_length']} elementen",
    "greater_than_equal": lambda ctx: f"is ten minste {ctx['ge']}",
    "less_than_equal": lambda ctx: f"is ten hoogste {ctx['le']}",
    "datumvorm": lambda _: (
        "moet JJJJMMDD zijn (00 voor wat onbekend is) of een object met type Datum, JaarMaandDatum, JaarDatum of DatumOnbekend"
    ),
}


def _lijst(ctx: _Ctx) -> str:
    """The allowed values: pydantic writes them as 'A', 'B' or 'C', and members of a closed list as <Naam.A: 'A'>."""
    verwacht = str(ctx["expected"])
    return ", ".join(_WAARDE.findall(verwacht)) or verwacht.lower()
