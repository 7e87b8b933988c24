"""A promised notice is handed over in time, or the points live on for as many days; and the proof knows."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tampering import forge_chains, found, unguarded
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.enquiry.member import member_view
from jifen.enquiry.notices import late_notices, notices_of
from jifen.intake.asking.commands import Adjust, Capture, Command, Event, Hold, Return, Spend, Void
from jifen.intake.asking.member_commands import OpenedLot, Opening
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import open_programme, set_test_clock
from jifen.proof.proving import prove

DOCUMENT = """
programme: told
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: 12 months, notice: [30 days, 7 days]}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    """60 points, to end on 31 January 2027: to be told of on 2 and 25 January."""
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-31 10:00", bank.bought("a1", "ann", 6000))
        yield bank


def nobody_sweeps_until(bank: Bank, when: str) -> None:
    bank.programme = set_test_clock(bank.connection, bank.programme, bank.instant(when))


def asked(bank: Bank, *commands: Command) -> None:
    submit(bank.connection, bank.programme, commands, now=bank.now, actor="shop")


def test_points_that_live_on_are_told_before_anybody_has_posted_it(bank: Bank) -> None:
    """Also those of an adjustment, which no event gave."""
    gift = Adjust(id="g1", member="ann", points=5, currency="points", reason="sorry")
    asked(bank, gift)
    nobody_sweeps_until(bank, "2027-01-20 10:00")
    before = member_view(bank.connection, bank.programme, "ann", bank.now).currencies["points"]
    swept(bank)
    after = member_view(bank.connection, bank.programme, "ann", bank.now).currencies["points"]
    assert before.lots == after.lots
    assert [lot.made_by for lot in after.lots if lot.of is None] == ["settle"]


def hold_two(bank: Bank) -> None:
    """20 points are set aside for thirty days, and 10."""
    for id, points in (("h1", 20), ("h2", 10)):
        hold = Hold(id=id, member="ann", points=points, currency="points", minutes=43_200)
        asked(bank, hold)


def swept(bank: Bank) -> None:
    sweep(bank.connection, bank.programme, bank.now)


def points(bank: Bank) -> tuple[int, list[str]]:
    """What ann can spend, and the last days of her lots."""
    found = member_view(bank.connection, bank.programme, "ann", bank.now).currencies["points"]
    ends = [f"{one.at.astimezone(bank.zone):%Y-%m-%d}" for one in found.expiries]
    return found.available, ends


def told(bank: Bank) -> list[tuple[Any, ...]]:
    return [
        (one.name.partition(".")[2], one.payload["notice_days"], one.payload["last_day"])
        for one in notices_of(bank.connection, bank.programme, "ann", 0)
    ]


def proved(bank: Bank) -> list[str]:
    return [str(one) for one in prove(bank.connection, bank.programme).differences]


def test_a_notice_on_its_day_is_in_time_however_late_that_day(bank: Bank) -> None:
    nobody_sweeps_until(bank, "2027-01-02 23:59")
    swept(bank)
    swept(bank)
    assert told(bank) == [("expiring", 30, "2027-01-31")]
    assert points(bank) == (60, ["2027-02-01"])
    assert proved(bank) == []


def test_a_missed_notice_puts_the_end_off_by_as_many_days(bank: Bank) -> None:
    nobody_sweeps_until(bank, "2027-01-03 00:00")
    assert points(bank) == (60, ["2027-03-03"])
    asked(bank, bank.bought("a2", "ann", 100))
    assert told(bank) == [("expiry_delayed", 30, "2027-03-02")]
    assert points(bank) == (61, ["2027-03-03", "2028-01-04"])
    assert proved(bank) == []
    bank.travel("2027-03-03 00:00")
    assert points(bank) == (1, ["2028-01-04"])
    assert proved(bank) == []


def test_who_asks_sees_the_later_end_before_anything_is_written(bank: Bank) -> None:
    nobody_sweeps_until(bank, "2027-02-20 10:00")
    assert points(bank) == (60, ["2027-03-03"])
    asked(bank, Spend(id="s1", member="ann", points=60, currency="points"))
    assert points(bank) == (0, [])
    assert proved(bank) == []


def test_a_stopped_worker_keeps_nothing_alive_for_longer_than_that(bank: Bank) -> None:
    nobody_sweeps_until(bank, "2027-06-01 10:00")
    assert points(bank) == (0, [])
    swept(bank)
    # 30 days for the first notice, and 7 for the one before that end
    assert told(bank) == [("expiry_delayed", 7, "2027-03-09")]
    assert points(bank) == (0, [])
    assert proved(bank) == []


def test_only_the_notice_that_was_missed_puts_the_end_off(bank: Bank) -> None:
    bank.travel("2027-01-10 10:00")
    nobody_sweeps_until(bank, "2027-01-28 10:00")
    swept(bank)
    assert told(bank) == [("expiring", 30, "2027-01-31"), ("expiry_delayed", 7, "2027-02-07")]
    assert points(bank) == (60, ["2027-02-08"])
    assert proved(bank) == []


def test_what_was_put_off_is_listed(bank: Bank) -> None:
    assert late_notices(bank.connection, bank.programme) == []
    nobody_sweeps_until(bank, "2027-01-05 10:00")
    swept(bank)
    (late,) = late_notices(bank.connection, bank.programme)
    assert (late.member, late.points, late.notice_days) == ("ann", 60, 30)
    assert (str(late.instead_of), str(late.last_day)) == ("2027-01-31", "2027-03-02")


def test_what_was_put_off_is_read_in_both_languages(bank: Bank, jifen: Callable[..., str]) -> None:
    assert jifen("programme", "late-notices") == "Every notice was handed over in time.\n"
    nobody_sweeps_until(bank, "2027-01-05 10:00")
    swept(bank)
    row = "ann     points      60      30  2027-01-31        2027-03-02  2027-01-05"
    assert jifen("programme", "late-notices").splitlines()[1] == row
    assert "原最后可用日" in jifen("programme", "late-notices", "--lang", "zh")
    (found,) = json.loads(jifen("programme", "late-notices", "--json"))
    assert (found["instead_of"], found["last_day"]) == ("2027-01-31", "2027-03-02")


def test_points_on_hold_are_told_of_and_those_behind_a_missed_notice_end_later_too(
    bank: Bank,
) -> None:
    bank.travel("2026-12-31 10:00")
    hold_two(bank)
    nobody_sweeps_until(bank, "2027-01-04 10:00")
    asked(bank, Void(id="v1", member="ann", of="h1"))
    assert points(bank) == (50, ["2027-03-03"])
    asked(bank, Capture(id="c1", member="ann", of="h2"))
    assert proved(bank) == []


def test_what_a_hold_frees_after_its_own_end_lives_as_long_as_a_missed_notice_lets_it(
    bank: Bank,
) -> None:
    bank.travel("2027-01-20 10:00")
    hold_two(bank)
    nobody_sweeps_until(bank, "2027-02-05 10:00")
    swept(bank)
    assert points(bank) == (30, ["2027-02-08"])
    nobody_sweeps_until(bank, "2027-02-06 10:00")
    asked(bank, Void(id="v1", member="ann", of="h1"))
    assert points(bank) == (50, ["2027-02-08"])
    assert proved(bank) == []
    nobody_sweeps_until(bank, "2027-02-07 23:00")
    asked(bank, Capture(id="c1", member="ann", of="h2", points=4))
    assert points(bank) == (56, ["2027-02-08"])
    bank.travel("2027-02-08 00:00")
    assert points(bank) == (0, [])
    assert proved(bank) == []


def test_what_a_hold_frees_after_the_later_end_has_lapsed_then(bank: Bank) -> None:
    bank.travel("2027-01-20 10:00")
    asked(bank, Hold(id="h1", member="ann", points=20, currency="points", minutes=43_200))
    nobody_sweeps_until(bank, "2027-02-05 10:00")
    swept(bank)
    bank.travel("2027-03-01 10:00")
    assert points(bank) == (0, [])
    assert proved(bank) == []


def test_what_is_brought_with_a_near_end_is_told_of_by_the_notices_ahead(bank: Bank) -> None:
    bank.travel("2026-06-01 10:00")
    bank.enrol("bob")
    bank.travel("2026-06-02 10:00")
    ends_at = bank.instant("2026-06-22 00:00")
    lot = OpenedLot(
        currency="points", points=5, earned_at=bank.instant("2025-06-21 10:00"), expires_at=ends_at
    )
    asked(bank, Opening(id="o1", member="bob", lots=[lot]))
    bank.travel("2026-06-22 00:00")
    bobs = notices_of(bank.connection, bank.programme, "bob", 0)
    assert [(one.name, one.payload["last_day"]) for one in bobs] == [
        ("points.expiring", "2026-06-21")
    ]
    assert proved(bank) == []


def test_a_version_of_the_same_day_repeats_no_notice(bank: Bank) -> None:
    bank.travel("2027-01-02 12:00")
    bank.publish(DOCUMENT + "  - {id: gift, on: birthday, give: 88 points}\n")
    bank.travel("2027-01-03 12:00")
    assert told(bank) == [("expiring", 30, "2027-01-31")]
    assert proved(bank) == []


def test_a_version_that_promises_more_is_no_difference_before_anybody_swept(bank: Bank) -> None:
    bank.travel("2026-05-01 10:00")
    bank.do("2026-05-01 12:00", bank.bought("a2", "ann", 1000))
    nobody_sweeps_until(bank, "2026-05-01 18:00")
    bank.publish(DOCUMENT.replace("[30 days, 7 days]", "[60 days, 30 days, 7 days]"))
    assert proved(bank) == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM outbox WHERE name = 'points.expiring'",
        "UPDATE outbox SET payload = replace(payload::text, '\"points\":60', '\"points\":6')::json",
        "UPDATE outbox SET payload = replace(payload::text, '2027-01-31', '2027-01-30')::json",
    ],
)
def test_a_notice_that_was_not_told_as_it_was_due_is_found(bank: Bank, change: str) -> None:
    bank.travel("2027-01-03 10:00")
    with unguarded(bank) as connection:
        assert connection.execute(change).rowcount
        forge_chains(bank)
        assert "notice" in found(bank)


def test_a_notice_ahead_that_nobody_would_look_at_is_found(bank: Bank) -> None:
    with unguarded(bank) as connection:
        connection.execute("UPDATE member SET next_due_at = '2027-02-01 00:00+08'")
        assert found(bank) == ["next_due_at"]


def test_points_that_lapse_although_their_notice_was_missed_are_found(bank: Bank) -> None:
    plain = "\n".join(
        line.replace(", notice: [30 days, 7 days]", "") for line in DOCUMENT.splitlines()
    )
    nobody_sweeps_until(bank, "2027-02-01 10:00")
    with unguarded(bank) as connection:
        connection.execute("UPDATE programme_version SET document = %s", (plain,))
        forgotten = open_programme(connection, bank.programme.slug)
        sweep(connection, forgotten, bank.now)
        connection.execute("UPDATE programme_version SET document = %s", (DOCUMENT,))
        assert "notice" in found(bank)


LENGTHENED = """
programme: lengthened
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 60 days, extend: {on: purchase, most: 200 days}}
    notice: [20 days, 5 days]
  stars: {name: {zh: 星星, en: stars}, expiry: {idle: 40 days, on: [purchase, visit]}, notice: 7 days}
earn:
  - {id: base, on: purchase, give: [1 points per 1 of amount, 1 stars per 10 of amount]}
"""


SPARED = (
    LENGTHENED.replace("visit]}", "visit], by_tier: {gold: never}}")
    + """
tiers:
  measure: count of purchase
  window: rolling 40 days
  down: {at: period_end, to: highest_kept}
  ladder: [{id: basic, name: Basic, reach: 0}, {id: gold, name: Gold, reach: 2}]
"""
)


def test_an_activity_that_brings_the_long_notice_nearer_than_the_short_one_is_told_in_time(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, LENGTHENED.replace("200 days", "70 days"), "2026-01-01 10:00")
        bank.enrol("ann")
        bank.do("2026-01-01 10:00", bank.bought("o1", "ann", 3_000))
        bank.do("2026-02-15 10:00", bank.bought("o2", "ann", 1_000))
        bank.travel("2026-02-21 10:00")
        assert [row for row in told(bank) if row[1] in (20, 5)] == [
            ("expiring", 20, "2026-03-02"),
            ("expiring", 20, "2026-03-12"),
        ]
        assert proved(bank) == []


FAITHFUL = SPARED.replace(
    "by_tier: {gold: never}", "by_tier: {silver: never, gold: never}"
).replace(
    "{id: gold, name: Gold, reach: 2}",
    "{id: silver, name: Silver, reach: 1}, {id: gold, name: Gold, reach: 3}",
)
FORGETFUL = SPARED.replace(", by_tier: {gold: never}", "")


@pytest.mark.parametrize(
    ("seed", "documents"),
    [
        *((seed, [LENGTHENED]) for seed in range(4)),
        *((seed, [SPARED]) for seed in (4, 5, 41)),
        *((seed, [SPARED, FAITHFUL, FORGETFUL]) for seed in (6, 7)),
        *((seed, [FORGETFUL, SPARED, FORGETFUL, FAITHFUL]) for seed in (8, 9)),
    ],
)
def test_notices_of_points_that_activity_or_a_tier_keeps_alive_are_derived_again(
    database_url: str, seed: int, documents: list[str]
) -> None:
    draw = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, documents[0], "2026-01-01 10:00")
        bank.enrol("ann")
        bought: list[str] = []
        day = dt.date(2026, 1, 1)
        later = {24 * number // len(documents): one for number, one in enumerate(documents)}
        for step in range(24):
            if step in later:
                bank.publish(later[step])
            day += dt.timedelta(days=draw.choice((1, 6, 15, 33, 60)))
            when = f"{day} 10:00"
            if draw.random() < 0.5:
                bank.travel(when)
            else:  # nobody swept
                nobody_sweeps_until(bank, when)
            match draw.randrange(6):
                case 0 if bought:
                    full = draw.random() < 0.6
                    back = Return(
                        id=f"r{step}", of=bought.pop(), full=full, amount=None if full else 1_000
                    )
                    asked(bank, back)
                case 1:
                    asked(bank, Spend(id=f"s{step}", member="ann", currency="points", up_to=30))
                case 2:
                    visit = Event(id=f"v{step}", member="ann", type="visit", occurred_at=None)
                    asked(bank, visit)
                case 3:
                    asked(
                        bank,
                        Hold(
                            id=f"h{step}", member="ann", points=5, currency="points", minutes=30_000
                        ),
                    )
                case _:
                    late = max(
                        dt.date(2026, 1, 2), day - dt.timedelta(days=draw.choice((0, 9, 45)))
                    )
                    amount = draw.choice((3_000, 8_000))
                    asked(bank, bank.bought(f"o{step}", "ann", amount, f"{late} 09:00"))
                    bought.append(f"o{step}")
            assert proved(bank) == []
        bank.travel("2029-01-01 10:00")
        assert proved(bank) == []
        with unguarded(bank):
            deleted = connection.execute(
                "DELETE FROM outbox WHERE name = 'points.expiring' AND payload::text LIKE '%stars%'"
            )
            assert deleted.rowcount
            forge_chains(bank)
            assert "notice" in found(bank)
