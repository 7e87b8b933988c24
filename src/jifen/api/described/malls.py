"""The operations of malls that others run, and what their providers ask in the manner of Duiba."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.reads import MEMBER
from jifen.api.described.shapes import Moment, told
from jifen.mall_provider.orders import Outcome
from jifen.wording import Said

Short = Annotated[
    str, told("At most 255 characters.", "最长 255 字。", min_length=1, max_length=255)
]
ProviderId = Annotated[
    str,
    told(
        "Letters, digits, `-` and `_`; it stands in the addresses that the provider calls.",
        "字母、数字、`-` 和 `_`；会出现在服务商调用的网址中。",
        pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
    ),
]
AppKey = Annotated[
    str, told("By which the provider knows us.", "服务商分配的 appKey。", min_length=1, max_length=255)
]  # fmt: skip
AppSecret = Annotated[
    str,
    told(
        "What both sides sign with, as the provider gave it; never told again.",
        "服务商分配的 appSecret，双方用它签名；不会再显示。",
        min_length=1,
        max_length=255,
    ),
]
May = Annotated[
    list[Literal["balance", "deduct", "add"]],
    told("What it may ask; all unless said.", "允许的回调，默认全部。"),
]
Skew = Annotated[
    int,
    told("By how many minutes clocks may differ; 5 unless said.", "时间戳允许相差的分钟数，默认 5。", ge=1, le=60),
]  # fmt: skip
HoldHours = Annotated[
    int,
    told(
        "For how long an order's points wait for its result; 72 unless said.",
        "订单的积分为等待结果最多冻结多少小时，默认 72。",
        ge=1,
        le=720,
    ),
]
LoginUrl = Annotated[
    str, told("Where members enter.", "免登录网址。", min_length=1, max_length=255)
]


class ProviderBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    id: ProviderId
    app_key: AppKey
    app_secret: AppSecret
    currency: Annotated[
        str | None,
        told("Whose points are spent there.", "在商城使用哪种积分；只有一种时可省略。"),
    ] = None
    login_url: LoginUrl = "https://activity.m.duiba.com.cn/autoLogin/autologin"
    may: May | msgspec.UnsetType = msgspec.UNSET
    skew_minutes: Skew = 5
    hold_hours: HoldHours = 72


class ProviderTermsBody(
    msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What is not said stays."""

    app_key: AppKey | None = None
    login_url: LoginUrl | None = None
    may: May | None = None
    skew_minutes: Skew | None = None
    hold_hours: HoldHours | None = None


class ProviderSecretBody(
    msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    app_secret: AppSecret
    overlap_hours: Annotated[
        int,
        told(
            "For how long the provider may still sign with the former one; 24 unless said.",
            "服务商仍可用旧密钥签名的小时数，默认 24。",
            ge=0,
            le=168,
        ),
    ] = 24


class MallLoginBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    provider: Annotated[
        str, told("The mall's provider.", "商城服务商的编号。", min_length=1, max_length=500)
    ]
    redirect: Annotated[
        Short | None, told("The page of the mall; its first unless said.", "进入商城的哪一页，默认首页。")
    ] = None  # fmt: skip


class RevokedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    at: Moment
    by: str


class ProviderTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: ProviderId
    app_key: AppKey
    login_url: LoginUrl
    currency: str
    may: May
    skew_minutes: Skew
    hold_hours: HoldHours
    made_at: Moment
    made_by: str
    revoked: RevokedTold | None
    callbacks: Annotated[
        str,
        told(
            "Where the provider calls, with `/balance`, `/deduct`, `/add` or `/notice` behind it.",
            "服务商的回调网址，后接 `/balance`、`/deduct`、`/add` 或 `/notice`。",
        ),
    ]


class ProvidersTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    providers: Annotated[list[ProviderTold], told("Oldest first.", "按建立先后。")]


class NoticeTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    order: Annotated[str, told("The provider's number of it.", "服务商的订单号。")]
    success: Annotated[bool, told("As it was told first.", "首次通知的结果。")]
    heard_at: Moment
    outcome: Annotated[
        Outcome,
        told(
            "Its points were captured, or spent anew because the hold had ended; were let go, or there were none; or "
            "`open`: somebody has to look at it.",
            "captured：冻结的积分已扣除；taken_late：冻结已超时，另行扣除；released：已解冻；never_held：从未冻结；"
            "open：待人工处理。",
        ),
    ]
    refusal: Annotated[str | None, told("Why it is open.", "待处理的原因。")]
    contradicted_at: Annotated[
        Moment | None, told("When the opposite was told.", "何时收到相反的通知。")
    ]


class NoticesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    notices: Annotated[list[NoticeTold], told("The last first.", "从最近的开始。")]
    earlier: Annotated[
        str | None, told("The `before` of the page before.", "查上一页的 `before`。")
    ]


class MallLoginTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    provider: str
    credits: Annotated[int, told("The points that the mall is told.", "告知商城的积分。")]
    url: Annotated[
        str,
        told("Where the member enters, for a few minutes.", "会员进入商城的网址，几分钟内有效。"),
    ]


class CallbackTold(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    status: Literal["ok", "fail"]
    errorMessage: Annotated[str, told("Why not, for members.", "失败原因，供会员查看。")]  # noqa: N815
    credits: Annotated[str, told("What the member has now.", "会员现有积分。")] = ""
    bizId: Annotated[str, told("Our number of it.", "我方的订单号。")] = ""  # noqa: N815
    code: Annotated[str, told("Why not, for machines.", "失败代码。")] = ""


_PROVIDER: Final = named("provider", "The provider's id.", "服务商的编号。")
_NOTICES_PAGE: Final = (
    Parameter(
        name="limit",
        where="query",
        type=Annotated[int, told("At most so many.", "最多多少条。", ge=1, le=500)],
        said=Said("At most so many; 50 unless said.", "最多多少条，默认 50。"),
    ),
    Parameter(
        name="before",
        where="query",
        type=Annotated[str, told("A number of an order.", "订单号。")],
        said=Said("The `earlier` of the page before.", "上一页的 `earlier`。"),
    ),
    Parameter(
        name="open",
        where="query",
        type=bool,
        said=Said("Only what somebody has to look at.", "只看待人工处理的。"),
    ),
)


def _signed(name: str, en: str, zh: str) -> Parameter:
    """A parameter of a callback: behind the question mark, or in a form."""
    return Parameter(name=name, where="query", type=Annotated[str, told(en, zh)], said=Said(en, zh))


_OF_EVERY_CALLBACK: Final = (
    named("programme", "The programme's name.", "计划的名称。"),
    _PROVIDER,
    _signed("appKey", "By which the provider knows us.", "服务商分配的 appKey。"),
    _signed("timestamp", "Milliseconds since 1970.", "1970 年以来的毫秒数。"),
    _signed(
        "sign", "MD5 of all values in the order of their names.", "按参数名排序的全部值的 MD5。"
    ),
    _signed("orderNum", "The provider's number of the order.", "服务商的订单号。"),
)
_OF_POINTS: Final = (
    Parameter(
        name="deed",
        where="path",
        type=Literal["balance", "deduct", "add"],
        said=Said(
            "To ask for the balance, set points aside, or add some.",
            "balance：查询积分；deduct：扣积分；add：加积分。",
        ),
    ),
    _signed("uid", "The member.", "会员。"),
    _signed("credits", "So many points.", "积分数。"),
    _signed("type", "Of what kind the order is.", "订单类型。"),
    _signed("description", "What it is for.", "描述。"),
)
_OF_NOTICES: Final = (_signed("success", "`true` or `false`.", "`true` 或 `false`。"),)


def _callbacks(
    name: str, path: str, summary: Said, parameters: tuple[Parameter, ...], **answered: Any
) -> tuple[Operation, Operation]:
    """The same by both methods, as the providers' documents leave it open."""
    asked = {
        "topic": "malls",
        "path": f"/v1/mall/{{programme}}/{{provider}}/{path}",
        "summary": summary,
        "scope": None,
        "parameters": (*_OF_EVERY_CALLBACK, *parameters),
        "problems": ("busy", "stopping", "too_large", "not_found"),
        "open_ended": True,
        **answered,
    }
    return (
        Operation(name=f"{name}_by_get", method="GET", **asked),
        Operation(name=f"{name}_by_post", method="POST", **asked),
    )


OPERATIONS: Final = (
    Operation(
        name="malls.list",
        topic="malls",
        method="GET",
        path="/v1/mall-providers",
        summary=Said("The mall providers of the programme", "计划的商城服务商"),
        scope="malls",
        answers={200: (ProvidersTold,)},
    ),
    Operation(
        name="malls.create",
        topic="malls",
        method="POST",
        path="/v1/mall-providers",
        summary=Said("A mall that others run", "接入第三方商城"),
        scope="malls",
        body=ProviderBody,
        answers={201: (ProviderTold,)},
        problems=("provider_exists",),
    ),
    Operation(
        name="malls.get",
        topic="malls",
        method="GET",
        path="/v1/mall-providers/{provider}",
        summary=Said("A mall provider", "一个商城服务商"),
        scope="malls",
        parameters=(_PROVIDER,),
        answers={200: (ProviderTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="malls.change",
        topic="malls",
        method="PATCH",
        path="/v1/mall-providers/{provider}",
        summary=Said("Other terms of a mall provider", "更改商城服务商的条件"),
        scope="malls",
        parameters=(_PROVIDER,),
        body=ProviderTermsBody,
        answers={200: (ProviderTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="malls.rotate",
        topic="malls",
        method="POST",
        path="/v1/mall-providers/{provider}/secret",
        summary=Said("A new secret of a mall provider", "更换商城服务商的密钥"),
        scope="malls",
        parameters=(_PROVIDER,),
        body=ProviderSecretBody,
        answers={201: (ProviderTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="malls.revoke",
        topic="malls",
        method="DELETE",
        path="/v1/mall-providers/{provider}",
        summary=Said("A mall provider is believed no more", "停用商城服务商"),
        scope="malls",
        parameters=(_PROVIDER,),
        answers={200: (ProviderTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="malls.notices",
        topic="malls",
        method="GET",
        path="/v1/mall-providers/{provider}/notices",
        summary=Said("How a mall's orders ended", "商城订单的结果"),
        scope="malls",
        parameters=(_PROVIDER, *_NOTICES_PAGE),
        answers={200: (NoticesTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="members.mall_login",
        topic="malls",
        method="POST",
        path="/v1/members/{member}/mall-login",
        summary=Said("The address by which a member enters a mall", "会员进入商城的免登录网址"),
        scope="use",
        parameters=(MEMBER,),
        body=MallLoginBody,
        answers={201: (MallLoginTold,)},
        problems=("unknown_member", "not_found"),
    ),
    *_callbacks(
        "malls.ask",
        "{deed}",
        Said("What a mall asks about points", "商城的积分回调"),
        _OF_POINTS,
        answers={200: (CallbackTold,)},
    ),
    *_callbacks(
        "malls.tell",
        "notice",
        Said("How a mall's order ended", "商城的结果通知"),
        _OF_NOTICES,
        answers={200: (Annotated[str, told("`ok`, or why not.", "`ok`，或失败原因。")],)},
        media_type="text/plain",
    ),
)
