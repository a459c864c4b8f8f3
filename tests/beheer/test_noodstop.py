"""`hub noodstop` and `hub koppeling terughalen` on a real broker."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from hub.beheer.koppeling import koppeling
from hub.beheer.noodstop import noodstop
from hub.eindcode import Eindcode
from hub.stream.codec import standaard
from tests.beheer.conftest import Opdracht
from tests.keten.harnas import Keten
from tests.keten.signalen import MIDDEN_BRABANT, TWENTE, ZSM, bericht, signaal


def audit(keten: Keten) -> list[dict[str, Any]]:
    """What the operator's side wrote, in order of time."""
    regels = [standaard().decodeer(record.value)[1] for record in keten.lees("hub.audit.v1")]
    return sorted((r for r in regels if r["uitkomst"] == "GEVRAAGD"), key=lambda regel: regel["tijd"])


def daden(keten: Keten) -> list[dict[str, Any]]:
    return [standaard().decodeer(record.value)[1] for record in keten.lees("signaal.beheer.v1")]


def wacht_op(waar: Callable[[], bool]) -> None:
    einde = time.monotonic() + 180
    while not waar():
        assert time.monotonic() < einde
        time.sleep(0.2)


def begin(opdracht: Opdracht, *wat: str) -> str:
    """Begin a noodstop; its id."""
    uit = opdracht(noodstop, "begin", *wat, "--actor", "a.een")
    assert uit.exit_code == 0, uit.output
    assert "Uitgevoerd in 4 van 4 partities." in uit.output
    gevonden = re.search(r"hub noodstop opheffen (\S+) ", uit.output)
    assert gevonden
    return gevonden[1]


def test_a_noodstop_from_beginning_to_end(keten: Keten, opdracht: Opdracht) -> None:
    """One person begins it, everybody sees it, the same person cannot lift it alone, another can; every act is in the audit."""
    keten.start("worker-1")
    assert opdracht(noodstop, "toon").output == "Er geldt geen noodstop.\n"
    id_ = begin(opdracht, "--grondslag", "wgs-vhh")
    getoond = opdracht(noodstop, "toon").output
    assert getoond.startswith(f"{id_}  grondslag:wgs-vhh  sinds 20") and "door a.een, in 4 van 4 partities" in getoond
    eerste = opdracht(noodstop, "opheffen", id_, "--actor", "a.een")
    assert eerste.exit_code == 0 and "een ander moet dezelfde opdracht geven" in eerste.output
    assert "akkoord van a.een, een ander moet nog" in opdracht(noodstop, "toon").output
    weer = opdracht(noodstop, "opheffen", id_, "--actor", "a.een")
    assert weer.exit_code == 1 and "geweigerd" in weer.output
    tweede = opdracht(noodstop, "opheffen", id_, "--actor", "b.twee")
    assert tweede.exit_code == 0 and "Opgeheven." in tweede.output
    assert opdracht(noodstop, "toon").output == "Er geldt geen noodstop.\n"
    assert [(r["daad"], r["actor"], r["object"]) for r in audit(keten)] == [
        ("NOODSTOP", "a.een", "grondslag:wgs-vhh"),
        *[("OPHEFFEN", actor, f"noodstop:{id_}") for actor in ("a.een", "a.een", "b.twee")],
    ]
    sleutels = {record.key for record in keten.lees("signaal.beheer.v1")}
    assert sleutels == {id_.encode()}, "all that concerns a noodstop stays in order"


def test_what_is_held_comes_when_two_have_lifted(keten: Keten, opdracht: Opdracht) -> None:
    """Nothing leaves from or to the stopped tafel, whatever dies meanwhile; others go on; after the lifting it is told after all."""
    (werker,) = keten.start("worker-1")
    id_ = begin(opdracht, "--tafel", TWENTE)
    paren = [signaal(ZSM, 1), signaal(TWENTE, 1), signaal(ZSM, 2), signaal(MIDDEN_BRABANT, 2)]
    keten.zend([bericht(een) for een in paren])
    keten.wacht_stil()
    assert sorted(m["ontvanger"] for m in keten.meldingen().values()) == [MIDDEN_BRABANT, ZSM]
    werker.kill()
    werker.start()
    werker.wacht_gereed()
    keten.zend([bericht(signaal(ZSM, 3)), bericht(signaal(TWENTE, 3))])
    keten.wacht_stil()
    assert opdracht(noodstop, "opheffen", id_, "--actor", "a.een").exit_code == 0
    keten.wacht_stil()
    assert len(keten.meldingen()) == 2
    assert opdracht(noodstop, "opheffen", id_, "--actor", "b.twee").exit_code == 0
    wacht_op(lambda: len(keten.meldingen()) == 6)
    assert sorted(m["ontvanger"] for m in keten.meldingen().values()) == [MIDDEN_BRABANT, *[TWENTE] * 2, *[ZSM] * 3]


def test_what_was_told_is_recalled_from_both(keten: Keten, opdracht: Opdracht) -> None:
    """Both sides hear that it is withdrawn. By one trace an auditor finds the asking, which came first, the act, and what came of it.
    The id of a melding, or of nothing, recalls nothing: the command says so and ends with 1."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    gemeld = keten.meldingen()
    (id_,) = {melding["koppeling"] for melding in gemeld.values()}
    uit = opdracht(koppeling, "terughalen", id_, "--actor", "a.een")
    assert uit.exit_code == 0 and uit.output.startswith(f"Terughalen van {id_}: "), uit.output
    keten.wacht_stil()
    ingetrokken = [m for m in keten.meldingen().values() if m["soort"] == "INGETROKKEN"]
    assert {m["betreft"] for m in ingetrokken} == set(gemeld)
    (record,) = keten.lees("signaal.beheer.v1")
    assert record.key == id_.encode()
    trace = dict(record.headers)["traceparent"].decode().split("-")[1]
    regels = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.audit.v1")]
    assert {regel["trace_id"] for regel in regels} == {trace} and {regel["actor"] for regel in regels} == {"a.een"}
    eerste, *daarna = sorted(regels, key=lambda regel: regel["tijd"])
    assert eerste["uitkomst"] == "GEVRAAGD" and daarna
    for verkeerd in (str(uuid4()), next(iter(gemeld))):
        onbekend = opdracht(koppeling, "terughalen", verkeerd, "--actor", "a.een")
        assert onbekend.exit_code == 1 and "niet gevonden; er is niets teruggehaald" in onbekend.output
        assert "veld koppeling van de melding" in onbekend.output


def test_a_stop_of_nothing_is_refused(keten: Keten, opdracht: Opdracht) -> None:
    """Who mistypes must not believe that something is held: no audit line, no act, and the message says so."""
    for woorden, antwoord in (
        (("--tafel", "vhh-twent"), "er is geen aangesloten tafel vhh-twent; er is niets gestopt"),
        (("--grondslag", "wgs"), "er is geen grondslag wgs; er is niets gestopt. Er zijn: wgs-casus-casus, "),
        ((), "noem of --tafel of --grondslag"),
        (("--tafel", "vhh-twente", "--grondslag", "wgs-vhh"), "noem of --tafel of --grondslag"),
    ):
        uit = opdracht(noodstop, "begin", *woorden, "--actor", "a.een")
        assert uit.exit_code != 0 and antwoord in uit.output
    assert audit(keten) == daden(keten) == []


def test_an_actor_is_an_id_and_never_a_name(opdracht: Opdracht) -> None:
    """Capitals and spaces are refused at the door."""
    uit = opdracht(noodstop, "begin", "--tafel", "vhh-twente", "--actor", "Jan Jansen")
    assert uit.exit_code == 2 and "nooit een naam" in uit.output


def test_without_workers_nothing_is_lost_and_nothing_is_claimed(keten: Keten, opdracht: Opdracht) -> None:
    """The act is written down and handed in; the command says that it is not yet in force, and how to see it."""
    uit = opdracht(noodstop, "begin", "--tafel", "vhh-twente", "--actor", "a.een", "--wacht", "0")
    assert (
        uit.exit_code == Eindcode.ONVOLTOOID
        and "pas in 0 van 4 partities" in uit.output
        and "wordt tegengehouden" not in uit.output
    )
    assert len(audit(keten)) == len(daden(keten)) == 1


def test_what_cannot_be_written_down_is_not_done(keten: Keten, opdracht: Opdracht) -> None:
    """A broker that refuses the audit line stops every act before its effect."""
    keten.stel_in({"max.message.bytes": "10"}, "hub.audit.v1")
    for uit in (
        opdracht(noodstop, "begin", "--tafel", "vhh-twente", "--actor", "a.een"),
        opdracht(noodstop, "opheffen", str(uuid4()), "--actor", "a.een"),
        opdracht(koppeling, "terughalen", str(uuid4()), "--actor", "a.een"),
    ):
        assert uit.exit_code == 1 and "dus er is niets gedaan" in uit.output, uit.output
    assert audit(keten) == daden(keten) == []
