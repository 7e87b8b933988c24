"""What comes back of an event: a return by itself, or in exchange for what is bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import ENVELOPE, Body, envelope, only, positive
from jifen.intake.asking.commands import Given, LinePart, Return
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.model import Programme

_PARTS = {"of", "amount", "lines", "full"}


def named_return_of(body: Body, programme: Programme, zone: ZoneInfo) -> Return:
    """{of, full: true | amount | lines}."""
    only(body, ENVELOPE | _PARTS)
    return Return(**envelope(body, zone, may_leave_out_member=True), **_parts(body, programme, ""))


def given_in_exchange(raw: Raw, programme: Programme) -> Given | None:
    """`in_exchange` of an event: what comes back for it."""
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise Malformed("/in_exchange", "expected a mapping", "应为映射")
    only(raw, _PARTS, "/in_exchange")
    return Given(**_parts(raw, programme, "/in_exchange"))


def _parts(body: Body, programme: Programme, pointer: str) -> dict[str, Any]:
    said = [name for name in ("amount", "lines", "full") if body.get(name) is not None]
    full = "full" in said and scalars.boolean(body["full"], f"{pointer}/full")
    if len(said) != 1 or (said == ["full"] and not full):
        raise Malformed(
            f"{pointer}/full",
            "say what was returned: full: true, an amount, or lines",
            "请说明退了什么：full: true、金额 amount，或商品行 lines",
        )
    amount = None
    if "amount" in said:
        place = f"{pointer}/amount"
        amount = positive(scalars.decimal(body["amount"], programme.money_scale, place), place)
    lines = _returned_lines(body["lines"], programme, pointer) if "lines" in said else []
    of = scalars.text(body.get("of"), f"{pointer}/of")
    return {"of": of, "amount": amount, "lines": lines, "full": full}


def quantity_scale(programme: Programme) -> int:
    """How many decimals the quantities of lines keep: the same in every event type."""
    fields = (field for event_type in programme.events for field in event_type.line_fields)
    return next((field.scale for field in fields if field.name == "quantity"), 0)


def _returned_lines(raw: Raw, programme: Programme, above: str) -> list[LinePart]:
    """Lines of a return: `line` counts from 1, beside it a `quantity`, an `amount`, or nothing for all of it."""
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise Malformed(f"{above}/lines", "expected a list of lines", "应为商品行列表")
    return [_line_part(line, programme, f"{above}/lines/{place}") for place, line in enumerate(raw)]


def _line_part(raw: Raw, programme: Programme, pointer: str) -> LinePart:
    if not isinstance(raw, Mapping):
        raise Malformed(pointer, "expected {line, quantity}", "应为 {line, quantity}")
    only(raw, {"line", "quantity", "amount"}, pointer)
    line = positive(scalars.decimal(raw.get("line"), 0, f"{pointer}/line"), f"{pointer}/line") - 1
    scales = {"quantity": quantity_scale(programme), "amount": programme.money_scale}
    said = [name for name in scales if raw.get(name) is not None]
    if len(said) > 1:
        raise Malformed(
            f"{pointer}/amount",
            "of a line say the quantity or the amount, or neither if all of it came back",
            "一行只写数量 quantity 或金额 amount；整行都退了就都不写",
        )
    parts = {}
    for name in said:
        place = f"{pointer}/{name}"
        parts[name] = positive(scalars.decimal(raw[name], scales[name], place), place)
    return LinePart(line, **parts)
