"""Secrets live in files that only their owner can read, one secret per file. Settings name the file, never the secret."""

import os
import secrets
import stat
from pathlib import Path

_LANGSTE = 1024


class GeheimFout(Exception):
    """A secret cannot be read or must not be used; the message names the file and never what is in it."""


def lees_geheim(pad: Path) -> str:
    """The secret in a file, without the white space around it. Raises GeheimFout."""
    try:
        with pad.open(encoding="utf-8") as bestand:
            rechten = stat.S_IMODE(os.fstat(bestand.fileno()).st_mode)
            tekst = bestand.read(_LANGSTE).strip()
    except OSError as fout:
        raise GeheimFout(f"{pad}: cannot be read ({fout.strerror})") from None
    except UnicodeDecodeError:
        raise GeheimFout(f"{pad}: is not text") from None
    if rechten & 0o077:
        raise GeheimFout(f"{pad}: others can read this secret (mode {rechten:04o}): run chmod 600 {pad}")
    if not tekst:
        raise GeheimFout(f"{pad}: is empty")
    return tekst


def nieuw_bestand(pad: Path, rechten: int = 0o600) -> int:
    """A file that was not there, open for writing; for its owner alone where no `rechten` are given. Raises OSError, FileExistsError where
    it was."""
    return os.open(pad, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rechten)


def schrijf_geheim(pad: Path, tekst: str) -> None:
    """Write a secret, whole or not at all, for the owner alone; what was in the file is replaced. Raises OSError."""
    nieuw = pad.with_name(f".{pad.name}.{secrets.token_hex(4)}")
    with os.fdopen(nieuw_bestand(nieuw), "w", encoding="utf-8") as bestand:
        bestand.write(f"{tekst}\n")
        bestand.flush()
        os.fsync(bestand.fileno())
    nieuw.replace(pad)


def nieuw_geheim() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)
