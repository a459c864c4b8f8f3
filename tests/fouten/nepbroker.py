"""librdkafka's mock cluster: a broker in this process that answers with the error codes that it is told. For what a real one will not do.

The calls are those of `rdkafka_mock.h`, in the library that confluent-kafka brings; it has no Python interface of its own.
"""

import ctypes
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

import confluent_kafka

PRODUCE: Final = 0
OFFSET_COMMIT: Final = 8
"""Numbers of requests in the Kafka protocol."""
_PRODUCENT: Final = 0  # RD_KAFKA_PRODUCER
_ENIGE: Final = 1  # id of the one broker


def _bibliotheek() -> ctypes.CDLL:
    pakket = Path(confluent_kafka.__file__).parent
    (pad,) = pakket.with_name("confluent_kafka.libs").glob("librdkafka-*.so*")
    lib = ctypes.CDLL(str(pad))
    for naam, geeft, neemt in (
        ("rd_kafka_conf_new", ctypes.c_void_p, []),
        ("rd_kafka_conf_set", ctypes.c_int, [ctypes.c_void_p, *[ctypes.c_char_p] * 3, ctypes.c_size_t]),
        ("rd_kafka_new", ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
        ("rd_kafka_destroy", None, [ctypes.c_void_p]),
        ("rd_kafka_mock_cluster_new", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
        ("rd_kafka_mock_cluster_destroy", None, [ctypes.c_void_p]),
        ("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, [ctypes.c_void_p]),
        ("rd_kafka_mock_topic_create", ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [ctypes.c_void_p, ctypes.c_int32]),
        (
            "rd_kafka_mock_broker_push_request_error_rtts",  # ends with a pair (code, ms until the answer) per request
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int16, ctypes.c_size_t],
        ),
        (
            "rd_kafka_mock_broker_error_stack_cnt",
            ctypes.c_int,
            [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int16, ctypes.POINTER(ctypes.c_size_t)],
        ),
    ):
        functie = getattr(lib, naam)
        functie.restype, functie.argtypes = geeft, neemt
    return lib


class Nepbroker:
    """One mock broker. Topics without compaction, groups without static members, no security."""

    def __init__(self, topics: Iterable[str], partities: int) -> None:
        self._lib = lib = _bibliotheek()
        fout = ctypes.create_string_buffer(256)
        conf = lib.rd_kafka_conf_new()
        lib.rd_kafka_conf_set(conf, b"bootstrap.servers", b"127.0.0.1:1", fout, 256)
        lib.rd_kafka_conf_set(conf, b"log_level", b"0", fout, 256)
        self._client = lib.rd_kafka_new(_PRODUCENT, conf, fout, 256)
        assert self._client, fout.value
        self._cluster = lib.rd_kafka_mock_cluster_new(self._client, 1)
        assert self._cluster
        self.bootstrap: Final = lib.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()
        lib.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)
        for topic in topics:
            assert lib.rd_kafka_mock_topic_create(self._cluster, topic.encode(), partities, 1) == 0

    def weiger(self, verzoek: int, code: int, keer: int) -> None:
        """Answer the next so many requests of this kind, whoever sends them, with an error code."""
        paren = [ctypes.c_int(een) for _ in range(keer) for een in (code, 0)]
        assert not self._lib.rd_kafka_mock_broker_push_request_error_rtts(self._cluster, _ENIGE, verzoek, keer, *paren)

    def te_gaan(self, verzoek: int) -> int:
        """How many of those answers were not given yet."""
        aantal = ctypes.c_size_t()
        vraag = self._lib.rd_kafka_mock_broker_error_stack_cnt
        assert not vraag(self._cluster, _ENIGE, verzoek, ctypes.byref(aantal))
        return aantal.value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lib.rd_kafka_mock_cluster_destroy(self._cluster)
        self._lib.rd_kafka_destroy(self._client)
