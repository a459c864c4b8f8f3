"""HTTPS for the API, with client certificates where the settings name who issues them."""

import ssl
import stat
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Tlsinstellingen(BaseModel):
    """Files in PEM."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificaat: Path
    """Of this connector, with its chain."""
    sleutel: Path
    """Its private key, readable by the owner only."""
    client_ca: Path | None = None
    """Whose client certificates are demanded (mutual TLS); None: of nobody."""


def context(tls: Tlsinstellingen) -> ssl.SSLContext:
    """TLS 1.2 or newer. Raises OSError (ssl.SSLError included) or ValueError where a file cannot be used."""
    if stat.S_IMODE(tls.sleutel.stat().st_mode) & 0o077:
        raise ValueError(f"{tls.sleutel}: others can read this key file: run chmod 600")
    uit = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    uit.minimum_version = ssl.TLSVersion.TLSv1_2
    uit.load_cert_chain(tls.certificaat, tls.sleutel)
    if tls.client_ca is not None:
        uit.load_verify_locations(tls.client_ca)
        uit.verify_mode = ssl.CERT_REQUIRED
    return uit
