"""A made-up population is the same for ever, and behaves as its page says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from jifen.cli.replayed import told_report
from jifen.instants import MONDAY, date_of, local_day_of
from jifen.intake.gathering.facts import facts_on
from jifen.intake.judging.payload import decode_payload
from jifen.programme.loading import load, template_text
from jifen.whatif.page import page
from jifen.whatif.population import (
    DAYS,
    PURCHASES_A_YEAR,
    RETURNED,
    Population,
    history_of,
    populate,
)
from jifen.whatif.simulating import simulated

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = 20_454  # 2026-01-01


@pytest.fixture(scope="module")
def population() -> Population:
    return populate(4_000, FIRST_DAY, ZONE, 2, seed=7)


def test_the_same_seed_makes_the_same_members(population: Population) -> None:
    again = populate(4_000, FIRST_DAY, ZONE, 2, seed=7)
    other = populate(4_000, FIRST_DAY, ZONE, 2, seed=8)
    assert np.array_equal(again.amounts, population.amounts)
    assert np.array_equal(again.occurred_at, population.occurred_at)
    assert not np.array_equal(other.birthdays, population.birthdays)


def test_it_behaves_as_its_page_says(population: Population) -> None:
    visits = np.bincount(population.buyers, minlength=population.members)
    assert visits.mean() == pytest.approx(PURCHASES_A_YEAR, rel=0.05)
    assert visits.var() > 10 * visits.mean()  # far more unlike than a Poisson process alone
    assert (population.returned_at >= 0).mean() == pytest.approx(RETURNED, rel=0.1)
    weekdays = np.bincount((population.days + 3) % 7, minlength=7)
    assert int(weekdays.argmax()) == 5  # Saturday
    assert population.days.min() >= FIRST_DAY
    assert population.days.max() < FIRST_DAY + DAYS + 7
    some = np.linspace(0, len(population.days) - 1, 50).astype(int)
    for place in some:
        assert local_day_of(int(population.occurred_at[place]), ZONE) == population.days[place]


def test_what_is_returned_earns_nothing_and_birthdays_are_known(population: Population) -> None:
    history = history_of(population, MONDAY)
    assert len(history) == int((population.returned_at < 0).sum())
    assert (np.diff(history.members) >= 0).all()
    with_birthday = [b'"birthday":true' in payload for payload in history.payloads]
    place = with_birthday.index(True)
    code = int(population.birthdays[history.members[place]])
    date = date_of(int(history.days[place]))
    assert code == date.month * 100 + date.day


def test_everybody_has_a_birthday_and_what_comes_round_with_the_calendar(
    population: Population,
) -> None:
    document = (
        "programme: shop\nname: {zh: 店, en: Shop}\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies:\n  points: {name: {zh: 积分, en: points}}\n"
        "earn:\n"
        "  - {id: base, on: purchase, give: 1 points per 1000000 of amount}\n"
        "  - {id: gift, on: birthday, give: 100 points}\n"
        "  - {id: rent, on: month_end, give: 1 points}\n"
    )
    begun_on_birthday = int((population.birthdays == 101).sum())
    report = simulated(population, document, None, 0.0)
    of_rules = {rule.id: rule.points.published for rule in report.rules}
    assert of_rules["gift"] == 100 * (population.members - begun_on_birthday)
    assert of_rules["rent"] == 12 * population.members
    both = simulated(population, document, load(document.replace("100 points", "150 points")), 0.0)
    points = both.total("points").points
    assert points.difference == 50 * (population.members - begun_on_birthday)


@pytest.mark.parametrize("week_starts", [1, 7])
def test_the_week_of_a_birthday_begins_when_the_programme_says(
    population: Population, week_starts: int
) -> None:
    history = history_of(population, week_starts)
    for place in range(0, len(history), len(history) // 200):
        member, day = int(history.members[place]), int(history.days[place])
        facts = decode_payload(history.payloads[place]).facts
        known = history.facts[member]
        assert facts == facts_on(day, known, FIRST_DAY, week_starts)


def test_a_document_that_gives_twice_gives_twice(population: Population) -> None:
    once = (
        "programme: shop\nname: {zh: 店, en: Shop}\ntimezone: Asia/Shanghai\nmoney: CNY\n"
        "currencies:\n  points: {name: {zh: 积分, en: points}}\n"
        "earn:\n  - {id: base, on: purchase, give: 1 points per 1 of amount}\n"
    )
    report = simulated(population, once, load(once.replace("give: 1", "give: 2")), 0.0)
    points = report.total("points").points
    assert points.draft == 2 * points.published > 0
    kept = population.amounts[population.returned_at < 0]
    assert points.published == int((kept // 100).sum())


def test_templates_live_through_a_year(population: Population) -> None:
    text = template_text("four-tier")
    report = simulated(population, text, load(text), 0.0)
    assert report.same == report.members
    assert sum(tier.members.published for tier in report.tiers) == population.members


def test_a_document_alone_is_not_compared_with_itself(population: Population) -> None:
    text = template_text("coffee-club")
    alone = simulated(population, text, None, 0.0)
    both = simulated(population, text, load(text), 0.0)
    empty = [place for place, line in enumerate(told_report(alone)) if not line.strip()]
    assert not {place + 1 for place in empty} & set(empty)  # nowhere two lines of nothing
    assert alone.alone
    assert not both.alone
    assert alone.total("points").points == both.total("points").points
    told = "\n".join(told_report(alone))
    assert "Under this document members get" in told
    for word in ("published", "draft", "difference", "better off", "±0"):
        assert word not in told
    html = page(alone, [], "en")
    assert "Under this document members get" in html
    assert "What the draft changes" not in html
    assert "Who gains most" not in html
