"""Persons made into the blocks that the gate would send to each partition of the index, and an index that takes them."""

from functools import cache

from hub.domein.codes import Rol, Soort, Thema
from hub.domein.identiteit import Dossier, GrondslagId, TafelId, dossier
from hub.domein.koppeling import Stand
from hub.domein.signaal import Feiten, Sleutel, Sleutelblok, partitie_van
from hub.matching.begrenzing import GRENS
from hub.matching.blok import Blokken
from hub.matching.codering import encode
from hub.matching.index import Index
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.sleutels import Sleutelring, Tijdvak
from hub.processors.blokken import Blokvorm
from hub.processors.namen import SLEUTEL
from hub.stream.codec import standaard
from hub.stream.record import Record

RING = Sleutelring((Tijdvak("2025-1", bytes(range(32))),))
FEITEN = Feiten(Rol.CASUSPERSOON, Thema.JEUGD, GrondslagId("convenant"))


def naam(nummer: int, organisatie: str = "zsm-oost") -> Dossier:
    return dossier(organisatie, nummer.to_bytes(16, "big"))


def sleutels(persoon: Persoon, ring: Sleutelring = RING) -> tuple[Sleutel, ...]:
    return tuple(sleutel for bos in encode(persoon, ring) for sleutel in bos.sleutels)


def blok(
    dossier: Dossier,
    versie: int,
    alle: tuple[Sleutel, ...],
    *,
    soort: Soort = Soort.VERDACHTE,
    tafel: str = "zsm-oost",
    partitie: int = 0,
    partities: int = 1,
) -> Sleutelblok:
    """What one partition gets of a dossier; no keys: a withdrawal."""
    return Sleutelblok(
        soort=soort,
        dossier=dossier,
        versie=versie,
        tafel=TafelId(tafel),
        tijd=1_000 + versie,
        bewaren_tot=1_000_000,
        feiten=FEITEN,
        tokens=tuple(sorted(sleutel.token for sleutel in alle)),
        sleutels=tuple(sleutel for sleutel in alle if partitie_van(sleutel.token, partities) == partitie),
    )


@cache
def vorm(partities: int) -> Blokvorm:
    return Blokvorm(standaard(), partities)


class Deel(Index):
    """One partition, told blocks as the gate makes them: they go through the bytes of a record."""

    def __init__(self, partitie: int, partities: int, model: Model, grens: int = GRENS) -> None:
        super().__init__(partitie, partities, model, vorm(partities).feiten, grens)
        self._vorm, self._partitie = vorm(partities), partitie

    def leer(self, *blokken: Sleutelblok) -> None:
        """Silently, all at once."""
        self.laad(self._gelezen(blokken))

    def zeg(self, blok: Sleutelblok) -> tuple[Stand, ...]:
        """One, and what must be said of it."""
        (een,) = self._gelezen((blok,))
        return self.vervang(een)

    def _gelezen(self, blokken: tuple[Sleutelblok, ...]) -> Blokken:
        waarden = [self._vorm.schrijf((blok,))[0] for blok in blokken]
        records = [
            Record(SLEUTEL, self._partitie, nr, blok.tijd, blok.dossier.encode(), waarde)
            for nr, (blok, waarde) in enumerate(zip(blokken, waarden, strict=True))
        ]
        return self._vorm.lees(self._partitie, records)
