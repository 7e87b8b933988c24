"""Who asks, as far as the door has made sure of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from jifen.api import problems
from jifen.api.access import ApiKey
from jifen.api.command_queue import Asker
from jifen.api.key_terms import name_of_key
from jifen.api.problem import Problem
from jifen.enquiry.finding import UnknownMember
from jifen.intake.asking.scalars import Malformed
from jifen.wording import Said

MEMBER: Final = "member"
"""Who acts, where a member asks by themself: no clerk is called so."""
_NO_NAME: Final = Said(
    "Jifen-Actor is no name: text in UTF-8 of at most 100 characters, without “/”, and not “member”.",
    "Jifen-Actor 不是可用的名字：应为 UTF-8 文字，最多 100 个字符，不含“/”，也不能是“member”。",
)


class Caller(NamedTuple):
    """Whose key was sent, all that it allows, in whose name commands are journalled, and whose token it was, if any."""

    key: ApiKey
    allowed: frozenset[str]
    actor: str
    member: str | None = None

    @property
    def slug(self) -> str:
        """The programme that is asked."""
        return self.key.slug

    @property
    def asker(self) -> Asker:
        """As who commands are asked."""
        return Asker(self.slug, self.key.key_id, self.actor)

    def named(self, member: str) -> str:
        """The member whom a request names: by a token its bearer, also called `me`. Raises UnknownMember."""
        if self.member is None:
            return member
        if member not in ("me", self.member):
            raise UnknownMember(member)
        return self.member

    def is_told_of(self, actor: str | None) -> str | None:
        """Who did something, as this caller is told: a member does not learn which clerk it was."""
        return actor if actor is None or self.member is None else actor.partition("/")[0]

    def is_shown(self, metadata: dict[str, str]) -> dict[str, str]:
        """What senders attached, as this caller is told: it is among the shop's systems, and no member learns it."""
        return metadata if self.member is None else {}

    def in_the_name_of(self, written: str) -> Caller:
        """The same, with somebody who stands at the till; `written` as the header has it. Raises Problem."""
        if "actors" not in self.allowed:
            raise problems.lacking("actors")
        try:
            name = name_of_key(written.encode("latin-1").decode(), "")
        except (Malformed, UnicodeDecodeError):
            name = MEMBER
        if name == MEMBER:
            raise Problem(400, "malformed", _NO_NAME)
        return self._replace(actor=f"{self.key.name}/{name}")
