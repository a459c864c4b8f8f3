"""A dead letter that an operator hands in again (`hub.herstel.v1`): where it comes from, who does it, and whether it may come in now.

It comes in through the gate and as what it was: its own topic says who speaks, its own partition where it belongs. What stood on a signaal
topic is taken in as a signaal is; what the hub itself had written goes back to its room, if it still may be said. The moment is that
of the handing in: nothing past its term comes to life again. Refused again it is a dead letter again, on the same topic (docs/adr/0019).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, NoReturn
from uuid import UUID

from pydantic import Field, TypeAdapter

from hub.domein.gebeurtenis import Actor, Antwoord, Triage
from hub.domein.koppeling import Kant, Stand
from hub.domein.signaal import Moment, Sleutelblok
from hub.domein.vorm import sleutelblok_uit
from hub.processors.gebeurtenissen import GEBEURTENISSEN, Wat, gebeurtenis_uit
from hub.processors.kamers import geldig, open_record, per_record
from hub.processors.namen import AUDIT, GEBEURTENIS, SLEUTEL, Geweigerd, Weigering
from hub.stream.codec import Codec
from hub.stream.deadletter import ACHTERVOEGSEL, HERSTELKOP
from hub.stream.kop import tekst_uit, trace_id_van
from hub.stream.record import Headers, Plek, Record, Stap, Uitvoer
from hub.verantwoording.records import audit

DAAD: Final = "HERSTEL"
INGENOMEN: Final = "INGENOMEN"
GEWEIGERD: Final = "GEWEIGERD"
"""What came of it, in the audit line of the gate."""
POGINGEN: Final = 100_000
"""No count of ours reaches this: whoever writes more is not us."""
_VELDEN: Final = ("handeling", "actor", "reden", "dlq", "bron", "poging")

Inname = Callable[[Stap, Record], str]


@dataclass(frozen=True, slots=True)
class Herkomst:
    """Who hands which dead letter in again."""

    handeling: UUID
    actor: Actor
    reden: Annotated[str, Field(pattern=r"^[A-Z_]{1,40}$")]
    dlq: Plek
    """The dead letter."""
    bron: Plek
    """The record that it is."""
    poging: Annotated[int, Field(ge=1, lt=POGINGEN)]
    """How many times it is handed in, this time included."""

    def __post_init__(self) -> None:
        if (self.bron.topic + ACHTERVOEGSEL, self.bron.partitie) != (self.dlq.topic, self.dlq.partitie):
            raise ValueError("not the dead letter of that record")

    @property
    def object(self) -> str:
        """As the audit names it."""
        return object_van(self.dlq)

    def koppen(self) -> Headers:
        """The headers that say all this."""
        return tuple((HERSTELKOP + naam, str(getattr(self, naam)).encode()) for naam in _VELDEN)


_HERKOMST: Final = TypeAdapter(Herkomst)


def object_van(letter: Plek) -> str:
    """A dead letter as the audit names it."""
    return f"dode_letter:{letter}"


def herkomst_uit(headers: Headers) -> Herkomst:
    """Raises ValueError (pydantic's too)."""
    velden: dict[str, Any] = {naam: tekst_uit(headers, HERSTELKOP + naam) for naam in _VELDEN}
    return _HERKOMST.validate_python(velden | {naam: Plek.van(velden[naam]) for naam in ("dlq", "bron")})


def poging_uit(headers: Headers) -> int:
    """How many times a dead letter was handed in; 0: never."""
    tekst = tekst_uit(headers, f"{HERSTELKOP}poging")
    return int(tekst) if tekst.isdecimal() and len(tekst) < len(str(POGINGEN)) else 0


class Herstel:
    """The part of the gate that takes dead letters."""

    def __init__(self, codec: Codec, kamer: str, zegt: Iterable[str], neem_in: Inname) -> None:
        """`zegt`: topics of which a record is taken in by `neem_in`, as if it had just been said there."""
        self.codec, self.kamer, self.zegt, self._neem_in = codec, kamer, frozenset(zegt), neem_in
        self._terug = {SLEUTEL: self._blok, GEBEURTENIS: self._gebeurtenis}

    def verwerk(self, stap: Stap, record: Record) -> None:
        """Take one dead letter in, or refuse it."""
        try:
            herkomst = herkomst_uit(record.headers)
        except ValueError:
            per_record(self.kamer, stap, (record,), _onbekend)
            return
        zelf = record
        if herkomst.bron.partitie == record.partitie and (
            herkomst.bron.topic in self.zegt or herkomst.bron.topic in self._terug
        ):
            zelf = record._replace(topic=herkomst.bron.topic, offset=herkomst.bron.offset)
        per_record(self.kamer, stap, (zelf,), partial(self._een, stap, herkomst))

    def _een(self, stap: Stap, herkomst: Herkomst, record: Record) -> str:
        try:
            if record.topic in self.zegt:
                gedaan = self._neem_in(stap, record)
            else:
                self._terug.get(record.topic, _onbekend)(record)
                stap.uit.append(Uitvoer(record.topic, record.key, record.value, record.headers, record.partitie))
                gedaan = "teruggegeven"
        except Exception:
            stap.bewijs.append(self._audit(herkomst, record.tijd, GEWEIGERD))
            raise
        stap.bewijs.append(self._audit(herkomst, record.tijd, INGENOMEN))
        return gedaan

    def _blok(self, record: Record) -> None:
        """A block that the index can read: one that it cannot would stop it (docs/adr/0006). Raises Geweigerd."""
        if record.value is None and record.key:
            return  # a tombstone: whether the term has ended the index sees for itself
        _, waarde = open_record(self.codec, record, {"sleutelblok"})
        blok: Sleutelblok = geldig(sleutelblok_uit, waarde)
        if record.key != blok.dossier.encode():
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        if blok.tokens and blok.bewaren_tot <= record.tijd:
            raise Geweigerd(Weigering.BEWAARTERMIJN_VOORBIJ)

    def _gebeurtenis(self, record: Record) -> None:
        """Something that may still be said of a koppeling. Raises Geweigerd."""
        schema, waarde = open_record(self.codec, record, GEBEURTENISSEN)
        sleutel, wat = geldig(partial(gebeurtenis_uit, schema), waarde)
        if record.key != sleutel:
            raise Geweigerd(Weigering.ANDERE_SLEUTEL)
        if isinstance(wat, Antwoord) and wat.uiterlijk <= record.tijd:
            raise Geweigerd(Weigering.BUITEN_TERMIJN)
        if any(kant.bewaren_tot <= record.tijd for kant in _over_wie(wat)):
            raise Geweigerd(Weigering.BEWAARTERMIJN_VOORBIJ)

    def _audit(self, herkomst: Herkomst, tijd: Moment, uitkomst: str) -> Uitvoer:
        regel = audit(
            handeling=herkomst.handeling,
            trace_id=trace_id_van(str(herkomst.handeling)),
            tijd=tijd,
            actor=herkomst.actor,
            daad=f"{DAAD} {herkomst.reden}",
            object_=herkomst.object,
            uitkomst=uitkomst,
        )
        return Uitvoer(AUDIT, herkomst.object.encode(), self.codec.codeer("audit", regel))


def _onbekend(_: Record) -> NoReturn:
    raise Geweigerd(Weigering.ONBEKENDE_HERKOMST)


def _over_wie(wat: Wat) -> tuple[Kant, ...]:
    """The dossiers that an event would bring to life; a casus of a triage that is past its term is dropped by the clock at once."""
    match wat:
        case Stand():
            return (wat.links, wat.rechts)
        case Triage():
            return (wat.verdachte,)
    return ()
