"""Bad conditions: what people are told, word for word."""

from __future__ import annotations

import pytest
from programme_faults import HEAD, TIERS, said


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
        ("channel == 5", "'channel' is text, 5 is a number (write `'5'`)"),
        ("channel == store", "`channel == store` compares text with text"),
        (
            "channel in 'app'",
            "`channel in 'app'`: after `in` comes a list (such as ['app', 'web'])",
        ),
        (
            "channel in store",
            "`channel in store`: 'store' does not hold several texts (compare it: store == 'app')",
        ),
        (
            "tags == 'vip'",
            "'tags' holds several texts (ask for one of them: 'vip' in tags)",
        ),
        (
            "tags in ['vip']",
            "'tags' holds several texts (ask for one of them: 'vip' in tags)",
        ),
        ("channel in tags", "`channel in tags`: before `in` comes a text (such as 'vip' in tags)"),
        (
            "tags contains 'vip'",
            "cannot read the condition `tags contains 'vip'` "
            "(write 'vip' in tags instead of tags contains 'vip')",
        ),
        ("tags", "`tags` alone is no condition (compare it with something)"),
        (
            "'vip' in tags and not 'vip' in tags",
            "`'vip' in tags` and `not ('vip' in tags)` never hold together "
            "(write `or` where one of them is enough)",
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
        ("categroy == 'tea'", "unknown name 'categroy' (did you mean 'category'?)"),
        ("count('purchas') > 3", "unknown event type 'purchas' (did you mean 'purchase'?)"),
        ("cuont('purchase') > 3", "unknown function 'cuont' (did you mean 'count'?)"),
        ("count() > 3", "`count()`: write count('purchase', 'week')"),
        (
            "streak('check_in', 'week', 'month') > 3",
            "`streak('check_in', 'week', 'month')`: write streak('purchase', 'week')",
        ),
        (
            "count('purchase', 'week', chanel == 'app') > 3",
            "unknown name 'chanel' (did you mean 'channel'?)",
        ),
        (
            "count('purchase', tier == 'silver') > 3",
            "unknown name 'tier' (the programme has no tiers)",
        ),
        (
            "count('purchase', first('purchase')) > 3",
            "`first('purchase')`: what chooses events of the past looks at their own fields only",
        ),
        (
            "earned('points', 'week', amount > 5) > 3",
            "`earned('points', 'week', amount > 5)`: write earned('purchase', 'week')",
        ),
        (
            "streak('check_in', 'weeks') > 3",
            "a streak of 'weeks': day, week or month in a row (did you mean 'week'?)",
        ),
        (
            "count('purchase', 'wek') > 3",
            "unknown window 'wek': day, week, month, quarter, year, membership_year, lifetime, "
            "previous_month, '30 days' or '6 months' (did you mean 'week'?)",
        ),
        ("count('purchase', '999 days') > 3", "window '999 days' is not between 1 and 366 days"),
        (
            "count('purchase', 'previous_moth') > 3",
            "unknown window 'previous_moth': day, week, month, quarter, year, membership_year, lifetime, "
            "previous_month, '30 days' or '6 months' (did you mean 'previous_month'?)",
        ),
        ("total('share', 'week') > 3", "total('share'): 'share' costs no money"),
        (
            "total('visit') > 3",
            "total('visit'): 'visit' costs no money",
        ),
        (
            "total('review') > 3",
            "total('review'): 'review' costs no money (such as total('review.rating'))",
        ),
        (
            "total('stay.night') > 3",
            "'stay' has no number 'night' to add up (did you mean 'nights'?)",
        ),
        ("total('stay.hotel') > 3", "'stay' has no number 'hotel' to add up"),
        ("count('stay.nights') > 3", "unknown event type 'stay.nights'"),
        (
            "total('purchase.tax', category == 'tea') > 3",
            "`total('purchase.tax', category == 'tea')`: 'purchase.tax' is not of lines, so no lines can be chosen "
            "(write the number of the lines: 'purchase.quantity'; for their money, give a currency of its own and "
            "ask `earned`)",
        ),
        (
            "total('purchase.quantity', channel == 'app') > 3",
            "unknown name 'channel' (a line condition looks at fields of lines only; use `when` for the event)",
        ),
        (
            "total('purchase.quantity', category == 'tea', 'week') > 3",
            "`total('purchase.quantity', category == 'tea', 'week')`: "
            "write total('purchase.quantity', 'week', category == 'tea')",
        ),
        (
            "total('purchase.quantity', quantity > 5 and quantity < 2) > 3",
            "`quantity > 5` and `quantity < 2` never hold together (write `or` where one of them is enough)",
        ),
        (
            "total('purchase.quantity') >= 0.0001",
            "0.0001 is finer than 'total('purchase.quantity')', which keeps 3 decimals",
        ),
        ("earned('gems', 'week') > 3", "unknown currency 'gems' (write points or stars)"),
        ("amount => 50", "cannot read the condition `amount => 50` (write >= instead of =>)"),
        (
            "amount > 50 yuan",
            "cannot read the condition `amount > 50 yuan` (numbers have no unit: 50 instead of 50 yuan)",
        ),
        (
            "birthday month",
            "cannot read the condition `birthday month` "
            "(names have no spaces: birthday_month, or text in quotes)",
        ),
        (
            "amount >= ５０",
            "cannot read the condition `amount >= ５０` (with plain punctuation: amount >= 50)",
        ),
        (
            "count('purchase') > 2.5",
            "2.5 is finer than 'count('purchase')', which keeps no decimals",
        ),
        (
            "amount > 9999999999999",
            "9999999999999 is too large (at most 1000000000000 in the smallest unit)",
        ),
        (
            "count('purchase', channel = 'app') > 2",
            "cannot use `count('purchase', channel = 'app') > 2` (write == to compare)",
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
        (
            "channel is None",
            "cannot use `channel is None` (write missing(channel) or not missing(channel))",
        ),
        ("channel == null", "unknown name 'null' (for what is not there write missing(channel))"),
        (
            "known(channel)",
            "unknown function 'known' (write missing(channel) or not missing(channel))",
        ),
        (
            "balance('points') >= 200",
            "unknown function 'balance' (a condition asks what was earned: earned('points', 'lifetime'))",
        ),
        ("mising(channel)", "unknown function 'mising' (did you mean 'missing'?)"),
        (
            "missing(channel) == true",
            "`missing(channel)` is a condition by itself "
            "(write missing(channel) or not missing(channel))",
        ),
        (
            "missing(count('purchase'))",
            "`missing(count('purchase'))` names no field or fact (write such as missing(channel))",
        ),
        ("missing(chanel)", "unknown name 'chanel' (did you mean 'channel'?)"),
        ("missing(amount)", "'amount' is never missing"),
        ("missing(hour)", "'hour' is never missing"),
        ("missing(tier)", "'tier' is never missing"),
        (
            "not missing(tags)",
            "'tags' is never missing (who has none has no text: not 'vip' in tags)",
        ),
        (
            "missing(channel) and channel != 'app'",
            "`missing(channel)` and `channel != 'app'` never hold together "
            "(write `or` where one of them is enough)",
        ),
        (
            "missing(tax) and not missing(tax)",
            "`missing(tax)` and `not (missing(tax))` never hold together "
            "(write `or` where one of them is enough)",
        ),
        (
            "missing(tax) and amount - tax > 5",
            "`missing(tax)` and `amount - tax > 5` never hold together "
            "(write `or` where one of them is enough)",
        ),
        ("amount is 5", "cannot use `amount is 5` (write == instead of is)"),
        (
            "amount > 50and hour > 2",
            "cannot read the condition `amount > 50and hour > 2` (invalid decimal literal)",
        ),
        ("member.age > 18", "cannot use `member.age > 18` (names have no dots: age)"),
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
    assert said(HEAD + rule + TIERS + "facts: {tags: texts}\n") == [f"earn[2].when: {message}"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            "channel == 'app'",
            "unknown name 'channel' "
            "(a line condition looks at fields of lines only; use `when` for the event)",
        ),
        *(
            (
                name,
                f"unknown name '{name}' "
                "(a line condition looks at fields of lines only; use `when` for the event)",
            )
            for name in ("weekend", "first_purchase", "tier", "birthday", "vip")
        ),
        ("price > 5", "unknown name 'price' (write `amount`)"),
        (
            "count('purchase') > 1",
            "`count('purchase')`: a line condition looks at fields of lines only",
        ),
        ("categry == 'tea'", "unknown name 'categry' (did you mean 'category'?)"),
        (
            "missing(store)",
            "unknown name 'store' "
            "(a line condition looks at fields of lines only; use `when` for the event)",
        ),
    ],
)
def test_a_line_condition_looks_at_lines_only(lines: str, message: str) -> None:
    rule = f'- {{id: x, on: purchase, give: 5 points, lines: "{lines}"}}\n'
    assert said(HEAD + rule) == [f"earn[2].lines: {message}"]
