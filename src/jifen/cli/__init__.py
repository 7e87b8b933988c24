"""The command `jifen`."""

from __future__ import annotations

import gc
import sys

OBJECTS_UNTIL_A_LOOK = 20_000


def main() -> None:
    """Run the command line and leave with its exit code.

    A short command is mostly the modules that it imports, which are never garbage: to look for some among them while
    they come (every 700 objects, says Python), and all over again at the end, takes a quarter of its time.
    """
    gc.set_threshold(OBJECTS_UNTIL_A_LOOK)
    from jifen.cli.root import run

    code = run(sys.argv[1:])
    gc.freeze()  # what is left goes with the process
    sys.exit(code)
