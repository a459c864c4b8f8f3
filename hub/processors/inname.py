"""inname: the one gate, stateless. Decode, validate, check who speaks, stamp the broker's time, split over the index partitions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from hub.domein.codes import Daad, Reactie, Soort, Status, Weigercode
from hub.domein.gebeurtenis import Beheerdaad, Bevraging, Terugkoppeling, Vraag, vrager
from hub.domein.gebeurtenisvorm import beheerdaad_uit, bevraging_uit, plat, terugkoppeling_uit, vraag_naar
from hub.domein.identiteit import BEHEER, Dossier, TafelId, organisatie_van, signaalweigering_id
from hub.domein.kalender import dag_van
from hub.domein.melding import Melding, geweigerd
from hub.domein.signaal import Feiten, Signaal, Sleutel, Sleutelblok, Sleutelbos, partitie_van
from hub.domein.tafel import TafelSoort
from hub.domein.tafeltopics import signaal_topic, tafel_van
from hub.domein.vorm import signaal_uit
from hub.processors.blokken import Blokvorm
from hub.processors.gebeurtenissen import sleutel_van
from hub.processors.herstel import Herstel
from hub.processors.kamers import geldig, open_record, per_record, spoor
from hub.processors.meldingrecord import Meldingschrijver
from hub.processors.namen import GEBEURTENIS, HERSTEL, SLEUTEL, VRAAG, Geweigerd, Weigering
from hub.routing.register import Register
from hub.stream.codec import Codec
from hub.stream.record import Headers, Record, Stap, Uitvoer
from hub.stream.statelog import Statelog

UITERLIJK: Final = 60_000
"""ms ahead that the deadline of a question may lie."""
PAST_BIJ: Final = {Soort.VERDACHTE: TafelSoort.ZSM, Soort.CASUS: TafelSoort.VEILIGHEIDSHUIS}
"""Which kind of tafel signals which kind of dossier."""
VRAAGT: Final = TafelSoort.ZSM
"""Which kind of tafel may ask a check op bekendheid."""
SCHEMAS: Final = frozenset({"signaal", "terugkoppeling", "bevraging"})
SCHEMAS_BEHEER: Final = frozenset({"signaal", "beheerdaad"})


def splits(signaal: Signaal, tijd: int, partities: int) -> list[Sleutelblok]:
    """One block per index partition, empty where nothing of the dossier belongs. A withdrawn dossier has no tokens anywhere."""
    bossen = signaal.sleutels if signaal.status is Status.ACTIEF else ()
    tokens, hier = _verdeel(bossen, partities)
    return [
        Sleutelblok(
            soort=signaal.soort,
            dossier=signaal.dossier,
            versie=signaal.versie,
            tafel=signaal.tafel,
            tijd=tijd,
            bewaren_tot=signaal.bewaren_tot,
            feiten=signaal.feiten,
            tokens=tokens,
            sleutels=tuple(deel),
            voorganger=signaal.voorganger,
            persoon_sinds=signaal.persoon_sinds,
        )
        for deel in hier
    ]


def vragen(bevraging: Bevraging, tijd: int, partities: int) -> list[Vraag]:
    """One question per index partition, also where nothing of the person belongs: P answers make it complete."""
    tokens, hier = _verdeel(bevraging.sleutels, partities)
    kant = vrager(bevraging.dossier, bevraging.tafel, tijd, bevraging.uiterlijk, bevraging.feiten)
    return [
        Vraag(bevraging.id, kant, bevraging.actor, bevraging.uiterlijk, nummer, tokens, tuple(deel))
        for nummer, deel in enumerate(hier)
    ]


def _verdeel(bossen: Iterable[Sleutelbos], partities: int) -> tuple[tuple[bytes, ...], list[list[Sleutel]]]:
    """All tokens, ascending, and per partition the keys that live there."""
    sleutels: dict[bytes, Sleutel] = {}
    for bos in bossen:
        for sleutel in bos.sleutels:
            sleutels.setdefault(sleutel.token, sleutel)
    tokens = tuple(sorted(sleutels))
    hier: list[list[Sleutel]] = [[] for _ in range(partities)]
    for token in tokens:
        hier[partitie_van(token, partities)].append(sleutels[token])
    return tokens, hier


def signaal_geweigerd(signaal: Signaal, tijd: int) -> Melding:
    """What the source hears of its own dossier when the gate refuses it; the dead letter holds why."""
    id_ = signaalweigering_id(signaal.dossier, signaal.versie)
    return geweigerd(
        id_,
        koppeling=id_,
        ontvanger=signaal.tafel,
        dossier=signaal.dossier,
        tijd=tijd,
        code=Weigercode.SIGNAAL_GEWEIGERD,
    )


class Inname:
    """The gate of all tafels that have joined, and of the operator, who may hand in dead letters again."""

    naam = "inname"
    statelog: Statelog[None] | None = None
    wekker = None

    def __init__(self, codec: Codec, register: Register, tafels: Iterable[str], partities: int, bron: str) -> None:
        """`tafels` have joined; `bron` is the hub's CloudEvents source."""
        self.codec, self.register, self.partities = codec, register, partities
        self.vorm = Blokvorm(codec, partities)
        aangesloten = tuple(tafels)
        self.meldingen = Meldingschrijver(codec, aangesloten, bron)
        zegt = tuple(signaal_topic(tafel) for tafel in (*aangesloten, BEHEER))
        self.invoer = (*zegt, HERSTEL)
        self.herstel = Herstel(codec, self.naam, zegt, self._een)

    def verwerk(self, staat: None, partitie: int, records: Sequence[Record]) -> Stap:
        stap = Stap()
        if records[0].topic == HERSTEL:
            for record in records:
                self.herstel.verwerk(stap, record)
            return stap
        per_record(self.naam, stap, records, lambda record: self._een(stap, record))
        return stap

    def _een(self, stap: Stap, record: Record) -> str:
        headers = (("traceparent", spoor(record).encode()),)
        tafel = TafelId(tafel_van(record.topic))
        schema, waarde = open_record(self.codec, record, SCHEMAS_BEHEER if tafel == BEHEER else SCHEMAS)
        # First all that leaves, then the step: an exception half-way must leave nothing of the record behind.
        match schema:
            case "signaal":
                uit = self._blokken(self._signaal(stap, waarde, record, tafel), record, headers)
            case "terugkoppeling":
                uit = [self._terugkoppeling(waarde, record, tafel, headers)]
            case "bevraging":
                uit = self._vragen(self._bevraging(waarde, record, tafel), record, headers)
            case _:
                uit = self._daden(waarde, record, headers)
        stap.uit.extend(uit)
        return "verwerkt"

    def _blokken(self, signaal: Signaal, record: Record, headers: Headers) -> list[Uitvoer]:
        sleutel = signaal.dossier.encode()
        waarden = self.vorm.schrijf(splits(signaal, record.tijd, self.partities))
        return [Uitvoer(SLEUTEL, sleutel, waarde, headers, nummer) for nummer, waarde in enumerate(waarden)]

    def _signaal(self, stap: Stap, waarde: dict[str, Any], record: Record, tafel: TafelId) -> Signaal:
        """A signaal that may come in. Raises Geweigerd; its own tafel hears of it where the dossier is its own."""
        signaal: Signaal = geldig(signaal_uit, waarde)
        if signaal.persoon_sinds > signaal.versie or signaal.voorganger == signaal.dossier:
            raise Geweigerd(Weigering.ONGELDIG)
        _eis_eens(signaal.feiten)
        beheert = tafel == BEHEER and signaal.status is Status.VERVALLEN
        if signaal.tafel != tafel and not beheert:
            raise Geweigerd(Weigering.ANDERE_TAFEL)
        if record.key != signaal.dossier.encode():
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        self._eigen_dossier(signaal.dossier, signaal.tafel)
        try:
            self._toets(signaal, record)
        except Geweigerd:
            stap.uit.append(self.meldingen.record(record.key, signaal_geweigerd(signaal, record.tijd)))
            raise
        return signaal

    def _toets(self, signaal: Signaal, record: Record) -> None:
        """Whether what a tafel says of its own dossier may come in. Raises Geweigerd."""
        if signaal.vooruit(record.tijd):
            raise Geweigerd(Weigering.VERSIE_IN_TOEKOMST)
        if signaal.voorbij(record.tijd):
            raise Geweigerd(Weigering.BEWAARTERMIJN_VOORBIJ)
        self._past(signaal.tafel, PAST_BIJ[signaal.soort], record.tijd)
        if signaal.voorganger is not None:
            self._erft(signaal.voorganger, signaal.tafel, record.tijd)

    def _terugkoppeling(self, waarde: dict[str, Any], record: Record, tafel: TafelId, headers: Headers) -> Uitvoer:
        """A reaction with the broker's time in it, under the key of its koppeling. Raises Geweigerd.

        Whether this tafel may speak of that dossier only the koppeling knows: a successor or a fallback answers for another's.
        """
        wat: Terugkoppeling = geldig(terugkoppeling_uit, waarde)
        if wat.tafel != tafel:
            raise Geweigerd(Weigering.ANDERE_TAFEL)
        if record.key != sleutel_van(wat):
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        if wat.soort is Reactie.DOORVERWEZEN and wat.naar is None:
            raise Geweigerd(Weigering.ONGELDIG)
        gestempeld = replace(wat, tijd=record.tijd)
        return Uitvoer(GEBEURTENIS, record.key, self.codec.codeer("terugkoppeling", plat(gestempeld)), headers)

    def _bevraging(self, waarde: dict[str, Any], record: Record, tafel: TafelId) -> Bevraging:
        """A question that may be asked. Raises Geweigerd."""
        bevraging: Bevraging = geldig(bevraging_uit, waarde)
        if bevraging.tafel != tafel:
            raise Geweigerd(Weigering.ANDERE_TAFEL)
        if record.key != str(bevraging.id).encode():
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        self._eigen_dossier(bevraging.dossier, tafel)
        _eis_eens(bevraging.feiten)
        if not record.tijd < bevraging.uiterlijk <= record.tijd + UITERLIJK:
            raise Geweigerd(Weigering.BUITEN_TERMIJN)
        self._past(tafel, VRAAGT, record.tijd)
        return bevraging

    def _vragen(self, bevraging: Bevraging, record: Record, headers: Headers) -> list[Uitvoer]:
        sleutel = str(bevraging.id).encode()
        return [
            Uitvoer(VRAAG, sleutel, self.codec.codeer("vraag", vraag_naar(vraag)), headers, vraag.partitie)
            for vraag in vragen(bevraging, record.tijd, self.partities)
        ]

    def _daden(self, waarde: dict[str, Any], record: Record, headers: Headers) -> list[Uitvoer]:
        """An operator's act for whom it concerns: one koppeling, or every partition. Raises Geweigerd."""
        daad: Beheerdaad = replace(geldig(beheerdaad_uit, waarde), tijd=record.tijd)
        sleutel = sleutel_van(daad)
        if record.key != sleutel:
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        maak = partial(Uitvoer, GEBEURTENIS, sleutel, self.codec.codeer("beheerdaad", plat(daad)), headers)
        return [maak()] if daad.daad is Daad.TERUGHALEN else [maak(nummer) for nummer in range(self.partities)]

    def _eigen_dossier(self, dossier: Dossier, tafel: TafelId) -> None:
        if organisatie_van(dossier) != self.register.organisatie(tafel):
            raise Geweigerd(Weigering.VREEMD_DOSSIER)

    def _past(self, tafel: TafelId, soort: TafelSoort, tijd: int) -> None:
        bekend = self.register.tafel(tafel, dag_van(tijd))
        if bekend is not None and bekend.soort is not soort:
            raise Geweigerd(Weigering.SOORT_PAST_NIET)

    def _erft(self, voorganger: Dossier, tafel: TafelId, tijd: int) -> None:
        """A dossier may continue one of its own organisation, or of one whose tafel the register says went over into this one."""
        organisatie = organisatie_van(voorganger)
        if organisatie == self.register.organisatie(tafel):
            return
        for oud in self.register.namen():
            if (
                self.register.organisatie(oud) == organisatie
                and self.register.adres(oud, dag_van(tijd)).tafel.id == tafel
            ):
                return
        raise Geweigerd(Weigering.VREEMDE_VOORGANGER)


def _eis_eens(feiten: Feiten) -> None:
    """A list of codes names each once: how large the hub's own records become is not a tafel's to say. Raises Geweigerd."""
    if any(len(set(codes)) < len(codes) for codes in (feiten.doelen, feiten.criteria)):
        raise Geweigerd(Weigering.ONGELDIG)
