"""`hub dlq` on a real broker: what is refused is seen, handed in again with one effect, or discarded."""

import asyncio
import time
from typing import Any

from aiokafka import TopicPartition

from hub.beheer.dlq import dlq
from hub.domein.signaal import Signaal
from hub.eindcode import Eindcode
from hub.processors.namen import GEBEURTENIS, HERSTEL
from hub.stream.codec import standaard
from hub.stream.deadletter import dode_letter
from hub.stream.record import Record
from hub.stream.topics import partities
from hub.stream.wachtend import vraag
from tests.beheer.conftest import Opdracht
from tests.keten.harnas import Gelezen, Keten, murmur2_partitie
from tests.keten.signalen import BEGIN, TWENTE, ZSM, bericht, signaal, vervallen

TOPIC = f"signaal.{ZSM}.v1"
DLQ = f"{TOPIC}.dlq"
KANARIE = b"KANARIEVOGEL"
HERSTELLEN = ("herstel", "--reden", "OORZAAK_VERHOLPEN", "--actor", "a.een")


def audit(keten: Keten) -> list[tuple[str, str, str]]:
    """Who did what to a dead letter and what came of it; a line that was written again is the same line."""
    regels = [standaard().decodeer(record.value)[1] for record in keten.lees("hub.audit.v1")]
    eens = {regel["id"]: regel for regel in reversed(regels) if "dode_letter" in regel["object"]}
    return [(regel["actor"], regel["daad"], regel["uitkomst"]) for regel in reversed(eens.values())]


def leg_dood(keten: Keten, van: Signaal, *, offset: int = 0) -> str:
    """What a worker with a bug leaves behind of a good signaal; the place of the dead letter."""
    los = bericht(van)
    partitie = murmur2_partitie(los.key, partities())
    record = Record(TOPIC, partitie, offset, BEGIN, los.key, los.value, tuple(los.headers))
    dood = dode_letter(record, code="intern", kamer="inname", fout="ZeroDivisionError")
    plek = keten.einden(DLQ)[partitie]
    keten.zend_naar(DLQ, Gelezen(partitie, -1, dood.key, dood.value, dood.headers))
    return f"{DLQ}/{partitie}/{plek}"


def over(keten: Keten, topic: str) -> int:
    return sum(keten.einden(topic).values()) - sum(keten.begin(topic).values())


def wachtend(keten: Keten) -> list[Any]:
    tps = {TopicPartition(keten.prefix + DLQ, p): DLQ for p in range(partities())}
    return asyncio.run(vraag(keten.verbinding, tps))


def test_a_dead_letter_is_seen_restored_and_gone(keten: Keten, opdracht: Opdracht) -> None:
    """A worker counts it without reading it; it comes in by its own road, has its effect once however often it comes, and is deleted."""
    plek = leg_dood(keten, signaal(ZSM, 1))
    assert [(topic, aantal) for topic, aantal, _ in wachtend(keten)] == [(TOPIC, 1)]
    (werker,) = keten.start("worker-1")
    keten.zend([bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert not keten.meldingen()
    einde = time.monotonic() + 30
    while 'hub_dode_letters_wachtend{topic_soort="signaal"} 1.0' not in werker.vraag("/metrics")[1]:
        assert time.monotonic() < einde
        time.sleep(0.2)
    getoond = opdracht(dlq, "toon", "--code", "intern")
    assert getoond.exit_code == 0 and getoond.output.startswith(f"{plek}  van {TOPIC}/"), getoond.output
    assert "0 uur oud  intern" in getoond.output and "1 open, de oudste 0 uur oud." in getoond.output
    uit = opdracht(dlq, *HERSTELLEN, "--code", "intern")
    assert uit.exit_code == 0 and "Opnieuw ingeleverd: 1. Ingenomen: 1." in uit.output, uit.output
    keten.wacht_stil()
    assert {m["ontvanger"] for m in keten.meldingen().values()} == {ZSM, TWENTE}
    assert opdracht(dlq, "toon").output == "Er wacht geen dode letter.\n"
    assert over(keten, DLQ) == 0 and wachtend(keten) == []
    assert audit(keten) == [("a.een", "HERSTEL OORZAAK_VERHOLPEN", wat) for wat in ("GEVRAAGD", "INGENOMEN")]
    nog_eens = opdracht(dlq, *HERSTELLEN, "--code", "intern")
    assert nog_eens.exit_code == 1 and "er is geen open dode letter" in nog_eens.output
    (ingeleverd,) = keten.lees(HERSTEL)
    gemeld = keten.meldingen()
    for _ in range(2):
        keten.zend_naar(HERSTEL, ingeleverd)
    keten.wacht_stil()
    assert keten.meldingen() == gemeld and over(keten, DLQ) == 0


def test_what_is_refused_again_waits_again_until_it_is_discarded(keten: Keten, opdracht: Opdracht) -> None:
    """Poison of a tafel and of the hub's own stream: refused with one try more; discarding needs a reason and ends it. No byte is shown."""
    keten.start("worker-1")
    keten.zend_rauw(TOPIC, KANARIE, KANARIE, 1)
    keten.zend_rauw(GEBEURTENIS, b"koppeling", KANARIE, 2)
    keten.wacht_stil()
    uit = opdracht(dlq, *HERSTELLEN, "--code", "onleesbaar")
    assert uit.exit_code == 0 and "Ingenomen: 0.\nWeer geweigerd: 2;" in uit.output, uit.output
    keten.wacht_stil()
    getoond = opdracht(dlq, "toon").output
    assert getoond.count("poging 1") == 2 and "2 open" in getoond and "KANARIE" not in getoond
    assert f"{GEBEURTENIS}.dlq/2/1  van {GEBEURTENIS}/2/0" in getoond and f"{DLQ}/1/1  van {TOPIC}/1/0" in getoond
    assert KANARIE.hex() in opdracht(dlq, "toon", "--hex").output
    (letter,) = keten.lees(DLQ)
    assert (letter.key, letter.value) == (KANARIE, KANARIE) and over(keten, DLQ) == 1, "the first one is deleted"
    zonder = opdracht(dlq, "verwerp", "--reden", "GEEN_RECORD", "--actor", "a.een")
    assert zonder.exit_code == 2 and "noem welke" in zonder.output
    weg = opdracht(dlq, "verwerp", "--topic", TOPIC, "--reden", "GEEN_RECORD", "--actor", "b.twee")
    assert weg.exit_code == 0 and weg.output == "Verworpen: 1.\n", weg.output
    assert over(keten, DLQ) == 0 and "1 open" in opdracht(dlq, "toon").output
    assert ("b.twee", "VERWERP GEEN_RECORD", "VERWORPEN") in audit(keten)


def test_a_topic_is_known_by_both_its_names_or_refused(keten: Keten, opdracht: Opdracht) -> None:
    """As it is written in the first column and in the second; a name that is none ends with 1, so that nobody takes it for empty."""
    plek = leg_dood(keten, signaal(ZSM, 1))
    for naam in (TOPIC, DLQ):
        assert plek in opdracht(dlq, "toon", "--topic", naam).output
    for filter_ in (("--topic", f"signaal.{TWENTE}.v1"), ("--code", "leeg"), ("--sinds", "2999-01-01")):
        niets = opdracht(dlq, "toon", *filter_)
        assert niets.exit_code == 0 and niets.output == "Er wacht geen dode letter die hieraan voldoet.\n"
    for woorden in (("toon",), HERSTELLEN, ("verwerp", "--reden", "TE_LAAT", "--actor", "a.een")):
        mis = opdracht(dlq, *woorden, "--topic", "signaal.vhh-twent.v1", "--topic", DLQ)
        assert mis.exit_code == 1 and "geen topic signaal.vhh-twent.v1 waarvan" in mis.output, mis.output
    weg = opdracht(dlq, "verwerp", "--topic", DLQ, "--reden", "TE_LAAT", "--actor", "a.een")
    assert weg.exit_code == 0 and weg.output == "Verworpen: 1.\n", weg.output


def test_what_its_source_overtook_is_not_restored(keten: Keten, opdracht: Opdracht) -> None:
    """A dossier that was withdrawn after its dead letter stays withdrawn: nothing is handed in, and the command says why."""
    keten.zend([bericht(signaal(ZSM, 1)), bericht(vervallen(signaal(ZSM, 1), BEGIN + 1)), bericht(signaal(TWENTE, 1))])
    plek = leg_dood(keten, signaal(ZSM, 1))
    uit = opdracht(dlq, *HERSTELLEN, "--plek", plek)
    assert uit.exit_code == 1 and f"{plek}: niet te herstellen: zijn bron heeft hierover daarna opnieuw" in uit.output
    assert "er is niets gedaan" in uit.output and over(keten, HERSTEL) == 0 and audit(keten) == []
    assert "1 open" in opdracht(dlq, "toon").output


def test_without_workers_nothing_is_lost_or_handed_in_twice(keten: Keten, opdracht: Opdracht) -> None:
    """The command says that nobody has taken it; again it waits for what is on its way. What is open behind it is kept."""
    eerste, tweede = leg_dood(keten, signaal(ZSM, 1)), leg_dood(keten, signaal(ZSM, 2))
    for _ in range(2):
        uit = opdracht(dlq, *HERSTELLEN, "--plek", eerste, "--wacht", "0")
        assert uit.exit_code == Eindcode.ONVOLTOOID and "nog niet bekend wat ervan werd" in uit.output, uit.output
    assert over(keten, HERSTEL) == 1 and over(keten, DLQ) == 2
    verworpen = opdracht(dlq, "verwerp", "--plek", eerste, "--reden", "TE_LAAT", "--actor", "a.een")
    assert verworpen.exit_code == 1 and "al opnieuw ingeleverd; er is niets verworpen" in verworpen.output
    assert "gevraagd" in opdracht(dlq, "toon").output and "2 open" in opdracht(dlq, "toon").output
    keten.start("worker-1")
    keten.wacht_stil()
    assert "ingenomen" in opdracht(dlq, "toon", "--alles").output
    over_ = opdracht(dlq, "toon").output
    assert tweede in over_ and eerste not in over_ and "1 open" in over_


def test_what_cannot_be_written_down_is_not_done(keten: Keten, opdracht: Opdracht) -> None:
    """A broker that refuses the audit line stops both acts: nothing is handed in, nothing deleted."""
    leg_dood(keten, signaal(ZSM, 1))
    keten.stel_in({"max.message.bytes": "10"}, "hub.audit.v1")
    for woorden in (HERSTELLEN, ("verwerp", "--reden", "TE_LAAT", "--actor", "a.een")):
        uit = opdracht(dlq, *woorden, "--code", "intern")
        assert uit.exit_code == 1 and "dus er is niets gedaan" in uit.output, uit.output
    assert over(keten, HERSTEL) == 0 and over(keten, DLQ) == 1
