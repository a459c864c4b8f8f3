"""Cache key for decisions: two gevallen for which every condition of the policy has the same value get the same answer.

Also the day counts at which a rule turns.
"""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hub.privacy.feiten import FEITEN, GETALLEN, VERZAMELINGEN, WAARHEDEN, WOORDEN
from hub.privacy.regels import (
    TERMIJNFEIT,
    Expressie,
    Regel,
    delen_van,
    delen_van_record,
    feiten_in,
    onderdelen,
    pad,
    vergelijking,
)

_LONG: Final = range(-(2**63), 2**63)
"""The numbers of Cedar; any other is a fault in the facts."""


def _bevat_alle(links: Iterable[Any], rechts: Iterable[Any]) -> bool:
    return set(rechts) <= set(links)


_BOVENAAN: Final = frozenset(naam.partition(".")[0] for naam in FEITEN)
"""The names of the facts and of the records that hold the others."""
_LEEG: Final[Expressie] = {"Set": []}
_GELIJK: Final = frozenset({"==", "!="})
_BEWERKINGEN: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    **{"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    **{"contains": operator.contains, "containsAll": _bevat_alle, "isEmpty": operator.eq},
}
"""What Cedar's operators do with the kinds that facts have: numbers, texts, sets of texts, truths."""
_VERBIND: Final = frozenset({"&&", "||", "!", "if-then-else"})
"""What only puts conditions together: whatever these say follows from what their parts say."""


class Vraag(NamedTuple):
    """A condition of plain form: an operation on two facts, or on a fact and what is written (under its own text as its name)."""

    doe: Callable[[Any, Any], bool]
    links: str
    rechts: str


@dataclass(frozen=True, slots=True)
class Onderscheid:
    """All that some rules can learn of facts. Two gevallen of which it is the same are one to these rules."""

    vragen: tuple[Vraag, ...]
    geschreven: Mapping[str, Any]
    """What is written in them: numbers, texts and sets of these."""
    waarden: tuple[str, ...]
    """The facts that count by their value, because they stand in a condition of another form."""

    def __call__(self, feiten: Mapping[str, Any]) -> list[Any] | None:
        """What every condition says of these facts; None where they are not what is computed: then each may count."""
        plat = _plat(feiten)
        if plat is None:
            return None
        lees = {**self.geschreven, **plat}.__getitem__
        geleerd = list(map(lees, self.waarden))
        for doe, links, rechts in self.vragen:
            try:
                geleerd.append(doe(lees(links), lees(rechts)))
            except TypeError:  # of kinds that do not go together: such a condition loads only where it is never reached
                geleerd.append(None)
        return geleerd


def onderscheid(regels: Mapping[str, Regel]) -> Onderscheid:
    """What the rules of a policy tell apart."""
    vragen: dict[Vraag, None] = {}
    waarden: set[str] = set()
    geschreven: dict[str, Any] = {}
    for blad in (blad for regel in regels.values() for blad in _bladen(regel)):
        vraag = _vraag(blad, geschreven)
        if vraag is not None:
            vragen[vraag] = None
            continue
        for naam in feiten_in(blad):
            waarden |= {naam} if naam in FEITEN else delen_van_record(naam)
    return Onderscheid(tuple(vragen), geschreven, tuple(sorted(waarden)))


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


def _vraag(blad: Expressie, geschreven: dict[str, Any]) -> Vraag | None:
    """What to ask for a condition, with what is written in it added to `geschreven`; None: its form is not plain."""
    ((teken, delen),) = blad.items()
    if teken not in _BEWERKINGEN:
        return None
    links, rechts = (delen["arg"], _LEEG) if teken == "isEmpty" else (delen["left"], delen["right"])
    # Of two facts that are equal it is not known here whether they are sets, in which no order counts.
    if teken in _GELIJK and "Value" not in links and "Value" not in rechts:
        return None
    een, ander = _naam(links, geschreven), _naam(rechts, geschreven)
    return None if een is None or ander is None else Vraag(_BEWERKINGEN[teken], een, ander)


def _naam(expressie: Expressie, geschreven: dict[str, Any]) -> str | None:
    """Of a fact; of what is written its text, under which it then stands in `geschreven`; None: it is something else."""
    if naam := pad(expressie):
        return naam if naam in FEITEN else None
    waarden = [deel.get("Value") for deel in expressie.get("Set", [expressie])]
    if not all(type(een) in (int, str) for een in waarden):
        return None
    naam = json.dumps(expressie)
    geschreven[naam] = waarden if "Set" in expressie else waarden[0]
    return naam


def _plat(feiten: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts by their full names; None where one is missing, of another kind than it is computed, or unknown.

    Unlike `proeftuin.plat` no further down than facts go: a record inside a record, an empty one too, is a fact that nobody computes.
    """
    if feiten.keys() != _BOVENAAN:
        return None
    plat: dict[str, Any] = {}
    for naam, waarde in feiten.items():
        if isinstance(waarde, dict):
            plat.update((f"{naam}.{kort}", een) for kort, een in waarde.items())
        else:
            plat[naam] = waarde
    past = (
        plat.keys() == FEITEN
        and _zijn_woorden([plat[naam] for naam in WOORDEN])
        and all(type(plat[naam]) is list and _zijn_woorden(plat[naam]) for naam in VERZAMELINGEN)
        and all(type(plat[naam]) is int and plat[naam] in _LONG for naam in GETALLEN)
        and all(type(plat[naam]) is bool for naam in WAARHEDEN)
    )
    return plat if past else None


def _zijn_woorden(lijst: list[Any]) -> bool:
    try:
        return "".join(lijst).isascii()
    except TypeError:
        return False


def termijnen(regels: Mapping[str, Regel]) -> frozenset[int]:
    """The numbers of whole days at which a comparison with TERMIJNFEIT turns, over all rules."""
    delen = (deel for regel in regels.values() for deel in onderdelen(*regel.expressies))
    gevonden = (een for deel in delen if (een := vergelijking(deel)) is not None)
    return frozenset(dag for naam, dagen in gevonden if naam.endswith(TERMIJNFEIT) for dag in dagen)
