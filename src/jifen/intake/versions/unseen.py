"""Corrections that came once a member was merged: what it was given stands, and is judged without them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from jifen.intake.versions.opening import OpenProgramme


def corrected_since(
    programme: OpenProgramme, revision: int, last_occurred_at: int
) -> dict[int, int]:
    """The corrections behind a revision that touch a past which goes until an instant: since when each holds."""
    return {
        later: since
        for later, since in programme.corrections
        if revision < later and since <= last_occurred_at
    }


def unseen_by(
    programme: OpenProgramme, revision: int, last_occurred_at: int, *, merged: bool
) -> frozenset[int]:
    """The corrections without which a member is judged who was last judged under a revision: while merged, all later
    ones that touch its past."""
    if not merged:
        return frozenset()
    return frozenset(corrected_since(programme, revision, last_occurred_at))


def without(programme: OpenProgramme, unseen: Collection[int]) -> OpenProgramme:
    """A programme as if some of its corrections had never been."""
    if not unseen:
        return programme
    return replace(programme, engine=programme.engine.without(unseen))
