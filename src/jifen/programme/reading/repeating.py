"""`repeat:` of a rule: `once`, `once per year`, and of milestones `each_time` or `as_often_as_it_fits`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from jifen.programme.conditions.scope import Scope
from jifen.programme.problems import Wrong, did_you_mean
from jifen.programme.reading.actions import Action
from jifen.programme.reading.limiting import limit_from
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.sections import Section, text
from jifen.programme.rules import Give, Milestone
from jifen.programme.ways import Amount, Rate
from jifen.programme.ways_out import Limit
from jifen.wording import Said

EACH_TIME = "each_time"
AS_OFTEN_AS_IT_FITS = "as_often_as_it_fits"
_WORDS = (EACH_TIME, AS_OFTEN_AS_IT_FITS, "once", "once per year")


class Repeat(NamedTuple):
    """What `repeat` says: the limit that it is another word for, and of milestones that one event passes together
    whether each of them gives (None: nothing is said)."""

    limit: Limit | None = None
    each_fits: bool | None = None

    def of_milestone(self, milestone: Milestone) -> Milestone:
        """The milestone of a rule that gives for several at once as often as it fits, unless said."""
        return (
            milestone if self.each_fits is None else replace(milestone, together=not self.each_fits)
        )

    def of_reached(self, actions: Sequence[Action]) -> tuple[Action, ...]:
        """What a rule on `balance_reached` does: the event says how many milestones it is of."""
        return tuple(_each_time(action) if self.each_fits else action for action in actions)


def read_repeat(section: Section, scope: Scope) -> Repeat:
    """What a rule says of how often it gives."""
    return section.read("repeat", lambda node: _repeat(node, section, scope), Repeat())


def _repeat(node: Node, section: Section, scope: Scope) -> Repeat:
    written = text(node)
    if re.match(r"once\b", written):
        return Repeat(limit_from(written, scope.currencies, scope.money_scale, scope.on))
    if written not in _WORDS:
        unknown = Said(f"cannot read '{written}'", f"无法读懂“{written}”")
        write = Said(
            "write `once`, `once per year`, `each_time` or `as_often_as_it_fits`",
            "请写 `once`、`once per year`、`each_time` 或 `as_often_as_it_fits`",
        )
        raise Wrong(unknown, did_you_mean(written, _WORDS) or write)
    if written == AS_OFTEN_AS_IT_FITS and "milestone" not in section:
        raise Wrong(
            Said(
                "nothing fits several times without a `milestone`", "没有 `milestone`，谈不上满几次"
            )
        )
    return Repeat(each_fits=written == AS_OFTEN_AS_IT_FITS)


def _each_time(action: Action) -> Action:
    if not isinstance(action, Give) or not isinstance(action.how, Amount):
        return action
    return Give(action.currency, Rate(action.how.points, 1, "times"))
