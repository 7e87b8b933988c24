"""Who brought whom: one referrer for ever, never oneself, named before the first deed that could be rewarded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from jifen.db.arrays import texts, uuids
from jifen.db.statements import statements
from jifen.intake.answers import Answer
from jifen.intake.asking.member_commands import Refer
from jifen.intake.gathering.facts import REFERRER, names_absorbed
from jifen.intake.judging.answering import balances, journal_answer, refuse
from jifen.intake.judging.case import Case, Work
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.programme.bringing import is_for_bringing

SQL = statements(Path(__file__).with_suffix(".sql"))


def members_with_deeds(
    sql: Sql, programme: OpenProgramme, member_ids: Collection[bytes]
) -> frozenset[bytes]:
    """Those who have already done something of a kind that referrals reward."""
    plans = programme.engine.plans.values()
    types = {
        rule.on for plan in plans for rule in plan.rules if is_for_bringing(plan.programme, rule)
    }
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids(sorted(member_ids)),
        "types": texts(sorted(types)),
    }
    return frozenset(row[0].bytes for row in sql.execute(SQL["members_with_deeds"], values))


def referrers_above(sql: Sql, programme: OpenProgramme, names: Collection[str]) -> dict[str, str]:
    """Who brought whom, from these members upwards."""
    values = {"programme_id": programme.programme_id, "names": texts(sorted(names))}
    return dict(sql.execute(SQL["referrers_above"], values).fetchall())


def _above(referrers: Mapping[str, str], name: str) -> Iterator[str]:
    """Who brought a member, who brought those, and so on."""
    seen = {name}
    while (above := referrers.get(name)) is not None and above not in seen:
        seen.add(above)
        yield above
        name = above


def _own_names(case: Case) -> set[str]:
    """How a member is called, and those who were merged into it."""
    return {case.external_id, *names_absorbed(case.facts)}


def in_circles(sql: Sql, programme: OpenProgramme, cases: Collection[Case]) -> frozenset[bytes]:
    """Those of some members who were brought, through others, by somebody who was merged into them: it stands that
    they brought those others, and not that they were brought."""
    merged = [
        (case, str(case.facts[REFERRER]))
        for case in cases
        if REFERRER in case.facts and names_absorbed(case.facts)
    ]
    if not merged:
        return frozenset()
    referrers = referrers_above(sql, programme, {name for _, name in merged})
    return frozenset(
        case.member_id
        for case, name in merged
        if not _own_names(case).isdisjoint(_above(referrers, name))
    )


def take_referral(work: Work, case: Case, referrer: Case | None, asked: Refer) -> Answer:
    """Keep who brought a member, or say why not."""
    refusal = _refusal(work, case, referrer)
    if refusal is not None:
        return refuse(work, case, asked, refusal)
    assert referrer is not None
    case.facts[REFERRER] = referrer.external_id
    work.referrers[case.external_id] = referrer.external_id
    answer = Answer(balance=balances(work, case), referrer=referrer.external_id)
    told = {"member": case.external_id, "referrer": referrer.external_id}
    return journal_answer(work, case, asked, answer, [("member.referred", told)])


def _refusal(work: Work, case: Case, referrer: Case | None) -> Refusal | None:
    if referrer is None:
        return Refusal.UNKNOWN_REFERRER
    above = (referrer.external_id, *_above(work.referrers, referrer.external_id))
    if not _own_names(case).isdisjoint(above):
        return Refusal.OWN_REFERRER
    if REFERRER in case.facts:
        return Refusal.ALREADY_REFERRED
    if case.member_id in work.with_deeds:
        return Refusal.REFERRED_TOO_LATE
    return None
