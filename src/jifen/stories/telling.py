"""How a story went, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.proof.differences import Language
from jifen.stories.running import Failure, Outcome
from jifen.stories.words import Wording, wording


def told(outcome: Outcome, language: Language = "en") -> Iterator[str]:
    """A line for a story that holds; else each step that failed, what was expected, what came, and why."""
    words = wording(language)
    story = outcome.story
    if outcome.holds:
        yield f"✓ {story.title}"
        return
    yield f"✗ {story.title}"
    for failure in outcome.failures:
        yield from _failure(failure, outcome, words)


def _failure(failure: Failure, outcome: Outcome, words: Wording) -> Iterator[str]:
    file = outcome.story.file
    if failure.step is None:
        yield f"  {file}:{outcome.story.line}: {words.proof}"
        yield from (f"    {mismatch.got}" for mismatch in failure.mismatches)
        return
    doing = failure.step.verb or words.look
    yield f"  {file}:{failure.step.line}: {words.step} {failure.step.number} ({doing})"
    for mismatch in failure.mismatches:
        yield f"    {words.line} {mismatch.line}: {mismatch.path}"
        yield f"      {words.expected}{mismatch.expected}"
        yield f"      {words.got}{mismatch.got}"
    for sentence in failure.why:
        yield f"    {words.why} {sentence}"
