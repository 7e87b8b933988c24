"""Mall providers of a programme: how each knows us, what it signs with, what it may ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import psycopg

from jifen.db.adapting import cursor
from jifen.db.statements import statements
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import currency_of, known_word
from jifen.intake.asking.scalars import Malformed
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.opening import OpenProgramme
from jifen.mall_provider.callbacks import LONGEST
from jifen.sealing import of_mall_provider, seal, unseal

SQL = statements(Path(__file__).with_suffix(".sql"))
MAY: Final = ("balance", "deduct", "add")
LOGIN_URL: Final = "https://activity.m.duiba.com.cn/autoLogin/autologin"
MOST_SKEW_MINUTES: Final = 60
MOST_HOLD_HOURS: Final = 720
MOST_OVERLAP_HOURS: Final = 168
_HOUR: Final = 3_600_000_000
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")


class UnknownProvider(LookupError):
    """There is no mall provider of that name; the name."""


class ProviderExists(ValueError):
    """There is a mall provider of that name already; the name."""


class ProviderTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How a provider knows us, where members enter, of which currency its points are, what it may ask, by how much
    clocks may differ, and for how long an order's points wait for its result."""

    app_key: str
    currency: str
    login_url: str = LOGIN_URL
    may: tuple[str, ...] = MAY
    skew_minutes: int = 5
    hold_hours: int = 72


class Provider(ProviderTerms, frozen=True, kw_only=True):
    """A provider as it stands. Times are instants."""

    id: str
    made_at: int
    made_by: str
    revoked_at: int | None
    revoked_by: str | None


def checked_terms(terms: ProviderTerms, programme: OpenProgramme) -> ProviderTerms:
    """Terms as they are kept. Raises Malformed."""
    for place, one in enumerate(terms.may):
        known_word(one, MAY, f"/may/{place}")
    _check_range(terms.skew_minutes, MOST_SKEW_MINUTES, "/skew_minutes")
    _check_range(terms.hold_hours, MOST_HOLD_HOURS, "/hold_hours")
    _check_short(terms.app_key, "/app_key")
    _check_login_url(terms.login_url)
    currency = currency_of({"currency": terms.currency or None}, programme.programme)
    if not currency.spendable:
        raise Malformed("/currency", "it cannot be spent", "这种积分不能使用")
    may = tuple(dict.fromkeys(terms.may))
    return msgspec.structs.replace(terms, may=may, currency=currency.id)


def make_provider(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    terms: ProviderTerms,
    *,
    id: str,
    secret: str,
    now: int,
    actor: str,
) -> Provider:
    """A new provider, and the secret that it has given us. Raises Malformed, ProviderExists."""
    if not _ID.match(id):
        raise Malformed(
            "/id", "expected up to 64 letters, digits, - and _", "应为至多 64 个字母、数字、- 或 _"
        )
    _check_short(secret, "/app_secret")
    terms = checked_terms(terms, programme)
    programme_id = programme.programme_id
    values = (
        _values(programme_id, id) | {"now": now, "actor": actor} | msgspec.structs.asdict(terms)
    )
    with connection.transaction(), cursor(connection) as sql:
        kept = sql.execute(SQL["insert_provider"], {**values, "may": list(terms.may)}).fetchone()
        if kept is None:
            raise ProviderExists(id)
        _add_secret(sql, values, secret)
        note_deed(sql, programme_id, "make_mall", id, _told_terms(terms), actor=actor, now=now)
    return find_provider(connection, programme_id, id)


def providers_of(connection: psycopg.Connection[Any], programme_id: UUID) -> list[Provider]:
    """The providers of a programme, oldest first, also those that were revoked."""
    return _found(connection, programme_id, None)


def find_provider(
    connection: psycopg.Connection[Any], programme_id: UUID, provider_id: str
) -> Provider:
    """One provider, revoked or not. Raises UnknownProvider."""
    found = _found(connection, programme_id, provider_id)
    if not found:
        raise UnknownProvider(provider_id)
    return found[0]


def rotate_secret(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    provider_id: str,
    secret: str,
    *,
    overlap_hours: int,
    now: int,
    actor: str,
) -> None:
    """Sign with a new secret that the provider has given us; until the overlap ends the former ones are believed as
    well. Raises Malformed, UnknownProvider."""
    _check_short(secret, "/app_secret")
    find_provider(connection, programme_id, provider_id)
    values = _values(programme_id, provider_id) | {"now": now, "actor": actor}
    with connection.transaction(), cursor(connection) as sql:
        sql.execute(SQL["end_secrets"], values | {"until": now + overlap_hours * _HOUR})
        sql.execute(SQL["forget_secrets"], values)
        _add_secret(sql, values, secret)
        told = {"overlap_hours": str(overlap_hours)}
        note_deed(sql, programme_id, "rotate_mall", provider_id, told, actor=actor, now=now)


def change_provider(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    provider_id: str,
    terms: ProviderTerms,
    *,
    now: int,
    actor: str,
) -> Provider:
    """Give a provider other terms from now on; orders keep the hours for which their points wait. Its currency stays,
    as that of the orders under way. Raises Malformed, UnknownProvider."""
    was = find_provider(connection, programme.programme_id, provider_id)
    terms = checked_terms(terms, programme)
    if terms.currency != was.currency:
        raise Malformed("/currency", "it stays as it is", "积分种类不能更改")
    before = _told_terms(was)
    changed = {name: said for name, said in _told_terms(terms).items() if said != before[name]}
    values = _values(programme.programme_id, provider_id) | msgspec.structs.asdict(terms)
    with connection.transaction(), cursor(connection) as sql:
        kept = sql.execute(SQL["change_provider"], {**values, "may": list(terms.may)}).fetchone()
        if kept is None:
            raise UnknownProvider(provider_id)
        if changed:
            note_deed(
                sql, programme.programme_id, "change_mall", provider_id, changed, actor=actor, now=now
            )  # fmt: skip
    return find_provider(connection, programme.programme_id, provider_id)


def revoke_provider(
    connection: psycopg.Connection[Any],
    programme_id: UUID,
    provider_id: str,
    *,
    now: int,
    actor: str,
) -> Provider:
    """Believe it nothing any more. Raises UnknownProvider."""
    with connection.transaction(), cursor(connection) as sql:
        values = _values(programme_id, provider_id) | {"now": now, "actor": actor}
        if sql.execute(SQL["revoke_provider"], values).fetchone() is not None:
            note_deed(sql, programme_id, "revoke_mall", provider_id, actor=actor, now=now)
    return find_provider(connection, programme_id, provider_id)


def secrets_of(
    connection: psycopg.Connection[Any], programme_id: UUID, provider_id: str, now: int
) -> Sequence[str]:
    """What is signed with at an instant, the newest first. Raises SealingProblem."""
    with cursor(connection) as sql:
        values = _values(programme_id, provider_id) | {"now": now}
        kept = [secret for (secret,) in sql.execute(SQL["secrets_of"], values)]
    belongs_to = of_mall_provider(programme_id, provider_id)
    return [unseal(secret, belongs_to).decode() for secret in kept]


def _told_terms(terms: ProviderTerms) -> dict[str, str]:
    """What was set, as the audit tells it."""
    said = {name: getattr(terms, name) for name in ProviderTerms.__struct_fields__}
    return {name: str(value) for name, value in (said | {"may": " ".join(terms.may)}).items()}


def _add_secret(sql: psycopg.Cursor[Any], values: dict[str, Any], secret: str) -> None:
    kept = seal(secret.encode(), of_mall_provider(values["programme"], values["provider"]))
    sql.execute(SQL["insert_secret"], values | {"secret": kept})


def _values(programme_id: UUID, provider_id: str | None) -> dict[str, Any]:
    """As statements name them."""
    return {"programme": programme_id, "provider": provider_id}


def _found(
    connection: psycopg.Connection[Any], programme_id: UUID, provider_id: str | None
) -> list[Provider]:
    names = (
        "id", "app_key", "login_url", "currency", "may", "skew_minutes", "hold_hours", "made_at", "made_by",
        "revoked_at", "revoked_by",
    )  # fmt: skip
    with cursor(connection) as sql:
        rows = sql.execute(SQL["providers_of"], _values(programme_id, provider_id))
        return [msgspec.convert(dict(zip(names, row, strict=True)), Provider) for row in rows]


def _check_short(written: str, pointer: str) -> None:
    if len(scalars.text(written, pointer)) > LONGEST:
        raise Malformed(pointer, f"longer than {LONGEST} characters", f"超过 {LONGEST} 个字符")


def _check_range(number: int, most: int, pointer: str) -> None:
    if not 1 <= number <= most:
        raise Malformed(
            pointer, f"expected a whole number from 1 to {most}", f"应为 1 到 {most} 之间的整数"
        )


def _check_login_url(written: str) -> None:
    _check_short(written, "/login_url")
    try:
        url = urlsplit(written)
        known = url.scheme == "https" and bool(url.hostname) and not (url.query or url.fragment)
    except ValueError:
        known = False
    if not known:
        raise Malformed(
            "/login_url",
            "expected an address as https://…, with nothing behind a question mark",
            "应为网址，如 https://…，不带问号后的参数",
        )
