"""A programme in sentences, one for each thing it promises, in Chinese or English."""

from __future__ import annotations

from typing import NamedTuple

from jifen.instants import MONDAY
from jifen.programme.amounts import Language
from jifen.programme.condition import Condition
from jifen.programme.model import Programme
from jifen.programme.reading.households import households_sentence
from jifen.programme.reading.looking_back import look_back_sentence
from jifen.programme.reading.raise_notices import raise_notice_sentence
from jifen.programme.reading.returning import returns_sentence
from jifen.programme.rules import Multiply, Rule
from jifen.programme.saying import (
    conditions_en,
    conditions_zh,
    ladder_en,
    ladder_zh,
    wording_en,
    wording_zh,
)
from jifen.programme.saying.code_words import code_pool_sentence
from jifen.programme.saying.draw_words import draw_sentence
from jifen.programme.saying.lookup_words import table_sentence
from jifen.programme.saying.referral_wording import referral_sentence
from jifen.programme.saying.reward_words import reward_sentence
from jifen.programme.saying.words import spaced, week_sentence
from jifen.programme.ways_out import Limit


class Clause(NamedTuple):
    """One sentence of a programme and what it is about; `id` names one of several in its section."""

    section: str
    id: str
    sentence: str


def sentences(programme: Programme, language: Language) -> list[str]:
    """Everything that a programme promises, in document order."""
    return [clause.sentence for clause in clauses(programme, language)]


def clauses(programme: Programme, language: Language) -> list[Clause]:
    """Currencies, pools of codes, rewards, draws, base, rules, groups, multipliers, limits and tiers, in the order of
    the document."""
    wording = wording_zh if language == "zh" else wording_en
    ladder = ladder_zh if language == "zh" else ladder_en
    said = [
        Clause("currencies", currency.id, wording.currency_sentence(programme, currency))
        for currency in programme.points
    ]
    said += [
        Clause("codes", pool.id, code_pool_sentence(pool, language))
        for pool in programme.code_pools
    ]
    said += [
        Clause("rewards", reward.id, reward_sentence(programme, reward, language))
        for reward in programme.rewards
    ]
    said += [
        Clause("draws", draw.id, draw_sentence(programme, draw, language))
        for draw in programme.draws
    ]
    if programme.week_starts != MONDAY:
        said.append(Clause("week_starts", "", week_sentence(programme.week_starts, language)))
    said.append(Clause("base", "", wording.base_sentence(programme)))
    said += [
        Clause("tables", table.id, table_sentence(programme, table, language))
        for table in programme.tables
    ]
    said += [
        Clause("earn", rule.id, wording.rule_sentence(programme, rule))
        for rule in programme.rules
        if rule.own_side
    ]
    said += [
        Clause("referral", referral.id, referral_sentence(programme, referral, language))
        for referral in programme.referrals
    ]
    said += [
        Clause("groups", group.id, wording.group_sentence(programme, group))
        for group in programme.groups
    ]
    if _several_multipliers(programme):
        said.append(Clause("combine", "", wording.combine_sentence(programme)))
    said += [
        Clause("limits", limit_id(limit), wording.limit_sentence(programme, limit))
        for limit in programme.limits
    ]
    said += _terms(programme, language)
    if tiers := programme.tiers:
        said.append(Clause("tiers", "", ladder.tiers_sentence(programme, tiers)))
        said += [
            Clause("tiers", tier.id, ladder.tier_sentence(programme, tiers, tier))
            for tier in tiers.ladder
        ]
    return [clause._replace(sentence=spaced(clause.sentence)) for clause in said if clause.sentence]


def _terms(programme: Programme, language: Language) -> list[Clause]:
    """What holds of a programme as a whole: households, notices of raises, how far back, returns."""
    said: list[Clause] = []
    if households := programme.households:
        sentence = households_sentence(programme, households, language)
        said.append(Clause("households", "", sentence))
    if programme.raise_notice_days:
        sentence = raise_notice_sentence(programme.raise_notice_days, language)
        said.append(Clause("raise_notice", "", sentence))
    if programme.look_back_days is not None:
        sentence = look_back_sentence(programme.look_back_days, language)
        said.append(Clause("look_back", "", sentence))
    return [*said, Clause("returns", "", returns_sentence(programme, language))]


def limit_id(limit: Limit) -> str:
    """What a limit of the whole programme is about, so that two versions of it are known for one."""
    return f"{limit.currency or limit.what} per {limit.span}"


def rule_sentence(programme: Programme, rule: Rule, language: Language) -> str:
    """One rule of the programme in one sentence."""
    say = wording_zh.rule_sentence if language == "zh" else wording_en.rule_sentence
    return spaced(say(programme, rule))


def condition_sentence(
    programme: Programme, condition: Condition, language: Language, on: str | None = None
) -> str:
    """What must be true, without a full stop: `金额满 50 元`. `on`: the event type of the rule, if known."""
    phrase = conditions_zh.phrase if language == "zh" else conditions_en.phrase
    return spaced(phrase(programme, condition, on))


def _several_multipliers(programme: Programme) -> bool:
    rules = sum(isinstance(rule.action, Multiply) for rule in programme.rules)
    tiers = programme.tiers.ladder if programme.tiers else ()
    return rules + any(tier.multiplies is not None for tier in tiers) > 1
