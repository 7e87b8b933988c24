"""What rules tell members in words: once of an event, however often it is judged again, and for good.

A notice cannot be taken back: a rule that no longer applies withdraws none, and one that applies once more is silent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jifen.engine.plan import MATCHED
from jifen.instants import moment_of
from jifen.intake.judging.case import Case, Told, Work
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.history import Reevaluation, Sql, every_award_of
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.rules import Notify
from jifen.programme.saying.naming import Name

NOTIFIED: Final = "member.notified"


def words_of(programme: OpenProgramme, revision: int, reasons: bytes) -> Mapping[str, Name]:
    """What rules tell the member of an event, by the id of the rule, as its award says."""
    if not reasons:
        return {}
    rules = programme.engine.plans[revision].rules
    return {
        rule.id: rule.action.words
        for rule, reason in zip(rules, reasons, strict=True)
        if reason == MATCHED and isinstance(rule.action, Notify)
    }


def told_of_rules(
    work: Work, case: Case, event_id: str, occurred_at: int, found: Evaluation | None
) -> Told:
    """What is told of an event that is judged for the first time."""
    if found is None or not work.programme.notifies:
        return []
    words = words_of(work.programme, found.plan.revision, found.reasons)
    return [_notice(work, case, event_id, occurred_at, rule, words[rule]) for rule in words]


def told_of_rules_again(
    work: Work, sql: Sql, case: Case, judged: Sequence[PastEvent], result: Reevaluation
) -> Told:
    """What is told of events that are judged again: what was not told of them after any evaluation before."""
    if not work.programme.notifies:
        return []
    now: list[tuple[PastEvent, Mapping[str, Name]]] = []
    for event in judged:
        found = result.found[event.seq]
        if found and (words := words_of(work.programme, found.plan.revision, found.reasons)):
            now.append((event, words))
    if not now:
        return []
    before: dict[int, set[str]] = {event.seq: set() for event, _ in now}
    for seq, revision, reasons, _ in every_award_of(sql, work.programme, case.member_id, before):
        before[seq].update(words_of(work.programme, revision, reasons))
    return [
        _notice(work, case, event.event_id, event.occurred_at, rule, said)
        for event, words in now
        for rule, said in words.items()
        if rule not in before[event.seq]
    ]


def _notice(
    work: Work, case: Case, event_id: str, occurred_at: int, rule: str, words: Name
) -> tuple[str, dict[str, Any]]:
    payload = {
        "member": case.external_id,
        "rule": rule,
        "event": event_id,
        "occurred_at": moment_of(occurred_at, work.programme.zone).isoformat(),
        "zh": words.zh,
        "en": words.en,
    }
    return NOTIFIED, payload
