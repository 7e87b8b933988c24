"""Sets: each consists of its parts, at the price of these together, and is cancelled by cancelling them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from jifen.intake.asking.commands import Redeem
from jifen.proof.differences import Difference
from jifen.proof.entitled import UseJudged
from jifen.proof.journal import Asked
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow
from jifen.proof.uses import cancel_of

_decode_redeem: Final = msgspec.json.Decoder(Redeem).decode


def set_differences(
    member: MemberRow, asked: Sequence[Asked], judged: Sequence[UseJudged]
) -> Iterator[Difference]:
    """Every set that is not the sum of its parts, or not at its price, and every part without its set."""
    applied = {one.key: one for one in asked if one.applied}
    for one in judged:
        body = _decode_redeem(one.asked.body) if one.asked.kind == "redeem" else None
        if body is None:
            continue
        if one.asked.answer.parts and not (_is_priced(one) and _has_its_parts(one.asked, applied)):
            yield _differs(member, one.asked.seq)
        if body.of_set and not _is_in_its_set(body, applied):
            yield _differs(member, one.asked.seq)
    for undone in applied.values():
        if undone.answer.parts and (cancel := cancel_of(undone)):
            made = applied.get(cancel.placing_key)
            if made is None or not _undoes_its_parts(undone, made, applied):
                yield _differs(member, undone.seq)


def _is_priced(one: UseJudged) -> bool:
    answer, taken = one.asked.answer, one.asked.answer.taken or 0
    together = sum(part.points for part in answer.parts)
    stated = _decode_redeem(one.asked.body).price in (None, answer.price)
    told = answer.price == taken + (answer.off or 0) and together == taken and stated
    return told and (answer.price, taken, 0) in one.prices


def _has_its_parts(one: Asked, applied: Mapping[str, Asked]) -> bool:
    """Whether each part is a redemption in front of the set's own row, of as many, and cost what the set says."""
    body = _decode_redeem(one.body)
    for part in one.answer.parts:
        found = applied.get(f"redeem/{part.id}")
        if found is None or found.seq > one.seq or found.answer.taken != part.points:
            return False
        of_part = _decode_redeem(found.body)
        as_asked = of_part.quantity, of_part.currency, of_part.place, of_part.of_set
        if as_asked != (body.quantity, body.currency, body.place, body.reward):
            return False
        if (part.id, part.currency) != (body.part_id(of_part.reward), body.currency):
            return False
    return True


def _is_in_its_set(body: Redeem, applied: Mapping[str, Asked]) -> bool:
    whole = applied.get(f"redeem/{body.set_id}")
    return whole is not None and body.id in {part.id for part in whole.answer.parts}


def _undoes_its_parts(undone: Asked, made: Asked, applied: Mapping[str, Asked]) -> bool:
    """Whether what a set gave back came of cancelling parts of it, in front of its own row."""
    of_set = {part.id for part in made.answer.parts}
    for part in undone.answer.parts:
        found = applied.get(f"cancel/{part.id}")
        cancel = cancel_of(found) if found else None
        if found is None or cancel is None or found.seq > undone.seq or cancel.of not in of_set:
            return False
        if found.answer.given_back != part.points:
            return False
    return undone.answer.given_back == sum(part.points for part in undone.answer.parts)


def _differs(member: MemberRow, of: int) -> Difference:
    return Difference(check="redemption", member=member.external_id, where=at(command=of))
