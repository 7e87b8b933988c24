"""What a mall provider asks of us, read from the parameters of its request; nothing is believed that is not signed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, cast
from urllib.parse import parse_qsl

from jifen.intake.asking import scalars
from jifen.intake.asking.scalars import Malformed
from jifen.mall_provider.signing import is_signed
from jifen.wording import Said

Parameters = Mapping[str, str]
Deed = Literal["balance", "deduct", "add", "notice"]
LONGEST: Final = 255
MOST_PARAMETERS: Final = 60
_MINUTE: Final = 60_000_000
NOTICES_LATE: Final = 25 * 60 * _MINUTE
"""For how long a notice that was not answered is sent again: eight times, over a little more than a day."""
_TIMESTAMP: Final = re.compile(r"\d{13}", re.ASCII)
_CREDITS: Final = re.compile(r"\d{1,13}", re.ASCII)
_GIVING_BACK: Final = frozenset({"postsale", "cancelship"})
_TOLD: Final = ("type", "description", "itemCode", "facePrice", "actualPrice")
"""What of an order is kept beside its points. What says where somebody lives, or how to call them, is not."""

REASONS: Final = MappingProxyType(
    {
        "wrong_app_key": Said("the appKey is not known here", "appKey 不正确"),
        "wrong_signature": Said("the signature does not match", "签名不正确"),
        "wrong_timestamp": Said("the timestamp is too far from now", "时间戳超出允许范围"),
        "wrong_parameters": Said("a parameter is missing or wrong", "参数缺失或不正确"),
        "not_allowed": Said("this mall may not ask that", "此商城没有这项权限"),
        "order_closed": Said("the order is closed already", "订单已关闭"),
        "not_settled": Said("the order waits for somebody to look at it", "订单待人工处理"),
    }
)
"""Why something is not done, besides the refusals of the bank, by code."""


class NotDone(Exception):
    """Why a callback is answered with no: a code and its sentence."""

    def __init__(self, code: str, said: Said | None = None) -> None:
        self.code = code
        self.said = said or REASONS[code]
        super().__init__(f"{code}: {self.said}")


class Believed(NamedTuple):
    """What makes a callback be believed: the key that it names, the secrets that may have signed it, what it may ask,
    and by how many minutes clocks may differ."""

    app_key: str
    secrets: Sequence[str]
    may: Sequence[str]
    skew_minutes: int


class BalanceAsked(NamedTuple):
    """How many points somebody has."""

    member: str


class Deduction(NamedTuple):
    """Points that an order costs, to be set aside until its result is told; `about` is what is kept of it."""

    member: str
    points: int
    order: str
    about: Mapping[str, str]


class Addition(NamedTuple):
    """Points that the mall gives: by a game or for signing in, or (`gives_back`) what an order had cost, or a part of
    it."""

    member: str
    points: int
    order: str
    part: str
    gives_back: bool
    about: Mapping[str, str]


class Notice(NamedTuple):
    """How an order ended. It is found by the provider's own number: of an order whose answer was not heard, ours is not
    told."""

    order: str
    success: bool


def parameters_of(query: bytes, form: bytes) -> Parameters:
    """The parameters of a request, wherever they stand. Raises NotDone where one is no text or stands there twice."""
    try:
        said = [
            pair
            for written in (query, form)
            for pair in parse_qsl(
                written.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_PARAMETERS,
            )
        ]
    except ValueError:
        raise NotDone("wrong_parameters") from None
    found = dict(said)
    if len(found) < len(said) or any(
        ord(letter) < 32 for pair in said for part in pair for letter in part
    ):
        raise NotDone("wrong_parameters")
    return found


def read(
    deed: Deed, parameters: Parameters, believed: Believed, now: int
) -> BalanceAsked | Deduction | Addition | Notice:
    """What is asked, where it is to be believed. Raises NotDone."""
    if parameters.get("appKey") != believed.app_key:
        raise NotDone("wrong_app_key")
    if not is_signed(parameters, believed.secrets):
        raise NotDone("wrong_signature")
    _check_time(deed, parameters.get("timestamp", ""), believed.skew_minutes * _MINUTE, now)
    if deed != "notice" and deed not in believed.may:
        raise NotDone("not_allowed")
    return _READERS[deed](parameters)


def _check_time(deed: Deed, written: str, skew: int, now: int) -> None:
    if not _TIMESTAMP.fullmatch(written):
        raise NotDone("wrong_timestamp")
    late = now - int(written) * 1000
    if not -skew <= late <= skew + (NOTICES_LATE if deed == "notice" else 0):
        raise NotDone("wrong_timestamp")


def _balance_of(parameters: Parameters) -> BalanceAsked:
    return BalanceAsked(_text(parameters, "uid"))


def _deduction_of(parameters: Parameters) -> Deduction:
    order = _text(parameters, "orderNum")
    return Deduction(_text(parameters, "uid"), _credits(parameters), order, _about(parameters))


def _addition_of(parameters: Parameters) -> Addition:
    return Addition(
        _text(parameters, "uid"),
        _credits(parameters),
        _text(parameters, "orderNum"),
        parameters.get("subOrderNum", "")[:LONGEST],
        _text(parameters, "type").lower() in _GIVING_BACK,
        _about(parameters),
    )


def _notice_of(parameters: Parameters) -> Notice:
    success = _text(parameters, "success").lower()
    if success not in ("true", "false"):
        raise NotDone("wrong_parameters")
    return Notice(_text(parameters, "orderNum"), success == "true")


_READERS: Final = cast(
    Mapping[Deed, Callable[[Parameters], BalanceAsked | Deduction | Addition | Notice]],
    MappingProxyType(
        {
            "balance": _balance_of,
            "deduct": _deduction_of,
            "add": _addition_of,
            "notice": _notice_of,
        }
    ),
)


def _text(parameters: Parameters, name: str) -> str:
    try:
        said = scalars.text(parameters.get(name), name)
    except Malformed:
        raise NotDone("wrong_parameters") from None
    if len(said) > LONGEST:
        raise NotDone("wrong_parameters")
    return said


def _credits(parameters: Parameters) -> int:
    written = _text(parameters, "credits")
    if not _CREDITS.fullmatch(written):
        raise NotDone("wrong_parameters")
    return int(written)


def _about(parameters: Parameters) -> Mapping[str, str]:
    return {name: parameters[name][:LONGEST] for name in _TOLD if parameters.get(name)}
