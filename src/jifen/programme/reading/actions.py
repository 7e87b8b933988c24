"""What a rule does: give, issue, take, multiply, surprise, notify; of several currencies it is of several parts."""

from __future__ import annotations

from msgspec.structs import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.events import BALANCE_REACHED
from jifen.programme.meant import write
from jifen.programme.problems import Problems
from jifen.programme.reading.chances import read_prizes
from jifen.programme.reading.giving import Giving, award_from, read_give
from jifen.programme.reading.lookups import give_by_table, looks_up
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.notifying import read_notify
from jifen.programme.reading.relations import pass_on_from
from jifen.programme.reading.sections import Section, noting, one_or_many, text
from jifen.programme.reading.taking import (
    check_take,
    is_percentage,
    percentage_from,
    take_instead,
    what_to_take,
)
from jifen.programme.rules import Give, Multiply, Notify, PassOn, Rule
from jifen.programme.ways import Amount, Percentage, Prizes, Rate, Steps
from jifen.programme.ways_out import Limit
from jifen.wording import Said

Action = Give | Multiply | PassOn | Notify
VERBS = ("give", "issue", "take", "multiply", "pass_on", "surprise", "notify")
_ONLY_OF_GIVING = {
    Multiply: ("per", "group", "last", "milestone", "to"),
    PassOn: ("per", "lines", "rounding", "group", "last", "milestone", "budget"),
    Notify: ("per", "rounding", "group", "last", "expires", "pending", "funder", "budget", "to"),
}
"""Keys that say how points are given, which these do not."""
_INSTEAD = {
    "group": Said(
        "of several multipliers only the best counts with `combine: best`",
        "几个倍数只取最高的，请写 `combine: best`",
    ),
    "last": Said(
        "say in the `when` of the others where they do not count",
        "请在其余规则的 `when` 里写明何时不计",
    ),
}
"""What to write for a multiplier instead of such a key."""
_EVERYTHING = {
    Multiply: Said("says nothing for a multiplier", "对倍数没有意义"),
    PassOn: Said("says nothing for what is passed on", "对 pass_on 没有意义"),
    Notify: Said("says nothing for a rule that notifies", "对 notify 没有意义"),
}
"""What is said of `lines: all`."""


_EACH = Said(
    "points turn into something by two rules: one takes them, another gives or issues",
    "积分变成别的东西要写两条规则：一条扣分，另一条给分或发放",
)


def read_actions(section: Section, scope: Scope, per_line: bool) -> tuple[Action, ...]:
    """What the rule does, an award for each currency or reward that it gives; nothing if that cannot be read."""
    if sum(key in section for key in VERBS) != 1:
        message = Said(
            "a rule either gives, issues, takes, multiplies, passes on, surprises or notifies",
            "规则须且只能写 give、issue、take、multiply、pass_on、surprise、notify 之一",
        )
        hint = _EACH if "take" in section else None
        if not any(key in section for key in VERBS):
            hint = write("give: 20 points")
        section.problems.add(section.node, message, hint)
        return ()
    if "notify" in section:
        notify = section.read("notify", read_notify, None)
        return (notify,) if notify else ()
    if "multiply" in section:
        return (Multiply((), 1, 1),)
    if "pass_on" in section:
        part = section.read("pass_on", lambda node: pass_on_from(node, scope), None)
        return (part,) if part else ()
    issues = "issue" in section
    giving = Giving(
        scope.rewards if issues else scope.points,
        scope.on,
        scope.money_scale,
        of_lines="lines" in section or per_line,
        proportional="rounding" in section,
        rewards=issues,
        issued=tuple(reward.id for reward in scope.rewards),
        scope=scope,
    )
    if "surprise" in section:
        rewards = replace(giving, currencies=scope.rewards, rewards=True)
        return read_prizes(section.place("surprise"), section.problems, giving, rewards)
    looked_at = replace(scope, lines=True) if per_line else scope
    nodes = _awards(section)
    if not nodes:
        section.problems.add(_place(section), Said("is empty", "是空的"))
    gives: list[Give] = []
    for node in nodes:
        read = _take if "take" in section else _give
        give = read(node, section.problems, giving, looked_at)
        if give is None:
            return ()
        if any(give.currency == other.currency for other in gives):
            message = Said(
                f"'{give.currency}' is given twice: write rules of their own",
                f"“{give.currency}”给了两次：请分写成几条规则",
            )
            section.problems.add(node, message)
            return ()
        gives.append(give)
    return take_instead(section, gives, scope) if "take" in section else tuple(gives)


def _give(node: Node, problems: Problems, giving: Giving, scope: Scope) -> Give | None:
    if giving.rewards:
        return noting(problems, node, lambda node: award_from(node, giving), None)
    if noting(Problems(""), node, looks_up, False):
        by_table = lambda node: give_by_table(text(node), giving, scope)  # noqa: E731
        return noting(problems, node, by_table, None)
    return read_give(node, problems, giving)


def _take(node: Node, problems: Problems, giving: Giving, scope: Scope) -> Give | None:
    if is_percentage(node):
        return noting(problems, node, lambda node: percentage_from(text(node), giving), None)
    award, up_to = what_to_take(node)
    give = _give(award, problems, giving, scope)
    return give and replace(give, up_to=up_to)


def parts_of(rule: Rule, actions: tuple[Action, ...]) -> list[Rule]:
    """The rule, which does the first of the actions, and behind it a part for each further currency.

    Every part has the limits that can be its own; one that can be nobody's stays with the first, to be refused.
    """
    parts: list[Rule] = []
    for place, action in enumerate(actions):
        further = isinstance(action, Give) and place > 0
        owners = {limit: _owners(limit, actions) for limit in rule.limits}
        part = replace(
            rule,
            id=f"{rule.id}:{action.currency}" if isinstance(action, Give) and further else rule.id,
            action=action,
            part_of=rule.id if further else None,
            limits=tuple(limit for limit in rule.limits if place in (owners[limit] or (0,))),
        )
        parts.append(part)
    return parts


def _owners(limit: Limit, actions: tuple[Action, ...]) -> list[int]:
    return [place for place, action in enumerate(actions) if _may_limit(limit, action)]


def _may_limit(limit: Limit, action: Action) -> bool:
    match limit.what:
        case "points" if isinstance(action, Give):
            return limit.currency == action.currency
        case "amount":
            return counts_amount(action)
        case _:
            return True


def counts_amount(action: object) -> bool:
    """Whether something is given per amount of the whole event, all of it, which a limit of amount needs."""
    how = action.how if isinstance(action, Give) else None
    return isinstance(how, Rate) and how.field == "amount" and not (how.of_lines or how.over)


def check_shape(section: Section, action: Action, per_line: bool) -> None:
    """Keys that say nothing in this kind of rule are refused rather than ignored."""
    if not isinstance(action, Give):
        for key in _ONLY_OF_GIVING[type(action)]:
            if key in section:
                message = Said(f"'{key}' belongs to rules that give", f"“{key}”只能用于给分的规则")
                hint = _INSTEAD.get(key) if isinstance(action, Multiply) else None
                section.problems.add(section.place(key), message, hint)
        if section.read("lines", text, "") == "all":
            section.problems.add(section.place("lines"), _EVERYTHING[type(action)])
        return
    if action.takes:
        check_take(section)
    if isinstance(action.how, Percentage):
        for key in ("per", "lines"):
            if key in section and (key == "per" or section.read(key, text, "") == "all"):
                message = Said("says nothing for a part of what there is", "对按比例扣没有意义")
                section.problems.add(section.place(key), message)
    if "issue" in section and "to" in section:
        message = Said("only points are given to a relation", "只有积分可以给关系人")
        section.problems.add(section.place("to"), message)
    if isinstance(action.how, Amount):
        if "rounding" in section and len(_awards(section)) == 1:
            message = Said("a fixed award is not rounded", "固定积分不需要取整")
            section.problems.add(section.place("rounding"), message)
        if not per_line and section.read("lines", text, "") == "all":
            message = Said("says nothing for a fixed award", "对固定积分不起作用")
            hint = Said("add `per: line`, or say which lines", "请加 `per: line`，或写明哪些商品行")
            section.problems.add(section.place("lines"), message, hint)
    waits = section.read("on", text, "") == BALANCE_REACHED  # it may count how many it passed
    if "milestone" in section and not waits and (per_line or not isinstance(action.how, Amount)):
        message = Said("a milestone gives a fixed award", "里程碑只能给固定积分")
        section.problems.add(section.place("milestone"), message)
    if isinstance(action.how, Prizes):
        for key in ("per", "chance"):
            if key in section:
                message = Said("says nothing for a surprise", "对 surprise 没有意义")
                section.problems.add(section.place(key), message)
    if isinstance(action.how, Steps) and per_line:
        message = Said(
            "steps look at the whole event, not at lines", "分档按整个事件计算，不按商品行"
        )
        section.problems.add(section.place("per"), message)


def _awards(section: Section) -> tuple[Node, ...]:
    return one_or_many(_place(section))


def _place(section: Section) -> Node:
    return section.place(next((verb for verb in ("issue", "take") if verb in section), "give"))
