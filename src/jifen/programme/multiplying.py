"""The sentences of `multiply:` — `base by 2`, `base, big-basket by 1.5`, `points by 2`, `all by 2`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from jifen.programme.model import Give, Multiply, Rule
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.scalars import decimal

GREATEST_FACTOR = 1000
FACTOR_DECIMALS = 4

_MULTIPLY = re.compile(r"(?P<targets>.+) by (?P<factor>\S+)")


@dataclass(frozen=True, slots=True)
class Targets:
    """The giving rules that may be multiplied; `unreadable` ids have problems of their own."""

    rules: tuple[Rule, ...]
    currencies: tuple[str, ...]
    unreadable: Collection[str] = ()


def multiply_from(written: str, targets: Targets, on: str | None) -> Multiply:
    """The multiplier as written; of rules on the event type `on`, or on any if that is None.

    Raises:
        Wrong: it cannot be read, or multiplies what is not there.
    """
    found = _MULTIPLY.fullmatch(" ".join(written.split()))
    if not found:
        raise Wrong(f"cannot read '{written}'", "write `base by 2` or `points by 1.5`")
    factor = _factor(found["factor"])
    chosen: set[str] = set()
    for word in found["targets"].split(","):
        chosen |= _chosen(word.strip(), targets, on)
    ids = tuple(rule.id for rule in targets.rules if rule.id in chosen)
    return Multiply(ids, factor.numerator, factor.denominator)


def _factor(word: str) -> Fraction:
    value = decimal(word)
    if not 1 <= value <= GREATEST_FACTOR:
        raise Wrong(f"a factor is 1 to {GREATEST_FACTOR}, not {word}")
    factor = Fraction(value)
    if (factor * 10**FACTOR_DECIMALS).denominator != 1:
        raise Wrong(f"a factor has at most {FACTOR_DECIMALS} decimals, not {word}")
    return factor


def _chosen(word: str, targets: Targets, on: str | None) -> set[str]:
    """Ids of rules meant by a word: a rule, else a currency, else `all`."""
    gives = {rule.id: rule for rule in targets.rules if isinstance(rule.action, Give)}
    if word in targets.unreadable:
        return set()
    if word in gives:
        if on not in (None, gives[word].on):
            raise Wrong(f"rule '{word}' is about '{gives[word].on}', this one about '{on}'")
        return {word}
    if any(rule.id == word for rule in targets.rules):
        raise Wrong(f"rule '{word}' multiplies; only what gives can be multiplied")
    if word != "all" and word not in targets.currencies:
        known = [*gives, *targets.currencies, "all"]
        raise Wrong(f"unknown rule '{word}'", did_you_mean(word, known))
    found = {
        rule.id
        for rule in gives.values()
        if on in (None, rule.on)
        and isinstance(rule.action, Give)
        and word in ("all", rule.action.currency)
    }
    if not found and not targets.unreadable:
        raise Wrong(
            f"no rule gives '{word}' here" if word != "all" else "no rule gives anything here"
        )
    return found
