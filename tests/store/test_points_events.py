"""What becomes of points comes once as an event, goes with its cause, and is found wanting where it lacks."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tampering import found, found_of_rewritten
from travelled_bank import Bank

from jifen.db.connection import connect
from jifen.intake import submitting
from jifen.intake.asking.commands import Cancel, Exchange, Return, Spend
from jifen.intake.asking.member_commands import Merge, SetFact, Unmerge
from jifen.intake.submitting import submit
from jifen.intake.sweeping import sweep
from jifen.intake.versions.publishing import apply_version
from jifen.intake.versions.succeeding import NotPublishable
from jifen.proof.proving import prove

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
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
DOCUMENT = PLAIN + (
    "  - {id: back, on: expired, give: 1 points per 10 of points}\n"
    "  - {id: sorry, on: expired, when: \"count('expired', 'year') <= 3\", give: 1 stars}\n"
    "  - {id: turned, on: exchanged, when: points >= 50, give: 1 stars per 50 of points, limit: 500 stars ever}\n"
)
BEGINS = "2026-01-01 10:00"


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann")
        yield bank


def standing(bank: Bank, member: str = "ann") -> list[tuple[str, str, int]]:
    """Date, type and points of each such event that stands, in order of history."""
    events = bank.standing("expired", "exchanged", member=member)
    return [(day, type, fields["points"]) for day, type, fields in events]


def balances(bank: Bank) -> tuple[int, int]:
    return bank.points(), bank.points(currency="stars")


def test_history_that_is_brought_at_once_brings_one_expiry_a_day(bank: Bank) -> None:
    bank.travel("2027-01-05 10:00")
    old = [
        bank.bought("o1", "ann", 30_000, "2026-01-05 10:00"),
        bank.bought("o2", "ann", 10_000, "2026-01-20 10:00"),
        bank.bought("o3", "ann", 5_000, "2026-11-20 10:00"),
    ]
    for one in old:
        submit(bank.connection, bank.programme, [one], now=bank.now, actor="file", imported=True)
    assert standing(bank) == [("2026-04-01", "expired", 400)]
    assert balances(bank) == (50, 1)
    assert prove(bank.connection, bank.programme).holds


def test_what_a_killed_process_left_is_taken_by_the_sweep(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
    with monkeypatch.context() as killed:
        killed.setattr(submitting, "deliver", lambda *_: [])
        bank.do("2026-04-02 10:00", bank.bought("o2", "ann", 1_000))
        assert prove(bank.connection, bank.programme).holds
        bank.do("2026-04-02 11:00", Return(id="r1", of="o1", amount=4_000))
        assert prove(bank.connection, bank.programme).holds
    sweep(bank.connection, bank.programme, bank.now)
    assert standing(bank) == [("2026-04-01", "expired", 60)]
    assert balances(bank) == (16, 1)
    assert prove(bank.connection, bank.programme).holds


def test_a_correction_of_the_past_brings_what_nobody_was_told_of(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN, BEGINS)
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30_000))
        bank.do(
            "2026-01-06 10:00",
            Exchange(id="x1", member="ann", currency="points", to="stars", amount=100),
        )
        bank.travel("2026-05-05 10:00")
        assert standing(bank) == []
        bank.correct(DOCUMENT, "2026-01-01 00:00")
        assert standing(bank) == [("2026-01-06", "exchanged", 100), ("2026-04-01", "expired", 200)]
        assert balances(bank) == (20, 10 + 2 + 1)
        assert prove(connection, bank.programme).holds


def test_a_version_published_as_points_end_is_not_about_that_end(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PLAIN, BEGINS)
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30_000))
        bank.do("2026-02-05 10:00", bank.bought("o2", "ann", 20_000))
        bank.travel("2026-04-01 00:00")
        with pytest.raises(NotPublishable):
            apply_version(
                connection, bank.programme, DOCUMENT,
                effective_from=bank.now, now=bank.now, actor="owner",
            )  # fmt: skip
        bank.publish(DOCUMENT)
        assert prove(connection, bank.programme).differences == []
        bank.travel("2026-05-01 00:00")
        assert standing(bank) == [("2026-05-01", "expired", 200)]
        assert prove(connection, bank.programme).differences == []


def test_one_person_is_made_up_for_once_and_each_of_two_for_their_own(bank: Bank) -> None:
    bank.enrol("bob")
    bank.do("2026-01-05 10:00", bank.bought("b1", "bob", 10_000))
    bank.do("2026-02-05 10:00", bank.bought("b2", "bob", 5_000))
    bank.do("2026-02-06 10:00", bank.bought("o1", "ann", 2_000))
    bank.travel("2026-04-02 10:00")
    bank.do("2026-04-03 10:00", Merge(id="m1", member="bob", into="ann", reason="one person"))
    assert prove(bank.connection, bank.programme).holds
    bank.travel("2026-05-02 10:00")
    assert standing(bank) == [("2026-05-01", "expired", 70)]
    bank.do("2026-05-03 10:00", Return(id="r1", of="b1", full=True))
    assert prove(bank.connection, bank.programme).holds
    bank.do("2026-05-04 10:00", Unmerge(id="u1", member="ann", of="bob", reason="two persons"))
    assert standing(bank, "bob") == []
    assert prove(bank.connection, bank.programme).holds


def test_points_that_were_never_of_use_did_not_expire(database_url: str) -> None:
    with connect(database_url) as connection:
        document = DOCUMENT.replace("{rolling: 2 months, until: month_end}", "{fixed: 2026-01-31}")
        bank = Bank(connection, document, BEGINS)
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 30_000))
        bank.do("2026-02-05 10:00", bank.bought("o2", "ann", 10_000))
        assert standing(bank) == [("2026-02-01", "expired", 300)]
        assert balances(bank) == (0, 1)
        assert prove(connection, bank.programme).holds


def test_an_expiry_taken_out_of_the_books_is_missed(bank: Bank) -> None:
    bank.do("2026-01-05 10:00", bank.bought("o1", "ann", 10_000))
    bank.travel("2026-04-02 10:00")
    assert "own_event" in found_of_rewritten(bank, "expired", "100", "900")
    assert found(bank) == []


@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_late_or_back_or_is_used_the_books_agree(
    database_url: str, seed: int
) -> None:
    draw = random.Random(seed)
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, BEGINS)
        bank.enrol("ann", "bob")
        bought: list[str] = []
        exchanged: list[str] = []
        merged = False
        for step in range(40):
            when = f"2026-{1 + step // 4:02}-{1 + 7 * (step % 4):02} 10:00"
            member = draw.choice(("ann", "ann", "bob"))
            match draw.randrange(6):
                case 0 if bought:
                    bank.do(when, Return(id=f"r{step}", of=draw.choice(bought), amount=2_000))
                case 1:
                    bank.do(when, Spend(id=f"s{step}", member=member, currency="points", up_to=60))
                case 2:
                    asked = Exchange(
                        id=f"x{step}", member=member, currency="points", to="stars", up_to=90
                    )
                    bank.do(when, asked)
                    exchanged.append(asked.id)
                case 3 if exchanged:
                    bank.do(
                        when,
                        Cancel(
                            of=draw.choice(exchanged), id=f"c{step}", points=draw.choice((None, 10))
                        ),
                    )
                case 4 if step % 8 == 0:
                    merged = not merged
                    bank.merge_or_part(when, str(step), merge=merged)
                case _:
                    late = f"2026-{max(1, step // 4 - draw.randrange(4)):02}-01 10:30"
                    bank.do(
                        when,
                        bank.bought(f"o{step}", member, draw.choice((3_000, 9_000, 20_000)), late),
                    )
                    bought.append(f"o{step}")
        bank.travel("2027-06-01 10:00")
        assert prove(connection, bank.programme).differences == []
        assert not connection.execute("SELECT FROM inbox").fetchall()
        assert any(type == "expired" for _, type, _ in standing(bank))


def test_what_ends_less_by_two_returns_at_once_is_told_once(database_url: str) -> None:
    gift = "  - {id: gift, on: purchase, give: 10 points, to: spouse}\n"
    document = DOCUMENT.replace("earn:", "facts: {spouse: member}\nearn:") + gift
    with connect(database_url) as connection:
        bank = Bank(connection, document, BEGINS)
        bank.enrol("ann", "bob")
        married = SetFact(id="f1", member="bob", name="spouse", value="ann")
        given = bank.bought("b1", "bob", 1_000)
        bank.do("2026-01-05 10:00", married, given)
        bought = [bank.bought(f"a{number}", "ann", 3_000) for number in range(2)]
        bank.do("2026-01-06 10:00", *bought)
        bank.travel("2026-04-02 10:00")
        assert standing(bank) == [("2026-04-01", "expired", 70)]
        bank.do("2026-04-03 10:00", *(
            Return(id=f"of-{one.id}", of=one.id, full=True) for one in (given, bought[0])
        ))  # fmt: skip
        assert standing(bank) == [("2026-04-01", "expired", 30)]
        assert balances(bank) == (3, 1)
        assert prove(connection, bank.programme).holds
