"""How often a member must do a deed, or how much it must be worth, until a reward can be had: decided as the deeds
themselves would be, one behind the other in memory, and never written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.round_trips import Cursor
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Event, Redeem
from jifen.intake.gathering.gather import Lock
from jifen.intake.gathering.looking import look_at
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.lanes import append_lane
from jifen.intake.using.usable import usable_in
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal

MOST_TIMES: Final = 100
MOST_DAYS: Final = 366
_MOST_DOUBLINGS: Final = 20
_MAY_PASS: Final = {
    Refusal.INSUFFICIENT_POINTS.code,
    Refusal.NOT_ENTITLED.code,
    Refusal.NOT_YET_OPEN.code,
    Refusal.LIMIT_REACHED.code,
}
"""Why a redemption may be refused that is answered otherwise after some deeds, or days."""
_OURS: Final = "/calculator/"  # as no sender begins an id


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes. `times`: so many deeds, 0 where it can be had now, None where MOST_TIMES do not do; `at`: the
    instant of the last one; `given`: what they give together, by currency; `taken`: what the reward then costs;
    `amount`: the least money of one such deed that does today, None where there is none; `refusal`: why it cannot be
    had, or the deed not be done."""

    member: str
    times: int | None = None
    at: int | None = None
    amount: int | None = None
    given: dict[str, int] = {}
    taken: int | None = None
    refusal: str | None = None


class PastIsNeeded(ValueError):
    """A deed that changes the past, or points of it, is not reckoned ahead."""


def reckon(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    wanted: Redeem,
    deed: Event,
    *,
    every_days: int,
    now: int,
) -> Reckoned:
    """What it takes to have a reward by a deed that is done now, and again each so many days (0: at once). Raises
    PastIsNeeded."""

    def look(sql: Cursor, deed: Event, most: int) -> Reckoned:
        asked = [(0, _numbered(wanted, 0)), (0, _numbered(deed, 1))]
        sitting = look_at(
            sql, programme, asked, now, ["quote"], False,
            lock=Lock.NONE, with_lots=True, with_all_lots=True,
        )  # fmt: skip
        sitting.work.quoting = True
        return _until(sitting, most, every_days * MICROSECONDS_PER_DAY)

    with connection.transaction(force_rollback=True), cursor(connection) as sql:
        found = look(sql, deed, MOST_TIMES)
        bill = deed.fields.get("amount")
        settled = found.times == 0 or found.refusal not in {None, *_MAY_PASS}
        if settled or deed.lines or not bill:
            return found

        def does(amount: int) -> bool:
            fields = {**deed.fields, "amount": amount}
            return look(sql, msgspec.structs.replace(deed, fields=fields), 1).times == 1

        return msgspec.structs.replace(found, amount=_least(does, int(bill)))


def _until(sitting: Sitting, most: int, every: int) -> Reckoned:
    """Do the deed until the reward can be had, at most so many times."""
    (_, wanted), (_, deed) = sitting.asked
    assert isinstance(wanted, Redeem)
    work, began, given = sitting.work, sitting.work.now, Counter[str]()
    answer = _answered(sitting, wanted)
    times = 0
    while answer.refusal in _MAY_PASS and times < most:
        times += 1
        work.now = began + times + (times - 1) * every  # no two deeds at one instant
        brought = _answered(sitting, _numbered(deed, times))
        if brought.refusal is not None:
            return Reckoned(member=wanted.member, given=dict(given), refusal=brought.refusal)
        given.update(brought.points)
        can_be_had = usable_in(sitting, wanted).get(wanted.reward, 0) >= wanted.quantity
        if can_be_had or times == most:  # then the last refusal says why not
            answer = _answered(sitting, _numbered(wanted, times))
    if answer.refusal is not None:
        return Reckoned(member=wanted.member, given=dict(given), refusal=answer.refusal)
    return Reckoned(
        member=wanted.member, times=times, at=work.now, given=dict(given), taken=answer.taken
    )


def _answered(sitting: Sitting, command: Redeem | Event) -> Answer:
    if append_lane(sitting, [(0, command)]):
        raise PastIsNeeded
    return sitting.answers[0].answer


def _numbered(command: Any, number: int) -> Any:
    return msgspec.structs.replace(command, id=f"{_OURS}{number}")


def _least(does: Callable[[int], bool], bill: int) -> int | None:
    """The least amount that does; None where a million times the bill does not."""
    most = next((bill << n for n in range(_MOST_DOUBLINGS) if does(bill << n)), None)
    if most is None:
        return None
    least = 1
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if does(middle) else (middle + 1, most)
    return most
