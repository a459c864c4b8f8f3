"""The inbox: once, in order, never what was withdrawn unseen, and never past what was stored."""

import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors.bezorging import Inbox
from connectors.dienst import open_opslag
from connectors.logboek import OpslagFout
from connectors.meters import Meters
from connectors.opslag import GEWIST, Opslag
from connectors.pseudoniem import schrijf_organisatiesleutel
from connectors.wachtkamer import Wachtkamer
from hub.domein import vorm
from hub.domein.codes import Bekendheid, Dossierstatus, Loket, MeldingSoort, Rol, Thema
from hub.domein.identiteit import GrondslagId
from hub.domein.melding import Melding
from hub.domein.signaal import Feiten
from hub.stream.codec import standaard
from tests.connectors.opstelling import NU, VERDACHTE, Connector, Klok, records

INGETROKKEN, CORRECTIE = MeldingSoort.INGETROKKEN, MeldingSoort.CORRECTIE


def toon(connector: Connector, sinds: int = 0) -> list[dict[str, Any]]:
    """What the tafel's system gets, parsed; from now on it counts as seen."""
    if not connector.inbox.bijgewerkt:
        connector.inbox.bij()
    return [json.loads(regel) for regel in connector.inbox.toon(sinds, 1000)]


def standen(connector: Connector) -> list[tuple[str, str]]:
    return [(melding["soort"], melding["stand"]) for melding in toon(connector)]


def test_eenmaal(zsm: Connector) -> None:
    """A melding that is delivered again, in the same batch, a later one or another partition, has no second effect."""
    een, twee = zsm.melding(1), zsm.melding(2)
    zsm.bezorg(een, een)
    zsm.bezorg(een, twee, vanaf=2)
    zsm.bezorg(een, twee, partitie=3)
    assert [melding["id"] for melding in toon(zsm)] == [str(een.id), str(twee.id)]
    assert zsm.inbox.posities() == {0: 4, 3: 2}


def test_ongezien_ingetrokken(zsm: Connector) -> None:
    """What was withdrawn before anybody saw it is never shown, and neither is its withdrawal."""
    zsm.bezorg(zsm.melding(1), zsm.melding(2, INGETROKKEN, betreft=1), zsm.melding(3))
    assert [melding["id"] for melding in toon(zsm)] == [str(zsm.melding(3).id)]


def test_gezien_ingetrokken(zsm: Connector) -> None:
    """What was seen is marked and stripped of its contents, and its withdrawal is shown."""
    zsm.bezorg(zsm.melding(1))
    (gezien,) = toon(zsm)
    assert gezien["contact"]
    zsm.bezorg(zsm.melding(2, INGETROKKEN, betreft=1), vanaf=1)
    eerste, tweede = toon(zsm)
    assert (eerste["stand"], eerste["id"]) == ("INGETROKKEN", gezien["id"])
    assert all(eerste[veld] is None for veld in GEWIST)
    assert set(GEWIST) <= set(eerste)
    assert (tweede["soort"], tweede["betreft"]) == ("INGETROKKEN", gezien["id"])
    assert [melding["id"] for melding in toon(zsm, gezien["volgnummer"])] == [tweede["id"]]


def test_gewist_op_schijf(zsm: Connector) -> None:
    """The contents of what was withdrawn are gone from the store itself."""
    zsm.bezorg(zsm.melding(1), zsm.melding(2, INGETROKKEN, betreft=1))
    zsm.opslag.sluit()
    assert b"intake@vhh-twente" not in b"".join(
        pad.read_bytes() for pad in zsm.instellingen.opslag.parent.glob("opslag*")
    )


def test_correctie(zsm: Connector) -> None:
    """A correction replaces what was not seen yet, and marks what was."""
    zsm.bezorg(zsm.melding(1), zsm.melding(2, CORRECTIE, betreft=1))
    assert standen(zsm) == [("CORRECTIE", "STAAT")]
    zsm.bezorg(zsm.melding(3, CORRECTIE, betreft=2), vanaf=2)
    assert standen(zsm) == [("CORRECTIE", "GECORRIGEERD"), ("CORRECTIE", "STAAT")]


def test_vervangen(zsm: Connector) -> None:
    """A certain match replaces the possible one that it names: unseen it is not shown, seen it is marked."""
    mogelijk, bekend = MeldingSoort.MOGELIJK_BEKEND, MeldingSoort.BEKEND
    zsm.bezorg(zsm.melding(1, mogelijk), zsm.melding(2, bekend, betreft=1), zsm.melding(3, mogelijk))
    assert standen(zsm) == [("BEKEND", "STAAT"), ("MOGELIJK_BEKEND", "STAAT")]
    zsm.bezorg(zsm.melding(4, bekend, betreft=3), vanaf=3)
    assert standen(zsm) == [("BEKEND", "STAAT"), ("MOGELIJK_BEKEND", "VERVANGEN"), ("BEKEND", "STAAT")]


def test_minder_zeker(zsm: Connector) -> None:
    """A possible match can take the place of a certain one, and an intake that is told anew of the first telling."""
    zsm.bezorg(zsm.melding(1))
    toon(zsm)
    zsm.bezorg(zsm.melding(2, MeldingSoort.MOGELIJK_BEKEND, betreft=1), zsm.melding(3, MeldingSoort.AANDRAGEN), vanaf=1)
    toon(zsm)
    zsm.bezorg(zsm.melding(4, MeldingSoort.AANDRAGEN, betreft=3), vanaf=3)
    assert [stand for _, stand in standen(zsm)] == ["VERVANGEN", "STAAT", "VERVANGEN", "STAAT"]


def test_escalatie(zsm: Connector) -> None:
    """An escalation speaks of a melding that goes on standing; each is withdrawn by name, and unseen nothing of it is shown."""
    escalatie = replace(zsm.melding(2, MeldingSoort.ESCALATIE, betreft=1), loket=Loket.PROCESREGISSEUR, gesloten_tot=NU)
    zsm.bezorg(zsm.melding(1), escalatie)
    eerste, tweede = toon(zsm)
    assert (eerste["stand"], tweede["stand"]) == ("STAAT", "STAAT")
    assert (tweede["loket"], tweede["geslotenTot"], tweede["betreft"]) == (
        "PROCESREGISSEUR",
        "2026-06-01T08:00:00.000Z",
        eerste["id"],
    )
    zsm.bezorg(
        zsm.melding(3, MeldingSoort.ESCALATIE, betreft=1),
        zsm.melding(4, INGETROKKEN, betreft=3),
        zsm.melding(5, INGETROKKEN, betreft=2),
        zsm.melding(6, INGETROKKEN, betreft=1),
        vanaf=2,
    )
    assert standen(zsm) == [
        ("BEKEND", "INGETROKKEN"),
        ("ESCALATIE", "INGETROKKEN"),
        ("INGETROKKEN", "STAAT"),
        ("INGETROKKEN", "STAAT"),
    ]


def test_status(zsm: Connector) -> None:
    """Of an own dossier's state the last word stands, per koppeling; unseen words are never shown, and who saw one hears of a recall."""

    def status(nummer: int, wat: Dossierstatus, zaaknummer: str = VERDACHTE["zaaknummer"]) -> Melding:
        return replace(zsm.melding(nummer, MeldingSoort.STATUS, zaaknummer), status=wat, contact=None)

    zsm.bezorg(
        status(1, Dossierstatus.AANGEDRAGEN),
        status(2, Dossierstatus.ZWEVEND),
        status(1, Dossierstatus.WACHT_OP_VRIJGAVE, "een ander"),
    )
    assert [m["status"] for m in toon(zsm)] == ["ZWEVEND", "WACHT_OP_VRIJGAVE"]
    zsm.bezorg(status(3, Dossierstatus.AANGENOMEN), zsm.melding(4, INGETROKKEN, betreft=3), vanaf=3)
    assert [(m["soort"], m["status"], m["stand"]) for m in toon(zsm)] == [
        ("STATUS", None, "VERVANGEN"),
        ("STATUS", "WACHT_OP_VRIJGAVE", "STAAT"),
        ("INGETROKKEN", None, "STAAT"),
    ]


def test_antwoord_komt_er_niet_in(zsm: Connector) -> None:
    """An answer to a question is never stored; nobody waits for this one, which is counted."""
    zsm.bezorg(replace(zsm.melding(1, MeldingSoort.ANTWOORD), antwoord=Bekendheid.BEKEND), zsm.melding(2))
    assert [melding["id"] for melding in toon(zsm)] == [str(zsm.melding(2).id)]
    assert zsm.inbox.posities() == {0: 2}
    assert zsm.meters.register.get_sample_value("connector_antwoorden_total", {"uitkomst": "te_laat"}) == 1


def test_keten(zsm: Connector) -> None:
    """Withdrawing a correction that nobody saw is told to whoever saw what it corrected."""
    zsm.bezorg(zsm.melding(1))
    toon(zsm)
    zsm.bezorg(zsm.melding(2, CORRECTIE, betreft=1), zsm.melding(3, INGETROKKEN, betreft=2), vanaf=1)
    assert standen(zsm) == [("BEKEND", "GECORRIGEERD"), ("INGETROKKEN", "STAAT")]


def test_onbekend_ingetrokken(zsm: Connector) -> None:
    """The withdrawal of a melding that this store never had is shown: another store may have shown it."""
    zsm.bezorg(zsm.melding(2, INGETROKKEN, betreft=1))
    assert standen(zsm) == [("INGETROKKEN", "STAAT")]


def verlies(connector: Connector) -> Connector:
    """The same connector with a new store."""
    connector.opslag.sluit()
    for pad in connector.instellingen.opslag.parent.glob("opslag.sqlite*"):
        pad.unlink()
    return Connector.van(connector.instellingen.opslag.parent / "connector.toml")


@pytest.mark.parametrize("kopie", [False, True])
def test_een_cursor_na_verlies(tmp_path: Path, kopie: bool) -> None:
    """Whoever reads on from its place, with a new store or a copy put back, gets all that is there since, above the number it had."""
    connector = Connector.maak(tmp_path)
    opslag, eerder = connector.instellingen.opslag, [connector.melding(1, zaaknummer=str(nr)) for nr in range(5)]
    connector.opslag.sluit()
    nacht = opslag.read_bytes()
    connector = Connector.van(tmp_path / "connector.toml")
    connector.bezorg(*eerder)
    cursor = toon(connector)[-1]["volgnummer"]
    assert NU < cursor < 2**53
    connector.opslag.sluit()
    opslag.unlink()
    if kopie:
        opslag.write_bytes(nacht)
    open_opslag(connector.instellingen, Klok(NU + 1000)).sluit()
    connector = Connector.van(tmp_path / "connector.toml")
    connector.bezorg(*eerder[3:], connector.melding(9))
    assert [m["id"] for m in toon(connector, connector.inbox.cursor(cursor))] == [
        *(str(een.id) for een in eerder[3:]),
        str(connector.melding(9).id),
    ]
    connector.opslag.sluit()


@pytest.mark.parametrize("in_delen", [False, True])
def test_ingetrokken_na_verlies(tmp_path: Path, in_delen: bool) -> None:
    """A new store shows the recall of what was on the topic before it: an earlier one may have shown that. What comes later is as ever."""
    zonder = verlies(Connector.maak(tmp_path))
    topic = [zonder.melding(1), zonder.melding(2, INGETROKKEN, betreft=1)]
    zonder.inbox.begin(0, 5, 7)
    zonder.inbox.begin(1, 3, 3)
    if in_delen:
        zonder.bezorg(topic[0], vanaf=5)
        zonder.bezorg(topic[1], vanaf=6)
    else:
        zonder.bezorg(*topic, vanaf=5)
    zonder.bezorg(zonder.melding(1, zaaknummer="ander"), vanaf=7)
    zonder.bezorg(zonder.melding(2, INGETROKKEN, "ander", betreft=1), vanaf=8)
    assert standen(zonder) == [("BEKEND", "INGETROKKEN"), ("INGETROKKEN", "STAAT")]
    assert zonder.inbox.posities() == {0: 9, 1: 3}
    zonder.opslag.sluit()


def test_ingetrokken_na_een_kopie(tmp_path: Path) -> None:
    """Once told that its store is a copy, a connector shows the recall of all that may have been shown since the copy was made: of what it
    held unseen, and of what came later."""
    connector = Connector.maak(tmp_path)
    een, ander = connector.melding(1), connector.melding(1, zaaknummer="ander")
    topic = [
        een,
        ander,
        connector.melding(2, INGETROKKEN, betreft=1),
        connector.melding(2, INGETROKKEN, "ander", betreft=1),
    ]
    connector.inbox.begin(0, 0, 0)
    connector.bezorg(een)
    connector.opslag.zet_terug(NU)
    assert connector.inbox.posities() == {} and connector.opslag.teruggezet == NU
    with capture_logs() as regels:
        connector.inbox.begin(0, 0, len(topic))
    assert regels == []
    connector.bezorg(*topic)
    assert standen(connector) == [("BEKEND", "INGETROKKEN")] * 2 + [("INGETROKKEN", "STAAT")] * 2
    connector.opslag.sluit()


def test_een_kopie_die_ouder_is_dan_het_topic(tmp_path: Path) -> None:
    """What passed its retention since the copy was made is told as missed: no reading from the beginning brings it back."""
    connector = Connector.maak(tmp_path)
    connector.inbox.begin(0, 0, 0)
    connector.bezorg(connector.melding(1))
    connector.opslag.zet_terug(NU)
    connector.inbox.begin(0, 40, 44)
    assert connector.meters.gemist._value.get() == 39
    assert connector.inbox.posities() == {0: 40}
    connector.opslag.sluit()


def test_wat_niemand_zag_na_een_nieuw_topic(zsm: Connector) -> None:
    """That something may have been shown before is said of the offsets of then, not of those that a new topic, or a restored broker, gives
    out again."""
    for opnieuw in (lambda: zsm.inbox.begin(0, 0, 0), lambda: zsm.opslag.leg_apart({0: 0})):
        zsm.inbox.begin(0, 0, 10)
        opnieuw()
        zsm.bezorg(zsm.melding(1), zsm.melding(2, INGETROKKEN, betreft=1))
        assert standen(zsm) == []


def test_zelfde_betreft_als_zichzelf(zsm: Connector) -> None:
    """A melding that refers to itself, or to a ring of others, ends like any other."""
    zsm.bezorg(
        zsm.melding(1, CORRECTIE, betreft=2),
        zsm.melding(2, CORRECTIE, betreft=1),
        zsm.melding(3, INGETROKKEN, betreft=3),
        zsm.melding(4, INGETROKKEN, betreft=2),
    )
    assert standen(zsm) == []


def test_gif(zsm: Connector) -> None:
    """What is no melding for this tafel is kept byte for byte, told without its content, and does not stop what follows."""
    codec = standaard()
    goed = zsm.melding(2)
    onzin = codec.codeer("melding", vorm.melding_naar(zsm.melding(9)))
    vreemd = codec.codeer("melding", vorm.melding_naar(zsm.melding(1, ontvanger="vhh-twente")))
    ongeldig = codec.codeer("melding", vorm.melding_naar(zsm.melding(1)) | {"id": "Vogelzangerd"})
    feiten = vorm.feiten_naar(Feiten(Rol.VERDACHTE, Thema.OVERIG, GrondslagId("wgs-vhh")))
    ander = codec.codeer(
        "vraag",
        {"id": "1", "tafel": "t", "tijd": 0, "uiterlijk": 0, "feiten": feiten, "sleutels": [], "tokens": b""},
    )
    gif = [b"", b"\xc3\x01onbekend-schema", onzin[:-3], onzin + b"x", b"\x00\x00\x00\x00\x07x", vreemd, ongeldig, ander]
    with capture_logs() as regels:
        zsm.bezorg(*gif, goed)
    assert [melding["id"] for melding in toon(zsm)] == [str(goed.id)]
    assert zsm.inbox.posities() == {0: len(gif) + 1}
    with sqlite3.connect(zsm.instellingen.opslag) as db:
        bewaard = db.execute("SELECT plaats, reden, sleutel, waarde FROM onleesbaar ORDER BY plaats").fetchall()
    db.close()
    assert [waarde for *_, waarde in bewaard] == gif
    assert {reden for _, reden, *_ in bewaard} == {
        "onleesbaar",
        "onbekendschema",
        "andere_ontvanger",
        "ongeldig",
        "ander_soort_record",
    }
    assert [regel["event"] for regel in regels] == ["melding_onleesbaar"] * len(gif)
    assert "Vogelzangerd" not in repr(regels)
    tekst = zsm.meters.onleesbaar.collect()
    assert next(iter(tekst)).samples[0].value == len(gif)


def test_hervat(zsm: Connector) -> None:
    """After a restart the inbox goes on where its transaction ended, and shows nothing before it is up to date."""
    zsm.bezorg(zsm.melding(1), zsm.melding(2))
    toon(zsm)
    zsm.opslag.sluit()
    opnieuw = Opslag(zsm.instellingen.opslag, zsm.instellingen.herkomst(zsm.instellingen.pseudonimiseerder), NU)
    inbox = Inbox(zsm.instellingen.tafel, opnieuw, Wachtkamer(Meters()), standaard(), Meters(), Klok())
    assert inbox.posities() == {0: 2}
    assert not inbox.bijgewerkt
    with pytest.raises(AssertionError):
        inbox.toon(0, 10)
    inbox.bij()
    assert len(inbox.toon(0, 10)) == 2
    opnieuw.sluit()


def test_halve_transactie(zsm: Connector, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a batch cannot be stored whole, nothing of it is: neither its meldingen nor how far the topic was read."""
    dubbel = zsm.melding(1)
    monkeypatch.setattr("connectors.opslag._neem_op", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        zsm.bezorg(dubbel)
    monkeypatch.undo()
    assert zsm.inbox.posities() == {}
    zsm.bezorg(dubbel)
    assert len(toon(zsm)) == 1


def test_achterstand(zsm: Connector) -> None:
    """The metric counts the seconds since the inbox last stood at the end of its topic."""
    zsm.inbox.bij()
    zsm.klok.nu += 4_500
    (meting,) = zsm.meters.achterstand.collect()
    assert meting.samples[0].value == 4.5


def test_verloren_opslag(tmp_path: Path) -> None:
    """A lost store gives the same dossiers again, so that a re-import gives the meldingen back their case number."""
    een = Connector.maak(tmp_path)
    een.bezorg(een.melding(1))
    assert [melding["zaaknummer"] for melding in toon(een)] == [None]
    een.opslag.onthoud(een.instellingen.pseudonimiseerder.dossier("05-123456-26"), "05-123456-26")
    assert [melding["zaaknummer"] for melding in toon(een)] == ["05-123456-26"]
    een.opslag.sluit()


@pytest.mark.parametrize(
    "anders", [{"organisatie": "om-noord"}, {"tafel": "zsm-noord"}, {"organisatiesleutel": "nieuw.sleutel"}]
)
def test_vreemde_opslag(tmp_path: Path, anders: dict[str, str]) -> None:
    """A store made for another organisation, tafel or key is refused with a message that says what to do."""
    Connector.maak(tmp_path).opslag.sluit()
    schrijf_organisatiesleutel(tmp_path / "nieuw.sleutel")
    with pytest.raises(OpslagFout, match=f"another {next(iter(anders))}: restore"):
        Connector.maak(tmp_path, **anders)


def test_onbruikbare_opslag(tmp_path: Path) -> None:
    """A file that is no store, or one of another version, is refused."""
    pad = tmp_path / "x.sqlite"
    pad.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    with pytest.raises(OpslagFout, match="cannot be opened"):
        Opslag(pad, {}, NU)
    goed = tmp_path / "y.sqlite"
    Opslag(goed, {}, NU).sluit()
    assert stat.S_IMODE(goed.stat().st_mode) == 0o600
    db = sqlite3.connect(goed)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(OpslagFout, match="version 99"):
        Opslag(goed, {}, NU)


def test_oudere_opslag(zsm: Connector) -> None:
    """A store of the first version is brought up to date with all that it held."""
    zsm.bezorg(zsm.melding(1))
    zsm.opslag.onthoud(zsm.melding(1).dossier, "05-123456-26")
    db = zsm.opslag.db
    db.execute("DROP TABLE terugkoppeling")
    db.execute("DROP TABLE bevraging")
    db.execute("DROP TABLE herhaling")
    db.execute("DROP TABLE publicatie")
    db.execute("DROP TABLE verzonden")
    for kolom in ("partitie", "plaats", "merk", "herstel"):
        db.execute(f"ALTER TABLE melding DROP COLUMN {kolom}")
    db.execute("ALTER TABLE positie DROP COLUMN gezien_tot")
    db.execute("ALTER TABLE positie DROP COLUMN opnieuw")
    db.execute("ALTER TABLE zaak DROP COLUMN gezien")
    db.execute("ALTER TABLE onleesbaar DROP COLUMN op")
    db.execute("DROP INDEX melding_dossier")
    db.execute(
        "UPDATE melding SET inhoud = json_remove(inhoud, '$.code', '$.reactie', '$.status', '$.reden', '$.loket', '$.geslotenTot')"
    )
    db.execute("PRAGMA user_version = 1")
    zsm.opslag.sluit()
    opnieuw = Opslag(zsm.instellingen.opslag, zsm.instellingen.herkomst(zsm.instellingen.pseudonimiseerder), NU)
    inbox = Inbox(zsm.instellingen.tafel, opnieuw, Wachtkamer(Meters()), standaard(), Meters(), Klok())
    inbox.bij()
    (melding,) = map(json.loads, inbox.toon(0, 10))
    assert (melding["zaaknummer"], melding["code"], melding["reacties"]) == ("05-123456-26", None, [])
    inbox.neem_in(0, records([zsm.melding(1), zsm.melding(2)]))
    assert len(inbox.toon(0, 10)) == 2
    opnieuw.sluit()


STAPPEN = st.lists(st.sampled_from(["melden", "intrekken", "corrigeren", "tonen", "herhalen"]), max_size=25)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STAPPEN)
def test_nooit_een_verdwaalde(tmp_path_factory: pytest.TempPathFactory, stappen: list[str]) -> None:
    """In any order of events: what stands at the source stands in the inbox, and whoever saw something withdrawn is told."""
    connector = Connector.maak(tmp_path_factory.mktemp("inbox"))
    nummer, staand, plaats = 0, None, 0
    alle: list[Melding] = []
    gezien: set[str] = set()
    verteld: set[str] = set()
    keten: list[str] = []
    for stap in [*stappen, "tonen"]:
        match stap:
            case "melden" if staand is None:
                nummer += 1
                alle.append(connector.melding(nummer))
                staand, keten = nummer, [str(alle[-1].id)]
            case "corrigeren" if staand is not None:
                nummer += 1
                alle.append(connector.melding(nummer, CORRECTIE, betreft=staand))
                staand = nummer
                keten.append(str(alle[-1].id))
            case "intrekken" if staand is not None:
                nummer += 1
                alle.append(connector.melding(nummer, INGETROKKEN, betreft=staand))
                if gezien & set(keten):
                    verteld.add(str(alle[-1].id))
                staand = None
            case "herhalen" if alle:
                plaats = 0
            case "tonen":
                getoond = toon(connector)
                staat = {m["id"] for m in getoond if m["stand"] == "STAAT" and m["soort"] != "INGETROKKEN"}
                assert staat == (set() if staand is None else {keten[-1]})
                assert {m["id"] for m in getoond if m["soort"] == "INGETROKKEN"} == verteld
                gezien |= {m["id"] for m in getoond}
                continue
        connector.bezorg(*alle[plaats:], vanaf=plaats) if alle[plaats:] else None
        plaats = len(alle)
    connector.opslag.sluit()
