"""Rules, limits and currencies as Chinese sentences."""

from __future__ import annotations

from jifen.programme.amounts import elapsed, say_points, show_money, show_number
from jifen.programme.budget import Budget
from jifen.programme.condition import Number
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Pending
from jifen.programme.reading.exchanges import exchanges_said
from jifen.programme.reading.overdrafts import overdraft_said
from jifen.programme.reading.paying import paying_said
from jifen.programme.reading.transfers import transfers_said
from jifen.programme.reading.unit_prices import unit_prices_said
from jifen.programme.reading.vocabulary import field_name, unit_of, value_name
from jifen.programme.rules import Give, Group, Multiply, Nothing, Notify, PassOn, Rule
from jifen.programme.saying.between_words import between_zh
from jifen.programme.saying.conditions_zh import noun, phrase, phrase_all
from jifen.programme.saying.expiry_wording import (
    by_tier_zh,
    life_zh,
    notices_zh,
    own_terms_zh,
    pending_zh,
    terms_of_added_zh,
)
from jifen.programme.saying.occasion_words import chance_zh, chances_of, milestone_zh, per_past_zh
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
from jifen.programme.saying.roundings import ROUNDED_ZH
from jifen.programme.saying.ways_out_wording import bounds_zh
from jifen.programme.saying.words import listed, quoted_within
from jifen.programme.ways import Amount, Cases, Percentage, Prizes, Rate, Steps
from jifen.programme.ways_out import Limit, Period
from jifen.programme.worth import goes_by_worth

_PERIODS: dict[Period, str] = {
    "event": "单次",
    "hour": "每小时",
    "day": "每天",
    "week": "每周",
    "month": "每月",
    "quarter": "每季度",
    "year": "每年",
    "membership_year": "每个会员年度",
    "days": "任意连续 {size} 天内",
    "months": "近 {size} 个月（含当月）内",
    "lifetime": "总共",
}
_UNITS = {"minutes": "分钟", "hours": "小时", "days": "天"}


def currency_sentence(programme: Programme, currency: Currency) -> str:
    """How long points live, and what else their holder should know."""
    parts = [*life_zh(programme, currency), *by_tier_zh(programme, currency)]
    if currency.notices:
        parts.append(notices_zh(currency))
    if not currency.spendable:
        rank = programme.tiers is not None and any(
            measure.word == currency.id for measure in programme.tiers.measures
        )
        parts.insert(0, "只用于评定等级，不能消费" if rank else "不能消费")
    if currency.pending != Pending():
        parts.append(pending_zh(programme, currency.pending))
    if currency.spendable and currency.spending_order == "oldest_earned":
        parts.append("先用最早获得的")
    parts += bounds_zh(programme, currency, currency.spending, "用", "使用")
    parts += paying_said(programme, currency, "zh")
    parts += overdraft_said(currency, "zh")
    if currency.grace_of_given_back:
        parts.append(f"退还时已过期的再用 {currency.grace_of_given_back} 天")
    parts += transfers_said(programme, currency, "zh")
    parts += exchanges_said(programme, currency, "zh")
    parts += unit_prices_said(programme, currency, "zh")
    return f"{currency.name.zh}：{'；'.join(parts)}。"


def base_sentence(programme: Programme) -> str:
    """What counts as the amount; empty if everything does."""
    parts = []
    if programme.base.leave_out:
        names = [field_name(programme, name, "zh") for name in programme.base.leave_out]
        parts.append(f"不含{listed(names, 'zh', '和')}")
    if programme.base.lines is not None:
        parts.append(f"只计{phrase(programme, programme.base.lines)}的商品")
    return f"计入积分的金额{'，'.join(parts)}。" if parts else ""


def rule_sentence(programme: Programme, rule: Rule) -> str:
    """The whole rule in one sentence."""
    event = event_named(programme, rule.on).name.zh
    conditions = phrase_all(programme, rule.asked, rule.on)
    period = between_zh(rule.between)
    occasions = [f"若{conditions}"] if conditions else []
    if (milestone := rule.milestone or rule.reached) is not None:
        occasions.append(milestone_zh(programme, milestone))
    conditional = bool(occasions or rule.chance)
    parts = said_apart(programme, rule)
    action = "，另".join(_action(programme, part, event, conditional) for part in parts)
    if rule.chance:
        action = f"{chance_zh(rule.chance)}{action}"
    if occasions or rule.chance:
        action = "，".join([f"{event}时", *occasions, action])
    limits = [
        limit_words(programme, limit, _verb(rule)) for limit in limits_together(programme, rule)
    ]
    limits += [budget_words(programme, one) for one in budgets_together(programme, rule)]
    whose = "这部分礼品" if _issues(programme, rule) else "这部分积分"
    terms = (
        terms_of_added_zh(programme, rule.terms)
        if isinstance(rule.action, Multiply)
        else own_terms_zh(programme, rule.terms, whose)
    )
    if rule.to is not None and isinstance(rule.action, Give):
        terms.append(f"归{relation_words(programme, rule.to, 'zh')}")
    if rule.cooldown:
        limits.append(cooldown_words(rule))
    last = ["得到后不再看后面的规则"] if rule.last else []
    return f"{'，'.join([part for part in (period, action, *limits, *terms, *last) if part])}。"


def _issues(programme: Programme, rule: Rule) -> bool:
    return isinstance(rule.action, Give) and any(
        reward.id == rule.action.currency for reward in programme.rewards
    )


def _action(programme: Programme, rule: Rule, event: str, conditional: bool) -> str:
    goods = f"{phrase(programme, rule.lines)}的商品" if rule.lines is not None else ""
    if isinstance(rule.action, Multiply):
        said = f"{goods and f'{goods}，'}{multiplied(programme, rule.action, rule.on)}"
        said = said if conditional else f"{event}时，{said}"
        return said if rule.rounding == "down" else f"{said}（{ROUNDED_ZH[rule.rounding]}）"
    if isinstance(rule.action, Notify):
        told = f"通知会员：{quoted_within(rule.action.words.zh)}"
        if goods:
            return f"{'' if conditional else f'{event}时，'}若含有{goods}，{told}"
        every = "每逢" if rule.on in NEVER_SENT else "每次"
        return told if conditional else f"{every}{event}{told}"
    if isinstance(rule.action, Nothing):
        return "本人不得积分"
    if isinstance(rule.action, PassOn):
        to = relation_words(programme, rule.to or "", "zh")
        return passed_on(programme, rule.action, event, to, "zh")
    said = _award(programme, rule, rule.action, event, goods, conditional)
    return f"{said}（不足时有多少扣多少）" if rule.action.up_to else said


def _award(
    programme: Programme, rule: Rule, give: Give, event: str, goods: str, conditional: bool
) -> str:
    if isinstance(give.how, Percentage):
        return _percentage(programme, rule, give.how, event, goods, conditional)
    if isinstance(give.how, Amount):
        return _fixed(programme, give, rule, event, goods, conditional)
    if isinstance(give.how, Steps):
        occasion = "" if conditional and give.how.past else event
        return _steps(programme, rule, give, give.how, occasion)
    if isinstance(give.how, Cases):
        said = _by_table(programme, rule, give.how, "" if conditional else event, goods)
        return f"{said}，逐行计算" if rule.per_line and isinstance(give.how.one, Rate) else said
    if isinstance(give.how, Prizes):
        return _surprise(programme, rule, give.how, event, conditional)
    said = _rate(programme, rule, give.currency, give.how, "" if conditional else event, goods)
    return f"{said}，逐行计算" if rule.per_line else said


def _fixed(
    programme: Programme, give: Give, rule: Rule, event: str, goods: str, conditional: bool
) -> str:
    assert isinstance(give.how, Amount)
    got = f"{_verb(rule)} {points_given(programme, rule, give.currency, give.how, 'zh')}"
    if rule.per_line:
        return f"{'' if conditional else f'{event}时，'}每行{goods or '商品'}{got}"
    return _with_occasion(rule, event, goods, conditional, got)


def _percentage(
    programme: Programme, rule: Rule, how: Percentage, event: str, goods: str, conditional: bool
) -> str:
    taken = f"扣所持{currency_named(programme, how.held.of).name.zh}的 {how.percent}%"
    if rule.rounding != "down":
        taken = f"{taken}（{ROUNDED_ZH[rule.rounding]}）"
    return _with_occasion(rule, event, goods, conditional, taken)


def _with_occasion(rule: Rule, event: str, goods: str, conditional: bool, what: str) -> str:
    """What happens, behind the event at which it does unless a condition names that."""
    if goods:
        return f"{'' if conditional else f'{event}时，若'}含有{goods}，{what}"
    return what if conditional else f"{'每逢' if rule.on in NEVER_SENT else '每次'}{event}{what}"


def _verb(rule: Rule) -> str:
    if isinstance(rule.action, PassOn):
        return "分出"
    return "扣" if rule.takes else "得"


def _points(programme: Programme, give: Give, how: Amount) -> str:
    return say_points(currency_named(programme, give.currency), how.points, "zh")


def _rate(
    programme: Programme, rule: Rule, currency: str, rate: Rate, event: str, goods: str
) -> str:
    points = points_given(programme, rule, currency, rate, "zh")
    per = _per(programme, rule, rate, event, goods)
    exact = f"（按比例计，{ROUNDED_ZH[rule.rounding]}）" if rate.proportional else ""
    return f"{per}{_verb(rule)} {points}{exact}"


def _per(programme: Programme, rule: Rule, rate: Rate, event: str, goods: str) -> str:
    over = over_words(programme, rule, rate, "zh")
    if rate.past is not None:
        return f"{event and f'{event}时，'}{over}{per_past_zh(programme, rate, rate.past)}"
    return f"{over}{_per_field(programme, rule, rate, event, goods)}"


def _per_field(programme: Programme, rule: Rule, rate: Rate, event: str, goods: str) -> str:
    field = counted_field(programme, rule.on, rate.field, rate.of_lines)
    one = rate.per == 10**field.scale
    full = "" if one or rate.proportional else "满"
    if field.kind == "money":
        money = show_money(programme, rate.per, "zh")
        if field.name == "amount":
            return (
                f"{goods}每消费{full} {money}"
                if rule.on == "purchase"
                else f"{goods or event}每{full} {money}"
            )
        return f"{goods}{field_name(programme, field.name, 'zh')}每{full} {money}"
    number = show_number(rate.per, field.scale)
    if field.name == "quantity":
        return f"{goods or '商品'}每{full} {number} 件"
    whose = goods or event
    if unit := unit_of(programme, field.name):
        return f"{whose}每{full} {number} {unit.zh}"
    name = field_name(programme, field.name, "zh")
    return f"{whose and f'{whose}的'}{name}每{full} {number}"


def _steps(programme: Programme, rule: Rule, give: Give, steps: Steps, event: str) -> str:
    def said(value: int) -> str:
        if steps.past is not None:
            return value_text(programme, steps.past, Number(value), "zh")
        field = counted_by(programme, rule.on, steps)
        money = field.kind == "money"
        return show_money(programme, value, "zh") if money else show_number(value, field.scale)

    parts = []
    for place, (start, how) in enumerate(zip(steps.thresholds, steps.gives, strict=True)):
        after = steps.thresholds[place + 1 : place + 2]
        bounds = ([f"满 {said(start)}"] if start else []) + [f"不足 {said(end)}" for end in after]
        way = (
            _rate(programme, rule, give.currency, how, "", "")
            if isinstance(how, Rate)
            else f"{_verb(rule)} {_points(programme, give, how)}"
        )
        parts.append(f"{'、'.join(bounds)}时{way}" if bounds else way)
    if steps.past is not None:
        return f"{event and f'{event}时，'}按{noun(programme, steps.past)}，{'；'.join(parts)}"
    return f"按{event}{field_name(programme, steps.field, 'zh')}，{'；'.join(parts)}"


def _by_table(programme: Programme, rule: Rule, cases: Cases, event: str, goods: str) -> str:
    assert isinstance(rule.action, Give)
    currency = currency_named(programme, rule.action.currency)
    listed_in = value_name(programme, cases.table, "zh")
    points = f"{_verb(rule)}表格{listed_in}所列的{currency.name.zh}"
    one = cases.one
    if isinstance(one, Amount):
        if rule.per_line:
            return f"{event and f'{event}时，'}每行{goods or '商品'}{points}"
        return _with_occasion(rule, event, goods, not event, points)
    said = f"{_per(programme, rule, one, event, goods)}{points}"
    return f"{said}（按比例计，{ROUNDED_ZH[rule.rounding]}）" if one.proportional else said


def _surprise(
    programme: Programme, rule: Rule, prizes: Prizes, event: str, conditional: bool
) -> str:
    parts = []
    together = prizes_together(programme, rule)
    for draws, gives in zip(chances_of(prizes), together, strict=True):
        fixed = [
            _points(programme, give, give.how) for give in gives if isinstance(give.how, Amount)
        ]
        ways = [f"得 {listed(fixed, 'zh', '和')}"] if fixed else []
        ways += [
            _rate(programme, rule, give.currency, give.how, event, "")
            for give in gives
            if isinstance(give.how, Rate)
        ]
        parts.append(f"{chance_zh(draws)}{'，'.join(ways)}")
    return f"{'' if conditional else event}抽取惊喜：{'；'.join(parts)}"


def multiplied(programme: Programme, multiply: Multiply, on: str | None) -> str:
    """`“base”所得变为 2 倍`."""
    meant = rules_meant(programme, multiply, on)
    if meant.everything:
        what = "全部"
    elif meant.currency is not None:
        return f"所得{meant.currency.name.zh}变为 {factor_of(multiply)} 倍"
    else:
        what = listed([f"“{name.zh}”" for name in meant.names], "zh", "和")
    return f"{what}所得变为 {factor_of(multiply)} 倍"


def limit_words(programme: Programme, limit: Limit, verb: str = "得") -> str:
    """`每月最多 1 次`."""
    if (limit.what, limit.value, limit.period, limit.by) == ("times", 1, "lifetime", None):
        return "仅限 1 次"
    by = f"同一{field_name(programme, limit.by, 'zh')}" if limit.by else ""
    period = _PERIODS[limit.period].format(size=limit.size)
    return f"{by}{period}最多{_limited(programme, limit, verb)}"


def budget_words(programme: Programme, budget: Budget) -> str:
    """`全体会员合计得满 2000000 积分即止`, `全体会员合计得满价值 20000 元的积分（800000 积分）即止`."""
    currency = currency_named(programme, budget.currency)
    points = say_points(currency, budget.points, "zh")
    if budget.money is not None:
        worth = show_money(programme, budget.money, "zh")
        return f"全体会员合计得满价值 {worth}的{currency.name.zh}（{points}）即止"
    return f"全体会员合计得满 {points}即止"


def cooldown_words(rule: Rule) -> str:
    """`得分后须隔 4 小时才再得`."""
    number, unit = elapsed(rule.cooldown)
    last, again = ("扣分", "扣") if rule.takes else ("得分", "得")
    if isinstance(rule.action, Notify):
        last = again = "通知"
    return f"{last}后须隔 {number} {_UNITS[unit]}才再{again}"


def _limited(programme: Programme, limit: Limit, verb: str) -> str:
    if limit.what == "times":
        return f" {limit.value} 次"
    if limit.what == "amount":
        return f"计入 {show_money(programme, limit.value, 'zh')}"
    currency = currency_named(programme, limit.currency or "")
    return f"{verb} {say_points(currency, limit.value, 'zh')}"


def limit_sentence(programme: Programme, limit: Limit) -> str:
    """A limit over everything."""
    return f"所有规则合计，每位会员{limit_words(programme, limit)}。"


def group_sentence(programme: Programme, group: Group) -> str:
    """Which of the rules in a group count; empty if it holds none."""
    names = [
        f"“{(rule.name.zh if rule.name else rule.id)}”"
        for rule in programme.rules
        if rule.group == group.id and rule.part_of is None
    ]
    best = "只取所得价值最高的一条" if goes_by_worth(programme, group) else "只取得分最多的一条"
    ways = {"best": best, "first": "只取最先得分的一条", "all": "全部计入"}
    return f"{listed(names, 'zh', '和')}同属一组，{ways[group.keep]}。" if names else ""


def combine_sentence(programme: Programme) -> str:
    """What several multipliers come to."""
    ways = {
        "add": "各自的增量相加（2 倍与 1.5 倍合为 2.5 倍）",
        "multiply": "相乘（2 倍与 1.5 倍合为 3 倍）",
        "best": "只取最高的一个",
    }
    return f"多个倍数同时适用时，{ways[programme.combine]}。"
