"""What another policy would change: recorded or invented cases, decided under two policies and laid side by side.

Pure. A case is a recorded request (facts only) with the outcome of then; names, numbers of cases and dossiers are not shown.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import auto
from typing import Any, Final

from hub.domein.codes import Besluit, Code
from hub.domein.identiteit import GrondslagId
from hub.privacy.beslissing import ERNST, Beslissing
from hub.privacy.feiten import volledig
from hub.privacy.filter import Filter
from hub.privacy.grondslag import Grondslag
from hub.privacy.gulden import lees_tabel
from hub.privacy.regels import FOUT, TEGENRICHTING, Regel, Regelsoort, feiten_in

_GEVOLG: Final = (Regelsoort.TOESTEMMING, Regelsoort.VELD)
_ALTIJD: Final = ("soort", "uitkomst", "richting")
"""The facts that say what kind of case an example is."""


class Verschuiving(Code):
    """What another policy does to a case. REDEN: the same besluit and fields, for other reasons."""

    GELIJK = auto()
    MEER = auto()
    MINDER = auto()
    ANDERS = auto()
    REDEN = auto()


@dataclass(frozen=True, slots=True)
class Voorval:
    """One case: a recorded request, and the outcome of then where one was recorded."""

    naam: str
    verzoek: str
    """AuthZEN as in Beslissing.verzoek."""
    besluit: Besluit | None = None
    grondslagen: Mapping[GrondslagId, Grondslag] | None = None
    """The grondslagen of an invented case; None: those of the policy that decides."""


@dataclass(frozen=True, slots=True)
class Uitslag:
    """One case under both policies."""

    voorval: Voorval
    nu: Beslissing
    straks: Beslissing

    @property
    def verschuiving(self) -> Verschuiving:
        stap = ERNST[self.straks.besluit] - ERNST[self.nu.besluit]
        if stap:
            return Verschuiving.MEER if stap < 0 else Verschuiving.MINDER
        if self.nu.velden != self.straks.velden:
            if self.nu.velden < self.straks.velden:
                return Verschuiving.MEER
            return Verschuiving.MINDER if self.straks.velden < self.nu.velden else Verschuiving.ANDERS
        return Verschuiving.GELIJK if self.nu.regels == self.straks.regels else Verschuiving.REDEN

    @property
    def regels(self) -> frozenset[str]:
        """The rules that determine under one policy and not under the other."""
        return frozenset(self.nu.regels) ^ frozenset(self.straks.regels)

    @property
    def feiten(self) -> dict[str, Any]:
        """The facts by their name in the policy, flat; those of the other direction where it was judged too."""
        context = json.loads(self.voorval.verzoek)["context"]
        terug = plat(context.get("tegenrichting", {}), f"{TEGENRICHTING.id}.")
        return {**dict(plat(volledig(context["feiten"]))), **dict(terug)}


@dataclass(frozen=True, slots=True)
class Regeltelling:
    """How often one rule determines now and then, and the changed cases in which it begins or ceases to do so."""

    regel: Regel
    nu: int
    straks: int
    gewijzigd: tuple[Uitslag, ...]


@dataclass(frozen=True, slots=True)
class Proef:
    """Two policies over the same cases."""

    huidig: Filter
    nieuw: Filter
    uitslagen: tuple[Uitslag, ...]
    fouten: tuple[str, ...]
    """Cases that could not be read, and rows of the new policy's own golden table that it fails, in Dutch."""

    @property
    def telling(self) -> Counter[Verschuiving]:
        return Counter(uitslag.verschuiving for uitslag in self.uitslagen)

    @property
    def gewijzigd(self) -> tuple[Uitslag, ...]:
        return tuple(een for een in self.uitslagen if een.verschuiving is not Verschuiving.GELIJK)

    @property
    def onbeoordeeld(self) -> int:
        """Cases of which one policy cannot read the facts, so that it refuses."""
        return sum(FOUT.id in een.nu.regels or FOUT.id in een.straks.regels for een in self.uitslagen)

    @property
    def afgeweken(self) -> int:
        """Cases that the current policy, too, decides otherwise than was recorded then."""
        return sum(een.voorval.besluit not in (None, een.nu.besluit) for een in self.uitslagen)

    def per_regel(self) -> list[Regeltelling]:
        """Every rule that determines otherwise, the most changed first; permits and fields, which follow from these, last."""
        nu = Counter(regel for een in self.uitslagen for regel in een.nu.regels)
        straks = Counter(regel for een in self.uitslagen for regel in een.straks.regels)
        bekend = {**self.nieuw.regels, **self.huidig.regels}
        tellingen = [
            Regeltelling(regel, nu[naam], straks[naam], tuple(een for een in self.gewijzigd if naam in een.regels))
            for naam, regel in sorted(bekend.items())
        ]
        gewijzigd = (een for een in tellingen if een.gewijzigd)
        return sorted(gewijzigd, key=lambda een: (een.regel.soort in _GEVOLG, -len(een.gewijzigd)))

    def toelichting(self, uitslag: Uitslag) -> dict[str, Any]:
        """The facts that matter in an example: its kind, and what the rules that make the difference look at."""
        namen = set(_ALTIJD)
        algemeen = {Regelsoort.TOESTEMMING, Regelsoort.INTREKKEN}  # these look at nearly every fact
        if uitslag.nu.besluit is not uitslag.straks.besluit:
            algemeen.add(Regelsoort.VELD)
        for filter_ in (self.huidig, self.nieuw):
            for naam in uitslag.regels & filter_.regels.keys():
                if filter_.regels[naam].soort not in algemeen:
                    namen |= feiten_in(*filter_.regels[naam].expressies)
        if TEGENRICHTING.id in {*uitslag.nu.regels, *uitslag.straks.regels}:
            namen |= {f"{TEGENRICHTING.id}.{naam}" for naam in namen - set(_ALTIJD)}
        return {naam: waarde for naam, waarde in uitslag.feiten.items() if naam in namen}


def beproef(huidig: Filter, nieuw: Filter, voorvallen: Iterable[Voorval], fouten: Iterable[str] = ()) -> Proef:
    """Decide every case under both policies. A case that is no request is named in `fouten`, not guessed."""
    uitslagen, niet_gelezen = [], list(fouten)
    for voorval in voorvallen:
        try:
            nu, straks = (_met(filter_, voorval).herhaal(voorval.verzoek) for filter_ in (huidig, nieuw))
        except ValueError as fout:
            niet_gelezen.append(f"{voorval.naam}: {fout}")
        else:
            uitslagen.append(Uitslag(voorval, nu, straks))
    return Proef(huidig, nieuw, tuple(uitslagen), tuple(niet_gelezen))


def _met(filter_: Filter, voorval: Voorval) -> Filter:
    return filter_ if voorval.grondslagen is None else filter_.met(voorval.grondslagen)


def verzonnen(filter_: Filter) -> list[Voorval]:
    """The reviewed cases of a policy's golden table, as cases to try another policy on."""
    rijen = lees_tabel(filter_.bronnen.gulden)
    besloten = [(rij, filter_.met(rij.grondslagen).beslis(rij.geval)) for rij in rijen]
    return [Voorval(rij.naam, een.verzoek, een.besluit, rij.grondslagen) for rij, een in besloten]


def lees_gevallen(regels: Iterable[str]) -> tuple[list[Voorval], list[str]]:
    """Cases from JSON lines, and what is wrong with the lines that hold none.

    A line is a decision record (`verzoek` as text or as object, with `besluit` where it was decided), the same under `value`
    as an export of the topic hub.beslissing.v1 writes it, or a bare request. `naam` names an invented case.
    """
    voorvallen: list[Voorval] = []
    fouten: list[str] = []
    for nummer, tekst in enumerate(regels, 1):
        if not tekst.strip():
            continue
        try:
            voorvallen.append(_voorval(f"regel {nummer}", json.loads(tekst)))
        except (ValueError, RecursionError) as fout:
            fouten.append(f"regel {nummer}: {fout}")
    return voorvallen, fouten


def _voorval(plaats: str, waarde: Any) -> Voorval:
    if isinstance(waarde, dict) and isinstance(waarde.get("value"), dict):
        waarde = waarde["value"]
    if not isinstance(waarde, dict):
        raise ValueError("geen JSON-object")  # noqa: TRY004 - a fault of the line, not of a type in the program
    verzoek = waarde if "context" in waarde else waarde.get("verzoek")
    if isinstance(verzoek, dict):
        verzoek = json.dumps(verzoek, sort_keys=True, separators=(",", ":"))
    if not isinstance(verzoek, str):
        raise ValueError("geen `verzoek` en geen `context`")  # noqa: TRY004
    besluit = waarde.get("besluit")
    naam = waarde.get("naam")
    return Voorval(
        f"{plaats}, {naam}" if isinstance(naam, str) else plaats, verzoek, None if besluit is None else Besluit(besluit)
    )


def regelwijzigingen(huidig: Filter, nieuw: Filter) -> Iterator[str]:
    """What differs between the rules of two policies, rule by rule, in Dutch."""
    for naam in sorted(huidig.regels.keys() | nieuw.regels.keys()):
        oud, straks = huidig.regels.get(naam), nieuw.regels.get(naam)
        if oud is None:
            yield f"{naam}: nieuw"
        elif straks is None:
            yield f"{naam}: vervalt"
        else:
            delen = {
                "soort": oud.soort is not straks.soort,
                "voorwaarden": oud.voorwaarden != straks.voorwaarden,
                "uitleg": oud.uitleg != straks.uitleg,
                "grondslag": oud.grondslag != straks.grondslag,
                "wacht_op": oud.wacht_op is not straks.wacht_op,
            }
            if any(delen.values()):
                yield f"{naam}: {', '.join(deel for deel, anders in delen.items() if anders)} gewijzigd"


def grondslagwijzigingen(huidig: Filter, nieuw: Filter) -> Iterator[str]:
    """What differs between the grondslagen of two policies, field by field, in Dutch."""
    for naam in sorted(huidig.grondslagen.keys() | nieuw.grondslagen.keys()):
        oud, straks = huidig.grondslagen.get(naam), nieuw.grondslagen.get(naam)
        if oud is None:
            yield f"{naam}: nieuw"
        elif straks is None:
            yield f"{naam}: vervalt"
        else:
            for veld in Grondslag.model_fields:
                een, ander = getattr(oud, veld), getattr(straks, veld)
                if een != ander:
                    yield f"{naam}, {veld}: {_anders(een, ander)}"


def _anders(een: Any, ander: Any) -> str:
    if isinstance(een, frozenset):
        erbij, eraf = (", ".join(sorted(deel)) for deel in (ander - een, een - ander))
        return "; ".join(deel for deel in (f"erbij {erbij}" if erbij else "", f"eraf {eraf}" if eraf else "") if deel)
    return f"was {een or 'leeg'}, wordt {ander or 'leeg'}"


def plat(feiten: Mapping[str, Any], voor: str = "") -> Iterator[tuple[str, Any]]:
    """The facts by their name in the policy (`bron.fase`)."""
    for naam, waarde in feiten.items():
        if isinstance(waarde, dict):
            yield from plat(waarde, f"{voor}{naam}.")
        else:
            yield f"{voor}{naam}", waarde
