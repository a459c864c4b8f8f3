"""Compile the matching once, at set-up: `python -m hub.matching.opwarmen`. Afterwards every process loads what was kept."""

from hub.matching import bakken, codering
from hub.matching.model import Model
from hub.matching.sleutels import Sleutelring


def main() -> None:
    codering.warm(Sleutelring.nieuw("opwarmen"))
    bakken.warm(Model.laad().weging)


if __name__ == "__main__":
    main()
