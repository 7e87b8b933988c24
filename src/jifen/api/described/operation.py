"""One operation of the door as it is described: where it is asked, what goes in, what comes out, what may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec

from jifen.api.described.shapes import told
from jifen.wording import Said

OF_EVERY_ADDRESS = ("malformed", "fault", "database_away")
"""What may go wrong wherever one asks."""
OF_EVERY_KEY = ("unauthorised", "forbidden", "too_many")
"""What may be wrong with a key."""
OF_EVERY_BODY = ("too_large",)
"""What may be wrong with a body."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """Something said beside the body: `type` is a Python type, with its bounds."""

    name: str
    where: Literal["path", "query", "header"]
    type: Any
    said: Said


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method at one address. `path` names its parameters as `{member}`; `scope` is what a key must allow, None
    where none is needed. `several`: the body may be a list of such; `said_by_path`: the field of the body that the
    path says. `answers` are the shapes by status (one of them; none: no body); `problems` the codes beside those that
    `OF_EVERY_…` names. `open_ended`: it is sent parameters that the table need not know, which somebody else
    signs. `tagged`: it is answered with an ETag, and 304 to whoever has it already."""

    name: str
    topic: str
    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: str
    summary: Said
    scope: str | None
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    several: bool = False
    said_by_path: str | None = None
    answers: Mapping[int, tuple[Any, ...]]
    problems: tuple[str, ...] = ()
    media_type: str = "application/json"
    tagged: bool = False
    open_ended: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code of a problem that it may answer."""
        of_key = OF_EVERY_KEY if self.scope else ()
        of_body = OF_EVERY_BODY if self.body is not None else ()
        return tuple(dict.fromkeys((*of_key, *of_body, *self.problems, *OF_EVERY_ADDRESS)))


def named(name: str, en: str, zh: str) -> Parameter:
    """A part of the path that names something: any text, percent-encoded."""
    return Parameter(
        name=name,
        where="path",
        type=Annotated[str, told(en, zh, min_length=1, max_length=500)],
        said=Said(en, zh),
    )


IF_NONE_MATCH: Final = Parameter(
    name="If-None-Match",
    where="header",
    type=Annotated[str, told("An ETag.", "ETag。")],
    said=Said("The ETag of what was told before.", "上次回复的 ETag。"),
)
