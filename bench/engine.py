"""How fast the engine judges: twelve rules of every kind, interpreted and compiled by Numba."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from bench.engine_data import Events, many_members, one_member, real_baskets
from bench.reporting import Row, row
from jifen.engine.bulk import BulkRunner
from jifen.engine.compile import Engine, Version, compile_timeline
from jifen.programme.loading import read

RUNS = 3
_PROGRAMME = Path(__file__).parent / "programmes" / "twelve-rules.yaml"


def measure() -> list[Row]:
    """Events a second and seconds to compile; the baseline of Numba is the interpreter beside it."""
    engine = compile_timeline([Version(1, 0, read(_PROGRAMME))])
    runner, rows = _compiling(engine)
    baskets = real_baskets(engine.plans[1])
    bare = baskets.without_lines()
    slow = _interpreted(engine, bare, 60_000)
    rows.append(row("engine: interpreter, real baskets without lines", slow, "events/s"))
    slow_lines = _interpreted(engine, baskets, 30_000)
    rows.append(row("engine: interpreter, real baskets with lines", slow_lines, "baskets/s"))
    rate = sorted(slow)[RUNS // 2]

    def bulk(name: str, events: Events, keep: bool, unit: str = "events/s") -> None:
        rows.append(
            row(
                f"engine: Numba, {name}",
                _bulk(runner, engine, events, keep),
                unit,
                "interpreter",
                rate,
            )
        )

    bulk("real baskets without lines", bare.repeated(8), keep=False)
    bulk("real baskets with lines", baskets.repeated(2), keep=False, unit="baskets/s")
    bulk("real baskets with lines, components kept", baskets.repeated(2), True, "baskets/s")
    alone = one_member(engine.plans[1], 100_000)
    rows.append(
        row(
            "engine: interpreter, one member with 100,000 events",
            _interpreted(engine, alone, 100_000),
            "events/s",
        )
    )
    bulk("one member with 100,000 events", alone, keep=False)
    many = partial(many_members, engine.plans[1], 1_000_000)
    bulk("1 M members, 2 M events, components kept", many(2_000_000), keep=True)
    bulk("1 M members, 20 M events", many(20_000_000), keep=False)
    at_random = many(20_000_000, at_random=True)
    bulk("1 M members, 20 M events in random order", at_random, keep=False)
    return rows


def _compiling(engine: Engine) -> tuple[BulkRunner, list[Row]]:
    """Compile from nothing, then load what was kept."""
    cold, cached = [], []
    for _ in range(RUNS):
        folder = Path(tempfile.mkdtemp(prefix="jifen-bench-"))
        compiling = partial(BulkRunner, engine.plans[1], folder)
        cold.append(_seconds(compiling))
        cached.append(_seconds(compiling))
    rows = [row("engine: compile", cold, "s"), row("engine: load what was compiled", cached, "s")]
    return BulkRunner(engine.plans[1]), rows


def _interpreted(engine: Engine, events: Events, most: int) -> list[float]:
    """Rates of the live path: `step` over lists, event by event."""
    step = engine.plans[1].step
    members = events.members[:most].tolist()
    rows = events.rows[:most].tolist()
    first = events.line_first[: most + 1].tolist()
    lines = events.lines[:, : first[-1]].tolist()
    out = engine.plans[1].new_out()

    def run(states: list[list[int]]) -> None:
        for number, member in enumerate(members):
            step(states[member], rows[number], lines, first[number], first[number + 1], out)

    rates = []
    for _ in range(RUNS):
        states = [engine.new_state() for _ in range(max(members) + 1)]
        rates.append(len(members) / _seconds(partial(run, states)))
    return rates


def _bulk(runner: BulkRunner, engine: Engine, events: Events, keep: bool) -> list[float]:
    count = len(events.members)
    out = np.zeros((count if keep else 1, runner.plan.out_width), np.int64)
    rates = []
    for _ in range(RUNS):
        states = np.tile(np.array(engine.new_state(), np.int64), (int(events.members.max()) + 1, 1))
        arrays = (states, events.members, events.rows, events.lines, events.line_first, out)
        rates.append(count / _seconds(partial(runner.run, *arrays, keep)))
    return rates


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
