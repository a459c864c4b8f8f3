"""Tokens for those who have no authorization server: a key pair of their own, and short-lived tokens signed with it.

For trials and for one machine. An organisation with an authorization server uses that, and never has this private key.
"""

import json
import os
import secrets
import time
from pathlib import Path

import click
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from connectors.toegang import Recht
from hub.geheim import nieuw_bestand


@click.group()
def toegang() -> None:
    """Maakt toegangsbewijzen voor wie geen eigen uitgever (OAuth-server) heeft."""


@toegang.command()
@click.option(
    "--uit",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Nieuw bestand met de geheime sleutel, alleen leesbaar voor de eigenaar.",
)
@click.option(
    "--openbaar",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Nieuw bestand met de openbare sleutel, voor sleutels_bestand onder [toegang].",
)
def sleutel(uit: Path, openbaar: Path) -> None:
    """Een nieuw sleutelpaar waarmee toegangsbewijzen worden getekend."""
    paar = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "alg": "ES256", "use": "sig"})
    try:
        _schrijf(uit, paar.as_dict(private=True), 0o600)
        _schrijf(openbaar, {"keys": [paar.as_dict(private=False)]}, 0o644)
    except OSError as fout:
        raise click.ClickException(f"{fout.filename}: {fout.strerror}") from None


@toegang.command()
@click.option(
    "--sleutel",
    "sleutel_",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Bestand met de geheime sleutel.",
)
@click.option("--uitgever", required=True, help="Zoals onder [toegang].")
@click.option("--publiek", required=True, help="Zoals onder [toegang].")
@click.option("--client", required=True, help="Naam van het systeem dat het toegangsbewijs gebruikt.")
@click.option(
    "--recht", "rechten", multiple=True, required=True, type=click.Choice([str(r) for r in Recht]), help="Een of meer."
)
@click.option("--minuten", type=click.IntRange(1, 24 * 60), default=60, show_default=True, help="Hoe lang het geldt.")
def bewijs(sleutel_: Path, uitgever: str, publiek: str, client: str, rechten: tuple[str, ...], minuten: int) -> None:
    """Een toegangsbewijs, voor achter `Authorization: Bearer`."""
    try:
        paar = ECKey.import_key(json.loads(sleutel_.read_bytes()))
        click.echo(teken(paar, uitgever, publiek, client, rechten, int(time.time()), minuten * 60))
    except (JoseError, ValueError, TypeError, KeyError) as fout:
        raise click.ClickException(
            f"{sleutel_}: geen sleutel van `connector toegang sleutel` ({type(fout).__name__})"
        ) from None
    except OSError as fout:
        raise click.ClickException(f"{sleutel_}: {fout.strerror}") from None


def teken(paar: ECKey, uitgever: str, publiek: str, client: str, rechten: tuple[str, ...], nu: int, geldig: int) -> str:
    """A signed access token (RFC 9068); `nu` and `geldig` in seconds."""
    claims = {
        "iss": uitgever,
        "aud": publiek,
        "sub": client,
        "client_id": client,
        "scope": " ".join(rechten),
        "iat": nu,
        "exp": nu + geldig,
        "jti": secrets.token_hex(16),
    }
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": paar.kid}, claims, paar)


def _schrijf(pad: Path, waarde: object, rechten: int) -> None:
    """A key is never overwritten. Raises FileExistsError."""
    with os.fdopen(nieuw_bestand(pad, rechten), "w", encoding="utf-8") as bestand:
        json.dump(waarde, bestand, indent=1)
        bestand.write("\n")
