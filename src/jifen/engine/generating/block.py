"""The part of `step` that judges one event type."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.engine.generating.calendars import (
    embedded,
    feeding,
    lengthening,
    period_of,
    reading,
    reading_before,
    reading_streak,
    window_words,
)
from jifen.engine.generating.conditions import holds
from jifen.engine.generating.names import Names, clean
from jifen.engine.generating.source import FIXED_NAMES, Source, indented
from jifen.engine.layout import Counter
from jifen.engine.needs import activity_counter, past_counters
from jifen.programme.condition import (
    PREVIOUS,
    Among,
    Calendar,
    EventCondition,
    EventField,
    Fact,
    Operand,
    Past,
    TierRank,
)
from jifen.programme.event_types import EventType
from jifen.programme.reading.extensions import extending_events
from jifen.programme.rules import Give, Rule


class Block:
    """Names and sections of one event type. Conditions find their operands here (`conditions.Scope`)."""

    def __init__(self, source: Source, event_type: EventType) -> None:
        self.source = source
        self.type = event_type
        self.names = Names((*FIXED_NAMES, *source.earned.values()))
        self.rules = [rule for rule in source.programme.rules if rule.on == event_type.id]
        self.loads: list[str] = []
        self.readings: list[str] = []
        self._fed: dict[str, str] = {}  # a counter's meaning -> the local that holds its new value
        self._locals: dict[Operand, str] = {}
        self._counts: dict[EventCondition | None, str] = {}  # whether the event counts
        self._earlier: dict[EventCondition | None, str] = {}  # the last day before it
        self._type_name = clean(event_type.id, "event")

    @property
    def giving(self) -> list[Rule]:
        """The rules of this type that give."""
        return [rule for rule in self.rules if isinstance(rule.action, Give)]

    def name(self, operand: Operand) -> str:
        """The local that holds an operand; loaded at its first use."""
        if operand not in self._locals:
            self._locals[operand] = self._load(operand)
        return self._locals[operand]

    def word(self, operand: Operand, text: str) -> int:
        """The code of a text compared with a field or fact."""
        assert isinstance(operand, EventField | Fact)
        kind = "field" if isinstance(operand, EventField) else "fact"
        return self.source.columns.word(kind, operand.name, text)  # type: ignore[arg-type]

    def _load(self, operand: Operand) -> str:
        match operand:
            case EventField(name="amount"):
                return "amount"
            case EventField(name="gross"):
                return "gross"
            case EventField(name=name):
                place = self.source.columns.place("field", name)
                return self._loaded(clean(name, "field"), f"event[{place}]")
            case Fact(name=name):
                place = self.source.columns.place("fact", name)
                return self._loaded(clean(name, "fact"), f"event[{place}]")
            case Among(fact=fact, text=text):
                place = self.source.columns.place("among", f"{fact} {text}")
                return self._loaded(clean(f"{fact}_{text}", f"{fact}_hold"), f"event[{place}]")
            case Calendar(part=part):
                return self._calendar(part)
            case TierRank():
                self._show(operand, "rank")
                return "rank"
            case Past():
                return self._past(operand)
            case _:
                raise AssertionError(operand)

    def _loaded(self, wanted: str, value: str) -> str:
        name = self.names.take(wanted)
        self.loads.append(f"{name} = {value}")
        return name

    def _calendar(self, part: str) -> str:
        match part:
            case "date":
                return "day"
            case "month":
                self.source.use_period("month")
                return self._loaded("month_of_year", "month % 12 + 1")
            case "year":
                self.source.use_period("year")
                return "year"
            case "weekday":
                return self._loaded("weekday", "(day + 3) % 7 + 1")
            case "days_since_joining":
                place = self.source.columns.place("fact", part)
            case _:
                place = self.source.columns.place("calendar", part)
        return self._loaded(part, f"event[{place}]")

    def _show(self, operand: Past | TierRank, name: str) -> None:
        place = self.source.out.saw(self.source.seen.index(operand))
        self.readings.append(f"out[{place}] = {name}")

    def _past(self, past: Past) -> str:
        name = value = self._past_value(past)
        if not value.isidentifier():
            name = self.names.take(self._past_name(past))
            self.readings.append(f"{name} = {value}")
        self._show(past, name)
        return name

    def _past_name(self, past: Past) -> str:
        of = clean(past.of, "other")
        window = window_words(past.window, past.size)
        match past.kind:
            case "days_since":
                return f"days_since_{of}"
            case "streak":
                return f"{of}_streak" if past.window == "lifetime" else f"{of}_{past.window}_streak"
            case "first":
                return f"first_{of}_{window}"
            case _ if past.summed is not None:
                return f"{of}_{clean(past.summed.field, 'field')}_{window}"
            case _:
                return f"{of}_{past.kind}_{window}"

    def _past_value(self, past: Past) -> str:
        counters = past_counters(past)
        if past.window.startswith(PREVIOUS):
            self.source.use_period(period_of(counters[0]))
            return reading_before(counters[0], self.source.layout)
        here = past.of == self.type.id
        match past.kind:
            case "first":
                counts = self._counts.get(past.where, "1")
                number = embedded(self.value(counters[0]))
                return f"{counts} if {number} == 1 else 0" if here else "0"
            case "streak" if past.where is not None or not here:
                self.source.use_period(period_of(counters[0]))
                return reading_streak(counters, self.source.layout)
            case "days_since":
                before = self._earlier[past.where] if here else self.value(counters[0])
                return f"day - {before} if {before} != MISSING else MISSING"
            case _:
                return self.value(counters[0])

    def value(self, counter: Counter) -> str:
        """A counter's value at this event, the event included if it counts."""
        if counter.meaning in self._fed:
            return self._fed[counter.meaning]
        self.source.use_period(period_of(counter))
        return reading(counter, self.source.layout)

    def feed(self, counter: Counter, value: str) -> list[str]:
        """Statements that add to a counter which nobody reads again at this event."""
        self.source.use_period(period_of(counter))
        return feeding(counter, self.source.layout, value)

    def history(self, line_totals: Mapping[str, str], lines_fit: Mapping[str, str]) -> list[str]:
        """Let the counters about this event type take it in. `line_totals`: sums of lines, by the counters' meaning;
        `lines_fit`: whether a line fits a condition, by its source."""
        layout, of = self.source.layout, self.type.id
        lines = self._chosen(lines_fit)
        for counter in layout.fed_by("count", of):
            lines += self._take_in(counter, self._counts.get(counter.where, "1"), "count")
        for counter in layout.fed_by("total", of):
            chosen = f" * {self._counts[counter.where]}" if counter.where else ""
            lines += self._take_in(counter, f"paid{chosen}", "total")
        if any(counter.kind == "total" for counter in layout.counters if counter.of == of):
            lines.insert(0, "paid = amount if amount > 0 else 0")
        lines += self._fields(line_totals)
        for last_day in layout.fed_by("last day", of):
            lines += self._days(last_day)
        for counter in layout.fed_by("streak", of):
            if counter.window != "lifetime":
                self.source.use_period(period_of(counter))
                lines += self._if_counts(counter, lengthening(counter, layout))
        lines += [f"state[{place}] = day" for place in kept_alive(self.source, of)]
        return lines

    def _chosen(self, lines_fit: Mapping[str, str]) -> list[str]:
        """Whether the event counts, for every condition under which one of this type does."""
        lines: list[str] = []
        for counter in self.source.layout.counters:
            where = counter.where
            if counter.event != self.type.id or counter.kind == "line field" or where is None:
                continue
            if where.source in lines_fit:
                self._counts[where] = lines_fit[where.source]
            elif where not in self._counts:
                name = self._counts[where] = self.names.take(f"{self._type_name}_counts")
                lines.append(f"{name} = 1 if {holds(where, self)} else 0")
        return lines

    def _if_counts(self, counter: Counter, lines: list[str]) -> list[str]:
        if counter.where is None:
            return lines
        return [f"if {self._counts[counter.where]} == 1:", *indented(lines)]

    def _fields(self, line_totals: Mapping[str, str]) -> list[str]:
        """Let the sums of this type's fields grow, and those of its lines' fields."""
        fed: dict[str, list[str]] = {}
        for field in self.type.fields:
            for counter in self.source.layout.fed_by("field", f"{self.type.id} {field.name}"):
                value = self.name(EventField(field.name))
                lines = self._if_counts(counter, self.feed(counter, value))
                fed.setdefault(value, []).extend(lines)
        for counter in self.source.layout.counters:
            if total := line_totals.get(counter.meaning):
                fed.setdefault(total, []).extend(self.feed(counter, total))
        return [
            line
            for value, statements in fed.items()
            for line in (f"if {value} > 0:", *indented(statements))
        ]

    def _take_in(self, counter: Counter, value: str, what: str) -> list[str]:
        self.source.use_period(period_of(counter))
        window = window_words(counter.window, counter.size)
        total = self.names.take(f"{self._type_name}_{what}_{window}")
        self._fed[counter.meaning] = total
        return feeding(counter, self.source.layout, value, total)

    def _days(self, last_day: Counter) -> list[str]:
        """Let what goes by days take in the present one, as the last on which an event counted."""
        layout, of, where = self.source.layout, self.type.id, last_day.where
        place = layout.place(last_day)
        earlier = self._earlier[where] = "earlier_day"
        if where is None:
            self._fed[last_day.meaning] = "day"
        else:
            earlier = self._earlier[where] = self.names.take("earlier_day_of_some")
        on_new_day: list[str] = []
        streak = Counter("streak", of, where=where)
        if streak in layout:
            cell = f"state[{layout.place(streak)}]"
            on_new_day.append(f"{cell} = {cell} + 1 if {earlier} == day - 1 else 1")
        for counter in layout.fed_by("days", of):
            if counter.where == where:
                on_new_day += self.feed(counter, "1")
        taken = [f"state[{place}] = day"]
        if on_new_day:
            taken += [f"if {earlier} != day:", *indented(on_new_day)]
        return [f"{earlier} = state[{place}]", *self._if_counts(last_day, taken)]


def kept_alive(source: Source, event: str) -> list[int]:
    """Where the last day is kept of what keeps points alive, if events of this type do in this version."""
    programme = source.programme
    return [
        source.layout.place(activity_counter(currency.id, currency.extension))
        for currency in programme.currencies
        if currency.extension and event in extending_events(currency.extension, programme.rules)
    ]
