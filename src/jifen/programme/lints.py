"""What a checked document says that its author hardly meant: each finding with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from jifen.programme.amounts import in_language, say_points, show_number
from jifen.programme.circles import gaining_circles
from jifen.programme.conversion_lints import conversions_of_used
from jifen.programme.finding_lines import line_of
from jifen.programme.line_lints import left_out_unknown
from jifen.programme.model import Currency, Programme
from jifen.programme.point_terms import Expiry, Pending
from jifen.programme.price_lints import prices_of_nobody
from jifen.programme.problems import Problems
from jifen.programme.reading.nodes import read_nodes
from jifen.programme.return_policy import NOT_ACCEPTED
from jifen.programme.reward_lints import rewards_for_nobody
from jifen.programme.rule_lints import nothing_multiplied, unreachable_rules
from jifen.programme.rules import Give, Notify, Rule
from jifen.programme.saying.naming import Name
from jifen.programme.tier_lints import tiers_out_of_keeping, tiers_out_of_reach
from jifen.programme.ways import Amount, Cases, Prizes, Rate, Steps, Way
from jifen.wording import Said

_WORTH_KNOWING = ("missing-translation", "leaves-out-unknown")
_ALLOWED = re.compile(r"#\s*lint:\s*allow\s+([a-z-]+)(?:\s+at\s+(\S+))?")


class Finding(msgspec.Struct, frozen=True):
    """`id` says of what kind it is, `place` where in the document, `line` on which line of it (0: not known)."""

    id: str
    place: str
    line: int
    said: Said

    @property
    def is_fault(self) -> bool:
        """Whether it is wrong whatever members do; the others are only worth knowing."""
        return self.id not in _WORTH_KNOWING


def findings(programme: Programme) -> list[Finding]:
    """Everything that reading alone finds, in the order of the kinds."""
    return [finding for look in _LOOKS for finding in look(programme)]


def without_allowed(found: Iterable[Finding], document: str) -> list[Finding]:
    """The findings that no comment `# lint: allow ID`, or `# lint: allow ID at PLACE`, silences, each with its line."""
    allowed = {(match[1], match[2]) for match in _ALLOWED.finditer(document)}
    left = [one for one in found if not {(one.id, None), (one.id, one.place)} & allowed]
    if all(one.line for one in left):
        return left
    nodes = read_nodes(document, Problems(""))
    return [one if one.line else replace(one, line=line_of(one.place, nodes)) for one in left]


def _unreachable_rules(programme: Programme) -> Iterator[Finding]:
    for rule, en, zh in unreachable_rules(programme):
        yield _of_rule("unreachable-rule", rule, en, zh)


def _multiplies_nothing(programme: Programme) -> Iterator[Finding]:
    for place, line, said in nothing_multiplied(programme):
        yield Finding("multiplies-nothing", place, line, said)


def _limits_below_awards(programme: Programme) -> Iterator[Finding]:
    for rule in programme.rules:
        if not isinstance(rule.action, Give) or rule.takes:
            continue
        if not (awards := _fixed(rule.action.how)):
            continue
        named, points = _currency(programme, rule.action.currency), max(awards)
        limits = [limit.value for limit in rule.limits if limit.what == "points"]
        limits += [limit.value for limit in programme.limits if limit.currency == named.id]
        for value in limits:
            if value < points:
                yield _of_rule("limit-below-award", rule, *_below(named, value, points))
        if rule.budget is not None and rule.budget.points < points:
            below = _below(named, rule.budget.points, points)
            yield _of_rule("budget-below-award", rule, *below)


def _below(currency: Currency, most: int, points: int) -> tuple[str, str]:
    en = [say_points(currency, value, "en") for value in (points, most)]
    zh = [say_points(currency, value, "zh") for value in (points, most)]
    return (
        f"gives {en[0]} at once, of which a limit lets only {en[1]} pass",
        f"一次给 {zh[0]}，而上限只允许 {zh[1]}",
    )


def _fixed(how: Way) -> list[int]:
    """The fixed awards among the ways in which a rule gives."""
    if isinstance(how, Amount):
        return [how.points]
    gives = how.gives if isinstance(how, Steps | Cases | Prizes) else ()
    return [way.points for way in gives if isinstance(way, Amount)]


def _tiers_out_of_reach(programme: Programme) -> Iterator[Finding]:
    for tier, said in tiers_out_of_reach(programme):
        yield Finding("tier-out-of-reach", f"tiers.{tier}", 0, said)


def _tiers_out_of_keeping(programme: Programme) -> Iterator[Finding]:
    for tier in tiers_out_of_keeping(programme):
        said = Said(
            "is lost in the end by everybody: what it takes to keep it comes only once",
            "终究无人能保级：保级所需的只给一次",
        )
        yield Finding("tier-out-of-keeping", f"tiers.{tier}", 0, said)


def _worth_more_than_paid(programme: Programme) -> Iterator[Finding]:
    """Rates by which points are worth more than the money they are given for, the multipliers of tiers counted."""
    tiers = [
        tier for tier in (programme.tiers.ladder if programme.tiers else ()) if tier.multiplies
    ]
    for rule in programme.rules:
        for rate in _rates(rule):
            currency = (
                _currency(programme, rule.action.currency)
                if isinstance(rule.action, Give)
                else None
            )
            if currency is None or not _is_of_money(rate) or not currency.unit_price_micros:
                continue
            worth, paid = _worth(programme, currency, rate)
            best = max(
                [(1, 1)]
                + [
                    (tier.multiplies.numerator, tier.multiplies.denominator)
                    for tier in tiers
                    if tier.multiplies and rule.id in tier.multiplies.rules
                ],
                key=lambda factor: factor[0] / factor[1],
            )
            if worth * best[0] >= paid * best[1]:
                value = show_number(worth * best[0] * 100 // (paid * best[1]), 0)
                yield _of_rule(
                    "worth-more-than-paid",
                    rule,
                    f"gives back {value} % of what is paid",
                    f"返还相当于所付金额的 {value}%",
                )


def _is_of_money(rate: Rate) -> bool:
    """Whether a rate is per amount of money that was paid, now or before."""
    if rate.past is not None:
        return rate.past.kind == "total" and rate.past.summed is None
    return rate.field in ("amount", "gross")


def _worth(programme: Programme, currency: Currency, rate: Rate) -> tuple[int, int]:
    """Millionths of money for the points of a rate, and millionths that are paid for them, to one scale."""
    worth = rate.points * currency.unit_price_micros * 10**programme.money_scale
    return worth, rate.per * 1_000_000 * int(10**currency.scale)


def _rates(rule: Rule) -> list[Rate]:
    how = rule.action.how if isinstance(rule.action, Give) and not rule.takes else None
    ways = how.gives if isinstance(how, Steps) else (how,)
    return [way for way in ways if isinstance(way, Rate)]


def _forgiving_returns(programme: Programme) -> Iterator[Finding]:
    for currency in programme.currencies:
        if currency.overdraft.kind == "clip" and currency.spendable:
            yield Finding("returns-leave-points", f"currencies.{currency.id}", 0, _FORGIVES)


def _returns_that_leave(programme: Programme) -> Iterator[Finding]:
    said = _LEAVES.get(programme.returns.policy)
    if said is not None and programme.returns.within_days != NOT_ACCEPTED:
        yield Finding("returns-leave-points", "returns", 0, said)


_LEAVES = {
    "keep": Said(
        "who buys and returns everything keeps all points", "购买后全部退货的会员，积分分文不少"
    ),
    "mirror": Said(
        "a bonus for the size of a basket or the third purchase, a limit used up and a tier reached stay when things "
        "come back part by part",
        "分次退货后，满额奖励、第几单的奖励、已占用的上限和已升的等级都不会撤销",
    ),
    "carry": Said(
        "what comes back after the end of the period leaves bonuses, limits used up and tiers as they were",
        "周期结束后退货，奖励、已占用的上限和已升的等级都不会撤销",
    ),
}
_FORGIVES = Said(
    "who buys, spends the points and returns the goods keeps what they spent, up to the ceiling",
    "购买、用掉积分再退货的会员，可在限额内白得所用积分",
)


def _never_usable(programme: Programme) -> Iterator[Finding]:
    """Points that end before they have waited long enough: their life is counted from earning."""
    for currency in programme.currencies:
        if _ends_waiting(currency.pending, currency.expiry):
            place = f"currencies.{currency.id}"
            yield Finding("never-usable", place, 0, _ENDS_WAITING)
    for rule in programme.rules:
        own = rule.terms
        if isinstance(rule.action, Give) and (own.pending or own.expiry):
            currency = _currency(programme, rule.action.currency)
            if _ends_waiting(own.pending or currency.pending, own.expiry or currency.expiry):
                yield _of_rule("never-usable", rule, _ENDS_WAITING.en, _ENDS_WAITING.zh)


def _ends_waiting(pending: Pending, expiry: Expiry) -> bool:
    """Whether points that wait so many full days, or until a moment, have ended by then."""
    if pending.starts is not None:
        return expiry.date is not None and expiry.date < pending.starts.date()
    if (
        pending.until is not None
        or expiry.kind != "rolling"
        or expiry.until not in (None, "day_end")
    ):
        return False
    longest = expiry.days + 31 * expiry.months
    return 0 < longest <= pending.days


_ENDS_WAITING = Said(
    "ends before it can be used: its life is counted from earning, the days of waiting included",
    "还没生效就已到期：有效期从获得之日算起，等待的天数也在内",
)


def _left_out_unknown(programme: Programme) -> Iterator[Finding]:
    for rule, name in left_out_unknown(programme):
        said = Said(
            f"leaves out lines without {name} as well: write `or missing({name})` if they count",
            f"把没有注明 {name} 的商品行也排除在外；若应计入，请加写 `or missing({name})`",
        )
        if rule is None:
            yield Finding("leaves-out-unknown", "base", 0, said)
        else:
            yield _of_rule("leaves-out-unknown", rule, said.en, said.zh)


def _converts_used(programme: Programme) -> Iterator[Finding]:
    for rule, currency in conversions_of_used(programme):
        yield _of_rule(
            "converts-used",
            rule,
            f"takes what was earned of '{currency}', part of which may be used up or ended, and leaves a debt: "
            "let it be `spendable: false` and end never, or with the year of `earned(…, 'year')`",
            f"按所得扣“{currency}”，而其中可能有已用掉或过期的，会成为欠分：请写 `spendable: false`，且永不过期，"
            "或年末清零并按 `earned(…, 'year')` 计",
        )


def _prices_of_nobody(programme: Programme) -> Iterator[Finding]:
    for currency, funder in prices_of_nobody(programme):
        said = Said(
            f"has a price for '{funder}', whom no rule names as `funder`",
            f"为“{funder}”写了单价，却没有规则写 `funder: {funder}`",
        )
        yield Finding("price-of-nobody", f"currencies.{currency}", 0, said)


def _missing_translations(programme: Programme) -> Iterator[Finding]:
    named: list[tuple[str, Name]] = [("name", programme.name)]
    named += [(f"currencies.{one.id}", one.name) for one in programme.currencies]
    named += [(f"codes.{one.id}", one.name) for one in programme.code_pools]
    if programme.tiers:
        named += [(f"tiers.{tier.id}", tier.name) for tier in programme.tiers.ladder]
    for place, name in named:
        if name.zh == name.en:
            said = Said(f"is called '{name.en}' in both languages", f"中英文都叫“{name.en}”")
            yield Finding("missing-translation", place, 0, said)
    for rule in programme.rules:
        if isinstance(rule.action, Notify) and rule.action.words.zh == rule.action.words.en:
            en, zh = "tells the same words in both languages", "的中英文通知一字不差"
            yield _of_rule("missing-translation", rule, en, zh)


def _of_rule(id: str, rule: Rule, en: str, zh: str) -> Finding:
    name = f"“{in_language(rule.name, 'zh')}”" if rule.name else f"“{rule.whole}”"
    return Finding(id, f"earn.{rule.whole}", rule.line, Said(f"'{rule.whole}' {en}", f"{name}{zh}"))


def _currency(programme: Programme, id: str) -> Currency:
    return next(currency for currency in programme.currencies if currency.id == id)


def _unused_codes(programme: Programme) -> Iterator[Finding]:
    named = {one.reward.handed_out.codes for one in programme.rewards if one.reward is not None}
    for pool in programme.code_pools:
        if pool.id not in named:
            yield Finding("unused-codes", f"codes.{pool.id}", 0, _NO_REWARD_TAKES)


_NO_REWARD_TAKES = Said(
    "no reward takes codes from this pool: write `codes` at a reward",
    "没有礼品使用这个池里的券码：请在礼品下写 `codes`",
)


def _exchanges_for_nothing(programme: Programme) -> Iterator[Finding]:
    for circle in gaining_circles(programme):
        way = " → ".join((*circle, circle[0]))
        yield Finding(
            "exchange-for-nothing",
            f"currencies.{circle[0]}.exchange",
            0,
            Said(
                f"leaves more points than there were, round in a circle: {way}",
                f"转一圈回来，积分会变多：{way}",
            ),
        )


def _rewards_for_nobody(programme: Programme) -> Iterator[Finding]:
    for reward, said in rewards_for_nobody(programme):
        yield Finding("reward-for-nobody", f"rewards.{reward}", 0, said)


_LOOKS: tuple[Callable[[Programme], Iterator[Finding]], ...] = (
    _unreachable_rules,
    _multiplies_nothing,
    _limits_below_awards,
    _tiers_out_of_reach,
    _tiers_out_of_keeping,
    _worth_more_than_paid,
    _exchanges_for_nothing,
    _never_usable,
    _rewards_for_nobody,
    _forgiving_returns,
    _returns_that_leave,
    _left_out_unknown,
    _converts_used,
    _prices_of_nobody,
    _unused_codes,
    _missing_translations,
)
