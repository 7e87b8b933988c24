"""What may be asked of members themselves: what is known of them, who they are, and to whom they belong."""

from __future__ import annotations

from typing import Literal

import msgspec

from jifen.engine.carried import CarriedKind
from jifen.engine.events import Known
from jifen.intake.asking.asked import Asked


class Freeze(Asked, frozen=True, kw_only=True):
    """Let nothing of a member's be used, or (not `frozen`) let it be again; `reason` is for people."""

    id: str
    member: str
    frozen: bool
    reason: str = ""
    occurred_at: int | None = None


class Group(Asked, frozen=True, kw_only=True):
    """A member joins a household, or leaves it."""

    id: str
    member: str
    household: str
    leave: bool = False
    role: Literal["owner", "member"] = "member"
    occurred_at: int | None = None


class SetFact(Asked, frozen=True, kw_only=True):
    """From the local day of `occurred_at` on this is known of the member; events already evaluated keep what was known
    then."""

    id: str
    member: str
    name: str
    value: Known
    occurred_at: int | None = None


class Refer(Asked, frozen=True, kw_only=True, omit_defaults=True):
    """Another member has brought this one: named by identity, or by the code that they hand out."""

    id: str
    member: str
    referrer: str = ""
    code: str = ""
    occurred_at: int | None = None


class OpenedLot(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a member brings: `earned_at` None is the moment of the opening, `expires_at` None by the terms."""

    currency: str
    points: int
    earned_at: int | None = None
    expires_at: int | None = None


class OpenedCounter(msgspec.Struct, frozen=True, kw_only=True):
    """Something that history before the opening would have counted; see `engine.carried`."""

    kind: CarriedKind
    of: str
    value: int
    day: int | None = None


class Opening(Asked, frozen=True, kw_only=True):
    """What a member brings from a former system, as of a moment before which nothing is known.

    `tier_until` is the last local day of the tier, None if it stays. `joined_at` is for members who join with it.
    """

    id: str
    member: str
    occurred_at: int | None = None
    lots: list[OpenedLot] = msgspec.field(default_factory=list)
    counters: list[OpenedCounter] = msgspec.field(default_factory=list)
    tier: str = ""
    tier_until: int | None = None
    joined_at: int | None = None


class Merge(Asked, frozen=True, kw_only=True):
    """`member` is the same person as `into`, who survives; `reason` is for people."""

    id: str
    member: str
    into: str
    reason: str
    occurred_at: int | None = None


class Claim(Merge, frozen=True, kw_only=True):
    """What the guest `member` collected belongs to the member `into`, as far as the programme looks back."""

    reason: str = ""


class Unmerge(Asked, frozen=True, kw_only=True):
    """`of` was merged into `member` and is another person after all; `reason` is for people.

    Where it is asked, `member` is `of` itself: whoever is meant by that today.
    """

    id: str
    member: str
    of: str
    reason: str
    occurred_at: int | None = None


class TellWish(Asked, frozen=True, kw_only=True):
    """A reward that the member wishes for can be had by now: asked by the clock alone, so that others are told."""

    id: str
    member: str
    reward: str
    occurred_at: int | None = None


class TellCode(Asked, frozen=True, kw_only=True):
    """The code of a number came for a reward that had waited for it since the command of the key `brought_by`: asked by
    the clock alone, so that others are told."""

    id: str
    member: str
    reward: str
    brought_by: str
    code: int
    occurred_at: int | None = None
