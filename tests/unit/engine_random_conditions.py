"""Random conditions over the event, its lines, the member and the past."""

from __future__ import annotations

from random import Random
from typing import Literal

from msgspec.structs import replace

from jifen.programme.condition import (
    PREVIOUS,
    AllOf,
    Among,
    AnyOf,
    Arithmetic,
    Calendar,
    CalendarPart,
    Compare,
    Condition,
    EventField,
    Fact,
    LineField,
    Missing,
    Number,
    OneOf,
    Operand,
    Operator,
    Past,
    PastKind,
    Summed,
    TierRank,
    Window,
    Word,
)
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import built_in_events
from jifen.programme.saying.naming import Name

_NAME = Name("名", "name")
EVENTS = (
    EventType(
        "purchase",
        _NAME,
        (
            Field("channel", "text"),
            Field("store", "text"),
            Field("tax", "money", 2),
            Field("shipping", "money", 2),
            Field("gift", "boolean"),
        ),
        (Field("department", "text"), Field("quantity", "number", 3), Field("amount", "money", 2)),
        True,
    ),
    EventType("survey", _NAME, (Field("channel", "text"), Field("rating", "integer"))),
    EventType("visit", _NAME, ()),
)
GIVING_TIERS = tuple(
    built_in_events(2)[id] for id in ("membership_fee", "tier_upgrade", "set_tier")
)
NOTED = built_in_events(2)["period_balance"]
LINE_FIELDS = ("department", "quantity", "amount")
TAGS = ("vip", "new", "over 60", "顾客")
FACTS = ("birthday_month", "segment", "age", "tags")
OPERATORS: tuple[Operator, ...] = ("==", "!=", "<", "<=", ">", ">=")
PAST_KINDS: tuple[PastKind, ...] = (
    "count",
    "days",
    "total",
    "streak",
    "first",
    "days_since",
    "earned",
)
EQUALITY: tuple[Operator, ...] = ("==", "!=")
SUMS: tuple[Literal["+", "-", "*"], ...] = ("+", "-", "*")
WINDOWS: tuple[Window, ...] = (
    "day",
    "week",
    "month",
    "quarter",
    "year",
    "membership_year",
    "previous_day",
    "previous_week",
    "previous_month",
    "previous_quarter",
    "previous_year",
    "days",
    "months",
    "lifetime",
)
STREAKS: tuple[Window, ...] = ("lifetime", "week", "month")
_PARTS: tuple[CalendarPart, ...] = (
    "hour",
    "weekday",
    "day_of_month",
    "month",
    "year",
    "date",
    "days_since_joining",
)


class RandomConditions:
    """Draws conditions and notes what they are made of."""

    def __init__(self, random: Random, constructs: set[str]) -> None:
        self.random, self.constructs = random, constructs

    def note(self, *constructs: object) -> None:
        self.constructs.add(" ".join(str(part) for part in constructs))

    def conjuncts(self, on: str) -> tuple[Condition, ...]:
        """The `when` of a rule: nought to three parts."""
        return tuple(self._condition(on, 2) for _ in range(self.random.choice((0, 0, 1, 1, 2, 3))))

    def of_lines(self) -> Condition:
        """A condition over lines."""
        random = self.random
        department = LineField("department")
        match random.randrange(6):
            case 5:
                self.note("missing from a line")
                known = random.random() < 0.5
                return Missing(LineField(random.choice(LINE_FIELDS)), known)
            case 0:
                return Compare("==", department, Word("dairy"))
            case 1:
                return Compare("!=", department, Word("fuel"))
            case 2:
                return Compare(">=", LineField("quantity"), Number(random.randrange(5) * 500))
            case 3:
                less = Compare("<", LineField("amount"), Number(random.randrange(20) * 50))
                return AnyOf((less, Compare("==", department, Word("toys"))))
            case _:
                words = (Word("dairy"), Word("toys"))
                return OneOf(department, words, random.random() < 0.5)

    def _condition(self, on: str, depth: int) -> Condition:
        chosen = self.random.random()
        if depth and chosen < 0.12:
            self.note("and")
            return AllOf((self._condition(on, depth - 1), self._condition(on, depth - 1)))
        if depth and chosen < 0.24:
            self.note("or")
            return AnyOf((self._condition(on, depth - 1), self._condition(on, depth - 1)))
        if chosen < 0.40:
            return self._text(on)
        if chosen < 0.46:
            return self._missing(on)
        return self._number(on)

    def _text(self, on: str) -> Condition:
        random = self.random
        operand: EventField | Fact = Fact("segment")
        words = ["new", "vip", "never-seen"]
        if on != "visit" and random.random() < 0.7:
            operand, words = EventField("channel"), ["app", "web", "never-seen"]
        if random.random() < 0.3:
            self.note("one of texts")
            return OneOf(operand, tuple(Word(w) for w in words[:2]), random.random() < 0.5)
        operator = random.choice(EQUALITY)
        self.note("text", operator)
        return Compare(operator, operand, Word(random.choice(words)))

    def _missing(self, on: str) -> Condition:
        names = {"purchase": ("channel", "tax", "gift"), "survey": ("channel", "rating")}
        fields: list[EventField | Fact] = [EventField(name) for name in names.get(on, ())]
        asked = self.random.choice((*fields, Fact("segment"), Fact("age"), Fact("birthday_month")))
        self.note("missing", type(asked).__name__)
        return Missing(asked, self.random.random() < 0.5)

    def _number(self, on: str) -> Condition:
        random = self.random
        operand, most = self._operand(on)
        if random.random() < 0.1:
            self.note("one of numbers")
            values = tuple(Number(random.randrange(most + 1)) for _ in range(random.choice((1, 3))))
            return OneOf(operand, values, random.random() < 0.5)
        operator = random.choice(OPERATORS)
        self.note("compare", operator)
        right: Operand = Number(random.randrange(most + 1))
        if random.random() < 0.12:
            self.note("arithmetic")
            other, _ = self._operand(on)
            operator_in = random.choice(SUMS)
            operand = Arithmetic(operator_in, operand, Number(2) if operator_in == "*" else other)
        elif random.random() < 0.1:
            self.note("compare two operands")
            right = self._operand(on)[0]
        if random.random() < 0.15:
            self.note("number on the left")
            return Compare(operator, right, operand)
        return Compare(operator, operand, right)

    def _operand(self, on: str) -> tuple[Operand, int]:
        random = self.random
        match random.choice(("event", "event", "fact", "calendar", "tier", "past", "past", "past")):
            case "event":
                names = {
                    "purchase": (("amount", 2000), ("gross", 3000), ("tax", 300), ("gift", 1)),
                    "survey": (("rating", 5),),
                    "visit": (("amount", 10),),
                }[on]
                name, most = random.choice(names)
                return EventField(name), most
            case "fact":
                name, most = random.choice((("birthday_month", 1), ("age", 90), ("tags", 1)))
                self.note("fact", name)
                held = Among(name, random.choice((*TAGS, "never-seen")))
                return held if name == "tags" else Fact(name), most
            case "calendar":
                part = random.choice(_PARTS)
                self.note("calendar", part)
                most = {"hour": 23, "weekday": 7, "day_of_month": 31, "month": 12}.get(part, 400)
                return Calendar(part), most
            case "tier":
                self.note("tier in a condition")
                return TierRank(), 2
            case _:
                return self._past()

    def key(self, on: str) -> Condition:
        """What a row of a table asks for."""
        word = Word(self.random.choice(("app", "web", "new", "vip")))
        text = Fact("segment") if on == "visit" else EventField("channel")
        parts: tuple[Condition, ...] = (Compare("==", text, word),)
        if self.random.random() < 0.5:
            rank = Number(self.random.randrange(3))
            parts = (*parts, Compare("==", TierRank(), rank))
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def growing(self, on: str) -> tuple[Past, int]:
        """Something of the past that an event can let grow, and how far about."""
        kind: PastKind = self.random.choice(("count", "total", "days", "streak"))
        window, size = self.random.choice([w for w in WINDOWS if not w.startswith(PREVIOUS)]), 0
        if kind == "streak":
            window = self._in_a_row()
        elif window in ("days", "months"):
            size = (
                self.random.choice((2, 7, 30)) if window == "days" else self.random.choice((1, 6))
            )
        if kind == "total" and (found := self._summed(on)):
            where = None if found[0].of_lines else self._chosen(kind, on)
            return Past(kind, on, window, size, found[0], where), found[1]
        past = Past(kind, on, window, size, where=self._chosen(kind, on))
        return past, {"total": 3000}.get(kind, 4)

    def _chosen(self, kind: PastKind, of: str) -> Condition | None:
        """Now and then, which events of a type count."""
        if kind == "earned" or of == "visit" or self.random.random() < 0.7:
            return None
        if of == "purchase" and kind != "total" and self.random.random() < 0.5:
            self.note("past of events by their lines", kind)
            where = self.of_lines()
        else:
            self.note("past of some events", kind)
            most = 2000 if of == "purchase" else 5
            name = "amount" if of == "purchase" else "rating"
            of_number = Compare(
                self.random.choice(OPERATORS), EventField(name), Number(self.random.randrange(most))
            )
            of_text = Compare(self.random.choice(EQUALITY), EventField("channel"), Word("app"))
            where = self.random.choice((of_number, of_text, AnyOf((of_number, of_text))))
        return replace(where, source=repr(where))  # by which counters are told apart

    def _summed(self, of: str) -> tuple[Summed, int] | None:
        """Mostly some number of an event, or of its lines, and how far it about goes."""
        if of == "visit" or self.random.random() < 0.4:
            return None
        if of == "survey":
            return Summed("rating"), 12
        if self.random.random() < 0.3:
            self.note("total of a field")
            return Summed("tax", 2), 600
        self.note("total of a field of lines")
        where = self.of_lines() if self.random.random() < 0.6 else None
        if where:
            self.note("total of some lines")
            where = replace(where, source=repr(where))  # by which counters are told apart
        field, scale, most = self.random.choice((("quantity", 3, 12_000), ("amount", 2, 6000)))
        return Summed(field, scale, True, where), most

    def _in_a_row(self) -> Window:
        window = self.random.choice(STREAKS)
        self.note("streak of", window)
        return window

    def past_without_event(self) -> Past:
        """Something of the past that can be asked where no event is."""
        while True:
            found, _ = self._past()
            if isinstance(found, Past) and found.kind != "first":
                return found

    def summed_past(self) -> Past:
        """Something of the past of which a rate can be."""
        while True:
            found = self.past_without_event()
            if found.kind in ("count", "total", "days", "earned"):
                return found

    def _past(self) -> tuple[Operand, int]:
        random = self.random
        kind = random.choice(PAST_KINDS)
        window, size = random.choice(WINDOWS), 0
        if kind == "streak":
            window = self._in_a_row()
        elif kind in ("days_since", "first"):
            window = "lifetime"
        elif window in ("days", "months"):
            size = random.choice((1, 2, 7, 30)) if window == "days" else random.choice((1, 2, 6))
        of = random.choice(("purchase", "purchase", "survey", "visit"))
        if kind == "earned":
            of = random.choice(("points", "growth"))
        self.note("past", kind)
        self.note("past over", window)
        if kind == "total" and (found := self._summed(of)):
            where = None if found[0].of_lines else self._chosen(kind, of)
            return Past(kind, of, window, size, found[0], where), found[1]
        most = {"total": 5000, "earned": 120, "first": 1, "days_since": 20}.get(kind, 4)
        return Past(kind, of, window, size, where=self._chosen(kind, of)), most
