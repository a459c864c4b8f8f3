"""These tests run on a secured broker, whatever the rest of the run uses."""

import pytest

from deploy.kafka.broker import BestaandeBroker, Broker


@pytest.fixture(scope="session")
def broker(veilige_broker: Broker | BestaandeBroker) -> Broker | BestaandeBroker:
    """The secured broker of this run."""
    return veilige_broker
