"""Names and notices that are the same in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.programme.lints.finding import Finding, of_rule
from jifen.programme.model import Programme
from jifen.programme.rules import Notify
from jifen.programme.saying.naming import Name
from jifen.wording import Said


def missing_translations(programme: Programme) -> Iterator[Finding]:
    """The names of things first, then what rules tell."""
    named: list[tuple[str, Name]] = [("name", programme.name)]
    named += [(f"currencies.{one.id}", one.name) for one in programme.currencies]
    named += [(f"codes.{one.id}", one.name) for one in programme.code_pools]
    named += [(f"draws.{one.id}", one.name) for one in programme.draws]
    if programme.tiers:
        named += [(f"tiers.{tier.id}", tier.name) for tier in programme.tiers.ladder]
    for place, name in named:
        if name.zh == name.en:
            said = Said(f"is called '{name.en}' in both languages", f"中英文都叫“{name.en}”")
            yield Finding("missing-translation", place, 0, said)
    for rule in programme.rules:
        if isinstance(rule.action, Notify) and rule.action.words.zh == rule.action.words.en:
            en, zh = "tells the same words in both languages", "的中英文通知一字不差"
            yield of_rule("missing-translation", rule, en, zh)
