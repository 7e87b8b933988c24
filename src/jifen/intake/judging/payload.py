"""What is kept of an event, and what is left of it after returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import msgspec

from jifen.engine.events import Known, Value
from jifen.intake.asking.commands import LinePart
from jifen.intake.details import Detail
from jifen.programme.amounts import show_number

Lines = dict[str, list[Value | None]]


class OffTaken(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What rewards took off an order: each in turn, by its id, and all of them of each line (empty: of none)."""

    offs: tuple[tuple[str, int], ...]
    lines: list[int] = []

    @property
    def money(self) -> int:
        """All of it."""
        return sum(money for _, money in self.offs)

    @property
    def used(self) -> dict[str, int]:
        """How many of which rewards."""
        return dict(Counter(reward for reward, _ in self.offs))

    @property
    def by_reward(self) -> dict[str, int]:
        """What they took off, by reward."""
        found: Counter[str] = Counter()
        for reward, money in self.offs:
            found[reward] += money
        return dict(found)


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """Fields, columnar lines and the facts looked up when the event was first evaluated; `paid_in` is the currency of
    the points with which a part of it was paid, `off` what rewards took off it: amounts are what was left."""

    fields: dict[str, Value]
    lines: Lines = {}
    facts: dict[str, Known] = {}
    paid_in: str | msgspec.UnsetType = msgspec.UNSET
    off: OffTaken | msgspec.UnsetType = msgspec.UNSET


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What one return took of an event, on a local day: everything, an amount of money, or parts of lines."""

    amount: int | None = None
    lines: list[LinePart] = []
    full: bool = False
    day: int = 0


class MoneyFields(NamedTuple):
    """The money of an event beside its amount. When something comes back some fields `shrink` in proportion to the
    amount, others `stay` as far as what is left of it reaches."""

    shrinking: frozenset[str]
    staying: frozenset[str] = frozenset()


encode_payload = msgspec.json.Encoder().encode
decode_payload = msgspec.json.Decoder(Payload).decode
decode_payloads = msgspec.json.Decoder(list[Payload]).decode
decode_returned = msgspec.json.Decoder(Returned).decode

_ADDED_TO_LINES = ("tax", "shipping")  # in the order in which money beyond the lines refunds them


@dataclass(frozen=True, slots=True)
class ExceedsPurchase(Exception):
    """More is returned than is left of the purchase.

    `code` is that of a detail; `returned` and `left` are integers in the smallest unit of money, or of the quantities
    of a line; `line` is its number from 1.
    """

    code: str
    returned: int = 0
    left: int = 0
    line: int | None = None

    def detail(self, money_scale: int, quantity_scale: int) -> Detail:
        """What exactly is too much, with numbers as people write them."""
        scale = quantity_scale if self.code == "line_more_than_left" else money_scale
        values = {} if self.line is None else {"line": str(self.line)}
        if self.returned:
            values["returned"] = show_number(self.returned, scale)
            values["left"] = show_number(self.left, scale)
        return Detail(self.code, values)


def after_returns(
    payload: Payload, returns: Sequence[Returned], money: MoneyFields
) -> Payload | None:
    """The event as if what came back had never been bought; None if nothing is left of it.

    Other money of the event (what was paid with points, discounts, tax) shrinks in proportion to the amount, or
    stays; but where lines come back, shipping and tax that the bill adds to its lines stay. An amount returned
    without naming lines is taken from all lines in proportion. A line of which all pieces, or all money, came back
    is no line any more, so that nothing is given for its being there. Raises ExceedsPurchase.
    """
    if not returns:
        return payload
    left: Payload | None = payload
    for returned in returns:
        if left is None:
            raise ExceedsPurchase("all_returned")
        left = _after(left, returned, money)
    return left and _without_empty_lines(left, payload.lines)


def parts_returned(
    payload: Payload, returns: Sequence[Returned], money: MoneyFields
) -> Iterator[Payload]:
    """What each return took, as if it alone had been bought. Raises ExceedsPurchase."""
    before: Payload | None = payload
    for returned in returns:
        if before is None:
            raise ExceedsPurchase("all_returned")
        after = _after(before, returned, money)
        if after is None:
            yield _without_empty_lines(before, payload.lines)
        else:
            named = {part.line for part in returned.lines} or _standing(before, payload.lines)
            yield _with_lines(_between(before, after, money), named, payload.lines)
        before = after


def _between(before: Payload, after: Payload, money: MoneyFields) -> Payload:
    """What a return took of an event. Money without lines is a part of every line, and no piece of any."""
    fields = dict(before.fields)
    for name in {"amount", *money.shrinking, *money.staying} & after.fields.keys():
        had, has = before.fields[name], after.fields[name]
        if isinstance(had, int) and isinstance(has, int):
            fields[name] = had - has
    lines = dict(before.lines)
    for name in {"amount", "quantity"} & lines.keys():
        pairs = zip(before.lines[name], after.lines[name], strict=True)
        lines[name] = [
            had - has if isinstance(had, int) and isinstance(has, int) else had
            for had, has in pairs
        ]
    return msgspec.structs.replace(before, fields=fields, lines=lines)


def _after(payload: Payload, returned: Returned, money: MoneyFields) -> Payload | None:
    if returned.full:
        return None
    bill = payload.fields.get("amount", 0)
    assert isinstance(bill, int)
    beside: dict[str, tuple[int, int]] = {}
    if returned.lines:
        lines, for_lines = _without_lines(payload.lines, returned.lines)
        if for_lines < 0:
            raise ExceedsPurchase("less_than_nothing")
        amount = for_lines if returned.amount is None else returned.amount
        beside = _beside_lines(payload, bill, max(0, amount - for_lines))
    else:
        amount = returned.amount or 0
        lines = _without_share(payload.lines, amount, bill)
    if amount > bill:
        raise ExceedsPurchase("more_than_left", amount, bill)
    quantities = lines.get("quantity")
    if amount == bill and (not quantities or not returned.lines or not any(quantities)):
        return None
    fields = dict(payload.fields)
    for name in money.shrinking & fields.keys():
        value = fields[name]
        if name != "amount" and isinstance(value, int) and bill:
            stays, had = beside.get(name, (0, 0))
            fields[name] = stays + (value - had) * (bill - amount) // bill
    for name in money.staying & fields.keys():
        value = fields[name]
        assert isinstance(value, int)
        fields[name] = min(value, bill - amount)
    fields["amount"] = bill - amount
    return msgspec.structs.replace(payload, fields=fields, lines=lines)


def _beside_lines(payload: Payload, bill: int, refunded: int) -> dict[str, tuple[int, int]]:
    """Of shipping and tax what stays, and what there was, of the part that the bill adds to its lines. `refunded`:
    the money that came back beyond what the lines cost."""
    amounts = payload.lines.get("amount", [])
    added = bill - sum(money for money in amounts if isinstance(money, int))
    found: dict[str, tuple[int, int]] = {}
    for name in _ADDED_TO_LINES:
        value = payload.fields.get(name)
        if isinstance(value, int) and value > 0 and added > 0:
            had = min(value, added)
            gone = min(had, refunded)
            found[name] = (had - gone, had)
            added, refunded = added - had, refunded - gone
    return found


def _without_lines(lines: Lines, taken: Sequence[LinePart]) -> tuple[Lines, int]:
    """The lines less the parts taken, and the money that was for them. Of a line that is gone the quantity is 0, also
    where it was bought without one."""
    left = {name: list(column) for name, column in lines.items()}
    amounts = left.get("amount", [])
    quantities = left.setdefault("quantity", [None] * len(amounts))
    amount_returned = 0
    for part in taken:
        money = amounts[part.line] if 0 <= part.line < len(amounts) else None
        if not isinstance(money, int):
            raise ExceedsPurchase("no_such_line", line=part.line + 1)
        there = quantities[part.line]
        share, pieces = _of_line(part, there if isinstance(there, int) else None, money)
        amounts[part.line], quantities[part.line] = money - share, pieces
        amount_returned += share
    return left, amount_returned


def _of_line(part: LinePart, there: int | None, money: int) -> tuple[int, int | None]:
    """The money that a part of a line takes along, and the quantity that is left of the line."""
    number, quantity = part.line + 1, part.quantity
    if part.amount is not None:
        if part.amount > money:
            raise ExceedsPurchase("line_more_money_than_left", part.amount, max(0, money), number)
        return part.amount, 0 if part.amount == money else there
    if quantity is None:
        if there == money == 0:
            raise ExceedsPurchase("line_all_returned", line=number)
        return money, 0
    if there is None:
        raise ExceedsPurchase("line_not_countable", line=number)
    if quantity < 0:
        raise ExceedsPurchase("less_than_nothing")
    if quantity > there:
        raise ExceedsPurchase("line_more_than_left", quantity, there, number)
    return (money * quantity // there if quantity < there else money), there - quantity


def _without_empty_lines(left: Payload, bought: Lines) -> Payload:
    """The event less the lines of which a return left nothing. Only now, for returns name lines by place."""
    return _with_lines(left, _standing(left, bought), bought)


def _standing(left: Payload, bought: Lines) -> set[int]:
    """The places of the lines of which something is left."""
    count = len(next(iter(bought.values()), ()))
    unsaid: list[Value | None] = [None] * count
    pieces, had = left.lines.get("quantity", unsaid), bought.get("quantity", unsaid)
    return {place for place in range(count) if pieces[place] != 0 or had[place] == 0}


def _with_lines(payload: Payload, kept: Collection[int], bought: Lines) -> Payload:
    """The event with some of its lines only, in the columns with which it was bought."""
    lines = {
        name: [value for place, value in enumerate(payload.lines[name]) if place in kept]
        for name in bought
    }
    return msgspec.structs.replace(payload, lines=lines)


def _without_share(lines: Lines, amount: int, bill: int) -> Lines:
    """Line amounts less an amount of money spread over them in proportion, to the last unit."""
    column = lines.get("amount")
    if not column or not bill:
        return lines
    amounts = [value if isinstance(value, int) else 0 for value in column]
    total = sum(amounts)
    if not total:
        return lines
    cut = Fraction(amount * total, bill).__floor__()
    left, taken, running = list[Value | None](), 0, 0
    for named, money in zip(column, amounts, strict=True):
        running += money
        upto = cut * running // total
        left.append(None if named is None else money - (upto - taken))
        taken = upto
    return {**lines, "amount": left}
