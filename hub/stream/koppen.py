"""Record headers whose names are not UTF-8.

Kafka takes any bytes as a header's name; aiokafka's compiled parser takes only UTF-8, and one such record would stop every partition of
a worker, at every start. Once such a record is met, this process reads with aiokafka's own parser in Python, which can be made tolerant:
slower, but nothing stops, and the record is refused or taken in like any other. The name reads `\\xff` for what it cannot be.
"""

from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record import default_records, memory_records

_MAGIC = 16  # byte of a batch that tells its format
_MET_KOPPEN = 2  # the first format with headers


class _Tolerant(bytearray):
    """A slice of a record's bytes that always decodes."""

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)


class _Buffer(bytearray):
    """The bytes of a batch, whose slices are tolerant."""

    def __getitem__(self, plek: Any) -> Any:
        deel = super().__getitem__(plek)
        return _Tolerant(deel) if isinstance(deel, bytearray) else deel


class TolerantBatch(default_records._DefaultRecordBatchPy):  # type: ignore[misc]
    """A record batch that reads header names of any bytes."""

    def __init__(self, buffer: Any) -> None:
        super().__init__(buffer)
        self._buffer: bytearray = _Buffer(self._buffer)

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Buffer(self._buffer)


class TolerantRecords(memory_records._MemoryRecordsPy):  # type: ignore[misc]
    """aiokafka's sequence of batches, with tolerant ones where there can be headers."""

    def next_batch(self, *args: Any, **kwargs: Any) -> Any:
        stuk = self._next_slice
        batch = super().next_batch(*args, **kwargs)
        return TolerantBatch(stuk) if stuk is not None and stuk[_MAGIC] >= _MET_KOPPEN else batch


def lees_kapotte_koppen() -> None:
    """From now on, read with the tolerant parser."""
    fetcher.MemoryRecords = TolerantRecords
