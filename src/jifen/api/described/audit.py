"""The audit as an operation."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from jifen.api.described.answers import Answer
from jifen.api.described.operation import Operation, Parameter
from jifen.api.described.reads import LIMIT, NOTED
from jifen.api.described.shapes import Metadata, Moment, told
from jifen.wording import Said


class RefusedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    code: str
    detail: str
    figures: dict[str, str]


class AuditEntryTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    recorded_at: Moment
    occurred_at: Moment
    member: Annotated[
        str | None,
        told(
            "null: it was done to the programme, a key, a webhook, a mall provider or an address.",
            "null：针对计划、密钥、webhook、商城服务商或收货地址。",
        ),
    ]
    kind: Annotated[
        str,
        told(
            "Of the member's command; `counterpart`: somebody else's deed. Of the programme: `publish`, `withdraw`,"
            " `open_correction`, `post_correction`, `drop_correction`; `make_`, `rotate_` and `revoke_key`; `make_`,"
            " `change_`, `rotate_` and `remove_webhook`; `make_`, `change_`, `rotate_` and `revoke_mall`;"
            " `seal_secrets`; `open_` and `close_draw_round`; `keep_` and `open_address`,"
            " `list_addresses`.",
            "会员这条命令的种类；`counterpart`：出自他人的行为。针对计划的有 `publish`、`withdraw`、`open_correction`、"
            "`post_correction`、`drop_correction`，`make_key`、`rotate_key`、`revoke_key`，`make_webhook`、"
            "`change_webhook`、`rotate_webhook`、`remove_webhook`，"
            "`make_mall`、`change_mall`、`rotate_mall`、`revoke_mall`，`seal_secrets`，"
            "`open_draw_round`、`close_draw_round`，以及 `keep_address`、`open_address`、`list_addresses`。",
        ),
    ]
    asked: Annotated[
        str,
        told(
            "The command, kind/id; of the programme, kind and the revision, the key, the webhook, the mall provider,"
            " the order, or since when is corrected.",
            "命令：种类/编号；针对计划的：种类/版本号、密钥、webhook、商城服务商或订单的编号，更正则为其起始时刻。",
        ),
    ]
    actor: Annotated[str, told("Who asked.", "由谁提出。")]
    reason: str | None
    metadata: Metadata
    terms: Annotated[
        dict[str, str],
        told(
            "Of keys, webhooks and mall providers: what was set. Never a secret; of an address, its host.",
            "密钥、webhook 与商城服务商：设定了什么。不含任何密文，网址只写主机。",
        ),
    ]
    answer: Annotated[
        Answer | None, told("null: refused, or of the programme.", "null：被拒绝，或针对计划。")
    ]
    refused: Annotated[RefusedTold | None, told("null: it was done.", "null：已办成。")]


class AuditTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    commands: Annotated[list[AuditEntryTold], told("Last first.", "由近到远。")]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


def _asked(name: str, type: Any, en: str, zh: str) -> Parameter:
    return Parameter(name=name, where="query", type=type, said=Said(en, zh))


_TEXT: Final = Annotated[str, told("Text.", "文字。", min_length=1, max_length=500)]
_MOMENT: Final = Annotated[str, told("A date or a time.", "日期或时刻。")]
OPERATIONS: Final = (
    Operation(
        name="audit.read",
        topic="audit",
        method="GET",
        path="/v1/audit",
        summary=Said(
            "Who asked what, when, and what it was answered", "谁在何时提出了什么，结果如何"
        ),
        scope="audit",
        parameters=(
            _asked("member", _TEXT, "Only of this member.", "只看这位会员。"),
            _asked(
                "actor",
                _TEXT,
                "Only by this actor; of a key, also by everybody at its till.",
                "只看这位操作者；写密钥名称时，包括用它的每一个人。",
            ),
            _asked("kind", _TEXT, "Only commands of this kind.", "只看这一种命令。"),
            NOTED,
            _asked(
                "since",
                _MOMENT,
                "From this moment on; 31 days back unless said.",
                "自此时起，默认 31 天前。",
            ),
            _asked(
                "until",
                _MOMENT,
                "Up to this moment, or the end of this day; now unless said.",
                "到此时（或这天结束）为止，默认现在。",
            ),
            _asked("after", _TEXT, "The `next` of the page before.", "上一页的 `next`。"),
            LIMIT,
        ),
        answers={200: (AuditTold,)},
        problems=("unknown_member", "malformed"),
    ),
)
