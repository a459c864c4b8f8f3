"""Every fault that the hub must bear without losing, doubling or leaking anything."""

from tests.fouten import brokerfouten, gegevensfouten, netwerkfouten, werkerfouten
from tests.fouten.fout import Fout

TABEL: dict[str, Fout] = {
    fout.naam: fout
    for fout in (*werkerfouten.FOUTEN, *brokerfouten.FOUTEN, *netwerkfouten.FOUTEN, *gegevensfouten.FOUTEN)
}
