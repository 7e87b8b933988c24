"""The duty `codes`: telling others of codes that came for rewards which had waited for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from jifen.intake.actors import CLOCK
from jifen.intake.asking.member_commands import TellCode
from jifen.intake.codes.arriving import Arrived, arrived, forget_arrived
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.shift import Shift


def tell_of_codes(shift: Shift) -> None:
    """Tell of the codes of every programme on real time."""

    def tell(programme: OpenProgramme) -> None:
        tell_arrived(shift.connection, programme, shift.now, stopping=shift.stopping)

    shift.in_each_programme("codes", tell)


def tell_arrived(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    clock: Callable[[], int],
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Tell of each code under an id of its own, and forget it then: whoever is killed between tells nothing twice."""
    while not stopping() and (found := arrived(connection, programme)):
        told = [_told(programme, one) for one in found]
        submit(connection, programme, told, now=clock(), actor=CLOCK)
        forget_arrived(connection, programme, found)


def _told(programme: OpenProgramme, one: Arrived) -> TellCode:
    return TellCode(
        id=f"time/code/{one.code}",
        member=one.member,
        reward=programme.engine.currencies[one.reward],
        brought_by=one.brought_by,
        code=one.code,
    )
