"""The documents that come with jifen: whole, and worded in both languages."""

from __future__ import annotations

import pytest
from both_languages import told_in_both

from jifen.engine.compile import Version, compile_timeline
from jifen.programme.loading import template, template_names
from jifen.programme.sentences import clauses
from jifen.programme.template_purposes import PURPOSES
from jifen.wording import Said


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
