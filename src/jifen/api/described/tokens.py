"""The operation that signs for a member."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from jifen.api.described.operation import Operation
from jifen.api.described.reads import MEMBER
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said

Scopes = Annotated[
    list[Literal["read", "use", "codes"]],
    told("What the member may do by themself.", "会员自己可以做什么。", min_length=1),
]


class TokenBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    scopes: Scopes | None = None
    seconds: Annotated[
        Any, told("For how long; 900 unless said, a day at most.", "有效秒数，默认 900，最长一天。")
    ] = None


class TokenTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    token: Annotated[str, told("To be sent as a key is.", "用法与密钥相同。")]
    member: str
    scopes: Scopes
    expires_at: Moment


OPERATIONS: Final = (
    Operation(
        name="members.token",
        topic="members",
        method="POST",
        path="/v1/members/{member}/token",
        summary=Said("A token by which a member asks by themself", "为会员签发令牌"),
        scope="tokens",
        parameters=(MEMBER,),
        body=TokenBody,
        answers={201: (TokenTold,)},
        problems=("unknown_member",),
    ),
)
