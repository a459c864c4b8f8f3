"""Every small mistake that could be made in a rule, and whether the golden table notices it.

A mutant that no row notices is handed to z3: either no geval at all tells it from the original, or the table lacks a row.
For the development environment only, as `hub.privacy.bewijs`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import z3

from hub.domein.codes import Besluit, MeldingSoort, Uitkomst, Veld
from hub.privacy.beslissing import ERNST
from hub.privacy.bewijs import Formule, Model, is_
from hub.privacy.feiten import LIJSTEN, WAARHEDEN, feiten, spiegel, volledig
from hub.privacy.gulden import Rij
from hub.privacy.regels import (
    AANHOUDEN,
    INTREKKEN,
    MELDEN,
    STANDAARD,
    TEGENRICHTING,
    VERSTREKKEN,
    Expressie,
    Regel,
    Regelsoort,
    pad,
)

Feiten = Mapping[str, Any]
Toets = Callable[[Feiten, str], bool]
"""Whether the conditions of a rule are met by facts, for an action."""


@dataclass(frozen=True)
class Mutant:
    """One mistake in one rule; `nieuw` is None where the rule is gone."""

    regel: str
    wat: str
    nieuw: Regel | None


# ---------- making mistakes ----------


def mutanten(regels: Mapping[str, Regel]) -> Iterator[Mutant]:
    """Every mutant of every rule of the text."""
    for regel in regels.values():
        if not regel.voorwaarden:
            continue
        yield Mutant(regel.id, "regel weg", None)
        if regel.soort in (Regelsoort.NOOIT, Regelsoort.AANHOUDEN):
            ander = {Regelsoort.NOOIT: Regelsoort.AANHOUDEN, Regelsoort.AANHOUDEN: Regelsoort.NOOIT}[regel.soort]
            yield Mutant(regel.id, f"{regel.soort} wordt {ander}", replace(regel, soort=ander))
        for i, (soort, expressie) in enumerate(regel.voorwaarden):
            anders = {"when": "unless", "unless": "when"}[soort]
            yield Mutant(regel.id, f"{soort} wordt {anders}", _met(regel, i, (anders, expressie)))
            if len(regel.voorwaarden) > 1:
                over = tuple(deel for j, deel in enumerate(regel.voorwaarden) if j != i)
                yield Mutant(regel.id, f"{soort} weg", replace(regel, voorwaarden=over))
            for wat, nieuw in _fouten(expressie):
                yield Mutant(regel.id, wat, _met(regel, i, (soort, nieuw)))


def _met(regel: Regel, plaats: int, voorwaarde: tuple[str, Expressie]) -> Regel:
    delen = list(regel.voorwaarden)
    delen[plaats] = voorwaarde
    return replace(regel, voorwaarden=tuple(delen))


def _fouten(expressie: Expressie) -> Iterator[tuple[str, Expressie]]:
    """Every expression that differs from this one in one place."""
    yield from _fouten_hier(expressie)
    ((teken, waarde),) = expressie.items()
    if teken in ("&&", "||", "==", "!=", "<", "<=", ">", ">=", "contains", "containsAll"):
        for kant in ("left", "right"):
            for wat, nieuw in _fouten(waarde[kant]):
                yield wat, {teken: {**waarde, kant: nieuw}}
    elif teken in ("!", "isEmpty"):
        for wat, nieuw in _fouten(waarde["arg"]):
            yield wat, {teken: {"arg": nieuw}}


def _fouten_hier(expressie: Expressie) -> Iterator[tuple[str, Expressie]]:  # noqa: PLR0912 - one case per operator
    if naam := pad(expressie):
        yield from _verwisseld(naam)
        if naam in WAARHEDEN:
            yield f"niet {naam}", {"!": {"arg": expressie}}
        return
    ((teken, waarde),) = expressie.items()
    match expressie:
        case {"&&": {"left": een, "right": ander}} | {"||": {"left": een, "right": ander}}:
            yield f"alleen links van {teken}", een
            yield f"alleen rechts van {teken}", ander
            yield f"{teken} omgedraaid", {{"&&": "||", "||": "&&"}[teken]: waarde}
        case {"!": {"arg": deel}}:
            yield "ontkenning weg", deel
        case {"==": _} | {"!=": _}:
            yield f"{teken} omgedraaid", {{"==": "!=", "!=": "=="}[teken]: waarde}
            yield from _ander_woord(teken, waarde)
        case {"contains": {"left": {"Set": list(woorden)}, "right": feit}}:
            yield "contains ontkend", {"!": {"arg": expressie}}
            symbolen = [deel["Value"] for deel in woorden]
            for symbool in LIJSTEN[pad(feit) or ""]:
                nieuw = [s for s in symbolen if s != symbool] if symbool in symbolen else [*symbolen, str(symbool)]
                verzameling = {"Set": [{"Value": str(s)} for s in nieuw]}
                yield f"{symbool} erbij of eraf", {"contains": {"left": verzameling, "right": feit}}
        case {"contains": _}:
            yield "contains ontkend", {"!": {"arg": expressie}}
            yield from _ander_woord(teken, waarde)
        case {"containsAll": {"left": een, "right": ander}}:
            yield "containsAll ontkend", {"!": {"arg": expressie}}
            yield "containsAll wordt containsAny", {"containsAny": waarde}
            yield "containsAll verwisseld", {"containsAll": {"left": ander, "right": een}}
        case {"isEmpty": _}:
            yield "isEmpty ontkend", {"!": {"arg": expressie}}
        case _ if teken in ("<", "<=", ">", ">="):
            for ander in {"<", "<=", ">", ">="} - {teken}:
                yield f"{teken} wordt {ander}", {ander: waarde}
            grens = waarde["right"]["Value"]
            for nieuw in (grens - 1, grens + 1):
                yield f"{grens} wordt {nieuw}", {teken: {**waarde, "right": {"Value": nieuw}}}


def _ander_woord(teken: str, waarde: Mapping[str, Any]) -> Iterator[tuple[str, Expressie]]:
    match waarde["right"]:
        case {"Value": str(symbool)}:
            for ander in LIJSTEN[pad(waarde["left"]) or ""]:
                if ander != symbool:
                    yield f"{symbool} wordt {ander}", {teken: {**waarde, "right": {"Value": str(ander)}}}
        case {"Value": {"__entity": {"type": "Action", "id": actie}}}:
            andere = {"type": "Action", "id": MELDEN if actie == AANHOUDEN else AANHOUDEN}
            yield f"actie {actie} wordt de andere", {teken: {**waarde, "right": {"Value": {"__entity": andere}}}}


_WISSELS: Final = {
    "bron.rol": "ontvanger.rol",
    "bron.fase": "ontvanger.fase",
    "bron.nazorgdagen": "ontvanger.nazorgdagen",
    "bron.doelen": "ontvanger.doelen",
    "bron.bewaartermijn_verstreken": "ontvanger.bewaartermijn_verstreken",
    "tafel.themas": "grondslag.themas",
    "leeftijd_jongst": "leeftijd_oudst",
    "grondslag.bekend": "grondslag.geldig",
    "tafel.jeugdtaak": "tafel.geheim_bevoegd",
    "bron.spoedeisend": "bron.vrijgave_geldt",
}


def _verwisseld(naam: str) -> Iterator[tuple[str, Expressie]]:
    """The fact that an editor could have meant instead: the other side's, or its neighbour."""
    for een, ander in (*_WISSELS.items(), *((b, a) for a, b in _WISSELS.items())):
        if naam == een:
            feit: Expressie = {".": {"left": {"Var": "context"}, "attr": "geval"}}
            for deel in ander.split("."):
                feit = {".": {"left": feit, "attr": deel}}
            yield f"{een} wordt {ander}", feit


# ---------- asking the golden table ----------


@dataclass(frozen=True)
class Rijvraag:
    """A row as the facts that it asks about: its own, and for a possible match those of the other direction."""

    naam: str
    soort: MeldingSoort
    heen: int
    terug: int | None


@dataclass(frozen=True)
class Rijuitkomst:
    """All that the gate looks at in a row."""

    besluit: Besluit
    regels: frozenset[str]
    velden: frozenset[Veld]
    zonder_verboden: Besluit


class GuldenTabel:
    """The golden table over compiled rules: a second, small reading of Cedar, which a test holds against the first."""

    def __init__(self, regels: Mapping[str, Regel], tabel: Sequence[Rij]) -> None:
        self.regels = {naam: regel for naam, regel in regels.items() if regel.voorwaarden}
        self.feiten: list[Feiten] = []
        self.vragen = [self._vraag(rij) for rij in tabel]
        self._geldt = {naam: self._kolommen(regel) for naam, regel in self.regels.items()}
        self.uitkomsten = [self._uitkomst(vraag, self.regels, self._geldt) for vraag in self.vragen]

    def merkt(self, mutant: Mutant) -> str | None:
        """The name of a row that comes out otherwise under the mutant; None: it survives."""
        regels, geldt = dict(self.regels), dict(self._geldt)
        if mutant.nieuw is None:
            del regels[mutant.regel], geldt[mutant.regel]
        else:
            regels[mutant.regel] = mutant.nieuw
            geldt[mutant.regel] = self._kolommen(mutant.nieuw)
            if (
                geldt[mutant.regel] == self._geldt[mutant.regel]
                and mutant.nieuw.soort is self.regels[mutant.regel].soort
            ):
                return None
        anders = self._anders(mutant.regel, geldt)
        for vraag, uitkomst in zip(self.vragen, self.uitkomsten, strict=True):
            if anders & {vraag.heen, vraag.terug} and self._uitkomst(vraag, regels, geldt) != uitkomst:
                return vraag.naam
        return None

    def _anders(self, regel: str, geldt: Mapping[str, Any]) -> set[int | None]:
        """The facts of which a changed rule says something else; all of them where the rule is gone or of another kind."""
        oud, nieuw = self._geldt[regel], geldt.get(regel)
        if nieuw is None or oud == nieuw:
            return set(range(len(self.feiten)))
        return {i for actie in oud for i in range(len(self.feiten)) if oud[actie][i] != nieuw[actie][i]}

    def _vraag(self, rij: Rij) -> Rijvraag:
        def onthoud(geval: Any) -> int:
            self.feiten.append(volledig(feiten(geval, rij.grondslagen.get(geval.bron.feiten.grondslag))))
            return len(self.feiten) - 1

        mogelijk = rij.geval.ontvanger is not None and (
            rij.geval.soort is MeldingSoort.MOGELIJK_BEKEND
            or (rij.geval.soort is MeldingSoort.ANTWOORD and rij.geval.uitkomst is Uitkomst.MOGELIJK)
        )
        return Rijvraag(
            rij.naam, rij.geval.soort, onthoud(rij.geval), onthoud(spiegel(rij.geval)) if mogelijk else None
        )

    def _kolommen(self, regel: Regel) -> dict[str, list[bool]]:
        toets = compileer(regel)
        eigen = {Regelsoort.VELD: (VERSTREKKEN,), Regelsoort.INTREKKEN: (INTREKKEN,)}
        acties = eigen.get(regel.soort, (MELDEN, AANHOUDEN))
        return {actie: [toets(feit, actie) for feit in self.feiten] for actie in acties}

    def _uitkomst(self, vraag: Rijvraag, regels: Mapping[str, Regel], geldt: Mapping[str, Any]) -> Rijuitkomst:
        if vraag.soort is MeldingSoort.INGETROKKEN:
            permits = [naam for naam, regel in regels.items() if regel.soort is Regelsoort.INTREKKEN]
            mag = frozenset(naam for naam in permits if geldt[naam][INTREKKEN][vraag.heen])
            besluit = Besluit.MELDEN if mag else Besluit.AFGEWEZEN
            return Rijuitkomst(besluit, mag or frozenset({STANDAARD.id}), frozenset(), besluit)
        heen = self._besluit(vraag.heen, regels, geldt)
        los = self._los(vraag.heen, regels, geldt)
        besluit, reden = heen
        if vraag.terug is not None:
            besluit, reden = _ergste(heen, self._besluit(vraag.terug, regels, geldt))
            los = max(los, self._los(vraag.terug, regels, geldt), key=ERNST.__getitem__)
        if vraag.soort is MeldingSoort.ANTWOORD and vraag.terug is not None:  # an answer cannot wait
            besluit, los = (Besluit.AFGEWEZEN if een is Besluit.AANGEHOUDEN else een for een in (besluit, los))
        velden = frozenset(
            regel.veld
            for naam, regel in regels.items()
            if besluit is Besluit.MELDEN and regel.veld is not None and geldt[naam][VERSTREKKEN][vraag.heen]
        )
        return Rijuitkomst(besluit, reden, velden, los)

    def _besluit(self, i: int, regels: Mapping[str, Regel], geldt: Mapping[str, Any]) -> tuple[Besluit, frozenset[str]]:
        def passen(actie: str, *soorten: Regelsoort) -> frozenset[str]:
            return frozenset(naam for naam, r in regels.items() if r.soort in soorten and geldt[naam][actie][i])

        nooit = passen(AANHOUDEN, Regelsoort.NOOIT)
        tegen = passen(MELDEN, Regelsoort.NOOIT, Regelsoort.AANHOUDEN)
        mag = passen(MELDEN, Regelsoort.TOESTEMMING)
        if mag and not tegen:
            return Besluit.MELDEN, mag
        if passen(AANHOUDEN, Regelsoort.TOESTEMMING) and not nooit:
            return Besluit.AANGEHOUDEN, tegen or frozenset({STANDAARD.id})
        return Besluit.AFGEWEZEN, nooit or frozenset({STANDAARD.id})

    def _los(self, i: int, regels: Mapping[str, Regel], geldt: Mapping[str, Any]) -> Besluit:
        permits = [geldt[naam] for naam, regel in regels.items() if regel.soort is Regelsoort.TOESTEMMING]
        if any(kolommen[MELDEN][i] for kolommen in permits):
            return Besluit.MELDEN
        return Besluit.AANGEHOUDEN if any(kolommen[AANHOUDEN][i] for kolommen in permits) else Besluit.AFGEWEZEN


def _ergste(
    heen: tuple[Besluit, frozenset[str]], terug: tuple[Besluit, frozenset[str]]
) -> tuple[Besluit, frozenset[str]]:
    if heen[0] is Besluit.AFGEWEZEN or ERNST[terug[0]] < ERNST[heen[0]] or terug[0] is Besluit.MELDEN:
        return heen
    return terug[0], terug[1] | {TEGENRICHTING.id} | (heen[1] if terug[0] is heen[0] else frozenset())


def compileer(regel: Regel) -> Toets:
    """A rule as a Python function of the facts."""
    delen = [
        f"({_python(expressie)})" if soort == "when" else f"(not {_python(expressie)})"
        for soort, expressie in regel.voorwaarden
    ]
    # The text comes from the parsed policy and nothing else, names and words as literals.
    functie: Toets = eval(f"lambda geval, actie: {' and '.join(delen)}", {"__builtins__": {}, "set": set})  # noqa: S307
    return functie


def _python(expressie: Expressie) -> str:  # noqa: PLR0911 - one case per operator
    if naam := pad(expressie):
        return "geval" + "".join(f"[{deel!r}]" for deel in naam.split("."))
    ((teken, waarde),) = expressie.items()
    match expressie:
        case {"Var": "action"}:
            return "actie"
        case {"Value": {"__entity": {"id": str(actie)}}}:
            return repr(actie)
        case {"Value": _}:
            return repr(waarde)
        case {"Set": list(delen)}:
            return f"[{', '.join(map(_python, delen))}]"
        case {"!": {"arg": deel}}:
            return f"(not {_python(deel)})"
        case {"isEmpty": {"arg": deel}}:
            return f"(not {_python(deel)})"
        case {"contains": {"left": een, "right": ander}}:
            return f"({_python(ander)} in {_python(een)})"
        case {"containsAll": {"left": een, "right": ander}}:
            return f"(set({_python(ander)}) <= set({_python(een)}))"
        case {"containsAny": {"left": een, "right": ander}}:
            return f"(not set({_python(ander)}).isdisjoint({_python(een)}))"
    python = {"&&": "and", "||": "or"}.get(teken, teken)
    return f"({_python(waarde['left'])} {python} {_python(waarde['right'])})"


# ---------- asking z3 ----------


def verschil(oud: Model, nieuw: Model) -> Formule:
    """That the gate would see a difference between two policies in a world."""
    een, ander = _zichtbaar(oud), _zichtbaar(nieuw)
    onwaar = z3.BoolVal(False)
    return z3.Or(
        *(z3.Xor(een.get(naam, onwaar), ander.get(naam, onwaar)) for naam in sorted(een.keys() | ander.keys()))
    )


def _zichtbaar(model: Model) -> dict[str, Formule]:
    melden, aanhouden = model.mag(MELDEN), model.mag(AANHOUDEN)
    zien = {
        "melden": melden,
        "aanhouden": aanhouden,
        "intrekken": z3.And(is_("soort", "INGETROKKEN"), model.mag_intrekken()),
        "los melden": model.toestemming(MELDEN),
        "los aanhouden": model.toestemming(AANHOUDEN),
    }
    for regel in model.van(Regelsoort.TOESTEMMING):
        zien[f"{regel.id} staat toe"] = z3.And(melden, model.geldt(regel, MELDEN))
    for regel in model.van(Regelsoort.NOOIT):
        zien[f"{regel.id} verbiedt"] = z3.And(z3.Not(aanhouden), model.geldt(regel, AANHOUDEN))
    for regel in model.van(Regelsoort.NOOIT) + model.van(Regelsoort.AANHOUDEN):
        zien[f"{regel.id} houdt aan"] = z3.And(aanhouden, z3.Not(melden), model.geldt(regel, MELDEN))
    for veld in Veld:
        zien[f"veld {veld}"] = z3.And(melden, model.mag_veld(veld))
    return zien
