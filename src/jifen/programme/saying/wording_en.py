"""Rules, limits and currencies as English sentences."""

from __future__ import annotations

from jifen.programme.amounts import (
    counted,
    elapsed,
    english_one,
    how_often,
    said_with,
    say_points,
    show_money,
    show_number,
)
from jifen.programme.budget import Budget
from jifen.programme.condition import Number
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Pending
from jifen.programme.reading.exchanges import exchanges_said
from jifen.programme.reading.overdrafts import overdraft_said
from jifen.programme.reading.paying import paying_said
from jifen.programme.reading.transfers import transfers_said
from jifen.programme.reading.unit_prices import unit_prices_said
from jifen.programme.reading.vocabulary import field_name, unit_of, value_name
from jifen.programme.rules import Give, Group, Multiply, Nothing, Notify, PassOn, Rule
from jifen.programme.saying.between_words import between_en
from jifen.programme.saying.conditions_en import goods as goods_meant
from jifen.programme.saying.conditions_en import noun, phrase_all
from jifen.programme.saying.expiry_wording import (
    by_tier_en,
    life_en,
    notices_en,
    own_terms_en,
    pending_en,
    terms_of_added_en,
)
from jifen.programme.saying.occasion_words import chance_en, chances_of, milestone_en, per_past_en
from jifen.programme.saying.operand_values import currency_named, event_named, value_text
from jifen.programme.saying.quantities import (
    budgets_together,
    counted_by,
    counted_field,
    factor_of,
    limits_together,
    over_words,
    points_given,
    prizes_together,
    rules_meant,
    said_apart,
)
from jifen.programme.saying.relation_words import passed_on, relation_words
from jifen.programme.saying.roundings import ROUNDED_EN
from jifen.programme.saying.ways_out_wording import bounds_en
from jifen.programme.saying.words import listed, quoted_within
from jifen.programme.ways import Amount, Cases, Percentage, Prizes, Rate, Steps
from jifen.programme.ways_out import Limit, Period
from jifen.programme.worth import goes_by_worth

_PERIODS: dict[Period, str] = {
    "event": "each time",
    "hour": "an hour",
    "day": "a day",
    "week": "a week",
    "month": "a month",
    "quarter": "a quarter",
    "year": "a year",
    "membership_year": "a membership year",
    "days": "within {size} days",
    "months": "within {size} months",
    "lifetime": "in all",
}


def currency_sentence(programme: Programme, currency: Currency) -> str:
    """How long points live, and what else their holder should know."""
    parts = []
    if not currency.spendable:
        rank = programme.tiers is not None and any(
            measure.word == currency.id for measure in programme.tiers.measures
        )
        parts.append("for reaching tiers only, not for spending" if rank else "not for spending")
    if currency.pending != Pending():
        parts.append(pending_en(programme, currency.pending))
    parts += life_en(programme, currency)
    parts += by_tier_en(programme, currency)
    if currency.notices:
        parts.append(notices_en(currency))
    if currency.spendable and currency.spending_order == "oldest_earned":
        parts.append("the oldest are used first")
    if bounds := bounds_en(programme, currency, currency.spending):
        parts.append(f"used {', '.join(bounds)}")
    parts += paying_said(programme, currency, "en")
    parts += overdraft_said(currency, "en")
    if currency.grace_of_given_back:
        grace = counted(currency.grace_of_given_back, "days")
        parts.append(f"what has expired before it is given back lives {grace} more")
    parts += transfers_said(programme, currency, "en")
    parts += exchanges_said(programme, currency, "en")
    parts += unit_prices_said(programme, currency, "en")
    return f"{_capital(currency.name.en)}: {'; '.join(parts)}."


def base_sentence(programme: Programme) -> str:
    """What counts as the amount; empty if everything does."""
    parts = []
    if programme.base.leave_out:
        names = [f"the {field_name(programme, name, 'en')}" for name in programme.base.leave_out]
        parts.append(f"leaves out {listed(names, 'en', 'and')}")
    if programme.base.lines is not None:
        parts.append(f"counts only {goods_meant(programme, programme.base.lines)}")
    return f"The amount that counts {', and '.join(parts)}." if parts else ""


def rule_sentence(programme: Programme, rule: Rule) -> str:
    """The whole rule in one sentence."""
    said = ["; and ".join(_action(programme, part) for part in said_apart(programme, rule))]
    conditions = phrase_all(programme, rule.asked, rule.on)
    if conditions:
        said.append(f" if {conditions}")
    if (milestone := rule.milestone or rule.reached) is not None:
        said.append(f" {milestone_en(programme, milestone)}")
    if rule.chance:
        said.append(f", {chance_en(rule.chance)}")
    if isinstance(rule.action, Give) and isinstance(rule.action.how, Prizes):
        said.append(f": {_prizes(programme, rule, rule.action.how)}")
    said += [f", {limit_words(programme, limit)}" for limit in limits_together(programme, rule)]
    said += [f", {budget_words(programme, one)}" for one in budgets_together(programme, rule)]
    terms = terms_of_added_en if isinstance(rule.action, Multiply) else own_terms_en
    said += [f", {words}" for words in terms(programme, rule.terms)]
    if rule.to is not None and isinstance(rule.action, Give):
        said.append(f", for {relation_words(programme, rule.to, 'en')}")
    if rule.cooldown:
        said.append(f"; {cooldown_words(rule)}")
    if rule.last:
        said.append("; if it gave something, no later rule is read")
    return f"{_capital(between_en(rule.between) + ''.join(said))}."


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def article(name: str) -> str:
    """`a purchase`, `an idea`."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _action(programme: Programme, rule: Rule) -> str:
    event = event_named(programme, rule.on).name.en
    goods = goods_meant(programme, rule.lines) if rule.lines is not None else ""
    if isinstance(rule.action, Multiply):
        said = f"{article(event)} earns {multiplied(programme, rule.action, rule.on, goods)}"
        return said if rule.rounding == "down" else f"{said} ({ROUNDED_EN[rule.rounding]})"
    if isinstance(rule.action, Notify):
        occasion = article(event) if _sometimes(rule) else f"each {event}"
        at = f"{occasion} with {goods}" if goods else occasion
        return f"at {at} the member is told {quoted_within(rule.action.words.en)}"
    if isinstance(rule.action, Nothing):
        return f"{article(event)} earns nothing itself"
    if isinstance(rule.action, PassOn):
        to = relation_words(programme, rule.to or "", "en")
        return passed_on(programme, rule.action, article(event), to, "en")
    said = _award(programme, rule, rule.action, event, goods)
    return f"{said}, or all there is where that is less" if rule.action.up_to else said


def _award(programme: Programme, rule: Rule, give: Give, event: str, goods: str) -> str:
    if isinstance(give.how, Percentage):
        return _percentage(programme, rule, give.how, event, goods)
    if isinstance(give.how, Amount):
        return _fixed(programme, give.currency, give.how, rule, event, goods)
    if isinstance(give.how, Steps):
        return _steps(programme, rule, give, give.how, event)
    if isinstance(give.how, Cases):
        said = _by_table(programme, rule, give.how, event, goods)
        return f"{said}, line by line" if rule.per_line and isinstance(give.how.one, Rate) else said
    if isinstance(give.how, Prizes):
        return f"{article(event)} draws a surprise"
    said = _rate(programme, rule, give.currency, give.how, event, goods)
    return f"{said}, line by line" if rule.per_line else said


def _earns(rule: Rule) -> str:
    return "costs" if rule.takes else "earns"


def _sometimes(rule: Rule) -> bool:
    return bool(rule.when or rule.milestone or rule.chance)


def _fixed(
    programme: Programme, currency: str, how: Amount, rule: Rule, event: str, goods: str
) -> str:
    points, earns = points_given(programme, rule, currency, how, "en"), _earns(rule)
    if rule.per_line:
        return f"each line of {goods or article(event)} {earns} {points}"
    if goods:
        return f"{article(event)} with {goods} {earns} {points}"
    return (
        f"{article(event)} {earns} {points}"
        if _sometimes(rule)
        else f"each {event} {earns} {points}"
    )


def _percentage(programme: Programme, rule: Rule, how: Percentage, event: str, goods: str) -> str:
    held = currency_named(programme, how.held.of).name.en
    occasion = article(event) if _sometimes(rule) or goods else f"each {event}"
    rounded = "" if rule.rounding == "down" else f" ({ROUNDED_EN[rule.rounding]})"
    return f"{occasion}{f' with {goods}' if goods else ''} costs {how.percent}% of the {held} held{rounded}"


def _rate(
    programme: Programme, rule: Rule, currency: str, rate: Rate, event: str, goods: str
) -> str:
    points = points_given(programme, rule, currency, rate, "en")
    per = _per(programme, rule, rate, event, goods) + over_words(programme, rule, rate, "en")
    exact = f" (in proportion, {ROUNDED_EN[rule.rounding]})" if rate.proportional else ""
    said = f"every {per} {_earns(rule)} {points}{exact}"
    return f"at {article(event)}, {said}" if rate.past and event else said


def _per(programme: Programme, rule: Rule, rate: Rate, event: str, goods: str) -> str:
    if rate.past is not None:
        return per_past_en(programme, rate, rate.past)
    field = counted_field(programme, rule.on, rate.field, rate.of_lines)
    one = rate.per == 10**field.scale
    full = "" if one or rate.proportional else "full "
    on_what = f" on {goods}" if goods else f" of {article(event)}" if event else ""
    if field.kind == "money":
        money = f"{full}{show_money(programme, rate.per, 'en')}".removeprefix("1 " if one else "")
        if field.name == "amount":
            return (
                f"{money} spent{on_what if goods else ''}"
                if rule.on == "purchase"
                else f"{money}{on_what}"
            )
        return f"{money} of the {field_name(programme, field.name, 'en')}{on_what}"
    number = f"{full}{show_number(rate.per, field.scale)}"
    if unit := unit_of(programme, field.name):
        counts = english_one(unit) if one else said_with(number, unit, "en")
        return (
            f"{counts} of {goods or 'goods'}" if field.name == "quantity" else f"{counts}{on_what}"
        )
    return f"{number} of the {field_name(programme, field.name, 'en')}{on_what}"


def _steps(programme: Programme, rule: Rule, give: Give, steps: Steps, event: str) -> str:
    def said(value: int) -> str:
        if steps.past is not None:
            return value_text(programme, steps.past, Number(value), "en")
        field = counted_by(programme, rule.on, steps)
        money = field.kind == "money"
        return show_money(programme, value, "en") if money else show_number(value, field.scale)

    parts = []
    for place, (start, how) in enumerate(zip(steps.thresholds, steps.gives, strict=True)):
        after = steps.thresholds[place + 1 : place + 2]
        bounds = ([f"from {said(start)}"] if start else []) + [
            f"below {said(end)}" for end in after
        ]
        way = (
            _rate(programme, rule, give.currency, how, "", "")
            if isinstance(how, Rate)
            else f"it {_earns(rule)} {say_points(currency_named(programme, give.currency), how.points, 'en')}"
        )
        parts.append(f"{' and '.join(bounds)}, {way}" if bounds else way)
    if steps.past is not None:
        return f"at {article(event)}, by {noun(programme, steps.past)}: {'; '.join(parts)}"
    return (
        f"by the {field_name(programme, steps.field, 'en')} of {article(event)}: {'; '.join(parts)}"
    )


def _by_table(programme: Programme, rule: Rule, cases: Cases, event: str, goods: str) -> str:
    assert isinstance(rule.action, Give)
    currency = currency_named(programme, rule.action.currency)
    points = f"the {currency.name.en} of table {value_name(programme, cases.table, 'en')}"
    one = cases.one
    if isinstance(one, Amount):
        who = f"{article(event)} with {goods}" if goods else article(event)
        if rule.per_line:
            who = f"each line of {goods or article(event)}"
        return f"{who} {_earns(rule)} {points}"
    per = _per(programme, rule, one, event, goods) + over_words(programme, rule, one, "en")
    said = f"every {per} {_earns(rule)} {points}"
    return f"{said} (in proportion, {ROUNDED_EN[rule.rounding]})" if one.proportional else said


def _prizes(programme: Programme, rule: Rule, prizes: Prizes) -> str:
    """`100 points with a chance of 1%; 10 points with a chance of 10%`."""
    event, parts = event_named(programme, rule.on).name.en, []
    together = prizes_together(programme, rule)
    for draws, gives in zip(chances_of(prizes), together, strict=True):
        fixed = [
            say_points(currency_named(programme, give.currency), give.how.points, "en")
            for give in gives
            if isinstance(give.how, Amount)
        ]
        rates = [
            _rate(programme, rule, give.currency, give.how, event, "")
            for give in gives
            if isinstance(give.how, Rate)
        ]
        parts.append(f"{listed([*fixed, *rates], 'en', 'and')} {chance_en(draws)}")
    return "; ".join(parts)


def multiplied(programme: Programme, multiply: Multiply, on: str | None, goods: str = "") -> str:
    """`2 times what “base” gives`, perhaps `for goods for which …`."""
    meant = rules_meant(programme, multiply, on)
    times = f"{factor_of(multiply)} times"
    of = f" for {goods}" if goods else ""
    if meant.everything:
        return f"{times} what all rules give{of}"
    if meant.currency is not None:
        return f"{times} the {meant.currency.name.en}{of}"
    names = listed([f"“{name.en}”" for name in meant.names], "en", "and")
    return f"{times} what {names} {'gives' if len(meant.names) == 1 else 'give'}{of}"


def limit_words(programme: Programme, limit: Limit) -> str:
    """`at most once a month`."""
    period = _PERIODS[limit.period].format(size=limit.size)
    if limit.by:
        period = f"{period} for each {field_name(programme, limit.by, 'en')}"
    if limit.what == "times":
        if (limit.value, limit.period, limit.by) == (1, "lifetime", None):
            return "once only"
        times = how_often(limit.value)
        return f"at most {times} {period}"
    if limit.what == "amount":
        return f"counting at most {show_money(programme, limit.value, 'en')} {period}"
    currency = currency_named(programme, limit.currency or "")
    return f"at most {say_points(currency, limit.value, 'en')} {period}"


def budget_words(programme: Programme, budget: Budget) -> str:
    """`until … have been given 2000000 points`, `… points worth 20000 yuan (800000 points)`."""
    currency = currency_named(programme, budget.currency)
    points = say_points(currency, budget.points, "en")
    if budget.money is not None:
        points = f"{currency.name.en} worth {show_money(programme, budget.money, 'en')} ({points})"
    return f"until all members together have been given {points}"


def cooldown_words(rule: Rule) -> str:
    """`it gives again only 4 hours after it last gave`."""
    again, last = ("takes", "took") if rule.takes else ("gives", "gave")
    if isinstance(rule.action, Notify):
        again, last = "tells", "told"
    return f"it {again} again only {counted(*elapsed(rule.cooldown))} after it last {last}"


def limit_sentence(programme: Programme, limit: Limit) -> str:
    """A limit over everything."""
    return f"All rules together give a member {limit_words(programme, limit)}."


def group_sentence(programme: Programme, group: Group) -> str:
    """Which of the rules in a group count; empty if it holds none."""
    names = [
        f"“{(rule.name.en if rule.name else rule.id)}”"
        for rule in programme.rules
        if rule.group == group.id and rule.part_of is None
    ]
    ways = {
        "best": "only the one that gives what is worth most counts"
        if goes_by_worth(programme, group)
        else "only the one that gives most counts",
        "first": "only the first that gives something counts",
        "all": "all count",
    }
    return f"Of {listed(names, 'en', 'and')}, {ways[group.keep]}." if names else ""


def combine_sentence(programme: Programme) -> str:
    """What several multipliers come to."""
    ways = {
        "add": "what each adds is added up (2 times and 1.5 times make 2.5 times)",
        "multiply": "they are multiplied (2 times and 1.5 times make 3 times)",
        "best": "only the best counts",
    }
    return f"Where several multipliers apply, {ways[programme.combine]}."
