"""What a worker imports and compiles before its first line is written."""

import hub.app
from hub import opwarmen

assert hub.app
opwarmen.main()
