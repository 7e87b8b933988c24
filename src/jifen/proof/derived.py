"""What is proved of what members' deeds bring about for others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from jifen.db.statements import statements
from jifen.intake.judging.evaluating import unpacked_components
from jifen.intake.judging.history import Sql
from jifen.intake.relations.deriving import (
    Cause,
    Deed,
    as_first,
    fields_of,
    first_id,
    points_carried,
)
from jifen.intake.relations.referral_codes import possible_codes
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.events import DERIVED, HOUSEHOLD
from jifen.programme.rules import Derived
from jifen.proof.differences import Difference
from jifen.proof.showing import at

SQL = statements(Path(__file__).with_suffix(".sql"))


class _Deriving(NamedTuple):
    """A rule of a version that brings about something for others; `slot` has the points that it carries."""

    revision: int
    place: int
    rule: str
    derived: Derived
    slot: int | None


class _Expected(NamedTuple):
    """What is to stand because of a deed, for whom; or may, where the deed was before the recipient's own history."""

    recipient: str
    occurred_at: int
    fields: dict[str, Any]
    surely: bool = True


def derived_differences(sql: Sql, programme: OpenProgramme) -> Iterator[Difference]:
    """Every derived event has its cause and every cause its event, with its points; what is still in an inbox counts
    as there.

    Where the cause is from before the recipient's own history, the event was refused, or taken as a file's or by
    looking back. Nothing is due to a relation whom nobody knows. Codes are their members'.
    """
    parameters: dict[str, Any] = {"programme": programme.programme_id.hex, "types": sorted(DERIVED)}
    if programme.derives:
        yield from _deed_differences(sql, programme, parameters)
    if programme.gives_to_households:
        for member, event, owner in sql.execute(SQL["owners"], parameters).fetchall():
            where = at(event=event, fact=HOUSEHOLD)
            yield Difference(check="event_facts", member=member, where=where, recorded=owner)
    for code, member_id, external_id in sql.execute(SQL["codes"], parameters).fetchall():
        if external_id is None or code not in possible_codes(member_id.bytes):
            yield Difference(check="referral_code", member=external_id or "", recorded=code)


def _deed_differences(
    sql: Sql, programme: OpenProgramme, parameters: dict[str, Any]
) -> Iterator[Difference]:
    expected = _expected(sql, programme, parameters)
    standing: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for event_id, fields, recipient in sql.execute(SQL["standing"], parameters):
        standing.setdefault(as_first(event_id), []).append((recipient, msgspec.json.decode(fields)))
    for id in sorted(expected.keys() | standing):
        stands, due = standing.get(id, []), expected.get(id)
        wanted = [] if due is None or not (due.surely or stands) else [due.fields]
        if [fields for _, fields in stands] != wanted:
            recipient, fields = stands[0] if due is None else (due.recipient, due.fields)
            yield Difference(
                check="derived",
                member=recipient,
                where=at(event=fields.get("cause"), rule=fields.get("rule")),
                recorded=str(len(stands)),
                derived=str(int(due is not None)),
            )


def _expected(
    sql: Sql, programme: OpenProgramme, parameters: dict[str, Any]
) -> dict[str, _Expected]:
    """What is to stand, by the id that it has the first time."""
    deriving = _rules(programme)
    columns = {
        "revisions": [one.revision for one in deriving],
        "places": [one.place for one in deriving],
    }
    found: dict[str, _Expected] = {}
    carried: set[str] = set()
    for number, doer, event_id, occurred_at, referrer, facts, components in sql.execute(
        SQL["deeds"], parameters | columns
    ):
        _, _, rule, derived, slot = deriving[number]
        cause = Cause(doer, referrer or "", msgspec.json.decode(facts), event_id, occurred_at)
        after = {place: points for place, _, points in unpacked_components(components)}
        points = 0 if slot is None else points_carried(after.get(slot, 0))
        if points or slot is None:
            id, to = first_id(cause, rule, derived), cause.relation(derived.to)
            fields = fields_of(cause, rule, Deed(derived, points))
            found[id] = _Expected(to, occurred_at, fields)
            carried |= {id} if points else set()
    names = {one.recipient for one in found.values()}
    values = parameters | {"names": sorted(names)}
    began: dict[str, int] = dict(sql.execute(SQL["histories"], values).fetchall())
    return {
        id: one._replace(surely=one.occurred_at >= began.get(one.recipient, one.occurred_at))
        for id, one in found.items()
        if one.recipient in began or id not in carried
    }


def _rules(programme: OpenProgramme) -> list[_Deriving]:
    return [
        _Deriving(plan.revision, place, rule.id, rule.derives, slots.get(rule.id))
        for plan in programme.engine.plans.values()
        for slots in [{carried.id: slot for slot, carried in plan.carrying.items()}]
        for place, rule in enumerate(plan.rules)
        if rule.derives is not None
    ]
