"""The operations of keys."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jifen.api.described.operation import Operation, named
from jifen.api.described.shapes import Moment, told
from jifen.api.scopes import KeyScope
from jifen.wording import Said

Scopes = Annotated[list[KeyScope], told("What it allows.", "权限。", min_length=1)]
PerMinute = Annotated[
    int | None,
    told(
        "At most so many commands a minute; null: no limit.", "每分钟最多多少条命令；null：不限。"
    ),
]


class KeyBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    name: Annotated[
        str,
        told(
            "Who uses it; no other key in force bears it.",
            "由谁使用；有效的密钥不会重名。",
            min_length=1,
            max_length=100,
        ),
    ]
    scopes: Scopes
    expires: Annotated[
        str | None, told("Its last day, or a time; never unless said.", "最后一天，或时刻；不写则一直有效。")
    ] = None  # fmt: skip
    commands_per_minute: PerMinute = None


class RotationBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    overlap_seconds: Annotated[
        Any, told("For how long both open; a day unless said.", "新旧并用的秒数，默认一天。")
    ] = None


class KeyTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, told("The letters that may be shown.", "可以示人的短名。")]
    name: str
    scopes: Scopes
    commands_per_minute: PerMinute
    made_at: Moment
    made_by: Annotated[str, told("The actor who made it.", "由谁建立。")]
    expires_at: Annotated[Moment | None, told("null: never.", "null：永不。")]
    last_used_at: Annotated[Moment | None, told("To the minute.", "精确到分钟。")]
    revoked_at: Moment | None
    revoked_by: str | None


class NewKeyTold(KeyTold, kw_only=True, forbid_unknown_fields=True):
    key: Annotated[str, told("What opens; told this once.", "密钥本身，只告知这一次。")]


class KeysTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    keys: Annotated[list[KeyTold], told("Oldest first.", "按建立先后。")]


_KEY: Final = named("key", "The letters that name a key.", "密钥的短名。")
OPERATIONS: Final = (
    Operation(
        name="keys.list",
        topic="keys",
        method="GET",
        path="/v1/keys",
        summary=Said("The keys of the programme", "计划的密钥"),
        scope="keys",
        answers={200: (KeysTold,)},
    ),
    Operation(
        name="keys.get",
        topic="keys",
        method="GET",
        path="/v1/keys/{key}",
        summary=Said("A key", "一个密钥"),
        scope="keys",
        parameters=(_KEY,),
        answers={200: (KeyTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="keys.create",
        topic="keys",
        method="POST",
        path="/v1/keys",
        summary=Said("A new key", "新建密钥"),
        scope="keys",
        body=KeyBody,
        answers={201: (NewKeyTold,)},
        problems=("name_taken",),
    ),
    Operation(
        name="keys.rotate",
        topic="keys",
        method="POST",
        path="/v1/keys/{key}/rotate",
        summary=Said("A new key in the place of one", "更换密钥"),
        scope="keys",
        parameters=(_KEY,),
        body=RotationBody,
        answers={201: (NewKeyTold,)},
        problems=("not_found", "name_taken"),
    ),
    Operation(
        name="keys.revoke",
        topic="keys",
        method="DELETE",
        path="/v1/keys/{key}",
        summary=Said("A key opens nothing any more", "作废密钥"),
        scope="keys",
        parameters=(_KEY,),
        answers={204: ()},
        problems=("not_found",),
    ),
)
