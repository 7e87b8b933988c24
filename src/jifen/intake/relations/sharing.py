"""What a household does: its members join, leave, and spend together."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.answers import Answer
from jifen.intake.asking.commands import Redeem, Spend, Transfer
from jifen.intake.asking.member_commands import Group
from jifen.intake.gathering.belonging import Belonging, Change
from jifen.intake.judging.answering import balances, journal_answer, refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.deciding import settle_first
from jifen.intake.relations.between import move_points
from jifen.intake.relations.households import Mates
from jifen.intake.using.acting import act
from jifen.intake.using.redeeming import lacking_of, price_asked, take_redemption
from jifen.ledger.bounds import refusal_of_limits
from jifen.ledger.records import SHARE
from jifen.ledger.refusals import Refusal, Refused
from jifen.ledger.spending import refusal_to_use
from jifen.ledger.ways_out import available_points, too_few
from jifen.programme.model import Households


def take_group(work: Work, case: Case, asked: Group) -> Answer:
    """Let a member join a household or leave the one it is in, or say why not; joining again changes the role."""
    belongs = work.belongings.of.get(case.member_id)
    refusal = _refusal(work, asked, belongs)
    if refusal:
        return refuse(work, case, asked, refusal)
    occurred_at = work.now if asked.occurred_at is None else asked.occurred_at
    belonging = None if asked.leave else Belonging(asked.household, asked.role)
    work.belongings.put(Change(case.member_id, case.member_seq + 1, occurred_at, belonging))
    answer = Answer(balance=balances(work, case))
    name = "household.left" if asked.leave else "household.joined"
    told = {"member": case.external_id, "household": asked.household}
    return journal_answer(work, case, asked, answer, [(name, told)])


def _refusal(work: Work, asked: Group, belongs: Belonging | None) -> Refused | None:
    rules = work.programme.programme.households
    if asked.leave:
        there = belongs is not None and belongs.household == asked.household
        return None if there else Refused(Refusal.NOT_ACCEPTED)
    if rules is None or (belongs is not None and belongs.household != asked.household):
        return Refused(Refusal.NOT_ACCEPTED)
    full = belongs is None and work.belongings.sizes[asked.household] >= rules.most_members
    most = {"most": rules.most_members}
    return Refused(Refusal.LIMIT_REACHED, "household", most) if full else None


def spend_together(
    work: Work, case: Case, mates: Mates, others: Sequence[Case], asked: Spend | Redeem
) -> Answer:
    """Spend or redeem; what the member has too few of comes from the household, from whose points end first."""
    rules = work.programme.programme.households
    if rules is not None and may_share(rules, mates):
        for other in others:
            settle_first(work, other)
        refused = _fetch(work, case, others, asked)
        if refused:
            return refuse(work, case, asked, refused)
    if isinstance(asked, Redeem):
        return take_redemption(work, case, asked)
    return act(work, case, asked)


def _fetch(work: Work, case: Case, others: Sequence[Case], asked: Spend | Redeem) -> Refused | None:
    """Bring what is missing from the others, if nothing else stands against it; why not, if they have too few."""
    wanted = _wanted(work, case, asked)
    if wanted is None:
        return None
    number = work.programme.currency_number(asked.currency)
    there = {
        other.member_id: available_points(other.book, number, work.now)
        for other in others
        if not other.book.frozen
    }
    own = available_points(case.book, number, work.now)
    sharing = case.book.batch.terms[number].sharing
    refused = refusal_of_limits(case.book, sharing, number, {SHARE}, wanted - own, work.now)
    if refused:
        return refused._replace(about="from_others")
    missing, others_have = wanted - own, sum(points for points in there.values() if points > 0)
    if missing > others_have:
        return too_few(number, own + others_have, wanted)._replace(about="too_few_together")
    lacking = lacking_of(work, asked) if isinstance(asked, Redeem) else None
    if lacking:
        return lacking
    for place, other in enumerate(_in_order(work, others, number), start=1):
        part = min(missing, there.get(other.member_id, 0))
        if part > 0:
            share = Transfer(
                id=f"{asked.id}/{place}", member=other.external_id, to=case.external_id,
                points=part, currency=asked.currency,
            )  # fmt: skip
            seq = case.member_seq + 1
            move_points(work, other, case, share, part, kind=SHARE)
            case.book.note_use(SHARE, number, seq, part, work.now)
            missing -= part
    return None


def _wanted(work: Work, case: Case, asked: Spend | Redeem) -> int | None:
    """The points that are asked for, with what they cost besides, where nothing but their number stands against it."""
    if isinstance(asked, Redeem):
        price = price_asked(work, case, asked)
        return None if isinstance(price, Refused) else price.points
    number = work.programme.currency_number(asked.currency)
    if asked.points is None:
        return None
    refused = refusal_to_use(case.book, number, asked.points, work.now)
    fee = case.book.batch.terms[number].spending.fee
    lacking = refused is not None and refused.refusal is Refusal.INSUFFICIENT_POINTS
    return asked.points + fee if lacking else None


def may_share(rules: Households, mates: Mates) -> bool:
    """Whether a member with such mates may use their points."""
    return bool(mates.others) and (rules.spend == "all" or mates.role == "owner")


def _in_order(work: Work, others: Sequence[Case], number: int) -> list[Case]:
    def first_end(case: Case) -> tuple[int, bytes]:
        usable = case.book.usable_lots(number, work.now)
        return min((case.book.ends_at(lot) for lot in usable), default=work.now), case.member_id

    return sorted(others, key=first_end)
