"""Who asks, as far as the door has made sure of it."""

from __future__ import annotations

from typing import NamedTuple

from jifen.api.access import ApiKey


class Caller(NamedTuple):
    """Whose key was sent, all that it allows, and in whose name commands are journalled."""

    key: ApiKey
    allowed: frozenset[str]
    actor: str

    @property
    def slug(self) -> str:
        """The programme that is asked."""
        return self.key.slug
