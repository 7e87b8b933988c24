"""Which rules move the points, and which members they move farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jifen.instants import date_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Programme
from jifen.programme.sentences import clauses
from jifen.whatif.report import Both, BudgetTotal, Moved, Mover, RuleTotal
from jifen.whatif.running import Judged, Replay
from jifen.wording import Said

if TYPE_CHECKING:
    from jifen.whatif.history import Integers

_MOST = 12
_RULES_OF_A_MEMBER = 4

Component = tuple[str, str]  # name, currency


def rule_totals(programme: OpenProgramme, replay: Replay) -> list[RuleTotal]:
    """What each rule and multiplier gave on either side, those that move most first."""
    counted = [
        {
            component: int(values[replay.counted].sum())
            for component, values in _by_component(side).items()
        }
        for side in (replay.published, replay.draft)
    ]
    said = _Sentences(programme.programme, replay.document)
    totals = [
        RuleTotal(
            id=component[0],
            name=said.name(component[0]),
            currency=component[1],
            points=Both(*(side.get(component, 0) for side in counted)),
            published=said.published(component[0]),
            draft=said.draft(component[0]),
        )
        for component in dict.fromkeys([*counted[0], *counted[1]])
    ]
    return sorted(totals, key=lambda total: -abs(total.points.difference))


def movers(
    programme: OpenProgramme,
    replay: Replay,
    difference: Integers,
    of_members: list[Integers],
    tiers: tuple[list[str], list[str]],
) -> tuple[list[Mover], list[Mover]]:
    """The members who gain most, and those who lose most, each with the rules that do it."""
    order = np.argsort(difference, kind="stable")
    losing = [int(place) for place in order[:_MOST] if difference[place] < 0]
    gaining = [int(place) for place in order[::-1][:_MOST] if difference[place] > 0]
    said = _Sentences(programme.programme, replay.document)
    main = next(
        (c.id for c in programme.programme.currencies if c.spendable),
        programme.programme.currencies[0].id,
    )
    sides = [_by_component(side) for side in (replay.published, replay.draft)]
    who = replay.history.members[replay.counted]

    def mover(place: int) -> Mover:
        own = replay.counted[who == place]
        given = [
            {
                component: int(values[own].sum())
                for component, values in side.items()
                if component[1] == main
            }
            for side in sides
        ]
        by = [
            Moved(
                id=component[0],
                name=said.name(component[0]),
                points=Both(*(side.get(component, 0) for side in given)),
                published=said.published(component[0]),
                draft=said.draft(component[0]),
            )
            for component in dict.fromkeys([*given[0], *given[1]])
        ]
        moved = sorted(by, key=lambda one: -abs(one.points.difference))
        return Mover(
            member=replay.history.names[place],
            points=Both(*(int(side[place]) for side in of_members)),
            tier_published=tiers[0][place] if tiers[0] else None,
            tier_draft=tiers[1][place] if tiers[1] else None,
            by=[one for one in moved[:_RULES_OF_A_MEMBER] if one.points.difference],
        )

    return [mover(place) for place in gaining], [mover(place) for place in losing]


def _by_component(side: Judged) -> dict[Component, Integers]:
    """Points event by event, components of one name and currency together."""
    found: dict[Component, Integers] = {}
    for name, currency, values in zip(side.names, side.currencies, side.given, strict=True):
        key = name, side.engine.currencies[currency]
        found[key] = found[key] + values if key in found else values
    return found


def budget_totals(programme: OpenProgramme, replay: Replay) -> list[BudgetTotal]:
    """Every budget of the draft or of what is published, as its newest version names it."""
    said = _Sentences(programme.programme, replay.document)
    sides = (replay.published, replay.draft)
    named = [
        {rule.id: rule.budget for rule in document.rules if rule.budget is not None}
        for document in (programme.programme, replay.document)
    ]
    days = [
        {rule: date_of(int(replay.history.days[place])) for rule, place in side.closings.items()}
        for side in sides
    ]
    return [
        BudgetTotal(
            id=rule,
            name=said.name(rule),
            currency=(named[1].get(rule) or named[0][rule]).currency,
            budget=Both(*(of[rule].points if rule in of else 0 for of in named)),
            given=Both(*(int(side.of_rule(rule).sum()) for side in sides)),
            closed_published=days[0].get(rule),
            closed_draft=days[1].get(rule),
        )
        for rule in dict.fromkeys([*named[0], *named[1]])
    ]


class _Sentences:
    """What a component is called and what is said of it, in the published document and in the draft."""

    def __init__(self, published: Programme, draft: Programme) -> None:
        self._names = _names(published) | _names(draft)
        self._published, self._draft = _sentences(published), _sentences(draft)

    def name(self, component: str) -> Said:
        """Its name; of one without a name what it does. `component` may have a currency behind it."""
        id = component.partition(" ")[0]
        said = self._names.get(id) or self.draft(id) or self.published(id) or Said(id, id)
        return Said(said.en.removesuffix("."), said.zh.removesuffix("。"))

    def published(self, component: str) -> Said | None:
        return self._published.get(component.partition(" ")[0])

    def draft(self, component: str) -> Said | None:
        return self._draft.get(component.partition(" ")[0])


def _names(programme: Programme) -> dict[str, Said]:
    """Rules and the multipliers of tiers by what people call them; those without a name are not here."""
    named = {rule.id: rule.name for rule in programme.rules if rule.name}
    for tier in programme.tiers.ladder if programme.tiers else ():
        named[f"tier:{tier.id}"] = tier.name
    return {id: Said(name.en, name.zh) for id, name in named.items()}


def _sentences(programme: Programme) -> dict[str, Said]:
    """The sentence of every rule, of the promise that it is a part of, or of the tier that multiplies."""
    of_section: dict[tuple[str, str], Said] = {}
    zh, en = (clauses(programme, language) for language in ("zh", "en"))
    for chinese, english in zip(zh, en, strict=True):
        of_section[chinese.section, chinese.id] = Said(english.sentence, chinese.sentence)
    asked = [
        (
            rule.id,
            ("referral", rule.referral) if rule.referral else ("earn", rule.receives or rule.id),
        )
        for rule in programme.rules
    ]
    ladder = programme.tiers.ladder if programme.tiers else ()
    asked += [(f"tier:{tier.id}", ("tiers", tier.id)) for tier in ladder]
    return {id: of_section[place] for id, place in asked if place in of_section}
