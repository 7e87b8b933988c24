"""The OpenAPI 3.1 document, drawn from the table of operations in the language that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from jifen.api.commands import MOST_COMMANDS
from jifen.api.described.answers import ProblemTold
from jifen.api.described.everything import OPERATIONS, TOPICS
from jifen.api.described.examples import Example, examples
from jifen.api.described.operation import IF_NONE_MATCH, Operation, Parameter
from jifen.api.problem_documents import problem_document, status_of, title_of
from jifen.api.problems import OTHERS
from jifen.api.refused import refused
from jifen.wording import Said

Json = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/{name}"
_PROBLEM: Final = "application/problem+json"
_ABOUT: Final = Said(
    "A request bears a key, which belongs to one programme: `Authorization: Bearer jifen_…`, as `jifen key make` shows "
    "it. Every command has an id of its own and is written down before it is answered: asking again under the same id "
    "is safe. Points are whole numbers, or decimals as text; money is text.",
    "请求须带密钥，密钥属于一个计划：`Authorization: Bearer jifen_…`，由 `jifen key make` 生成。"
    "每条命令都有自己的编号，先记下再回复：用同一编号重试是安全的。积分是整数或文字形式的小数，金额是文字。",
)
_KEY: Final = Said("A key of `jifen key make`.", "由 `jifen key make` 生成的密钥。")
_ETAG: Final = {
    "description": {
        "en": "Sent as If-None-Match the next time, it is answered 304 as long as nothing changes.",
        "zh": "下次放在 If-None-Match 里发送；没有变化时回复 304。",
    },
    "schema": {"type": "string"},
}
_UNCHANGED: Final = Said("Nothing has changed; there is no body.", "没有变化，不含内容。")
_SEVERAL: Final = Said("One, or a list of at most 500.", "一条，或最多 500 条的列表。")


def document(language: str, operations: Sequence[Operation] = OPERATIONS) -> Json:
    """The document in `zh` or `en`."""
    shapes, components = _schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, shapes, components
        )
    drawn: Json = _in_language(
        {
            "openapi": "3.1.0",
            "info": {"title": "jifen", "version": "1", "description": _ABOUT.for_machines()},
            "tags": [
                {"name": name, "description": said.for_machines()} for name, said in TOPICS.items()
            ],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "key": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": _KEY.for_machines(),
                    }
                },
            },
        },
        language,
    )
    for operation in operations:
        shown = [one for one in examples(language) if one.operation == operation.name]
        _show(drawn["paths"][operation.path][operation.method.lower()], shown, language)
    return drawn


def _schemas(operations: Iterable[Operation]) -> tuple[dict[int, Json], dict[str, Json]]:
    """The schema of each type that operations name, by the identity of the type, and what these refer to."""
    types = [ProblemTold]
    for operation in operations:
        types += [parameter.type for parameter in _parameters(operation)]
        types += [shape for shapes in operation.answers.values() for shape in shapes]
        types += [operation.body] if operation.body is not None else []
    drawn, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    for component in components.values():
        component.pop("title", None)
        component.pop("description", None)  # a docstring, which is for us
    return {id(one): schema for one, schema in zip(types, drawn, strict=True)}, components


def _parameters(operation: Operation) -> tuple[Parameter, ...]:
    return (*operation.parameters, IF_NONE_MATCH) if operation.tagged else operation.parameters


def _operation(
    operation: Operation, shapes: Mapping[int, Json], components: Mapping[str, Json]
) -> Json:
    drawn: Json = {
        "operationId": operation.name,
        "summary": operation.summary.for_machines(),
        "tags": [operation.topic],
        "security": [{"key": [operation.scope]}] if operation.scope else [],
        "parameters": [_parameter(one, shapes) for one in _parameters(operation)],
        "responses": _responses(operation, shapes),
    }
    if operation.body is not None:
        drawn["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _body(operation, shapes, components)}},
        }
    return drawn


def _show(drawn: Json, shown: Sequence[Example], language: str) -> None:
    """Put examples where the document has places for them: what was asked and done, and every problem that was told."""
    for number, example in enumerate(shown, 1):
        done = example.status < 300
        if done and example.body is not None:
            _examples(drawn["requestBody"])[str(number)] = {"value": example.body}
        if done and example.answer is not None:
            _examples(drawn["responses"][str(example.status)])[str(number)] = {
                "value": example.answer
            }
        if done:
            for parameter in drawn["parameters"]:
                said = example.path | example.query | example.headers
                if parameter["name"] in said:
                    parameter.setdefault("example", said[parameter["name"]])
    told = {example.answer["code"]: example for example in shown if example.status >= 400}
    for response in drawn["responses"].values():
        if _PROBLEM in response.get("content", {}):
            content = response["content"][_PROBLEM]
            for code in content["schema"]["properties"]["code"]["enum"]:
                content.setdefault("examples", {})[code] = {
                    "value": told[code].answer if code in told else _any_example(code, language)
                }


def _examples(place: Json) -> Json:
    (content,) = place["content"].values()
    shown: Json = content.setdefault("examples", {})
    return shown


def _any_example(code: str, language: str) -> Json:
    """How a problem was told somewhere else, or, of what no tour can bring about, how it is told anywhere."""
    for example in examples(language):
        if example.status >= 400 and example.answer["code"] == code:
            return dict(example.answer)
    problem = OTHERS[code]() if code in OTHERS else refused(code, None)
    return problem_document(problem, language, "0f0c6d1e")


def _parameter(parameter: Parameter, shapes: Mapping[int, Json]) -> Json:
    schema = {
        name: value for name, value in shapes[id(parameter.type)].items() if name != "description"
    }
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.said.for_machines(),
        "required": parameter.where == "path",
        "schema": schema,
    }


def _body(operation: Operation, shapes: Mapping[int, Json], components: Mapping[str, Json]) -> Json:
    schema = shapes[id(operation.body)]
    if operation.said_by_path is not None:
        schema = _without(components[schema["$ref"].rpartition("/")[2]], operation.said_by_path)
    if not operation.several:
        return schema
    many = {"type": "array", "items": schema, "maxItems": MOST_COMMANDS}
    return {"description": _SEVERAL.for_machines(), "anyOf": [schema, many]}


def _without(schema: Json, field: str) -> Json:
    """A schema of an object without a field that is said elsewhere."""
    properties = {name: one for name, one in schema["properties"].items() if name != field}
    required = [name for name in schema["required"] if name != field]
    return {**schema, "properties": properties, "required": required}


def _responses(operation: Operation, shapes: Mapping[int, Json]) -> Json:
    drawn: Json = {}
    for status, of_status in operation.answers.items():
        schemas = [shapes[id(shape)] for shape in of_status]
        schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
        content = {"content": {operation.media_type: {"schema": schema}}} if schemas else {}
        drawn[str(status)] = {"description": "OK", **content}
        if operation.tagged:
            drawn[str(status)]["headers"] = {"ETag": _ETAG}
    if operation.tagged:
        drawn["304"] = {"description": _UNCHANGED.for_machines(), "headers": {"ETag": _ETAG}}
    codes: dict[int, list[str]] = {}
    for code in operation.codes:
        codes.setdefault(status_of(code), []).append(code)
    for status, named in sorted(codes.items()):
        schema = {
            "allOf": [{"$ref": _REFERENCE.format(name="ProblemTold")}],
            "properties": {"code": {"enum": named}},
        }
        said = {
            language: " ".join(f"`{code}`: {title_of(code).told_in(language)}" for code in named)
            for language in ("zh", "en")
        }
        drawn[str(status)] = {"description": said, "content": {_PROBLEM: {"schema": schema}}}
    return drawn


def _in_language(drawn: Any, language: str) -> Any:
    """The same with each pair of languages made one."""
    match drawn:
        case {"zh": str(), "en": str(), **rest} if not rest:
            return drawn[language]
        case dict():
            return {name: _in_language(one, language) for name, one in drawn.items()}
        case list() | tuple():
            return [_in_language(one, language) for one in drawn]
        case _:
            return drawn
