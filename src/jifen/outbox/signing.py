"""Signatures of messages, by the Standard Webhooks specification."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Final

SECRET_BYTES: Final = 32
_MARK: Final = "whsec_"


def written_secret(secret: bytes) -> str:
    """A secret as receivers are given it: `whsec_` and base64."""
    return _MARK + base64.b64encode(secret).decode()


def signature(secrets: Iterable[bytes], message_id: str, seconds: int, body: bytes) -> str:
    """`v1,…` by each secret, with a space between: of the id, the time in seconds since 1970, and the body."""
    content = b"%s.%d.%s" % (message_id.encode(), seconds, body)
    made = (hmac.digest(secret, content, hashlib.sha256) for secret in secrets)
    return " ".join("v1," + base64.b64encode(one).decode() for one in made)
