"""A programme in sentences, one for each thing it promises, in Chinese or English."""

from __future__ import annotations

import re

from jifen.programme import conditions_en, conditions_zh, wording_en, wording_zh
from jifen.programme.amounts import Language
from jifen.programme.condition import Condition
from jifen.programme.model import Multiply, Programme, Rule

_QUOTED = re.compile("(“[^”]*”)")
_SEAM = re.compile("(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])")


def sentences(programme: Programme, language: Language) -> list[str]:
    """Currencies, base, rules, groups, multipliers, limits and tiers, in document order."""
    wording = wording_zh if language == "zh" else wording_en
    said = [wording.currency_sentence(programme, currency) for currency in programme.currencies]
    said.append(wording.base_sentence(programme))
    said += [wording.rule_sentence(programme, rule) for rule in programme.rules]
    said += [wording.group_sentence(programme, group) for group in programme.groups]
    if _several_multipliers(programme):
        said.append(wording.combine_sentence(programme))
    said += [wording.limit_sentence(programme, limit) for limit in programme.limits]
    if tiers := programme.tiers:
        said.append(wording.tiers_sentence(programme, tiers))
        said += [wording.tier_sentence(programme, tiers, tier) for tier in tiers.ladder]
    return [_spaced(sentence) for sentence in said if sentence]


def rule_sentence(programme: Programme, rule: Rule, language: Language) -> str:
    """One rule of the programme in one sentence."""
    say = wording_zh.rule_sentence if language == "zh" else wording_en.rule_sentence
    return _spaced(say(programme, rule))


def condition_sentence(
    programme: Programme, condition: Condition, language: Language, on: str | None = None
) -> str:
    """What must be true, without a full stop: `金额满 50 元`. `on`: the event type of the rule, if known."""
    phrase = conditions_zh.phrase if language == "zh" else conditions_en.phrase
    return _spaced(phrase(programme, condition, on))


def _spaced(sentence: str) -> str:
    """Spaces where Chinese meets letters or digits, as is usual in print; quoted words stay as they are."""
    pieces = _QUOTED.split(sentence)
    return "".join(
        piece if place % 2 else _SEAM.sub(" ", piece) for place, piece in enumerate(pieces)
    )


def _several_multipliers(programme: Programme) -> bool:
    rules = sum(isinstance(rule.action, Multiply) for rule in programme.rules)
    tiers = programme.tiers.ladder if programme.tiers else ()
    return rules + any(tier.multiplies is not None for tier in tiers) > 1
