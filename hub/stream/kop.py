"""Record headers: CloudEvents in Kafka binary mode (NL GOV profile for CloudEvents 1.1) and W3C Trace Context.

No header holds person data: context attributes are visible to every intermediary.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

Headers = list[tuple[str, bytes]]

_TRACEPARENT: Final = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


def rfc3339(ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cloudevent(*, id_: str, bron: str, soort: str, tijd: int, schema: str, traceparent: str) -> Headers:
    """Headers of one event.

    `bron` is `urn:nld:oin:<20 digits>:systeem:<naam>`; `soort` reverse-DNS with a version; `tijd` the moment that the record
    speaks of (ms); `schema` the 16 hex digits of the Avro fingerprint.
    """
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        _altijd("ce_source", bron),
        _altijd("ce_type", soort),
        ("ce_time", rfc3339(tijd).encode()),
        _altijd("ce_dataschema", f"urn:avro:crc64:{schema}"),
        ("content-type", b"application/avro"),
        ("traceparent", traceparent.encode()),
    ]


@lru_cache(256)
def _altijd(naam: str, tekst: str) -> tuple[str, bytes]:
    """A header that many records have: held once."""
    return naam, tekst.encode()


def nieuwe_trace() -> str:
    """A fresh traceparent, at an organisation's own border."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def trace_van(naam: str) -> str:
    """The traceparent of something that has a deterministic name, so that a replay gives the same bytes."""
    merk = hashlib.sha256(naam.encode()).hexdigest()
    return f"00-{merk[:32]}-{merk[32:48]}-01"


def trace_id_van(naam: str) -> str:
    """The trace id in `trace_van`: by it all is joined that was done because of what has this name."""
    return trace_van(naam).split("-")[1]


def tekst_uit(headers: Iterable[tuple[str, bytes | None]], naam: str) -> str:
    """The last header of this name as text; empty where there is none, or it is not ASCII."""
    waarde = dict(headers).get(naam) or b""
    return waarde.decode("ascii") if waarde.isascii() else ""


def traceparent_uit(headers: Iterable[tuple[str, bytes]] | Mapping[str, bytes]) -> str | None:
    """The valid traceparent among record headers, or None: a malformed one is as good as none (W3C Trace Context)."""
    waarde = dict(headers).get("traceparent")
    try:
        tekst = (waarde or b"").decode("ascii")
    except UnicodeDecodeError:
        return None
    return tekst if _TRACEPARENT.fullmatch(tekst) else None
