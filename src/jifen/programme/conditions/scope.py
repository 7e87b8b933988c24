"""What the names in a condition mean, depending on where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec
from msgspec.structs import replace

from jifen.programme.condition import (
    Calendar,
    CalendarPart,
    EventField,
    Fact,
    LineField,
    Operand,
    TierRank,
)
from jifen.programme.event_types import EventType, Field
from jifen.programme.events import (
    CURRENCY_FIELDS,
    OF_POINTS,
    REWARD_FIELD,
    TIER_CHANGED,
    TIER_FIELDS,
)
from jifen.programme.meant import FACTS, NAMES, write
from jifen.programme.model import Currency
from jifen.programme.problems import Wrong, did_you_mean, which_of
from jifen.programme.ways import Table
from jifen.wording import Said

Kind = Literal["numeric", "text", "boolean", "date", "weekday", "tier", "texts"]

CALENDAR: dict[CalendarPart, tuple[Kind, int, int]] = {
    "hour": ("numeric", 0, 23),
    "weekday": ("weekday", 1, 7),
    "day_of_month": ("numeric", 1, 31),
    "month": ("numeric", 1, 12),
    "year": ("numeric", 1970, 9999),
    "date": ("date", 0, 0),
    "days_since_joining": ("numeric", 0, 0),
}
"""Kind, and least and greatest value where there are such."""

NO_TIERS = Said("the programme has no tiers", "计划没有等级")
_NOTHING = ("null", "nil", "undefined")
MEMBER_FACTS = ("birthday_month", "birthday_week", "birthday", "referred")


class Typed(msgspec.Struct, frozen=True):
    """An operand, what it is called, and what it can be compared with. `bounds` where values have such."""

    operand: Operand
    name: str
    kind: Kind
    scale: int = 0
    bounds: tuple[int, int] | None = None
    words: tuple[str, ...] | None = None  # the only ones, where a text is one of few


class Scope(msgspec.Struct, frozen=True):
    """Where a condition stands. `on` is the event type of its rule; `lines`: it looks at lines; `today`: at who the
    member is and what was done before, without an event; `past`: it chooses events of the past, of which only their
    own fields are known."""

    money_scale: int
    events: Mapping[str, EventType]
    facts: tuple[Field, ...]
    currencies: tuple[Currency, ...]  # points, then rewards
    tiers: tuple[str, ...]
    on: EventType
    lines: bool = False
    tables: tuple[Table, ...] = ()
    today: bool = False
    past: bool = False

    @property
    def points(self) -> tuple[Currency, ...]:
        """The kinds of points."""
        return tuple(one for one in self.currencies if one.reward is None)

    @property
    def rewards(self) -> tuple[Currency, ...]:
        """What rules may issue."""
        return tuple(one for one in self.currencies if one.reward is not None)

    def currency(self, id: str) -> Currency:
        for currency in self.currencies:
            if currency.id == id:
                return currency
        known = [currency.id for currency in self.currencies]
        unknown = Said(f"unknown currency '{id}'", f"没有积分种类“{id}”")
        raise Wrong(unknown, which_of(id, known))

    def names(self) -> dict[str, Typed]:
        """Every name that may stand here, with its type."""
        if self.lines:
            return {
                field.name: _of_field(LineField(field.name), field) for field in self.on.line_fields
            }
        known = {fact: Typed(Fact(fact), fact, "boolean") for fact in MEMBER_FACTS}
        known |= {fact.name: _of_field(Fact(fact.name), fact) for fact in self.facts}
        known |= {field.name: _of_field(EventField(field.name), field) for field in self.on.fields}
        if self.on.id == TIER_CHANGED:
            for field in TIER_FIELDS:
                known[field] = replace(known[field], words=self.tiers)
        if self.on.id in OF_POINTS:
            currencies = tuple(currency.id for currency in self.points)
            for field in known.keys() & set(CURRENCY_FIELDS):
                known[field] = replace(known[field], words=currencies)
            if REWARD_FIELD in known:
                rewards = tuple(reward.id for reward in self.rewards)
                known[REWARD_FIELD] = replace(known[REWARD_FIELD], words=rewards)
        if self.on.costs_money:
            for bill in ("amount", "gross"):
                known[bill] = Typed(EventField(bill), bill, "numeric", self.money_scale)
        for part, (kind, least, greatest) in CALENDAR.items():
            bounds = (least, greatest) if greatest else None
            known[part] = Typed(Calendar(part), part, kind, 0, bounds)
        if self.tiers:
            known["tier"] = Typed(TierRank(), "tier", "tier")
        if self.past:
            return {name: is_ for name, is_ in known.items() if isinstance(is_.operand, EventField)}
        return known

    def find(self, name: str) -> Typed:
        """The meaning of a name; Wrong, with what was probably meant, if it has none here."""
        known = self.names()
        if name in known:
            return known[name]
        raise Wrong(
            Said(f"unknown name '{name}'", f"没有名为“{name}”的内容"), self._hint(name, known)
        )

    def _hint(self, name: str, known: Mapping[str, Typed]) -> Said | None:
        if self.lines:
            return self._hint_of_lines(name, known)
        if any(field.name == name for field in self.on.line_fields):
            return Said(
                f"'{name}' belongs to the lines of a purchase: use `lines: …`",
                f"“{name}”是商品行的字段：请写在 `lines: …`",
            )
        if name == "tier":
            return NO_TIERS
        if meant := NAMES.get(name):
            word = meant.partition(" ")[0].partition("(")[0]
            if word in known or word == "first":
                return write(meant)
        if earned := balance_meant(name, self):
            return earned
        if name == "always":
            return Said("leave `when` out", "不写 `when` 即可")
        if name in FACTS:
            declared = f"`facts: {{{name}: {FACTS[name]}}}`"
            return Said(f"declare it: {declared}", f"请先声明：{declared}")
        if name in _NOTHING:
            return _WRITE_MISSING
        if name in ("amount", "gross"):
            return costs_nothing(self.on.id)
        elsewhere = [
            type.id for type in self.events.values() if any(f.name == name for f in type.fields)
        ]
        if elsewhere:
            return Said(
                f"'{self.on.id}' has no such field, '{elsewhere[0]}' has",
                f"“{self.on.id}”没有这个字段，“{elsewhere[0]}”才有",
            )
        return _misspelt(name, (*known, *(field.name for field in self.on.line_fields)))

    def _hint_of_lines(self, name: str, known: Mapping[str, Typed]) -> Said | None:
        """What was meant where a condition looks at lines, which know nothing of the event and the member."""
        meant = NAMES.get(name, name)
        word = meant.partition(" ")[0].partition("(")[0]
        elsewhere = {field.name for field in (*self.on.fields, *self.facts)}
        elsewhere |= {*CALENDAR, *MEMBER_FACTS, *FACTS, "tier", "first", "balance", "points"}
        if word in elsewhere:
            return Said(
                "a line condition looks at fields of lines only; use `when` for the event",
                "商品行的条件只能使用商品行的字段；事件的条件请写在 `when`",
            )
        if name in NAMES and word in known:
            return write(meant)
        return _WRITE_MISSING if name in _NOTHING else _misspelt(name, tuple(known))


_WRITE_MISSING = Said("for what is not there write missing(channel)", "没有值请写 missing(channel)")


def _misspelt(name: str, known: Collection[str]) -> Said | None:
    """What to write instead of a name that means nothing here."""
    if name in known or not name.isidentifier():
        return None
    return did_you_mean(name, known) or Said(
        f"text is written in quotes: '{name}'", f"文字要加引号：'{name}'"
    )


def balance_meant(name: str, scope: Scope) -> Said | None:
    """What to ask instead of the balance, which is no part of history."""
    if name not in ("balance", "points") or not scope.currencies:
        return None
    currency = scope.currencies[0].id
    return Said(
        f"a condition asks what was earned: earned('{currency}', 'lifetime')",
        f"条件问的是所得：earned('{currency}', 'lifetime')",
    )


def unknown_event(word: str) -> Said:
    return Said(f"unknown event type '{word}'", f"没有“{word}”这种事件")


def planned_event(word: str) -> Said:
    """Of an event type that is kept for later."""
    return Said(f"event type '{word}' is not supported yet", f"暂不支持“{word}”这种事件")


def costs_nothing(event: str) -> Said:
    """Why an event of this type has no amount."""
    return Said(f"'{event}' costs no money", f"“{event}”不涉及金额")


def _of_field(operand: Operand, field: Field) -> Typed:
    match field.kind:
        case "text" | "boolean" | "date" | "texts":
            return Typed(operand, field.name, field.kind)
        case "member":
            return Typed(operand, field.name, "text")
        case _:
            return Typed(operand, field.name, "numeric", field.scale)
