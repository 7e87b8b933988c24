"""What an office does to stock: puts in, takes out, or counts and sets. Asked under an id, and done once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.copying import copy_rows
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.db.tables import STOCK_CHANGE
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import Body, only, positive, reward_named
from jifen.intake.asking.reward_bodies import place_of
from jifen.intake.asking.scalars import LARGEST, Malformed
from jifen.intake.details import Detail, differs_in
from jifen.intake.versions.deeds import SQL as DEEDS
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal

SQL = statements(Path(__file__).with_suffix(".sql"))
Kind = Literal["add", "take", "set"]
KINDS: Final[tuple[Kind, ...]] = ("add", "take", "set")

OF_ROUNDS: Final = "draw/"
"""With what the ids of those changes begin that rounds of draws make."""


class StockChange(msgspec.Struct, frozen=True, kw_only=True):
    """So many of a reward put in (`add`), taken out (`take`), or found by counting (`set`), at a place (empty:
    anywhere), and why."""

    id: str
    reward: str
    place: str = ""
    kind: Kind
    asked: int
    reason: str = ""


class StockAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of a change: by how many it changed, and how many were left then."""

    state: Literal["applied", "refused"] = "applied"
    refusal: str | None = None
    detail: Detail | None = None
    units: int | None = None
    left: int | None = None
    replayed: bool = False


def stock_change_of(body: Body, programme: OpenProgramme) -> StockChange:
    """`{id: d1, reward: mug, place: north, add: 50, reason: delivery}` understood. Raises Malformed."""
    only(body, {"id", "reward", "place", "reason", *KINDS})
    said = [kind for kind in KINDS if body.get(kind) is not None]
    if len(said) != 1:
        en, zh = "say one of add, take and set", "add、take、set 须写且只写一项"
        raise Malformed("", en, zh)
    (kind,) = said
    units = scalars.decimal(body[kind], 0, f"/{kind}")
    reason = "" if body.get("reason") is None else scalars.text(body["reason"], "/reason")
    id = scalars.text(body.get("id"), "/id")
    if id.startswith(OF_ROUNDS):
        en, zh = f"'{OF_ROUNDS}…' is of rounds of draws", f"“{OF_ROUNDS}…”留给抽奖的轮次"
        raise Malformed("/id", en, zh)
    return StockChange(
        id=id,
        reward=reward_named(body.get("reward"), "/reward", programme.programme).id,
        place=place_of(body),
        kind=kind,
        asked=units if kind == "set" else positive(units, f"/{kind}"),
        reason=reason,
    )


def change_stock(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    asked: StockChange,
    *,
    now: int,
    actor: str,
) -> StockAnswer:
    """Do what was asked, unless it was done before: then what came of it. What is refused leaves nothing. Commits."""
    if asked.reward not in programme.stocked:
        return _no(Refusal.NOT_ACCEPTED)
    with connection.transaction(), cursor(connection) as sql:
        # of two with one id the other one waits
        sql.execute(DEEDS["lock_deeds"], {"programme_id": programme.programme_id})
        return change_on_shelf(sql, programme, asked, now=now, actor=actor)


def change_on_shelf(
    sql: Cursor, programme: OpenProgramme, asked: StockChange, *, now: int, actor: str
) -> StockAnswer:
    """The same in a transaction that has the lock of deeds."""
    place = _place(programme, asked.reward, asked.place)
    values = {**place, "id": asked.id}
    if (first := sql.execute(SQL["change_of"], values).fetchone()) is not None:
        return _again(programme, first, asked)
    before = left_on_shelf(sql, programme, asked.reward, asked.place)
    after = asked.asked if asked.kind == "set" else before + _signed(asked)
    figures = {"left": before, "asked": asked.asked}
    if after < 0:
        return _no(Refusal.OUT_OF_STOCK, "stock", figures)
    if after > LARGEST:
        return _no(Refusal.ABOVE_MAXIMUM, "most", {"most": LARGEST, "asked": after})
    sql.execute(SQL["put_on_shelf"], {**place, "left": after})
    written = (
        asked.id, place["reward"], asked.place, asked.kind, asked.asked, after - before, after,
        asked.reason, actor, now,
    )  # fmt: skip
    _append(sql, programme, written)
    return StockAnswer(units=after - before, left=after)


def left_on_shelf(sql: Cursor, programme: OpenProgramme, reward: str, place: str = "") -> int:
    """What is left of a reward at a place; whoever takes of it waits until the transaction ends."""
    row = sql.execute(SQL["lock_shelf"], _place(programme, reward, place)).fetchone()
    return row[0] if row else 0


def _place(programme: OpenProgramme, reward: str, place: str) -> dict[str, Any]:
    number = programme.currency_number(reward)
    return {"programme_id": programme.programme_id, "reward": number, "place": place}


def _append(sql: Cursor, programme: OpenProgramme, written: tuple[Any, ...]) -> None:
    """Keep a change behind the others: all its columns but the number and the digest."""
    last = sql.execute(SQL["last_change"], {"programme_id": programme.programme_id}).fetchone()
    number, before = last or (0, bytes(32))
    row = (programme.programme_id.bytes, number + 1, *written)
    copy_rows(sql, STOCK_CHANGE, [STOCK_CHANGE.pack(*row, change_digest(before, row))])


def change_digest(before: bytes, row: tuple[Any, ...]) -> bytes:
    """sha256(digest of the change before ‖ this one's columns in the binary COPY encoding)."""
    return hashlib.sha256(before + STOCK_CHANGE.pack(*row, b"")).digest()


def _signed(asked: StockChange) -> int:
    return -asked.asked if asked.kind == "take" else asked.asked


def _again(programme: OpenProgramme, first: tuple[Any, ...], asked: StockChange) -> StockAnswer:
    """What the id of a change was answered the first time; a conflict where it was another change."""
    number, place, kind, amount, reason, units, left = first
    before = (programme.engine.currencies[number], place, kind, amount, reason)
    now = (asked.reward, asked.place, asked.kind, asked.asked, asked.reason)
    for name, was, said in zip(
        ("reward", "place", "kind", asked.kind, "reason"), before, now, strict=True
    ):
        if was != said:
            return StockAnswer(
                state="refused", refusal=Refusal.CONFLICT.code, detail=differs_in(name)
            )
    return StockAnswer(units=units, left=left, replayed=True)


def _no(
    refusal: Refusal, about: str = "", figures: Mapping[str, int] = MappingProxyType({})
) -> StockAnswer:
    detail = Detail(about, {name: str(number) for name, number in figures.items()})
    return StockAnswer(state="refused", refusal=refusal.code, detail=detail if about else None)
