"""Does another policy allow more, or less? Proven by z3 over all facts there can be, with the smallest example where it does.

For the development environment only, as `hub.privacy.bewijs`. The proof is about the rules of one direction; grondslagen are
data and are compared as such (`proeftuin.grondslagwijzigingen`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import z3

from hub.domein.codes import Besluit, MeldingSoort, Uitkomst, Veld
from hub.privacy.bewijs import (
    Formule,
    Model,
    getal,
    heeft,
    is_,
    tegenvoorbeeld,
    waar,
    wereld,
)
from hub.privacy.feiten import GETALLEN, LIJSTEN, VERZAMELINGEN, WAARHEDEN, feiten, volledig
from hub.privacy.filter import Filter
from hub.privacy.gulden import Rij, lees_tabel
from hub.privacy.proeftuin import plat
from hub.privacy.regels import AANHOUDEN, MELDEN

_WACHTTIJD: Final = 20_000
"""ms that z3 may look for the smallest example."""


@dataclass(frozen=True)
class Voorbeeld:
    """A world that two policies decide differently: an ordinary case of the golden table with as few other facts as can be."""

    gewoon: str
    """Name of the ordinary case."""
    anders: Mapping[str, tuple[Any, Any]]
    """Per fact: the ordinary value, and the one that shows the difference."""


@dataclass(frozen=True)
class Verschil:
    """One thing that policy can allow, and where the new policy allows it and the current one does not, or the reverse."""

    wat: str
    meer: Voorbeeld | None
    minder: Voorbeeld | None


def verschillen(huidig: Filter, nieuw: Filter) -> list[Verschil]:
    """Everything that one policy allows and the other does not; empty: proven equal. Raises RuntimeError where z3 cannot tell."""
    oud, straks = Model(huidig.regels), Model(nieuw.regels)
    gewoon = _gewone_gevallen(huidig)
    meer, minder = _ruimer(straks, oud), _ruimer(oud, straks)
    gevonden = [Verschil(wat, _kleinste(meer[wat], gewoon), _kleinste(minder[wat], gewoon)) for wat in meer]
    return [een for een in gevonden if een.meer is not None or een.minder is not None]


def _ruimer(een: Model, ander: Model) -> dict[str, Formule]:
    """By its name in Dutch, everything that one policy allows where the other does not; each difference counted once."""
    beide = z3.And(een.mag(MELDEN), ander.mag(MELDEN))
    wachten = z3.And(een.mag(AANHOUDEN), z3.Not(een.mag(MELDEN)))
    intrekken = z3.And(een.mag_intrekken(), z3.Not(ander.mag_intrekken()))
    return {
        "melden": z3.And(een.mag(MELDEN), z3.Not(ander.mag(MELDEN))),
        "laten wachten": z3.And(wachten, z3.Not(ander.mag(AANHOUDEN))),
        **{f"veld {veld}": z3.And(beide, een.mag_veld(veld), z3.Not(ander.mag_veld(veld))) for veld in Veld},
        "intrekken": z3.And(is_("soort", MeldingSoort.INGETROKKEN), intrekken),
    }


def _gewone_gevallen(filter_: Filter) -> dict[str, Mapping[str, Any]]:
    """The first case of the golden table per kind and direction that is told: its facts by name."""
    gewoon: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = {}
    for rij in lees_tabel(filter_.bronnen.gulden):
        if rij.besluit is Besluit.MELDEN and rij.geval.uitkomst is not Uitkomst.MOGELIJK:
            gelezen = _feiten(rij)
            gewoon.setdefault((gelezen["soort"], gelezen["richting"]), (rij.naam, gelezen))
    return dict(gewoon.values())


def _feiten(rij: Rij) -> dict[str, Any]:
    return dict(plat(volledig(feiten(rij.geval, rij.grondslagen.get(rij.geval.bron.feiten.grondslag)))))


def _kleinste(formule: Formule, gewoon: Mapping[str, Mapping[str, Any]]) -> Voorbeeld | None:
    """The world in which a formula holds that differs in the fewest facts from an ordinary case; None: there is none."""
    if tegenvoorbeeld(formule) is None:
        return None
    voorbeelden = [_dichtbij(formule, naam, waarden) for naam, waarden in gewoon.items()]
    return min(voorbeelden, key=lambda een: (len(een.anders), een.gewoon))


def _dichtbij(formule: Formule, naam: str, waarden: Mapping[str, Any]) -> Voorbeeld:
    zoeker = z3.Optimize()
    zoeker.set("timeout", _WACHTTIJD)
    zoeker.add(wereld(), formule)
    for feit, waarde in waarden.items():
        for deel in _delen(feit, waarde):
            zoeker.add_soft(deel)
    for feit in sorted(GETALLEN):  # of equally few facts, the nearest numbers
        afstand = getal(feit) - waarden[feit]
        zoeker.minimize(z3.If(afstand >= 0, afstand, -afstand))
    if zoeker.check() != z3.sat:
        raise RuntimeError(f"z3 cannot tell: {zoeker.reason_unknown()}")
    model = zoeker.model()
    gezien = {feit: _waarde(model, feit) for feit in waarden if feit != "grondslag.id"}
    return Voorbeeld(
        naam, {feit: (waarden[feit], waarde) for feit, waarde in gezien.items() if _anders(waarden[feit], waarde)}
    )


def _anders(een: Any, ander: Any) -> bool:
    return bool(sorted(een) != ander if isinstance(ander, list) else een != ander)


def _delen(feit: str, waarde: Any) -> Sequence[Formule]:
    """That a fact has a value, in as many parts as can change one by one."""
    if feit in VERZAMELINGEN:
        return [heeft(feit, symbool) == (symbool in waarde) for symbool in LIJSTEN[feit]]
    if feit in LIJSTEN:
        return [is_(feit, waarde)]
    if feit in GETALLEN:
        return [getal(feit) == waarde]
    return [waar(feit) == waarde] if feit in WAARHEDEN else []


def _waarde(model: Any, feit: str) -> Any:
    def geldt(formule: Formule) -> bool:
        return bool(z3.is_true(model.eval(formule, model_completion=True)))

    if feit in VERZAMELINGEN:
        return sorted(str(symbool) for symbool in LIJSTEN[feit] if geldt(heeft(feit, symbool)))
    if feit in LIJSTEN:
        return next(str(symbool) for symbool in LIJSTEN[feit] if geldt(is_(feit, symbool)))
    if feit in GETALLEN:
        return model.eval(getal(feit), model_completion=True).as_long()
    return geldt(waar(feit))
