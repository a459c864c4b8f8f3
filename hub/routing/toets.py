"""Hold the lines of a register against each other. Every check adds findings and goes on, so that all faults show at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Final, TypeVar

from hub.domein.codes import Loket, MeldingSoort
from hub.domein.identiteit import AANDRAGEN, BEHEER, TafelId
from hub.domein.tafel import TafelSoort
from hub.routing.opvolgers import Tafelregels, per_tafel, volg_gemeente, volg_tafel
from hub.routing.regel import (
    AFSLUITBAAR,
    Bevinding,
    Dekkingsregel,
    Doelgroep,
    Periode,
    Regels,
    Registerinstellingen,
    Soortladder,
    Tafelladder,
    Tafelregel,
)
from hub.routing.regel import Bevindingsoort as S

P = TypeVar("P", bound=Periode)

_TELEFOON: Final = re.compile(r"^0[0-9][0-9 -]{8,13}$")
_EMAIL: Final = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


def toets(regels: Regels) -> tuple[Bevinding, ...]:
    """Every fault that makes a register unusable. Empty: each gemeente, day and tafel has exactly one answer."""
    return tuple(
        bevinding
        for deel in (
            _dubbele_namen,
            _voorbehouden_namen,
            _periodes,
            _tafels,
            _regios,
            _gemeenten,
            _herindelingen,
            _dekking,
            _instellingen,
            _ladders,
            _treden,
            _ketens,
        )
        for bevinding in deel(regels)
    )


def _dubbele_namen(regels: Regels) -> Iterator[Bevinding]:
    """An id names one thing. (A tafel may have several lines; their periods are checked.)"""
    for wat, bestand, namen in (
        ("organisatie", "organisaties.csv", [o.id for o in regels.organisaties]),
        ("OIN", "organisaties.csv", [o.oin for o in regels.organisaties]),
        ("gebied", "regios.toml", [g.id for g in regels.gebieden]),
        ("veiligheidsregio", "regios.toml", [v.code for v in regels.veiligheidsregios]),
        ("tegel", "regios.toml", [str(v.tegel) for v in regels.veiligheidsregios]),
        ("gemeente", "gemeenten.csv", [g.gm_code for g in regels.gemeenten]),
    ):
        for naam, aantal in Counter(namen).items():
            if aantal > 1:
                yield Bevinding(S.OVERLAP, bestand, f"{wat} {naam} staat er {aantal} keer; laat er een staan")


def _voorbehouden_namen(regels: Regels) -> Iterator[Bevinding]:
    """What the hub calls itself nobody else is called: whoever writes to the topic of BEHEER acts as the operator."""
    for organisatie in regels.organisaties:
        if organisatie.id == AANDRAGEN:
            tekst = f"organisatie {AANDRAGEN!r} staat in de hub voor wat bij een intake wordt aangedragen; kies een andere code"
            yield Bevinding(S.VOORBEHOUDEN, organisatie.plek, tekst)
    for tafel in regels.tafels:
        if tafel.id == BEHEER:
            tekst = f"tafel {BEHEER!r} is in de hub de beheerder zelf; kies een ander id"
            yield Bevinding(S.VOORBEHOUDEN, tafel.plek, tekst)


def _periodes(regels: Regels) -> Iterator[Bevinding]:
    periodes: tuple[Periode, ...] = (*regels.tafels, *regels.dekking)
    for regel in periodes:
        if regel.geldig_tot is not None and regel.geldig_tot <= regel.geldig_van:
            tekst = f"eindigt op {regel.geldig_tot}, voordat zij op {regel.geldig_van} begint; verbeter geldig_van of geldig_tot"
            yield Bevinding(S.PERIODE, regel.plek, tekst)
    for id_, lijst in per_tafel(regels.tafels).items():
        for eerste, tweede in _overlappend(lijst):
            tekst = f"overlapt in tijd met {eerste.plek}; geef tafel {id_} op elke dag hoogstens een regel"
            yield Bevinding(S.OVERLAP, tweede.plek, tekst)


def _overlappend(regels: Iterable[P]) -> Iterator[tuple[P, P]]:
    for eerste, tweede in pairwise(sorted(regels, key=lambda r: r.geldig_van)):
        if eerste.geldig_tot is None or eerste.geldig_tot > tweede.geldig_van:
            yield eerste, tweede


def _tafels(regels: Regels) -> Iterator[Bevinding]:
    organisaties = {o.id for o in regels.organisaties}
    regios = {v.code for v in regels.veiligheidsregios} | {g.id for g in regels.gebieden}
    tafels = per_tafel(regels.tafels)
    for regel in regels.tafels:
        if regel.organisatie not in organisaties:
            yield _dood(regel.plek, "organisatie", regel.organisatie, "organisaties.csv")
        if regel.organisatie != tafels[regel.id][0].organisatie:
            tekst = (
                "wisselt van organisatie; geef de tafel van de nieuwe organisatie een eigen id en noem die als opvolger"
            )
            yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)
        if regel.regio not in regios:
            yield Bevinding(
                S.ONBEKENDE_CODE, regel.plek, f"regio {regel.regio!r} staat niet in regios.toml; verbeter de code"
            )
        if regel.opvolger is not None and regel.opvolger not in tafels:
            yield _dood(regel.plek, "opvolger", regel.opvolger, "een tafels_*.toml")
        for opvolger in tafels.get(regel.opvolger or TafelId(""), ()):
            if opvolger.soort is not regel.soort:
                tekst = (
                    f"noemt als opvolger {opvolger.id!r}, een {opvolger.soort}, en is zelf een {regel.soort}: wie van een andere"
                    " soort is mag niet horen wat voor deze tafel is; noem een opvolger van dezelfde soort"
                )
                yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)
                break
        if regel.intake is not None:
            yield from _huis(tafels, regel.plek, "intake", regel.intake)
        if regel.opvolger is not None and regel.geldig_tot is None:
            yield Bevinding(
                S.TEGENSPRAAK, regel.plek, "heeft een opvolger maar geen geldig_tot; vul de datum van overgang in"
            )
        if regel.intake is not None and any(r.intake is not None for r in tafels.get(regel.intake, ())):
            tekst = f"noemt als intake {regel.intake!r}, die zelf een intake heeft; noem de laatste"
            yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)
        yield from _telefoon(regel.plek, regel.telefoon)
        yield from _email(regel.plek, regel.email)


def _huis(tafels: Tafelregels, plek: str, wat: str, naam: TafelId) -> Iterator[Bevinding]:
    """Where cases are brought stands a Veiligheidshuis: whatever the register says, the policy brings nothing to another kind."""
    if naam not in tafels:
        yield _dood(plek, wat, naam, "een tafels_*.toml")
    elif any(regel.soort is not TafelSoort.VEILIGHEIDSHUIS for regel in tafels[naam]):
        tekst = (
            f"{wat} {naam!r} is geen Veiligheidshuis, en alleen daar wordt iets aangedragen; noem een Veiligheidshuis"
        )
        yield Bevinding(S.TEGENSPRAAK, plek, tekst)


def _telefoon(plek: str, telefoon: str) -> Iterator[Bevinding]:
    if not _TELEFOON.match(telefoon):
        tekst = f"heeft geen bruikbaar telefoonnummer ({telefoon!r}); vul een nummer in dat met 0 begint"
        yield Bevinding(S.ZONDER_CONTACT, plek, tekst)


def _email(plek: str, email: str) -> Iterator[Bevinding]:
    if not _EMAIL.match(email):
        yield Bevinding(S.ZONDER_CONTACT, plek, f"heeft geen bruikbaar e-mailadres ({email!r}); vul een adres in")


def _dood(plek: str, wat: str, naam: str, waar: str) -> Bevinding:
    return Bevinding(
        S.DODE_VERWIJZING, plek, f"{wat} {naam!r} bestaat niet; voeg die toe aan {waar} of verbeter de naam"
    )


def _regios(regels: Regels) -> Iterator[Bevinding]:
    tafels = per_tafel(regels.tafels)
    gebieden = {g.id for g in regels.gebieden}
    for gebied in regels.gebieden:
        if gebied.zsm not in tafels:
            yield _dood(gebied.plek, "zsm", gebied.zsm, "een tafels_*.toml")
        yield from _huis(tafels, gebied.plek, "terugval", gebied.terugval)
        if any(r.soort is not TafelSoort.ZSM for r in tafels.get(gebied.zsm, ())):
            yield Bevinding(
                S.TEGENSPRAAK, gebied.plek, f"zsm {gebied.zsm!r} is geen tafel van soort ZSM; noem de ZSM-tafel"
            )
    for regio in regels.veiligheidsregios:
        if regio.gebied not in gebieden:
            yield _dood(regio.plek, "gebied", regio.gebied, "regios.toml")
        yield from _huis(tafels, regio.plek, "terugval", regio.terugval)


def _gemeenten(regels: Regels) -> Iterator[Bevinding]:
    regios = {v.code: v for v in regels.veiligheidsregios}
    gebieden = {g.id: g.naam for g in regels.gebieden}
    for gemeente in regels.gemeenten:
        regio = regios.get(gemeente.vr_code)
        if regio is None:
            tekst = f"veiligheidsregio {gemeente.vr_code} staat niet in regios.toml; verbeter de code"
            yield Bevinding(S.ONBEKENDE_CODE, gemeente.plek, tekst)
            continue
        verwacht = (regio.naam, regio.arrondissement, gebieden.get(regio.gebied, regio.gebied))
        gezegd = (gemeente.veiligheidsregio, gemeente.arrondissement, gemeente.politie_eenheid_parket)
        if gezegd != verwacht:
            tekst = (
                f"zegt {' / '.join(gezegd)}, regios.toml zegt van {regio.code} {' / '.join(verwacht)}; maak ze gelijk"
            )
            yield Bevinding(S.TEGENSPRAAK, gemeente.plek, tekst)


def _herindelingen(regels: Regels) -> Iterator[Bevinding]:
    regios = {v.code for v in regels.veiligheidsregios}
    vast = {g.gm_code: g for g in regels.gemeenten}
    namen = {g.gm_code: (g.gemeente, g.vr_code) for g in regels.gemeenten}
    nieuw = {h.nieuw for h in regels.herindelingen}
    begin = regels.instellingen.begin if regels.instellingen else date.min
    per = {h.oud: h.per for h in regels.herindelingen}
    for h in regels.herindelingen:
        for code, naam, regio in ((h.oud, h.oud_naam, h.oud_regio), (h.nieuw, h.nieuw_naam, h.nieuw_regio)):
            if regio not in regios:
                tekst = f"veiligheidsregio {regio} staat niet in regios.toml; verbeter de code"
                yield Bevinding(S.ONBEKENDE_CODE, h.plek, tekst)
            if namen.setdefault(code, (naam, regio)) != (naam, regio):
                tekst = f"noemt {code} {naam} in {regio}, elders heet die {namen[code][0]} in {namen[code][1]}; maak ze gelijk"
                yield Bevinding(S.TEGENSPRAAK, h.plek, tekst)
        if h.per > begin and h.oud not in vast and h.oud not in nieuw:
            tekst = f"gemeente {h.oud} {h.oud_naam} bestond op {h.per} niet; verbeter de code of de datum"
            yield Bevinding(S.ONBEKENDE_CODE, h.plek, tekst)
        if h.per <= begin and h.oud in vast:
            tekst = f"gemeente {h.oud} verviel per {h.per} maar staat in gemeenten.csv; verbeter de datum of haal haar daar weg"
            yield Bevinding(S.TEGENSPRAAK, h.plek, tekst)
        if per[h.oud] != h.per:
            tekst = f"gemeente {h.oud} vervalt hier per {h.per} en elders per {per[h.oud]}; laat een datum staan"
            yield Bevinding(S.TEGENSPRAAK, h.plek, tekst)
        if not volg_gemeente(regels.alle_gemeenten, regels.herindelingen, h.oud, h.per):
            tekst = f"laat van {h.oud} op {h.per} geen gemeente over; verbeter nieuw"
            yield Bevinding(S.DODE_VERWIJZING, h.plek, tekst)


def _dekking(regels: Regels) -> Iterator[Bevinding]:
    gemeenten = regels.alle_gemeenten
    tafels = per_tafel(regels.tafels)
    groepen: dict[tuple[str, ...], list[Dekkingsregel]] = {}
    for regel in regels.dekking:
        groepen.setdefault((regel.gemeente, regel.doelgroep, regel.thema or ""), []).append(regel)
        gemeente = gemeenten.get(regel.gemeente)
        if gemeente is None:
            tekst = f"gemeente {regel.gemeente} is onbekend; verbeter de code of voeg haar toe aan herindelingen.csv"
            yield Bevinding(S.ONBEKENDE_CODE, regel.plek, tekst)
        elif gemeente.naam != regel.naam:
            tekst = f"{regel.gemeente} heet {gemeente.naam}, niet {regel.naam}; verbeter de code of de naam"
            yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)
        elif not gemeente.bestaat(regel.geldig_van) or (
            gemeente.tot is not None and (regel.geldig_tot is None or regel.geldig_tot > gemeente.tot)
        ):
            tekst = f"gemeente {regel.gemeente} bestaat van {gemeente.vanaf or 'ouds'} tot {gemeente.tot or 'heden'}"
            yield Bevinding(S.ONBEKENDE_CODE, regel.plek, f"{tekst}; laat de regel in die tijd beginnen en eindigen")
        if regel.tafel not in tafels:
            yield _dood(regel.plek, "tafel", regel.tafel, "een tafels_*.toml")
        yield from _taak(regel, tafels.get(regel.tafel, ()))
    for lijst in groepen.values():
        for eerste, tweede in _overlappend(lijst):
            tekst = (
                f"dekt {tweede.gemeente} {tweede.naam} op dezelfde dagen als {eerste.plek}; kies een van beide tafels"
            )
            yield Bevinding(S.OVERLAP, tweede.plek, tekst)


def _taak(regel: Dekkingsregel, tafel: tuple[Tafelregel, ...]) -> Iterator[Bevinding]:
    """A line sends nobody to a tafel that may not hear of them."""
    if regel.doelgroep is Doelgroep.JEUGD and not all(r.jeugdtaak for r in tafel):
        yield Bevinding(
            S.TEGENSPRAAK,
            regel.plek,
            f"stuurt jeugd naar {regel.tafel!r}, die geen jeugdtaak heeft; kies een andere tafel",
        )
    if regel.thema is not None and not all(regel.thema in r.themas for r in tafel):
        tekst = f"stuurt {regel.thema} naar {regel.tafel!r}, die dat thema niet heeft; kies een andere tafel of voeg het thema toe"
        yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)
    if regel.algemeen and not all(r.soort is TafelSoort.VEILIGHEIDSHUIS for r in tafel):
        tekst = f"{regel.tafel!r} is geen Veiligheidshuis; noem er een, of vul een doelgroep of thema in"
        yield Bevinding(S.TEGENSPRAAK, regel.plek, tekst)


def _instellingen(regels: Regels) -> Iterator[Bevinding]:
    instellingen = regels.instellingen
    if instellingen is None:
        return
    tafels = per_tafel(regels.tafels)
    yield from _huis(tafels, instellingen.plek, "landelijke_terugval", instellingen.landelijke_terugval)
    for soort in MeldingSoort:
        if soort not in instellingen.termijnen:
            yield Bevinding(
                S.VORM, instellingen.plek, f"termijn voor {soort} ontbreekt; vul werkdagen in onder [termijnen]"
            )
    for soort in AFSLUITBAAR:
        if soort not in instellingen.afsluittermijnen:
            tekst = f"afsluittermijn voor {soort} ontbreekt; vul werkdagen in onder [afsluittermijnen]"
            yield Bevinding(S.VORM, instellingen.plek, tekst)
    eigen = instellingen.afsluittermijnen_per_tafel
    for soort in sorted({*instellingen.afsluittermijnen, *(s for van in eigen.values() for s in van)} - {*AFSLUITBAAR}):
        tekst = f"een afsluittermijn voor {soort} zegt niets, want zo'n melding wordt niet afgesloten; haal haar weg"
        yield Bevinding(S.TEGENSPRAAK, instellingen.plek, tekst)
    for wat, per_ in (("termijnen_per_tafel", instellingen.termijnen_per_tafel), ("afsluittermijnen_per_tafel", eigen)):
        for tafel in per_:
            if tafel not in tafels:
                yield _dood(instellingen.plek, wat, tafel, "een tafels_*.toml")


def _ladders(regels: Regels) -> Iterator[Bevinding]:
    """Every kind of tafel has one ladder, and a tafel at most one of its own."""
    for wat, namen in (
        ("soort", [str(ladder.soort) for ladder in regels.soortladders]),
        ("tafel", [str(ladder.tafel) for ladder in regels.tafelladders]),
    ):
        for naam, aantal in Counter(namen).items():
            if aantal > 1:
                tekst = f"{wat} {naam} heeft {aantal} ladders; laat er een staan"
                yield Bevinding(S.OVERLAP, "ladders.toml", tekst)
    for soort in TafelSoort:
        if soort not in {ladder.soort for ladder in regels.soortladders}:
            tekst = f"ladder voor soort {soort} ontbreekt; voeg een [[soortladder]] toe"
            yield Bevinding(S.VORM, "ladders.toml", tekst)


def _treden(regels: Regels) -> Iterator[Bevinding]:
    """A ladder only goes up, and each of its desks can be reached."""
    tafels = {r.id for r in regels.tafels}
    ladders: tuple[Soortladder | Tafelladder, ...] = (*regels.soortladders, *regels.tafelladders)
    for ladder in ladders:
        hoogten = [list(Loket).index(trede.loket) for trede in ladder.trede]
        if not hoogten:
            yield Bevinding(S.VORM, ladder.plek, "heeft geen treden; noem minstens een loket")
        if hoogten != sorted(set(hoogten)):
            tekst = f"gaat niet steeds omhoog; noem elk loket hoogstens een keer, in de volgorde {', '.join(Loket)}"
            yield Bevinding(S.TEGENSPRAAK, ladder.plek, tekst)
    for ladder in regels.tafelladders:
        if ladder.tafel not in tafels:
            yield _dood(ladder.plek, "tafel", ladder.tafel, "een tafels_*.toml")
        for trede in ladder.trede:
            # What a step leaves open is the tafel's own, which is checked there.
            if trede.telefoon:
                yield from _telefoon(f"{ladder.plek} {trede.loket}", trede.telefoon)
            if trede.email:
                yield from _email(f"{ladder.plek} {trede.loket}", trede.email)


def _ketens(regels: Regels) -> Iterator[Bevinding]:
    """On every day on which something changes: no opvolgers in a ring, and a national fallback that is there."""
    tafels = per_tafel(regels.tafels)
    instellingen = regels.instellingen
    if instellingen is None or any(r.opvolger is not None and r.opvolger not in tafels for r in regels.tafels):
        return  # said above; following dead references adds nothing
    ringen: set[str] = set()
    for dag in _dagen(regels, instellingen):
        for id_ in tafels:
            if volg_tafel(tafels, id_, dag).kring and id_ not in ringen:
                ringen.add(id_)
                tekst = f"op {dag} leiden de opvolgers van {id_!r} naar zichzelf terug; laat de keten bij een werkende tafel eindigen"
                yield Bevinding(S.DODE_VERWIJZING, tafels[id_][-1].plek, tekst)
        if (
            instellingen.landelijke_terugval in tafels
            and volg_tafel(tafels, instellingen.landelijke_terugval, dag).regel is None
        ):
            tekst = f"landelijke_terugval {instellingen.landelijke_terugval!r} is er op {dag} niet; noem een tafel die er altijd is"
            yield Bevinding(S.DODE_VERWIJZING, instellingen.plek, tekst)


def _dagen(regels: Regels, instellingen: Registerinstellingen) -> list[date]:
    dagen = {dag for regel in regels.tafels for dag in (regel.geldig_van, regel.geldig_tot) if dag is not None}
    return sorted({instellingen.begin} | {dag for dag in dagen if dag > instellingen.begin})
