"""The documents that come with jifen: whole, and worded in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from both_languages import told_in_both
from click.testing import CliRunner
from template_pages import pages

from jifen.cli.problems import CommandProblem
from jifen.cli.root import root
from jifen.engine.compile import Version, compile_timeline
from jifen.programme.loading import template, template_names, template_text
from jifen.programme.sentences import clauses
from jifen.programme.template_purposes import PURPOSES
from jifen.stories.reading import read_stories
from jifen.whatif.linting import lint
from jifen.wording import Said

STORIES = Path(__file__).parents[1] / "stories" / "templates"


def test_every_template_is_listed_with_what_it_is_for() -> None:
    assert sorted(PURPOSES) == list(template_names())
    for purpose in PURPOSES.values():
        told_in_both(purpose)


@pytest.mark.parametrize("name", PURPOSES)
def test_a_template_can_be_compiled_and_is_called_like_its_file(name: str) -> None:
    programme = template(name)
    assert programme.id == name
    compile_timeline([Version(1, 0, programme)])


@pytest.mark.parametrize("name", PURPOSES)
def test_a_template_speaks_both_languages(name: str) -> None:
    programme = template(name)
    told_in_both(Said(programme.name.en, programme.name.zh))
    pairs = zip(clauses(programme, "en"), clauses(programme, "zh"), strict=True)
    for english, chinese in pairs:
        assert english[:2] == chinese[:2]
        told_in_both(Said(english.sentence, chinese.sentence))


@pytest.mark.parametrize("name", PURPOSES)
def test_a_template_draws_no_remark(name: str) -> None:
    assert lint(template(name), template_text(name)) == []


@pytest.mark.parametrize("name", PURPOSES)
def test_a_template_is_told_in_three_stories_or_more(name: str) -> None:
    stories = read_stories(STORIES / f"{name}.yaml")
    assert len(stories) >= 3
    told = (STORIES / f"{name}.yaml").read_text(encoding="utf-8")
    assert told.count(f"\nprogramme: {name}\n") == len(stories)
    assert "return:" in told


def test_the_pages_promise_what_the_templates_print() -> None:
    stale = [page.name for page, text in pages() if page.read_text(encoding="utf-8") != text]
    assert stale == [], "python tests/unit/template_pages.py writes them anew"


def test_templates_are_listed_and_printed_by_name() -> None:
    listed = CliRunner().invoke(root(), ["programme", "templates", "--json"])
    assert [one["id"] for one in json.loads(listed.output)] == list(PURPOSES)
    assert {"zh", "en"} == set(json.loads(listed.output)[0]["purpose"])
    table = CliRunner().invoke(root(), ["programme", "templates"]).output.splitlines()
    assert len(table) == 1 + len(PURPOSES)
    printed = CliRunner().invoke(root(), ["programme", "templates", "star-club"])
    assert printed.output == template_text("star-club")


def test_a_template_that_there_is_not_is_no_fault_of_jifens_own() -> None:
    missing = CliRunner().invoke(root(), ["programme", "templates", "star-clubs"])
    assert isinstance(missing.exception, CommandProblem)
    assert missing.exception.message == "there is no template 'star-clubs'"
