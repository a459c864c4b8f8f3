"""What the pure functions alone make of the same messages: no Kafka, no process, no clock. The demo's inboxes must equal this.

Connector side: validation, pseudonyms, signaal. Hub side: split, index, life cycle with policy and register. In between only
Python values. Times and ids are left out of the comparison where they depend on the order of arrival.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from connectors.invoer import Casus, Intrekking, Invoer, Verdachte, lees
from connectors.persoon import Kader
from connectors.pseudoniem import Pseudonimiseerder
from connectors.signaal import Afzender, signaal
from demo.dag import Bericht, Dag, Paar, Zaak, paar
from hub.domein.codes import Uitkomst
from hub.domein.identiteit import Dossier
from hub.domein.koppeling import Stand
from hub.domein.melding import BLIJVEND, Melding
from hub.domein.signaal import Signaal
from hub.matching.model import Model
from hub.opvolging.omgeving import Gevolg
from hub.processors.gebeurtenissen import Wat
from hub.processors.omgeving import Pinned
from hub.processors.samenspel import Samenspel

SOORTEN: Final[Mapping[str, type[Verdachte | Casus | Intrekking]]] = {
    "/v1/verdachten": Verdachte,
    "/v1/casussen": Casus,
    "/v1/intrekkingen": Intrekking,
}


@dataclass(frozen=True, slots=True, order=True)
class Staand:
    """A melding that stands in an inbox, without what depends on the order of arrival (id, times)."""

    tafel: str
    zaaknummer: str
    soort: str
    kenmerk: str
    contact: str
    grondslag: str
    beleid: str
    advies_beschikbaar: bool | None
    escalatieniveau: int | None


@dataclass(frozen=True, slots=True)
class Aansluiting:
    """What a connector has that a message does not: its keys and its settings."""

    afzender: Afzender
    pseudoniem: Pseudonimiseerder
    bsn_fout: Any


@dataclass(frozen=True, slots=True)
class Gecodeerd:
    """A message and the signaal that the connector makes of it; None: refused for want of anything to compare."""

    bericht: Bericht
    signaal: Signaal | None


def codeer(bericht: Bericht, aansluiting: Aansluiting, nu: int) -> Gecodeerd:
    """What the connector makes of a message. Raises Ongeldig where it refuses it outright."""
    kader = Kader(nu, aansluiting.bsn_fout)
    invoer: Invoer = lees(SOORTEN[bericht.pad], json.dumps(bericht.inhoud), kader)
    sleutels = () if isinstance(invoer, Intrekking) else aansluiting.pseudoniem.sleutels(invoer.persoon)
    if not isinstance(invoer, Intrekking) and not all(bos.sleutels for bos in sleutels):
        return Gecodeerd(bericht, None)
    versie = invoer.gewijzigd_op
    assert versie is not None, "every message of the day names its moment of change"
    dossier = aansluiting.pseudoniem.dossier(bericht.zaaknummer)
    return Gecodeerd(bericht, signaal(invoer, dossier, versie, versie, sleutels, aansluiting.afzender))


@dataclass
class Orakel:
    """The hub in one process, one record after another."""

    omgeving: Pinned
    model: Model
    tijd: int
    """The one moment at which everything is decided; ms since the epoch."""
    zaken: dict[Dossier, Zaak] = field(default_factory=dict)
    geweigerd: set[Zaak] = field(default_factory=set)
    standen: dict[UUID, Stand] = field(default_factory=dict)
    """The last stand of every pair that ever shared a key."""
    besluiten: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(besluit, regel), as the workers count them."""
    _staand: dict[UUID, Melding] = field(default_factory=dict)

    @cached_property
    def _hub(self) -> Samenspel:
        return Samenspel(self.omgeving, self.model)

    def verwerk(self, gecodeerd: Iterable[Gecodeerd]) -> None:
        """Take these messages in, in this order, all the way to the meldingen."""
        for een in gecodeerd:
            if een.signaal is None:
                self.geweigerd.add(een.bericht.zaak)
                continue
            self.zaken[een.signaal.dossier] = een.bericht.zaak
            for wat, gevolg in self._hub.signaal(een.signaal, self.tijd):
                self._onthoud(wat, gevolg)

    def _onthoud(self, wat: Wat, gevolg: Gevolg[Any]) -> None:
        if isinstance(wat, Stand):
            self.standen[wat.koppeling] = wat
        for genomen in gevolg.genomen:
            self.besluiten.update((genomen.oordeel.besluit, regel) for regel in genomen.oordeel.regels)
        for gezonden in gevolg.gezonden:
            melding = gezonden.melding
            if melding.betreft is not None:
                self._staand.pop(melding.betreft, None)
            if melding.soort in BLIJVEND:
                self._staand[melding.id] = melding

    @property
    def gevonden(self) -> dict[Paar, Uitkomst]:
        """The pairs that matching holds for one person now, by certainty."""
        return self.als_paren(self.standen.values())

    def als_paren(self, standen: Iterable[Stand]) -> dict[Paar, Uitkomst]:
        """Standen that say one person, as pairs of the organisations' own cases."""
        return {self._paar(s): s.bewijs.uitkomst for s in standen if s.bewijs.uitkomst is not Uitkomst.GEEN}

    @property
    def paren(self) -> dict[str, Paar]:
        """Koppeling -> its two cases, for every pair that was ever reported."""
        return {str(koppeling): self._paar(stand) for koppeling, stand in self.standen.items()}

    @property
    def meldingen(self) -> tuple[Melding, ...]:
        """Every melding that stands now."""
        return tuple(self._staand.values())

    @property
    def gemeld(self) -> set[str]:
        """Koppelingen of which something stands somewhere."""
        return {str(melding.koppeling) for melding in self._staand.values()}

    def _paar(self, stand: Stand) -> Paar:
        return paar(self.zaken[stand.links.dossier], self.zaken[stand.rechts.dossier])

    @property
    def staand(self) -> Counter[Staand]:
        """The same, without what depends on the order of arrival."""
        return Counter(
            Staand(
                tafel=melding.ontvanger,
                zaaknummer=self.zaken[melding.dossier].zaaknummer if melding.dossier in self.zaken else "",
                soort=melding.soort,
                kenmerk=melding.kenmerk,
                contact=melding.contact.tafel if melding.contact else "",
                grondslag=melding.grondslag,
                beleid=melding.beleid,
                advies_beschikbaar=melding.advies_beschikbaar,
                escalatieniveau=melding.escalatieniveau,
            )
            for melding in self._staand.values()
        )


def uit_inbox(tafel: str, meldingen: Iterable[Mapping[str, Any]]) -> Counter[Staand]:
    """What stands in an inbox, from the JSON of `GET /v1/meldingen`."""
    return Counter(
        Staand(
            tafel=tafel,
            zaaknummer=melding["zaaknummer"] or "",
            soort=melding["soort"],
            kenmerk=melding["kenmerk"],
            contact=(melding["contact"] or {}).get("tafel", ""),
            grondslag=melding["grondslag"],
            beleid=melding["beleid"],
            advies_beschikbaar=melding["adviesBeschikbaar"],
            escalatieniveau=melding["escalatieniveau"],
        )
        for melding in meldingen
        if melding["stand"] == "STAAT" and melding["soort"] in BLIJVEND
    )


def codeer_dag(dag: Dag, aansluitingen: Mapping[str, Aansluiting]) -> tuple[list[Gecodeerd], list[Gecodeerd]]:
    """The morning and what followed, encoded as the connectors do."""
    ochtend = [codeer(bericht, aansluitingen[bericht.tafel], dag.moment) for bericht in dag.ochtend]
    return ochtend, [codeer(bericht, aansluitingen[bericht.tafel], dag.moment) for bericht in dag.vervolg]
