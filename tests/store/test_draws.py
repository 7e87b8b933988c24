"""Lucky draws in the bank: each spin takes a ticket and brings what anybody computes from the seed; none too many."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, LiteralString

import msgspec
import psycopg
import pytest
from click.testing import CliRunner
from tampering import found, unguarded
from travelled_bank import Bank

from jifen.cli.draws import command
from jifen.db.connection import connect
from jifen.enquiry.draws import BudgetView, draws_of, rounds_of, told_round
from jifen.enquiry.spins_left import SpinsLeft, spins_left
from jifen.enquiry.stock import stock_of
from jifen.enquiry.told_rounds import differing_spins, read_round
from jifen.intake.answers import Spun
from jifen.intake.asking.commands import Adjust, Redeem, Spin
from jifen.intake.asking.member_commands import Freeze
from jifen.intake.clock import real_now
from jifen.intake.draws import spinning, wheels
from jifen.intake.draws.rounds import RoundRefused, close_round, open_round
from jifen.intake.draws.turning import turn_rounds
from jifen.intake.submitting import quote, submit
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import create_programme
from jifen.intake.versions.publishing import apply_version
from jifen.programme.loading import load
from jifen.proof.proving import prove
from jifen.sealing import new_key
from jifen.worker.drawing import turn_draws
from jifen.worker.shift import Shift

DOCUMENT: Final = """
programme: lucky
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}}
rewards:
  spin: {name: {zh: 抽奖机会, en: spin}, price: 10 points}
  thermos: {name: {zh: 保温杯, en: thermos}, worth: 60.00}
draws:
  lucky:
    name: {zh: 幸运抽奖, en: lucky draw}
    ticket: spin
    prizes:
      thermos: {name: {zh: 保温杯, en: thermos}, weight: 2, gives: thermos, most: 1}
      fifty: {name: {zh: 五十分, en: fifty}, weight: 3, gives: 50 points}
      thanks: {name: {zh: 谢谢参与, en: thanks}, weight: 5}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
"""
(DRAW,) = load(DOCUMENT).draws
WEIGHTS: Final = {"thermos": 2, "fifty": 3, "thanks": 5}


def prize_of(seed: bytes, draw: str, round_no: int, member: str, spin_no: int) -> str:
    """As the page for strangers has it."""
    said = f"{draw}\0{round_no}\0{member}\0{spin_no}".encode()
    number = int.from_bytes(hmac.new(seed, said, hashlib.sha256).digest(), "big")
    point = number * sum(WEIGHTS.values()) // 2**256
    for prize, weight in WEIGHTS.items():
        if point < weight:
            return prize
        point -= weight
    raise AssertionError(point)


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with connect(database_url) as connection:
        bank = Bank(connection, DOCUMENT, "2026-01-01 10:00")
        bank.enrol("ann", "bob")
        for who in ("ann", "bob"):
            bank.do(
                "2026-01-01 10:00",
                Adjust(id=f"a-{who}", member=who, points=1000, currency="points", reason="x"),
            )
            bank.do(
                "2026-01-01 10:00",
                Redeem(id=f"t-{who}", member=who, reward="spin", quantity=20, currency="points"),
            )
        yield bank


def held(bank: Bank, member: str, reward: str) -> int:
    """How many of a reward a member holds."""
    row = bank.connection.execute(
        "SELECT points FROM balance JOIN member USING (programme_id, member_id)"
        " WHERE external_id = %s AND currency = %s",
        (member, bank.programme.currency_number(reward)),
    ).fetchone()
    return row[0] if row else 0


def spin(bank: Bank, *ids: str) -> list[Spun]:
    """What spins of members brought; `ann-1` is one of Ann's."""
    asked = [Spin(id=id, member=id.partition("-")[0], draw="lucky") for id in ids]
    told = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    return [one.answer.spun for one in told if one.answer.spun is not None]


def test_a_stranger_computes_what_each_spin_brought(bank: Bank) -> None:
    opened = open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    spun = [one for at in range(1, 11) for one in spin(bank, f"ann-{at}", f"bob-{at}")]
    assert len(spun) == 20
    _, seed = close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    assert hashlib.sha256(seed).digest() == opened.commitment
    thermoses = 0
    for place, one in enumerate(spun):
        who = ("ann", "bob")[place % 2]
        assert one.drawn == prize_of(seed, "lucky", 1, who, one.spin)
        ran_out = one.drawn == "thermos" and thermoses == 1
        assert one.prize == ("thanks" if ran_out else one.drawn)
        thermoses += one.prize == "thermos"
    brought = Counter(one.prize for one in spun)
    assert bank.points("ann") + bank.points("bob") == 2 * 800 + 50 * brought["fifty"]
    assert held(bank, "ann", "thermos") + held(bank, "bob", "thermos") == thermoses <= 1
    assert held(bank, "ann", "spin") == 10
    assert prove(bank.connection, bank.programme).differences == []


def test_a_retry_is_answered_as_the_first_time_and_takes_one_ticket(bank: Bank) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    first, again = spin(bank, "ann-1"), spin(bank, "ann-1")
    assert first == again
    assert held(bank, "ann", "spin") == 19
    assert spin(bank, "ann-2")[0].spin == 2


def test_without_a_round_or_a_ticket_it_is_refused_by_name(bank: Bank) -> None:
    def refusal(id: str, member: str = "ann") -> str | None:
        asked = Spin(id=id, member=member, draw="lucky")
        (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
        return told.answer.refusal

    assert refusal("s1") == "no_round_open"
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    bank.enrol("cid")
    assert refusal("s2", "cid") == "insufficient_points"
    bank.publish(DOCUMENT.replace(", price: 10 points", ""))
    bank.do("2026-01-01 10:01")
    assert refusal("s4", "cid") == "not_held"
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    assert refusal("s3") == "no_round_open"
    assert held(bank, "ann", "spin") == 20


def test_who_holds_no_ticket_pays_with_the_spin_and_a_ticket_is_used_first(bank: Bank) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    bank.enrol("cid")
    given = Adjust(id="c", member="cid", points=25, currency="points", reason="x")
    free = Adjust(id="f", member="cid", points=1, currency="spin", reason="x")
    bank.do("2026-01-01 10:00", given, free)
    asked = [Spin(id=f"s{number}", member="cid", draw="lucky") for number in range(4)]
    told = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    won = sum(50 for one in told if one.answer.spun and one.answer.spun.prize == "fifty")
    assert [one.answer.paid for one in told[:3]] == [{}, {"points": 10}, {"points": 10}]
    assert told[3].answer.refusal == (None if won else "insufficient_points")
    again = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    assert [one.answer for one in again] == [one.answer for one in told]
    paid = sum(one.answer.paid.get("points", 0) for one in told)
    assert (bank.points("cid"), held(bank, "cid", "spin")) == (25 - paid + won, 0)
    assert prove(bank.connection, bank.programme).differences == []


def test_what_is_opposed_to_the_redemption_refuses_the_spin_whole(bank: Bank) -> None:
    bank.publish(
        DOCUMENT.replace("price: 10 points", "price: 10 points, limit: 1 per day, stock: counted")
    )
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    bank.enrol("cid", "dan", "eve")
    names = ("cid", "dan", "eve")
    rich = [
        Adjust(id=f"r-{one}", member=one, points=500, currency="points", reason="x")
        for one in names
    ]
    bank.do("2026-01-01 11:00", *rich)
    bank.stock("spin", add=2)

    def refusal(id: str, member: str) -> str | None:
        asked = Spin(id=id, member=member, draw="lucky")
        (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
        return told.answer.refusal

    assert refusal("1", "cid") is None
    before = bank.points("cid")
    assert refusal("2", "cid") == "limit_reached"
    assert refusal("3", "dan") is None
    assert refusal("4", "eve") == "out_of_stock"
    assert (bank.points("cid"), bank.points("eve")) == (before, 500)
    assert prove(bank.connection, bank.programme).differences == []


def test_a_redemption_of_the_id_that_a_spin_would_take_is_a_conflict(bank: Bank) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    bank.enrol("cid")
    given = Adjust(id="c", member="cid", points=100, currency="points", reason="x")
    bank.do("2026-01-01 10:00", given)
    own = Redeem(id="spin/a", member="ann", reward="spin", currency="points")
    late = Redeem(id="spin/b", member="ann", reward="spin", currency="points")
    first, second = (Spin(id=id, member="cid", draw="lucky") for id in "ab")
    asked: list[Redeem | Spin] = [own, first, second, late]
    told = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    assert [one.answer.refusal for one in told] == [None, "conflict", None, "conflict"]
    assert prove(bank.connection, bank.programme).differences == []


def test_nobody_looks_before(bank: Bank) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    asked = Spin(id="q", member="ann", draw="lucky")
    told = quote(bank.connection, bank.programme, asked, now=bank.now)
    assert (told.refusal, told.spun) == ("not_accepted", None)


def test_one_round_at_a_time_and_its_prizes_stay(bank: Bank) -> None:
    office: Any = {"now": bank.now, "actor": "office"}
    with pytest.raises(RoundRefused, match="no_round_open"):
        close_round(bank.connection, bank.programme, "lucky", **office)
    open_round(bank.connection, bank.programme, DRAW, **office)
    with pytest.raises(RoundRefused, match="round_open"):
        open_round(bank.connection, bank.programme, DRAW, **office)
    bank.publish(DOCUMENT.replace("weight: 5", "weight: 5000000"))
    spun = [one for at in range(1, 11) for one in spin(bank, f"ann-{at}")]
    _, seed = close_round(bank.connection, bank.programme, "lucky", **office)
    assert [one.drawn for one in spun] == [
        prize_of(seed, "lucky", 1, "ann", at) for at in range(1, 11)
    ]
    assert open_round(bank.connection, bank.programme, DRAW, **office).round_no == 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bank.connection.execute("UPDATE draw_round SET prizes = '[]' WHERE round_no = 2")


def test_a_version_to_come_changes_no_round_and_no_ticket_before_it_is_in_force(bank: Bank) -> None:
    later = DOCUMENT.replace("weight: 5", "weight: 95").replace("ticket: spin", "ticket: voucher")
    later = later.replace(
        "  thermos: {name: {zh: 保温杯",
        "  voucher: {name: voucher, price: 3 points}\n  thermos: {name: {zh: 保温杯",
        1,
    )
    since = bank.instant("2026-02-01 00:00")
    bank.programme = apply_version(
        bank.connection, bank.programme, later, effective_from=since, now=bank.now, actor="owner"
    )
    bank.enrol("cid")
    bank.do(
        "2026-01-01 10:00", Adjust(id="c", member="cid", points=25, currency="points", reason="x")
    )

    def weights_told() -> list[int]:
        (draw,) = draws_of(bank.connection, bank.programme, bank.now)
        return [one.weight for one in draw.prizes]

    def opened_and_paid(id: str) -> dict[str, int]:
        in_force = bank.programme.engine.plan_at(bank.now).programme
        open_round(bank.connection, bank.programme, in_force.draws[0], now=bank.now, actor="office")
        asked = Spin(id=id, member="cid", draw="lucky")
        (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
        assert told.answer.refusal is None
        close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
        return told.answer.paid

    assert (weights_told(), opened_and_paid("early")) == ([2, 3, 5], {"points": 10})
    bank.do("2026-02-01 00:00")
    assert (weights_told(), opened_and_paid("late")) == ([2, 3, 95], {"points": 3})
    assert prove(bank.connection, bank.programme).differences == []


def test_a_spin_pays_the_first_price_that_asks_for_no_money(bank: Bank) -> None:
    bank.publish(DOCUMENT.replace("price: 10 points", "price: [1 points + 5.00, 7 points]"))
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    bank.enrol("cid")
    bank.do(
        "2026-01-01 11:00", Adjust(id="c", member="cid", points=25, currency="points", reason="x")
    )
    asked = Spin(id="s", member="cid", draw="lucky")
    (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
    assert told.answer.paid == {"points": 7}


def test_a_budget_pays_for_whatever_a_spin_may_bring_or_nothing_is_taken(bank: Bank) -> None:
    counted = DOCUMENT.replace("weight: 3", "weight: 3000000").replace(
        "    ticket: spin\n", "    ticket: spin\n    budget: 120 points\n"
    )
    (draw,) = load(counted).draws
    open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")
    assert [one.prize for one in spin(bank, "ann-1", "bob-1")] == ["fifty", "fifty"]
    (shown,) = rounds_of(bank.connection, bank.programme, {"lucky"})
    assert shown.budget == BudgetView(of="points", amount="120", left="20")
    asked = Spin(id="ann-2", member="ann", draw="lucky")
    (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
    assert told.answer.refusal == "out_of_budget"
    assert held(bank, "ann", "spin") == 19
    assert prove(bank.connection, bank.programme).differences == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        bank.connection.execute("UPDATE draw_round SET budget = NULL")
    with unguarded(bank) as connection:
        connection.execute("""UPDATE draw_round SET budget = '{"amount": 60, "of": "points"}'""")
        assert "draw_spin" in found(bank)


def test_the_odds_are_told_before_the_first_round(bank: Bank) -> None:
    (draw,) = draws_of(bank.connection, bank.programme, bank.now)
    assert [(one.id, one.chance) for one in draw.prizes] == [
        ("thermos", "20%"),
        ("fifty", "30%"),
        ("thanks", "50%"),
    ]
    assert draw.rounds == []


def test_the_clock_turns_the_rounds_of_a_day(bank: Bank) -> None:
    bank.publish(DOCUMENT.replace("    ticket: spin\n", "    ticket: spin\n    round: day\n"))

    def turned(when: str) -> list[tuple[int, bool]]:
        bank.do(when)
        turn_rounds(bank.connection, bank.programme, now=bank.now)
        rounds = rounds_of(bank.connection, bank.programme, {"lucky"})
        return [(one.round, one.seed is not None) for one in rounds]

    assert turned("2026-01-01 23:58") == [(1, False)]
    assert turned("2026-01-01 23:59") == [(1, False)]
    assert turned("2026-01-02 00:00") == [(2, False), (1, True)]
    assert turned("2026-01-02 00:01") == [(2, False), (1, True)]
    # what an office closes is followed by another one, and missed days by one round
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    assert turned("2026-01-02 00:02")[0] == (3, False)
    assert turned("2026-01-09 12:00")[:2] == [(4, False), (3, True)]
    bank.publish(DOCUMENT)
    assert turned("2026-01-12 12:00")[0] == (4, False)


def test_the_duty_opens_rounds_of_programmes_on_real_time(database_url: str) -> None:
    turned = DOCUMENT.replace("    ticket: spin\n", "    ticket: spin\n    round: month\n")
    with connect(database_url) as connection:
        programme = create_programme(connection, turned, now=real_now(), actor="owner")
        turn_draws(Shift(connection, Programmes(), lambda: False))
        (opened,) = rounds_of(connection, programme, {"lucky"})
        assert (opened.round, opened.seed) == (1, None)
        (deed,) = connection.execute(
            "SELECT actor FROM programme_deed WHERE kind LIKE 'open_draw%'"
        )
        assert deed == ("clock",)


def told_of(bank: Bank, when: str, *ids: str) -> list[tuple[str | None, dict[str, int]]]:
    """What spins took at an instant: the ticket, None where it was free, and what was paid for it."""
    bank.do(when)
    asked = [Spin(id=id, member=id.partition("-")[0], draw="lucky") for id in ids]
    told = submit(bank.connection, bank.programme, asked, now=bank.now, actor="shop")
    return [(one.answer.spun.ticket, one.answer.paid) for one in told if one.answer.spun]


def with_terms(*terms: str) -> str:
    """The document with more terms of its draw."""
    said = "".join(f"    {one}\n" for one in terms)
    return DOCUMENT.replace("    ticket: spin\n", f"    ticket: spin\n{said}")


FREE: Final = (None, dict[str, int]())
HELD: Final = ("spin", dict[str, int]())
PAID: Final = ("spin", {"points": 10})


def test_free_spins_of_a_day_come_before_tickets_and_points_and_again_at_midnight(
    bank: Bank,
) -> None:
    bank.publish(with_terms("free: 2 per day"))
    bank.enrol("cid")
    given = [
        Adjust(id="c", member="cid", points=100, currency="points", reason="x"),
        Adjust(id="t", member="cid", points=1, currency="spin", reason="x"),
    ]
    bank.do("2026-01-05 09:00", *given)
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    ids = [f"cid-{number}" for number in range(4)]
    day = [FREE, FREE, HELD, PAID]
    assert told_of(bank, "2026-01-05 23:59", *ids) == day
    assert told_of(bank, "2026-01-05 23:59", *ids) == day  # told again, and nothing taken
    assert held(bank, "cid", "spin") == 0
    # a round that an office turns gives no more free ones: they are of the day
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    assert told_of(bank, "2026-01-05 23:59", "cid-5") == [PAID]
    assert told_of(bank, "2026-01-06 00:00", "cid-6", "cid-7", "cid-8") == [FREE, FREE, PAID]
    assert prove(bank.connection, bank.programme).differences == []


@pytest.mark.parametrize(
    ("per", "last", "next_one"),
    [("week", "2026-01-11 23:59", "2026-01-12 00:00"), ("month", "2026-01-31 23:59", "2026-02-01 00:00")],
)  # fmt: skip
def test_free_spins_of_a_week_and_a_month(bank: Bank, per: str, last: str, next_one: str) -> None:
    bank.publish(with_terms(f"free: 1 per {per}"))
    bank.do("2026-01-05 09:00")
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    assert told_of(bank, "2026-01-05 10:00", "ann-1", "ann-2") == [FREE, HELD]
    assert told_of(bank, last, "ann-3") == [HELD]
    assert told_of(bank, next_one, "ann-4", "ann-5") == [FREE, HELD]
    assert prove(bank.connection, bank.programme).differences == []


def test_what_is_left_to_spin_is_told_without_spinning(
    bank: Bank, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.publish(with_terms("limit: 3 per round", "free: 2 per week"))
    bank.do("2026-01-05 09:00")

    def left(member: str) -> SpinsLeft:
        _, (one,) = spins_left(bank.connection, bank.programme, member, bank.now)
        return one

    before = SpinsLeft(draw="lucky", round=None, free=2, of_round=3, tickets=20)
    assert left("ann") == before
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    told_of(bank, "2026-01-11 23:59", "ann-1", "ann-2", "ann-3")
    assert left("ann") == SpinsLeft(draw="lucky", round=1, free=0, of_round=0, tickets=19)
    assert left("bob") == msgspec.structs.replace(before, round=1)
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    out = CliRunner().invoke(command, ["left", "ann", "--lang", "en"]).stdout
    assert [line.split() for line in out.splitlines()[-1:]] == [["lucky", "1", "0", "19", "0"]]
    bank.do("2026-01-12 00:00")
    assert left("ann").free == 2


def test_a_frozen_member_has_no_free_spin(bank: Bank) -> None:
    bank.publish(with_terms("free: 2 per day"))
    bank.do("2026-01-05 09:00", Freeze(id="f", member="ann", frozen=True, reason="lost"))
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    asked = Spin(id="s", member="ann", draw="lucky")
    (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
    assert told.answer.refusal == "frozen"


def test_of_sixteen_spins_of_a_member_at_once_one_is_free(bank: Bank, database_url: str) -> None:
    bank.publish(with_terms("free: 1 per day"))
    bank.do("2026-01-05 09:00")
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")

    def took(number: int) -> str | None:
        with connect(database_url) as connection:
            asked = Spin(id=f"ann-{number}", member="ann", draw="lucky")
            (told,) = submit(connection, bank.programme, [asked], now=bank.now, actor="shop")
        assert told.answer.spun is not None
        return told.answer.spun.ticket

    with ThreadPoolExecutor(8) as pool:
        taken = Counter(pool.map(took, range(16)))
    assert taken == {None: 1, "spin": 15}
    assert prove(bank.connection, bank.programme).differences == []


COUNTED: Final = DOCUMENT.replace(
    "worth: 60.00", "price: 1 points, worth: 60.00, stock: counted"
).replace("weight: 2, gives: thermos, most: 1", "weight: 2000000, gives: 2 thermos, most: 3")


def left_of_thermoses(bank: Bank) -> int:
    (shelf,) = stock_of(bank.connection, bank.programme)
    return shelf.left


def test_counted_prizes_lie_aside_while_a_round_is_open_and_go_back_behind_it(bank: Bank) -> None:
    bank.publish(COUNTED)
    (draw,) = load(COUNTED).draws
    bank.do("2026-01-05 09:00")
    bank.stock("thermos", add=9)
    open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")
    assert left_of_thermoses(bank) == 3
    assert [one.prize for one in spin(bank, "ann-1", "bob-1")] == ["thermos", "thermos"]
    assert (held(bank, "ann", "thermos"), held(bank, "bob", "thermos")) == (2, 2)
    assert left_of_thermoses(bank) == 3
    assert prove(bank.connection, bank.programme).differences == []
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    assert left_of_thermoses(bank) == 5
    assert prove(bank.connection, bank.programme).differences == []
    # of five there are two pairs: the next round says so, and what has run out is thanked for
    open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")
    (shown, _) = rounds_of(bank.connection, bank.programme, {"lucky"})
    assert (shown.prizes[0].most, left_of_thermoses(bank)) == (2, 1)
    spun = spin(bank, "ann-2", "ann-3", "bob-2")
    assert [(one.drawn, one.prize) for one in spun[1:]] == [
        ("thermos", "thermos"),
        ("thermos", "thanks"),
    ]
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    assert left_of_thermoses(bank) == 1
    assert prove(bank.connection, bank.programme).differences == []


def test_who_opens_a_round_is_told_what_the_shelf_has_too_few_of(
    bank: Bank, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    bank.publish(COUNTED)
    bank.do("2026-01-05 09:00")
    bank.stock("thermos", add=5)
    opened = CliRunner().invoke(command, ["open", "lucky", "--lang", "en"])
    assert opened.stderr == "of thermos the shelf had 2, not 3\n"
    CliRunner().invoke(command, ["close", "lucky"])
    bank.stock("thermos", add=1)
    assert CliRunner().invoke(command, ["open", "lucky", "--lang", "en"]).stderr == ""


def test_what_lies_aside_is_not_sold_and_a_refused_round_takes_nothing(bank: Bank) -> None:
    bank.publish(COUNTED)
    (draw,) = load(COUNTED).draws
    bank.do("2026-01-05 09:00")
    bank.stock("thermos", add=6)
    open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")
    asked = Redeem(id="r", member="ann", reward="thermos", currency="points")
    (told,) = submit(bank.connection, bank.programme, [asked], now=bank.now, actor="shop")
    assert told.answer.refusal == "out_of_stock"
    with pytest.raises(RoundRefused, match="round_open"):
        open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")
    assert left_of_thermoses(bank) == 0
    with unguarded(bank) as connection:
        connection.execute(
            "UPDATE stock_change SET units = units + 1 WHERE change_id LIKE 'draw/%'"
        )
        assert "draw_round" in found(bank)


def test_rounds_and_sales_at_once_give_out_no_more_than_there_is(
    bank: Bank, database_url: str
) -> None:
    bank.publish(COUNTED)
    (draw,) = load(COUNTED).draws
    bank.do("2026-01-05 09:00")
    bank.stock("thermos", add=20)

    def act(number: int) -> None:
        with connect(database_url) as connection:
            if number % 8 == 0:
                with suppress(RoundRefused):
                    open_round(connection, bank.programme, draw, now=bank.now, actor="office")
            elif number % 8 == 7:
                with suppress(RoundRefused):
                    close_round(connection, bank.programme, "lucky", now=bank.now, actor="office")
            elif number % 2:
                asked = Redeem(id=f"r-{number}", member="ann", reward="thermos", currency="points")
                submit(connection, bank.programme, [asked], now=bank.now, actor="shop")
            else:
                submit(
                    connection, bank.programme, [Spin(id=f"s-{number}", member="bob", draw="lucky")],
                    now=bank.now, actor="shop",
                )  # fmt: skip

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(40)))
    with suppress(RoundRefused):
        close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    given = held(bank, "ann", "thermos") + held(bank, "bob", "thermos")
    assert given + left_of_thermoses(bank) == 20
    assert prove(bank.connection, bank.programme).differences == []


ERRING: Final = {
    "a spin too many": (f"{wheels.__name__}.Wheel.refusal_of_more", None),
    "a free spin too many": (f"{spinning.__name__}.free_left", 1),
    "a ticket while one was free": (f"{spinning.__name__}.free_left", 0),
}


@pytest.mark.parametrize("how", ERRING)
def test_the_proof_finds_a_spin_that_no_document_let(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Of a server that errs in what it lets members spin."""
    bank.publish(with_terms("limit: 2 per round", "free: 1 per day"))
    bank.do("2026-01-05 09:00")
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    assert told_of(bank, "2026-01-05 10:00", "bob-1", "bob-2") == [FREE, HELD]
    assert prove(bank.connection, bank.programme).holds
    place, answered = ERRING[how]
    monkeypatch.setattr(place, lambda *_: answered)
    assert told_of(bank, "2026-01-05 10:00", "ann-1", "ann-2", "bob-3")
    monkeypatch.undo()
    assert found(bank) == ["draw_spin"]


FORGED: Final[dict[str, LiteralString]] = {
    "draw_round": "UPDATE draw_round SET given[2] = given[2] + 1",
    "draw_spin": "UPDATE draw_spin SET drawn = (drawn + 1) % 3 WHERE place = 2",
}


@pytest.mark.parametrize("check", FORGED)
def test_the_proof_finds_what_was_forged(bank: Bank, check: str) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    spin(bank, "ann-1", "ann-2", "bob-1")
    assert prove(bank.connection, bank.programme).holds
    with unguarded(bank) as connection:
        connection.execute(FORGED[check])
        assert check in found(bank)


def test_a_round_is_verified_from_a_file_alone(bank: Bank, tmp_path: Path) -> None:
    open_round(bank.connection, bank.programme, DRAW, now=bank.now, actor="office")
    spin(bank, *(f"{who}-{at}" for at in range(1, 6) for who in ("ann", "bob")))
    (unshown,) = rounds_of(bank.connection, bank.programme, {"lucky"})
    assert unshown.seed is None
    close_round(bank.connection, bank.programme, "lucky", now=bank.now, actor="office")
    (shown,) = rounds_of(bank.connection, bank.programme, {"lucky"})
    assert [prize.chance for prize in shown.prizes] == ["20%", "30%", "50%"]
    file = tmp_path / "round.json"
    told = told_round(bank.connection, bank.programme, shown)
    file.write_bytes(msgspec.json.encode(told))
    assert differing_spins(read_round(file)) == []
    first = told.spins[0]
    other = "thanks" if first.prize != "thanks" else "fifty"
    told.spins[0] = msgspec.structs.replace(first, prize=other)
    assert len(differing_spins(told)) == 1
    assert differing_spins(msgspec.structs.replace(told, seed="00" * 32)) != []


def test_the_command_line_opens_tells_and_closes_a_round(
    bank: Bank, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFEN_DATABASE_URL", database_url)

    def told(*words: str) -> tuple[str, str]:
        done = CliRunner().invoke(command, [*words, "lucky", "--lang", "en"])
        return done.stdout, done.stderr

    assert " ".join(told("show")[0].split()) == (
        "no such round was opened 20% thermos at most 1 30% fifty 50% thanks"
    )
    out, remark = told("open")
    assert out.startswith("round 1 is open; publish: sha256 ")
    assert "lies open in the database" in remark
    assert told("close")[0].startswith("round 1 is closed; its seed: ")
    monkeypatch.setenv("JIFEN_SEALING_KEYS", new_key())
    assert told("open")[1] == ""


def test_of_sixty_four_spins_at_once_one_takes_the_last_prize(
    bank: Bank, database_url: str
) -> None:
    sure = DOCUMENT.replace("weight: 2", "weight: 1000000")
    bank.publish(sure)
    (draw,) = load(sure).draws
    names = [f"m{number}" for number in range(64)]
    bank.enrol(*names)
    given = [
        Adjust(id=f"s-{name}", member=name, points=10, currency="points", reason="x")
        for name in names
    ]
    bank.do("2026-01-01 10:00", *given)
    bought = [
        Redeem(id=f"b-{name}", member=name, reward="spin", currency="points") for name in names
    ]
    bank.do("2026-01-01 10:00", *bought)
    open_round(bank.connection, bank.programme, draw, now=bank.now, actor="office")

    def spun_by(name: str) -> str:
        with connect(database_url) as connection:
            asked = Spin(id=f"spin-{name}", member=name, draw="lucky")
            (told,) = submit(connection, bank.programme, [asked], now=bank.now, actor="shop")
        assert told.answer.spun is not None
        return told.answer.spun.prize

    with ThreadPoolExecutor(8) as pool:
        brought = Counter(pool.map(spun_by, names))
    assert brought["thermos"] == 1
    assert sum(brought.values()) == 64
    assert sum(held(bank, name, "thermos") for name in names) == 1
    assert sum(held(bank, name, "spin") for name in names) == 0
    assert prove(bank.connection, bank.programme).differences == []
