"""Rows that take something back, as returns of the events that it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from jifen.intake.asking.commands import BlindReturn, LinePart, Return, Value
from jifen.intake.files.binding import Binding, matches
from jifen.intake.files.heads import Heads, joined, who_of_rows
from jifen.intake.files.mapping import Match, Returns
from jifen.intake.files.matching import Sales, Sold, Way
from jifen.intake.files.numbers import as_text
from jifen.programme.events import RETURNED
from jifen.wording import Said

NO_PARTS: Final[Mapping[str, list[int]]] = MappingProxyType({})
_NAMES_NO_SALE = Said("the return names no sale", "退货没有指明原单")
_NO_AMOUNT = Said("the return has no amount", "退货没有金额")


@dataclass(frozen=True, slots=True)
class Given:
    """Rows in groups, of which some (by number) are sales that were taken and some ask for a return.

    `quantities` and `amounts` are those of the rows, `bills` those of the groups; negative in returns. `fields` tells
    the fields of a group, `lines` are columns of the rows.
    """

    rows: pa.RecordBatch
    bounds: list[int]
    heads: Heads
    sales: list[int]
    returns: list[int]
    quantities: list[Value | None]
    amounts: list[Value | None]
    bills: list[Value | None]
    fields: Callable[[int], dict[str, Value]]
    lines: list[tuple[str, list[Value | None]]]

    def rows_of(self, event: int) -> range:
        return range(self.bounds[event], self.bounds[event + 1])

    def line_of(self, row: int) -> tuple[int, int]:
        """Quantity and amount of a row, without sign; nothing where the file says nothing."""
        return abs(int(self.quantities[row] or 0)), abs(int(self.amounts[row] or 0))


@dataclass(slots=True)
class Found:
    """Returns by the number of the group, and what could not be done: (row, why)."""

    commands: dict[int, list[Return | BlindReturn]] = field(default_factory=dict)
    unmatched: list[tuple[int, Said]] = field(default_factory=list)


class Returning:
    """Makes the returns of one file; it remembers the sales that later returns may be of."""

    def __init__(self, binding: Binding) -> None:
        assert binding.mapping.returns is not None
        self.binding = binding
        self.returns: Returns = binding.mapping.returns
        kinds = {(match.same, match.whole_line): match for match in self.returns.match}
        self.indexed = list(kinds.values())
        self.index_of = [
            list(kinds).index((match.same, match.whole_line)) for match in self.returns.match
        ]
        self.sales = Sales(len(self.indexed))
        self.mirrored = self.returns.unmatched == "mirror"

    def returns_of(self, given: Given) -> Found:
        """The returns that these groups ask for."""
        return self._named(given) if self.returns.of else self._matched(given)

    def _type(self, given: Given, event: int) -> str:
        return self.binding.types[given.heads.types[event]].id

    def _named(self, given: Given) -> Found:
        assert self.returns.of is not None
        found = Found()
        sales = joined(given.rows, self.returns.of)
        for event in given.returns:
            first = given.bounds[event]
            of = sales[first].as_py()
            amount = abs(int(given.bills[event] or 0)) if given.bills else 0
            if of is None and amount and self.mirrored:
                rows, type_id = given.rows_of(event), self._type(given, event)
                found.commands[event] = [_blind(given, event, type_id, rows, amount)]
                continue
            if of is None or not (amount or self.returns.full):
                why = _NAMES_NO_SALE if of is None else _NO_AMOUNT
                found.unmatched += [(row, why) for row in given.rows_of(event)]
                continue
            found.commands[event] = [
                Return(
                    id=given.heads.ids[event],
                    member=given.heads.members[event],
                    of=of,
                    occurred_at=given.heads.instant(event),
                    amount=None if self.returns.full else amount,
                    full=self.returns.full,
                )
            ]
        return found

    def _matched(self, given: Given) -> Found:
        keys = [self._keys(match, given) for match in self.indexed]
        self._remember(given, keys)
        wanted = [self._wanted(match, given) for match in self.returns.match]
        found = Found()
        for event in given.returns:
            taken: list[tuple[Sold, int]] = []
            rest: list[tuple[int, int, int]] = []
            for row in given.rows_of(event):
                quantity, amount = given.line_of(row)
                ways = [
                    Way(index, keys[index][row], match.whole_line)
                    for match, index, meant in zip(
                        self.returns.match, self.index_of, wanted, strict=True
                    )
                    if meant[row]
                ]
                got, missing = self.sales.take(ways, given.heads.instant(event), quantity, amount)
                taken += got
                of_missing = amount * missing // quantity if quantity else amount
                if self.mirrored and of_missing:
                    rest.append((row, missing, of_missing))
                elif missing or not quantity:
                    found.unmatched.append((row, _unmatched(given, row, missing)))
            returns: list[Return | BlindReturn] = [*_by_sale(given, event, taken)]
            if rest:
                rows, missing_of, amounts = map(list, zip(*rest, strict=True))
                parts = {"quantity": missing_of, "amount": amounts}
                type_id = self._type(given, event)
                returns.append(_blind(given, event, type_id, rows, sum(amounts), parts))
            if returns:
                found.commands[event] = returns
        return found

    def _remember(self, given: Given, keys: list[list[str]]) -> None:
        rows: list[int] = []
        sold: list[Sold] = []
        for event in given.sales:
            id, at = given.heads.ids[event], given.heads.instant(event)
            for line, row in enumerate(given.rows_of(event)):
                quantity, amount = given.line_of(row)
                rows.append(row)
                sold.append(Sold(id, line, at, quantity, quantity, amount))
        for index, of_row in enumerate(keys):
            self.sales.add(index, [of_row[row] for row in rows], sold)

    def _keys(self, match: Match, given: Given) -> list[str]:
        """What has to agree: the member, the named columns without regard to case, perhaps the amount."""
        parts = [who_of_rows(given.rows, self.binding.mapping)]
        parts += [pc.utf8_upper(as_text(given.rows.column(name))) for name in match.same]
        if match.whole_line:
            amounts = pc.abs(pa.array(given.amounts, pa.int64()))
            parts.append(pc.cast(amounts, pa.string()))
        present = [pc.fill_null(part, "") for part in parts]
        keys: list[str] = pc.binary_join_element_wise(*present, "\x1f").to_pylist()
        return keys

    def _wanted(self, match: Match, given: Given) -> list[bool]:
        """Which rows this way of matching is for."""
        least = int(Decimal(match.at_least) * 10**self.binding.money_scale)
        enough = [abs(int(amount or 0)) >= least for amount in given.amounts]
        if match.when is None:
            return enough
        meant = matches(match.when, given.rows, self.binding.style).to_pylist()
        return [a and b for a, b in zip(enough, meant, strict=True)]


def _unmatched(given: Given, row: int, missing: int) -> Said:
    quantity, _ = given.line_of(row)
    if missing == quantity:
        return Said(
            "no earlier sale to the same member is left that it could be of",
            "该会员此前没有可对应的消费",
        )
    share = f"{Decimal(missing) / Decimal(quantity):.0%}"
    return Said(
        f"{share} of the quantity is more than earlier sales to the same member have left",
        f"有 {share} 的数量超出该会员此前消费所剩",
    )


def _blind(
    given: Given,
    event: int,
    type_id: str,
    rows: Sequence[int],
    amount: int,
    parts: Mapping[str, list[int]] = NO_PARTS,
) -> BlindReturn:
    """What came back of no sale that anybody knows: some rows of a group, for an amount in all; `parts` are their
    quantities and amounts, where less than the rows say. Without signs, of which files write either."""
    lines: dict[str, list[Value | None]] = {
        name: [abs(value) if type(value := column[row]) is int else value for row in rows]
        for name, column in given.lines
    }
    fields = {
        name: abs(value) if type(value) is int else value
        for name, value in given.fields(event).items()
    }
    return BlindReturn(
        id=given.heads.ids[event],
        member=given.heads.members[event],
        type=RETURNED + type_id,
        occurred_at=given.heads.instant(event),
        sequence=given.heads.sequences[event],
        fields={**fields, "amount": amount},
        lines=lines | {name: [*values] for name, values in parts.items()},
    )


def _by_sale(given: Given, event: int, taken: list[tuple[Sold, int]]) -> list[Return]:
    """One return for each sale that the goods came from."""
    by_sale: dict[str, dict[int, int]] = {}
    for sold, quantity in taken:
        lines = by_sale.setdefault(sold.event, {})
        lines[sold.line] = lines.get(sold.line, 0) + quantity
    return [
        Return(
            id=f"{given.heads.ids[event]}:{of}",
            member=given.heads.members[event],
            of=of,
            occurred_at=given.heads.instant(event),
            lines=[LinePart(line, quantity) for line, quantity in sorted(lines.items())],
        )
        for of, lines in by_sale.items()
    ]
