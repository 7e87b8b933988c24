"""What describes the door itself, for programs and for people; open to anybody."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from jifen.api.described.document import document
from jifen.api.described.page import page, place_of_problem
from jifen.api.problems import NOT_FOUND, OTHERS
from jifen.api.tags import HEADERS, is_held, tag_of, unchanged
from jifen.api.wire import language_of
from jifen.ledger.refusals import REFUSALS


@get("/v1/openapi.json", sync_to_thread=False, summary="This description, as OpenAPI 3.1")
def show_description(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The document in the language that is asked for."""
    content, tag = _written(language_of(request.scope))
    if is_held(request.scope, tag):
        return unchanged(tag)
    return Response(content, media_type="application/json", headers={**HEADERS, "etag": tag})


@get("/", sync_to_thread=False, summary="Leads to this description")
def lead_to_page() -> Redirect:
    """Whoever opens the address of the server in a browser."""
    return Redirect("/docs", status_code=302)


@get("/docs", sync_to_thread=False, summary="This description, for people")
def show_page(
    request: Request[Any, Any, Any], language: FromQuery[Literal["zh", "en"] | None] = None
) -> Response[str]:
    """The reference page; `language` goes before what the browser asks for."""
    return Response(
        _drawn(language or language_of(request.scope)),
        media_type="text/html; charset=utf-8",
        headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


@get("/problems/{code:str}", sync_to_thread=False, summary="What a problem means, for people")
def show_problem(code: FromPath[str]) -> Redirect:
    """Where the page explains it; the `type` of a problem document leads here."""
    if code not in REFUSALS and code not in OTHERS:
        raise NOT_FOUND()
    return Redirect(f"/docs#{place_of_problem(code)}", status_code=302)


@cache
def _written(language: str) -> tuple[bytes, str]:
    content = msgspec.json.encode(document(language))
    return content, tag_of(content)


@cache
def _drawn(language: str) -> str:
    return page(document(language), language)
