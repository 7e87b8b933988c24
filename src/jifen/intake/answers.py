"""What a command is answered, first time and every retry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from jifen.intake.details import Detail, not_understood
from jifen.programme.amounts import main_currency
from jifen.programme.model import Currency
from jifen.wording import Said


class RuleAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one rule or multiplier gave for the event, before and after limits, in smallest units."""

    before: int
    after: int


class Spun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A spin of a lucky draw: which one of the member's in which round, which `ticket` it took (None: it was free) and
    what it brought. `prize` is not what was `drawn` where that had run out; `order` is the id of the order that it
    placed, where the prize is sent or picked up."""

    draw: str
    round: int
    spin: int
    ticket: str | None
    drawn: str
    prize: str
    order: str | None = None


class PartAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a part of a set: the id of its own redemption, how many points of the `currency` were taken for
    it or given back, and its codes and the state of its order, as in an answer of its own."""

    id: str
    reward: str
    currency: str
    points: int
    codes: tuple[int, ...] = ()
    order: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`points`: change of the balance by currency, or reward, of events and returns by awards alone; `balance`: net of
    debt afterwards.

    Of an event: `base` is the amount that counted, `rules` what each component gave (by rule id), `tier` afterwards. Of
    an event on which rewards were used: how many (`used`), the money that each took off, and the bill that was left
    (`total`). Of one paid with points: `paid`. Of both, and of a redemption that costs money besides, the money
    `to_pay`; where that is cancelled, what of it goes back (`to_refund`). Of a spend, capture, redemption or exchange:
    `taken`; of all of these and of a gift the `fee`, where there is one; of a redemption also the `price` by the list,
    what the tier takes `off` it, and the numbers of the `codes` that came with it, by which whoever may look finds
    them; where all members together may have only so many, how many are `left_for_all`; of an exchange what was
    `received` of the other currency, below zero where it went again. Of a cancelled use, or a return: `given_back`, of
    rewards `rewards_back`, and what of it was `collected` because it had been forgiven. Of a confirmation: `confirmed`,
    what no longer waits. Of a return: `reversed`, and `shortfall` that became debt, and what was `written_off`. Of a
    hold: `deadline`; of its void or capture: `released`, what is free again. Of what places an order or takes it
    further: the state of the `order` then. Of a referral: `referrer`. Of a claim: `counts_from`, the instant before
    which nothing came along. Of a spin: what was `spun`, and what was `paid` for its ticket where none was held.
    Of the redemption of a set, and of its being cancelled: its `parts`.
    Of a merge, a claim and their undoing: who
    goes `along`, having been merged into the member before. Of a quote: `usable`, the most that could be used so.
    """

    state: Literal["applied", "refused", "waiting"] = "applied"
    refusal: str | None = None
    detail: Detail | None = None
    points: dict[str, int] = {}
    balance: dict[str, int] = {}
    base: int | None = None
    rules: dict[str, RuleAnswer] = {}
    tier: str | None = None
    paid: dict[str, int] = {}
    to_pay: int | None = None
    to_refund: int | None = None
    used: dict[str, int] = {}
    money_off: dict[str, int] = {}
    total: int | None = None
    taken: int | None = None
    fee: int | None = None
    price: int | None = None
    off: int | None = None
    given_back: int | None = None
    rewards_back: dict[str, int] = {}
    collected: dict[str, int] = {}
    confirmed: dict[str, int] = {}
    moved: int | None = None
    received: dict[str, int] = {}
    reversed: dict[str, int] = {}
    shortfall: dict[str, int] = {}
    written_off: dict[str, int] = {}
    order: str | None = None
    deadline: int | None = None
    released: dict[str, int] = {}
    referrer: str | None = None
    counts_from: int | None = None
    along: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    left_for_all: int | None = None
    spun: Spun | None = None
    parts: tuple[PartAnswer, ...] = ()
    usable: dict[str, int] = {}


class Answered(msgspec.Struct, frozen=True):
    """An answer with the mark of a replay."""

    answer: Answer
    replayed: bool = False
    member: str = ""
    """Whose it was found to be, where the command need not say."""


def currency_used(answer: Answer, currencies: Sequence[Currency]) -> Currency:
    """The currency of what was `taken`, `moved` or `given_back`: of an exchange not the one of what came."""
    of_parts = {part.currency for part in answer.parts}
    changed = answer.paid.keys() or of_parts or answer.points.keys() - answer.received.keys()
    used = (currency for currency in currencies if currency.id in changed)
    return next(used, main_currency(currencies))


def malformed(said: Said) -> Answer:
    """The answer to what cannot be understood; it is not remembered."""
    return Answer(state="refused", refusal="malformed", detail=not_understood(said))
