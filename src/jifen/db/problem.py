"""What is wrong with the database, in words for the person who runs it."""

from __future__ import annotations

from jifen.wording import Mendable


class DatabaseProblem(Mendable):
    """The database cannot be used."""
