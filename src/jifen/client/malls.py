"""Malls that others run: who may send orders, and what became of those."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from jifen.client.asking import Noun, Pages, Request, T, asks, lists
from jifen.client.writing import encoded, path_of, reading, walked

_NOTICES_PER_PAGE = 200


class Revoked(msgspec.Struct, frozen=True, kw_only=True):
    """Since when a provider is believed no more, and who saw to that."""

    at: dt.datetime
    by: str


class MallProvider(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs a mall; it calls at the address `callbacks`."""

    id: str
    app_key: str
    login_url: str
    currency: str
    may: list[str]
    skew_minutes: int
    hold_hours: int
    made_at: dt.datetime
    made_by: str
    revoked: Revoked | None
    callbacks: str


class MallNotice(msgspec.Struct, frozen=True, kw_only=True):
    """How an order ended; `open`: somebody has to look at it, and `refusal` says why."""

    order: str
    success: bool
    heard_at: dt.datetime
    outcome: Literal["captured", "taken_late", "released", "never_held", "open"]
    refusal: str | None
    contradicted_at: dt.datetime | None


class MallLogin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a member enters, for a few minutes, with the points of this moment."""

    member: str
    provider: str
    credits: int
    url: str


class _Providers(msgspec.Struct):
    providers: list[MallProvider]


class _Notices(msgspec.Struct):
    notices: list[MallNotice]
    earlier: str | None


_PROVIDER, _PROVIDERS, _LOGIN = reading(MallProvider), reading(_Providers), reading(MallLogin)


class Malls(Noun[T]):
    """Those who run them, and where members enter."""

    @asks
    def create(
        self,
        id: str,
        app_key: str,
        app_secret: str,
        *,
        currency: str | None = None,
        login_url: str | None = None,
        may: Sequence[str] | None = None,
        skew_minutes: int | None = None,
        hold_hours: int | None = None,
    ) -> Request[MallProvider]:
        """A provider, with the key and the secret that it gave."""
        said = {"id": id, "app_key": app_key, "app_secret": app_secret, "currency": currency}
        terms = {"login_url": login_url, "may": may, "skew_minutes": skew_minutes}
        body = encoded({**said, **terms, "hold_hours": hold_hours})
        return Request("POST", path_of("mall-providers"), _PROVIDER, body=body)

    @asks
    def list(self) -> Request[list[MallProvider]]:
        """Every provider there was, oldest first."""
        path = path_of("mall-providers")
        return Request("GET", path, lambda response: _PROVIDERS(response).providers)

    @asks
    def get(self, provider: str) -> Request[MallProvider]:
        """A provider."""
        return Request("GET", path_of("mall-providers", provider), _PROVIDER)

    @asks
    def change(
        self,
        provider: str,
        *,
        app_key: str | None = None,
        login_url: str | None = None,
        may: Sequence[str] | None = None,
        skew_minutes: int | None = None,
        hold_hours: int | None = None,
    ) -> Request[MallProvider]:
        """Other terms; what is not said stays."""
        said = {"app_key": app_key, "login_url": login_url, "may": may}
        body = encoded({**said, "skew_minutes": skew_minutes, "hold_hours": hold_hours})
        return Request("PATCH", path_of("mall-providers", provider), _PROVIDER, body=body)

    @asks
    def rotate(
        self, provider: str, app_secret: str, *, overlap_hours: int | None = None
    ) -> Request[MallProvider]:
        """Another secret; the provider may sign with the one before for a day unless said."""
        body = encoded({"app_secret": app_secret, "overlap_hours": overlap_hours})
        return Request("POST", path_of("mall-providers", provider, "secret"), _PROVIDER, body=body)

    @asks
    def revoke(self, provider: str) -> Request[MallProvider]:
        """It is believed no more."""
        return Request("DELETE", path_of("mall-providers", provider), _PROVIDER)

    @lists
    def notices(self, provider: str, *, open: bool = False) -> Pages[_Notices, MallNotice]:
        """What was told of orders, the last first; with `open` only what somebody has to look at."""
        return walked(
            path_of("mall-providers", provider, "notices"),
            _Notices,
            lambda page: page.notices,
            lambda page: page.earlier,
            behind="before",
            query={"limit": _NOTICES_PER_PAGE, "open": "true" if open else None},
        )

    @asks
    def login(
        self, member: str, provider: str, *, redirect: str | None = None
    ) -> Request[MallLogin]:
        """Where a member enters, on the mall's first page unless said."""
        body = encoded({"provider": provider, "redirect": redirect})
        return Request("POST", path_of("members", member, "mall-login"), _LOGIN, body=body)
