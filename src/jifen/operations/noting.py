"""What a server process has counted, noted every second where whoever is asked for it finds that of all processes.

A process that ends leaves its note behind, so that no count falls; only what waits is asked of those that still note.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from jifen.operations.tally import Tally, together

SECONDS_BETWEEN: Final = 1.0
SECONDS_ALIVE: Final = 10.0
"""Whoever has noted nothing for so long does not run."""
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder(Tally)


class Counted(NamedTuple):
    """What all processes have counted together, and how many of them run."""

    tally: Tally
    processes: int


def note(folder: Path, tally: Tally) -> None:
    """Put down what this process has counted; whoever reads sees the old note or the new one."""
    unfinished = folder / f"{os.getpid()}.new"
    unfinished.write_bytes(_ENCODER.encode(tally))
    unfinished.rename(folder / f"{os.getpid()}.json")


def counted(folder: Path) -> Counted:
    """What the processes that note in a folder have counted, those that have ended too."""
    tallies: list[Tally] = []
    processes = 0
    for file in sorted(folder.glob("*.json")):
        tally = _DECODER.decode(file.read_bytes())
        if time.time() - file.stat().st_mtime < SECONDS_ALIVE:
            processes += 1
        else:
            for queue in tally.queues.values():
                queue.length, queue.oldest_seconds = 0, 0.0
        tallies.append(tally)
    return Counted(together(tallies), processes)
