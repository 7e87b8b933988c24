"""The description as an operation among others."""

from __future__ import annotations

from typing import Any, Final

from jifen.api.described.operation import Operation
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
    ),
)
