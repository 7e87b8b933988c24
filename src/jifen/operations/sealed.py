"""The secrets that lie in the bank: how many are sealed as they would be now, and sealing those that are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from jifen.db.adapting import cursor
from jifen.db.arrays import bigints, byteas
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.sealing import (
    check_keys,
    is_current,
    of_address,
    of_code,
    of_code_secret,
    of_draw_seed,
    of_mall_provider,
    of_pick_up_code,
    of_tokens,
    of_webhook,
    seal,
    unseal,
)

SQL = statements(Path(__file__).with_suffix(".sql"))
CODES_AT_ONCE: Final = 20_000


class Kept(NamedTuple):
    """A secret as it is kept, what it belongs to, and the statement by which it is kept otherwise, with its values."""

    secret: bytes
    of: str
    statement: str
    values: dict[str, Any]


class Seals(NamedTuple):
    """How many secrets there are, and how many of them are kept as they would be now."""

    secrets: int
    current: int


def seals(connection: psycopg.Connection[Any]) -> Seals:
    """How the secrets of all programmes are kept."""
    kept = list(_kept(connection))
    current = sum(is_current(one.secret) for one in kept)
    codes = list(_codes_by_key(connection))
    return Seals(
        len(kept) + sum(count for _, count in codes),
        current + sum(count for one, count in codes if is_current(one.secret)),
    )


def check_all_open(connection: psycopg.Connection[Any]) -> None:
    """Raises SealingProblem where one of the settings' keys is none, or none of them opens a secret that is kept."""
    check_keys()
    for one in (*_kept(connection), *(one for one, _ in _codes_by_key(connection))):
        unseal(one.secret, one.of)


def seal_all(connection: psycopg.Connection[Any]) -> Counter[UUID]:
    """Seal by the first key what lies open, or what another key has sealed; how many of each programme. A server that
    reads one meanwhile finds it kept either way. Raises SealingProblem where a key is missing, or is none: nothing was
    changed then."""
    check_keys()
    with connection.transaction(), cursor(connection) as sql:
        others = [one for one in _kept(connection) if not is_current(one.secret)]
        for one in others:
            sealed = seal(unseal(one.secret, one.of), one.of)
            sql.execute(SQL[one.statement], {**one.values, "kept": one.secret, "sealed": sealed})
        sealed_now = Counter(one.values["programme"] for one in others)
        if not all(is_current(one.secret) for one, _ in _codes_by_key(connection)):
            sealed_now += _seal_codes(sql)
    return sealed_now


def _seal_codes(sql: Cursor) -> Counter[UUID]:
    """Seal codes otherwise that are not kept as they would be now, some thousands at a time; how many of each
    programme."""
    place, done = {"programme": UUID(int=0), "code_no": 0}, Counter[UUID]()
    while rows := sql.execute(SQL["some_codes"], {**place, "most": CODES_AT_ONCE}).fetchall():
        numbers: dict[UUID, list[int]] = {}
        sealed: dict[UUID, list[bytes]] = {}
        for programme, number, digest, secret in rows:
            if not is_current(secret):
                of = of_code(programme, digest)
                numbers.setdefault(programme, []).append(number)
                sealed.setdefault(programme, []).append(seal(unseal(secret, of), of))
        for programme, of_programme in numbers.items():
            values = {"numbers": bigints(of_programme), "sealed": byteas(sealed[programme])}
            sql.execute(SQL["reseal_codes"], {"programme": programme, **values})
            done[programme] += len(of_programme)
        place = {"programme": rows[-1][0], "code_no": rows[-1][1]}
    return done


def _codes_by_key(connection: psycopg.Connection[Any]) -> Iterator[tuple[Kept, int]]:
    """A code for each key that seals some, and how many it seals."""
    with cursor(connection) as sql:
        for programme, digest, secret, count in sql.execute(SQL["codes_by_key"]).fetchall():
            yield Kept(secret, of_code(programme, digest), "reseal_codes", {}), count


def _kept(connection: psycopg.Connection[Any]) -> Iterator[Kept]:
    with cursor(connection) as sql:
        for programme, webhook, made_at, secret in sql.execute(SQL["webhook_secrets"]).fetchall():
            values = {"programme": programme, "webhook": webhook, "made_at": made_at}
            yield Kept(secret, of_webhook(programme, webhook), "reseal_webhook", values)
        for programme, provider, made_at, secret in sql.execute(SQL["mall_secrets"]).fetchall():
            values = {"programme": programme, "provider": provider, "made_at": made_at}
            yield Kept(secret, of_mall_provider(programme, provider), "reseal_mall", values)
        for programme, secret_id, secret in sql.execute(SQL["token_secrets"]).fetchall():
            values = {"programme": programme, "secret_id": secret_id}
            yield Kept(secret, of_tokens(programme, secret_id), "reseal_tokens", values)
        for programme, secret in sql.execute(SQL["code_secrets"]).fetchall():
            values = {"programme": programme}
            yield Kept(secret, of_code_secret(programme), "reseal_code_secret", values)
        for programme, order, secret in sql.execute(SQL["addresses"]).fetchall():
            values = {"programme": programme, "order": order}
            yield Kept(secret, of_address(programme, order), "reseal_address", values)
        for programme, order, secret in sql.execute(SQL["pick_up_codes"]).fetchall():
            values = {"programme": programme, "order": order}
            yield Kept(secret, of_pick_up_code(programme, order), "reseal_pick_up_code", values)
        for programme, draw, round_no, secret in sql.execute(SQL["draw_seeds"]).fetchall():
            values = {"programme": programme, "draw": draw, "round_no": round_no}
            yield Kept(secret, of_draw_seed(programme, draw, round_no), "reseal_draw_seed", values)
