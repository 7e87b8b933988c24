"""A made-up population that is posted earns what it earns in memory."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from given_and_awarded import awarded
from travelled_bank import SHOP, Bank

from jifen.db.connection import connect
from jifen.programme.loading import load, template_text
from jifen.proof.proving import prove
from jifen.whatif.population import populate
from jifen.whatif.simulating import simulated, write


def test_what_is_posted_is_what_was_judged_in_memory(database_url: str) -> None:
    document = template_text("coffee-club")
    with connect(database_url) as connection:
        bank = Bank(connection, document, "2026-01-01 00:00")
        population = populate(25, 20_454, bank.zone, 2, seed=3)
        bank.travel("2027-02-01 00:00")
        commands = write(connection, bank.programme, population)
        assert commands == len(population.amounts) + int((population.returned_at >= 0).sum())
        report = simulated(population, document, load(document), time.perf_counter())
        (given,) = connection.execute(
            "SELECT sum(lifetime)::bigint FROM balance WHERE currency = 0"
        ).fetchone() or (0,)
        assert report.total("points").points.published == given > 0
        write(connection, bank.programme, population)  # again: nothing is taken twice
        assert prove(connection, bank.programme).differences == []
        (events,) = connection.execute("SELECT count(*) FROM event").fetchone() or (0,)
        assert events == len(population.amounts)


DAYS = (
    SHOP
    + """\
  - {id: birthday, on: birthday, give: 88 points}
  - {id: habit, on: month_end, when: "count('purchase', 'month') >= 2", give: 20 points}
"""
)


def days_posted(bank: Bank) -> dict[str, int]:
    """How many of each kind of event there are."""
    return dict(
        bank.connection.execute("SELECT type, count(*) FROM event GROUP BY type").fetchall()
    )


def test_the_days_of_the_year_that_is_over_are_posted_too(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, DAYS, "2026-01-01 00:00")
        population = populate(12, 20_454, bank.zone, 2, seed=5)
        assert population.birthdays.min() > 110  # nobody's comes before the last return
        bank.travel("2027-01-10 00:00")
        write(connection, bank.programme, population)
        report = simulated(population, DAYS, load(DAYS), time.perf_counter())
        made = days_posted(bank)
        assert (made["month_end"], made["birthday"]) == (12 * 12, 12)
        (posted,) = connection.execute("SELECT sum(lifetime)::bigint FROM balance").fetchone() or (
            0,
        )
        assert report.total("points").points.published == posted
        assert prove(connection, bank.programme).differences == []
        write(connection, bank.programme, population)  # again: nothing is taken twice
        bank.travel("2027-02-01 00:00")  # and time goes on from the present
        assert days_posted(bank)["month_end"] == 12 * 13
        assert prove(connection, bank.programme).differences == []


def test_onto_a_clock_far_behind_the_year_the_days_since_then_come_along(database_url: str) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, DAYS, "2028-03-15 10:00")
        population = populate(12, 20_454, bank.zone, 2, seed=5)
        write(connection, bank.programme, population)
        made = days_posted(bank)
        early = sum(code < 315 for code in population.birthdays.tolist())
        assert (made["month_end"], made["birthday"]) == (12 * 26, 12 * 2 + early)
        bank.travel("2028-04-01 00:00")
        assert days_posted(bank)["month_end"] == 12 * 27
        assert prove(connection, bank.programme).differences == []


ENDING = SHOP.replace(
    "points: {name: {zh: 积分, en: points}}",
    "points: {name: {zh: 积分, en: points}, expiry: {rolling: 2 months, until: month_end}, min_life: 0 days}\n"
    "  stars: {name: {zh: 星星, en: stars}}",
) + (
    "  - {id: back, on: expired, when: points >= 20, give: 1 stars per 10 of points}\n"
    "  - {id: sorry, on: expired, give: 15 points, limit: 2 per year}\n"
)


def test_what_expires_of_made_up_members_is_what_expires_where_they_are_posted(
    database_url: str,
) -> None:
    with connect(database_url) as connection:
        bank = Bank(connection, ENDING, "2026-01-01 00:00")
        population = populate(8, 20_454, bank.zone, 2, seed=7)
        bank.travel("2027-01-10 00:00")
        write(connection, bank.programme, population)
        bank.travel("2027-01-11 00:00")
        report = simulated(population, ENDING, None, time.perf_counter())
        given = awarded(bank)
    for currency in ("points", "stars"):
        sums = sum(points for (_, of), points in given.items() if of == currency)
        assert report.total(currency).points.draft == sums > 0
    assert report.aside[0].en.startswith("Made-up members use nothing")


def test_a_draft_lets_other_points_of_made_up_members_expire() -> None:
    population = populate(300, 20_454, ZoneInfo("Asia/Shanghai"), 2, seed=7)
    longer = ENDING.replace("rolling: 2 months", "rolling: 4 months")
    same, other = (
        simulated(population, ENDING, load(draft), time.perf_counter())
        for draft in (ENDING, longer)
    )
    assert same.total("stars").points.difference == 0
    assert same.total("stars").points.published == other.total("stars").points.published > 0
    assert 0 < other.total("stars").points.draft < other.total("stars").points.published
