"""Proofs about the policy text: Cedar's JSON translated to z3, so that "never" means in no world at all, not in no test.

For the development environment only (z3-solver); no worker imports this module. A shape of policy that the translation does
not know raises, so that nothing is ever proven about half a policy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import z3

from hub.domein.codes import Code, Veld
from hub.privacy.feiten import GETALLEN, JONGST, LIJSTEN, NOOIT, OUDST, VERZAMELINGEN, WAARHEDEN
from hub.privacy.regels import INTREKKEN, MELDEN, VERSTREKKEN, Expressie, Regel, Regelsoort, pad

Formule = Any
"""A z3 Boolean."""


@cache
def _soort(lijst: type[Code]) -> tuple[Any, Mapping[str, Any]]:
    """The z3 sort of a closed list, and its constants by symbol."""
    sort, constanten = z3.EnumSort(f"hub_{lijst.__name__}", [f"{lijst.__name__}_{symbool}" for symbool in lijst])
    return sort, dict(zip((str(symbool) for symbool in lijst), constanten, strict=True))


@cache
def woord(naam: str) -> Any:
    """The unknown word of a fact."""
    return z3.Const(naam, _soort(LIJSTEN[naam])[0])


@cache
def is_(naam: str, *symbolen: str) -> Formule:
    """The word of a fact is one of these."""
    constanten = _soort(LIJSTEN[naam])[1]
    return z3.Or(*(woord(naam) == constanten[symbool] for symbool in symbolen))


@cache
def heeft(naam: str, symbool: str) -> Formule:
    """The set of a fact holds this word."""
    return z3.Bool(f"{naam}:{LIJSTEN[naam][symbool]}")


@cache
def heeft_woord(verzameling: str, naam: str) -> Formule:
    """The set of one fact holds the word of another."""
    return z3.Or(*(z3.And(is_(naam, symbool), heeft(verzameling, symbool)) for symbool in LIJSTEN[naam]))


def met_woord(formule: Formule, naam: str, symbool: str) -> Formule:
    """A formula in the world that differs from this one in the word of one fact."""
    return z3.substitute(formule, (woord(naam), _soort(LIJSTEN[naam])[1][symbool]))


def leeg(naam: str) -> Formule:
    return z3.Not(z3.Or(*(heeft(naam, symbool) for symbool in LIJSTEN[naam])))


def getal(naam: str) -> Any:
    return z3.Int(naam)


def waar(naam: str) -> Formule:
    return z3.Bool(naam)


def _geen_dossier() -> Formule:
    return is_("ontvanger.rol", "GEEN")


@cache
def wereld() -> Formule:
    """What holds of the facts of every geval whatsoever: `hub.privacy.feiten` makes no others."""
    rollen = "grondslag.vrijgave_rollen"
    return z3.And(
        getal("leeftijd_jongst") >= 0,
        getal("leeftijd_jongst") <= getal("leeftijd_oudst"),
        getal("leeftijd_oudst") <= OUDST,
        *(getal(f"{kant}.nazorgdagen") >= NOOIT for kant in ("bron", "ontvanger")),
        *(
            z3.Implies(getal(f"{kant}.nazorgdagen") != NOOIT, is_(f"{kant}.fase", "NAZORG"))
            for kant in ("bron", "ontvanger")
        ),
        z3.Implies(
            is_("richting", "ZSM_NAAR_VHH", "CASUS_CASUS", "ZSM_NAAR_INTAKE"), is_("tafel.soort", "VEILIGHEIDSHUIS")
        ),
        z3.Implies(is_("richting", "VHH_NAAR_ZSM"), is_("tafel.soort", "ZSM")),
        z3.Implies(is_("richting", "ZSM_NAAR_VHH"), z3.Not(waar("ontvanger.verifieert"))),
        z3.Implies(is_("richting", "VHH_NAAR_ZSM"), waar("ontvanger.verifieert")),
        z3.Implies(z3.And(is_("richting", "CASUS_CASUS"), is_("soort", "ANTWOORD")), waar("ontvanger.verifieert")),
        z3.Implies(is_("richting", "ZSM_NAAR_VHH", "VHH_NAAR_ZSM", "CASUS_CASUS"), z3.Not(_geen_dossier())),
        z3.Implies(is_("richting", "ZSM_NAAR_INTAKE"), _geen_dossier()),
        z3.Implies(
            _geen_dossier(),
            z3.And(
                is_("ontvanger.fase", "NVT"),
                leeg("ontvanger.doelen"),
                z3.Not(waar("ontvanger.bewaartermijn_verstreken")),
                z3.Not(waar("ontvanger.verifieert")),
                z3.Or(
                    getal("leeftijd_jongst") == getal("leeftijd_oudst"),
                    z3.And(getal("leeftijd_jongst") == JONGST, getal("leeftijd_oudst") == OUDST),
                ),
            ),
        ),
        z3.Implies(
            z3.Not(is_("soort", "AANDRAGEN")),
            z3.And(
                leeg("aandragen.criteria"),
                z3.Not(waar("aandragen.in_regio")),
                z3.Not(waar("aandragen.zonder_casus")),
            ),
        ),
        z3.Not(heeft("grondslag.richtingen", "GEEN")),
        z3.Not(heeft(rollen, "GEEN")),
        waar("grondslag.zonder_vrijgave") == z3.And(waar("grondslag.bekend"), leeg(rollen)),
        z3.Implies(waar("grondslag.geldig"), waar("grondslag.bekend")),
        *(
            leeg(naam) == z3.Not(waar("grondslag.bekend"))
            for naam in ("grondslag.richtingen", "grondslag.ontvangers", "grondslag.themas")
        ),
        *(z3.Implies(z3.Not(waar("grondslag.bekend")), leeg(naam)) for naam in (rollen, "grondslag.velden")),
    )


def feiten_als_formule(feiten: Mapping[str, Any], voor: str = "") -> Formule:
    """That the facts are exactly these."""
    delen: list[Formule] = []
    for kort, waarde in feiten.items():
        naam = voor + kort
        if isinstance(waarde, Mapping):
            delen.append(feiten_als_formule(waarde, f"{naam}."))
        elif naam in VERZAMELINGEN:
            delen += [heeft(naam, symbool) == (symbool in waarde) for symbool in LIJSTEN[naam]]
        elif naam in LIJSTEN:
            delen.append(is_(naam, waarde))
        elif naam in GETALLEN:
            delen.append(getal(naam) == waarde)
        elif naam in WAARHEDEN:
            delen.append(waar(naam) == waarde)
    return z3.And(*delen)


@dataclass(frozen=True)
class Model:
    """The policy as formulas over the facts of one geval."""

    regels: Mapping[str, Regel]
    _geldt: dict[tuple[str, str], Formule] = field(default_factory=dict)

    def met(self, regel: str, nieuw: Regel | None) -> "Model":
        """The same policy with one rule replaced, or gone (None)."""
        regels = {naam: een for naam, een in self.regels.items() if naam != regel or nieuw is not None}
        if nieuw is not None:
            regels[regel] = nieuw
        return Model(regels, {sleutel: een for sleutel, een in self._geldt.items() if sleutel[0] != regel})

    def geldt(self, regel: Regel, actie: str) -> Formule:
        """The conditions of a rule are met (its action is in the head of the rule)."""
        sleutel = (regel.id, actie)
        if sleutel not in self._geldt:
            delen = (_waarheid(expressie, actie) for _, expressie in regel.voorwaarden)
            soorten = (soort for soort, _ in regel.voorwaarden)
            self._geldt[sleutel] = z3.And(
                *(deel if soort == "when" else z3.Not(deel) for soort, deel in zip(soorten, delen, strict=True))
            )
        return self._geldt[sleutel]

    def van(self, soort: Regelsoort) -> list[Regel]:
        return [regel for regel in self.regels.values() if regel.soort is soort and regel.voorwaarden]

    def toestemming(self, actie: str) -> Formule:
        """Some permit on melden or aanhouden is met."""
        return z3.Or(*(self.geldt(regel, actie) for regel in self.van(Regelsoort.TOESTEMMING)))

    def verbod(self, actie: str) -> Formule:
        """Some forbid that covers this action is met."""
        regels = self.van(Regelsoort.NOOIT) + (self.van(Regelsoort.AANHOUDEN) if actie == MELDEN else [])
        return z3.Or(*(self.geldt(regel, actie) for regel in regels))

    def mag(self, actie: str) -> Formule:
        """Cedar allows melden or aanhouden."""
        return z3.And(self.toestemming(actie), z3.Not(self.verbod(actie)))

    def mag_intrekken(self) -> Formule:
        """Cedar allows a withdrawal: no prohibition is about it."""
        return z3.Or(*(self.geldt(regel, INTREKKEN) for regel in self.van(Regelsoort.INTREKKEN)))

    def mag_veld(self, veld: Veld) -> Formule:
        """Cedar allows this field."""
        regels = [regel for regel in self.van(Regelsoort.VELD) if regel.veld is veld]
        return z3.And(z3.Or(*(self.geldt(r, VERSTREKKEN) for r in regels)), z3.Not(self.verbod(VERSTREKKEN)))


def tegenvoorbeeld(formule: Formule) -> dict[str, str] | None:
    """Facts of a world in which a formula holds, by name; None: there is none, which is the proof.

    Raises RuntimeError where z3 cannot tell; that is no proof.
    """
    oplosser = z3.Solver()
    oplosser.set("timeout", 20_000)
    oplosser.add(wereld(), formule)
    uitslag = oplosser.check()
    if uitslag == z3.unsat:
        return None
    if uitslag != z3.sat:
        raise RuntimeError(f"z3 cannot tell: {oplosser.reason_unknown()}")
    model = oplosser.model()
    return {str(naam): str(model[naam]) for naam in sorted(model.decls(), key=str)}


def _waarheid(expressie: Expressie, actie: str) -> Formule:  # noqa: PLR0911, PLR0912 - one case per operator
    """A Cedar Boolean as formula, for one action. Raises ValueError on a shape that is not known here."""
    match expressie:
        case {"&&": {"left": een, "right": ander}}:
            return z3.And(_waarheid(een, actie), _waarheid(ander, actie))
        case {"||": {"left": een, "right": ander}}:
            return z3.Or(_waarheid(een, actie), _waarheid(ander, actie))
        case {"!": {"arg": deel}}:
            return z3.Not(_waarheid(deel, actie))
        case {"Value": bool(waarde)}:
            return z3.BoolVal(waarde)
        case {"==": {"left": {"Var": "action"}, "right": {"Value": {"__entity": {"type": "Action", "id": naam}}}}}:
            return z3.BoolVal(naam == actie)
        case {"==": {"left": een, "right": {"Value": str(symbool)}}} if pad(een) in LIJSTEN:
            return is_(_naam(een), symbool)
        case {"!=": {"left": een, "right": {"Value": str(symbool)}}} if pad(een) in LIJSTEN:
            return z3.Not(is_(_naam(een), symbool))
        case {"contains": {"left": {"Set": list(woorden)}, "right": een}} if pad(een) in LIJSTEN:
            return is_(_naam(een), *(deel["Value"] for deel in woorden))
        case {"contains": {"left": een, "right": {"Value": str(symbool)}}} if pad(een) in VERZAMELINGEN:
            return heeft(_naam(een), symbool)
        case {"contains": {"left": een, "right": ander}} if pad(een) in VERZAMELINGEN and pad(ander) in LIJSTEN:
            return heeft_woord(_naam(een), _naam(ander))
        case {"containsAll": {"left": een, "right": ander}} if {pad(een), pad(ander)} <= VERZAMELINGEN:
            lijst = LIJSTEN[_naam(een)]
            return z3.And(*(z3.Implies(heeft(_naam(ander), s), heeft(_naam(een), s)) for s in lijst))
        case {"containsAny": {"left": een, "right": ander}} if {pad(een), pad(ander)} <= VERZAMELINGEN:
            lijst = LIJSTEN[_naam(een)]
            return z3.Or(*(z3.And(heeft(_naam(ander), s), heeft(_naam(een), s)) for s in lijst))
        case {"isEmpty": {"arg": een}} if pad(een) in VERZAMELINGEN:
            return leeg(_naam(een))
        case {".": _} if pad(expressie) in WAARHEDEN:
            return waar(_naam(expressie))
    ((teken, delen),) = expressie.items()
    match delen:
        case {"left": een, "right": {"Value": int(grens)}} if teken in _VERGELIJK and pad(een) in GETALLEN:
            return _VERGELIJK[teken](getal(_naam(een)), grens)
        case _:
            raise ValueError(f"no translation for {expressie}")


_VERGELIJK: Final[Mapping[str, Callable[[Any, int], Formule]]] = {
    "<": lambda een, grens: een < grens,
    "<=": lambda een, grens: een <= grens,
    ">": lambda een, grens: een > grens,
    ">=": lambda een, grens: een >= grens,
    "==": lambda een, grens: een == grens,
    "!=": lambda een, grens: een != grens,
}


def _naam(expressie: Expressie) -> str:
    naam = pad(expressie)
    assert naam is not None
    return naam
