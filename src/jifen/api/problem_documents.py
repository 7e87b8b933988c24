"""Problem documents (RFC 9457): a problem as it is told."""

from __future__ import annotations

from typing import Any

from jifen.api.problem import Problem
from jifen.api.problems import OTHERS
from jifen.api.refused import NOT_POSSIBLE, STATUS
from jifen.ledger.refusals import REFUSALS
from jifen.programme.problems import Problem as DocumentProblem
from jifen.wording import Said


def problem_document(problem: Problem, language: str, request_id: str) -> dict[str, Any]:
    """What a problem is told as, in a language."""
    told: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": title_of(problem.code).told_in(language),
        "status": problem.status,
        "code": problem.code,
        "detail": problem.said.told_in(language),
        "request_id": request_id,
    }
    if problem.pointer:
        told["pointer"] = problem.pointer
    if problem.figures:
        told["figures"] = dict(problem.figures)
    if problem.usable:
        told["usable"] = dict(problem.usable)
    if problem.in_document:
        told["problems"] = [_to_mend(one, language) for one in problem.in_document]
    return told


def _to_mend(problem: DocumentProblem, language: str) -> dict[str, Any]:
    """One thing to mend in a document, with its place."""
    suggestion = problem.suggestion and problem.suggestion.told_in(language)
    return {
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message.told_in(language),
        "suggestion": suggestion,
    }


def title_of(code: str) -> Said:
    """What a code means, whatever it is about."""
    refusal = REFUSALS.get(code)
    return Said(refusal.en, refusal.zh) if refusal else OTHERS[code]().said


def status_of(code: str) -> int:
    """With which status a code is answered."""
    return STATUS.get(code, NOT_POSSIBLE) if code in REFUSALS else OTHERS[code]().status
