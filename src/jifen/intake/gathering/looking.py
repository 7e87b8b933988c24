"""One transaction's look at a batch: its members locked, and everything read that its commands are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from jifen.intake import journal
from jifen.intake.answers import Answer
from jifen.intake.asking.commands import (
    Cancel,
    Capture,
    Command,
    Event,
    Revive,
    Void,
    returned_event,
)
from jifen.intake.asking.member_commands import Merge, Refer, Unmerge
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.asking.placing import is_of_spin
from jifen.intake.asking.tenders import Pay
from jifen.intake.codes.pools import look_at_pools
from jifen.intake.draws.tickets import with_tickets
from jifen.intake.draws.wheels import look_at_wheels
from jifen.intake.gathering.dated_facts import load_facts_over_time
from jifen.intake.gathering.elders import elders_of, heirs_of
from jifen.intake.gathering.gather import (
    Known,
    Lock,
    MemberRow,
    gather_known,
    open_cases,
)
from jifen.intake.gathering.meeting import (
    asked_ahead,
    events_confirmed,
    keys_of,
    members_caught_up,
    met,
    new_batch,
)
from jifen.intake.gathering.needing import needs_of, needs_of_past, united
from jifen.intake.gathering.orders import load_orders
from jifen.intake.gathering.sitting import Sitting
from jifen.intake.judging.budgets import budgets_of, look_at_budgets
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.history import Sql
from jifen.intake.relations.households import load_belongings, mates_of
from jifen.intake.relations.referring import in_circles, members_with_deeds, referrers_above
from jifen.intake.sets.parts import cancels_of_sets, with_parts
from jifen.intake.stock.for_all import look_at_counts
from jifen.intake.stock.shelves import look_at_shelves
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.book import Batch, Book
from jifen.ledger.load import load_event_lots
from jifen.ledger.load_moves import load_moves
from jifen.ledger.load_uses import (
    ask_for_uses,
    load_exchanges,
    load_expired,
    load_uses_for_limits,
    load_uses_of,
)
from jifen.ledger.needs import ALL_LOTS, Need


def look_at(
    sql: Sql,
    programme: OpenProgramme,
    asked: Sequence[tuple[int, Command]],
    now: int,
    actors: Sequence[str],
    imported: bool,
    *,
    with_lots: bool,
    with_all_lots: bool = False,
    with_all_budgets: bool = False,
    joining: bool = False,
    lock: Lock = Lock.ALL,
    shelves_at_once: bool = True,
) -> Sitting:
    """Lock and read what these commands are about. `actors`: who asks, by place. `with_lots`: the past may change;
    `with_all_lots`: all that is there is asked for; `with_all_budgets`: if any are locked then all, as the same
    transaction may look again and lock them in another order; `shelves_at_once`: they are locked also where there is
    plenty."""
    programme, whom = asked_ahead(sql, programme, [command for _, command in asked], lock=lock)
    actor = actors[asked[0][0]]
    asked, members, others, joined, busy = met(
        sql, programme, asked, whom, now, actors, joining, lock
    )
    commands = [command for _, command in asked]
    batch = new_batch(programme, now)
    confirmed = events_confirmed(programme, commands)
    known = gather_known(sql, programme, keys_of(programme, commands, confirmed))
    cancels = cancels_of_sets(programme, known, commands)
    if cancels:
        known |= gather_known(sql, programme, keys_of(programme, cancels, []))
    acting = _acting(sql, programme, members, now, actor, lock=lock) if with_lots else {}
    elders = elders_of(sql, programme, commands, members, known, acting)
    members |= members_caught_up(sql, programme, elders, now, actor, lock=lock) if elders else {}
    members |= {row.external_id: row for row in acting.values()}
    mates = mates_of(sql, programme, commands)  # again, now that nobody leaves
    needs = needs_of(programme, commands, mates, now)
    if with_lots:
        whole = with_all_lots or bool(elders)
        needs = united(needs, _needs_of_pasts(programme, commands, members, whole=whole))
    cases = _cases_of(sql, programme, batch, commands, members, needs, now)
    books = [case.book for case in cases.values()]
    events = _events_of(known, confirmed)
    if with_lots:
        _load_to_revive(sql, batch, cases, commands, now)
        _load_to_confirm(sql, books, events)
    work = Work(
        programme, batch, now, actor, imported,
        paid=_paid_events(known, commands),
        events=events,
        belongings=load_belongings(sql, programme, commands, [book.member_id for book in books]),
        heirs=heirs_of(sql, cases.values(), known, events) if with_lots and elders else {},
    )  # fmt: skip
    _load_to_give_back(sql, work, books, [*commands, *cancels], with_lots=with_lots)
    touched = budgets_of(programme, commands, now, past=with_lots)
    if touched and with_all_budgets:
        touched = set(programme.budgeted)
    work.budgets = look_at_budgets(sql, programme, touched, lock=lock is not Lock.NONE)
    _look_at_referrals(sql, work, commands, cases, others)
    locked = lock is not Lock.NONE
    _look_at_the_mall(
        sql, work, [*commands, *cancels], cases, lock=locked, shelves_at_once=shelves_at_once
    )
    merged = {case.member_id: case for case in cases.values() if case.merged}
    return Sitting(sql, work, asked, actors, cases, known, others, mates, merged, joined, busy)


def _cases_of(
    sql: Sql,
    programme: OpenProgramme,
    batch: Batch,
    commands: Sequence[Command],
    members: dict[str, MemberRow],
    needs: Mapping[str, Need],
    now: int,
) -> dict[str, Case]:
    """The working copies of members, with as much of what they have, were and used as commands, or time, ask for."""
    holds = [hold for command in commands if (hold := _hold_named(command)) is not None]
    with_uses = {
        row.member_id.bytes
        for identity, row in members.items()
        if identity in needs or row.next_due_at <= now
    }
    ask_for_uses(sql, batch, with_uses, now)
    cases = open_cases(sql, programme, batch, members, needs=needs, named_holds=holds, now=now)
    load_facts_over_time(sql, programme, cases, commands, now)
    load_uses_for_limits(sql, batch, [case.book for case in cases.values()], now)
    return cases


def _look_at_the_mall(
    sql: Sql,
    work: Work,
    commands: Sequence[Command],
    cases: Mapping[str, Case],
    *,
    lock: bool,
    shelves_at_once: bool,
) -> None:
    """What members share of what commands redeem and draw: codes, rounds, what all may have; and shelves as the last of
    all locks, as what many want is held shortest."""
    programme, terms, now = work.programme, work.batch.terms, work.now
    redeeming = with_parts(
        programme, terms, with_tickets(programme.engine.plan_at(now).programme, commands)
    )
    members = {name: case.member_id for name, case in cases.items()}
    work.pools = look_at_pools(sql, programme, terms, redeeming, now, lock=lock)
    work.wheels = look_at_wheels(sql, programme, commands, members, now, lock=lock)
    work.taken_by_all = look_at_counts(sql, programme, terms, redeeming, now, lock=lock)
    work.shelves = look_at_shelves(
        sql, programme, terms, redeeming, lock=lock, at_once=shelves_at_once
    )


def _hold_named(command: Command) -> str | None:
    """The hold that a command ends; None for those that end none."""
    match command:
        case Capture(of=hold) | Void(of=hold) | Event(pay=Pay(hold=hold)):
            return hold
        case _:
            return None


def _acting(
    sql: Sql,
    programme: OpenProgramme,
    members: Mapping[str, MemberRow],
    now: int,
    actor: str,
    *,
    lock: Lock,
) -> dict[bytes, MemberRow]:
    """Who acts for merged members that are named by their numbers, by the ids of those."""
    closed = {row.external_id: row.member_id.bytes for row in members.values() if row.merged}
    if not closed:
        return {}
    found = members_caught_up(sql, programme, closed, now, actor, lock=lock)
    return {closed[name]: row for name, row in found.items()}


def _needs_of_pasts(
    programme: OpenProgramme,
    commands: Sequence[Command],
    members: Collection[str],
    *,
    whole: bool,
) -> dict[str, Need]:
    """What is needed of members whose past may change: all their lots if that is asked for, or who is who changes."""
    if whole or any(isinstance(command, Merge | Unmerge) for command in commands):
        return dict.fromkeys(members, ALL_LOTS)
    return needs_of_past(programme, members)


def _load_to_confirm(
    sql: Sql, books: Sequence[Book], events: Mapping[str, tuple[bytes, int]]
) -> None:
    """The lots of events that are confirmed."""
    by_id = {book.member_id: book for book in books}
    load_event_lots(
        sql, [(by_id[owner], [seq]) for owner, seq in events.values() if owner in by_id]
    )


def _events_of(known: Mapping[str, Known], ids: Sequence[str]) -> dict[str, tuple[bytes, int]]:
    """Whose some events are, and their numbers, by their ids; unknown ones are left out."""
    return {
        found.event.event_id: (found.survivor_id, found.event.seq)
        for of in ids
        if (found := known.get(f"event/{of}")) is not None and found.event is not None
    }


def _load_to_give_back(
    sql: Sql, work: Work, books: Sequence[Book], commands: Sequence[Command], *, with_lots: bool
) -> None:
    """What cancels undo, whatever it was, the orders that steps are taken of, and what was used to pay for events that
    come back."""
    batch = work.batch
    cancels = [one for one in commands if isinstance(one, Cancel)]
    steps = [one for one in commands if isinstance(one, OrderStep)]
    if steps or (cancels and work.programme.ordered):
        about = {*(one.of for one in steps), *(one.of for one in cancels)}
        work.orders = load_orders(sql, work.programme.programme_id, about)
    if cancels:
        made = [one.exchange_key for one in cancels]
        made += [one.placing_key for one in cancels if _may_go_again(work, one)]
        used = [*made, *(key for one in cancels for key in one.keys)]
        work.uses = load_uses_of(sql, batch, books, used)
        work.exchanges = load_exchanges(sql, batch, books, made, work.uses)
        by_id = {book.member_id: book for book in books}
        work.moves = load_moves(sql, batch, by_id, [one.transfer_key for one in cancels])
    if steps:
        placed = [one.placing_key for one in steps]
        uses = load_uses_of(sql, batch, books, placed)
        work.exchanges |= load_exchanges(sql, batch, books, placed, uses)
    if work.paid and with_lots:
        work.uses |= load_uses_of(sql, batch, books, [f"event/{event}" for event in work.paid])


def _may_go_again(work: Work, asked: Cancel) -> bool:
    """Whether what a cancel may be of can go again: of what a spin won only what was ordered."""
    return asked.of in work.orders.of or not is_of_spin(asked.placing_key)


def _look_at_referrals(
    sql: Sql,
    work: Work,
    commands: Sequence[Command],
    cases: Mapping[str, Case],
    others: Mapping[str, str],
) -> None:
    """Who is too late to name who brought them, who brought those who are named, and whom a merge put in a circle."""
    refers = [one for one in commands if isinstance(one, Refer) and one.member in cases]
    if refers:
        ids = {cases[one.member].member_id for one in refers}
        work.with_deeds = members_with_deeds(sql, work.programme, ids)
        named = {others[key] for one in refers if (key := journal.key_of(one)) in others}
        work.referrers = referrers_above(sql, work.programme, named)
    if work.programme.referring:
        doers = {one.member for one in commands if isinstance(one, Event)} & cases.keys()
        work.in_circles = in_circles(sql, work.programme, [cases[name] for name in sorted(doers)])


def _paid_events(
    known: Mapping[str, Known], commands: Sequence[Command]
) -> dict[str, dict[str, int]]:
    """With how many points and rewards those events were paid that are returned, by their ids."""
    found: dict[str, dict[str, int]] = {}
    for command in commands:
        of = returned_event(command)
        event = known.get(f"event/{of}")
        if of is not None and event is not None and event.body != b"{}":
            answer = msgspec.json.decode(event.answer, type=Answer)
            paid = answer.paid | answer.used
            found |= {of: paid} if any(paid.values()) else {}
    return found


def _load_to_revive(
    sql: Sql, batch: Batch, cases: Mapping[str, Case], commands: Sequence[Command], now: int
) -> None:
    asked = [one for one in commands if isinstance(one, Revive) and one.member in cases]
    if asked:
        books = [cases[one.member].book for one in asked]
        load_expired(sql, batch, books, min(one.since(now) for one in asked))
