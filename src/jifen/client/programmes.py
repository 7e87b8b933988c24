"""The programme that the key opens: its versions, what a draft would change, publishing."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import httpx
import msgspec

from jifen.client.answers import Points, Programme, Text
from jifen.client.asking import Noun, Pages, Request, T, asks, lists
from jifen.client.catalogue import PriceHistory
from jifen.client.found import CodePool
from jifen.client.writing import encoded, nothing, path_of, reading, walked

DIFFERENCES_PER_PAGE = 200


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What was published, when and by whom. No `effective_from`: from the beginning; `effective_until` is the end of a
    correction of the past, and `replaced_by` the version that took its place before it came into force."""

    revision: int
    effective_from: dt.datetime | None
    effective_until: dt.datetime | None
    published_at: dt.datetime
    published_by: str
    corrects: bool
    replaced_by: int | None = None


class WholeVersion(Version, frozen=True, kw_only=True):
    """A version with its document as it was written, and in sentences."""

    document: str
    sentences: list[str]


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is promised otherwise; `section` and `id` say where in the document it stands."""

    kind: Literal["added", "removed", "changed", "moved"]
    section: str
    id: str
    before: Text | None
    after: Text | None


class TierConsequence(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft means for a tier, which so many `members` have now."""

    id: str
    members: int
    said: Text


class Raise(msgspec.Struct, frozen=True, kw_only=True):
    """A reward that becomes dearer or harder to have, how long before that is promised to be said, and from when on it
    may therefore hold."""

    reward: str
    said: Text
    notice_days: int
    earliest: dt.datetime


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft would change `against` the newest revision. `refused`: why it can never be published, if so."""

    programme: str
    against: int
    refused: Text | None
    differences: list[Difference]
    tiers: list[TierConsequence]
    raises: list[Raise]


class Correction(msgspec.Struct, frozen=True, kw_only=True, rename={"since": "from"}):
    """A corrected version for the past that is being reviewed; no `until`: for good. By its `tag` no other one is
    posted."""

    since: dt.datetime
    until: dt.datetime | None
    opened_at: dt.datetime
    opened_by: str
    document: str
    tag: str = ""


class CorrectionDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A member's points of a currency, as awarded and as they would be."""

    member: str
    currency: str
    awarded: Points
    corrected: Points
    difference: Points


class CorrectionDifferences(msgspec.Struct, frozen=True, kw_only=True):
    """A page of differences, in the order of names, `as_of` when history was looked through."""

    as_of: dt.datetime
    differences: list[CorrectionDifference]
    next: str | None


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """How many members were judged again by one request; where it has not `finished`, the next one goes on."""

    revision: int
    members: int
    finished: bool


class _Versions(msgspec.Struct):
    versions: list[Version]


class _Pools(msgspec.Struct):
    pools: list[CodePool]


class _Differences(msgspec.Struct):
    differences: list[Difference]


_VERSIONS, _DIFFERENCES = reading(_Versions), reading(_Differences)
_CORRECTION, _POOLS = reading(Correction), reading(_Pools)


def _tagged(response: httpx.Response) -> Correction:
    return msgspec.structs.replace(_CORRECTION(response), tag=response.headers["etag"])


class Programmes(Noun[T]):
    """The programme that the key opens."""

    @asks
    def get(self) -> Request[Programme]:
        """It, in sentences."""
        return Request("GET", path_of("programme"), reading(Programme))

    @asks
    def code_pools(self) -> Request[list[CodePool]]:
        """How many codes its pools have."""
        return Request("GET", path_of("code-pools"), lambda response: _POOLS(response).pools)

    @asks
    def versions(self) -> Request[list[Version]]:
        """What was published, oldest first."""
        path = path_of("programme", "versions")
        return Request("GET", path, lambda response: _VERSIONS(response).versions)

    @asks
    def version(self, revision: int) -> Request[WholeVersion]:
        """A version, with its document."""
        return Request(
            "GET", path_of("programme", "versions", str(revision)), reading(WholeVersion)
        )

    @asks
    def differences(
        self, revision: int, *, against: int | None = None
    ) -> Request[list[Difference]]:
        """What a version changed `against` the one before, or another."""
        return Request(
            "GET",
            path_of("programme", "versions", str(revision), "differences"),
            lambda response: _DIFFERENCES(response).differences,
            None if against is None else {"against": against},
        )

    @asks
    def prices(self, reward: str) -> Request[PriceHistory]:
        """What a reward has cost since when, and what is published of its price to come."""
        return Request(
            "GET", path_of("programme", "rewards", reward, "prices"), reading(PriceHistory)
        )

    @asks
    def plan(self, document: str) -> Request[Plan]:
        """What publishing a document would change; nothing is written. What is wrong in it stands in the `problems` of
        the exception."""
        body = encoded({"document": document})
        return Request("POST", path_of("programme", "plan"), reading(Plan), body=body)

    @asks
    def publish(
        self, document: str, *, since: dt.datetime | None = None, against: int | None = None
    ) -> Request[Version]:
        """Make a document the next version, in force `since` a moment, as soon as may be unless said; with `against`
        only where that revision is still the newest. Asked again it is the same version."""
        return Request(
            "POST",
            path_of("programme", "versions"),
            reading(Version),
            body=encoded({"document": document, "from": since}),
            headers=None if against is None else {"if-match": f'"{against}"'},
        )

    @asks
    def withdraw(self, revision: int, *, against: int | None = None) -> Request[Version]:
        """Take back a version that is not yet in force; with `against` only where that revision is still the newest."""
        return Request(
            "POST",
            path_of("programme", "versions", str(revision), "withdraw"),
            reading(Version),
            headers=None if against is None else {"if-match": f'"{against}"'},
        )

    @asks
    def correction(self) -> Request[Correction]:
        """The correction of the past that is being reviewed; NotFound where none is."""
        return Request("GET", path_of("programme", "correction"), _tagged)

    @asks
    def correct(
        self, document: str, since: dt.datetime, until: dt.datetime | None = None
    ) -> Request[Correction]:
        """Put a corrected version up for review, which holds `since` a moment of the past `until` another, or for good.
        It touches nobody; an export of `correction` finds each member's difference."""
        body = encoded({"document": document, "from": since, "until": until})
        return Request("POST", path_of("programme", "correction"), _tagged, body=body)

    @lists
    def correction_differences(
        self, member: str | None = None
    ) -> Pages[CorrectionDifferences, CorrectionDifference]:
        """What the correction would change, as the last export of `correction` found it; of everybody, or of a
        `member`."""
        return walked(
            path_of("programme", "correction", "differences"),
            CorrectionDifferences,
            lambda page: page.differences,
            lambda page: page.next,
            query={"limit": DIFFERENCES_PER_PAGE, "member": member},
        )

    @asks
    def post_correction(self, reviewed: Correction | None = None) -> Request[Posted]:
        """Make the open correction a version, only the one that was `reviewed` if it is named, and judge members again
        for some seconds: asked again until it says that it has `finished`."""
        return Request(
            "POST",
            path_of("programme", "correction", "post"),
            reading(Posted),
            headers=None if reviewed is None else {"if-match": reviewed.tag},
        )

    @asks
    def drop_correction(self) -> Request[None]:
        """Forget the correction that is open."""
        return Request("DELETE", path_of("programme", "correction"), nothing)
