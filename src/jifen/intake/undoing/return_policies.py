"""What an event gives now that things of it came back, as the programme in force when it occurred says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from jifen.engine.plan import Plan
from jifen.instants import date_of
from jifen.intake.judging.evaluating import Evaluation, evaluate
from jifen.intake.judging.past_event import PastEvent, asked_again, left_of, money_fields
from jifen.intake.judging.payload import Payload, Returned, parts_returned
from jifen.intake.undoing.referrals_undone import with_referrals_kept, without_referrals
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.programme.events import NEVER_SENT, RETURNED
from jifen.programme.return_policy import NOT_ACCEPTED, UNDO_FOR_EVER, Books, ReturnPolicy


def refusal_of_return(programme: OpenProgramme, event: PastEvent, day: int) -> Refusal | None:
    """Why nothing of an event can come back on a local day; None if something can."""
    within = _policy(programme, event).within_days
    if within is None or (within != NOT_ACCEPTED and day <= event.day + within):
        return None
    return Refusal.NOT_RETURNABLE


def judged(
    programme: OpenProgramme, state: list[int], event: PastEvent, returns: Sequence[Returned]
) -> Evaluation | None:
    """An event judged with its returns; `state` goes on to behind it. None where nothing is left of it."""
    if not returns:  # as with most of a history
        if event.type.startswith(RETURNED):
            return mirrored(programme, state, event)
        return evaluate(programme, state, asked_again(event, event.payload))
    payload = counted_here(programme, state, event, returns)
    if payload is None:
        return None
    parts = taken_alone(programme, event, returns)
    alone = [evaluate(programme, list(state), asked_again(event, part)) for part in parts]
    whole = evaluate(programme, state, asked_again(event, payload))
    return less(whole, alone) if alone else whole


def mirrored(programme: OpenProgramme, state: Sequence[int], event: PastEvent) -> Evaluation:
    """What a return that names no purchase takes: what the rules would give here for what came back. Nothing else of
    a history bears it: it counts in no window, uses up no limit, moves no tier, and takes nothing from relations."""
    found = evaluate(programme, list(state), asked_again(*as_bought(programme, event)))
    out, places = found.plan.new_out(), found.plan.out
    out[:3] = found.tier_before, found.tier_before, found.out[2]
    for slot, before, after in found.components:
        if slot not in found.plan.carrying:
            out[places.before(slot)], out[places.after(slot)] = -before, -after
    return Evaluation(found.plan, out)


def as_bought(programme: OpenProgramme, event: PastEvent) -> tuple[PastEvent, Payload]:
    """What came back without a purchase that it is of, as the event by which it would have been bought; but that brings
    no referral about, which is of a purchase."""
    bought = event._replace(type=event.type.removeprefix(RETURNED))
    return bought, without_referrals(programme, bought, event.payload)


def counted(
    programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]
) -> Payload | None:
    """What counts of an event: all but what is undone; None if that is nothing."""
    if not returns:
        return event.payload
    policy = _policy(programme, event)
    undone = [one for one in returns if _is_undone(policy, event, one)]
    return left_of(programme, event, undone)


def counted_here(
    programme: OpenProgramme,
    state: Sequence[int],
    event: PastEvent,
    returns: Sequence[Returned],
) -> Payload | None:
    """The same in the place of a history that has this state: a referral stands as long as what is left brings it
    about, also where more than that counts."""
    payload = counted(programme, event, returns)
    policy = _policy(programme, event)
    if payload is None or all(_is_undone(policy, event, returned) for returned in returns):
        return payload
    left = left_of(programme, event, returns)
    return with_referrals_kept(programme, state, event, payload, left)


def takes_parts_alone(
    programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]
) -> bool:
    """Whether something came back for which the rules are asked alone."""
    policy = _policy(programme, event)
    return policy.policy != "keep" and not all(
        _is_undone(policy, event, returned) for returned in returns
    )


def _policy(programme: OpenProgramme, event: PastEvent) -> ReturnPolicy:
    """What nobody sent is undone with its cause, whatever the programme says of goods."""
    if event.type in NEVER_SENT:
        return UNDO_FOR_EVER
    return programme.engine.plan_at(event.occurred_at).programme.returns


def _is_undone(policy: ReturnPolicy, event: PastEvent, returned: Returned) -> bool:
    if policy.policy != "carry":
        return policy.policy == "undo"
    return period_of(policy.books, event.day) == period_of(policy.books, returned.day)


def period_of(books: Books, day: int) -> date:
    """The first day of the books to which a day belongs."""
    first = date_of(day).replace(day=1)
    if books == "month":
        return first
    return first.replace(month=1 if books == "year" else (first.month - 1) // 3 * 3 + 1)


def taken_alone(
    programme: OpenProgramme, event: PastEvent, returns: Sequence[Returned]
) -> Iterator[Payload]:
    """What came back and is not undone, each time as if it alone had been bought, without a referral; nothing where
    points are kept."""
    policy = _policy(programme, event)
    if policy.policy in ("undo", "keep"):
        return
    parts = parts_returned(event.payload, returns, money_fields(programme, event))
    for returned, part in zip(returns, parts, strict=True):
        if not _is_undone(policy, event, returned):
            yield without_referrals(programme, event, part)


def less(whole: Evaluation, parts: Sequence[Evaluation]) -> Evaluation:
    """An evaluation less what parts give or take, but never beyond nothing."""
    out, places = list(whole.out), whole.plan.out
    for part in parts:
        for slot, before, after in part.components:
            for place, points in ((places.before(slot), before), (places.after(slot), after)):
                had = out[place]
                out[place] = max(0, had - points) if had > 0 else min(0, had - points)
    if whole.plan.carrying:
        _pass_on_what_there_is(whole.plan, out)
    return Evaluation(whole.plan, out)


def _pass_on_what_there_is(plan: Plan, out: list[int]) -> None:
    """Let no more be passed on than is left: parts round by themselves, and may each have passed on less."""
    there: Counter[int] = Counter()
    for slot in plan.slots:
        if slot.to is None:
            there[slot.currency] += out[plan.out.after(slot.index)]
    for slot in plan.slots:
        if slot.kind == "passed on":
            after = plan.out.after(slot.index)
            out[after] = max(out[after], -max(0, there[slot.currency]))
            there[slot.currency] += out[after]
