"""A mapping made fast to a file and a programme: every name is found, every field has its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from jifen.intake.asking.metadata import LONGEST_NAME, MOST_ENTRIES
from jifen.intake.files.formulas import Term, TooManyFactors, UnknownColumn, parse_formula
from jifen.intake.files.mapping import Key, Mapping, Source, Table, Test
from jifen.intake.files.numbers import NumberStyle, as_text, as_units
from jifen.intake.files.problems import FileProblem
from jifen.intake.files.sources import open_source
from jifen.programme.bringing import rewards_referrers
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import NEVER_SENT
from jifen.programme.model import Programme
from jifen.programme.problems import did_you_mean
from jifen.wording import Said

_TEST_SCALE = 6
BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class Bound:
    """A field with its source: `terms` name columns of the file, or (as `table.column`) of a table."""

    field: Field
    source: Source
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A table in memory: the place of each key, and the columns that are wanted, as text."""

    key: str
    places: dict[str, int]
    columns: dict[str, pa.StringArray]  # by `table.column`

    def beside(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """The rows with the columns of the table; null where it does not know the key."""
        wanted = as_text(rows.column(self.key)).to_pylist()
        places = pa.array([self.places.get(key) for key in wanted], pa.int64())
        for name, column in self.columns.items():
            rows = rows.append_column(name, column.take(places))
        return rows


@dataclass(frozen=True, slots=True)
class Binding:
    """What reading needs to know. `grouped`: several rows may make one event."""

    mapping: Mapping
    columns: list[str]
    types: dict[str, EventType]
    event: tuple[Term, ...]  # empty if the type is constant
    fields: tuple[Bound, ...]
    totals: tuple[Bound, ...]
    lines: tuple[Bound, ...]
    facts: tuple[Bound, ...]
    metadata: tuple[Bound, ...]
    tables: tuple[LookedUp, ...]
    in_exchange: Bound | None  # what comes back in exchange, where it is an amount
    style: NumberStyle
    money_scale: int

    @property
    def grouped(self) -> bool:
        return bool(self.lines or self.totals)


def bind(mapping: Mapping, programme: Programme, file: str, columns: list[str]) -> Binding:
    """Find everything that the mapping names. Raises FileProblem for the first name that is not there."""
    binder = _Binder(mapping, programme, file, columns)
    keys = [mapping.id, mapping.member, mapping.sequence, mapping.referrer]
    keys += [mapping.returns.of] if mapping.returns else []
    keys += [mapping.guest, mapping.in_exchange.of if mapping.in_exchange else None]
    for key in keys:
        binder.check_key(key)
    if mapping.referrer and not rewards_referrers(programme):
        message = Said("the programme rewards no referrals", "计划没有邀请奖励")
        hint = Said("leave `referrer` out", "请去掉 `referrer`")
        binder.fail(message, mapping.referrer.line, hint)
    binder.check_column(mapping.time.column, mapping.time.line)
    for test in binder.tests():
        binder.check_column(test.column, test.line)
    types = binder.event_types()
    all_fields = {field.name: field for type in types.values() for field in type.fields}
    if any(type.costs_money for type in types.values()):
        all_fields["amount"] = Field("amount", "money", programme.money_scale)
    line_fields = {field.name: field for type in types.values() for field in type.line_fields}
    fields = binder.bound(mapping.fields, all_fields, "fields")
    lines = binder.bound(mapping.lines, line_fields, "lines")
    if "amount" in all_fields and not any(bound.field.name == "amount" for bound in fields):
        fields += _bill(binder, mapping, lines, all_fields["amount"])
    binder.check_matching(lines)
    if mapping.returns and mapping.returns.unmatched == "mirror":
        binder.check_mirrored(mapping.returns.when.line)
    return Binding(
        mapping=mapping,
        columns=columns,
        types=types,
        event=() if mapping.event.constant else binder.terms(mapping.event),
        fields=tuple(bound for bound in fields if not bound.source.total),
        totals=tuple(bound for bound in fields if bound.source.total),
        lines=lines,
        facts=_facts(binder, mapping, programme),
        metadata=_metadata(binder, mapping),
        tables=tuple(binder.looked_up(table) for table in mapping.tables),
        in_exchange=binder.bound_exchange(programme.money_scale),
        style=NumberStyle(mapping.decimal, mapping.thousands),
        money_scale=programme.money_scale,
    )


def _facts(binder: _Binder, mapping: Mapping, programme: Programme) -> tuple[Bound, ...]:
    """What the file says of members: facts that the programme declares, and the birthday."""
    known = {fact.name: fact for fact in programme.facts}
    for name, source in mapping.facts:
        if source.total:
            message = Said(f"facts: '{name}' cannot be a sum", f"facts：“{name}”不能是合计")
            hint = Said("name a column", "请写某一列")
            binder.fail(message, source.line, hint)
        if name not in known:
            message = Said(
                f"facts: the programme declares no '{name}'", f"facts：计划没有声明“{name}”"
            )
            hint = did_you_mean(name, known) or _available("it declares", known)
            binder.fail(message, source.line or mapping.event.line, hint)
    sources = [(known[name], source) for name, source in mapping.facts]
    if mapping.birthday is not None:
        sources.append((Field(BIRTHDAY, "date"), mapping.birthday))
    return tuple(Bound(fact, source, binder.terms(source)) for fact, source in sources)


def _metadata(binder: _Binder, mapping: Mapping) -> tuple[Bound, ...]:
    """What the sender attaches, as text."""
    for place, (name, source) in enumerate(mapping.metadata):
        if source.total or len(name) > LONGEST_NAME or place == MOST_ENTRIES:
            message = Said(
                f"metadata: '{name}' is not one of at most {MOST_ENTRIES} columns, named in {LONGEST_NAME} letters",
                f"metadata：“{name}”不行，至多 {MOST_ENTRIES} 列，名称至多 {LONGEST_NAME} 个字",
            )
            hint = Said("name a column, and briefly", "请写某一列，名称短一些")
            binder.fail(message, source.line or mapping.event.line, hint)
    return tuple(
        Bound(Field(name, "text"), source, binder.terms(source))
        for name, source in mapping.metadata
    )


def matches(test: Test, rows: pa.RecordBatch, style: NumberStyle) -> pa.BooleanArray:
    """Which rows a test means."""
    column = rows.column(test.column)
    if test.below is not None:
        units = as_units(column, _TEST_SCALE, style)
        return pc.less(units, test.below * 10**_TEST_SCALE).fill_null(False)
    text = as_text(column)
    if test.empty:
        return pc.is_null(text)
    if test.starts_with is not None:
        return pc.starts_with(text, test.starts_with).fill_null(False)
    return pc.is_in(text, value_set=pa.array(test.one_of, pa.string()))


def _bill(  # noqa: RET503  fail never returns
    binder: _Binder, mapping: Mapping, lines: tuple[Bound, ...], amount: Field
) -> tuple[Bound, ...]:
    """Without an amount of its own, an event costs what its lines cost."""
    for bound in lines:
        if bound.field.name == "amount":
            source = Source(bound.source.text, bound.source.line, total=True)
            return (Bound(amount, source, bound.terms),)
    binder.fail(
        Said("names no amount", "没有指明金额"),
        mapping.event.line,
        Said(
            "add `amount:` under `fields:` or `lines:`", "请在 `fields:` 或 `lines:` 下写 `amount:`"
        ),
    )


def _available(en: str, known: Iterable[str]) -> Said:
    names = sorted(known)
    return Said(f"{en} {', '.join(names) or 'none'}", f"可用的有：{'、'.join(names) or '无'}")


@dataclass(frozen=True, slots=True)
class _Binder:
    mapping: Mapping
    programme: Programme
    file: str
    columns: list[str]

    def fail(self, message: Said, line: int, hint: Said) -> NoReturn:
        raise FileProblem(message.of(f"{self.mapping.path.name}:{line}"), hint)

    def check_column(self, name: str, line: int) -> None:
        if name in self.columns:
            return
        shown = ", ".join(self.columns[:20]) + (", …" if len(self.columns) > 20 else "")
        hint = Said(f"it has {shown}", f"现有的列：{shown}")
        if close := did_you_mean(name, self.columns):
            hint = Said(f"{close.en} {hint.en}", close.zh + hint.zh)
        self.fail(
            Said(f"{self.file} has no column '{name}'", f"{self.file} 没有“{name}”这一列"),
            line,
            hint,
        )

    def check_key(self, key: Key | None) -> None:
        for column in key.columns if key else ():
            self.check_column(column, key.line if key else 0)

    def tests(self) -> Iterable[Test]:
        yield from (skip.when for skip in self.mapping.skip)
        if self.mapping.returns:
            yield self.mapping.returns.when
            yield from (match.when for match in self.mapping.returns.match if match.when)

    def event_types(self) -> dict[str, EventType]:
        source = self.mapping.event
        named = {source.constant} if source.constant else {said for _, said in source.values}
        if source.otherwise:
            named.add(source.otherwise)
        known = {type.id: type for type in self.programme.events if type.id not in NEVER_SENT}
        for id in named:
            if id not in known:
                message = Said(f"the programme has no event '{id}'", f"计划中没有“{id}”这种事件")
                hint = did_you_mean(str(id), known) or _available("it knows", known)
                self.fail(message, source.line, hint)
        return {id: known[id] for id in sorted(named & known.keys())} if named else known

    def bound(
        self, sources: tuple[tuple[str, Source], ...], known: dict[str, Field], section: str
    ) -> tuple[Bound, ...]:
        found = []
        for name, source in sources:
            if name not in known:
                message = Said(
                    f"{section}: the event has no field '{name}'",
                    f"{section}：事件没有“{name}”这个字段",
                )
                hint = did_you_mean(name, known) or _available("it has", known)
                self.fail(message, source.line or self.mapping.event.line, hint)
            found.append(Bound(known[name], source, self.terms(source)))
        return tuple(found)

    def bound_exchange(self, money_scale: int) -> Bound | None:
        given = self.mapping.in_exchange
        if given is None or given.amount is None:
            return None
        return Bound(Field("amount", "money", money_scale), given.amount, self.terms(given.amount))

    def terms(self, source: Source) -> tuple[Term, ...]:
        if source.constant is not None:
            return ()
        if source.table is not None:
            if all(table.name != source.table for table in self.mapping.tables):
                message = Said(f"there is no table '{source.table}'", f"没有“{source.table}”这张表")
                self.fail(message, source.line, Said("see `tables:`", "见 `tables:`"))
            return (Term((f"{source.table}.{source.text}",)),)
        try:
            return parse_formula(source.text, self.columns)
        except UnknownColumn as unknown:
            self.check_column(unknown.name, source.line)
            raise
        except TooManyFactors:
            message = Said(
                f"'{source.text}' multiplies more than two columns",
                f"“{source.text}”把两列以上相乘",
            )
            self.fail(message, source.line, Said("multiply two at most", "至多两列相乘"))

    def looked_up(self, table: Table) -> LookedUp:
        self.check_column(table.key, table.line)
        opened = open_source(
            table.path, self.mapping.delimiter, self.mapping.encoding, guarded=self.mapping.guarded
        )
        mapping = self.mapping
        named = (*mapping.fields, *mapping.lines, *mapping.facts, *mapping.metadata)
        sources = [source for _, source in named]
        sources += [self.mapping.birthday] if self.mapping.birthday else []
        wanted = {source.text: source.line for source in sources if source.table == table.name}
        for name in (table.key, *wanted):
            _Binder(self.mapping, self.programme, table.path.name, opened.columns).check_column(
                name, wanted.get(name, table.line)
            )
        kept = [table.key, *(name for name in wanted if name != table.key)]
        blocks = [block.rows.select(kept) for block in opened.blocks()]
        rows = pa.Table.from_batches(blocks).combine_chunks()
        texts = {name: as_text(rows.column(name).combine_chunks()) for name in kept}
        keys = texts[table.key].to_pylist()
        places = {key: place for place, key in enumerate(keys) if key is not None}
        if len(places) != len(keys) - keys.count(None):
            message = Said(
                f"{table.path.name} has several rows with the same {table.key}",
                f"{table.path.name} 有多行的 {table.key} 相同",
            )
            hint = Said("a table needs one row for each", "表中每个值只能有一行")
            self.fail(message, table.line, hint)
        return LookedUp(table.key, places, {f"{table.name}.{name}": texts[name] for name in wanted})

    def check_mirrored(self, line: int) -> None:
        if self.programme.returns.policy != "mirror":
            message = Said(
                "the programme takes no returns that name no purchase", "计划不接受无单退货"
            )
            hint = Said(
                "leave `unmatched` out, or write `returns: mirror` in the programme",
                "请去掉 `unmatched`，或在计划里写 `returns: mirror`",
            )
            self.fail(message, line, hint)

    def check_matching(self, lines: tuple[Bound, ...]) -> None:
        returns = self.mapping.returns
        if returns is None or returns.of is not None:
            return
        if not {"quantity", "amount"} <= {bound.field.name for bound in lines}:
            self.fail(
                Said("returns are matched by line", "退货是逐行匹配的"),
                returns.when.line,
                Said(
                    "name quantity and amount under `lines:`",
                    "请在 `lines:` 下写明 quantity 和 amount",
                ),
            )
        for match in returns.match:
            for column in match.same:
                self.check_column(column, match.line)
