"""Histories that are long after a few events."""

from __future__ import annotations

import pytest

from jifen.intake.judging import deciding, history


def checkpoint_every(patch: pytest.MonkeyPatch, events: int) -> None:
    """Keep a checkpoint behind so many events, so that short histories are judged again from the middle, too."""
    for module in (deciding, history):
        patch.setattr(module, "EVENTS_PER_CHECKPOINT", events)
