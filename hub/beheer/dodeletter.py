"""One dead letter as an operator may see it, which ones he chooses, and what has been done about them. Pure.

The bytes are a sender's, and may be anything: of them nothing is shown but what is one of our own closed lists, a number, or a moment.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import auto
from typing import Any, Final

from hub.domein.codes import Code
from hub.processors.herstel import DAAD as HERSTEL_DAAD
from hub.processors.herstel import GEWEIGERD, INGENOMEN, object_van, poging_uit
from hub.processors.namen import HERSTEL, SLEUTEL, VRAAG, Weigering
from hub.stream.codec import Codec, CodecFout
from hub.stream.deadletter import ACHTERVOEGSEL, bron_van, is_volledig
from hub.stream.kop import rfc3339, tekst_uit, traceparent_uit
from hub.stream.record import Plek, Record

UUR: Final = 3_600_000
VERWERP_DAAD: Final = "VERWERP"
STAAT: Final = frozenset({"signaal", "sleutelblok", "stand"})
"""Records that say all that is now true of their key: a later one makes an earlier one void."""
_MOMENTEN: Final = ("versie", "tijd", "op", "uiterlijk", "bewaren_tot")
_LIJSTEN: Final = ("soort", "status", "daad", "partitie")
_SYMBOOL: Final = re.compile(r"[A-Z_]{1,40}")
_KOPPEN: Final = {
    "ce_type": re.compile(r"nl\.[a-z0-9.-]{1,80}"),
    "ce_source": re.compile(r"urn:nld:oin:[0-9]{20}:systeem:[a-z0-9-]{1,40}"),
    "ce_time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z"),
}
"""Headers that are shown, where they look as they should."""


class Afhandeling(Code):
    """What has been done about a dead letter."""

    OPEN = auto()
    GEVRAAGD = auto()
    """Handed in, and no worker has said what came of it."""
    INGENOMEN = auto()
    GEWEIGERD = auto()
    """Taken up, and refused again: there is a newer dead letter."""
    VERWORPEN = auto()

    @property
    def afgehandeld(self) -> bool:
        return self not in (Afhandeling.OPEN, Afhandeling.GEVRAAGD)


_UITKOMST: Final = {INGENOMEN: Afhandeling.INGENOMEN, GEWEIGERD: Afhandeling.GEWEIGERD}


@dataclass(slots=True)
class Grootboek:
    """What the audit says of dead letters, by their names in it: the only record of what was done about them."""

    per_letter: dict[str, Afhandeling] = field(default_factory=dict)

    def neem_op(self, record: Record, codec: Codec) -> None:
        """A record of hub.audit.v1; of one dead letter they stand in one partition, in order."""
        if record.value is None or not (record.key or b"").startswith(b"dode_letter:"):
            return
        regel = codec.decodeer(record.value)[1]
        daad = regel["daad"].partition(" ")[0]
        if self.per_letter.get(regel["object"], Afhandeling.OPEN).afgehandeld or daad not in (
            HERSTEL_DAAD,
            VERWERP_DAAD,
        ):
            return
        verworpen = daad == VERWERP_DAAD
        self.per_letter[regel["object"]] = (
            Afhandeling.VERWORPEN if verworpen else _UITKOMST.get(regel["uitkomst"], Afhandeling.GEVRAAGD)
        )

    def van(self, letter: Plek) -> Afhandeling:
        return self.per_letter.get(object_van(letter), Afhandeling.OPEN)


@dataclass(frozen=True, slots=True)
class Keuze:
    """Which dead letters an operator means. What is empty chooses nothing away; moments in ms."""

    topics: frozenset[str] = frozenset()
    """Topics on which they were said."""
    codes: frozenset[str] = frozenset()
    sinds: int | None = None
    tot: int | None = None
    plekken: frozenset[Plek] = frozenset()

    @property
    def alles(self) -> bool:
        return self == Keuze()

    def kiest(self, letter: Record) -> bool:
        return (
            (not self.topics or letter.topic.removesuffix(ACHTERVOEGSEL) in self.topics)
            and (not self.codes or code_van(letter) in self.codes)
            and (self.sinds is None or letter.tijd >= self.sinds)
            and (self.tot is None or letter.tijd < self.tot)
            and (not self.plekken or letter.plek in self.plekken)
        )


def code_van(letter: Record) -> str:
    """Why it was refused; empty where its headers do not tell one of our codes."""
    code = tekst_uit(letter.headers, "hub.error.code")
    return code if code in set(Weigering) else ""


def waarom_niet(letter: Record) -> str | None:
    """Why this dead letter can never be handed in again; None where it can."""
    bron = bron_van(letter)
    if bron is None:
        return "de herkomst staat er niet bij"
    if not is_volledig(letter):
        return "te groot: alleen de maat is bewaard"
    if bron.topic == VRAAG:
        return "een vraag geldt maar een minuut, en is al beantwoord met ONVOLLEDIG"
    if bron.topic == HERSTEL:
        return "dit stond zonder geldige herkomst op hub.herstel.v1"
    return None


def zegt_staat(codec: Codec, record: Record) -> bool:
    """Whether a record says all that is true of its key; one that cannot be read may."""
    if not record.value:
        return record.value is None and record.topic.startswith(SLEUTEL)
    try:
        return codec.naam(record.value) in STAAT
    except CodecFout:
        return True


def achterhaald(
    codec: Codec, letters: Iterable[Record], later: Mapping[tuple[Plek, bytes | None], int]
) -> frozenset[Plek]:
    """Dead letters (by their place) after which their source has spoken again; `later` is the last offset per (partition at 0, key)."""
    uit = set()
    for letter in letters:
        bron = bron_van(letter)
        if bron is not None and zegt_staat(codec, letter):
            laatste = later.get((bron._replace(offset=0), letter.key), -1)
            uit |= {letter.plek} if laatste > bron.offset else set()
    return frozenset(uit)


def regels(letter: Record, wat: Afhandeling, nu: int, codec: Codec, *, met_bytes: bool) -> list[str]:
    """What an operator needs, in lines; the bytes in hex only where he asks for them."""
    bron, poging = bron_van(letter), poging_uit(letter.headers)
    eerste = [
        str(letter.plek),
        f"van {'onbekend' if bron is None else bron}",
        rfc3339(letter.tijd),
        f"{max(nu - letter.tijd, 0) // UUR} uur oud",
        code_van(letter) or "code onbekend",
        f"{len(letter.value or b'')} bytes" if is_volledig(letter) else "alleen de maat bewaard",
        *([f"poging {poging}"] if poging else []),
        *([wat.lower()] if wat is not Afhandeling.OPEN else []),
    ]
    uit = ["  ".join(eerste), "    " + ", ".join([*_inhoud(letter, codec), *_koppen(letter)])]
    if met_bytes:
        uit += [f"    sleutel {(letter.key or b'').hex()}", f"    waarde {(letter.value or b'').hex()}"]
    return uit


def _inhoud(letter: Record, codec: Codec) -> list[str]:
    """The schema, and of the record its own kind, versie and moments: nothing that tells who it is about."""
    try:
        schema, waarde = codec.decodeer(letter.value)
    except CodecFout:
        return ["niet te lezen"]
    uit = [f"schema {schema}"]
    uit += [f"{naam} {waarde[naam]}" for naam in _LIJSTEN if _is_lijst(waarde.get(naam))]
    uit += [f"{naam} {_moment(waarde[naam])}" for naam in _MOMENTEN if type(waarde.get(naam)) is int]
    return uit


def _is_lijst(waarde: Any) -> bool:
    return type(waarde) is int or (isinstance(waarde, str) and _SYMBOOL.fullmatch(waarde) is not None)


def _moment(ms: int) -> str:
    """A sender's moment may lie past every calendar."""
    try:
        return rfc3339(ms)
    except (ValueError, OverflowError, OSError):
        return str(ms)


def _koppen(letter: Record) -> list[str]:
    uit = [f"trace {trace}" for trace in [traceparent_uit(letter.headers)] if trace is not None]
    for naam, vorm in _KOPPEN.items():
        waarde = tekst_uit(letter.headers, naam)
        uit += [f"{naam} {waarde}"] if vorm.fullmatch(waarde) else []
    return uit
