"""Bad documents: what people are told, word for word, and where."""

from __future__ import annotations

import pytest

from jifen.programme.loading import load
from jifen.programme.problems import ProgrammeError

HEAD = """\
programme: club
timezone: Asia/Shanghai
money: CNY
currencies:
  points: {}
  stars: {scale: 1}
groups: {bonus: best}
earn:
- {id: base, on: purchase, give: 1 points per 1 of amount}
"""
TIERS = """\
tiers:
  measure: points
  window: lifetime
  ladder: [{id: basic, reach: 0}, {id: silver, reach: 100}]
"""


def told(document: str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        load(document, "club.yaml")
    return str(caught.value).splitlines()


def said(document: str) -> list[str]:
    """What is told, without the places."""
    return [line.split(" ", 1)[1] for line in told(document)]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (
            "on: purchase, give: 20 points, when: chanel == 'app'",
            "earn[2].when: unknown name 'chanel' (did you mean 'channel'?)",
        ),
        (
            "on: purchase, give: 20 points, wen: amount > 5",
            "earn[2].wen: unknown key 'wen' (did you mean 'when'?)",
        ),
        (
            "on: purchse, give: 20 points",
            "earn[2].on: unknown event type 'purchse' (did you mean 'purchase'?)",
        ),
        (
            "on: yoga, give: 20 points",
            "earn[2].on: unknown event type 'yoga' (declare it under `events:`)",
        ),
        (
            "on: tier_changed, give: 20 points",
            "earn[2].on: event type 'tier_changed' is not supported yet",
        ),
        (
            "on: purchase, give: 20 ponits",
            "earn[2].give: unknown currency 'ponits' (did you mean 'points'?)",
        ),
        (
            "on: purchase, give: 0.5 points",
            "earn[2].give: 0.5 is finer than 'points', which keeps no decimals",
        ),
        (
            "on: purchase, give: 0.25 stars",
            "earn[2].give: 0.25 is finer than 'stars', which keeps 1 decimal",
        ),
        ("on: purchase, give: 0 points", "earn[2].give: '0 points' gives nothing"),
        (
            "on: purchase, give: -5 points",
            "earn[2].give: '-5' is not a number (write numbers like 1000 or 12.50)",
        ),
        (
            "on: purchase, give: twenty",
            "earn[2].give: cannot read 'twenty' (write `20 points` or `1 points per 1 of amount`)",
        ),
        (
            "on: purchase, give: 1 points per 1 of amont",
            "earn[2].give: 'purchase' has no number called 'amont' (did you mean 'amount'?)",
        ),
        (
            "on: purchase, give: 1 points per 0 of amount",
            "earn[2].give: '1 points per 0 of amount' divides by nothing",
        ),
        (
            "on: purchase, give: 1 points per 0.001 of amount",
            "earn[2].give: 0.001 is finer than 'amount', which keeps 2 decimals",
        ),
        (
            "on: review, give: 1 points per 1 of amount",
            "earn[2].give: 'review' has no number called 'amount' ('review' costs no money)",
        ),
        (
            "on: purchase, give: 9999999999999 points",
            "earn[2].give: 9999999999999 is too large (at most 1000000000000 in the smallest unit)",
        ),
        ("on: purchase", "earn[2]: a rule either gives or multiplies"),
        (
            "on: purchase, give: 1 points, multiply: base by 2",
            "earn[2]: a rule either gives or multiplies",
        ),
        (
            "on: purchase, multiply: bas by 2",
            "earn[2].multiply: unknown rule 'bas' (did you mean 'base'?)",
        ),
        ("on: purchase, multiply: base by 0.5", "earn[2].multiply: a factor is 1 to 1000, not 0.5"),
        (
            "on: purchase, multiply: base by 1.23456",
            "earn[2].multiply: a factor has at most 4 decimals, not 1.23456",
        ),
        (
            "on: purchase, multiply: base",
            "earn[2].multiply: cannot read 'base' (write `base by 2` or `points by 1.5`)",
        ),
        (
            "on: top_up, multiply: base by 2",
            "earn[2].multiply: rule 'base' is about 'purchase', this one about 'top_up'",
        ),
        (
            "on: purchase, multiply: x by 2",
            "earn[2].multiply: rule 'x' multiplies; only what gives can be multiplied",
        ),
        ("on: purchase, multiply: stars by 2", "earn[2].multiply: no rule gives 'stars' here"),
        (
            "on: share, give: 5 points",
            "earn[2].give: a fixed award on 'share', which costs nothing, needs a limit "
            "(add `limit: 1 per day`)",
        ),
        (
            "on: check_in, give: 5 points, limit: 5 points per event",
            "earn[2].give: a fixed award on 'check_in', which costs nothing, needs a limit "
            "(add `limit: 1 per day`)",
        ),
        (
            "on: review, give: {by: length, steps: [{from: 10, give: 5 points}]}",
            "earn[2].give: a fixed award on 'review', which costs nothing, needs a limit "
            "(add `limit: 1 per day`)",
        ),
        (
            "on: survey, give: 5 points, limit: 1 per moth",
            "earn[2].limit: unknown period 'moth' (did you mean 'month'?)",
        ),
        (
            "on: survey, give: 5 points, limit: [1 per day, 50 stars per day]",
            "earn[2].limit: limits 'stars', but the rule gives 'points'",
        ),
        (
            "on: purchase, give: 5 points, limit: 500 amount per week",
            "earn[2].limit: an amount limit belongs to a rule that gives per amount of the "
            "whole event",
        ),
        (
            "on: purchase, give: 5 points, limit: 0 per day",
            "earn[2].limit: '0 per day' allows nothing",
        ),
        (
            "on: purchase, give: 5 points, limit: once",
            "earn[2].limit: cannot read 'once' "
            "(write `1 per month`, `100 points per day` or `1 ever`)",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per store",
            "earn[2].limit: 'per store' is not supported yet",
        ),
        (
            "on: purchase, give: 5 points, between: [2026-07-31, 2026-07-01]",
            "earn[2].between: ends on 2026-07-01, before it begins",
        ),
        (
            "on: purchase, give: 5 points, between: [2026-02-30, open]",
            "earn[2].between: there is no day 2026-02-30",
        ),
        (
            "on: purchase, give: 5 points, between: [1.7.2026, open]",
            "earn[2].between: '1.7.2026' is not a date (write dates like 2026-07-31)",
        ),
        (
            "on: purchase, give: 5 points, group: bonsu",
            "earn[2].group: unknown group 'bonsu' (did you mean 'bonus'?)",
        ),
        (
            "on: purchase, give: 5 points, budget: 100 points",
            "earn[2].budget: 'budget' is not supported yet",
        ),
        (
            "on: purchase, give: 5 points, rounding: up",
            "earn[2].rounding: a fixed award is not rounded",
        ),
        (
            "on: survey, give: 5 points, limit: 1 ever, lines: sku == 'tea'",
            "earn[2].lines: 'survey' has no lines",
        ),
        (
            "on: purchase, give: 5 points, lines: all",
            "earn[2].lines: says nothing for a fixed award (add `per: line`, or say which lines)",
        ),
        (
            "on: purchase, give: 1 points per 1 of gross, lines: category == 'tea'",
            "earn[2].give: 'gross' is no number on the lines of 'purchase' "
            "(of lines it may count quantity, amount, discount)",
        ),
        (
            "on: purchase, multiply: base by 2, lines: category == 'tea'",
            "earn[2].lines: 'lines' belongs to rules that give",
        ),
        (
            "on: purchase, give: {by: amount, steps: [{from: 50, give: 5 points}, "
            "{from: 20, give: 9 points}]}",
            "earn[2].give.steps[2].from: steps must ascend",
        ),
        (
            "on: purchase, give: {by: amount, steps: [{from: 5, give: 5 points}, "
            "{from: 20, give: 9 stars}]}",
            "earn[2].give.steps[2].give: all steps give 'points'",
        ),
        ("on: purchase, give: 5 points, last: yes", "earn[2].last: 'yes' is not true or false"),
    ],
)
def test_a_bad_rule_is_named_with_what_was_meant(rule: str, line: str) -> None:
    assert said(f"{HEAD}- {{id: x, {rule}}}\n") == [line]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("amount >= 50.005", "50.005 is finer than 'amount', which keeps 2 decimals"),
        ("amount >= 'fifty'", "'amount' is a number, 'fifty' is text"),
        ("amount = 50", "cannot read the condition `amount = 50` (write == to compare)"),
        (
            "amount >= 50 AND hour < 12",
            "cannot read the condition `amount >= 50 AND hour < 12` (write and in small letters)",
        ),
        (
            "amount >= 50 && hour < 12",
            "cannot read the condition `amount >= 50 && hour < 12` (write and instead of &&)",
        ),
        (
            "channel == ‘app’",
            "cannot read the condition `channel == ‘app’` "
            "(with plain punctuation: channel == 'app')",
        ),
        (
            "channel == 'app",
            "cannot read the condition `channel == 'app` (a quotation mark is missing)",
        ),
        ("channel == app", "unknown name 'app' (text is written in quotes: 'app')"),
        ("channel > 'app'", "`channel > 'app'`: text is only compared with == and !="),
        ("channel == 5", "'channel' is text, 5 is a number"),
        ("channel == store", "`channel == store` compares text with text"),
        (
            "channel in 'app'",
            "`channel in 'app'`: after `in` comes a list (such as ['app', 'web'])",
        ),
        ("channel in ['app', 'app']", "`channel in ['app', 'app']`: 'app' stands twice"),
        ("amount", "`amount` alone is no condition (compare it with something)"),
        ("1 == 1", "`1 == 1` compares two constants"),
        ("first_order > 0", "`first_order > 0`: boolean is only compared with == and !="),
        ("hour < 25", "'hour' is never 25 (it runs from 0 to 23)"),
        ("month == 13", "'month' is never 13 (it runs from 1 to 12)"),
        ("weekday == 'sunda'", "'sunda' is no weekday (did you mean 'sunday'?)"),
        ("date >= '2026-13-01'", "there is no day 2026-13-01"),
        ("tier >= 'sliver'", "unknown tier 'sliver' (did you mean 'silver'?)"),
        ("tier >= 2", "'tier' is a tier, 2 is a number"),
        ("rating > 3", "unknown name 'rating' ('purchase' has no such field, 'review' has)"),
        (
            "category == 'tea'",
            "unknown name 'category' ('category' belongs to the lines of a purchase: use `lines: …`)",
        ),
        ("count('purchas') > 3", "unknown event type 'purchas' (did you mean 'purchase'?)"),
        ("cuont('purchase') > 3", "unknown function 'cuont' (did you mean 'count'?)"),
        ("count() > 3", "`count()`: write count('purchase', 'week')"),
        (
            "streak('check_in', 'week') > 3",
            "`streak('check_in', 'week')`: write streak('purchase')",
        ),
        (
            "count('purchase', 'wek') > 3",
            "unknown window 'wek': day, week, month, quarter, year, lifetime, '30 days' or "
            "'6 months' (did you mean 'week'?)",
        ),
        ("count('purchase', '999 days') > 3", "window '999 days' is not between 1 and 366 days"),
        ("count('purchase', 'previous_month') > 3", "window 'previous_month' is not supported yet"),
        ("total('share', 'week') > 3", "total('share'): 'share' costs no money"),
        ("earned('gems', 'week') > 3", "unknown currency 'gems'"),
        (
            "count('purchase') > 2.5",
            "2.5 is finer than 'count('purchase')', which keeps no decimals",
        ),
        (
            "amount > 9999999999999",
            "9999999999999 is too large (at most 1000000000000 in the smallest unit)",
        ),
        (
            "amount / 2 > 10",
            "cannot use `amount / 2 > 10` (division is not part of conditions: multiply the other side)",
        ),
        (
            "amount * tax > 10",
            "`amount * tax` multiplies two values (one side must be a whole number)",
        ),
        ("amount + channel > 10", "`amount + channel` calculates with what is no number"),
        ("amount > 1e3", "'1e3' is not a number (write numbers like 1000 or 12.50)"),
        ("amount is 5", "cannot use `amount is 5` (write == instead of is)"),
        (
            "amount > 50and hour > 2",
            "cannot read the condition `amount > 50and hour > 2` (invalid decimal literal)",
        ),
        ("member.age > 18", "cannot use `member.age > 18` (names have no dots)"),
        ("lambda: 1", "cannot use `lambda: 1` (conditions know no Lambda)"),
        ("__import__('os')", "unknown function '__import__'"),
        ("'\\d' == channel", "a backslash has no place in a condition"),
        ("", "the condition is empty"),
        (" and ".join(["amount > 1"] * 60), "more than 50 conditions"),
        (
            "not " * 20 + "first_order",
            "the condition is too deeply nested or too long: split it into rules",
        ),
    ],
)
def test_a_bad_condition_is_explained(condition: str, message: str) -> None:
    written = condition.replace("'", "''")
    rule = f"- {{id: x, on: purchase, give: 5 points, when: '{written}'}}\n"
    assert said(HEAD + rule + TIERS) == [f"earn[2].when: {message}"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "channel == 'app'",
            "unknown name 'channel' "
            "(a line condition looks at fields of lines only; use `when` for the event)",
        ),
        (
            "count('purchase') > 1",
            "`count('purchase')`: a line condition looks at fields of lines only",
        ),
        ("categry == 'tea'", "unknown name 'categry' (did you mean 'category'?)"),
    ],
)
def test_a_line_condition_looks_at_lines_only(lines: str, message: str) -> None:
    rule = f'- {{id: x, on: purchase, give: 5 points, lines: "{lines}"}}\n'
    assert said(HEAD + rule) == [f"earn[2].lines: {message}"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "programme: club",
            "programme: My Club",
            "programme: 'My Club' is no id (ids are small letters, digits and hyphens, at most 60, and "
            "begin with a letter)",
        ),
        ("timezone: Asia/Shanghai\n", "", "'timezone' is missing"),
        (
            "Asia/Shanghai",
            "Asia/Shangai",
            "timezone: unknown time zone 'Asia/Shangai' (did you mean 'Asia/Shanghai'?)",
        ),
        (
            "Asia/Shanghai",
            "../../etc/passwd",
            "timezone: unknown time zone '../../etc/passwd' (such as Asia/Shanghai)",
        ),
        ("CNY", "cny", "money: 'cny' is no money of ISO 4217 (did you mean 'CNY'?)"),
        ("points: {}", "points: {scale: 7}", "currencies.points.scale: 7 is not between 0 and 6"),
        (
            "points: {}",
            "points: {shown: 1}",
            "currencies.points.shown: shows 1 decimals but keeps only 0",
        ),
        (
            "points: {}",
            "points: {expiry: 1 year}",
            "currencies.points.expiry: '1 year' is not never (or write {rolling: 12 months})",
        ),
        (
            "points: {}",
            "points: {expiry: {rolling: 1 year}}",
            "currencies.points.expiry.rolling: '1 year' is not a duration (write durations like 90 "
            "days or 12 months)",
        ),
        (
            "points: {}",
            "points: {expiry: {fixed: 2026-12-31, until: month_end}}",
            "currencies.points.expiry: is never, {rolling: …} with or without until, or {fixed: …}",
        ),
        (
            "points: {}",
            "points: {expiry: {rolling: 10 days}, min_life: 30 days}",
            "currencies.points.min_life: is longer than the 10 days after which points expire",
        ),
        (
            "points: {}",
            "points: {overdraft: clip}",
            "currencies.points.overdraft: 'clip' is not supported yet",
        ),
        (
            "points: {}",
            "points: {unit_price: 0.0000001}",
            "currencies.points.unit_price: 0.0000001 is finer than a unit price, which keeps 6 decimals",
        ),
        (
            "points: {}",
            "points: {name: {zh: 积分}}",
            "currencies.points.name: a name is one text, or {zh: …, en: …} with both languages",
        ),
        (
            "points: {}",
            "amount: {}\n  points: {}",
            "currencies.amount: 'amount' has a meaning of its own",
        ),
        (
            "groups: {bonus: best}",
            "groups: {bonus: worst}",
            "groups.bonus: 'worst' is not best, first or all",
        ),
        ("groups: {bonus: best}", "combine: sum", "combine: 'sum' is not add, multiply or best"),
        (
            "groups: {bonus: best}",
            "limits: [3 per day]",
            "limits[1]: '3 per day': limits of the programme are of points (such as `2000 points per day`)",
        ),
        (
            "groups: {bonus: best}",
            "base: {leave_out: [shiping]}",
            "base.leave_out[1]: 'shiping' is not discount, tax, shipping, gift_card, points_paid or coupon",
        ),
        (
            "groups: {bonus: best}",
            "facts: {hour: integer}",
            "facts: 'hour' has a meaning of its own",
        ),
        (
            "groups: {bonus: best}",
            "facts: {channel: text}",
            "facts: 'channel' is also a field of 'purchase'",
        ),
        (
            "groups: {bonus: best}",
            "facts: {vip: bool}",
            "facts.vip: 'bool' is no kind of field: money, integer, number, text, boolean or date (did "
            "you mean 'boolean'?)",
        ),
        (
            "groups: {bonus: best}",
            "facts: {class: text}",
            "facts.class: 'class' is a word of the condition language",
        ),
        (
            "groups: {bonus: best}",
            "events: {purchase: {fields: {channel: integer}}}",
            "events.purchase.fields: 'channel' is built in as text",
        ),
        (
            "groups: {bonus: best}",
            "events: {a: {fields: {x: text}}, b: {fields: {x: integer}}}",
            "events: 'x' is integer here and text in another event",
        ),
        (
            "groups: {bonus: best}",
            "events: {purchase: {costs_money: false}}",
            "events.purchase.costs_money: is settled for the built-in 'purchase'",
        ),
        ("groups: {bonus: best}", "referral: []", "referral: 'referral' is not supported yet"),
        ("groups: {bonus: best}", "budget: 5", "budget: 'budget' is not supported yet"),
        (
            "groups: {bonus: best}",
            "group: {bonus: best}",
            "group: unknown key 'group' (did you mean 'groups'?)",
        ),
        (
            "groups: {bonus: best}",
            "money: USD",
            "'money' is written twice (the first is in line 3)",
        ),
        (
            "groups: {bonus: best}",
            "combine: &way add",
            "combine: anchor '&way': write the value out where it is used",
        ),
        ("groups: {bonus: best}", "combine: *way", "alias '*way': write the value out"),
        (
            "groups: {bonus: best}",
            "combine: !!str add",
            "combine: tag 'tag:yaml.org,2002:str': values need no tag",
        ),
        (
            "- {id: base,",
            "- {id: Base,",
            "earn[1].id: 'Base' is no id (ids are small letters, digits and hyphens, at most 60, and "
            "begin with a letter)",
        ),
        ("- {id: base,", "- {id: all,", "earn[1].id: 'all' has a meaning of its own"),
        (
            "- {id: base,",
            "- {id: base, on: purchase, give: 1 points}\n- {id: base,",
            "earn[2].id: rule 'base' is already in line 9",
        ),
    ],
)
def test_a_bad_part_is_named_by_its_path(old: str, new: str, line: str) -> None:
    assert old in HEAD
    assert said(HEAD.replace(old, new)) == [line]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("reach: 0}", "reach: 5}", "tiers.ladder[1].reach: the first tier is reached with 0"),
        (
            "reach: 100",
            "reach: 0",
            "tiers.ladder[2].reach: must be more than that of 'basic' before it",
        ),
        (
            "reach: 100",
            "reach: 100, keep: 200",
            "tiers.ladder[2].keep: must not be more than reach",
        ),
        ("id: silver", "id: basic", "tiers.ladder[2].id: tier 'basic' stands twice"),
        (
            "measure: points",
            "measure: pionts",
            "tiers.measure: unknown measure 'pionts' (did you mean 'points'?)",
        ),
        (
            "lifetime",
            "forever",
            "tiers.window: unknown window 'forever' (lifetime, calendar year or rolling 12 months)",
        ),
        ("lifetime", "rolling 99 months", "tiers.window: a window is 1 to 36 months"),
        (
            "lifetime",
            "lifetime\n  down: {at: period_end, to: one_level}",
            "tiers.down: a measure over the lifetime never falls: write `down: never`",
        ),
        (
            "reach: 100",
            "reach: 100, multiply: bsae by 2",
            "tiers.ladder[2].multiply: unknown rule 'bsae' (did you mean 'base'?)",
        ),
        (
            "reach: 100",
            "reach: 100, reward_discount: 0.1",
            "tiers.ladder[2].reward_discount: '0.1' is not a share (write shares like 10%)",
        ),
        (
            "reach: 100",
            "reach: 100.5",
            "tiers.ladder[2].reach: 100.5 is finer than the measure, which keeps no decimals",
        ),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(old: str, new: str, line: str) -> None:
    assert said(HEAD + TIERS.replace(old, new)) == [line]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("", "the document is empty"),
        ("# only a remark\n", "the document is empty"),
        ("just words", "must be a mapping of keys to values"),
        ("a: [1, 2", "not readable as YAML: did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", "a second document begins here"),
        ("a: \x00", "holds characters that no text holds"),
        ("a: \ud800", "holds characters that no text holds"),
        ("[" * 50 + "]" * 50, "nested more than 20 levels deep"),
        ("a: " + "x" * 500_000, "the document is longer than 500000 characters"),
    ],
)
def test_what_is_no_document_gets_one_plain_line(document: str, line: str) -> None:
    assert said(document) == [line]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("a: 1\nprogramme: Ä\n", "club.yaml:1:1 a: unknown key"),
        ("# 积分\nprogramme: {zh: 积分, en: X}", "club.yaml:2:12 programme: must be"),
        ('{"programme":\n\t{"zh": 1}}', "club.yaml:2:2 programme: must be"),
        ("programme: ok\nname: 'a'\nearn:\n  - on: x\n", "club.yaml:4:5 earn[1]: 'id' is missing"),
        ("earn:\n- {id: 积分, on: purchase}\n", "club.yaml:2:8 earn[1].id: "),
        ("a: 1\n  b: [\n", "club.yaml:2:4 not readable as YAML: "),
    ],
)
def test_a_problem_stands_where_the_eye_finds_it(text: str, start: str) -> None:
    assert any(line.startswith(start) for line in told(text))


def test_every_problem_is_told_at_once_in_the_order_of_the_document() -> None:
    document = HEAD.replace("CNY", "XYZ").replace("of amount", "of amuont")
    document += "- {id: x, on: purchase, give: 5 points, when: chanel == 'app'}\n"
    assert [line.split(" ")[0] for line in told(document)] == [
        "club.yaml:3:8",
        "club.yaml:9:34",
        "club.yaml:10:47",
    ]


def test_a_rule_that_cannot_be_read_does_not_make_its_multipliers_wrong_too() -> None:
    document = HEAD.replace("of amount", "of amuont")
    document += "- {id: double, on: purchase, multiply: base by 2}\n"
    assert len(told(document)) == 1


def test_a_group_gives_one_currency() -> None:
    rules = (
        "- {id: a, on: purchase, give: 5 points, group: bonus}\n"
        "- {id: b, on: purchase, give: 5 stars, group: bonus}\n"
    )
    assert said(HEAD + rules) == [
        "earn[3].group: gives 'stars', but group 'bonus' is of rules that give 'points'"
    ]


def test_more_rules_than_one_can_read_are_refused() -> None:
    rules = "".join(f"- {{id: r{n}, on: purchase, give: 1 points}}\n" for n in range(200))
    assert said(HEAD + rules) == ["earn: more than 200 rules"]
