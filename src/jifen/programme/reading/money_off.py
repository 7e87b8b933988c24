"""`off:` of a reward: `10.00`, `20%`, or a mapping that says of what, from which bill on and how much at most."""

from __future__ import annotations

from msgspec.structs import replace

from jifen.programme.condition import LineCondition
from jifen.programme.conditions.scope import Scope
from jifen.programme.conditions.typing_conditions import read_condition
from jifen.programme.money_off import MoneyOff, RewardReturned
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.ladder import percent
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import choice, units
from jifen.programme.reading.sections import Section, noting, text
from jifen.programme.requirement import PURCHASE
from jifen.wording import Said

KEYS = ("amount", "share", "lines", "min", "max", "returned")
RETURNED: tuple[RewardReturned, ...] = ("only_in_full", "never")

_MONEY = Said("the money", "货币")
_ONE_OF_BOTH = Said("write `amount` or `share`, one of them", "amount 与 share 请写一个")
_NOTHING = Said("takes nothing off", "减免为零")
_AS_IT_IS = Said(
    "`max` bounds a share; an amount is no more than it is",
    "max 用于限制 share；amount 本身就是上限",
)


def read_money_off(node: Node, problems: Problems, scope: Scope) -> MoneyOff | None:
    """What a reward takes off an order on which it is used; every problem is noted."""
    if not isinstance(node, Mapping):
        return noting(problems, node, lambda node: _in_short(node, scope), None)
    section = Section(node, problems, KEYS)
    if ("amount" in section) == ("share" in section):
        problems.add(node, _ONE_OF_BOTH)
    if "amount" in section and "max" in section:
        problems.add(section.place("max"), _AS_IT_IS)
    of_lines = replace(scope, on=scope.events[PURCHASE], lines=True)

    def condition(node: Node) -> tuple[LineCondition | None]:
        written = text(node)
        return (None if written == "all" else read_condition(written, of_lines),)

    chosen = section.read("lines", condition, None)
    return MoneyOff(
        amount=section.read("amount", lambda node: _money(node, scope), None),
        percent=section.read("share", _share, 0),
        of_lines=chosen is not None,
        lines=chosen[0] if chosen else None,
        least=section.read("min", lambda node: _money(node, scope), 0),
        most=section.read("max", lambda node: _money(node, scope), None),
        returned=section.read("returned", choice(RETURNED), "only_in_full"),
    )


def _in_short(node: Node, scope: Scope) -> MoneyOff:
    if text(node).endswith("%"):
        return MoneyOff(percent=_share(node))
    return MoneyOff(amount=_money(node, scope))


def _money(node: Node, scope: Scope) -> int:
    money = units(text(node), scope.money_scale, _MONEY)
    if not money:
        raise Wrong(_NOTHING)
    return money


def _share(node: Node) -> int:
    share = percent(node)
    if not share:
        raise Wrong(_NOTHING)
    return share
