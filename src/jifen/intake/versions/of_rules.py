"""What the rules of a timeline bring with them, so that what few programmes have costs the others nothing."""

from __future__ import annotations

from functools import cached_property

from jifen.engine.compile import Engine
from jifen.programme.bringing import rewards_referrers
from jifen.programme.events import (
    HOUSEHOLD,
    occasions_of,
    own_events_of,
    points_events_of,
)
from jifen.programme.rules import Notify


class OfRules:
    """What is so in any version of a timeline."""

    engine: Engine

    @cached_property
    def referring(self) -> bool:
        """Whether members may bring others, in any version."""
        return any(rewards_referrers(plan.programme) for plan in self.engine.plans.values())

    @cached_property
    def derives(self) -> bool:
        """Whether deeds of members may bring about something for others, in any version."""
        rules = (rule for plan in self.engine.plans.values() for rule in plan.rules)
        return any(rule.derives is not None for rule in rules)

    @cached_property
    def relations(self) -> frozenset[str]:
        """The facts that say who is something to a member, in any version."""
        known = (fact for plan in self.engine.plans.values() for fact in plan.programme.facts)
        return frozenset(fact.name for fact in known if fact.kind == "member")

    @cached_property
    def gives_to_households(self) -> bool:
        """Whether rules give to the household of whoever did something, in any version."""
        rules = (rule for plan in self.engine.plans.values() for rule in plan.rules)
        return any(rule.to == HOUSEHOLD for rule in rules)

    @cached_property
    def notifies(self) -> bool:
        """Whether rules tell members something in words, in any version."""
        rules = (rule for plan in self.engine.plans.values() for rule in plan.rules)
        return any(isinstance(rule.action, Notify) for rule in rules)

    @cached_property
    def occasions(self) -> frozenset[str]:
        """The types of events made by the clock that rules are about, in any version."""
        return frozenset().union(
            *(occasions_of(plan.programme) for plan in self.engine.plans.values())
        )

    @cached_property
    def own_events(self) -> frozenset[str]:
        """The types of events made of a member's own history that rules are about, in any version."""
        return frozenset().union(
            *(own_events_of(plan.programme) for plan in self.engine.plans.values())
        )

    @cached_property
    def points_events(self) -> frozenset[str]:
        """The types of events made of what becomes of a member's points that rules are about, in any version."""
        return frozenset().union(
            *(points_events_of(plan.programme) for plan in self.engine.plans.values())
        )

    @cached_property
    def taking(self) -> frozenset[str]:
        """The types of events on which rules take points, in any version."""
        rules = (rule for plan in self.engine.plans.values() for rule in plan.rules)
        return frozenset(rule.on for rule in rules if rule.takes)

    @cached_property
    def with_codes(self) -> bool:
        """Whether rewards come with codes, in any version."""
        rewards = (one for plan in self.engine.plans.values() for one in plan.programme.rewards)
        return any(
            one.reward is not None and one.reward.handed_out.codes is not None for one in rewards
        )

    @property
    def sends(self) -> bool:
        """Whether what is judged or posted may put something into inboxes."""
        return self.derives or bool(self.own_events or self.points_events)
