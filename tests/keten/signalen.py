"""Signalen of invented persons, straight in their Avro form: what connectors would send, without the connectors."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache

from hub.domein.codes import Belang, Doel, Fase, Rol, Soort, Status, Thema, Vervolgingsbeslissing, Vrijgaverol
from hub.domein.identiteit import Dossier, GrondslagId, TafelId, dossier
from hub.domein.signaal import Feiten, Signaal, Sleutelbos
from hub.domein.vorm import signaal_naar
from hub.matching.codering import encode
from hub.matching.namen import Persoon
from hub.matching.sleutels import Sleutelring, Tijdvak
from hub.stream.codec import standaard
from hub.stream.kop import cloudevent, trace_van

ZSM, TWENTE, MIDDEN_BRABANT = TafelId("zsm-oost-nederland"), TafelId("vhh-twente"), TafelId("vhh-midden-brabant")
TAFELS = (ZSM, TWENTE, MIDDEN_BRABANT)
ORGANISATIE = {ZSM: "om-oost-nederland", TWENTE: "vhh-twente", MIDDEN_BRABANT: "vhh-midden-brabant"}
BEGIN = 1_790_000_000_000
"""Versie of the first signalen, and release moments: ms, in 2026."""
BEWAREN_TOT = 1_990_000_000_000

VRIJ = {
    Soort.VERDACHTE: Feiten(
        Rol.VERDACHTE,
        Thema.GEWELD,
        GrondslagId("wjsg-39f-zsm-vhh"),
        leeftijd=34,
        vervolgingsbeslissing=Vervolgingsbeslissing.VERVOLGEN,
        spoedeisend=True,
        belang=Belang.VEILIGHEID_PERSOON,
        vrijgave=Vrijgaverol.OFFICIER_VAN_JUSTITIE,
        vrijgave_moment=BEGIN - 3_600_000,
    ),
    Soort.CASUS: Feiten(
        Rol.CASUSPERSOON,
        Thema.GEWELD,
        GrondslagId("wgs-vhh"),
        leeftijd=34,
        fase=Fase.ACTIEF,
        fase_sinds=BEGIN - 86_400_000,
        advies_beschikbaar=True,
        doelen=(Doel.PERSOONSGERICHTE_AANPAK,),
        vrijgave=Vrijgaverol.PROCESREGISSEUR,
        vrijgave_moment=BEGIN - 3_600_000,
    ),
}
"""Facts with which the filter lets both directions through."""


RING = Sleutelring((Tijdvak("2026a", hashlib.sha256(b"uitwisselhub proeven").digest()),))
"""Always the same key: the tokens, and with them the partitions, of a run are those of the next."""


@cache
def sleutels(nummer: int, *, bsn: bool = True) -> tuple[Sleutelbos, ...]:
    """Keys of the `nummer`-th invented person; without the number a pair is never certain."""
    persoon = persoon_van(nummer)
    return encode(persoon if bsn else replace(persoon, bsn=None), RING)


def persoon_van(nummer: int) -> Persoon:
    """The `nummer`-th invented person: unlike all others, with a number that fails the eleven-test."""
    zaad = hashlib.sha256(str(nummer).encode()).digest()
    return Persoon(
        voornamen=_woord(zaad[0:8]),
        geslachtsnaam=_woord(zaad[8:16]),
        geboortedatum=f"{1950 + zaad[16] % 50}{1 + zaad[17] % 12:02d}{1 + zaad[18] % 28:02d}",
        geslacht="MV"[nummer % 2],  # type: ignore[arg-type]
        geboorteplaats=_woord(zaad[19:27]),
        bsn=_gezakt(100_000_000 + nummer),
    )


def _woord(zaad: bytes) -> str:
    """Four syllables."""
    return "".join(
        "bdfgklmnprstvz"[a % 14] + "aeiou"[b % 5] for a, b in zip(zaad[::2], zaad[1::2], strict=True)
    ).title()


def _gezakt(nummer: int) -> str:
    """The number itself or its neighbour: one of them fails the eleven-test."""
    for kandidaat in (f"{nummer * 2:09d}"[-9:], f"{nummer * 2 + 1:09d}"[-9:]):
        som = sum(int(c) * w for c, w in zip(kandidaat, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
        if som % 11:
            return kandidaat
    raise AssertionError


def dossier_van(tafel: TafelId, zaak: str) -> Dossier:
    organisatie = ORGANISATIE[tafel]
    return dossier(organisatie, hashlib.blake2b(f"{organisatie}|{zaak}".encode(), digest_size=16).digest())


def signaal(tafel: TafelId, nummer: int, *, zaak: str | None = None, versie: int = BEGIN, **feiten: object) -> Signaal:
    """The person `nummer` in a case of a tafel; `feiten` replace those of VRIJ."""
    soort = Soort.VERDACHTE if tafel == ZSM else Soort.CASUS
    return Signaal(
        soort=soort,
        dossier=dossier_van(tafel, zaak or f"zaak-{nummer}"),
        versie=versie,
        status=Status.ACTIEF,
        tafel=tafel,
        feiten=replace(VRIJ[soort], **feiten),  # type: ignore[arg-type]
        bewaren_tot=BEWAREN_TOT,
        sleutels=sleutels(nummer),
    )


def vervallen(van: Signaal, versie: int) -> Signaal:
    return replace(van, status=Status.VERVALLEN, versie=versie, sleutels=())


@dataclass(frozen=True, slots=True)
class Bericht:
    """A record ready to be produced."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def bericht(van: Signaal) -> Bericht:
    codec = standaard()
    headers = cloudevent(
        id_=f"{van.dossier}|{van.versie}",
        bron="urn:nld:oin:00000099000000000101:systeem:proef",
        soort="nl.uitwisselhub.signaal.v1",
        tijd=van.versie,
        schema=codec.schema("signaal").vingerafdruk.hex(),
        traceparent=trace_van(f"{van.dossier}|{van.versie}"),
    )
    return Bericht(f"signaal.{van.tafel}.v1", van.dossier.encode(), codec.codeer("signaal", signaal_naar(van)), headers)


def een_op_vijf(aantal: int) -> list[Signaal]:
    """`aantal` signalen of which one in five meets its counterpart: verdachten, and casussen at two Veiligheidshuizen."""
    uit: list[Signaal] = []
    for nummer in range(aantal * 9 // 10):
        tafel = (ZSM, ZSM, TWENTE, ZSM, MIDDEN_BRABANT)[nummer % 5]
        uit.append(signaal(tafel, nummer))
        if nummer % 9 == 0:
            uit.append(signaal(TWENTE if tafel == ZSM else ZSM, nummer))
    return uit[:aantal]
