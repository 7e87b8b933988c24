"""The open rounds that a batch spins, under a lock that it takes behind those of its members.

Whatever closes a round waits for the batches that spin it: no seed is shown while it still decides something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from jifen.db.arrays import bigints, integers, smallints, texts, uuids
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.engine.fair_drawing import drawn, given_for
from jifen.intake.asking.commands import Command, Spin
from jifen.intake.draws.free_spins import free_days_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal, Refused
from jifen.programme.draws import Prize, RoundBudget, covers_a_spin
from jifen.sealing import of_draw_seed, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
decode_budget = msgspec.json.Decoder(RoundBudget | None).decode
decode_prizes = msgspec.json.Decoder(tuple[Prize, ...]).decode


class SpinMade(NamedTuple):
    """A spin of a batch, as it is kept."""

    member_id: bytes
    member_seq: int
    place: int
    spin_no: int
    drawn: int
    given: int
    free_day: int


@dataclass(slots=True)
class Wheel:
    """An open round: what it was opened with, and what came of it so far."""

    draw: str
    round_no: int
    seed: bytes
    prizes: tuple[Prize, ...]
    budget: RoundBudget | None
    given: list[int]
    spins: int
    spins_of: Counter[bytes] = field(default_factory=Counter)
    """How often members have spun it."""
    free_days: dict[bytes, Counter[int]] = field(default_factory=dict)
    """On which days members have spun the draw for nothing, in this round or before, as far back as it counts."""
    made: list[SpinMade] = field(default_factory=list)

    @property
    def pays(self) -> bool:
        """Whether the budget pays for whatever another spin brings."""
        return covers_a_spin(self.budget, self.prizes, self.given)

    def refusal_of_more(self, member_id: bytes, most: int | None) -> Refused | None:
        """Why a member has no spin left in the round, of which there are at most so many; None where there is one."""
        if most is None or self.spins_of[member_id] < most:
            return None
        return Refused(Refusal.LIMIT_REACHED, "spins", {"limit": most})

    def spin(self, member_id: bytes, member: str, member_seq: int, free_day: int) -> SpinMade:
        """What a member's next spin brings, which is free of that day (0: it took a ticket): what has run out is
        thanked for."""
        self.spins += 1
        self.spins_of[member_id] += 1
        spin_no = self.spins_of[member_id]
        weights = [prize.weight for prize in self.prizes]
        place = drawn(self.seed, self.draw, self.round_no, member, spin_no, weights)
        given = given_for(self.prizes, self.given, place)
        self.given[given] += 1
        made = SpinMade(member_id, member_seq, self.spins, spin_no, place, given, free_day)
        if free_day:
            self.free_days.setdefault(member_id, Counter())[free_day] += 1
        self.made.append(made)
        return made


Wheels = dict[str, Wheel]
"""By their draws; of a draw without an open round there is none."""


def look_at_wheels(
    sql: Cursor,
    programme: OpenProgramme,
    commands: Sequence[Command],
    member_ids: Mapping[str, bytes],
    now: int,
    *,
    lock: bool,
) -> Wheels:
    """The open rounds of draws that are spun by members, who have these ids. With `lock` nobody else spins or
    closes them until the transaction ends."""
    draws = sorted({one.draw for one in commands if isinstance(one, Spin)})
    if not draws:
        return {}
    values = {"programme_id": programme.programme_id, "draws": texts(draws)}
    rows = sql.rows(SQL["lock_rounds" if lock else "read_rounds"], values)
    wheels = {
        draw: Wheel(
            draw,
            round_no,
            unseal(seed, of_draw_seed(programme.programme_id, draw, round_no)),
            decode_prizes(prizes),
            decode_budget(budget or "null"),
            list(given),
            spins,
        )
        for draw, round_no, seed, prizes, budget, given, spins in rows
    }
    spinning = sorted(
        {
            member_ids[one.member]
            for one in commands
            if isinstance(one, Spin) and one.member in member_ids
        }
    )
    asked = {**values, "members": uuids(spinning)}
    for draw, member_id, spins in sql.rows(SQL["spins_of_members"], asked):
        wheels[draw].spins_of[member_id.bytes] = spins
    for (draw, member), days in free_days_of(sql, programme, wheels, spinning, now).items():
        wheels[draw].free_days[member] = days
    return wheels


def write_wheels(sql: Cursor, programme: OpenProgramme, wheels: Wheels) -> None:
    """Keep what a batch has spun."""
    for wheel in wheels.values():
        if not wheel.made:
            continue
        made = wheel.made
        values = {
            "programme_id": programme.programme_id,
            "draw": wheel.draw,
            "round_no": wheel.round_no,
        }
        counted = {"given": bigints(wheel.given), "spins": wheel.spins}
        sql.later(SQL["note_given"], {**values, **counted})
        columns = {
            "members": uuids([one.member_id for one in made]),
            "member_seqs": bigints([one.member_seq for one in made]),
            "places": bigints([one.place for one in made]),
            "spin_nos": integers([one.spin_no for one in made]),
            "drawn": smallints([one.drawn for one in made]),
            "given": smallints([one.given for one in made]),
            "free_days": integers([one.free_day for one in made]),
        }
        sql.later(SQL["keep_spins"], {**values, **columns})
