"""`events:` and `facts:` of a document: what it declares beyond the built-in kinds."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from jifen.programme.event_types import EventType, Field, FieldKind
from jifen.programme.events import (
    HOUSEHOLD,
    OPENING,
    REDEEMED,
    REFERRER,
    built_in_events,
    scale_of,
)
from jifen.programme.model import Currency
from jifen.programme.problems import Problems, Wrong, did_you_mean, one_of
from jifen.programme.reading.nodes import Node
from jifen.programme.reading.scalars import boolean, name
from jifen.programme.reading.sections import Section, entries, more_than, noting, own_meaning, text
from jifen.programme.saying.naming import Name
from jifen.wording import Said

MOST_FIELDS = 60
MOST_EVENT_TYPES = 60

_CALENDAR_WORDS = "hour weekday day_of_month month year date days_since_joining"
_PAST_WORDS = "count days total earned streak first days_since"
_OTHER_WORDS = "amount gross tier birthday birthday_week birthday_month referred guest metadata"
_WORDS_OF_CONDITIONS = "true false all event line"
OWN_WORDS = frozenset(
    f"{_CALENDAR_WORDS} {_PAST_WORDS} {_OTHER_WORDS} {_WORDS_OF_CONDITIONS} {REFERRER} {HOUSEHOLD}".split()
)
"""Words with a meaning of their own in conditions: no field or fact may be called so."""

KINDS: tuple[FieldKind, ...] = ("money", "integer", "number", "text", "boolean", "date")
SEVERAL: FieldKind = "texts"
OF_FACTS: tuple[FieldKind, ...] = (SEVERAL, "member")

_SMALL_LETTERS = Said(
    "use small letters, digits and underscores", "请用小写字母、数字和下划线，并以字母开头"
)
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_KIND = re.compile(r"([a-z]+)(?: ?\(([0-6])\))?", re.ASCII)


def read_events(node: Node, problems: Problems, money_scale: int) -> dict[str, EventType]:
    """All event types by id: the built-in ones, as extended here, then the document's own."""
    events = built_in_events(money_scale)
    declared = noting(problems, node, lambda node: list(entries(node)), [])
    if len(declared) > MOST_EVENT_TYPES:
        problems.add(node, more_than(MOST_EVENT_TYPES, Said("event types", "种事件")))
    for key, value in declared:
        id = noting(problems, key, _event_id, None)
        if id is not None:
            events[id] = _event_type(id, value, problems, money_scale, events.get(id))
    _same_everywhere(node, problems, [type.fields for type in events.values()])
    _same_everywhere(node, problems, [type.line_fields for type in events.values()])
    return events


def redeemed_with(
    node: Node, problems: Problems, events: Mapping[str, EventType], rewards: Sequence[Currency]
) -> dict[str, EventType]:
    """The event types, of which that of a redemption also has what redemptions say of some reward."""
    redeemed = events[REDEEMED]
    fields = {field.name: field for field in redeemed.fields}
    for of in (one.reward.cost.fields for one in rewards if one.reward is not None):
        for field in of:
            if any(field.name == own.name for own in redeemed.fields):
                problems.add(node, own_meaning(field.name))
            fields.setdefault(field.name, field)
        _same_everywhere(node, problems, [*(type.fields for type in events.values()), of])
        _same_everywhere(node, problems, [tuple(fields.values()), of])
    return {**events, REDEEMED: replace(redeemed, fields=tuple(fields.values()))}


def _event_id(key: Node) -> str:
    word = text(key)
    if word == OPENING:
        en, zh = "an opening is a command of its own", "期初余额是专门的命令"
        raise Wrong(Said(en, zh))
    if not _FIELD_NAME.fullmatch(word):
        message = Said(f"'{word}' is no event type", f"“{word}”不能用作事件类型")
        raise Wrong(message, _SMALL_LETTERS)
    return word


_COSTS_MONEY = Said(
    "an event of `costs_money: true` has it", "写上 `costs_money: true` 的事件自带这一项"
)


def _event_type(
    id: str, node: Node, problems: Problems, money_scale: int, built_in: EventType | None
) -> EventType:
    section = Section(node, problems, ("name", "fields", "lines", "costs_money"))
    start = built_in or EventType(id, Name(id.replace("_", " "), id.replace("_", " ")), ())
    more: dict[str, tuple[Field, ...]] = {}
    for key, present in (("fields", start.fields), ("lines", start.line_fields)):
        given = read_fields(section.values[key], problems, money_scale) if key in section else ()
        reserved = OWN_WORDS if key == "fields" else OWN_WORDS - {"amount"}
        more[key] = _added(section, key, present, given, reserved)
    if built_in and "costs_money" in section:
        message = Said(f"is settled for the built-in '{id}'", f"内置的“{id}”已有规定，不能更改")
        problems.add(section.place("costs_money"), message)
    costs_money = section.read("costs_money", boolean, start.costs_money)
    return EventType(
        id,
        section.read("name", name, start.name),
        more["fields"],
        more["lines"],
        start.costs_money if built_in else costs_money,
    )


def _added(
    section: Section,
    key: str,
    present: tuple[Field, ...],
    given: tuple[Field, ...],
    reserved: frozenset[str],
) -> tuple[Field, ...]:
    known = {field.name: field for field in present}
    for field in given:
        if field.name in reserved:
            hint = _COSTS_MONEY if field.name in ("amount", "gross") else None
            section.problems.add(section.place(key), own_meaning(field.name), hint)
        elif known.get(field.name, field) != field:
            kind = known[field.name].kind
            message = Said(
                f"'{field.name}' is built in as {kind}", f"“{field.name}”是内置字段，类型为 {kind}"
            )
            section.problems.add(section.place(key), message)
        known.setdefault(field.name, field)
    return tuple(known.values())


def read_fields(
    node: Node,
    problems: Problems,
    money_scale: int,
    kinds: tuple[FieldKind, ...] = KINDS,
) -> tuple[Field, ...]:
    """Fields from a mapping of names to kinds."""
    found: list[Field] = []
    for key, value in noting(problems, node, lambda node: list(entries(node)), []):
        field_name = noting(problems, key, field_name_of, None)
        kind = noting(problems, value, lambda value: _kind(value, money_scale, kinds), None)
        if field_name is not None and kind is not None:
            found.append(Field(field_name, *kind))
    if len(found) > MOST_FIELDS:
        problems.add(node, more_than(MOST_FIELDS, Said("fields", "个字段")))
    return tuple(found)


def field_name_of(key: Node) -> str:
    """A name that a condition can use."""
    word = text(key)
    if not _FIELD_NAME.fullmatch(word):
        message = Said(f"'{word}' is no field name", f"“{word}”不能用作字段名")
        raise Wrong(message, _SMALL_LETTERS)
    if keyword.iskeyword(word):
        raise Wrong(
            Said(f"'{word}' is a word of the condition language", f"“{word}”是条件语言的关键字")
        )
    return word


def _kind(node: Node, money_scale: int, known: tuple[FieldKind, ...]) -> tuple[FieldKind, int]:
    word = text(node)
    found = _KIND.fullmatch(word)
    for kind in known:
        if found and found[1] == kind and (found[2] is None or kind == "number"):
            return kind, scale_of(kind, money_scale) if found[2] is None else int(found[2])
    if word in OF_FACTS:
        raise Wrong(
            Said("only facts of members hold several texts", "只有会员信息可以同时有多项")
            if word == SEVERAL
            else Said("only facts of members name a member", "只有会员信息可以指明另一位会员"),
            Said("declare it under `facts`", "请在 `facts` 下声明"),
        )
    kinds = one_of(known)
    message = Said(
        f"'{word}' is no kind of field: {kinds.en}", f"没有“{word}”这种字段类型，可用 {kinds.zh}"
    )
    raise Wrong(message, did_you_mean(word, known))


def read_facts(node: Node, problems: Problems, money_scale: int) -> tuple[Field, ...]:
    """The facts of members that the document declares."""
    facts = read_fields(node, problems, money_scale, (*KINDS, *OF_FACTS))
    for fact in facts:
        if fact.name in OWN_WORDS:
            problems.add(node, own_meaning(fact.name))
    return facts


def refuse_fact_like_field(
    node: Node, problems: Problems, facts: tuple[Field, ...], events: Mapping[str, EventType]
) -> None:
    """A fact called like a field of some event would leave a condition unclear."""
    for fact in facts:
        for type in events.values():
            if any(field.name == fact.name for field in type.fields):
                message = Said(
                    f"'{fact.name}' is also a field of '{type.id}'",
                    f"“{fact.name}”同时也是“{type.id}”的字段",
                )
                problems.add(node, message)
                break


def _same_everywhere(node: Node, problems: Problems, all_fields: list[tuple[Field, ...]]) -> None:
    """A field name means the same kind of thing in every event type."""
    seen: dict[str, Field] = {}
    for fields in all_fields:
        for field in fields:
            first = seen.setdefault(field.name, field)
            if (first.kind, first.scale) != (field.kind, field.scale):
                message = Said(
                    f"'{field.name}' is {field.kind} here and {first.kind} in another event",
                    f"“{field.name}”在这里是 {field.kind}，在另一种事件中是 {first.kind}",
                )
                problems.add(node, message)
