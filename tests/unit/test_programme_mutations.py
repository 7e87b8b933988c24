"""However a document is broken, the loader either understands it or says what is wrong; and what it understands meets
the published schema."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jifen.programme.amounts import Language
from jifen.programme.loading import load, template_names, template_text
from jifen.programme.model import Programme
from jifen.programme.problems import Problem, ProgrammeError
from jifen.programme.schema.document import json_schema
from jifen.programme.sentences import sentences

EXAMPLES = (Path(__file__).parents[2] / "examples" / "programmes").iterdir()
DOCUMENTS = [template_text(name) for name in template_names()]
DOCUMENTS += [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES)]
PIECES = sorted({piece for document in DOCUMENTS for piece in document.split()})
ODDITIES = [
    "", "~", "[", "]", "{", "}", "'", '"', ":", "- ", "\n", "\n  ", "\t", "*x", "&x ", "!!int ", "? ", "|", ">",
    "0", "-1", "1e9", "0x1", "1_000", ".5", "5.", "NaN", "9" * 19, "١", "１", "积分", "\x00", "\ud800", "\u2028",
    "((((", "not not ", "amount", "and", "lambda: 0", "f'{x}'", "b'x'", "1j", "...", "None", "yield", "await x",
    "print('x')", "x if y else z", "[x for x in y]", "amount := 1", "*amount", "count", "count(1)", "earned(None)",
    "by", "per", " of ", "%", "2026-02-29", "0000-00-00", "9999-12-31", "\\", "'\\N{x}'", "1if 1else 1",
]  # fmt: skip


LANGUAGES: tuple[Language, ...] = ("zh", "en")


def judged(document: str) -> tuple[tuple[Problem, ...], Programme | None]:
    """What the loader makes of a document; anything but ProgrammeError is not caught."""
    try:
        return (), load(document, "broken.yaml")
    except ProgrammeError as error:
        return error.problems, None


@st.composite
def broken_documents(draw: st.DrawFn) -> str:
    """A good document with one to three pieces replaced, doubled, dropped or thrown in."""
    document = draw(st.sampled_from(DOCUMENTS))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(document)))
        length = draw(st.integers(0, 12))
        piece = draw(st.sampled_from(PIECES) | st.sampled_from(ODDITIES) | st.text(max_size=6))
        document = document[:start] + piece + document[start + length :]
    return document


@given(broken_documents())
@settings(max_examples=400)
@example(
    "programme: {a: {}}\nearn: [[]]\ntiers: [{ladder: {}}]\ncurrencies: []\nevents: 5\nfacts: [a]\nlimits: {}"
)
@example(
    "earn: [{id: [a], on: {}, when: [], give: [], lines: {}, limit: {a: b}, between: 5}]\nbase: []\ngroups: 1"
)
def test_a_broken_document_gets_problems_and_nothing_else(document: str) -> None:
    problems, programme = judged(document)
    for problem in problems:
        assert len(str(problem).splitlines()) == 1
        assert 1 <= problem.line <= len(document.splitlines()) + 1
    if programme is None:
        assert problems
        return
    for language in LANGUAGES:
        assert all(sentences(programme, language))


VALUES = [
    "0 days", "1 day", "0 months", "3 months", "0 hours", "00", "007", "1.0", "12.50", "1e3", "-1", "x", "A", "a b",
    "true", "null", "1000000000001", "50%", "0%", "12-31", "2026-02-30", "never", "once", "1 per day", "0 per day",
    "points by 2", "base by 0", "2  points", "1 POINTS", "coffee", "a" * 61, "é", "id-", "1id", ["a"], [], {}, [[]],
    {"zh": "a"}, {"zh": "a", "en": "b"}, {"zh": ["a"], "en": "b"}, {"zh": {"zh": "a", "en": "b"}, "en": "b"},
    {"until": "confirm", "at_most": "3 days"}, ["1 points", "1 growth"], {"clip": "500 points per year"},
    {"policy": "carry", "books": "year"}, "month", "calendar month", "rolling 12 months",
]  # fmt: skip


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with every place in it."""
    for place in node if isinstance(node, dict) else range(len(node)):
        yield node, place
        if isinstance(node[place], dict | list):
            yield from places(node[place])


def test_what_the_loader_understands_meets_the_published_schema() -> None:
    chance = random.Random("loader and schema")
    texts = [text for text in DOCUMENTS if not text.startswith("{")]
    documents = [yaml.load(text, Loader=yaml.BaseLoader) for text in texts]
    known = [node[place] for document in documents for node, place in places(document)]
    keys = sorted(
        {place for document in documents for _, place in places(document) if isinstance(place, str)}
    )
    schema, understood = jsonschema.Draft202012Validator(json_schema()), 0
    for _ in range(500):
        document = copy.deepcopy(chance.choice(documents))
        node, place = chance.choice(list(places(document)))
        match chance.randrange(5):
            case 0 | 1:
                node[place] = chance.choice(VALUES)
            case 2:
                node[place] = copy.deepcopy(chance.choice(known))
            case 3 if isinstance(node, dict):
                node[chance.choice(keys)] = chance.choice(VALUES)
            case _:
                del node[place]
        text = json.dumps(document, ensure_ascii=False)
        if judged(text)[1] is not None:
            understood += 1
            assert [one.message for one in schema.iter_errors(document)] == [], text
    assert understood > 50
