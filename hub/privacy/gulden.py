"""The golden table: cases for people to review (see nalezing), which every policy must decide as
written before it may decide anything else.

A row is a base case with a few changed facts. It is asked twice: of the whole policy (besluit, rules, fields), and of the
permits alone, which must come to the same besluit: every prohibition is also a condition of the permits, so that neither
a forbid that Cedar skips nor one that an editor drops opens anything.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from cedarpy import PolicySet, policies_to_json_str
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hub.domein.codes import Besluit, Veld
from hub.domein.identiteit import GrondslagId
from hub.domein.koppeling import Kant
from hub.domein.signaal import Feiten
from hub.domein.tafel import Tafel
from hub.privacy.feiten import Geval
from hub.privacy.fout import BeleidFout
from hub.privacy.grondslag import Grondslag
from hub.privacy.regels import Regelsoort

if TYPE_CHECKING:
    from hub.privacy.filter import Filter

_GEVAL: Final = TypeAdapter(Geval)
_KANT: Final = frozenset(veld.name for veld in fields(Kant)) - {"feiten"}
_FEITEN: Final = frozenset(veld.name for veld in fields(Feiten))
_TAFEL: Final = frozenset(veld.name for veld in fields(Tafel))
_GEVALFEITEN: Final = frozenset({"soort", "uitkomst", "tijd", "aangewezen", "zonder_casus"})
_DELEN: Final = {
    "bron": ("kant", _KANT | _FEITEN),
    "ontvanger": ("kant", _KANT | _FEITEN),
    "bron_tafel": ("tafel", _TAFEL),
    "tafel": ("tafel", _TAFEL),
    "grondslag": ("grondslag", frozenset(Grondslag.model_fields)),
    "tegengrondslag": ("grondslag", frozenset(Grondslag.model_fields)),
}
"""The parts of a base case: in which list of the file each is described, and which facts it has."""
_ANDERE_KANT: Final = ("ontvanger", "tegengrondslag")
"""The parts that a base case lacks where the receiver has no dossier."""


class _Regel(BaseModel):
    """A row as written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    naam: Annotated[str, Field(min_length=1)]
    basis: str
    anders: dict[str, Any] = {}
    """Changed facts: of the geval itself, or in bron, ontvanger, bron_tafel, tafel, grondslag, tegengrondslag."""
    zonder: tuple[str, ...] = ()
    """Facts that the base case knows and this one does not."""
    besluit: Besluit
    regels: Annotated[frozenset[str], Field(min_length=1)]
    """Exactly the rules that determine the besluit (those of the fields follow from `velden`)."""
    velden: frozenset[Veld] | None = None
    """Fields that may go along; absent: not looked at."""


@dataclass(frozen=True, slots=True)
class Rij:
    """A row, ready to be asked."""

    naam: str
    geval: Geval
    grondslagen: Mapping[GrondslagId, Grondslag]
    besluit: Besluit
    regels: frozenset[str]
    velden: frozenset[Veld] | None
    basis: str
    """The base case that it varies."""
    afwijking: Mapping[str, Any]
    """What is other than in the base case, by fact ("bron.leeftijd_oudst"); None: that fact is lacking."""


def lees_tabel(tekst: str) -> tuple[Rij, ...]:
    """The rows of a golden table in TOML. Raises BeleidFout naming every row that cannot be read."""
    try:
        tabel = _millis(tomllib.loads(tekst))
    except ValueError as fout:
        raise BeleidFout([f"gulden.toml: {fout}"]) from fout
    rijen: list[Rij] = []
    fouten: list[str] = []
    for nummer, ruw in enumerate(tabel.get("rij", []), 1):
        naam = f"gulden tabel, rij {nummer} ({ruw.get('naam', 'zonder naam')})"
        try:
            rijen.append(_rij(_Regel.model_validate(ruw), tabel))
        except ValidationError as fout:
            fouten += [f"{naam}: {'.'.join(map(str, f['loc']))} {f['msg']}" for f in fout.errors()]
        except (KeyError, ValueError) as fout:
            fouten.append(f"{naam}: {fout}")
    if not rijen:
        fouten.append("gulden.toml: de tabel heeft geen rijen")
    if fouten:
        raise BeleidFout(fouten)
    return tuple(rijen)


def basisgevallen(tekst: str) -> dict[str, dict[str, Any]]:
    """The base cases of a table that was read without fault: their facts by name, as in `Rij.afwijking`."""
    tabel = tomllib.loads(tekst)
    return {
        naam: {
            veld if deel == "geval" else f"{deel}.{veld}": waarde
            for deel, velden in _basis(tabel, naam).items()
            for veld, waarde in velden.items()
        }
        for naam in tabel["basis"]
    }


def toets(filter_: "Filter", tabel: Sequence[Rij]) -> list[str]:
    """Every way in which a policy decides otherwise than the table says, or leaves a rule of its own without a row."""
    los = alleen_toestemmingen(filter_)
    fouten: list[str] = []
    gezien: set[str] = set()
    for rij in tabel:
        uitkomst = filter_.met(rij.grondslagen).beslis(rij.geval)
        gezien.update(uitkomst.regels)
        regels = frozenset(naam for naam in uitkomst.regels if filter_.regels[naam].soort is not Regelsoort.VELD)
        if (uitkomst.besluit, regels) != (rij.besluit, rij.regels):
            gevonden, verwacht = _toon(uitkomst.besluit, regels), _toon(rij.besluit, rij.regels)
            fouten.append(f"gulden tabel, {rij.naam}: {gevonden}, verwacht {verwacht}")
        if rij.velden is not None and uitkomst.velden != rij.velden:
            fouten.append(f"gulden tabel, {rij.naam}: velden {sorted(uitkomst.velden)}, verwacht {sorted(rij.velden)}")
        zonder = los.met(rij.grondslagen).beslis(rij.geval).besluit
        if zonder is not rij.besluit:
            fouten.append(f"gulden tabel, {rij.naam}: de toestemmingen alleen zeggen {zonder}, verwacht {rij.besluit}")
    if tabel:
        eigen = {regel.id for regel in filter_.regels.values() if regel.voorwaarden}
        fouten += [f"gulden tabel: geen rij waarin regel {naam} bepaalt" for naam in sorted(eigen - gezien)]
    return fouten


def alleen_toestemmingen(filter_: "Filter") -> "Filter":
    """The policy without its prohibitions, for the besluit alone."""
    boom = json.loads(policies_to_json_str(filter_.bronnen.beleid))
    permits = {naam: regel for naam, regel in boom["staticPolicies"].items() if regel["effect"] == "permit"}
    beleid = PolicySet.from_json_str(json.dumps({**boom, "staticPolicies": permits}))
    return replace(filter_.met_beleid(beleid), velden=())


def _rij(regel: _Regel, tabel: Mapping[str, Any]) -> Rij:
    delen = _basis(tabel, regel.basis)
    for naam, waarde in regel.anders.items():
        deel = naam if naam in _DELEN else "geval"
        for veld, nieuw in (waarde if naam in _DELEN else {naam: waarde}).items():
            _deel(delen, deel, veld)[veld] = nieuw
    for plaats in regel.zonder:
        naam, _, veld = plaats.partition(".")
        del _deel(delen, naam, veld)[veld]
    grondslagen = [Grondslag.model_validate(delen[naam]) for naam in ("grondslag", "tegengrondslag") if naam in delen]
    geval = _GEVAL.validate_python(
        {
            **delen["geval"],
            "bron": _kant(delen["bron"]),
            "ontvanger": _kant(delen["ontvanger"]) if "ontvanger" in delen else None,
            "bron_tafel": delen["bron_tafel"],
            "ontvanger_tafel": delen["tafel"],
        }
    )
    return Rij(
        naam=regel.naam,
        geval=geval,
        grondslagen={GrondslagId(g.id): g for g in grondslagen},
        besluit=regel.besluit,
        regels=regel.regels,
        velden=regel.velden,
        basis=regel.basis,
        afwijking=_afwijking(regel),
    )


def _afwijking(regel: _Regel) -> dict[str, Any]:
    uit: dict[str, Any] = {}
    for naam, waarde in regel.anders.items():
        uit |= {f"{naam}.{veld}": deel for veld, deel in waarde.items()} if naam in _DELEN else {naam: waarde}
    return uit | dict.fromkeys(regel.zonder)


def _basis(tabel: Mapping[str, Any], naam: str) -> dict[str, dict[str, Any]]:
    """A base case, its parts by name, each a copy that a row may change. Parts of the other side may be absent."""
    basis = tabel["basis"][naam]
    aanwezig = {deel: lijst for deel, (lijst, _) in _DELEN.items() if deel in basis or deel not in _ANDERE_KANT}
    delen = {deel: dict(tabel[lijst][basis[deel]]) for deel, lijst in aanwezig.items()}
    return {**delen, "geval": {veld: waarde for veld, waarde in basis.items() if veld not in _DELEN}}


def _deel(delen: dict[str, dict[str, Any]], naam: str, veld: str) -> dict[str, Any]:
    """The part in which a row changes a fact. Raises ValueError where no such fact exists: a typing error must not pass."""
    bekend = _DELEN[naam][1] if naam in _DELEN else _GEVALFEITEN
    if naam not in delen:
        raise ValueError(f"{naam} bestaat niet in dit basisgeval")
    if veld not in bekend:
        raise ValueError(f"{naam}.{veld} bestaat niet")
    return delen[naam]


def _kant(delen: Mapping[str, Any]) -> dict[str, Any]:
    eigen = {naam: waarde for naam, waarde in delen.items() if naam in _KANT}
    return {**eigen, "feiten": {naam: waarde for naam, waarde in delen.items() if naam not in _KANT}}


def _millis(waarde: Any) -> Any:
    """Moments are written as date and time with a zone; the domain counts milliseconds."""
    match waarde:
        case datetime():
            if waarde.tzinfo is None:
                raise ValueError(f"{waarde}: schrijf de tijdzone erbij")
            return round(waarde.timestamp() * 1000)
        case dict():
            return {naam: _millis(deel) for naam, deel in waarde.items()}
        case list():
            return [_millis(deel) for deel in waarde]
        case _:
            return waarde


def _toon(besluit: Besluit, regels: frozenset[str]) -> str:
    return f"{besluit} door {', '.join(sorted(regels))}"
