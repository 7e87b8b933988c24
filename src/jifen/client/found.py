"""What is found by looking: deeds by their id, holds, lots, friends, past balances, the journal."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from jifen.client.answers import Answer, Lot, Points, Text


class LaterDeed(msgspec.Struct, frozen=True, kw_only=True):
    """What a later command did about an earlier one; points above zero came back to the member."""

    asked: str
    recorded_at: dt.datetime
    actor: str
    points: dict[str, Points]


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """Points set aside; no `closed_at` while it is open. `id` is told where holds are listed."""

    id: str = ""
    currency: str
    points: Points
    fee: Points
    held_at: dt.datetime
    deadline: dt.datetime
    state: Literal["open", "captured", "voided", "timed_out"]
    captured: Points
    closed_at: dt.datetime | None


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, when and by whom, the answer of then, and what was done about it `since`; with the `hold`, where
    it is one."""

    id: str
    member: str
    recorded_at: dt.datetime
    occurred_at: dt.datetime
    actor: str
    answer: Answer
    since: list[LaterDeed]
    hold: Hold | None = None
    metadata: dict[str, str] = {}


class LotOf(Lot, frozen=True, kw_only=True):
    """A lot, and of which currency it is."""

    currency: str


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """So many points of each currency are of no use from this moment on."""

    at: dt.datetime
    points: dict[str, Points]


class Friend(msgspec.Struct, frozen=True, kw_only=True):
    """A deed of a friend for which the member was rewarded."""

    friend: str
    occurred_at: dt.datetime
    state: Literal["completed", "undone"]


class Friends(msgspec.Struct, frozen=True, kw_only=True):
    """The code by which a member brings others, who brought the member, and a page of what friends did."""

    member: str
    code: str | None
    referrer: str | None
    friends: list[Friend]
    next: int | None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a member brought, and how many of their deeds were rewarded: none yet, where they only joined."""

    friend: str
    joined_at: dt.datetime
    deeds: int


class AllBrought(msgspec.Struct, frozen=True, kw_only=True):
    """A page of those whom a member brought."""

    friends: list[Brought]
    next: str | None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """By which a member asks by themself until it ends."""

    token: str
    member: str
    scopes: list[str]
    expires_at: dt.datetime


class MemberName(msgspec.Struct, frozen=True, kw_only=True):
    """A member in a list."""

    id: str
    joined_at: dt.datetime
    frozen: bool
    guest: bool


class PastBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What a member had of a currency, net of debt, and how it came about by then."""

    balance: Points
    lifetime: Points
    spent: Points
    expired: Points
    reversed: Points
    transferred: Points
    exchanged: Points


class PastBalances(msgspec.Struct, frozen=True, kw_only=True):
    """What a member had at a moment, by what is known today."""

    id: str
    at: dt.datetime
    currencies: dict[str, PastBalance]


class AuditRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a command was refused."""

    code: str
    detail: str
    figures: dict[str, str]


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A command in the journal: who asked what (`asked`, kind/id) of whom, and the answer, or why it was `refused`.
    What was done to the programme, its keys and its webhooks has no member and neither of both, and `terms`: what was
    set."""

    recorded_at: dt.datetime
    occurred_at: dt.datetime
    member: str | None
    kind: str
    asked: str
    actor: str
    reason: str | None
    answer: Answer | None
    refused: AuditRefusal | None
    metadata: dict[str, str] = {}
    terms: dict[str, str] = {}


class MemberNames(msgspec.Struct, frozen=True, kw_only=True):
    """A page of members."""

    members: list[MemberName]
    next: str | None


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a member's open holds."""

    holds: list[Hold]
    next: int | None


class Lots(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a member's lots."""

    lots: list[LotOf]
    next: str | None


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What came with a reward (`of`: by which command); `withdrawn` once that was taken back."""

    number: int
    code: str
    reward: str
    pool: str
    of: str
    state: Literal["issued", "withdrawn"]
    issued_at: dt.datetime
    expires_at: dt.datetime | None


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a member's codes."""

    codes: list[Code]
    next: int | None


class CodePool(msgspec.Struct, frozen=True, kw_only=True):
    """How many codes of a pool can be had (`left`), are somebody's, or have ended as nobody's."""

    pool: str
    name: Text
    low: int
    left: int
    issued: int
    ended: int
    waiting: int
    next_end: dt.datetime | None


class Endings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of what ends when."""

    expiries: list[Ending]
    next: int | None
