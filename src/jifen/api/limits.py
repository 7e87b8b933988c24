"""How often somebody may ask: buckets that fill up again with time, in the memory of one process."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

WINDOW_SECONDS: Final = 60
MOST_BUCKETS: Final = 10_000
LIMIT: Final = "jifen.limit"
"""Under which a scope carries what is left to whoever asks."""


class Allowance(NamedTuple):
    """What is left of a quota a minute. `seconds` until it is whole again, `wait_seconds` until what was asked for is
    there: 0 if it was, and was taken."""

    quota: int
    left: int
    seconds: int
    wait_seconds: int

    def headers(self) -> dict[bytes, bytes]:
        """As draft-ietf-httpapi-ratelimit-headers tells it."""
        return {
            b"ratelimit-policy": b'"minute";q=%d;w=%d' % (self.quota, WINDOW_SECONDS),
            b"ratelimit": b'"minute";r=%d;t=%d' % (self.left, self.seconds),
        }


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """A bucket for each name; beyond so many the one that was used longest ago is forgotten, and is full then."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, quota: int, amount: int) -> Allowance:
        """Take out so much, if it is there; more than a whole bucket counts as one."""
        now = time.monotonic()
        bucket = self._buckets.pop(name, None)
        if bucket is None:
            bucket = _Bucket(quota, now)
            if len(self._buckets) >= MOST_BUCKETS:
                del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = bucket  # behind all others
        a_second = quota / WINDOW_SECONDS
        bucket.left = min(quota, bucket.left + (now - bucket.at) * a_second)
        bucket.at = now
        missing = min(amount, quota) - bucket.left
        if missing <= 0:
            bucket.left -= min(amount, quota)
        whole_in = math.ceil((quota - bucket.left) / a_second)
        return Allowance(quota, int(bucket.left), whole_in, max(0, math.ceil(missing / a_second)))

    def give_back(self, name: str) -> None:
        """Put one back that was taken for nothing."""
        bucket = self._buckets.get(name)
        if bucket is not None:
            bucket.left += 1


def tell_limit(scope: Mapping[str, Any], allowance: Allowance) -> None:
    """Let whoever answers a request say what is left."""
    cast(MutableMapping[str, Any], scope)[LIMIT] = allowance


def limit_headers(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    """What whoever asks is told of their limit, if they have one."""
    allowance: Allowance | None = scope.get(LIMIT)
    return {} if allowance is None else allowance.headers()
