"""Referrals that are undone with the deed: what is left of it after returns must have brought them, whatever becomes of
other points."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jifen.engine.plan import LIMIT_USED_UP, MATCHED
from jifen.intake.judging.evaluating import evaluate
from jifen.intake.judging.past_event import PastEvent, asked_again
from jifen.intake.judging.payload import Payload
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.bringing import promises_about, undone_fact


def without_referrals(programme: OpenProgramme, event: PastEvent, payload: Payload) -> Payload:
    """A payload that brings no referral about."""
    return _undone(payload, _promised(programme, event))


def with_referrals_kept(
    programme: OpenProgramme,
    state: Sequence[int],
    event: PastEvent,
    payload: Payload,
    left: Payload | None,
) -> Payload:
    """A payload that brings about the referrals which what is left of the event brings about here, and no others."""
    promised = _promised(programme, event)
    if promised and left is not None:
        found = evaluate(programme, list(state), asked_again(event, left))
        reasons = zip(found.plan.rules, found.reasons, strict=True)
        kept = {rule.referral for rule, reason in reasons if reason in (MATCHED, LIMIT_USED_UP)}
        promised = [one for one in promised if one not in kept]
    return _undone(payload, promised)


def _promised(programme: OpenProgramme, event: PastEvent) -> list[str]:
    document = programme.engine.plan_at(event.occurred_at).programme
    return [rule.referral for rule in promises_about(document, event.type) if rule.referral]


def _undone(payload: Payload, referrals: Sequence[str]) -> Payload:
    if not referrals:
        return payload
    facts = payload.facts | {undone_fact(referral): True for referral in referrals}
    return msgspec.structs.replace(payload, facts=facts)
