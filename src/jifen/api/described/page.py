"""The reference page: the OpenAPI document as people read it, in one file without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any, Final

from jifen.api.problem_documents import status_of, title_of
from jifen.api.problems import OTHERS
from jifen.ledger.refusals import REFUSALS
from jifen.wording import Said

Json = dict[str, Any]
_TITLE: Final = Said("jifen over HTTP", "jifen HTTP 接口")
_OTHER: Final = {"en": ("zh", "中文"), "zh": ("en", "English")}
_SCOPE: Final = Said("scope of the key: {}", "密钥权限：{}")
_OPEN: Final = Said("no key is needed", "无需密钥")
_BODY: Final = Said("The body", "请求体")
_PARAMETERS: Final = Said("Parameters", "参数")
_ASKED: Final = Said("Asked", "请求示例")
_ANSWERED: Final = Said("Answered", "回复示例")
_WRONG: Final = Said("What may be refused", "可能的拒绝")
_PROBLEMS: Final = Said("Problems", "问题代码")
_NEEDED: Final = Said("required", "必填")
_FIRST: Final = """curl -H "Authorization: Bearer $KEY" localhost:8000/v1/members -d '{"id": "ann"}'
curl -H "Authorization: Bearer $KEY" localhost:8000/v1/events \\
     -d '{"id": "receipt-1001", "member": "ann", "type": "purchase", "amount": "60.00"}'"""


def page(document: Mapping[str, Any], language: str) -> str:
    """The page of a document that was drawn in that language."""
    other, called = _OTHER[language]
    style = files("jifen.api.described").joinpath("page.css").read_text("utf-8")
    parts = [
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{_TITLE.told_in(language)}</title><style>{style}</style>",
        f"<h1>{_TITLE.told_in(language)}</h1><p>{_said(document['info']['description'])}</p>",
        f"<pre>{escape(_FIRST)}</pre>",
        f'<p><a href="?language={other}">{called}</a> · <a href="/v1/openapi.json">OpenAPI 3.1</a></p>',
        *_contents(document, language),
    ]
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['description'])}</h2>")
        for method, path, operation in _of_topic(document, tag["name"]):
            parts += _operation(method, path, operation, document, language)
    parts += _problems(language)
    return "\n".join(parts) + "</html>\n"


def place_of_problem(code: str) -> str:
    """Where on the page a problem is explained."""
    return f"problem-{code}"


def _of_topic(document: Mapping[str, Any], topic: str) -> list[tuple[str, str, Json]]:
    """Noun by noun: what is asked of all of them, of one, and what is done to one."""
    found = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if topic in operation["tags"]
    ]
    nouns = list(dict.fromkeys(_noun(path) for _, path, _ in found))
    return sorted(found, key=lambda one: (nouns.index(_noun(one[1])), one[1].count("/")))


def _noun(path: str) -> str:
    return path.removeprefix("/v1").split("/")[1]


def _problems(language: str) -> Iterator[str]:
    """What each code of a problem means, whatever it is about."""
    yield f'<h2 id="problems">{_PROBLEMS.told_in(language)}</h2><table>'
    for code in (*REFUSALS, *OTHERS):
        said = _said(title_of(code).told_in(language))
        place = place_of_problem(code)
        yield f'<tr id="{place}"><td><code>{code}</code><td>{status_of(code)}<td>{said}'
    yield "</table>"


def _contents(document: Mapping[str, Any], language: str) -> Iterator[str]:
    yield "<nav>"
    for tag in document["tags"]:
        yield f"<p><b>{escape(tag['description'])}</b></p><ul>"
        for method, path, operation in _of_topic(document, tag["name"]):
            name = operation["operationId"]
            yield f'<li><a href="#{name}">{escape(operation["summary"])}</a>'
            yield f'<br><code class="faint">{method} {escape(path)}</code></li>'
        yield "</ul>"
    yield f'<p><a href="#problems">{_PROBLEMS.told_in(language)}</a></p></nav>'


def _operation(
    method: str, path: str, operation: Json, document: Mapping[str, Any], language: str
) -> Iterator[str]:
    name = operation["operationId"]
    scopes = [scope for need in operation["security"] for scope in need["key"]]
    key = (_SCOPE.told_in(language) if scopes else _OPEN.told_in(language)).format(*scopes)
    yield f'<section id="{name}"><h3><span class="method">{method}</span> <code>{escape(path)}</code></h3>'
    yield f'<p>{escape(operation["summary"])} <span class="faint">({key})</span></p>'
    if operation["parameters"]:
        rows = [
            (one["name"], one["required"], one["description"]) for one in operation["parameters"]
        ]
        yield from _table(_PARAMETERS, rows, language)
    if "requestBody" in operation:
        yield from _body(operation["requestBody"], document, language)
    yield from _answers(operation, language)
    yield "</section>"


def _body(body: Json, document: Mapping[str, Any], language: str) -> Iterator[str]:
    (content,) = body["content"].values()
    schema = content["schema"]
    several = "anyOf" in schema
    schema = schema["anyOf"][0] if several else schema
    schema = _resolved(schema, document)
    required = schema.get("required", [])
    rows = [
        (name, name in required, _explained(one, document))
        for name, one in schema.get("properties", {}).items()
    ]
    if several:
        yield f"<p>{_said(content['schema']['description'])}</p>"
    if rows:
        yield from _table(_BODY, rows, language)
    else:
        yield f"<p>{escape(schema.get('description', ''))}</p>"
    asked = [_shown(example["value"]) for example in content.get("examples", {}).values()]
    for shown in [*dict.fromkeys(asked)][:2]:
        yield f"<p>{_ASKED.told_in(language)}</p>{shown}"


def _answers(operation: Json, language: str) -> Iterator[str]:
    problems = []
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            examples = content.get("examples", {})
            if kind == "application/problem+json":
                problems += [(status, one["value"]) for one in examples.values()]
            elif examples:
                first = next(iter(examples.values()))["value"]
                yield f"<p>{_ANSWERED.told_in(language)} <code>{status}</code></p>{_shown(first)}"
    yield f"<details><summary>{_WRONG.told_in(language)}</summary><table>"
    for status, told in problems:
        yield (
            f"<tr><td>{status}<td><code>{escape(told['code'])}</code><td>{_said(told['detail'])}"
        )
    yield "</table></details>"


def _table(title: Said, rows: list[tuple[str, bool, str]], language: str) -> Iterator[str]:
    yield f"<table><tr><th>{title.told_in(language)}<th><th>"
    for name, required, said in rows:
        mark = _NEEDED.told_in(language) if required else ""
        yield f'<tr><td><code>{escape(name)}</code><td class="faint">{mark}<td>{_said(said)}'
    yield "</table>"


def _resolved(schema: Json, document: Mapping[str, Any]) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _explained(schema: Json, document: Mapping[str, Any]) -> str:
    """What is said of a field: its own sentence, else those of what it may be."""
    if "description" in schema:
        return str(schema["description"])
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    if "$ref" in schema:
        return f"`{{{', '.join(_resolved(schema, document).get('properties', {}))}}}`"
    parts = [_explained(one, document) for one in schema.get("anyOf", [])]
    return " ".join(part for part in parts if part)


def _said(told: str) -> str:
    """A sentence in which words of programs stand between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(told))


def _shown(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, ensure_ascii=False, indent=1))}</pre>"
