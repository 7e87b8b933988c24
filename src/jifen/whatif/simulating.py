"""A made-up population under a document: judged in memory, or written to a programme."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import psycopg
from msgspec import structs

from jifen.engine.compile import Version, compile_timeline
from jifen.engine.events import Value
from jifen.instants import start_of_day
from jifen.intake.asking.commands import Command, Event, Return
from jifen.intake.files.importing import COMMANDS_PER_BATCH
from jifen.intake.files.posting import Posting, Terms
from jifen.intake.garbage import collecting_no_garbage
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.occasions import Occasion
from jifen.intake.versions.opening import OpenProgramme, now_of, unstored
from jifen.programme.model import Programme
from jifen.whatif.balances import check_balances
from jifen.whatif.counting import count
from jifen.whatif.days_of_population import days_of_birthday, with_days
from jifen.whatif.endings_of_population import with_endings
from jifen.whatif.history import History
from jifen.whatif.population import (
    CHANNELS,
    DAYS,
    Population,
    birthday_of,
    history_of,
    member_name,
)
from jifen.whatif.replaying import judged_alone, judged_twice
from jifen.whatif.report import Report
from jifen.whatif.running import Replay

ACTOR = "simulation"
_COMMANDS_AT_A_TIME = 20_000


def simulated(
    population: Population, published: str, draft: Programme | None, started: float
) -> Report:
    """The report of a draft beside a published document, or of this alone. `started`: of `perf_counter`."""
    end = population.first_day + DAYS
    opened = unstored(published, 0)
    for document in (opened.programme, *([draft] if draft else ())):
        check_balances(document, ())
    opened = replace(opened, test_now=start_of_day(end, opened.zone))
    with collecting_no_garbage():
        history = history_of(population, opened.programme.week_starts)
        if draft is None:
            history = with_days(history, population, [opened])
            found = with_endings(history, population, [opened], partial(judged_alone, opened))
            report = count(opened, found, started=started)
            return structs.replace(report, alone=True)
        engine = compile_timeline([Version(1, 0, draft)])
        drafted = replace(opened, engine=engine, programme=draft)
        history = with_days(history, population, [opened, drafted])

        def judge(history: History) -> Replay:
            return judged_twice(opened, history, draft, engine, None, None, "anew")

        found = with_endings(history, population, [opened, drafted], judge)
        return count(opened, found, started=started)


def write(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    population: Population,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Enrol the population and post what they did, as an import does; how many commands that were.

    Running it again changes nothing: the same seed makes the same ids. `told` hears of how many are done.
    """
    now, joined_at = now_of(programme), start_of_day(population.first_day, programme.zone)
    newcomers = (
        NewMember(
            id=member_name(number), joined_at=joined_at, facts={"birthday": birthday_of(code)}
        )
        for number, code in enumerate(population.birthdays.tolist())
    )
    while some := list(islice(newcomers, _COMMANDS_AT_A_TIME)):
        enrol_members(connection, programme, some, now=now, actor=ACTOR)
    days = _days_by_birthday(population, programme, now)
    total = len(population.amounts) + int((population.returned_at >= 0).sum())
    total += sum(len(days[code]) for code in population.birthdays.tolist())
    commands, done = _commands(population, days), 0
    terms = Terms(now, ACTOR, enrol=False, commands_per_batch=COMMANDS_PER_BATCH)
    with Posting(connection, programme, terms) as posting:
        batch = list(islice(commands, _COMMANDS_AT_A_TIME))
        while batch:
            posting.begin(batch, len(batch) / total)
            following = list(islice(commands, _COMMANDS_AT_A_TIME))
            for _, said in posting.end().failed:
                raise RuntimeError(said)
            done += len(batch)
            told(done)
            batch = following
    return done


def _days_by_birthday(
    population: Population, programme: OpenProgramme, now: int
) -> dict[int, list[Occasion]]:
    """The days until now that rules are about, for whoever has a birthday, those after the year as well: who joined
    long ago had them, and time brings only what is still to come."""
    return {
        code: [one for one, _, _ in days_of_birthday(code, population.first_day, [programme], now)]
        for code in np.unique(population.birthdays).tolist()
    }


def _commands(population: Population, days: Mapping[int, list[Occasion]]) -> Iterator[Command]:
    """What members did and the days that came round for them, in the order of members and time, each member's returns
    behind them."""
    done = _deeds(population)
    following = next(done, None)
    for buyer, code in enumerate(population.birthdays.tolist()):
        name = member_name(buyer)
        events, returns = [one.event_of(name) for one in days[code]], list[Return]()
        while following is not None and following[0].member == name:
            events.append(following[0])
            returns += following[1:]
            following = next(done, None)
        yield from sorted(events, key=lambda event: event.occurred_at or 0)
        yield from returns


def _deeds(population: Population) -> Iterator[tuple[Event, *tuple[Return, ...]]]:
    """Purchases in the order of members and time, each with its return if there is one."""
    rows = zip(
        population.buyers.tolist(),
        population.occurred_at.tolist(),
        population.amounts.tolist(),
        population.channels.tolist(),
        population.returned_at.tolist(),
        strict=True,
    )
    for number, (buyer, occurred_at, amount, channel, returned_at) in enumerate(rows):
        member, id = member_name(buyer), f"p{number}"
        fields: dict[str, Value] = {"amount": amount, "channel": CHANNELS[channel][0]}
        bought = Event(
            id=id, member=member, type="purchase", occurred_at=occurred_at, fields=fields
        )
        if returned_at < 0:
            yield (bought,)
        else:
            back = Return(id=f"r{number}", of=id, member=member, occurred_at=returned_at, full=True)
            yield bought, back


def last_moment(population: Population, programme: OpenProgramme) -> int:
    """The instant by which everything of the population has happened."""
    return max(
        int(population.occurred_at.max(initial=0)),
        int(population.returned_at.max(initial=0)),
        start_of_day(population.first_day, programme.zone),
    )
