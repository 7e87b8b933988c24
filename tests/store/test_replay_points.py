"""What becomes of points brings about in a replay what it brought about in a bank under the draft."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from given_and_awarded import awarded, given
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake.asking.commands import (
    Cancel,
    Capture,
    Confirm,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Spend,
    Void,
)
from jifen.intake.asking.member_commands import Merge, OpenedLot, Opening, Unmerge
from jifen.intake.asking.tenders import Pay
from jifen.intake.submitting import submit
from jifen.intake.versions.opening import set_test_clock
from jifen.programme.loading import load
from jifen.whatif import replaying
from jifen.whatif.batch import lines
from jifen.whatif.replaying import replay, replayed

PLAIN = """
programme: ends
timezone: Asia/Shanghai
money: CNY
currencies:
  points:
    name: {zh: 积分, en: points}
    expiry: {rolling: 2 months, until: month_end}
    min_life: 0 days
    exchange: {give: 1 stars per 10 points}
  stars: {name: {zh: 星星, en: stars}}
rewards: {mug: {name: mug, price: 40 points}}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
MONTHLY = "  - {id: monthly, on: month_end, give: 5 points}\n"
BIRTHDAY = "  - {id: birthday, on: birthday, give: 50 points}\n"
LADDER = """
tiers:
  measure: amount
  window: calendar month
  up: {at: period_end}
  down: {at: period_end, to: highest_kept}
  ladder: [{id: basic, reach: 0}, {id: gold, reach: 100, multiply: base by 2}]
"""
BACK = "  - {id: back, on: expired, give: 1 stars per 10 of points}\n"
SORRY = "  - {id: sorry, on: expired, when: \"count('expired', 'year') <= 2\", give: 20 points}\n"
TURNED = "  - {id: turned, on: exchanged, when: points >= 50, give: 2 stars per 50 of points, limit: 500 stars ever}\n"
TAKEN = "  - {id: taken, on: redeemed, give: 3 stars, limit: 5 ever}\n"
RISEN = "  - {id: risen, on: tier_changed, when: up, give: 20 points}\n"
FEE = "  - {id: fee, on: visit, take: 15 points}\n"
LONGER = PLAIN.replace("rolling: 2 months", "rolling: 4 months")
BY_SPEND = PLAIN + FEE + LADDER
BY_BALANCE = BY_SPEND.replace("measure: amount", "measure: balance of points")
LIVING = PLAIN.replace("    min_life: 0 days\n", "")
LIVING_LONGER = LIVING.replace("rolling: 2 months", "rolling: 3 months")
CLEARED = LIVING.replace("{rolling: 2 months, until: month_end}", "{yearly: 03-31}")
PROMISED = PLAIN.replace("    min_life", "    notice: 7 days\n    min_life")
WAITING = PLAIN.replace("    min_life", "    pending: {until: confirm}\n    min_life")
PAYING = PLAIN.replace("    min_life", "    pay: {rate: 0.10}\n    min_life")
PAYING_LONGER = PAYING.replace("rolling: 2 months", "rolling: 4 months")
BEGINS = "2026-01-01 10:00"


def year(bank: Bank) -> None:
    """Two who buy, use a little, bring something back, and let much end."""
    bank.enrol("ann", "bob", "cid")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 30_000), bank.bought("b1", "bob", 9_000))
    bank.do(
        "2026-01-20 10:00",
        Exchange(id="x1", member="ann", currency="points", to="stars", amount=100),
        Redeem(id="m1", member="bob", reward="mug", currency="points"),
    )
    bank.do("2026-02-05 10:00", bank.bought("a2", "ann", 12_000), bank.bought("b2", "bob", 7_000))
    bank.do("2026-02-06 10:00", Return(id="r1", of="b1", amount=2_000))
    bank.do("2026-03-05 10:00", Spend(id="s1", member="ann", currency="points", points=50))
    bank.do("2026-03-06 10:00", Cancel(id="c1", of="m1"))
    bank.do("2026-04-10 10:00", bank.bought("a3", "ann", 25_000), bank.bought("b3", "bob", 4_000))
    bank.do("2026-07-10 10:00", bank.bought("a4", "ann", 5_000))
    bank.travel("2026-12-10 10:00")


def united(bank: Bank) -> None:
    """One whose points end before and after another becomes the same person."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 30_000), bank.bought("b1", "bob", 9_000))
    bank.do("2026-03-05 10:00", bank.bought("b2", "bob", 6_000))
    bank.do("2026-04-05 10:00", Merge(id="m", member="bob", into="ann", reason="one person"))
    bank.travel("2026-09-10 10:00")


def parted(bank: Bank) -> None:
    """One who is taken for another, uses what both have, and is two again."""
    bank.enrol("ann", "bob", birthday="1990-04-20")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 30_000), bank.bought("b1", "bob", 9_500))
    bank.do("2026-02-05 10:00", bank.bought("b2", "bob", 6_500))
    bank.do("2026-03-05 10:00", Merge(id="m", member="bob", into="ann", reason="one person"))
    bank.do("2026-03-20 10:00", bank.bought("c1", "bob", 8_500))
    bank.do("2026-03-25 10:00", Spend(id="s1", member="ann", currency="points", points=30))
    bank.do("2026-04-15 10:00", bank.bought("b3", "bob", 2_500))
    bank.do("2026-04-25 10:00", Unmerge(id="u", member="ann", of="bob", reason="two persons"))
    bank.do("2026-05-10 10:00", bank.bought("b4", "bob", 5_500), bank.bought("a2", "ann", 1_500))
    bank.travel("2026-12-10 10:00")


def charged(bank: Bank) -> None:
    """Fees between purchases, some of which are used."""
    bank.enrol("ann", "bob")
    for month in range(1, 7):
        bank.do(
            f"2026-{month:02}-05 10:00",
            bank.bought(f"a{month}", "ann", 6_000 + 2_500 * (month % 3)),
            bank.bought(f"b{month}", "bob", 5_000),
            Event(id=f"v{month}", member="bob", type="visit"),
        )
        bank.do(
            f"2026-{month:02}-09 10:00",
            Spend(id=f"s{month}", member="ann", currency="points", points=10 * month),
        )
    bank.travel("2026-12-10 10:00")


def held(bank: Bank) -> None:
    """What is set aside outlives its lots: set free, used in part, or kept to the last moment."""
    days = 24 * 60
    bank.enrol("ann", "bob", "cid")
    bank.do("2026-01-05 10:00", *(bank.bought(f"{m}1", m, 30_000) for m in ("ann", "bob", "cid")))
    bank.do(
        "2026-03-20 10:00",
        Hold(id="h1", member="ann", currency="points", points=125, minutes=30 * days),
        Hold(id="h2", member="bob", currency="points", points=55, minutes=20 * days),
        Hold(id="h3", member="cid", currency="points", points=75, minutes=25 * days),
    )
    bank.do("2026-04-02 10:00", *(bank.bought(f"{m}2", m, 8_000) for m in ("ann", "bob", "cid")))
    bank.do("2026-04-05 10:00", Capture(id="c2", of="h2", member="bob", points=30))
    bank.do("2026-04-10 10:00", Void(id="v1", of="h1", member="ann"))
    bank.do("2026-04-12 10:00", Spend(id="s1", member="ann", currency="points", points=40))
    bank.do("2026-04-15 10:00", Cancel(id="u1", of="h2", points=10))
    bank.do("2026-05-20 10:00", Hold(id="h4", member="ann", currency="points", points=25))
    bank.travel("2026-12-10 10:00")


def held_for_orders(bank: Bank) -> None:
    """What is set aside outlives its lots, and pays for a part of an order."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", *(bank.bought(f"{m}1", m, 30_000) for m in ("ann", "bob")))
    bank.do(
        "2026-03-20 10:00",
        Hold(id="h1", member="ann", currency="points", points=125, minutes=28 * 24 * 60),
        Hold(id="h2", member="bob", currency="points", points=55, minutes=28 * 24 * 60),
    )
    bank.do("2026-04-02 10:00", *(bank.bought(f"{m}2", m, 8_000) for m in ("ann", "bob")))
    bank.do("2026-04-05 10:00", _paid_from(bank, "a3", "ann", "h1", 90))
    bank.do("2026-04-06 10:00", _paid_from(bank, "b3", "bob", "h2", None))
    bank.travel("2026-12-10 10:00")


def _paid_from(bank: Bank, id: str, member: str, hold: str, points: int | None) -> Event:
    pay = Pay(currency="points", hold=hold, points=points)
    return msgspec.structs.replace(bank.bought(id, member, 5_000), pay=pay)


def paid_back(bank: Bank) -> None:
    """Points that paid for an order come back in part once their lots have ended."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", *(bank.bought(f"{m}1", m, 30_000) for m in ("ann", "bob")))
    paid = [
        msgspec.structs.replace(
            bank.bought(f"{m}2", m, 5_000), pay=Pay(currency="points", points=points)
        )
        for m, points in (("ann", 55), ("bob", 130))
    ]
    bank.do("2026-03-20 10:00", *paid)
    bank.do("2026-04-15 10:00", Return(id="ra", of="ann2", amount=2_500))
    bank.do("2026-04-16 10:00", Return(id="rb", of="bob2", amount=1_000))
    bank.do("2026-04-17 10:00", Return(id="rc", of="bob2", full=True))
    bank.travel("2026-12-10 10:00")


def owed(bank: Bank) -> None:
    """What was used comes back, and fees find nothing: later points make it good."""
    bank.enrol("ann", "bob")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 30_000), bank.bought("b1", "bob", 1_000))
    bank.do("2026-01-06 10:00", Event(id="v1", member="bob", type="visit"))
    bank.do("2026-01-10 10:00", Spend(id="s1", member="ann", currency="points", points=250))
    bank.do("2026-01-20 10:00", Return(id="r1", of="a1", full=True))
    bank.do("2026-02-05 10:00", bank.bought("a2", "ann", 10_000), bank.bought("b2", "bob", 900))
    bank.do("2026-02-10 10:00", bank.bought("a3", "ann", 20_000), bank.bought("b3", "bob", 3_000))
    bank.do("2026-04-15 10:00", bank.bought("a4", "ann", 6_000))
    bank.travel("2026-12-10 10:00")


def recorded_late(bank: Bank) -> None:
    """What is recorded late lives on for a while, also close to a day on which all ends; what is imported does not."""
    bank.enrol("ann", "bob", "cid")
    bank.do("2026-03-10 10:00", bank.bought("a1", "ann", 5_000))
    past = bank.bought("c1", "cid", 7_000, "2026-01-06 10:00")
    submit(bank.connection, bank.programme, [past], now=bank.now, actor="shop", imported=True)
    bank.do("2026-03-28 10:00", bank.bought("b1", "bob", 9_000, "2026-01-20 10:00"))
    bank.do("2026-04-10 10:00", Spend(id="s1", member="bob", currency="points", points=40))
    bank.do("2026-04-20 10:00", bank.bought("b2", "bob", 3_000, "2026-02-10 10:00"))
    bank.travel("2027-12-10 10:00")


def told_late(bank: Bank) -> None:
    """Nobody looks for a week in which a notice was due."""
    bank.enrol("ann", "bob")
    brought = [OpenedLot(currency="points", points=55, expires_at=bank.instant("2026-04-01 00:00"))]
    bank.do("2026-01-02 10:00", Opening(id="o1", member="bob", lots=brought))
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 30_000), bank.bought("b1", "bob", 9_500))
    bank.travel("2026-03-20 10:00")
    bank.programme = set_test_clock(
        bank.connection, bank.programme, bank.instant("2026-03-28 10:00")
    )
    bank.do("2026-04-04 10:00", Spend(id="s1", member="ann", currency="points", points=40))
    bank.travel("2026-12-10 10:00")


def delivered(bank: Bank) -> None:
    """Points wait for their delivery while others are used."""
    bank.enrol("ann")
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 9_500))
    bank.do("2026-02-05 10:00", bank.bought("a2", "ann", 8_500))
    bank.do("2026-02-06 10:00", Confirm(id="d2", member="ann", of="a2"))
    bank.do("2026-02-10 10:00", Spend(id="s1", member="ann", currency="points", points=27))
    bank.do("2026-02-20 10:00", Confirm(id="d1", member="ann", of="a1"))
    bank.travel("2026-12-10 10:00")


@pytest.mark.parametrize(
    ("published", "draft", "live"),
    [
        (PLAIN + BACK, PLAIN + BACK, year),
        (PLAIN, PLAIN + BACK, year),
        (PLAIN, PLAIN + SORRY, year),
        (PLAIN + BACK, LONGER + BACK, year),
        (LONGER + BACK + SORRY, PLAIN + BACK + SORRY, year),
        (PLAIN + BACK, PLAIN.replace("1 points per", "3 points per") + BACK, year),
        (PLAIN, PLAIN + TURNED + TAKEN, year),
        (PLAIN + TURNED + TAKEN, PLAIN, year),
        (PLAIN, PLAIN + BACK, united),
        (PLAIN + BACK, LONGER + BACK, united),
        (PLAIN, PLAIN + BACK, parted),
        (PLAIN + BACK, LONGER + BACK, parted),
        (LONGER + BACK, PLAIN + BACK, parted),
        (PLAIN + BACK, PLAIN.replace("1 points per", "2 points per") + BACK, parted),
        (PLAIN, PLAIN + MONTHLY, parted),
        (PLAIN + MONTHLY + BACK, LONGER + BACK + MONTHLY, parted),
        (PLAIN, PLAIN + BIRTHDAY, parted),
        (BY_SPEND, BY_BALANCE, parted),
        (BY_SPEND, PLAIN + FEE + RISEN + LADDER.replace("reach: 100", "reach: 60"), parted),
        (BY_SPEND, BY_BALANCE, charged),
        (BY_BALANCE, BY_BALANCE.replace("reach: 100", "reach: 60"), charged),
        (BY_BALANCE, BY_BALANCE.replace("take: 15", "take: 5"), charged),
        (BY_BALANCE, BY_BALANCE.replace("rolling: 2 months", "rolling: 1 months"), charged),
        (PLAIN + FEE, LONGER + FEE + BACK, charged),
        (PLAIN, PLAIN + BACK, held),
        (LONGER + BACK, PLAIN + BACK, held),
        (PLAIN + BACK, PLAIN.replace("1 points per", "2 points per") + BACK, held),
        (PLAIN + FEE, PLAIN + FEE + BACK, owed),
        (PLAIN + FEE + BACK, PLAIN.replace("2 months", "1 months") + FEE + BACK, owed),
        (PLAIN + FEE + BACK, PLAIN.replace("1 points per", "2 points per") + FEE + BACK, owed),
        (BY_SPEND, BY_BALANCE, owed),
        (BY_SPEND, BY_BALANCE, held),
        (PAYING, PAYING + BACK, held_for_orders),
        (PAYING + BACK, PAYING_LONGER + BACK, held_for_orders),
        (PAYING, PAYING + BACK, paid_back),
        (PAYING + BACK, PAYING_LONGER + BACK, paid_back),
        (LIVING, LIVING + BACK, recorded_late),
        (LIVING + BACK, LIVING_LONGER + BACK, recorded_late),
        (LIVING + BACK, CLEARED + BACK, recorded_late),
        (CLEARED, CLEARED + BACK, recorded_late),
        (PROMISED, PROMISED + BACK, told_late),
        (PROMISED + BACK, PROMISED.replace("1 points per", "2 points per") + BACK, told_late),
        (PROMISED + BACK, PROMISED.replace("rolling: 2", "rolling: 4") + BACK, told_late),
        (WAITING, WAITING + BACK, delivered),
        (WAITING + BACK, WAITING.replace("1 points per", "2 points per") + BACK, delivered),
    ],
    ids=[
        "the same", "ends that nothing was about", "what ends brings points", "later ends", "earlier ends",
        "more ends", "uses that nothing was about", "uses that nothing is about", "one person",
        "one person, later ends",
        "parted: ends that nothing was about", "parted: later ends", "parted: earlier ends",
        "parted: more points", "parted: months that nothing was about", "parted: months and later ends",
        "parted: birthdays", "parted: balances", "parted: steps of the tier",
        "balances that were not noted", "an easier tier", "smaller fees",
        "balances after earlier ends", "fees before ends",
        "holds that nothing was about", "holds and earlier ends", "holds of more points",
        "debts that nothing was about", "debts and earlier ends", "debts of more points",
        "balances and debts", "balances and holds", "orders paid from holds", "paid from holds, later ends",
        "payments that come back", "payments and later ends",
        "late deeds that nothing was about", "late deeds and later ends", "late deeds and a day for all",
        "late deeds before a day for all", "missed notices that nothing was about",
        "missed notices of more points", "missed notices and later ends", "points that wait", "more points that wait",
    ],
)  # fmt: skip
def test_a_replay_is_what_a_programme_under_the_draft_gave(
    database_url: str, published: str, draft: str, live: Callable[[Bank], None]
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, published, BEGINS)
        live(bank)
        found = replayed(connection, bank.programme, load(draft))
        other = Bank(connection, draft.replace("programme: ends", "programme: other"), BEGINS)
        live(other)
        assert given(found.published, found.history) == awarded(bank)
        assert given(found.draft, found.history) == awarded(other)


def test_a_correction_shows_what_it_brings_about_of_points_that_ended(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN, BEGINS)
        year(bank)
        was, since = awarded(bank), bank.instant(BEGINS)
        draft = PLAIN + BACK + TURNED
        shown = replayed(
            connection, bank.programme, load(draft), since=since, budgets="as recorded"
        )
        bank.correct(draft, "2026-01-01 10:00")
        posted = awarded(bank)
    assert {(line.member, line.currency): line.difference for line in lines(shown)} == {
        key: points - was[key] for key, points in posted.items() if points != was[key]
    }
    assert posted["ann", "stars"] > 0


def test_a_replay_says_what_it_works_out_of_points(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN + BACK, BEGINS)
        year(bank)
        same, later = (
            replay(connection, bank.programme, load(draft)).aside
            for draft in (PLAIN + BACK, LONGER + BACK)
        )
    assert same == []
    assert [one.en.split(",")[0] for one in later] == [
        "Where the draft lets other points expire",
        "What only the draft brings about is judged by what is known of members today",
    ]


def test_a_replay_says_that_it_judges_no_redemption(database_url: str) -> None:
    mug = "{mug: {name: mug, price: 40 points, shown: city == 'Lyon'}}"
    as_it_is = PLAIN.replace("{mug: {name: mug, price: 40 points}}", mug)
    as_it_is += "facts: {city: text}\n"
    unchanged = ("{cup: {name: cup, price: 1 points}, " + mug[1:], mug)
    changed = (
        "{cup: {name: cup, price: 40 points}}",
        *(mug.replace("40", "400"), mug.replace("Lyon", "Nice")),
        *(mug.replace("40 points", f"40 points, {more}") for more in ("limit_for_all: 1 ever", "stock: counted")),
    )  # fmt: skip
    with connect(database_url) as connection:
        bank = Bank(connection, as_it_is, BEGINS)
        said = {
            offer: replay(connection, bank.programme, load(as_it_is.replace(mug, offer))).aside
            for offer in (*unchanged, *changed)
        }
    assert [said[offer] for offer in unchanged] == [[], []]
    begins = "What members redeemed stands as they did"
    assert [one.en.startswith(begins) for offer in changed for one in said[offer]] == [True] * 5


def test_a_replay_that_stops_before_the_end_of_a_chain_says_so(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN + BACK, BEGINS)
        year(bank)
        settled, unsettled = replay(connection, bank.programme, load(LONGER + BACK)).aside, []
        for most in (1, 2, 3):
            monkeypatch.setattr(replaying, "_MOST_ROUNDS", most)
            unsettled.append(replay(connection, bank.programme, load(LONGER + BACK)).aside)
    too_long = [one.en.startswith("What the draft's points bring about") for one in unsettled[0]]
    assert any(too_long)
    assert unsettled[-1] == settled
