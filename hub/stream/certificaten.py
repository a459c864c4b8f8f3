"""Certificates of a broker of one's own: a certificate authority, and the certificate that the broker shows.

Kafka reads PEM: `broker.pem` holds the private key and the chain, `ca.pem` whom to trust. Whoever has a certificate authority
(PKIoverheid, the cluster's own) uses that instead.
"""

import datetime as dt
import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.geheim import GeheimFout, nieuw_bestand, schrijf_geheim

CA: Final = "ca.pem"
CA_SLEUTEL: Final = "ca.sleutel"
BROKER: Final = "broker.pem"
BROKERNAAM: Final = "hub-broker"
"""Common name of the broker's certificate: who shows it to controller or broker is a broker."""
CA_DAGEN: Final = 3650
GELDIG_DAGEN: Final = 397
"""What browsers and auditors accept at most."""
_HOSTNAAM: Final = re.compile(r"(?=.{1,253}$)(\*\.)?[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*", re.ASCII)
_SPELING: Final = dt.timedelta(minutes=5)
"""Clocks differ."""
_VERDER_NIETS: Final = dict.fromkeys(
    ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
    False,
)


def maak_ca(map_: Path, nu: dt.datetime) -> None:
    """A new certificate authority in `map_`; one that is there stays. Raises OSError, and GeheimFout where half of one is there: its
    other half is kept elsewhere, and a new one would be trusted by nobody."""
    certificaat_er, sleutel_er = (map_ / CA).exists(), (map_ / CA_SLEUTEL).exists()
    if certificaat_er and sleutel_er:
        return
    if certificaat_er:
        raise GeheimFout(
            f"{map_ / CA_SLEUTEL} is not there, and who is named in {CA} cannot sign without it: put it back from where it is kept"
        )
    if sleutel_er:
        raise GeheimFout(
            f"{map_ / CA} is not there, and its key {CA_SLEUTEL} is: put it back (every process has a copy), or remove {CA_SLEUTEL} too"
            " if no process ever got it"
        )
    sleutel = ec.generate_private_key(ec.SECP256R1())
    naam = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "uitwisselhub CA")])
    kort = _begin(naam, naam, sleutel.public_key(), nu, CA_DAGEN)
    kort = kort.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **_VERDER_NIETS), critical=True
    )
    certificaat = kort.sign(sleutel, hashes.SHA256())
    schrijf_geheim(map_ / CA_SLEUTEL, _sleutel_pem(sleutel))
    _schrijf_openbaar(map_ / CA, _pem(certificaat))


def geef_uit(map_: Path, namen: Sequence[str], nu: dt.datetime, dagen: int = GELDIG_DAGEN) -> None:
    """A new certificate for the broker that clients reach under `namen` (host names, addresses); replaces the one before.

    Raises OSError, and ValueError when the authority's files are no authority.
    """
    ca = x509.load_pem_x509_certificate((map_ / CA).read_bytes())
    ca_sleutel = serialization.load_pem_private_key((map_ / CA_SLEUTEL).read_bytes(), password=None)
    assert isinstance(ca_sleutel, ec.EllipticCurvePrivateKey)
    sleutel = ec.generate_private_key(ec.SECP256R1())
    naam = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, BROKERNAAM)])
    certificaat = (
        _begin(naam, ca.subject, sleutel.public_key(), nu, dagen)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **_VERDER_NIETS), critical=True
        )
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName([brokernaam(een) for een in namen]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_sleutel.public_key()), critical=False)
        .sign(ca_sleutel, hashes.SHA256())
    )
    schrijf_geheim(map_ / BROKER, _sleutel_pem(sleutel) + _pem(certificaat) + _pem(ca))


def _begin(
    naam: x509.Name, uitgever: x509.Name, sleutel: ec.EllipticCurvePublicKey, nu: dt.datetime, dagen: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(naam)
        .issuer_name(uitgever)
        .public_key(sleutel)
        .serial_number(x509.random_serial_number())
        .not_valid_before(nu - _SPELING)
        .not_valid_after(nu + dt.timedelta(days=dagen))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(sleutel), critical=False)
    )


def brokernaam(tekst: str) -> x509.GeneralName:
    """A host name or address as a certificate has it. Raises ValueError."""
    try:
        return x509.IPAddress(ipaddress.ip_address(tekst))
    except ValueError:
        if not _HOSTNAAM.fullmatch(tekst):
            raise ValueError(f"{tekst!r} is no host name or address of a broker") from None
        return x509.DNSName(tekst)


def _sleutel_pem(sleutel: ec.EllipticCurvePrivateKey) -> str:
    return sleutel.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _pem(certificaat: x509.Certificate) -> str:
    return certificaat.public_bytes(serialization.Encoding.PEM).decode()


def _schrijf_openbaar(pad: Path, tekst: str) -> None:
    with os.fdopen(nieuw_bestand(pad, 0o644), "w", encoding="ascii") as bestand:
        bestand.write(tekst)
