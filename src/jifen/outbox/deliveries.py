"""What became of each message that a webhook was to be told: the log, and what waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
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


def record_attempt(
    sql: Cursor,
    to: Sending,
    position: int,
    failures: int,
    outcome: Outcome,
    *,
    now: int,
    chance: float,
) -> None:
    """Keep what came of an attempt of which as many before had failed: all of it or nothing, in one round trip."""
    failures = failures if outcome.delivered else failures + 1
    asked = outcome.retry_after
    again = None if outcome.delivered else next_attempt_at(failures, now, chance, asked)
    state = "delivered" if outcome.delivered else "dead" if again is None else "waiting"
    values = {
        **to.values,
        "position": position,
        "state": state,
        "failures": failures,
        "now": now,
        "next": NEVER if again is None else again,
        "milliseconds": outcome.milliseconds,
        "outcome": outcome.code,
        "status": outcome.status or 0,
        "excerpt": outcome.excerpt,
    }
    sql.later(SQL["keep_delivery"], values)
    sql.later(SQL["keep_attempt"], values)
    sql.flush()


class Standing(NamedTuple):
    """How it stands with a webhook: since when nothing succeeds, and why it is told no more, if it is not."""

    failing_since: int | None
    disabled_why: str | None = None


def note_outcome(
    sql: psycopg.Cursor[Any], to: Sending, before: Standing, outcome: Outcome, *, now: int
) -> Standing:
    """How it stands now that this came of an attempt: what is gone, or failed for days, is disabled."""
    if outcome.delivered:
        after = Standing(None)
    else:
        since = now if before.failing_since is None else before.failing_since
        failing = "failing" if is_given_up(since, now) else None
        after = Standing(since, "gone" if outcome.status == GONE else failing)
    if after != before:
        told = {"failing_since": after.failing_since, "why": after.disabled_why, "now": now}
        sql.execute(SQL["note_outcome"], {**to.values, **told})
    return after


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
