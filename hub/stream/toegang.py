"""Who may do what on the broker: access rules (Kafka ACLs) made from the declared topics, and kept equal to them.

The broker denies whatever no rule allows. A worker may describe every topic and read or write what the declaration says; the user of
a tafel may write its own signaal topic and read its own melding topic, and nothing else.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from hub.stream.topics import TERMIJN, WERKER, Topic, TopicFout, eis_beheerder, stil, zonder_antwoord
from hub.stream.verbinding import Verbinding

_EIGEN: Final = ("signaal.", "melding.", "hub.")
"""How every topic of an installation begins, behind its prefix."""
_WERKER_OVERAL: Final = ("DESCRIBE", "DESCRIBE_CONFIGS")
"""With these a worker checks at start that topics and rules are as declared."""


@dataclass(frozen=True, slots=True, order=True)
class Recht:
    """One user may do one thing with one topic or group; names as on the broker."""

    gebruiker: str
    soort: str
    """TOPIC or GROUP."""
    naam: str
    handeling: str

    def __str__(self) -> str:
        return f"{self.gebruiker} {self.handeling} {self.soort.lower()} {self.naam}"


@dataclass(frozen=True, slots=True)
class Toegangverschil:
    """How the rules on the broker differ from the declaration."""

    ontbreekt: frozenset[Recht]
    teveel: tuple[AclBinding, ...]
    """Permissions on this installation's topics and groups, or of its users, that nobody declared."""
    ruimer: tuple[AclBinding, ...]
    """Rules of a wider pattern that reach this installation too: not ours to remove."""
    verboden: tuple[AclBinding, ...]
    """Prohibitions: an operator's own, left alone."""


def rechten(topics: Iterable[Topic], werkers: Iterable[str], verbinding: Verbinding, groep: str) -> frozenset[Recht]:
    """All that the users of an installation may do. `werkers` are the bare names of the workers' users."""
    namen = tuple(werkers)
    uit = {Recht(verbinding.topic(werker), "GROUP", verbinding.topic(groep), "READ") for werker in namen}
    for topic in topics:
        naam = verbinding.topic(topic.naam)
        paren = [(wie, "READ") for wie in topic.leest] + [(wie, "WRITE") for wie in topic.schrijft]
        paren += [(WERKER, handeling) for handeling in _WERKER_OVERAL]
        for wie, handeling in paren:
            for gebruiker in namen if wie == WERKER else (wie,):
                uit.add(Recht(verbinding.topic(gebruiker), "TOPIC", naam, handeling))
    return frozenset(uit)


def toon(regel: AclBinding) -> str:
    """One rule in words."""
    patroon = (
        "" if regel.resource_pattern_type is ResourcePatternType.LITERAL else f" ({_naam(regel.resource_pattern_type)})"
    )
    mag = "" if regel.permission_type is AclPermissionType.ALLOW else "may not "
    wie = regel.principal.removeprefix("User:")
    return f"{wie} {mag}{_naam(regel.operation)} {_naam(regel.restype).lower()} {regel.name}{patroon}"


class Toegangbeheer:
    """Compares and applies the rules of one installation. Raises TopicFout when the broker cannot or will not."""

    def __init__(self, verbinding: Verbinding, groep: str) -> None:
        self.verbinding, self.groep = verbinding, groep
        self._admin = AdminClient(verbinding.librdkafka() | {"socket.timeout.ms": int(TERMIJN * 1000)}, logger=stil)

    def vergelijk(self, gewenst: frozenset[Recht]) -> Toegangverschil:
        """The difference between these rights and the rules on the broker."""
        aanwezig: set[Recht] = set()
        teveel, ruimer, verboden = [], [], []
        for regel in self._regels():
            recht = _als_recht(regel)
            if recht in gewenst:
                aanwezig.add(recht)
            elif regel.permission_type is not AclPermissionType.ALLOW:
                verboden.extend([regel] if self._is_eigen(regel) or self._reikt(regel) else [])
            elif self._is_eigen(regel):
                teveel.append(regel)
            elif self._reikt(regel):
                ruimer.append(regel)
        return Toegangverschil(gewenst - aanwezig, tuple(teveel), tuple(ruimer), tuple(verboden))

    def pas_toe(self, gewenst: frozenset[Recht]) -> Toegangverschil:
        """Add what is missing, then remove what is too much; returns what it found once the broker has all of it."""
        gevonden = self.vergelijk(gewenst)
        try:
            if gevonden.ontbreekt:
                nieuw = self._admin.create_acls([_als_regel(recht) for recht in sorted(gevonden.ontbreekt)])
                for wacht in nieuw.values():
                    wacht.result()
            if gevonden.teveel:
                weg = self._admin.delete_acls([_filter(regel) for regel in gevonden.teveel])
                for wacht in weg.values():
                    wacht.result()
        except KafkaException as fout:
            raise _geweigerd(fout) from fout
        einde = time.monotonic() + TERMIJN
        while True:  # the broker answers before its rules are in force
            nu = self.vergelijk(gewenst)
            if not nu.ontbreekt and not nu.teveel:
                return gevonden
            if time.monotonic() > einde:
                raise TopicFout(f"the broker has not taken over the rules after {TERMIJN:.0f} s: run it again")
            time.sleep(0.05)

    def _regels(self) -> list[AclBinding]:
        eis_beheerder(self._admin, self.verbinding)
        alle = AclBindingFilter(
            ResourceType.ANY,
            None,
            ResourcePatternType.ANY,
            None,
            None,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        try:
            return list(self._admin.describe_acls(alle, request_timeout=TERMIJN).result())
        except KafkaException as fout:
            raise _geweigerd(fout) from fout

    def _is_eigen(self, regel: AclBinding) -> bool:
        """Whether a rule speaks only of this installation: of its topics or group, or of one of its users."""
        prefix = self.verbinding.topic_prefix
        wie = regel.principal.removeprefix("User:")
        if wie.startswith((f"{prefix}tafel.", f"{prefix}hub.")):
            return True
        if regel.restype is ResourceType.GROUP:
            return bool(regel.name == self.verbinding.topic(self.groep))
        return bool(
            regel.restype is ResourceType.TOPIC and regel.name.startswith(tuple(prefix + begin for begin in _EIGEN))
        )

    def _reikt(self, regel: AclBinding) -> bool:
        """Whether a rule of a wider pattern takes in something of this installation."""
        eigen = [self.verbinding.topic(self.groep)]
        if regel.restype is ResourceType.TOPIC:
            eigen = [self.verbinding.topic(begin) for begin in _EIGEN]
        elif regel.restype is not ResourceType.GROUP:
            return False
        if regel.resource_pattern_type is ResourcePatternType.PREFIXED:
            return any(naam.startswith(regel.name) for naam in eigen)
        return bool(regel.name == "*")


def _geweigerd(fout: KafkaException) -> TopicFout:
    if fout.args[0].code() == KafkaError.SECURITY_DISABLED:
        return TopicFout("this broker keeps no access rules: set authorizer.class.name, or leave out --acls")
    return zonder_antwoord("the access rules are out of reach", fout)


def _naam(waarde: AclOperation | ResourceType | ResourcePatternType) -> str:
    return str(waarde.name)


def _als_recht(regel: AclBinding) -> Recht | None:
    """The rule as a right, or None for one that we would never write."""
    gewoon = (
        regel.permission_type is AclPermissionType.ALLOW
        and regel.resource_pattern_type is ResourcePatternType.LITERAL
        and regel.host == "*"
        and regel.principal.startswith("User:")
    )
    if not gewoon:
        return None
    return Recht(regel.principal.removeprefix("User:"), _naam(regel.restype), regel.name, _naam(regel.operation))


def _als_regel(recht: Recht) -> AclBinding:
    return AclBinding(
        ResourceType[recht.soort],
        recht.naam,
        ResourcePatternType.LITERAL,
        f"User:{recht.gebruiker}",
        "*",
        AclOperation[recht.handeling],
        AclPermissionType.ALLOW,
    )


def _filter(regel: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        regel.restype,
        regel.name,
        regel.resource_pattern_type,
        regel.principal,
        regel.host,
        regel.operation,
        regel.permission_type,
    )
