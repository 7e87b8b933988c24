"""Keys on the command line: told once, shown by their letters, rotated and revoked."""

from __future__ import annotations

import json
from collections.abc import Callable

Jifen = Callable[..., str]


def test_a_key_is_made_shown_rotated_and_revoked(club: Jifen) -> None:
    made = json.loads(
        club("key", "make", "till-5", "--scope", "earn", "--scope", "use", "--per-minute", "600", "--json")
    )  # fmt: skip
    assert (made["name"], made["scopes"], made["made_by"]) == (
        "till-5",
        ["earn", "use"],
        "command line",
    )
    assert made["key"].startswith(f"jifen_{made['id']}_")
    page = club("key", "show", made["key"])
    assert "600" in page
    assert "command line" in page
    assert made["key"].removeprefix(f"jifen_{made['id']}_") not in page + club("key", "list")
    taken = club("key", "make", "till-5", code=1)
    assert "there is a key till-5 in force already" in taken
    renewed = json.loads(club("key", "rotate", made["id"], "--overlap", "0", "--json"))
    assert (renewed["name"], renewed["scopes"]) == ("till-5", ["earn", "use"])
    assert renewed["commands_per_minute"] == 600
    again = club("key", "rotate", made["id"], code=1)
    assert f"there is no key {made['id']} in force" in again
    assert "revoked" in club("key", "revoke", renewed["key"])
    shown = json.loads(club("key", "show", renewed["id"], "--json"))
    assert (shown["revoked_by"], shown["revoked_at"] is None) == ("command line", False)
    assert "key" not in shown
    club("key", "revoke", renewed["id"], code=1)


def test_no_key_bears_a_name_of_jifens_own(club: Jifen) -> None:
    for name in ("clock", "command line", "mall", "a/b"):
        assert "/name" in club("key", "make", name, code=1)
