"""The description of the door says what the door does: no address too many, none too few, every field as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
import yaml

from jifen.api.commands import KINDS, OF_ONE, route_of
from jifen.api.described.commands import OF_KINDS
from jifen.api.described.document import document
from jifen.api.described.everything import OPERATIONS, TOPICS
from jifen.api.described.page import page
from jifen.api.door import make_door
from jifen.api.problems import OTHERS
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed
from jifen.ledger.refusals import REFUSALS
from jifen.programme.loading import load

ROOT = Path(__file__).parents[2]
STORIES = ROOT / "tests" / "stories"
COFFEE = ROOT / "src" / "jifen" / "programme" / "templates" / "coffee-club.yaml"
ZONE = ZoneInfo("Asia/Shanghai")


def addresses() -> set[tuple[str, str]]:
    """Method and path of everything that the door answers."""
    found = {("POST", f"/v1/{noun}") for noun in KINDS}
    found |= {("POST", f"/v1/{noun}/{{}}/{verb}") for noun, verb in OF_ONE}
    for route in make_door("postgresql://nobody@nowhere").routes.routes:
        path = re.sub(r"\{[^}]*\}", "{}", route.path_format)
        found |= {(method, path) for method in route.methods - {"HEAD", "OPTIONS"}}
    return found


def test_every_address_is_described_and_every_description_has_an_address() -> None:
    described = {(one.method, re.sub(r"\{[^}]*\}", "{}", one.path)) for one in OPERATIONS}
    assert sorted(addresses() - described) == []
    assert sorted(described - addresses()) == []


@pytest.mark.parametrize("page", ["http.md", "http.zh-CN.md"])
def test_the_guide_names_every_noun(page: str) -> None:
    guide = (ROOT / "docs" / "guides" / page).read_text(encoding="utf-8")
    nouns = {found[0] for one in OPERATIONS if (found := re.match(r"/v1/[a-z.-]+", one.path))}
    callbacks = {"/v1/mall"}  # which a mall provider asks; they have a guide of their own
    named = set(re.findall(r"/v1/[a-z.-]+", guide))
    assert sorted(nouns - callbacks - named) == []


def test_no_name_is_given_twice_and_every_topic_is_known() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert sorted(names) == sorted(set(names))
    assert {operation.topic for operation in OPERATIONS} == set(TOPICS)


def test_every_code_that_is_named_exists() -> None:
    known = REFUSALS.keys() | OTHERS.keys()
    assert {one.name: set(one.codes) - known for one in OPERATIONS if set(one.codes) - known} == {}


@pytest.mark.parametrize("kind", sorted(OF_KINDS))
def test_the_fields_described_are_those_that_are_read(kind: str) -> None:
    body = OF_KINDS[kind].body
    described = {field.encode_name for field in msgspec.structs.fields(body)}
    for field in described:
        assert not _is_unknown(kind, field), field
    if kind not in ("event", "return"):  # whose other fields the programme declares
        assert _read_by(kind) <= described


def _is_unknown(kind: str, field: str) -> bool:
    try:
        command_of(kind, {"type": "purchase", field: None}, PROGRAMME, ZONE)
    except Malformed as malformed:
        return malformed.pointer == f"/{field}" and "unknown field" in malformed.en
    return False


def _read_by(kind: str) -> set[str]:
    """The fields that a reader names to whom writes one that is far from all of them."""
    try:
        command_of(kind, {"§": None}, PROGRAMME, ZONE)
    except Malformed as malformed:
        _, known, names = malformed.en.partition("; known: ")
        return set(names.split(", ")) if known else set()
    raise AssertionError(kind)


PROGRAMME = load(COFFEE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_is_whole_in_either_language(language: str) -> None:
    drawn = document(language)
    assert drawn["openapi"] == "3.1.0"
    for reference in re.findall(r'"\$ref":"#/components/schemas/(\w+)"', _json(drawn)):
        assert reference in drawn["components"]["schemas"]
    for schema in drawn["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for said in _said(drawn):
        assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (language == "zh") or said == "OK", said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_every_operation_and_loads_nothing(language: str) -> None:
    drawn = page(document(language), language)
    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in drawn
        assert escape(operation.summary.told_in(language)) in drawn
    for code in (*REFUSALS, *OTHERS):
        assert f'id="problem-{code}"' in drawn
    assert "Authorization: Bearer" in drawn
    assert not re.search(r"<script|<link|src=|url\(|@import", drawn)


def test_the_contents_of_the_page_say_what_each_address_is_for() -> None:
    contents = page(document("en"), "en").partition("</nav>")[0]
    for operation in OPERATIONS:
        summary = escape(operation.summary.told_in("en"))
        assert f'<a href="#{operation.name}">{summary}</a>' in contents
    asking, looking, ending = (
        contents.index(f'<code class="faint">{address}</code>')
        for address in ("POST /v1/holds", "GET /v1/holds/{id}", "POST /v1/holds/{id}/void")
    )
    assert asking < looking < ending, "a noun from all of it to one of it"


def test_the_page_shows_no_example_twice_in_a_row() -> None:
    drawn = page(document("en"), "en")
    twice = r"<p>Asked</p>(<pre>.*?</pre>)\n<p>Asked</p>(<pre>.*?</pre>)"
    shown = re.findall(twice, drawn, re.DOTALL)
    assert shown
    assert [one for one, other in shown if one == other] == []


def _said(drawn: Any) -> Iterator[str]:
    """Everything that the document tells people; examples are for themselves."""
    if isinstance(drawn, list):
        for one in drawn:
            yield from _said(one)
    elif isinstance(drawn, dict):
        yield from (
            drawn[name] for name in ("summary", "description") if isinstance(drawn.get(name), str)
        )
        for name, one in drawn.items():
            if name not in ("example", "examples"):
                yield from _said(one)


def _json(drawn: Any) -> str:
    return msgspec.json.encode(drawn).decode()


def test_whatever_stories_refuse_is_described_for_the_kind_that_is_refused() -> None:
    missing = {
        (kind, code)
        for kind, code in _refused_in_stories()
        if code not in next(one for one in OPERATIONS if _kind_of(one.path) == kind).codes
    }
    assert len(_refused_in_stories()) > 80
    assert missing == set()


def _kind_of(path: str) -> str | None:
    route = route_of(re.sub(r"\{[^}]*\}", "x", path))
    return None if route is None else route.kind


def _refused_in_stories() -> set[tuple[str, str]]:
    found = set()
    for file in STORIES.rglob("*.yaml"):
        for story in yaml.load_all(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader):
            steps = story.get("steps", []) if isinstance(story, dict) else []
            for step in steps:
                asked = step.get("quote", step) if "refused" in step else {}
                found |= {(kind, step["refused"]) for kind in OF_KINDS if kind in asked}
    return found
