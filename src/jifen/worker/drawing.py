"""The duty `draws`: turning the rounds of lucky draws."""

from __future__ import annotations

from jifen.intake.draws.turning import turn_rounds
from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.shift import Shift


def turn_draws(shift: Shift) -> None:
    """Turn the rounds of every programme on real time."""

    def turn(programme: OpenProgramme) -> None:
        turn_rounds(shift.connection, programme, now=shift.now())

    shift.in_each_programme("draws", turn)
