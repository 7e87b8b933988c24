"""What is answered in the place of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from jifen.programme.problems import Problem as DocumentProblem
from jifen.wording import Said


class Problem(Exception):
    """A status, a stable code, and a sentence that says what to do. `pointer` names the field, `figures` the numbers of
    a refusal, `usable` what of each currency a refused quote could have used, `in_document` what of a programme's
    document is to be mended."""

    def __init__(
        self,
        status: int,
        code: str,
        said: Said,
        *,
        pointer: str = "",
        figures: Mapping[str, str] = MappingProxyType({}),
        usable: Mapping[str, int | str] = MappingProxyType({}),
        retry_after_seconds: int | None = None,
        replayed: bool = False,
        in_document: Sequence[DocumentProblem] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {said}")
        self.status = status
        self.code = code
        self.said = said
        self.pointer = pointer
        self.figures = figures
        self.usable = usable
        self.replayed = replayed
        self.retry_after_seconds = retry_after_seconds
        self.in_document = in_document
