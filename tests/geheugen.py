"""How much memory something takes while it runs."""

import tracemalloc
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def met_gebruik(doe: Callable[[], T]) -> tuple[T, int]:
    """What `doe` gives, and the bytes of Python that were in use at most while it ran."""
    tracemalloc.start()
    try:
        return doe(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
