"""Python begins with a wrong clock: fast by as many seconds as a file says, which may change, and by up to four more,
in each process otherwise."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

_RIGHT: Final = time.time_ns
_FILE: Final = Path(os.environ["FAST_BY_SECONDS_FILE"])


def _wrong() -> int:
    seconds = int(_FILE.read_text(encoding="ascii")) + os.getpid() % 5
    return _RIGHT() + seconds * 1_000_000_000


time.time_ns = _wrong
