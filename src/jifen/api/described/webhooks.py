"""The operations of webhooks."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.shapes import Moment, told
from jifen.outbox.deliveries import State
from jifen.outbox.posting import OUTCOMES
from jifen.wording import Said

Url = Annotated[
    str,
    told(
        "An https address on the public internet, or one that the server's settings allow.",
        "公网上的 https 地址，或服务器设置所允许的地址。",
        min_length=1,
        max_length=500,
    ),
]
Kinds = Annotated[
    list[str],
    told("The types of messages that it is told; none: all.", "告诉它哪些类型的消息；空表示全部。"),
]
Description = Annotated[str, told("What it is for, for people.", "用途说明。", max_length=500)]
Position = Annotated[int, told("A place in the stream.", "消息流中的位置。", ge=0)]


class WebhookBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    url: Url
    id: (
        Annotated[
            str,
            told(
                "A name of one's own, so that asking twice makes one webhook.",
                "自定的名称，重复请求时不会建出两个。",
                pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
            ),
        ]
        | None
    ) = None
    kinds: Kinds = []
    description: Description = ""
    after: (
        Annotated[
            int,
            told(
                "It is told what stands behind this position; unless said, what happens from now on.",
                "从此位置之后的消息开始；不写则从现在起。",
                ge=0,
                le=10**12,
            ),
        ]
        | None
    ) = None


class WebhookChanges(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    url: Url | None = None
    kinds: Kinds | None = None
    description: Description | None = None
    enabled: Annotated[
        bool | None, told("Whether it is told; it misses nothing.", "是否发送；停用期间不会漏掉。")
    ] = None


class SecretBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    overlap_hours: Annotated[
        int,
        told(
            "For how long both hold; 24 unless said.", "新旧并用的小时数，默认 24。", ge=0, le=168
        ),
    ] = 24


class TestBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class ReplayBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    after: Annotated[
        Position | None, told("Everything behind it, in order.", "其后的全部消息，按顺序。")
    ] = None
    position: Annotated[Position | None, told("This one alone.", "只这一条。")] = None
    dead: Annotated[bool | None, told("All that was given up.", "全部已放弃的消息。")] = None


class DisabledTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    at: Moment
    why: Annotated[
        Literal["asked", "failing", "gone"],
        told(
            "Somebody asked; nothing succeeded for five days; the receiver answered 410.",
            "asked：有人停用；failing：连续五天无一成功；gone：接收方答复 410。",
        ),
    ]


class WebhookTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    url: Url
    kinds: Kinds
    description: Description
    made_at: Moment
    position: Annotated[
        int, told("Everything up to it was tried once.", "到此为止的消息都已试送一次。")
    ]
    waiting: Annotated[int, told("Deliveries to be tried again.", "等待重试的条数。")]
    dead: Annotated[int, told("Deliveries given up.", "已放弃的条数。")]
    failing_since: Annotated[
        Moment | None, told("Since when nothing succeeded.", "从何时起没有一次成功。")
    ]
    enabled: bool
    disabled: DisabledTold | None


class NewWebhookTold(WebhookTold, kw_only=True, forbid_unknown_fields=True):
    secret: Annotated[
        str, told("By which messages are verified; told this once.", "验证消息用的密钥，只告知这一次。")
    ]  # fmt: skip


class WebhooksTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    webhooks: Annotated[list[WebhookTold], told("Oldest first.", "按建立先后。")]


class AttemptTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    at: Moment
    outcome: Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(OUTCOMES)})]
    status: Annotated[
        int | None, told("Of HTTP; null: no answer.", "HTTP 状态码；null：没有答复。")
    ]
    milliseconds: int
    excerpt: Annotated[str, told("How an answer began that said no.", "拒绝时答复的开头部分。")]


class DeliveryTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    position: Position
    type: str
    state: State
    failures: int
    next_attempt_at: Moment | None
    last: AttemptTold


class DeliveriesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    deliveries: Annotated[list[DeliveryTold], told("The latest first.", "从最近的开始。")]
    earlier: Annotated[
        int | None, told("The `before` of the page before.", "查上一页的 `before`。")
    ]


class AttemptsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    attempts: list[AttemptTold]


_WEBHOOK: Final = named("webhook", "The webhook's id.", "webhook 的编号。")
_POSITION: Final = Parameter(
    name="position",
    where="path",
    type=Annotated[int, told("A place in the stream.", "消息流中的位置。", ge=0)],
    said=Said("A place in the stream.", "消息流中的位置。"),
)
_PAGE: Final = (
    Parameter(
        name="limit",
        where="query",
        type=Annotated[int, told("At most so many.", "最多多少条。", ge=1, le=500)],
        said=Said("At most so many; 50 unless said.", "最多多少条，默认 50。"),
    ),
    Parameter(
        name="before",
        where="query",
        type=Annotated[int, told("A position.", "位置。", ge=1, le=2**62)],
        said=Said("The `earlier` of the page before.", "上一页的 `earlier`。"),
    ),
    Parameter(
        name="state",
        where="query",
        type=State,
        said=Said("Only those in this state.", "只看处于这一状态的。"),
    ),
)


def _of_one(
    name: str,
    method: Literal["GET", "POST", "PATCH", "DELETE"],
    path: str,
    summary: Said,
    answer: tuple[int, Any],
    *,
    body: Any = None,
    parameters: tuple[Parameter, ...] = (),
    problems: tuple[str, ...] = (),
) -> Operation:
    status, shape = answer
    return Operation(
        name=f"webhooks.{name}",
        topic="webhooks",
        method=method,
        path=f"/v1/webhooks/{{webhook}}{path}",
        summary=summary,
        scope="webhooks",
        parameters=(_WEBHOOK, *parameters),
        body=body,
        answers={status: () if shape is None else (shape,)},
        problems=("not_found", *problems),
    )


OPERATIONS: Final = (
    Operation(
        name="webhooks.list",
        topic="webhooks",
        method="GET",
        path="/v1/webhooks",
        summary=Said("The webhooks of the programme", "计划的 webhook"),
        scope="webhooks",
        answers={200: (WebhooksTold,)},
    ),
    Operation(
        name="webhooks.create",
        topic="webhooks",
        method="POST",
        path="/v1/webhooks",
        summary=Said("Somebody to be told", "新建 webhook"),
        scope="webhooks",
        body=WebhookBody,
        answers={201: (NewWebhookTold,)},
        problems=("webhook_exists",),
    ),
    _of_one("get", "GET", "", Said("A webhook", "一个 webhook"), (200, WebhookTold)),
    _of_one(
        "change", "PATCH", "", Said("Other terms of a webhook", "修改 webhook"), (200, WebhookTold),
        body=WebhookChanges,
    ),
    _of_one("remove", "DELETE", "", Said("A webhook is told no more", "删除 webhook"), (204, None)),
    _of_one(
        "rotate", "POST", "/secret", Said("A new secret of a webhook", "更换 webhook 的密钥"),
        (201, NewWebhookTold), body=SecretBody,
    ),
    _of_one(
        "test", "POST", "/test", Said("Try a webhook now", "立即试送"), (200, AttemptTold),
        body=TestBody,
    ),
    _of_one(
        "replay", "POST", "/replay", Said("Send again", "重发"), (201, WebhookTold), body=ReplayBody,
    ),
    _of_one(
        "deliveries", "GET", "/deliveries", Said("What became of messages", "投递记录"),
        (200, DeliveriesTold), parameters=_PAGE, problems=("malformed",),
    ),
    _of_one(
        "attempts", "GET", "/deliveries/{position}/attempts",
        Said("Every attempt at one delivery", "一条消息的每次投递"), (200, AttemptsTold),
        parameters=(_POSITION,),
    ),
)  # fmt: skip
