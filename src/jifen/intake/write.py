"""A decided batch, written set-wise in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from uuid import UUID

import msgspec

from jifen.db.appending import append_rows
from jifen.db.arrays import bigints, booleans, byteas, integers, jsons, texts, uuids
from jifen.db.statements import statements
from jifen.db.tables import CHECKPOINT, COMMAND_KEY, REFUSED_BODY
from jifen.instants import NEVER
from jifen.intake.actors import CLOCK
from jifen.intake.codes.handing_out import hand_out
from jifen.intake.draws.wheels import write_wheels
from jifen.intake.following.period_balances import next_period_end
from jifen.intake.following.points_events import sent_by_points
from jifen.intake.following.standing import sent_by_time_since
from jifen.intake.following.tier_notices import next_tier_instant
from jifen.intake.gathering.orders import write_orders
from jifen.intake.judging.budgets import write_budgets
from jifen.intake.judging.case import Case, Work, state_bytes
from jifen.intake.judging.history import Sql, places_in_history
from jifen.intake.occasions import next_instant
from jifen.intake.relations.households import write_belongings
from jifen.intake.relations.inbox import send
from jifen.intake.stock.for_all import write_counts
from jifen.intake.stock.shelves import write_shelves
from jifen.ledger.chain import extend_chain
from jifen.ledger.write import write_books

SQL = statements(Path(__file__).with_name("write.sql"))


def write(sql: Sql, work: Work, cases: Iterable[Case]) -> None:
    """Journal, events, awards, postings, lots, states and outbox of every case that was touched: put off, to be sent
    with what the cursor sends next."""
    touched = [case for case in cases if case.touched]
    if not touched:
        return
    if work.programme.own_events:
        for case in touched:
            work.send(sent_by_time_since(work.of(case), case), CLOCK)
    hand_out(sql, work, touched)
    for case in touched:
        case.chain = extend_chain(case.chain, case.book.rows)
    if work.keys:
        append_rows(sql, COMMAND_KEY, sorted(work.keys))
    if work.refused:
        append_rows(sql, REFUSED_BODY, work.refused)
    write_books(sql, work.batch, [case.book for case in touched])
    _update_members(sql, work, touched)
    _write_checkpoints(sql, work)
    write_belongings(sql, work.programme.programme_id, work.belongings.changed)
    write_orders(sql, work.programme.programme_id, work.orders)
    write_budgets(sql, work.programme, work.budgets, work.now)
    write_wheels(sql, work.programme, work.wheels)
    write_counts(sql, work.programme, work.taken_by_all)
    if work.programme.points_events:
        work.send(sent_by_points(sql, work, touched), CLOCK)
    if work.sent:
        send(sql, work.programme, work.sent, work.senders, imported=work.imported)
    if work.occasions:
        clock = [CLOCK] * len(work.occasions)
        send(sql, work.programme, work.occasions, clock, imported=False)
    write_shelves(
        sql, work.programme, work.shelves
    )  # last: whoever else takes of them waits from here on


def _update_members(sql: Sql, work: Work, touched: Collection[Case]) -> None:
    values = {
        "programme_id": work.programme.programme_id,
        "generation": work.programme.engine.layout.generation,
        "member_ids": uuids([case.member_id for case in touched]),
        "opened_at": bigints([case.opened_at for case in touched]),
        "frozen": booleans([case.book.frozen for case in touched]),
        "facts": jsons([msgspec.json.encode(case.facts) for case in touched]),
        "facts_since": bigints([case.facts_since for case in touched]),
        "revisions": integers(
            [case.revision if case.unseen else work.programme.revision for case in touched]
        ),
        "member_seqs": bigints([case.member_seq for case in touched]),
        "chains": byteas([case.chain for case in touched]),
        "states": byteas([state_bytes(case.state) for case in touched]),
        "events_evaluated": bigints([case.events_evaluated for case in touched]),
        "last_occurred_at": bigints([case.last[0] for case in touched]),
        "last_sequence": bigints([case.last[1] for case in touched]),
        "last_event_id": texts([case.last[2].decode() for case in touched]),
        "next_due_at": bigints([_next_due_at(work, case) for case in touched]),
    }
    sql.later(SQL["update_members"], values)


def _next_due_at(work: Work, case: Case) -> int:
    """When time next changes a lot or a hold, may change the tier, brings a day of the member or has the balance
    noted; of one who was merged nothing is left."""
    if case.merged:
        return NEVER
    tier_instant = next_tier_instant(work.of(case).programme, case.state, work.now)
    occasion = next_instant(work.programme, case.person, work.now)
    noted = next_period_end(work.programme, work.now)
    return min(case.book.next_due_at, tier_instant, occasion, noted)


def _write_checkpoints(sql: Sql, work: Work) -> None:
    if work.forgotten:
        places = [(UUID(bytes=member_id), key) for member_id, key in work.forgotten]
        sql.execute(SQL["forget_checkpoints"], places_in_history(work.programme, places))
    if work.checkpoints:
        append_rows(sql, CHECKPOINT, work.checkpoints)
