"""`pay` in an event: `all`, or `{points: 200}`, `{up_to: 500}`, `{all: true}`, `{hold: h1}`, with the currency where it
matters, and what is expected to be left `to_pay`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import currency_of, only
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.tenders import Pay
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme

FIELD = "points_paid"
"""The field of an event that says what part of its bill was paid with points."""


def pay_of(
    raw: Raw, event_type: EventType, stated: Collection[str], programme: Programme
) -> Pay | None:
    """How an event is paid with points; `stated` are the fields that its sender names."""
    if raw is None:
        return None
    if not any(field.name == FIELD for field in event_type.fields):
        en = f"a '{event_type.id}' cannot be paid with points"
        raise Malformed("/pay", en, f"“{event_type.id}”不能用积分支付")
    if FIELD in stated:
        en = "pay says what is paid with points; leave points_paid out"
        raise Malformed(f"/{FIELD}", en, "已有 pay，请勿再写 points_paid")
    body = {"all": "true"} if raw == "all" else raw
    if not isinstance(body, Mapping):
        raise Malformed("/pay", "expected a mapping, or all", "应为映射，或 all")
    only(body, {"points", "up_to", "all", "hold", "currency", "to_pay"}, "/pay")
    said = [name for name in ("points", "up_to", "all") if body.get(name) is not None]
    hold = None if body.get("hold") is None else scalars.text(body["hold"], "/pay/hold")
    if hold is not None and said not in ([], ["points"]):
        en = "of a hold say points, or nothing for all of them"
        raise Malformed("/pay", en, "用预占支付时只写 points，不写就是全部")
    if (hold is None and len(said) != 1) or (
        said == ["all"] and not scalars.boolean(body["all"], "/pay/all")
    ):
        raise Malformed(
            "/pay",
            "say points, up_to for what is there up to so many, all, or a hold; one of them",
            "points、up_to（最多用多少）、all（有多少用多少）与 hold（用预占的）请写一个",
        )
    accepted = [currency for currency in programme.currencies if currency.paying]
    named = body.get("currency") is not None or len(accepted) != 1
    currency = currency_of(body, programme, "/pay") if named else accepted[0]

    def points(name: str) -> int | None:
        if name not in said:
            return None
        return scalars.decimal(body[name], currency.scale, f"/pay/{name}", signed=True)

    to_pay = None
    if body.get("to_pay") is not None:
        to_pay = scalars.decimal(body["to_pay"], programme.money_scale, "/pay/to_pay")
    most = points("up_to")
    return Pay(currency=currency.id, points=points("points"), up_to=most, hold=hold, to_pay=to_pay)
