"""An entry of the stream as others read it: points as people write them, times in the programme's zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from jifen.db.adapting import cursor
from jifen.instants import moment_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.money import decimal_text
from jifen.outbox.stream import SQL, Entry
from jifen.programme.loading import load

Message = dict[str, Any]


class Terms(NamedTuple):
    """What messages of a programme are written with; `scales` are the decimals of its currencies."""

    programme_id: UUID
    zone: ZoneInfo
    scales: Mapping[str, int]


def terms_of_messages(connection: psycopg.Connection[Any], programme_id: UUID) -> Terms:
    """With what the messages of a programme are written now."""
    with cursor(connection) as sql:
        row = sql.execute(SQL["terms_of_messages"], {"programme": programme_id}).fetchone()
    assert row is not None
    zone, document = row
    return Terms(programme_id, ZoneInfo(zone), load(document, "programme").scales)


def terms_of_open(programme: OpenProgramme) -> Terms:
    """With what the messages of a programme at work are written."""
    return Terms(programme.programme_id, programme.zone, programme.programme.scales)


def message_id(programme_id: UUID, position: int) -> str:
    """By which whoever is told twice knows it: the same at every attempt, and for every receiver."""
    return f"msg_{programme_id.hex}_{position}"


def message_of(entry: Entry, terms: Terms) -> Message:
    """An entry as a document: what happened to whom and when, and its place in the stream."""
    told = dict(entry.payload)
    member = told.pop("member")
    if isinstance(points := told.get("points"), Mapping):
        told["points"] = {
            name: _points(amount, terms.scales.get(name, 0)) for name, amount in points.items()
        }
    if entry.metadata:
        told["metadata"] = entry.metadata
    return {
        "id": message_id(terms.programme_id, entry.position),
        "type": entry.name,
        "timestamp": moment_of(entry.recorded_at, terms.zone).isoformat(),
        "position": entry.position,
        "member": member,
        "member_seq": entry.member_seq,
        "data": told,
    }


def _points(value: int, scale: int) -> int | str:
    """A whole number, or a decimal as text where the currency keeps decimals."""
    return value if scale == 0 else decimal_text(value, scale)
