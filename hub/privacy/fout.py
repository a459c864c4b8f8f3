"""The one error of this room: policy, grondslagen or golden table cannot be trusted, so nothing may be decided with them."""

from collections.abc import Iterable


class BeleidFout(Exception):
    """The policy cannot be loaded. `fouten` names every fault at once, in Dutch, for the officer who must mend it."""

    def __init__(self, fouten: Iterable[str]) -> None:
        self.fouten = tuple(fouten)
        super().__init__("\n".join(("Het beleid is niet geladen:", *(f"- {fout}" for fout in self.fouten))))
