"""What is wrong with a file as a whole."""

from __future__ import annotations


class FileProblem(Exception):
    """A file that cannot be read at all. `message` says why in one line, `hint` what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} ({hint})" if hint else message)
        self.message = message
        self.hint = hint
