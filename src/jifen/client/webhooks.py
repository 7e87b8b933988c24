"""Webhooks as they arrive, by the Standard Webhooks specification: whether they are ours, and not old ones again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from jifen.client.answers import Document

TOLERANCE_SECONDS: Final = 300
_PREFIX: Final = "whsec_"


class WebhookRefused(Exception):
    """This is no webhook of whoever knows the secret, or an old one: answer 400 and do nothing."""


def verify_webhook(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    tolerance_seconds: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> Document:
    """What a webhook says. `body` as it came, byte for byte; `secrets` is `whsec_…`, or several while they rotate.

    Raises WebhookRefused. Webhooks come at least once: keep the header `webhook-id`, and pass over what has come.
    """
    known = {name.lower(): value for name, value in headers.items()}
    try:
        id, written = known["webhook-id"], known["webhook-timestamp"]
        signatures = known["webhook-signature"].split()
        sent_at = int(written)
    except (KeyError, ValueError):
        raise WebhookRefused("webhook-id, -timestamp and -signature must come along") from None
    if abs((time.time() if now is None else now) - sent_at) > tolerance_seconds:
        raise WebhookRefused(f"it was sent at {sent_at}, not within {tolerance_seconds} s of now")
    signed = f"{id}.{written}.".encode() + body
    for secret in [secrets] if isinstance(secrets, str) else secrets:
        expected = b"v1," + _signature(secret, signed)
        if any(hmac.compare_digest(expected, one.encode()) for one in signatures):
            return _told(body)
    raise WebhookRefused("none of its signatures was made with the secret")


def _signature(secret: str, signed: bytes) -> bytes:
    """The HMAC of what is signed. Raises ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret is written whsec_ and base64") from None
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256))


def _told(body: bytes) -> Document:
    try:
        return msgspec.json.decode(body, type=Document)
    except msgspec.DecodeError:
        raise WebhookRefused("it is signed, and no JSON object") from None
