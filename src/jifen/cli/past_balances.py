"""A member's balances at a past moment, as a table."""

from __future__ import annotations

from typing import Any

import psycopg

from jifen.cli import output
from jifen.cli.language import say
from jifen.cli.problems import CommandProblem
from jifen.cli.tables import Column, table
from jifen.enquiry.past_balances import PastBalances, balances_at
from jifen.instants import day_of, start_of_day
from jifen.intake.asking.scalars import Malformed, date, instant
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.programme.model import Programme


def show_past(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    member: str,
    written: str,
    *,
    as_json: bool,
) -> None:
    """Print the balances at a moment as written."""
    now = now_of(programme)
    at = _moment(written, programme)
    if at > now:
        today = output.time_text(now, programme.zone)
        raise CommandProblem(
            say(f"{written} is not over: it is {today}", f"{written} 尚未过去：现在是 {today}")
        )
    found = balances_at(connection, programme, member, at, now)
    if as_json:
        output.as_struct(found)
    else:
        output.lines(past_table(found, programme.programme))


def _moment(written: str, programme: OpenProgramme) -> int:
    """The instant meant: of a date, its last."""
    try:
        return start_of_day(day_of(date(written, "--at")) + 1, programme.zone) - 1
    except Malformed:
        return instant(written, programme.zone, "--at")


def past_table(found: PastBalances, programme: Programme) -> list[str]:
    """A line a currency."""
    columns = (
        Column(say("currency", "种类")),
        Column(say("balance", "余额"), "right"),
        Column(say("earned in all", "累计获得"), "right"),
        Column(say("spent", "已使用"), "right"),
        Column(say("expired", "已过期"), "right"),
        Column(say("taken back", "已追回"), "right"),
    )
    rows = []
    had = {reward.id for reward in programme.rewards if found.currencies[reward.id].lifetime}
    for currency in (one for one in programme.currencies if one.reward is None or one.id in had):
        past = found.currencies[currency.id]
        sums = (past.balance, past.lifetime, past.spent, past.expired, past.reversed)
        rows.append(
            (output.named(currency.name), *(output.amount(points, past.scale) for points in sums))
        )
    about = say(
        f"{found.id} as of {found.at:%Y-%m-%d %H:%M}", f"{found.id}，截至 {found.at:%Y-%m-%d %H:%M}"
    )
    return [about, "", *table(columns, rows)]
