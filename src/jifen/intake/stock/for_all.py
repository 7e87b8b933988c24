"""Rewards of which all members together may have only so many in a period: counted by the day, under a lock of the
reward that a batch takes behind its members'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from jifen.db.arrays import bigints, integers, smallints, texts
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.instants import local_day_of
from jifen.intake.asking.commands import Cancel, Command, Redeem
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.bounds import first_day
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.ways_out import Limit

SQL = statements(Path(__file__).with_suffix(".sql"))

EVER = 0
"""The day on which all days are counted together."""


@dataclass(slots=True)
class TakenByAll:
    """What all members took of rewards, by reward and day, and what a batch makes of it."""

    units: defaultdict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    changed: set[tuple[int, int]] = field(default_factory=set)
    redeemed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The reward and day of redemptions that are now cancelled, by their keys."""

    def take(self, reward: int, day: int, units: int) -> None:
        """Count so many on a day, or (below zero) count them no longer."""
        for key in ((reward, EVER), (reward, day)):
            self.units[key] += units
            self.changed.add(key)

    def give_back(self, placing_key: str, units: int) -> None:
        """Count so many of a redemption no longer; nothing where it was not counted."""
        if placing_key in self.redeemed:
            self.take(*self.redeemed[placing_key], -units)

    def refusal(self, terms: CurrencyTerms, reward: int, day: int, units: int) -> Refused | None:
        """Which limit of a reward does not allow so many any more, the tightest of them; None if all do."""
        tightest = min(self._left_by_each(terms, reward, day), key=itemgetter(0), default=None)
        if tightest is None or units <= tightest[0]:
            return None
        left, limit = tightest
        figures = {"limit": limit.value, "left": left, "asked": units}
        return Refused(Refusal.ALL_TAKEN, "for_all", figures, period=limit.period)

    def left(self, terms: CurrencyTerms, reward: int, day: int) -> int | None:
        """How many more the limits of a reward allow; None where it has none."""
        of_limits = self._left_by_each(terms, reward, day)
        return min((left for left, _ in of_limits), default=None)

    def _left_by_each(
        self, terms: CurrencyTerms, reward: int, day: int
    ) -> Iterable[tuple[int, Limit]]:
        for limit in limits_for_all(terms):
            since = first_day(limit.period, day, terms.week_starts)
            taken = (
                self.units[reward, EVER]
                if since == EVER
                else sum(
                    units for (of, on), units in self.units.items() if of == reward and on >= since
                )
            )
            yield max(0, limit.value - taken), limit


def limits_for_all(terms: CurrencyTerms) -> tuple[Limit, ...]:
    """How many of a reward all members together may have."""
    return terms.reward.cost.limits_for_all if terms.reward else ()


def look_at_counts(
    sql: Cursor,
    programme: OpenProgramme,
    terms: Mapping[int, CurrencyTerms],
    commands: Sequence[Command],
    now: int,
    *,
    lock: bool,
) -> TakenByAll:
    """What was taken of the rewards that commands redeem or give back, where all together may have only so many. With
    `lock` nobody else takes of them until the transaction ends."""
    if not programme.limited_for_all:
        return TakenByAll()
    redeemed = _redeemed(sql, programme, [one for one in commands if isinstance(one, Cancel)])
    wanted = {
        number
        for one in commands
        if isinstance(one, Redeem) and (number := programme.currency_number(one.reward)) in terms
    }
    since = first_days(programme, {number: terms[number] for number in wanted}, now)
    for reward, day in redeemed.values():
        since[reward] = min(day, since.get(reward, day))
    if lock and since:
        _lock(sql, programme, since)
    return TakenByAll(read_counts(sql, programme, since), redeemed=redeemed)


def first_days(
    programme: OpenProgramme, terms: Mapping[int, CurrencyTerms], now: int
) -> dict[int, int]:
    """From which day on it matters what was taken of rewards, by their numbers; those without such limits left out."""
    today = local_day_of(now, programme.zone)
    days = {
        number: [first_day(limit.period, today, of.week_starts) for limit in limits_for_all(of)]
        for number, of in terms.items()
    }
    # What counts ever stands on a day of its own.
    return {
        number: min((day for day in of if day != EVER), default=today)
        for number, of in days.items()
        if of
    }


def read_counts(
    sql: Cursor, programme: OpenProgramme, since: Mapping[int, int]
) -> defaultdict[tuple[int, int], int]:
    """What was taken of rewards in all, and on each day from one on, by reward and day."""
    found: defaultdict[tuple[int, int], int] = defaultdict(int)
    if since:
        values = {
            "programme_id": programme.programme_id,
            "rewards": smallints([*since]),
            "since": integers([*since.values()]),
        }
        found |= {
            (reward, day): units for reward, day, units in sql.rows(SQL["read_counts"], values)
        }
    return found


def _lock(sql: Cursor, programme: OpenProgramme, rewards: Collection[int]) -> None:
    """Wait for whoever takes of the rewards; what they took is read behind this, by a statement of its own."""
    values = {"programme_id": programme.programme_id, "rewards": smallints(sorted(rewards))}
    if len(sql.rows(SQL["lock_counts"], values)) < len(rewards):
        sql.execute(SQL["open_counts"], values)
        sql.rows(SQL["lock_counts"], values)


def _redeemed(
    sql: Cursor, programme: OpenProgramme, cancels: Collection[Cancel]
) -> dict[str, tuple[int, int]]:
    if not cancels:
        return {}
    keys = sorted(one.placing_key for one in cancels)
    values = {"programme_id": programme.programme_id, "keys": texts(keys)}
    return {
        key: (programme.currency_number(reward), local_day_of(redeemed_at, programme.zone))
        for key, reward, redeemed_at in sql.rows(SQL["counted_redemptions"], values)
    }


def write_counts(sql: Cursor, programme: OpenProgramme, taken: TakenByAll) -> None:
    """Keep what a batch has taken and given back."""
    if not taken.changed:
        return
    changed = sorted(taken.changed)
    values = {
        "programme_id": programme.programme_id,
        "rewards": smallints([reward for reward, _ in changed]),
        "days": integers([day for _, day in changed]),
        "units": bigints([taken.units[key] for key in changed]),
    }
    sql.later(SQL["write_counts"], values)
