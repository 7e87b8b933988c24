"""`words:` of a document: what people read for its codes, and what is counted in which unit."""

from __future__ import annotations

from jifen.programme.amounts import Language, in_language
from jifen.programme.model import Programme
from jifen.programme.problems import Problems, Wrong
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.scalars import name, noun
from jifen.programme.reading.sections import Section, entries, more_than, noting, text
from jifen.programme.saying import words
from jifen.programme.saying.naming import Called, Name
from jifen.wording import Said

MOST_WORDS = 500

_UNITS = {
    "nights": Name("晚", "nights"),
    "quantity": Name("件", "units"),
    "years": Name("年", "years"),
    "times": Name("次", "milestones"),
    "points": Name("积分", "points"),
}


def read_words(node: Node, problems: Problems) -> tuple[Called, ...]:
    """Codes with their names in both languages, in the order of the document."""
    found = noting(problems, node, lambda node: list(entries(node)), [])
    if len(found) > MOST_WORDS:
        problems.add(node, more_than(MOST_WORDS, Said("words", "个词")))
    return tuple(_called(text(key), value, problems) for key, value in found)


def _called(code: str, node: Node, problems: Problems) -> Called:
    if not isinstance(node, Mapping):
        wanted = Said("write {zh: …, en: …}", "请写成 {zh: …, en: …}")
        problems.add(node, Said("a word is told in both languages", "须写全两种语言"), wanted)
        return Called(code, Name(code, code))
    section = Section(node, problems, ("zh", "en", "unit"))
    zh, en = (section.need(key, _one_text, code) for key in ("zh", "en"))
    return Called(code, Name(zh, en), section.read("unit", noun, None))


def _one_text(node: Node) -> str:
    if isinstance(node, Mapping):
        raise Wrong(Said("must be one text", "须是一段文字"))
    return name(node).zh


def field_name(programme: Programme, field: str, language: Language) -> str:
    """What people call a field or fact: the document's word for it, else the built-in one, else its id."""
    return word(programme, field, language) or words.field_name(field, language)


def value_name(programme: Programme, value: str, language: Language) -> str:
    """A value in quotes, by the document's word for it if there is one: `“手工饮品”`."""
    return words.quoted(word(programme, value, language) or value)


def truth(programme: Programme, name: str, holds: bool, language: Language) -> str:
    """That a boolean field or fact holds, or does not. The document's word for it says that it holds."""
    own = word(programme, name, language)
    if own is None:
        return words.truth(name, holds, language)
    return own if holds else f"{'并非' if language == 'zh' else 'it is not so that '}{own}"


def unit_of(programme: Programme, field: str) -> Name | None:
    """In what a field is counted, in English in the plural: `晚`, `nights`; None if nothing says so."""
    unit = next((called.unit for called in programme.words if called.code == field), None)
    return unit or _UNITS.get(field)


def word(programme: Programme, code: str, language: Language) -> str | None:
    """The document's word for a code, if it has one."""
    called = next((called for called in programme.words if called.code == code), None)
    return in_language(called.name, language) if called else None
