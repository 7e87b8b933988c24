"""Secrets as they are kept: sealed by a key that does not lie in the database, where the settings name one.

AES-256-GCM (NIST SP 800-38D). A sealed secret names its key and is bound to what it belongs to, so that it is of no use
in another place. Several keys may be named: the first seals, all of them open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from jifen.settings import sealing_keys
from jifen.wording import Mendable, Said

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
_MARK: Final = b"\0sealed1"
_NAME_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_NAMED: Final = len(_MARK) + _NAME_BYTES


class SealingProblem(Mendable, ValueError):
    """A key that is none, or a secret that no key of the settings opens."""


def new_key() -> str:
    """A key as the settings name it."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def of_webhook(programme_id: UUID, webhook_id: str) -> str:
    """What the secret of a webhook belongs to."""
    return f"webhook {programme_id}/{webhook_id}"


def of_mall_provider(programme_id: UUID, provider_id: str) -> str:
    """What the secret of a mall provider belongs to."""
    return f"mall_provider {programme_id}/{provider_id}"


def of_tokens(programme_id: UUID, secret_id: str) -> str:
    """What a secret belongs to that signs for members."""
    return f"tokens {programme_id}/{secret_id}"


def of_upload(programme_id: UUID, job_id: str) -> str:
    """What a part of a file belongs to that came for a job."""
    return f"upload {programme_id}/{job_id}"


def of_code_secret(programme_id: UUID) -> str:
    """What that belongs to with which codes are digested."""
    return f"codes {programme_id}"


def of_code(programme_id: UUID, digest: bytes) -> str:
    """What a code belongs to: to its digest, so that it cannot be put in another's place."""
    return f"code {programme_id}/{digest.hex()}"


def of_pick_up_code(programme_id: UUID, order_id: str) -> str:
    """What the code belongs to with which an order is picked up."""
    return f"pick-up {programme_id}/{order_id}"


def of_draw_seed(programme_id: UUID, draw: str, round_no: int) -> str:
    """What the seed belongs to that decides the spins of a round."""
    return f"draw {programme_id}/{draw}/{round_no}"


def of_address(programme_id: UUID, order_id: str) -> str:
    """What the address belongs to that an order is sent to."""
    return f"address {programme_id}/{order_id}"


def check_keys() -> None:
    """Raises SealingProblem where the settings name a key that is none, though nothing needs it yet."""
    _keys(sealing_keys())


def seal(secret: bytes, of: str) -> bytes:
    """A secret as it is kept, and what it belongs to: as it is, where the settings name no key. Raises
    SealingProblem."""
    first = _first(sealing_keys())
    if first is None:
        return secret
    name, cipher = first
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _MARK + name + nonce + cipher.encrypt(nonce, secret, of.encode())


def unseal(kept: bytes, of: str) -> bytes:
    """A secret again. Raises SealingProblem where its key is not named, or it belongs to something else."""
    if not kept.startswith(_MARK):
        return kept
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name = kept[len(_MARK) : _NAMED]
    key = _keys(sealing_keys()).get(name)
    if key is None:
        raise SealingProblem(
            Said(
                f"a secret is sealed by the key {name.hex()}, which JIFEN_SEALING_KEYS does not name",
                f"有密钥由主密钥 {name.hex()} 加密，而 JIFEN_SEALING_KEYS 没有写出它",
            ),
            Said(
                "Name it again, behind the one that seals from now on: `new,old`; `jifen seal` then changes them over.",
                "请把它写在新的主密钥后面：`新,旧`；再运行 `jifen seal` 换成新的。",
            ),
        )
    nonce, content = kept[_NAMED : _NAMED + _NONCE_BYTES], kept[_NAMED + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, content, of.encode())
    except InvalidTag:
        raise SealingProblem(
            Said(f"the secret of {of} was not sealed for it", f"{of} 的密钥不是为它加密的")
        ) from None


def is_current(kept: bytes) -> bool:
    """Whether a secret is kept as it would be kept now: sealed by the first key, or open where there is none."""
    first = next(iter(_keys(sealing_keys())), None)
    return kept.startswith(_MARK + first) if first else not kept.startswith(_MARK)


def name_of_current() -> str:
    """The name of the key that seals now, as it may be shown. Raises SealingProblem."""
    return next(iter(_keys(sealing_keys()))).hex()


@lru_cache(maxsize=4)
def _first(written: str) -> tuple[bytes, AESGCM] | None:
    """What seals, and its name; None where the settings name no key."""
    # imported where it is needed, as most commands do without
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return next(((name, AESGCM(key)) for name, key in _keys(written).items()), None)


@lru_cache(maxsize=4)
def _keys(written: str) -> Mapping[bytes, bytes]:
    """The keys of the settings by the names under which they seal, in the order in which they are written."""
    keys = [_key(one.strip()) for one in written.split(",")] if written.strip() else []
    return {hashlib.sha256(key).digest()[:_NAME_BYTES]: key for key in keys}


def _key(written: str) -> bytes:
    try:
        key = base64.b64decode(written.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SealingProblem(
            Said(
                "JIFEN_SEALING_KEYS: a key is 32 bytes in base64",
                "JIFEN_SEALING_KEYS：主密钥是 32 个字节的 base64",
            ),
            Said("`jifen seal --new-key` makes one.", "可用 `jifen seal --new-key` 生成。"),
        )
    return key
