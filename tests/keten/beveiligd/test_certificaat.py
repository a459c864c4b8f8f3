"""The broker's certificate expires under a running hub: nobody who is in stops, who comes later is told to come back, renewing ends it."""

import asyncio
import datetime as dt
import os
import time
from collections.abc import Callable

import pytest
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from structlog.testing import capture_logs

from connectors.kafka import KafkaZender
from connectors.meters import Meters
from demo.opstelling import kafka_omgeving
from deploy.kafka.broker import Broker
from deploy.kafka.vorm import Vorm
from hub.stream import aanmelding
from hub.stream.aanmelding import CertificaatVerlopen, bewaak, meld_aan
from hub.stream.certificaten import BROKER, GELDIG_DAGEN, geef_uit
from hub.stream.topics import tafelgebruiker
from tests.keten.beveiligd.test_aanmelding import eindigt
from tests.keten.beveiligd.test_wissel import lever
from tests.keten.harnas import BIN, Keten
from tests.keten.signalen import TWENTE, ZSM, bericht, signaal

NU = dt.datetime.now(dt.UTC)
GAUGE = "hub_broker_certificaat_geldig_tot_timestamp_seconds{"


@pytest.fixture
def eigen_vorm() -> Vorm:
    return Vorm.BEVEILIGD


def toon_certificaat(keten: Keten, broker: Broker, sinds: dt.datetime) -> None:
    """The broker shows clients another certificate from now on; connections that are there stay."""
    geef_uit(broker.geheim, ["127.0.0.1", "localhost"], sinds)
    bestand = broker.geheim / f"{sinds:%Y%m%d}.pem"
    (broker.geheim / BROKER).rename(bestand)
    wat = ConfigEntry(
        "listener.name.client.ssl.keystore.location", str(bestand), incremental_operation=AlterConfigOpType.SET
    )
    bron = ConfigResource(ResourceType.BROKER, "1", incremental_configs=[wat])
    for wacht in keten.admin.incremental_alter_configs([bron]).values():
        wacht.result(30)


async def wacht_op(waar: Callable[[], bool], termijn: float = 60) -> None:
    einde = time.monotonic() + termijn
    while not await asyncio.to_thread(waar):
        assert time.monotonic() < einde
        await asyncio.sleep(0.1)


def getoond(metrieken: str) -> float:
    """The end of the certificate in the only series of a worker."""
    (regel,) = [regel for regel in metrieken.splitlines() if regel.startswith(GAUGE)]
    return float(regel.rpartition(" ")[2])


async def test_a_certificate_that_expires_stops_nobody_who_is_in(
    eigen_keten: Keten, eigen_broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worker and connector show its end, say so in their logs when it has passed and go on over the connections that they have; a process
    that starts ends with 75; once it is renewed the gauges show the new end and all can connect again."""
    monkeypatch.setattr(aanmelding, "RONDE", 0.2)
    (werker,) = await asyncio.to_thread(eigen_keten.start, "worker-1")
    verbinding, meter = eigen_keten.verbinding_van(tafelgebruiker(ZSM)), Meters().brokercertificaat_tot
    zender = KafkaZender(verbinding, ZSM)
    werk = [asyncio.create_task(een) for een in (zender.houd_verbonden(), bewaak(verbinding, meter))]
    eerste = await meld_aan(verbinding)
    assert eerste is not None and eerste.certificaat_tot is not None
    tot = eerste.certificaat_tot
    assert abs(tot - (NU + dt.timedelta(days=GELDIG_DAGEN)).timestamp()) < 3600
    try:
        with capture_logs() as log:
            await lever(zender, bericht(signaal(ZSM, 1)))
            await asyncio.to_thread(eigen_keten.zend, [bericht(signaal(TWENTE, 1))])
            await wacht_op(lambda: GAUGE in werker.vraag("/metrics")[1])
            assert getoond(werker.vraag("/metrics")[1]) == tot
            assert meter.labels(eigen_broker.bootstrap)._value.get() == tot

            await asyncio.to_thread(toon_certificaat, eigen_keten, eigen_broker, NU - dt.timedelta(days=398))
            with pytest.raises(CertificaatVerlopen, match=r"certificate has expired.*renew it there"):
                async with asyncio.timeout(60):  # the controller answers before the broker has it
                    while await meld_aan(verbinding):
                        await asyncio.sleep(0.1)
            await wacht_op(lambda: "brokercertificaat_verlopen" in werker.log.read_text())
            await wacht_op(lambda: any(regel["event"] == "brokercertificaat_verlopen" for regel in log))
            omgeving = os.environ | kafka_omgeving(eigen_keten.verbinding)
            code, tekst = await asyncio.to_thread(eindigt, [BIN / "hub", "topics", "check"], omgeving)
            assert code == 75 and "certificate has expired" in tekst
            await lever(zender, bericht(signaal(ZSM, 2)))
            await asyncio.to_thread(eigen_keten.zend, [bericht(signaal(TWENTE, 2))])
            await asyncio.to_thread(eigen_keten.wacht_stil)
            assert zender._producent is not None
            zender._vervang(zender._producent)
            gezegd = len(log)
            await wacht_op(
                lambda: {"kafka_onbereikbaar", "brokercertificaat_verlopen"} <= {r["event"] for r in log[gezegd:]}
            )
            assert werker.leeft and not any(taak.done() for taak in werk)

            await asyncio.to_thread(toon_certificaat, eigen_keten, eigen_broker, NU - dt.timedelta(days=1))
            await lever(zender, bericht(signaal(ZSM, 3)))
            assert len(await asyncio.to_thread(eigen_keten.meldingen)) == 4, (
                "the pair of the time without a certificate"
            )
            verschil = dt.timedelta(days=1).total_seconds()
            await wacht_op(lambda: 0 < tot - getoond(werker.vraag("/metrics")[1]) < 2 * verschil)
            await wacht_op(lambda: 0 < tot - meter.labels(eigen_broker.bootstrap)._value.get() < 2 * verschil)
            assert werker.leeft and not any(taak.done() for taak in werk)
    finally:
        for taak in werk:
            taak.cancel()
        await asyncio.gather(*werk, return_exceptions=True)
