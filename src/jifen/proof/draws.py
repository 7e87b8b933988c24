"""What is proved of lucky draws: that each seed is the one that was promised, and that each spin, in their order, was
a member's to spin and brought what the seed says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from jifen.db.statements import statements
from jifen.engine.fair_drawing import Outcome, commitment_of, outcomes
from jifen.instants import local_day_of
from jifen.intake.answers import Spun
from jifen.intake.asking.placing import OF_PRIZES, placing_key
from jifen.intake.draws.aside import back_from, prefix_of, taken_for
from jifen.intake.draws.free_spins import FreeDays, free_left
from jifen.intake.draws.wheels import decode_budget, decode_prizes
from jifen.intake.judging.history import Sql
from jifen.intake.stock.changing import StockChange
from jifen.intake.versions.opening import OpenProgramme
from jifen.ledger.records import ISSUED, REDEEMED
from jifen.programme.draws import Draw, Prize, covers_a_spin, draw_called
from jifen.proof.differences import Difference
from jifen.proof.journal import ProvedAnswer
from jifen.proof.showing import at
from jifen.proof.timeline import Timeline
from jifen.sealing import of_draw_seed, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
_decode_answer: Final = msgspec.json.Decoder(ProvedAnswer).decode


class _Row(NamedTuple):
    """A spin as it is kept, and what the journal and the postings have of it; and how many of the order that it placed
    went again (None: there is no order), and came to stock."""

    place: int
    member: str | None
    member_seq: int
    spin_no: int
    drawn: int
    given: int
    free_day: int
    kind: str | None
    key: str | None
    answer: str | None
    recorded_at: int | None
    moved: list[list[int]]
    gone: int | None
    back: int


def draw_differences(sql: Sql, timeline: Timeline) -> Iterator[Difference]:
    """Rounds with another seed than was promised, or that count otherwise than they gave; spins that brought something
    else than the seed and the order say, that were one too many, or free or not as no version had it; and spins of the
    journal that stand in no round."""
    values, allowed = {"programme": timeline.programme.programme_id.hex}, _Allowed(timeline)
    for row in sql.execute(SQL["rounds"], values).fetchall():
        yield from _round_differences(sql, timeline.programme, allowed, row)
    for (key,) in sql.execute(SQL["unkept"], values).fetchall():
        yield Difference(check="draw_spin", where=key)


class _Allowed:
    """What documents let members spin, as the spins of a draw are heard of in order."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._free: defaultdict[tuple[str, str | None], Counter[int]] = defaultdict(Counter)

    def hear(self, draw: str, one: _Row) -> bool:
        """Whether the next spin was not one too many in its round, and was free, on its day, just where a free one was
        left, by a document that could be in force. Nobody knows that of a spin without a command, which is told of."""
        spun = self._free[draw, one.member]
        if one.recorded_at is None:
            return True
        today = local_day_of(one.recorded_at, self._timeline.programme.zone)
        right = one.free_day in (0, today) and any(
            _lets(draw_called(document.draws, draw), one, spun, today, document.week_starts)
            for document in self._timeline.in_force_at(one.recorded_at)
        )
        if one.free_day:
            spun[one.free_day] += 1
        return right


def _lets(draw: Draw | None, one: _Row, spun: FreeDays, today: int, week_starts: int) -> bool:
    if draw is None or (draw.most_spins is not None and one.spin_no > draw.most_spins):
        return False
    return bool(one.free_day) is (free_left(draw.free, spun, today, week_starts) > 0)


def _round_differences(
    sql: Sql, programme: OpenProgramme, allowed: _Allowed, row: tuple[Any, ...]
) -> Iterator[Difference]:
    draw, round_no, commitment, kept, written, counted, recorded, spins, is_open = row
    of = of_draw_seed(programme.programme_id, draw, round_no)
    seed, prizes = unseal(kept, of) if is_open else kept, decode_prizes(written)
    where = f"{draw}/{round_no}"
    if commitment_of(seed) != commitment:
        yield Difference(check="draw_round", where=where)
    values = {
        "programme": programme.programme_id.hex,
        "draw": draw,
        "round_no": round_no,
        "issued": ISSUED,
        "redeemed": REDEEMED,
        "of_prizes": OF_PRIZES,
    }
    rows = [_Row(*one) for one in sql.execute(SQL["spins"], values).fetchall()]
    budget, given = decode_budget(counted or "null"), [0] * len(prizes)
    found = outcomes(seed, draw, round_no, prizes, [one.member or "" for one in rows])
    for place, (one, outcome) in enumerate(zip(rows, found, strict=True), start=1):
        paid = covers_a_spin(budget, prizes, given)
        given[outcome.given] += 1
        kept_so = (one.place, one.spin_no, one.drawn, one.given) == (place, *outcome)
        if (
            not allowed.hear(draw, one)
            or not paid
            or not kept_so
            or not _is_answered_so(one, draw, round_no, prizes, outcome, programme)
        ):
            spun = at(round=where, spin=place)
            yield Difference(check="draw_spin", member=one.member or "", where=spun)
    prefix = prefix_of(draw, round_no)
    back = [] if is_open else back_from(prizes, given, prefix)
    changes = {*_moved(programme, taken_for(prizes, prefix), -1), *_moved(programme, back, 1)}
    if changes != set(sql.execute(SQL["laid_aside"], {**values, "prefix": prefix}).fetchall()):
        yield Difference(check="draw_round", where=at(stock=where))
    if given != list(recorded) or spins != len(rows):
        yield Difference(
            check="draw_round", where=where, recorded=str(list(recorded)), derived=str(given)
        )


def _moved(
    programme: OpenProgramme, changes: Iterable[StockChange], sign: int
) -> Iterator[tuple[str, int, str, int]]:
    """Changes of stock as they are kept: their ids, which reward at which place, and by how many."""
    for one in changes:
        yield one.id, programme.currency_number(one.reward), one.place, sign * one.asked


def _is_answered_so(
    one: _Row,
    draw: str,
    round_no: int,
    prizes: tuple[Prize, ...],
    outcome: Outcome,
    programme: OpenProgramme,
) -> bool:
    """Whether the journal answered what a spin brings, and the books took and gave that."""
    spun = _decode_answer(one.answer).spun if one.answer and one.kind == "spin" else None
    if spun is None:
        return False
    told = spun.draw, spun.round, spun.spin, spun.drawn, spun.prize
    drawn, prize = prizes[outcome.drawn], prizes[outcome.given]
    if (spun.ticket is None) is not bool(one.free_day) or not _is_ordered_so(
        one, prize, spun, programme
    ):
        return False
    books = {} if spun.ticket is None else {(REDEEMED, programme.currency_number(spun.ticket)): -1}
    if prize.gift is not None:
        books[ISSUED, programme.currency_number(prize.gift.currency)] = prize.gift.count
    moved = {(account, currency): points for account, currency, points in one.moved}
    return told == (draw, round_no, outcome.spin_no, drawn.id, prize.id) and moved == books


def _is_ordered_so(one: _Row, prize: Prize, spun: Spun, programme: OpenProgramme) -> bool:
    """Whether a spin placed an order just where its prize takes one, and as many came to stock as went again, where
    these had lain aside."""
    if prize.gift is None or prize.gift.currency not in programme.ordered:
        return spun.order is None and one.back == 0
    placed = spun.order is not None and placing_key(spun.order) == one.key
    return placed and one.gone is not None and one.back == (one.gone if prize.counted else 0)
