"""Messages as an organisation's own system would send them: the JSON of the connectors' API, with facts drawn at random."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from demo.inwoners import Gemeente
from hub.domein.codes import Belang, Criterium, Doel, Fase, Thema, Vervolgingsbeslissing, Vrijgaverol

_UUR: Final = 3_600_000
_DAG: Final = 24 * _UUR
_THEMAS: Final = (Thema.HUISELIJK_GEWELD, Thema.VERWARD_GEDRAG, Thema.VEELPLEGER, Thema.EX_GEDETINEERDE)


def tijdstip(ms: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


def persoon(beeld: Mapping[str, str], gemeente: Gemeente, geheim: bool) -> dict[str, Any]:
    """The person as registered; residence and secrecy as the BRP has them. Absent parts are left out."""
    naam = {veld: beeld[veld] for veld in ("voornamen", "voorvoegsel", "geslachtsnaam")}
    geboorte = {"datum": beeld["geboortedatum"] or "00000000", "plaats": beeld["geboorteplaats"]}
    uit: dict[str, Any] = {
        "naam": {veld: waarde for veld, waarde in naam.items() if waarde},
        "geboorte": {veld: waarde for veld, waarde in geboorte.items() if waarde},
        "geslacht": beeld["geslacht"] or "O",
        "geheimhoudingPersoonsgegevens": geheim,
        "gemeenteVanInschrijving": gemeente.code.removeprefix("GM"),
    }
    return uit | {"burgerservicenummer": beeld["bsn"]} if beeld["bsn"] else uit


def verdachte(
    worp: random.Random,
    *,
    moment: int,
    beslissing: Vervolgingsbeslissing,
    spoed: bool,
    vrijgave: bool,
    gemeente_feit: str,
    jeugd: bool,
) -> dict[str, Any]:
    """Facts of a suspect. `spoed`: where nothing is decided yet, urgency and a weighty interest are recorded."""
    open_ = beslissing is Vervolgingsbeslissing.OPEN
    feiten: dict[str, Any] = {
        "pleegdatum": datetime.fromtimestamp((moment - worp.randrange(3) * _DAG) / 1000, UTC).date().isoformat(),
        "thema": (Thema.JEUGD if jeugd else worp.choice(_THEMAS)).value,
        "vervolgingsbeslissing": beslissing.value,
        "gemeenteFeit": gemeente_feit.removeprefix("GM"),
        "criteria": _criteria(worp),
    }
    if open_:
        feiten["ophoudenTot"] = tijdstip(moment + worp.randrange(9, 15) * _UUR)
    if open_ and spoed:
        belang = worp.choice((Belang.VEILIGHEID_PERSOON, Belang.OPENBARE_ORDE, Belang.VOORKOMEN_ERNSTIG_FEIT))
        feiten |= {"spoedeisend": True, "zwaarwegendBelang": belang.value}
    if vrijgave:
        rol = worp.choice((Vrijgaverol.OFFICIER_VAN_JUSTITIE, Vrijgaverol.PARKETSECRETARIS))
        feiten["vrijgave"] = {"rol": rol.value, "moment": tijdstip(moment)}
    return feiten


def casus(worp: random.Random, *, moment: int, fase: Fase, vrijgave: bool, jeugd: bool) -> dict[str, Any]:
    """Facts of a casus."""
    doelen = [Doel.PERSOONSGERICHTE_AANPAK, worp.choice((Doel.ZORG, Doel.VEILIGHEID))]
    if jeugd:
        doelen.append(Doel.JEUGDHULP)
    feiten: dict[str, Any] = {
        "fase": fase.value,
        "faseSinds": tijdstip(moment - worp.randrange(2, 120) * _DAG),
        "thema": (Thema.JEUGD if jeugd else worp.choice(_THEMAS)).value,
        "doelen": [doel.value for doel in doelen],
        "adviesBeschikbaar": fase is Fase.ACTIEF and worp.random() < 0.4,
        "escalatieniveau": worp.choices((0, 1, 2), (85, 12, 3))[0],
    }
    if vrijgave:
        feiten["vrijgave"] = {"rol": Vrijgaverol.PROCESREGISSEUR.value, "moment": tijdstip(moment)}
    return feiten


def _criteria(worp: random.Random) -> list[str]:
    """What a ZSM tafel writes down: of one in ten that the case is complex, of one in ten a part of that, of one in fifty that it is
    area-bound. An assumption; no register counts them."""
    complex_ = [Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN]
    deel = worp.random()
    if deel < 0.02:
        return [Criterium.GEBIEDSGEBONDEN.value]
    if deel < 0.12:
        return [criterium.value for criterium in complex_]
    return [worp.choice(complex_).value] if deel < 0.22 else []
