"""What goes wrong over HTTP beside refusals: each problem with its status, its code and its sentence."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import Final

from jifen.api.problem import Problem
from jifen.wording import Said

MALFORMED_REQUEST: Final = Said(
    "The request cannot be read: see its parameters.", "请求无法解读：请检查参数。"
)
MALFORMED_JSON: Final = Said("The body is no JSON object.", "请求体不是 JSON 对象。")
SAID_TWICE: Final = Said(
    "The body says this name twice in one object: say it once.",
    "请求体在同一个对象里把这个名称写了两次：请只写一次。",
)
CONTRADICTED: Final = Said(
    "The body says something else than the address or the Idempotency-Key: say it once.",
    "请求体与地址或 Idempotency-Key 不一致：请只写一处。",
)
TOO_LARGE: Final = partial(
    Problem,
    413,
    "too_large",
    Said(
        "At most a megabyte, and at most 500 commands, in one request.",
        "一次请求最多 1 MB、最多 500 条命令。",
    ),
)
NOT_HTTP: Final = partial(
    Problem,
    400,
    "not_http",
    Said("This is no request of HTTP/1.1.", "这不是 HTTP/1.1 请求。"),
)
HEAD_TOO_LARGE: Final = partial(
    Problem,
    431,
    "head_too_large",
    Said(
        "At most 64 kB of address and headers in one request.",
        "一次请求的地址和请求头合计最多 64 KB。",
    ),
)
TOO_SLOW: Final = partial(
    Problem,
    408,
    "too_slow",
    Said(
        "The request did not come to its end: a head within 30 seconds, of a body at least a kilobyte a second.",
        "请求没有传完：请求头须在 30 秒内到齐，请求体每秒至少 1 KB。",
    ),
)
BUSY: Final = partial(
    Problem,
    503,
    "busy",
    Said(
        "More is waiting than will be written soon: ask again in a second.",
        "等待写入的请求过多，请一秒后重试。",
    ),
    retry_after_seconds=1,
)
STOPPING: Final = partial(
    Problem,
    503,
    "stopping",
    Said(
        "This server is stopping: ask again, under the same id.",
        "服务器正在停止：请用同一编号重试。",
    ),
    retry_after_seconds=1,
)
DATABASE_AWAY: Final = partial(
    Problem,
    503,
    "database_away",
    Said(
        "The database does not answer: ask again, under the same id.",
        "数据库没有响应：请用同一编号重试。",
    ),
    retry_after_seconds=2,
)
FAULT: Final = partial(
    Problem,
    500,
    "fault",
    Said(
        "Something went wrong on our side; asking again under the same id is safe.",
        "服务器内部出错；用同一编号重试是安全的。",
    ),
)
UNAUTHORISED: Final = partial(
    Problem,
    401,
    "unauthorised",
    Said(
        "Send a valid key: `Authorization: Bearer …`.",
        "请提供有效的密钥：Authorization: Bearer …。",
    ),
)
FORBIDDEN: Final = partial(
    Problem, 403, "forbidden", Said("The key does not allow this.", "这个密钥没有此项权限。")
)
TOO_MANY: Final = partial(
    Problem,
    429,
    "too_many",
    Said(
        "More was asked than may be in a minute: ask again after the seconds of Retry-After.",
        "一分钟内的请求超过限额：请按 Retry-After 的秒数稍后再试。",
    ),
)
NAME_TAKEN: Final = partial(
    Problem,
    409,
    "name_taken",
    Said(
        "There is a key of this name in force: choose another, or rotate that one.",
        "已有同名的有效密钥：请换一个名称，或更换那个密钥。",
    ),
    pointer="/name",
)
NOT_FOUND: Final = partial(
    Problem, 404, "not_found", Said("There is nothing here.", "这里什么也没有。")
)
NOTHING_BEFORE: Final = partial(
    Problem,
    404,
    "not_found",
    Said(
        "The first version changed nothing: name another one to lay it beside, as `?against=2`.",
        "第一版没有改变什么：请写明与哪一版对照，例如 `?against=2`。",
    ),
)
NO_SUCH_REWARD: Final = partial(
    Problem, 404, "not_found", Said("There is no such reward.", "没有这种礼品。"), pointer="/reward"
)
NO_CORRECTION: Final = partial(
    Problem,
    404,
    "not_found",
    Said("No correction of the past is open.", "没有待审的更正。"),
)
NOT_ALLOWED: Final = partial(
    Problem,
    405,
    "not_allowed",
    Said("This address takes another method.", "此地址不接受这种方法。"),
)
MIGRATIONS_MISSING: Final = partial(
    Problem,
    503,
    "migrations_missing",
    Said(
        "The database lacks migrations of this version: run `jifen init`.",
        "数据库缺少此版本的迁移：请运行 `jifen init`。",
    ),
)
WEBHOOK_EXISTS: Final = partial(
    Problem,
    409,
    "webhook_exists",
    Said("There is a webhook of this id already.", "已有使用这个编号的 webhook。"),
    pointer="/id",
)
PROVIDER_EXISTS: Final = partial(
    Problem,
    409,
    "provider_exists",
    Said("There is a mall provider of this id already.", "已有使用这个编号的商城服务商。"),
    pointer="/id",
)
MEMBER_EXISTS: Final = partial(
    Problem,
    409,
    "member_exists",
    Said("There is such a member already.", "已有这个会员。"),
)
NO_DATA_EXPECTED: Final = partial(
    Problem,
    409,
    "no_data_expected",
    Said("This job expects no file, or has it already.", "这项任务不需要文件，或已经有了文件。"),
)
BAD_DOCUMENT: Final = partial(
    Problem,
    422,
    "bad_document",
    Said(
        "The document cannot be used: `problems` names what is to be mended, with its line.",
        "文档不能使用：problems 逐条指出要改的地方和行号。",
    ),
    pointer="/document",
)
NOT_PUBLISHABLE: Final = partial(
    Problem,
    422,
    "not_publishable",
    Said("The document cannot be the next version.", "这份文档不能作为下一个版本发布。"),
)
PUBLISHED_MEANWHILE: Final = partial(
    Problem,
    412,
    "published_meanwhile",
    Said(
        "Another version was published meanwhile: plan again, against the newest one.",
        "期间已有新版本发布：请对照最新版本重新核对。",
    ),
)
CHANGED_MEANWHILE: Final = partial(
    Problem,
    412,
    "changed_meanwhile",
    Said(
        "It is not what was looked at any more: look again, and decide anew.",
        "这已不是当时所见的内容：请重新查看后再决定。",
    ),
)
NOT_REVIEWED: Final = partial(
    Problem,
    409,
    "not_reviewed",
    Said(
        "No history was looked through for this correction yet: ask for a job that exports `correction`.",
        "尚未为这份更正重算历史：请先提交导出 `correction` 的任务。",
    ),
)
OTHERS: Final = MappingProxyType(
    {
        problem().code: problem
        for problem in (
            UNAUTHORISED, FORBIDDEN, NOT_FOUND, NOT_ALLOWED, MEMBER_EXISTS, NAME_TAKEN, WEBHOOK_EXISTS,
            PROVIDER_EXISTS, TOO_MANY,
            NO_DATA_EXPECTED, NOT_REVIEWED, BAD_DOCUMENT, NOT_PUBLISHABLE, PUBLISHED_MEANWHILE, CHANGED_MEANWHILE,
            NOT_HTTP, HEAD_TOO_LARGE, TOO_SLOW, TOO_LARGE, BUSY, STOPPING, DATABASE_AWAY, MIGRATIONS_MISSING, FAULT,
        )
    }
)  # fmt: skip
"""What may be answered beside refusals, by its code."""


def bad_parameter(name: str) -> Problem:
    """A parameter is not what the description says."""
    said = Said(
        f"`{name}` is not what this address takes there: see `/docs`.",
        f"参数 {name} 的值不符合要求：见 `/docs`。",
    )
    return Problem(400, "malformed", said, pointer=f"/{name}")


def lacking(scope: str) -> Problem:
    """The key does not have the scope that is needed."""
    said = Said(
        f"The key does not allow this: it needs the scope `{scope}`.",
        f"这个密钥没有此项权限，需要 `{scope}`。",
    )
    return Problem(403, "forbidden", said, figures={"scope": scope})
