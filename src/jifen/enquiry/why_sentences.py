"""What is told of an event beside its trace: what came back, what it gave at first, where the points are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import UNSET

from jifen.engine.plan import Plan
from jifen.instants import NEVER, moment_of
from jifen.intake.asking.commands import LinePart
from jifen.intake.judging.history import Awarded
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned
from jifen.programme.amounts import Language, in_language, say_points, show_money, show_number
from jifen.programme.model import Currency, Programme

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "off": ("{reward}减免 {money}。", "{money} came off with {reward}."),
    "returned": ("{when} 退回了{what}。", "{what} came back on {when}."),
    "all": ("全部", "All of it"),
    "lines": ("第 {lines} 行的商品", "Goods of line {lines}"),
    "money": ("第 {line} 行的 {money}", "{money} of line {line}"),
    "gone": (
        "已全部退回：不再给任何积分。",
        "Nothing is left of it: it gives nothing any more.",
    ),
    "undone": ("以下只算留下的部分。", "What was kept counts:"),
    "kept": (
        "按计划，退回之后积分保留；以下按当时计算。",
        "By the programme its points stay; as it was, it counts:",
    ),
    "alone": (
        "按计划，原来那笔照旧计算，只收回退回部分单独应得的积分；以下按当时计算。",
        "By the programme, only what the rules give for the returned part alone is taken; as it was, it counts:",
    ),
    "blind": (
        "退货没有指明是哪一笔消费：按计划，收回这些商品单独购买应得的积分，计算如下。",
        "It came back, and nobody says of which purchase. By the programme, what the rules give for it alone is taken:",
    ),
    "changed": (
        "当时给了{first}；按此后的退货、补录与更正，现为{now}。",
        "At first it gave {first}; with what came to be known later, it gives {now}.",
    ),
    "taken elsewhere": (
        "少给的部分已从该会员的其他积分中扣回。",
        "What it gives less was taken out of other points of the member.",
    ),
    "noted": (
        "期末余额 {points}，下一个周期的等级按它评定。",
        "What was there when the period ended: {points}. The tier of the next one goes by it.",
    ),
    "nothing": ("零分", "nothing"),
    "lot": (
        "得到的 {points}尚余 {left}{ready}{ends}。",
        "Of its {points}, {left} left{ready}{ends}.",
    ),
    "whole": (
        "得到的 {points}全部还在{ready}{ends}。",
        "Still there: all {points}{ready}{ends}.",
    ),
    "ready": ("，{when} 起可用", ", usable from {when}"),
    "waits": ("，等待确认", ", waiting for a confirmation"),
    "ends": ("，最后可用日 {when}", ", until the end of {when}"),
    "never": ("，永不过期", ", without an end"),
    "used": (
        "得到的 {points}已全部用去、过期或追回。",
        "Spent, expired or taken back: all {points}.",
    ),
    "differs": (
        "记录的奖励与此不同：请运行 jifen prove。",
        "The award on record is another than this: run jifen prove.",
    ),
}


Treated = Literal["undone", "gone", "kept", "alone", "blind"]
"""What became of what came back: taken out in part or wholly, kept, judged alone, or never bought by name."""


class LotOfEvent(NamedTuple):
    """A lot made for the event; instants."""

    currency: int
    granted: int
    remaining: int
    available_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Account:
    """What is on record about an event. Points are by currency number, `returns` with when they occurred."""

    event: PastEvent
    plan: Plan
    zone: ZoneInfo
    currencies: Sequence[str]
    awards: Sequence[Awarded]
    points_at_first: Mapping[int, int]
    points_now: Mapping[int, int]
    returns: Sequence[tuple[int, Returned]]
    treated: Treated
    lots: Sequence[LotOfEvent]


def noted_sentences(account: Account, language: Language) -> Iterator[str]:
    """What a balance says that was noted for the ladder, instead of a trace: no rule is about it."""
    fields = account.event.payload.fields
    known = account.plan.programme.points
    currency = next((one for one in known if one.id == fields.get("of_currency")), None)
    whole = fields.get("points")
    if currency is not None and isinstance(whole, int) and not account.returns:
        points = say_points(currency, whole * int(10**currency.scale), language)
        yield _say("noted", language, points=points)


def off_sentences(account: Account, language: Language) -> Iterator[str]:
    """What rewards took off the order, in their order."""
    off, programme = account.event.payload.off, account.plan.programme
    names = {one.id: in_language(one.name, language) for one in programme.rewards}
    for reward, money in () if off is UNSET else off.offs:
        said = show_money(programme, money, language)
        yield _say("off", language, reward=names.get(reward, reward), money=said)


def returned_sentences(account: Account, language: Language) -> Iterator[str]:
    """What came back of the event, before its trace."""
    if account.treated == "blind":
        yield _say("blind", language)
    for occurred_at, returned in account.returns:
        what = what_came_back(account.plan.programme, returned, language)
        when = f"{moment_of(occurred_at, account.zone):%Y-%m-%d}"
        yield _say("returned", language, when=when, what=what)
    if account.returns:
        yield _say(account.treated, language)


def what_came_back(programme: Programme, returned: Returned, language: Language) -> str:
    """All of an event, goods of some lines, or so much money."""
    if returned.full:
        return _say("all", language)
    if returned.lines:
        return _lines(programme, returned.lines, language)
    money = show_money(programme, returned.amount or 0, language)
    return f" {money}" if language == "zh" else money


def _lines(programme: Programme, parts: Sequence[LinePart], language: Language) -> str:
    """Goods of some lines, and money of others."""
    goods = ", ".join(str(part.line + 1) for part in parts if part.amount is None)
    told = [_say("lines", language, lines=goods)] if goods else []
    for part in parts:
        if part.amount is not None:
            money = show_money(programme, part.amount, language)
            told.append(_say("money", language, line=str(part.line + 1), money=money))
    return "、".join(told) if language == "zh" else " and ".join(told)


def since_sentences(account: Account, language: Language) -> Iterator[str]:
    """What has become of the award and of its points, after the trace."""
    first = _points(account, account.points_at_first, language)
    now = _points(account, account.points_now, language)
    if first != now:
        yield _say("changed", language, first=first, now=now)
        if _taken_elsewhere(account):
            yield _say("taken elsewhere", language)
    for lot in account.lots:
        currency = _currency(account, lot.currency)
        if currency is not None and currency.spendable:
            yield _lot(account, currency, lot, language)


def disagreement_sentence(language: Language) -> str:
    """What to do if the award on record is not what the trace tells."""
    return _say("differs", language)


def _taken_elsewhere(account: Account) -> bool:
    """Whether the event's lots hold more than it gives now: a correction takes from its own grants first."""
    left: Counter[int] = Counter()
    for lot in account.lots:
        left[lot.currency] += lot.remaining
    return any(points > account.points_now.get(number, 0) for number, points in left.items())


def _lot(account: Account, currency: Currency, lot: LotOfEvent, language: Language) -> str:
    points = say_points(currency, lot.granted, language)
    if not lot.remaining:
        return _say("used", language, points=points)
    ready = ""
    if lot.available_at == NEVER:
        ready = _say("waits", language)
    elif lot.available_at > account.event.occurred_at:
        ready = _say("ready", language, when=_date(account, lot.available_at))
    ends = _say("never", language)
    if lot.expires_at != NEVER:
        ends = _say("ends", language, when=_date(account, lot.expires_at - 1))
    if lot.remaining == lot.granted:
        return _say("whole", language, points=points, ready=ready, ends=ends)
    left = show_number(lot.remaining, currency.scale)
    return _say("lot", language, points=points, left=left, ready=ready, ends=ends)


def _points(account: Account, points: Mapping[int, int], language: Language) -> str:
    told = [
        say_points(currency, amount, language)
        for number, amount in sorted(points.items())
        if amount and (currency := _currency(account, number))
    ]
    if language == "zh":
        return " " + "、".join(told) if told else _say("nothing", language)
    return ", ".join(told) or _say("nothing", language)


def _currency(account: Account, number: int) -> Currency | None:
    """The currency as the version that judged the event has it; None if it came later."""
    name = account.currencies[number]
    return next((one for one in account.plan.programme.currencies if one.id == name), None)


def _date(account: Account, instant: int) -> str:
    return f"{moment_of(instant, account.zone):%Y-%m-%d}"


def _say(sentence: str, language: Language, **parts: object) -> str:
    zh, en = _SENTENCES[sentence]
    return (zh if language == "zh" else en).format(**parts)
