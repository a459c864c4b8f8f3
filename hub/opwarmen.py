"""Compile what is compiled once, at set-up: `python -m hub.opwarmen`. Afterwards every process loads what was kept."""

from hub.matching import bakken, codering
from hub.matching.model import Model
from hub.matching.sleutels import Sleutelring
from hub.processors import blokken
from hub.stream.codec import standaard


def main() -> None:
    codering.warm(Sleutelring.nieuw("opwarmen"))
    bakken.warm(Model.laad().weging)
    blokken.warm(standaard())


if __name__ == "__main__":
    main()
