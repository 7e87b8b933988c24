"""When points end and who pays for them: in sentences, and what is told where it makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme_faults import HEAD, TIERS, said

from jifen.programme.differing import differences
from jifen.programme.loading import load, read
from jifen.programme.sentences import sentences

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"


def test_lives_of_points_read_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "expiry.yaml")
    assert sentences(programme, "zh")[:6] == [
        "积分：获得满 12 个月的当月月底过期；金卡会员获得满 24 个月过期；翡翠会员永不过期。",
        "星星：每年 6 月 30 日结束时清零。",
        "里程：每年 12 月 31 日结束时清零上一自然年所得。",
        "每消费 1 元得 1 积分。",
        "消费时，若渠道为“app”，得 50 积分，这部分积分获得满 7 天过期，由“mall”出资。",
        "每消费满 10 元得 1 星星，获得满 14 天后可用。",
    ]
    assert sentences(programme, "en")[:6] == [
        "Points: expiring 12 months after earning, at the end of that month; for Gold expiring 24 months "
        "after earning; for Jade never expiring.",
        "Stars: cleared every year at the end of 30 June.",
        "Miles: what was earned in the calendar year before is cleared every year at the end of 31 December.",
        "Every yuan spent earns 1 point.",
        "A purchase earns 50 points if the channel is “app”, expiring 7 days after earning, paid for by “mall”.",
        "Every full 10 yuan spent earns 1 star, usable 14 days after earning.",
    ]


def test_a_life_to_a_day_of_the_year_reads_in_both_languages() -> None:
    programme = read(EXAMPLES / "expiry-days.yaml")
    assert sentences(programme, "zh")[:2] == [
        "积分：获得满 12 个月后的首个 3 月 31 日过期。",
        "星星：最近一次消费后满 6 个月后的首个 2 月 28 日或 6 月 30 日过期。",
    ]
    assert sentences(programme, "en")[:2] == [
        "Points: expiring 12 months after earning, at the end of the next 31 March.",
        "Stars: expiring 6 months after the last purchase, at the end of the next 28 February or 30 June.",
    ]


@pytest.mark.parametrize(
    ("expiry", "line"),
    [
        (
            "{rolling: 12 months, until: 02-31}",
            ".until: '02-31' is no day of the year (write days like 12-31)",
        ),
        ("{yearly: 13-01}", ".yearly: '13-01' is no day of the year (write days like 12-31)"),
        ("{yearly: 02-30}", ".yearly: '02-30' is no day of the year (write days like 12-31)"),
        (
            "{yearly: 12-31, until: month_end}",
            ": is never, {rolling: …} with or without until, {yearly: …} with or without of, or {fixed: …}",
        ),
        (
            "{rolling: 12 months, of: last_year}",
            ": is never, {rolling: …} with or without until, {yearly: …} with or without of, or {fixed: …}",
        ),
        (
            "{yearly: [06-30, 12-31], of: last_year}",
            ".of: what was earned in one year is cleared on one day",
        ),
        ("{yearly: [06-30, 06-30]}", ".yearly: '06-30' stands twice"),
        ("{yearly: 12-31, of: next_year}", ".of: 'next_year' is not this_year or last_year"),
        (
            "{rolling: 12 months, by_tier: {sliver: never}}",
            ".by_tier.sliver: unknown tier 'sliver' (did you mean 'silver'?)",
        ),
        ("{rolling: 12 months, by_tier: {silver: {rolling: 0 days}}}",
         ".by_tier.silver.rolling: must be 1 day to 1200 months"),
        ("{idle: 0 days}", ".idle: must be 1 day to 1200 months"),
        (
            "{idle: 12 months, on: purchas}",
            ".on: unknown event type 'purchas' (did you mean 'purchase'?)",
        ),
        (
            "{rolling: 12 months, extend: {on: [visit, purchas]}}",
            ".extend.on: unknown event type 'purchas' (did you mean 'purchase'?)",
        ),
        (
            "{rolling: 12 months, extend: {most: 6 months}}",
            ".extend.most: is no longer than what points live anyway",
        ),
        ("{yearly: 12-31, extend: {on: purchase}}", ".extend: goes with 'rolling' only"),
        (
            "{rolling: 12 months, extend: {most: 36 months}, by_tier: {gold: never}}",
            ".by_tier: points that activity lengthens up to a ceiling end alike on every tier "
            "(let idleness spare a tier: {idle: 12 months, by_tier: {gold: never}}; or what it earns live longer: "
            "{rolling: 12 months, by_tier: {gold: 24 months}})",
        ),
        (
            "{idle: 12 months, by_tier: {gold: 24 months}}",
            ".by_tier.gold: of idleness a tier is spared, or it is not: never "
            "(let idleness spare a tier: {idle: 12 months, by_tier: {gold: never}}; or what it earns live longer: "
            "{rolling: 12 months, by_tier: {gold: 24 months}})",
        ),
        (
            "{idle: 12 months, by_tier: {golden: never}}",
            ".by_tier.golden: unknown tier 'golden' (did you mean 'gold'?)",
        ),
        (
            "{idle: 12 months, by_tier: {silver: never}}",
            ".by_tier: spares 'silver', and not 'gold' above it: a step up would let points end (add gold: never)",
        ),
        (
            "{idle: 12 months, by_tier: {basic: never, silver: never, gold: never}}",
            ".by_tier: spares every tier: write `expiry: never`",
        ),
    ],
)  # fmt: skip
def test_an_expiry_that_makes_no_sense_is_told(expiry: str, line: str) -> None:
    tiers = TIERS.replace(
        "{id: silver, reach: 100}", "{id: silver, reach: 100}, {id: gold, reach: 500}"
    )
    document = HEAD.replace("points: {}", f"points: {{expiry: {expiry}}}") + tiers
    assert said(document) == [f"currencies.points.expiry{line}"]


def test_halves_of_a_year_read_as_sentences_in_both_languages() -> None:
    document = HEAD.replace(
        "points: {}", "points: {expiry: {rolling: 12 months, until: half_year_end}}"
    ).replace("stars: {scale: 1}", "stars: {scale: 1, expiry: {yearly: [12-31, 06-30]}}")
    programme = load(document, "club.yaml")
    assert sentences(programme, "zh")[:2] == [
        "points：获得满 12 个月后的半年末过期。",
        "stars：每年 6 月 30 日和 12 月 31 日结束时清零。",
    ]
    assert sentences(programme, "en")[:2] == [
        "Points: expiring 12 months after earning, at the end of that half-year.",
        "Stars: cleared every year at the end of 30 June and 31 December.",
    ]


def test_points_that_activity_keeps_alive_have_no_other_end() -> None:
    document = HEAD.replace("points: {}", "points: {expiry: {idle: 12 months}}").replace(
        "give: 1 points per 1 of amount}", "give: 1 points per 1 of amount, expires: 7 days}"
    )
    assert said(document) == [
        "earn[1].expires: activity keeps all 'points' alive: give points with an end of their own in another "
        "currency"
    ]


def test_activity_reads_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "activity.yaml")
    assert sentences(programme, "zh")[:2] == [
        "积分：获得满 12 个月的当月月底过期；每次消费，全部积分的有效期从当天起重新计算，最长至获得后 36 个月。",
        "里程：最近一次消费或飞行后满 18 个月过期。",
    ]
    assert sentences(programme, "en")[:2] == [
        "Points: expiring 12 months after earning, at the end of that month; every purchase lets all of them live "
        "on as if they were earned that day, but no longer than 36 months after they were.",
        "Miles: expiring 18 months after the last purchase or flight.",
    ]


def test_tiers_that_idleness_spares_read_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "idle-by-tier.yaml")
    assert sentences(programme, "zh")[0] == (
        "里程：最近一次飞行后满 18 个月过期；金卡及以上会员不过期，失去该等级后才开始计时。"
    )
    assert sentences(programme, "en")[0] == (
        "Miles: expiring 18 months after the last flight; never on Gold or above: the time begins to run when that "
        "tier ends."
    )


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        (
            "expires: soon",
            ".expires: cannot read 'soon' (write never, 12 months, {yearly: 12-31} or {fixed: 2027-12-31})",
        ),
        ("pending: 1 month", ".pending: must be 0 to 366 days (write durations like 30 days)"),
        (
            "funder: The Mall",
            ".funder: 'The Mall' is no id (write `the-mall`)",
        ),
    ],
)
def test_terms_of_a_rule_that_make_no_sense_are_told(terms: str, line: str) -> None:
    document = HEAD.replace(
        "give: 1 points per 1 of amount}", f"give: 1 points per 1 of amount, {terms}}}"
    )
    assert said(document) == [f"earn[1]{line}"]


@pytest.mark.parametrize(
    ("notice", "zh", "en"),
    [
        (
            "[7 days, 30 days]",
            "积分：获得满 12 个月过期；到期前 30 天和 7 天各提醒一次，未及时提醒的顺延同样天数。",
            "Points: expiring 12 months after earning; their end is announced 30 and 7 days before, "
            "and waits as long where a notice comes late.",
        ),
        (
            "1 days",
            "积分：获得满 12 个月过期；到期前 1 天提醒，未及时提醒的顺延同样天数。",
            "Points: expiring 12 months after earning; their end is announced 1 day before, "
            "and waits as long where a notice comes late.",
        ),
    ],
)
def test_notices_read_as_sentences_in_both_languages(notice: str, zh: str, en: str) -> None:
    named = "points: {name: {zh: 积分, en: points}, expiry: 12 months, notice: "
    programme = load(HEAD.replace("points: {", named + notice + "}\n  others: {", 1))
    assert sentences(programme, "zh")[0] == zh
    assert sentences(programme, "en")[0] == en


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        ("notice: 2 months", "must be 0 to 366 days (write durations like 30 days)"),
        (
            "notice: [30 days, 30 days]",
            "is 1 to 5 different numbers of days (write notices like [30 days, 7 days])",
        ),
        (
            "notice: 0 days",
            "is 1 to 5 different numbers of days (write notices like [30 days, 7 days])",
        ),
        (
            "expiry: 20 days, notice: 20 days",
            "would be before the points are earned, which live 20 days",
        ),
    ],
)
def test_notices_that_make_no_sense_are_told(terms: str, line: str) -> None:
    wrong = HEAD.replace("points: {", "points: {" + terms, 1)
    assert said(wrong) == [f"currencies.points.notice: {line}"]


def test_a_notice_that_is_promised_otherwise_is_told_by_plan() -> None:
    before = HEAD.replace("points: {", "points: {expiry: 12 months, notice: 30 days", 1)
    (found,) = differences(before, before.replace("30 days", "[30 days, 3 days]"))
    assert (found.section, found.id) == ("currencies", "points")
    assert found.after is not None
    assert "announced 30 and 3 days before" in found.after.en
