"""Stories and programmes that documents show are true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from jifen.db.connection import connect
from jifen.programme.loading import load
from jifen.stories.reading import read_stories
from jifen.stories.running import run_story
from jifen.stories.telling import told

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Sample(NamedTuple):
    """A fenced block of a document: the lines above it are left blank, so that problems name its lines."""

    document: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def _samples(beginning: str) -> Iterator[Sample]:
    for document in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]:
        written = document.read_text(encoding="utf-8")
        for block in _BLOCK.finditer(written):
            if block["text"].startswith(beginning):
                line = written.count("\n", 0, block.start("text"))
                yield Sample(document, line + 1, "\n" * line + block["text"])


STORIES = list(_samples("story:"))
PROGRAMMES = list(_samples("programme:"))


@pytest.fixture(scope="module")
def connection(module_database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with connect(module_database_url) as opened:
        yield opened


@pytest.mark.parametrize("sample", STORIES, ids=str)
def test_a_story_that_a_document_tells_holds(
    connection: psycopg.Connection[Any], sample: Sample, tmp_path: Path
) -> None:
    file = tmp_path / f"{sample.document.stem}.yaml"
    file.write_text(sample.text, encoding="utf-8")
    for story in read_stories(file):
        outcome = run_story(connection, story)
        assert outcome.holds, "\n".join(["", str(sample), *told(outcome)])


@pytest.mark.parametrize("sample", PROGRAMMES, ids=str)
def test_a_programme_that_a_document_shows_loads(sample: Sample) -> None:
    load(sample.text, str(sample.document))
