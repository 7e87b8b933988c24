"""Several of a reward that were had for less together: so many of them are kept, or none."""

from __future__ import annotations

from typing import Final

import msgspec

from jifen.intake.asking.commands import Cancel, Redeem
from jifen.intake.gathering.gather import Known
from jifen.intake.judging.case import Work
from jifen.ledger.refusals import Refusal, Refused

_decode: Final = msgspec.json.Decoder(Redeem).decode


def refusal_of_keeping_few(
    work: Work, asked: Cancel, known: Known | None, going: int
) -> Refused | None:
    """Why a member cannot give back so many (`going`) of a redemption: fewer would be kept than its price was for.
    What an office takes back is not asked for."""
    if known is None or not known.body or type(asked) is not Cancel:
        return None
    made = work.exchanges[asked.placing_key]
    if not made.taken:  # it was won
        return None
    redeemed = _decode(known.body)
    document = work.programme.engine.plan_at(known.recorded_at).programme
    costs = (
        one.reward.cost for one in document.rewards if one.id == redeemed.reward and one.reward
    )
    prices = (
        one.price_taken(redeemed.currency, redeemed.quantity, redeemed.to_pay) for one in costs
    )
    price = None if redeemed.of_set else next(prices, None)
    step = price and price.step_for(redeemed.quantity)
    if step is None:
        return None
    had = made.book.uses[made.currency][made.of].points // (made.taken // made.came)
    kept = had - going
    if not 0 < kept < step.least:
        return None
    return Refused(Refusal.BELOW_MINIMUM, "kept", {"least": step.least, "asked": kept})
