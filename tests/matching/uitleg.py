"""What the hub would find for two persons, without a hub: the other way to the numbers that a recorded stand explains."""

from hub.domein.koppeling import GEEN_BEWIJS
from hub.matching.codering import Codeerder
from hub.matching.model import Model
from hub.matching.namen import Persoon
from hub.matching.niveaus import vergelijk
from hub.matching.sleutels import Sleutelring
from hub.matching.uitleg import Uitleg, uitleg_van


def uitleg_van_personen(a: Persoon, b: Persoon, ring: Sleutelring, model: Model) -> Uitleg:
    """Through their real keys and encodings."""
    codeerder = Codeerder(ring)
    delen = [codeerder.bulk([a, b], nummer) for nummer in range(len(ring.tijdvakken))]
    links, rechts = (
        {
            int(token): deel.coderingen[n]
            for deel in delen
            for n, token in enumerate(deel.tokens.tolist())
            if deel.start[kant] <= n < deel.start[kant + 1]
        }
        for kant in (0, 1)
    )
    token = min(links.keys() & rechts.keys(), default=None)
    if token is None:
        return uitleg_van(GEEN_BEWIJS, model)
    niveaus = vergelijk(links[token].tobytes(), rechts[token].tobytes())
    assert niveaus is not None, "both are of the layout that this program writes"
    return uitleg_van(model.bewijs(niveaus), model)
