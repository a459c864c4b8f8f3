"""What the rules of a policy tell apart: of gevallen for which every condition comes out the same; time counts where a rule turns."""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.privacy.regels import (
    TERMIJNFEIT,
    Expressie,
    Regel,
    Regelsoort,
    delen_van,
    feiten_in,
    onderdelen,
    pad,
    vergelijking,
)

Feiten = dict[str, Any]
"""Facts by their full names, as `bron.fase`; a record under its own name too."""
Vraag = Callable[[Feiten], Any]
"""What one condition, or one part of it, says of facts."""

_LONG: Final = range(-(2**63), 2**63)
"""The numbers of Cedar; any other is a fault in the facts."""


def _bevat_alle(links: Iterable[Any], rechts: Iterable[Any]) -> bool:
    return set(rechts) <= set(links)


_GELIJK: Final = frozenset({"==", "!="})
_BEWERKINGEN: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    **{"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    **{"contains": operator.contains, "containsAll": _bevat_alle},
}
"""What Cedar's operators do with numbers, texts and sets of texts."""
_VERBIND: Final = frozenset({"&&", "||", "!", "if-then-else"})
"""What only puts conditions together: whatever these say follows from what their parts say."""


@dataclass(frozen=True, slots=True)
class Onderscheid:
    """All that some rules can learn of facts. Two gevallen of which it is the same are one to these rules."""

    vragen: tuple[Vraag, ...]

    @classmethod
    def van(cls, regels: Iterable[Regel]) -> "Onderscheid":
        bladen = {json.dumps(blad, sort_keys=True): blad for regel in regels for blad in _bladen(regel)}
        return cls(tuple(_vraag(bladen[tekst]) for tekst in sorted(bladen)))

    def __call__(self, feiten: Mapping[str, Any]) -> list[Any]:
        """Of what kind each fact is, on which it depends whether the schema takes it; and what every condition says of them."""
        paren = list(_plat(feiten))
        plat = dict(paren)
        return [[(naam, _soort(waarde)) for naam, waarde in paren], [vraag(plat) for vraag in self.vragen]]


def onderscheid(regels: Mapping[str, Regel]) -> Onderscheid:
    """What all rules of a policy tell apart."""
    return Onderscheid.van(regels.values())


def veldonderscheid(regels: Mapping[str, Regel]) -> Onderscheid:
    """What the rules of fields tell apart."""
    return Onderscheid.van(regel for regel in regels.values() if regel.soort is Regelsoort.VELD)


def _bladen(regel: Regel) -> Iterator[Expressie]:
    """The conditions of a rule, taken apart as far as they are put together from others."""
    te_lezen = list(regel.expressies)
    while te_lezen:
        expressie = te_lezen.pop()
        ((teken, _),) = expressie.items()
        if teken in _VERBIND:
            te_lezen += delen_van(expressie)
        else:
            yield expressie


def _vraag(blad: Expressie) -> Vraag:
    """What to ask for a condition: itself where its form is plain, else the value of every fact in it."""
    ((teken, delen),) = blad.items()
    if teken == "isEmpty" and (naam := pad(delen["arg"])):
        feit = _feit(naam)
        return lambda feiten: not feit(feiten)
    if teken in _BEWERKINGEN:
        links, rechts = _waarde(delen["left"]), _waarde(delen["right"])
        # Of two facts that are equal it is not known here whether they are sets, in which no order counts.
        plat = teken not in _GELIJK or "Value" in delen["left"] or "Value" in delen["right"]
        if links is not None and rechts is not None and plat:
            return _bewerking(_BEWERKINGEN[teken], links, rechts)
    gelezen = [_feit(naam) for naam in sorted(feiten_in(blad))]
    return lambda feiten: [feit(feiten) for feit in gelezen]


def _bewerking(doe: Callable[[Any, Any], bool], links: Vraag, rechts: Vraag) -> Vraag:
    def vraag(feiten: Feiten) -> Any:
        try:
            return doe(links(feiten), rechts(feiten))
        except (
            TypeError
        ):  # a fact is not there, or of another kind than the schema says: that is told apart by its kind
            return None

    return vraag


def _waarde(expressie: Expressie) -> Vraag | None:
    """Reads a fact, or says what is written: a number, a text or a set of these; None: it is something else."""
    if naam := pad(expressie):
        return _feit(naam)
    geschreven = [deel.get("Value") for deel in expressie.get("Set", [expressie])]
    if not all(type(een) in (int, str) for een in geschreven):
        return None
    waarde = geschreven if "Set" in expressie else geschreven[0]
    return lambda _: waarde


def _feit(naam: str) -> Vraag:
    """Reads one fact; None where it is not there, as a rule may name one behind `has`."""
    return lambda feiten: feiten.get(naam)


def _plat(feiten: Mapping[str, Any], voor: str = "") -> Iterator[tuple[str, Any]]:
    for naam, waarde in feiten.items():
        yield voor + naam, waarde
        if isinstance(waarde, dict):
            yield from _plat(waarde, f"{voor}{naam}.")


def _soort(waarde: Any) -> Any:
    """The kind of a fact, where the schema takes every fact of that kind or none; else the fact itself."""
    if isinstance(waarde, dict):
        return f"record {len(waarde)}"  # so that a name with a point in it is no part of another record
    if isinstance(waarde, bool):
        return "waarheid"
    if isinstance(waarde, str):
        return "woord" if waarde.isascii() else waarde
    if isinstance(waarde, int):
        return "getal" if waarde in _LONG else waarde
    if isinstance(waarde, list) and all(isinstance(deel, str) and deel.isascii() for deel in waarde):
        return "woorden"
    return waarde


def termijnen(regels: Mapping[str, Regel]) -> frozenset[int]:
    """The numbers of whole days at which a comparison with TERMIJNFEIT turns, over all rules."""
    delen = (deel for regel in regels.values() for deel in onderdelen(*regel.expressies))
    gevonden = (een for deel in delen if (een := vergelijking(deel)) is not None)
    return frozenset(dag for naam, dagen in gevonden if naam.endswith(TERMIJNFEIT) for dag in dagen)
