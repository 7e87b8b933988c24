"""Which rules move the points, and which members they move farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Programme
from jifen.programme.sentences import clauses
from jifen.whatif.report import Both, Moved, Mover, RuleTotal
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
            currency=component[1],
            points=Both(*(side.get(component, 0) for side in counted)),
            said=said(component[0]),
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
                points=Both(*(side.get(component, 0) for side in given)),
                said=said(component[0]),
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


class _Sentences:
    """What a component is, by the draft's sentence of it, else by the published one."""

    def __init__(self, published: Programme, draft: Programme) -> None:
        self.said: dict[str, Said] = {}
        for programme in (published, draft):
            zh, en = (clauses(programme, language) for language in ("zh", "en"))
            for chinese, english in zip(zh, en, strict=True):
                prefix = "tier:" if chinese.section == "tiers" else ""
                if chinese.section in ("earn", "tiers") and chinese.id:
                    self.said[prefix + chinese.id] = Said(english.sentence, chinese.sentence)

    def __call__(self, name: str) -> Said:
        """`name` may have a currency behind it."""
        return self.said.get(name) or self.said.get(name.partition(" ")[0]) or Said(name, name)
