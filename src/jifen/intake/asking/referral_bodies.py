"""The body of a referral: who brought the member, by name or by code."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import ENVELOPE, Body, envelope, only
from jifen.intake.asking.member_commands import Refer
from jifen.intake.asking.scalars import Malformed
from jifen.programme.bringing import rewards_referrers
from jifen.programme.model import Programme


def refer_of(body: Body, programme: Programme, zone: ZoneInfo) -> Refer:
    """{id, member, referrer | code}."""
    only(body, ENVELOPE | {"referrer", "code"})
    if not rewards_referrers(programme):
        raise Malformed(
            "/referrer",
            "this programme rewards no referrals: its document has no `referral`, and no rule gives `to: referrer`",
            "此计划没有邀请奖励：文档中没有 `referral`，也没有规则写明 `to: referrer`",
        )
    said = [name for name in ("referrer", "code") if body.get(name) is not None]
    if len(said) != 1:
        raise Malformed(
            "/referrer",
            "say who brought the member: a referrer, or the code of one",
            "请写明邀请人 referrer，或邀请码 code，二者之一",
        )
    (name,) = said
    return Refer(**envelope(body, zone), **{name: scalars.text(body[name], f"/{name}")})
