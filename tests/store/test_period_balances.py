"""The balance at the end of a period is noted once for everybody, moves with the past, and the tier follows it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tampering import found, found_of_rewritten
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.engine.errors import EngineError
from jifen.enquiry.member import member_view
from jifen.enquiry.tier_warnings import tier_warnings
from jifen.enquiry.why import why
from jifen.intake.asking.commands import Adjust, Redeem, Return, Spend
from jifen.intake.asking.member_commands import SetFact
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.opening import set_test_clock
from jifen.programme.loading import load
from jifen.proof.proving import prove
from jifen.whatif.replaying import replayed

BY_SPEND = """
programme: savers
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, expiry: {rolling: 2 months, until: month_end}, min_life: 0 days}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
tiers:
  measure: amount
  window: calendar month
  up: {at: period_end}
  down: {at: period_end, to: highest_kept}
  ladder:
    - {id: basic, reach: 0}
    - {id: gold, reach: 100, multiply: base by 2}
"""
DOCUMENT = BY_SPEND.replace("measure: amount", "measure: balance of points")
BEGINS = "2026-01-10 10:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann", "bob")
        yield bank


def noted(bank: Bank, member: str = "ann") -> list[tuple[str, int]]:
    """Date and points of each balance that stands, in order of history."""
    events = bank.standing("period_balance", member=member)
    return [(day, fields["points"]) for day, _, fields in events]


def tier(bank: Bank, member: str = "ann") -> str:
    view = member_view(bank.connection, bank.programme, member, bank.now)
    assert view.tier is not None
    return view.tier.id


def told(bank: Bank) -> list[tuple[str, str, str]]:
    rows = bank.connection.execute(
        "SELECT name, payload ->> 'member', payload ->> 'at' FROM outbox WHERE name LIKE 'tier.%'"
        " ORDER BY payload ->> 'member', member_seq, row_no"
    )
    return [(name, member, at[:10]) for name, member, at in rows.fetchall()]


def test_everybody_has_one_balance_a_month_also_who_does_nothing(bank: Bank) -> None:
    bank.do("2026-01-31 23:00", bank.bought("o1", "ann", 10_000))
    bank.travel("2026-05-02 10:00")
    days = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30")
    assert noted(bank) == list(zip(days, (100, 100, 100, 0), strict=True))
    assert noted(bank, "bob") == [(day, 0) for day in days]
    assert told(bank) == [
        ("tier.upgraded", "ann", "2026-02-01"),
        ("tier.downgraded", "ann", "2026-05-01"),
    ]
    assert prove(bank.connection, bank.programme).differences == []


def test_the_why_of_a_balance_says_what_was_there(bank: Bank) -> None:
    bank.do("2026-01-31 23:00", bank.bought("o1", "ann", 10_000))
    bank.travel("2026-02-02 10:00")
    (id,) = bank.connection.execute(
        "SELECT e.event_id FROM event e JOIN member m USING (member_id)"
        " WHERE e.type = 'period_balance' AND m.external_id = 'ann'"
    ).fetchone() or ("",)
    assert why(bank.connection, bank.programme, id, "zh").sentences == [
        "期末余额 100 积分，下一个周期的等级按它评定。"
    ]
    assert why(bank.connection, bank.programme, id, "en").sentences == [
        "What was there when the period ended: 100 points. The tier of the next one goes by it."
    ]


RICH = DOCUMENT.replace(
    "{zh: 积分, en: points},", "{zh: 积分, en: points}, unit_price: 0.01,"
).replace(
    "earn:",
    "rewards: {castle: {name: castle, price: 1000000000000 points}}\nfacts: {spouse: member}\nearn:\n"
    "  - {id: gone, on: expired, give: 1 points, limit: 1 per day}\n"
    "  - {id: taken, on: redeemed, give: 1 points, limit: 1 per day}\n"
    "  - {id: for-two, on: purchase, give: 1000 points per 0.01 of amount, to: spouse}",
)


def test_what_nobody_sends_says_at_most_what_a_field_can_hold(database_url: str) -> None:
    most = 10**12
    with connect(database_url) as connection:
        bank = Bank(connection, RICH, BEGINS)
        bank.enrol("ann", "bob")
        given = [
            Adjust(id=f"a{n}", member="ann", points=most, currency="points", reason="won")
            for n in range(5)
        ]
        spouse = SetFact(id="f1", member="ann", name="spouse", value="bob")
        bank.do(BEGINS, *given, spouse, bank.bought("o1", "ann", 10**11))
        bank.travel("2026-02-02 10:00")
        one, two = (
            Redeem(id=f"r{n}", member="ann", reward="castle", quantity=n, currency="points")
            for n in (1, 2)
        )
        refused, _ = bank.do("2026-02-03 10:00", two, one)
        assert refused.refusal == "invalid_amount"
        bank.travel("2026-06-02 10:00")
        assert (noted(bank)[0], noted(bank, "bob")[0]) == (("2026-01-31", most),) * 2
        told = connection.execute(
            "SELECT DISTINCT type, (payload -> 'fields' ->> 'points')::bigint FROM event"
            " WHERE type IN ('expired', 'redeemed', 'from_relation') ORDER BY 1, 2 DESC"
        )
        assert {("expired", most), ("redeemed", most), ("from_relation", most)} <= set(told)
        assert prove(connection, bank.programme).differences == []


def test_a_sweep_that_comes_late_tells_of_no_step_that_did_not_happen(bank: Bank) -> None:
    bank.do("2026-01-20 10:00", bank.bought("o1", "ann", 15_000))
    bank.travel("2026-02-10 10:00")
    bank.do("2026-02-11 10:00", Spend(id="s1", member="ann", currency="points", points=60))
    late = bank.instant("2026-04-03 09:00")
    bank.programme = set_test_clock(bank.connection, bank.programme, late)
    sweep(bank.connection, bank.programme, late)
    assert noted(bank)[-2:] == [("2026-02-28", 90), ("2026-03-31", 90)]
    assert told(bank) == [
        ("tier.upgraded", "ann", "2026-02-01"),
        ("tier.downgraded", "ann", "2026-03-01"),
    ]
    assert prove(bank.connection, bank.programme).differences == []


def test_who_joined_long_ago_has_the_balances_since_then(bank: Bank) -> None:
    joined = NewMember(id="cat", joined_at=bank.instant("2025-10-05 10:00"))
    enrol_members(bank.connection, bank.programme, [joined], now=bank.now, actor="shop")
    assert prove(bank.connection, bank.programme).differences == []
    old = bank.bought("c1", "cat", 20_000, "2025-11-20 10:00")
    submit(bank.connection, bank.programme, [old], now=bank.now, actor="file", imported=True)
    assert noted(bank, "cat") == [("2025-10-31", 0), ("2025-11-30", 200), ("2025-12-31", 200)]
    assert tier(bank, "cat") == "gold"
    assert prove(bank.connection, bank.programme).differences == []


def test_the_end_of_a_period_warns_by_the_balance_of_today(bank: Bank) -> None:
    bank.do("2026-01-20 10:00", bank.bought("o1", "ann", 15_000))
    bank.do("2026-02-11 10:00", Spend(id="s1", member="ann", currency="points", points=50))
    assert tier_warnings(bank.connection, bank.programme, bank.now, 40) == []
    bank.do("2026-02-12 10:00", Spend(id="s2", member="ann", currency="points", points=1))
    (warning,) = tier_warnings(bank.connection, bank.programme, bank.now, 40)
    assert (warning.member, warning.falls_to) == ("ann", "basic")
    assert warning.to_keep is not None
    assert warning.to_keep.missing == 1


def test_a_version_and_a_correction_look_at_balances_from_their_first_month_on(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, BY_SPEND, BEGINS)
        bank.enrol("ann", "bob")
        bank.do("2026-01-20 10:00", bank.bought("o1", "ann", 15_000))
        bank.travel("2026-03-10 10:00")
        assert (noted(bank), tier(bank)) == ([], "basic")
        bank.publish(DOCUMENT)
        bank.travel("2026-04-02 10:00")
        assert noted(bank) == [("2026-03-31", 150)]
        assert noted(bank, "bob") == [("2026-03-31", 0)]
        assert tier(bank) == "gold"
        bank.correct(DOCUMENT, "2026-01-01 00:00")
        assert noted(bank)[0] == ("2026-01-31", 150)
        assert prove(connection, bank.programme).differences == []


def test_a_balance_changed_in_the_books_is_found(bank: Bank) -> None:
    bank.do("2026-01-20 10:00", bank.bought("o1", "ann", 15_000))
    bank.travel("2026-02-10 10:00")
    assert "own_event" in found_of_rewritten(bank, "period_balance", "150", "950")
    assert found(bank) == []


def test_a_correction_that_looks_at_another_balance_is_not_shown(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, BY_SPEND, BEGINS)
        with pytest.raises(EngineError, match="balance of 'points', which was not noted"):
            replayed(connection, bank.programme, load(DOCUMENT, "draft"), budgets="as recorded")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_late_or_back_or_is_used_the_balances_agree(
    database_url: str, seed: int
) -> None:
    draw = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann", "bob")
        bought: list[str] = []
        merged = False
        for step in range(24):
            when = f"2026-{2 + step // 3:02}-{1 + 9 * (step % 3):02} 10:00"
            member = draw.choice(("ann", "ann", "bob"))
            match draw.randrange(5):
                case 0 if bought:
                    bank.do(when, Return(id=f"r{step}", of=draw.choice(bought), amount=2_000))
                case 1:
                    bank.do(when, Spend(id=f"s{step}", member=member, currency="points", up_to=60))
                case 2 if step % 6 == 0:
                    merged = not merged
                    bank.merge_or_part(when, str(step), merge=merged)
                case _:
                    late = f"2026-{max(1, step // 3 + 1 - draw.randrange(4)):02}-28 10:30"
                    amount = draw.choice((3_000, 9_000, 20_000))
                    bank.do(when, bank.bought(f"o{step}", member, amount, late))
                    bought.append(f"o{step}")
        bank.travel("2027-01-05 10:00")
        assert prove(connection, bank.programme).differences == []
        assert not connection.execute("SELECT FROM inbox").fetchall()
        assert any(points >= 100 for _, points in noted(bank))
