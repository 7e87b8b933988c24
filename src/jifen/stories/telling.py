"""How a story went, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.proof.differences import Language
from jifen.stories.running import Failure, Outcome
from jifen.stories.words import wording


def told(outcome: Outcome, language: Language = "en") -> Iterator[str]:
    """A line for a story that holds; else each step that failed, what was expected, what came, and why. Later
    steps about members who had already gone astray are only numbered: what they show mostly follows."""
    words = wording(language)
    story = outcome.story
    if outcome.holds:
        yield f"✓ {story.title}"
        return
    yield f"✗ {story.title}"
    astray: frozenset[str] = frozenset()
    following: list[str] = []
    for failure in outcome.failures:
        if failure.step and failure.members and failure.members <= astray:
            following.append(str(failure.step.number))
            continue
        astray |= failure.members
        yield from _failure(failure, outcome, language)
    if following:
        yield f"  {words.following} {words.comma.join(following)}"


def _failure(failure: Failure, outcome: Outcome, language: Language) -> Iterator[str]:
    words, file = wording(language), outcome.story.file
    if failure.step is None:
        yield f"  {file}:{outcome.story.line}: {words.proof}"
        yield from (f"    {mismatch.got.told_in(language)}" for mismatch in failure.mismatches)
        return
    doing = failure.step.verb or words.look
    yield f"  {file}:{failure.step.line}: {words.step} {failure.step.number} ({doing})"
    for mismatch in failure.mismatches:
        yield f"    {words.line} {mismatch.line}: {mismatch.path}"
        yield f"      {words.expected}{mismatch.expected.told_in(language)}"
        yield f"      {words.got}{mismatch.got.told_in(language)}"
    for sentence in failure.why:
        yield f"    {words.why} {sentence}"
