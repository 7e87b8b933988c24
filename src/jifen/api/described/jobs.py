"""The operations of jobs."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec

from jifen.api.described.operation import Operation, Parameter, named
from jifen.api.described.shapes import Moment, told
from jifen.wording import Said

Format = Annotated[Literal["csv", "parquet", "xlsx"], told("CSV unless said.", "默认 CSV。")]


class ImportBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    mapping: Annotated[
        str, told("The text of a mapping, about the uploaded file alone.", "映射的文本，只针对上传的文件。")
    ]  # fmt: skip
    format: Format = "csv"


class ExportBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    of: Annotated[
        Literal["members", "movements", "correction"],
        told(
            "Members with what they have, every movement of points, or what the open correction would change for each.",
            "会员及其积分，每一笔积分变动，或待审的更正给每位会员带来的差额。",
        ),
    ]  # fmt: skip
    format: Format = "csv"
    since: Annotated[
        str | None,
        told("Of movements: recorded from this date or time on.", "积分变动：自此日期或时刻起入账的。"),
    ] = None  # fmt: skip
    until: Annotated[
        str | None,
        told("Of movements: recorded up to the end of this date.", "积分变动：到此日期结束为止入账的。"),
    ] = None  # fmt: skip


class CodesBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    pool: Annotated[str, told("Into which pool.", "放入哪个券码池。")]
    format: Format = "csv"
    make: Annotated[
        Any, told("Make so many; else a file is uploaded.", "生成多少个；不写则上传文件。")
    ] = None


class ShipmentsBody(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    format: Format = "csv"
    encoding: Annotated[
        Literal["utf-8", "gbk", "gb18030", "utf-16", "latin-1"],
        told("How a CSV is written; UTF-8 unless said.", "CSV 的编码，默认 UTF-8。"),
    ] = "utf-8"


class JobBody(
    msgspec.Struct,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"import_": "import"},
):
    id: Annotated[
        str,
        told(
            "The sender's own; may be asked for again.",
            "发送方自定的编号，可放心重试。",
            pattern=r"^(?!\.+$)[\w.-]{1,100}$",
        ),
    ]
    import_: ImportBody | None = None
    export: ExportBody | None = None
    codes: CodesBody | None = None
    shipments: Annotated[
        ShipmentsBody | None,
        told(
            "Ships the orders of a file; needs the scope `fulfil` as well.",
            "按文件登记发货，另须有权限 `fulfil`。",
        ),
    ] = None


class FileTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    name: str
    bytes: int
    address: Annotated[
        str, told("Where it is; for a week after the end.", "文件地址，结束后保留一周。")
    ]


class JobTold(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"import_": "import"}):
    id: str
    import_: Annotated[dict[str, Any] | None, told("What was asked for.", "所请求的导入。")] = None
    export: Annotated[dict[str, Any] | None, told("What was asked for.", "所请求的导出。")] = None
    codes: Annotated[dict[str, Any] | None, told("What was asked for.", "所请求的券码。")] = None
    shipments: Annotated[
        dict[str, Any] | None, told("What was asked for.", "所请求的发货登记。")
    ] = None
    actor: Annotated[str, told("Who asked.", "由谁提出。")]
    state: Annotated[
        Literal["expects_data", "waiting", "working", "done", "failed", "cancelled"],
        told(
            "`expects_data`: an import whose file has not come yet.",
            "`expects_data`：导入的文件还没有上传。",
        ),
    ]
    share: Annotated[float, told("How much of it is done, 0 to 1.", "完成的比例，0 到 1。")]
    counts: Annotated[dict[str, Any], told("What became of it so far.", "目前的结果计数。")]
    failure: Annotated[dict[str, str] | None, told("Why it failed.", "失败的原因。")]
    files: list[FileTold]
    made_at: Moment
    began_at: Moment | None
    ended_at: Moment | None


class JobsTold(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    jobs: Annotated[list[JobTold], told("Newest first.", "由新到旧。")]


_JOB: Final = named("job", "The id of a job.", "任务的编号。")
_LIMIT: Final = Parameter(
    name="limit",
    where="query",
    type=Annotated[int, told("At most so many.", "最多多少条。", ge=1, le=100)],
    said=Said("At most so many; 20 unless said.", "最多多少条，默认 20。"),
)
OPERATIONS: Final = (
    Operation(
        name="jobs.create",
        topic="jobs",
        method="POST",
        path="/v1/jobs",
        summary=Said(
            "An import, an export, codes or shipments, done by a worker",
            "由后台进程完成的导入、导出、券码或发货登记",
        ),
        scope="jobs",
        body=JobBody,
        answers={201: (JobTold,)},
        problems=("conflict",),
    ),
    Operation(
        name="jobs.list",
        topic="jobs",
        method="GET",
        path="/v1/jobs",
        summary=Said("The latest jobs", "最近的任务"),
        scope="jobs",
        parameters=(_LIMIT,),
        answers={200: (JobsTold,)},
        problems=("malformed",),
    ),
    Operation(
        name="jobs.get",
        topic="jobs",
        method="GET",
        path="/v1/jobs/{job}",
        summary=Said("A job: how far it is, what came of it", "一项任务：进度和结果"),
        scope="jobs",
        parameters=(_JOB,),
        answers={200: (JobTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="jobs.data",
        topic="jobs",
        method="PUT",
        path="/v1/jobs/{job}/data",
        summary=Said(
            "The file of an import; the file itself is the body", "导入的文件；请求体就是文件本身"
        ),
        scope="jobs",
        parameters=(_JOB,),
        answers={200: (JobTold,)},
        problems=("not_found", "no_data_expected", "too_large"),
    ),
    Operation(
        name="jobs.cancel",
        topic="jobs",
        method="POST",
        path="/v1/jobs/{job}/cancel",
        summary=Said(
            "Do no more of a job; what it has done stays done", "取消任务；已经完成的部分保留"
        ),
        scope="jobs",
        parameters=(_JOB,),
        answers={200: (JobTold,)},
        problems=("not_found",),
    ),
    Operation(
        name="jobs.file",
        topic="jobs",
        method="GET",
        path="/v1/jobs/{job}/files/{name}",
        summary=Said("A file that a job made", "任务产生的文件"),
        scope="jobs",
        parameters=(_JOB, named("name", "The name of the file.", "文件名。")),
        answers={200: ()},
        problems=("not_found",),
    ),
)
