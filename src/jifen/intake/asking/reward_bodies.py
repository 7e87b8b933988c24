"""What is asked about rewards: `{member: ann, reward: tall-coffee, quantity: 2}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from zoneinfo import ZoneInfo

from jifen.engine.events import Value
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import (
    ENVELOPE,
    Body,
    currency_of,
    envelope,
    known_word,
    only,
    positive,
    reward_named,
)
from jifen.intake.asking.commands import Redeem, Spin, UseReward
from jifen.intake.asking.event_bodies import value_of
from jifen.intake.asking.placing import OF_PRIZES
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.draws import Draw
from jifen.programme.event_types import numbers
from jifen.programme.model import Currency, Programme


def redeem_of(body: Body, programme: Programme, zone: ZoneInfo) -> Redeem:
    """So many of a reward for points; `currency` says by which of several prices, else it is the first, `price` what
    they are expected to cost, `to_pay` the money that is taken besides, which says by which price in a currency,
    `place` where they are to be had."""
    only(body, ENVELOPE | {"reward", "quantity", "currency", "fields", "price", "to_pay", "place"})
    wanted = reward_named(body.get("reward"), "/reward", programme)
    prices = wanted.reward.cost.prices if wanted.reward else ()
    fields = _fields(body.get("fields"), wanted)
    named = body.get("currency") is not None
    currency = (
        currency_of(body, programme).id if named else next((one.currency for one in prices), "")
    )
    said, price = envelope(body, zone), None
    if said["id"].startswith(OF_PRIZES):
        en, zh = f"'{OF_PRIZES}…' is of orders of prizes", f"“{OF_PRIZES}…”留给奖品的订单"
        raise Malformed("/id", en, zh)
    if body.get("price") is not None:
        paid_in = next((one for one in programme.currencies if one.id == currency), None)
        price = scalars.decimal(body["price"], paid_in.scale if paid_in else 0, "/price")
    quantity, to_pay = _quantity(body), None
    if body.get("to_pay") is not None:
        to_pay = scalars.decimal(body["to_pay"], programme.money_scale, "/to_pay")
    return Redeem(
        **said, reward=wanted.id, quantity=quantity, currency=currency, fields=fields, price=price,
        to_pay=to_pay,         place=place_of(body),
    )  # fmt: skip


def place_of(body: Body) -> str:
    """The place that a body names, such as a shop; empty: none in particular."""
    return "" if body.get("place") is None else scalars.text(body["place"], "/place")


def use_of(body: Body, programme: Programme, zone: ZoneInfo) -> UseReward:
    """So many of a reward that the member holds are handed out."""
    only(body, ENVELOPE | {"reward", "quantity"})
    reward = reward_named(body.get("reward"), "/reward", programme)
    return UseReward(**envelope(body, zone), reward=reward.id, quantity=_quantity(body))


def spin_of(body: Body, programme: Programme, zone: ZoneInfo) -> Spin:
    """The member spins a draw of the document."""
    only(body, ENVELOPE | {"draw"})
    return Spin(**envelope(body, zone), draw=draw_named(body.get("draw"), programme, "/draw").id)


def draw_named(raw: Raw, programme: Programme, pointer: str) -> Draw:
    """The lucky draw of the document that is named."""
    draws = {one.id: one for one in programme.draws}
    return draws[known_word(raw, draws, pointer)]


def _fields(raw: Raw, wanted: Currency) -> dict[str, Value]:
    """What a redemption says of what it wants: all that the reward asks for, and of a number more than nothing."""
    asked = {field.name: field for field in wanted.reward.cost.fields} if wanted.reward else {}
    if raw is not None and not isinstance(raw, Mapping):
        raise Malformed("/fields", "expected a mapping", "应为映射")
    said = {} if raw is None else {name: value for name, value in raw.items() if value is not None}
    if not asked and said:
        en, zh = f"'{wanted.id}' asks for no fields", f"“{wanted.id}”没有要说明的字段"
        raise Malformed("/fields", en, zh)
    only(said, asked, "/fields")
    for name in asked.keys() - said.keys():
        en, zh = f"'{wanted.id}' needs its {name}", f"“{wanted.id}”需要 {name}"
        raise Malformed(f"/fields/{name}", en, zh)
    fields = {name: value_of(asked[name], value, f"/fields/{name}") for name, value in said.items()}
    for name in numbers(asked.values()):
        positive(cast(int, fields[name]), f"/fields/{name}")
    return fields


def _quantity(body: Body) -> int:
    return scalars.decimal(body.get("quantity", "1"), 0, "/quantity", signed=True)
