"""The bounds of ways of using points: in sentences, and what is told where they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme_faults import HEAD, said

from jifen.programme.loading import read
from jifen.programme.sentences import sentences

EXAMPLES = Path(__file__).parents[2] / "examples" / "programmes"


def test_bounds_read_as_sentences_in_both_languages() -> None:
    programme = read(EXAMPLES / "spending.yaml")
    assert sentences(programme, "zh")[0] == (
        "积分：获得满 12 个月过期；满 200 积分起用；按 100 积分的整数倍使用；每次最多用 1000 积分；"
        "每天最多用 1500 积分；每月最多用 3 次。"
    )
    assert sentences(programme, "en")[0] == (
        "Points: expiring 12 months after earning; used from 200 points on; used in steps of 100 points; "
        "at most 1000 points at a time; at most 1500 points a day; at most 3 times a month."
    )


@pytest.mark.parametrize(
    ("spending", "line"),
    [
        ("{min: 150, step: 100}", ".min: is no whole number of steps"),
        ("{max: 250, step: 100}", ".max: is no whole number of steps"),
        ("{min: 200, max: 100}", ".max: is less than 'min'"),
        ("{min: 0}", ".min: must be more than zero"),
        ("{step: 0.5}", ".step: 0.5 is finer than 'points', which keeps no decimals"),
        ("{limit: 100 amount per day}", ".limit: counts points or times, not money"),
        ("{limit: 100 points per event}", ".limit: write max for what is used at a time"),
        ("{min: 200, limit: 100 points per day}", ".limit: is less than 'min'"),
        ("{most: 100}", ".most: unknown key 'most'"),
        ("{fee: 1}", ".fee: 'fee' is not supported yet"),
    ],
)
def test_bounds_that_make_no_sense_are_told(spending: str, line: str) -> None:
    document = HEAD.replace("points: {}", f"points: {{spending: {spending}}}")
    assert said(document) == [f"currencies.points.spending{line}"]


def test_points_that_cannot_be_spent_have_no_bounds() -> None:
    document = HEAD.replace("points: {}", "points: {spendable: false, spending: {min: 100}}")
    assert said(document) == ["currencies.points.spending: 'points' cannot be spent at all"]
