"""What the policy must never do, in no world at all: claims that z3 proves of the policy text.

For the development environment only, as `hub.privacy.bewijs`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import z3

from hub.domein.codes import Doel, Veld
from hub.privacy.bewijs import Formule, Model, getal, heeft, heeft_woord, is_, leeg, met_woord, tegenvoorbeeld, waar
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


def _antwoord_ruimer(model: Model) -> Formule:
    """An answer is allowed where full disclosure of the same match, under its own name, is not."""
    namen = {
        ("VHH_NAAR_ZSM", "ZEKER"): "BEKEND",
        ("CASUS_CASUS", "ZEKER"): "DUBBELE_CASUS",
        ("VHH_NAAR_ZSM", "MOGELIJK"): "MOGELIJK_BEKEND",
        ("CASUS_CASUS", "MOGELIJK"): "MOGELIJK_BEKEND",
    }
    mag, velden = model.mag(MELDEN), [model.mag_veld(veld) for veld in Veld]

    def als(formule: Formule, naam: str) -> Formule:
        """The same formula in the world that differs in the kind alone."""
        return met_woord(formule, "soort", naam)

    gewoon = z3.Or(
        *(
            z3.And(
                is_("richting", richting),
                is_("uitkomst", uitkomst),
                als(mag, naam),
                *(z3.Implies(veld, als(veld, naam)) for veld in velden),
            )
            for (richting, uitkomst), naam in namen.items()
        )
    )
    return z3.And(is_("soort", "ANTWOORD"), mag, z3.Not(gewoon))


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
        "Wat mogelijk is, wordt nooit als bekend of dubbel gemeld; zonder overeenkomst gaat alleen aandragen uit.",
        "AVG art. 5 lid 1 onder d",
        lambda m: z3.And(
            _uit(m),
            z3.Not(z3.And(is_("soort", "MOGELIJK_BEKEND", "ANTWOORD"), is_("uitkomst", "MOGELIJK"))),
            z3.Not(z3.And(is_("soort", "AANDRAGEN"), is_("uitkomst", "GEEN"))),
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
            z3.Not(
                z3.And(
                    is_("bron.rol", "VERDACHTE", "CASUSPERSOON"),
                    is_("ontvanger.rol", "VERDACHTE", "CASUSPERSOON", "GEEN"),
                )
            ),
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
        "ZSM meldt niets aan een Veiligheidshuis, en draagt niets aan, zonder vervolgingsbeslissing, of spoed en belang allebei.",
        "Wjsg art. 39f; Aanwijzing Wjsg",
        lambda m: z3.And(
            m.mag(MELDEN),
            is_("richting", "ZSM_NAAR_VHH", "ZSM_NAAR_INTAKE"),
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
        "aandragen-buiten-de-regio",
        "Aangedragen wordt alleen bij de tafel die het register voor de zaak aanwijst.",
        "AVG art. 5 lid 1 onder c",
        lambda m: z3.And(_uit(m), is_("soort", "AANDRAGEN"), z3.Not(waar("aandragen.in_regio"))),
    ),
    Nooit(
        "aandragen-bij-lopende-casus",
        "Zolang niet zeker is dat er geen casus loopt, wordt er niets aangedragen.",
        "Landelijk Kader; AVG art. 5 lid 1 onder c",
        lambda m: z3.And(_uit(m), is_("soort", "AANDRAGEN"), z3.Not(waar("aandragen.zonder_casus"))),
    ),
    Nooit(
        "aandragen-zonder-criteria",
        "Buiten de criteria van het Landelijk Kader wordt er niets aangedragen.",
        "Landelijk Kader",
        lambda m: z3.And(
            _uit(m),
            is_("soort", "AANDRAGEN"),
            z3.Not(heeft("aandragen.criteria", "GEBIEDSGEBONDEN")),
            z3.Not(
                z3.And(
                    *(
                        heeft("aandragen.criteria", criterium)
                        for criterium in ("MEER_LEEFGEBIEDEN", "MEER_KETENS", "EFFECT_OP_GEZIN")
                    )
                )
            ),
        ),
    ),
    Nooit(
        "aandragen-met-persoonsgegeven",
        "Wie aangedragen krijgt, hoort niets over de persoon: geen ander veld dan welke tafel hij kan bellen.",
        "AVG art. 5 lid 1 onder c",
        lambda m: z3.And(
            m.mag(MELDEN),
            is_("soort", "AANDRAGEN"),
            z3.Or(*(m.mag_veld(veld) for veld in Veld if veld is not Veld.TAFEL)),
        ),
    ),
    Nooit(
        "ander-dan-aandragen-zonder-dossier",
        "Een tafel die de persoon niet kent, hoort alleen dat er iets wordt aangedragen.",
        "AVG art. 5 lid 1 onder c",
        lambda m: z3.And(_uit(m), is_("ontvanger.rol", "GEEN"), z3.Not(is_("soort", "AANDRAGEN"))),
    ),
    Nooit(
        "antwoord-dat-wacht",
        "Een antwoord wacht nooit: het mag nu, of het leest als niet bekend.",
        "Wgs; Handvat gegevensuitwisseling zorg en veiligheid",
        lambda m: z3.And(is_("soort", "ANTWOORD"), m.mag(AANHOUDEN), z3.Not(m.mag(MELDEN))),
    ),
    Nooit(
        "antwoord-ruimer-dan-melding",
        "Een antwoord vertelt nooit wat een melding met dezelfde feiten niet had mogen vertellen.",
        "AVG art. 5 lid 1 onder b en c",
        _antwoord_ruimer,
    ),
    Nooit(
        "vraag-zonder-doel",
        "Wie vraagt zonder een doel binnen de taak van zijn tafel, krijgt geen ander antwoord dan niet bekend.",
        "AVG art. 5 lid 1 onder b",
        lambda m: z3.And(
            _uit(m),
            is_("soort", "ANTWOORD"),
            z3.Or(
                leeg("ontvanger.doelen"),
                *(z3.And(heeft("ontvanger.doelen", d), z3.Not(heeft("tafel.doelen", d))) for d in Doel),
            ),
        ),
    ),
    Nooit(
        "intrekking-geblokkeerd",
        "Intrekken wordt nooit tegengehouden, wat de feiten ook zijn.",
        "Wjsg art. 39o; AVG art. 19",
        lambda m: z3.And(is_("soort", "INGETROKKEN"), z3.Not(m.mag_intrekken())),
    ),
    Nooit(
        "intrekking-die-iets-vertelt",
        "Onder de naam intrekken gaat niets anders uit, en een intrekking neemt geen enkel veld mee.",
        "AVG art. 5 lid 1 onder b",
        lambda m: z3.Or(
            z3.And(m.mag_intrekken(), z3.Not(is_("soort", "INGETROKKEN"))),
            z3.And(_uit(m), is_("soort", "INGETROKKEN")),
        ),
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
