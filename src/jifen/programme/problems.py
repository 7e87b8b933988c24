"""What is wrong with a document: where, what, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from textwrap import shorten
from typing import Protocol

LONGEST_MESSAGE = 300
MOST_PROBLEMS = 100


class Place(Protocol):
    """Anything that knows where it stands in the document (lines and columns count from 1)."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path` is as in `earn[3].when` (counted from 1); empty for the whole document."""

    file: str
    line: int
    column: int
    path: str
    message: str
    suggestion: str | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        said = f"{self.path}: {self.message}" if self.path else self.message
        line = f"{where} {said} ({self.suggestion})" if self.suggestion else f"{where} {said}"
        return " ".join(line.split())  # what is quoted from the document may hold line breaks


class ProgrammeError(Exception):
    """A document that cannot be used; `problems` in the order in which they stand there."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Wrong(Exception):
    """Said by a reader of one value; whoever reads the section turns it into a Problem."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


@dataclass(slots=True)
class Problems:
    """The problems of one document, as they are found; from the hundredth on nobody reads them."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str, suggestion: str | None = None) -> None:
        said = shorten(message, LONGEST_MESSAGE, placeholder=" …")
        self.found.append(
            Problem(self.file, place.line, place.column, place.path, said, suggestion)
        )

        if len(self.found) == MOST_PROBLEMS:
            raise ProgrammeError(self.found)

    def raise_if_any(self) -> None:
        if self.found:
            raise ProgrammeError(self.found)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A suggestion, if some known word is close."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def one_of(known: Iterable[str]) -> str:
    """`a, b or c`."""
    *first, last = known
    return f"{', '.join(first)} or {last}" if first else last
