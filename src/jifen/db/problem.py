"""What is wrong with the database, in words for the person who runs it."""

from __future__ import annotations


class DatabaseProblem(Exception):
    """The database cannot be used. `message` says what is wrong, `hint` what to do; one line each."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[DatabaseProblem], tuple[str, str]]:
        return DatabaseProblem, (self.message, self.hint)  # it may come from another process
