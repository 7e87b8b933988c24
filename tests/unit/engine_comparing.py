"""Runs a random case through the engine and the reference, and compares everything there is to see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from engine_random import Case, RandomEvent
from engine_random_conditions import LINE_FIELDS
from engine_reference import Judgement, Reference
from engine_reference_values import Asked, value

from jifen.engine.compile import Engine, Plan, Version, compile_timeline
from jifen.engine.events import EventInput
from jifen.engine.needs import activity_counter, asked_of_uses
from jifen.instants import MISSING, NEVER, instant_of
from jifen.programme.point_terms import Extension

_ZONE = ZoneInfo("Asia/Shanghai")
Step = Callable[..., None]


class Differs(AssertionError):
    """Engine and reference say different things."""


def engine_of(case: Case) -> Engine:
    """The case's timeline, compiled."""
    versions = [Version(n + 1, n * 10**15, p) for n, p in enumerate(case.programmes)]
    return compile_timeline(versions)


def input_of(event: RandomEvent) -> EventInput:
    """The event as the engine takes it."""
    date = dt.date(1970, 1, 1) + dt.timedelta(days=event.day)
    moment = dt.datetime.combine(date, dt.time(event.hour, 30), tzinfo=_ZONE)
    return EventInput(
        type=event.type,
        occurred_at=instant_of(moment),
        day=event.day,
        gross=MISSING if event.gross is None else event.gross,
        fields=event.fields,
        lines={name: [line.get(name) for line in event.lines] for name in LINE_FIELDS},
        facts=event.facts,
        id=event.id,
    )


def judged(case: Case, reference: Reference | None = None) -> list[Judgement]:
    """What the reference says to every event."""
    reference = reference or Reference(case.programmes)
    return [
        reference.judge(
            case.programmes[version],
            event.type,
            event.day,
            event.hour,
            event.gross,
            event.fields,
            event.lines,
            event.facts,
            event.id,
        )
        for version, event in case.events
    ]


def compare(case: Case, steps: Sequence[Step] | None = None) -> None:
    """Differs, with the seed, if anything does. `steps`: other functions to run, one a version."""
    engine = engine_of(case)
    state = engine.new_state()
    reference = Reference(case.programmes)
    expected = judged(case, reference)
    for number, ((version, event), answer) in enumerate(zip(case.events, expected, strict=True)):
        plan = engine.plans[version + 1]
        row, lines = plan.encode(input_of(event))
        out = [-7] * plan.out_width
        step = steps[version] if steps else plan.step
        step(state, row, lines, 0, len(event.lines), out)
        check(case, number, engine, plan, out, state, answer)
    _compare_looks(case, engine, state, reference)


def _compare_looks(case: Case, engine: Engine, state: list[int], reference: Reference) -> None:
    """The tier and its measure on later days, and what ways of using points ask then, without an event."""
    version, event = case.events[-1]
    programme = case.programmes[version]
    plan, before = engine.plans[version + 1], list(state)
    laters = (0, 40, 400, 900)
    for later in laters:
        _compare_asked(case, plan, state, reference, later)
    if state != before:
        raise Differs(f"seed {case.seed}: a look changed the state")
    if programme.tiers is None:
        return
    for day, later in ((event.day + later, later) for later in laters):
        for measure in programme.tiers.measures:
            found = plan.measure(measure, state, day)
            if found != reference.tiers.measure(programme.tiers, measure, day):
                raise Differs(f"seed {case.seed}: {measure.word} {later} days later {found}")
    for day, later in ((event.day + later, later) for later in laters):
        tier = programme.tiers.ladder[reference.tiers.on(programme, day)].id
        if engine.tiers[plan.tier_on(state, day)] != tier:
            raise Differs(f"seed {case.seed}: tier {later} days later, expected {tier}")
    if state != before:
        raise Differs(f"seed {case.seed}: a look at the tier changed the state")


def _compare_asked(
    case: Case, plan: Plan, state: list[int], reference: Reference, later: int
) -> None:
    """Years of membership are known where the last event knew since when they run."""
    event = case.events[-1][1]
    known = event.facts.get("days_since_joining")
    day, joined = event.day + later, (known or 0) + later
    starts = plan.programme.week_starts
    asked = Asked(day=day, history=reference.history, since=joined, week_starts=starts)
    seen = dict(zip(plan.seen, plan.seen_values(plan.looked_on(state, day, joined)), strict=True))
    for past in asked_of_uses(plan.programme):
        if past.window == "membership_year" and known is None:
            continue
        found = None if seen[past] == MISSING else seen[past]
        if found != (expected := value(past, asked)):
            raise Differs(f"seed {case.seed}: {past} {later} days later {found}, not {expected}")


def check(
    case: Case,
    number: int,
    engine: Engine,
    plan: Plan,
    out: list[int],
    state: Sequence[int],
    answer: Judgement,
) -> None:
    """Differs if an answer is not that of the reference."""
    found: dict[str, Any] = {
        "components": {
            (plan.slots[slot].rule_id, engine.currencies[plan.slots[slot].currency]): (b, a)
            for slot, b, a in plan.components(out)
        },
        "reasons": dict(zip(answer.reasons, plan.reasons(out), strict=True)),
        "amount": plan.base(out),
        "seen": {
            operand: None if value == MISSING else value
            for operand, value in zip(plan.seen, plan.seen_values(out), strict=True)
            if operand in answer.seen
        },
    }
    wanted: dict[str, Any] = {
        "components": {
            key: (before, answer.after.get(key, 0))
            for key, before in answer.before.items()
            if before or answer.after.get(key, 0)
        },
        "reasons": answer.reasons,
        "amount": answer.amount,
        "seen": answer.seen,
    }
    found["active"] = {
        (currency, life, most): state[
            plan.layout.place(activity_counter(currency, Extension((), life, most)))
        ]
        for currency, life, most in answer.active
    }
    wanted["active"] = answer.active
    if answer.tier is not None:
        until = plan.tier_until(state)
        tiers = dict(enumerate(engine.tiers))  # a faulty step may write a tier that nobody knows
        found |= {"tier": tiers.get(plan.tier(out)), "until": None if until == NEVER else until}
        wanted |= {"tier": answer.tier, "until": answer.tier_until}
    for what, right in wanted.items():
        if found[what] != right:
            raise Differs(
                f"seed {case.seed}, event {number}: {what} {found[what]}, expected {right}"
            )


def occurrences(case: Case) -> set[str]:
    """What happened in a case's history."""
    seen: set[str] = set()
    tier: str | None = None
    reference = Reference(case.programmes)
    for answer in judged(case, reference):
        codes = set(answer.reasons.values())
        names = {
            249: "not drawn",
            250: "no milestone passed",
            251: "cooling down",
            252: "limit used up",
            253: "lost in group",
            254: "outside between",
        }
        seen |= {f"outcome: {name}" for code, name in names.items() if code in codes}
        if any(answer.before[key] > points for key, points in answer.after.items()):
            seen.add("outcome: clipped")
        if any(points < 0 for points in answer.after.values()):
            seen.add("outcome: negative component")
        if tier is not None and answer.tier is not None and answer.tier != tier:
            seen.add(f"outcome: tier {'up' if answer.tier > tier else 'down'}")
        if answer.tier is not None and answer.tier_until is not None:
            seen.add("outcome: tier with an end")
        tier = answer.tier
    if any(not event.lines for _, event in case.events if event.type == "purchase"):
        seen.add("outcome: purchase without lines")
    if any("counts" in line for deed in reference.history for line in deed.lines):
        seen.add("outcome: lines count in part")
    if any(event.gross is None for _, event in case.events if event.type == "purchase"):
        seen.add("outcome: missing bill")
    return seen
