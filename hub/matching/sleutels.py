"""The ring of secret keys that makes tokens and salts of a person's composite keys. Exists only at the connector."""

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hub.geheim import nieuw_bestand

_TIJDVAK: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


class SleutelFout(Exception):
    """The key file cannot be used: not private, not whole, or its key is not the one that its check value belongs to."""


@dataclass(frozen=True, repr=False)
class Tijdvak:
    """One key period: its name and its root key of 32 bytes. Every purpose has its own key, derived from the root."""

    naam: str
    wortel: bytes

    def __post_init__(self) -> None:
        if not _TIJDVAK.fullmatch(self.naam):
            raise SleutelFout("tijdvak: give 1 to 32 letters, digits, dots, hyphens or underscores")
        if len(self.wortel) != 32:
            raise SleutelFout(f"key period {self.naam}: the root key must have 32 bytes (64 hexadecimal digits)")

    def __repr__(self) -> str:
        return f"Tijdvak({self.naam!r}, ...)"

    def _afgeleid(self, doel: str) -> bytes:
        return hashlib.blake2b(
            f"{doel}|{self.naam}".encode(), key=self.wortel, digest_size=32, person=b"uitwisselhub"
        ).digest()

    @cached_property
    def token(self) -> bytes:
        return self._afgeleid("token")

    @cached_property
    def zout(self) -> bytes:
        return self._afgeleid("zout")

    @cached_property
    def controle(self) -> str:
        """Check value of the root key, 32 hexadecimal digits: public, so that organisations can compare their keys by it."""
        return self._afgeleid("controle").hex()[:32]


@dataclass(frozen=True, repr=False)
class Sleutelring:
    """The key periods that are written now: one, or two while keys are being changed; the newest is the last."""

    tijdvakken: tuple[Tijdvak, ...]

    def __post_init__(self) -> None:
        namen = [tijdvak.naam for tijdvak in self.tijdvakken]
        if not 1 <= len(namen) <= 2 or len(set(namen)) != len(namen):
            raise SleutelFout("a key ring has one key period, or two of different names while keys are changed")

    def __repr__(self) -> str:
        return f"Sleutelring({', '.join(tijdvak.naam for tijdvak in self.tijdvakken)})"

    @classmethod
    def nieuw(cls, tijdvak: str) -> "Sleutelring":
        """A ring with one new random root key."""
        return cls((Tijdvak(tijdvak, secrets.token_bytes(32)),))

    @property
    def nieuwste(self) -> Tijdvak:
        return self.tijdvakken[-1]

    def met(self, tijdvak: str) -> "Sleutelring":
        """The same ring with a new random root key beside its own. Raises SleutelFout where two are written already."""
        if len(self.tijdvakken) > 1:
            raise SleutelFout(
                "this ring has two key periods already: drop the old one first (`connector sleutels oud-weg`)"
            )
        return Sleutelring((*self.tijdvakken, Tijdvak(tijdvak, secrets.token_bytes(32))))

    def zonder_oud(self) -> "Sleutelring":
        """The newest key period alone."""
        return Sleutelring((self.nieuwste,))

    def schrijf(self, pad: Path) -> None:
        """Writes the key file, readable by its owner only. Raises FileExistsError: a key is never overwritten."""
        inhoud = {
            "tijdvakken": [
                {"tijdvak": tijdvak.naam, "sleutel": tijdvak.wortel.hex(), "controle": tijdvak.controle}
                for tijdvak in self.tijdvakken
            ]
        }
        with os.fdopen(nieuw_bestand(pad), "w", encoding="utf-8") as bestand:
            json.dump(inhoud, bestand, indent=2)
            bestand.write("\n")
            bestand.flush()
            os.fsync(bestand.fileno())

    def vervang(self, pad: Path) -> None:
        """Puts this ring in the place of the key file at `pad`, whole or not at all: the one way to lose a key, and on purpose."""
        naast = pad.with_name(pad.name + ".nieuw")
        self.schrijf(naast)
        naast.replace(pad)

    @classmethod
    def lees(cls, pad: Path) -> "Sleutelring":
        """Raises SleutelFout, saying what to do; OSError where the file cannot be read."""
        with pad.open("rb") as bestand:
            rechten = stat.S_IMODE(os.fstat(bestand.fileno()).st_mode)
            if rechten & 0o077:
                raise SleutelFout(f"{pad}: others may use this key file (mode {rechten:04o}): run chmod 600 {pad}")
            inhoud = bestand.read()
        try:
            return cls(tuple(_tijdvak(deel) for deel in json.loads(inhoud)["tijdvakken"]))
        except SleutelFout as fout:
            raise SleutelFout(f"{pad}: {fout}") from None
        except (KeyError, TypeError, ValueError):  # its cause could quote the key
            raise SleutelFout(f"{pad}: not a key file: expected tijdvakken with tijdvak, sleutel, controle") from None


def _tijdvak(deel: Mapping[str, Any]) -> Tijdvak:
    tijdvak = Tijdvak(deel["tijdvak"], bytes.fromhex(deel["sleutel"]))
    if not hmac.compare_digest(tijdvak.controle, deel["controle"]):
        raise SleutelFout(
            f"key period {tijdvak.naam}: this key does not belong to its check value; restore the key file"
        )
    return tijdvak
