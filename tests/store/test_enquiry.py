"""What is told of a member: as of a moment, whether or not anybody has posted what time brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from lively_bank import lively_bank
from tampering import unguarded
from travelled_bank import Bank

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.enquiry.finding import UnknownEvent, UnknownMember
from jifen.enquiry.member import MemberView, member_view
from jifen.enquiry.member_stamp import ask_for_stamp, member_stamp
from jifen.enquiry.past_balances import ask_for_balances, balances_at, look_at_balances
from jifen.enquiry.statement import Movement, statement
from jifen.enquiry.tier import Need
from jifen.enquiry.why import why
from jifen.instants import instant_of
from jifen.intake.asking.commands import Hold, Return
from jifen.intake.versions.at_work import Programmes
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.amounts import Language


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lively_bank(connection)


def seen(bank: Bank, member: str, when: str = "") -> MemberView:
    now = bank.instant(when) if when else bank.now
    return member_view(bank.connection, bank.programme, member, now)


def told(bank: Bank, event: str, language: Language) -> list[str]:
    return why(bank.connection, bank.programme, event, language).sentences


def test_a_member_is_seen_with_points_set_aside(bank: Bank) -> None:
    points = seen(bank, "dee").currencies["points"]
    assert (points.points, points.available, points.held, points.expired) == (15, 15, 55, 75)
    assert [(lot.of, lot.remaining, lot.held) for lot in points.lots] == [
        ("d1", 40, 40),
        ("d2", 30, 15),
    ]
    assert [(str(expiry.at), expiry.points) for expiry in points.expiries] == [
        ("2028-07-01 00:00:00+08:00", 15)
    ]


def test_what_time_brings_is_seen_before_anybody_posts_it(bank: Bank) -> None:
    later = seen(bank, "dee", "2027-07-11 00:00").currencies["points"]
    assert (later.points, later.held, later.expired) == (30, 0, 115)  # both holds have ended
    assert seen(bank, "dee", "2028-07-01 00:00").currencies["points"].points == 0
    assert seen(bank, "dee").currencies["points"].held == 55  # looking changed nothing


def test_debt_is_shown_as_points_below_zero(bank: Bank) -> None:
    points = seen(bank, "ann").currencies["points"]
    assert points.points == -points.debt < 0
    assert points.lots == []


def test_a_tier_is_seen_with_its_last_day_and_what_is_missing(bank: Bank) -> None:
    tier = seen(bank, "cid", "2026-08-01 00:00").tier
    assert tier is not None
    assert (tier.id, tier.next, tier.to_next) == ("gold", None, None)
    assert (tier.until, tier.measured) == (dt.date(2027, 6, 28), {"growth": 7550})
    # what brought her gold will have left the window by then
    assert tier.to_keep == Need(measure="growth", needed=4000, missing=4000)
    later = seen(bank, "cid", "2027-06-28 23:59").tier
    assert later is not None
    assert (later.id, later.to_keep) == ("gold", Need(measure="growth", needed=4000, missing=4000))
    lapsed = seen(bank, "cid", "2027-06-29 00:00").tier
    assert lapsed is not None
    assert (lapsed.id, lapsed.next, lapsed.until) == ("basic", "silver", None)
    assert lapsed.to_next == Need(measure="growth", needed=1000, missing=1000)


def movements(bank: Bank, member: str, when: str) -> list[Movement]:
    found = statement(bank.connection, bank.programme, member, bank.instant(when))
    return [movement for movement in found.movements if movement.currency == "points"]


def test_a_statement_ends_in_the_balance_that_is_shown(bank: Bank) -> None:
    for member in ("ann", "bob", "cid", "dee"):
        shown = seen(bank, member).currencies["points"]
        (*_, last) = movements(bank, member, "2027-07-04 10:00")
        assert last.balance == shown.available + shown.pending + shown.held - shown.debt


def test_what_nobody_has_posted_yet_stands_in_the_statement_when_it_was_due(bank: Bank) -> None:
    unposted = [one for one in movements(bank, "dee", "2028-08-01 00:00") if not one.recorded_at]
    assert [(str(one.effective_at)[:10], one.points, one.balance) for one in unposted] == [
        ("2027-07-10", -40, 30),  # the hold that kept it from ending timed out
        ("2028-07-01", -30, 0),
    ]


def test_what_is_known_of_a_member_is_shown(bank: Bank) -> None:
    assert seen(bank, "bob").frozen
    ann = seen(bank, "ann")
    assert (ann.frozen, ann.facts) == (None, {"birthday": "1990-05-18"})
    assert str(ann.joined_at) == "2026-01-01 10:00:00+08:00"


def test_nobody_and_nothing_are_said_to_be_unknown(bank: Bank) -> None:
    with pytest.raises(UnknownMember):
        seen(bank, "eve")
    with pytest.raises(UnknownEvent):
        told(bank, "o99", "en")


def test_why_tells_what_a_return_left_and_what_it_changed(bank: Bank) -> None:
    english, chinese = told(bank, "o1", "en"), told(bank, "o1", "zh")
    assert english[:3] == [
        "20 yuan came back on 2026-01-06.",
        "What was kept counts:",
        "40 yuan counts.",
    ]
    assert chinese[:3] == [
        "2026-01-06 退回了 20 元。",
        "以下只算留下的部分。",
        "计入积分的金额 40 元。",
    ]
    assert (
        "At first it gave 80 points, 60 growth; with what came to be known later, it gives"
        in (english[-2])
    )
    assert chinese[-2].startswith("当时给了 80 积分、60 成长值；")


def test_why_tells_of_lots_and_when_they_end(bank: Bank) -> None:
    assert told(bank, "d2", "en")[-1] == "Still there: all 30 points, until the end of 2028-06-30."
    assert told(bank, "d2", "zh")[-1] == "得到的 30 积分全部还在，最后可用日 2028-06-30。"
    assert told(bank, "o4", "en")[-1] == "Spent, expired or taken back: all 625 points."


def test_why_of_what_came_back_whole_says_that_nothing_is_left(bank: Bank) -> None:
    assert told(bank, "o3", "en")[:2] == [
        "All of it came back on 2026-01-11.",
        "Nothing is left of it: it gives nothing any more.",
    ]


LIMITED = """\
programme: tea
timezone: Asia/Shanghai
money: CNY
currencies: {points: {name: {zh: 积分, en: points}, expiry: {rolling: 12 months}}}
earn: [{id: base, on: purchase, give: 1 points per 1 of amount}]
limits: [300 points per month]
"""


def test_why_of_points_that_moved_while_a_hold_kept_them_adds_up(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, LIMITED, "2026-03-01 10:00")
        bank.enrol("lin")
        bank.do("2026-03-04 10:00", bank.bought("wednesday", "lin", 20_000))
        kept = Hold(id="h", member="lin", points=200, currency="points", minutes=30 * 24 * 60)
        bank.do("2026-03-04 11:00", kept)
        bank.do("2026-03-05 10:00", bank.bought("tuesday", "lin", 21_000, "2026-03-03 10:00"))
        bank.do("2026-03-06 10:00", bank.bought("friday", "lin", 5_000))
        bank.do("2026-03-07 10:00", Return(id="back", of="friday", full=True))
        assert told(bank, "wednesday", "en")[-3:] == [
            "At first it gave 200 points; with what came to be known later, it gives 90 points.",
            "What it gives less was taken out of other points of the member.",
            "Still there: all 200 points, until the end of 2027-03-04.",
        ]
        assert told(bank, "wednesday", "zh")[-2] == "少给的部分已从该会员的其他积分中扣回。"
        assert told(bank, "friday", "en") == [
            "All of it came back on 2026-03-07.",
            "Nothing is left of it: it gives nothing any more.",
        ], "nothing became nothing: there is no change to tell of"


def test_why_of_what_gave_nothing_says_what_is_left_of_it(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, LIMITED, "2026-03-01 10:00")
        bank.enrol("lin")
        bank.do("2026-03-04 10:00", bank.bought("cent", "lin", 60))
        bank.do("2026-03-05 10:00", Return(id="back", of="cent", amount=20))
        assert told(bank, "cent", "en") == [
            "0.20 yuan came back on 2026-03-05.",
            "What was kept counts:",
            "0.40 yuan counts.",
            "“base”: applies, but there was too little to give points for.",
            "In all: nothing.",
        ]


def test_why_says_when_the_record_is_another(bank: Bank) -> None:
    assert not [one for one in told(bank, "d2", "en") if "jifen prove" in one]
    with unguarded(bank) as connection:
        connection.execute("UPDATE award SET reasons = reasons || '\\x00'")
        assert "jifen prove" in told(bank, "d2", "en")[-1]
        assert "jifen prove" in told(bank, "d2", "zh")[-1]


@pytest.mark.parametrize("most", [1, 2, 5, 1000])
def test_pages_of_a_statement_are_the_statement(bank: Bank, most: int) -> None:
    for member in ("ann", "bob", "cid", "dee"):
        whole = statement(bank.connection, bank.programme, member, bank.now)
        assert whole.earlier is None
        pages, before = [], None
        while True:
            page = statement(
                bank.connection, bank.programme, member, bank.now, most=most, before=before
            )
            assert len([one for one in page.movements if one.recorded_at]) <= most
            pages.append(page.movements)
            before = page.earlier
            if before is None:
                break
        assert [one for page in reversed(pages) for one in page] == whole.movements


def test_a_place_that_is_none_is_refused(bank: Bank) -> None:
    for wrong in ("", "7", "7-", "-1-0", "x-1", "7-1 "):
        with pytest.raises(ValueError, match="no place in a statement"):
            statement(bank.connection, bank.programme, "ann", bank.now, before=wrong)


def test_a_past_balance_is_what_was_due_by_then_whenever_it_was_recorded(bank: Bank) -> None:
    later = bank.instant("2028-08-01 00:00")  # by then points have lapsed that nobody has posted
    for member in ("ann", "bob", "cid", "dee"):
        moved = statement(bank.connection, bank.programme, member, later).movements
        for moment in {movement.effective_at for movement in moved}:
            at = instant_of(moment)
            past = balances_at(bank.connection, bank.programme, member, at, later)
            just_before = balances_at(bank.connection, bank.programme, member, at - 1, later)
            for name, balance in past.currencies.items():
                mine = [one for one in moved if one.currency == name]
                known = [one.points for one in mine if one.effective_at <= moment]
                earlier = [one.points for one in mine if one.effective_at < moment]
                assert balance.balance == sum(known)
                assert just_before.currencies[name].balance == sum(earlier)
                used = balance.spent + balance.expired - balance.transferred
                assert balance.balance == balance.lifetime - used


def test_the_past_ends_in_the_present(bank: Bank) -> None:
    for member in ("ann", "cid", "dee"):
        past = balances_at(bank.connection, bank.programme, member, bank.now, bank.now).currencies
        for name, today in seen(bank, member).currencies.items():
            balance = today.available + today.pending + today.held - today.debt
            sums = (today.lifetime, today.spent, today.expired, today.reversed)
            then = past[name]
            assert (then.balance, then.lifetime, then.spent, then.expired, then.reversed) == (
                balance,
                *sums,
            )


def test_a_statement_says_why_points_were_adjusted_and_by_whom(bank: Bank) -> None:
    movements = statement(bank.connection, bank.programme, "ann", bank.now).movements
    by_hand = [(one.reason, one.actor) for one in movements if one.asked == "adjust/a1"]
    assert by_hand == [("sorry", "shop")]
    assert {one.reason for one in movements if one.asked == "event/o1"} == {None}


def test_balances_are_asked_for_in_one_round_trip_with_how_the_programme_stands(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    programmes, now = Programmes(), bank.now
    slug = programmes.now(bank.connection, bank.programme.slug).slug
    whole = balances_at(bank.connection, bank.programme, "bob", now, now)
    waited: list[object] = []
    wait = bank.connection.wait

    def waiting(asked: Any) -> Any:
        waited.append(asked)
        return wait(asked)

    monkeypatch.setattr(bank.connection, "wait", waiting)
    with cursor(bank.connection) as sql:

        def ahead(known: OpenProgramme) -> None:
            ask_for_stamp(sql, known, "bob", now)
            ask_for_balances(sql, known, "bob")

        programme = programmes.seen_by(sql, slug, ahead)
        assert member_stamp(sql, programme, "bob", now) is not None
        assert look_at_balances(sql, programme, "bob", None, now) == whole
    assert len(waited) == 1
