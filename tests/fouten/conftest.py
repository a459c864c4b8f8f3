"""The faults use the installation of the chain's tests."""

from tests.keten.conftest import keten

__all__ = ["keten"]
