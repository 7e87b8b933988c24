"""What publishing a draft would change: sentence beside sentence, and what it means for tiers."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.enquiry.consequences import TierConsequence, tier_consequences
from jifen.instants import moment_of
from jifen.intake.versions.opening import (
    OpenProgramme,
    VersionRow,
    compiled_with,
    now_of,
    read_versions,
    standing,
)
from jifen.intake.versions.raising import Planned, raises_planned
from jifen.intake.versions.succeeding import NotPublishable, refused_for_good
from jifen.programme.differing import Difference, differences
from jifen.programme.model import Programme
from jifen.wording import Said


class Plan(NamedTuple):
    """What a draft says otherwise than the newest version, `against`; `refused` says why it can never follow it.
    `raises`: what it makes dearer, each reward once."""

    against: int
    refused: Said | None
    differences: list[Difference]
    tiers: list[TierConsequence]
    raises: list[RaiseTold]


class RaiseTold(NamedTuple):
    """A reward that becomes dearer or harder to have, in what way, how long before that is promised to be said, and
    from when on it may therefore hold."""

    reward: str
    said: Said
    notice_days: int
    earliest: dt.datetime


def plan_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, text: str, drafted: Programme
) -> Plan:
    """The plan of a draft, as text and as it was read; nothing is written."""
    rows, now = _rows(connection, programme), now_of(programme)
    return Plan(
        programme.revision,
        _refused(rows, programme, drafted),
        differences(standing(rows).document, text),
        tier_consequences(connection, programme, drafted, now),
        _raises(rows, programme, drafted, now),
    )


def _raises(
    rows: list[VersionRow], programme: OpenProgramme, drafted: Programme, now: int
) -> list[RaiseTold]:
    """Against what is in force, or will be; of a reward that which has to wait longest."""
    found: dict[str, Planned] = {}
    for one in raises_planned(rows, drafted, now, programme.zone):
        before = found.setdefault(one.raised.reward, one)
        if one.earliest > before.earliest:
            found[one.raised.reward] = one
    return [
        RaiseTold(
            id,
            one.raised.said,
            one.raised.notice_days,
            moment_of(one.earliest, programme.zone),
        )
        for id, one in found.items()
    ]


def published_document(connection: psycopg.Connection[Any], programme: OpenProgramme) -> str:
    """The document that stands now, as it was written."""
    return standing(_rows(connection, programme)).document


def _rows(connection: psycopg.Connection[Any], programme: OpenProgramme) -> list[VersionRow]:
    with cursor(connection) as sql:
        return read_versions(sql, programme.programme_id)


def _refused(rows: list[VersionRow], programme: OpenProgramme, drafted: Programme) -> Said | None:
    why = refused_for_good(programme.programme, drafted)
    if why is None:
        try:
            compiled_with(rows, drafted, now_of(programme))
        except NotPublishable as error:
            return error.message
    return why


def plan_for_machines(plan: Plan, slug: str) -> dict[str, Any]:
    """A plan as JSON carries it, in both languages."""
    return {
        "programme": slug,
        "against": plan.against,
        "refused": plan.refused and plan.refused.for_machines(),
        "differences": differences_for_machines(plan.differences),
        "tiers": [
            {"id": tier.id, "members": tier.members, "said": tier.said.for_machines()}
            for tier in plan.tiers
        ],
        "raises": [
            {
                "reward": one.reward,
                "said": one.said.for_machines(),
                "notice_days": one.notice_days,
                "earliest": one.earliest.isoformat(),
            }
            for one in plan.raises
        ],
    }


def differences_for_machines(found: list[Difference]) -> list[dict[str, Any]]:
    """Differences as JSON carries them, in both languages."""
    return [
        {
            "kind": one.kind,
            "section": one.section,
            "id": one.id,
            "before": one.before and one.before.for_machines(),
            "after": one.after and one.after.for_machines(),
        }
        for one in found
    ]
