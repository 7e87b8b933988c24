"""What goes wrong, as exceptions: a class for what a program does about it, and the stable code of the server."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from types import MappingProxyType

import httpx
import msgspec

from jifen.client.answers import ProblemDocument


class ClientProblem(Exception):
    """Something that was asked was not answered as hoped. `id` is that of the command: asked again under the same
    one, it is done once."""

    def __init__(self, message: str, id: str | None) -> None:
        super().__init__(message)
        self.id = id


class NoAnswer(ClientProblem):
    """Nobody answered, however often it was tried: what was asked may have been done."""


class Problem(ClientProblem):
    """The server's no. `code` never changes; `detail` is a sentence in the language of the client, `figures` its
    numbers, `pointer` the field of what was malformed, `usable` what could be used where a quote is refused, and
    `problems` what of a programme's document is to be mended.
    `replayed`: it was asked and refused before."""

    def __init__(self, told: ProblemDocument, id: str | None) -> None:
        super().__init__(f"{told.code}: {told.detail}", id)
        self.status = told.status
        self.code = told.code
        self.title = told.title
        self.detail = told.detail
        self.pointer = told.pointer
        self.figures = told.figures
        self.usable = told.usable
        self.problems = told.problems
        self.replayed = told.replayed
        self.request_id = told.request_id


class Malformed(Problem):
    """400, 405, 413: the request itself is wrong, and will be however often it is asked."""


class Unauthorised(Problem):
    """401: there is no key, or it opens nothing any more."""


class Forbidden(Problem):
    """403: the key does not allow it, or the member is frozen or a guest."""


class NotFound(Problem):
    """404: there is no such member, event, hold, …"""


class Conflict(Problem):
    """409, 412: what stands already says otherwise."""


class Refused(Problem):
    """422: understood, and not possible, such as too few points."""


class TooManyRequests(Problem):
    """429: slower, please."""


class Unavailable(Problem):
    """502, 503, 504: nobody can answer now; asked again later under the same id, it is done once."""


class ServerFault(Problem):
    """500 and what nobody foresaw."""


BY_STATUS: Mapping[int, type[Problem]] = MappingProxyType(
    {
        400: Malformed,
        401: Unauthorised,
        403: Forbidden,
        404: NotFound,
        405: Malformed,
        409: Conflict,
        412: Conflict,
        413: Malformed,
        422: Refused,
        429: TooManyRequests,
        502: Unavailable,
        503: Unavailable,
        504: Unavailable,
    }
)
"""By the status of the answer; ServerFault for the others."""


def problem_of(told: ProblemDocument, id: str | None) -> Problem:
    """The exception for a problem document."""
    return BY_STATUS.get(told.status, ServerFault)(told, id)


def problem_in(response: httpx.Response, id: str | None) -> Problem:
    """The exception for an answer that is a problem, also one that something on the way gave instead of the server."""
    try:
        told = msgspec.json.decode(response.content, type=ProblemDocument)
    except msgspec.DecodeError:
        status = response.status_code
        told = ProblemDocument(
            status=status,
            code=f"http_{status}",
            title=response.reason_phrase,
            detail=f"{response.request.url} answered {status} without a problem document",
        )
    if response.headers.get("idempotent-replayed") == "true":
        told = msgspec.structs.replace(told, replayed=True)
    return problem_of(told, id)


def seconds_asked(response: httpx.Response) -> float:
    """How long Retry-After asks to wait, in seconds or until a date; 0 where it says nothing."""
    written = response.headers.get("retry-after", "")
    if written.isdecimal():
        return float(written)
    try:
        until = email.utils.parsedate_to_datetime(written)
    except ValueError:
        return 0.0
    return max(0.0, until.timestamp() - time.time())
