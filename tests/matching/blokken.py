"""Persons made into the blocks that the gate would send to each partition of the index."""

from hub.domein.codes import Rol, Soort, Thema
from hub.domein.identiteit import Dossier, GrondslagId, TafelId, dossier
from hub.domein.signaal import Feiten, Sleutel, Sleutelblok, partitie_van
from hub.matching.codering import encode
from hub.matching.namen import Persoon
from hub.matching.sleutels import Sleutelring, Tijdvak

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
