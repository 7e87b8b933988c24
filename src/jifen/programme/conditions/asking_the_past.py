"""Questions about the past: `count('purchase', 'week')`, `total('stay.nights', 'year')`,
`total('purchase.quantity', category == 'drink')`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import get_args

from msgspec.structs import replace

from jifen.programme.condition import (
    PREVIOUS,
    LineCondition,
    Past,
    PastKind,
    Summed,
    Window,
    is_about_lines,
)
from jifen.programme.conditions.being_missing import MISSING_WORD
from jifen.programme.conditions.expressions import segment
from jifen.programme.conditions.scope import (
    Scope,
    Typed,
    balance_meant,
    costs_nothing,
    planned_event,
    unknown_event,
)
from jifen.programme.event_types import EventType, numbers
from jifen.programme.events import PLANNED_TRIGGERS
from jifen.programme.problems import Wrong, did_you_mean, one_of
from jifen.wording import Said

LONGEST_DAYS = 366
LONGEST_MONTHS = 36

ReadLines = Callable[[ast.expr, Scope], LineCondition]
"""Reads a condition over the lines of the event type that the scope is on."""

_WINDOWED: tuple[PastKind, ...] = ("count", "days", "total", "earned")
_FUNCTIONS: tuple[PastKind, ...] = (*_WINDOWED, "streak", "first", "days_since")
_MEANING_MISSING = frozenset(
    ["known", "exists", "present", "given", "has", "blank", "empty", "absent", "null", "isnull"]
)
_OF_STREAKS: dict[str, Window] = {"day": "lifetime", "week": "week", "month": "month"}
_WINDOWS: tuple[Window, ...] = tuple(
    window
    for window in get_args(Window)
    if window not in ("days", "months")  # which take a number
)
_KNOWN_WINDOWS = [window for window in _WINDOWS if not window.startswith(PREVIOUS)]
_KNOWN_WINDOWS.append("previous_month")  # one of its kind, so that a message stays readable
_SPAN = re.compile(r"(\d{1,4}) (day|month)s?", re.ASCII)


def past_of(node: ast.Call, source: str, scope: Scope, lines: ReadLines) -> Typed:
    """What a call by name asks of the member's history.

    Raises:
        Wrong: no such function, event type, field or window, or not what it is asked of.
    """
    written = segment(source, node)
    name = node.func.id if isinstance(node.func, ast.Name) else written
    if scope.past:
        raise Wrong(
            Said(
                f"`{written}`: what chooses events of the past looks at their own fields only",
                f"`{written}`：筛选过去事件的条件只能使用事件自身的字段",
            )
        )
    if scope.lines:
        raise Wrong(
            Said(
                f"`{written}`: a line condition looks at fields of lines only",
                f"`{written}`：商品行的条件只能使用商品行的字段",
            )
        )
    kind = next((known for known in _FUNCTIONS if known == name), None)
    if kind is None:
        unknown = Said(f"unknown function '{name}'", f"没有函数“{name}”")
        raise Wrong(unknown, balance_meant(name, scope) or _meant(name))
    if scope.today and kind == "first":
        raise Wrong(
            Said(
                f"`{written}`: there is no event here that could be the first",
                f"`{written}`：使用积分时没有事件，谈不上第一次",
            ),
            Said(
                "ask for a count, such as count('purchase') >= 1",
                "请改问次数，例如 count('purchase') >= 1",
            ),
        )
    words, wheres = _arguments(node)
    most = 2 if kind in (*_WINDOWED, "streak") else 1
    if node.keywords or not 1 <= len(words) <= most or (wheres and kind == "earned"):
        sample = "'purchase', 'week'" if most == 2 else "'purchase'"
        if wheres and kind == "total":
            sample = "'purchase.quantity', 'week', category == 'tea'"
        elif wheres and kind != "earned":
            sample += ", channel == 'app'"
        raise Wrong(
            Said(f"`{written}`: write {kind}({sample})", f"`{written}`：请写成 {kind}({sample})")
        )
    window, size = _window(words[1], kind) if len(words) == 2 else ("lifetime", 0)
    of, summed, scale = _subject(kind, words[0], scope)
    where = None
    if wheres and summed is not None and summed.of_lines:
        on_lines = replace(scope, on=scope.events[of], lines=True)
        summed = replace(summed, where=lines(wheres[0], on_lines))
    elif wheres:
        where = lines(wheres[0], _of_the_event(wheres[0], scope.events[of], scope))
        if kind == "total" and is_about_lines(where):
            raise Wrong(_no_lines_to_choose(written, words[0]), _of_lines_of(scope.events[of]))
    past = Past(kind, of, window, size, summed, where)
    return Typed(past, written, "boolean" if kind == "first" else "numeric", scale)


def _meant(name: str) -> Said | None:
    """What people may have meant by a function that there is not."""
    if name in _MEANING_MISSING:
        return Said(
            "write missing(channel) or not missing(channel)",
            "请写 missing(channel) 或 not missing(channel)",
        )
    return did_you_mean(name, (*_FUNCTIONS, MISSING_WORD))


def _of_the_event(where: ast.expr, type: EventType, scope: Scope) -> Scope:
    """Where a condition on the events that count stands: on their lines as soon as it names what only these have."""
    names = {node.id for node in ast.walk(where) if isinstance(node, ast.Name)}
    known = {"amount", "gross", *(field.name for field in type.fields)}
    only_of_lines = names & {field.name for field in type.line_fields} - known
    return replace(scope, on=type, lines=bool(only_of_lines), past=True)


def _arguments(node: ast.Call) -> tuple[list[str], list[ast.expr]]:
    """The words of a call, and behind them at most one condition; no words if they stand otherwise."""
    words = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
    wheres = [arg for arg in node.args if not isinstance(arg, ast.Constant)]
    in_order = wheres == node.args[len(words) :] and len(wheres) <= 1
    return (words if in_order else []), wheres


def _subject(kind: PastKind, word: str, scope: Scope) -> tuple[str, Summed | None, int]:
    """What is asked about: an event type or currency, the number summed up if it is not the amount, decimals."""
    if kind == "earned":
        return word, None, scope.currency(word).scale
    of, _, field = word.partition(".") if kind == "total" else (word, "", "")
    if of in PLANNED_TRIGGERS:
        raise Wrong(planned_event(of))
    if of not in scope.events:
        raise Wrong(unknown_event(of), did_you_mean(of, scope.events))
    if kind != "total":
        return of, None, 0
    if field and field != "amount":
        summed = _summed(field, scope.events[of])
        return of, summed, summed.scale
    if not scope.events[of].costs_money:
        raise Wrong(
            costs_nothing(of).of(f"total('{of}')"), None if field else _numbers_of(scope.events[of])
        )
    return of, None, scope.money_scale


def _summed(name: str, type: EventType) -> Summed:
    """A number of the event, or else of its lines."""
    of_event, of_lines = numbers(type.fields), numbers(type.line_fields)
    if name in of_event:
        return Summed(name, of_event[name].scale)
    if name in of_lines:
        return Summed(name, of_lines[name].scale, True)
    unknown = Said(
        f"'{type.id}' has no number '{name}' to add up", f"“{type.id}”没有可累加的数值“{name}”"
    )
    raise Wrong(unknown, did_you_mean(name, [*of_event, *of_lines]))


def _numbers_of(type: EventType) -> Said | None:
    """What else of an event could be summed up."""
    known = [*numbers(type.fields), *numbers(type.line_fields)]
    return (
        Said(f"such as total('{type.id}.{known[0]}')", f"例如 total('{type.id}.{known[0]}')")
        if (known)
        else None
    )


def _no_lines_to_choose(written: str, word: str) -> Said:
    return Said(
        f"`{written}`: '{word}' is not of lines, so no lines can be chosen",
        f"`{written}`：“{word}”不属于商品行，不能按商品行筛选",
    )


def _of_lines_of(type: EventType) -> Said | None:
    known = numbers(type.line_fields)
    hint = "quantity" if "quantity" in known else next(iter(known), None)
    return hint and Said(  # type: ignore[return-value]
        f"write the number of the lines: '{type.id}.{hint}'; for their money, give a currency of its own and ask "
        "`earned`",
        f"请写商品行的数值：'{type.id}.{hint}'；要合计金额，请另设一种积分，再用 `earned` 查",
    )


def _window(word: str, kind: PastKind) -> tuple[Window, int]:
    if kind == "streak":
        return _in_a_row(word), 0
    for window in _WINDOWS:
        if word == window:
            return window, 0
    found = _SPAN.fullmatch(word)
    if not found:
        known = one_of((*_KNOWN_WINDOWS, "'30 days'", "'6 months'"))
        unknown = Said(
            f"unknown window '{word}': {known.en}", f"没有“{word}”这种窗口期，可用 {known.zh}"
        )
        raise Wrong(unknown, did_you_mean(word, _WINDOWS))
    size, months = int(found[1]), found[2] == "month"
    longest = LONGEST_MONTHS if months else LONGEST_DAYS
    if not 1 <= size <= longest:
        unit = "个月" if months else "天"
        raise Wrong(
            Said(
                f"window '{word}' is not between 1 and {longest} {found[2]}s",
                f"窗口期“{word}”须在 1 至 {longest} {unit}之间",
            )
        )
    return ("months" if months else "days"), size


def _in_a_row(word: str) -> Window:
    """What a streak is made of."""
    if word not in _OF_STREAKS:
        known = one_of(_OF_STREAKS)
        message = Said(
            f"a streak of '{word}': {known.en} in a row", f"“{word}”不能连续：可用 {known.zh}"
        )
        raise Wrong(message, did_you_mean(word, _OF_STREAKS))
    return _OF_STREAKS[word]
