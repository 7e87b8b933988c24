"""Good documents: what the model says that they say."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from jifen.programme.condition import (
    AllOf,
    AnyOf,
    Arithmetic,
    Calendar,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Missing,
    Number,
    OneOf,
    Past,
    TierRank,
    Word,
)
from jifen.programme.loading import load, read, template, template_names, template_text
from jifen.programme.model import Programme
from jifen.programme.point_terms import Expiry
from jifen.programme.requirement import NOTHING, AtLeast, Measure
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.saying.naming import Name
from jifen.programme.ways import Amount, Rate, Steps
from jifen.programme.ways_out import Limit

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"


def bare(condition: Condition) -> Condition:
    """The condition without the text as written."""
    if isinstance(condition, AllOf | AnyOf):
        return replace(condition, parts=tuple(bare(part) for part in condition.parts), source="")
    return replace(condition, source="")


def club(rule: str) -> Rule:
    document = f"""\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies: {{points: {{scale: 1}}}}
facts: {{vip: boolean, weight: number(1)}}
earn:
- {{id: base, on: purchase, give: 1 points per 1 of amount}}
- {{id: x, on: purchase, {rule}}}
tiers: {{measure: points, window: lifetime, ladder: [{{id: basic, reach: 0}}, {{id: gold, reach: 9}}]}}
"""
    return load(document).rules[1]


def rule_of(programme: Programme, id: str) -> Rule:
    return next(rule for rule in programme.rules if rule.id == id)


@pytest.mark.parametrize(
    ("written", "conditions"),
    [
        ("amount >= 50", [Compare(">=", EventField("amount"), Number(5000))]),
        ("50 <= amount", [Compare(">=", EventField("amount"), Number(5000))]),
        (
            "50 <= amount < 60.5",
            [Compare(">=", EventField("amount"), Number(5000)), Compare("<", EventField("amount"), Number(6050))],
        ),
        ("vip", [Compare("==", Fact("vip"), Number(1))]),
        ("not vip", [Compare("==", Fact("vip"), Number(0))]),
        ("vip == false", [Compare("==", Fact("vip"), Number(0))]),
        (
            "not (vip or amount < 1)",
            [Compare("==", Fact("vip"), Number(0)), Compare(">=", EventField("amount"), Number(100))],
        ),
        (
            "vip or not (hour == 3 and vip)",
            [
                AnyOf(
                    (
                        Compare("==", Fact("vip"), Number(1)),
                        Compare("!=", Calendar("hour"), Number(3)),
                        Compare("==", Fact("vip"), Number(0)),
                    )
                )
            ],
        ),
        (
            "not (50 <= amount < 60)",
            [
                AnyOf(
                    (
                        Compare("<", EventField("amount"), Number(5000)),
                        Compare(">=", EventField("amount"), Number(6000)),
                    )
                )
            ],
        ),
        ("channel not in ['app', 'web']", [OneOf(EventField("channel"), (Word("app"), Word("web")), True)]),
        ("not channel in ['0123']", [OneOf(EventField("channel"), (Word("0123"),), True)]),
        ("not missing(channel)", [Missing(EventField("channel"), True)]),
        (
            "not (missing(vip) and channel == 'app')",
            [AnyOf((Missing(Fact("vip"), True), Compare("!=", EventField("channel"), Word("app"))))],
        ),
        ("weekday in ['monday', 7]", [OneOf(Calendar("weekday"), (Number(1), Number(7)))]),
        ("date == '1970-01-02'", [Compare("==", Calendar("date"), Number(1))]),
        ("tier >= 'gold'", [Compare(">=", TierRank(), Number(1))]),
        ("weight > 0.5", [Compare(">", Fact("weight"), Number(5))]),
        ("earned('points', 'day') < 1.5", [Compare("<", Past("earned", "points", "day"), Number(15))]),
        ("total('purchase') >= 5", [Compare(">=", Past("total", "purchase"), Number(500))]),
        (
            "count('purchase', '6 months') > 2",
            [Compare(">", Past("count", "purchase", "months", 6), Number(2))],
        ),
        ("not first('purchase')", [Compare("==", Past("first", "purchase"), Number(0))]),
        (
            "amount - tax * 2 > 1 + 2",
            [
                Compare(
                    ">",
                    Arithmetic("-", EventField("amount"), Arithmetic("*", EventField("tax"), Number(2))),
                    Number(300),
                )
            ],
        ),
        ("amount >= weight", [Compare(">=", EventField("amount"), Arithmetic("*", Fact("weight"), Number(10)))]),
        ("tax > -1", [Compare(">", EventField("tax"), Number(-100))]),
    ],
)  # fmt: skip
def test_a_condition_becomes_integers_without_not(
    written: str, conditions: list[Condition]
) -> None:
    rule = club(f'give: 1 points, when: "{written}"')
    assert [bare(part) for part in rule.when] == conditions


def test_each_part_keeps_the_text_that_a_person_wrote() -> None:
    rule = club("give: 1 points, when: \"50 <= amount < 60 and not vip and channel == '门店'\"")
    assert [part.source for part in rule.when] == [
        "50 <= amount",
        "amount < 60",
        "not (vip)",
        "channel == '门店'",
    ]


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        ("give: 20 points", Amount(200)),
        ("give: 1 point", Amount(10)),
        ("give: 0.1 points per 20 of amount", Rate(1, 2000, "amount")),
        (
            'give: "1 points per 1 of gross, proportional"',
            Rate(10, 100, "gross", proportional=True),
        ),
        ("give: 1 points per 1 of gross, rounding: up", Rate(10, 100, "gross", proportional=True)),
        (
            "give: 0.125 points per 1 of amount, rounding: half_up",
            Rate(5, 400, "amount", proportional=True),
        ),
        ("give: 1 points per 1 of amount over 50.50", Rate(10, 100, "amount", over=5050)),
        ("give: 2 points per 1 of quantity", Rate(20, 1000, "quantity", of_lines=True)),
        ("give: 2 points per 1 of amount, lines: all", Rate(20, 100, "amount", of_lines=True)),
        ("give: 2 points per 1 of amount, per: line", Rate(20, 100, "amount", of_lines=True)),
        (
            "give: {by: amount, steps: [{from: 0, give: 1 points}, {from: 50, give: 1 points per 1 of amount}]}",
            Steps("amount", (0, 5000), (Amount(10), Rate(10, 100, "amount"))),
        ),
    ],
)
def test_an_award_is_in_smallest_units(rule: str, how: Amount | Rate | Steps) -> None:
    assert club(rule).action == Give("points", how)


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("1 per month", Limit("times", 1, "month")),
        ("2 times per day", Limit("times", 2, "day")),
        ("1 ever", Limit("times", 1, "lifetime")),
        ("10.5 points per event", Limit("points", 105, "event", "points")),
        ("500 amount per week", Limit("amount", 50000, "week")),
    ],
)
def test_a_limit_is_in_smallest_units(written: str, limit: Limit) -> None:
    assert club(f"give: 1 points per 1 of amount, limit: {written}").limits == (limit,)


@pytest.mark.parametrize(
    ("multiply", "rules"),
    [
        ("base by 2", ("base",)),
        ("basket, base by 2", ("base", "basket")),
        ("points by 3", ("base", "basket")),
        ("all by 3", ("base", "basket", "stars")),
    ],
)
def test_a_multiplier_names_the_rules_of_its_event_in_document_order(
    multiply: str, rules: tuple[str, ...]
) -> None:
    programme = load(f"""\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies: {{points: {{}}, stars: {{}}}}
earn:
- {{id: times, on: purchase, multiply: "{multiply}"}}
- {{id: base, on: purchase, give: 1 points}}
- {{id: basket, on: purchase, give: 1 points}}
- {{id: stars, on: purchase, give: 1 stars}}
- {{id: other, on: top_up, give: 1 points}}
""")
    action = programme.rules[0].action
    assert isinstance(action, Multiply)
    assert action.rules == rules


def test_a_factor_is_a_reduced_fraction() -> None:
    assert club("multiply: base by 1.2").action == Multiply(("base",), 6, 5)


def test_lines_are_conditions_over_lines_only() -> None:
    rule = club("give: 1 points, lines: category == 'tea' and quantity >= 1.5")
    assert rule.lines is not None
    assert bare(rule.lines) == AllOf(
        (
            Compare("==", LineField("category"), Word("tea")),
            Compare(">=", LineField("quantity"), Number(1500)),
        )
    )


def test_the_coffee_club_says_what_its_page_promises() -> None:
    programme = template("coffee-club")
    assert rule_of(programme, "base").action == Give("points", Rate(1, 100, "amount"))
    assert rule_of(programme, "big-basket").action == Give("points", Amount(20))
    assert rule_of(programme, "survey").limits == (Limit("times", 1, "month"),)
    assert rule_of(programme, "summer").between == (dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    points, growth = programme.currencies
    assert points.expiry == Expiry("rolling", months=12, until="month_end")
    assert points.unit_price_micros == 25_000
    assert not growth.spendable
    assert programme.tiers is not None
    growth_earned = Measure("earned", "growth")
    assert [tier.keep for tier in programme.tiers.ladder] == [
        NOTHING,
        AtLeast(growth_earned, 1000),
        AtLeast(growth_earned, 4000),
    ]
    assert {"purchase", "survey", "check_in"} <= {type.id for type in programme.events}


def test_a_scalar_stays_the_text_it_was() -> None:
    programme = load("""\
programme: no
timezone: UTC
money: JPY
currencies: {on: {unit_price: 1}}
earn: [{id: yes, on: purchase, give: 1 on per 100 of amount, when: "store == '0123' and channel == 'no'"}]
""")
    rule = programme.rules[0]
    assert (programme.id, rule.id, programme.currencies[0].id) == ("no", "yes", "on")
    assert rule.action == Give("on", Rate(1, 100, "amount"))  # yen have no decimals


def test_points_that_live_shorter_than_thirty_days_need_no_min_life() -> None:
    for life, days in (("7 days", 7), ("1 months", 28), ("2 months", 30)):
        expiry = f"scale: 1\n    expiry: {{rolling: {life}}}"
        document = template_text("grocery").replace("scale: 1", expiry)
        assert load(document).currencies[0].min_life_days == days


def test_a_document_in_json_may_indent_with_tabs() -> None:
    programme = read(EXAMPLES / "smallest.json")
    assert programme.rules[0].action == Give("points", Rate(5, 100, "amount"))


def test_json_may_write_every_character_by_its_number() -> None:
    document = json.loads((EXAMPLES / "smallest.json").read_text(encoding="utf-8"))
    document["name"] = {"zh": "积分 🎁", "en": "Gifts 🎁"}
    assert load(json.dumps(document)).name == Name("积分 🎁", "Gifts 🎁")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "club.yaml").write_text("\ufeff" + template_text("grocery"), encoding="utf-8")
    assert read(tmp_path / "club.yaml") == template("grocery")


@pytest.mark.parametrize("name", ["coffee-club", "four-tier", "grocery"])
def test_a_template_is_called_as_its_file(name: str) -> None:
    assert name in template_names()
    assert template(name).id == name


def test_there_is_no_template_outside_the_folder() -> None:
    with pytest.raises(KeyError):
        template("../templates/grocery")
