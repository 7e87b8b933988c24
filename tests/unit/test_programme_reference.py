"""The schema and the reference page are in step with the loader, and every sample is a file that loads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from jifen.programme.events import built_in_events
from jifen.programme.loading import ELSEWHERE, KEYS, PLANNED, read, template_names, template_text
from jifen.programme.schema.document import json_schema
from jifen.programme.sentences import sentences

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLES = sorted((ROOT / "examples" / "programmes").iterdir())


def test_the_page_has_a_line_for_every_key_and_names_every_key_kept_for_later() -> None:
    page = (REFERENCE / "programme.md").read_text(encoding="utf-8")
    beginning = page[: page.index("## Currencies")]
    lines = re.findall(r"^\| (`[^|]+) \|", beginning, re.MULTILINE)
    assert {key for line in lines for key in re.findall(r"`(\w+)`", line)} == set(KEYS)
    refused = beginning[beginning.index("`budgets`, `segments`") :]
    assert set(re.findall(r"`(\w+)`", refused)) == {*PLANNED, *ELSEWHERE}


def test_the_published_schema_is_the_one_of_the_code() -> None:
    published = json.loads((REFERENCE / "programme.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("name", template_names())
def test_a_template_meets_the_schema(name: str) -> None:
    document = yaml.load(template_text(name), Loader=yaml.BaseLoader)
    jsonschema.validate(document, json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_loads_meets_the_schema_and_reads_in_both_languages(path: Path) -> None:
    programme = read(path)
    assert len(sentences(programme, "zh")) == len(sentences(programme, "en"))
    text = path.read_text(encoding="utf-8")
    document = (
        json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.BaseLoader)
    )
    jsonschema.validate(document, json_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("give: 1 points", "gives: 1 points"),
        ("1 of amount", "one of amount"),
        ("money: CNY", "money: cny"),
    ],
)
def test_the_schema_refuses_what_an_editor_should_underline(old: str, new: str) -> None:
    text = (ROOT / "examples" / "programmes" / "smallest.yaml").read_text(encoding="utf-8")
    document = yaml.load(text.replace(old, new), Loader=yaml.BaseLoader)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())


def test_every_sample_of_the_reference_is_a_file() -> None:
    page = (REFERENCE / "programme.md").read_text(encoding="utf-8")
    shown = re.findall(r"<!-- (examples/\S+) -->\n```\w+\n(.*?)```", page, flags=re.DOTALL)
    assert len(shown) == len(EXAMPLES) == page.count("```") // 2 - 1  # one more shows a message
    for path, text in shown:
        assert text == (ROOT / path).read_text(encoding="utf-8"), path


def test_every_key_of_a_document_is_in_the_schema() -> None:
    assert set(json_schema()["properties"]) == set(KEYS)


def test_every_event_type_stands_in_the_reference_with_its_fields() -> None:
    page = (REFERENCE / "programme.md").read_text(encoding="utf-8")
    for type in built_in_events(2).values():
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{type.id}` |"))
        named = [field.name for field in (*type.fields, *type.line_fields)]
        assert re.findall(r"`(\w+)`", row)[1:] == named
        assert row.endswith("| yes |") == type.costs_money
