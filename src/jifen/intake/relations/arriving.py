"""What a batch lets arrive behind it: what waited for its events, and what it sent to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import psycopg
from msgspec.structs import replace

from jifen.db.adapting import cursor
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command, Event, returned_event
from jifen.intake.gathering.waiting import take_arrived, wait
from jifen.intake.relations.deriving import Sent
from jifen.intake.relations.inbox import asked_of, send, take
from jifen.intake.versions.opening import OpenProgramme

Asked = Sequence[tuple[int, Command]]


class Submit(Protocol):
    """How commands are submitted; the failures of those that fail, by their place."""

    def __call__(
        self, commands: Sequence[Command], *, actors: Sequence[str], imported: bool = False
    ) -> Mapping[int, Exception]: ...


def awaited(asked: Asked, answers: Mapping[int, Answered]) -> dict[str, int]:
    """The events for which something may wait that has to be looked for once these answers are committed; by what
    place they are brought up.

    They have come now, or had come when we were interrupted. Also one for which something waits since now: it may have
    come while we looked for it, and whoever commits last sees both.
    """
    came: dict[str, int] = {}
    for place, command in asked:
        state = answers[place].answer.state if place in answers else ""
        if isinstance(command, Event) and state == "applied":
            came[command.id] = place
        elif state == "waiting" and (of := returned_event(command)) is not None:
            came[of] = place
    return came


def take_waiting_returns(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    submit: Submit,
    came: Mapping[str, int],
    now: int,
) -> dict[int, Exception]:
    """Take what came before an event that it is of, of those that were `awaited`. What fails goes on waiting; why, by
    the place of who brought it up."""
    failures: dict[int, Exception] = {}
    with cursor(connection) as sql, sql.transaction():
        for asked_before, actor in take_arrived(sql, programme, came):
            of = returned_event(asked_before)
            assert of is not None
            for failure in submit([asked_before], actors=[actor]).values():
                wait(sql, programme, asked_before, of, now, actor)
                failures[came[of]] = failure
    return failures


def deliver(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    submit: Submit,
    identities: Collection[str],
) -> list[Exception]:
    """Take what waits in the inboxes of members into their journals. What fails stays, and says so, until the next
    sweep; all else is taken. Why it failed.

    Each time in a transaction of its own, which locks its members at once, so that two who deliver never wait for each
    other; what is found to be asked of somebody else once they are locked, as a merge has ended in between, is taken
    again. Ids are made of what things are about, so that what was delivered before is a replay.
    """
    failures: list[Exception] = []
    while True:
        with suppress(_Otherwise), cursor(connection) as sql, sql.transaction():
            taken = take(sql, programme, identities)
            if not taken:
                return failures
            names, actors = asked_of(sql, programme, taken), [one.actor for one in taken]
            asked = [
                replace(one.asked, member=name) for one, name in zip(taken, names, strict=True)
            ]
            failed = submit(asked, actors=actors, imported=taken[0].imported)
            if asked_of(sql, programme, taken) != names:
                raise _Otherwise
            if failed:
                places = sorted(failed)
                left = [Sent(asked[place].member, asked[place]) for place in places]
                send(
                    sql, programme, left, [actors[place] for place in places],
                    imported=taken[0].imported, failures=[repr(failed[place]) for place in places],
                )  # fmt: skip
                failures += failed.values()


class _Otherwise(Exception):
    """Something was asked of whom it is not about any more."""
