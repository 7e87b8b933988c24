"""Units of a reward that redemptions take from its stock, and of what all members may have, and give back as they are
cancelled."""

from __future__ import annotations

from typing import Any, Final

from jifen.db.tables import STOCK_MOVEMENT
from jifen.intake.asking.commands import Redeem
from jifen.intake.judging.case import Case, Told, Work, local_day
from jifen.intake.stock.for_all import limits_for_all
from jifen.intake.stock.shelves import Shelf, shelf_of
from jifen.ledger.book import PLACE
from jifen.ledger.refusals import Refusal, Refused

MOVEMENTS: Final = PLACE[STOCK_MOVEMENT.name]


def refusal_for_all(work: Work, asked: Redeem) -> Refused | None:
    """Why all members together have had too many for a redemption; None if they have not, or may have any number."""
    reward = work.programme.currency_number(asked.reward)
    today = local_day(work.programme, work.now)
    return work.taken_by_all.refusal(work.batch.terms[reward], reward, today, asked.quantity)


def take_for_all(work: Work, asked: Redeem) -> int | None:
    """Count what a redemption is about to get; how many are left for all members, None where nobody counts."""
    reward = work.programme.currency_number(asked.reward)
    terms, today = work.batch.terms[reward], local_day(work.programme, work.now)
    if not limits_for_all(terms):
        return None
    work.taken_by_all.take(reward, today, asked.quantity)
    return work.taken_by_all.left(terms, reward, today)


def refusal_of_stock(work: Work, asked: Redeem) -> Refused | None:
    """Why there are too few of what a redemption asks for; None if there are not, or nobody counts them."""
    shelf = shelf_of(work.programme, work.batch.terms, asked)
    left = None if shelf is None else work.shelves.left.get(shelf, 0)
    if left is None or left >= asked.quantity:
        return None
    figures = {"left": left, "asked": asked.quantity}
    return Refused(Refusal.OUT_OF_STOCK, "stock", figures)


def take_from_stock(work: Work, case: Case, asked: Redeem) -> Told:
    """Take what a redemption is about to get, which is there; that few are left is told once as they become few."""
    shelf = shelf_of(work.programme, work.batch.terms, asked)
    if shelf is None:
        return []
    left = _move(work, case, shelf, -asked.quantity)
    reward = work.batch.terms[shelf.reward].reward
    stock = reward.handed_out.stock if reward is not None else None
    low = stock.low if stock is not None else None
    if low is None or not left <= low < left + asked.quantity:
        return []
    told: dict[str, Any] = {"member": case.external_id, "reward": asked.reward, "left": left}
    return [("reward.stock_low", told | ({"place": asked.place} if asked.place else {}))]


def give_back_to_stock(work: Work, case: Case, placing_key: str, units: int) -> None:
    """Put back what a redemption took, as it is cancelled; nothing where nobody counted."""
    work.taken_by_all.give_back(placing_key, units)
    shelf = work.shelves.taken_from.get(placing_key)
    if shelf is not None:
        _move(work, case, shelf, units)


def _move(work: Work, case: Case, shelf: Shelf, units: int) -> int:
    """Move units with the member's next command; how many are left."""
    seq, batch = case.member_seq + 1, work.batch
    row = STOCK_MOVEMENT.pack(batch.programme_id, case.member_id, seq, *shelf, units)
    case.book.rows.append((seq, MOVEMENTS, row))
    return work.shelves.move(shelf, units)
