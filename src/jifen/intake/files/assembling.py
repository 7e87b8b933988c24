"""Rows to commands: each group of rows becomes one event or the returns it asks for, or is rejected whole."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

import msgspec
import pyarrow as pa
from msgspec.structs import replace

from jifen.instants import date_of
from jifen.intake.asking.commands import Event, Known, Return, Value
from jifen.intake.asking.commands import Given as Exchanged
from jifen.intake.asking.member_commands import Refer, SetFact
from jifen.intake.asking.scalars import texts
from jifen.intake.files.binding import BIRTHDAY, Binding, Bound, matches
from jifen.intake.files.heads import Heads, empty, heads_of, joined
from jifen.intake.files.numbers import LARGEST
from jifen.intake.files.rejects import Reject, cells_of
from jifen.intake.files.returning import Given, Returning
from jifen.intake.files.values import Column, below_zero, value_column
from jifen.wording import Said

MOST_LINES = 10_000
IMPORTED = "imported-"
"""What the ids of imported referrals begin with, before the member's name, and of facts, before the event's."""

_TOO_MANY_LINES = Said(
    f"the event has more than {MOST_LINES} lines", f"事件的商品行超过 {MOST_LINES} 行"
)
_NOTHING_BACK = Said("nothing comes back in exchange", "换货没有写明退回多少")
_TWO_MEMBERS = Said("rows of the event name different members", "事件的各行写了不同的会员")
_SALE_AND_RETURN = Said(
    "some rows of the event are a sale, others a return", "事件中有的行是消费，有的行是退货"
)


@dataclass(slots=True)
class Assembled:
    """Commands with the rows of each, rejects, and how many local times needed a decision."""

    commands: list[Event | Refer | Return | SetFact] = field(default_factory=list)
    origins: list[range] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    ambiguous_times: int = 0
    missing_times: int = 0


class _Held(NamedTuple):
    """What the file says of a member at an instant."""

    at: int
    value: Value


_at = attrgetter("at")


class Assembler:
    """Makes the commands of one file; it remembers sales where returns must be matched to them."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.returning = Returning(binding) if binding.mapping.returns else None
        self.referred: set[str] = set()
        self.known: dict[tuple[str, str], _Held] = {}
        self.relations = {
            bound.field.name for bound in binding.facts if bound.field.kind == "member"
        }
        self.several = {bound.field.name for bound in binding.facts if bound.field.kind == "texts"}

    def assemble(self, rows: pa.RecordBatch, lines: list[int], bounds: list[int]) -> Assembled:
        """The commands of whole groups: event number i has the rows bounds[i] … bounds[i+1]-1."""
        for table in self.binding.tables:
            rows = table.beside(rows)
        returned = None
        if self.returning:
            returned = matches(self.returning.returns.when, rows, self.binding.style)
        block = _Block(self.binding, rows, bounds, returned)
        made = Assembled(
            ambiguous_times=block.heads.times.ambiguous, missing_times=block.heads.times.missing
        )
        commands: dict[int, Sequence[Event | Return]] = dict(block.events())
        if self.returning:
            found = self.returning.returns_of(block.of_returns(list(commands)))
            commands |= found.commands
            made.rejects += [
                Reject(lines[row], "unmatched_return", said, self._cells(rows, row))
                for row, said in found.unmatched
            ]
        if block.attached:
            commands = {event: block.with_metadata(event, of) for event, of in commands.items()}
        facts = self._facts(block, commands)
        for event in sorted(commands):
            made.commands += self._referral(block.heads, event)
            made.commands += facts.get(event, [])
            made.commands += commands[event]
            made.origins += [range(bounds[event], bounds[event + 1])] * (
                len(made.commands) - len(made.origins)
            )
        for event, (at, said) in sorted(block.broken.items()):
            for row in range(bounds[event], bounds[event + 1]):
                made.rejects.append(self._reject(rows, lines, row, at, said))
        return made

    def _referral(self, heads: Heads, event: int) -> list[Refer]:
        """Who brought the member of an event, the first time that the file says so; before the event itself."""
        member, referrer = heads.members[event], heads.referrers[event]
        if referrer is None or member in self.referred:
            return []
        self.referred.add(member)
        at = heads.instant(event)
        return [Refer(id=f"{IMPORTED}{member}", member=member, referrer=referrer, occurred_at=at)]

    def _facts(self, block: _Block, events: Iterable[int]) -> dict[int, list[SetFact]]:
        """What the rows of events say of their members, where it is not what held before; by the event. Who is a
        relation is said again with every row, of which nothing is taken if it cannot be.
        """
        heads, made = block.heads, dict[int, list[SetFact]]()
        said: dict[tuple[str, str], _Held] = {}
        for event in sorted(events, key=heads.instant) if block.facts else ():
            member, at = heads.members[event], heads.instant(event)
            for name, values in block.facts.items():
                value, fact = values[event], (member, name)
                if value is None:
                    continue
                known = [held[fact] for held in (self.known, said) if fact in held]
                before = max((one for one in known if one.at <= at), default=None, key=_at)
                said[fact] = _Held(at, value)
                self.known[fact] = max(self.known.get(fact, said[fact]), said[fact], key=_at)
                if before is None or before.value != value or name in self.relations:
                    id = f"{IMPORTED}{heads.ids[event]}-{name}"
                    known_now = self._value(name, value)
                    made.setdefault(event, []).append(
                        SetFact(id=id, member=member, name=name, value=known_now, occurred_at=at)
                    )
        return made

    def _value(self, name: str, value: Value) -> Known:
        if name == BIRTHDAY:
            return date_of(int(value)).isoformat()
        return texts(str(value), f"/{name}") if name in self.several else value

    def _reject(
        self, rows: pa.RecordBatch, lines: list[int], row: int, at: int, said: Said
    ) -> Reject:
        """An event is rejected with all its rows, so that the file of rejects holds it whole."""
        if row == at:
            return Reject(lines[row], "malformed", said, self._cells(rows, row))
        other = Said(
            f"line {lines[at]} of the same event: {said.en}",
            f"同一事件的第 {lines[at]} 行：{said.zh}",
        )
        return Reject(lines[row], "same_event", other, self._cells(rows, row))

    def _cells(self, rows: pa.RecordBatch, row: int) -> list[str]:
        return cells_of(rows.select(self.binding.columns), row)


class _Block:
    """The columns of some rows, and why some of their events cannot be taken."""

    def __init__(
        self,
        binding: Binding,
        rows: pa.RecordBatch,
        bounds: list[int],
        returned: pa.BooleanArray | None,
    ) -> None:
        self.binding = binding
        self.rows = rows
        self.bounds = bounds
        self.several = len(bounds) <= rows.num_rows
        firsts = rows.take(pa.array(bounds[:-1], pa.int64())) if self.several else rows
        self.returned = None if returned is None else returned.to_pylist()
        self.heads: Heads = heads_of(binding, firsts)
        self.broken: dict[int, tuple[int, Said]] = {
            event: (bounds[event], said) for event, said in self.heads.broken.items()
        }
        if self.several:
            self._check_groups()
        self.fields = [
            self._of_event(bound, firsts, returned and returned.take(bounds[:-1]))
            for bound in binding.fields
        ]
        self.facts = {
            bound.field.name: self._of_event(bound, firsts, None) for bound in binding.facts
        }
        self.attached = {
            bound.field.name: self._of_event(bound, firsts, None) for bound in binding.metadata
        }
        self.given = self._given_in_exchange(firsts)
        self.totals = [self._total(bound, returned) for bound in binding.totals]
        self.names = [bound.field.name for bound in (*binding.fields, *binding.totals)]
        columns = (*self.fields, *self.totals)
        self.values = list(zip(*columns, strict=True)) if columns else [()] * (len(bounds) - 1)
        self.lines = [self._of_rows(bound, returned) for bound in binding.lines]
        names = [bound.field.name for bound in binding.lines]
        self.named_lines = list(zip(names, self.lines, strict=True))

    def _check_groups(self) -> None:
        members = self.heads.member_of_rows(self.rows)
        for event, (start, end) in enumerate(pairwise(self.bounds)):
            if end - start == 1:
                continue
            if end - start > MOST_LINES:
                self._break(event, start, _TOO_MANY_LINES)
            if members[start] != members[end - 1] or len(set(members[start:end])) > 1:
                self._break(event, start, _TWO_MEMBERS)
            if self.returned and len(set(self.returned[start:end])) > 1:
                self._break(event, start, _SALE_AND_RETURN)

    def _break(self, event: int, row: int, said: Said) -> None:
        self.broken.setdefault(event, (row, said))

    def _of_event(
        self, bound: Bound, firsts: pa.RecordBatch, returned: pa.BooleanArray | None
    ) -> list[Value | None]:
        column = self._column(bound, firsts, returned)
        for event, said in column.broken.items():
            self._break(event, self.bounds[event], said)
        return column.values

    def _of_rows(self, bound: Bound, returned: pa.BooleanArray | None) -> list[Value | None]:
        signed = bound.field.name == "amount"  # a line may be a discount
        column = self._column(bound, self.rows, returned, signed=signed)
        for row, said in column.broken.items():
            self._break(bisect_right(self.bounds, row) - 1, row, said)
        return column.values

    def _given_in_exchange(self, firsts: pa.RecordBatch) -> dict[int, Exchanged]:
        """What comes back in exchange for the sale of an event: all of another, or an amount."""
        said, bound = self.binding.mapping.in_exchange, self.binding.in_exchange
        if said is None:
            return {}
        of_events: list[str | None] = joined(firsts, said.of).to_pylist()
        named = {event: of for event, of in enumerate(of_events) if of is not None}
        if bound is None:
            return {event: Exchanged(of=of, full=True) for event, of in named.items()}
        column = self._column(bound, firsts, None)
        found: dict[int, Exchanged] = {}
        for event, of in named.items():
            amount = column.values[event]
            if isinstance(amount, int) and amount > 0:
                found[event] = Exchanged(of=of, amount=amount)
            else:
                why = column.broken.get(event, _NOTHING_BACK)
                self._break(event, self.bounds[event], why)
        return found

    def _column(
        self,
        bound: Bound,
        rows: pa.RecordBatch,
        returned: pa.BooleanArray | None,
        *,
        signed: bool = False,
    ) -> Column:
        style = self.binding.style
        if bound.source.constant is None:
            terms, source, kind = bound.terms, bound.source, bound.field
            return value_column(rows, terms, source, kind, style, returned, signed)
        return Column([bound.source.constant] * rows.num_rows)

    def _total(self, bound: Bound, returned: pa.BooleanArray | None) -> list[Value | None]:
        """Sums over the rows of each event; an empty cell makes a bill unknown, elsewhere it counts nothing."""
        values = self._of_rows(bound, returned)
        sums: list[Value | None] = []
        for event, (start, end) in enumerate(pairwise(self.bounds)):
            present = [value for value in values[start:end] if isinstance(value, int)]
            sums.append(sum(present) if present else None)
            if bound.field.name == "amount" and len(present) < end - start:
                self._break(event, start + values[start:end].index(None), empty("amount"))
            if sum(present) < 0 and not (self.returned and self.returned[start]):
                self._break(event, start, below_zero(bound.field.name))
            if abs(sum(present)) > LARGEST:
                name = bound.field.name
                said = Said(f"{name} is absurdly large", f"{name} 大得离谱")
                self._break(event, start, said)
        return sums

    def of_returns(self, sales: list[int]) -> Given:
        """What returns are made of."""
        bills = dict(zip(self.names, (*self.fields, *self.totals), strict=True))
        of_rows = {
            bound.field.name: values
            for bound, values in zip(self.binding.lines, self.lines, strict=True)
        }
        returned = self.returned or ()
        return Given(
            rows=self.rows,
            bounds=self.bounds,
            heads=self.heads,
            sales=sales,
            returns=[
                event
                for event, first in enumerate(self.bounds[:-1])
                if returned and returned[first] and event not in self.broken
            ],
            quantities=of_rows.get("quantity", []),
            amounts=of_rows.get("amount", []),
            bills=bills.get("amount", []),
            fields=self.fields_of,
            lines=self.named_lines,
        )

    def fields_of(self, event: int) -> dict[str, Value]:
        """The fields of one event that its type knows."""
        values = zip(self.names, self.values[event], strict=True)
        fields = {name: value for name, value in values if value is not None}
        return self._known(fields, self.binding.types[self.heads.types[event]].id)

    def events(self) -> dict[int, list[Event]]:
        """The event of every group that is neither broken nor a return, by its number."""
        heads, bounds, made = self.heads, self.bounds, {}
        returned = self.returned or ()
        for event, (start, end) in enumerate(pairwise(bounds)):
            if event in self.broken or (returned and returned[start]):
                continue
            type = self.binding.types[heads.types[event]]
            fields = self.fields_of(event)
            if type.costs_money and "amount" not in fields:
                self._break(event, start, empty("amount"))
                continue
            made[event] = [
                Event(
                    id=heads.ids[event],
                    member=heads.members[event],
                    type=type.id,
                    occurred_at=heads.instant(event),
                    sequence=heads.sequences[event],
                    fields=fields,
                    lines=self._lines_of(start, end),
                    guest=heads.guests[event],
                    in_exchange=self.given.get(event),
                )
            ]
        return made

    def with_metadata(self, event: int, commands: Sequence[Event | Return]) -> list[Event | Return]:
        """The commands of an event with what its first row attaches; an empty cell attaches nothing."""
        texts = {
            name: str(values[event]) for name, values in self.attached.items() if values[event]
        }
        return [replace(one, metadata=texts or msgspec.UNSET) for one in commands]

    def _known(self, fields: dict[str, Value], type_id: str) -> dict[str, Value]:
        """Where a file holds several types of events, each carries the fields of its own type."""
        type = self.binding.types[type_id]
        if len(self.binding.types) == 1:
            return fields
        known = {field.name for field in type.fields} | ({"amount"} if type.costs_money else set())
        return {name: value for name, value in fields.items() if name in known}

    def _lines_of(self, start: int, end: int) -> dict[str, list[Value | None]]:
        return {name: values[start:end] for name, values in self.named_lines}
