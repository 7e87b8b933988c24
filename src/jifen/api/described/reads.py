"""The operations that only look, and those that write without the lean path."""

from __future__ import annotations

from typing import Annotated, Any, Final

from jifen.api.described.answers import (
    Answer,
    MemberNamesTold,
    MemberTold,
    PastBalancesTold,
    ProgrammeTold,
    StatementTold,
    StateTold,
    WhyTold,
)
from jifen.api.described.bodies import NewMemberBody
from jifen.api.described.commands import ACTOR, OF_KINDS
from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.shapes import told
from jifen.wording import Said

MEMBER: Final = named("member", "The member, by any name that leads to them.", "会员编号。")
LIMIT: Final = Parameter(
    name="limit",
    where="query",
    type=Annotated[int, told("At most so many.", "最多多少条。", ge=1, le=500)],
    said=Said("At most so many; 50 unless said.", "最多多少条，默认 50。"),
)
_PLACE: Final = Parameter(
    name="before",
    where="query",
    type=Annotated[str, told("A place that a page named.", "上一页给出的位置。")],
    said=Said("The `earlier` of the page before.", "上一页的 `earlier`。"),
)
NOTED: Final = Parameter(
    name="metadata",
    where="query",
    type=Annotated[
        str,
        told("name=text.", "名称=文字。", min_length=3, max_length=541, pattern="^[^=]+=.+$"),
    ],
    said=Said(
        "Only with this entry of metadata, as `order=2026/0042`.",
        "只看带有这一项 metadata 的，如 `order=2026/0042`。",
    ),
)
_PREFIX: Final = Parameter(
    name="prefix",
    where="query",
    type=Annotated[str, told("How names begin.", "编号开头。", min_length=1, max_length=500)],
    said=Said("Only those whose names begin so.", "只列编号以此开头的会员。"),
)
_AFTER: Final = Parameter(
    name="after",
    where="query",
    type=Annotated[str, told("The name of a member.", "会员编号。", min_length=1, max_length=500)],
    said=Said("The `next` of the page before.", "上一页的 `next`。"),
)
_AT: Final = Parameter(
    name="at",
    where="query",
    type=Annotated[str, told("A date or a time.", "日期或时刻。")],
    said=Said(
        "A time, or a date: its end; now unless said.", "时刻；写日期则指当天结束时。默认现在。"
    ),
)
_STATEMENT_FILES: Final = (
    ("csv", "csv", "text/csv", Said("The whole statement as CSV", "全部积分流水，CSV 格式")),
    (
        "lines",
        "ndjson",
        "application/x-ndjson",
        Said("The whole statement as lines of JSON", "全部积分流水，每行一个 JSON"),
    ),
)
_QUOTED: Final = tuple(
    dict.fromkeys(code for asking in OF_KINDS.values() for code in asking.refusals)
)
OPERATIONS: Final = (
    Operation(
        name="members.create",
        topic="members",
        method="POST",
        path="/v1/members",
        summary=Said("A new member", "新会员"),
        scope="earn",
        parameters=(ACTOR,),
        body=NewMemberBody,
        answers={201: (MemberTold,)},
        problems=("member_exists", "unknown_recipient"),
    ),
    Operation(
        name="members.list",
        topic="members",
        method="GET",
        path="/v1/members",
        summary=Said("Members by name", "按编号列出会员"),
        scope="read",
        parameters=(_PREFIX, NOTED, _AFTER, LIMIT),
        answers={200: (MemberNamesTold,)},
        problems=("malformed",),
    ),
    Operation(
        name="members.get",
        topic="members",
        method="GET",
        path="/v1/members/{member}",
        summary=Said(
            "A member: balances, lots, tier, what expires", "会员一览：余额、批次、等级、到期"
        ),
        scope="read",
        parameters=(MEMBER,),
        answers={200: (MemberTold,)},
        problems=("unknown_member", "malformed"),
        tagged=True,
    ),
    Operation(
        name="members.statement",
        topic="members",
        method="GET",
        path="/v1/members/{member}/statement",
        summary=Said("Every movement of points", "积分流水"),
        scope="read",
        parameters=(MEMBER, LIMIT, _PLACE),
        answers={200: (StatementTold,)},
        problems=("unknown_member", "malformed"),
    ),
    *(
        Operation(
            name=f"members.statement_{name}",
            topic="members",
            method="GET",
            path=f"/v1/members/{{member}}/statement.{ending}",
            summary=said,
            scope="read",
            parameters=(MEMBER,),
            answers={200: (str,)},
            problems=("unknown_member",),
            media_type=media_type,
        )
        for name, ending, media_type, said in _STATEMENT_FILES
    ),
    Operation(
        name="members.balances",
        topic="members",
        method="GET",
        path="/v1/members/{member}/balances",
        summary=Said("What a member had at a past moment", "会员在过去某一时刻的积分"),
        scope="read",
        parameters=(MEMBER, _AT),
        answers={200: (PastBalancesTold,)},
        problems=("unknown_member", "malformed"),
        tagged=True,
    ),
    Operation(
        name="events.why",
        topic="events",
        method="GET",
        path="/v1/events/{event}",
        summary=Said("Why an event gave what it gave", "一笔事件为何得这些积分"),
        scope="read",
        parameters=(named("event", "The id of an event, or of a return.", "事件或退货的编号。"),),
        answers={200: (WhyTold,)},
        problems=("unknown_event", "malformed"),
    ),
    Operation(
        name="quotes.create",
        topic="using",
        method="POST",
        path="/v1/quotes",
        summary=Said("What a command would be answered; nothing is written", "试算：只算不记"),
        scope="read",
        body=Annotated[
            dict[str, Any],
            told(
                "One command under its kind: {event: {…}}.", "一条命令，以种类为键：{event: {…}}。"
            ),
        ],
        answers={200: (Answer,)},
        problems=("unknown_member", "conflict", "key_spent", "too_new", "too_old", *_QUOTED),
    ),
    Operation(
        name="programme.get",
        topic="programme",
        method="GET",
        path="/v1/programme",
        summary=Said("The programme in sentences", "用句子写出的计划"),
        scope="read",
        answers={200: (ProgrammeTold,)},
        tagged=True,
    ),
    Operation(
        name="health",
        topic="operation",
        method="GET",
        path="/health",
        summary=Said("The process answers", "进程在应答"),
        scope=None,
        answers={200: (StateTold,)},
    ),
    Operation(
        name="ready",
        topic="operation",
        method="GET",
        path="/ready",
        summary=Said("The process can do its work", "进程能够工作"),
        scope=None,
        answers={200: (StateTold,)},
        problems=("migrations_missing",),
    ),
)
