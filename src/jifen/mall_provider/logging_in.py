"""The address by which a member enters a mall that others run."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from jifen.mall_provider.signing import LOGIN_MARK, signature


def login_address(
    url: str,
    app_key: str,
    secret: str,
    *,
    member: str,
    credits: int,
    redirect: str | None,
    now: int,
) -> str:
    """Where a member enters, known and with their points, on the page `redirect` unless that is None; good for as long
    as the provider takes it (Duiba: five minutes)."""
    said: Mapping[str, str] = {
        "uid": member,
        "credits": str(credits),
        "appKey": app_key,
        "timestamp": str(now // 1000),
        "dcustom": LOGIN_MARK,
    } | ({} if redirect is None else {"redirect": redirect})
    query = urlencode({**said, "sign": signature(said, secret)})
    return f"{url}?{query}"
