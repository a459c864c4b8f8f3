"""Topic names and refusal codes that the rooms share."""

from typing import Final

from hub.domein.codes import Code

SLEUTEL: Final = "hub.sleutel.v1"
GEBEURTENIS: Final = "hub.gebeurtenis.v1"
KOPPELING: Final = "hub.koppeling.v1"
BESLISSING: Final = "hub.beslissing.v1"
VERWERKING: Final = "hub.verwerking.v1"
VRAAG: Final = "hub.vraag.v1"
ONBESTELBAAR: Final = "hub.onbestelbaar.v1"
HERSTEL: Final = "hub.herstel.v1"
AUDIT: Final = "hub.audit.v1"
NIET_GEVONDEN: Final = "niet gevonden"
"""What the audit says of a recall where no koppeling lives."""


class Weigering(Code):
    """Why a record is refused to its dead-letter topic. A closed list: it labels metrics and headers."""

    LEEG = "leeg"
    TE_GROOT = "te_groot"
    ONLEESBAAR = "onleesbaar"
    ONBEKEND_SCHEMA = "onbekend_schema"
    NIET_ONDERSTEUND = "niet_ondersteund"
    ONGELDIG = "ongeldig"
    ANDERE_TAFEL = "andere_tafel"
    ANDERE_SLEUTEL = "andere_sleutel"
    VREEMD_DOSSIER = "vreemd_dossier"
    SOORT_PAST_NIET = "soort_past_niet"
    VERSIE_IN_TOEKOMST = "versie_in_toekomst"
    BEWAARTERMIJN_VOORBIJ = "bewaartermijn_voorbij"
    VREEMDE_VOORGANGER = "vreemde_voorganger"
    BUITEN_TERMIJN = "buiten_termijn"
    ONBEKENDE_HERKOMST = "onbekende_herkomst"
    INTERN = "intern"


class Geweigerd(Exception):
    """A record is not taken in. Never carries what the record says."""

    def __init__(self, code: Weigering) -> None:
        super().__init__(code)
        self.code = code
