"""Every story of this folder, told on the real thing: in this process, and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.client.testing import Sandbox
from jifen.db.connection import connect
from jifen.stories.model import Story
from jifen.stories.over_http import OverHttp
from jifen.stories.reading import read_stories
from jifen.stories.running import run_story
from jifen.stories.telling import told

FOLDER = Path(__file__).parent
FILES = sorted(
    [*FOLDER.glob("*.yaml"), *FOLDER.glob("templates/*.yaml"), *FOLDER.glob("published/*.yaml")]
)
STORIES = [story for file in FILES for story in read_stories(file)]


@pytest.fixture(scope="module")
def connection(module_database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(module_database_url) as opened:
        yield opened


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.file.stem}: {story.title}")
def test_holds(connection: psycopg.Connection[Any], story: Story) -> None:
    outcome = run_story(connection, story)
    assert outcome.holds, "\n".join(["", *told(outcome)])


TOLD_EVERY_TIME = 8
"""One story in so many is told over HTTP every time, the others by `make test-long`."""


@pytest.fixture(scope="module")
def over_http(connection: psycopg.Connection[Any], module_database_url: str) -> Iterator[OverHttp]:
    with Sandbox(module_database_url) as sandbox, OverHttp(connection, sandbox.url) as asking:
        yield asking


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, marks=[pytest.mark.long] if place % TOLD_EVERY_TIME else [])
        for place, story in enumerate(STORIES)
    ],
    ids=lambda story: f"{story.file.stem}: {story.title}",
)
def test_holds_over_http(
    connection: psycopg.Connection[Any], over_http: OverHttp, story: Story
) -> None:
    outcome = run_story(connection, story, asking=over_http)
    assert outcome.holds, "\n".join(["", *told(outcome)])


WRONG = """\
story: Wrong on purpose
programme: coffee-club
members: {ann: {joined: 2026-01-01}}
steps:
  - at: 2026-01-05 10:00
    event: {type: purchase, id: o1, member: ann, amount: 60.00}
    answer: {points: 81, rules: {base: {before: 61}}}
    expect:
      ann: {points: 79}
      bob: {points: 0}
  - spend: {id: s1, member: ann, points: 500}
  - spend: {id: s2, member: ann, points: 5}
    refused: frozen
  - spend: {id: s2, member: ann, points: 5}
    replayed: false
"""


@pytest.mark.parametrize("via", ["library", "http"])
def test_a_story_that_is_wrong_fails_at_every_wrong_place(
    connection: psycopg.Connection[Any], over_http: OverHttp, via: str, tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG, encoding="utf-8")
    (story,) = read_stories(file)
    outcome = run_story(connection, story, asking=over_http if via == "http" else None)
    found = [
        (
            failure.step.number,
            mismatch.line,
            mismatch.path,
            str(mismatch.expected),
            str(mismatch.got),
        )
        for failure in outcome.failures
        if failure.step
        for mismatch in failure.mismatches
    ]
    assert found == [
        (1, 7, "answer.points", "81", "80"),
        (1, 7, "answer.rules.base.before", "61", "60"),
        (1, 9, "ann.points", "79", "80"),
        (1, 10, "bob", "a member", "nobody of that name"),
        (
            2,
            11,
            "answer",
            "no refusal",
            "insufficient_points (There are not enough points: 80 available, 500 needed.)",
        ),
        (3, 12, "answer", "frozen", "applied"),
        (4, 14, "answer", "a first answer", "a replay"),
    ]


FOLLOWING = """\
story: The first purchase is told with another amount than was meant
programme: coffee-club
members: {ann: {joined: 2026-01-01}, bob: {joined: 2026-01-01}}
steps:
  - at: 2026-01-05 10:00
    event: {type: purchase, id: o1, member: ann, amount: 6.00}
    expect: {ann: {points: 60}}
  - at: 2026-01-06 10:00
    spend: {id: s1, member: ann, points: 50}
  - at: 2026-01-07 10:00
    expect: {ann: {points: 10}}
  - at: 2026-01-08 10:00
    expect: {ann: {points: 10}, bob: {points: 3}}
"""


def test_a_failure_is_told_with_file_line_and_why(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG, encoding="utf-8")
    (story,) = read_stories(file)
    english = "\n".join(told(run_story(connection, story)))
    assert f"{file}:5: step 1 (event)" in english
    assert "expected: 81" in english
    chinese = "\n".join(told(run_story(connection, story, "zh"), "zh"))
    assert "应为：81" in chinese
    assert "应为：会员" in chinese
    assert "实为：没有这个会员" in chinese


def test_the_first_failure_is_told_and_what_follows_from_it_only_numbered(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(FOLLOWING, encoding="utf-8")
    (story,) = read_stories(file)
    english = list(told(run_story(connection, story)))
    assert [line for line in english if str(file) in line] == [
        f"  {file}:5: step 1 (event)",
        f"  {file}:12: step 4 (look)",
    ]
    assert english[-1] == "  what follows differs as well, of the same members: steps 2, 3"
    chinese = list(told(run_story(connection, story, "zh"), "zh"))
    assert chinese[-1] == "  同一会员随后的步骤也因此不符：步骤 2、3"
