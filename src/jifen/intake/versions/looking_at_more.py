"""What a new version lets time look at of which no earlier one spoke, or the one before forbade it: members are looked
at once for it."""

from __future__ import annotations

from collections.abc import Sequence

from jifen.intake.versions.promises import promises_more
from jifen.programme.events import occasions_of
from jifen.programme.model import Programme, TierPeriod


def looks_at_more(newest: Programme, earlier: Sequence[Programme], than: Programme) -> bool:
    """Whether a document asks for days or balances for which no earlier one asked, or promises notices that the one
    before it, `than`, does not, or lets idleness end points on tiers that this one spares."""
    days = {kind for one in earlier for kind in occasions_of(one)}
    periods = {period for one in earlier for period in _looked_at(one)}
    return (
        bool(occasions_of(newest) - days)
        or bool(_looked_at(newest) - periods)
        or promises_more(newest, than)
        or bool(_spared(than) - _spared(newest))
    )


def _spared(document: Programme) -> set[tuple[str, str]]:
    """The tiers on which idleness ends no points, with their currency."""
    return {
        (currency.id, tier)
        for currency in document.currencies
        if currency.extension is not None
        for tier in currency.extension.spares
    }


def _looked_at(document: Programme) -> set[TierPeriod | None]:
    """The period at whose end the ladder looks at a balance, if it does."""
    tiers = document.tiers
    return {tiers.period} if tiers and tiers.balances else set()
