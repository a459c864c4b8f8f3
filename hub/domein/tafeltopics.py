"""The two topics of a tafel: what connector and hub must call alike."""

from functools import lru_cache


@lru_cache(1024)
def signaal_topic(tafel: str) -> str:
    """What a tafel says."""
    return f"signaal.{tafel}.v1"


@lru_cache(1024)
def melding_topic(tafel: str) -> str:
    """What a tafel hears."""
    return f"melding.{tafel}.v1"


def tafel_van(topic: str) -> str:
    """The tafel whose topic this is: the broker's access list is the proof of who speaks."""
    return topic.removeprefix("signaal.").removesuffix(".v1")
