"""What becomes of a command by itself, according to its kind."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.engine.errors import EngineError
from jifen.intake.answers import Answer, malformed
from jifen.intake.asking.commands import (
    Cancel,
    CancelOrder,
    Command,
    Event,
    Exchange,
    Hold,
    Redeem,
    Spend,
    Spin,
    Transfer,
    UseReward,
)
from jifen.intake.asking.member_commands import Group, Opening, Refer, SetFact
from jifen.intake.asking.order_commands import OrderStep
from jifen.intake.draws.spinning import take_spin
from jifen.intake.gathering.elders import with_those_above
from jifen.intake.gathering.sitting import Sitting, other_of
from jifen.intake.judging.answering import refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import append_event, refusal_of_event
from jifen.intake.judging.opening_balances import take_opening
from jifen.intake.relations.between import cancel_transfer, is_of_transfer, take_transfer
from jifen.intake.relations.referring import take_referral
from jifen.intake.relations.relating import take_relation
from jifen.intake.relations.sharing import spend_together, take_group
from jifen.intake.sets.parts import cancels_of_parts, parts_in
from jifen.intake.sets.taking import cancel_set, take_set
from jifen.intake.using.acting import act
from jifen.intake.using.exchanging import cancel_exchange, take_exchange
from jifen.intake.using.ordering import take_step
from jifen.intake.using.recording import was_made
from jifen.intake.using.redeeming import cancel_redemption, take_redemption
from jifen.intake.using.several import refusal_of_keeping_few
from jifen.ledger.refusals import Refusal

_BY_MEMBERS_ONLY = (Spend, Redeem, UseReward, Spin, Hold, Transfer, Exchange, Group, Refer)


def decided(sitting: Sitting, case: Case, command: Command) -> Answer:
    """What becomes of a command that is its member's turn, and of which nothing was answered before."""
    work = sitting.work
    if isinstance(command, Event):
        return taken_in(work, case, command)
    if case.guest and isinstance(command, _BY_MEMBERS_ONLY):
        return refuse(work, case, command, Refusal.GUEST)
    match command:
        case Redeem() if parts_in(work.programme, work.batch.terms, command):
            return take_set(sitting, case, command)
        case Spend() | Redeem() if mates := sitting.mates.get(command.member):
            others = [sitting.cases[name] for name in mates.others if name in sitting.cases]
            return spend_together(work, case, mates, others, command)
        case Redeem():
            return take_redemption(work, case, command)
        case Spin():
            return take_spin(sitting, case, command)
        case Transfer():
            return take_transfer(work, case, other_of(sitting, command), command)
        case Exchange():
            return take_exchange(work, case, command)
        case Cancel():
            return _cancelled(sitting, case, command)
        case OrderStep():
            return take_step(work, sitting.sql, case, _redeemed_by(sitting, command), command)
        case Group():
            return take_group(work, case, command)
        case Refer():
            return take_referral(work, case, other_of(sitting, command), command)
        case SetFact() if command.name in work.programme.relations:
            return take_relation(work, case, other_of(sitting, command), command)
        case Opening():
            return take_opening(work, case, command)
        case _:
            return act(work, case, command)


def _cancelled(sitting: Sitting, case: Case, command: Cancel) -> Answer:
    """Undo a use of points, by what kind of use it was."""
    work = sitting.work
    if isinstance(command, CancelOrder) and command.of not in work.orders.of:
        return refuse(work, case, command, Refusal.UNKNOWN_ORDER)
    parts = cancels_of_parts(command, sitting.known)
    if parts and _were_made(work, case, command, parts):
        return cancel_set(sitting, case, command, parts)
    if was_made(work, case, command, command.placing_key):
        known = sitting.known.get(command.placing_key)
        left = work.exchanges[command.placing_key].left
        going = left if command.quantity is None else command.quantity
        if refused := refusal_of_keeping_few(work, command, known, going):
            return refuse(work, case, command, refused)
        return cancel_redemption(work, case, command)
    if (other := other_of(sitting, command)) and is_of_transfer(work, case, command):
        return cancel_transfer(work, case, other, command)
    if was_made(work, case, command, command.exchange_key):
        return cancel_exchange(work, case, command)
    return act(work, case, command)


def _were_made(work: Work, case: Case, asked: Cancel, parts: Sequence[Cancel]) -> bool:
    """Whether a command cancels the member's set: no other use of theirs has that id."""
    own = all(was_made(work, case, one, one.placing_key) for one in parts)
    return own and not any(key in work.uses for key in asked.keys)


def _redeemed_by(sitting: Sitting, command: OrderStep) -> list[Case]:
    """Who placed an order and was merged since, and those between them and who acts for them."""
    order = sitting.work.orders.of.get(command.of)
    elder = sitting.elders.get(order.member_id) if order else None
    by_id = {one.member_id: one for one in sitting.cases.values()}
    return with_those_above(by_id, elder)[:-1] if elder else []


def taken_in(work: Work, case: Case, event: Event) -> Answer:
    """What becomes of an event at the end of its member's history."""
    refusal = refusal_of_event(work, case, event)
    if refusal:
        return refuse(work, case, event, refusal)
    try:
        return append_event(work, case, event)
    except EngineError as error:
        return malformed(error.told())
