"""Stop at once rather than go on with a hole: no further offset is committed, no further record sent."""

import os
import sys
from typing import NoReturn

import structlog

log = structlog.get_logger()

EXIT_HALT = 70
"""EX_SOFTWARE: the supervisor of the process starts it again; what was not acknowledged comes again."""

EXIT_STAAT = 78
"""EX_CONFIG: a state record cannot be read. A restart does not help; the message says what does."""


EXIT_TIJDELIJK = 75
"""EX_TEMPFAIL: what this process needs is away; start it again later."""


def halt(reden: str, *, code: int = EXIT_HALT, **velden: object) -> NoReturn:
    """Log why, and end the process without any clean-up that could still commit or send."""
    log.critical("werker_gestopt", reden=reden, **velden)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
