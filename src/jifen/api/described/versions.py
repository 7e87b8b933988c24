"""The operations of a programme's versions."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from jifen.api.described.answers import NameTold
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.shapes import Moment, When, told
from jifen.wording import Said

Document = Annotated[
    str, told("A programme's document, YAML or JSON as text.", "计划文档：YAML 或 JSON 文本。")
]


class DraftBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    document: Document


class VersionBody(
    msgspec.Struct,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"from_": "from"},
):
    document: Document
    from_: When | None = None


class VersionTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    revision: Annotated[int, told("Its number, by order of publishing.", "版本号，按发布先后。")]
    effective_from: Annotated[Moment | None, told("null: from the beginning.", "null：自始生效。")]
    effective_until: Annotated[
        Moment | None,
        told("The end of a correction; null: until the next.", "更正的终点；null：到下一版为止。"),
    ]
    published_at: Moment
    published_by: Annotated[str, told("Who published it.", "由谁发布。")]
    corrects: Annotated[bool, told("It corrects the past.", "是否更正过去。")]
    replaced_by: Annotated[
        int | None,
        told(
            "Which version took its place before it came into force, if one did.",
            "若尚未生效就已被取代：由哪一版。",
        ),
    ]


class VersionsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    versions: Annotated[list[VersionTold], told("Oldest first.", "由旧到新。")]


class WholeVersionTold(VersionTold, kw_only=True, forbid_unknown_fields=True):
    document: Annotated[str, told("As it was written.", "文档原文。")]
    sentences: list[str]


class DifferenceTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    kind: Literal["added", "removed", "changed", "moved"]
    section: Annotated[str, told("Where in the document.", "在文档的哪一节。")]
    id: Annotated[str, told("Of what there; empty: the section.", "该节中的哪一项；空：整节。")]
    before: NameTold | None
    after: NameTold | None


class DifferencesTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    revision: int
    against: int
    differences: list[DifferenceTold]


class TierConsequenceTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    members: Annotated[int, told("How many have it now.", "现有多少会员。")]
    said: NameTold


class RaiseTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    reward: str
    said: Annotated[NameTold, told("In what way.", "如何变化。")]
    notice_days: Annotated[int, told("So long before it is said.", "须提前多少天公布。")]
    earliest: Annotated[
        Moment, told("When it may be in force, if it is published now.", "现在发布，最早何时生效。")
    ]


class PlanTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    programme: str
    against: Annotated[int, told("The newest revision.", "最新的版本号。")]
    refused: Annotated[
        NameTold | None, told("Why it can never follow, if so.", "若永远不能发布，原因何在。")
    ]
    differences: list[DifferenceTold]
    tiers: Annotated[
        list[TierConsequenceTold],
        told("What it means for who has a tier.", "对现有会员等级的影响。"),
    ]
    raises: Annotated[
        list[RaiseTold],
        told("Rewards that become dearer or harder to have.", "变贵或更难兑换的礼品。"),
    ]


_REVISION: Final = named("revision", "The number of a version.", "版本号。")
_AGAINST: Final = Parameter(
    name="against",
    where="query",
    type=Annotated[str, told("The number of another version.", "另一个版本号。")],
    said=Said("Another version; the one before unless said.", "对照的版本，默认上一版。"),
)
_IF_MATCH: Final = Parameter(
    name="If-Match",
    where="header",
    type=Annotated[str, told("The tag of a version.", "版本的 ETag。")],
    said=Said(
        "The ETag of the version that was looked at, or its number in quotes: "
        "published only where it is still the newest.",
        "核对时所见版本的 ETag，或加引号的版本号：仅当它仍是最新版本时才发布。",
    ),
)
OPERATIONS: Final = (
    Operation(
        name="versions.list",
        topic="programme",
        method="GET",
        path="/v1/programme/versions",
        summary=Said("What was published, by whom and when", "已发布的版本：由谁、何时"),
        scope="read",
        answers={200: (VersionsTold,)},
    ),
    Operation(
        name="versions.get",
        topic="programme",
        method="GET",
        path="/v1/programme/versions/{revision}",
        summary=Said("A version: its document, in sentences", "一个版本：文档和逐句说明"),
        scope="read",
        parameters=(_REVISION,),
        answers={200: (WholeVersionTold,)},
        problems=("not_found",),
        tagged=True,
    ),
    Operation(
        name="versions.differences",
        topic="programme",
        method="GET",
        path="/v1/programme/versions/{revision}/differences",
        summary=Said("What a version changed, sentence by sentence", "一个版本逐句改变了什么"),
        scope="read",
        parameters=(_REVISION, _AGAINST),
        answers={200: (DifferencesTold,)},
        problems=("not_found", "malformed"),
    ),
    Operation(
        name="versions.plan",
        topic="programme",
        method="POST",
        path="/v1/programme/plan",
        summary=Said(
            "What a draft would change; nothing is written", "核对草稿会改变什么：只看不写"
        ),
        scope="programme",
        body=DraftBody,
        answers={200: (PlanTold,)},
        problems=("bad_document",),
    ),
    Operation(
        name="versions.publish",
        topic="programme",
        method="POST",
        path="/v1/programme/versions",
        summary=Said("Publish a document as the next version", "把文档发布为下一个版本"),
        scope="programme",
        parameters=(_IF_MATCH,),
        body=VersionBody,
        answers={201: (VersionTold,)},
        problems=("bad_document", "not_publishable", "published_meanwhile"),
    ),
    Operation(
        name="versions.withdraw",
        topic="programme",
        method="POST",
        path="/v1/programme/versions/{revision}/withdraw",
        summary=Said("Take back a version that is not yet in force", "撤回尚未生效的版本"),
        scope="programme",
        parameters=(_REVISION, _IF_MATCH),
        answers={200: (VersionTold,)},
        problems=("not_found", "not_publishable", "published_meanwhile"),
    ),
)
