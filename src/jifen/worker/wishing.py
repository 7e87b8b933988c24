"""The duty `wishes`: telling others that a member can have by now what they wish for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import psycopg

from jifen.enquiry.wishes import in_reach
from jifen.intake.actors import CLOCK
from jifen.intake.asking.member_commands import TellWish
from jifen.intake.submitting import submit
from jifen.intake.using.wishes import Wisher, note_wishes, wishers
from jifen.intake.versions.opening import OpenProgramme
from jifen.worker.shift import Shift

LOOKED_AT_AGAIN: Final = 3_600_000_000
"""After so many microseconds wishes are looked at also of who did nothing: prices fall, and stock arrives."""


def tell_of_wishes(shift: Shift) -> None:
    """Look at the wishes of every programme on real time."""

    def tell(programme: OpenProgramme) -> None:
        look_at_wishes(shift.connection, programme, shift.now, stopping=shift.stopping)

    shift.in_each_programme("wishes", tell)


def look_at_wishes(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    clock: Callable[[], int],
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Look at the wishes of everybody who did something since, and now and then at those of the others."""
    behind, long_ago = "", clock() - LOOKED_AT_AGAIN
    while not stopping() and (
        found := wishers(connection, programme, looked_before=long_ago, behind=behind)
    ):
        for wisher in found:
            _look_at(connection, programme, wisher, clock())
        behind = found[-1].member


def _look_at(
    connection: psycopg.Connection[Any], programme: OpenProgramme, wisher: Wisher, now: int
) -> None:
    """Tell of what has come into reach, under an id of that time, and note it then: whoever is killed between tells
    nothing twice."""
    names = programme.engine.currencies
    reached = in_reach(connection, programme, wisher.member, now)
    told: dict[int, TellWish] = {}  # by reward, for which who was merged may wish as well
    noted = []
    for wish in wisher.wishes:
        there = names[wish.reward] in reached
        comes = there and not wish.in_reach
        if comes:
            id = f"time/wish/{wish.member_id.hex}/{wish.reward}/{wish.since}/{wish.times_told}"
            told[wish.reward] = TellWish(id=id, member=wisher.member, reward=names[wish.reward])
        noted.append(wish._replace(in_reach=there, times_told=wish.times_told + comes))
    if told:
        submit(connection, programme, list(told.values()), now=now, actor=CLOCK)
    note_wishes(connection, programme, noted, seen_seq=wisher.member_seq, now=now)
