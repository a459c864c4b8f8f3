"""Stop at once rather than go on with a hole: no further offset is committed, no further record sent."""

import os
import sys
from typing import NoReturn

import structlog

from hub.eindcode import Eindcode

log = structlog.get_logger()


def halt(reden: str, *, code: Eindcode = Eindcode.INTERN, **velden: object) -> NoReturn:
    """Log why, and end the process without any clean-up that could still commit or send."""
    log.critical("werker_gestopt", reden=reden, **velden)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
