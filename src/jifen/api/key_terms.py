"""What a key is made with, from a request or a command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from jifen.api.scopes import SCOPES, allowed_by
from jifen.instants import NEVER
from jifen.intake.actors import CLOCK, COMMAND_LINE
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.mall_provider.orders import ACTOR as MALL

LONGEST_NAME: Final = 100
MOST_A_MINUTE: Final = 1_000_000
_RESERVED: Final = frozenset({CLOCK, COMMAND_LINE, MALL})


class ApiKeyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses a key, what it allows (see `scopes`), until when, and how many commands a minute."""

    name: str
    scopes: tuple[str, ...]
    expires_at: int = NEVER
    commands_per_minute: int | None = None

    def within(self, other: ApiKeyTerms) -> bool:
        """Whether these allow nothing that others do not, nor for longer, nor more at a time."""
        most, here = other.commands_per_minute, self.commands_per_minute
        return (
            allowed_by(self.scopes) <= allowed_by(other.scopes)
            and self.expires_at <= other.expires_at
            and (most is None or (here is not None and here <= most))
        )


def terms_of(body: Mapping[str, Raw], zone: ZoneInfo) -> ApiKeyTerms:
    """A key's terms as they are written: `name`, `scopes`, `expires` (a last day, or a time), `commands_per_minute`.
    Raises Malformed."""
    only(body, {"name", "scopes", "expires", "commands_per_minute"})
    expires, most = body.get("expires"), body.get("commands_per_minute")
    return ApiKeyTerms(
        name=name_of_key(body.get("name"), "/name"),
        scopes=_scopes(body.get("scopes")),
        expires_at=NEVER if expires is None else scalars.last_usable_day(expires, zone, "/expires"),
        commands_per_minute=None if most is None else _commands_per_minute(most),
    )


def name_of_key(raw: Raw, pointer: str) -> str:
    """The name under which a key's commands are journalled. Raises Malformed."""
    name = scalars.text(raw, pointer)
    if len(name) > LONGEST_NAME or "/" in name or name in _RESERVED:
        raise Malformed(
            pointer,
            f"expected at most {LONGEST_NAME} characters without “/”, and no name of jifen's own",
            f"最多 {LONGEST_NAME} 个字符，不含“/”，也不能是 jifen 自用的名称",
        )
    return name


def _scopes(raw: Raw) -> tuple[str, ...]:
    scopes = scalars.texts(raw, "/scopes")
    if not scopes or not set(scopes) <= set(SCOPES):
        known = ", ".join(SCOPES)
        raise Malformed("/scopes", f"expected some of {known}", f"应为以下各项之中的若干：{known}")
    return scopes


def _commands_per_minute(raw: Raw) -> int:
    return scalars.whole(raw, 1, MOST_A_MINUTE, "/commands_per_minute")
