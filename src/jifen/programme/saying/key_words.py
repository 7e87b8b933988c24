"""Words for keys of a document that no sentence of a programme tells of, with what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable

from jifen.programme.displays import KINDS
from jifen.programme.patching import Plain
from jifen.wording import Said, verbatim

NOTHING = "—"
_KEYS = {
    "min_life": Said("least life after it was recorded", "记录后至少可用"),
    "name": Said("name", "名称"),
    "fields": Said("fields", "字段"),
    "lines": Said("fields of lines", "商品行的字段"),
    "group": Said("group", "规则组"),
    "unit": Said("unit", "单位"),
    "kind": Said("kind", "类型"),
    "category": Said("category", "分类"),
    "picture": Said("picture", "图片"),
    "description": Said("description", "说明"),
    "costs_money": Said("costs money", "涉及金额"),
}
_LANGUAGES = {
    "zh": Said("Chinese", "中文"),
    "en": Said("English", "英文"),
    "en_one": Said("English for one", "英文单数"),
}
_KINDS = {
    "money": Said("money", "金额"),
    "integer": Said("whole number", "整数"),
    "number": Said("number", "数值"),
    "text": Said("text", "文本"),
    "texts": Said("several texts", "多项文本"),
    "boolean": Said("yes or no", "是否"),
    "date": Said("date", "日期"),
    "member": Said("member", "会员"),
}
_SPANS = {"day": "天", "week": "周", "month": "个月", "quarter": "个季度", "year": "年"}
_SPAN = re.compile(rf"(\d+) ({'|'.join(_SPANS)})s?")


def said_of_key(key: str, value: Plain | None) -> Said:
    """What a document says under a key, in words; in its own text where there are none for the key."""
    if key not in _KEYS:
        return verbatim(f"{key}: {flow(value)}")
    word, said = _KEYS[key], _VALUES.get(key, _plainly)(value)
    return Said(f"{word.en}: {said.en}", f"{word.zh}：{said.zh}")


def flow(value: Plain | None) -> str:
    """A value on one line, as one may write it in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(flow(inner) for inner in value)}]"
    return NOTHING if value is None else value


def _plainly(value: Plain | None) -> Said:
    return verbatim(flow(value))


def _span(value: Plain | None) -> Said:
    """A span of time: `5 days`."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    return Said(found[0], f"{found[1]} {_SPANS[found[2]]}") if found else _plainly(value)


def _kind(value: Plain | None) -> Said:
    """What kind of thing a reward is."""
    name = {str(kind): name for kind, name in KINDS.items()}.get(flow(value))
    return Said(name.en, name.zh) if name else _plainly(value)


def _names(value: Plain | None) -> Said:
    """A name for all languages, or of each its own."""
    if not isinstance(value, dict):
        return _plainly(value)
    said = [(_LANGUAGES[key], flow(name)) for key, name in value.items()]
    return _listed([Said(f"{word.en} “{name}”", f"{word.zh}“{name}”") for word, name in said])


def _fields(value: Plain | None) -> Said:
    """Fields with their kinds: `cabin (text)`."""
    if not isinstance(value, dict):
        return _plainly(value)
    return _listed([_field(name, flow(kind)) for name, kind in value.items()])


def _field(name: str, kind: str) -> Said:
    word = _KINDS.get(kind.partition("(")[0].strip(), verbatim(kind))
    return Said(f"{name} ({word.en})", f"{name}（{word.zh}）")


def _truth(value: Plain | None) -> Said:
    return {"true": Said("yes", "是"), "false": Said("no", "否")}.get(flow(value), _plainly(value))


def _listed(parts: list[Said]) -> Said:
    return Said(", ".join(part.en for part in parts), "，".join(part.zh for part in parts))


_VALUES: dict[str, Callable[[Plain | None], Said]] = {
    "min_life": _span,
    "name": _names,
    "unit": _names,
    "kind": _kind,
    "description": _names,
    "fields": _fields,
    "lines": _fields,
    "costs_money": _truth,
}
