"""Redemptions: at their price, for as many rewards as were asked for; and undone reward by reward, out of their own
lot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from jifen.intake.asking.commands import Redeem, UseReward
from jifen.intake.asking.placing import is_of_spin
from jifen.intake.stock.taking import MOVEMENTS
from jifen.ledger.book import TAKINGS
from jifen.ledger.records import ISSUED, REDEEMED
from jifen.proof.differences import Difference
from jifen.proof.entitled import UseJudged
from jifen.proof.journal import Asked
from jifen.proof.sets import set_differences
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow, Records
from jifen.proof.timeline import Timeline
from jifen.proof.uses import cancel_of

_decode_redeem: Final = msgspec.json.Decoder(Redeem).decode
_decode_use: Final = msgspec.json.Decoder(UseReward).decode

Moved = dict[int, Counter[tuple[int, int]]]
"""Points and rewards by (account, currency), by command: what was issued, redeemed or given back."""
Stocked = tuple[int, str, int]
"""A reward, a place, and how many came there, or went."""


def redemption_differences(
    member: MemberRow,
    records: Records,
    asked: list[Asked],
    judged: Iterable[UseJudged],
    timeline: Timeline,
) -> Iterator[Difference]:
    """Every redemption that is not at its price, every use of another number than was asked, and every redemption of
    which more came back than lay unused in its lot, or fewer were kept than its price was for; and what went from
    stock, or back, that is not what redemptions and their cancelling ask for."""
    judged = [one for one in judged if one.asked.kind == "redeem"]
    made = {one.asked.key: one for one in judged if not one.asked.answer.parts}
    used = [one for one in asked if one.kind == "use" and one.applied]
    stock = _moved_in_stock(records)
    if not judged and not used and not stock:
        return
    yield from set_differences(member, asked, judged)
    moved = _moved(records)
    explained = {one.asked.seq for one in made.values()}
    for one in made.values():
        counted = one.asked.answer.left_for_all is not None
        if not _is_as_asked(one, moved, timeline) or counted not in one.for_all:
            yield _differs(member, one.asked.seq)
        if stock.get(one.asked.seq) not in _from_stock(one, timeline):
            yield _differs(member, one.asked.seq, "stock_movement")
    for command in used:
        body = _decode_use(command.body)
        number = timeline.programme.currency_number(body.reward)
        if moved[command.seq] != Counter({(REDEEMED, number): -body.quantity}):
            yield _differs(member, command.seq)
    own_lots, kept = _seqs_of_lots(records), Counter[str]()
    for undone, of in _undone(asked, made):
        explained.add(undone.seq)
        redeemed, back = _decode_redeem(of.asked.body), moved[undone.seq]
        kept.setdefault(redeemed.id, redeemed.quantity)
        kept[redeemed.id] += back[ISSUED, timeline.programme.currency_number(redeemed.reward)]
        # an office may take back any number
        too_few = undone.kind == "cancel" and 0 < kept[redeemed.id] < min(of.least_kept, default=0)
        if too_few or not _is_at_price_of(undone, of.asked, moved, own_lots, timeline):
            yield _differs(member, undone.seq)
        if stock.get(undone.seq) != _back_in_stock(stock.get(of.asked.seq), back):
            yield _differs(member, undone.seq, "stock_movement")
    explained |= {one.seq for one in asked if _is_back_of_prize(one, stock, moved)}
    for seq in stock.keys() - explained:
        yield _differs(member, seq, "stock_movement")


def _undone(asked: list[Asked], made: Mapping[str, UseJudged]) -> Iterator[tuple[Asked, UseJudged]]:
    """Every command that gave back points of a redemption, with that redemption; a spend or hold of its id would have
    come first."""
    applied = {one.key: one.seq for one in asked if one.applied}
    for undone in asked:
        cancel = cancel_of(undone) if undone.applied and undone.answer.given_back else None
        if cancel is None or any(applied.get(key, undone.seq) < undone.seq for key in cancel.keys):
            continue
        if of := made.get(cancel.placing_key):
            yield undone, of


def _is_as_asked(judged: UseJudged, moved: Moved, timeline: Timeline) -> bool:
    """Whether what went and came is what was asked and answered, at a price that it could have."""
    one = judged.asked
    body, answer, taken = _decode_redeem(one.body), one.answer, one.answer.taken or 0
    expected = Counter(
        {
            (REDEEMED, timeline.programme.currency_number(body.currency)): -taken,
            (ISSUED, timeline.programme.currency_number(body.reward)): body.quantity,
        }
    )
    money = answer.to_pay or 0
    told = answer.price == taken + (answer.off or 0) and money == (body.to_pay or 0)
    told = told and body.price in (None, answer.price)
    return moved[one.seq] == expected and told and (answer.price, taken, money) in judged.prices


def _is_at_price_of(
    undone: Asked, of: Asked, moved: Moved, own_lots: dict[int, set[int]], timeline: Timeline
) -> bool:
    """Whether as many rewards went again, out of their own lot, as the points given back had bought."""
    body, back = _decode_redeem(of.body), undone.answer.given_back or 0
    currency, reward = (
        timeline.programme.currency_number(name) for name in (body.currency, body.reward)
    )
    rewards = -moved[undone.seq][ISSUED, reward]
    fits = back * body.quantity == rewards * (of.answer.taken or 0)
    own = own_lots[undone.seq] == {of.seq}
    refunded = (undone.answer.to_refund or 0) * body.quantity == rewards * (of.answer.to_pay or 0)
    return (
        fits
        and refunded
        and own
        and moved[undone.seq] == {(REDEEMED, currency): back, (ISSUED, reward): -rewards}
    )


def _from_stock(judged: UseJudged, timeline: Timeline) -> set[Stocked | None]:
    """What a redemption may have taken from stock: nothing where its reward was not counted."""
    body = _decode_redeem(judged.asked.body)
    taken = timeline.programme.currency_number(body.reward), body.place, -body.quantity
    return {taken if counted else None for counted in judged.counted}


def _back_in_stock(taken: Stocked | None, moved: Counter[tuple[int, int]]) -> Stocked | None:
    """What comes back to stock with rewards of a redemption that took so much from it."""
    if taken is None:
        return None
    reward, place, _ = taken
    return reward, place, -moved[ISSUED, reward]


def _is_back_of_prize(asked: Asked, stock: Mapping[int, Stocked], moved: Moved) -> bool:
    """Whether a prize of a draw went again and its units came to stock; that they had lain aside is proved with the
    draw."""
    cancel = cancel_of(asked) if asked.seq in stock else None
    if cancel is None or not is_of_spin(cancel.placing_key):
        return False
    reward, place, units = stock[asked.seq]
    return not place and moved[asked.seq] == {(ISSUED, reward): -units}


def _moved_in_stock(records: Records) -> dict[int, Stocked]:
    return {
        seq: (reward, place, units) for _, _, seq, reward, place, units in records.read(MOVEMENTS)
    }


def _moved(records: Records) -> Moved:
    found: Moved = defaultdict(Counter)
    for account in (ISSUED, REDEEMED):
        for _, _, seq, _, _, currency, _, points, *_ in records.posted(account):
            found[seq][account, currency] += points
    return found


def _seqs_of_lots(records: Records) -> dict[int, set[int]]:
    """By command, which commands made the lots from which it took issued points or rewards back."""
    issued = {(seq, row_no) for _, _, seq, row_no, *_ in records.posted(ISSUED)}
    found: dict[int, set[int]] = defaultdict(set)
    for _, _, seq, _, posting_row_no, lot_seq, *_ in records.read(TAKINGS):
        if (seq, posting_row_no) in issued:
            found[seq].add(lot_seq)
    return found


def _differs(member: MemberRow, of: int, check: str = "redemption") -> Difference:
    return Difference(check=check, member=member.external_id, where=at(command=of))
