"""What is wrong with a file as a whole."""

from __future__ import annotations

from jifen.wording import Mendable


class FileProblem(Mendable):
    """A file that cannot be read at all."""
