"""The Kafka users of an installation: one per worker and one per tafel, each with a password of its own (SCRAM-SHA-512).

A password is made here, written to a file for its owner alone, and told to the broker, which keeps it salted.
"""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from hub.geheim import lees_geheim, nieuw_geheim, schrijf_geheim
from hub.stream.topics import KIJKPAUZE, TERMIJN, TopicFout, eis_beheerder, stil, tafelgebruiker, zonder_antwoord
from hub.stream.verbinding import Verbinding

WACHTWOORD: Final = "wachtwoord"
CA: Final = "ca.pem"
_NIEUW: Final = ".wachtwoord.nieuw"
_RONDEN: Final = 4096
"""Iterations (RFC 7677: at least 4096). Against guessing they add nothing to 256 random bits."""


def werkergebruiker(instantie: str) -> str:
    """Bare name of the Kafka user of a worker."""
    return f"hub.{instantie}"


def gebruikers(werkers: Iterable[str], tafels: Iterable[str]) -> list[str]:
    """Bare names of all users of an installation."""
    return [werkergebruiker(werker) for werker in werkers] + [tafelgebruiker(tafel) for tafel in tafels]


class Gebruikersbeheer:
    """Makes, renews and removes users. In `map_` each has a folder to hand over: its password, and whom to trust (ca.pem).

    Raises TopicFout when the broker refuses, GeheimFout and OSError when a file cannot be used.
    """

    def __init__(self, verbinding: Verbinding, map_: Path) -> None:
        self.verbinding, self.map = verbinding, map_
        self._admin = AdminClient(verbinding.librdkafka() | {"socket.timeout.ms": int(TERMIJN * 1000)}, logger=stil)

    def pas_toe(self, gewenst: Iterable[str]) -> tuple[list[str], list[str]]:
        """Make the users that are missing, remove those that should not be; returns both. `gewenst` are bare names.

        Users that exist keep their password, whether or not it still lies here.
        """
        namen = {self.verbinding.topic(naam): naam for naam in gewenst}
        aanwezig = self._aanwezig()
        begin = tuple(self.verbinding.topic(soort) for soort in ("hub.", "tafel."))
        weg = sorted(naam for naam in aanwezig - set(namen) if naam.startswith(begin))
        half = {naam for naam, kaal in namen.items() if (self.map / kaal / _NIEUW).exists()}
        nieuw = sorted(set(namen) - aanwezig | half)
        for naam in nieuw:
            self._geef_wachtwoord(namen[naam])
        self._wijzig([UserScramCredentialDeletion(naam, ScramMechanism.SCRAM_SHA_512) for naam in weg])
        self._wacht_op(set(nieuw), set(weg))
        return nieuw, weg

    def _wacht_op(self, erbij: set[str], eraf: set[str]) -> None:
        """The controller has changed them; a broker learns of it a moment later, and whoever logs in before is refused."""
        einde = time.monotonic() + TERMIJN
        while (erbij or eraf) and not (erbij <= (nu := self._aanwezig()) and not eraf & nu):
            if time.monotonic() > einde:
                raise TopicFout("the users were changed, and that is not seen since; run this again")
            time.sleep(KIJKPAUZE)

    def wissel(self, gebruiker: str) -> Path:
        """A new password for a user (bare name) that exists; returns its file. The old one opens no new connection any more."""
        naam = self.verbinding.topic(gebruiker)
        if naam not in self._aanwezig():
            raise TopicFout(f"{naam} is no user of this broker: run `hub beveiliging gebruikers` first")
        return self._geef_wachtwoord(gebruiker)

    def _geef_wachtwoord(self, gebruiker: str) -> Path:
        """First to a file, then to the broker, then to its place: whatever stops halfway, the next run puts right."""
        map_ = self.map / gebruiker
        map_.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.verbinding.ca_bestand is not None:
            shutil.copyfile(self.verbinding.ca_bestand, map_ / CA)
        nieuw, plek = map_ / _NIEUW, map_ / WACHTWOORD
        schrijf_geheim(nieuw, nieuw_geheim())
        hoe = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, _RONDEN)
        naam, wachtwoord = self.verbinding.topic(gebruiker), lees_geheim(nieuw).encode()
        self._wijzig([UserScramCredentialUpsertion(naam, hoe, wachtwoord)])
        nieuw.replace(plek)
        return plek

    def _aanwezig(self) -> set[str]:
        eis_beheerder(self._admin, self.verbinding)
        try:
            return set(self._admin.describe_user_scram_credentials(request_timeout=TERMIJN).result())
        except KafkaException as fout:
            raise zonder_antwoord("the broker's users are out of reach", fout) from fout

    def _wijzig(self, wijzigingen: list[UserScramCredentialUpsertion | UserScramCredentialDeletion]) -> None:
        if not wijzigingen:
            return
        try:
            for wacht in self._admin.alter_user_scram_credentials(wijzigingen, request_timeout=TERMIJN).values():
                wacht.result()
        except KafkaException as fout:
            raise zonder_antwoord("the broker's users are out of reach", fout) from fout
