"""Rounds of a lucky draw: opened with a promise of their seed, closed by showing it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import bigints
from jifen.db.statements import statements
from jifen.engine.fair_drawing import SEED_BYTES, commitment_of
from jifen.intake.draws.aside import lay_aside, prefix_of, put_back
from jifen.intake.draws.wheels import decode_prizes
from jifen.intake.versions.deeds import SQL as DEEDS
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.refusals import Refusal
from jifen.programme.draws import Draw
from jifen.sealing import of_draw_seed, seal, unseal

SQL: Final = statements(Path(__file__).with_suffix(".sql"))


class RoundRefused(Exception):
    """A round cannot be opened or closed, for this."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Round(NamedTuple):
    """A round by its number, and the digest that was promised."""

    round_no: int
    commitment: bytes


def open_round(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draw: Draw,
    *,
    now: int,
    actor: str,
    seed: bytes | None = None,
) -> Round:
    """Open the next round of a draw with the prizes that the document gives it now, of which what is counted comes off
    the shelf. Commits. Raises RoundRefused where one is open. A `seed` that is given is known to who gives it: only a
    story, which comes out the same each time, has one."""
    seed = seed or secrets.token_bytes(SEED_BYTES)
    place: dict[str, Any] = {"programme_id": programme.programme_id, "draw": draw.id}
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(DEEDS["lock_deeds"], place)  # of two that open it the other one waits
        last = sql.execute(SQL["last_round"], place).fetchone()
        if last is not None and last[1]:
            raise RoundRefused(Refusal.ROUND_OPEN)
        opened = Round(last[0] + 1 if last else 1, commitment_of(seed))
        prefix = prefix_of(draw.id, opened.round_no)
        prizes = lay_aside(sql, programme, draw.prizes, prefix, now=now, actor=actor)
        if isinstance(prizes, Refusal):
            raise RoundRefused(prizes)
        values = {
            **place,
            "round_no": opened.round_no,
            "commitment": opened.commitment,
            "seed": seal(seed, of_draw_seed(programme.programme_id, draw.id, opened.round_no)),
            "prizes": msgspec.json.encode(prizes).decode(),
            "budget": None if draw.budget is None else msgspec.json.encode(draw.budget).decode(),
            "given": bigints([0] * len(prizes)),
            "now": now,
        }
        sql.execute(SQL["open_round"], values)
        terms = {"commitment": opened.commitment.hex()}
        about = f"{draw.id}/{opened.round_no}"
        note_deed(
            sql, programme.programme_id, "open_draw_round", about, terms, actor=actor, now=now
        )
    return opened


def close_round(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draw: str,
    *,
    now: int,
    actor: str,
) -> tuple[Round, bytes]:
    """Close the open round of a draw; its seed, which everybody may know from now on. What lay aside and nobody won
    goes back on the shelf. Commits. Raises RoundRefused where none is open."""
    place: dict[str, Any] = {"programme_id": programme.programme_id, "draw": draw}
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(DEEDS["lock_deeds"], place)
        found = sql.execute(SQL["lock_round"], place).fetchone()
        if found is None:
            raise RoundRefused(Refusal.NO_ROUND_OPEN)
        round_no, commitment, kept, prizes, given = found
        seed = unseal(kept, of_draw_seed(programme.programme_id, draw, round_no))
        sql.execute(SQL["close_round"], {**place, "round_no": round_no, "seed": seed, "now": now})
        prefix = prefix_of(draw, round_no)
        refusal = put_back(
            sql, programme, decode_prizes(prizes), given, prefix, now=now, actor=actor
        )
        if refusal is not None:
            raise RoundRefused(refusal)
        about = f"{draw}/{round_no}"
        terms = {"seed": seed.hex()}
        note_deed(
            sql, programme.programme_id, "close_draw_round", about, terms, actor=actor, now=now
        )
    return Round(round_no, commitment), seed
