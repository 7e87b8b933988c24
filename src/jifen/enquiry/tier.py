"""Where a member stands on the ladder, and what is missing to the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from jifen.engine.layout import TIER
from jifen.engine.plan import Plan
from jifen.instants import NEVER, date_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Benefit, Tier, Tiers
from jifen.programme.requirement import AllReached, AtLeast, Requirement
from jifen.programme.saying.benefit_words import brings
from jifen.wording import Said


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What a tier takes and how much of it is missing: of one measure, in its smallest unit, or of several
    `parts` joined by `all` or `any`."""

    joined: Literal["all", "any"] | None = None
    parts: list[Need] = []
    measure: str | None = None
    needed: int = 0
    missing: int = 0

    @property
    def met(self) -> bool:
        """Whether nothing is missing."""
        match self.joined:
            case "all":
                return all(part.met for part in self.parts)
            case "any":
                return any(part.met for part in self.parts)
            case None:
                return self.missing == 0


class BenefitView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the tier brings. `service`: a flag of service; `each` and `times`: how often it is granted;
    `worth`: of one of them, in the smallest unit of money."""

    id: str
    zh: str
    en: str
    service: bool
    each: str | None
    times: int
    worth: int | None


class MultiplierView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules give is multiplied by numerator / denominator."""

    rules: list[str]
    numerator: int
    denominator: int


class TierView(msgspec.Struct, frozen=True, kw_only=True):
    """A member's tier on a local day.

    `measured` is what counts in the ladder's window so far, by measure as the document writes it, in its
    smallest unit; `to_next` is what the next tier takes, and `to_keep` what the present one takes at the end
    of its period, of which nothing counts that will have left the window by then. `until` is its last day,
    None if it stays. `multiplies`, `reward_discount_percent` and `benefits` are what it brings, and `brings` all
    of that in words.
    """

    id: str
    until: dt.date | None
    measured: dict[str, int]
    next: str | None
    to_next: Need | None
    to_keep: Need | None
    multiplies: MultiplierView | None
    reward_discount_percent: int
    benefits: list[BenefitView]
    brings: list[Said]


def tier_view(
    programme: OpenProgramme, state: Sequence[int], day: int, now: int
) -> TierView | None:
    """The tier of a state on a day by the version in force; None if it has no ladder."""
    plan = programme.engine.plan_at(now)
    tiers = plan.programme.tiers
    if tiers is None:
        return None
    row, out = list(state), plan.new_out()
    plan.step(row, plan.encoder.look(day), [[] for _ in plan.line_columns], 0, 0, out)
    rank = plan.tier_codes.index(plan.tier(out))
    until = plan.tier_end(row, day)
    measured = {measure.word: plan.measure(measure, row, day) for measure in tiers.measures}
    above = tiers.ladder[rank + 1] if rank + 1 < len(tiers.ladder) else None
    return TierView(
        id=tiers.ladder[rank].id,
        until=None if until == NEVER else date_of(until),
        measured=measured,
        next=above.id if above else None,
        to_next=need(above.reach, measured) if above else None,
        to_keep=_to_keep(plan, tiers, rank, row) if _is_judged(plan, row, out) else None,
        multiplies=_multiplier(tiers.ladder[rank]),
        reward_discount_percent=tiers.ladder[rank].reward_discount_percent,
        benefits=[_benefit(one) for one in tiers.ladder[rank].benefits],
        brings=[
            Said(en, zh)
            for en, zh in zip(
                brings(plan.programme, tiers.ladder[rank], "en"),
                brings(plan.programme, tiers.ladder[rank], "zh"),
                strict=True,
            )
        ],
    )


def _multiplier(tier: Tier) -> MultiplierView | None:
    if tier.multiplies is None:
        return None
    return MultiplierView(
        rules=list(tier.multiplies.rules),
        numerator=tier.multiplies.numerator,
        denominator=tier.multiplies.denominator,
    )


def _benefit(benefit: Benefit) -> BenefitView:
    return BenefitView(
        id=benefit.id,
        zh=benefit.name.zh,
        en=benefit.name.en,
        service=benefit.service,
        each=benefit.each,
        times=benefit.times,
        worth=benefit.worth,
    )


def _to_keep(plan: Plan, tiers: Tiers, rank: int, row: Sequence[int]) -> Need:
    judged = {measure.word: plan.judged(measure, row) for measure in tiers.measures}
    return need(tiers.ladder[rank].keep, judged)


def _is_judged(plan: Plan, row: Sequence[int], out: Sequence[int]) -> bool:
    """Whether the tier ends unless it is kept: it was reached, not bought or given."""
    return row[plan.layout.place(TIER)] == out[0] and plan.tier_until(row) != NEVER


def need(requirement: Requirement, measured: Mapping[str, int]) -> Need:
    """How far a requirement is from being met."""
    if isinstance(requirement, AtLeast):
        word, value = requirement.measure.word, requirement.value
        return Need(measure=word, needed=value, missing=max(0, value - measured[word]))
    parts = [need(part, measured) for part in requirement.parts]
    return Need(joined="all" if isinstance(requirement, AllReached) else "any", parts=parts)
