"""What describes the door itself, for programs; open to anybody."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Request, Response, get

from jifen.api.described.document import document
from jifen.api.wire import language_of


@get("/v1/openapi.json", sync_to_thread=False, summary="This description, as OpenAPI 3.1")
def show_description(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The document in the language that is asked for."""
    return Response(_written(language_of(request.scope)), media_type="application/json")


@cache
def _written(language: str) -> bytes:
    return msgspec.json.encode(document(language))
