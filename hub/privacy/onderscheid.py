"""What the rules of a policy tell apart: of gevallen for which every condition comes out the same; time counts where a rule turns."""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

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

_LONG: Final = range(-(2**63), 2**63)
"""The numbers of Cedar; any other is a fault in the facts."""


def _bevat_alle(links: Iterable[Any], rechts: Iterable[Any]) -> bool:
    return set(rechts) <= set(links)


_LEEG: Final[Expressie] = {"Set": []}
_GELIJK: Final = frozenset({"==", "!="})
_BEWERKINGEN: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    **{"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    **{"contains": operator.contains, "containsAll": _bevat_alle, "isEmpty": operator.eq},
}
"""What Cedar's operators do with numbers, texts and sets of texts."""
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

    @classmethod
    def van(cls, regels: Iterable[Regel]) -> "Onderscheid":
        vragen: dict[Vraag, None] = {}
        waarden: set[str] = set()
        geschreven: dict[str, Any] = {}
        for blad in (blad for regel in regels for blad in _bladen(regel)):
            vraag = _vraag(blad, geschreven)
            if vraag is None:
                waarden |= feiten_in(blad)
            else:
                vragen[vraag] = None
        return cls(tuple(vragen), geschreven, tuple(sorted(waarden)))

    def __call__(self, feiten: Mapping[str, Any]) -> list[Any]:
        """Of what kind each fact is, on which it depends whether the schema takes it; and what every condition says of them."""
        plat = dict(self.geschreven)
        uit: list[Any] = []
        _leg_uit(feiten, "", plat, uit)
        lees = plat.get
        for doe, links, rechts in self.vragen:
            try:
                uit.append(doe(lees(links), lees(rechts)))
            except TypeError:  # a fact is not there, or not what the schema says: its kind tells it apart
                uit.append(None)
        uit += map(lees, self.waarden)
        return uit


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
        return naam
    waarden = [deel.get("Value") for deel in expressie.get("Set", [expressie])]
    if not all(type(een) in (int, str) for een in waarden):
        return None
    naam = json.dumps(expressie)
    geschreven[naam] = waarden if "Set" in expressie else waarden[0]
    return naam


def _leg_uit(feiten: Mapping[str, Any], voor: str, plat: dict[str, Any], soorten: list[Any]) -> None:
    """Adds all facts to `plat` by their full names, as `bron.fase`, and to `soorten` each name with the kind of its fact."""
    for kort, waarde in feiten.items():
        naam = voor + kort
        plat[naam] = waarde
        soorten += (naam, _soort(waarde))
        if isinstance(waarde, dict):
            _leg_uit(waarde, f"{naam}.", plat, soorten)


def _soort(waarde: Any) -> Any:
    """The kind of a fact, where the schema takes every fact of that kind or none; else the fact itself."""
    if isinstance(waarde, str):
        return "woord" if waarde.isascii() else waarde
    if isinstance(waarde, bool):
        return "waarheid"
    if isinstance(waarde, int):
        return "getal" if waarde in _LONG else waarde
    if isinstance(waarde, list):
        return "woorden" if _zijn_woorden(waarde) else waarde
    if isinstance(waarde, dict):
        return f"record {len(waarde)}"  # so that a name with a point in it is no part of another record
    return waarde


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
