"""What an event carries, by what the programme says of its type: fields, lines and the bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import cast
from zoneinfo import ZoneInfo

from jifen.instants import day_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import ENVELOPE, Body, envelope, only, positive, suggestion
from jifen.intake.asking.commands import (
    BlindReturn,
    Event,
    Return,
    Value,
)
from jifen.intake.asking.order_bodies import lines_in, rewards_on_order
from jifen.intake.asking.pay_bodies import pay_of
from jifen.intake.asking.return_bodies import given_in_exchange, named_return_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.tier_bodies import check_tier
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import NEVER_SENT, RETURNED
from jifen.programme.model import Programme
from jifen.programme.requirement import PURCHASE

MOST_LINES = 10_000
Columns = dict[str, list[Value | None]]
_EVENT_ENVELOPE = ENVELOPE | {"type", "sequence", "lines", "pay", "use", "guest", "in_exchange"}
_RETURN_ENVELOPE = ENVELOPE | {"of", "type", "sequence", "lines"}


def event_of(body: Body, programme: Programme, zone: ZoneInfo) -> Event:
    """An event. Beside id, member or guest, type, occurred_at, sequence and lines it carries the fields of its type."""
    type_id = scalars.text(body.get("type"), "/type")
    event_type = next((known for known in programme.events if known.id == type_id), None)
    if event_type is None or type_id in NEVER_SENT:
        sent = [known.id for known in programme.events if known.id not in NEVER_SENT]
        known = suggestion(type_id, sent)
        raise Malformed(
            "/type",
            f"this programme knows no event '{type_id}'{known[0]}",
            f"此计划没有事件“{type_id}”{known[1]}",
            refusal="unknown_event",
        )
    fields, lines = _told(body, event_type, programme, _EVENT_ENVELOPE)
    check_tier(type_id, fields, programme)
    guest = body.get("guest")
    if guest is not None and body.get("member") is None:
        body = {**body, "member": scalars.text(guest, "/guest")}
    elif guest is not None:
        said = "name a member or a guest, not both", "会员和游客只能写一个"
        raise Malformed("/guest", *said)
    return Event(
        **envelope(body, zone),
        type=type_id,
        sequence=_sequence(body),
        fields=fields,
        lines=lines,
        pay=pay_of(body.get("pay"), event_type, fields, programme),
        use=rewards_on_order(body.get("use"), event_type, lines_in(lines), programme),
        guest=guest is not None,
        in_exchange=given_in_exchange(body.get("in_exchange"), programme),
    )


def return_of(body: Body, programme: Programme, zone: ZoneInfo) -> Return | BlindReturn:
    """A return of an event that it names; or, where the programme mirrors returns, of none: what came back then stands
    as an event would say it, with its type where that is no purchase."""
    if body.get("of") is not None or body.get("full") is not None:
        return named_return_of(body, programme, zone)
    if programme.returns.policy != "mirror":
        raise Malformed(
            "/of",
            "say of which event it is: only `returns: mirror` takes returns that name none",
            "请写明是哪一笔的退货：只有 returns: mirror 才接受无单退货",
        )
    type_id = PURCHASE if body.get("type") is None else scalars.text(body["type"], "/type")
    sold = {known.id: known for known in programme.events if known.costs_money}
    if type_id not in sold:
        en, zh = suggestion(type_id, sold)
        raise Malformed("/type", f"nobody buys a '{type_id}'{en}", f"“{type_id}”不是消费{zh}")
    fields, lines = _told(body, sold[type_id], programme, _RETURN_ENVELOPE)
    positive(cast(int, fields["amount"]), "/amount")
    return BlindReturn(
        **envelope(body, zone),
        type=RETURNED + type_id,
        sequence=_sequence(body),
        fields=fields,
        lines=lines,
    )


def _sequence(body: Body) -> int:
    """The sender's number, which orders what happened at one moment."""
    return scalars.decimal(body["sequence"], 0, "/sequence") if "sequence" in body else 0


def _told(
    body: Body, event_type: EventType, programme: Programme, beside: frozenset[str]
) -> tuple[dict[str, Value], Columns]:
    """The fields of an event and its lines; `beside`: the keys of its body that are neither."""
    known = _fields_of(event_type, programme.money_scale)
    said = {name: raw for name, raw in body.items() if name not in beside}
    if not said.keys() <= known.keys():
        only(body, beside | known.keys())
    lines = _lines(body.get("lines"), event_type)
    fields = {
        name: value_of(known[name], raw, f"/{name}")
        for name, raw in said.items()
        if raw is not None
    }
    if "amount" in known and "amount" not in fields and "amount" in lines:
        fields["amount"] = _bill(lines["amount"])
    if event_type.costs_money and "amount" not in fields:
        en, zh = f"a '{event_type.id}' needs its amount", f"“{event_type.id}”需要金额 amount"
        raise Malformed("/amount", en, zh)
    return fields, lines


@lru_cache
def _fields_of(event_type: EventType, money_scale: int) -> Mapping[str, Field]:
    """The fields of an event type by name; what costs money has an amount."""
    fields = {field.name: field for field in event_type.fields}
    if event_type.costs_money:
        fields.setdefault("amount", Field("amount", "money", money_scale))
    return fields


def value_of(field: Field, raw: Raw, pointer: str, *, signed: bool = False) -> Value:
    """One value of a field: money, numbers and quantities in its smallest unit, dates as days since 1970."""
    match field.kind:
        case "money" | "number" | "integer":
            return scalars.decimal(raw, field.scale, pointer, signed=signed)
        case "text":
            return scalars.text(raw, pointer)
        case "boolean":
            return scalars.boolean(raw, pointer)
        case "date":
            return day_of(scalars.date(raw, pointer))
        case "texts" | "member":
            raise AssertionError(field)  # of facts alone


def _lines(raw: Raw, event_type: EventType) -> Columns:
    """Lines as written, a list of mappings, turned into columns; None where a line lacks the field. What a line costs
    may be below zero, as a discount is."""
    if raw is None:
        return {}
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise Malformed("/lines", "expected a list of lines", "应为商品行列表")
    if len(raw) > MOST_LINES:
        raise Malformed("/lines", f"more than {MOST_LINES} lines", f"超过 {MOST_LINES} 行")
    known = {field.name: field for field in event_type.line_fields}
    columns: Columns = {}
    for place, line in enumerate(raw):
        if not isinstance(line, Mapping):
            raise Malformed(f"/lines/{place}", "expected a mapping", "应为映射")
        only(line, known.keys(), f"/lines/{place}")
        for name, value in line.items():
            if value is not None:
                column = columns.setdefault(name, [None] * len(raw))
                pointer, signed = f"/lines/{place}/{name}", name == "amount"
                column[place] = value_of(known[name], value, pointer, signed=signed)
    return columns


def _bill(amounts: Sequence[Value | None]) -> int:
    total = 0
    for place, amount in enumerate(amounts):
        if amount is None:
            raise Malformed(
                f"/lines/{place}/amount",
                "without a bill every line needs its amount",
                "没有总额时每行都要有金额",
            )
        total += cast(int, amount)
    if total < 0:
        raise Malformed(
            "/lines",
            "the lines come to less than nothing: send what came back as a return",
            "商品行合计小于零：退回的东西请作为退货发送",
            refusal="invalid_amount",
        )
    return total
