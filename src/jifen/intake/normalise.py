"""From what a request or a story says to a command in smallest units, by what the programme knows.

Everything is checked here, at the door: names, kinds, decimals, signs and bounds. What passes is integers.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypedDict, cast
from zoneinfo import ZoneInfo

from jifen.instants import day_of
from jifen.intake import scalars
from jifen.intake.commands import (
    Adjust,
    Capture,
    Command,
    Event,
    Freeze,
    Hold,
    Return,
    Spend,
    Value,
    Void,
)
from jifen.intake.scalars import Malformed, Raw
from jifen.programme.model import Currency, EventType, Field, Programme

Body = Mapping[str, Raw]
MOST_LINES = 10_000
LONGEST_HOLD_MINUTES = 30 * 24 * 60
_ENVELOPE = frozenset({"id", "member", "occurred_at"})
_EVENT_ENVELOPE = _ENVELOPE | {"type", "sequence", "lines"}


def command_of(kind: str, body: Body, programme: Programme, zone: ZoneInfo) -> Command:
    """The command that `body` asks for; `kind` is event, return, spend, hold, capture, void, adjust,
    freeze or unfreeze. Raises Malformed, which names the place and what to do."""
    reader = _READERS.get(kind)
    if reader is None:
        raise Malformed("", f"there is no command '{kind}'", f"没有命令 '{kind}'")
    return reader(body, programme, zone)


def event_of(body: Body, programme: Programme, zone: ZoneInfo) -> Event:
    """An event. Beside id, member, type, occurred_at, sequence and lines it carries the fields of its type."""
    type_id = scalars.text(body.get("type"), "/type")
    event_type = next((known for known in programme.events if known.id == type_id), None)
    if event_type is None:
        known = _suggestion(type_id, [known.id for known in programme.events])
        raise Malformed(
            "/type",
            f"this programme knows no event '{type_id}'{known[0]}",
            f"此计划没有事件 '{type_id}'{known[1]}",
            refusal="unknown_event",
        )
    known_fields = {field.name: field for field in event_type.fields}
    _only(body, _EVENT_ENVELOPE | known_fields.keys())
    lines = _lines(body.get("lines"), event_type)
    fields = {
        name: value_of(known_fields[name], raw, f"/{name}")
        for name, raw in body.items()
        if name not in _EVENT_ENVELOPE and raw is not None
    }
    if "amount" in known_fields and "amount" not in fields and "amount" in lines:
        fields["amount"] = _bill(lines["amount"])
    if event_type.costs_money and "amount" not in fields:
        raise Malformed(
            "/amount", f"a '{type_id}' needs its amount", f"'{type_id}' 需要金额 amount"
        )
    return Event(
        **_envelope(body, zone),
        type=type_id,
        sequence=scalars.decimal(body.get("sequence", "0"), 0, "/sequence"),
        fields=fields,
        lines=lines,
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


def currency_of(body: Body, programme: Programme) -> Currency:
    """The currency a body names; unnamed, the only one that can be spent."""
    named = body.get("currency")
    if named is None:
        spendable = [currency for currency in programme.currencies if currency.spendable]
        if len(spendable) != 1:
            raise Malformed("/currency", "which currency is meant?", "请指明积分种类 currency")
        return spendable[0]
    for currency in programme.currencies:
        if currency.id == named:
            return currency
    en, zh = _suggestion(str(named), [currency.id for currency in programme.currencies])
    raise Malformed(
        "/currency", f"there is no currency '{named}'{en}", f"没有积分种类 '{named}'{zh}"
    )


def _return_of(body: Body, programme: Programme, zone: ZoneInfo) -> Return:
    _only(body, _ENVELOPE | {"of", "amount", "lines", "full"})
    said = [name for name in ("amount", "lines", "full") if body.get(name) is not None]
    full = "full" in said and scalars.boolean(body["full"], "/full")
    if len(said) != 1 or (said == ["full"] and not full):
        raise Malformed(
            "/full",
            "say what was returned: full: true, an amount, or lines",
            "请说明退了什么：full: true、金额 amount，或商品行 lines",
        )
    amount = None
    if "amount" in said:
        amount = _positive(
            scalars.decimal(body["amount"], programme.money_scale, "/amount"), "/amount"
        )
    return Return(
        **_envelope(body, zone),
        of=scalars.text(body.get("of"), "/of"),
        amount=amount,
        lines=_returned_lines(body["lines"], programme) if "lines" in said else [],
        full=full,
    )


def _spend_of(body: Body, programme: Programme, zone: ZoneInfo) -> Spend:
    _only(body, _ENVELOPE | {"points", "currency"})
    currency = currency_of(body, programme)
    return Spend(**_envelope(body, zone), points=_points(body, currency), currency=currency.id)


def _hold_of(body: Body, programme: Programme, zone: ZoneInfo) -> Hold:
    _only(body, _ENVELOPE | {"points", "currency", "minutes"})
    currency = currency_of(body, programme)
    minutes = _positive(scalars.decimal(body.get("minutes", "15"), 0, "/minutes"), "/minutes")
    if minutes > LONGEST_HOLD_MINUTES:
        raise Malformed("/minutes", "a hold lasts 30 days at most", "冻结最长 30 天")
    return Hold(
        **_envelope(body, zone),
        points=_points(body, currency),
        currency=currency.id,
        minutes=minutes,
    )


def _capture_of(body: Body, programme: Programme, zone: ZoneInfo) -> Capture:
    _only(body, _ENVELOPE | {"of", "points", "currency"})
    points = None
    if body.get("points") is not None:
        points = _points(body, currency_of(body, programme))
    return Capture(**_envelope(body, zone), of=scalars.text(body.get("of"), "/of"), points=points)


def _void_of(body: Body, programme: Programme, zone: ZoneInfo) -> Void:
    _only(body, _ENVELOPE | {"of"})
    return Void(**_envelope(body, zone), of=scalars.text(body.get("of"), "/of"))


def _adjust_of(body: Body, programme: Programme, zone: ZoneInfo) -> Adjust:
    _only(body, _ENVELOPE | {"points", "currency", "reason", "expires"})
    currency = currency_of(body, programme)
    points = scalars.decimal(body.get("points"), currency.scale, "/points", signed=True)
    if not points:
        raise Malformed("/points", "nothing to adjust", "调整数额为零")
    expires = body.get("expires")
    return Adjust(
        **_envelope(body, zone),
        points=points,
        currency=currency.id,
        reason=scalars.text(body.get("reason"), "/reason"),
        expires_at=None if expires is None else scalars.last_usable_day(expires, zone, "/expires"),
    )


def _freeze_of(body: Body, programme: Programme, zone: ZoneInfo) -> Freeze:
    _only(body, _ENVELOPE)
    return Freeze(**_envelope(body, zone), frozen=True)


def _unfreeze_of(body: Body, programme: Programme, zone: ZoneInfo) -> Freeze:
    _only(body, _ENVELOPE)
    return Freeze(**_envelope(body, zone), frozen=False)


_READERS: dict[str, Callable[[Body, Programme, ZoneInfo], Command]] = {
    "event": event_of,
    "return": _return_of,
    "spend": _spend_of,
    "hold": _hold_of,
    "capture": _capture_of,
    "void": _void_of,
    "adjust": _adjust_of,
    "freeze": _freeze_of,
    "unfreeze": _unfreeze_of,
}
KINDS = tuple(_READERS)


class _Envelope(TypedDict):
    id: str
    member: str
    occurred_at: int | None


def _envelope(body: Body, zone: ZoneInfo) -> _Envelope:
    occurred_at = body.get("occurred_at")
    return {
        "id": scalars.text(body.get("id"), "/id"),
        "member": scalars.text(body.get("member"), "/member"),
        "occurred_at": None
        if occurred_at is None
        else scalars.instant(occurred_at, zone, "/occurred_at"),
    }


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
        _only(line, known.keys(), f"/lines/{place}")
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


def _returned_lines(raw: Raw, programme: Programme) -> list[tuple[int, int]]:
    """Lines of a return: `line` counts from 1, `quantity` is in the unit of the field of that name."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise Malformed("/lines", "expected a list of lines", "应为商品行列表")
    scale = next(
        (
            field.scale
            for event_type in programme.events
            for field in event_type.line_fields
            if field.name == "quantity"
        ),
        0,
    )
    returned = []
    for place, line in enumerate(raw):
        pointer = f"/lines/{place}"
        if not isinstance(line, Mapping):
            raise Malformed(pointer, "expected {line, quantity}", "应为 {line, quantity}")
        _only(line, {"line", "quantity"}, pointer)
        number = scalars.decimal(line.get("line"), 0, f"{pointer}/line")
        quantity = scalars.decimal(line.get("quantity"), scale, f"{pointer}/quantity")
        returned.append(
            (
                _positive(number, f"{pointer}/line") - 1,
                _positive(quantity, f"{pointer}/quantity"),
            )
        )
    return returned


def _points(body: Body, currency: Currency) -> int:
    return _positive(scalars.decimal(body.get("points"), currency.scale, "/points"), "/points")


def _positive(value: int, pointer: str) -> int:
    if value <= 0:
        raise Malformed(pointer, "must be more than zero", "必须大于零")
    return value


def _only(body: Body, known: Collection[str], pointer: str = "") -> None:
    for name in body:
        if name not in known:
            en, zh = _suggestion(name, known)
            raise Malformed(f"{pointer}/{name}", f"unknown field{en}", f"未知字段{zh}")


def _suggestion(word: str, known: Collection[str]) -> tuple[str, str]:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    if close:
        return f"; did you mean '{close[0]}'?", f"；是否想写 '{close[0]}'？"
    return f"; known: {', '.join(sorted(known))}", f"；可用：{'、'.join(sorted(known))}"
