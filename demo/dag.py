"""An invented day: what one ZSM tafel and two Veiligheidshuizen send, and who is who in truth.

Everything follows from (seed, moment, omvang): the same three give the same messages. Each special case that the demo is
to show is put in on purpose, so that it is there whatever the seed.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any, Final

import numpy as np

from demo import lichaam
from demo.inwoners import OOST_NEDERLAND, TWENTE, vestig
from demo.plan import VHH_MIDDEN_BRABANT, VHH_TWENTE, ZSM, Bijzonder, Plan, Planner
from hub.domein.codes import Fase, Soort, Vervolgingsbeslissing
from proef.fouten import MODELLEN, register, schoon

TAFELS: Final = (ZSM, VHH_TWENTE, VHH_MIDDEN_BRABANT)

KLEINSTE: Final = 150
"""Messages below which not every special case fits."""
_MODEL: Final = {ZSM: MODELLEN["politie"], VHH_TWENTE: MODELLEN["handwerk"], VHH_MIDDEN_BRABANT: MODELLEN["handwerk"]}
"""A suspect at the police desk: mostly verified identity. A casus: typed over, names as people are called, often no number."""

MENSEN_PER_BERICHT: Final = 40
"""Persons in the population per message: enough families and namesakes to be mistaken for each other."""
_UUR: Final = 3_600_000

Beeld = tuple[dict[str, str], tuple[str, ...]]
"""A record of a register, by column, and the kinds of error in it. Clear text: it goes to a connector and nowhere else."""


@dataclass(frozen=True, slots=True)
class Bericht:
    """One request to a connector: `POST pad` with `inhoud` as JSON."""

    tafel: str
    pad: str
    zaaknummer: str
    inhoud: dict[str, Any]
    persoon: int
    """Row in the population; who is who in truth."""
    fouten: tuple[str, ...] = ()
    """Kinds of error in this record, as the error model calls them."""
    bijzonder: frozenset[Bijzonder] = frozenset()

    @property
    def zaak(self) -> "Zaak":
        return Zaak(self.tafel, self.zaaknummer)


@dataclass(frozen=True, slots=True, order=True)
class Zaak:
    """A case as its own organisation calls it."""

    tafel: str
    zaaknummer: str

    @property
    def soort(self) -> Soort:
        return Soort.VERDACHTE if self.tafel == ZSM else Soort.CASUS


Paar = tuple[Zaak, Zaak]
"""Two cases, the one that sorts first in front."""


def paar(een: Zaak, ander: Zaak) -> Paar:
    return (een, ander) if een < ander else (ander, een)


@dataclass(frozen=True, slots=True)
class Dag:
    """All messages. `vervolg` is sent when what came of `ochtend` has arrived; `afgekeurd` must be refused at the door."""

    seed: int
    moment: int
    ochtend: tuple[Bericht, ...]
    vervolg: tuple[Bericht, ...]
    afgekeurd: tuple[Bericht, ...]

    @property
    def berichten(self) -> tuple[Bericht, ...]:
        """Everything that must be accepted, in order."""
        return self.ochtend + self.vervolg

    @property
    def waarheid(self) -> frozenset[Paar]:
        """Every pair of cases of one person that the hub compares: verdachte and casus, or casussen of two tafels."""
        per_persoon = defaultdict(list)
        for bericht in self.ochtend:
            per_persoon[bericht.persoon].append(bericht.zaak)
        return frozenset(
            paar(een, ander)
            for zaken in per_persoon.values()
            for een, ander in combinations(zaken, 2)
            if een.tafel != ander.tafel
        )

    @property
    def telling(self) -> Counter[Bijzonder]:
        return Counter(bijzonder for bericht in (*self.berichten, *self.afgekeurd) for bijzonder in bericht.bijzonder)


def maak_dag(seed: int, moment: int, omvang: int = 600) -> Dag:
    """The day of about `omvang` messages that ends at `moment` (ms since the epoch). ValueError below KLEINSTE."""
    if omvang < KLEINSTE:
        raise ValueError(f"a day has at least {KLEINSTE} messages, so that every case is in it")
    dag = datetime.fromtimestamp(moment / 1000, UTC).date()
    return _Bouw(seed, moment, dag, omvang).dag()


class _Bouw:
    """One day under construction."""

    def __init__(self, seed: int, moment: int, dag: date, omvang: int) -> None:
        self.seed, self.moment, self.vandaag, self.omvang = seed, moment, dag, omvang
        self.worp = random.Random(f"dag|{seed}|{omvang}")
        self.inwoners = vestig(seed, omvang * MENSEN_PER_BERICHT, np.datetime64(dag))
        self.leeftijd = self.inwoners.mensen.leeftijd()

    def dag(self) -> Dag:
        ochtend: list[Bericht] = []
        vervolg: list[Bericht] = []
        plannen = Planner(self.seed, self.inwoners, self.omvang).plannen()
        for nummer, (plan, beeld) in enumerate(zip(plannen, self.beelden(plannen), strict=True)):
            bericht = self.bericht(plan, beeld, nummer)
            ochtend.append(bericht)
            vervolg += self.vervolg(bericht, nummer)
        self.worp.shuffle(ochtend)
        self.worp.shuffle(vervolg)
        return Dag(self.seed, self.moment, tuple(ochtend), tuple(vervolg), tuple(self.afgekeurd(ochtend)))

    def beelden(self, plannen: Sequence[Plan]) -> list[Beeld]:
        """What each tafel's own register holds of the person of each plan."""
        wie = np.array([plan.persoon for plan in plannen])
        net = schoon(self.inwoners.mensen, wie)
        uit: list[Beeld] = [(net.record(rij), ()) for rij in range(len(plannen))]
        for nummer, tafel in enumerate(TAFELS):
            daar = [rij for rij, plan in enumerate(plannen) if plan.tafel == tafel and not plan.schoon]
            kansen = np.random.default_rng([self.seed, self.omvang, 2 + nummer])
            beeld = register(self.inwoners.mensen, wie[daar], _MODEL[tafel], kansen)
            for plek, rij in enumerate(daar):
                record = beeld.record(plek)
                # An error in the date may make a suspect of 13 look younger than twelve: the connector would rightly refuse.
                if tafel != ZSM or self.vandaag.year - int(record["geboortedatum"][:4] or 0) >= 14:
                    uit[rij] = (record, tuple(beeld.fouten[plek]))
        return uit

    def bericht(self, plan: Plan, beeld: Beeld, nummer: int) -> Bericht:
        bijzonder = plan.bijzonder
        if self.leeftijd[plan.persoon] < 18:
            bijzonder |= {Bijzonder.MINDERJARIG}
        if self.inwoners.geheim[plan.persoon]:
            bijzonder |= {Bijzonder.GEHEIM}
        worp = random.Random(f"feiten|{self.seed}|{plan.tafel}|{plan.persoon}")
        moment = self.moment - worp.randrange(_UUR // 2, 8 * _UUR)
        record, fouten = beeld
        gemeente = self.inwoners.gemeente(plan.persoon)
        if plan.tafel == ZSM:
            pad, zaaknummer = "/v1/verdachten", f"05-{100_000 + nummer}-{self.vandaag:%y}"
            feiten = self.verdachte(worp, bijzonder, moment, gemeente.code)
        else:
            kort = "TW" if plan.tafel == VHH_TWENTE else "MB"
            pad, zaaknummer = "/v1/casussen", f"{kort}{self.vandaag:%Y}.{nummer:05d}"
            feiten = self.casus(worp, bijzonder, moment)
        inhoud = {
            "zaaknummer": zaaknummer,
            "gewijzigdOp": lichaam.tijdstip(moment),
            "persoon": lichaam.persoon(record, gemeente, Bijzonder.GEHEIM in bijzonder),
            "feiten": feiten,
        }
        return Bericht(plan.tafel, pad, zaaknummer, inhoud, plan.persoon, fouten, bijzonder)

    def verdachte(
        self, worp: random.Random, bijzonder: frozenset[Bijzonder], moment: int, woont: str
    ) -> dict[str, Any]:
        beslissing = worp.choices(
            (
                Vervolgingsbeslissing.OPEN,
                Vervolgingsbeslissing.VERVOLGEN,
                Vervolgingsbeslissing.STRAFBESCHIKKING,
                Vervolgingsbeslissing.VEROORDEELD,
            ),
            (55, 25, 12, 8),
        )[0]
        if Bijzonder.SEPOT in bijzonder:
            beslissing = Vervolgingsbeslissing.SEPOT
        elif Bijzonder.ZONDER_SPOED in bijzonder:
            beslissing = Vervolgingsbeslissing.OPEN
        oost = {g.code for g in (*TWENTE, *OOST_NEDERLAND)}
        plaats = woont if woont in oost else worp.choice(sorted(oost))
        return lichaam.verdachte(
            worp,
            moment=moment,
            beslissing=beslissing,
            spoed=Bijzonder.ZONDER_SPOED not in bijzonder,
            vrijgave=Bijzonder.ZONDER_VRIJGAVE not in bijzonder,
            gemeente_feit=plaats,
            jeugd=Bijzonder.MINDERJARIG in bijzonder,
        )

    def casus(self, worp: random.Random, bijzonder: frozenset[Bijzonder], moment: int) -> dict[str, Any]:
        fase = Fase.GESLOTEN if Bijzonder.GESLOTEN in bijzonder else Fase.ACTIEF
        if not bijzonder:
            fase = worp.choices((Fase.ACTIEF, Fase.TRIAGE, Fase.AANGEDRAGEN, Fase.NAZORG), (70, 12, 8, 10))[0]
        return lichaam.casus(
            worp,
            moment=moment,
            fase=fase,
            vrijgave=Bijzonder.ZONDER_VRIJGAVE not in bijzonder,
            jeugd=Bijzonder.MINDERJARIG in bijzonder,
        )

    def vervolg(self, bericht: Bericht, nummer: int) -> Iterator[Bericht]:
        """What is sent later in the day about the same case."""
        nu = lichaam.tijdstip(self.moment - nummer)
        anders: dict[Bijzonder, Vervolgingsbeslissing] = {
            Bijzonder.ALSNOG_SEPOT: Vervolgingsbeslissing.SEPOT,
            Bijzonder.ALSNOG_VERVOLGD: Vervolgingsbeslissing.VERVOLGEN,
        }
        for bijzonder, beslissing in anders.items():
            if bijzonder in bericht.bijzonder:
                feiten = bericht.inhoud["feiten"] | {"vervolgingsbeslissing": beslissing.value}
                yield replace(bericht, inhoud=bericht.inhoud | {"gewijzigdOp": nu, "feiten": feiten})
        if Bijzonder.INGETROKKEN in bericht.bijzonder:
            inhoud = {"zaaknummer": bericht.zaaknummer, "gewijzigdOp": nu}
            yield replace(bericht, pad="/v1/intrekkingen", inhoud=inhoud)

    def afgekeurd(self, ochtend: list[Bericht]) -> Iterator[Bericht]:
        """Three messages that a connector must refuse, each for one reason."""
        model = next(b for b in ochtend if b.tafel == ZSM and b.inhoud["persoon"].get("burgerservicenummer"))
        kind = f"{self.vandaag.year - 9}0601"
        persoon, feiten = model.inhoud["persoon"], model.inhoud["feiten"]
        gevallen = (
            (Bijzonder.JONGER_DAN_TWAALF, {"persoon": persoon | {"geboorte": {"datum": kind}}}),
            (Bijzonder.ECHT_NUMMER, {"persoon": persoon | {"burgerservicenummer": "111222333"}}),
            (Bijzonder.ONBEKEND_VELD, {"feiten": feiten | {"delict": "310 Sr"}}),
        )
        for nr, (bijzonder, anders) in enumerate(gevallen):
            zaaknummer = f"05-{900_000 + nr}-{self.vandaag:%y}"
            inhoud = model.inhoud | {"zaaknummer": zaaknummer} | anders
            yield Bericht(ZSM, model.pad, zaaknummer, inhoud, model.persoon, (), frozenset({bijzonder}))
