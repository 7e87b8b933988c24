"""A member's rewards, for people."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.cli import output
from jifen.cli.language import say
from jifen.cli.tables import Column, table
from jifen.enquiry.rewards import RewardView, State
from jifen.programme.model import Programme


def reward_table(views: Sequence[RewardView], programme: Programme) -> list[str]:
    """A line for each state of each reward; nothing where there are none."""
    if not views:
        return []
    names = {reward.id: output.named(reward.name) for reward in programme.rewards}
    columns = (
        Column(say("reward", "礼品")),
        Column(say("state", "状态")),
        Column(say("count", "数量"), "right"),
        Column(say("ends after", "最后可用日")),
    )
    rows = [(names[view.reward], _state(view), str(view.count), _end(view)) for view in views]
    return ["", say("rewards", "礼品"), *(f"  {row}" for row in table(columns, rows))]


def _state(view: RewardView) -> str:
    words: dict[State, str] = {
        "issued": say("to be used", "可用"),
        "pending": say("pending", "待生效"),
        "owed": say("owed", "所欠"),
        "used": say("used", "已使用"),
        "expired": say("expired", "已过期"),
        "withdrawn": say("withdrawn", "已收回"),
    }
    said = words[view.state]
    if view.from_at is None:
        return said
    return say(f"{said}, from {view.from_at:%Y-%m-%d}", f"{said}，{view.from_at:%Y-%m-%d} 起")


def _end(view: RewardView) -> str:
    return output.last_day_of(view.expires_at) if view.state in ("issued", "pending") else ""
