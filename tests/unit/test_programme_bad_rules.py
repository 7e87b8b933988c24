"""Bad rules: what people are told, word for word."""

from __future__ import annotations

import pytest
from programme_faults import HEAD, said

from jifen.programme.loading import load


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
            "earn[2].on: the programme has no tiers",
        ),
        (
            "on: period_end, give: 20 points",
            "earn[2].on: unknown event type 'period_end'"
            " (write month_end, quarter_end, half_year_end, year_end or membership_year_end)",
        ),
        (
            "on: balance_reached, give: 20 points",
            "earn[2]: 'milestone' is missing (write `milestone: {of: earned('points'), every: 200}`)",
        ),
        (
            "on: purchase, give: 20 points, to: employer",
            "earn[2].to: nobody is a member's 'employer' (declare it: `facts: {employer: member}`)",
        ),
        (
            "on: purchase, give: 20 points, to: referer",
            "earn[2].to: nobody is a member's 'referer' (did you mean 'referrer'?)",
        ),
        (
            "on: purchase, give: 20 points, to: household",
            "earn[2].to: the programme has no households (declare them under `households:`)",
        ),
        (
            "on: referral_completed, give: 20 points, to: referrer, limit: 1 per day",
            "earn[2].to: what 'referral_completed' gives goes no further",
        ),
        (
            "on: purchase, take: 20 points, to: referrer",
            "earn[2].to: 'to' belongs to rules that give",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, to: referrer",
            "earn[2].to: 'to' belongs to rules that give",
        ),
        (
            "on: purchase, give: 20 points, to: referrer, pending: {until: confirm}",
            "earn[2].pending: the relation's points cannot wait for something that names the member's deed"
            " (write so many days)",
        ),
        ("on: purchase, pass_on: 30% of points", "earn[2]: 'to' is missing"),
        (
            "on: purchase, pass_on: 130% of points, to: referrer",
            "earn[2].pass_on: a part is more than 0% and at most 100%, with up to 2 decimals",
        ),
        (
            "on: purchase, pass_on: a third, to: referrer",
            "earn[2].pass_on: unknown currency 'third' (write points or stars)",
        ),
        (
            "on: purchase, pass_on: 30% of points, to: referrer, group: bonus",
            "earn[2].group: 'group' belongs to rules that give",
        ),
        (
            "on: balance_reached, give: 20 points, milestone: {of: count('purchase'), every: 5}",
            "earn[2].milestone.of: `count('purchase')`: points reach a milestone of what is earned of a currency, "
            "in all, or in a period of the calendar or of membership "
            "(write `of: earned('points')` or `of: earned('points', 'year')`)",
        ),
        (
            "on: balance_reached, give: 20 points, milestone: {of: \"earned('stars', '30 days')\", every: 5}",
            "earn[2].milestone.of: `earned('stars', '30 days')`: points reach a milestone of what is earned of "
            "a currency, in all, or in a period of the calendar or of membership "
            "(write `of: earned('points')` or `of: earned('points', 'year')`)",
        ),
        (
            "on: purchase, give: 20 points, milestone: {of: earned('stars'), every: 500}",
            "earn[2].milestone.of: `earned('stars')`: a milestone is one of count, total, days or streak, the present "
            "event included (what an event earns is known only behind it: write `on: balance_reached`)",
        ),
        (
            "on: balance_reached, give: 20 points, milestone: {of: \"earned('points', 'year')\", every: 500}",
            "earn[2]: brings about what it waits for, again and again (give another currency, or write `at:`)",
        ),
        (
            "on: balance_reached, give: 20 points, milestone: {of: earned('points'), every: 500}",
            "earn[2]: brings about what it waits for, again and again (give another currency, or write `at:`)",
        ),
        (
            "on: purchase, give: 20 points, repeat: as_often_as_it_fits",
            "earn[2].repeat: nothing fits several times without a `milestone`",
        ),
        (
            "on: purchase, give: 20 points, repeat: twice",
            "earn[2].repeat: cannot read 'twice'"
            " (write `once`, `once per year`, `each_time` or `as_often_as_it_fits`)",
        ),
        (
            "on: purchase, give: 20 points, repeat: once per yaer",
            "earn[2].repeat: unknown period 'yaer' (did you mean 'year'?)",
        ),
        (
            "on: purchase, give: 20 points, once: per year",
            "earn[2].once: 'once' does not stand here (write it as `repeat: …`)",
        ),
        (
            "on: purchase, give: 20 points, milestone: {of: count('purchase'), every: 5, repeat: once}",
            "earn[2].milestone.repeat: 'repeat' does not stand here (write it beside `milestone`)",
        ),
        (
            "on: purchase, give: \"1 points per 100 of total('purchase', 'month')\"",
            "earn[2].give: what was done before is counted where time brings a day: "
            "every deed would be paid for all before it "
            "(write `on: month_end`, `year_end`, `birthday` or another day that comes by itself)",
        ),
        (
            "on: month_end, give: \"1 points per 100 of streak('purchase')\"",
            "earn[2].give: `streak('purchase')`: a rate counts a number of the event, "
            "or one of count, total, days and earned",
        ),
        (
            "on: quarter_end, give: 1 points per 100 of amount",
            "earn[2].give: 'quarter_end' has no number called 'amount' (write `total('purchase', 'quarter')`)",
        ),
        (
            "on: purchase, multiply: base by 2, group: bonus",
            "earn[2].group: 'group' belongs to rules that give "
            "(of several multipliers only the best counts with `combine: best`)",
        ),
        (
            "on: purchase, multiply: base by 2, last: true",
            "earn[2].last: 'last' belongs to rules that give "
            "(say in the `when` of the others where they do not count)",
        ),
        (
            "on: purchase, take: 20 points, group: bonus",
            "earn[2].group: 'group' belongs to rules that give",
        ),
        (
            "on: purchase, take: 20 points, give: 10 points",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies "
            "(points turn into something by two rules: one takes them, another gives or issues)",
        ),
        (
            "on: purchase, take: up_to 20 points",
            "earn[2].take: 'points' can be spent: history does not say how much of it there is "
            "(take a number, `take: 50 points`, or a part of what was earned, "
            "`take: 1 points per 10 of earned('points', 'year')`; what is missing is owed)",
        ),
        (
            "on: purchase, take: 10% of points",
            "earn[2].take: 'points' can be spent: history does not say how much of it there is "
            "(take a number, `take: 50 points`, or a part of what was earned, "
            "`take: 1 points per 10 of earned('points', 'year')`; what is missing is owed)",
        ),
        (
            "on: purchase, take: 12.5% of points",
            "earn[2].take: '12.5%' is no whole number of per cent from 1 to 100",
        ),
        (
            "on: purchase, take: 10% points",
            "earn[2].take: cannot read '10% points' (write `10% of growth`)",
        ),
        (
            "on: purchase, take: 10% of ponits",
            "earn[2].take: unknown currency 'ponits' (did you mean 'points'?)",
        ),
        (
            "on: purchase, give: 10% of points",
            "earn[2].give: cannot read '10% of points' (write `20 points` or `1 points per 1 of amount`)",
        ),
        (
            "on: purchase, take: 20 ponits",
            "earn[2].take: unknown currency 'ponits' (did you mean 'points'?)",
        ),
        (
            "on: gift_received, give: 20 points",
            "earn[2].on: event type 'gift_received' is not supported yet",
        ),
        (
            "on: expired, when: of_currency == 'pionts', give: 20 points",
            "earn[2].when: 'of_currency' is never 'pionts' (did you mean 'points'?)",
        ),
        (
            "on: exchanged, give: 20 points",
            "earn[2].give: a fixed award on 'exchanged', which costs nothing, needs a limit"
            " (add `limit: 1 per day`)",
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
            "on: purchase, give: 1.5 points per 1 of amount",
            "earn[2].give: 1.5 is finer than 'points', which keeps no decimals"
            " (add `rounding: half_up`, for example)",
        ),
        (
            "on: purchase, lines: all, give: 1 points per 1 of amount over 50",
            "earn[2].give: 'over' is of the whole event, not of lines",
        ),
        (
            "on: purchase, give: 1 points per 1 of amount over 50, limit: 500 amount per day",
            "earn[2].limit: an amount limit belongs to a rule that gives per amount of the whole event",
        ),
        (
            "on: purchase, give: 0.25 stars",
            "earn[2].give: 0.25 is finer than 'stars', which keeps 1 decimal",
        ),
        (
            "on: purchase, give: 0 points",
            "earn[2].give: '0 points' gives nothing (write `1 points`)",
        ),
        (
            "on: purchase, give: -5 points",
            "earn[2].give: cannot read '-5 points' (write `take: 5 points`)",
        ),
        (
            "on: purchase, give: 9999999999999999999 points",
            "earn[2].give: '9999999999999999999' is absurdly large",
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
        (
            "on: purchase",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies"
            " (write `give: 20 points`)",
        ),
        (
            "on: purchase, give: 1 points, notify: {zh: 好, en: good}",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies",
        ),
        (
            "on: purchase, notify: good",
            "earn[2].notify: a member is told in both languages (write `notify: {zh: …, en: …}`)",
        ),
        (
            "on: purchase, notify: {en: good}",
            "earn[2].notify: a member is told in both languages (write `notify: {zh: …, en: …}`)",
        ),
        (
            "on: purchase, notify: {zh: '', en: good}",
            "earn[2].notify: what a member is told has 1 to 500 characters",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, last: true",
            "earn[2].last: 'last' belongs to rules that give",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, lines: all",
            "earn[2].lines: says nothing for a rule that notifies",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, budget: 100 points",
            "earn[2].budget: 'budget' belongs to rules that give",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, limit: 20 points per day",
            "earn[2].limit: limits points, but the rule gives none",
        ),
        (
            "on: purchase, notify: {zh: 好, en: good}, limit: 20 amount per day",
            "earn[2].limit: an amount limit belongs to a rule that gives per amount of the whole event",
        ),
        (
            "on: purchase, give: 1 points, multiply: base by 2",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies",
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
            "on: review, give: 100 points per 1 of photos",
            "earn[2].give: an award that grows with what is counted on 'review', which costs "
            "nothing, needs a limit of points over time (add `limit: 100 points per day`)",
        ),
        (
            "on: review, give: 100 stars per 1 of photos, limit: 1 per day",
            "earn[2].give: an award that grows with what is counted on 'review', which costs "
            "nothing, needs a limit of stars over time (add `limit: 100 stars per day`)",
        ),
        (
            "on: review, give: 100 points per 1 of photos, limit: 500 points per event",
            "earn[2].give: an award that grows with what is counted on 'review', which costs "
            "nothing, needs a limit of points over time (add `limit: 100 points per day`)",
        ),
        (
            "on: review, give: {by: photos, steps: [{from: 1, give: 5 points}, "
            "{from: 3, give: 2 points per 1 of photos}]}, limit: 1 per day",
            "earn[2].give: an award that grows with what is counted on 'review', which costs "
            "nothing, needs a limit of points over time (add `limit: 100 points per day`)",
        ),
        (
            "on: review, give: 1 points per 1 of photos, group: bonus",
            "earn[2].give: an award that grows with what is counted on 'review', which costs "
            "nothing, needs a limit of points over time (add `limit: 100 points per day`)",
        ),
        (
            "on: survey, give: 5 points, limit: 1 per moth",
            "earn[2].limit: unknown period 'moth' (did you mean 'month'?)",
        ),
        (
            "on: survey, give: 5 points, limit: once per channel",
            "earn[2].limit: unknown period 'channel' (write `1 per channel per lifetime`)",
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
            "on: purchase, give: 5 points, limit: twice",
            "earn[2].limit: cannot read 'twice' "
            "(write `1 per month`, `100 points per day` or `1 ever`)",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per referrer",
            "earn[2].limit: 'per referrer' is not supported yet",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per 400 days",
            "earn[2].limit: '400 days' is not between 1 and 366 days or 36 months",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per stroe per day",
            "earn[2].limit: 'purchase' has no field 'stroe' (did you mean 'store'?)",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per sku per day",
            "earn[2].limit: goes by a field of lines, but the rule does not give line by line: add `per: line`",
        ),
        (
            "on: purchase, per: line, give: [5 points, 5 stars], limit: 1 per sku per day",
            "earn[2].limit: goes by a field of lines, and is used up line by line: "
            "the rule may give one currency only, and stand in no group, in which it might lose",
        ),
        (
            "on: purchase, per: line, give: 5 points, group: bonus, limit: 1 per sku per day",
            "earn[2].limit: goes by a field of lines, and is used up line by line: "
            "the rule may give one currency only, and stand in no group, in which it might lose",
        ),
        (
            "on: purchase, multiply: base by 2, limit: 1 per sku per day",
            "earn[2].limit: goes by a field of lines, but the rule does not give line by line: add `per: line`",
        ),
        (
            "on: purchase, per: line, give: 5 points, limit: 1 per skv per day",
            "earn[2].limit: 'purchase' has no field 'skv' (did you mean 'sku'?)",
        ),
        (
            "on: purchase, give: 5 points, limit: 1 per store per 30 days",
            "earn[2].limit: a limit for each store goes by calendar periods (such as `1 per store per day`)",
        ),
        (
            "on: purchase, give: [5 points, 3 points]",
            "earn[2].give[2]: 'points' is given twice: write rules of their own",
        ),
        ("on: purchase, give: []", "earn[2].give: is empty"),
        (
            "on: purchase, give: [5 points, 3 stars], budget: [10 points, 20 points]",
            "earn[2].budget[2]: 'points' stands twice",
        ),
        (
            "on: purchase, give: [5 points, 3 stars], budget: 20 CNY",
            "earn[2].budget: 'points' has no price (give it a `unit_price`)",
        ),
        (
            "on: purchase, give: 5 points, budget: [10 points, 20 stars]",
            "earn[2].budget[2]: is of 'stars', but the rule gives 'points'",
        ),
        (
            "on: purchase, give: [5 points, 3 stars], limit: 500 amount per week",
            "earn[2].limit: an amount limit belongs to a rule that gives per amount of the whole event",
        ),
        (
            "on: share, give: [5 points, 3 stars], limit: 20 points per week",
            "earn[2].give: a fixed award on 'share', which costs nothing, needs a limit (add `limit: 1 per day`)",
        ),
        (
            "on: purchase, give: 5 points, milestone: {of: count('visit'), every: 3}",
            "earn[2].milestone.of: `count('visit')` does not grow with a 'purchase'",
        ),
        (
            "on: purchase, give: 5 points, milestone: {of: count('purchase'), every: 3, at: [3]}",
            "earn[2].milestone: write either `every` or `at`",
        ),
        (
            "on: purchase, give: 5 points, milestone: {of: count('purchase'), at: [10, 5]}",
            "earn[2].milestone.at: milestones must ascend",
        ),
        (
            "on: purchase, give: 1 points per 1 of amount, milestone: {of: count('purchase'), every: 3}",
            "earn[2].milestone: a milestone gives a fixed award",
        ),
        (
            "on: purchase, multiply: base by 2, milestone: {of: count('purchase'), every: 3}",
            "earn[2].milestone: 'milestone' belongs to rules that give",
        ),
        (
            "on: purchase, give: 5 points, chance: 1 in 10",
            "earn[2].chance: '1 in 10' is no chance (write `10%`)",
        ),
        (
            "on: purchase, give: 5 points, chance: 110%",
            "earn[2].chance: a chance is above 0% and at most 100%",
        ),
        (
            "on: purchase, surprise: [{chance: 60%, give: 5 points}, {chance: 60%, give: 9 points}]",
            "earn[2].surprise: all chances together exceed 100%",
        ),
        (
            "on: purchase, surprise: [{chance: 6%, give: [5 points, 9 points]}]",
            "earn[2].surprise[1].give[2]: 'points' stands twice",
        ),
        (
            "on: purchase, surprise: [{chance: 6%}]",
            "earn[2].surprise[1]: 'give' is missing",
        ),
        (
            "on: purchase, surprise: [{chance: 6%, issue: coffee}]",
            "earn[2].surprise[1].issue: unknown reward 'coffee' (declare it under `rewards:`)",
        ),
        (
            "on: purchase, give: 5 points, surprise: [{chance: 6%, give: 5 points}]",
            "earn[2]: a rule either gives, issues, takes, multiplies, passes on, surprises or notifies",
        ),
        (
            "on: survey, surprise: [{chance: 6%, give: 5 points}]",
            "earn[2].surprise: a fixed award on 'survey', which costs nothing, needs a limit "
            "(add `limit: 1 per day`)",
        ),
        (
            "on: purchase, give: 5 points, cooldown: 4 weeks",
            "earn[2].cooldown: '4 weeks' is no time from 1 minute to 366 days "
            "(write `30 minutes`, `4 hours` or `3 days`)",
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
            "on: purchase, give: 5 points, budget: lots",
            "earn[2].budget: cannot read 'lots' (write it as `2000000 points` or `20000 CNY`)",
        ),
        (
            "on: purchase, give: 5 points, budget: 0 points",
            "earn[2].budget: '0 points' allows nothing",
        ),
        (
            "on: purchase, give: 5 points, budget: 100 growth",
            "earn[2].budget: unknown currency 'growth' (write points or stars)",
        ),
        (
            "on: purchase, give: 5 points, budget: 100 CNY",
            "earn[2].budget: 'points' has no price (give it a `unit_price`)",
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
            "on: purchase, multiply: base by 2, lines: all",
            "earn[2].lines: says nothing for a multiplier",
        ),
        (
            "on: purchase, multiply: base by 2, per: line",
            "earn[2].per: 'per' belongs to rules that give",
        ),
        (
            "on: purchase, multiply: x by 2, lines: category == 'tea'}\n"
            "- {id: y, on: purchase, give: 5 points",
            "earn[2].multiply: rule 'x' multiplies; only what gives can be multiplied",
        ),
        (
            "on: purchase, give: 5 points}\n"
            "- {id: y, on: purchase, multiply: x by 2, lines: category == 'tea'",
            "earn[3].multiply: what rule 'x' gives does not depend on lines "
            "(with `lines`, name rules that give by amount or by lines)",
        ),
        (
            "on: flight, give: 5 points}\n- {id: y, on: flight, multiply: x by 2, lines: sku == 'A'",
            "earn[3].lines: 'flight' has no lines",
        ),
        (
            "on: purchase, give: {by: amount, steps: []}",
            "earn[2].give.steps: must not be empty",
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
        (
            "on: purchase, give: {by: first('purchase'), steps: [{from: 1, give: 5 points}]}",
            "earn[2].give.by: `first('purchase')`: steps go by a number of the event, or by count, total, days, "
            "streak, earned or days_since",
        ),
        (
            "on: purchase, give: {by: channel, steps: [{from: 1, give: 5 points}]}",
            "earn[2].give.by: 'purchase' has no number called 'channel' (by tier or by a text a table gives: "
            "`give: table[welcome] points`)",
        ),
        (
            "on: purchase, give: 5 points, proportional",
            "earn[2].proportional: unknown key 'proportional' (between { and }, what holds a comma stands in quotes: "
            'give: "…, proportional")',
        ),
        (
            "on: purchase, give: 5 points, between: [2026-11-11 20:00, 2026-11-11 22:00]",
            "earn[2].between: is two days, both included, without hours (ask for hours beside it: "
            "`when: hour >= 20`)",
        ),
        (
            "on: purchase, give: 5 points, when: date == 2026-11-11",
            "earn[2].when: 'date' is a date, 2026-11-11 is a number (write `'2026-11-11'`)",
        ),
        (
            'on: purchase, give: 5 points, when: "date in [2026-10-01, 2026-10-02]"',
            "earn[2].when: cannot read the condition `date in [2026-10-01, 2026-10-02]` (dates stand in quotes: "
            "'2026-10-01')",
        ),
        (
            "on: purchase, give: 5 points, when: day == 28",
            "earn[2].when: unknown name 'day' (write `day_of_month`)",
        ),
        (
            "on: purchase, give: 5 points, last: yes",
            "earn[2].last: 'yes' is not true or false (write `true`)",
        ),
    ],
)
def test_a_bad_rule_is_named_with_what_was_meant(rule: str, line: str) -> None:
    assert said(f"{HEAD}- {{id: x, {rule}}}\n") == [line]


CARES = "events: {repair: {lines: {parts: integer}}}\n"


@pytest.mark.parametrize(
    "give", ["5 points, per: line", "1 points per 1 of parts, per: line", "1 points per 1 of parts"]
)
def test_what_lines_of_a_costless_event_give_needs_a_limit_of_points(give: str) -> None:
    rule = f"- {{id: x, on: repair, give: {give}, limit: 1 per day}}\n"
    assert said(CARES + HEAD + rule) == [
        "earn[2].give: an award that grows with what is counted on 'repair', which costs nothing, "
        "needs a limit of points over time (add `limit: 100 points per day`)"
    ]


@pytest.mark.parametrize(
    ("limit", "limits"),
    [
        ("500 points per month", ""),
        ("[1 per day, 50 points per event]", ""),
        ("1 per day", "limits: [50 points per event]\n"),
        ("50 points per event", "limits: [2000 points per year]\n"),
    ],
)
def test_a_rate_on_a_costless_event_may_be_bounded_in_several_ways(limit: str, limits: str) -> None:
    rule = f"- {{id: x, on: review, give: 10 points per 1 of photos, limit: {limit}}}\n"
    load(HEAD + rule + limits)


def test_a_limit_of_another_currency_bounds_nothing() -> None:
    rule = "- {id: x, on: review, give: 10 points per 1 of photos}\n"
    assert len(said(HEAD + rule + "limits: [50 stars per day]\n")) == 1


def test_a_rule_that_cannot_be_read_does_not_make_its_multipliers_wrong_too() -> None:
    document = HEAD.replace("of amount", "of amuont")
    document += "- {id: double, on: purchase, multiply: base by 2}\n"
    assert len(said(document)) == 1


def test_the_best_of_several_currencies_is_told_by_their_prices() -> None:
    rules = (
        "- {id: a, on: purchase, give: 5 points, group: bonus}\n"
        "- {id: b, on: purchase, give: 5 stars, group: bonus}\n"
    )
    hint = "(give it a `unit_price`, or keep the `first`)"
    without = "has no price"
    assert said(HEAD + rules) == [
        f"earn[2].group: group 'bonus' keeps the best of several currencies, and 'points' {without} {hint}",
        f"earn[3].group: group 'bonus' keeps the best of several currencies, and 'stars' {without} {hint}",
    ]
    load(HEAD.replace("bonus: best", "bonus: first") + rules)
    priced = HEAD.replace("{}", "{unit_price: 0.1}").replace("scale: 1", "scale: 1, unit_price: 2")
    load(priced + rules)


def test_more_rules_than_one_can_read_are_refused() -> None:
    rules = "".join(f"- {{id: r{n}, on: purchase, give: 1 points}}\n" for n in range(200))
    assert said(HEAD + rules) == ["earn: more than 200 rules"]
