"""What one document says otherwise than another: sentence beside sentence, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec.structs import fields, replace

from jifen.programme.event_types import Field
from jifen.programme.loading import load
from jifen.programme.model import Currency, Programme, Tiers
from jifen.programme.own_text import OwnTexts
from jifen.programme.rules import Rule
from jifen.programme.saying.naming import Name
from jifen.programme.sentences import clauses, limit_id
from jifen.programme.ways_out import Limit
from jifen.wording import Said

Kind = Literal["added", "removed", "changed", "moved"]
Place = tuple[str, str]  # section and id


class Difference(msgspec.Struct, frozen=True):
    """One thing that is promised otherwise. `section` and `id` say where in the document it stands."""

    kind: Kind
    section: str
    id: str
    before: Said | None
    after: Said | None


def differences(old_document: str, new_document: str) -> list[Difference]:
    """What is there no more, what is new and what is otherwise, in the order of the new document.

    What the sentences do not tell is told by the documents' own text. Raises ProgrammeError.
    """
    old, new, texts = load(old_document), load(new_document), OwnTexts(old_document, new_document)
    before, after = _said_of(old), _said_of(new)
    records_before, records_after = _records(old), _records(new)
    found: list[Difference] = []
    for place in dict.fromkeys([*after, *before]):
        was, now = before.get(place), after.get(place)
        written = texts.at(*place)
        if was is None or now is None:
            kind: Kind = "removed" if now is None else "added"
            found.append(Difference(kind, *place, _or(was, written[0]), _or(now, written[1])))
        elif was.zh != now.zh and was.en != now.en:
            found.append(Difference("changed", *place, was, now))
        elif written[0] != written[1] and (
            was != now or records_before.get(place) != records_after.get(place)
        ):
            beside = (_beside(was, now, written[0]), _beside(now, was, written[1]))
            found.append(Difference("changed", *place, *beside))
        elif was != now:
            found.append(Difference("changed", *place, was, now))
    return [*found, *_moved(old, new)]


def _said_of(programme: Programme) -> dict[Place, Said]:
    """Every place with its sentence; what has none of its own is said by its name."""
    zh = {clause[:2]: clause.sentence for clause in clauses(programme, "zh")}
    en = {clause[:2]: clause.sentence for clause in clauses(programme, "en")}
    said = {place: Said(en[place], zh[place]) for place in en}
    for place, record in _records(programme).items():
        name = record if isinstance(record, Name) else getattr(record, "name", None)
        named = Said(name.en, name.zh) if isinstance(name, Name) else Said(place[1], place[1])
        said.setdefault(place, named)
    return said


def _records(programme: Programme) -> dict[Place, Any]:
    """What stands behind the sentences, every field of the programme; a rule is the same on any line."""
    records: dict[Place, Any] = {}
    for field in fields(programme):
        section, value = _SECTIONS.get(field.name, field.name), getattr(programme, field.name)
        if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            records |= {
                (_section_of(record) or section, _id_of(record)): _without_line(record)
                for record in value
                if not isinstance(record, Rule) or record.own_side  # others are told as one
            }
        elif isinstance(value, Tiers):
            records |= {(section, tier.id): tier for tier in value.ladder}
            records[section, ""] = replace(value, ladder=())
        elif value is not None and value not in ((), field.default):  # what is not said otherwise
            records[section, ""] = value
    return records


_SECTIONS = {
    "code_pools": "codes",
    "rules": "earn",
    "referrals": "referral",
    "look_back_days": "look_back",
    "raise_notice_days": "raise_notice",
}


def _section_of(record: Any) -> str | None:
    """Where what stands apart from the others of its kind stands in the document."""
    return "rewards" if isinstance(record, Currency) and record.reward else None


def _id_of(record: Any) -> str:
    if isinstance(record, Limit):
        return limit_id(record)
    return str(record.name if isinstance(record, Field) else getattr(record, "id", ""))


def _without_line(record: Any) -> Any:
    return replace(record, line=0) if isinstance(record, Rule) else record


def _moved(old: Programme, new: Programme) -> Iterator[Difference]:
    """That rules which both have are read in another order, which matters to groups, `last` and limits."""
    shared = {rule.id for rule in old.rules} & {rule.id for rule in new.rules}

    def order(rules: tuple[Rule, ...]) -> str:
        return " → ".join(rule.id for rule in rules if rule.id in shared and rule.own_side)

    was, now = order(old.rules), order(new.rules)
    if was != now:
        yield Difference("moved", "earn", "", Said(was, was), Said(now, now))


def _or(said: Said | None, written: Said) -> Said | None:
    """The sentence; where there is none to say, the document's own text."""
    return said if said is None or str(said) else written


def _beside(said: Said, other: Said, written: Said) -> Said:
    """The sentence, with the own text behind it in a language in which both documents say the same; or that alone."""
    if not str(said):
        return written
    en, zh = f"{said.en} ({written.en})", f"{said.zh}（{written.zh}）"
    return Said(en if said.en == other.en else said.en, zh if said.zh == other.zh else said.zh)
