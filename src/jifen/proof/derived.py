"""What is proved of what members' deeds bring about for others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jifen.db.statements import statements
from jifen.intake.judging.history import Sql
from jifen.intake.relations.referral_codes import possible_codes
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED
from jifen.proof.differences import Difference

SQL = statements(Path(__file__).with_suffix(".sql"))


def derived_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """Every derived event has its cause and every cause its event; what is still in an inbox counts as there.

    A cause from before the recipient's own history is left out: the event was refused. Codes are their members'.
    """
    parameters = {"programme": programme.programme_id.hex}
    if programme.derives:
        deriving = [
            (plan.revision, place, rule.id, rule.derives.event)
            for plan in programme.engine.plans.values()
            for place, rule in enumerate(plan.rules)
            if rule.derives is not None
        ]
        names = ("revisions", "places", "rules", "events")
        columns = {
            name: list(column)
            for name, column in zip(names, zip(*deriving, strict=True), strict=True)
        }
        found = sql.execute(SQL["derived"], parameters | columns | {"types": sorted(DERIVED)})
        for cause, rule, recipient, standing, expected in found.fetchall():
            yield Difference(
                check="derived",
                member=recipient or "",
                where=f"event {cause}, rule {rule}",
                recorded=str(standing),
                derived=str(expected),
            )
    for code, member_id, external_id in sql.execute(SQL["codes"], parameters).fetchall():
        if external_id is None or code not in possible_codes(member_id.bytes):
            yield Difference(check="referral_code", member=external_id or "", recorded=code)
