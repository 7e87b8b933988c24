"""The journal's keys, bodies and comparisons: what makes a retry a retry."""

from __future__ import annotations

from typing import Any

import msgspec

from jifen.intake.asking.commands import (
    Adjust,
    BlindReturn,
    Cancel,
    CancelOrder,
    Capture,
    Command,
    Confirm,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Revive,
    Spend,
    Spin,
    TakeBack,
    Transfer,
    UseReward,
    Void,
)
from jifen.intake.asking.member_commands import (
    Claim,
    Freeze,
    Group,
    Merge,
    Opening,
    Refer,
    SetFact,
    TellCode,
    TellWish,
    Unmerge,
)
from jifen.intake.asking.order_commands import Approve, Close, PickUp, Reschedule, Ship

_KINDS: dict[type[Any], str] = {
    Event: "event",
    Return: "return",
    BlindReturn: "return",
    Revive: "revive",
    Spend: "spend",
    Redeem: "redeem",
    UseReward: "use",
    Spin: "spin",
    Hold: "hold",
    Capture: "capture",
    Void: "void",
    Cancel: "cancel",
    CancelOrder: "cancel_order",
    TakeBack: "take_back",
    Approve: "approve",
    Reschedule: "reschedule",
    Ship: "ship",
    Close: "close",
    PickUp: "pick_up",
    Confirm: "confirm",
    Adjust: "adjust",
    Freeze: "freeze",
    SetFact: "set_fact",
    Opening: "opening",
    Transfer: "transfer",
    Exchange: "exchange",
    Group: "group",
    Refer: "refer",
    Merge: "merge",
    Claim: "claim",
    Unmerge: "unmerge",
    TellWish: "tell_wish",
    TellCode: "tell_code",
}


def kind_of(command: Command) -> str:
    """The kind of a command, as the journal names it."""
    return _KINDS[type(command)]


def key_of(command: Command) -> str:
    """The idempotency key: senders' ids are unique per kind of command."""
    return f"{_KINDS[type(command)]}/{command.id}"


def body_of(command: Command) -> bytes:
    """The command as the journal keeps it. Of an event only what its own row does not hold: how it was paid, what came
    back in exchange, and what was attached."""
    if isinstance(command, Event):
        kept = {
            "pay": command.pay,
            "in_exchange": command.in_exchange,
            "use": command.use,
            "metadata": command.metadata,
        }
        return msgspec.json.encode({name: value for name, value in kept.items() if value})
    return msgspec.json.encode(command)


def full_body_of(command: Command) -> bytes:
    """The whole command, also of an event: a refused one has no row of its own."""
    return msgspec.json.encode(command)


def first_difference(first: dict[str, Any], again: dict[str, Any], stated_time: bool) -> str | None:
    """The first field in which a resent command differs from the one remembered, None for a retry.

    A resend that does not state its own `occurred_at` does not differ in it.
    """
    for name in sorted(first.keys() | again.keys()):
        if name == "occurred_at" and not stated_time:
            continue
        before, after = first.get(name), again.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            inner = first_difference(before, after, stated_time=True)
            if inner is not None:
                return f"{name}.{inner}"
        elif before != after:
            return name
    return None
