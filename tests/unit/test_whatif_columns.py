"""A whole history turned into integers by columns is what the engine's encoder makes of each event."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from engine_comparing import engine_of, input_of
from engine_random import Case, random_case

from jifen.engine.compile import Engine
from jifen.engine.errors import EngineError
from jifen.engine.events import EventInput
from jifen.instants import MISSING
from jifen.intake.judging.payload import Payload, encode_payload
from jifen.intake.versions.lot_terms import lot_terms
from jifen.whatif.columns import Columns, columns_of
from jifen.whatif.history import History
from jifen.whatif.running import judge


def history_of(inputs: list[EventInput]) -> History:
    """One member's history as it is stored."""
    types = list(dict.fromkeys(event.type for event in inputs))
    payloads = [
        encode_payload(
            Payload(
                fields={
                    **event.fields,
                    **({} if event.gross == MISSING else {"amount": event.gross}),
                },
                lines={name: list(values) for name, values in event.lines.items()},
                facts=dict(event.facts),
            )
        )
        for event in inputs
    ]
    return History(
        names=["ann"],
        facts=[{}],
        members=np.zeros(len(inputs), np.int64),
        occurred_at=np.array([event.occurred_at for event in inputs], np.int64),
        days=np.array([event.day for event in inputs], np.int64),
        types=np.array([types.index(event.type) for event in inputs], np.int64),
        ids=[event.id for event in inputs],
        type_names=types,
        payloads=payloads,
        recorded_at=np.array([event.occurred_at for event in inputs], np.int64),
    )


def encoded(case: Case) -> tuple[Engine, History, Columns]:
    engine = engine_of(case)
    history = history_of([input_of(event) for _, event in case.events])
    return engine, history, columns_of(history, list(engine.plans.values()))


@pytest.mark.parametrize("seed", range(150))
def test_columns_hold_what_the_encoder_makes_of_every_event(seed: int) -> None:
    case = random_case(seed)
    engine, history, columns = encoded(case)
    everything = np.arange(len(history))
    for plan in engine.plans.values():
        rows, lines = columns.rows(plan, everything), columns.lines(plan)
        for place, (_, event) in enumerate(case.events):
            row, line_columns = plan.encode(input_of(event))
            assert rows[place].tolist() == row
            first, until = columns.first[place : place + 2] if len(lines) else (0, 0)
            assert lines[:, first:until].tolist() == line_columns


@pytest.mark.parametrize("seed", range(40))
def test_a_history_is_judged_as_event_by_event(seed: int) -> None:
    case = random_case(seed)
    engine, history, columns = encoded(case)
    newest = list(engine.plans.values())[-1].programme
    promised = lot_terms(engine, newest, ZoneInfo(newest.timezone))
    judged = judge(history, columns, engine, promised.awarding)
    state, found = engine.new_state(), dict.fromkeys(range(len(engine.currencies)), 0)
    for _, event in case.events:
        plan, out = engine.plan_at(input_of(event).occurred_at), None
        row, lines = plan.encode(input_of(event))
        out = plan.new_out()
        plan.step(state, row, lines, 0, len(lines[0]) if lines else 0, out)
        for slot, _, after in plan.components(out):
            if plan.slots[slot].of_member:  # what goes to a relation counts where it arrives
                found[plan.slots[slot].currency] += after
    assert judged.states[0].tolist() == state
    assert {number: int(judged.points(number).sum()) for number in found} == found


def test_a_sum_that_no_event_may_reach_is_refused_as_by_the_engine() -> None:
    plan, column = next(
        (plan, column.name)
        for case in map(random_case, range(200))
        for plan in engine_of(case).plans.values()
        for column in plan.line_event_columns
        if not column.words
    )
    event = EventInput("purchase", 0, 0, 100, lines={column: [10**12, 10**12]})
    with pytest.raises(EngineError):
        plan.encode(event)
    columns = columns_of(history_of([event]), [plan])
    with pytest.raises(EngineError):
        columns.lines(plan)
