"""Waiting for what other processes do."""

from __future__ import annotations

import threading
from collections.abc import Callable


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something, for a minute at most."""
    for _ in range(6_000):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"never: {what}")
