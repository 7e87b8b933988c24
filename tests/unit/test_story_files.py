"""Stories are read with every fault named, and compared as people count."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from both_languages import told_in_both

from jifen.instants import NEVER, day_of, start_of_day
from jifen.programme.problems import Problems, ProgrammeError
from jifen.programme.reading.nodes import read_nodes
from jifen.stories.comparing import ByCurrency, End, Ending, Shown, mismatches
from jifen.stories.reading import read_stories

SHANGHAI = ZoneInfo("Asia/Shanghai")

STORY = """\
# two stories
story: First
programme: coffee-club
members: {ann: {joined: 2026-01-01}, bob: }
steps:
  - at: 2026-01-05 10:00
    event: {type: purchase, id: o1, member: ann, amount: 60.00}
---
story: Second
programme:
  programme: inline
  timezone: Asia/Shanghai
  money: CNY
  currencies: {points: {name: points}}
  earn:
    - {id: base, on: purchase, give: 1 points per 1 of amount}
steps: []
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "some.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_holds_several_stories_each_with_its_line(tmp_path: Path) -> None:
    first, second = read_stories(written(tmp_path, STORY))
    assert (first.title, first.line, [member.id for member in first.members]) == (
        "First",
        2,
        ["ann", "bob"],
    )
    assert first.steps[0].at == 1767578400_000000
    assert (second.title, second.line, second.programme.id) == ("Second", 9, "inline")


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ProgrammeError) as caught:
        read_stories(written(folder, text))
    for problem in caught.value.problems:
        told_in_both(problem.message)
    return [
        f"{problem.line} {problem.path}: {problem.message}" for problem in caught.value.problems
    ]


def test_every_fault_of_a_story_is_named_with_its_line(tmp_path: Path) -> None:
    text = """\
story: Faults
programme: coffee-club
members: {ann: {joined: 2026-01-01, colour: red}}
steps:
  - at: 2026-13-05
    event: {}
    spend: {}
  - evnt: {}
  - pay: {}
  - expect: {ann: {points: 1}}
    refused: frozen
"""
    assert faults(tmp_path, text) == [
        "3 members.ann.colour: unknown key 'colour'",
        "5 steps[1]: a step does one thing, not event and spend",
        "5 steps[1].at: '2026-13-05' is not a date as 2026-01-31",
        "8 steps[2].evnt: unknown key 'evnt'",
        "9 steps[3].pay: 'pay' is not supported yet",
        "10 steps[4]: only a step that asks something gets an answer",
    ]


def test_a_fault_in_an_inline_programme_has_the_line_of_the_story_file(tmp_path: Path) -> None:
    text = STORY.replace("on: purchase, give", "on: purchas, give")
    assert faults(tmp_path, text) == ["16 earn[1].on: unknown event type 'purchas'"]


def test_the_clock_of_a_story_does_not_run_backwards(tmp_path: Path) -> None:
    text = """\
story: Backwards
programme: coffee-club
steps:
  - at: 2026-01-05
    event: {type: purchase, id: o1, member: ann, amount: 1}
  - at: 2026-01-04
    event: {type: purchase, id: o2, member: ann, amount: 1}
  - at: 2026-01-04
    spend: {id: s1, member: ann, points: 1}
"""
    assert faults(tmp_path, text) == ["8 steps[3]: the clock does not run backwards"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# nothing\n", "1 : holds no story"),
        ("story: a\nsteps: []\n", "1 : 'programme' is missing"),
        (
            "story: a\nprogramme: cofee-club\nsteps: []\n",
            "2 programme: there is no template and no file 'cofee-club'",
        ),
    ],
)
def test_a_story_needs_its_parts(tmp_path: Path, text: str, fault: str) -> None:
    assert faults(tmp_path, text) == [fault]


END = End(start_of_day(day_of(dt.date(2026, 4, 1)), SHANGHAI), SHANGHAI)
GOT: dict[str, Shown] = {
    "points": Decimal("80.0"),
    "tier": "basic",
    "none": None,
    "lots": [{"of": "o1", "remaining": Decimal(80)}],
    "held": ByCurrency({"points": Decimal(3), "miles": Decimal(4)}, "points"),
    "ends": Ending(END, Decimal(80)),
    "never": End(NEVER, SHANGHAI),
}


@pytest.mark.parametrize(
    "expected",
    [
        "points: 80",
        "points: 80.00",
        "tier: basic",
        "none: null",
        "none:",
        "lots: [{remaining: 80}]",
        "held: 3",
        "held: {miles: 4}",
        "ends: 2026-03-31",
        "ends: 2026-04-01 00:00",
        "ends: {date: 2026-03-31, points: 80}",
        "never: never",
    ],
)
def test_what_is_meant_agrees(expected: str) -> None:
    assert list(mismatches(read_nodes(expected, Problems("")), GOT, "ann")) == []


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        ("points: 80.01", "ann.points"),
        ("points: eighty", "ann.points"),
        ("pionts: 80", "ann.pionts"),
        ("tier: silver", "ann.tier"),
        ("none: 0", "ann.none"),
        ("none: 'null'", "ann.none"),
        ("points: null", "ann.points"),
        ("lots: []", "ann.lots"),
        ("lots: [{remaining: 81}]", "ann.lots[1].remaining"),
        ("held: 4", "ann.held"),
        ("held: {points: 3, miles: 5}", "ann.held.miles"),
        ("ends: 2026-04-01", "ann.ends"),
        ("ends: {points: 81}", "ann.ends.points"),
        ("never: 2026-03-31", "ann.never"),
    ],
)
def test_what_differs_is_named_with_its_path(expected: str, path: str) -> None:
    found = list(mismatches(read_nodes(expected, Problems("")), GOT, "ann"))
    assert [mismatch.path for mismatch in found] == [path]
