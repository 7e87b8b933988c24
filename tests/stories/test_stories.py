"""Every story of this folder, told on the real thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jifen.db.connection import connect, database_url
from jifen.db.migrate import migrate
from jifen.stories.model import Story
from jifen.stories.reading import read_stories
from jifen.stories.running import run_story
from jifen.stories.telling import told

STORIES = [
    story for file in sorted(Path(__file__).parent.glob("*.yaml")) for story in read_stories(file)
]


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection[Any]]:
    with connect(database_url(tmp_path_factory.mktemp("stories"))) as opened:
        migrate(opened)
        yield opened


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.file.stem}: {story.title}")
def test_holds(connection: psycopg.Connection[Any], story: Story) -> None:
    outcome = run_story(connection, story)
    assert outcome.holds, "\n".join(["", *told(outcome)])
