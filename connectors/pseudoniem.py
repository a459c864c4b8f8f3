"""Where clear text ends: a case number becomes a dossier, a person becomes keyed tokens and encodings. Both ways are one-way."""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from types import MappingProxyType
from typing import Final

from connectors.persoon import NatuurlijkPersoon
from hub.domein.identiteit import Dossier, OrganisatieId, dossier
from hub.domein.signaal import Sleutelbos
from hub.geheim import nieuw_bestand
from hub.matching.codering import INDELING, encode
from hub.matching.frequenties import Frequenties
from hub.matching.namen import LEZING, Alias, Persoon
from hub.matching.sleutels import Sleutelring

_SLEUTEL: Final = re.compile(r"[0-9a-f]{64}")

Reeksen = frozenset[str]
"""Series of keys: key period with its check value, layout of the encodings with how names were read, table of name frequencies."""


class SleutelbestandFout(Exception):
    """The organisation's key file cannot be used. The message says what to do and never holds the key."""


def schrijf_organisatiesleutel(pad: Path) -> None:
    """Writes a new random key, readable by its owner only. Raises FileExistsError: a key is never overwritten."""
    with os.fdopen(nieuw_bestand(pad), "w", encoding="ascii") as bestand:
        bestand.write(secrets.token_hex(32) + "\n")


def lees_organisatiesleutel(pad: Path) -> bytes:
    """The 32-byte key that names this organisation's dossiers. Raises SleutelbestandFout."""
    try:
        with pad.open(encoding="ascii") as bestand:
            rechten = stat.S_IMODE(os.fstat(bestand.fileno()).st_mode)
            tekst = bestand.read(256).strip()
    except OSError as fout:
        raise SleutelbestandFout(f"{pad}: cannot be read ({fout.strerror})") from None
    except UnicodeDecodeError:
        tekst = ""
    if rechten & 0o077:
        raise SleutelbestandFout(f"{pad}: others can read this key file (mode {rechten:04o}): run chmod 600")
    if not _SLEUTEL.fullmatch(tekst):
        raise SleutelbestandFout(
            f"{pad}: expected 64 hexadecimal digits; make it with `connector sleutels organisatie --uit FILE`"
        )
    return bytes.fromhex(tekst)


def reeksen_van(ring: Sleutelring, tabellen: Sequence[Frequenties]) -> Reeksen:
    """Every series of keys that a ring and these tables make: two dossiers can meet only under a series that both have, but for how names
    were read."""
    return frozenset(
        f"{tijdvak.naam}:{tijdvak.controle[:8]}:{INDELING}.{LEZING}:{tabel.hash}"
        for tijdvak in ring.tijdvakken
        for tabel in tabellen
    )


def als_persoon(persoon: NatuurlijkPersoon) -> Persoon:
    """What is compared of a person."""
    return Persoon(
        voornamen=persoon.naam.voornamen,
        geslachtsnaam=persoon.naam.geslachtsnaam,
        voorvoegsel=persoon.naam.voorvoegsel,
        geboortedatum=persoon.geboortedatum,
        geslacht=None if persoon.geslacht == "O" else persoon.geslacht,
        geboorteplaats=persoon.geboorte.plaats,
        bsn=persoon.burgerservicenummer,
        aliassen=tuple(Alias(naam.voornamen, naam.geslachtsnaam) for naam in persoon.andere_namen),
    )


class OnbekendeOrganisatie(Exception):
    """There is no key for the dossiers of this organisation here."""


class Pseudonimiseerder:
    """One organisation's keys. Its repr shows none of them."""

    def __init__(
        self,
        organisatie: OrganisatieId,
        organisatiesleutel: bytes,
        ring: Sleutelring,
        tabellen: Sequence[Frequenties] = (),
        overgenomen: Mapping[OrganisatieId, bytes] = MappingProxyType({}),
    ) -> None:
        """Without `tabellen` the table of name frequencies that ships with this version is used.

        `overgenomen`: the keys of the organisations that went over into this one, by which their dossiers were named.
        """
        self._organisatie = organisatie
        self._sleutel = organisatiesleutel
        self._overgenomen = overgenomen
        self._ring = ring
        self._tabellen = tuple(tabellen) or (Frequenties.standaard(),)
        self.reeksen = reeksen_van(ring, self._tabellen)
        """What every dossier is delivered under now."""

    def dossier(self, zaaknummer: str) -> Dossier:
        """The opaque name of a case: the same after a re-import or a lost store, as long as the key is kept."""
        return _dossier(self._organisatie, self._sleutel, zaaknummer)

    def voorganger(self, zaaknummer: str, organisatie: str | None) -> Dossier:
        """The name of a case as it was then; None: the own organisation. Raises OnbekendeOrganisatie."""
        if organisatie is None or organisatie == self._organisatie:
            return self.dossier(zaaknummer)
        van = OrganisatieId(organisatie)
        if van not in self._overgenomen:
            raise OnbekendeOrganisatie
        return _dossier(van, self._overgenomen[van], zaaknummer)

    def afdruk(self, zaaknummer: str, persoon: NatuurlijkPersoon) -> bytes:
        """What a case says of its person, as 16 bytes: for this organisation alone, and different in each case."""
        deel = json.dumps([zaaknummer, *astuple(als_persoon(persoon))])
        return _prf(self._sleutel, f"persoon|{deel}")

    def controle(self) -> str:
        """Check value of the organisation's key: tells whether a store was made with it, and nothing of the key."""
        return _prf(self._sleutel, "controle").hex()

    def sleutels(self, persoon: NatuurlijkPersoon) -> tuple[Sleutelbos, ...]:
        """All tokens and encodings of a person, one bos per table and key period. The same person gives the same bytes."""
        deel = als_persoon(persoon)
        return tuple(bos for tabel in self._tabellen for bos in encode(deel, self._ring, tabel))


def _dossier(organisatie: OrganisatieId, sleutel: bytes, zaaknummer: str) -> Dossier:
    return dossier(organisatie, _prf(sleutel, f"{organisatie}|{zaaknummer}"))


def _prf(sleutel: bytes, tekst: str) -> bytes:
    return hashlib.blake2b(tekst.encode(), key=sleutel, digest_size=16).digest()
