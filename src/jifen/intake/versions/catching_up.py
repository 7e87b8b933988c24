"""Members whose past was judged before a correction of the programme: judged again before anything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from jifen.intake.following.rule_notices import told_of_rules_again
from jifen.intake.following.tier_notices import tier_shown, told_of_corrected
from jifen.intake.gathering.gather import (
    Lock,
    MemberRow,
    gather_members,
    open_cases,
    state_of_today,
)
from jifen.intake.gathering.needing import needs_of_past
from jifen.intake.judging.budgets import look_at_budgets
from jifen.intake.judging.case import Case, HistoryKey, Told, Work, record
from jifen.intake.judging.deciding import settle_first
from jifen.intake.judging.history import Past, Sql, differs, pasts_before, reevaluate
from jifen.intake.relations.telling import tell_again
from jifen.intake.undoing.correcting import continue_from
from jifen.intake.undoing.differences import Correction, load_to_post, post_differences
from jifen.intake.versions.opening import OpenProgramme
from jifen.intake.versions.unseen import corrected_since, without
from jifen.intake.write import write
from jifen.ledger.book import Batch
from jifen.ledger.needs import Need

KIND = "correct"


def behind(programme: OpenProgramme, members: Mapping[str, MemberRow]) -> dict[str, HistoryKey]:
    """From where on the past of which members is to be judged again; not of who is merged, which stands."""
    found: dict[str, HistoryKey] = {}
    by_member = {row.member_id: (identity, row) for identity, row in members.items()}
    for identity, row in by_member.values():
        starts = corrected_since(programme, row.revision, row.last_occurred_at)
        if starts and not row.merged:
            found[identity] = (min(starts.values()), 0, b"")
    return found


def catch_up(
    sql: Sql,
    programme: OpenProgramme,
    batches: tuple[Batch, Batch],
    places: Mapping[str, HistoryKey],
    now: int,
    actor: str,
) -> None:
    """Judge locked members again from places in their histories on, and post the differences. What was due before is
    settled in the first of two batches, so that the second finds it stored."""
    identities = list(places)
    before = _tiers_before(sql, programme, identities, now)
    for batch, needs in zip(batches, ({}, needs_of_past(programme, identities)), strict=True):
        work = Work(programme, batch, now, actor, imported=False)
        cases = _opened(sql, work, identities, needs)
        work.budgets = look_at_budgets(sql, programme, programme.budgeted, lock=True)
        if needs:
            _judge_again(
                sql,
                work,
                {identity: (case, places[identity]) for identity, case in cases.items()},
                before,
            )
        else:
            for case in cases.values():
                settle_first(work, case)
        write(sql, work, cases.values())


def _opened(
    sql: Sql, work: Work, identities: Sequence[str], needs: Mapping[str, Need]
) -> dict[str, Case]:
    members = gather_members(sql, work.programme, identities, lock=Lock.ALL)
    return open_cases(
        sql, work.programme, work.batch, members, needs=needs, named_holds=[], now=work.now
    )


def _tiers_before(
    sql: Sql, programme: OpenProgramme, identities: Sequence[str], now: int
) -> dict[bytes, int]:
    """The codes of the tiers that members have without the corrections that came since they were last judged, by
    member id; none where no version has tiers."""
    if not programme.engine.tiers:
        return {}
    found: dict[bytes, int] = {}
    for row in gather_members(sql, programme, identities, lock=Lock.ALL).values():
        known = without(programme, corrected_since(programme, row.revision, row.last_occurred_at))
        state = state_of_today(sql, known, row.member_id, row.generation, row.state)
        found[row.member_id.bytes] = tier_shown(known.engine, state, known, now)
    return found


def _judge_again(
    sql: Sql,
    work: Work,
    cases: Mapping[str, tuple[Case, HistoryKey]],
    before: Mapping[bytes, int],
) -> None:
    places = {UUID(bytes=case.member_id): place for case, place in cases.values()}
    pasts = pasts_before(sql, work.programme, places)
    corrections = [
        (case, place, _corrected(work, pasts[UUID(bytes=case.member_id)]))
        for case, place in cases.values()
    ]
    load_to_post(sql, work, [(case, correction) for case, _, correction in corrections])
    for case, place, correction in corrections:
        notices = told_of_rules_again(work, sql, case, correction.changed, correction.result)
        _post(work, case, correction, before.get(case.member_id, 0), notices)
        continue_from(work, case, correction.result, place)
        tell_again(work, sql, case, correction.past, correction.changed, correction.result)
        case.caught_up = True


def _corrected(work: Work, past: Past) -> Correction:
    """What is judged otherwise now, or by another version, which its award must name."""
    result = reevaluate(work.programme, past.start, past.events, past.returns)
    changed = []
    for event in past.events:
        found, awarded = result.found[event.seq], past.awards.get(event.seq)
        revision = found.plan.revision if found else 0
        otherwise = awarded is None or awarded.revision != revision or differs(found, awarded)
        if otherwise and not event.stands:
            changed.append(event)
    return Correction(past, [], result, changed)


def _post(work: Work, case: Case, correction: Correction, tier_before: int, notices: Told) -> None:
    """Post what the correction changes, and tell of the step that it means for the tier of today."""
    seq, revision = case.member_seq + 1, work.programme.revision
    told = notices + told_of_corrected(
        work, case, tier_before, correction.result.state, revision=revision
    )
    if not correction.changed and not told:
        return
    answer = post_differences(work, case, seq, correction.changed, correction)
    if answer.points:
        payload = {"member": case.external_id, "revision": revision, "points": answer.points}
        told.insert(0, ("points.corrected", payload))
    record(
        work, case, seq, key=f"{KIND}/{revision}/{case.external_id}", kind=KIND, occurred_at=work.now,
        body=b"{}", answer=answer, told=told,
    )  # fmt: skip
