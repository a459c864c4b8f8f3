"""The main road: from signaal to melding, both ways, on a real broker."""

import json
import os
import subprocess

from demo.opstelling import kafka_omgeving
from hub.domein.codes import Vervolgingsbeslissing, Vrijgaverol
from hub.stream.codec import standaard
from tests.keten.harnas import BIN, Keten
from tests.keten.signalen import BEGIN, MIDDEN_BRABANT, TWENTE, ZSM, bericht, signaal, vervallen


def test_both_tafels_hear_of_each_other_and_of_the_withdrawal(keten: Keten) -> None:
    """A verdachte and a casus of one person give a melding at each side; when the verdachte vervalt, both are recalled."""
    keten.start("worker-1")
    verdachte, casus = signaal(ZSM, 1), signaal(TWENTE, 1)
    keten.zend([bericht(verdachte), bericht(casus), bericht(signaal(MIDDEN_BRABANT, 2))])
    keten.wacht_stil()
    gemeld = {m["ontvanger"]: m for m in keten.meldingen().values()}
    assert set(gemeld) == {ZSM, TWENTE}
    assert gemeld[ZSM]["soort"] == gemeld[TWENTE]["soort"] == "BEKEND"
    assert gemeld[ZSM]["dossier"] == verdachte.dossier and gemeld[TWENTE]["dossier"] == casus.dossier
    assert gemeld[ZSM]["contact"]["tafel"] == TWENTE and gemeld[TWENTE]["contact"]["tafel"] == ZSM
    assert gemeld[ZSM]["kenmerk"] == gemeld[TWENTE]["kenmerk"]
    assert gemeld[ZSM]["advies_beschikbaar"] is True
    keten.zend([bericht(vervallen(verdachte, BEGIN + 1))])
    keten.wacht_stil()
    ingetrokken = [m for m in keten.meldingen().values() if m["soort"] == "INGETROKKEN"]
    assert {m["betreft"] for m in ingetrokken} == {m["id"] for m in gemeld.values()}
    assert all(m["contact"] is None for m in ingetrokken)
    assert keten.staand() == []


def test_a_held_koppeling_goes_on_when_the_facts_change(keten: Keten) -> None:
    """Without a decision and urgency the Veiligheidshuis hears nothing; when VERVOLGEN is signalled it does, and only then."""
    keten.start("worker-1")
    open_ = signaal(
        ZSM,
        1,
        vervolgingsbeslissing=Vervolgingsbeslissing.OPEN,
        spoedeisend=False,
    )
    keten.zend([bericht(open_), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    assert {m["ontvanger"] for m in keten.meldingen().values()} == {ZSM}
    keten.zend([bericht(signaal(ZSM, 1, versie=BEGIN + 1))])
    keten.wacht_stil()
    assert {m["ontvanger"] for m in keten.meldingen().values()} == {ZSM, TWENTE}
    besluiten = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.beslissing.v1")]
    naar_twente = [b["besluit"] for b in besluiten if b["ontvanger"] == TWENTE]
    assert naar_twente == ["AANGEHOUDEN", "MELDEN"]


def test_every_melding_has_its_decision_and_its_processing_lines(keten: Keten) -> None:
    """Decision with rules and hashes, and one processing line per side, joined by the trace that the signaal brought."""
    keten.start("worker-1")
    casus = bericht(signaal(TWENTE, 1))
    keten.zend([bericht(signaal(ZSM, 1, vrijgave=Vrijgaverol.GEEN, vrijgave_moment=None))])
    keten.wacht_stil()
    keten.zend([casus])
    keten.wacht_stil()
    trace = dict(casus.headers)["traceparent"].decode().split("-")[1]
    besluiten = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.beslissing.v1")]
    assert {b["ontvanger"]: b["besluit"] for b in besluiten} == {TWENTE: "AANGEHOUDEN", ZSM: "MELDEN"}
    assert all(
        b["trace_id"] == trace and b["regels"] and b["beleid"] and b["register"] and b["model"] for b in besluiten
    )
    assert all(set(json.loads(b["verzoek"])) == {"subject", "action", "resource", "context"} for b in besluiten)
    regels = [standaard().decodeer(r.value)[1] for r in keten.lees("hub.verwerking.v1")]
    assert len(regels) == 2 and {regel["trace_id"] for regel in regels} == {trace}
    assert all(regel["processing_activity_id"].startswith("https://") for regel in regels)


def test_meldingen_carry_cloudevents_headers_and_a_trace_of_their_own(keten: Keten) -> None:
    """NL GOV profile: id, source (OIN urn), specversion and type; and no trace by which two tafels could join theirs."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    traces = set()
    for tafel in (ZSM, TWENTE):
        (record,) = keten.lees(f"melding.{tafel}.v1")
        headers = {naam: waarde.decode() for naam, waarde in record.headers}
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_id"] == standaard().decodeer(record.value)[1]["id"]
        assert headers["ce_source"].startswith("urn:nld:oin:00000099")
        assert headers["ce_type"] == "nl.uitwisselhub.melding.v1"
        assert headers["content-type"] == "application/avro"
        traces.add(headers["traceparent"])
    assert len(traces) == 2


def test_a_worker_tells_its_versions_and_metrics(keten: Keten) -> None:
    """/gereed names policy, register and model; /metrics counts decisions and meldingen without a dossier."""
    (werker,) = keten.start("worker-1")
    verdachte = signaal(ZSM, 1)
    keten.zend([bericht(verdachte), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    status, toestand = werker.vraag("/gereed")
    assert status == 200 and set(json.loads(toestand)) >= {"beleid", "register", "model", "instantie"}
    _, metrics = werker.vraag("/metrics")
    assert 'hub_meldingen_total{soort="BEKEND",tafel="vhh-twente"} 1.0' in metrics
    assert 'hub_records_total{kamer="inname",uitkomst="verwerkt"} 2.0' in metrics
    assert 'hub_grondslag_geldig_tot_timestamp_seconds{grondslag="wjsg-39f-zsm-vhh"}' in metrics
    assert "hub_doorlooptijd_seconds_count" in metrics and verdachte.dossier not in metrics
    assert werker.stop() == 0


def test_a_koppeling_is_explained_from_its_topic(keten: Keten) -> None:
    """The operator asks by id and reads the newest state where it lives; an unknown id is one line and an exit code."""
    keten.start("worker-1")
    keten.zend([bericht(signaal(ZSM, 1)), bericht(signaal(TWENTE, 1))])
    keten.wacht_stil()
    keten.zend([bericht(signaal(ZSM, 1, versie=BEGIN + 1))])
    keten.wacht_stil()
    (id_,) = {m["koppeling"] for m in keten.meldingen().values()}
    omgeving = os.environ | kafka_omgeving(keten.verbinding)

    def vraag(wie: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [BIN / "hub", "koppeling", "uitleg", wie], env=omgeving, capture_output=True, text=True, check=False
        )

    gevonden = vraag(id_)
    assert gevonden.returncode == 0, gevonden.stderr
    assert f"{ZSM}: VERDACHTE, versie {BEGIN + 1}" in gevonden.stdout
    assert "ZEKER: het BSN is gelijk" in gevonden.stdout
    onbekend = vraag("00000000-0000-0000-0000-000000000001")
    assert (onbekend.returncode, "hier niet bekend" in onbekend.stderr) == (1, True)
