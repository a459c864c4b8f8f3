"""The life of a koppeling on a real broker: reactions, terms that fall due by the clock, questions, an intake, the end of retention."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from hub.domein.codes import Criterium, Doel, Reactie, Vrijgaverol
from hub.domein.gebeurtenis import Bevraging, Terugkoppeling
from hub.domein.gebeurtenisvorm import plat
from hub.domein.identiteit import Dossier, TafelId
from hub.domein.signaal import Signaal
from hub.stream.codec import standaard
from hub.stream.topics import partities
from tests.keten.harnas import Keten, murmur2_partitie
from tests.keten.signalen import TWENTE, ZSM, bericht, dossier_van, signaal, sleutels

ENSCHEDE = "GM0153"


def nu() -> int:
    return int(time.time() * 1000)


def zeg(keten: Keten, melding: dict[str, Any], soort: Reactie, **rest: Any) -> UUID:
    """A reaction of the receiver of a melding."""
    wat = Terugkoppeling(
        uuid4(),
        UUID(melding["koppeling"]),
        soort,
        TafelId(melding["ontvanger"]),
        Dossier(melding["dossier"]),
        0,
        melding=UUID(melding["id"]),
        **rest,
    )
    sleutel = str(wat.koppeling).encode()
    waarde = standaard().codeer("terugkoppeling", plat(wat))
    keten.zend_rauw(f"signaal.{wat.tafel}.v1", sleutel, waarde, murmur2_partitie(sleutel, partities()))
    return wat.id


def wacht_op(keten: Keten, welke: Callable[[dict[str, Any]], bool], termijn: float = 180) -> dict[str, Any]:
    """The first melding that is as asked."""
    einde = time.monotonic() + termijn
    while time.monotonic() < einde:
        for melding in keten.meldingen().values():
            if welke(melding):
                return melding
        keten.toezicht()
        time.sleep(0.3)
    raise AssertionError([(m["soort"], m["ontvanger"], m["status"], m["code"]) for m in keten.meldingen().values()])


def bij(keten: Keten, tafel: TafelId, soort: str) -> dict[str, Any]:
    return wacht_op(keten, lambda m: m["ontvanger"] == tafel and m["soort"] == soort)


def test_a_reaction_is_done_or_comes_back(keten: Keten) -> None:
    """What the receiver may say is taken up with an audit line; what only an intake may say comes back as GEWEIGERD to its sender."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    gemeld = bij(keten, TWENTE, "BEKEND")
    gedaan = zeg(keten, gemeld, Reactie.CONTACT_GELEGD)
    verboden = zeg(keten, gemeld, Reactie.AANGENOMEN)
    geweigerd = bij(keten, TWENTE, "GEWEIGERD")
    assert (geweigerd["reactie"], geweigerd["code"]) == (str(verboden), "OVERGANG_VERBODEN")
    keten.wacht_stil()
    audit = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.audit.v1")]
    assert [(a["daad"], a["uitkomst"], a["actor"]) for a in audit] == [
        ("CONTACT_GELEGD", "gedaan", TWENTE),
        ("AANGENOMEN", "OVERGANG_VERBODEN", TWENTE),
    ]
    assert gedaan != verboden
    assert sum(m["soort"] == "GEWEIGERD" for m in keten.meldingen().values()) == 1


def test_vrijgeven_opens_what_was_held(keten: Keten) -> None:
    """Without a release the Veiligheidshuis hears nothing and ZSM hears that its dossier waits; VRIJGEVEN by the officer lets it go on."""
    keten.start("worker-1")
    gesloten = signaal(ZSM, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None)
    keten.zend([bericht(gesloten), bericht(signaal(TWENTE, 1))])
    status = bij(keten, ZSM, "STATUS")
    assert status["status"] == "WACHT_OP_VRIJGAVE" and status["contact"] is None
    assert {m["ontvanger"] for m in keten.meldingen().values()} == {ZSM}
    zeg(keten, status, Reactie.VRIJGEVEN, rol=Vrijgaverol.CASUSREGISSEUR)
    assert bij(keten, ZSM, "GEWEIGERD")["code"] == "ROL_ONBEVOEGD"
    zeg(keten, status, Reactie.VRIJGEVEN, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    assert bij(keten, TWENTE, "BEKEND")["contact"]["tafel"] == ZSM


def test_a_term_that_nobody_answers_escalates_also_over_a_kill(keten: Keten) -> None:
    """The end of ophouden is a term: unanswered, the next desk hears once, also where the worker died in between; answered, nobody does."""
    (werker,) = keten.start("worker-1")
    for eerste, termijn in ((1, 12_000), (3, 36_000), (5, 108_000)):
        tot, beide = nu() + termijn, (eerste, eerste + 1)
        keten.zend(
            [bericht(signaal(ZSM, n, ophouden_tot=tot)) for n in beide] + [bericht(signaal(TWENTE, n)) for n in beide]
        )
        keten.wacht_stil()
        eigen = {signaal(tafel, n).dossier for n in beide for tafel in (ZSM, TWENTE)}
        gemeld = {m["dossier"]: m for m in keten.meldingen().values() if m["dossier"] in eigen}
        beantwoord, open_ = (gemeld[signaal(TWENTE, n).dossier] for n in beide)
        assert beantwoord["reageren_voor"] == open_["reageren_voor"] == tot
        zeg(keten, beantwoord, Reactie.AFGESLOTEN)
        for zsm in [m for m in gemeld.values() if m["ontvanger"] == ZSM]:
            zeg(keten, zsm, Reactie.AFGESLOTEN)
        keten.wacht_stil()
        werker.kill()
        op_tijd = nu() < tot
        werker.start()
        if op_tijd:
            break
    assert op_tijd, "on this machine nothing was said and killed before the term: there is nothing to judge"
    escalatie = wacht_op(keten, lambda m: m["soort"] == "ESCALATIE" and m["dossier"] in eigen)
    assert (escalatie["ontvanger"], escalatie["dossier"]) == (TWENTE, open_["dossier"])
    assert (escalatie["loket"], escalatie["tijd"]) == ("PROCESREGISSEUR", tot)
    keten.wacht_stil()
    assert sum(m["soort"] == "ESCALATIE" and m["dossier"] in eigen for m in keten.meldingen().values()) == 1


def vraag(nummer: int, uiterlijk: int) -> Bevraging:
    bron = signaal(ZSM, nummer)
    feiten = replace(bron.feiten, doelen=(Doel.VEILIGHEID,))
    return Bevraging(
        uuid4(), dossier_van(ZSM, f"vraag-{uuid4()}"), ZSM, "medewerker-1", feiten, uiterlijk, bron.sleutels
    )


def stel(keten: Keten, bevraging: Bevraging) -> None:
    sleutel = str(bevraging.id).encode()
    waarde = standaard().codeer("bevraging", plat(bevraging))
    keten.zend_rauw(f"signaal.{ZSM}.v1", sleutel, waarde, murmur2_partitie(sleutel, partities()))


def test_a_question_is_answered_once_and_leaves_nothing(keten: Keten) -> None:
    """Known: BEKEND with whom to call; unknown: NIET_BEKEND, and nothing at any Veiligheidshuis; neither is in the index."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(TWENTE, n)) for n in range(5)])
    keten.wacht_stil()
    bekend, onbekend = vraag(1, nu() + 50_000), vraag(77, nu() + 50_000)
    for een in (bekend, onbekend):
        stel(keten, een)
    antwoorden = {}
    for een in (bekend, onbekend):
        antwoorden[een.id] = wacht_op(keten, lambda m, id_=een.id: m["koppeling"] == str(id_))  # type: ignore[misc]
    assert antwoorden[bekend.id]["antwoord"] == "BEKEND"
    assert antwoorden[bekend.id]["contact"]["tafel"] == TWENTE
    assert antwoorden[onbekend.id]["antwoord"] == "NIET_BEKEND" and antwoorden[onbekend.id]["contact"] is None
    keten.wacht_stil()
    assert len(keten.meldingen()) == 2 and not keten.lees(f"melding.{TWENTE}.v1")
    dossiers = {standaard().decodeer(r.value)[1]["dossier"] for r in keten.lees("hub.sleutel.v1")}
    assert not dossiers & {bekend.dossier, onbekend.dossier}
    audit = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.audit.v1")]
    assert sorted((a["daad"], a["uitkomst"], a["actor"]) for a in audit) == [
        ("BEVRAGING", "BEKEND", f"{ZSM} medewerker-1"),
        ("BEVRAGING", "NIET_BEKEND", f"{ZSM} medewerker-1"),
    ]


def aandraagbaar(nummer: int, **rest: Any) -> Signaal:
    criteria = (Criterium.MEER_LEEFGEBIEDEN, Criterium.MEER_KETENS, Criterium.EFFECT_OP_GEZIN)
    grondslag = "wjsg-39f-zsm-aandragen"
    return signaal(ZSM, nummer, gemeente_verblijf=ENSCHEDE, criteria=criteria, grondslag=grondslag, **rest)


def test_what_no_table_knows_is_brought_to_the_intake_of_the_region(keten: Keten) -> None:
    """A verdachte that meets the criteria and has no casus is offered without the source's dossier; the source hears AANGENOMEN."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(TWENTE, 2))])
    keten.wacht_stil()
    keten.zend([bericht(aandraagbaar(1)), bericht(aandraagbaar(2))])
    aangedragen = bij(keten, TWENTE, "AANDRAGEN")
    assert aangedragen["contact"]["tafel"] == ZSM and aangedragen["dossier"].startswith("aandragen.")
    status = bij(keten, ZSM, "STATUS")
    assert (status["status"], status["dossier"]) == ("AANGEDRAGEN", aandraagbaar(1).dossier)
    zeg(keten, aangedragen, Reactie.AANGENOMEN)
    wacht_op(keten, lambda m: m["status"] == "AANGENOMEN")
    keten.wacht_stil()
    assert sum(m["soort"] == "AANDRAGEN" for m in keten.meldingen().values()) == 1, "the other has a casus"


def test_the_same_person_takes_an_offer_back(keten: Keten) -> None:
    """ZSM finds out that a possible match is its suspect: the koppeling tells the aandragen, wherever that lives, and it is recalled."""
    keten.start("worker-1", "worker-2")
    keten.zend([bericht(replace(signaal(TWENTE, 1), sleutels=sleutels(1, bsn=False))), bericht(aandraagbaar(1))])
    gebracht, mogelijk = bij(keten, TWENTE, "AANDRAGEN"), bij(keten, ZSM, "MOGELIJK_BEKEND")
    zeg(keten, mogelijk, Reactie.ZELFDE_PERSOON, rol=Vrijgaverol.OFFICIER_VAN_JUSTITIE)
    assert wacht_op(keten, lambda m: m["betreft"] == gebracht["id"])["soort"] == "INGETROKKEN"
    keten.wacht_stil()
    assert sum(m["soort"] == "AANDRAGEN" for m in keten.meldingen().values()) == 1


def test_after_retention_nothing_is_left(keten: Keten) -> None:
    """When bewaren_tot has passed, both sides are told, and every partition writes a tombstone for the dossier."""
    keten.start("worker-1")
    kort = replace(signaal(ZSM, 1), bewaren_tot=nu() + 8_000)
    keten.zend([bericht(kort), bericht(signaal(TWENTE, 1))])
    assert bij(keten, TWENTE, "BEKEND") and bij(keten, ZSM, "BEKEND")
    for tafel in (ZSM, TWENTE):
        bij(keten, tafel, "INGETROKKEN")
    einde = time.monotonic() + 180
    while time.monotonic() < einde:
        stenen = [r for r in keten.lees("hub.sleutel.v1") if r.key == kort.dossier.encode() and r.value is None]
        if len({steen.partitie for steen in stenen}) == partities():
            break
        time.sleep(0.3)
    assert {steen.partitie for steen in stenen} == set(range(partities()))
    keten.wacht_stil()
    assert keten.staand() == []
