"""The embedded broker: a real Apache Kafka (KRaft, one node, loopback) as a child process of demo, bench and tests.

Its jars are fetched by `make setup`. Data stay in the folder it is given, so that it may be killed and started again.
It is no production set-up: one replica, and security only when asked for. HUB_KAFKA_BOOTSTRAP names an existing broker instead.
"""

import atexit
import base64
import datetime as dt
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final, Self

import click
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from pydantic import ValidationError

from deploy.kafka.java import KAFKA_MAP, LIBS, Java, vind_java
from deploy.kafka.vorm import Vorm, beheer, gekozen_vorm
from deploy.poort import is_vrij, vrije_poort
from deploy.sterf_mee import sterf_mee
from hub.stream.inrichting import FORMAAT, begin
from hub.stream.verbinding import Verbinding

BOOTSTRAP_VARIABELE: Final = "HUB_KAFKA_BOOTSTRAP"
SNEL_STARTEN: Final = ("-XX:TieredStopAtLevel=1",)
"""For demo and tests: the quick compiler only."""
VOLLE_VAART: Final[tuple[str, ...]] = ()
"""For measurements: the optimising compiler too."""

_HIER: Final = Path(__file__).parent
_MAX_POGINGEN: Final = 3  # a free port may be taken between choosing and binding
_JVM: Final = (
    *("-XX:+UseSerialGC", "-XX:ActiveProcessorCount=2", "-Xshare:auto"),
    *("-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true"),
    f"-Dlog4j2.configurationFile={_HIER / 'log4j2.properties'}",
    *("-cp", f"{LIBS}/*"),
)


class BrokerFout(click.ClickException):
    """The broker cannot run or cannot be reached; the message says what to do."""


class PoortBezet(BrokerFout):
    """Something else listens on the port that the broker needs."""


class Broker:
    """One Kafka node that lives in `map`. On Linux it dies with the thread that started it, whatever ends that thread.

    `poort` is the clients' port; without it a free one is chosen at the first start and kept for every later one.
    `jvm` is SNEL_STARTEN or VOLLE_VAART. A secured one has its secrets in `map`/geheim. `erbij` is put behind the form's
    server.properties, with the same words filled in; what stands last counts.
    """

    def __init__(
        self,
        map: Path,  # noqa: A002 - the word of the command line too
        poort: int | None = None,
        *,
        jvm: Sequence[str] = SNEL_STARTEN,
        vorm: Vorm = Vorm.OPEN,
        erbij: str = "",
    ) -> None:
        self.map = map.absolute()
        self.vorm = vorm
        self._erbij = erbij
        self._poort = poort
        self._jvm = tuple(jvm)
        self._proces: subprocess.Popen[bytes] | None = None
        self._nieuw_archief: Path | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients, known from the first start on."""
        if self._poort is None:
            raise BrokerFout("The broker has no port yet: start it first.")
        return f"127.0.0.1:{self._poort}"

    @property
    def beheer(self) -> Verbinding:
        """The operator's connection, known from the first start on."""
        return beheer(self.bootstrap, self.vorm, self.geheim)

    @property
    def geheim(self) -> Path:
        """Certificates and the operator's password of a secured broker."""
        return self.map / "geheim"

    @property
    def logbestand(self) -> Path:
        return self.map / "broker.log"

    @property
    def proces(self) -> subprocess.Popen[bytes]:
        """The running Java process."""
        if self._proces is None:
            raise BrokerFout("The broker is not running.")
        return self._proces

    def start(self) -> None:
        """Format the folder if it is new, start, return when clients get metadata. BrokerFout says why it cannot."""
        if self._proces is not None:
            raise BrokerFout("The broker is running already.")
        if not list(LIBS.glob("kafka_2.13-*.jar")):
            raise BrokerFout("Kafka is not there yet: run `make setup`.")
        java = vind_java()
        self.map.mkdir(parents=True, exist_ok=True)
        gezegd = self._poort
        for rest in reversed(range(_MAX_POGINGEN)):
            try:
                self._probeer(java)
            except PoortBezet:
                if not rest:
                    raise
                self._poort = gezegd  # one that clients know stays
            else:
                return

    def stop(self) -> None:
        """Let the broker finish (SIGTERM); kill it after 30 seconds. A broker that does not run is left alone."""
        if self._proces is None:
            return
        self._proces.send_signal(signal.SIGCONT)
        self._proces.terminate()
        try:
            self._proces.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        else:
            self._vergeet()

    def kill(self) -> None:
        """End the broker as a power cut would (SIGKILL). `start` brings it back on the same port with the same data."""
        self.proces.kill()
        self.proces.wait()
        self._vergeet()

    def pause(self) -> None:
        """Make the broker hang (SIGSTOP): connections stay open, and nothing is answered or written once this returns.

        kill(2) returns before every thread stands still, on a busy machine milliseconds before.
        """
        self.proces.send_signal(signal.SIGSTOP)
        # WNOWAIT leaves the end of a broker that died meanwhile for Popen to see.
        os.waitid(os.P_PID, self.proces.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if self.proces.poll() is not None:
            raise BrokerFout(f"Kafka stopped with exit code {self.proces.returncode}; see {self.logbestand}.")

    def resume(self) -> None:
        """Let a paused broker go on (SIGCONT)."""
        self.proces.send_signal(signal.SIGCONT)

    def wait_ready(self, seconden: float = 60) -> None:
        """Return when the broker answers a metadata request; BrokerFout with the end of its log if it does not."""
        proces = self.proces

        def leeft() -> bool:
            return proces.poll() is None

        if not wacht_op_metadata(self.beheer, seconden, leeft):
            wat = f"is not ready after {seconden:.0f} s" if leeft() else f"stopped with exit code {proces.returncode}"
            raise BrokerFout(f"Kafka {wat}; {self.logbestand} ends with:\n{self.staart()}")

    def staart(self, regels: int = 15) -> str:
        """The last lines of the broker's log."""
        return "\n".join(self.logbestand.read_text(errors="replace").splitlines()[-regels:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _probeer(self, java: Java) -> None:
        if self._poort is None:
            self._poort = vrije_poort()
        elif not is_vrij(self._poort):
            raise PoortBezet(_raad_bij_bezet(self._poort))
        data, instellingen = self.map / "data", self.map / "server.properties"
        if self.vorm is Vorm.BEVEILIGD and not (self.geheim / FORMAAT).exists():
            begin(self.geheim, ("127.0.0.1", "localhost"), dt.datetime.now(dt.UTC))
        plekken = {"poort": self._poort, "besturing": vrije_poort(), "onderling": vrije_poort()}
        instellingen.write_text(
            Template(f"{self.vorm.sjabloon}\n{self._erbij}").substitute(plekken, data=data, geheim=self.geheim), "utf-8"
        )
        if not (data / "meta.properties").exists():
            _formatteer(java, instellingen, [f"@{self.geheim / FORMAAT}"] if self.vorm is Vorm.BEVEILIGD else [])
        with self.logbestand.open("ab") as log:
            voor = log.tell()
            self._proces = subprocess.Popen(  # noqa: S603 - our own command line
                sterf_mee(
                    [
                        java.pad,
                        "-Xms256m",
                        "-Xmx384m",
                        *self._jvm,
                        *self._archief(java),
                        *_JVM,
                        "kafka.Kafka",
                        instellingen,
                    ]
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in a terminal is for us: we stop what uses the broker first
            )
        atexit.register(self._proces.kill)
        try:
            self.wait_ready()
        except BrokerFout:
            self.kill()
            if b"Address already in use" in self.logbestand.read_bytes()[voor:]:
                raise PoortBezet(_raad_bij_bezet(self._poort)) from None
            raise

    def _archief(self, java: Java) -> list[str]:
        """Share Kafka's classes if an earlier run of this Java wrote them down; else this one does at its stop."""
        if java.archief.exists():
            return [f"-XX:SharedArchiveFile={java.archief}"]
        self._nieuw_archief = java.archief.with_suffix(f".{os.getpid()}-{self._poort}")
        return [f"-XX:ArchiveClassesAtExit={self._nieuw_archief}"]

    def _vergeet(self) -> None:
        """Forget the process that ended; put its class archive where the next start finds it, whole or not at all."""
        gestopt, self._proces = self.proces, None
        atexit.unregister(gestopt.kill)
        nieuw, self._nieuw_archief = self._nieuw_archief, None
        if nieuw is None or not nieuw.exists():
            return
        if gestopt.returncode == -signal.SIGKILL:
            nieuw.unlink()
        else:
            nieuw.replace(vind_java().archief)


class BestaandeBroker:
    """A broker that others run, named by HUB_KAFKA_BOOTSTRAP; has of Broker what its users need."""

    def __init__(self, beheer: Verbinding) -> None:
        self.beheer: Final = beheer
        self.vorm: Final = Vorm.OPEN if beheer.beveiliging == "PLAINTEXT" else Vorm.BEVEILIGD

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return self.beheer.bootstrap

    def __enter__(self) -> Self:
        if not wacht_op_metadata(self.beheer, 15):
            raise BrokerFout(
                f"No Kafka answers at {BOOTSTRAP_VARIABELE}={self.bootstrap}: start it, or unset the variable."
            )
        return self

    def __exit__(self, *_: object) -> None:
        """It goes on: it is not ours."""


def kies_broker(
    map: Path,  # noqa: A002 - as Broker
    poort: int | None = None,
    *,
    jvm: Sequence[str] = SNEL_STARTEN,
    vorm: Vorm = Vorm.OPEN,
) -> Broker | BestaandeBroker:
    """The broker of HUB_KAFKA_BOOTSTRAP if that is set, else one of our own; to be used as a context manager.

    With an existing broker the other HUB_KAFKA_ variables say how its operator logs in, as they do for the hub.
    """
    if BOOTSTRAP_VARIABELE not in os.environ:
        return Broker(map, poort, jvm=jvm, vorm=vorm)
    namen = {f"HUB_KAFKA_{naam.upper()}": naam for naam in Verbinding.model_fields}
    velden: dict[str, Any] = {veld: os.environ[naam] for naam, veld in namen.items() if naam in os.environ}
    try:
        return BestaandeBroker(Verbinding(**velden))
    except ValidationError as fout:
        raise BrokerFout(f"{BOOTSTRAP_VARIABELE} names a broker, but: {fout.errors()[0]['msg']}") from None


def wacht_op_metadata(verbinding: Verbinding, seconden: float, zolang: Callable[[], bool] = lambda: True) -> bool:
    """Whether the cluster answers a metadata request within `seconden`; gives up at once when `zolang` turns false."""
    einde = time.monotonic() + seconden
    client = AdminClient(verbinding.librdkafka() | {"log_level": 0, "reconnect.backoff.max.ms": 200})
    while time.monotonic() < einde and zolang():
        try:
            if client.list_topics(timeout=0.5).brokers:
                return True
        except KafkaException:  # not there yet
            time.sleep(0.05)
    return False


def _formatteer(java: Java, instellingen: Path, gebruikers: Sequence[str]) -> None:
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # `--cluster-id=` with the equals sign: an id may begin with a dash.
    opdracht: tuple[str | Path, ...] = (
        "kafka.tools.StorageTool",
        "format",
        "--standalone",
        f"--cluster-id={cluster}",
        "--config",
        instellingen,
        *gebruikers,
    )
    archief = [f"-XX:SharedArchiveFile={java.archief}"] if java.archief.exists() else []
    uit = subprocess.run(  # noqa: S603 - our own command line
        [java.pad, "-Xmx128m", *SNEL_STARTEN, *archief, *_JVM, *opdracht], capture_output=True, text=True, check=False
    )
    if uit.returncode:  # standard output is not told: it shows the users' salted passwords
        raise BrokerFout(f"Kafka cannot format {instellingen.parent}:\n{uit.stderr}")


def _raad_bij_bezet(poort: int) -> str:
    return f"Port {poort} is in use: stop what listens there (ss -ltnp 'sport = :{poort}'), or choose another port."


@click.command()
@click.option(
    "--map", "map_", type=click.Path(path_type=Path), default=KAFKA_MAP / "demo", help="Folder for data and log."
)
@click.option("--poort", type=click.IntRange(1, 65535), default=19092, show_default=True, help="Port for clients.")
def main(map_: Path, poort: int) -> None:
    """Run the embedded broker in the foreground until SIGTERM or Ctrl-C; with BEVEILIGD=1 in the environment a secured one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Broker(map_, poort, vorm=gekozen_vorm()) as broker:
            click.echo(f"Kafka listens on {broker.bootstrap} ({broker.vorm.value}); data and log in {broker.map}")
            code = broker.proces.wait()
            raise BrokerFout(f"Kafka stopped with exit code {code}; {broker.logbestand} ends with:\n{broker.staart()}")
    except KeyboardInterrupt:
        return  # asked to stop, and stopped by leaving the block


if __name__ == "__main__":
    main()
