"""From what a request or a story says to a command in smallest units, by what the programme knows.

Everything is checked here, at the door: names, kinds, decimals, signs and bounds. What passes is integers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import (
    ENVELOPE,
    Body,
    currency_of,
    envelope,
    only,
    suggestion,
)
from jifen.intake.asking.commands import (
    Adjust,
    Cancel,
    Capture,
    Command,
    Confirm,
    Exchange,
    Hold,
    Known,
    Revive,
    Spend,
    Transfer,
    Void,
)
from jifen.intake.asking.event_bodies import event_of, return_of, value_of
from jifen.intake.asking.member_commands import Freeze, Group, SetFact
from jifen.intake.asking.merge_bodies import claim_of, merge_of, unmerge_of
from jifen.intake.asking.metadata import FACT as METADATA
from jifen.intake.asking.metadata import texts_by_name
from jifen.intake.asking.opening_bodies import opening_of
from jifen.intake.asking.order_steps import (
    approve_of,
    cancel_order_of,
    close_of,
    pick_up_of,
    reschedule_of,
    ship_of,
    take_back_of,
)
from jifen.intake.asking.referral_bodies import refer_of
from jifen.intake.asking.reward_bodies import redeem_of, spin_of, use_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.tier_bodies import set_tier_of
from jifen.intake.gathering.facts import NOBODY
from jifen.ledger.holding import DEFAULT_MINUTES
from jifen.programme.model import Currency, Programme


def command_of(kind: str, body: Body, programme: Programme, zone: ZoneInfo) -> Command:
    """The command that `body` asks for; `kind` is event, return, spend, redeem, use, hold, capture, void, cancel,
    cancel_order, take_back, approve, reschedule, ship, close, pick_up, confirm, transfer, exchange, adjust, revive,
    freeze, unfreeze, set_fact, set_tier, refer, merge, claim, unmerge or opening.

    Raises Malformed, which names the place and what to do.
    """
    reader = _READERS.get(kind)
    if reader is None:
        raise Malformed("", f"there is no command '{kind}'", f"没有命令“{kind}”")
    return reader(body, programme, zone)


def _spend_of(body: Body, programme: Programme, zone: ZoneInfo) -> Spend:
    only(body, ENVELOPE | {"points", "up_to", "currency"})
    currency = currency_of(body, programme)
    points, up_to = _points_or_up_to(body, currency)
    return Spend(**envelope(body, zone), points=points, up_to=up_to, currency=currency.id)


def _hold_of(body: Body, programme: Programme, zone: ZoneInfo) -> Hold:
    only(body, ENVELOPE | {"points", "currency", "minutes"})
    currency = currency_of(body, programme)
    return Hold(
        **envelope(body, zone),
        points=_points(body, currency),
        currency=currency.id,
        minutes=scalars.decimal(body.get("minutes", DEFAULT_MINUTES), 0, "/minutes"),
    )


def _capture_of(body: Body, programme: Programme, zone: ZoneInfo) -> Capture:
    only(body, ENVELOPE | {"of", "points", "currency"})
    points = None
    if body.get("points") is not None:
        points = _points(body, _currency_used(body, programme))
    return Capture(**envelope(body, zone), of=scalars.text(body.get("of"), "/of"), points=points)


def _void_of(body: Body, programme: Programme, zone: ZoneInfo) -> Void:
    only(body, ENVELOPE | {"of"})
    return Void(**envelope(body, zone), of=scalars.text(body.get("of"), "/of"))


def _cancel_of(body: Body, programme: Programme, zone: ZoneInfo) -> Cancel:
    only(body, ENVELOPE | {"of", "points", "currency", "quantity"})
    points = quantity = None
    if body.get("points") is not None:
        points = _points(body, _currency_used(body, programme))
    if body.get("quantity") is not None:
        quantity = scalars.decimal(body["quantity"], 0, "/quantity", signed=True)
    if points is not None and quantity is not None:
        raise Malformed(
            "/quantity",
            "say points, or the quantity of a reward; not both",
            "points 与 quantity（礼品数量）请只写一个",
        )
    said = envelope(body, zone, may_leave_out_member=True)
    of = scalars.text(body.get("of"), "/of")
    return Cancel(**said, of=of, points=points, quantity=quantity)


def _confirm_of(body: Body, programme: Programme, zone: ZoneInfo) -> Confirm:
    only(body, ENVELOPE | {"of"})
    said = envelope(body, zone, may_leave_out_member=True)
    return Confirm(**said, of=scalars.text(body.get("of"), "/of"))


def _group_of(body: Body, programme: Programme, zone: ZoneInfo) -> Group:
    """{member, join: smiths, role: owner} or {member, leave: smiths}."""
    only(body, ENVELOPE | {"join", "leave", "role"})
    said = [word for word in ("join", "leave") if body.get(word) is not None]
    if len(said) != 1:
        raise Malformed("/join", "say which household to join or leave", "请写明加入或离开哪个家庭")
    leave, role = said == ["leave"], body.get("role")
    if role not in (None, "owner", "member") or (leave and role is not None):
        raise Malformed("/role", "one joins as owner or member", "加入时的角色为 owner 或 member")
    named = scalars.text(body[said[0]], f"/{said[0]}")
    return Group(
        **envelope(body, zone), household=named, leave=leave, role=cast(Any, role or "member")
    )


def _transfer_of(body: Body, programme: Programme, zone: ZoneInfo) -> Transfer:
    only(body, ENVELOPE | {"to", "points", "up_to", "currency"})
    currency = currency_of(body, programme)
    said, to = envelope(body, zone), scalars.text(body.get("to"), "/to")
    if to == said["member"]:
        raise Malformed("/to", "nobody gives to oneself", "不能转赠给自己")
    points, up_to = _points_or_up_to(body, currency)
    return Transfer(**said, to=to, points=points, up_to=up_to, currency=currency.id)


def _exchange_of(body: Body, programme: Programme, zone: ZoneInfo) -> Exchange:
    """{member, from: points, to: miles, amount: 300}."""
    only(body, ENVELOPE | {"from", "to", "amount", "up_to"})
    currency = currency_of(body, programme, field="from")
    to = currency_of(body, programme, field="to")
    if currency.id == to.id:
        raise Malformed("/to", "is the same currency", "须是另一种积分")
    amount, up_to = _points_or_up_to(body, currency, "amount")
    said = envelope(body, zone)
    return Exchange(**said, currency=currency.id, to=to.id, amount=amount, up_to=up_to)


def _adjust_of(body: Body, programme: Programme, zone: ZoneInfo) -> Adjust:
    only(body, ENVELOPE | {"points", "currency", "reason", "expires", "pending", "batch"})
    currency = currency_of(body, programme)
    points = _points(body, currency)
    expires = body.get("expires")
    return Adjust(
        **envelope(body, zone),
        points=points,
        currency=currency.id,
        reason=scalars.text(body.get("reason"), "/reason"),
        expires_at=None if expires is None else scalars.last_usable_day(expires, zone, "/expires"),
        pending_days=scalars.days(body.get("pending", "0 days"), "/pending"),
        batch=None if body.get("batch") is None else scalars.text(body.get("batch"), "/batch"),
    )


def _revive_of(body: Body, programme: Programme, zone: ZoneInfo) -> Revive:
    only(body, ENVELOPE | {"points", "currency", "within", "expires", "reason"})
    currency = currency_of(body, programme)
    everything = body.get("points") in (None, "all")
    within = body.get("within")
    return Revive(
        **envelope(body, zone),
        points=None if everything else _points(body, currency),
        currency=currency.id,
        within_days=None if within is None else scalars.days(within, "/within"),
        expires_at=scalars.last_usable_day(body.get("expires"), zone, "/expires"),
        reason=scalars.text(body.get("reason"), "/reason"),
    )


def _freeze_of(body: Body, programme: Programme, zone: ZoneInfo) -> Freeze:
    return _frozen(body, zone, frozen=True)


def _unfreeze_of(body: Body, programme: Programme, zone: ZoneInfo) -> Freeze:
    return _frozen(body, zone, frozen=False)


def _frozen(body: Body, zone: ZoneInfo, *, frozen: bool) -> Freeze:
    only(body, ENVELOPE | {"reason"})
    reason = scalars.text(body.get("reason"), "/reason")
    return Freeze(**envelope(body, zone), frozen=frozen, reason=reason)


def _set_fact_of(body: Body, programme: Programme, zone: ZoneInfo) -> SetFact:
    only(body, ENVELOPE | {"name", "value"})
    name = scalars.text(body.get("name"), "/name")
    return SetFact(
        **envelope(body, zone),
        name=name,
        value=fact_of(name, body.get("value"), programme, "/value"),
    )


def fact_of(name: str, raw: Raw, programme: Programme, pointer: str) -> Known:
    """The value of a member's fact: the birthday as an ISO date, metadata as texts by name, others as the programme
    declares them."""
    if name == "birthday":
        return scalars.date(raw, pointer).isoformat()
    if name == METADATA:
        return texts_by_name(raw, pointer)
    for field in programme.facts:
        if field.name == name:
            if field.kind == "texts":
                return scalars.texts(raw, pointer)
            if field.kind == "member":
                return NOBODY if raw == NOBODY else scalars.text(raw, pointer)
            return value_of(field, raw, pointer)
    en, zh = suggestion(name, ["birthday", METADATA, *(field.name for field in programme.facts)])
    raise Malformed(pointer, f"unknown fact '{name}'{en}", f"未知的会员信息“{name}”{zh}")


_READERS: dict[str, Callable[[Body, Programme, ZoneInfo], Command]] = {
    "event": event_of,
    "return": return_of,
    "spend": _spend_of,
    "redeem": redeem_of,
    "use": use_of,
    "spin": spin_of,
    "hold": _hold_of,
    "capture": _capture_of,
    "void": _void_of,
    "cancel": _cancel_of,
    "cancel_order": cancel_order_of,
    "take_back": take_back_of,
    "approve": approve_of,
    "reschedule": reschedule_of,
    "ship": ship_of,
    "close": close_of,
    "pick_up": pick_up_of,
    "confirm": _confirm_of,
    "transfer": _transfer_of,
    "exchange": _exchange_of,
    "group": _group_of,
    "adjust": _adjust_of,
    "revive": _revive_of,
    "freeze": _freeze_of,
    "unfreeze": _unfreeze_of,
    "set_fact": _set_fact_of,
    "set_tier": set_tier_of,
    "opening": opening_of,
    "refer": refer_of,
    "merge": merge_of,
    "claim": claim_of,
    "unmerge": unmerge_of,
}
KINDS = tuple(_READERS)


def _points(body: Body, currency: Currency, field: str = "points") -> int:
    """Points in the currency's smallest unit; whether so many can be used is for the ledger to say."""
    return scalars.decimal(body.get(field), currency.scale, f"/{field}", signed=True)


def _currency_used(body: Body, programme: Programme) -> Currency:
    """The currency of what an earlier command used, as far as reading a number goes: it need only be named where
    currencies are counted in different units."""
    spendable = [currency for currency in programme.currencies if currency.spendable]
    if body.get("currency") is None and len({currency.scale for currency in spendable}) == 1:
        return spendable[0]
    return currency_of(body, programme)


def _points_or_up_to(
    body: Body, currency: Currency, field: str = "points"
) -> tuple[int | None, int | None]:
    """So many points, or what is there up to so many: the other is None."""
    up_to = body.get("up_to")
    if up_to is None:
        return _points(body, currency, field), None
    if body.get(field) is not None:
        raise Malformed(
            "/up_to",
            f"say {field}, or up_to for what is there; not both",
            f"{field} 与 up_to（有多少用多少）请只写一个",
        )
    return None, scalars.decimal(up_to, currency.scale, "/up_to", signed=True)
