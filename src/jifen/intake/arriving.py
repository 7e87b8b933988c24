"""What a batch lets arrive behind it: returns that waited for its events, and what it sent to others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import psycopg

from jifen.db.adapting import cursor
from jifen.intake.answers import Answered
from jifen.intake.commands import Command, Event, Return
from jifen.intake.deriving import Sent
from jifen.intake.inbox import Taken, send, take
from jifen.intake.opening import OpenProgramme
from jifen.intake.waiting import take_arrived, wait

Asked = Sequence[tuple[int, Command]]


class Submit(Protocol):
    """How commands are submitted; the failures of those that fail, by their place."""

    def __call__(
        self, commands: Sequence[Command], *, actor: str, imported: bool = False
    ) -> Mapping[int, Exception]: ...


def take_waiting_returns(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    submit: Submit,
    asked: Asked,
    answers: Mapping[int, Answered],
    now: int,
) -> dict[int, Exception]:
    """Take the returns that came before an event which has come now, or had come when we were interrupted.

    Also asked for a return that waits since now: its event may have come while we looked for it, and whoever
    commits last sees both. A return that fails goes on waiting; what failed, by the place of who brought it up.
    """
    came: dict[str, int] = {}
    for place, command in asked:
        state = answers[place].answer.state if place in answers else ""
        if isinstance(command, Event) and state == "applied":
            came[command.id] = place
        elif isinstance(command, Return) and state == "waiting":
            came[command.of] = place
    failures: dict[int, Exception] = {}
    if came:
        with connection.transaction(), cursor(connection) as sql:
            for asked_before, actor in take_arrived(sql, programme, came):
                for failure in submit([asked_before], actor=actor).values():
                    wait(sql, programme, asked_before, now, actor)
                    failures[came[asked_before.of]] = failure
    return failures


def deliver(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    submit: Submit,
    identities: Collection[str],
) -> list[Exception]:
    """Take what waits in the inboxes of members into their journals. What fails stays; why it failed.

    Its ids are made of what it is about, so that what an interrupted process has delivered is a replay.
    """
    failures: list[Exception] = []
    with connection.transaction(), cursor(connection) as sql:
        taken = take(sql, programme, identities)
        for things in _alike(taken):
            asked = [one.asked for one in things]
            failed = submit(asked, actor=things[0].actor, imported=things[0].imported)
            left = [Sent(asked[place].member, asked[place]) for place in sorted(failed)]
            if left:
                send(sql, programme, left, imported=things[0].imported, actor=things[0].actor)
            failures += failed.values()
    return failures


def _alike(taken: Sequence[Taken]) -> list[list[Taken]]:
    """In order, those together that were asked alike."""
    runs: list[list[Taken]] = []
    for one in taken:
        if runs and (runs[-1][0].actor, runs[-1][0].imported) == (one.actor, one.imported):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs
