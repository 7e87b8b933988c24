"""A member's statement as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jifen.cli import output
from jifen.cli.language import say
from jifen.cli.tables import Column, table
from jifen.enquiry.freezing import FreezeView
from jifen.enquiry.member import LotView
from jifen.enquiry.statement import Movement, Statement, kind_and_id
from jifen.intake.actors import COMMAND_LINE
from jifen.mall_provider.orders import ACTOR as MALL
from jifen.programme.events import (
    ANNIVERSARY,
    BALANCE_REACHED,
    BIRTHDAY,
    EXCHANGED,
    EXPIRED,
    MEMBERSHIP_YEAR_END,
    REDEEMED,
    TIER_CHANGED,
)
from jifen.programme.model import Programme
from jifen.programme.saying.words import spaced

if TYPE_CHECKING:
    from jifen.enquiry.why import Why

_OCCASIONS = {
    BIRTHDAY: ("Birthday", "生日"),
    ANNIVERSARY: ("Anniversary", "入会周年"),
    MEMBERSHIP_YEAR_END: ("End of the membership year", "会员年度末"),
    BALANCE_REACHED: ("Milestone", "积分达标"),
    TIER_CHANGED: ("Change of tier", "等级变动"),
    EXPIRED: ("Expiry of points", "积分过期"),
    EXCHANGED: ("Exchange of points", "积分转换"),
    REDEEMED: ("Redemption", "礼品兑换"),
    "month_end": ("End of the month", "月末"),
    "quarter_end": ("End of the quarter", "季末"),
    "half_year_end": ("End of the half-year", "半年末"),
    "year_end": ("End of the year", "年末"),
}
_BRINGS = ("event", "return", "adjust", "confirm", "opening")
"""Commands by which points come that may find a debt."""


def statement_table(found: Statement, programme: Programme) -> list[str]:
    """A line a movement: when it was due, what it was, of which event, and the balance behind it. Where something
    came of an event that people call otherwise than `member why`, the last column has the id for that."""
    columns = [
        Column(say("when", "时间")),
        Column(say("what", "事项")),
        Column(say("of", "来源")),
        Column(say("change", "变动"), "right"),
        Column(say("balance", "余额"), "right"),
        Column(say("currency", "种类")),
        Column(say("member why", "member why 查询")),
    ]
    rows = [_row(movement, programme) for movement in found.movements]
    if not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    status = [f"! {frozen_said(found.frozen)}", ""] if found.frozen else []
    return [*status, *table(columns, rows), *_earlier(found)]


def _row(movement: Movement, programme: Programme) -> Sequence[str]:
    currency = next(one for one in programme.currencies if one.id == movement.currency)
    named = any((movement.friend, movement.doer, movement.occasion))
    return (
        f"{movement.effective_at:%Y-%m-%d %H:%M}",
        _said(movement),
        _of(movement),
        _signed(movement.points, currency.scale),
        output.amount(movement.balance, currency.scale),
        output.named(currency.name),
        (movement.about or "") if named else "",
    )


def frozen_said(frozen: FreezeView) -> str:
    """Since when, by whom and why a member is frozen."""
    day, by = f"{frozen.since:%Y-%m-%d}", actor_said(frozen.by)
    return say(
        f"frozen since {day} by {by}, nothing can be spent: {frozen.reason}",
        spaced(f"自{day}起由{by}冻结，积分不可使用：") + frozen.reason,
    )


def _earlier(found: Statement) -> list[str]:
    if found.earlier is None:
        return []
    return ["", say(f"earlier: --before {found.earlier}", f"更早的流水：--before {found.earlier}")]


def _of(movement: Movement) -> str:
    """The event a movement is about, else the sender's id of what was asked; nothing for what time brought."""
    kind, asked = kind_and_id(movement.asked or "")
    own = movement.about or ("" if kind == "settle" else asked)
    return called(movement, own)


def called(found: Movement | LotView | Why, otherwise: str) -> str:
    """What people call an event: by whose deed it tells of, by the day it was, otherwise by its id."""
    if found.friend is not None:
        return say(f"Referral · {found.friend}", f"邀请好友 · {found.friend}")
    if found.doer is not None:
        return say(f"Through · {found.doer}", f"关系人带来 · {found.doer}")
    if (occasion := found.occasion) is None:
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
        return said + _order_said(movement)
    by = actor_said(movement.actor or "")
    return say(f"{said}: {movement.reason} ({by})", f"{said}：{movement.reason}（{by}）")


def _order_said(movement: Movement) -> str:
    """For which order of a mall that others run, if it was for one."""
    if not (movement.actor or "").startswith(f"{MALL}/"):
        return ""
    told = movement.metadata
    about = f", {told['description']}" if "description" in told else ""
    return say(
        f": order {told['order']} of the mall {told['mall']}{about}",
        f"：商城 {told['mall']} 订单 {told['order']}{about.replace(', ', '，', 1)}",
    )


def actor_said(actor: str) -> str:
    """Who asked; of what is asked here, in the spoken language."""
    return say(actor, "命令行") if actor == COMMAND_LINE else actor


def _kind_said(movement: Movement) -> str:
    came = movement.points > 0
    kind, _ = kind_and_id(movement.asked or "")
    match movement.account:
        case "issued" if kind == "redeem":
            return say("redeemed", "兑换所得")
        case "issued" if kind == "cancel":
            return say("redemption undone", "取消兑换")
        case "redeemed" if _is_about_itself(movement):
            return say("fee", "手续费")
        case "redeemed" if kind == "redeem":
            return say("redeemed for a reward", "兑换礼品")
        case "redeemed" if kind == "use":
            return say("used", "核销")
        case "issued" if kind == "adjust":
            return say("adjusted", "人工调整")
        case "issued" if kind == "opening":
            return say("brought along", "期初带入")
        case "issued" if kind == "event" and not came and _is_about_itself(movement):
            return say("taken", "扣分")  # by the event itself, whose rule takes
        case "issued":
            return say("earned", "获得") if came else say("taken back", "追回")
        case "redeemed" if kind == "event" and not came:
            return say("paid", "抵现")
        case "redeemed":
            return say("given back", "退还") if came else say("spent", "使用")
        case "expired" if kind == "revive":
            return say("revived", "恢复")
        case "expired":
            return say("expiry undone", "撤销过期") if came else say("expired", "过期")
        case "written_off":
            return say("written off", "核减") if came else say("collected", "收回核减")
        case _:
            return _transit_said(kind, movement.about_kind, came=came)


def _is_about_itself(movement: Movement) -> bool:
    """Whether what a command posted is about that command."""
    return movement.asked == f"{movement.about_kind}/{movement.about}"


def _transit_said(kind: str, about: str | None, *, came: bool) -> str:
    """What points were on their way for: to another member, another currency, another lot."""
    match kind, about:
        case (("merge" | "claim"), _):
            return (
                say("brought by a merge", "合并转入")
                if came
                else say("moved by a merge", "合并转出")
            )
        case "unmerge", _:
            return say("merge undone", "撤销合并")
        case "exchange", _:
            return say("exchanged for", "换入") if came else say("exchanged", "换出")
        case "transfer", _:
            return say("received", "获赠") if came else say("given", "转赠")
        case "share", _:
            return (
                say("from the household", "家庭共用")
                if came
                else say("used by the household", "家庭共用")
            )
        case "cancel", "exchange":
            return say("exchange undone", "撤销转换")
        case "cancel", "transfer":
            return say("gift undone", "撤销转赠")
        case _, None if kind in _BRINGS:
            return say("debt repaid", "欠分减少") if came else say("set against debt", "抵还欠分")
        case _:
            return (
                say("moved to another lot", "转入新批次")
                if came
                else say("moved to another lot", "转出原批次")
            )
