"""What comes back: points whole, or as decimals where a currency keeps them; money as decimals; times with their zone.

A field that a later server adds is passed over, so that an older client goes on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

import msgspec

Points = int | Decimal
Known = bool | int | str | list[str] | dict[str, str]
"""A fact about a member; decimals as text."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule or multiplier gave, before and after limits."""

    before: Points
    after: Points


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a set: the `id` of its own redemption, or cancel, and the points that were taken for it, or given
    back."""

    id: str
    reward: str
    currency: str
    points: Points
    codes: list[int] = []
    order: str | None = None


class Spun(msgspec.Struct, frozen=True, kw_only=True):
    """What a spin of a lucky draw brought: the `prize`, which is not what was `drawn` where that had run
    out, for a `ticket`, or None where it was free; and the id of its `order`, where it is sent or picked up."""

    draw: str
    round: int
    spin: int
    ticket: str | None
    drawn: str
    prize: str
    order: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True, repr_omit_defaults=True):
    """What a command was answered; only what there is to say of its kind is there.

    `points` is what the event, return or deed changed, and `balance` what the member then has, by currency. `waiting`
    is a return whose purchase has not come. `replayed`: it was asked before, and this is the answer of then.
    """

    id: str
    member: str
    state: Literal["applied", "waiting"]
    replayed: bool = False
    points: dict[str, Points] = {}
    balance: dict[str, Points] = {}
    base: Decimal | None = None
    rules: dict[str, Rule] = {}
    tier: str | None = None
    paid: dict[str, Points] = {}
    to_pay: Decimal | None = None
    to_refund: Decimal | None = None
    used: dict[str, Points] = {}
    money_off: dict[str, Decimal] = {}
    total: Decimal | None = None
    taken: Points | None = None
    fee: Points | None = None
    price: Points | None = None
    off: Points | None = None
    given_back: Points | None = None
    rewards_back: dict[str, Points] = {}
    collected: dict[str, Points] = {}
    confirmed: dict[str, Points] = {}
    moved: Points | None = None
    received: dict[str, Points] = {}
    reversed: dict[str, Points] = {}
    shortfall: dict[str, Points] = {}
    written_off: dict[str, Points] = {}
    deadline: dt.datetime | None = None
    released: dict[str, Points] = {}
    order: str | None = None
    referrer: str | None = None
    counts_from: dt.datetime | None = None
    along: list[str] = []
    codes: list[int] = []
    left_for_all: int | None = None
    spun: Spun | None = None
    parts: list[Part] = []
    usable: dict[str, Points] = {}


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What of the member was an event by itself, such as a birthday: its kind and when it was."""

    kind: str
    year: int
    month: int | None = None


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one grant that still holds some. `of`: the event's id, where one gave them, and `made_by` the kind
    of the command; no `available_at`: a confirmation makes them available; no `expires_at`: never."""

    id: str
    of: str | None
    made_by: str
    friend: str | None
    doer: str | None
    occasion: Occasion | None
    granted: Points
    remaining: Points
    held: Points
    funder: str | None
    earned_at: dt.datetime
    available_at: dt.datetime | None
    expires_at: dt.datetime | None


class Expiry(msgspec.Struct, frozen=True, kw_only=True):
    """So many points are of no use from this moment on."""

    at: dt.datetime
    points: Points


class Currency(msgspec.Struct, frozen=True, kw_only=True):
    """What a member has of one currency. `points` is what can be spent: `available` less `debt`."""

    points: Points
    available: Points
    pending: Points
    next_pending_at: dt.datetime | None
    held: Points
    debt: Points
    lifetime: Points
    spent: Points
    expired: Points
    reversed: Points
    lots: list[Lot]
    expiries: list[Expiry]


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing can be spent, since when, and who asked for that."""

    since: dt.datetime
    reason: str
    by: str


class Household(msgspec.Struct, frozen=True, kw_only=True):
    """To which household a member belongs, as what, and who does so beside."""

    id: str
    role: str
    members: list[str]


class HeldReward(msgspec.Struct, frozen=True, kw_only=True):
    """So many of a reward alike, in one state."""

    reward: str
    state: str
    count: int
    from_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """One message in both languages."""

    zh: str
    en: str


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What a tier takes, and what is missing: of one measure, or of several `parts` joined by `all` or `any`."""

    joined: Literal["all", "any"] | None = None
    parts: list[Need] = []
    measure: str | None = None
    needed: Decimal = Decimal(0)
    missing: Decimal = Decimal(0)


class Benefit(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a tier brings."""

    id: str
    zh: str
    en: str
    service: bool
    each: str | None
    times: int
    worth: int | None


class Multiplier(msgspec.Struct, frozen=True, kw_only=True):
    """What rules give is multiplied by numerator / denominator."""

    rules: list[str]
    numerator: int
    denominator: int


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A member's tier, until when, what it brings, and what the next one takes."""

    id: str
    until: dt.date | None
    measured: dict[str, Decimal]
    next: str | None
    to_next: Need | None
    to_keep: Need | None
    multiplies: Multiplier | None
    reward_discount_percent: int
    benefits: list[Benefit]
    brings: list[Text]


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member at a glance."""

    id: str
    at: dt.datetime
    joined_at: dt.datetime
    frozen: Freeze | None
    household: Household | None
    merged: list[str]
    facts: dict[str, Known]
    currencies: dict[str, Currency]
    rewards: list[HeldReward]
    tier: Tier | None
    referrals: int


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """Points that came (above zero) or went, and the balance behind it. `asked`: the kind and id of the command;
    `recorded_at` is unknown of what time has brought and nobody has posted yet."""

    recorded_at: dt.datetime | None
    effective_at: dt.datetime
    currency: str
    account: str
    points: Points
    balance: Points
    asked: str | None
    about: str | None
    about_kind: str | None
    friend: str | None
    doer: str | None
    occasion: Occasion | None
    actor: str | None
    reason: str | None
    metadata: dict[str, str] = {}


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One page of movements, oldest first; `earlier` is the place of the page before it."""

    member: str
    movements: list[Movement]
    earlier: str | None


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """An event, and a sentence for every rule about what it gave."""

    event: str
    member: str
    type: str
    occurred_at: dt.datetime
    revision: int
    sentences: list[str]
    friend: str | None = None
    doer: str | None = None
    occasion: Occasion | None = None
    metadata: dict[str, str] = {}


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """The programme that the key opens: its newest revision, in sentences."""

    id: str
    name: Text
    revision: int
    timezone: str
    money: str
    sentences: list[str]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What others are told: what happened to whom and when. `position` is its place in the stream, and `member_seq` the
    number of the member's command; `data` is what there is to say of its `type`."""

    id: str
    type: str
    timestamp: dt.datetime
    position: int
    member: str
    member_seq: int
    data: dict[str, Any]


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Messages, and `next`, behind which those of the next page stand."""

    messages: list[Message]
    next: int


class ToMend(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a programme's document that is to be mended, and where it stands."""

    line: int
    column: int
    path: str
    message: str
    suggestion: str | None


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was not done, as RFC 9457 has it."""

    status: int
    code: str
    title: str
    detail: str
    request_id: str = ""
    pointer: str = ""
    figures: dict[str, str] = {}
    usable: dict[str, Points] = {}
    problems: list[ToMend] = []
    replayed: bool = False


Document = dict[str, Any]
"""JSON as it came."""
