"""What the policy must never do, in no world at all: claims that z3 proves of the policy text.

For the development environment only, as `hub.privacy.bewijs`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import z3

from hub.domein.codes import Veld
from hub.privacy.bewijs import Formule, Model, getal, heeft, heeft_woord, is_, tegenvoorbeeld, waar
from hub.privacy.regels import AANHOUDEN, MELDEN, Regel


@dataclass(frozen=True)
class Nooit:
    """Something that happens in no world."""

    naam: str
    uitleg: str
    grondslag: str
    geval: Callable[[Model], Formule]


def _uit(model: Model) -> Formule:
    """Something leaves, or waits to leave. (Fields go only where melden is allowed.)"""
    return z3.Or(model.mag(MELDEN), model.mag(AANHOUDEN))


def _dubbel_slot_open(model: Model) -> Formule:
    return z3.Or(*(z3.And(model.toestemming(actie), model.verbod(actie)) for actie in (MELDEN, AANHOUDEN)))


def _zonder_reden(model: Model) -> Formule:
    return z3.Or(
        *(z3.And(z3.Not(model.toestemming(actie)), z3.Not(model.verbod(actie))) for actie in (MELDEN, AANHOUDEN))
    )


NOOIT_IN_ENIGE_WERELD: Final = (
    Nooit(
        "minderjarige-zonder-jeugdtaak",
        "Niemand die jonger is dan 18, of kan zijn, bereikt een tafel zonder jeugdtaak.",
        "Sr art. 77a; Jeugdwet",
        lambda m: z3.And(_uit(m), getal("leeftijd_jongst") < 18, z3.Not(waar("tafel.jeugdtaak"))),
    ),
    Nooit(
        "onder-12",
        "Over niemand onder de 12 gaat iets uit.",
        "Sv art. 486",
        lambda m: z3.And(_uit(m), getal("leeftijd_jongst") < 12),
    ),
    Nooit(
        "sepot-of-vrijspraak-naar-veiligheidshuis",
        "Na sepot of vrijspraak gaat niets naar een Veiligheidshuis.",
        "Wjsg art. 39f; Aanwijzing Wjsg",
        lambda m: z3.And(
            _uit(m),
            is_("bron.vervolgingsbeslissing", "SEPOT", "VRIJSPRAAK"),
            is_("tafel.soort", "VEILIGHEIDSHUIS"),
        ),
    ),
    Nooit(
        "zonder-geldige-grondslag",
        "Niets gaat uit zonder een bestaande, geldige grondslag die richting, ontvanger en thema noemt.",
        "Wpg art. 20",
        lambda m: z3.And(
            _uit(m),
            z3.Not(
                z3.And(
                    waar("grondslag.bekend"),
                    waar("grondslag.geldig"),
                    heeft_woord("grondslag.richtingen", "richting"),
                    heeft_woord("grondslag.ontvangers", "tafel.soort"),
                    heeft_woord("grondslag.themas", "bron.thema"),
                )
            ),
        ),
    ),
    Nooit(
        "mogelijk-naar-de-andere-kant",
        "Een mogelijke overeenkomst bereikt nooit de kant die haar niet uitzoekt.",
        "AVG art. 5 lid 1 onder c en d",
        lambda m: z3.And(
            _uit(m),
            is_("soort", "MOGELIJK_BEKEND"),
            z3.Or(z3.Not(waar("ontvanger.verifieert")), is_("richting", "ZSM_NAAR_VHH")),
        ),
    ),
    Nooit(
        "mogelijk-als-zeker",
        "Wat mogelijk is, wordt nooit als bekend of dubbel gemeld; zonder overeenkomst gaat er niets uit.",
        "AVG art. 5 lid 1 onder d",
        lambda m: z3.And(
            _uit(m),
            z3.Not(z3.And(is_("soort", "MOGELIJK_BEKEND"), is_("uitkomst", "MOGELIJK"))),
            z3.Not(is_("uitkomst", "ZEKER")),
        ),
    ),
    Nooit(
        "geheimhouding-naar-onbevoegde-tafel",
        "Bij geheimhouding hoort alleen een tafel die daartoe bevoegd is.",
        "Wet BRP art. 2.59",
        lambda m: z3.And(_uit(m), waar("geheimhouding"), z3.Not(waar("tafel.geheim_bevoegd"))),
    ),
    Nooit(
        "andere-rol",
        "Alleen over een verdachte of een casuspersoon gaat iets uit.",
        "AVG art. 5 lid 1 onder c",
        lambda m: z3.And(
            _uit(m),
            z3.Not(z3.And(*(is_(f"{k}.rol", "VERDACHTE", "CASUSPERSOON") for k in ("bron", "ontvanger")))),
        ),
    ),
    Nooit(
        "na-de-bewaartermijn",
        "Een dossier voorbij zijn bewaartermijn wordt niet meer gebruikt.",
        "AVG art. 5 lid 1 onder e",
        lambda m: z3.And(
            _uit(m),
            z3.Or(waar("bron.bewaartermijn_verstreken"), waar("ontvanger.bewaartermijn_verstreken")),
        ),
    ),
    Nooit(
        "zonder-vrijgave-naar-veiligheidshuis",
        "Naar een Veiligheidshuis gaat niets zonder vrijgave door een rol die de grondslag noemt.",
        "Wjsg art. 39f",
        lambda m: z3.And(
            m.mag(MELDEN),
            is_("tafel.soort", "VEILIGHEIDSHUIS"),
            z3.Not(z3.And(waar("bron.vrijgave_geldt"), heeft_woord("grondslag.vrijgave_rollen", "bron.vrijgave"))),
        ),
    ),
    Nooit(
        "zonder-beslissing-en-zonder-spoed",
        "ZSM meldt niets aan een Veiligheidshuis zonder vervolgingsbeslissing, of spoed en belang allebei.",
        "Wjsg art. 39f; Aanwijzing Wjsg",
        lambda m: z3.And(
            m.mag(MELDEN),
            is_("richting", "ZSM_NAAR_VHH"),
            is_("bron.vervolgingsbeslissing", "OPEN", "NVT"),
            z3.Not(z3.And(waar("bron.spoedeisend"), z3.Not(is_("bron.belang", "GEEN")))),
        ),
    ),
    Nooit(
        "thema-buiten-de-taak",
        "Een tafel hoort niets over een thema waarvoor zij niet bevoegd is.",
        "AVG art. 5 lid 1 onder b",
        lambda m: z3.And(_uit(m), z3.Not(heeft_woord("tafel.themas", "bron.thema"))),
    ),
    Nooit(
        "veld-buiten-de-grondslag",
        "Geen extra veld dat de grondslag niet dekt.",
        "Wpg art. 20",
        lambda m: z3.Or(*(z3.And(m.mag_veld(veld), z3.Not(heeft("grondslag.velden", veld))) for veld in Veld)),
    ),
    Nooit(
        "melden-wat-niet-mag-wachten",
        "Wat gemeld mag worden, had ook mogen wachten.",
        "opbouw van het beleid",
        lambda m: z3.And(m.mag(MELDEN), z3.Not(m.mag(AANHOUDEN))),
    ),
    Nooit(
        "dubbel-slot",
        "Geen toestemming past waar een verbod past: ook zonder de verboden mag er niets meer.",
        "opbouw van het beleid",
        _dubbel_slot_open,
    ),
    Nooit(
        "weigering-zonder-reden",
        "Elke weigering en elk uitstel noemt een eigen regel.",
        "opbouw van het beleid; AVG art. 5 lid 2",
        _zonder_reden,
    ),
)


def weerleg(
    regels: Mapping[str, Regel], beweringen: Iterable[Nooit] = NOOIT_IN_ENIGE_WERELD
) -> dict[str, dict[str, str]]:
    """The claims that a policy breaks, each with the facts of a world in which it does. Empty: all are proven."""
    model = Model(regels)
    gevonden = {bewering.naam: tegenvoorbeeld(bewering.geval(model)) for bewering in beweringen}
    return {naam: feiten for naam, feiten in gevonden.items() if feiten is not None}
