"""Everything that can be found to be odd about a document: by reading it, and by trying short lives under it."""

from __future__ import annotations

from collections import Counter

from jifen.intake.versions.opening import unstored
from jifen.programme.amounts import Language, in_language, say_points, show_money
from jifen.programme.events import EXCHANGED, REDEEMED
from jifen.programme.lints.finding import Finding
from jifen.programme.lints.findings import findings, without_allowed
from jifen.programme.model import Programme
from jifen.programme.saying.operand_values import currency_named, event_named
from jifen.whatif.circles import Circle, Use, first_circle
from jifen.whatif.friends import FriendLoop, worst_friend
from jifen.whatif.leftovers import Leftover, most_left
from jifen.whatif.loops import Loop, worst_loop
from jifen.wording import Said


def lint(programme: Programme, document: str) -> list[Finding]:
    """The findings that the document does not allow by a comment. EngineError if it cannot be compiled."""
    found = findings(programme)
    loop = worst_loop(programme)
    if loop is not None:
        said = Said(_told(programme, loop, "en"), _told(programme, loop, "zh"))
        found.append(Finding("points-for-nothing", "earn", 0, said))
    friend = worst_friend(programme)
    if friend is not None:
        said = Said(
            _told_of_friend(programme, friend, "en"), _told_of_friend(programme, friend, "zh")
        )
        found.append(Finding("points-for-nothing", f"referral.{friend.promise}", 0, said))
    circle = first_circle(programme)
    if circle is not None:
        said = Said(
            _told_of_circle(programme, circle, "en"), _told_of_circle(programme, circle, "zh")
        )
        found.append(Finding("points-for-nothing", "earn", 0, said))
    left = None if programme.returns.policy == "undo" else most_left(unstored(document, 0))
    if left is not None:
        said = Said(_told_of_rest(programme, left, "en"), _told_of_rest(programme, left, "zh"))
        found.append(Finding("returns-leave-points", "returns", 0, said))
    return without_allowed(found, document)


def _told_of_circle(programme: Programme, circle: Circle, language: Language) -> str:
    done = Counter(_use_named(programme, use, language) for use in circle.uses)
    more = _held(programme, circle.more, language)
    if language == "zh":
        uses = [f"{use}（{times} 次）" if times > 1 else use for use, times in done.items()]
        return f"{'，'.join(uses)}：用掉的全都得回来，还多出 {more}"
    uses = [f"{use} ({times} times)" if times > 1 else use for use, times in done.items()]
    return f"{', '.join(uses)}: all that is used comes back, with {more} more"


def _use_named(programme: Programme, use: Use, language: Language) -> str:
    if not use.currency:
        return in_language(event_named(programme, use.type).name, language)
    used = say_points(currency_named(programme, use.currency), use.points, language)
    got = say_points(currency_named(programme, use.to), use.received, language)
    return {
        (REDEEMED, "zh"): f"用 {used}兑换 {got}",
        (REDEEMED, "en"): f"{used} redeemed for {got}",
        (EXCHANGED, "zh"): f"{used}换成 {got}",
        (EXCHANGED, "en"): f"{used} exchanged for {got}",
    }[use.type, language]


def _told_of_rest(programme: Programme, left: Leftover, language: Language) -> str:
    bought = [show_money(programme, amount, language) for amount in left.amounts]
    points = _held(programme, left.points, language)
    if language == "zh":
        times = f"分 {left.returns} 次" if left.returns > 1 else "一次"
        return f"消费 {'、'.join(bought)}，{times}全部退回：分文未付，却留下 {points}"
    times = "one return" if left.returns == 1 else f"{left.returns} returns"
    return f"purchases of {', '.join(bought)}, all brought back in {times}: nothing is paid, and what stays is {points}"


def _held(programme: Programme, points: dict[str, int], language: Language) -> str:
    said = [
        say_points(currency_named(programme, id), more, language) for id, more in points.items()
    ]
    return ("、" if language == "zh" else ", ").join(said)


def _told_of_friend(programme: Programme, friend: FriendLoop, language: Language) -> str:
    paid = show_money(programme, friend.paid_micros // 1_000_000, language)
    worth = show_money(programme, friend.worth_micros // 1_000_000, language)
    if language == "zh":
        return f"好友消费 {friend.purchases} 笔，共付 {paid}，双方所得积分合计值 {worth}：自己邀请自己也划算"
    spent = "a purchase" if friend.purchases == 1 else f"{friend.purchases} purchases"
    return f"{spent} of a friend for {paid} brings both sides points worth {worth}: it pays to be one's own friend"


def _told(programme: Programme, loop: Loop, language: Language) -> str:
    paid = show_money(programme, loop.paid_micros // 1_000_000, language)
    worth = show_money(programme, loop.worth_micros // 1_000_000, language)
    days = sum(act.days for act in loop.acts) + 1
    bought = [act for act in loop.acts if act.type == "purchase"]
    amounts = [show_money(programme, act.amount, language) for act in bought]
    names = {known.id: in_language(known.name, language) for known in programme.events}
    others = Counter(names[act.type] for act in loop.acts if act.type != "purchase")
    deeds = [f"{name} × {times}" if times > 1 else name for name, times in others.items()]
    if language == "zh":
        more = f"，并有{'、'.join(deeds)}" if deeds else ""
        beyond = "，其中不计不花钱的事件单独所得" if deeds else ""
        return (
            f"{days} 天内消费 {'、'.join(amounts)}{more}：共付 {paid}，所得积分值 {worth}{beyond}"
        )
    span = "one day" if days == 1 else f"{days} days"
    more = f" with {', '.join(deeds)}" if deeds else ""
    beyond = ", without what the rest brings by itself" if deeds else ""
    return (
        f"purchases of {', '.join(amounts)}{more} within {span}: {paid} are paid, and the points are worth"
        f" {worth}{beyond}"
    )
