"""Numba runs the very same source: the same answers and states, however a history is cut."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import numpy as np
import pytest
from engine_comparing import check, engine_of, input_of, judged
from engine_random import Case, RandomEvent, random_case, random_history
from numpy.typing import NDArray

from jifen.engine import bulk
from jifen.engine.bulk import BulkRunner
from jifen.engine.compile import Engine, Plan

MEMBERS = 30
Integers = NDArray[np.int64]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


class Table:
    """Events of many members under one plan, as bulk runs take them."""

    def __init__(self, plan: Plan, events: list[tuple[int, RandomEvent]]) -> None:
        encoded = [plan.encode(input_of(event)) for _, event in events]
        counts = [len(event.lines) for _, event in events]
        self.members = np.array([member for member, _ in events], np.int64)
        self.events = np.array([row for row, _ in encoded], np.int64)
        self.events = self.events.reshape(len(events), len(plan.event_columns))
        columns = [
            [code for _, lines in encoded for code in lines[k]]
            for k in range(len(plan.line_columns))
        ]
        self.lines = np.array(columns, np.int64).reshape(len(columns), sum(counts))
        self.first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def run(self, runner: BulkRunner, states: Integers, cuts: list[int]) -> Integers:
        """All events, cut into batches at the given places; the answers."""
        count = len(self.members)
        out = np.full((count, runner.plan.out_width), -7, np.int64)
        for start, end in zip([0, *cuts], [*cuts, count], strict=True):
            runner.run(
                states,
                self.members[start:end],
                self.events[start:end],
                self.lines,
                self.first[start : end + 1],
                out[start:end],
                keep=True,
            )
        return out


def _blank(engine: Engine) -> Integers:
    return np.array([engine.new_state() for _ in range(MEMBERS)], np.int64)


def _compare(seed: int, cache: Path) -> None:
    """Thirty members under the programmes of one seed, version after version."""
    random = Random(seed)
    base = random_case(seed)
    engine = engine_of(base)
    versions = len(base.programmes)
    lives = [random_history(random, versions, set()) for _ in range(MEMBERS)]
    cases = [Case(seed, base.programmes, life, set()) for life in lives]
    answers = [judged(case) for case in cases]
    states = {how: _blank(engine) for how in ("whole", "one by one", "random cuts")}
    interpreted = [engine.new_state() for _ in range(MEMBERS)]
    for version in range(versions):
        plan = engine.plans[version + 1]
        runner = BulkRunner(plan, cache)
        numbered = [
            (member, number, event)
            for member, life in enumerate(lives)
            for number, (v, event) in enumerate(life)
            if v == version
        ]
        order = {member: random.random() for member in range(MEMBERS)}
        numbered.sort(key=lambda item: (item[1], order[item[0]]))
        table = Table(plan, [(member, event) for member, _, event in numbered])
        count = len(numbered)
        cuts = {
            "whole": [],
            "one by one": list(range(1, count)),
            "random cuts": sorted(random.randrange(count + 1) for _ in range(9)),
        }
        outs = {how: table.run(runner, states[how], places) for how, places in cuts.items()}
        for place, (member, number, event) in enumerate(numbered):
            row, lines = plan.encode(input_of(event))
            out = plan.new_out()
            plan.step(interpreted[member], row, lines, 0, len(event.lines), out)
            for how in cuts:
                assert outs[how][place].tolist() == out, f"seed {seed}, {how}"
            answer = answers[member][number]
            check(cases[member], number, engine, plan, out, interpreted[member], answer)
    for how, rows in states.items():
        assert rows.tolist() == interpreted, f"seed {seed}, {how}: states differ"


@pytest.mark.parametrize("seed", range(5000, 5004))
def test_compiled_runs_agree_however_they_are_cut(seed: int, cache: Path) -> None:
    _compare(seed, cache)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6000, 6200))
def test_compiled_runs_agree_at_length(seed: int, cache: Path) -> None:
    _compare(seed, cache)


@pytest.mark.parametrize("seed", range(5000, 5002))
def test_threads_that_share_the_members_judge_as_one_does(
    seed: int, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_WORTH_SHARING", 1)
    monkeypatch.setattr(bulk, "_shares", lambda: 4)
    _compare(seed, cache)


def test_a_second_runner_loads_what_the_first_compiled(cache: Path) -> None:
    plan = engine_of(random_case(5000)).plans[1]
    BulkRunner(plan, cache)
    kept = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb[ci]")}
    assert kept
    BulkRunner(plan, cache)
    assert {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb[ci]")} == kept


def test_rows_of_another_shape_are_refused(cache: Path) -> None:
    engine = engine_of(random_case(5000))
    runner = BulkRunner(engine.plans[1], cache)
    states, one = _blank(engine), np.zeros(1, np.int64)
    events = np.zeros((1, len(runner.plan.columns) + 1), np.int64)
    lines = np.zeros((len(runner.plan.line_columns), 0), np.int64)
    out = np.zeros((1, runner.plan.out_width), np.int64)
    first = np.zeros(2, np.int64)
    with pytest.raises(ValueError, match="events has shape"):
        runner.run(states, one, events, lines, first, out, keep=True)
    with pytest.raises(ValueError, match="members names rows"):
        runner.run(states, one + MEMBERS, events[:, 1:].copy(), lines, first, out, keep=True)


def test_the_engine_imports_neither_numba_nor_numpy() -> None:
    code = (
        "import sys, jifen.engine.compile, jifen.engine.bulk;"
        "sys.exit(bool({'numba', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
