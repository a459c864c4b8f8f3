"""Two dossiers that may be one person: the stand of the evidence, and the state of the koppeling in both directions."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.domein.codes import Fase, Soort, Uitkomst
from hub.domein.identiteit import Dossier, DossierVeld, TafelVeld, koppeling_id
from hub.domein.signaal import Feiten, Moment, Sleutelblok


@dataclass(frozen=True, slots=True)
class Kant:
    """One side of a pair, as the index knew it when it compared."""

    dossier: DossierVeld
    soort: Soort
    versie: Moment
    tafel: TafelVeld
    tijd: Moment
    bewaren_tot: Moment
    feiten: Feiten
    voorganger: DossierVeld | None = None
    """The dossier that this one continues."""
    persoon_sinds: Moment = 0
    hervat: Moment = 0
    """When the last of those went (withdrawn, or naming it no more) that continued this dossier or the same one as this; 0: none did."""
    gegaan: int = 0
    """How many of them had gone by then."""

    @classmethod
    def van(cls, blok: Sleutelblok) -> "Kant":
        return cls(
            *(blok.dossier, blok.soort, blok.versie, blok.tafel, blok.tijd, blok.bewaren_tot, blok.feiten),
            *(blok.voorganger, blok.persoon_sinds),
        )

    @property
    def stam(self) -> Dossier:
        """The dossier under which its koppelingen run on after a merger or move."""
        return self.dossier if self.voorganger is None else self.voorganger

    @property
    def voorrang(self) -> tuple[Moment, bool, int, Moment, Dossier]:
        """Sort key among the dossiers of one stam: the highest speaks for it.

        A successor outranks what it continues, and a later successor an earlier one. When successors went (`hervat`, `gegaan`), whoever is
        left outranks them; of two sides with the same `hervat` the one that counts more of them was said later, and outranks the other. The
        dossier's name breaks ties.
        """
        sinds = 0 if self.voorganger is None else self.tijd
        return max(sinds, self.hervat), 0 < self.hervat >= sinds, self.gegaan, sinds, self.dossier

    @property
    def persoon(self) -> tuple[Dossier, Moment]:
        """Equal as long as the dossier says the same of its person: other facts and other keys make no difference."""
        return self.dossier, self.persoon_sinds or self.versie


@dataclass(frozen=True, slots=True)
class Bewijs:
    """How strong the evidence is now. `gewicht` is log2 odds; `niveaus` the level per field in the model's order; `model` its hash."""

    uitkomst: Uitkomst
    gewicht: float = 0.0
    niveaus: tuple[int, ...] = ()
    model: str = ""


def merk(*kanten: Kant) -> int:
    """Identifies one life of a koppeling: a digest of versie and retention of the dossiers that it began with.

    It goes into every melding id. So a koppeling that begins anew reuses no id if one of its dossiers is newer, or kept longer, than
    before. Never 0, which stands in state from before there were marks.
    """
    momenten = "|".join(f"{kant.versie}|{kant.bewaren_tot}" for kant in kanten)
    return 1 + int.from_bytes(hashlib.sha256(momenten.encode()).digest()[:7])


_RANG: Final = (Uitkomst.GEEN, Uitkomst.MOGELIJK, Uitkomst.ZEKER)


def sterkte(bewijs: Bewijs) -> tuple[int, float]:
    """By which evidence of one model is ordered."""
    return _RANG.index(bewijs.uitkomst), bewijs.gewicht


HOOGSTENS: Final = 64
"""Pairs of one dossier that are looked at together, by triage and in an answer. A person has a handful of casussen; a tafel that fills in
the same person hundreds of times must not decide how large the hub's records and steps are."""

GEEN_BEWIJS: Final = Bewijs(Uitkomst.GEEN)
"""No token is shared any more."""


@dataclass(frozen=True, slots=True)
class Stand:
    """The evidence for one pair at one pair of versies: state, not a delta. `links` is the side whose stam sorts first."""

    links: Kant
    rechts: Kant
    bewijs: Bewijs

    @classmethod
    def van(cls, een: Kant, ander: Kant, bewijs: Bewijs) -> "Stand":
        return cls(een, ander, bewijs) if een.stam < ander.stam else cls(ander, een, bewijs)

    @property
    def koppeling(self) -> UUID:
        return koppeling_id(self.links.stam, self.rechts.stam)

    @property
    def casus(self) -> Kant:
        """The side that is a casus; of two casussen the right one."""
        return self.links if self.rechts.soort is Soort.VERDACHTE else self.rechts

    @property
    def tijd(self) -> Moment:
        """The moment that every decision about this stand uses: the later of both sides."""
        return max(self.links.tijd, self.rechts.tijd)


def is_verouderd(stand: Stand, bekend: Stand) -> bool:
    """Whether a stand speaks of an older versie of either side than the one decided upon.

    Index partitions report independently, so that standen of one pair can cross. Whoever reported (A1, B2) will see (A2, B2) too:
    a stand that is not at least as new on both sides is always followed by one that is.
    """
    nu, toen = stand.tijd, bekend.tijd
    return ouder(stand.links, bekend.links, nu, toen) or ouder(stand.rechts, bekend.rechts, nu, toen)


def ouder(kant: Kant, bekend: Kant, nu: Moment, toen: Moment) -> bool:
    """Whether `kant`, of which something is said at `nu`, yields to `bekend`, of which something was said at `toen` (ms).

    Same dossier: it does if its versie is lower. Different dossiers of one stam: if exactly one was past its retention when the other was
    said, that one yields; otherwise the one with the lower `voorrang`.
    """
    if kant.dossier == bekend.dossier:
        return kant.versie < bekend.versie
    if (bekend.bewaren_tot <= nu) is not (kant.bewaren_tot <= toen):
        return kant.bewaren_tot <= toen
    return kant.voorrang < bekend.voorrang


def per_koppeling(standen: Iterable[Stand]) -> tuple[Stand, ...]:
    """One stand of each koppeling, in order of koppeling: of several, of which dossiers of one stam are a side, the one that is not
    superseded by another."""
    uit: dict[UUID, Stand] = {}
    for stand in standen:
        was = uit.get(stand.koppeling)
        if was is None or not is_verouderd(stand, was):
            uit[stand.koppeling] = stand
    return tuple(stand for _, stand in sorted(uit.items()))


def sterkste(standen: Sequence[Stand]) -> tuple[Stand, ...]:
    """At most HOOGSTENS of the standen, in the order given.

    They are chosen in rounds: the first stand of every tafel, then the second of every tafel. Within a tafel open casussen come first,
    then stronger evidence. So no tafel can crowd another out.
    """
    if len(standen) <= HOOGSTENS:
        return tuple(standen)
    keer = Counter[str]()
    rang = []
    for stand in sorted(standen, key=_zegt, reverse=True):
        rang.append((keer[stand.casus.tafel], stand))
        keer[stand.casus.tafel] += 1
    gekozen = {stand.koppeling for _, stand in sorted(rang, key=lambda een: een[0])[:HOOGSTENS]}
    return tuple(stand for stand in standen if stand.koppeling in gekozen)


def _zegt(stand: Stand) -> tuple[bool, int, float, UUID]:
    open_ = stand.casus.feiten.fase not in (Fase.GESLOTEN, Fase.NVT)
    return open_, *sterkte(stand.bewijs), stand.koppeling


def vergelijkbaar(een: Kant, ander: Kant) -> bool:
    """A verdachte with a casus, or the casussen of two different tafels; never a dossier with the one that it continues."""
    if een.stam == ander.stam:
        return False
    if een.soort is not ander.soort:
        return True
    return een.soort is Soort.CASUS and een.tafel != ander.tafel
