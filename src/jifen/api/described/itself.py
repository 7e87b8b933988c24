"""The description as an operation among others."""

from __future__ import annotations

from typing import Any, Final, Literal

from jifen.api.described.operation import Operation, Parameter, named
from jifen.wording import Said

OPERATIONS: Final = (
    Operation(
        name="description.get",
        topic="operation",
        method="GET",
        path="/v1/openapi.json",
        summary=Said("This description, as OpenAPI 3.1", "本说明的 OpenAPI 3.1 文档"),
        scope=None,
        answers={200: (dict[str, Any],)},
        tagged=True,
    ),
    Operation(
        name="description.way",
        topic="operation",
        method="GET",
        path="/",
        summary=Said("Leads to this description", "转到本说明"),
        scope=None,
        answers={302: ()},
    ),
    Operation(
        name="description.page",
        topic="operation",
        method="GET",
        path="/docs",
        summary=Said("This description, for people", "本说明的网页"),
        scope=None,
        parameters=(
            Parameter(
                name="language",
                where="query",
                type=Literal["zh", "en"],
                said=Said("Which, whatever the browser asks for.", "语言，优先于浏览器的设置。"),
            ),
        ),
        answers={200: (str,)},
        media_type="text/html",
    ),
    Operation(
        name="description.problem",
        topic="operation",
        method="GET",
        path="/problems/{code}",
        summary=Said("What a problem means, for people", "一种问题的含义，供人阅读"),
        scope=None,
        parameters=(named("code", "The code of a problem.", "问题的代码。"),),
        answers={302: ()},
        problems=("not_found",),
    ),
)
