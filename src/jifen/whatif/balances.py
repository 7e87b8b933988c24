"""Ladders that look at a balance of which history has nothing: what a draft would have left there is not known."""

from __future__ import annotations

from collections.abc import Iterable

from jifen.engine.errors import EngineError
from jifen.programme.model import Programme, TierPeriod
from jifen.wording import Said


def check_balances(document: Programme, published: Iterable[Programme]) -> None:
    """Raises EngineError for a document whose ladder looks at balances that no published version had noted: uses of
    points are no events, so that what is left under other rules cannot be told."""
    noted = {one for version in published for one in _looked_at(version)}
    for currency, _ in _looked_at(document) - noted:
        raise EngineError(
            Said(
                f"The ladder looks at the balance of '{currency}', which was not noted in this history: "
                "what a draft would have left there cannot be told.",
                f"等级看“{currency}”的余额，而这段历史里没有记下它：草稿会留下多少余额无从得知。",
            ),
            Said(
                "replay the draft with a measure by what is earned, or publish it first",
                "请改用按所得评定的指标推演，或先发布再推演",
            ),
        )


def _looked_at(document: Programme) -> set[tuple[str, TierPeriod | None]]:
    tiers = document.tiers
    return {(currency, tiers.period) for currency in tiers.balances} if tiers else set()
