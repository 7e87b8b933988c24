"""The operations of corrections of the past."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.operation import Operation
from jifen.api.described.shapes import Moment, When, told
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


def _operation(
    name: str,
    method: Literal["GET", "POST", "DELETE"],
    path: str,
    summary: Said,
    answers: dict[int, tuple[object, ...]],
    problems: tuple[str, ...],
    body: object = None,
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
    )


OPERATIONS: Final = (
    _operation(
        "get", "GET", "",
        Said("The correction of the past that is being reviewed", "正在审核的更正"),
        {200: (CorrectionTold,)}, ("not_found",),
    ),
    _operation(
        "open", "POST", "",
        Said("Put a corrected version for the past up for review", "提交对过去的更正，待审"),
        {201: (CorrectionTold,)}, ("bad_document", "not_publishable"), CorrectionBody,
    ),
    _operation(
        "post", "POST", "/post",
        Said("Post the correction that is open; ask until it is finished", "将待审的更正入账：重复提交，直到完成"),
        {200: (PostedTold,)}, (),
    ),
    _operation(
        "drop", "DELETE", "",
        Said("Drop the correction that is open", "放弃待审的更正"),
        {204: ()}, ("not_found",),
    ),
)  # fmt: skip
