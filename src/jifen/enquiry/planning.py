"""What publishing a draft would change: sentence beside sentence, and what it means for tiers."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.enquiry.consequences import TierConsequence, tier_consequences
from jifen.intake.versions.opening import (
    OpenProgramme,
    now_of,
    read_versions,
    refused_for_good,
    standing,
)
from jifen.programme.differing import Difference, differences
from jifen.programme.model import Programme
from jifen.wording import Said


class Plan(NamedTuple):
    """What a draft says otherwise than the newest version, `against`; `refused` says why it can never follow it."""

    against: int
    refused: Said | None
    differences: list[Difference]
    tiers: list[TierConsequence]


def plan_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, text: str, drafted: Programme
) -> Plan:
    """The plan of a draft, as text and as it was read; nothing is written."""
    return Plan(
        programme.revision,
        refused_for_good(programme.programme, drafted),
        differences(published_document(connection, programme), text),
        tier_consequences(connection, programme, drafted, now_of(programme)),
    )


def published_document(connection: psycopg.Connection[Any], programme: OpenProgramme) -> str:
    """The document that stands now, as it was written."""
    with cursor(connection) as sql:
        return standing(read_versions(sql, programme.programme_id)).document


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
