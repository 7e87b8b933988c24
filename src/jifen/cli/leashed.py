"""A command that ends with whoever began it: what holds the other end of its standard input.

Whoever is killed can stop nobody any more. The end of a pipe that only it held open is told by the system.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from jifen.cli import main


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, name="leash", daemon=True).start()
    main()
