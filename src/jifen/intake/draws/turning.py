"""Rounds that the clock turns: closed when their day, week or month is over, and followed by the next."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg

from jifen.db.adapting import cursor
from jifen.instants import local_day_of
from jifen.intake.actors import CLOCK
from jifen.intake.draws.rounds import SQL, RoundRefused, close_round, open_round
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.bounds import first_day


def turn_rounds(connection: psycopg.Connection[Any], programme: OpenProgramme, *, now: int) -> None:
    """Close the rounds of periods that are over, and open those of today's, of the draws in force that say how long a
    round is. Commits each. Done again it finds nothing to do; what an office does meanwhile stands."""
    document = programme.engine.plan_at(now).programme
    turned = [draw for draw in document.draws if draw.round is not None]
    if not turned:
        return
    with cursor(connection) as sql:
        values = {"programme_id": programme.programme_id}
        opened = dict(sql.execute(SQL["open_rounds"], values).fetchall())
    today = local_day_of(now, programme.zone)
    for draw in turned:
        assert draw.round is not None
        began = opened.get(draw.id)
        since = first_day(draw.round, today, document.week_starts)
        if began is not None and local_day_of(began, programme.zone) >= since:
            continue
        with suppress(RoundRefused):
            if began is not None:
                close_round(connection, programme, draw.id, now=now, actor=CLOCK)
            open_round(connection, programme, draw, now=now, actor=CLOCK)
