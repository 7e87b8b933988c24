"""What each address may be asked, by the table from which the description is drawn: methods, and parameters by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Request

from jifen.api.described.everything import OPERATIONS
from jifen.api.wire import Scope
from jifen.intake.asking.bodies import suggestion
from jifen.intake.asking.scalars import Malformed

_NAMED: Final = re.compile(r"\{[^}]*\}")


def methods_at(path: str) -> list[str]:
    """With which methods an address is asked, by its path as it was sent; none: there is nothing there."""
    return sorted(
        method for pattern, method in _patterns() if pattern.fullmatch(path.rstrip("/") or "/")
    )


def check_parameters(scope: Scope, asked: str) -> None:
    """Raises Malformed for what stands behind the question mark under a name that an operation (`GET /v1/members`) does
    not know, so that nobody takes everybody for those who were asked for; or twice; or with what no text
    in the bank holds."""
    if not scope["query_string"] or _NAMED.sub("{}", asked) in _open_ended():
        return
    known, seen = _parameters().get(_NAMED.sub("{}", asked), frozenset()), set[str]()
    written = scope["query_string"].decode("latin-1")
    for name, value in parse_qsl(written, keep_blank_values=True):
        if name not in known:
            en, zh = suggestion(name, known)
            raise Malformed(f"/{name}", f"unknown parameter{en}", f"没有这个参数{zh}")
        if name in seen:
            raise Malformed(f"/{name}", "said more than once", "重复出现")
        if "\0" in value:
            raise Malformed(f"/{name}", "a NUL stands in it", "含有空字符（NUL）")
        seen.add(name)


def checked(request: Request[Any, Any, Any]) -> None:
    """The same before a route is asked."""
    scope = request.scope
    check_parameters(scope, f"{scope['method']} {scope['path_template']}")


@cache
def _parameters() -> Mapping[str, frozenset[str]]:
    return {
        f"{one.method} {_NAMED.sub('{}', one.path)}": frozenset(
            parameter.name for parameter in one.parameters if parameter.where == "query"
        )
        for one in OPERATIONS
    }


@cache
def _open_ended() -> frozenset[str]:
    return frozenset(
        f"{one.method} {_NAMED.sub('{}', one.path)}" for one in OPERATIONS if one.open_ended
    )


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_NAMED.sub("[^/]+", one.path)), one.method) for one in OPERATIONS]
