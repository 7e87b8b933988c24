"""However a history arrives, the member ends as if only what stayed had happened, in order."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from random_histories import (
    FIRST_INSTANT,
    in_random_order,
    random_document,
    random_history,
)
from short_checkpoints import checkpoint_every

from jifen.db.adapting import cursor
from jifen.db.connection import connect
from jifen.instants import MICROSECONDS_PER_DAY
from jifen.intake.asking.commands import Command, Event
from jifen.intake.asking.member_commands import Refer
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.judging import history, past_event
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.history import Awarded, differs
from jifen.intake.judging.payload import MoneyFields, Payload, Returned, after_returns
from jifen.intake.submitting import submit
from jifen.intake.sweeping import advance
from jifen.intake.versions.opening import OpenProgramme, create_programme
from jifen.proof.proving import prove

PROGRAMMES = 8
HISTORIES_PER_PROGRAMME = 50
NOW = FIRST_INSTANT + 460 * MICROSECONDS_PER_DAY
MEMBERS = [f"m{number}" for number in range(HISTORIES_PER_PROGRAMME)]

_ENDS = """
SELECT m.external_id, m.state, (
    SELECT array_agg((b.currency, b.points, b.lifetime, b.debt)::text ORDER BY b.currency)
    FROM balance b WHERE (b.programme_id, b.member_id) = (m.programme_id, m.member_id) AND b.lifetime <> 0
), (
    SELECT array_agg((e.event_id, a.tier, a.reasons, a.components, a.revision)::text ORDER BY e.event_id)
    FROM event e
    CROSS JOIN LATERAL (
        SELECT * FROM award w
        WHERE (w.programme_id, w.member_id, w.event_seq) = (m.programme_id, m.member_id, e.member_seq)
        ORDER BY w.member_seq DESC LIMIT 1
    ) a
    WHERE (e.programme_id, e.member_id) = (m.programme_id, m.member_id) AND a.revision > 0
        AND e.type NOT IN ('referral_completed', 'tier_changed')
), (
    SELECT count(*)
    FROM event e
    WHERE (e.programme_id, e.member_id) = (m.programme_id, m.member_id)
        AND e.type IN ('referral_completed', 'tier_changed')
        AND (
            SELECT w.revision FROM award w
            WHERE (w.programme_id, w.member_id, w.event_seq) = (m.programme_id, m.member_id, e.member_seq)
            ORDER BY w.member_seq DESC LIMIT 1
        ) > 0
)
FROM member m WHERE m.programme_id = %(programme_id)s
"""


def _all_but_the_last(
    payload: Payload, returns: Sequence[Returned], money: MoneyFields
) -> Payload | None:
    kept = returns[:-1] if len(returns) > 1 else returns
    return after_returns(payload, kept, money)


def _points_alone(found: Evaluation | None, awarded: Awarded | None) -> bool:
    if found is None or awarded is None:
        return differs(found, awarded)
    return found.packed_components != awarded.components


_AT_THE_CHANGE = {
    name: text.replace("event_id) < (instant(place", "event_id) <= (instant(place")
    for name, text in history.SQL.items()
}
FAULTS: dict[str, tuple[object, str, object]] = {
    "the second return of an event is forgotten": (past_event, "after_returns", _all_but_the_last),
    "a checkpoint that the change touches is begun from": (history, "SQL", _AT_THE_CHANGE),
    "a tier that changes is no difference": (history, "differs", _points_alone),
}


@pytest.mark.parametrize("seed", range(PROGRAMMES))
def test_returned_things_were_never_bought_and_late_ones_always_there(
    module_database_url: str, calm_database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live_twice(module_database_url, calm_database_url, seed, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1060))
def test_returned_things_were_never_bought_at_length(
    module_database_url: str, calm_database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _live_twice(module_database_url, calm_database_url, seed, monkeypatch)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    module_database_url: str, calm_database_url: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, name, faulty = FAULTS[fault]
    monkeypatch.setattr(place, name, faulty)
    with pytest.raises(AssertionError, match="seed"):
        _live_twice(
            module_database_url, calm_database_url, list(FAULTS).index(fault) * 2 + 101, monkeypatch
        )


def _live_twice(wild_url: str, calm_url: str, seed: int, patch: pytest.MonkeyPatch) -> None:
    """The same histories in two banks: as they came about, and as if only what stayed had happened, in order."""
    if seed % 2:  # short histories, so that corrections start from checkpoints too
        checkpoint_every(patch, 4)
    chance = random.Random(seed)
    told = [random_history(chance, member, exchanging=True) for member in MEMBERS]
    document = random_document(chance, f"p{seed}")
    with connect(wild_url) as wild_bank, connect(calm_url) as calm_bank:
        programme = _programme(wild_bank, document)
        wild = [command for one in told for command in in_random_order(chance, one.wild)]
        _deliver(wild_bank, programme, _interleaved(chance, wild), chance)
        ends = _ends(wild_bank, programme)
        report = prove(wild_bank, programme)
        programme = _programme(calm_bank, document)
        calm = sorted((event for one in told for event in one.calm), key=_place)
        _deliver(calm_bank, programme, calm, chance)
        calm_ends = _ends(calm_bank, programme)
    for member in MEMBERS:
        assert ends[member] == calm_ends[member], f"seed {seed}, {member}\n{document}"
    assert [str(difference) for difference in report.differences] == []


@pytest.mark.parametrize("policy", ["mirror", "keep", "keep, but referrals", "carry"])
def test_other_policies_are_proved_and_kept_points_are_those_of_all_that_was_bought(
    module_database_url: str, calm_database_url: str, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint_every(monkeypatch, 4)
    chance = random.Random(policy)
    told = [random_history(chance, member, exchanging=True) for member in MEMBERS]
    document = random_document(chance, f"returns-{policy.replace(', ', '-').replace(' ', '-')}")
    document += f"returns: {policy.split(',')[0]}\n"
    if policy == "keep":  # which a referral is not, as it is undone with its deed
        document = re.sub(r"\nreferral:\n.*?(?=\ntiers:)", "", document, flags=re.DOTALL)
    with connect(module_database_url) as wild_bank, connect(calm_database_url) as calm_bank:
        programme = _programme(wild_bank, document)
        wild = [command for one in told for command in in_random_order(chance, one.wild)]
        _deliver(wild_bank, programme, _interleaved(chance, wild), chance)
        ends = _ends(wild_bank, programme)
        report = prove(wild_bank, programme)
        programme = _programme(calm_bank, document)
        bought: list[Event] = [
            replace(command, in_exchange=None)
            for one in told
            for command in one.wild
            if isinstance(command, Event)
        ]
        bought.sort(key=_place)
        _deliver(calm_bank, programme, bought, chance)
        all_bought = _ends(calm_bank, programme)
    assert [str(difference) for difference in report.differences] == []
    assert (ends == all_bought) == (policy == "keep"), document


def test_the_histories_hold_every_kind_of_return_and_ties() -> None:
    chance = random.Random(0)
    seen = Counter(
        kind for number in range(400) for kind in random_history(chance, "m", exchanging=True).seen
    )
    assert {kind for kind, times in seen.items() if times >= 40} == {
        "full", "amount", "lines", "several", "tie", "exchange",
        "purchase", "survey", "visit", "membership_fee", "tier_upgrade", "set_tier",
    }  # fmt: skip


def _programme(connection: psycopg.Connection[Any], document: str) -> OpenProgramme:
    programme = create_programme(connection, document, test_now=NOW, now=NOW, actor="owner")
    members = [NewMember(id=member, joined_at=FIRST_INSTANT) for member in MEMBERS]
    enrol_members(connection, programme, members, now=NOW, actor="owner")
    brought = zip(MEMBERS[::3], MEMBERS[1::3], strict=False)
    named = [Refer(id=friend, member=friend, referrer=referrer) for referrer, friend in brought]
    answered = submit(connection, programme, named, now=NOW, actor="owner")
    assert {one.answer.refusal for one in answered} == {None}
    return programme


def _place(event: Event) -> tuple[str, int, int, bytes]:
    assert event.occurred_at is not None
    return event.member, event.occurred_at, event.sequence, event.id.encode()


def _interleaved(chance: random.Random, commands: list[Command]) -> list[Command]:
    """Members mixed, the order of each kept."""
    queues: dict[str, list[Command]] = {}
    for command in reversed(commands):
        queues.setdefault(command.member, []).append(command)
    turns = [command.member for command in commands]
    chance.shuffle(turns)
    return [queues[member].pop() for member in turns]


def _deliver(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    commands: Sequence[Command],
    chance: random.Random,
) -> None:
    """In batches of any size, some as imports."""
    while commands:
        size = chance.choice((1, 7, 60, 400))
        batch, commands = commands[:size], commands[size:]
        imported = chance.random() < 0.5
        answered = submit(connection, programme, batch, now=NOW, actor="wild", imported=imported)
        assert {one.answer.refusal for one in answered} == {None}


def _ends(connection: psycopg.Connection[Any], programme: OpenProgramme) -> dict[str, list[Any]]:
    """By member: state, balances, what every event that is left was awarded, and friends that paid."""
    advance(connection, programme, NOW)
    values = {"programme_id": programme.programme_id}
    return {name: ends for name, *ends in cursor(connection).execute(_ENDS, values)}
