"""A member's statement as a table."""

from __future__ import annotations

from jifen.cli import output
from jifen.cli.language import say
from jifen.cli.tables import Column, table
from jifen.enquiry.freezing import FreezeView
from jifen.enquiry.origins import OccasionView
from jifen.enquiry.statement import Movement, Statement
from jifen.programme.events import (
    ANNIVERSARY,
    BALANCE_REACHED,
    BIRTHDAY,
    MEMBERSHIP_YEAR_END,
    TIER_CHANGED,
)
from jifen.programme.model import Programme

_OCCASIONS = {
    BIRTHDAY: ("Birthday", "生日"),
    ANNIVERSARY: ("Anniversary", "入会周年"),
    MEMBERSHIP_YEAR_END: ("End of the membership year", "会员年度末"),
    BALANCE_REACHED: ("Milestone of points", "积分达标"),
    TIER_CHANGED: ("Change of tier", "等级变动"),
    "month_end": ("End of the month", "月末"),
    "quarter_end": ("End of the quarter", "季末"),
    "year_end": ("End of the year", "年末"),
}
_MERGES = ("merge/", "counterpart/merge/", "claim/", "counterpart/claim/")


def statement_table(found: Statement, programme: Programme) -> list[str]:
    """A line a movement: when it was due, what it was, of which event, and the balance behind it."""
    currencies = {currency.id: currency for currency in programme.currencies}
    columns = (
        Column(say("when", "时间")),
        Column(say("what", "事项")),
        Column(say("of", "来源")),
        Column(say("change", "变动"), "right"),
        Column(say("balance", "余额"), "right"),
        Column(say("currency", "种类")),
    )
    rows = [
        (
            f"{movement.effective_at:%Y-%m-%d %H:%M}",
            _said(movement),
            _of(movement),
            _signed(movement.points, currencies[movement.currency].scale),
            output.amount(movement.balance, currencies[movement.currency].scale),
            output.named(currencies[movement.currency].name),
        )
        for movement in found.movements
    ]
    status = [f"! {frozen_said(found.frozen)}", ""] if found.frozen else []
    return [*status, *table(columns, rows), *_earlier(found)]


def frozen_said(frozen: FreezeView) -> str:
    """Since when, by whom and why a member is frozen."""
    day = f"{frozen.since:%Y-%m-%d}"
    return say(
        f"frozen since {day} by {frozen.by}, nothing can be spent: {frozen.reason}",
        f"自 {day} 起被 {frozen.by} 冻结，积分不可使用：{frozen.reason}",
    )


def _earlier(found: Statement) -> list[str]:
    if found.earlier is None:
        return []
    return ["", say(f"earlier: --before {found.earlier}", f"更早的流水：--before {found.earlier}")]


def _of(movement: Movement) -> str:
    """The event a movement is about, else the sender's id of what was asked; nothing for what time brought."""
    kind, _, asked = (movement.asked or "").partition("/")
    own = movement.about or ("" if kind == "settle" else asked)
    return called(movement.friend, movement.occasion, own)


def called(friend: str | None, occasion: OccasionView | None, otherwise: str) -> str:
    """What people call an event: by the friend whose deed it tells of, by the day it was, otherwise by its id."""
    if friend is not None:
        return say(f"Referral · {friend}", f"邀请好友 · {friend}")
    if occasion is None:
        return otherwise
    (en, zh), year, month = _OCCASIONS[occasion.kind], occasion.year, occasion.month
    if month is None:
        return say(f"{en} {year}", f"{year} 年{zh}")
    return say(f"{en} {year}-{month:02}", f"{year} 年 {month} 月{zh}")


def _signed(points: int, scale: int) -> str:
    return f"+{output.amount(points, scale)}" if points > 0 else output.amount(points, scale)


def _said(movement: Movement) -> str:
    """What a movement was, in a word or two; of what was done by hand also why, and by whom."""
    said = _kind_said(movement)
    if movement.reason is None:
        return said
    return say(
        f"{said}: {movement.reason} ({movement.actor})",
        f"{said}：{movement.reason}（{movement.actor}）",
    )


def _kind_said(movement: Movement) -> str:
    came = movement.points > 0
    asked = movement.asked or ""
    by_hand = asked.startswith("adjust/")
    match movement.account:
        case "issued" if by_hand:
            return say("adjusted", "人工调整")
        case "issued":
            return say("earned", "获得") if came else say("taken back", "追回")
        case "redeemed":
            return say("given back", "退还") if came else say("spent", "使用")
        case "expired" if asked.startswith("revive/"):
            return say("revived", "恢复")
        case "expired":
            return say("expiry undone", "撤销过期") if came else say("expired", "过期")
        case "written_off":
            return say("written off", "核减") if came else say("collected", "收回核减")
        case _ if asked.startswith(_MERGES):
            return (
                say("brought by a merge", "合并转入")
                if came
                else say("moved by a merge", "合并转出")
            )
        case _ if asked.startswith(("unmerge/", "counterpart/unmerge/")):
            return say("merge undone", "撤销合并")
        case _ if asked.startswith("exchange/"):
            return say("exchanged for", "换入") if came else say("exchanged", "换出")
        case _ if asked.startswith(("transfer/", "counterpart/")):
            return say("received", "获赠") if came else say("given", "转赠")
        case _:
            return say("moved", "转移")
