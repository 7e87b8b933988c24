"""Ladders that look at a balance of which history has nothing, where it cannot be worked out what is left."""

from __future__ import annotations

from collections.abc import Iterable

from jifen.engine.errors import EngineError
from jifen.programme.model import Programme, TierPeriod
from jifen.wording import Said


def check_balances(
    document: Programme, published: Iterable[Programme], lived: Iterable[str] = ()
) -> None:
    """Raises EngineError for a document whose ladder looks at balances that no published version had noted, of other
    currencies than those whose points are `lived` through."""
    noted, known = {one for version in published for one in _looked_at(version)}, set(lived)
    for currency, _ in _looked_at(document) - noted:
        if currency in known:
            continue
        raise EngineError(
            Said(
                f"The ladder looks at the balance of '{currency}', which was not noted in this history: "
                "what would have been left there cannot be told.",
                f"等级看“{currency}”的余额，而这段历史里没有记下它：会留下多少余额无从得知。",
            ),
            Said(
                "take a measure by what is earned, or publish it first",
                "请改用按所得评定的指标，或先发布",
            ),
        )


def _looked_at(document: Programme) -> set[tuple[str, TierPeriod | None]]:
    tiers = document.tiers
    return {(currency, tiers.period) for currency in tiers.balances} if tiers else set()
