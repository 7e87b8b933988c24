"""From what a program says to what is sent: no floating-point numbers, no blanks, and an id for every command."""

from __future__ import annotations

import datetime as dt
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar
from urllib.parse import quote

import httpx
import msgspec

from jifen.client.answers import Answer, Document, ProblemDocument
from jifen.client.asking import Item, Pages, Request
from jifen.client.problems import Problem, problem_of

Value = None | bool | int | str | Decimal | dt.date | Mapping[str, "Value"] | Sequence["Value"]
"""What a field may say. Times should carry their zone; those without are taken to be the programme's."""


D = TypeVar("D")


class _Results(msgspec.Struct):
    results: list[Document]


def command(
    path: str,
    id: str | None,
    said: Mapping[str, Value],
    metadata: Mapping[str, str] | None = None,
) -> Request[Answer]:
    """A command, under an id of its own where none is given, with texts that its sender attaches. Raises TypeError for
    a float."""
    known = id or new_id()
    attached = {} if metadata is None else {"metadata": metadata}
    body = msgspec.json.encode({"id": known, **_plain({**said, **attached})})
    return Request("POST", path, _answer_in, body=body, id=known)


def commands(path: str, bodies: Sequence[Mapping[str, Value]]) -> Request[list[Answer | Problem]]:
    """Many commands of a kind in one request, each answered by itself. Raises TypeError for a float."""
    told = [{"id": new_id(), **_plain(body)} for body in bodies]

    def each(response: httpx.Response) -> list[Answer | Problem]:
        documents = msgspec.json.decode(response.content, type=_Results).results
        return [
            _one_of_many(document, str(body["id"]))
            for document, body in zip(documents, told, strict=True)
        ]

    return Request("POST", path, each, body=msgspec.json.encode(told))


def reading(kind: type[D]) -> Callable[[httpx.Response], D]:
    """How what comes is read as one kind of thing."""
    decoder = msgspec.json.Decoder(kind)
    return lambda response: decoder.decode(response.content)


def nothing(_: httpx.Response) -> None:
    """What is read of an answer that says nothing."""


def walked(
    path: str,
    kind: type[D],
    items: Callable[[D], Sequence[Item]],
    following: Callable[[D], str | int | None],
    *,
    behind: str = "after",
    query: Mapping[str, str | int | None],
) -> Pages[D, Item]:
    """A list in pages of one kind: what stands in one, and what the next one is asked for `behind`."""
    said = {name: value for name, value in query.items() if value is not None}
    read = reading(kind)

    def page(place: str | int | None) -> Request[D]:
        return Request("GET", path, read, said if place is None else {**said, behind: place})

    def next_page(told: D) -> Request[D] | None:
        place = following(told)
        return None if place is None else page(place)

    return Pages(page(None), items, next_page)


def path_of(*parts: str) -> str:
    """The address of what is named, whatever letters its name has."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def new_id() -> str:
    """An id for a command that nobody has named; later ones sort behind earlier ones, as history puts them where they
    happen at one moment."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def encoded(said: Mapping[str, Value]) -> bytes:
    """A body as JSON. Raises TypeError for a float."""
    return msgspec.json.encode(_plain(said))


def _plain(said: Mapping[str, Value]) -> dict[str, Value]:
    """What is said, without what is not; decimals become text when they are encoded."""
    told: dict[str, Value] = {name: value for name, value in said.items() if value is not None}
    _refuse_floats(told, "")
    return told


def _refuse_floats(value: Value | float, place: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{place} is a float: say Decimal('{value}') or '{value}'")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_floats(inner, f"{place}/{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value):
            _refuse_floats(inner, f"{place}/{number}")


def _answer_in(response: httpx.Response) -> Answer:
    answer = msgspec.json.decode(response.content, type=Answer)
    replayed = response.headers.get("idempotent-replayed") == "true"
    return msgspec.structs.replace(answer, replayed=True) if replayed else answer


def _one_of_many(document: Document, id: str) -> Answer | Problem:
    if "state" in document:
        return msgspec.convert(document, Answer)
    return problem_of(msgspec.convert(document, ProblemDocument), id)
