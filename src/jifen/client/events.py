"""Events, why they gave what they gave, and quotes of what would be answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from jifen.client.answers import Answer, Why
from jifen.client.asking import Noun, Request, T, asks
from jifen.client.problems import Problem
from jifen.client.writing import Value, command, commands, encoded, path_of, reading

_ANSWER, _WHY = reading(Answer), reading(Why)


class Events(Noun[T]):
    """What people do."""

    @asks
    def create(
        self,
        /,
        member: str | None = None,
        type: str = "purchase",
        *,
        guest: str | None = None,
        occurred_at: dt.datetime | None = None,
        id: str | None = None,
        **fields: Value,
    ) -> Request[Answer]:
        """An event of a member, or of a `guest`; now unless `occurred_at` is said. `fields` are those that the
        programme knows of its type, such as `amount` and `lines`, `pay` for paying with
        points, also out of a hold, and `use` for rewards that take money off it."""
        said: dict[str, Value] = {"member": member, "guest": guest, "type": type}
        return command("/v1/events", id, {**said, "occurred_at": occurred_at, **fields})

    @asks
    def create_many(self, events: Sequence[Mapping[str, Value]]) -> Request[list[Answer | Problem]]:
        """Up to 500 at once, each answered by itself in the same order: with an answer or its problem."""
        return commands("/v1/events", events)

    @asks
    def get(self, event: str) -> Request[Why]:
        """Why it gave what it gave, or what a return did, in sentences."""
        return Request("GET", path_of("events", event), _WHY)

    @asks
    def confirm(
        self, event: str, *, metadata: Mapping[str, str] | None = None, id: str | None = None
    ) -> Request[Answer]:
        """What waits of an event need wait no longer."""
        return command(path_of("events", event, "confirm"), id, {}, metadata)


class Quotes(Noun[T]):
    """What would be answered."""

    @asks
    def create(self, kind: str, /, **said: Value) -> Request[Answer]:
        """What a command of a kind (`event`, `spend`, `redeem` …) would be answered; nothing is written. `usable` is
        the most that could be used so."""
        told = {name: value for name, value in said.items() if value is not None}
        return Request("POST", "/v1/quotes", _ANSWER, body=encoded({kind: told}))
