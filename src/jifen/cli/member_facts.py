"""What is known of a member, for people: the birthday, and the facts that the programme declares."""

from __future__ import annotations

from collections.abc import Mapping

from jifen.cli import output
from jifen.cli.language import listed, say, spoken
from jifen.engine.events import Known
from jifen.instants import date_of
from jifen.intake.asking.metadata import FACT as METADATA
from jifen.intake.gathering.facts import NOBODY
from jifen.programme.amounts import show_money
from jifen.programme.event_types import Field
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name, word


def fact_rows(facts: Mapping[str, Known], programme: Programme) -> list[tuple[str, str]]:
    """A row for everything that is known, by the programme's words for it."""
    born = facts.get("birthday")
    rows = [(say("birthday", "生日"), born)] if isinstance(born, str) else []
    for field in programme.facts:
        known = facts.get(field.name)
        if known not in (None, (), NOBODY):
            name = field_name(programme, field.name, spoken())
            rows.append((name, _said(known, field, programme)))
    attached = facts.get(METADATA)
    if isinstance(attached, dict):
        rows += [(f"{METADATA}.{name}", text) for name, text in attached.items()]
    return rows


def _said(known: Known, field: Field, programme: Programme) -> str:
    match known:
        case bool(holds):
            return say("yes", "是") if holds else say("no", "否")
        case int(number) if field.kind == "date":
            return date_of(number).isoformat()
        case int(number) if field.kind == "money":
            return show_money(programme, number, spoken())
        case int(number):
            return output.amount(number, field.scale)
        case str(text):
            return word(programme, text, spoken()) or text
        case several:
            return listed(word(programme, one, spoken()) or one for one in several)
