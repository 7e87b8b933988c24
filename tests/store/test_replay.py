"""What a replay says is what the draft would have given: held against a programme that ran under it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from travelled_bank import Bank

from jifen.cli.replayed import told_report
from jifen.db.connection import connect
from jifen.intake.asking.commands import Return
from jifen.intake.asking.member_commands import OpenedCounter, Opening
from jifen.programme.differing import differences
from jifen.programme.loading import load
from jifen.whatif.page import page
from jifen.whatif.page_words import lead
from jifen.whatif.replaying import replay
from jifen.whatif.report import Both

PUBLISHED = """
programme: shop
name: {zh: 小店, en: Shop}
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {name: {zh: 积分, en: points}, unit_price: 0.01}
  growth: {name: {zh: 成长值, en: growth}, spendable: false}
facts: {segment: text, tags: texts}
earn:
  - {id: base, on: purchase, give: 1 points per 1 of amount}
  - {id: growth, on: purchase, give: 1 growth per 1 of amount}
tiers:
  measure: growth
  window: lifetime
  down: never
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 100, multiply: base by 1.5}]
"""
DRAFT = PUBLISHED.replace("reach: 100,", "reach: 150,") + "limits: [120 points per month]\n"


def lived(bank: Bank) -> Bank:
    """Two members over two months, with a return and a late event."""
    bank.enrol("ann", segment="staff")
    bank.enrol("bob", tags=("new", "vip"))
    bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 12000), bank.bought("b1", "bob", 4000))
    bank.do("2026-01-06 10:00", bank.bought("a2", "ann", 6000))
    bank.do("2026-02-03 10:00", bank.bought("a3", "ann", 5000), bank.bought("b2", "bob", 8000))
    bank.do("2026-02-04 10:00", Return(id="r1", member="ann", of="a2", amount=3000))
    bank.do("2026-02-05 10:00", bank.bought("b0", "bob", 1000, "2026-01-02 09:00"))
    bank.do("2026-02-06 10:00", Return(id="r2", member="bob", of="b1", full=True))
    return bank


@pytest.fixture(scope="module")
def bank(module_database_url: str) -> Iterator[Bank]:
    with connect(module_database_url) as connection:
        yield lived(Bank(connection, PUBLISHED, "2026-01-01 09:00"))


def test_what_members_brought_counts_in_a_replay_too(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PUBLISHED, "2026-01-01 09:00")
        bank.enrol("ann")
        brought = [OpenedCounter(kind="earned", of="growth", value=95, day=20_400)]
        bank.do("2026-01-01 09:00", Opening(id="i", member="ann", counters=brought))
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 1000))
        bank.do("2026-01-06 10:00", bank.bought("a2", "ann", 1000))
        report = replay(bank.connection, bank.programme, load(PUBLISHED))
    points = next(found for found in report.currencies if found.id == "points")
    assert points.points == Both(published=25, draft=25)  # silver from the second purchase on


def balances(bank: Bank) -> dict[tuple[str, int], int]:
    rows = bank.connection.execute(
        "SELECT external_id, currency, lifetime FROM balance JOIN member USING (programme_id, member_id)"
        " WHERE programme_id = %s",
        (bank.programme.programme_id,),
    )
    return {(member, currency): points for member, currency, points in rows}


def test_a_draft_gives_what_a_programme_under_it_gave(bank: Bank, database_url: str) -> None:
    report = replay(bank.connection, bank.programme, load(DRAFT))
    with connect(database_url) as connection:
        other = balances(lived(Bank(connection, DRAFT, "2026-01-01 09:00")))
    real = balances(bank)
    totals = [
        Both(*(sum(p for (_, c), p in side.items() if c == number) for side in (real, other)))
        for number in (0, 1)
    ]
    assert [total.points for total in report.currencies] == totals
    moved = {mover.member: mover.points for mover in (*report.gaining, *report.losing)}
    assert moved == {"ann": Both(real["ann", 0], other["ann", 0])}
    assert (report.members, report.worse, report.same, report.better) == (2, 1, 1, 0)
    assert report.cost.published == sum(p for (_, c), p in real.items() if c == 0)
    assert sum(month.points.draft for month in report.months) == totals[0].draft
    assert sum(bar.members for bar in report.spread) == 2


@pytest.mark.parametrize(
    "policy", ["mirror", "{policy: carry, books: month}", "{policy: carry, books: year}", "keep"]
)
def test_a_draft_treats_what_came_back_as_a_programme_under_it_did(
    bank: Bank, database_url: str, policy: str
) -> None:
    draft = f"{DRAFT}returns: {policy}\n"  # by which tiers and limits stay as they were bought
    report = replay(bank.connection, bank.programme, load(draft))
    with connect(database_url) as connection:
        other = lived(Bank(connection, draft, "2026-01-01 09:00"))
        real = balances(other)
        again = replay(connection, other.programme, load(draft))
    assert [total.points.draft for total in report.currencies] == [
        sum(points for (_, currency), points in real.items() if currency == number)
        for number in (0, 1)
    ]
    assert again.same == again.members
    assert [total.points for total in again.currencies] == [
        Both(total.points.draft, total.points.draft) for total in report.currencies
    ]


def test_what_is_published_moves_nobody(bank: Bank) -> None:
    report = replay(bank.connection, bank.programme, load(PUBLISHED))
    assert report.same == report.members == 2
    assert report.gaining == report.losing == []
    assert all(rule.points.difference == 0 for rule in report.rules)


def test_tiers_segments_and_movers_say_who_and_why(bank: Bank) -> None:
    harder = PUBLISHED.replace("reach: 100,", "reach: 1000,")
    report = replay(bank.connection, bank.programme, load(harder), by="segment")
    assert {tier.id: tier.members for tier in report.tiers} == {
        "basic": Both(1, 2), "silver": Both(1, 0),
    }  # fmt: skip
    assert report.moved_between == [("basic", "basic", 1), ("silver", "basic", 1)]
    assert [(group.value, group.members, group.worse) for group in report.groups] == [
        (None, 1, 0), ("staff", 1, 1),
    ]  # fmt: skip
    tagged = replay(bank.connection, bank.programme, load(harder), by="tags")
    assert [(group.value, group.members) for group in tagged.groups] == [
        (None, 1), ("new", 1), ("vip", 1),
    ]  # fmt: skip
    (ann,) = report.losing
    assert (ann.member, ann.tier_published, ann.tier_draft) == ("ann", "silver", "basic")
    assert [moved.id for moved in ann.by] == ["tier:silver"]
    silver = ann.by[0]
    assert silver.name.zh == "silver"
    assert silver.published is not None
    assert silver.published.en.startswith("Silver: reached with 100 growth")
    assert silver.draft is not None
    assert silver.draft.en.startswith("Silver: reached with 1000 growth")


def test_a_period_is_all_that_changes_and_all_that_counts(bank: Bank) -> None:
    double = PUBLISHED.replace("give: 1 points", "give: 2 points")
    since, until = bank.instant("2026-02-01 00:00"), bank.instant("2026-03-01 00:00")
    report = replay(bank.connection, bank.programme, load(double), since=since, until=until)
    assert (report.since.isoformat(), report.until.isoformat()) == ("2026-02-01", "2026-02-28")
    assert [rule.points for rule in report.rules if rule.id == "base"] == [Both(130, 260)]
    assert [f"{month.month:%m}" for month in report.months] == ["02"]


def test_the_page_needs_nothing_but_itself_and_speaks_both_languages(bank: Bank) -> None:
    document = load(DRAFT)
    report = replay(bank.connection, bank.programme, document)
    html = page(report, differences(PUBLISHED, DRAFT), "zh")
    assert not re.search(r"https?:|src=|url\(|@import|<script", html)
    assert "草稿改了什么" in html
    assert "What the draft changes" in html
    assert "达到 150 成长值" in html
    assert html.index('id="zh" checked') > 0
    chinese = html[html.index('lang="zh"><h1') : html.index('lang="en"><h1')]
    assert not re.search(r"[\u4e00-\u9fff]: ", chinese)


def test_what_a_draft_gives_instead_of_points_is_told_beside_them(bank: Bank) -> None:
    draft = PUBLISHED.replace("give: 1 points per 1 of amount", "issue: coffee").replace(
        "earn:\n",
        "rewards: {coffee: {name: {zh: 中杯咖啡, en: tall coffee}, worth: 3.00}}\nearn:\n",
    )
    report = replay(
        bank.connection, bank.programme, load(draft.replace("multiply: base by 1.5", ""))
    )
    issued = [(rule.id, rule.points) for rule in report.rules if rule.currency == "coffee"]
    assert issued == [("base", Both(0, 5))]  # five purchases of which something is left
    assert [total.id for total in report.others] == ["coffee"]
    assert report.cost.draft == 5 * 300
    html, lines = page(report, [], "en"), list(told_report(report))
    assert "By rule: tall coffee" in html
    assert "按规则：中杯咖啡" in html
    told = "Who is better or worse off is told by what points and tall coffee are worth together."
    assert told in html
    assert told in lines
    # ann lost 245 points, worth 2.45 yuan, and has three cups; bob 80 points, and has two
    assert (report.better, report.worse) == (2, 0)
    same = page(replay(bank.connection, bank.programme, load(PUBLISHED)), [], "en")
    assert "told by" not in same


def test_what_has_no_price_is_not_compared(bank: Bank) -> None:
    unpriced = (
        PUBLISHED.replace("give: 1 points per 1 of amount", "issue: coffee")
        .replace("earn:\n", "rewards: {coffee: {name: {zh: 中杯咖啡, en: tall coffee}}}\nearn:\n")
        .replace("multiply: base by 1.5", "")
    )
    report = replay(bank.connection, bank.programme, load(unpriced))
    assert report.compared == ["points"]
    assert (report.better, report.worse) == (0, 2)
    assert "Who is better or worse off is told by points alone." in list(told_report(report))


def test_one_member_is_no_members(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, PUBLISHED, "2026-01-01 09:00")
        bank.enrol("ann")
        bank.do("2026-01-05 10:00", bank.bought("a1", "ann", 1000))
        report = replay(bank.connection, bank.programme, load(PUBLISHED))
    assert lead(report, "en").startswith("1 event of 1 member from 2026-01-05")
    assert "，1 位会员的 1 个事件，" in lead(report, "zh")
