"""Rounds of lucky draws as anybody may see them: odds and promise while they are open, the seed behind it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import texts
from jifen.db.statements import statements
from jifen.enquiry.told_rounds import ToldPrize, ToldRound, ToldSpin
from jifen.instants import moment_of
from jifen.intake.draws.wheels import decode_budget, decode_prizes
from jifen.intake.versions.opening import OpenProgramme
from jifen.money import decimal_text
from jifen.programme.draws import Draw, FreeSpins, Gift, Prize, RoundBudget, cost_of, odds
from jifen.programme.saying.draw_words import chance_said
from jifen.programme.saying.naming import Name

SQL = statements(Path(__file__).with_suffix(".sql"))
MOST_ROUNDS: Final = 100


class OddsView(msgspec.Struct, frozen=True, kw_only=True):
    """A prize of a draw: drawn so many times of all `weight`s, `chance` (exactly: `1%`, or `1/3`), given at `most` so
    often in a round (None: always), and what it `gives` (None: nothing but thanks)."""

    id: str
    name: Name
    weight: int
    chance: str
    gives: Gift | None
    most: int | None


class PrizeView(OddsView, frozen=True, kw_only=True):
    """A prize of a round, and how often it was `given`."""

    given: int


class BudgetView(msgspec.Struct, frozen=True, kw_only=True):
    """What the prizes of a round may cost together `of` a currency or of money, and what of that is `left`."""

    of: str
    amount: str
    left: str


class RoundView(msgspec.Struct, frozen=True, kw_only=True):
    """A round: `commitment` is the SHA-256 of its `seed`, which is None until it is closed; both in hexadecimal."""

    draw: str
    round: int
    commitment: str
    seed: str | None
    opened_at: str
    closed_at: str | None
    spins: int
    budget: BudgetView | None
    prizes: list[PrizeView]


class DrawView(msgspec.Struct, frozen=True, kw_only=True):
    """A draw of today's document, with what is `free` of it, the odds that its next round will have, and its rounds,
    the newest first."""

    id: str
    name: Name
    ticket: str
    free: FreeSpins | None
    prizes: list[OddsView]
    rounds: list[RoundView]


def draws_of(
    connection: psycopg.Connection[Any], programme: OpenProgramme, now: int
) -> list[DrawView]:
    """The draws of the document in force, in its order."""
    draws = programme.engine.plan_at(now).programme.draws
    rounds = rounds_of(connection, programme, {one.id for one in draws})
    return [
        DrawView(
            id=draw.id,
            name=draw.name,
            ticket=draw.ticket,
            free=draw.free,
            prizes=odds_of(draw),
            rounds=[one for one in rounds if one.draw == draw.id],
        )
        for draw in draws
    ]


def odds_of(draw: Draw) -> list[OddsView]:
    """The prizes of a draw as the document has them."""
    chances = odds(draw.prizes)
    return [
        OddsView(
            id=prize.id,
            name=prize.name,
            weight=prize.weight,
            chance=chance_said(chances[prize.id]),
            gives=prize.gift,
            most=prize.most,
        )
        for prize in draw.prizes
    ]


def rounds_of(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    draws: Collection[str],
    round_no: int | None = None,
) -> list[RoundView]:
    """The last rounds of draws, the newest of each first; or one by its number."""
    values = {
        "programme_id": programme.programme_id,
        "draws": texts(sorted(draws)),
        "round_no": round_no,
        "most": MOST_ROUNDS,
    }
    with cursor(connection) as sql:
        rows = sql.execute(SQL["rounds"], values).fetchall()
    return [_view(programme, *row) for row in rows]


def _view(
    programme: OpenProgramme,
    draw: str,
    round_no: int,
    commitment: bytes,
    seed: bytes | None,
    written: str,
    counted: str | None,
    given: list[int],
    spins: int,
    opened_at: int,
    closed_at: int | None,
) -> RoundView:
    prizes = decode_prizes(written)
    chances = odds(prizes)
    return RoundView(
        draw=draw,
        round=round_no,
        commitment=commitment.hex(),
        seed=None if seed is None else seed.hex(),
        opened_at=_moment(programme, opened_at),
        closed_at=None if closed_at is None else _moment(programme, closed_at),
        spins=spins,
        budget=_budget(programme, decode_budget(counted or "null"), cost_of(prizes, given)),
        prizes=[
            _prize(prize, chance_said(chances[prize.id]), count)
            for prize, count in zip(prizes, given, strict=True)
        ],
    )


def _prize(prize: Prize, chance: str, given: int) -> PrizeView:
    return PrizeView(
        id=prize.id,
        name=prize.name,
        weight=prize.weight,
        chance=chance,
        gives=prize.gift,
        most=prize.most,
        given=given,
    )


def _budget(programme: OpenProgramme, budget: RoundBudget | None, spent: int) -> BudgetView | None:
    if budget is None:
        return None
    document = programme.programme
    scales = {one.id: one.scale for one in document.currencies}
    scale = scales.get(budget.of, document.money_scale)
    return BudgetView(
        of=budget.of,
        amount=decimal_text(budget.amount, scale),
        left=decimal_text(budget.amount - spent, scale),
    )


def told_round(
    connection: psycopg.Connection[Any], programme: OpenProgramme, of: RoundView
) -> ToldRound:
    """All that it takes to compute a round again: its terms, and what its spins brought, in order."""
    values = {"programme_id": programme.programme_id, "draw": of.draw, "round_no": of.round}
    with cursor(connection) as sql:
        rows = sql.execute(SQL["spins"], values).fetchall()
    return ToldRound(
        draw=of.draw,
        round=of.round,
        commitment=of.commitment,
        seed=of.seed,
        thanks=next(prize.id for prize in of.prizes if not prize.gives),
        prizes=[ToldPrize(id=one.id, weight=one.weight, most=one.most) for one in of.prizes],
        spins=[
            ToldSpin(member=member, spin=spin, drawn=of.prizes[drawn].id, prize=of.prizes[given].id)
            for member, spin, drawn, given in rows
        ],
    )


def _moment(programme: OpenProgramme, instant: int) -> str:
    return moment_of(instant, programme.zone).isoformat(timespec="seconds")
