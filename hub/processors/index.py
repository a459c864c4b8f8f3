"""index: one partition of the keys of every dossier. Its log is its own input: loaded up to the committed offset, then on with output.

Questions come beside it, on a topic of their own: they are compared with what is held, and never held themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any, Final

from hub import metrics
from hub.domein.codes import Soort
from hub.domein.gebeurtenis import Antwoord, Triage, Vraag
from hub.domein.gebeurtenisvorm import plat, triage_naar, vraag_uit
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import GEEN_BEWIJS, Kant, Stand, sterkste, vergelijkbaar
from hub.domein.vorm import stand_naar
from hub.matching.blok import Blok
from hub.matching.index import Index
from hub.matching.model import Model
from hub.processors.blokken import Blokvorm
from hub.processors.gebeurtenissen import sleutel_van
from hub.processors.kamers import geldig, open_record, per_record, spoor
from hub.processors.namen import GEBEURTENIS, SLEUTEL, VRAAG, Geweigerd, Weigering
from hub.stream.codec import Codec
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Grens, StaatOnleesbaar, Statelog
from hub.stream.wekker import Wekker

HAPJE: Final = 500
"""Expired dossiers that are removed at a time."""


class Indexkamer:
    """Compares inside a bucket, and reports per pair how strong the evidence now is."""

    naam = "index"
    invoer = (SLEUTEL, VRAAG)

    def __init__(self, codec: Codec, model: Model, partities: int) -> None:
        self.codec, self.vorm = codec, Blokvorm(codec, partities)
        self.statelog: Statelog[Index] = Statelog(
            SLEUTEL,
            Grens.BEVESTIGD,
            lambda partitie: Index(partitie, partities, model, self.vorm.feiten),
            self._laad,
            len,
        )
        self.wekker: Wekker[Index] = Wekker(lambda index: index.eerste_einde, _verlopen)

    def verwerk(self, staat: Index, partitie: int, records: Sequence[Record]) -> Stap:
        stap = Stap()
        if records[0].topic == VRAAG:
            per_record(self.naam, stap, records, lambda record: self._vraag(stap, staat, record))
            return stap
        # Before anything changes: this topic is state, and a record of it that cannot be read stops the worker (docs/adr/0006).
        gevuld = [record for record in records if not _leeg(record)]
        blokken = self.vorm.lees(partitie, gevuld)
        per_offset = dict(zip((record.offset for record in gevuld), blokken, strict=True))
        voor = staat.overvol.copy()
        per_record(
            self.naam, stap, records, lambda record: self._een(stap, staat, record, per_offset.get(record.offset))
        )
        for tafel, aantal in (staat.overvol - voor).items():
            stap.daarna.append(partial(metrics.OVERVOL.labels(tafel).inc, aantal))
        return stap

    def _een(self, stap: Stap, index: Index, record: Record, blok: Blok | None) -> str:
        if blok is None:
            return self._verwijder(stap, index, record)
        was = index.kant(blok.dossier)
        if was is not None and was.versie >= blok.versie:
            winnaar = self._zoals_gehouden(index, blok.dossier)
            if winnaar != self.vorm.vandaag(record):
                # Compaction keeps the last record, the index the highest versie, and of one versie the first that came.
                return self._schrijf_opnieuw(stap, record, winnaar)
        standen, gezegd = neem(index, blok, was, record.partitie)
        self._meld(stap, record, standen, gezegd)
        return "verwerkt"

    def _verwijder(self, stap: Stap, index: Index, record: Record) -> str:
        """A tombstone: retention has ended, unless a newer versie that came between extended it."""
        dossier = _dossier(record)
        was = index.kant(dossier)
        if was is not None and was.bewaren_tot > record.tijd:
            return self._schrijf_opnieuw(stap, record, self._zoals_gehouden(index, dossier))
        standen = index.verwijder(dossier)
        self.vorm.vergeet()
        self._meld(stap, record, standen, triages(standen, record.partitie))
        return "verwerkt"

    def _meld(self, stap: Stap, record: Record, standen: Sequence[Stand], gezegd: Sequence[Triage]) -> None:
        for stand in standen:
            self._stuur(stap, record, "stand", stand, stand_naar(stand))
        for triage in gezegd:
            self._stuur(stap, record, "triage", triage, triage_naar(triage))

    def _stuur(
        self, stap: Stap, record: Record, schema: str, wat: Stand | Triage | Antwoord, waarde: Mapping[str, Any]
    ) -> None:
        """Adds to the output what this record led to, under the key that its reader checks."""
        headers = (("traceparent", spoor(record).encode()),)
        stap.uit.append(Uitvoer(GEBEURTENIS, sleutel_van(wat), self.codec.codeer(schema, waarde), headers))

    def _zoals_gehouden(self, index: Index, dossier: Dossier) -> bytes:
        """A dossier that the index holds, as a record."""
        (waarde,) = self.vorm.schrijf([index.blok(dossier)])
        return waarde

    def _schrijf_opnieuw(self, stap: Stap, record: Record, winnaar: bytes) -> str:
        """The winner is written again, behind the record that must not outlive it in the log."""
        stap.staat.append(Uitvoer(SLEUTEL, record.key, winnaar, record.headers, record.partitie))
        return "overgeslagen"

    def _vraag(self, stap: Stap, index: Index, record: Record) -> str:
        _, waarde = open_record(self.codec, record, {"vraag"})
        vraag = geldig(vraag_uit, waarde)
        if vraag.partitie != record.partitie:
            raise Geweigerd(Weigering.ONGELDIG)
        antwoord = beantwoord(index, vraag)
        self._stuur(stap, record, "antwoord", antwoord, plat(antwoord))
        return "verwerkt"

    def _laad(self, index: Index, records: Sequence[Record]) -> None:
        for leeg, groep in groupby(records, _leeg):
            if not leeg:
                deel = list(groep)
                index.laad(self.vorm.lees(deel[0].partitie, deel))
                continue
            for record in groep:
                kant = index.kant(_dossier(record))
                if kant is None or kant.bewaren_tot <= record.tijd:
                    index.verwijder(_dossier(record))
            self.vorm.vergeet()


def beantwoord(index: Index, vraag: Vraag) -> Antwoord:
    """What one partition knows of the person asked about."""
    vrager = vraag.vrager
    gevonden = index.zoek(vrager.soort, vrager.tafel, vraag.tokens, vraag.sleutels)
    standen = [Stand.van(vrager, kant, bewijs) for kant, bewijs in gevonden]
    return Antwoord(vraag.id, vraag.partitie, vrager, vraag.actor, vraag.uiterlijk, sterkste(standen))


def neem(index: Index, blok: Blok, was: Kant | None, partitie: int) -> tuple[Sequence[Stand], Sequence[Triage]]:
    """Take a block in; what this partition must say of pairs, and of verdachten that could be brought. `was`: the dossier before."""
    standen = index.vervang(blok)
    if was is None and blok.voorganger is None and not (standen or blok.criteria):
        return (), ()  # most: nobody need know what the facts are
    eigen, actief = index.kant_van(blok), blok.actief
    eerst = _voorrang_zonder_criteria(index, eigen, partitie)
    if was is None or was.versie >= eigen.versie:
        return standen, [*eerst, *_triages_van_blok(eigen, was, standen, partitie, actief=actief)]
    verder, verder_gezegd = _verlaten(index, was, eigen, standen, partitie, actief=actief)
    if was.stam == eigen.stam:
        gezegd = _triages_van_blok(eigen, was, standen, partitie, actief=actief)
        return [*verder, *standen], [*verder_gezegd, *eerst, *gezegd]
    # It names another voorganger than before: what lives under its earlier stam would never hear of it again, so that ends here.
    toen = replace(eigen, voorganger=was.voorganger, hervat=0, gegaan=0)  # who went was of the stam that it is in now
    genoten = [] if blok.voorganger is None else index.stam(blok.voorganger)
    kanten = [*(kant for stand in standen for kant in (stand.links, stand.rechts)), *genoten]
    anderen = [kant for kant in kanten if kant.dossier != eigen.dossier and vergelijkbaar(toen, kant)]
    alle = [*standen, *(Stand.van(toen, kant, GEEN_BEWIJS) for kant in anderen)]
    gezegd = _triages_van_blok(eigen, was, alle, partitie, actief=actief)
    if eigen.soort is Soort.VERDACHTE and (was.feiten.criteria or eigen.feiten.criteria):
        gezegd.append(Triage(toen, False, partitie))
    return [*verder, *alle], [*verder_gezegd, *eerst, *gezegd]


def _verlaten(
    index: Index, was: Kant, eigen: Kant, standen: Sequence[Stand], partitie: int, *, actief: bool
) -> tuple[list[Stand], list[Triage]]:
    """`eigen` stopped continuing the stam of `was`, or was withdrawn (`actief` is False).

    Returns what must be said for the dossier that speaks for that stam now. It goes out before `standen`, which say that nothing is shared
    with `eigen`, so that the receiver gets a correction and not a withdrawal.
    """
    weg = [
        kant.stam for kant in (was, eigen) if kant.voorganger is not None and not (actief and kant.stam == eigen.stam)
    ]
    verder: list[Stand] = []
    gezegd: list[Triage] = []
    for stam in dict.fromkeys(weg):
        leden = index.stam(stam)
        if not leden or leden[-1].dossier == eigen.dossier:
            continue
        spreker = leden[-1]
        anderen = {zijde.dossier for stand in standen for zijde in (stand.links, stand.rechts)}
        hervat = index.standen_van(spreker.dossier, anderen - {eigen.dossier, spreker.dossier})
        verder += hervat
        if spreker.soort is not Soort.VERDACHTE:
            gezegd += triages(hervat, partitie)
        elif was.feiten.criteria or spreker.feiten.criteria:
            gezegd.append(Triage(spreker, True, partitie, sterkste(hervat)))
    return verder, gezegd


def _voorrang_zonder_criteria(index: Index, eigen: Kant, partitie: int) -> list[Triage]:
    """What ends the aandragen of a verdachte: a triage of the dossier that speaks for the stam, when that one has no criteria and another
    dossier of the stam has. Otherwise nothing. It goes out first, so that nothing is brought meanwhile."""
    leden = index.stam(eigen.stam) if eigen.soort is Soort.VERDACHTE else []
    if len(leden) < 2 or leden[-1].feiten.criteria or not any(kant.feiten.criteria for kant in leden):
        return []
    return [Triage(leden[-1], True, partitie)]


def triages(standen: Sequence[Stand], partitie: int, behalve: Dossier | None = None) -> list[Triage]:
    """A triage for every stand of a verdachte with triage criteria, of each side; none of the dossier `behalve`."""
    return [
        Triage(kant, True, partitie, (stand,))
        for stand in standen
        for kant in (stand.links, stand.rechts)
        if kant.dossier != behalve and kant.soort is Soort.VERDACHTE and kant.feiten.criteria
    ]


def _triages_van_blok(
    eigen: Kant, was: Kant | None, standen: Sequence[Stand], partitie: int, *, actief: bool
) -> list[Triage]:
    """The triages that go out with the standen of a block of `eigen`. `was`: that dossier before; `actief`: it is not withdrawn.

    A verdachte that has triage criteria, or had them, gets one triage, also without any stand: its aandragen waits for all partitions.
    """
    van_anderen = triages(standen, partitie, eigen.dossier)
    ooit = eigen.feiten.criteria or (was is not None and was.feiten.criteria)
    if eigen.soort is not Soort.VERDACHTE or not ooit:
        return van_anderen
    mee = [stand for stand in standen if eigen.dossier in (stand.links.dossier, stand.rechts.dossier)]
    return [Triage(eigen, actief, partitie, sterkste(mee)), *van_anderen]


def _verlopen(index: Index, partitie: int, nu: int) -> list[Uitvoer]:
    """A tombstone for every dossier of which the retention has ended: each partition forgets its own part."""
    return [Uitvoer(SLEUTEL, dossier.encode(), None, (), partitie) for dossier in index.verlopen(nu, HAPJE)]


def _leeg(record: Record) -> bool:
    """Whether it is a tombstone. Raises StaatOnleesbaar for one that names nobody."""
    if record.value is None:
        _dossier(record)
    return record.value is None


def _dossier(record: Record) -> Dossier:
    if not record.key:
        raise StaatOnleesbaar(f"{record.topic}/{record.partitie}@{record.offset}: a record without key")
    return Dossier(record.key.decode("ascii", "replace"))
