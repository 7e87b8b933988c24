"""A history judged in turns, one version at a time: by machine code where it pays, else by the interpreter."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.engine.bulk import BulkRunner, is_compiled
from jifen.engine.compile import Engine
from jifen.engine.events import EventInput
from jifen.engine.plan import Plan
from jifen.whatif.columns import Columns
from jifen.whatif.one_by_one import Apart, interpret
from jifen.whatif.openings import open_histories

if TYPE_CHECKING:
    from jifen.whatif.history import History, Integers

_WORTH_COMPILING = 600_000  # events; below, compiling takes longer than it saves
_LINES_LIKE_AN_EVENT = 10  # to the interpreter
_AT_A_TIME = 250_000  # events whose out rows are in memory


class Turns(NamedTuple):
    """In which turn each event is judged, and by which revision those of each turn are."""

    of_events: Integers
    revisions: list[int]


def turns_of(history: History, engine: Engine) -> Turns:
    """By what was in force; for who was merged before a correction, without that one."""
    turns = Turns(_places_in(engine, history.occurred_at), [one for _, one in engine.timeline])
    for unseen in set(history.unseen.values()):
        members = [place for place, of_member in history.unseen.items() if of_member == unseen]
        own, known = np.isin(history.members, members), engine.without(unseen)
        places = len(turns.revisions) + _places_in(known, history.occurred_at[own])
        turns.of_events[own] = places
        turns.revisions.extend(revision for _, revision in known.timeline)
    return turns


def _places_in(engine: Engine, occurred_at: Integers) -> Integers:
    """By which place of the timeline something is judged."""
    starts = np.array([since for since, _ in engine.timeline], np.int64)
    places: Integers = np.searchsorted(starts, occurred_at, side="right").clip(1) - 1
    return places


class Running:
    """A history on its way through a timeline, whose `revisions` take turns. `states` (members, width) stand behind
    what was judged."""

    def __init__(
        self, history: History, columns: Columns, engine: Engine, revisions: Sequence[int]
    ) -> None:
        self.history, self.columns, self.engine = history, columns, engine
        self.revisions = revisions
        beginning = np.array(engine.new_state(), np.int64)
        self.states = np.tile(beginning, (max(1, len(history.names)), 1))
        self._openings = open_histories(history, engine, self.states)

    def anew(self) -> Running:
        """The same before anything was judged."""
        return Running(self.history, self.columns, self.engine, self.revisions)

    def through(self, of_events: Integers) -> Iterator[tuple[Plan, Integers, Integers]]:
        """Judge events in their turns, those of none (-1) left out: by which version, which, and their out rows."""
        history, engine = self.history, self.engine
        for turn, revision in enumerate(self.revisions):
            chosen = np.flatnonzero(of_events == turn)
            if len(chosen) == 0:
                continue
            amid = _among(self._openings, chosen)
            apart = Apart(engine.tiers, _alone_among(history, chosen), amid)
            plan = engine.plans[revision]
            for part, out in _run(plan, self.states, history.members, self.columns, chosen, apart):
                yield plan, part, out


def _run(
    plan: Plan,
    states: Integers,
    of_members: Integers,
    columns: Columns,
    chosen: Integers,
    apart: Apart,
) -> Iterator[tuple[Integers, Integers]]:
    """Judge the chosen events, some at a time: which, and their out rows."""
    members, at_a_time = of_members[chosen], _AT_A_TIME
    rows, lines = columns.rows(plan, chosen), columns.lines(plan)
    first, until = columns.first[chosen], columns.first[chosen + 1]
    if len(lines) and len(chosen) < len(columns.first) - 1:
        lines = lines[:, places_in_ranges(first, until)]
    counts = until - first if len(lines) else np.zeros(len(chosen), np.int64)
    line_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    run = partial(interpret, plan, apart)
    if apart:
        at_a_time = len(chosen)
    elif _by_machine(plan, len(chosen) + lines.shape[-1] // _LINES_LIKE_AN_EVENT):
        lines = np.ascontiguousarray(lines)
        run = partial(BulkRunner(plan).run, keep=True)
    for start in range(0, len(chosen), at_a_time):
        end = min(len(chosen), start + at_a_time)
        out = np.empty((end - start, plan.out_width), np.int64)
        firsts = line_first[start : end + 1]
        run(states, members[start:end], rows[start:end], lines, firsts, out)
        yield chosen[start:end], out


def _alone_among(history: History, chosen: Integers) -> frozenset[int]:
    """The rows of chosen events that came back."""
    if history.alone is None:
        return frozenset()
    return frozenset(np.flatnonzero(history.alone[chosen]).tolist())


def _among(openings: Mapping[int, EventInput], chosen: Integers) -> dict[int, EventInput]:
    """The openings among chosen events, by their rows."""
    rows = {place: int(np.searchsorted(chosen, place)) for place in openings}
    return {
        row: openings[place]
        for place, row in rows.items()
        if row < len(chosen) and chosen[row] == place
    }


def places_in_ranges(first: Integers, until: Integers) -> Integers:
    """Every place of some ranges, one range behind the other."""
    counts = until - first
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    places: Integers = np.arange(int(counts.sum())) + np.repeat(first - starts, counts)
    return places


def _by_machine(plan: Plan, events: int) -> bool:
    if importlib.util.find_spec("numba") is None:
        return False
    return events >= _WORTH_COMPILING or is_compiled(plan)
