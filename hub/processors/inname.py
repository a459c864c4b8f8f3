"""inname: the one gate, stateless. Decode, validate, check who speaks, stamp the broker's time, split over the index partitions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from hub.domein.codes import Soort, Status
from hub.domein.identiteit import organisatie_van
from hub.domein.signaal import Signaal, Sleutel, Sleutelblok, partitie_van
from hub.domein.tafel import TafelSoort
from hub.domein.vorm import signaal_uit, sleutelblok_naar
from hub.processors.kamers import geldig, open_record, per_record, spoor
from hub.processors.namen import SLEUTEL, Geweigerd, Weigering, signaal_topic, tafel_van
from hub.routing.register import Register
from hub.stream.codec import Codec
from hub.stream.record import Record, Stap, Uitvoer
from hub.stream.statelog import Statelog

DAG_MS: Final = 86_400_000
PAST_BIJ: Final = {Soort.VERDACHTE: TafelSoort.ZSM, Soort.CASUS: TafelSoort.VEILIGHEIDSHUIS}
"""Which kind of tafel signals which kind of dossier."""


def splits(signaal: Signaal, tijd: int, partities: int) -> list[Sleutelblok]:
    """One block per index partition, empty where nothing of the dossier belongs. A withdrawn dossier has no tokens anywhere."""
    sleutels: dict[bytes, Sleutel] = {}
    if signaal.status is Status.ACTIEF:
        for bos in signaal.sleutels:
            for sleutel in bos.sleutels:
                sleutels.setdefault(sleutel.token, sleutel)
    tokens = tuple(sorted(sleutels))
    hier: list[list[Sleutel]] = [[] for _ in range(partities)]
    for token in tokens:
        hier[partitie_van(token, partities)].append(sleutels[token])
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
        )
        for deel in hier
    ]


class Inname:
    """The gate of all tafels that have joined."""

    naam = "inname"
    statelog: Statelog[None] | None = None

    def __init__(self, codec: Codec, register: Register, tafels: Iterable[str], partities: int) -> None:
        self.codec, self.register, self.partities = codec, register, partities
        self.invoer = tuple(signaal_topic(tafel) for tafel in tafels)

    def verwerk(self, staat: None, partitie: int, records: Sequence[Record]) -> Stap:
        stap = Stap()
        per_record(self.naam, stap, records, lambda record: self._een(stap, record))
        return stap

    def _een(self, stap: Stap, record: Record) -> str:
        signaal = self.toets(record)
        headers = (("traceparent", spoor(record).encode()),)
        sleutel = signaal.dossier.encode()
        # First all blocks, then the step: an exception half-way must leave nothing of the record behind.
        blokken = [
            Uitvoer(SLEUTEL, sleutel, self.codec.codeer("sleutelblok", sleutelblok_naar(blok)), headers, nummer)
            for nummer, blok in enumerate(splits(signaal, record.tijd, self.partities))
        ]
        stap.uit.extend(blokken)
        return "verwerkt"

    def toets(self, record: Record) -> Signaal:
        """The signaal of a record that may come in. Raises Geweigerd."""
        signaal: Signaal = geldig(signaal_uit, open_record(self.codec, record, "signaal"))
        if signaal.tafel != tafel_van(record.topic):
            raise Geweigerd(Weigering.ANDERE_TAFEL)
        if record.key != signaal.dossier.encode():
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        if organisatie_van(signaal.dossier) != self.register.organisatie(signaal.tafel):
            raise Geweigerd(Weigering.VREEMD_DOSSIER)
        if signaal.versie > record.tijd + DAG_MS:
            raise Geweigerd(Weigering.VERSIE_IN_TOEKOMST)
        op = datetime.fromtimestamp(record.tijd / 1000, UTC).date()
        tafel = self.register.tafel(signaal.tafel, op)
        if tafel is not None and tafel.soort is not PAST_BIJ[signaal.soort]:
            raise Geweigerd(Weigering.SOORT_PAST_NIET)
        return signaal
