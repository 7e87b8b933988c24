"""What was known of members before, for what a batch is told late: read from the journal only where it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from jifen.db.arrays import uuids
from jifen.db.statements import statements
from jifen.instants import LONG_AGO
from jifen.intake.asking.commands import Command, Event
from jifen.intake.asking.member_commands import Opening, SetFact
from jifen.intake.gathering.enrolling import NewMember
from jifen.intake.gathering.facts import DatedFact, FactsOverTime
from jifen.intake.judging.case import Case
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import OpenProgramme

SQL = statements(Path(__file__).with_suffix(".sql"))
_decode_member: Final = msgspec.json.Decoder(NewMember).decode
_decode_fact: Final = msgspec.json.Decoder(SetFact).decode


def load_facts_over_time(
    sql: Sql,
    programme: OpenProgramme,
    cases: Mapping[str, Case],
    commands: Sequence[Command],
    now: int,
) -> None:
    """Look up what was known when, of members of whom a batch asks something from before a change of their facts, be it
    one of the same batch."""
    since = {name: case.facts_since for name, case in cases.items() if case.facts_since > LONG_AGO}
    for command in commands:
        if isinstance(command, SetFact) and command.member in cases:
            before = since.get(command.member, LONG_AGO)
            since[command.member] = max(before, _instant(command, now))
    if not since:
        return
    asked = {
        command.member
        for command in commands
        if isinstance(command, Event | Opening | SetFact)
        and _instant(command, now) < since.get(command.member, LONG_AGO)
    }
    changed = [cases[name] for name in sorted(asked) if cases[name].facts_since > LONG_AGO]
    found = _read(sql, programme, changed) if changed else {}
    for name in asked:
        case = cases[name]
        case.facts_over_time = found.get(case.member_id, FactsOverTime(dict(case.facts)))


def _instant(command: Event | Opening | SetFact, now: int) -> int:
    return now if command.occurred_at is None else command.occurred_at


def _read(sql: Sql, programme: OpenProgramme, cases: Sequence[Case]) -> dict[bytes, FactsOverTime]:
    values = {
        "programme_id": programme.programme_id,
        "member_ids": uuids([case.member_id for case in cases]),
    }
    found: dict[bytes, FactsOverTime] = {}
    for member_id, kind, occurred_at, body in sql.execute(SQL["facts_said"], values):
        if kind == "enrol":
            found[member_id.bytes] = FactsOverTime(_decode_member(body).facts)
        else:
            said = _decode_fact(body)
            found[member_id.bytes].add(DatedFact(occurred_at, said.name, said.value))
    return found
