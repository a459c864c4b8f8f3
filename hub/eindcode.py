"""With what code a process of this project ends: what its supervisor, or the script that called it, does next."""

from enum import IntEnum


class Eindcode(IntEnum):
    """Beside 0, and 2 that click gives for a wrong argument. From 65 on they are those of BSD's sysexits.h."""

    GEWEIGERD = 1
    """Looked at and found wanting, or refused; the message says what."""
    ONVOLTOOID = 3
    """Asked and written down, not yet seen to be done. Not TIJDELIJK: there nothing was asked."""
    INVOER = 65
    """EX_DATAERR: a file that was given cannot be read as what it should be."""
    INTERN = 70
    """EX_SOFTWARE: the supervisor starts it again; what was not acknowledged comes again."""
    TIJDELIJK = 75
    """EX_TEMPFAIL: what this process needs is away; start it again later."""
    INSTELLING = 78
    """EX_CONFIG: a setting, a refusal of the broker, a state that cannot be read. A restart does not help; the message says what does."""
