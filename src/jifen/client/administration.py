"""What whoever looks after a programme asks: keys, webhooks, the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from jifen.client.asking import Noun, Pages, Request, T, asks, lists
from jifen.client.found import AuditEntry
from jifen.client.writing import encoded, new_id, nothing, path_of, reading, walked

ENTRIES_PER_PAGE = 200


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key, by the letters that may be shown. `key` is what opens, told once, when it is made."""

    id: str
    name: str
    scopes: list[str]
    commands_per_minute: int | None
    made_at: dt.datetime
    made_by: str
    expires_at: dt.datetime | None
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None
    revoked_by: str | None
    key: str | None = None


class Disabled(msgspec.Struct, frozen=True, kw_only=True):
    """Since when a webhook is not told, and why."""

    at: dt.datetime
    why: Literal["asked", "failing", "gone"]


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told over HTTP. `secret` verifies what comes; it is told when it is made or renewed."""

    id: str
    url: str
    kinds: list[str]
    description: str
    made_at: dt.datetime
    position: int
    waiting: int
    dead: int
    failing_since: dt.datetime | None
    enabled: bool
    disabled: Disabled | None
    secret: str | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try of a delivery, and what was answered."""

    at: dt.datetime
    outcome: str
    status: int | None
    milliseconds: int
    excerpt: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the message at a position."""

    position: int
    type: str
    state: str
    failures: int
    next_attempt_at: dt.datetime | None
    last: Attempt


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries, the last first."""

    commands: list[AuditEntry]
    next: str | None


class _Keys(msgspec.Struct):
    keys: list[Key]


class _Webhooks(msgspec.Struct):
    webhooks: list[Webhook]


class _Deliveries(msgspec.Struct):
    deliveries: list[Delivery]
    earlier: int | None


class _Attempts(msgspec.Struct):
    attempts: list[Attempt]


_KEYS, _KEY = reading(_Keys), reading(Key)
_WEBHOOKS, _WEBHOOK = reading(_Webhooks), reading(Webhook)
_ATTEMPT, _ATTEMPTS = reading(Attempt), reading(_Attempts)


class Keys(Noun[T]):
    """By what others ask."""

    @asks
    def create(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        expires: dt.date | None = None,
        commands_per_minute: int | None = None,
    ) -> Request[Key]:
        """A new key, which may not be stronger than one's own; what opens is its `key`, told this once."""
        said = {"name": name, "scopes": scopes, "expires": expires}
        body = encoded({**said, "commands_per_minute": commands_per_minute})
        return Request("POST", path_of("keys"), _KEY, body=body)

    @asks
    def list(self) -> Request[list[Key]]:
        """Every key there was, oldest first."""
        return Request("GET", path_of("keys"), lambda response: _KEYS(response).keys)

    @asks
    def get(self, key: str) -> Request[Key]:
        """A key, by its letters."""
        return Request("GET", path_of("keys", key), _KEY)

    @asks
    def rotate(self, key: str, *, overlap_seconds: int | None = None) -> Request[Key]:
        """A new key in the place of one, which goes on opening for a day unless said."""
        body = encoded({"overlap_seconds": overlap_seconds})
        return Request("POST", path_of("keys", key, "rotate"), _KEY, body=body)

    @asks
    def revoke(self, key: str) -> Request[None]:
        """It opens nothing any more."""
        return Request("DELETE", path_of("keys", key), nothing)


class Webhooks(Noun[T]):
    """Who is told."""

    @asks
    def create(
        self,
        url: str,
        *,
        id: str | None = None,
        kinds: Sequence[str] | None = None,
        description: str | None = None,
        after: int | None = None,
    ) -> Request[Webhook]:
        """Somebody to be told, of all `kinds` unless said, from now on or `after` a position; with the `secret`."""
        known = id or new_id()  # so that a retry makes no second one
        said = {"url": url, "id": known, "kinds": kinds, "description": description}
        body = encoded({**said, "after": after})
        return Request("POST", path_of("webhooks"), _WEBHOOK, body=body, id=known)

    @asks
    def list(self) -> Request[list[Webhook]]:
        """Every webhook, oldest first."""
        path = path_of("webhooks")
        return Request("GET", path, lambda response: _WEBHOOKS(response).webhooks)

    @asks
    def get(self, webhook: str) -> Request[Webhook]:
        """A webhook."""
        return Request("GET", path_of("webhooks", webhook), _WEBHOOK)

    @asks
    def change(
        self,
        webhook: str,
        *,
        url: str | None = None,
        kinds: Sequence[str] | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> Request[Webhook]:
        """Other terms; one that is not `enabled` misses nothing."""
        said = {"url": url, "kinds": kinds, "description": description, "enabled": enabled}
        return Request("PATCH", path_of("webhooks", webhook), _WEBHOOK, body=encoded(said))

    @asks
    def remove(self, webhook: str) -> Request[None]:
        """It is told no more."""
        return Request("DELETE", path_of("webhooks", webhook), nothing)

    @asks
    def rotate(self, webhook: str, *, overlap_hours: int | None = None) -> Request[Webhook]:
        """A new secret; the one before signs as well for a day unless said."""
        body = encoded({"overlap_hours": overlap_hours})
        return Request("POST", path_of("webhooks", webhook, "secret"), _WEBHOOK, body=body)

    @asks
    def test(self, webhook: str) -> Request[Attempt]:
        """Try it now, and say what came of it."""
        path = path_of("webhooks", webhook, "test")
        return Request("POST", path, _ATTEMPT, body=encoded({}))

    @asks
    def replay(
        self,
        webhook: str,
        *,
        after: int | None = None,
        position: int | None = None,
        dead: bool | None = None,
    ) -> Request[Webhook]:
        """Send again: everything `after` a position, the message at one `position`, or what was given up (`dead`)."""
        body = encoded({"after": after, "position": position, "dead": dead})
        return Request("POST", path_of("webhooks", webhook, "replay"), _WEBHOOK, body=body)

    @lists
    def deliveries(self, webhook: str, *, state: str | None = None) -> Pages[_Deliveries, Delivery]:
        """What became of each message, the latest first."""
        return walked(
            path_of("webhooks", webhook, "deliveries"),
            _Deliveries,
            lambda page: page.deliveries,
            lambda page: page.earlier,
            behind="before",
            query={"limit": ENTRIES_PER_PAGE, "state": state},
        )

    @asks
    def attempts(self, webhook: str, position: int) -> Request[Sequence[Attempt]]:
        """Every try of one delivery."""
        path = path_of("webhooks", webhook, "deliveries", str(position), "attempts")
        return Request("GET", path, lambda response: _ATTEMPTS(response).attempts)


class Audit(Noun[T]):
    """The journal."""

    @lists
    def entries(
        self,
        *,
        member: str | None = None,
        actor: str | None = None,
        kind: str | None = None,
        metadata: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Pages[AuditPage, AuditEntry]:
        """Who asked what, when, and what it was answered, the last first; 31 days back unless `since` is said. It and
        `until` are dates or times as text, `metadata` an entry as `order=2026/0042`."""
        said = {
            "member": member,
            "actor": actor,
            "kind": kind,
            "metadata": metadata,
            "since": since,
            "until": until,
        }
        return walked(
            path_of("audit"),
            AuditPage,
            lambda page: page.commands,
            lambda page: page.next,
            query={"limit": ENTRIES_PER_PAGE, **said},
        )
