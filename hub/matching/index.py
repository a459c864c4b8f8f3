"""One partition of the index: a bucket of dossiers per token, compared only inside a bucket. No I/O, no clear text.

One owner per pair: the partition of the smallest token that both dossiers share compares and reports; the others see the same
token lists and stay silent. What is reported is state, so that the stand of the highest pair of versies is always the true one,
in whatever order the dossiers reach each partition (the versies of one dossier reach all partitions in one order):

* a pair owned here is reported when it is not GEEN, and also when it is GEEN but either side replaced an earlier block, because
  some partition may have reported an earlier pair of versies;
* a pair that was owned here once and is no longer (`_los`) is reported as "none any more" when no token is shared. It is
  remembered while another partition owns it: that one may never see the blocks between which ownership moved side by side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.domein.codes import Uitkomst
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand, vergelijkbaar
from hub.domein.signaal import Sleutelblok, partitie_van
from hub.matching.model import Model
from hub.matching.niveaus import samen, vergelijk


@dataclass(frozen=True, slots=True)
class _Post:
    """A dossier as held here."""

    blok: Sleutelblok
    kant: Kant
    tokens: frozenset[bytes]
    coderingen: dict[bytes, bytes]
    """By token, of the tokens that live here."""
    herzien: bool
    """It replaced an earlier block, now or ever before."""


class Index:
    """The dossiers of one partition. `vervang` is the only way to a stand; a load is silent."""

    def __init__(self, partitie: int, partities: int, model: Model) -> None:
        if not 0 <= partitie < partities:
            raise ValueError(f"partition {partitie} does not exist among {partities}")
        self._partitie = partitie
        self._partities = partities
        self._model = model
        self._posten: dict[Dossier, _Post] = {}
        self._bakken: dict[bytes, set[Dossier]] = {}
        self._los: dict[Dossier, set[Dossier]] = {}
        """Pairs, from both sides, that this partition owned once and may have reported, and does not own now."""

    def __len__(self) -> int:
        """Dossiers held, the withdrawn ones included."""
        return len(self._posten)

    def blok(self, dossier: Dossier) -> Sleutelblok | None:
        """The block with the highest versie; of two with the same versie the first."""
        post = self._posten.get(dossier)
        return None if post is None else post.blok

    def laad(self, blok: Sleutelblok) -> None:
        """Takes a block without reporting. Lower and equal versies change nothing."""
        oud = self._posten.get(blok.dossier)
        if oud is not None and oud.blok.versie >= blok.versie:
            return
        geweest = set(self._los.get(blok.dossier, ()))
        if oud is not None:
            geweest.update(self._eigen(oud))
            self._uit_bakken(oud)
        post = _Post(
            blok=blok,
            kant=Kant.van(blok),
            tokens=frozenset(blok.tokens),
            coderingen={s.token: s.codering for s in blok.sleutels if self._hier(s.token)},
            herzien=oud is not None,
        )
        self._posten[blok.dossier] = post
        for token in self._tokens_hier(post):
            self._bakken.setdefault(token, set()).add(blok.dossier)
        for ander in geweest:
            if self._is_eigen(self._gedeeld(post, self._posten[ander])):
                self._vergeet_los(blok.dossier, ander)
            else:
                self._los.setdefault(blok.dossier, set()).add(ander)
                self._los.setdefault(ander, set()).add(blok.dossier)

    def vervang(self, blok: Sleutelblok) -> tuple[Stand, ...]:
        """Takes a block (new, changed or withdrawn) and returns what this partition must report, in order of koppeling.

        A lower versie than the one held returns nothing; the same versie returns its stands again.
        """
        self.laad(blok)
        post = self._posten[blok.dossier]
        if post.blok.versie > blok.versie:
            return ()
        standen = []
        for naam in self._eigen(post):
            ander = self._posten[naam]
            bewijs = self._bewijs(post, ander)
            if bewijs.uitkomst is not Uitkomst.GEEN or post.herzien or ander.herzien:
                standen.append(Stand.van(post.kant, ander.kant, bewijs))
        for naam in self._los.get(blok.dossier, ()):
            ander = self._posten[naam]
            if not self._gedeeld(post, ander):
                standen.append(Stand.van(post.kant, ander.kant, GEEN_BEWIJS))
        return tuple(sorted(standen, key=lambda stand: stand.koppeling))

    def verwijder(self, dossier: Dossier) -> None:
        """Forgets a dossier: its block, its buckets and every memory of a pair with it."""
        post = self._posten.pop(dossier, None)
        if post is None:
            return
        self._uit_bakken(post)
        for ander in tuple(self._los.get(dossier, ())):
            self._vergeet_los(dossier, ander)

    def _hier(self, token: bytes) -> bool:
        return partitie_van(token, self._partities) == self._partitie

    def _tokens_hier(self, post: _Post) -> Iterator[bytes]:
        return (token for token in post.tokens if self._hier(token))

    def _gedeeld(self, een: _Post, ander: _Post) -> frozenset[bytes]:
        """The tokens of a pair; none where it may not be compared."""
        return een.tokens & ander.tokens if vergelijkbaar(een.kant, ander.kant) else frozenset()

    def _is_eigen(self, gedeeld: frozenset[bytes]) -> bool:
        return bool(gedeeld) and self._hier(min(gedeeld))

    def _eigen(self, post: _Post) -> set[Dossier]:
        """The dossiers with which this one makes a pair that is owned here."""
        buren = {naam for token in self._tokens_hier(post) for naam in self._bakken.get(token, ())}
        buren.discard(post.blok.dossier)
        return {naam for naam in buren if self._is_eigen(self._gedeeld(post, self._posten[naam]))}

    def _bewijs(self, een: _Post, ander: _Post) -> Bewijs:
        paren = [
            vergelijk(een.coderingen[token], ander.coderingen[token])
            for token in een.coderingen.keys() & ander.coderingen.keys()
        ]
        return self._model.bewijs(samen(niveaus for niveaus in paren if niveaus is not None))

    def _uit_bakken(self, post: _Post) -> None:
        for token in self._tokens_hier(post):
            bak = self._bakken[token]
            bak.discard(post.blok.dossier)
            if not bak:
                del self._bakken[token]

    def _vergeet_los(self, een: Dossier, ander: Dossier) -> None:
        for van, naar in ((een, ander), (ander, een)):
            rest = self._los.get(van, set())
            rest.discard(naar)
            if not rest:
                self._los.pop(van, None)
