"""What rules tell apart, over rules that nobody wrote: an answer from memory is the answer that Cedar would give."""

from dataclasses import replace
from typing import Any

from cedarpy import PolicySet
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.domein.codes import Doel
from hub.privacy.feiten import LIJSTEN, feiten
from hub.privacy.filter import Filter
from hub.privacy.fout import BeleidFout
from hub.privacy.onderscheid import onderscheid, termijnen
from tests.privacy.gevallen import goede_regels, naar_huis

LEEFTIJDEN = ("leeftijd_jongst", "leeftijd_oudst")
GETALLEN = (*LEEFTIJDEN, "bron.nazorgdagen")
WOORDEN = ("soort", "uitkomst", "bron.fase", "ontvanger.fase", "bron.belang")
VERZAMELINGEN = ("bron.doelen", "ontvanger.doelen", "tafel.doelen")
VLAGGEN = ("geheimhouding", "tafel.jeugdtaak")
VREEMD = st.sampled_from(
    (None, "5", 5, 2**63, -(2**63) - 1, 1.5, True, [], ["é"], [5], ["A", None], "é", "\ud800", {}, {"fase": "ACTIEF"})
)
"""What no fact is, or not this one."""
TEKENS = ("<", "<=", ">", ">=", "==", "!=")


def feit(*namen: str) -> st.SearchStrategy[str]:
    return st.sampled_from([f"context.geval.{naam}" for naam in namen])


def vormen(vorm: str, **delen: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(delen).map(lambda gekozen: f"({vorm.format(**gekozen)})")


def over_een_woord(naam: str) -> st.SearchStrategy[str]:
    f = feit(naam)
    w = st.sampled_from([f'"{woord}"' for woord in LIJSTEN[naam].__members__][:5])
    return st.one_of(
        vormen("{f} {t} {w}", f=f, t=st.sampled_from(("==", "!=")), w=w),
        vormen("[{w}, {v}].contains({f})", f=f, w=w, v=w),
        vormen("{w} == {f}", f=f, w=w),
        vormen("[{f}, {w}].contains({f})", f=f, w=w),
        vormen('{f} like "{l}*"', f=f, l=st.sampled_from("ABGMNZ")),
    )


LEEFTIJD, DOELEN, GETAL = feit(*LEEFTIJDEN), feit(*VERZAMELINGEN), st.integers(-2, 4)
EEN_DOEL = st.sampled_from(list(Doel.__members__))
ATOMEN = st.one_of(
    feit(*VLAGGEN),
    vormen("{f} {t} {g}", f=feit(*GETALLEN), t=st.sampled_from(TEKENS), g=GETAL),
    vormen("{g} {t} {f}", f=LEEFTIJD, t=st.sampled_from(TEKENS), g=GETAL),
    vormen("{f} {t} {e} + {g}", f=LEEFTIJD, t=st.sampled_from(TEKENS), e=LEEFTIJD, g=GETAL),
    vormen("[{g}, 7].contains({f})", f=LEEFTIJD, g=GETAL),
    *map(over_een_woord, WOORDEN),
    vormen("{f}.{o}({e})", f=DOELEN, o=st.sampled_from(("containsAll", "containsAny")), e=DOELEN),
    vormen("{f} {t} {e}", f=DOELEN, t=st.sampled_from(("==", "!=")), e=DOELEN),
    vormen('{f}.contains("{d}")', f=DOELEN, d=EEN_DOEL),
    vormen('["{d}", "{e}"].containsAll({f})', f=DOELEN, d=EEN_DOEL, e=EEN_DOEL),
    vormen("context.geval.tafel.themas.contains(context.geval.bron.thema){l}", l=st.just("")),
    vormen("{f} {t} {e}", f=LEEFTIJD, t=st.sampled_from(TEKENS), e=LEEFTIJD),
    vormen("{f}.isEmpty()", f=DOELEN),
    st.just("(context.geval.bron.fase == context.geval.ontvanger.fase)"),
    st.just('(false && context.geval.leeftijd_jongst < "x")'),
)


def samengesteld(deel: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    a, b, c = deel, deel, deel
    return st.one_of(
        vormen("!{a}", a=a),
        vormen("{a} {o} {b}", a=a, o=st.sampled_from(("&&", "||", "==")), b=b),
        vormen("if {a} then {b} else {c}", a=a, b=b, c=c),
        vormen("(if {a} then {f} else {g}) == {g}", a=a, f=LEEFTIJD, g=GETAL),
        vormen("context.geval.bron has rol && {a}", a=a),
        vormen('Tafel::"a" in (if {a} then Tafel::"a" else Tafel::"b")', a=a),
        vormen('Tafel::"a" is Tafel in (if {a} then Tafel::"a" else Tafel::"b")', a=a),
    )


VOORWAARDE = st.tuples(st.sampled_from(("when", "unless")), st.recursive(ATOMEN, samengesteld, max_leaves=5)).map(
    lambda delen: f"{delen[0]} {{ {delen[1]} }}"
)
HOOFDEN = {
    "M": 'permit (principal, action in [Action::"melden", Action::"aanhouden"], resource)',
    "N": 'forbid (principal, action in Action::"delen", resource)',
    "A": '@wacht_op("WACHT_OP_VRIJGAVE") forbid (principal, action == Action::"melden", resource)',
    "V": 'permit (principal, action == Action::"verstrekken", resource == Veld::"TAFEL")',
    "W": 'permit (principal, action == Action::"verstrekken", resource == Veld::"OPHOUDEN_TOT")',
    "I": 'permit (principal, action == Action::"intrekken", resource)',
}
BELEID = st.fixed_dictionaries(
    {"M": st.just(""), "V": VOORWAARDE, "W": VOORWAARDE},
    optional={"N": VOORWAARDE, "A": VOORWAARDE, "I": VOORWAARDE | st.just("")},
).map(
    lambda regels: "\n".join(f'@id("{n}") @grondslag("g") @uitleg("u.") {HOOFDEN[n]} {v};' for n, v in regels.items())
)


@st.composite
def ontaard(draw: st.DrawFn, feiten_: dict[str, Any]) -> dict[str, Any]:
    """Facts as nobody computes them, and as a recorded request may hold them: one is missing, of another kind, or in another place."""
    uit = {naam: dict(waarde) if isinstance(waarde, dict) else waarde for naam, waarde in feiten_.items()}
    naam = draw(st.sampled_from((*GETALLEN, *WOORDEN, *VERZAMELINGEN, *VLAGGEN, "bron", "tafel.themas")))
    deel, _, veld = naam.rpartition(".")
    waar = uit[deel] if deel else uit
    match draw(st.sampled_from(("weg", "anders", "erbij", "plat"))):
        case "weg":
            if naam != "soort":
                del waar[veld]
        case "anders":
            if naam != "soort":
                waar[veld] = draw(VREEMD)
        case "erbij":
            uit[naam] = "ACTIEF"
        case "plat":
            uit = {k: {} if isinstance(w, dict) else w for k, w in uit.items()} | {
                f"{k}.{veld}": een for k, w in uit.items() if isinstance(w, dict) for veld, een in w.items()
            }
    return uit


@st.composite
def feitenreeks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The facts of gevallen that differ here and there."""
    reeks = []
    nu = feiten(naar_huis(), None)
    for _ in range(draw(st.integers(2, 12))):
        nu = {naam: dict(waarde) if isinstance(waarde, dict) else waarde for naam, waarde in nu.items()}
        for naam in draw(
            st.lists(st.sampled_from((*GETALLEN, *WOORDEN, *VERZAMELINGEN, *VLAGGEN)), min_size=1, max_size=4)
        ):
            deel, _, veld = naam.rpartition(".")
            waar = nu[deel] if deel else nu
            if naam in GETALLEN:
                waar[veld] = draw(st.integers(-4, 6) | st.sampled_from((2**63 - 1, -(2**63))))
            elif naam in WOORDEN:
                waar[veld] = draw(st.sampled_from(list(LIJSTEN[naam].__members__)))
            elif naam in VLAGGEN:
                waar[veld] = draw(st.booleans())
            else:
                waar[veld] = draw(st.lists(st.sampled_from(list(Doel.__members__)), unique=True, max_size=2))
        reeks.append(nu)
        if draw(st.booleans()):
            reeks.append(draw(ontaard(nu)))
    return reeks


@settings(max_examples=80)
@given(tekst=BELEID, reeks=feitenreeks())
def test_an_answer_from_memory_is_the_answer_of_any_rules(
    filter_: Filter, tekst: str, reeks: list[dict[str, Any]]
) -> None:
    """Whatever rules load: facts that share an answer would each have got it from Cedar, fields and reasons included."""
    try:
        regels = goede_regels(tekst, filter_.schema)
    except BeleidFout:
        assume(False)
    zonder = filter_.met_beleid(PolicySet.from_str(tekst))
    met = replace(
        zonder,
        regels=regels,
        onderscheid=onderscheid(regels),
        _bekend={},
    )
    for een in reeks:
        assert met._oordeel(een) == zonder._oordeel(een)


def test_a_withdrawal_shares_no_answer(filter_: Filter) -> None:
    """A withdrawal is another question than a melding: also where the rules do not tell the two apart."""
    tekst = "\n".join(f'@id("{n}") @grondslag("g") @uitleg("u.") {HOOFDEN[n]};' for n in ("N", "I"))
    regels = goede_regels(tekst, filter_.schema)
    met = replace(filter_.met_beleid(PolicySet.from_str(tekst)), onderscheid=onderscheid(regels), _bekend={})
    heen = feiten(naar_huis(), None)
    assert [met._oordeel({**heen, "soort": soort}).regels for soort in ("INGETROKKEN", "CORRECTIE")] == [{"I"}, {"N"}]


def test_a_term_counts_wherever_it_stands(filter_: Filter) -> None:
    """Also in a corner of the language, and beside a use of the whole record: otherwise a day would pass unnoticed."""
    voorwaarde = (
        'context.geval.bron has rol && Tafel::"a" is Tafel in '
        '(if context.geval.bron.nazorgdagen > 44 then Tafel::"a" else Tafel::"b")'
    )
    tekst = f'@id("N") @grondslag("g") @uitleg("u.") {HOOFDEN["N"]} when {{ {voorwaarde} }};'
    assert termijnen(goede_regels(tekst, filter_.schema)) == {45}
