"""What a key may allow, as scopes, and which of them a command asks for."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, Literal, get_args

KeyScope = Literal[
    "read",
    "earn",
    "use",
    "write",
    "fulfil",
    "addresses",
    "counter",
    "jobs",
    "keys",
    "webhooks",
    "malls",
    "tokens",
    "actors",
    "programme",
    "audit",
    "codes",
]
"""`read` looks, `earn` tells what members did, `use` lets points go, `write` is every command; `fulfil` takes orders
further, `addresses` sees where they go, `counter` hands them out for a code; `jobs` imports and exports, `keys` makes
and revokes keys, `webhooks` says who is told, `malls` which malls may send orders, `tokens` signs for members, `actors`
says who stands at the till, `programme` publishes versions and corrects the past, `audit` sees who asked what."""
SCOPES: Final[tuple[str, ...]] = get_args(KeyScope)
_WITHIN: Final = MappingProxyType({"write": frozenset({"earn", "use", "fulfil"})})

OF_KIND: Final = MappingProxyType(
    {
        "event": "earn",
        "return": "earn",
        "confirm": "earn",
        "refer": "earn",
        "spend": "use",
        "redeem": "use",
        "use": "use",
        "spin": "use",
        "hold": "use",
        "capture": "use",
        "void": "use",
        "cancel": "use",
        "approve": "fulfil",
        "reschedule": "fulfil",
        "ship": "fulfil",
        "close": "fulfil",
        "pick_up": "fulfil",
        "cancel_order": "fulfil",
        "take_back": "fulfil",
        "transfer": "use",
        "exchange": "use",
        "adjust": "write",
        "revive": "write",
        "merge": "write",
        "unmerge": "write",
        "claim": "write",
        "opening": "write",
        "freeze": "write",
        "unfreeze": "write",
        "set_fact": "write",
        "set_tier": "write",
        "group": "write",
    }
)
"""By kind of command: the least scope that allows it."""


def allowed_by(scopes: Iterable[str]) -> frozenset[str]:
    """Everything that scopes allow, with what lies within them."""
    said = frozenset(scopes)
    return said.union(*(_WITHIN[scope] for scope in said & _WITHIN.keys()))
