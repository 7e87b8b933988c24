"""Chance that is the same for ever: a draw is made of the ids of programme, rule and event, nothing else."""

from __future__ import annotations

import hashlib

from jifen.programme.ways import DRAWS


def draw(programme_id: str, rule_id: str, event_id: str) -> int:
    """A number from 0 up to DRAWS − 1, each as likely as the others; rules draw independently."""
    ids = "\0".join((programme_id, rule_id, event_id))
    drawn = int.from_bytes(hashlib.sha256(ids.encode()).digest()[:8], "big")
    return drawn * DRAWS >> 64
