"""A melding as the record that its receiver's topic gets."""

from collections.abc import Iterable
from typing import Final

from hub.domein.melding import Melding
from hub.domein.tafeltopics import melding_topic
from hub.domein.vorm import melding_naar
from hub.processors.namen import ONBESTELBAAR
from hub.stream.codec import Codec
from hub.stream.kop import cloudevent, trace_van
from hub.stream.record import Uitvoer

MELDING_TYPE: Final = "nl.uitwisselhub.melding.v1"


class Meldingschrijver:
    """Writes meldingen for the tafels that have joined."""

    def __init__(self, codec: Codec, tafels: Iterable[str], bron: str) -> None:
        """`tafels` can hear; `bron` is the hub's CloudEvents source."""
        self.codec, self.bron = codec, bron
        self.tafels = frozenset(tafels)
        self._schema = codec.schema("melding").vingerafdruk.hex()

    def record(self, sleutel: bytes, melding: Melding) -> Uitvoer:
        """The record under the key of what it is about."""
        headers = cloudevent(
            id_=str(melding.id),
            bron=self.bron,
            soort=MELDING_TYPE,
            tijd=melding.tijd,
            schema=self._schema,
            traceparent=trace_van(str(melding.id)),  # a new trace at the hub's border: two tafels cannot join theirs
        )
        waarde = self.codec.codeer("melding", melding_naar(melding))
        # A tafel that has left has no inbox any more: what it should still hear is kept apart, visible, and not dropped.
        topic = melding_topic(melding.ontvanger) if melding.ontvanger in self.tafels else ONBESTELBAAR
        return Uitvoer(topic, sleutel, waarde, tuple(headers))
