"""Addresses whose parts may hold any letters: they are told apart as they were sent, and unquoted part by part.

Servers hand out a path that is unquoted as a whole, in which the slash of an id looks like one between parts.
"""

from __future__ import annotations

from urllib.parse import unquote

from litestar.types import ASGIApp, Receive, Scope, Send

from jifen.api import wire


def path_as_sent(scope: wire.Scope) -> str:
    """The path with everything quoted that was."""
    return str(scope["raw_path"].decode("ascii", "replace"))


def unquoting(app: ASGIApp) -> ASGIApp:
    """The same routes, told what the parts of their paths say in plain letters."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path_params"].items()
        scope["path_params"] = {name: unquote(part) for name, part in parts}
        await app(scope, receive, send)

    return told
