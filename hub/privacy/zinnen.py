"""Conditions of the policy in Dutch: the words of the rule register, and what has none."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hub.privacy.regels import Expressie, Regel, feiten_in, pad

_TEKENS: Final = {
    "==": "is",
    "!=": "is niet",
    "<": "is kleiner dan",
    "<=": "is hoogstens",
    ">": "is groter dan",
    ">=": "is minstens",
}


class ZonderWoorden(ValueError):
    """A condition of a shape that the rule register cannot say."""


def zonder_woorden(regels: Mapping[str, Regel]) -> list[str]:
    """Every condition of which the register of these rules could not be written. A rule that nobody can read is not reviewed."""
    fouten: list[str] = []
    for regel in regels.values():
        for enkel in _enkele(regel.expressies):
            try:
                zin(enkel)
            except ZonderWoorden as fout:
                fouten.append(f"regel {regel.id}: {fout}")
    return fouten


def punten(expressies: Iterable[Expressie], diepte: int = 0) -> Iterator[str]:
    """Conditions as nested points. Raises ZonderWoorden."""
    for expressie in expressies:
        voor = "  " * diepte + "* "
        match expressie:
            case {"&&": _}:
                yield f"{voor}dit alles:"
                yield from punten(leden(expressie, "&&"), diepte + 1)
            case {"||": _}:
                yield f"{voor}minstens een van deze:"
                yield from punten(leden(expressie, "||"), diepte + 1)
            case {"!": {"arg": {"&&": _} | {"||": _} as deel}}:
                yield f"{voor}niet:"
                yield from punten([deel], diepte + 1)
            case {"!": {"arg": deel}}:
                yield f"{voor}niet: {zin(deel)}"
            case _:
                yield f"{voor}{zin(expressie)}"


def _enkele(expressies: Iterable[Expressie]) -> Iterator[Expressie]:
    """The conditions without connectives that `punten` says."""
    for expressie in expressies:
        match expressie:
            case {"&&": {"left": een, "right": ander}} | {"||": {"left": een, "right": ander}}:
                yield from _enkele([een, ander])
            case {"!": {"arg": {"&&": _} | {"||": _} as deel}}:
                yield from _enkele([deel])
            case {"!": {"arg": deel}}:
                yield deel
            case _:
                yield expressie


def leden(expressie: Expressie, teken: str) -> list[Expressie]:
    """The members of a chain of one connective."""
    if teken not in expressie:
        return [expressie]
    waarde = expressie[teken]
    return leden(waarde["left"], teken) + leden(waarde["right"], teken)


def zin(expressie: Expressie) -> str:  # noqa: PLR0911 - one case per operator
    """One condition without connectives, as words. Raises ZonderWoorden."""
    ((teken, waarde),) = expressie.items()
    match expressie:
        case {".": _}:
            return _term(expressie)
        case {"==": {"left": {"Var": "action"}, "right": {"Value": {"__entity": {"id": str(actie)}}}}}:
            return f"de vraag is of het geval mag wachten (`{actie}`)"
        case {"contains": {"left": {"Set": list(woorden)}, "right": feit}}:
            return f"{_term(feit)} is een van {', '.join(map(_term, woorden))}"
        case {"contains": {"left": verzameling, "right": lid}}:
            return f"{_term(verzameling)} bevat {_term(lid)}"
        case {"containsAll": {"left": verzameling, "right": leden_}}:
            return f"{_term(verzameling)} bevat alles uit {_term(leden_)}"
        case {"containsAny": {"left": verzameling, "right": leden_}}:
            return f"{_term(verzameling)} bevat iets uit {_term(leden_)}"
        case {"isEmpty": {"arg": verzameling}}:
            return f"{_term(verzameling)} is leeg"
        case _ if teken in _TEKENS:
            return f"{_term(waarde['left'])} {_TEKENS[teken]} {_term(waarde['right'])}"
        case _:
            raise _zonder(expressie)


def _term(expressie: Expressie) -> str:
    """A fact, or what is written: a text, a number, or a set of these."""
    if naam := pad(expressie):
        return f"`{naam}`"
    match expressie:
        case {"Value": bool() as waarde}:
            return "waar" if waarde else "onwaar"
        case {"Value": str() | int() as waarde}:
            return str(waarde)
        case {"Set": [_, *_] as delen}:
            return ", ".join(map(_term, delen))
        case _:
            raise _zonder(expressie)


def _zonder(expressie: Expressie) -> ZonderWoorden:
    (teken,) = expressie
    wat = "een losse waarde" if teken in ("Value", "Var") else f"`{teken}`"
    over = ", ".join(sorted(feiten_in(expressie)))
    return ZonderWoorden(
        f"het regelregister heeft hier geen woorden voor {wat}{f' (over {over})' if over else ''};"
        " schrijf de voorwaarde als feiten en vergelijkingen, met && || en ! ertussen"
    )
