"""`to:` of a rule: points for a relation of the member, as the member had it on the day of the deed.

Such a rule is read as two, so that the engine knows no relations: the member's looks at the deed and works out the
points, the relation's hands on what the event `from_relation` carries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from jifen.programme.condition import Compare, Condition, EventField, Fact, Number, Word
from jifen.programme.conditions.scope import Scope
from jifen.programme.events import DERIVED, FROM_RELATION, HOUSEHOLD, REFERRER
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.giving import find_currency
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import decimal, units
from jifen.programme.reading.sections import Section, missing, text
from jifen.programme.rules import Derived, Give, PassOn, Rule
from jifen.programme.ways import Rate
from jifen.wording import Said, quoted

PERCENT_DECIMALS = 2
_NOBODY = Word("")
_PASS_ON = re.compile(r"(?P<number>\S+?) ?(?P<percent>% of)? (?P<currency>\S+)")


def read_relation(section: Section, scope: Scope, households: bool) -> Derived | None:
    """To whom else a rule gives; None where it gives to the member."""
    return section.read("to", lambda node: _relation(text(node), scope, households), None)


def _relation(word: str, scope: Scope, households: bool) -> Derived:
    if scope.on.id in DERIVED:
        raise Wrong(
            Said(
                f"what '{scope.on.id}' gives goes no further",
                f"“{scope.on.id}”带来的积分不再转给别人",
            )
        )
    if word == HOUSEHOLD and not households:
        raise Wrong(
            Said("the programme has no households", "计划没有家庭"),
            Said("declare them under `households:`", "请在 `households:` 下声明"),
        )
    known = [REFERRER, HOUSEHOLD, *(fact.name for fact in scope.facts if fact.kind == "member")]
    if word not in known:
        declare = Said(
            f"declare it: `facts: {{{word}: member}}`", f"请先声明：`facts: {{{word}: member}}`"
        )
        raise Wrong(
            Said(f"nobody is a member's '{word}'", f"会员没有“{word}”这种关系"),
            did_you_mean(word, known) or declare,
        )
    return Derived(FROM_RELATION, word, carries=True)


def has_relation(derives: Derived | None) -> tuple[Condition, ...]:
    """What every rule for a relation asks first: that there is one."""
    if derives is None:
        return ()
    if derives.to == REFERRER:
        return (Compare("==", Fact("referred"), Number(1), "referred"),)
    return (Compare("!=", Fact(derives.to), _NOBODY, derives.to),)


def check_relation(section: Section, rule: Rule) -> None:
    """What a rule for a relation cannot say."""
    pending = rule.terms.pending
    if rule.to is not None and pending is not None and pending.until is not None:
        section.problems.add(
            section.place("pending"),
            Said(
                "the relation's points cannot wait for something that names the member's deed",
                "归关系人的积分，无法等待指明会员行为的事件",
            ),
            Said("write so many days", "请写天数"),
        )
    if isinstance(rule.action, PassOn) and rule.to is None and "to" not in section:
        section.problems.add(section.node, missing("to"))


def receiving(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The other sides of the rules that give to a relation."""
    return tuple(
        Rule(
            f"{rule.id}:received",
            FROM_RELATION,
            Give(rule.action.currency, Rate(1, 1, "points")),
            (Compare("==", EventField("rule"), Word(rule.id), "rule"),),
            name=rule.name,
            line=rule.line,
            terms=rule.terms,
            receives=rule.id,
        )
        for rule in rules
        if rule.to is not None and isinstance(rule.action, Give | PassOn)
    )


def pass_on_from(node: Node, scope: Scope) -> PassOn:
    """`30% of points`, or `100 points`."""
    written = " ".join(text(node).split())
    found = _PASS_ON.fullmatch(written)
    if not found:
        raise Wrong(
            Said(f"cannot read '{written}'", f"无法读懂“{written}”"),
            Said("write `30% of points` or `100 points`", "请写成 `30% of points` 或 `100 points`"),
        )
    currency = find_currency(found["currency"], scope.points)
    if not found["percent"]:
        points = units(found["number"], currency.scale, quoted(currency.id))
        if points == 0:
            raise Wrong(Said(f"'{written}' passes nothing on", f"“{written}”没有分出积分"))
        return PassOn(currency.id, points)
    part = Fraction(decimal(found["number"])) / 100
    if not 0 < part <= 1 or (part * 100 * 10**PERCENT_DECIMALS).denominator != 1:
        raise Wrong(
            Said(
                f"a part is more than 0% and at most 100%, with up to {PERCENT_DECIMALS} decimals",
                f"比例须大于 0%、不超过 100%，最多 {PERCENT_DECIMALS} 位小数",
            )
        )
    return PassOn(currency.id, 0, part.numerator, part.denominator)
