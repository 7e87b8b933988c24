"""What an event carries, by what the programme says of its type: fields, lines and the bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from zoneinfo import ZoneInfo

from jifen.instants import day_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import ENVELOPE, Body, envelope, only, suggestion
from jifen.intake.asking.commands import Event, Value
from jifen.intake.asking.pay_bodies import pay_of
from jifen.intake.asking.return_bodies import given_in_exchange
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.tier_bodies import check_tier
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Programme

MOST_LINES = 10_000
_EVENT_ENVELOPE = ENVELOPE | {"type", "sequence", "lines", "pay", "guest", "in_exchange"}


def event_of(body: Body, programme: Programme, zone: ZoneInfo) -> Event:
    """An event. Beside id, member or guest, type, occurred_at, sequence and lines it carries the fields of its type."""
    type_id = scalars.text(body.get("type"), "/type")
    sent = [known for known in programme.events if known.id not in NEVER_SENT]
    event_type = next((known for known in sent if known.id == type_id), None)
    if event_type is None:
        known = suggestion(type_id, [known.id for known in sent])
        raise Malformed(
            "/type",
            f"this programme knows no event '{type_id}'{known[0]}",
            f"此计划没有事件“{type_id}”{known[1]}",
            refusal="unknown_event",
        )
    known_fields = {field.name: field for field in event_type.fields}
    if event_type.costs_money:
        known_fields.setdefault("amount", Field("amount", "money", programme.money_scale))
    only(body, _EVENT_ENVELOPE | known_fields.keys())
    lines = _lines(body.get("lines"), event_type)
    fields = {
        name: value_of(known_fields[name], raw, f"/{name}")
        for name, raw in body.items()
        if name not in _EVENT_ENVELOPE and raw is not None
    }
    if "amount" in known_fields and "amount" not in fields and "amount" in lines:
        fields["amount"] = _bill(lines["amount"])
    if event_type.costs_money and "amount" not in fields:
        raise Malformed("/amount", f"a '{type_id}' needs its amount", f"“{type_id}”需要金额 amount")
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
        sequence=scalars.decimal(body.get("sequence", "0"), 0, "/sequence"),
        fields=fields,
        lines=lines,
        pay=pay_of(body.get("pay"), event_type, fields, programme),
        guest=guest is not None,
        in_exchange=given_in_exchange(body.get("in_exchange"), programme),
    )


def value_of(field: Field, raw: Raw, pointer: str) -> Value:
    """One value of a field: money, numbers and quantities in its smallest unit, dates as days since 1970."""
    match field.kind:
        case "money" | "number" | "integer":
            return scalars.decimal(raw, field.scale, pointer)
        case "text":
            return scalars.text(raw, pointer)
        case "boolean":
            return scalars.boolean(raw, pointer)
        case "date":
            return day_of(scalars.date(raw, pointer))
        case "texts":
            raise AssertionError(field)  # of facts alone


def _lines(raw: Raw, event_type: EventType) -> dict[str, list[Value | None]]:
    """Lines as written, a list of mappings, turned into columns; None where a line lacks the field."""
    if raw is None:
        return {}
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise Malformed("/lines", "expected a list of lines", "应为商品行列表")
    if len(raw) > MOST_LINES:
        raise Malformed("/lines", f"more than {MOST_LINES} lines", f"超过 {MOST_LINES} 行")
    known = {field.name: field for field in event_type.line_fields}
    columns: dict[str, list[Value | None]] = {}
    for place, line in enumerate(raw):
        if not isinstance(line, Mapping):
            raise Malformed(f"/lines/{place}", "expected a mapping", "应为映射")
        only(line, known.keys(), f"/lines/{place}")
        for name, value in line.items():
            if value is not None:
                column = columns.setdefault(name, [None] * len(raw))
                column[place] = value_of(known[name], value, f"/lines/{place}/{name}")
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
    return total
