"""What the bodies of all commands have in common: who, when, and no field that nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypedDict
from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.metadata import Metadata, metadata_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.model import Currency, Programme

Body = Mapping[str, Raw]
ENVELOPE = frozenset({"id", "member", "occurred_at", "metadata"})


class Envelope(TypedDict):
    """The part of a command that says whose it is, and what its sender attaches."""

    id: str
    member: str
    occurred_at: int | None
    metadata: Metadata


def envelope(body: Body, zone: ZoneInfo, *, may_leave_out_member: bool = False) -> Envelope:
    """Who asks, under which id, when it happened if that is said, and what is attached."""
    unsaid = may_leave_out_member and body.get("member") is None
    occurred_at = body.get("occurred_at")
    return {
        "id": scalars.text(body.get("id"), "/id"),
        "member": "" if unsaid else scalars.text(body.get("member"), "/member"),
        "occurred_at": None
        if occurred_at is None
        else scalars.instant(occurred_at, zone, "/occurred_at"),
        "metadata": metadata_of(body.get("metadata"), "/metadata"),
    }


def positive(value: int, pointer: str) -> int:
    """The value, which must be more than zero."""
    if value <= 0:
        raise Malformed(pointer, "must be more than zero", "必须大于零", refusal="invalid_amount")
    return value


def currency_of(
    body: Body, programme: Programme, pointer: str = "", field: str = "currency"
) -> Currency:
    """The currency a body names; unnamed, the only one that can be spent."""
    named = body.get(field)
    if named is None:
        spendable = [currency for currency in programme.currencies if currency.spendable]
        if len(spendable) != 1:
            known = [currency.id for currency in spendable]
            en = f"which currency is meant: {', '.join(known)}?"
            raise Malformed(f"{pointer}/{field}", en, f"请指明积分种类：{'、'.join(known)}")
        return spendable[0]
    for currency in programme.currencies:
        if currency.id == named:
            return currency
    en, zh = suggestion(str(named), [currency.id for currency in programme.currencies])
    said = f"there is no currency '{named}'{en}", f"没有积分种类“{named}”{zh}"
    raise Malformed(f"{pointer}/{field}", *said)


def known_word(raw: Raw, known: Collection[str], pointer: str) -> str:
    """A word that must be one of those known."""
    word = scalars.text(raw, pointer)
    if word not in known:
        en, zh = suggestion(word, known)
        raise Malformed(pointer, f"there is no '{word}'{en}", f"没有“{word}”{zh}")
    return word


def reward_named(raw: Raw, pointer: str, programme: Programme) -> Currency:
    """The reward that is named."""
    named = scalars.text(raw, pointer)
    found = next((one for one in programme.rewards if one.id == named), None)
    if found is None:
        en, zh = suggestion(named, [one.id for one in programme.rewards])
        raise Malformed(pointer, f"there is no reward '{named}'{en}", f"没有礼品“{named}”{zh}")
    return found


def only(body: Body, known: Collection[str], pointer: str = "") -> None:
    """Raise Malformed for a field that nobody knows, with what was probably meant."""
    for name in body:
        if name not in known:
            en, zh = suggestion(name, known)
            raise Malformed(f"{pointer}/{name}", f"unknown field{en}", f"未知字段{zh}")


def suggestion(word: str, known: Collection[str]) -> tuple[str, str]:
    """What was probably meant, in English and in Chinese."""
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(word, sorted(known), n=1)
    if close:
        return f"; did you mean '{close[0]}'?", f"；是否想写“{close[0]}”？"
    if not known:
        return "; there are none", "；一个也没有"
    return f"; known: {', '.join(sorted(known))}", f"；可用：{'、'.join(sorted(known))}"
