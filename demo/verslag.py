"""What the demo shows: meldingen as they arrive, and the tables at the end. In Dutch; the persons are invented."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from demo.dag import Bericht, Dag, Paar, Zaak
from demo.opstelling import CONNECTOREN
from demo.orakel import Orakel, Staand
from demo.plan import Bijzonder
from demo.toezicht import Meters
from demo.verkeer import Aankomst, Meetboek
from hub.domein.codes import Besluit, MeldingSoort, Uitkomst
from hub.privacy.regels import Regel
from proef.fouten import SOORTEN

_KLEUR: Final = {
    MeldingSoort.BEKEND: "green",
    MeldingSoort.MOGELIJK_BEKEND: "yellow",
    MeldingSoort.DUBBELE_CASUS: "cyan",
    MeldingSoort.INGETROKKEN: "red",
}
_ZONDER: Final = "geen enkele fout"


@dataclass(frozen=True, slots=True)
class Uitslag:
    """All that the demo saw."""

    dag: Dag
    boek: Meetboek
    orakel: Orakel
    inbox: Counter[Staand]
    gevonden: Mapping[Paar, Uitkomst]
    """By the hub, of the morning."""
    verwacht_gevonden: Mapping[Paar, Uitkomst]
    """By the pure functions."""
    werkers: Meters
    regels: Mapping[str, Regel]

    @property
    def verschillen(self) -> list[str]:
        """Everything in which the hub differs from the pure functions; empty: nothing."""
        uit = [f"ontbreekt in de inbox: {een}" for een in sorted((self.orakel.staand - self.inbox).elements())]
        uit += [f"te veel in de inbox: {een}" for een in sorted((self.inbox - self.orakel.staand).elements())]
        for paar in sorted(self.gevonden.keys() | self.verwacht_gevonden.keys()):
            hub, puur = self.gevonden.get(paar), self.verwacht_gevonden.get(paar)
            if hub is not puur:
                uit.append(f"koppeling {_noem(paar)}: hub {hub or 'geen'}, zuivere functies {puur or 'geen'}")
        verwacht = {bericht.zaak for bericht in self.dag.afgekeurd} | self.orakel.geweigerd
        for antwoord in self.boek.antwoorden:
            if antwoord.aangenomen == (antwoord.bericht.zaak in verwacht):
                uit.append(f"{antwoord.bericht.zaak}: HTTP {antwoord.status}")
        dood = self.werkers.som("hub_dode_letters_total")
        return [*uit, *([f"{dood} records in een dode-letter-topic"] if dood else [])]


def regel(aankomst: Aankomst, duur: float | None) -> str:
    """One line per melding, as it arrives."""
    melding = aankomst.melding
    kleur = _KLEUR.get(melding["soort"], "white")
    contact = melding["contact"]
    wie = f"{contact['naam']}, {contact['telefoon']}" if contact else ""
    hoe_lang = "" if duur is None else f"{duur:5.2f} s"
    return (
        f"[dim]{datetime.now().astimezone():%H:%M:%S}[/dim] {aankomst.tafel:<19} [{kleur}]{melding['soort']:<16}[/{kleur}] "
        f"{melding['zaaknummer'] or '?':<14} {melding['kenmerk']}  [dim]{hoe_lang:>8}[/dim]  {wie}"
    )


def toon(console: Console, uitslag: Uitslag) -> None:
    """All tables, and whether hub and pure functions agree."""
    for tabel in (
        _per_tafel(uitslag),
        _poort(uitslag),
        _besluiten(uitslag),
        _bijzonder(uitslag),
        _koppelen(uitslag),
        _doorlooptijd(uitslag.boek.duren),
    ):
        console.print()
        titel, tabel.title = tabel.title, None  # as a line of its own it is not folded to the width of the table
        console.print(titel, style="bold", highlight=False)
        console.print(tabel)
    console.print()
    for verschil in uitslag.verschillen:
        console.print(f"[red]VERSCHIL[/red] {verschil}", highlight=False)
    staand = uitslag.inbox.total()
    if uitslag.verschillen:
        console.print(
            f"[red]{len(uitslag.verschillen)} verschillen[/red] met wat de zuivere functies zonder Kafka ervan maken"
        )
    else:
        console.print(
            f"[green]Gelijk[/green]: de {staand} meldingen die staan en de {len(uitslag.gevonden)} koppelingen zijn precies die "
            "van de zuivere functies zonder Kafka"
        )


def _tabel(titel: str, *kolommen: str) -> Table:
    """The first column is text, the others are figures."""
    tabel = Table(title=titel, header_style="bold")
    for nummer, kolom in enumerate(kolommen):
        tabel.add_column(kolom, justify="left" if nummer == 0 else "right")
    return tabel


def _rij(tabel: Table, *cellen: object) -> None:
    tabel.add_row(*(str(cel) for cel in cellen))


def _per_tafel(uitslag: Uitslag) -> Table:
    soorten = (MeldingSoort.BEKEND, MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.DUBBELE_CASUS)
    tabel = _tabel(
        "Per tafel",
        "tafel",
        "verstuurd",
        "aangenomen",
        "geweigerd",
        "gekoppeld",
        "gemeld",
        *soorten,
        "ingetrokken",
        "staat nu",
    )
    for connector in CONNECTOREN:
        tafel = connector.tafel
        antwoorden = [a for a in uitslag.boek.antwoorden if a.bericht.tafel == tafel]
        gemeld = Counter(a.melding["soort"] for a in uitslag.boek.aankomsten if a.tafel == tafel)
        ingetrokken = gemeld.pop(MeldingSoort.INGETROKKEN, 0)
        aangenomen = sum(a.aangenomen for a in antwoorden)
        staat = sum(aantal for een, aantal in uitslag.inbox.items() if een.tafel == tafel)
        _rij(
            tabel,
            tafel,
            len(antwoorden),
            aangenomen,
            len(antwoorden) - aangenomen,
            len({zaak for paar in uitslag.gevonden for zaak in paar if zaak.tafel == tafel}),
            gemeld.total(),
            *(gemeld[soort] for soort in soorten),
            ingetrokken,
            staat,
        )
    return tabel


def _poort(uitslag: Uitslag) -> Table:
    tabel = Table("zaaknummer", "reden", "plaats in het bericht", title="Geweigerd door de connector")
    for antwoord in uitslag.boek.antwoorden:
        if not antwoord.aangenomen:
            reden = ", ".join(sorted(b.value for b in antwoord.bericht.bijzonder)) or "te weinig om op te vergelijken"
            _rij(tabel, antwoord.bericht.zaaknummer, reden, ", ".join(antwoord.problemen))
    return tabel


def _besluiten(uitslag: Uitslag) -> Table:
    """Held and refused by which rule, as the workers counted them."""
    tabel = Table(title="Besluiten van het privacybeleid, zoals de werkers ze telden", header_style="bold")
    tabel.add_column("besluit", no_wrap=True)
    tabel.add_column("regel", no_wrap=True)
    tabel.add_column("waarom")
    tabel.add_column("aantal", justify="right")
    telling = uitslag.werkers.telling("hub_beslissingen_total", "besluit", "regel")
    volgorde = list(Besluit)
    for (besluit, naam), aantal in sorted(
        telling.items(), key=lambda rij: (volgorde.index(Besluit(rij[0][0])), -rij[1])
    ):
        uitleg = uitslag.regels[naam].uitleg if naam in uitslag.regels else ""
        tabel.add_row(besluit, naam, uitleg, str(aantal))
    return tabel


def _bijzonder(uitslag: Uitslag) -> Table:
    """What was put in on purpose, and how many meldingen stand about it in the end."""
    staand = Counter(Zaak(een.tafel, een.zaaknummer) for een in uitslag.inbox.elements())
    tabel = _tabel("Bijzondere gevallen", "geval", "berichten", "waarvan met melding die staat")
    for bijzonder in Bijzonder:
        zaken = {b.zaak for b in (*uitslag.dag.berichten, *uitslag.dag.afgekeurd) if bijzonder in b.bijzonder}
        _rij(tabel, bijzonder.value, len(zaken), sum(staand[zaak] > 0 for zaak in zaken))
    return tabel


def _koppelen(uitslag: Uitslag) -> Table:
    """Missed and false pairs against the truth of the generator, by kind of error."""
    waar, gevonden = uitslag.dag.waarheid, uitslag.gevonden
    zekerheid = Counter(gevonden.values())
    berichten = {bericht.zaak: bericht for bericht in uitslag.dag.ochtend}
    vals = gevonden.keys() - waar
    titel = (
        f"Koppelen: {len(waar)} paren in werkelijkheid, {len(gevonden)} gevonden "
        f"({zekerheid[Uitkomst.ZEKER]} zeker, {zekerheid[Uitkomst.MOGELIJK]} mogelijk), "
        f"{len(waar - gevonden.keys())} gemist, {len(vals)} vals"
    )
    tabel = _tabel(titel, "fout in een van beide registers", "paren", "gevonden", "gemist")
    met: Counter[str] = Counter()
    gemist: Counter[str] = Counter()
    for paar in waar:
        fouten = {fout for zaak in paar for fout in berichten[zaak].fouten} or {_ZONDER}
        met.update(fouten)
        if paar not in gevonden:
            gemist.update(fouten)
    for naam in (_ZONDER, *SOORTEN):
        if met[naam]:
            _rij(tabel, naam, met[naam], met[naam] - gemist[naam], gemist[naam])
    for oorzaak, aantal in _oorzaken(vals, berichten).items():
        _rij(tabel, f"vals: {oorzaak}", aantal, aantal, "")
    return tabel


def _oorzaken(vals: Iterable[Paar], berichten: Mapping[Zaak, Bericht]) -> Counter[str]:
    return Counter(
        Bijzonder.VERWANT.value
        if any(Bijzonder.VERWANT in berichten[zaak].bijzonder for zaak in paar)
        else "naamgenoot"
        for paar in vals
    )


def percentielen(duren: Sequence[float]) -> tuple[float, float, float]:
    """p50, p99 and the longest, in seconds."""
    p50, p99 = np.percentile(duren, (50, 99))
    return float(p50), float(p99), max(duren)


def _doorlooptijd(duren: Sequence[float]) -> Table:
    tabel = _tabel(
        "Doorlooptijd: van het POST-verzoek dat het paar compleet maakt tot de melding in de stroom",
        "meldingen",
        "p50",
        "p99",
        "langste",
    )
    if duren:
        _rij(tabel, len(duren), *(f"{duur * 1000:.0f} ms" for duur in percentielen(duren)))
    return tabel


def _noem(paar: Paar) -> str:
    return " x ".join(f"{zaak.tafel} {zaak.zaaknummer}" for zaak in paar)
