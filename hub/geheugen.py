"""What a process makes at its start stays until its end: there is no garbage to look for in it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def blijvend() -> Iterator[None]:
    """Whatever is made inside is taken to stay: Python looks for no garbage in it, while it is made or ever after.

    That search took a seventh of a worker's start, and each later one would begin with everything that was imported. For code that
    runs once in a process, or a few times: a cycle that is there at the end and dropped later is never found.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
