"""The secrets of a bank are sealed, change their key, and sign as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from jifen.api.access import key_by_id, make_key
from jifen.api.key_terms import ApiKeyTerms
from jifen.api.member_access import open_token, sign_token
from jifen.cli import doctoring
from jifen.db.connection import connect
from jifen.enquiry.audit import AuditAsked, audit, end_of
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import open_programme
from jifen.mall_provider.providers import ProviderTerms, make_provider
from jifen.mall_provider.providers import secrets_of as mall_secrets_of
from jifen.outbox.signing import written_secret
from jifen.outbox.webhook_terms import WebhookTerms
from jifen.outbox.webhooks import make_webhook, secrets_of
from jifen.sealing import new_key

Jifen = Callable[..., str]
SETTING = "JIFEN_SEALING_KEYS"


def kept(connection: psycopg.Connection[Any]) -> list[bytes]:
    rows = connection.execute(
        "SELECT secret FROM webhook_secret UNION ALL SELECT secret FROM token_secret"
        " UNION ALL SELECT secret FROM mall_provider_secret"
    )
    return [bytes(secret) for (secret,) in rows.fetchall()]


def token(connection: psycopg.Connection[Any], programme_id: UUID) -> str:
    """One that a new key signs for ann."""
    now = real_now()
    terms = ApiKeyTerms(name="app", scopes=("tokens", "read"))
    written = make_key(connection, programme_id, terms, now=now, actor="test")
    key = key_by_id(connection, written.split("_")[1])
    assert key is not None
    return sign_token(
        connection, programme_id, key, "ann", scopes=("read",), expires_at=now + 10**9, now=now
    )[0]


def test_what_lay_open_is_sealed_changes_its_key_and_signs_as_before(
    club: Jifen, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    club("member", "enrol", "ann")
    with connect(database_url) as connection:
        opened = open_programme(connection, "coffee-club")
        programme = opened.programme_id
        webhook = WebhookTerms(url="https://shop.example/hook")
        now = real_now()
        _, told = make_webhook(
            connection, programme, webhook, id="crm", after=None, now=now, actor="test"
        )
        signed = token(connection, programme)
        mall = ProviderTerms(app_key="K1", currency="points")
        make_provider(
            connection, opened, mall, id="duiba", secret="from-the-mall", now=now, actor="test"
        )
        open_ones = kept(connection)

        def signs() -> bool:
            (secret,) = secrets_of(connection, programme, "crm", now)
            of_mall = mall_secrets_of(connection, programme, "duiba", now)
            return (
                written_secret(secret) == told
                and of_mall == ["from-the-mall"]
                and open_token(connection, signed) is not None
            )

        assert signs()
        assert "names no key" in club("seal", code=1)
        first, second = club("seal", "--new-key").strip(), new_key()
        monkeypatch.setenv(SETTING, first)
        assert "3 of 3 not kept" in doctoring._secrets().said
        assert "均已加密；本次加密 3 个" in club("seal", "--lang", "zh")
        assert not any(secret in one for secret in open_ones for one in kept(connection))
        assert signs()
        assert "sealed just now: 0" in club("seal")
        monkeypatch.setenv(SETTING, f"{second},{first}")
        assert "sealed just now: 3" in club("seal")
        monkeypatch.setenv(SETTING, second)
        assert signs()
        assert "3, sealed" in club("doctor")
        entries = audit(
            connection,
            open_programme(connection, "coffee-club"),
            AuditAsked(since=now, before=end_of(real_now()), kind="seal_secrets"),
            most=9,
        ).entries
        assert [(one.actor, one.terms) for one in entries] == [
            ("command line", {"secrets": "3"})
        ] * 2


def test_who_lacks_the_key_does_not_begin(
    club: Jifen, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, new_key())
    with connect(database_url) as connection:
        programme = open_programme(connection, "coffee-club").programme_id
        terms = WebhookTerms(url="https://shop.example/hook")
        make_webhook(
            connection, programme, terms, id="crm", after=None, now=real_now(), actor="test"
        )
    monkeypatch.setenv(SETTING, new_key())
    for command in (["worker"], ["serve", "--port", "18999"], ["seal"]):
        assert "which JIFEN_SEALING_KEYS does not name" in club(*command, code=1)


def test_a_key_that_is_none_is_told_before_there_is_a_secret(
    club: Jifen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for written in ("new,old", ",", f"{new_key()},"):
        monkeypatch.setenv(SETTING, written)
        for command in (["worker"], ["serve", "--port", "18999"], ["seal"]):
            assert "a key is 32 bytes in base64" in club(*command, code=1)
        found = doctoring._looked(doctoring._secrets)
        assert found is not None
        assert "a key is 32 bytes in base64" in found.said
