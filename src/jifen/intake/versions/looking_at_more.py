"""What a new version lets time look at of which no earlier one spoke: members are looked at once for it."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.versions.promises import promises_more
from jifen.programme.events import occasions_of
from jifen.programme.model import Programme, TierPeriod


def looks_at_more(newest: Programme, earlier: Sequence[Programme], than: Programme) -> bool:
    """Whether a document asks for days or balances for which no earlier one asked, or promises notices that the one
    before it, `than`, does not."""
    days = {kind for one in earlier for kind in occasions_of(one)}
    periods = {period for one in earlier for period in _looked_at(one)}
    return (
        bool(occasions_of(newest) - days)
        or bool(_looked_at(newest) - periods)
        or promises_more(newest, than)
    )


def _looked_at(document: Programme) -> set[TierPeriod | None]:
    """The period at whose end the ladder looks at a balance, if it does."""
    tiers = document.tiers
    return {tiers.period} if tiers and tiers.balances else set()
