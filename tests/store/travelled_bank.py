"""A programme with its members in a fresh database, and what they do, one call a time."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import psycopg

from jifen.engine.events import Known
from jifen.enquiry.codes import referral_code
from jifen.enquiry.member import member_view
from jifen.instants import instant_of
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Command, Event, Value
from jifen.intake.asking.member_commands import Merge, Unmerge
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock.changing import Kind, StockAnswer, StockChange, change_stock
from jifen.intake.submitting import submit
from jifen.intake.sweeping import advance
from jifen.intake.versions.corrections import open_correction, post_correction
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.intake.versions.publishing import apply_version

SHOP: Final = """
programme: shop
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
"""The least of a shop: rules may be added at its end."""
GROWING: Final = (
    SHOP.replace("earn:", "  growth: {name: {zh: 成长值, en: growth}, spendable: false}\nearn:")
    + "  - {id: growth, on: purchase, give: 1 growth per 1 of amount}\n"
)
"""A shop of which members grow as well."""


class Bank:
    """A programme on a travelled clock."""

    def __init__(self, connection: psycopg.Connection[Any], document: str, begins: str) -> None:
        self.connection = connection
        self.zone = ZoneInfo("Asia/Shanghai")
        self.changes = 0  # of stock
        now = self.instant(begins)
        self.programme: OpenProgramme = create_programme(
            connection, document, test_now=now, now=now, actor="owner"
        )

    @property
    def now(self) -> int:
        assert self.programme.test_now is not None
        return self.programme.test_now

    def instant(self, when: str) -> int:
        """The instant of a local time as 2026-01-31 10:00."""
        return instant_of(dt.datetime.fromisoformat(when).replace(tzinfo=self.zone))

    def enrol(self, *members: str, **facts: Known) -> None:
        joining = [NewMember(id=name, joined_at=self.now, facts=dict(facts)) for name in members]
        enrol_members(self.connection, self.programme, joining, now=self.now, actor="shop")

    def code(self, member: str) -> str:
        """The code by which a member brings others."""
        return referral_code(self.connection, self.programme, member).code

    def travel(self, when: str) -> None:
        self.programme = advance(self.connection, self.programme, self.instant(when)).programme

    def publish(self, document: str) -> None:
        self.programme = apply_version(
            self.connection, self.programme, document, now=self.now, actor="owner"
        )

    def correct(self, document: str, since: str, until: str | None = None) -> int:
        """Post a corrected version for the past; how many members were judged again."""
        open_correction(
            self.connection,
            self.programme,
            document,
            since=self.instant(since),
            until=None if until is None else self.instant(until),
            now=self.now,
            actor="owner",
        )
        self.programme, members = post_correction(
            self.connection, self.programme, now=self.now, actor="owner"
        )
        return members

    def points(self, member: str = "ann", currency: str = "points") -> int:
        """What a member has, less what is owed."""
        return (
            member_view(self.connection, self.programme, member, self.now)
            .currencies[currency]
            .points
        )

    def standing(self, *types: str, member: str = "ann") -> list[tuple[str, str, dict[str, Any]]]:
        """Date, type and fields of each event of these types that did not come back, in order of history."""
        rows = self.connection.execute(
            "SELECT e.local_date, e.type, e.payload -> 'fields' FROM event e"
            " JOIN member m USING (programme_id, member_id)"
            " WHERE e.type = ANY(%s) AND m.external_id = %s AND NOT EXISTS ("
            " SELECT FROM event_return r WHERE r.programme_id = e.programme_id"
            " AND r.member_id = e.member_id AND r.event_seq = e.member_seq)"
            " ORDER BY e.occurred_at, e.sequence",
            (list(types), member),
        )
        return [(day.isoformat(), type, fields) for day, type, fields in rows.fetchall()]

    def stock(self, reward: str, *, place: str = "", **units: int) -> StockAnswer:
        """Put so many in (`add`), take them out (`take`) or count them (`set`)."""
        ((kind, asked),) = units.items()
        self.changes += 1
        change = StockChange(
            id=f"d{self.changes}",
            reward=reward,
            place=place,
            kind=cast(Kind, kind),
            asked=asked,
            reason=kind,
        )
        return change_stock(
            self.connection, self.programme, change, now=self.now, actor="warehouse"
        )

    def do(self, when: str, *commands: Command) -> list[Answer]:
        """Submit commands at a local time, after what time has brought until then."""
        self.travel(when)
        answered = submit(self.connection, self.programme, commands, now=self.now, actor="shop")
        return [one.answer for one in answered]

    def merge_or_part(self, when: str, id: str, *, merge: bool) -> None:
        """Let Bob and Ann be one person, or two again."""
        if merge:
            self.do(when, Merge(id=id, member="bob", into="ann", reason="one"))
        else:
            self.do(when, Unmerge(id=id, member="ann", of="bob", reason="two"))

    def bought(self, id: str, member: str, amount: int, when: str = "", **fields: Value) -> Event:
        """A purchase of so much money in smallest units, now or at an earlier local time."""
        return Event(
            id=id,
            member=member,
            type="purchase",
            occurred_at=self.instant(when) if when else None,
            fields={"amount": amount, **fields},
        )
