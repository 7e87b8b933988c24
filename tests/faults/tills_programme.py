"""The programme at which persistent tills ask, and what must be true of its books however badly they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from persistent_till import MEMBERS, Told

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.enquiry.draws import rounds_of
from jifen.enquiry.stock import stock_of
from jifen.intake.clock import real_now
from jifen.intake.codes.filling import Source, making
from jifen.intake.codes.making import make_codes
from jifen.intake.draws.rounds import open_round
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.versions.opening import OpenProgramme, create_programme, open_programme
from jifen.proof.proving import prove

COFFEE: Final = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
REWARDS: Final = """\
codes: {films: {}}
rewards:
  sticker: {name: {zh: 贴纸, en: sticker}, price: 1 points, stock: counted}
  film: {name: {zh: 电影票, en: film}, codes: films}
  bundle: {name: {zh: 套装, en: bundle}, set: {sticker: 2 points, film: 2 points}}
  mug: {name: {zh: 马克杯, en: mug}, price: 1 points, stock: counted, fulfil: {by: pick_up, within: 2 days}}
"""
DRAW: Final = """\
  ticket: {name: {zh: 抽奖机会, en: ticket}, price: 1 points}
  badge: {name: {zh: 徽章, en: badge}, price: 100 points, worth: 1.00, stock: counted, fulfil: pick_up}
draws:
  lucky:
    ticket: ticket
    free: 1 per day
    budget: 5.00 CNY
    prizes: {badge: {weight: 9, gives: badge, most: 5}, thanks: {weight: 1}}
"""
UNITS: Final = 1_000_000
CODES: Final = 20_000


def open_for_tills(connection: psycopg.Connection[Any], slug: str = "coffee-club") -> str:
    """A coffee club with its members, stickers, mugs, badges and tickets for films; a key for it."""
    now = real_now()
    document = COFFEE.read_text(encoding="utf-8") + REWARDS + DRAW
    programme = create_programme(connection, document, slug=slug, now=now, actor="test")
    people = [NewMember(id=name, joined_at=now - 86_400_000_000) for name in MEMBERS]
    enrol_members(connection, programme, people, now=now, actor="test")
    for reward in ("sticker", "mug", "badge"):
        delivered = StockChange(id=reward, reward=reward, kind="add", asked=UNITS)
        change_stock(connection, programme, delivered, now=now, actor="test")
    source = Source("films", making(programme, "films"), now)
    make_codes(connection, programme, source, CODES)
    (draw,) = programme.programme.draws
    open_round(connection, programme, draw, now=now, actor="test")
    terms = ApiKeyTerms(name="till", scopes=("read", "write"))
    return make_key(connection, programme.programme_id, terms, now=now, actor="test")


def check_books(
    connection: psycopg.Connection[Any],
    told: Sequence[Told],
    *,
    under_way: int,
    slug: str = "coffee-club",
) -> None:
    """Everything acknowledged is in the journal once; at most what each till had under way besides. Of what there are
    only so many, so many are gone as the journal gave."""
    programme = open_programme(connection, slug)
    ours = [
        id
        for (id,) in connection.execute(
            r"SELECT split_part(key, '/', 2) FROM command WHERE programme_id = %s AND key ~ '^[a-z_]+/\d+-\d+$'",
            [programme.programme_id],
        )
    ]
    acknowledged = {one.body["id"] for one in told}
    assert len(ours) == len(set(ours))
    assert acknowledged <= set(ours)
    assert len(ours) <= len(acknowledged) + under_way
    redeemed = dict(
        connection.execute(
            "SELECT body->>'reward', count(*) FROM command WHERE programme_id = %s AND kind = 'redeem'"
            " AND answer->>'state' IS NULL GROUP BY 1",
            [programme.programme_id],
        ).fetchall()
    )
    taken = {shelf.reward: shelf.taken for shelf in stock_of(connection, programme)}
    assert taken.pop("badge") == 0
    assert taken == {"sticker": redeemed["sticker"], "mug": redeemed["mug"]}
    issued = connection.execute(
        "SELECT count(*) FROM code WHERE programme_id = %s AND member_id IS NOT NULL",
        [programme.programme_id],
    ).fetchone()
    assert issued == (redeemed["film"],) == (redeemed["bundle"],)
    _check_draw(connection, programme)
    assert prove(connection, programme).holds


def _check_draw(connection: psycopg.Connection[Any], programme: OpenProgramme) -> None:
    """Every spin of the journal stands in the round once, with a ticket of its own or as the one free
    spin of its member and day; no badge was given too many, each was ordered, and the budget knows of each."""
    spun = connection.execute(
        "SELECT count(*), count(DISTINCT answer #>> '{spun,spin}' || ' ' || member_id),"
        " count(*) FILTER (WHERE answer #>> '{spun,prize}' = 'badge'),"
        " least(5, count(*) FILTER (WHERE answer #>> '{spun,drawn}' = 'badge'))"
        " FROM command WHERE programme_id = %s AND kind = 'spin' AND answer->>'state' IS NULL",
        [programme.programme_id],
    ).fetchone()
    tickets = connection.execute(
        "SELECT count(*) FROM command WHERE programme_id = %s AND key LIKE 'redeem/spin/%%'",
        [programme.programme_id],
    ).fetchone()
    (round_,) = rounds_of(connection, programme, {"lucky"})
    badges = round_.prizes[0].given
    free = connection.execute(
        "SELECT count(*), count(DISTINCT (member_id, free_day)) FROM draw_spin"
        " WHERE programme_id = %s AND free_day > 0",
        [programme.programme_id],
    ).fetchone()
    assert free is not None
    assert free[0] == free[1] > 0
    assert tickets == (round_.spins - free[0],)
    assert round_.budget is not None
    assert round_.budget.left == f"{5 - badges}.00"
    assert spun == (round_.spins, round_.spins, badges, badges)
    ordered = connection.execute(
        "SELECT count(*) FROM reward_order WHERE programme_id = %s AND order_id LIKE 'prize:%%'",
        [programme.programme_id],
    ).fetchone()
    assert ordered == (badges,)
