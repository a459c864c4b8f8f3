"""What every room's tests share: one real broker for the whole run, and topic names that belong to one test alone."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient
from filelock import FileLock
from hypothesis import HealthCheck, settings

from demo.opstelling import BEHEERTERMIJN
from deploy.kafka.broker import BOOTSTRAP_VARIABELE, BestaandeBroker, Broker, kies_broker
from deploy.kafka.vorm import Vorm, beheer, gekozen_vorm

# How long an example takes says something of the machine, not of the code.
settings.register_profile("hub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("lang", settings.get_profile("hub"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "hub"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whoever asks for a broker needs Kafka: `pytest -m "not kafka"` runs all the others. What is marked chaos runs only when asked."""
    for item in items:
        if {"broker", "veilige_broker", "eigen_broker"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("kafka")
    if "chaos" not in config.option.markexpr:
        lang = [item for item in items if item.get_closest_marker("chaos")]
        config.hook.pytest_deselected(items=lang)
        items[:] = [item for item in items if item not in lang]


def _leeft(gebruiker: Path) -> bool:
    """Whether this user of a broker still runs: one that died gave no notice."""
    try:
        os.kill(int(gebruiker.name.rpartition("-")[2]), 0)
    except ProcessLookupError:
        return False
    return True


def gedeelde_broker(vorm: Vorm, loop: str) -> Iterator[Broker | BestaandeBroker]:
    """One broker of this form for all test processes of the run `loop`: the first that needs it starts it, the last that used it
    stops it."""
    gedeeld = Path(tempfile.gettempdir()) / f"hub-test-{loop}-{vorm.value}"
    gedeeld.mkdir(exist_ok=True)
    adres, slot = gedeeld / "bootstrap", FileLock(gedeeld / "slot")
    eigen: Broker | None = None
    with slot:
        if not adres.exists():
            eigen = Broker(gedeeld / "kafka", vorm=vorm)
            eigen.start()
            adres.write_text(eigen.bootstrap)
        (gedeeld / f"gebruiker-{os.getpid()}").touch()
    yield eigen or BestaandeBroker(beheer(adres.read_text(), vorm, gedeeld / "kafka" / "geheim"))
    (gedeeld / f"gebruiker-{os.getpid()}").unlink()
    if eigen is not None:
        # Its process started it: it must outlive the others.
        while any(_leeft(een) for een in gedeeld.glob("gebruiker-*")):
            time.sleep(0.2)
        eigen.stop()
        shutil.rmtree(gedeeld, ignore_errors=True)


@pytest.fixture(scope="session")
def veilige_broker(testrun_uid: str) -> Iterator[Broker | BestaandeBroker]:
    """The secured broker of this run: another one than `broker`, for default deny and the authorizer hold for a broker as a whole."""
    yield from gedeelde_broker(Vorm.BEVEILIGD, testrun_uid)


@pytest.fixture(scope="session")
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, testrun_uid: str
) -> Iterator[Broker | BestaandeBroker]:
    """The one broker of this run (that of HUB_KAFKA_BOOTSTRAP if set, secured with BEVEILIGD=1); never stop it: `eigen_broker` is
    for that."""
    if BOOTSTRAP_VARIABELE in os.environ:
        with kies_broker(tmp_path_factory.mktemp("kafka")) as bestaand:
            yield bestaand
    elif gekozen_vorm() is Vorm.BEVEILIGD:
        yield request.getfixturevalue("veilige_broker")
    else:
        yield from gedeelde_broker(Vorm.OPEN, testrun_uid)


@pytest.fixture
def prefix(broker: Broker | BestaandeBroker) -> Iterator[str]:
    """A topic prefix of this test alone; the topics under it are deleted afterwards."""
    eigen = f"t{secrets.token_hex(4)}-"
    yield eigen
    admin = AdminClient(broker.beheer.librdkafka())
    gemaakt = [t for t in admin.list_topics(timeout=BEHEERTERMIJN).topics if t.startswith(eigen)]
    if gemaakt:
        for bevestigd in admin.delete_topics(gemaakt).values():
            bevestigd.result(BEHEERTERMIJN)


@pytest.fixture
def eigen_vorm() -> Vorm:
    """Of a broker of one's own; a module that needs a certain one has a fixture of this name."""
    return gekozen_vorm()


@pytest.fixture
def eigen_broker(tmp_path: Path, eigen_vorm: Vorm) -> Iterator[Broker]:
    """A broker of this test alone, which it may kill, pause and start again."""
    b = Broker(tmp_path / "kafka", vorm=eigen_vorm)
    try:
        b.start()
        yield b
    finally:
        b.stop()
        shutil.rmtree(b.map / "data", ignore_errors=True)
