"""One partition of the index: a bucket of dossiers per token, compared only inside a bucket. No I/O, no clear text.

One owner per pair: the partition of the smallest token that both dossiers share compares and reports; the others see the same
token lists and stay silent. What is reported is state, so that the stand of the highest pair of versies is always the true one,
in whatever order the dossiers reach each partition (the versies of one dossier reach all partitions in one order):

* a pair owned here is reported when it is not GEEN, and also when it is GEEN but either side replaced an earlier block, because
  some partition may have reported an earlier pair of versies;
* a pair that was owned here once and is no longer (`_los`) is reported as "none any more" when no token is shared. It is
  remembered while another partition owns it: that one may never see the blocks between which ownership moved side by side.

A source that fills one bucket past `grens` is broken or hostile, and is counted. A pair is compared only if both are among the
`grens` first of their source in the bucket of their smallest shared token (`begrenzing`); otherwise its stand is "none", and it is
said where a GEEN would be. Who leaves or enters such a bucket moves another's place there: that one's pairs are reported anew. So
what stands is a function of the blocks that are held, whatever came first and whenever a worker was restarted.

With one exception: `_verlaten`. That a dossier once continued another and names it no more is told by no block that is held, so only the
process that saw it knows. It counts in `hervat` and `gegaan` of that stam, which may be lower after a restart (docs/adr/0016).
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.domein.codes import Soort, Uitkomst
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand, per_koppeling, vergelijkbaar
from hub.domein.signaal import Feiten, Sleutel, Sleutelblok
from hub.matching.bakken import Bakken, Coderingen, Rijen, Tokens
from hub.matching.begrenzing import GRENS, Begrenzing
from hub.matching.blok import SOORTEN, Blok, Blokken, gelezen
from hub.matching.codeermachine import LENGTE
from hub.matching.model import Model

_NABIJ: Final = 16
"""Times `grens`: of so many dossiers per source outside a bucket it is said that their pair does not stand."""
_AFRONDING: Final = 0.001
"""Below the threshold by at most this much, a weight may still reach it: `Model.bewijs_van` rounds to three decimals, and decides."""


class _Verschoven(NamedTuple):
    """A row that another made go into a bucket, or out of it."""

    token: int
    rij: int
    erin: bool


class Kandidaat(NamedTuple):
    """A dossier that a question may be about, and the evidence: MOGELIJK or ZEKER."""

    kant: Kant
    bewijs: Bewijs


class Index:
    """The dossiers of one partition. `vervang` is the only way to a stand; a load is silent."""

    def __init__(
        self, partitie: int, partities: int, model: Model, lees: Callable[[bytes], Feiten], grens: int = GRENS
    ) -> None:
        """`lees` reads the facts of a block, which are held as they were written."""
        if not 0 <= partitie < partities:
            raise ValueError(f"partition {partitie} does not exist among {partities}")
        self._model, self._lees = model, lees
        self._grens = grens
        self._bakken = Bakken(partitie, partities, grens)
        self._nummer: dict[Dossier, int] = {}
        self._vrij: list[int] = []
        self._naam: list[Dossier | None] = []
        self._begrenzing = Begrenzing(self._bakken, self._naam)
        self._feiten: list[bytes | None] = []
        self._versie, self._tijd, self._bewaren_tot, self._sinds = array("q"), array("q"), array("q"), array("q")
        self._herzien = np.zeros(16, np.bool_)
        """It replaced an earlier block, now or ever before."""
        self._tafels: dict[TafelId, int] = {}
        self._tafelnaam: list[TafelId] = []
        self._voorganger: dict[int, Dossier] = {}
        self._leden: dict[Dossier, set[int]] = {}
        """The rows that continue a dossier, by its name."""
        self._verlaten: dict[Dossier, dict[int, int]] = {}
        """Which rows had continued a dossier and name it no more, and since when. Of this process only: no block tells it afterwards."""
        self._gegaan: dict[Dossier, tuple[int, int]] = {}
        """What `_hervat` found for a stam, until the next change: of one with many members it is asked for each of them."""
        self._bijzonder: dict[int, Sleutelblok] = {}
        """Blocks with encodings of another layout: kept as they came."""
        self._los: dict[int, set[int]] = {}
        """Pairs, from both sides, that this partition owned once and may have reported, and does not own now."""
        self.overvol: Counter[TafelId] = Counter()
        """Dossiers per source that came into a bucket past its bound, since the start. Above 0 is an alarm."""

    def __len__(self) -> int:
        """Dossiers held, the withdrawn ones included."""
        return len(self._nummer)

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, in bytes; names and facts of the dossiers come on top."""
        return self._bakken.nbytes + self._herzien.nbytes + 32 * len(self._versie)

    def blok(self, dossier: Dossier) -> Sleutelblok:
        """The block of a dossier that is held: the highest versie, and of two with the same versie the first. Raises KeyError."""
        nr = self._nummer[dossier]
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
            *(kant.voorganger, kant.persoon_sinds),
        )

    def laad(self, blokken: Blokken) -> None:
        """Takes blocks without reporting. Lower and equal versies change nothing."""
        nr = 0
        while nr < len(blokken):
            tot = self._nieuwe_tot(blokken, nr)
            if tot == nr:
                self._neem_op(blokken[nr])
                nr += 1
                continue
            bronnen = np.array([self._bron(tafel) for tafel in blokken.tafels[nr:tot]], np.int32)
            kanten = bronnen << 1 | blokken.soorten[nr:tot]
            while nr < tot:
                nr += self._laad_nieuwe(blokken, nr, tot, kanten[nr - tot :])

    def vervang(self, blok: Blok) -> tuple[Stand, ...]:
        """Takes a block (new, changed or withdrawn) and returns what this partition must report, in order of koppeling.

        A lower versie than the one held returns nothing; the same versie returns its stands again.
        """
        verschoven = self._neem_op(blok)
        nr = self._nummer[blok.dossier]
        if self._versie[nr] > blok.versie:
            return ()
        standen = self._standen(nr)
        los = self._los.get(nr)
        if los:
            standen += self._zonder_token(nr, sorted(los))
        standen += self._van_verschoven(verschoven)
        return self._te_melden(standen)

    def stam(self, naam: Dossier) -> list[Kant]:
        """The dossiers of a stam that are not withdrawn, by `voorrang`: the last speaks for it. Empty where none ever continued it."""
        if naam not in self._leden and naam not in self._verlaten:
            return []
        rijen = {*self._leden.get(naam, ()), *([self._nummer[naam]] if naam in self._nummer else [])}
        return sorted((self._kant(nr) for nr in rijen if self._leeft(nr)), key=lambda kant: kant.voorrang)

    def standen_van(self, dossier: Dossier, anderen: Iterable[Dossier]) -> tuple[Stand, ...]:
        """What stands of all its pairs that this partition owns, and that nothing does of those of `anderen` with which it shares nothing.
        Raises KeyError."""
        nr = self._nummer[dossier]
        rijen = [self._nummer[ander] for ander in anderen if ander in self._nummer]
        standen = [*self._zonder_token(nr, rijen), *self._standen(nr, alle=True)]
        return per_koppeling([stand for stand in standen if vergelijkbaar(stand.links, stand.rechts)])

    def kant(self, dossier: Dossier) -> Kant | None:
        """A dossier as this partition knows it; None: it does not."""
        nr = self._nummer.get(dossier)
        return None if nr is None else self._kant(nr)

    @property
    def eerste_einde(self) -> int | None:
        """When the retention of the first dossier ends (ms); None: nothing is held."""
        bewaren_tot = np.frombuffer(self._bewaren_tot, np.int64)
        lopend = bewaren_tot[bewaren_tot > 0]
        return int(lopend.min()) if len(lopend) else None

    def verlopen(self, nu: int, hoogstens: int) -> list[Dossier]:
        """Dossiers of which the retention has ended at `nu` (ms)."""
        bewaren_tot = np.frombuffer(self._bewaren_tot, np.int64)
        rijen = np.flatnonzero((bewaren_tot > 0) & (bewaren_tot <= nu))[:hoogstens].tolist()
        return [naam for rij in rijen if (naam := self._naam[rij]) is not None]

    def zoek(
        self, soort: Soort, tafel: TafelId, tokens: tuple[bytes, ...], sleutels: tuple[Sleutel, ...]
    ) -> tuple[Kandidaat, ...]:
        """Who a question may be about, by dossier. Nothing is stored: the index is afterwards what it was before.

        The question is compared as the dossier that it could become: `soort` and `tafel` say with whom (a verdachte with casussen, a
        casus of a tafel with verdachten and with the casussen of other tafels). `tokens`: all of the person, ascending; `sleutels`:
        those of them that live in this partition, as in a Sleutelblok. Every partition answers for the pairs that it would own, so
        the answers of all P together name each dossier at most once. Encodings of another layout find nobody.
        """
        alle, coderingen = gelezen(tokens, sleutels, self._bakken)
        bron = self._tafels.get(tafel, -1)
        rijen, niveaus, gewichten = self._bakken.zoek(alle, coderingen, self._model.weging, SOORTEN.index(soort), bron)
        gevonden = []
        for rij, niveau, gewicht in zip(rijen.tolist(), niveaus.tolist(), gewichten.tolist(), strict=True):
            if gewicht >= self._model.drempel - _AFRONDING:
                bewijs = self._model.bewijs_van(tuple(niveau), gewicht)
                if bewijs.uitkomst is not Uitkomst.GEEN:
                    gevonden.append(Kandidaat(self._kant(rij), bewijs))
        return tuple(sorted(gevonden, key=lambda kandidaat: kandidaat.kant.dossier))

    def verwijder(self, dossier: Dossier) -> tuple[Stand, ...]:
        """Forgets a dossier: its block, its buckets and every memory of a pair with it. Returns the stands of who takes its place."""
        nr = self._nummer.get(dossier)
        if nr is None:
            return ()
        self._gegaan.clear()
        verschoven = self._maak_leeg(nr)
        del self._nummer[dossier]
        for ander in tuple(self._los.get(nr, ())):
            self._vergeet_los(nr, ander)
        self._naam[nr] = self._feiten[nr] = None
        self._zet_voort(nr, None)
        for stam in tuple(self._verlaten):
            self._terug(stam, nr)
        self._bijzonder.pop(nr, None)
        self._versie[nr] = self._tijd[nr] = self._bewaren_tot[nr] = self._sinds[nr] = 0
        self._herzien[nr] = False
        self._vrij.append(nr)
        return self._te_melden(self._van_verschoven(verschoven))

    def kant_van(self, blok: Blok) -> Kant:
        """The dossier as a block tells of it."""
        return Kant(
            *(blok.dossier, blok.soort, blok.versie, blok.tafel, blok.tijd, blok.bewaren_tot, self._lees(blok.feiten)),
            blok.voorganger,
            blok.persoon_sinds,
            *self._hervat(self._nummer[blok.dossier]),
        )

    def _nieuwe_tot(self, blokken: Blokken, begin: int) -> int:
        """Up to where the blocks from `begin` on are of dossiers that are not here, each once and of today's form."""
        if self._vrij:  # rows to be used again come first
            return begin
        gezien: set[Dossier] = set()
        for nr in range(begin, len(blokken)):
            dossier = blokken.dossiers[nr]
            if dossier in self._nummer or dossier in gezien or nr in blokken.bijzonder:
                return nr
            gezien.add(dossier)
        return len(blokken)

    def _laad_nieuwe(self, blokken: Blokken, begin: int, tot: int, kanten: NDArray[np.int32]) -> int:
        """Those, at once. Returns how many were taken: up to the first that met a full bucket."""
        eerste = len(self._naam)
        aantal, vol = self._bakken.voeg_toe_alle(
            eerste,
            blokken.tokens,
            blokken.tokens_van[begin : tot + 1],
            blokken.coderingen,
            blokken.coderingen_van[begin : tot + 1],
            kanten,
        )
        deze = slice(begin, begin + aantal)
        self._gegaan.clear()
        self._naam += blokken.dossiers[deze]
        self._feiten += blokken.feiten[deze]
        self._nummer.update(zip(blokken.dossiers[deze], range(eerste, eerste + aantal), strict=True))
        for rij, getallen in (
            *((self._versie, blokken.versies), (self._tijd, blokken.tijden)),
            *((self._bewaren_tot, blokken.bewaren_tot), (self._sinds, blokken.persoon_sinds)),
        ):
            rij.frombytes(getallen[deze].tobytes())
        self._ruimte_voor(eerste + aantal)
        for nr in blokken.voorgangers.keys() & set(range(begin, begin + aantal)):
            self._zet_voort(eerste + nr - begin, blokken.voorgangers[nr])
        if vol:
            self.overvol[blokken.tafels[begin + aantal - 1]] += 1
            self._begrenzing.erin(eerste + aantal - 1, vol)
        return aantal

    def _neem_op(self, blok: Blok) -> list[_Verschoven]:
        """Takes a block. Returns who went into or out of a bucket because of it, itself left out."""
        nr = self._nummer.get(blok.dossier)
        if nr is not None and self._versie[nr] >= blok.versie:
            return []
        self._gegaan.clear()
        geweest: set[int] = set()
        verschoven: list[_Verschoven] = []
        herzien = nr is not None
        if nr is None:
            nr = self._nieuw(blok.dossier)
        else:
            geweest.update(self._los.get(nr, ()), self._bakken.ontmoet(nr).tolist())
            stam = self._voorganger.get(nr)
            if stam is not None and stam != blok.voorganger:
                self._verlaten.setdefault(stam, {})[nr] = blok.tijd
            verschoven = self._maak_leeg(nr)
        tokens, coderingen = blok.tokens, blok.coderingen
        if blok.bijzonder is not None:
            tokens, coderingen = gelezen(blok.bijzonder.tokens, blok.bijzonder.sleutels, self._bakken)
        vol = self._zet(nr, blok, tokens, coderingen)
        self._herzien[nr] = herzien
        if vol:
            self.overvol[blok.tafel] += 1
            verschoven += [_Verschoven(token, rij, False) for token, rij in self._begrenzing.erin(nr, vol)]
        if geweest:
            self._onthoud_los(nr, tokens, sorted(geweest))
        if not verschoven:
            return verschoven
        # Who came in for the old block and had to go out for the new one stayed where it was.
        keer = Counter((een.token, een.rij) for een in verschoven)
        return [een for een in verschoven if een.rij != nr and keer[een.token, een.rij] == 1]

    def _maak_leeg(self, nr: int) -> list[_Verschoven]:
        """Takes a row out of its buckets. Returns who came in for it."""
        if self._begrenzing:
            self._begrenzing.weg(nr)
        bron = self._bakken.kant(nr) >> 1
        tokens = self._bakken.verwijder(nr)
        if not self._begrenzing:
            return []
        return [_Verschoven(token, rij, True) for token, rij in self._begrenzing.vrij(bron, tokens)]

    def _nieuw(self, dossier: Dossier) -> int:
        if self._vrij:
            nr = self._vrij.pop()
        else:
            nr = len(self._naam)
            self._naam.append(None)
            self._feiten.append(None)
            for getallen in (self._versie, self._tijd, self._bewaren_tot, self._sinds):
                getallen.append(0)
            self._ruimte_voor(nr + 1)
        self._nummer[dossier] = nr
        self._naam[nr] = dossier
        return nr

    def _ruimte_voor(self, rijen: int) -> None:
        if rijen > len(self._herzien):
            self._herzien.resize(rijen + rijen // 8 + 64, refcheck=False)

    def _bron(self, tafel: TafelId) -> int:
        bron = self._tafels.get(tafel)
        if bron is None:
            bron = self._tafels[tafel] = len(self._tafelnaam)
            self._tafelnaam.append(tafel)
        return bron

    def _zet(self, nr: int, blok: Blok, tokens: Tokens, coderingen: Coderingen) -> tuple[int, ...]:
        """Fills a row. Returns the tokens whose bucket is full for its source."""
        self._feiten[nr] = blok.feiten
        self._versie[nr] = blok.versie
        self._tijd[nr] = blok.tijd
        self._bewaren_tot[nr] = blok.bewaren_tot
        self._sinds[nr] = blok.persoon_sinds
        self._zet_voort(nr, blok.voorganger)
        self._bijzonder.pop(nr, None)
        if blok.bijzonder is not None:
            self._bijzonder[nr] = blok.bijzonder
        return self._bakken.voeg_toe(nr, tokens, coderingen, SOORTEN.index(blok.soort), self._bron(blok.tafel))

    def _leeft(self, nr: int) -> bool:
        """Whether it was not withdrawn."""
        return nr in self._bijzonder or len(self._bakken.tokens(nr)) > 0

    def _kant(self, nr: int) -> Kant:
        naam, feiten = self._naam[nr], self._feiten[nr]
        assert naam is not None and feiten is not None, "a free row is in no bucket and no memory"
        bron_en_soort = self._bakken.kant(nr)
        return Kant(
            *(naam, SOORTEN[bron_en_soort & 1], self._versie[nr], self._tafelnaam[bron_en_soort >> 1]),
            *(self._tijd[nr], self._bewaren_tot[nr], self._lees(feiten)),
            self._voorganger.get(nr),
            self._sinds[nr],
            *self._hervat(nr),
        )

    def _hervat(self, nr: int) -> tuple[int, int]:
        """When the last of those went that continued the same dossier, and how many did; (0, 0) for one that is withdrawn itself."""
        if not (self._leden or self._verlaten) or not self._leeft(nr):
            return 0, 0
        stam = self._voorganger.get(nr) or self._naam[nr] or Dossier("")
        gegaan = self._gegaan.get(stam)
        if gegaan is None:
            weg = [self._tijd[lid] for lid in self._leden.get(stam, ()) if not self._leeft(lid)]
            weg += self._verlaten.get(stam, {}).values()
            gegaan = self._gegaan[stam] = max(weg, default=0), len(weg)
        return gegaan

    def _zet_voort(self, nr: int, eerste: Dossier | None) -> None:
        """A row continues this dossier now, or (None) no other one."""
        was = self._voorganger.pop(nr, None)
        if was is not None:
            self._leden[was].discard(nr)
            if not self._leden[was]:
                del self._leden[was]
        if eerste is not None:
            self._voorganger[nr] = eerste
            self._leden.setdefault(eerste, set()).add(nr)
            self._terug(eerste, nr)

    def _terug(self, stam: Dossier, nr: int) -> None:
        """A row is none any more that had left this stam."""
        rijen = self._verlaten.get(stam, {})
        rijen.pop(nr, None)
        if not rijen:
            self._verlaten.pop(stam, None)

    def _te_melden(self, standen: list[Stand]) -> tuple[Stand, ...]:
        """Each koppeling once; a dossier is no counterpart of the one that it continues."""
        if self._voorganger:
            standen = [stand for stand in standen if stand.links.stam != stand.rechts.stam]
        return per_koppeling(standen)

    def _stand(self, nr: int, ander: int, bewijs: Bewijs) -> Stand:
        return Stand.van(self._kant(nr), self._kant(ander), bewijs)

    def _onthoud_los(self, nr: int, tokens: Tokens, geweest: list[int]) -> None:
        """Of the pairs that were owned here: those that are no longer."""
        rijen = np.array(geweest, np.int64)
        _, plek = self._bakken.eigen(tokens, self._bakken.kant(nr), rijen)
        for ander, eigen in zip(geweest, self._hier(tokens, plek).tolist(), strict=True):
            if eigen:
                self._vergeet_los(nr, ander)
            else:
                self._los.setdefault(nr, set()).add(ander)
                self._los.setdefault(ander, set()).add(nr)

    def _vergeet_los(self, een: int, ander: int) -> None:
        for van, naar in ((een, ander), (ander, een)):
            rest = self._los.get(van, set())
            rest.discard(naar)
            if not rest:
                self._los.pop(van, None)

    def _hier(self, tokens: Tokens, plek: Rijen) -> NDArray[np.bool_]:
        """Of pairs with their smallest shared token at these positions (-1: none): which are owned here."""
        return (plek >= 0) & self._bakken.hier(tokens[plek]) if len(tokens) else np.zeros(len(plek), np.bool_)

    def _standen(self, nr: int, *, alle: bool = False) -> list[Stand]:
        """What must be said of the pairs of a row that are owned here; `alle`: of those compared also what nobody said before."""
        rijen, niveaus, gewichten = self._bakken.buren(nr, self._model.weging)
        if not (len(rijen) or self._begrenzing):
            return []
        herzien = alle or bool(self._herzien[nr])
        standen = []
        melden = (gewichten >= self._model.drempel - _AFRONDING) | herzien | self._herzien[rijen]
        for c in np.flatnonzero(melden).tolist():
            ander = int(rijen[c])
            bewijs = self._model.bewijs_van(tuple(niveaus[c].tolist()), float(gewichten[c]))
            if bewijs.uitkomst is not Uitkomst.GEEN or herzien or self._herzien[ander]:
                standen.append(self._stand(nr, ander, bewijs))
        if self._begrenzing:
            gesloten = self._gesloten(nr)
            melden = self._herzien[gesloten] | self._herzien[nr]
            standen += [self._stand(nr, ander, GEEN_BEWIJS) for ander in gesloten[melden].tolist()]
        return standen

    def _zonder_token(self, nr: int, anderen: list[int]) -> list[Stand]:
        """That nothing stands of the pairs with those of these rows with which it shares no token."""
        rijen = np.array(anderen, np.int64)
        deelt, _ = self._bakken.eigen(self._bakken.tokens(nr), self._bakken.kant(nr), rijen)
        return [self._stand(nr, ander, GEEN_BEWIJS) for ander in rijen[~deelt].tolist()]

    def _gesloten(self, nr: int) -> Rijen:
        """The rows whose pair with this one is owned here, and bounded: either is outside the bucket of their smallest shared token."""
        tokens = self._bakken.tokens(nr)
        zelf_buiten = set(self._bakken.buiten(nr))
        gesloten: list[int] = []
        for plek, token in enumerate(tokens.tolist()):
            rijen = list(self._begrenzing.buiten(token, _NABIJ * self._grens))
            if token in zelf_buiten:
                rijen += self._bakken.bak(token).tolist()
            if rijen:
                gesloten += self._met(nr, tokens, plek, rijen)
        return np.array(gesloten, np.int64)

    def _met(self, nr: int, tokens: Tokens, plek: int, rijen: list[int]) -> list[int]:
        """Of these rows: those whose smallest shared token with this one is the one at that position, and that may be compared."""
        kandidaten = np.array(rijen, np.int64)
        _, plekken = self._bakken.eigen(tokens, self._bakken.kant(nr), kandidaten)
        gevonden: list[int] = kandidaten[plekken == plek].tolist()
        return gevonden

    def _van_verschoven(self, verschoven: list[_Verschoven]) -> list[Stand]:
        """What must be said of rows that went into a bucket or out of it without having changed themselves."""
        standen: list[Stand] = []
        for token, rij, erin in verschoven:
            standen += self._standen(rij, alle=True)
            if not erin:
                tokens = self._bakken.tokens(rij)
                plek = int(np.searchsorted(tokens, np.uint64(token)))
                anderen = self._met(rij, tokens, plek, self._bakken.bak(token).tolist())
                standen += [self._stand(rij, ander, GEEN_BEWIJS) for ander in anderen]
        return standen
