"""Is the country covered? What the register lacks on a day, in sentences for its keeper and as a picture."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

from hub.domein.codes import Thema
from hub.domein.identiteit import TafelId
from hub.domein.kalender import BESLOTEN_TOT_EN_MET
from hub.domein.tafel import TafelSoort
from hub.routing.kaart import Tegel, teken
from hub.routing.regel import Bevinding, Gemeente, Regels
from hub.routing.regel import Bevindingsoort as S
from hub.routing.register import REGISTERMAP, VOLWASSEN, Register, RegisterFout, lees

_KOPPEN = {
    S.BESTAND: "Bestanden die niet te lezen zijn of niet worden gelezen",
    S.VORM: "Regels die niet te lezen zijn",
    S.PERIODE: "Perioden die niet kloppen",
    S.OVERLAP: "Overlappingen",
    S.ONBEKENDE_CODE: "Onbekende codes",
    S.DODE_VERWIJZING: "Verwijzingen naar iets dat er niet (meer) is",
    S.ZONDER_CONTACT: "Tafels die niet te bereiken zijn",
    S.TEGENSPRAAK: "Regels die elkaar tegenspreken",
    S.VOORBEHOUDEN: "Namen die de hub zelf gebruikt",
    S.WITTE_VLEK: "Witte vlekken: gemeenten zonder werkende tafel",
    S.WITTE_VLEK_JEUGD: "Witte vlekken jeugd: minderjarigen zonder tafel met jeugdtaak",
    S.GEEN_HUIS: "Zaken die niemand krijgt: alleen bij een Veiligheidshuis wordt iets aangedragen",
    S.TE_BEVESTIGEN: "Nog te bevestigen",
}


@dataclass(frozen=True, slots=True)
class Rapport:
    """What is wrong on `op`. `fouten` keep the register from loading; `waarschuwingen` it works with, visibly."""

    op: date
    fouten: tuple[Bevinding, ...]
    waarschuwingen: tuple[Bevinding, ...]

    def van(self, soort: S) -> tuple[Bevinding, ...]:
        """The findings of one kind."""
        return tuple(b for b in (*self.fouten, *self.waarschuwingen) if b.soort is soort)

    def tekst(self) -> str:
        """The report for the keeper of the register, in Dutch."""
        kop = f"Register op {self.op}: {_aantal(self.fouten, 'fout', 'fouten')}, "
        regels = [kop + _aantal(self.waarschuwingen, "waarschuwing", "waarschuwingen") + "."]
        for soort, titel in _KOPPEN.items():
            bevindingen = self.van(soort)
            if bevindingen:
                regels += ["", f"{titel} ({len(bevindingen)})", *(f"  - {b}" for b in bevindingen)]
        return "\n".join(regels)


def controle(register: Register, op: date) -> Rapport:
    """What a loaded register, which has no faults, still lacks on `op`."""
    waarschuwingen = (
        *_witte_vlekken(register, op),
        *_jeugd(register, op),
        *_geen_huis(register, op),
        *_verlopen(register, op),
        *_onbereikbaar(register, op),
        *_te_bevestigen(register.regels, op),
    )
    return Rapport(op, (), waarschuwingen)


def controle_map(map: Path | None, op: date) -> Rapport:  # noqa: A002 - the Dutch word for a directory
    """The same for files that may not load: then their faults, and the gaps as far as the readable lines show them."""
    pad = REGISTERMAP if map is None else map
    try:
        return controle(Register.laad(pad), op)
    except RegisterFout as fout:
        regels, _ = lees(pad)
        gedekt = {regel.gemeente for regel in regels.dekking if regel.algemeen and regel.geldig(op)}
        gaten = [g for g in regels.alle_gemeenten.values() if g.bestaat(op) and g.code not in gedekt]
        return Rapport(op, fout.fouten, tuple(_witte_vlek(g, op, "geen regel dekt haar") for g in gaten))


def dekt(register: Register, gemeente: Gemeente, op: date) -> bool:
    """Whether a working tafel covers everybody in this gemeente on `op`."""
    return any(register.opvolging(r.tafel, op)[0] for r in register.dekking(gemeente.code, op) if r.algemeen)


def kaart(register: Register, op: date) -> str:
    """An SVG: a tile per veiligheidsregio, roughly where it lies, with its covered share; gaps in red."""
    gemeenten = register.gemeenten(op)
    tegels = []
    for regio in register.regels.veiligheidsregios:
        eigen = [g for g in gemeenten if g.regio == regio.code]
        regels = [r for g in eigen for r in register.dekking(g.code, op) if r.algemeen]
        tafels = sorted({tafel.id for r in regels if (tafel := register.opvolging(r.tafel, op)[0]) is not None})
        onzeker = any(r.te_bevestigen for r in regels) or any(_onzeker(register, t, op) for t in tafels)
        tegels.append(
            Tegel(
                code=regio.code,
                naam=regio.naam,
                kolom=regio.tegel[0],
                rij=regio.tegel[1],
                gemeenten=len(eigen),
                vlekken=tuple(g.naam for g in eigen if not dekt(register, g, op)),
                tafels=tuple(register.naam(t) for t in tafels),
                te_bevestigen=onzeker,
            )
        )
    return teken(tuple(tegels), op, register.hash)


def _onzeker(register: Register, tafel: TafelId, op: date) -> bool:
    return any(r.te_bevestigen for r in register.regels.tafels if r.id == tafel and r.geldig(op))


def _aantal(lijst: tuple[Bevinding, ...], een: str, meer: str) -> str:
    return f"{len(lijst)} {een if len(lijst) == 1 else meer}"


def _witte_vlek(gemeente: Gemeente, op: date, waarom: str) -> Bevinding:
    tekst = f"{gemeente.naam} ({gemeente.regio}) heeft op {op} geen tafel: {waarom}; voeg een regel toe"
    return Bevinding(S.WITTE_VLEK, f"dekking.csv {gemeente.code}", tekst)


def _witte_vlekken(register: Register, op: date) -> Iterator[Bevinding]:
    for gemeente in register.gemeenten(op):
        if dekt(register, gemeente, op):
            continue
        regel = next((r for r in register.dekking(gemeente.code, op) if r.algemeen), None)
        waarom = "geen regel dekt haar" if regel is None else " ".join(register.opvolging(regel.tafel, op)[1])
        yield _witte_vlek(gemeente, op, waarom.rstrip("."))


def _jeugd(register: Register, op: date) -> Iterator[Bevinding]:
    """Per tafel without a youth task: the gemeenten whose minors would land there, of one theme or of all. The filter refuses them."""
    zonder: dict[TafelId, list[str]] = {}
    for gemeente, thema in product(register.gemeenten(op), (None, *Thema)):
        for regel in register.dekking(gemeente.code, op, thema, leeftijd=VOLWASSEN - 1):
            tafel, _ = register.opvolging(regel.tafel, op)
            if tafel is not None:
                eind, _ = register.ontvangst(tafel, op)
                if not eind.jeugdtaak and regel.thema is thema:
                    wie = gemeente.naam if thema is None else f"{gemeente.naam} ({thema})"
                    zonder.setdefault(eind.id, []).append(wie)
                break
    for id_, namen in zonder.items():
        wie = f"minderjarigen uit {', '.join(namen)} komen bij {register.naam(id_)}"
        tekst = f"{wie}, die geen jeugdtaak heeft; spreek een ander Veiligheidshuis af"
        yield Bevinding(S.WITTE_VLEK_JEUGD, f"tafel {id_}", tekst)


def _geen_huis(register: Register, op: date) -> Iterator[Bevinding]:
    """Lines whose cases arrive at a tafel that is no Veiligheidshuis on `op`. The policy brings nothing there. (An intake and a fallback
    always are one, and a successor is of the kind of the tafel before it: the register does not load otherwise.)"""
    for regel in register.regels.dekking:
        tafel, _ = register.opvolging(regel.tafel, op) if regel.geldig(op) else (None, ())
        aankomst = None if tafel is None else register.ontvangst(tafel, op)[0]
        if aankomst is not None and aankomst.soort is not TafelSoort.VEILIGHEIDSHUIS:
            waarheen = f"{regel.id} leidt naar {aankomst.naam}, een {aankomst.soort}"
            tekst = f"{waarheen}: daar kan niets worden aangedragen, en zo'n zaak eindigt met NIET_AANGEDRAGEN; noem een Veiligheidshuis"
            yield Bevinding(S.GEEN_HUIS, regel.plek, tekst)


def _verlopen(register: Register, op: date) -> Iterator[Bevinding]:
    """References that still work because somebody took over, or because a fallback stands behind them."""
    regels = register.regels
    for regel in regels.dekking:
        tafel, _ = register.opvolging(regel.tafel, op)
        if regel.geldig(op) and tafel is not None and tafel.id != regel.tafel:
            tekst = f"{regel.naam} verwijst naar {regel.tafel!r}, opgevolgd door {tafel.id!r}; sluit de regel af en maak een nieuwe"
            yield Bevinding(S.DODE_VERWIJZING, regel.plek, tekst)
    verwijzingen: list[tuple[str, str, TafelId]] = [(g.plek, "zsm", g.zsm) for g in regels.gebieden]
    verwijzingen += [(g.plek, "terugval", g.terugval) for g in regels.gebieden]
    verwijzingen += [(v.plek, "terugval", v.terugval) for v in regels.veiligheidsregios]
    verwijzingen += [(t.plek, "intake", t.intake) for t in regels.tafels if t.geldig(op) and t.intake is not None]
    for plek, wat, id_ in verwijzingen:
        if register.opvolging(id_, op)[0] is None:
            tekst = f"{wat} {id_!r} werkt op {op} niet en heeft geen opvolger; noem een andere tafel"
            yield Bevinding(S.DODE_VERWIJZING, plek, tekst)


def _onbereikbaar(register: Register, op: date) -> Iterator[Bevinding]:
    for tafel in register.tafels(op):
        if not register.openingstijden(tafel.id, op):
            tekst = f"{tafel.naam} heeft geen openingstijden; vul in wanneer zij te bereiken is"
            yield Bevinding(S.ZONDER_CONTACT, f"tafel {tafel.id}", tekst)


def _te_bevestigen(regels: Regels, op: date) -> Iterator[Bevinding]:
    for tafel in regels.tafels:
        if tafel.te_bevestigen and tafel.geldig(op):
            yield Bevinding(S.TE_BEVESTIGEN, tafel.plek, f"{tafel.naam}; bron: {tafel.bron or 'geen'}")
    per_tafel = Counter(regel.tafel for regel in regels.dekking if regel.te_bevestigen and regel.geldig(op))
    for id_, aantal in per_tafel.items():
        yield Bevinding(S.TE_BEVESTIGEN, "dekking.csv", f"{aantal} {'regel' if aantal == 1 else 'regels'} naar {id_}")
    for h in regels.herindelingen:
        if h.te_bevestigen:
            yield Bevinding(
                S.TE_BEVESTIGEN, h.plek, f"{h.oud_naam} naar {h.nieuw_naam} per {h.per}; bron: {h.bron or 'geen'}"
            )
    for wat, lijst in (("gebieden", regels.gebieden), ("veiligheidsregio's", regels.veiligheidsregios)):
        aantal = sum(regel.te_bevestigen for regel in lijst)
        if aantal:
            yield Bevinding(S.TE_BEVESTIGEN, "regios.toml", f"de terugvaltafels van {aantal} {wat}")
    ladders = sum(ladder.te_bevestigen for ladder in (*regels.soortladders, *regels.tafelladders))
    if ladders:
        yield Bevinding(S.TE_BEVESTIGEN, "ladders.toml", f"{ladders} {'ladder' if ladders == 1 else 'ladders'}")
    if op.year > BESLOTEN_TOT_EN_MET:
        tekst = f"welke dagen na {BESLOTEN_TOT_EN_MET} met een feestdag gelijk zijn gesteld (Algemene termijnenwet art. 3 lid 3)"
        yield Bevinding(S.TE_BEVESTIGEN, "hub/domein/kalender.py", tekst)
    if regels.instellingen is not None and regels.instellingen.te_bevestigen:
        yield Bevinding(S.TE_BEVESTIGEN, regels.instellingen.plek, "landelijke terugval en termijnen")
