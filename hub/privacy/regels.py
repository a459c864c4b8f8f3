"""The policy text as data: which rules it has, which words they use, and at which numbers of days they turn."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import auto
from typing import Any, Final

from cedarpy import Schema, policies_to_json_str, validate_policies

from hub.domein.codes import Code, Dossierstatus, Veld
from hub.privacy.feiten import FEITEN, GETALLEN, LIJSTEN, VERZAMELINGEN, WAARHEDEN, WOORDEN
from hub.privacy.fout import BeleidFout

MELDEN: Final = "melden"
AANHOUDEN: Final = "aanhouden"
VERSTREKKEN: Final = "verstrekken"
INTREKKEN: Final = "intrekken"
"""Not in the group `delen` of the policy (melden, aanhouden, verstrekken), which a prohibition is about: nothing blocks it."""
WACHT_OP: Final = (Dossierstatus.WACHT_OP_BESLISSING, Dossierstatus.WACHT_OP_VRIJGAVE)
"""What a source may be told that it waits for; where several rules hold, the first in this order."""
TERMIJNFEIT: Final = "nazorgdagen"
"""The fact that time alone changes from day to day; every comparison with it yields a moment of review."""

Expressie = dict[str, Any]
"""One node of Cedar's JSON policy format: a single key, the operator."""


class Regelsoort(Code):
    """What a rule does, read from its effect and the actions in its head."""

    TOESTEMMING = auto()
    NOOIT = auto()
    AANHOUDEN = auto()
    VELD = auto()
    INTREKKEN = auto()


@dataclass(frozen=True, slots=True)
class Regel:
    """One rule, as an officer knows it."""

    id: str
    soort: Regelsoort
    veld: Veld | None
    """The field that a rule of soort VELD is about; None for every other."""
    uitleg: str
    grondslag: str
    voorwaarden: tuple[tuple[str, Expressie], ...] = ()
    """(`when` or `unless`, expression), in the order of the text."""
    wacht_op: Dossierstatus | None = None
    """What the source hears that it waits for, by a rule of soort AANHOUDEN; None for every other."""

    @property
    def expressies(self) -> tuple[Expressie, ...]:
        return tuple(expressie for _, expressie in self.voorwaarden)


STANDAARD: Final = Regel(
    "standaard-verbod",
    Regelsoort.NOOIT,
    None,
    "Geen enkele toestemming past; dan is het verboden.",
    "AVG art. 5 lid 1 onder a",
)
FOUT: Final = Regel(
    "fout", Regelsoort.NOOIT, None, "Het beleid kon dit geval niet beoordelen; dan is het verboden.", "AVG art. 5 lid 2"
)
TEGENRICHTING: Final = Regel(
    "tegenrichting",
    Regelsoort.NOOIT,
    None,
    "Een mogelijke overeenkomst uitzoeken vertelt ook de andere kant iets, en dat mag (nog) niet; de andere regels zeggen waarom.",
    "AVG art. 5 lid 1 onder c; Wjsg art. 39f",
)
VAST: Final = (STANDAARD, FOUT, TEGENRICHTING)
"""Reasons that are not in the text, because they say that the text did not decide."""


def lees_regels(tekst: str, schema: Schema) -> tuple[dict[str, Regel], list[str]]:
    """The rules of a policy text by id, as far as they have a head that a rule may have, and every fault: text and schema disagree,
    the schema has a fact of another kind than it is computed, a rule is not explained, or a word is in no closed list.

    Raises BeleidFout where the text cannot be read at all.
    """
    try:
        boom = json.loads(policies_to_json_str(tekst))
    except ValueError as fout:
        raise BeleidFout([f"beleid.cedar: {fout}"]) from fout
    oordeel = validate_policies(tekst, schema)
    namen = oordeel.id_annotations_by_policy_id
    fouten = [f"regel {namen.get(fout.policy_id, fout.policy_id)}: {fout.error}" for fout in oordeel.errors]
    fouten += _verkeerde_soorten(schema)
    regels: dict[str, Regel] = {vast.id: vast for vast in VAST}
    for cedar_id, delen in boom["staticPolicies"].items():
        kenmerken = delen.get("annotations", {})
        naam = kenmerken.get("id") or cedar_id
        fouten += [f"regel {naam}: @{k} ontbreekt" for k in ("id", "grondslag", "uitleg") if not kenmerken.get(k)]
        if naam in regels:
            fouten.append(f"regel {naam}: dit kenmerk komt twee keer voor")
        voorwaarden = tuple((deel["kind"], deel["body"]) for deel in delen["conditions"])
        hoofd = _hoofd(delen)
        if hoofd is None:
            fouten.append(
                f"regel {naam}: een regel is een permit op melden en aanhouden, een permit op verstrekken van een veld, een"
                " permit op intrekken, een forbid op delen of een forbid op melden, en noemt geen afzonderlijke tafel of dossier"
            )
            continue
        wacht_op = next((status for status in WACHT_OP if status == kenmerken.get("wacht_op")), None)
        goed = wacht_op is not None if hoofd[0] is Regelsoort.AANHOUDEN else "wacht_op" not in kenmerken
        if not goed:
            fouten.append(
                f"regel {naam}: @wacht_op hoort bij een forbid op melden, en alleen daar, en is {' of '.join(WACHT_OP)}"
            )
        uitleg, grondslag = kenmerken.get("uitleg", ""), kenmerken.get("grondslag", "")
        regels[naam] = Regel(naam, *hoofd, uitleg, grondslag, voorwaarden, wacht_op)
        for _, expressie in voorwaarden:
            fouten += [f"regel {naam}: {fout}" for fout in _vreemd(expressie)]
            if delen["effect"] == "forbid" and {"Var": "action"} in onderdelen(expressie):
                fouten.append(
                    f"regel {naam}: een forbid noemt geen actie in zijn voorwaarde; in zijn hoofd staat waarover hij gaat"
                )
    if boom.get("templates") or boom.get("templateLinks"):
        fouten.append("beleid.cedar: sjablonen (templates) worden niet gebruikt")
    return regels, fouten


def _verkeerde_soorten(schema: Schema) -> list[str]:
    """The facts that the schema does not have as they are computed. It can only be asked: by a rule that is right for one kind alone."""
    soorten = (
        (WOORDEN, "String", 'like "*"'),
        (VERZAMELINGEN, "Set<String>", '.contains("")'),
        (GETALLEN, "Long", "< 0"),
        (WAARHEDEN, "Bool", "|| false"),
    )
    moet = {naam: soort for namen, soort, _ in soorten for naam in namen}
    proeven = (
        f'@id("{naam}") permit (principal, action, resource) when {{ context.geval.{naam} {vraag} }};'
        for namen, _, vraag in soorten
        for naam in sorted(namen)
    )
    oordeel = validate_policies("\n".join(proeven), schema)
    fout = {oordeel.id_annotations_by_policy_id[fout.policy_id] for fout in oordeel.errors}
    return [f"beleid.cedarschema: {naam} moet {moet[naam]} zijn, en niet facultatief" for naam in sorted(fout)]


def pad(expressie: Expressie) -> str | None:
    """`bron.fase` for `context.geval.bron.fase`; None for anything that is not a fact."""
    match expressie:
        case {".": {"left": {".": {"left": {"Var": "context"}, "attr": "geval"}}, "attr": str(naam)}}:
            return naam
        case {".": {"left": links, "attr": str(naam)}}:
            voor = pad(links)
            return None if voor is None else f"{voor}.{naam}"
        case _:
            return None


def delen_van_record(naam: str) -> frozenset[str]:
    """The facts in a record of facts; none where it is no such record."""
    return frozenset(feit for feit in FEITEN if feit.startswith(f"{naam}."))


def onderdelen(*expressies: Expressie) -> Iterator[Expressie]:
    """Expressions with all their parts, of which a fact is the last."""
    for expressie in expressies:
        yield expressie
        if pad(expressie) is None:
            yield from onderdelen(*delen_van(expressie))


def feiten_in(*expressies: Expressie) -> frozenset[str]:
    """The facts that expressions look at."""
    return frozenset(naam for deel in onderdelen(*expressies) if (naam := pad(deel)))


def delen_van(expressie: Expressie) -> list[Expressie]:
    """The direct parts of an expression, of whatever operator."""
    ((teken, waarde),) = expressie.items()
    if teken in ("Value", "Var"):
        return []
    return waarde if isinstance(waarde, list) else [deel for deel in waarde.values() if isinstance(deel, dict)]


def _hoofd(delen: Expressie) -> tuple[Regelsoort, Veld | None] | None:  # noqa: PLR0911 - one way out per kind of rule
    """What the head of a rule makes of it; None: a head that no rule may have."""
    wie, actie, waarover = delen["principal"], delen["action"], delen["resource"]
    namen = sorted(e["id"] for e in actie.get("entities", [actie["entity"]] if "entity" in actie else []))
    algemeen = ({"op": "All"}, {"op": "is", "entity_type": "Tafel"}, {"op": "is", "entity_type": "Dossier"})
    if wie not in algemeen:
        return None
    match (delen["effect"], actie["op"], namen, waarover):
        case ("permit", "==", ["verstrekken"], {"op": "==", "entity": {"id": str(veld)}}) if veld in Veld.__members__:
            return Regelsoort.VELD, Veld(veld)
        case ("permit", "in", ["aanhouden", "melden"], _) if waarover in algemeen:
            return Regelsoort.TOESTEMMING, None
        case ("permit", "==", ["intrekken"], _) if waarover in algemeen:
            return Regelsoort.INTREKKEN, None
        case ("forbid", "in", ["delen"], _) if waarover in algemeen:
            return Regelsoort.NOOIT, None
        case ("forbid", "==", ["melden"], _) if waarover in algemeen:
            return Regelsoort.AANHOUDEN, None
        case _:
            return None


def _vreemd(expressie: Expressie) -> Iterator[str]:
    """What Cedar's validator lets pass: texts that the closed list of the fact beside them does not hold (to Cedar any text
    is a String), facts of two different lists compared, and a term that is not compared with a plain number of days."""
    match expressie:
        case {"Value": str(woord)}:
            yield f'"{woord}" staat niet naast een feit met een gesloten lijst'
            return
        case {"Var": "principal" | "resource"}:
            yield "een regel noemt geen afzonderlijke tafel of dossier"
            return
        case {".": _} if naam := pad(expressie):
            if naam.endswith(TERMIJNFEIT):
                yield f"{naam} moet met een getal worden vergeleken, het getal rechts"
            elif naam not in FEITEN and not delen_van_record(naam):
                yield f"{naam} is geen feit dat wordt berekend"
            return
        case {".": _} | {"Record": _}:
            yield "een feit wordt bij zijn naam genoemd, als context.geval.<naam>"
            return
    gelezen = vergelijking(expressie)
    if gelezen is not None and gelezen[0].endswith(TERMIJNFEIT):
        return
    delen = delen_van(expressie)
    lijsten = [LIJSTEN[naam] for deel in delen if (naam := pad(deel) or "") in LIJSTEN]
    if len(set(lijsten)) > 1:
        yield f"{' en '.join(filter(None, map(pad, delen)))} hebben niet dezelfde gesloten lijst"
    for deel in delen:
        if lijsten and (woorden := woorden_van(deel)):
            yield from (
                f'"{w}" staat niet in de gesloten lijst {lijsten[0].__name__}'
                for w in woorden
                if w not in lijsten[0].__members__
            )
        else:
            yield from _vreemd(deel)


def woorden_van(expressie: Expressie) -> tuple[str, ...]:
    """The texts of a literal or of a set of nothing but literals; empty for anything else."""
    match expressie:
        case {"Value": str(woord)}:
            return (woord,)
        case {"Set": [*delen]} if all(isinstance(deel.get("Value"), str) for deel in delen):
            return tuple(deel["Value"] for deel in delen)
        case _:
            return ()


def vergelijking(expressie: Expressie) -> tuple[str, tuple[int, ...]] | None:
    """The fact that an expression compares with a plain number, and the numbers at which that turns; None: it is something else."""
    ((teken, delen),) = expressie.items()
    match delen:
        case {"left": feit, "right": {"Value": bool()}}:
            return None
        case {"left": feit, "right": {"Value": int(getal)}} if naam := pad(feit):
            match teken:
                case "<" | ">=":
                    return naam, (getal,)
                case "<=" | ">":
                    return naam, (getal + 1,)
                case "==" | "!=":
                    return naam, (getal, getal + 1)
    return None
