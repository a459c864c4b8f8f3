"""`hub tafel aansluiten` and `hub tafel vertrek`, on a real broker."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.beheer.levend import Levend
from hub.beheer.tafel import _na_vertrek, tafel
from hub.domein.codes import Status
from hub.domein.signaal import Sleutelblok
from hub.domein.vorm import signaal_uit
from hub.eindcode import Eindcode
from hub.processors.inname import splits
from hub.stream.codec import standaard
from hub.stream.verbinding import Verbinding
from tests.beheer.conftest import Opdracht
from tests.keten.harnas import Keten
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, bericht, signaal, vervallen


def audit(keten: Keten) -> list[tuple[str, ...]]:
    """Every audit line, in order."""
    regels: list[dict[str, Any]] = [standaard().decodeer(record.value)[1] for record in keten.lees("hub.audit.v1")]
    return [(regel["daad"], regel["object"], regel["actor"], regel["uitkomst"]) for regel in regels]


def ingetrokken_door(keten: Keten) -> list[tuple[str, int]]:
    """(dossier, versie) of every withdrawal that was handed in."""
    uit = []
    for record in keten.lees("signaal.beheer.v1"):
        een = signaal_uit(standaard().decodeer(record.value)[1])
        assert record.key == een.dossier.encode() and een.status is Status.VERVALLEN and not een.sleutels
        uit.append((een.dossier, een.versie))
    return sorted(uit)


def test_joining_makes_the_topics_and_says_what_is_left(keten: Keten, opdracht: Opdracht) -> None:
    """Only the topics of that tafel; again is no harm; every time it is in the audit, and the new HUB_TAFELS is spelled out."""
    voor = set(keten.topics())
    uit = opdracht(tafel, "aansluiten", "vhh-haaglanden", "--actor", "a.een")
    assert uit.exit_code == 0, uit.output
    assert set(keten.topics()) - voor == {
        "signaal.vhh-haaglanden.v1",
        "signaal.vhh-haaglanden.v1.dlq",
        "melding.vhh-haaglanden.v1",
    }
    assert (
        "HUB_TAFELS=vhh-haaglanden,vhh-midden-brabant,vhh-twente,zsm-oost-nederland; dan hub topics apply --acls"
        in uit.output
    )
    assert "de sleutelring van de sleutelbewaarder, nooit van de hub" in uit.output
    weer = opdracht(tafel, "aansluiten", "vhh-haaglanden", "--actor", "a.een")
    assert weer.exit_code == 0 and "gemaakt" not in weer.output
    regel = ("AANSLUITEN", "tafel:vhh-haaglanden", "a.een")
    assert audit(keten) == [(*regel, uitkomst) for uitkomst in ("GEVRAAGD", "UITGEVOERD")] * 2


def test_a_tafel_that_is_in_no_register_neither_joins_nor_leaves(keten: Keten, opdracht: Opdracht) -> None:
    """A mistyped name makes no topics and withdraws nothing."""
    voor = keten.topics()
    for daad in ("aansluiten", "vertrek"):
        uit = opdracht(tafel, daad, "vhh-tente", "--actor", "a.een")
        assert uit.exit_code == 1 and "vhh-tente staat niet in het register" in uit.output
    assert keten.topics() == voor and audit(keten) == []


def test_a_tafel_leaves_with_all_that_it_brought(keten: Keten, opdracht: Opdracht) -> None:
    """Every live dossier is withdrawn once with its next versie, and what was told of it recalled; another's is left alone."""
    keten.start("worker-1")
    eigen = [signaal(TWENTE, nummer, versie=BEGIN + nummer) for nummer in range(4)]
    weg, ander = signaal(TWENTE, 90), [signaal(ZSM, 0), signaal(ZSM, 91), signaal(MIDDEN_BRABANT, 91)]
    keten.zend([bericht(een) for een in (*eigen, weg, vervallen(weg, BEGIN + 1), *ander)])
    keten.wacht_stil()
    uit = opdracht(tafel, "vertrek", TWENTE, "--actor", "a.een")
    assert uit.exit_code == 0, uit.output
    assert "vhh-twente heeft 4 lopende dossiers" in uit.output
    assert "Geen lopend dossier van vhh-twente meer" in uit.output
    assert "HUB_TAFELS=vhh-midden-brabant,zsm-oost-nederland en herstart" in uit.output
    assert ingetrokken_door(keten) == sorted((een.dossier, een.versie + 1) for een in eigen)
    assert [regel[3] for regel in audit(keten)] == ["GEVRAAGD", "UITGEVOERD"]
    keten.wacht_stil()
    terug = [m for m in keten.meldingen().values() if m["soort"] == "INGETROKKEN"]
    assert sorted(m["ontvanger"] for m in terug) == [TWENTE, ZSM], "a recall reaches the leaver too"
    assert sorted(json.loads(m)["ontvanger"] for m in keten.staand()) == [MIDDEN_BRABANT, ZSM]
    weer = opdracht(tafel, "vertrek", TWENTE, "--actor", "a.een")
    assert weer.exit_code == 0 and "vhh-twente heeft 0 lopende dossiers" in weer.output
    assert len(ingetrokken_door(keten)) == len(eigen)


def test_a_departure_without_workers_says_how_much_is_left_and_goes_on_later(keten: Keten, opdracht: Opdracht) -> None:
    """Signalen that the gate has not taken in, and dossiers that are not yet withdrawn, both count as left; the same command resumes."""
    eigen = [signaal(TWENTE, nummer) for nummer in range(3)]
    keten.zend([bericht(een) for een in eigen])
    uit = opdracht(tafel, "vertrek", TWENTE, "--actor", "a.een", "--wacht", "0")
    assert uit.exit_code == Eindcode.ONVOLTOOID and "nog 3 dossiers of signalen van vhh-twente" in uit.output
    (werker,) = keten.start("worker-1")
    keten.wacht_stil()
    werker.stop()
    uit = opdracht(tafel, "vertrek", TWENTE, "--actor", "a.een", "--wacht", "0")
    assert (
        uit.exit_code == Eindcode.ONVOLTOOID
        and "heeft 3 lopende dossiers" in uit.output
        and "nog 3 dossiers" in uit.output
    )
    assert [regel[3] for regel in audit(keten)] == ["GEVRAAGD", "ONVOLTOOID"] * 2
    werker.start()
    uit = opdracht(tafel, "vertrek", TWENTE, "--actor", "a.een")
    assert uit.exit_code == 0, uit.output
    assert set(ingetrokken_door(keten)) == {(een.dossier, een.versie + 1) for een in eigen}


def test_the_steps_after_a_departure_name_who_and_where() -> None:
    """First that nothing comes in any more, last the user: each with the names that the broker has, in the order of the handbook."""
    kafka = Verbinding(bootstrap="k:1", topic_prefix="p-")
    stappen = _na_vertrek(kafka, TWENTE, frozenset({TWENTE, ZSM}))
    assert "--deny-principal User:p-tafel.vhh-twente --operation Write --topic p-signaal.vhh-twente.v1" in stappen[0]
    volgorde = (
        *("hub dlq toon --topic signaal.vhh-twente.v1", "hub_achterstand_seconds", f"HUB_TAFELS={ZSM} en herstart"),
        *("hub topics apply --acls", "hub beveiliging gebruikers", "geldig_tot"),
    )
    plaatsen = ["\n".join(stappen).index(deel) for deel in volgorde]
    assert plaatsen == sorted(plaatsen)


_EEN = signaal(TWENTE, 1)
_versies = st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from([TWENTE, MIDDEN_BRABANT]))


@given(st.lists(st.tuples(st.integers(0, 1), _versies), max_size=12))
def test_what_is_live_is_what_the_index_holds(reeks: list[tuple[int, tuple[int, bool, Any]]]) -> None:
    """Per partition the highest versie wins and of one versie the first; live is what any partition then still holds of this tafel."""
    dossiers = Levend(TWENTE)
    hoogste: dict[int, Sleutelblok] = {}
    for partitie, (versie, leeg, van) in reeks:
        signaal_ = replace(_EEN, versie=versie, tafel=van, status=Status.VERVALLEN if leeg else Status.ACTIEF)
        blok = splits(signaal_, 0, 2)[partitie]
        dossiers.neem_op(partitie, blok)
        if partitie not in hoogste or versie > hoogste[partitie].versie:
            hoogste[partitie] = blok
    levend = [blok.versie for blok in hoogste.values() if blok.tokens and blok.tafel == TWENTE]
    top = max((blok.versie for blok in hoogste.values()), default=-1)
    gevraagd = dossiers.vraag(9)
    assert dossiers.over == len(gevraagd) <= len(levend)
    assert [een.versie for een in gevraagd] == [top + 1] * dossiers.over
    assert dossiers.vraag(9) == []
    dossiers.neem_op(0, splits(replace(_EEN, versie=top + 1), 0, 2)[0])
    if gevraagd:
        assert [een.versie for een in dossiers.vraag(9)] == [top + 2], "what is held again is asked back again"
    dossiers.vergeet(_EEN.dossier)
    assert dossiers.over == 0
