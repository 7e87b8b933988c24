"""The sentences of `multiply:` — `base by 2`, `base, big-basket by 1.5`, `points by 2`, `all by 2`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction

import msgspec

from jifen.programme.meant import write
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.scalars import decimal
from jifen.programme.reading.slips import multiply_meant
from jifen.programme.rules import Give, Multiply, Rule
from jifen.programme.ways import Rate
from jifen.wording import Said

GREATEST_FACTOR = 1000
FACTOR_DECIMALS = 4

_MULTIPLY = re.compile(r"(?P<targets>.+) by (?P<factor>\S+)")


class Targets(msgspec.Struct, frozen=True):
    """The giving rules that may be multiplied; `unreadable` ids have problems of their own."""

    rules: tuple[Rule, ...]
    currencies: tuple[str, ...]
    unreadable: Collection[str] = ()


def gives_by_lines(rule: Rule) -> bool:
    """Whether what a rule gives can be told apart by lines: a rate on all the bill or on lines, or line by line."""
    if not isinstance(rule.action, Give):
        return False
    how = rule.action.how
    if not isinstance(how, Rate):
        return rule.per_line
    of_bill = how.field in ("amount", "gross") and not how.over
    return rule.per_line or how.of_lines or of_bill


def gives_by_rate(rule: Rule) -> bool:
    """Whether a rule gives so much per something, as what is multiplied usually does."""
    return isinstance(rule.action, Give) and isinstance(rule.action.how, Rate)


def multiply_from(
    written: str, targets: Targets, on: str | None, of_lines: bool = False
) -> Multiply:
    """The multiplier as written; of rules on the event type `on`, or on any if that is None.

    `of_lines`: of a currency or `all` it takes only the rules that give by lines.

    Raises:
        Wrong: it cannot be read, or multiplies what is not there.
    """
    written = " ".join(written.split())
    found = _MULTIPLY.fullmatch(written)
    if not found or found["factor"].endswith("%"):
        target = next((rule.id for rule in targets.rules if gives_by_rate(rule)), "points")
        meant = multiply_meant(written, target)
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            write(meant)
            if meant
            else Said(
                "write `base by 2` or `points by 1.5`", "请写成 `base by 2` 或 `points by 1.5`"
            ),
        )
    factor = _factor(found["factor"])
    chosen: set[str] = set()
    for word in found["targets"].split(","):
        chosen |= _chosen(word.strip(), targets, on, of_lines)
    ids = tuple(rule.id for rule in targets.rules if rule.id in chosen)
    return Multiply(ids, factor.numerator, factor.denominator)


def _factor(word: str) -> Fraction:
    value = decimal(word)
    if not 1 <= value <= GREATEST_FACTOR:
        raise Wrong(
            Said(
                f"a factor is 1 to {GREATEST_FACTOR}, not {word}",
                f"倍数须在 1 至 {GREATEST_FACTOR} 之间，{word} 不行",
            )
        )
    factor = Fraction(value)
    if (factor * 10**FACTOR_DECIMALS).denominator != 1:
        raise Wrong(
            Said(
                f"a factor has at most {FACTOR_DECIMALS} decimals, not {word}",
                f"倍数最多 {FACTOR_DECIMALS} 位小数，{word} 不行",
            )
        )
    return factor


def _chosen(word: str, targets: Targets, on: str | None, of_lines: bool) -> set[str]:
    """Ids of rules meant by a word: a rule, else a currency, else `all`."""
    gives = {
        rule.id: rule
        for rule in targets.rules
        if isinstance(rule.action, Give)
        and rule.action.currency in targets.currencies
        and not rule.takes
        and rule.to is None
    }
    if word in targets.unreadable:
        return set()
    if parts := {rule.id: rule for rule in gives.values() if rule.whole == word}:
        _check_fits(word, parts, on, of_lines)
        return set(parts)
    if (other := next((rule for rule in targets.rules if rule.id == word), None)) is not None:
        raise Wrong(_gives_no_points(other))
    if word != "all" and word not in targets.currencies:
        known = [
            *(id for id, rule in gives.items() if not rule.part_of),
            *targets.currencies,
            "all",
        ]
        unknown = Said(f"unknown rule '{word}'", f"没有规则“{word}”")
        raise Wrong(unknown, did_you_mean(word, known))
    found = {
        rule.id
        for rule in gives.values()
        if on in (None, rule.on)
        and isinstance(rule.action, Give)
        and (gives_by_lines(rule) or not of_lines)
        and word in ("all", rule.action.currency)
    }
    if not found and not targets.unreadable:
        if word == "all":
            raise Wrong(Said("no rule gives anything here", "这里没有给分的规则"))
        raise Wrong(Said(f"no rule gives '{word}' here", f"这里没有给“{word}”的规则"))
    return found


def _check_fits(word: str, parts: Mapping[str, Rule], on: str | None, of_lines: bool) -> None:
    """Say Wrong where a rule that gives cannot be multiplied by this one."""
    about = parts[min(parts)].on
    if on not in (None, about):
        raise Wrong(
            Said(
                f"rule '{word}' is about '{about}', this one about '{on}'",
                f"规则“{word}”针对“{about}”，本条针对“{on}”",
            )
        )
    if of_lines and not all(map(gives_by_lines, parts.values())):
        raise Wrong(
            Said(
                f"what rule '{word}' gives does not depend on lines",
                f"规则“{word}”所给的积分与商品行无关",
            ),
            Said(
                "with `lines`, name rules that give by amount or by lines",
                "写了 `lines` 时，请指明按金额或按商品行给分的规则",
            ),
        )


def _gives_no_points(rule: Rule) -> Said:
    """Why what a rule does cannot be multiplied."""
    if rule.to is not None:
        return Said(
            f"what rule '{rule.id}' gives is a relation's; only what the member gets can be multiplied",
            f"规则“{rule.id}”所给的积分归关系人；只有会员本人所得才能加倍",
        )
    if isinstance(rule.action, Give) and not rule.takes:
        return Said(
            f"rule '{rule.id}' issues a reward; only points can be multiplied",
            f"规则“{rule.id}”发放的是礼品；只有积分才能加倍",
        )
    does, kind = ("takes", "扣分") if rule.takes else ("multiplies", "倍数")
    return Said(
        f"rule '{rule.id}' {does}; only what gives can be multiplied",
        f"规则“{rule.id}”本身是{kind}；只有给分的规则才能加倍",
    )
