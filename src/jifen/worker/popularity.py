"""The duty `popularity`: counting which rewards members of each tier have chosen lately."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.placing import OF_PRIZES
from jifen.intake.gathering.gather import state_of_today
from jifen.intake.judging.case import local_day
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import ISSUED
from jifen.worker.shift import Shift

SQL: Final = statements(Path(__file__).with_suffix(".sql"))
DAYS: Final = 30
LEAST_MEMBERS: Final = 5
"""What fewer have chosen is not kept: nobody shall be known by it."""
EVERYBODY: Final = ""


def count_choices(shift: Shift) -> None:
    """Count anew in every programme on real time."""

    def count(programme: OpenProgramme) -> None:
        count_popular(shift.connection, programme, shift.now())

    shift.in_each_programme("popularity", count)


def count_popular(connection: psycopg.Connection[Any], programme: OpenProgramme, now: int) -> None:
    """Keep by how many members each reward was chosen in the last days, in all and by the tier on which they stand:
    each counts once, whatever they redeemed."""
    rewards = [programme.currency_number(one.id) for one in programme.programme.rewards]
    values = {"programme_id": programme.programme_id}
    sets = [one.id for one in programme.programme.rewards if one.reward and one.reward.cost.parts]
    asked = {
        "since": now - DAYS * MICROSECONDS_PER_DAY,
        "rewards": rewards,
        "issued": ISSUED,
        "of_prizes": OF_PRIZES,
        "sets": sets,
        "numbers": [programme.currency_number(id) for id in sets],
    }
    plan, day = programme.engine.plan_at(now), local_day(programme, now)
    counted: Counter[tuple[str, int]] = Counter()
    with connection.transaction(), cursor(connection) as sql:
        for *member, chosen in sql.execute(SQL["choices"], values | asked).fetchall():
            counted.update((EVERYBODY, reward) for reward in chosen)
            if plan.programme.tiers is not None:
                state = state_of_today(sql, programme, *member)
                tier = programme.engine.tiers[plan.tier_on(state, day)]
                counted.update((tier, reward) for reward in chosen)
        kept = [(*what, count) for what, count in counted.items() if count >= LEAST_MEMBERS]
        columns = zip(("tiers", "rewards", "members"), zip(*kept, strict=True), strict=True)
        sql.execute(SQL["forget_popular"], values)
        if kept:
            sql.execute(SQL["keep_popular"], values | {name: list(of) for name, of in columns})
