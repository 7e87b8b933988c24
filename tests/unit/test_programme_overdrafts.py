"""What happens where points cannot be taken back, in sentences, and what is told where it makes no sense."""

from __future__ import annotations

import pytest
from programme_faults import HEAD, said

from jifen.programme.loading import load
from jifen.programme.sentences import sentences


@pytest.mark.parametrize(
    ("overdraft", "zh", "en"),
    [
        ("debt", "积分：永不过期。", "Points: never expiring."),
        (
            "refuse",
            "积分：永不过期；积分不足以追回时不接受退货。",
            "Points: never expiring; a return is refused where they have been used.",
        ),
        (
            "{clip: 500 points per year}",
            "积分：永不过期；追回时不足的部分每年最多免除 500 积分。",
            "Points: never expiring; what a return cannot take back is forgiven, up to 500 points a year.",
        ),
    ],
)
def test_an_overdraft_reads_as_a_sentence_in_both_languages(
    overdraft: str, zh: str, en: str
) -> None:
    name = f"points: {{name: {{zh: 积分, en: points}}, overdraft: {overdraft}}}"
    programme = load(HEAD.replace("points: {}", name), "club.yaml")
    assert (sentences(programme, "zh")[0], sentences(programme, "en")[0]) == (zh, en)


@pytest.mark.parametrize(
    ("overdraft", "line"),
    [
        ("clip", ": 'clip' needs a ceiling (write {clip: 500 points per year})"),
        ("forgive", ": 'forgive' is not debt or refuse"),
        (
            "{clip: 500 points per day}",
            ".clip: is so many points per year (write 500 points per year)",
        ),
        ("{clip: 5 per year}", ".clip: is so many points per year (write 500 points per year)"),
    ],
)
def test_an_overdraft_that_makes_no_sense_is_told(overdraft: str, line: str) -> None:
    document = HEAD.replace("points: {}", f"points: {{overdraft: {overdraft}}}")
    assert said(document) == [f"currencies.points.overdraft{line}"]


def test_a_grace_reads_as_a_sentence_in_both_languages() -> None:
    name = "points: {name: {zh: 积分, en: points}, give_back: {grace: 7 days}}"
    programme = load(HEAD.replace("points: {}", name), "club.yaml")
    assert sentences(programme, "zh")[0] == "积分：永不过期；退还时已过期的再用 7 天。"
    assert sentences(programme, "en")[0] == (
        "Points: never expiring; what has expired before it is given back lives 7 days more."
    )


def test_a_grace_that_makes_no_sense_is_told() -> None:
    document = HEAD.replace("points: {}", "points: {give_back: {grace: soon}}")
    assert said(document) == [
        "currencies.points.give_back.grace: 'soon' is not a duration (write durations like 90 days or 12 months)"
    ]


def test_what_is_written_off_cannot_be_taken() -> None:
    document = HEAD.replace("points: {}", "points: {overdraft: {clip: 500 points per year}}")
    assert said(f"{document}- {{id: x, on: purchase, take: 20 points}}\n") == [
        "earn[2].take: what is written off could not be undone exactly"
        " (let 'points' have `overdraft: debt`)"
    ]
