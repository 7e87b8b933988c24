"""What the engine refuses."""


class EngineError(ValueError):
    """A programme that cannot be compiled, or an event that its plan cannot take; says why in a sentence."""
