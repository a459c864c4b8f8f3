"""One partition of the index: a bucket of dossiers per token, compared only inside a bucket. No I/O, no clear text.

One owner per pair: the partition of the smallest token that both dossiers share compares and reports; the others see the same
token lists and stay silent. What is reported is state, so that the stand of the highest pair of versies is always the true one,
in whatever order the dossiers reach each partition (the versies of one dossier reach all partitions in one order):

* a pair owned here is reported when it is not GEEN, and also when it is GEEN but either side replaced an earlier block, because
  some partition may have reported an earlier pair of versies;
* a pair that was owned here once and is no longer (`_los`) is reported as "none any more" when no token is shared. It is
  remembered while another partition owns it: that one may never see the blocks between which ownership moved side by side.

A source that fills one bucket past `grens` is broken or hostile. Of its entries there the `grens` oldest are compared as ever, the
others only in pairs that were reported before; ownership and withdrawal go on for all of them. Nobody else's pairs suffer.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from operator import lt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Soort, Uitkomst
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand
from hub.domein.signaal import Feiten, Sleutel, Sleutelblok
from hub.matching.bakken import Bakken, Coderingen, Ontmoetingen, Tokens, tokens_van
from hub.matching.codeermachine import INDELING, LENGTE
from hub.matching.model import Model

GRENS: Final = 64
"""Entries of one source in one bucket. Keys are bounded to far fewer persons than this."""

_SOORTEN: Final = (Soort.VERDACHTE, Soort.CASUS)


class Kandidaat(NamedTuple):
    """A dossier that a question may be about, and the evidence: MOGELIJK or ZEKER."""

    kant: Kant
    bewijs: Bewijs


class Index:
    """The dossiers of one partition. `vervang` is the only way to a stand; a load is silent."""

    def __init__(self, partitie: int, partities: int, model: Model, grens: int = GRENS) -> None:
        if not 0 <= partitie < partities:
            raise ValueError(f"partition {partitie} does not exist among {partities}")
        self._model = model
        self._grens = grens
        self._bakken = Bakken(partitie, partities)
        self._nummer: dict[Dossier, int] = {}
        self._vrij: list[int] = []
        self._naam: list[Dossier | None] = []
        self._feiten: list[Feiten | None] = []
        self._versie, self._tijd, self._bewaren_tot = array("q"), array("q"), array("q")
        self._soort = np.zeros(16, np.uint8)
        self._bron = np.zeros(16, np.int32)
        self._herzien = np.zeros(16, np.bool_)
        """It replaced an earlier block, now or ever before."""
        self._tafels: dict[TafelId, int] = {}
        self._tafelnaam: list[TafelId] = []
        self._voorganger: dict[int, Dossier] = {}
        self._bijzonder: dict[int, Sleutelblok] = {}
        """Blocks with encodings of another layout: kept as they came."""
        self._los: dict[int, set[int]] = {}
        """Pairs, from both sides, that this partition owned once and may have reported, and does not own now."""
        self._gemeld: dict[int, set[int]] = {}
        """Pairs, from both sides, that stand as reported."""
        self.overvol: Counter[TafelId] = Counter()
        """Dossiers per source that came into a bucket past its bound, since the start. Above 0 is an alarm."""

    def __len__(self) -> int:
        """Dossiers held, the withdrawn ones included."""
        return len(self._nummer)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes; names and facts of the dossiers come on top."""
        return self._bakken.nbytes + self._soort.nbytes + self._bron.nbytes + 24 * len(self._versie)

    def blok(self, dossier: Dossier) -> Sleutelblok | None:
        """The block with the highest versie; of two with the same versie the first."""
        nr = self._nummer.get(dossier)
        if nr is None:
            return None
        if nr in self._bijzonder:
            return self._bijzonder[nr]
        kant = self._kant(nr)
        tokens = self._bakken.tokens(nr)
        lokaal = self._bakken.lokaal(tokens).astype(">u8").tobytes()
        alle = tokens.astype(">u8").tobytes()
        coderingen = self._bakken.coderingen(nr).tobytes()
        return Sleutelblok(
            kant.soort,
            kant.dossier,
            kant.versie,
            kant.tafel,
            kant.tijd,
            kant.bewaren_tot,
            kant.feiten,
            tuple(alle[n : n + 8] for n in range(0, len(alle), 8)),
            tuple(
                Sleutel(lokaal[8 * n : 8 * n + 8], coderingen[LENGTE * n : LENGTE * n + LENGTE])
                for n in range(len(lokaal) // 8)
            ),
            self._voorganger.get(nr),
        )

    def laad(self, blok: Sleutelblok) -> None:
        """Takes a block without reporting. Lower and equal versies change nothing."""
        nr = self._nummer.get(blok.dossier)
        if nr is not None and self._versie[nr] >= blok.versie:
            return
        geweest: set[int] = set()
        herzien = nr is not None
        if nr is None:
            nr = self._nieuw(blok.dossier)
        else:
            geweest.update(self._los.get(nr, ()), self._ontmoetingen(nr).rijen.tolist())
            self._bakken.verwijder(nr)
        tokens = self._zet(nr, blok)
        self._herzien[nr] = herzien
        if geweest:
            self._onthoud_los(nr, tokens, sorted(geweest))

    def vervang(self, blok: Sleutelblok) -> tuple[Stand, ...]:
        """Takes a block (new, changed or withdrawn) and returns what this partition must report, in order of koppeling.

        A lower versie than the one held returns nothing; the same versie returns its stands again.
        """
        self.laad(blok)
        nr = self._nummer[blok.dossier]
        if self._versie[nr] > blok.versie:
            return ()
        gezien = self._ontmoetingen(nr)
        standen: list[Stand] = []
        if len(gezien.rijen):
            standen += self._vergeleken(nr, self._begrensd(nr, gezien))
        los = self._los.get(nr)
        if los:
            rijen = np.array(sorted(los), np.int64)
            deelt, _ = self._gedeeld(nr, self._bakken.tokens(nr), rijen)
            for ander in rijen[~deelt].tolist():
                self._vergeet(self._gemeld, nr, ander)
                standen.append(Stand.van(self._kant(nr), self._kant(ander), GEEN_BEWIJS))
        return tuple(sorted(standen, key=lambda stand: stand.koppeling)) if len(standen) > 1 else tuple(standen)

    def zoek(
        self, soort: Soort, tafel: TafelId, tokens: tuple[bytes, ...], sleutels: tuple[Sleutel, ...]
    ) -> tuple[Kandidaat, ...]:
        """Who a question may be about, by dossier. Nothing is stored: the index is afterwards what it was before.

        The question is compared as the dossier that it could become: `soort` and `tafel` say with whom (a verdachte with casussen, a
        casus of a tafel with verdachten and with the casussen of other tafels). `tokens`: all of the person, ascending; `sleutels`:
        those of them that live in this partition, as in a Sleutelblok. Every partition answers for the pairs that it would own, so
        the answers of all P together name each dossier at most once. Encodings of another layout find nobody.
        """
        alle = tokens_van(tokens)
        coderingen = _coderingen(sleutels, self._bakken.lokaal(alle))
        if coderingen is None or not all(map(lt, tokens, tokens[1:])):
            alle = np.unique(alle)
            coderingen = _wat_past(sleutels, self._bakken.lokaal(alle))
        bron = self._tafels.get(tafel, -1)
        rijen, niveaus, gewichten = self._bakken.zoek(alle, coderingen, self._model.weging, _SOORTEN.index(soort), bron)
        gevonden = []
        for rij, niveau, gewicht in zip(rijen.tolist(), niveaus.tolist(), gewichten.tolist(), strict=True):
            if gewicht >= self._model.drempel - 0.001:
                bewijs = self._model.bewijs_van(tuple(niveau), gewicht)
                if bewijs.uitkomst is not Uitkomst.GEEN:
                    gevonden.append(Kandidaat(self._kant(rij), bewijs))
        return tuple(sorted(gevonden, key=lambda kandidaat: kandidaat.kant.dossier))

    def verwijder(self, dossier: Dossier) -> None:
        """Forgets a dossier: its block, its buckets and every memory of a pair with it."""
        nr = self._nummer.pop(dossier, None)
        if nr is None:
            return
        self._bakken.verwijder(nr)
        for paren in (self._los, self._gemeld):
            for ander in tuple(paren.get(nr, ())):
                self._vergeet(paren, nr, ander)
        self._naam[nr] = self._feiten[nr] = None
        self._voorganger.pop(nr, None)
        self._bijzonder.pop(nr, None)
        self._versie[nr] = self._tijd[nr] = self._bewaren_tot[nr] = 0
        self._herzien[nr] = False
        self._vrij.append(nr)

    def _nieuw(self, dossier: Dossier) -> int:
        if self._vrij:
            nr = self._vrij.pop()
        else:
            nr = len(self._naam)
            self._naam.append(None)
            self._feiten.append(None)
            for getallen in (self._versie, self._tijd, self._bewaren_tot):
                getallen.append(0)
            if nr == len(self._soort):
                erbij = nr // 8 + 64
                for deel in (self._soort, self._bron, self._herzien):
                    deel.resize((nr + erbij, *deel.shape[1:]), refcheck=False)
        self._nummer[dossier] = nr
        self._naam[nr] = dossier
        return nr

    def _zet(self, nr: int, blok: Sleutelblok) -> Tokens:
        """Fills a row. Returns its tokens."""
        bron = self._tafels.get(blok.tafel)
        if bron is None:
            bron = self._tafels[blok.tafel] = len(self._tafelnaam)
            self._tafelnaam.append(blok.tafel)
        self._feiten[nr] = blok.feiten
        self._versie[nr] = blok.versie
        self._tijd[nr] = blok.tijd
        self._bewaren_tot[nr] = blok.bewaren_tot
        self._soort[nr] = soort = _SOORTEN.index(blok.soort)
        self._bron[nr] = bron
        self._voorganger.pop(nr, None)
        self._bijzonder.pop(nr, None)
        if blok.voorganger is not None:
            self._voorganger[nr] = blok.voorganger
        tokens = tokens_van(blok.tokens)
        coderingen = _coderingen(blok.sleutels, self._bakken.lokaal(tokens))
        if coderingen is None or not all(map(lt, blok.tokens, blok.tokens[1:])):
            self._bijzonder[nr] = blok
            tokens = np.unique(tokens)
            coderingen = _wat_past(blok.sleutels, self._bakken.lokaal(tokens))
        self._bakken.voeg_toe(nr, tokens, coderingen, soort, bron)
        return tokens

    def _kant(self, nr: int) -> Kant:
        naam, feiten = self._naam[nr], self._feiten[nr]
        assert naam is not None and feiten is not None, "a free row is in no bucket and no memory"
        tafel = self._tafelnaam[self._bron[nr]]
        return Kant(
            *(naam, _SOORTEN[self._soort[nr]], self._versie[nr], tafel, self._tijd[nr], self._bewaren_tot[nr], feiten)
        )

    def _ontmoetingen(self, nr: int) -> Ontmoetingen:
        return self._bakken.ontmoetingen(self._bakken.tokens(nr), nr, int(self._soort[nr]), int(self._bron[nr]))

    def _gedeeld(
        self, nr: int, tokens: Tokens, rijen: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Per row: whether the pair shares a token and may be compared, and whether it is owned here."""
        deelt, hier = self._bakken.eigen(tokens, rijen)
        anders = self._soort[rijen] != self._soort[nr]
        mag = anders | ((self._soort[rijen] == 1) & (self._bron[rijen] != self._bron[nr]))
        return deelt & mag, hier & mag

    def _onthoud_los(self, nr: int, tokens: Tokens, geweest: list[int]) -> None:
        """Of the pairs that were owned here: those that are no longer."""
        _, hier = self._gedeeld(nr, tokens, np.array(geweest, np.int64))
        for ander, eigen in zip(geweest, hier.tolist(), strict=True):
            if eigen:
                self._vergeet(self._los, nr, ander)
            else:
                _onthoud(self._los, nr, ander)

    def _vergeleken(self, nr: int, gezien: Ontmoetingen) -> Iterable[Stand]:
        niveaus, gewichten, _ = self._bakken.vergelijk(self._bakken.coderingen(nr), gezien, self._model.weging)
        melden = (gewichten >= self._model.drempel - 0.001) | self._herzien[nr] | self._herzien[gezien.rijen]
        for c in np.flatnonzero(melden & gezien.telt).tolist():
            ander = int(gezien.rijen[c])
            bewijs = self._model.bewijs_van(tuple(niveaus[c].tolist()), float(gewichten[c]))
            if bewijs.uitkomst is not Uitkomst.GEEN:
                _onthoud(self._gemeld, nr, ander)
            elif self._herzien[nr] or self._herzien[ander]:
                self._vergeet(self._gemeld, nr, ander)
            else:
                continue
            yield Stand.van(self._kant(nr), self._kant(ander), bewijs)

    def _begrensd(self, nr: int, gezien: Ontmoetingen) -> Ontmoetingen:
        """The meetings without the pairs that only a bucket past its bound would make, and that do not stand as reported."""
        if int(gezien.lengte.max()) <= self._grens:
            return gezien
        lokaal = self._bakken.lokaal(self._bakken.tokens(nr))
        rijen = self._bakken.rij_van_post(gezien.post)
        mag = np.ones(len(rijen), np.bool_)
        zelf_over = False
        for k in np.flatnonzero(gezien.lengte > self._grens).tolist():
            over = self._over(self._bakken.alle_posten(lokaal[k]))
            zelf_over |= nr in over
            hier = gezien.welke == k
            mag[hier] = False if nr in over else ~np.isin(rijen[hier], list(over))
        if zelf_over:
            self.overvol[self._tafelnaam[self._bron[nr]]] += 1
        door = set(gezien.kandidaat[mag].tolist())
        gemeld = self._gemeld.get(nr, set())
        door.update(c for c, rij in enumerate(gezien.rijen.tolist()) if rij in gemeld)
        telt = np.isin(np.arange(len(gezien.rijen)), list(door))
        kandidaat = np.where(np.append(telt, False)[gezien.kandidaat], gezien.kandidaat, -1)
        return gezien._replace(kandidaat=kandidaat, telt=telt)

    def _over(self, rijen: NDArray[np.int32]) -> set[int]:
        """Of the rows in a bucket: those of a source past its bound, but its oldest."""
        over: set[int] = set()
        for bron in np.flatnonzero(np.bincount(self._bron[rijen]) > self._grens).tolist():
            van = rijen[self._bron[rijen] == bron].tolist()
            over.update(sorted(van, key=lambda nr: (self._tijd[nr], str(self._naam[nr])))[self._grens :])
        return over

    @staticmethod
    def _vergeet(paren: dict[int, set[int]], een: int, ander: int) -> None:
        for van, naar in ((een, ander), (ander, een)):
            rest = paren.get(van, set())
            rest.discard(naar)
            if not rest:
                paren.pop(van, None)


def _onthoud(paren: dict[int, set[int]], een: int, ander: int) -> None:
    paren.setdefault(een, set()).add(ander)
    paren.setdefault(ander, set()).add(een)


def _coderingen(sleutels: tuple[Sleutel, ...], lokaal: Tokens) -> Coderingen | None:
    """The encodings of these tokens, in this order; None unless each has one of the known layout and there are no others."""
    delen = [sleutel.codering for sleutel in sleutels]
    if len(delen) != len(lokaal) or any(len(deel) != LENGTE or deel[0] != INDELING for deel in delen):
        return None
    if b"".join([sleutel.token for sleutel in sleutels]) != lokaal.astype(">u8").tobytes():
        return None
    return np.frombuffer(bytearray(b"".join(delen)), np.uint8).reshape(-1, LENGTE)


def _wat_past(sleutels: tuple[Sleutel, ...], lokaal: Tokens) -> Coderingen:
    """What can be read of a block of another layout: zeroes, which are compared with nothing, elsewhere."""
    goed = {
        int.from_bytes(sleutel.token, "big"): sleutel.codering
        for sleutel in sleutels
        if len(sleutel.codering) == LENGTE and sleutel.codering[0] == INDELING
    }
    leeg = bytes(LENGTE)
    delen = [goed.get(token, leeg) for token in lokaal.tolist()]
    return np.frombuffer(bytearray(b"".join(delen)), np.uint8).reshape(-1, LENGTE)
