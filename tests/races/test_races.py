"""Whatever is asked at once, points are neither lost nor doubled; without the guards they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from racecourse import HOUR, NOW, ROUNDS, SECOND, THREADS, Racecourse, bought, racecourse_in

from jifen.intake.asking.commands import Capture, Command, Event, Hold, Return, Spend, Transfer
from jifen.intake.asking.member_commands import Group, Merge, Refer
from jifen.intake.asking.tenders import Pay
from jifen.intake.files.counts import ImportReport
from jifen.intake.files.importing import import_file
from jifen.intake.files.loading import load_mapping
from jifen.intake.gathering import gather
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import CommandsFailed, submit
from jifen.proof.proving import prove

GUARDED_ROUNDS = 6
Race = Callable[[Racecourse, str, Path], None]
GUARDING_KEYS = (
    "command", "command_key", "event", "event_return", "award", "posting", "lot", "lot_parent", "taking", "hold",
    "hold_lot", "outbox",
)  # fmt: skip


@pytest.fixture
def racecourse(database_url: str) -> Iterator[Racecourse]:
    """The bank as it is."""
    with racecourse_in(database_url) as course:
        yield course


@pytest.fixture
def unguarded(racecourse: Racecourse, monkeypatch: pytest.MonkeyPatch) -> Racecourse:
    """The bank without its two guards: the lock on members, and the keys that make a second writer of the same
    command fail and try again."""
    reading = gather.SQL["read_members"]
    unlocked = {**gather.SQL, "lock_members": reading, "lock_free_members": reading}
    monkeypatch.setattr(gather, "SQL", unlocked)
    for table in GUARDING_KEYS:
        racecourse.connections[0].execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey".encode()
        )
    return racecourse


def parallel_spends_never_take_more_than_there_is(
    course: Racecourse, member: str, folder: Path
) -> None:
    spends = [
        Spend(id=f"{member}-{n}", member=member, points=30, currency="points")
        for n in range(THREADS)
    ]
    refusals = Counter(one.answer.refusal for one in course.ask_at_once(spends))
    assert refusals == {None: 3, "insufficient_points": THREADS - 3}
    assert course.balance(member) == (10, 0, 0)


def one_key_sent_many_times_is_applied_once(course: Racecourse, member: str, folder: Path) -> None:
    spend = Spend(id=member, member=member, points=30, currency="points")
    answered = course.ask_at_once([spend] * THREADS)
    assert [one.answer for one in answered] == [answered[0].answer] * THREADS
    assert Counter(one.replayed for one in answered) == {False: 1, True: THREADS - 1}
    assert course.balance(member) == (70, 0, 0)


def gifts_back_and_forth_arrive_as_they_left(course: Racecourse, member: str, folder: Path) -> None:
    friend = f"friend-{member}"
    course.ask(course.connections[0], bought(f"first-{friend}", friend, 10_000), enrol=True)
    gifts = [
        Transfer(id=f"{member}-{n}", member=giver, to=receiver, points=30, currency="points")
        for n, (giver, receiver) in enumerate([(member, friend), (friend, member)] * (THREADS // 2))
    ]
    answers = [one.answer for one in course.ask_at_once(gifts)]
    left = sum(
        answer.moved or 0
        for answer, gift in zip(answers, gifts, strict=True)
        if gift.member == member
    )
    came = sum(answer.moved or 0 for answer in answers) - left
    assert course.balance(member) == (100 + left - came, 0, 0)
    assert course.balance(friend) == (100 - left + came, 0, 0)


def parallel_gifts_never_give_more_than_there_is(
    course: Racecourse, member: str, folder: Path
) -> None:
    friend = f"friend-{member}"
    course.ask(course.connections[0], bought(f"first-{friend}", friend, 10_000), enrol=True)
    gifts = [
        Transfer(id=f"{member}-{n}", member=member, to=friend, points=30, currency="points")
        for n in range(THREADS)
    ]
    refusals = Counter(one.answer.refusal for one in course.ask_at_once(gifts))
    assert refusals == {None: 3, "insufficient_points": THREADS - 3}
    assert (course.balance(member), course.balance(friend)) == ((10, 0, 0), (190, 0, 0))


def a_household_spends_no_point_twice(course: Racecourse, member: str, folder: Path) -> None:
    friend = f"friend-{member}"
    course.ask(course.connections[0], bought(f"first-{friend}", friend, 10_000), enrol=True)
    for one in (member, friend):
        course.ask(course.connections[0], Group(id=one, member=one, household=member))
    spends = [
        Spend(id=f"{member}-{n}", member=(member, friend)[n % 2], points=30, currency="points")
        for n in range(THREADS)
    ]
    refusals = Counter(one.answer.refusal for one in course.ask_at_once(spends))
    assert refusals == {None: 6, "insufficient_points": THREADS - 6}
    left = course.balance(member)[0] + course.balance(friend)[0]
    assert left == 200 - 6 * 30


def a_merge_among_purchases_leaves_nothing_behind(
    course: Racecourse, member: str, folder: Path
) -> None:
    friend = f"friend-{member}"
    course.ask(course.connections[0], bought(f"first-{friend}", friend, 10_000), enrol=True)
    merge = Merge(id=member, member=friend, into=member, reason="two cards")
    bought_meanwhile = [bought(f"{n}-{friend}", friend, 100) for n in range(4)]
    spend = Spend(id=member, member=friend, points=30, currency="points")
    returned = Return(id=member, of=f"first-{friend}", amount=3000)
    used = Spend(id=f"own-{member}", member=member, points=10, currency="points")
    asked = course.ask_at_once([merge, *bought_meanwhile, spend, returned, used])
    assert {one.answer.refusal for one in asked} == {None}
    assert course.balance(friend) == (0, 0, 0)
    assert course.balance(member)[0] in (134, 134 + SECOND, 134 + 2 * SECOND)
    events = course.one(
        "SELECT events_evaluated FROM member WHERE external_id = %(member)s", member
    )
    assert events == (6,)


def of_many_bodies_under_one_key_one_is_applied(
    course: Racecourse, member: str, folder: Path
) -> None:
    spends = [
        Spend(id=member, member=member, points=points, currency="points")
        for points in range(1, THREADS + 1)
    ]
    answers = [one.answer for one in course.ask_at_once(spends)]
    refusals = Counter(
        (answer.refusal, str(answer.detail and answer.detail.said())) for answer in answers
    )
    assert refusals == {(None, "None"): 1, ("conflict", "it differs in points"): THREADS - 1}
    taken = sum(answer.taken or 0 for answer in answers)
    assert course.balance(member) == (100 - taken, 0, 0)


def parallel_returns_never_exceed_what_was_bought(
    course: Racecourse, member: str, folder: Path
) -> None:
    returns = [
        Return(id=f"{member}-{n}", member=member, of=f"first-{member}", amount=3000)
        for n in range(THREADS)
    ]
    refusals = Counter(one.answer.refusal for one in course.ask_at_once(returns))
    assert refusals == {None: 3, "exceeds_purchase": THREADS - 3}
    assert course.balance(member) == (10, 0, 0)


def earning_spending_and_holding_at_once_add_up(
    course: Racecourse, member: str, folder: Path
) -> None:
    def hold_and_capture(connection: psycopg.Connection[Any], number: int) -> int:
        hold = Hold(id=f"h{number}-{member}", member=member, points=40, currency="points")
        if course.ask(connection, hold).answer.refusal:
            return 0
        capture = Capture(id=f"c{number}-{member}", member=member, of=hold.id, points=25)
        return -(course.ask(connection, capture).answer.taken or 0)

    def spend(connection: psycopg.Connection[Any], number: int) -> int:
        asked = Spend(id=f"s{number}-{member}", member=member, points=40, currency="points")
        return -(course.ask(connection, asked).answer.taken or 0)

    def earn(connection: psycopg.Connection[Any], number: int) -> int:
        purchase = bought(f"e{number}-{member}", member, 1000, hours_ago=number)
        assert course.ask(connection, purchase).answer.state == "applied"
        return 10

    works = [
        partial(work, number=number) for work in (hold_and_capture, spend) for number in (1, 2)
    ]
    works += [partial(earn, number=number) for number in range(4)]
    changes = sum(course.at_once(works))
    points, held, debt = course.balance(member)
    assert (points, held, debt) == (100 + SECOND + changes, 0, 0)
    assert points >= 0


def one_hold_pays_for_one_order(course: Racecourse, member: str, folder: Path) -> None:
    hold = Hold(id=f"h-{member}", member=member, points=40, currency="points")
    course.ask(course.connections[0], hold)
    pay = Pay(currency="points", hold=hold.id)
    orders: list[Command] = [
        msgspec.structs.replace(bought(f"{n}-{member}", member, 1000), pay=pay)
        for n in range(THREADS - 1)
    ]
    capture = Capture(id=member, member=member, of=hold.id)
    refusals = Counter(one.answer.refusal for one in course.ask_at_once([*orders, capture]))
    assert refusals == {None: 1, "hold_closed": THREADS - 1}
    points, held, debt = course.balance(member)
    assert (points in (60, 70 + SECOND), held, debt) == (True, 0, 0)


def a_late_event_and_one_at_the_end_are_both_in_the_history(
    course: Racecourse, member: str, folder: Path
) -> None:
    late = [bought(f"l{number}-{member}", member, 500, 200 + number) for number in range(4)]
    at_end = [bought(f"e{number}-{member}", member, 500, 9 - number) for number in range(4)]
    course.ask_at_once([*late, *at_end])
    events = course.one(
        "SELECT events_evaluated FROM member WHERE external_id = %(member)s", member
    )
    assert events == (9,)
    assert course.balance(member) == (100 + 8 * 5 + SECOND, 0, 0)


def who_is_new_joins_once(course: Racecourse, member: str, folder: Path) -> None:
    newcomer = f"new-{member}"
    events = [bought(f"{number}-{newcomer}", newcomer, 100) for number in range(THREADS)]

    def ask(connection: psycopg.Connection[Any], event: Event) -> None:
        asked = submit(connection, course.programme, [event], now=NOW, actor="shop", enrol=True)
        assert asked[0].answer.state == "applied"

    course.at_once([partial(ask, event=event) for event in events])
    found = course.one(
        "SELECT count(*), sum(events_evaluated) FROM member WHERE external_id = %(member)s",
        newcomer,
    )
    assert found == (1, THREADS)
    assert course.balance(newcomer) == (THREADS + SECOND, 0, 0)


def two_imports_of_the_same_rows_take_every_event_once(
    course: Racecourse, member: str, folder: Path
) -> None:
    path, mapping = folder / f"{member}.csv", folder / "mapping.yaml"
    rows = [f"{member}-{n},m{n % ROUNDS},2026-01-{n % 28 + 1:02d}T10:00,1.00" for n in range(60)]
    path.write_text("\n".join(["id,who,time,amount", *rows]))
    mapping.write_text(
        "time: {column: time, timezone: Asia/Shanghai}\nevent: purchase\nid: id\n"
        "member: who\nfields: {amount: amount}\n"
    )

    def run(connection: psycopg.Connection[Any], name: str) -> ImportReport:
        own = mapping.with_name(
            f"{name}-{member}.yaml"
        )  # a file by another mapping is another import
        own.write_text(f"# by {name}\n{mapping.read_text()}")
        return import_file(
            connection, course.programme, load_mapping(own), path,
            now=NOW, actor=name, rejects_path=folder / f"{name}.csv",
        )  # fmt: skip

    reports = course.at_once([partial(run, name=name) for name in ("one", "two")])
    assert sum(report.events for report in reports) == 60
    stored = course.one(f"SELECT count(*) FROM event WHERE event_id LIKE '{member}-%%'")
    assert stored == (60,)


def friends_pay_their_referrer_each_once(course: Racecourse, member: str, folder: Path) -> None:
    """What some take back meanwhile is undone, and nobody who delivers waits for another for ever. Who takes a thing
    out of an inbox deletes it, so that this holds without the other guards as well."""
    friends = [f"{member}-{n}" for n in range(THREADS)]
    joining = [NewMember(id=friend, joined_at=NOW - HOUR) for friend in friends]
    enrol_members(course.connections[0], course.programme, joining, now=NOW, actor="owner")
    referrals = [Refer(id=friend, member=friend, referrer=member) for friend in friends]
    assert {one.answer.referrer for one in course.ask_at_once(referrals)} == {member}
    course.ask_at_once([signed_up(friend) for friend in friends])
    assert course.balance(member) == (100 + 5 * THREADS, 0, 0)
    half = THREADS // 2
    again = [Return(id=friend, of=friend, full=True) for friend in friends[:half]]
    course.ask_at_once([*again, *(bought(f"{friend}-b", friend, 100) for friend in friends[half:])])
    assert course.balance(member) == (100 + 5 * half, 0, 0)


def signed_up(friend: str) -> Event:
    return Event(id=friend, member=friend, type="signup", occurred_at=NOW)


RACES: list[Race] = [
    parallel_spends_never_take_more_than_there_is,
    one_key_sent_many_times_is_applied_once,
    gifts_back_and_forth_arrive_as_they_left,
    parallel_gifts_never_give_more_than_there_is,
    a_household_spends_no_point_twice,
    a_merge_among_purchases_leaves_nothing_behind,
    of_many_bodies_under_one_key_one_is_applied,
    parallel_returns_never_exceed_what_was_bought,
    earning_spending_and_holding_at_once_add_up,
    one_hold_pays_for_one_order,
    a_late_event_and_one_at_the_end_are_both_in_the_history,
    who_is_new_joins_once,
    two_imports_of_the_same_rows_take_every_event_once,
]


@pytest.mark.parametrize("race", [*RACES, friends_pay_their_referrer_each_once])
def test_at_once(race: Race, racecourse: Racecourse, tmp_path: Path) -> None:
    for number in range(GUARDED_ROUNDS):
        race(racecourse, f"m{number}", tmp_path)
    report = prove(racecourse.connections[0], racecourse.programme)
    assert [str(difference) for difference in report.differences] == []


@pytest.mark.parametrize("race", RACES)
def test_without_the_guards_it_would_not_hold(
    race: Race, unguarded: Racecourse, tmp_path: Path
) -> None:
    def run_all() -> None:
        for number in range(ROUNDS):
            race(unguarded, f"m{number}", tmp_path)

    with pytest.raises((AssertionError, CommandsFailed, psycopg.Error)):
        run_all()
