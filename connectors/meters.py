"""Figures of one connector for Prometheus. Labels are closed lists; never a person, a case or a dossier.

What an outcome or a reason is counted by stands at 0 from the start: of a series that begins with a burst Prometheus sees no increase.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hub.domein.codes import Bekendheid

_SECONDEN = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    """All metrics of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.register = register = CollectorRegistry()
        self.signalen = Counter(
            "connector_signalen_total",
            "Messages offered: verzonden, verouderd (not newer than what was delivered before), geweigerd (faults), onbezorgd "
            "(no Kafka, or a clock that runs ahead)",
            ["uitkomst"],
            registry=register,
        )
        self.bezorging = Histogram(
            "connector_bezorging_seconds",
            "From a validated message to the acknowledgement of all replicas",
            registry=register,
            buckets=_SECONDEN,
        )
        self.meldingen = Counter(
            "connector_meldingen_total", "New meldingen taken in, by kind", ["soort"], registry=register
        )
        self.herhaald = Counter(
            "connector_meldingen_herhaald_total", "Meldingen delivered again, without effect", registry=register
        )
        self.gemist = Counter(
            "connector_meldingen_gemist_total",
            "Meldingen that passed their retention before this connector read them",
            registry=register,
        )
        self.opslag_nieuw = Gauge(
            "connector_opslag_nieuw",
            "1: another store of this tafel delivered before, and `connector teruggezet opslag` was not given",
            registry=register,
        )
        self.onleesbaar = Counter(
            "connector_meldingen_onleesbaar_total",
            "Records on the melding topic that are no melding for this tafel; kept in the store",
            registry=register,
        )
        self.achterstand = Gauge(
            "connector_inbox_achterstand_seconds",
            "Seconds since the inbox last stood at the end of its topic",
            registry=register,
        )
        self.bijgewerkt = Gauge(
            "connector_inbox_bijgewerkt", "1 when the topic has been read to its end once", registry=register
        )
        self.wachtende_bewijzen = Gauge(
            "connector_bezorgbewijzen_wachtend",
            "Receipts of meldingen that were not delivered to the hub yet",
            registry=register,
        )
        self.brokercertificaat_tot = Gauge(
            "connector_broker_certificaat_geldig_tot_timestamp_seconds",
            "Until when the certificate is valid that the broker last showed this connector; no series in plain text",
            ["adres"],
            registry=register,
        )
        self.bevragingen = Counter(
            "connector_bevragingen_total", "Questions answered, by what could be told", ["uitkomst"], registry=register
        )
        self.bevragingen_geweigerd = Counter(
            "connector_bevragingen_geweigerd_total",
            "Questions not asked: quotum_client, quotum_actor, te_veel_tegelijk, onbezorgd (no Kafka), ongeldig (faults)",
            ["reden"],
            registry=register,
        )
        self.antwoorden = Counter(
            "connector_antwoorden_total",
            "Answers that came while somebody waited (op_tijd), or not (te_laat: dropped)",
            ["uitkomst"],
            registry=register,
        )
        self.wachtende_vragen = Gauge(
            "connector_bevragingen_wachtend", "Questions that wait for their answer now", registry=register
        )
        self.herpubliceren = Gauge(
            "connector_dossiers_herpubliceren",
            "Active dossiers to deliver again: nieuw_ontbreekt (not yet under every key period, reading and table that is written), "
            "oud_staat_nog (still under one that is written no more)",
            ["reden"],
            registry=register,
        )
        self.sleutels = Gauge(
            "connector_sleutels_info",
            "Series of keys that are written: key period, public check value, layout and reading of names, hash of the table of name "
            "frequencies",
            ["tijdvak", "controle", "indeling", "tabelhash"],
            registry=register,
        )
        self.toegang_geweigerd = Counter(
            "connector_toegang_geweigerd_total",
            "Requests not let in: geen_token, ongeldig_token, verlopen, geen_recht (scope), te_vaak (rate), geen_sleutels (issuer away)",
            ["reden"],
            registry=register,
        )
        for teller, waarden in (
            (self.signalen, ("verzonden", "verouderd", "geweigerd", "onbezorgd")),
            (self.bevragingen, tuple(Bekendheid)),
            (
                self.bevragingen_geweigerd,
                ("quotum_client", "quotum_actor", "te_veel_tegelijk", "onbezorgd", "ongeldig"),
            ),
            (self.antwoorden, ("op_tijd", "te_laat")),
            (
                self.toegang_geweigerd,
                ("geen_token", "ongeldig_token", "verlopen", "geen_recht", "te_vaak", "geen_sleutels"),
            ),
        ):
            for waarde in waarden:
                teller.labels(waarde)
        self.stromen = Gauge("connector_stromen", "Open streams of server-sent events", registry=register)
        self.verzoeken = Histogram(
            "connector_verzoeken_seconds",
            "HTTP requests, by route, method and status",
            ["route", "methode", "status"],
            registry=register,
            buckets=_SECONDEN,
        )
