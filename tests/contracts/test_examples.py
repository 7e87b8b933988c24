"""The examples of the description are what a real server answers: each is asked again and compared."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest
from touring import BY_NAME, walk

from jifen.api.described.document import document
from jifen.api.described.everything import OPERATIONS
from jifen.api.described.examples import PLACE, Example, examples
from jifen.api.problems import OTHERS
from jifen.ledger.refusals import REFUSALS

WITHOUT_EXAMPLE = {
    "description.get",  # they are the examples
    "description.page",
    "description.problem",
    "description.way",
    "members.statement_csv",  # which are files
    "members.statement_lines",
    "webhooks.test",  # somebody has to listen
    "webhooks.attempts",
    "correction.differences",  # a worker has to find them
    *(one.name for one in OPERATIONS if one.open_ended),  # which somebody else signs
    *(one.name for one in OPERATIONS if one.topic == "jobs"),  # a worker has to be at work
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_server_answers_what_the_examples_say(database_url: str, language: str) -> None:
    answered = list(walk(database_url, language))
    if os.environ.get("RECORD_EXAMPLES"):
        lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in answered)
        PLACE.joinpath(f"examples.{language}.json").write_text(f"[\n{lines}\n]\n", "utf-8")
        examples.cache_clear()
    recorded = examples(language)
    assert len(recorded) == len(answered), "walk again with RECORD_EXAMPLES=1"
    for now, then in zip(answered, recorded, strict=True):
        assert msgspec.convert(now, Example) == then, "if it is right, walk with RECORD_EXAMPLES=1"


def test_every_operation_and_every_refusal_has_an_example() -> None:
    shown = {one.operation for one in examples("en") if one.status < 300}
    assert {operation.name for operation in OPERATIONS} - shown - WITHOUT_EXAMPLE == set()
    told = {one.answer["code"] for one in examples("en") if one.status >= 400}
    assert sorted(REFUSALS.keys() - told) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_example_is_as_the_document_says(language: str) -> None:
    drawn = document(language)
    for example in examples(language):
        operation = BY_NAME[example.operation]
        described = drawn["paths"][operation.path][operation.method.lower()]
        if example.body is not None and example.status < 300:
            content = described["requestBody"]["content"]["application/json"]
            _hold(example.body, content["schema"], drawn)
        answer = described["responses"][str(example.status)].get("content", {})
        assert (example.answer is None) == (not answer)
        for content in answer.values():
            _hold(example.answer, content["schema"], drawn)


def _hold(value: Any, schema: Any, drawn: Any) -> None:
    jsonschema.Draft202012Validator({**schema, "components": drawn["components"]}).validate(value)


def test_what_no_walk_can_provoke_is_shown_as_it_would_be_told() -> None:
    drawn = document("en")
    shown = {
        example["value"]["code"]
        for path in drawn["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
        for example in response.get("content", {})
        .get("application/problem+json", {})
        .get("examples", {})
        .values()
    }
    of_no_operation = {"not_allowed", "not_http", "head_too_large", "too_slow"}
    assert (REFUSALS.keys() | OTHERS.keys()) - shown == of_no_operation
