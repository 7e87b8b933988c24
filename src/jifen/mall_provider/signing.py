"""Signatures as mall providers make them: MD5 over the values of all parameters in the order of their names, the secret
among them as `appSecret`.

The manner is the provider's (Duiba, "MD5签名规则"), and weak in three ways against which we stand up by ourselves:

- Values follow one another without anything between them, and members hold addresses that we signed ourselves: cut at
  other places, the values of a login would be those of a callback. So each login carries a mark behind the credits, and
  what has the mark is no callback.
- The secret stands amid the text, so that whoever has a signature could go on behind it (length extension). That puts
  bytes there that are no UTF-8, or zeros; neither is taken (`callbacks.parameters_of`).
- MD5 collides, but both texts would have to be chosen with the secret known.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from typing import Final

LOGIN_MARK: Final = "issuer=jifen-login"
"""What `dcustom`, the parameter for texts of our own, says in each login."""
_UNSIGNED: Final = ("sign", "appsecret")


def signature(parameters: Mapping[str, str], secret: str) -> str:
    """The signature of parameters, in hexadecimal."""
    return hashlib.md5(_text(parameters, secret).encode()).hexdigest()


def is_signed(parameters: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Whether `sign` is by one of the secrets, and not of a login of ours. It takes as long either way."""
    sent = parameters.get("sign", "").lower().encode()
    believed = False
    for secret in secrets:
        made = signature(parameters, secret).encode()
        believed |= hmac.compare_digest(made, sent) & (not _is_login(parameters, secret))
    return believed


def _text(parameters: Mapping[str, str], secret: str) -> str:
    """What is signed."""
    signed = {name: said for name, said in parameters.items() if name.lower() not in _UNSIGNED}
    signed["appSecret"] = secret
    return "".join(signed[name] for name in sorted(signed))


def _is_login(parameters: Mapping[str, str], secret: str) -> bool:
    """Whether the text, however it was cut, is that of a login: key, secret, credits, mark."""
    before = re.escape(parameters.get("appKey", "") + secret)
    return re.match(rf"{before}\d+{re.escape(LOGIN_MARK)}", _text(parameters, secret)) is not None
