"""What the rules of a policy tell apart: values that are the same to every rule share an answer; time counts where a rule turns."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.domein.codes import Code
from hub.privacy.feiten import LIJSTEN
from hub.privacy.regels import (
    TERMIJNFEIT,
    Expressie,
    Herken,
    Regel,
    Regelsoort,
    feiten_in,
    gebruik,
    pad,
    vergelijking,
    woorden_van,
)

_LONG: Final = range(-(2**63), 2**63)
"""The numbers of Cedar; any other is a fault in the facts."""


@dataclass(frozen=True, slots=True)
class Getalklassen:
    """What rules tell apart of a number: between which of these it lies."""

    grenzen: tuple[int, ...]
    """The numbers at which a comparison turns, ascending."""

    def __call__(self, waarde: Any) -> Any:
        """The lowest number of the class; what Cedar takes for no number stays as it is."""
        if type(waarde) is not int or waarde not in _LONG:
            return waarde
        nr = bisect_right(self.grenzen, waarde)
        return self.grenzen[nr - 1] if nr else _LONG.start


@dataclass(frozen=True, slots=True)
class Woordklassen:
    """What rules tell apart of a text out of a closed list."""

    klassen: Mapping[str, str]
    """Per word, the first word of the list that no rule tells from it."""

    def __call__(self, waarde: Any) -> Any:
        """The class; what is no word of the list stays as it is."""
        return self.klassen.get(waarde, waarde) if isinstance(waarde, str) else waarde


def onderscheid(regels: Mapping[str, Regel]) -> dict[str, Getalklassen | Woordklassen]:
    """Per fact that rules hold against plain numbers, or against texts that are written out, and use in no other way: what they tell
    apart. Two values of one class are the same to every rule."""
    grenzen = _alleen_zo(regels, vergelijking).items()
    woorden = _alleen_zo(regels, _opsomming).items()
    return {
        **{naam: Getalklassen(tuple(sorted(set().union(*gevonden)))) for naam, gevonden in grenzen},
        **{naam: _woordklassen(LIJSTEN[naam], gevonden) for naam, gevonden in woorden if naam in LIJSTEN},
    }


def _alleen_zo(regels: Mapping[str, Regel], herken: Herken) -> dict[str, list[tuple[Any, ...]]]:
    """The facts that occur in no expression but those that `herken` knows, each with what it is held against there."""
    zo: dict[str, list[tuple[Any, ...]]] = {}
    anders: set[str] = set()
    for regel in regels.values():
        for naam, waarmee in gebruik(regel, herken):
            if waarmee is None:
                anders.add(naam)
            else:
                zo.setdefault(naam, []).append(waarmee)
    # Of a record that is used as a whole every part counts by its value.
    return {naam: gevonden for naam, gevonden in zo.items() if not anders & {naam, naam.rpartition(".")[0]}}


def _opsomming(expressie: Expressie) -> tuple[str, tuple[str, ...]] | None:
    """The fact that an expression asks to be one of some written texts, and those; None: it is something else."""
    match expressie:
        case {"==": {"left": feit, "right": lijst}} | {"!=": {"left": feit, "right": lijst}} if (
            "Value" in lijst
        ):  # a text, no set
            naam = pad(feit)
        case {"contains": {"left": {"Set": _} as lijst, "right": feit}}:
            naam = pad(feit)
        case _:
            return None
    woorden = woorden_van(lijst)
    return (naam, woorden) if naam and woorden else None


def _woordklassen(lijst: type[Code], opsommingen: list[tuple[str, ...]]) -> Woordklassen:
    eerste: dict[tuple[bool, ...], str] = {}
    return Woordklassen(
        {woord: eerste.setdefault(tuple(woord in een for een in opsommingen), woord) for woord in lijst.__members__}
    )


def termijnen(regels: Mapping[str, Regel]) -> frozenset[int]:
    """The numbers of whole days at which a comparison with TERMIJNFEIT turns, over all rules."""
    alle = (een for regel in regels.values() for een in gebruik(regel, vergelijking))
    return frozenset(dag for naam, dagen in alle if dagen and naam.endswith(TERMIJNFEIT) for dag in dagen)


def veldfeiten(regels: Mapping[str, Regel]) -> frozenset[str]:
    """The facts that the rules of fields look at."""
    return frozenset().union(*(feiten_in(regel) for regel in regels.values() if regel.soort is Regelsoort.VELD))
