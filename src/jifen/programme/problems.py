"""What is wrong with a document: where, what, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from jifen.wording import Said

LONGEST_MESSAGE = 300
MOST_TOLD = 8
MOST_KEYS_TOLD = 12
"""Of so many words, and of so many keys, all are told where none is close."""
MOST_PROBLEMS = 100


class Place(Protocol):
    """Anything that knows where it stands in the document (lines and columns count from 1)."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def path(self) -> str: ...


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend. `path` is as in `earn[3].when` (counted from 1); empty for the whole document."""

    file: str
    line: int
    column: int
    path: str
    message: Said
    suggestion: Said | None = None

    def __str__(self) -> str:
        return self.told().en

    def told(self) -> Said:
        """Place, message and suggestion in one line."""
        where = f"{self.file}:{self.line}:{self.column} "
        said = self.message.of(self.path) if self.path else self.message
        en, zh = where + said.en, where + said.zh
        if self.suggestion:
            en, zh = f"{en} ({self.suggestion.en})", f"{zh}（{self.suggestion.zh}）"
        return Said(_in_one_line(en), _in_one_line(zh))


def _in_one_line(written: str) -> str:
    return " ".join(written.split())  # what is quoted from the document may hold line breaks


class ProgrammeError(Exception):
    """A document that cannot be used; `problems` in the order in which they stand there."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Wrong(Exception):
    """Said by a reader of one value; whoever reads the section turns it into a Problem."""

    def __init__(self, message: Said, suggestion: Said | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.suggestion = suggestion


@dataclass(slots=True)
class Problems:
    """The problems of one document, as they are found; from the hundredth on nobody reads them."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: Said, suggestion: Said | None = None) -> None:
        where = (self.file, place.line, place.column, place.path)
        problem = Problem(*where, _short(message), suggestion)
        if problem in self.found:
            return  # parts of one rule may be wrong alike
        self.found.append(problem)
        if len(self.found) == MOST_PROBLEMS:
            raise ProgrammeError(self.found)

    def raise_if_any(self) -> None:
        if self.found:
            raise ProgrammeError(self.found)


def _short(said: Said) -> Said:
    return Said(_cut(said.en), _cut(said.zh))


def _cut(written: str) -> str:
    line = _in_one_line(written)
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 2]} …"


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> Said | None:
    """A suggestion, if some known word is close."""
    from difflib import get_close_matches  # only where something is wrong

    close = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return Said(f"did you mean '{close[0]}'?", f"是否应为“{close[0]}”？") if close else None


def which_key(word: str, known: Sequence[str]) -> Said | None:
    """As `which_of`, for keys: these are short, so that half a likeness says nothing."""
    if (close := did_you_mean(word, known, 0.65)) or not 0 < len(known) <= MOST_KEYS_TOLD:
        return close
    words = one_of(known)
    return Said(f"keys here: {words.en}", f"这里可用的键：{words.zh}")


def which_of(word: str, known: Sequence[str]) -> Said | None:
    """A suggestion: the known word that is close, else all of them where they are few."""
    if (close := did_you_mean(word, known)) or not 0 < len(known) <= MOST_TOLD:
        return close
    words = one_of(known)
    return Said(f"write {words.en}", f"可写 {words.zh}")


def one_of(known: Iterable[str]) -> Said:
    """`a, b or c`."""
    *first, last = known
    if not first:
        return Said(last, last)
    return Said(f"{', '.join(first)} or {last}", f"{'、'.join(first)} 或 {last}")
