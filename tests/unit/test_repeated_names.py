"""A name that an object of a body says twice is found, however it is written, and nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.api.problem import Problem
from jifen.api.repeated_names import repeated_name
from jifen.api.wire import read_json

READER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=str)
SPACES = st.sampled_from(["", "", " ", "\n", "\t "])
TEXTS = st.text(st.sampled_from('ab:"\\ {}[],é'), max_size=4)


@st.composite
def written(draw: st.DrawFn, depth: int = 3) -> tuple[str, bool]:
    """JSON as somebody may write it, and whether an object says a name twice; names of few letters often meet."""
    form = draw(
        st.sampled_from(["text", "number", "list", "object", "object"] if depth else ["text"])
    )
    if form == "text":
        return draw(strings()), False
    if form == "number":
        return draw(st.sampled_from(["1", "-0", "1.50", "2e3", "true", "null"])), False
    parts = draw(st.lists(written(depth - 1), max_size=4))
    repeated = any(inner for _, inner in parts)
    if form == "list":
        return "[" + ",".join(part for part, _ in parts) + "]", repeated
    names = [draw(strings()) for _ in parts]
    said = [json.loads(name) for name in names]
    entries = [
        f"{draw(SPACES)}{name}{draw(SPACES)}:{draw(SPACES)}{part}"
        for name, (part, _) in zip(names, parts, strict=True)
    ]
    return "{" + ",".join(entries) + "}", repeated or len(set(said)) < len(said)


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A string, of which any character may be escaped."""
    return '"' + "".join(draw(character(one)) for one in draw(TEXTS)) + '"'


@st.composite
def character(draw: st.DrawFn, one: str) -> str:
    escaped = f"\\u{ord(one):04x}"
    if one in '"\\':
        return draw(st.sampled_from([f"\\{one}", escaped]))
    return draw(st.sampled_from([one, one, one, escaped]))


@settings(max_examples=400, deadline=None)
@given(written())
def test_it_is_found_wherever_it_stands_and_nowhere_else(case: tuple[str, bool]) -> None:
    body, repeated = case[0].encode(), case[1]
    found = repeated_name(body, READER.decode(body))
    assert (found is not None) == repeated


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"id": "x", "amount": 1, "amount": 2}', "/amount"),
        ('{"id": "x", "\\u0061mount": 1, "amount" : 2}', "/amount"),
        ('[{"id": "x"}, {"id": "y", "lines": [{"a": 1}, {"sku": 1.5, "sku": "10:00"}]}]', "/1/lines/1/sku"),
        ('{"a": {"b": {}, "b": {}}, "c": 1, "c": 1}', "/c"),
    ],
)  # fmt: skip
def test_it_is_refused_by_its_place(body: str, pointer: str) -> None:
    with pytest.raises(Problem) as refused:
        read_json(body.encode())
    problem = refused.value
    assert (problem.status, problem.code, problem.pointer) == (400, "malformed", pointer)
    assert "写了两次" in problem.said.zh


def test_what_no_encoder_would_write_is_still_read() -> None:
    for body in (
        '{"a": 99999999999999999999999999}',
        '{"a": "\\u003a"}',
        '{"a": "b:c", "d": -0.0}',
    ):
        assert isinstance(read_json(body.encode()), dict)
