"""What time brings is done by the worker, for everybody whose clock is the real one."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.db.migrate import MIGRATIONS
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake import sweeping
from jifen.intake.asking.commands import Event
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import settle_members, submit
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.programme.loading import template_text
from jifen.proof.proving import prove
from jifen.wording import Said
from jifen.worker.doing import do, last_done
from jifen.worker.settling import settle
from jifen.worker.shift import Shift
from jifen.worker.timetable import EVERY_MINUTE, TIMETABLE, Duty

THREE_YEARS: Final = 3 * 366 * MICROSECONDS_PER_DAY
SETTLE: Final = TIMETABLE[0]


def old_club(
    connection: psycopg.Connection[Any], *members: str, test_now: int | None = None
) -> OpenProgramme:
    """A programme whose members have bought something three years ago and did nothing since."""
    then = real_now() - THREE_YEARS
    document = template_text("coffee-club")
    name = "old" if test_now is None else "travelled"
    programme = create_programme(
        connection, document, slug=name, test_now=test_now, now=then, actor="owner"
    )
    people = [NewMember(id=member, joined_at=then) for member in members]
    enrol_members(connection, programme, people, now=then, actor="owner")
    bought = [
        Event(id=f"o-{member}", member=member, type="purchase", fields={"amount": 6_000})
        for member in members
    ]
    submit(connection, programme, bought, now=then, actor="till")
    return programme


def balances(
    connection: psycopg.Connection[Any], programme: OpenProgramme
) -> list[tuple[str, int]]:
    """What is left of each member's points, by member."""
    return connection.execute(
        "SELECT external_id, points FROM balance JOIN member USING (member_id)"
        " WHERE member.programme_id = %s AND currency = 0"
        " ORDER BY 1",
        (programme.programme_id,),
    ).fetchall()


def never() -> bool:
    return False


def test_the_queue_is_the_one_that_the_library_knows() -> None:
    """A later version of the library that expects another one needs a migration first."""
    parts = [
        (MIGRATIONS / f"0003_worker_queue_{number}.sql").read_text(encoding="utf-8")
        for number in (1, 2, 3)
    ]
    ours = "".join(
        part.partition("-- From here on as it comes.\n")[2].partition("-- To here as it comes")[0]
        for part in parts
    )
    assert ours == (files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")


def test_what_is_due_is_settled_on_real_time_and_left_alone_on_a_travelled_clock(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        real = old_club(connection, "ann", "bob")
        travelled = old_club(connection, "ann", test_now=real_now() - THREE_YEARS)
        do(SETTLE, database_url, Programmes(), never)
        assert balances(connection, real) == [("ann", 0), ("bob", 0)]
        assert balances(connection, travelled) == [("ann", 80)]
        assert prove(connection, real).holds
        assert last_done(connection)["settle"].failure is None


def test_a_member_who_cannot_be_settled_costs_the_others_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(used: Any, programme: Any, members: list[str], *, now: int) -> None:
        if "bob" in members:
            raise RuntimeError("bob")
        settle_members(used, programme, members, now=now)

    with connect(database_url) as connection:
        programme = old_club(connection, "ann", "bob", "cid", "dee")
        with monkeypatch.context() as patched:
            patched.setattr(sweeping, "settle_members", failing)
            do(SETTLE, database_url, Programmes(), never)
        assert balances(connection, programme) == [("ann", 0), ("bob", 80), ("cid", 0), ("dee", 0)]
        assert [record.message for record in caplog.records] == ["a member could not be settled"]
        do(SETTLE, database_url, Programmes(), never)
        assert balances(connection, programme)[1] == ("bob", 0)
        assert prove(connection, programme).holds


def test_a_programme_at_which_a_worker_is_has_no_second_one(database_url: str) -> None:
    with connect(database_url) as connection, connect(database_url) as other:
        programme = old_club(connection, "ann")
        with Shift(other, Programmes(), never).alone("settle old") as mine:
            assert mine
            settle(Shift(connection, Programmes(), never))
            assert balances(connection, programme) == [("ann", 80)]
        settle(Shift(connection, Programmes(), never))
        assert balances(connection, programme) == [("ann", 0)]


def test_a_duty_that_failed_says_so_until_it_succeeds(database_url: str) -> None:
    def work(shift: Shift) -> None:
        raise ValueError("no such thing")

    duty = Duty("count", EVERY_MINUTE, Said("counts", "计数"), work)
    with connect(database_url) as connection:
        with pytest.raises(ValueError, match="no such thing"):
            do(duty, database_url, Programmes(), never)
        noted = last_done(connection)["count"]
        assert noted.failure == "ValueError: no such thing"
        assert noted.ended_at is not None
        assert noted.ended_at >= noted.began_at
