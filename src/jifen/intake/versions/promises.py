"""The notices that the versions of a programme promise, each for the days on which it is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from jifen.instants import NEVER
from jifen.ledger.foretelling import Promise
from jifen.programme.model import Programme

Document = TypeVar("Document")


class Published(Protocol):
    """A version of a timeline, as it was recorded."""

    @property
    def revision(self) -> int: ...
    @property
    def effective_from(self) -> int: ...
    @property
    def effective_until(self) -> int: ...
    @property
    def recorded_at(self) -> int: ...


def promises_of(
    versions: Sequence[Published], programmes: Sequence[Programme]
) -> dict[str, tuple[Promise, ...]]:
    """What is promised of each currency, by its id. A version promises nothing for days before it was recorded, for
    these were looked at under another."""
    found: dict[str, dict[int, list[Promise]]] = {}
    for since, until, programme in in_force_as_known(versions, programmes):
        for currency in programme.currencies:
            for days in currency.notices:
                promises = found.setdefault(currency.id, {}).setdefault(days, [])
                if promises and promises[-1].until == since:
                    promises[-1] = promises[-1]._replace(until=until)
                else:
                    promises.append(Promise(days, since, until))
    return {
        id: tuple(promise for promises in by_days.values() for promise in promises)
        for id, by_days in found.items()
    }


def promises_more(programme: Programme, than: Programme) -> bool:
    """Whether a document promises a notice that another does not."""
    known = {(currency.id, days) for currency in than.currencies for days in currency.notices}
    return any(
        (currency.id, days) not in known
        for currency in programme.currencies
        for days in currency.notices
    )


def in_force_as_known(
    versions: Sequence[Published], documents: Sequence[Document]
) -> Iterator[tuple[int, int, Document]]:
    """From when until when which version holds of those that were known then."""
    begins = [
        version.effective_from
        if version.revision == 1
        else max(version.effective_from, version.recorded_at)
        for version in versions
    ]
    instants = sorted({*begins, *(version.effective_until for version in versions)} | {NEVER})
    for since, until in pairwise(instants):
        held = [
            document
            for begin, version, document in zip(begins, versions, documents, strict=True)
            if begin <= since < version.effective_until
        ]
        if held:
            yield since, until, held[-1]
