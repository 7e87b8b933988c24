"""When points become available: `14 days`, `{until: delivery}`, `{until: confirm, at_most: 30 days}`,
`{from: 2026-08-01}`, `{from: 2026-08-01 10:00}`."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.programme.event_types import EventType
from jifen.programme.model import Currency
from jifen.programme.point_terms import Pending
from jifen.programme.problems import Problems, Wrong, did_you_mean
from jifen.programme.reading import nodes
from jifen.programme.reading.moments import moment
from jifen.programme.reading.scalars import days
from jifen.programme.reading.sections import Section, text
from jifen.programme.reading.slips import date_meant
from jifen.wording import Said

LONGEST_DAYS = 366
CONFIRM = "confirm"
"""The word for what no event confirms but a command of its own."""


def read_pending(section: Section, default: Pending | None) -> Pending | None:
    """What stands under `pending`. Whether there is an event of that type is for `check_until`."""
    if "pending" not in section:
        return default
    node = section.place("pending")
    if not isinstance(node, nodes.Mapping):
        return Pending(section.read("pending", _days, 0))
    parts = Section(node, section.problems, ("until", "at_most", "from"))
    if "from" in parts:
        for other in {"until", "at_most"} & node.values.keys():
            parts.problems.add(parts.place(other), _FROM_ALONE)
        return Pending(starts=parts.read("from", moment, None))
    until = parts.need("until", text, CONFIRM)
    return Pending(parts.read("at_most", days(LONGEST_DAYS), 0), until)


def _days(node: nodes.Node) -> int:
    if meant := date_meant(text(node)):
        raise Wrong(Said("is so many days", "须是天数"), _from_day(meant))
    return days(LONGEST_DAYS)(node)


def _from_day(day: str) -> Said:
    return Said(
        f"for points that can be used from a day on write {{from: {day}}}",
        f"若是自某日起可用，请写成 {{from: {day}}}",
    )


_FROM_ALONE = Said("says nothing beside 'from'", "与 from 同写没有意义")


def check_until(section: Section, pending: Pending | None, events: Mapping[str, EventType]) -> None:
    """Note a word that is neither `confirm` nor an event type that can name another event by a field `of`."""
    if pending is None or pending.until in (None, CONFIRM):
        return
    node = section.place("pending")
    place = node.values.get("until", node) if isinstance(node, nodes.Mapping) else node
    try:
        _check_type(str(pending.until), events)
    except Wrong as wrong:
        section.problems.add(place, wrong.message, wrong.suggestion)


def check_currencies(
    node: nodes.Node,
    problems: Problems,
    currencies: tuple[Currency, ...],
    events: Mapping[str, EventType],
) -> None:
    """The same of every currency of a document."""
    for currency in currencies:
        if isinstance(node, nodes.Mapping) and currency.id in node.values:
            section = Section(node.values[currency.id], problems, None)
            check_until(section, currency.pending, events)


def _check_type(word: str, events: Mapping[str, EventType]) -> None:
    if word not in events:
        day = date_meant(word)
        raise Wrong(
            Said(f"there is no event '{word}'", f"没有事件“{word}”"),
            (_from_day(day) if day else None)
            or did_you_mean(word, [*events, CONFIRM])
            or Said("or write confirm, for a command of its own", "也可写 confirm，由命令确认"),
        )
    if not any(field.name == "of" and field.kind == "text" for field in events[word].fields):
        raise Wrong(
            Said(
                f"'{word}' cannot say which event it confirms", f"“{word}”无法说明确认的是哪个事件"
            ),
            Said("give it a field `of: text`", "请给它加一个字段 `of: text`"),
        )
