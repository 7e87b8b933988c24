"""What the engine refuses."""

from __future__ import annotations

from jifen.wording import Mendable


class EngineError(Mendable, ValueError):
    """A programme that cannot be compiled, or an event that its plan cannot take; says why in a sentence."""
