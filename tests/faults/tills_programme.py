"""The programme at which persistent tills ask, and what must be true of its books however badly they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from persistent_till import MEMBERS, Told

from jifen.api.access import make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.enquiry.stock import stock_of
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NewMember, enrol_members
from jifen.intake.stock.changing import StockChange, change_stock
from jifen.intake.versions.opening import create_programme, open_programme
from jifen.proof.proving import prove

COFFEE: Final = Path(__file__).parents[2] / "src/jifen/programme/templates/coffee-club.yaml"
COUNTED: Final = """
rewards:
  sticker: {name: {zh: 贴纸, en: sticker}, price: 1 points, stock: counted}
"""
STICKERS: Final = 1_000_000


def open_for_tills(connection: psycopg.Connection[Any], slug: str = "coffee-club") -> str:
    """A coffee club with its members and stickers; a key for it."""
    now = real_now()
    document = COFFEE.read_text(encoding="utf-8") + COUNTED
    programme = create_programme(connection, document, slug=slug, now=now, actor="test")
    people = [NewMember(id=name, joined_at=now - 86_400_000_000) for name in MEMBERS]
    enrol_members(connection, programme, people, now=now, actor="test")
    printed = StockChange(id="printed", reward="sticker", kind="add", asked=STICKERS)
    change_stock(connection, programme, printed, now=now, actor="test")
    terms = ApiKeyTerms(name="till", scopes=("read", "write"))
    return make_key(connection, programme.programme_id, terms, now=now, actor="test")


def check_books(
    connection: psycopg.Connection[Any],
    told: Sequence[Told],
    *,
    under_way: int,
    slug: str = "coffee-club",
) -> None:
    """Everything acknowledged is in the journal once; at most what each till had under way besides."""
    programme = open_programme(connection, slug)
    ours = [
        id
        for (id,) in connection.execute(
            r"SELECT split_part(key, '/', 2) FROM command WHERE programme_id = %s AND key ~ '/\d+-\d+$'",
            [programme.programme_id],
        )
    ]
    acknowledged = {one.body["id"] for one in told}
    assert len(ours) == len(set(ours))
    assert acknowledged <= set(ours)
    assert len(ours) <= len(acknowledged) + under_way
    (shelf,) = stock_of(connection, programme)
    redeemed = connection.execute(
        "SELECT count(*) FROM command WHERE programme_id = %s AND kind = 'redeem' AND answer->>'state' IS NULL",
        [programme.programme_id],
    ).fetchone()
    assert shelf.taken > 0
    assert redeemed == (shelf.taken,)
    assert prove(connection, programme).holds
