"""Tags by which whoever asks again and again is told that nothing has changed (ETag, If-None-Match)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Response

from jifen.api import problems
from jifen.api.visiting import Visit
from jifen.api.wire import Scope, header
from jifen.enquiry.member_stamp import ask_for_stamp, member_stamp

_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')
_ENCODER: Final = msgspec.json.Encoder()
HEADERS: Final = {"cache-control": "private, no-cache", "vary": "accept-language, authorization"}
"""Kept by whoever asked and by nobody on the way, and asked about every time."""


def tag_of(content: bytes, before: str = "") -> str:
    """The tag of what is answered so, byte for byte; `before` is what it shall begin with."""
    return f'"{before}{hashlib.sha256(content).hexdigest()[:16]}"'


def is_held(scope: Scope, tag: str) -> bool:
    """Whether whoever asks has what bears a tag already."""
    written = header(scope, b"if-none-match")
    if written is None:
        return False
    plain = tag.removeprefix("W/")
    return written.strip() == "*" or plain in _TAG.findall(written)


def tag_of_document(document: Any) -> str:
    """The tag that `tagged` gives a document."""
    return tag_of(_ENCODER.encode(document))


def if_matches(scope: Scope, tag: str) -> bool:
    """Whether a tag is among those that If-Match brings, or any will do."""
    written = header(scope, b"if-match") or "*"
    return written.strip() == "*" or tag in _TAG.findall(written)


def unchanged(tag: str) -> Response[Any]:
    """That nothing has changed."""
    return Response(None, status_code=304, headers={**HEADERS, "etag": tag})


def tagged(scope: Scope, document: Any, before: str = "") -> Response[Any]:
    """A document with the tag of its bytes, or that nothing has changed."""
    content = _ENCODER.encode(document)
    tag = tag_of(content, before)
    if is_held(scope, tag):
        return unchanged(tag)
    return Response(content, media_type="application/json", headers={**HEADERS, "etag": tag})


def ask_for_tag(visit: Visit, member: str) -> None:
    """Ask ahead for what `of_member` will look at."""
    ask_for_stamp(visit.sql, visit.programme, member, visit.now)


def of_member(visit: Visit, member: str) -> str | None:
    """The tag of what a member has and is, without reading it; None where there is none just now. A weak one: the
    moment as of which all is told goes on. Raises UnknownMember."""
    stamp = member_stamp(visit.sql, visit.programme, member, visit.now)
    if stamp is None:
        return None
    told_to = "member" if visit.caller.member else "key"  # who is told other actors
    return "W/" + tag_of(f"{told_to} {stamp}".encode())


class Told(NamedTuple):
    """A document under its tag, if it has one; None for whoever has it already."""

    tag: str | None
    document: Any | None

    @property
    def headers(self) -> dict[str, str]:
        """What goes with it."""
        return HEADERS if self.tag is None else {**HEADERS, "etag": self.tag}

    def response(self) -> Response[Any]:
        """As a route answers it."""
        status = 304 if self.document is None else 200
        return Response(self.document, status_code=status, headers=self.headers)


def with_tag(scope: Scope, tag: str | None, look: Callable[[], Any]) -> Told:
    """What `look` finds, under a tag, if there is one; it does not look for whoever has it already."""
    held = tag is not None and is_held(scope, tag)
    return Told(tag, None if held else look())


def revision_planned_against(scope: Scope) -> int | None:
    """The revision whose tag If-Match brings; None where it says nothing, or `*`. Raises Problem for any other tag."""
    written = (header(scope, b"if-match") or "*").strip()
    if written == "*":
        return None
    found = re.fullmatch(r'"(\d{1,9})(?:-[0-9a-f]*)?"', written, re.ASCII)
    if found is None:
        raise problems.PUBLISHED_MEANWHILE()
    return int(found[1])
