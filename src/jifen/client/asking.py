"""One description of every request, for the client that waits and for the one that is awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

import httpx

P = ParamSpec("P")
R = TypeVar("R")
Page = TypeVar("Page")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Request(Generic[R]):
    """What is sent, and how what comes is read. `id` is the command's own: every try is under the same one."""

    method: str
    path: str
    read: Callable[[httpx.Response], R]
    query: Mapping[str, str | int] | None = None
    body: bytes | None = None
    id: str | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Pages(Generic[Page, Item]):
    """A list that comes in pages: the first, what stands in one, and the one behind it."""

    first: Request[Page]
    items: Callable[[Page], Sequence[Item]]
    following: Callable[[Page], Request[Page] | None]


class Waiting(Protocol):
    """Sends, and waits for what comes."""

    def send(self, request: Request[R]) -> R: ...
    def walk(self, pages: Pages[Page, Item]) -> Iterator[Item]: ...


class Awaited(Protocol):
    """Sends, and is awaited."""

    def send(self, request: Request[R]) -> Coroutine[Any, Any, R]: ...
    def walk(self, pages: Pages[Page, Item]) -> AsyncIterator[Item]: ...


T = TypeVar("T", covariant=True)


class Noun(Generic[T]):
    """What can be asked about one kind of thing, by whichever sender."""

    def __init__(self, sender: T) -> None:
        self._sender = sender

    @property
    def sender(self) -> T:
        """Who sends."""
        return self._sender


class asks(Generic[P, R]):  # noqa: N801  # read as a word before a method
    """Makes of a method that describes a request one that sends it: its answer, or something to await for it."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Request[R]]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, noun: Noun[Waiting], owner: type) -> Callable[P, R]: ...
    @overload
    def __get__(self, noun: Noun[Awaited], owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, noun: None, owner: type) -> asks[P, R]: ...
    def __get__(self, noun: Noun[Any] | None, owner: type) -> Any:
        if noun is None:
            return self

        def ask(*said: P.args, **by_name: P.kwargs) -> Any:
            return noun.sender.send(self.describe(noun, *said, **by_name))

        return update_wrapper(ask, self.describe)


class lists(Generic[P, Item]):  # noqa: N801
    """Makes of a method that describes pages one that walks through all that stands in them."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Pages[Any, Item]]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, noun: Noun[Waiting], owner: type) -> Callable[P, Iterator[Item]]: ...
    @overload
    def __get__(self, noun: Noun[Awaited], owner: type) -> Callable[P, AsyncIterator[Item]]: ...
    @overload
    def __get__(self, noun: None, owner: type) -> lists[P, Item]: ...
    def __get__(self, noun: Noun[Any] | None, owner: type) -> Any:
        if noun is None:
            return self

        def walk(*said: P.args, **by_name: P.kwargs) -> Any:
            return noun.sender.walk(self.describe(noun, *said, **by_name))

        return update_wrapper(walk, self.describe)
