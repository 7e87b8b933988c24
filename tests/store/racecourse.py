"""A bank that many threads use at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

import psycopg

from jifen.db.connection import connect
from jifen.intake.answers import Answered
from jifen.intake.asking.commands import Command, Event
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import OpenProgramme, create_programme

THREADS = 8
ROUNDS = 50
NOW = 1_770_000_000_000_000  # 2026-02-02
HOUR = 3_600_000_000
SECOND = 7  # points for whichever purchase is the second
DOCUMENT = """
programme: race
name: Race
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: points, transfers: {}, pay: {rate: 0.01}}
households: {share: points}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: offer, on: survey, give: 30 points, limit: 1 per day, budget: 1500 points}
  - {id: second, on: purchase, when: "count('purchase', 'lifetime') == 2", give: 7 points}
referral:
  - {id: invitation, on: signup, give: {referrer: 5 points}}
"""
Result = TypeVar("Result")


@dataclass(frozen=True)
class Racecourse:
    """A programme whose members m0, m1, … bought for 100.00 each, and a connection for every thread."""

    programme: OpenProgramme
    connections: Sequence[psycopg.Connection[tuple[Any, ...]]]

    def at_once(self, works: Sequence[Callable[[psycopg.Connection[Any]], Result]]) -> list[Result]:
        """What each piece of work gives, all begun together, each with a connection of its own."""
        barrier = Barrier(len(works))

        def run(work: Callable[[psycopg.Connection[Any]], Result], place: int) -> Result:
            barrier.wait()
            return work(self.connections[place])

        with ThreadPoolExecutor(len(works)) as threads:
            begun = [threads.submit(run, work, place) for place, work in enumerate(works)]
            return [one.result() for one in begun]

    def ask_at_once(self, commands: Sequence[Command]) -> list[Answered]:
        """The answers to commands, each sent by a thread of its own."""
        return self.at_once([partial(self.ask, command=command) for command in commands])

    def ask(
        self, connection: psycopg.Connection[Any], command: Command, *, enrol: bool = False
    ) -> Answered:
        """The answer to one command."""
        asked = submit(connection, self.programme, [command], now=NOW, actor="shop", enrol=enrol)
        return asked[0]

    def one(self, query: str, member: str = "") -> tuple[Any, ...]:
        """A row of a member or of all."""
        row = self.connections[0].execute(query.encode(), {"member": member}).fetchone()
        assert row is not None
        return row

    def balance(self, member: str) -> tuple[Any, ...]:
        """Points, held and debt."""
        return self.one(
            "SELECT points, held, debt FROM balance JOIN member USING (programme_id, member_id)"
            " WHERE external_id = %(member)s",
            member,
        )


def bought(id: str, member: str, amount: int, hours_ago: int = 0) -> Event:
    """A purchase, in smallest units."""
    occurred_at = NOW - hours_ago * HOUR
    fields: dict[str, int | str | bool] = {"amount": amount}
    return Event(id=id, member=member, type="purchase", occurred_at=occurred_at, fields=fields)


@contextmanager
def racecourse_in(url: str, document: str = DOCUMENT) -> Iterator[Racecourse]:
    """A racecourse in a fresh database."""
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(url)) for _ in range(THREADS)]
        first = connections[0]
        programme = create_programme(first, document, test_now=NOW, now=NOW, actor="owner")
        names = [f"m{round}" for round in range(ROUNDS)]
        members = [NewMember(id=name, joined_at=NOW - 1000 * HOUR) for name in names]
        enrol_members(first, programme, members, now=NOW, actor="owner")
        purchases = [bought(f"first-{name}", name, 10_000, 100) for name in names]
        submit(first, programme, purchases, now=NOW, actor="shop")
        yield Racecourse(programme, connections)
