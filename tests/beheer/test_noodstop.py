"""`hub noodstop` and `hub koppeling terughalen` on a real broker."""

import re
from typing import Any
from uuid import uuid4

from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from hub.beheer.koppeling import koppeling
from hub.beheer.noodstop import noodstop
from hub.stream.codec import standaard
from tests.beheer.conftest import Opdracht
from tests.beheer.werkers import Werkers
from tests.keten.harnas import Keten


def audit(keten: Keten) -> list[dict[str, Any]]:
    """What the operator's side wrote, in order of time."""
    regels = [standaard().decodeer(record.value)[1] for record in keten.lees("hub.audit.v1")]
    return sorted((r for r in regels if r["uitkomst"] == "GEVRAAGD"), key=lambda regel: regel["tijd"])


def daden(keten: Keten) -> list[dict[str, Any]]:
    return [standaard().decodeer(record.value)[1] for record in keten.lees("signaal.beheer.v1")]


def begin(opdracht: Opdracht, *wat: str) -> str:
    """Begin a noodstop; its id."""
    uit = opdracht(noodstop, "begin", *wat, "--actor", "a.een")
    assert uit.exit_code == 0, uit.output
    assert "Uitgevoerd in 4 van 4 partities." in uit.output
    gevonden = re.search(r"hub noodstop opheffen (\S+) ", uit.output)
    assert gevonden
    return gevonden[1]


def test_a_noodstop_from_beginning_to_end(keten: Keten, opdracht: Opdracht, werkers: Werkers) -> None:
    """One person begins it, everybody sees it, the same person cannot lift it alone, another can; every act is in the audit."""
    assert opdracht(noodstop, "toon").output == "Er geldt geen noodstop.\n"
    id_ = begin(opdracht, "--tafel", "vhh-twente")
    getoond = opdracht(noodstop, "toon").output
    assert getoond.startswith(f"{id_}  tafel:vhh-twente  sinds 20") and "door a.een, in 4 van 4 partities" in getoond
    eerste = opdracht(noodstop, "opheffen", id_, "--actor", "a.een")
    assert eerste.exit_code == 0 and "een ander moet dezelfde opdracht geven" in eerste.output
    assert "akkoord van a.een, een ander moet nog" in opdracht(noodstop, "toon").output
    weer = opdracht(noodstop, "opheffen", id_, "--actor", "a.een")
    assert weer.exit_code == 1 and "geweigerd" in weer.output
    tweede = opdracht(noodstop, "opheffen", id_, "--actor", "b.twee")
    assert tweede.exit_code == 0 and "Opgeheven." in tweede.output
    assert opdracht(noodstop, "toon").output == "Er geldt geen noodstop.\n"
    assert [(r["daad"], r["actor"], r["object"]) for r in audit(keten)] == [
        ("NOODSTOP", "a.een", "tafel:vhh-twente"),
        *[("OPHEFFEN", actor, f"noodstop:{id_}") for actor in ("a.een", "a.een", "b.twee")],
    ]


def test_a_noodstop_of_a_grondslag(keten: Keten, opdracht: Opdracht, werkers: Werkers) -> None:
    """The record names the grondslag and no tafel, and its key is its own id, so that all that concerns it stays in order."""
    id_ = begin(opdracht, "--grondslag", "wgs-vhh")
    (record,) = keten.lees("signaal.beheer.v1")
    assert record.key == id_.encode()
    (daad,) = daden(keten)
    assert (daad["daad"], daad["tafel"], daad["grondslag"]) == ("NOODSTOP", None, "wgs-vhh")
    assert "grondslag:wgs-vhh" in opdracht(noodstop, "toon").output


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
    assert uit.exit_code == 75 and "pas in 0 van 4 partities" in uit.output and "wordt tegengehouden" not in uit.output
    assert len(audit(keten)) == len(daden(keten)) == 1


def test_what_cannot_be_written_down_is_not_done(keten: Keten, opdracht: Opdracht) -> None:
    """A broker that refuses the audit line stops every act before its effect."""
    topic = ConfigResource(
        ResourceType.TOPIC,
        keten.prefix + "hub.audit.v1",
        incremental_configs=[ConfigEntry("max.message.bytes", "10", incremental_operation=AlterConfigOpType.SET)],
    )
    for wacht in keten.admin.incremental_alter_configs([topic]).values():
        wacht.result(30)
    for uit in (
        opdracht(noodstop, "begin", "--tafel", "vhh-twente", "--actor", "a.een"),
        opdracht(noodstop, "opheffen", str(uuid4()), "--actor", "a.een"),
        opdracht(koppeling, "terughalen", str(uuid4()), "--actor", "a.een"),
    ):
        assert uit.exit_code == 1 and "dus er is niets gedaan" in uit.output, uit.output
    assert audit(keten) == daden(keten) == []


def test_the_audit_line_comes_before_the_act_and_shares_its_trace(
    keten: Keten, opdracht: Opdracht, werkers: Werkers
) -> None:
    """By one trace_id an auditor finds the asking, the act and what came of it."""
    id_ = str(uuid4())
    uit = opdracht(koppeling, "terughalen", id_, "--actor", "a.een")
    assert uit.exit_code == 0 and uit.output == f"Terughalen van {id_}: TERUGGEHAALD\n"
    (record,) = keten.lees("signaal.beheer.v1")
    assert record.key == id_.encode()
    trace = dict(record.headers)["traceparent"].decode().split("-")[1]
    regels = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.audit.v1")]
    assert {regel["trace_id"] for regel in regels} == {trace}
    assert {regel["uitkomst"] for regel in regels} == {"GEVRAAGD", "TERUGGEHAALD"}
    assert len({regel["id"] for regel in regels}) == 2
