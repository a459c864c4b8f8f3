"""Random lives of one pair of dossiers, and what must hold after every step; shared by the stateful test and the million events."""

import random
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from hub.domein.codes import (
    Besluit,
    Criterium,
    Daad,
    Dossierstatus,
    Levensfase,
    Loket,
    MeldingSoort,
    Reactie,
    Uitkomst,
    Vrijgaverol,
    Weigercode,
)
from hub.domein.gebeurtenis import Beheerdaad, Termijn, Terugkoppeling, Woord
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.koppeling import GEEN_BEWIJS, Bewijs, Kant, Stand
from hub.domein.melding import Melding
from hub.opvolging.levensloop import Koppeling, volgende
from hub.opvolging.machine import Gebeurtenis, leef
from hub.opvolging.omgeving import Gevolg
from hub.opvolging.richting import OPEN, STAAND, VAN_DE_PERSOON
from hub.opvolging.uitspraak import uitspraken
from tests.keten.signalen import BEGIN, TWENTE, ZSM, dossier_van
from tests.opvolging.proefomgeving import ELDERS, Proefomgeving, kant

BEWIJZEN: Final = (
    Bewijs(Uitkomst.ZEKER, 20.0, (1, 2), "model"),
    Bewijs(Uitkomst.MOGELIJK, 12.0, (1, 1), "model"),
    GEEN_BEWIJS,
)
REACTIES: Final = tuple(soort for soort in Reactie if soort is not Reactie.BEZORGD)
KANTEN: Final = (kant(ZSM, criteria=tuple(Criterium)), kant(TWENTE))
EINDE: Final = BEGIN + 100_000_000
"""Retention of the first versies."""


@dataclass
class Inbox:
    """What one tafel has been told, as its connector would show it."""

    staand: dict[UUID, Melding] = field(default_factory=dict)

    apart: set[UUID] = field(default_factory=set)
    """What was said while the tafel had not joined: an operator has it."""
    teruggehaald: set[UUID] = field(default_factory=set)
    """Of what an operator was told that it does not hold any more."""

    def neem(self, melding: Melding, hoort: bool) -> None:
        if not hoort:
            self.apart.add(melding.id)
            if melding.soort is MeldingSoort.INGETROKKEN:
                assert melding.betreft is not None and melding.betreft not in self.teruggehaald, "told once"
                self.teruggehaald.add(melding.betreft)
            return
        match melding.soort:
            case MeldingSoort.INGETROKKEN:
                assert melding.betreft in self.staand or melding.betreft in self.apart, "a recall names what stands"
                self.staand.pop(melding.betreft, None)
            case MeldingSoort.STATUS | MeldingSoort.GEWEIGERD:
                pass
            case _:
                self.staand.pop(melding.betreft, None)  # type: ignore[arg-type]
                self.staand[melding.id] = melding


@dataclass
class Paar:
    """One pair, everything that happened to it, and what every tafel was told."""

    omgeving: Proefomgeving = field(default_factory=Proefomgeving)
    koppeling: Koppeling | None = None
    nu: int = BEGIN
    versies: dict[TafelId, int] = field(default_factory=lambda: {ZSM: 1, TWENTE: 1})
    sinds: dict[TafelId, int] = field(default_factory=lambda: {ZSM: 1, TWENTE: 1})
    """The versie since which each dossier speaks of the same person."""
    bewijs: Bewijs = GEEN_BEWIJS
    opvolger: Dossier | None = None
    """The dossier of TWENTE after a merger."""
    bewaren: int = EINDE
    inboxen: dict[TafelId, Inbox] = field(default_factory=dict)
    ooit: dict[UUID, Melding] = field(default_factory=dict)
    gebeurd: list[tuple[Gebeurtenis, Proefomgeving, tuple[Any, ...] | None]] = field(default_factory=list)
    reacties: list[Terugkoppeling] = field(default_factory=list)
    nummer: int = 0
    verwijderd: bool = False
    """By a person's word: nothing is ever told again while both dossiers live."""
    woord: Woord | None = None
    """What the aandragen of the verdachte has heard that people said."""

    # --- what can happen

    def kanten(self) -> tuple[Kant, Kant]:
        zsm, huis = (
            replace(
                een,
                versie=self.versies[een.tafel],
                tijd=self.nu,
                bewaren_tot=self.bewaren,
                persoon_sinds=self.sinds[een.tafel],
            )
            for een in KANTEN
        )
        if self.opvolger is not None:
            huis = replace(huis, dossier=self.opvolger, voorganger=huis.dossier)
        return zsm, huis

    def stand(self, wie: TafelId, bewijs: Bewijs, **feiten: Any) -> Gevolg[Koppeling] | None:
        """A newer versie of one side, with the evidence that it gives."""
        self.versies[wie] += 1
        self.bewijs = bewijs
        zsm, huis = self.kanten()
        if feiten:
            huis = replace(huis, feiten=replace(huis.feiten, **feiten))
        return self.gebeur(Stand.van(zsm, huis, bewijs))

    def ander_persoon(self, wie: TafelId, bewijs: Bewijs) -> None:
        """A dossier is corrected to another person: what people said was about the first."""
        was, zelf = self.koppeling, next(een for een in self.kanten() if een.tafel == wie)
        bekend = was is not None and zelf.dossier in (was.stand.links.dossier, was.stand.rechts.dossier)
        self.sinds[wie] = self.versies[wie] + 1
        self.stand(wie, bewijs)
        if bekend and was is not None and not was.geparkeerd and self.koppeling is not None:
            assert (self.koppeling.persoon, self.koppeling.vrijgaven) == (None, ())

    def oude_stand(self, terug: int) -> None:
        """A late report of an index partition, of the person before: nothing may change."""
        zsm, huis = self.kanten()
        versie = self.versies[ZSM] - terug
        if self.koppeling is not None and 0 < versie < self.sinds[ZSM]:
            stand = Stand.van(replace(zsm, versie=versie, persoon_sinds=versie), huis, BEWIJZEN[0])
            assert self.gebeur(stand) is None

    def reactie(
        self,
        soort: Reactie,
        tafel: TafelId,
        *,
        eigen: bool = True,
        melding: UUID | None = None,
        rol: Vrijgaverol = Vrijgaverol.OFFICIER_VAN_JUSTITIE,
        vooruit: int = 0,
        advies: bool | None = None,
    ) -> Gevolg[Koppeling] | None:
        """Something that a tafel says, of its own dossier or (not `eigen`) of one that is none of this pair. Of a person it is said about
        a melding: what stands, where none is given."""
        self.nummer += 1
        if melding is None and soort in VAN_DE_PERSOON and self.koppeling is not None:
            links = self.koppeling.stand.links.soort is KANTEN[tafel != ZSM].soort
            melding = (self.koppeling.naar_links if links else self.koppeling.naar_rechts).staand
        dossier = KANTEN[tafel != ZSM].dossier if eigen else dossier_van(ZSM if tafel == ZSM else TWENTE, "anders")
        versie = self.versies.get(tafel, 0) + vooruit
        zsm, huis = self.kanten()
        stam = (zsm if tafel == ZSM else huis).stam
        assert not eigen or dossier == stam
        wat = Terugkoppeling(
            UUID(int=self.nummer),
            (self.koppeling.stand if self.koppeling else Stand.van(zsm, huis, GEEN_BEWIJS)).koppeling,
            *(soort, tafel, dossier, versie, melding, rol, self.nu),
            advies_beschikbaar=advies,
        )
        self.reacties.append(wat)
        return self.gebeur(wat)

    def herhaal(self, kies: int) -> None:
        """A reaction that is delivered twice has one effect."""
        if self.koppeling is not None and self.reacties:
            wat = self.reacties[-1 - kies % min(len(self.reacties), 8)]
            bekend = (*self.koppeling.gedaan, *(een.eigen_id for een in self.koppeling.geparkeerd))
            if wat.eigen_id in bekend:
                assert self.gebeur(wat) is None

    def verstrijk(self, ms: int) -> None:
        """Time passes: every term that falls due, each strictly later than the one before."""
        self.nu += ms
        ronden = 0
        while self.koppeling is not None and (op := volgende(self.koppeling)) <= self.nu:
            ronden += 1
            assert ronden < 100, "terms without end"
            gevolg = self.gebeur(Termijn(self.koppeling.stand.koppeling, op))
            assert gevolg is not None, "what is due does something"
            if self.koppeling is not None:
                assert volgende(self.koppeling) > op, "the next moment is strictly later"
                assert self.gebeur(Termijn(self.koppeling.stand.koppeling, op)) is None, "twice is once"

    def herzie(self, versies: str) -> None:
        """Another policy, or the end of a noodstop: whatever was decided under another one is looked at again."""
        self.omgeving.versies = versies
        if self.koppeling is not None:
            self.gebeur(Termijn(self.koppeling.stand.koppeling, self.nu, versies))

    def sluit_aan(self, onbereikbaar: frozenset[TafelId]) -> None:
        """The workers start with other tafels that have joined: all is looked at again."""
        self.omgeving.onbereikbaar = onbereikbaar
        self.nummer += 1
        self.herzie(f"tafels {self.nummer}")

    def haal_terug(self) -> None:
        if self.koppeling is not None:
            self.nummer += 1
            daad = Beheerdaad(
                UUID(int=self.nummer),
                Daad.TERUGHALEN,
                "a.een",
                koppeling=self.koppeling.stand.koppeling,
                tijd=self.nu,
            )
            self.gebeur(daad)
            if self.koppeling is not None and self.koppeling.geeindigd is None:
                self.verwijderd = True

    # --- what must hold

    def gebeur(self, wat: Gebeurtenis) -> Gevolg[Koppeling] | None:
        was, omgeving = self.koppeling, copy(self.omgeving)
        gevolg = leef(was, wat, self.omgeving)
        self.gebeurd.append((wat, omgeving, None if gevolg is None else (gevolg.lijf, gevolg.gezonden, gevolg.audit)))
        if gevolg is None:
            return None
        self.koppeling = gevolg.lijf
        for uitspraak in gevolg.uitspraken:
            self.woord = None if uitspraak.woord.leeg else uitspraak.woord
        if self.koppeling is None:
            self.woord = None  # the aandragen sees the end of a casus by itself
        elif self.koppeling.geeindigd is None:
            nu = [uitspraak.woord for uitspraak in uitspraken(None, self.koppeling)]
            assert nu == [woord for woord in (self.woord,) if woord], "it has heard what people have said, and no more"
        geweigerd = self._neem(wat, was, [een.melding for een in gevolg.gezonden])
        for gezonden in gevolg.gezonden:
            vertelt = gezonden.melding.soort not in (
                *(MeldingSoort.INGETROKKEN, MeldingSoort.STATUS, MeldingSoort.GEWEIGERD),
            )
            assert bool(gezonden.door) is vertelt, "what tells of another has its decision, all else needs none"
            assert all(genomen.oordeel.besluit is Besluit.MELDEN for genomen in gezonden.door)
            assert not (vertelt and self.omgeving.stop), "a noodstop holds all that tells"
        if isinstance(wat, Terugkoppeling):
            self._reactie(wat, was, gevolg, geweigerd)
        self._verlaat(was)
        self._staat()
        return gevolg

    def _neem(self, wat: Gebeurtenis, was: Koppeling | None, meldingen: list[Melding]) -> list[Melding]:
        geweigerd = []
        for melding in meldingen:
            assert melding.id not in self.ooit, "one effect per id"
            self.ooit[melding.id] = melding
            if melding.soort is MeldingSoort.GEWEIGERD:
                geweigerd.append(melding)
                continue
            if melding.soort is MeldingSoort.STATUS:
                # The source must have been told of the koppeling, and still be.
                assert melding.status in (
                    *(Dossierstatus.WACHT_OP_VRIJGAVE, Dossierstatus.WACHT_OP_BESLISSING, Dossierstatus.ZWEVEND),
                )
                gehoord = list(self.inboxen.get(melding.ontvanger, Inbox()).staand.values())
                eerder = [een.ontvanger for een in meldingen[: meldingen.index(melding)]]
                assert gehoord or melding.ontvanger in eerder, "STATUS only to who lawfully heard"
            if melding.soort is MeldingSoort.ESCALATIE:
                assert was is not None and melding.loket is not None and melding.reageren_voor is not None
                assert melding.reageren_voor > melding.tijd
            self.inboxen.setdefault(melding.ontvanger, Inbox()).neem(melding, self.omgeving.hoort(melding.ontvanger))
        return geweigerd

    def _reactie(
        self, wat: Terugkoppeling, was: Koppeling | None, gevolg: Gevolg[Koppeling], geweigerd: list[Melding]
    ) -> None:
        """Never ignored: refused, parked or done, and each leaves an audit line but the parked."""
        assert self.koppeling is not None and was is not None
        geparkeerd = wat.id in {een.id for een in self.koppeling.geparkeerd}
        klaar = [regel for regel in gevolg.audit if regel.handeling == wat.id and regel.daad == wat.soort]
        assert geparkeerd is not bool(klaar)
        if klaar:
            assert (klaar[0].uitkomst == "gedaan") is (not geweigerd)
        richtingen = {
            was.stand.links.stam: was.naar_links,
            was.stand.rechts.stam: was.naar_rechts,
        }
        eigen = richtingen.get(wat.dossier)
        if not geparkeerd and (eigen is None or eigen.ontvanger != wat.tafel or eigen.staand is None):
            # Only whoever holds a melding may react; of what was never told, nothing is learnt.
            assert [een.code for een in geweigerd] in (
                [Weigercode.ONBEKEND_VOOR_U],
                [Weigercode.MELDING_VERVANGEN] if wat.melding in self.ooit else [],
            )

    def _verlaat(self, was: Koppeling | None) -> None:
        """What a tafel holds that is out when all is forgotten, or goes to another for good, nobody recalls there any more: it is not
        promised (docs/garanties.md)."""
        nu = self.koppeling
        for tafel in self.omgeving.onbereikbaar & set(self.inboxen):
            verder = [een.ontvanger for een in (nu.naar_links, nu.naar_rechts)] if nu is not None else []
            if was is not None and tafel not in verder:
                self.inboxen[tafel].staand.clear()

    def _staat(self) -> None:
        koppeling = self.koppeling
        if koppeling is None:
            assert not any(inbox.staand for inbox in self.inboxen.values()), "nothing stands once it is forgotten"
            self.verwijderd = False
            return
        assert volgende(koppeling) > 0
        for richting in (koppeling.naar_links, koppeling.naar_rechts):
            inbox = self.inboxen.get(richting.ontvanger, Inbox())
            assert (richting.staand is not None) is (richting.fase in STAAND)
            assert set(richting.bij_ontvanger) <= set(inbox.staand)
            if richting.staand is not None:
                assert (richting.staand in inbox.apart) is (richting.fase is Levensfase.ONBESTELBAAR)
                assert richting.termijn is not None or richting.fase not in OPEN or self._zweeft(richting.trede)
            else:
                assert richting.termijn is None
                assert not richting.gestuurd or not self.omgeving.hoort(richting.ontvanger), "who is there is told"
        richtingen = (koppeling.naar_links, koppeling.naar_rechts)
        hoort = {id_ for een in richtingen for id_ in een.bij_ontvanger}
        assert {id_ for inbox in self.inboxen.values() for id_ in inbox.staand} == hoort, (
            "what stands is what the state says"
        )
        anders = koppeling.persoon is not None and koppeling.persoon.soort is Reactie.ANDERE_PERSOON
        if koppeling.geeindigd is not None or anders or self.verwijderd or koppeling.stand.bewijs == GEEN_BEWIJS:
            nog = {id_ for een in richtingen if self.omgeving.hoort(een.ontvanger) for id_ in een.bij_ontvanger}
            assert not nog, "nothing stands after withdrawal, a person's no, a recall, or the end of retention"
        if koppeling.stand.bewijs.uitkomst is Uitkomst.MOGELIJK and koppeling.persoon is None:
            assert (
                koppeling.naar_links.gehouden
                or koppeling.naar_rechts.gehouden
                or all(
                    een.soort in (MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.CORRECTIE, MeldingSoort.ESCALATIE)
                    for tafel, inbox in self.inboxen.items()
                    for een in inbox.staand.values()
                    if een.tijd == koppeling.tijd and self.omgeving.hoort(tafel)
                )
            )

    def _zweeft(self, trede: int) -> bool:
        return trede + 1 == len(Loket)

    def herspeel(self) -> None:
        """Replay equals run: the same events in the same surroundings give the same states, meldingen and audit lines."""
        koppeling: Koppeling | None = None
        for wat, omgeving, verwacht in self.gebeurd:
            gevolg = leef(koppeling, wat, omgeving)
            assert (None if gevolg is None else (gevolg.lijf, gevolg.gezonden, gevolg.audit)) == verwacht
            if gevolg is not None:
                koppeling = gevolg.lijf

    def sluit_af(self) -> None:
        """However it went, in the end everything is recalled and forgotten; and it may begin anew, with ids of its own."""
        self.omgeving.stop = False
        self.sluit_aan(frozenset())
        for _ in range(2):
            self.verstrijk(max(self.bewaren - self.nu, 0) + 2 * 86_400_000)
            assert self.koppeling is None
            assert not any(inbox.staand for inbox in self.inboxen.values())
            self.bewaren = self.nu + 1_000_000
            self.stand(TWENTE, BEWIJZEN[0])


def willekeurig(paar: Paar, loting: random.Random) -> None:
    """One random event."""
    meldingen = list(paar.ooit)[-6:]
    match loting.randrange(20):
        case 0 | 1 | 2 | 3 | 4:
            wie, bewijs = loting.choice((ZSM, TWENTE)), loting.choice(BEWIJZEN)
            if loting.random() < 0.2:
                paar.ander_persoon(wie, bewijs)
            else:
                paar.stand(wie, bewijs, advies_beschikbaar=loting.random() < 0.5)
        case 5 | 6 | 7 | 8 | 9 | 10:
            tafel = loting.choice((ZSM, ZSM, TWENTE, TWENTE, ELDERS))
            staand = [*paar.inboxen.get(tafel, Inbox()).staand, *meldingen, None]
            paar.reactie(
                loting.choice(REACTIES),
                tafel,
                eigen=loting.random() < 0.95,
                melding=staand[0] if loting.random() < 0.7 else loting.choice(staand),
                rol=loting.choice((Vrijgaverol.GEEN, Vrijgaverol.OFFICIER_VAN_JUSTITIE, Vrijgaverol.PROCESREGISSEUR)),
                vooruit=loting.choice((0, 0, 0, 1)),
                advies=loting.choice((None, True, False)),
            )
        case 11 | 12 | 13:
            # A noodstop lasts shorter than many terms: while it holds, each begins anew when it ends.
            paar.verstrijk(loting.choice((1, 50, 101, 500, 1_001, *(() if paar.omgeving.stop else (30_000, 700_000)))))
        case 14:
            paar.herhaal(loting.randrange(8))
        case 15:
            paar.oude_stand(loting.randrange(1, 4))
        case 16:
            tafel = loting.choice((ZSM, TWENTE))
            paar.omgeving.besluit = {**paar.omgeving.besluit, tafel: loting.choice(list(Besluit))}
            paar.herzie(f"v{loting.randrange(1000)}")
        case 17:
            paar.omgeving.zonder_vrijgave = loting.choice((frozenset(), frozenset({TWENTE}), frozenset({ZSM})))
            paar.sluit_aan(loting.choice((frozenset(), frozenset(), frozenset({TWENTE}))))
        case 18:
            paar.omgeving.stop = not paar.omgeving.stop
            paar.herzie(paar.omgeving.versies)
        case _:
            if loting.random() < 0.1:
                paar.haal_terug()
            elif loting.random() < 0.5 and paar.opvolger is None:
                paar.opvolger = dossier_van(TWENTE, f"opvolger-{paar.nummer}")
                paar.stand(TWENTE, paar.bewijs)
            elif loting.random() < 0.3:
                paar.bewaren = max(paar.nu + 1_000, paar.bewaren + loting.choice((-1, 1)) * 10_000_000)
                paar.stand(TWENTE, paar.bewijs)
