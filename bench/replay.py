"""The demonstration programme over a whole year of real baskets: from the file to every member's state."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from bench.reporting import Row, row
from jifen.engine.bulk import BulkRunner
from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.instants import local_day_of
from jifen.intake.asking.commands import Event
from jifen.intake.files.loading import load_mapping
from jifen.intake.files.mapping import Mapping
from jifen.intake.files.reading import open_history
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.evaluating import input_of
from jifen.intake.judging.payload import Payload
from jifen.programme.loading import read
from jifen.programme.model import Programme

RUNS = 3
_DEMO = Path(__file__).parent.parent / "examples" / "complete-journey"


def measure() -> list[Row]:
    """Seconds for the year; the ratio of Numba is how many times faster it is than the interpreter."""
    programme = read(_DEMO / "programme.yaml")
    engine = compile_timeline([Version(1, 0, programme)])
    started = time.perf_counter()
    events = _events(programme)
    reading = time.perf_counter() - started
    started = time.perf_counter()
    members, rows, lines, first = _encoded(engine, events)
    encoding = time.perf_counter() - started
    slow = [_interpreted(engine, members, rows, lines, first) for _ in range(RUNS)]
    fast = _bulk(engine, members, rows, lines, first)
    count = len(members)
    return [
        row("replay: read the year from its file", [count / reading], "baskets/s"),
        row("replay: turn it into integers", [count / encoding], "baskets/s"),
        row("replay: interpreter", [count / seconds for seconds in slow], "baskets/s"),
        row(
            "replay: Numba",
            [count / seconds for seconds in fast],
            "baskets/s",
            "interpreter",
            count / sorted(slow)[RUNS // 2],
        ),
    ]


def _events(programme: Programme) -> list[Event]:
    mapping = load_mapping(_DEMO / "mapping.yaml")
    assert isinstance(mapping, Mapping)
    assert mapping.file is not None
    history = open_history(mapping.file, mapping, programme)
    return [
        command
        for chunk in history.chunks()
        for command in chunk.commands
        if isinstance(command, Event)
    ]


def _encoded(
    engine: Engine, events: list[Event]
) -> tuple[list[int], list[list[int]], list[list[int]], list[int]]:
    """Members' numbers, event rows, line columns and where each event's lines begin, in history order."""
    plan = engine.plans[1]
    zone, week_starts = ZoneInfo(plan.programme.timezone), plan.programme.week_starts
    numbers: dict[str, int] = {}
    members: list[int] = []
    rows: list[list[int]] = []
    lines: list[list[int]] = [[] for _ in plan.line_columns]
    first = [0]
    for event in sorted(events, key=lambda event: (event.occurred_at or 0, event.id)):
        assert event.occurred_at is not None
        day = local_day_of(event.occurred_at, zone)
        facts = facts_on(day, {}, 0, week_starts)
        payload = Payload(fields=event.fields, lines=event.lines, facts=facts)
        encoded, columns = plan.encode(
            input_of(event.id, event.type, event.occurred_at, day, payload)
        )
        members.append(numbers.setdefault(event.member, len(numbers)))
        rows.append(encoded)
        for column, values in zip(lines, columns, strict=True):
            column += values
        first.append(len(lines[0]) if lines else 0)
    return members, rows, lines, first


def _interpreted(
    engine: Engine,
    members: list[int],
    rows: list[list[int]],
    lines: list[list[int]],
    first: list[int],
) -> float:
    step, out = engine.plans[1].step, engine.plans[1].new_out()
    states = [engine.new_state() for _ in range(max(members) + 1)]

    def run() -> None:
        for number, member in enumerate(members):
            step(states[member], rows[number], lines, first[number], first[number + 1], out)

    return _seconds(run)


def _bulk(
    engine: Engine,
    members: list[int],
    rows: list[list[int]],
    lines: list[list[int]],
    first: list[int],
) -> list[float]:
    plan = engine.plans[1]
    runner = BulkRunner(plan)
    who, what, line_columns, line_first = (
        np.array(values, np.int64) for values in (members, rows, lines, first)
    )
    out = np.zeros((1, plan.out_width), np.int64)
    seconds = []
    for _ in range(RUNS):
        states = np.tile(np.array(engine.new_state(), np.int64), (max(members) + 1, 1))

        def run(states: np.typing.NDArray[np.int64] = states) -> None:
            runner.run(states, who, what, line_columns, line_first, out, keep=False)

        seconds.append(_seconds(run))
    return seconds


def _seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
