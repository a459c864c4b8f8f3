"""What an operator is told of an act: what the workers said of it first."""

from uuid import UUID

from hub.beheer.bevestiging import Bevestiging
from hub.beheer.post import GEVRAAGD
from hub.opvolging.noodstop import Noodstopuitkomst
from hub.processors.namen import AUDIT, KOPPELING
from hub.stream.codec import standaard
from hub.stream.kop import trace_id_van
from hub.stream.record import Record
from hub.verantwoording.records import audit

DAAD, SLEUTEL = UUID(int=1), UUID(int=2)


def regel(uitkomst: str, daad: UUID = DAAD) -> Record:
    waarde = audit(
        handeling=daad,
        trace_id=trace_id_van(str(daad)),
        tijd=1,
        actor="a.een",
        daad="OPHEFFEN",
        object_=f"noodstop:{SLEUTEL}",
        uitkomst=uitkomst,
    )
    return Record(AUDIT, 0, 0, 1, b"k", standaard().codeer("audit", waarde))


def test_an_act_that_is_applied_once_more_after_a_crash_was_not_refused() -> None:
    """What lifted a noodstop finds none when it comes again; whoever asked hears that it is lifted, in every partition that has it."""
    gezien = Bevestiging(DAAD, SLEUTEL)
    for record in (
        regel(GEVRAAGD),
        regel(Noodstopuitkomst.GEWEIGERD, UUID(int=3)),
        regel(Noodstopuitkomst.OPGEHEVEN),
        Record(KOPPELING, 3, 0, 1, str(SLEUTEL).encode(), None),
        regel(Noodstopuitkomst.GEWEIGERD),
    ):
        gezien.neem_op(record, standaard())
    assert gezien.uitkomst == Noodstopuitkomst.OPGEHEVEN and gezien.partities == {3}
