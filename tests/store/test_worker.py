"""What time brings is done by the worker, for everybody whose clock is the real one."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
import pytest
from old_club import THREE_YEARS, balances, old_club
from waiting import until

from jifen.db import connection as connecting
from jifen.db.connection import connect
from jifen.db.migrate import MIGRATIONS
from jifen.instants import instant_of
from jifen.intake import sweeping
from jifen.intake.clock import real_now
from jifen.intake.submitting import settle_members
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.operations.standing import look
from jifen.programme.loading import template_text
from jifen.proof.proving import prove
from jifen.wording import Said
from jifen.worker import shift
from jifen.worker.doing import do, last_done
from jifen.worker.proving import Unproved, latest_night
from jifen.worker.settling import settle
from jifen.worker.shift import Shift
from jifen.worker.timetable import EVERY_MINUTE, TIMETABLE, Duty

ROOT: Final = Path(__file__).parents[2]
Jifen = Callable[..., str]
SETTLE, TIDY = TIMETABLE[:2]


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


def test_a_programme_whose_node_is_lost_keeps_no_other_one_waiting(database_url: str) -> None:
    done = []

    def work(programme: OpenProgramme) -> None:
        if programme.slug == "first":
            raise psycopg.errors.ConnectionFailure("connection to the remote node failed")
        done.append(programme.slug)

    with connect(database_url) as connection:
        for slug in ("first", "second"):
            document = template_text("coffee-club")
            create_programme(connection, document, slug=slug, now=real_now(), actor="owner")
        with pytest.raises(psycopg.errors.ConnectionFailure):
            Shift(connection, Programmes(), never).in_each_programme("count", work)
        assert done == ["second"]


def test_a_duty_whose_own_connection_is_lost_goes_no_further(database_url: str) -> None:
    begun = []

    def work(programme: OpenProgramme) -> None:
        begun.append(programme.slug)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        connection.execute("SELECT")

    with connect(database_url) as connection:
        for slug in ("first", "second"):
            document = template_text("coffee-club")
            create_programme(connection, document, slug=slug, now=real_now(), actor="owner")
        with pytest.raises(psycopg.OperationalError):
            Shift(connection, Programmes(), never).in_each_programme("count", work)
        assert begun == ["first"]


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


def shanghai(when: str) -> int:
    """The instant of a local time as 2026-01-31 10:00."""
    return instant_of(dt.datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


@pytest.mark.parametrize("found_at", ["2026-02-01 00:00", "2026-02-03 10:00"])
def test_points_end_at_midnight_of_the_programme_however_late_a_worker_finds_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch, found_at: str
) -> None:
    def at(when: str) -> list[tuple[str, int]]:
        monkeypatch.setattr(shift, "real_now", lambda: shanghai(when))
        do(SETTLE, database_url, Programmes(), never)
        return balances(connection, programme)

    with connect(database_url) as connection:
        programme = old_club(connection, "ann", then=shanghai("2025-01-15 10:00"))
        assert at("2026-01-31 23:59:59.999999") == [("ann", 80)]
        assert at(found_at) == [("ann", 0)]
        ended = connection.execute(
            "SELECT effective_at, recorded_at FROM posting WHERE points < 0"
        ).fetchone()
        assert ended is not None
        assert [instant_of(at) for at in ended] == [
            shanghai("2026-02-01 00:00"),
            shanghai(found_at),
        ]
        assert prove(connection, programme).holds


def test_turns_that_lost_workers_were_taking_are_forgotten(database_url: str) -> None:
    with connect(database_url) as connection:
        connection.execute("SET search_path TO queue")
        connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '3 minutes'), (now())"
        )
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
            " SELECT 'duties', 'settle', 'doing', id FROM procrastinate_workers"
        )
        do(TIDY, database_url, Programmes(), never)
        left = connection.execute(
            "SELECT count(*), count(worker_id) FROM procrastinate_jobs"
        ).fetchone()
        assert left == (1, 1)


@pytest.mark.parametrize("page", ["worker.md", "worker.zh-CN.md"])
def test_the_guide_has_the_timetable(page: str) -> None:
    written = (ROOT / "docs" / "guides" / page).read_text(encoding="utf-8")
    language = "zh" if "zh" in page else "en"
    assert re.findall(r"^\| `([\w-]+)` \| ([^|]+) \|", written, re.MULTILINE) == [
        (duty.name, duty.rhythm.said.told_in(language)) for duty in TIMETABLE
    ]


def test_the_timetable_says_what_is_done_and_how_it_went(jifen: Jifen, database_url: str) -> None:
    jifen("init", "--programme", "coffee-club")
    assert "settle  every minute" in jifen("worker", "--timetable")
    do(SETTLE, database_url, Programmes(), never)
    assert "上次执行" in jifen("worker", "--timetable", "--lang", "zh")
    told = json.loads(jifen("worker", "--timetable", "--json"))
    assert [(one["duty"], one["ended_at"] is None) for one in told][:2] == [
        ("settle", False),
        ("tidy", True),
    ]


def test_a_bank_is_proved_once_a_night_and_a_difference_is_a_failure(database_url: str) -> None:
    prove_duty = next(duty for duty in TIMETABLE if duty.name == "prove")
    with connect(database_url) as connection:
        old_club(connection, "ann")
        proved = "SELECT differences > 0, proved_at > now() - interval '1 hour' FROM last_proof"
        connection.execute(
            "INSERT INTO last_proof SELECT programme_id, now(), 1, 1, 0 FROM programme"
        )
        connection.execute("UPDATE balance SET points = points + 1, lifetime = lifetime + 1")
        do(prove_duty, database_url, Programmes(), never)
        assert connection.execute(proved).fetchone() == (False, True)
        connection.execute("UPDATE last_proof SET proved_at = proved_at - interval '1 day'")
        with pytest.raises(Unproved, match=r"old: \d+ differences?: .* checked in"):
            do(prove_duty, database_url, Programmes(), never)
        assert connection.execute(proved).fetchone() == (True, True)
        assert "differences" in (last_done(connection)["prove"].failure or "")


def test_a_worker_that_hangs_lets_others_do_its_duty(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it does alone it does no more, once nothing was heard of it for long enough."""
    monkeypatch.setattr(connecting, "STANDING", "idle_session_timeout=300")
    free: list[bool] = []
    with connect(database_url) as connection:
        other = Shift(connection, Programmes(), never)

        def may_begin() -> bool:
            with other.alone("settle old") as mine:
                free.append(mine)
            return mine

        def hang(shift: Shift) -> None:
            with shift.alone("settle old"):
                assert not may_begin()
                for _ in range(10):  # waits for something else, and says so
                    time.sleep(0.1)
                    shift.stay()
                assert not may_begin()
                until(may_begin, "free for others")
                shift.stay()

        duty = Duty("settle", EVERY_MINUTE, Said("", ""), hang)
        with pytest.raises(psycopg.OperationalError):
            do(duty, database_url, Programmes(), never)
    assert free[-1]


def test_a_duty_that_does_not_end_grows_old_for_who_looks(database_url: str) -> None:
    """One that has ended long ago does as well: either way nobody does it any more."""
    seen: list[int] = []

    def hang(shift: Shift) -> None:
        seen.extend(one.at for one in look(database_url, real_now()).duties)

    began = real_now()
    do(Duty("settle", EVERY_MINUTE, Said("", ""), hang), database_url, Programmes(), never)
    (ended,) = (one.at for one in look(database_url, real_now()).duties)
    assert began <= seen[0] <= ended <= real_now()


def test_a_proof_that_is_stopped_takes_its_processes_along(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold open what the worker waits for: it would never end."""
    prove_duty = next(duty for duty in TIMETABLE if duty.name == "prove")
    long_proof = tmp_path / "python"
    long_proof.write_text("#!/bin/sh\nsleep 50 &\nsleep 50\n")
    long_proof.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(long_proof))
    told = iter([False])  # to stop, once it is under way
    with connect(database_url) as connection:
        old_club(connection, "ann")
    began = time.monotonic()
    do(prove_duty, database_url, Programmes(), lambda: next(told, True))
    assert time.monotonic() - began < 25


def test_a_night_begins_at_three_in_the_programmes_zone() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    assert latest_night(shanghai("2026-03-02 02:59"), zone) == shanghai("2026-03-01 03:00")
    assert latest_night(shanghai("2026-03-02 03:00"), zone) == shanghai("2026-03-02 03:00")


def test_a_worker_does_not_begin_without_its_tables(jifen: Jifen, database_url: str) -> None:
    with connect(database_url) as connection:
        connection.execute("DELETE FROM migration WHERE name = '0003_worker_queue_3'")
    assert "lacks tables of this version: 0003_worker_queue_3" in jifen("worker", code=1)
