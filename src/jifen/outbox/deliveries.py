"""What became of each message that a webhook was to be told: the log, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import bigints, integers, texts
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import NEVER
from jifen.outbox.posting import GONE, Outcome
from jifen.outbox.retrying import SECOND, is_given_up, next_attempt_at
from jifen.outbox.webhooks import find_webhook

SQL = statements(Path(__file__).with_suffix(".sql"))
DAYS_REMEMBERED: Final = 30
State = Literal["delivered", "waiting", "dead", "replayed"]
_MOST_FORGOTTEN: Final = 1_000


class Sending(NamedTuple):
    """To whom something is sent: a webhook of a programme."""

    programme_id: UUID
    webhook_id: str

    @property
    def values(self) -> dict[str, Any]:
        """As statements name it."""
        return {"programme": self.programme_id, "webhook": self.webhook_id}


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; `outcome` is a key of OUTCOMES, `excerpt` how an answer began that said no."""

    at: int
    outcome: str
    status: int | None
    milliseconds: int
    excerpt: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message on its way, or where it ended. `next_attempt_at` is None where it is not waiting."""

    position: int
    type: str
    state: State
    failures: int
    next_attempt_at: int | None
    last: Attempt


class Tried(NamedTuple):
    """What came of an attempt to deliver the message at a position, of which so many before had failed; `chance` (0 to
    1) says when exactly it is tried again."""

    position: int
    failed_before: int
    outcome: Outcome
    at: int
    chance: float

    @property
    def failures(self) -> int:
        """How many have failed now."""
        return self.failed_before + (not self.outcome.delivered)

    @property
    def next_attempt_at(self) -> int | None:
        """When it is tried again, if it is."""
        if self.outcome.delivered:
            return None
        return next_attempt_at(self.failures, self.at, self.chance, self.outcome.retry_after)

    @property
    def state(self) -> State:
        """What becomes of the delivery."""
        if self.outcome.delivered:
            return "delivered"
        return "dead" if self.next_attempt_at is None else "waiting"


def keep_attempts(sql: Cursor, to: Sending, tried: Sequence[Tried]) -> None:
    """Keep what came of attempts at different messages: all of it or nothing, in one round trip."""
    again = [one.next_attempt_at for one in tried]
    values = {
        **to.values,
        "positions": bigints([one.position for one in tried]),
        "states": texts([one.state for one in tried]),
        "failures": integers([one.failures for one in tried]),
        "at": bigints([one.at for one in tried]),
        "next": bigints([NEVER if at is None else at for at in again]),
        "milliseconds": integers([one.outcome.milliseconds for one in tried]),
        "outcomes": texts([one.outcome.code for one in tried]),
        "statuses": integers([one.outcome.status or 0 for one in tried]),
        "excerpts": texts([one.outcome.excerpt for one in tried]),
    }
    with sql.transaction():
        sql.later(SQL["wait_for_no_disk"], {})
        sql.later(SQL["keep_deliveries"], values)
        sql.later(SQL["keep_attempts"], values)


class Standing(NamedTuple):
    """How it stands with a webhook: since when nothing succeeds, and why it is told no more, if it is not."""

    failing_since: int | None
    disabled_why: str | None = None

    def after(self, outcome: Outcome, now: int) -> Standing:
        """How it stands once this came of an attempt: what is gone, or failed for days, is told no more."""
        if outcome.delivered:
            return Standing(None)
        since = now if self.failing_since is None else self.failing_since
        failing = "failing" if is_given_up(since, now) else None
        return Standing(since, "gone" if outcome.status == GONE else failing)


def keep_standing(sql: psycopg.Cursor[Any], to: Sending, standing: Standing, now: int) -> None:
    """Keep how it stands with a webhook."""
    told = {"failing_since": standing.failing_since, "why": standing.disabled_why, "now": now}
    sql.execute(SQL["keep_standing"], {**to.values, **told})


def deliveries_of(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    webhook_id: str,
    *,
    most: int,
    before: int | None = None,
    state: State | None = None,
) -> list[Delivery]:
    """The log of a webhook, the latest messages first, or those before a position. Raises UnknownWebhook."""
    find_webhook(connection, programme_id, webhook_id)
    values = {
        **Sending(programme_id, webhook_id).values,
        "before": before,
        "state": state,
        "most": most,
    }
    with cursor(connection) as sql:
        return [_delivery(row) for row in sql.execute(SQL["deliveries_of"], values)]


def attempts_of(
    connection: psycopg.Connection[Any], programme_id: UUID, webhook_id: str, position: int
) -> list[Attempt]:
    """Every attempt at one delivery, in order; none where it was never tried."""
    values = {**Sending(programme_id, webhook_id).values, "position": position}
    with cursor(connection) as sql:
        return [
            Attempt(at=at, outcome=outcome, status=status, milliseconds=ms, excerpt=excerpt)
            for at, outcome, status, ms, excerpt in sql.execute(SQL["attempts_of"], values)
        ]


def forget_old(sql: psycopg.Cursor[Any], to: Sending, now: int) -> None:
    """Forget deliveries that ended a month ago; the stream still has what they told."""
    before = now - DAYS_REMEMBERED * 86_400 * SECOND
    sql.execute(SQL["forget_old"], {**to.values, "before": before, "most": _MOST_FORGOTTEN})


def _delivery(row: tuple[Any, ...]) -> Delivery:
    position, name, state, failures, at, again, outcome, status, milliseconds, excerpt = row
    last = Attempt(
        at=at, outcome=outcome, status=status, milliseconds=milliseconds, excerpt=excerpt
    )
    return Delivery(
        position=position,
        type=name,
        state=state,
        failures=failures,
        next_attempt_at=None if again == NEVER else again,
        last=last,
    )
