"""Compiled functions: the few loops that Python is too slow for."""

from collections.abc import Callable
from typing import Any

import numba


def gecompileerd(functie: Callable[..., Any]) -> Callable[..., Any]:
    """Compiles at the first call, and keeps the result beside the source or in the user's cache, where one can be written.

    A kept result is found again by the time and size of its own source file only: everything that one compiled function calls
    stands in the same file.
    """
    try:
        snel: Callable[..., Any] = numba.njit(cache=True)(functie)
    except RuntimeError:  # no place to keep it: a read-only installation without a home directory
        snel = numba.njit(functie)
    return snel
