"""The operations of corrections of the past."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.operation import Operation, Parameter
from jifen.api.described.reads import LIMIT
from jifen.api.described.shapes import Moment, Points, When, told
from jifen.api.described.versions import Document
from jifen.wording import Said


class CorrectionBody(
    msgspec.Struct,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"from_": "from"},
):
    document: Document
    from_: When
    until: When | None = None


class CorrectionTold(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    from_: Annotated[Moment, told("The corrected version holds from then on.", "自此时起更正。")]
    until: Annotated[
        Moment | None, told("And until then; null: for good.", "到此时为止；null：一直有效。")
    ]
    opened_at: Moment
    opened_by: Annotated[str, told("Who put it up.", "由谁提交。")]
    document: Annotated[str, told("As it was written.", "文档原文。")]


class PostedTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    revision: Annotated[int, told("The newest revision.", "最新的版本号。")]
    members: Annotated[
        int, told("How many were judged again by this request.", "这次请求重新计算了多少会员。")
    ]
    finished: Annotated[
        bool, told("false: ask once more, some are left.", "false：尚有会员未更正，请再提交一次。")
    ]


class CorrectionDifferenceTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    member: str
    currency: str
    awarded: Annotated[Points, told("As it stands.", "现有的奖励。")]
    corrected: Annotated[Points, told("As it would be.", "更正后的奖励。")]
    difference: Points


class CorrectionDifferencesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    as_of: Annotated[Moment, told("When history was looked through.", "何时重算的历史。")]
    differences: Annotated[
        list[CorrectionDifferenceTold], told("In the order of names.", "按会员编号排列。")
    ]
    next: Annotated[
        str | None,
        told("The `after` of the next page, if any.", "下一页的 `after`；没有则为 null。"),
    ]


_MEMBER: Final = Parameter(
    name="member",
    where="query",
    type=Annotated[str, told("The name of a member.", "会员编号。", min_length=1, max_length=500)],
    said=Said("Only of this member.", "只看这位会员。"),
)
_AFTER: Final = Parameter(
    name="after",
    where="query",
    type=Annotated[str, told("A place that a page named.", "上一页给出的位置。")],
    said=Said("The `next` of the page before.", "上一页的 `next`。"),
)
_IF_MATCH: Final = Parameter(
    name="If-Match",
    where="header",
    type=Annotated[str, told("The tag of the correction.", "更正的 ETag。")],
    said=Said(
        "The ETag of the correction that was looked at: no other one is posted.",
        "核对时所见更正的 ETag：不会误将别的更正入账。",
    ),
)


def _operation(
    name: str,
    method: Literal["GET", "POST", "DELETE"],
    path: str,
    summary: Said,
    answers: dict[int, tuple[object, ...]],
    problems: tuple[str, ...],
    body: object = None,
    parameters: tuple[Parameter, ...] = (),
    *,
    tagged: bool = False,
) -> Operation:
    return Operation(
        name=f"correction.{name}",
        topic="programme",
        method=method,
        path=f"/v1/programme/correction{path}",
        summary=summary,
        scope="programme",
        body=body,
        answers=answers,
        problems=problems,
        parameters=parameters,
        tagged=tagged,
    )


OPERATIONS: Final = (
    _operation(
        "get", "GET", "",
        Said("The correction of the past that is being reviewed", "正在审核的更正"),
        {200: (CorrectionTold,)}, ("not_found",), tagged=True,
    ),
    _operation(
        "differences", "GET", "/differences",
        Said("What the correction would change, member by member", "待审的更正给每位会员带来的差额"),
        {200: (CorrectionDifferencesTold,)}, ("not_found", "not_reviewed", "malformed"),
        parameters=(_MEMBER, _AFTER, LIMIT),
    ),
    _operation(
        "open", "POST", "",
        Said("Put a corrected version for the past up for review", "提交对过去的更正，待审"),
        {201: (CorrectionTold,)}, ("bad_document", "not_publishable"), CorrectionBody,
    ),
    _operation(
        "post", "POST", "/post",
        Said("Post the correction that is open; ask until it is finished", "将待审的更正入账：重复提交，直到完成"),
        {200: (PostedTold,)}, ("changed_meanwhile",), parameters=(_IF_MATCH,),
    ),
    _operation(
        "drop", "DELETE", "",
        Said("Drop the correction that is open", "放弃待审的更正"),
        {204: ()}, ("not_found",),
    ),
)  # fmt: skip
