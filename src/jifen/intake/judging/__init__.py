"""Deciding in memory: what commands, returns and late events do to one member's case."""
