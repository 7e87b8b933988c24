"""What a member asks by themself: of nobody else, at no other time, under ids that are nobody else's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from jifen.api import problems
from jifen.api.caller import Caller
from jifen.intake.asking.scalars import Malformed, Raw

_NOT_FOR_MEMBERS: Final = ("occurred_at", "guest", "in_exchange", "to_pay")


def by_themself(
    caller: Caller, kind: str, body: Mapping[str, Raw], may: Collection[str]
) -> dict[str, Raw]:
    """A command of a kind that the bearer of a token may ask, as it is asked. Raises Problem, UnknownMember, Malformed.

    Its id begins with the member's name, so that nobody takes an id which a shop is going to use; a slash in the name
    is percent-encoded, so that no two members ever ask under one id.
    """
    if kind not in may:
        raise problems.FORBIDDEN()
    for field in _NOT_FOR_MEMBERS:
        if field in body:
            raise Malformed(f"/{field}", "not by a member's token", "会员令牌不能使用这一项")
    asked = dict(body)
    asked["member"] = caller.named(str(asked.get("member", "me")))
    if isinstance(id := asked.get("id"), str | int) and id != "":
        asked["id"] = f"{_without_slashes(caller.member)}/{id}"
    return asked


def _without_slashes(name: str | None) -> str:
    return (name or "").replace("%", "%25").replace("/", "%2F")
