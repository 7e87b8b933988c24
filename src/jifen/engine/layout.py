"""What a member's row of integers holds: counters keyed by meaning, shared by rules and versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from jifen.instants import MISSING, NEVER
from jifen.programme.condition import LineCondition
from jifen.programme.rules import MOST_VALUES

CounterKind = Literal[
    "count",
    "total",
    "field",
    "line field",
    "days",
    "earned",
    "streak",
    "last day",
    "last active",
    "spared",
    "limit",
    "limit by",
    "limit by line",
    "last given",
    "joined",
    "floor",
    "paid from",
    "consumed",
    "rolled over",
    "tier",
]
_CALENDAR = frozenset({"hour", "day", "week", "month", "quarter", "year", "membership_year"})


@dataclass(frozen=True, slots=True)
class Counter:
    """One fact of a member's history. `of`: an event type (of `field` and `line field`: that and a field's name),
    a currency (of `last active` and `spared`: with how long its points live on), or what a rule's limit counts.

    `window`: `lifetime`, a calendar period, or a ring of `size` cells: `days`, `months`, `years`, periods
    of several calendar months (`calendar_6`), or of months or days since the day of joining (`joining_12`,
    `joining_90_days`).
    `limit by` is a table of values of a field (`limit by line`: of lines), each with what it used in the present
    period.
    `where`: the lines of which a `line field` is summed up, else the events that count; None for all.
    """

    kind: CounterKind
    of: str
    window: str = "lifetime"
    size: int = 0
    where: LineCondition | None = None

    @property
    def subject(self) -> str:
        """What it is about, whatever its window."""
        return f"{self.of} where {self.where.source}" if self.where else self.of

    @property
    def meaning(self) -> str:
        """The key by which rules and versions share the counter."""
        window = f"{self.size} {self.window}" if self.size else self.window
        return f"{self.kind} {self.subject} {window}"

    @property
    def event(self) -> str:
        """The event type that feeds it, if one does."""
        return self.of.partition(" ")[0] if self.kind in ("field", "line field") else self.of

    @property
    def cells(self) -> tuple[str, ...]:
        """What each cell holds."""
        if self.kind in ("limit by", "limit by line"):
            entries = (f"{cell} {n}" for n in range(MOST_VALUES) for cell in ("value", "used"))
            return ("period", "values", *entries)
        if self.size:
            ring = (f"cell {place}" for place in range(self.size))
            return ("last period", "sum", *ring)
        return ("period", "value") if self.window in _CALENDAR else ("value",)

    @property
    def initial(self) -> tuple[int, ...]:
        """The cells of a member without history."""
        if self.kind in ("last day", "last active", "last given", "joined", "floor", "paid from"):
            return (MISSING,)
        if self == TIER_UNTIL:
            return (NEVER,)
        if self.kind == "rolled over":  # a period before the first: nothing was looked at
            return (-1, *(0,) * (len(self.cells) - 1))
        return (0,) * len(self.cells)


JOINED = Counter("joined", "day")
TIER = Counter("tier", "code")
TIER_UNTIL = Counter("tier", "until")


@dataclass(frozen=True, slots=True)
class Layout:
    """Places of counters in a state row.

    `generation` is a 63-bit hash of `names`, the meaning of every cell in order: rows of another
    generation are rebuilt from history before use.
    """

    places: dict[str, int]  # a counter's meaning -> its first cell
    counters: tuple[Counter, ...]
    names: tuple[str, ...]
    initial: tuple[int, ...]
    generation: int

    @property
    def width(self) -> int:
        """Cells of a row."""
        return len(self.names)

    def place(self, counter: Counter) -> int:
        """The first cell of a counter."""
        return self.places[counter.meaning]

    def __contains__(self, counter: object) -> bool:
        return isinstance(counter, Counter) and counter.meaning in self.places

    def fed_by(self, kind: CounterKind, of: str) -> list[Counter]:
        """The counters of one kind about one thing, whichever version reads them."""
        return [counter for counter in self.counters if (counter.kind, counter.of) == (kind, of)]


def lay_out(counters: Iterable[Counter]) -> Layout:
    """Give every distinct counter its cells: rings and tables last, else in order of first appearance.

    What most events touch so lies together at the beginning of a row.
    """
    distinct = sorted(
        {counter.meaning: counter for counter in counters}.values(),
        key=lambda counter: len(counter.cells) if len(counter.cells) > 2 else 0,
    )
    places: dict[str, int] = {}
    names: list[str] = []
    initial: list[int] = []
    for counter in distinct:
        places[counter.meaning] = len(names)
        names += [f"{counter.meaning}: {cell}" for cell in counter.cells]
        initial += counter.initial
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    generation = int.from_bytes(digest[:8], "big") >> 1
    return Layout(places, tuple(distinct), tuple(names), tuple(initial), generation)
