"""Everything that can be found to be odd about a document: by reading it, and by trying short lives under it."""

from __future__ import annotations

from collections import Counter

from jifen.programme.amounts import Language, in_language, show_money
from jifen.programme.lints import Finding, findings, without_allowed
from jifen.programme.model import Programme
from jifen.whatif.friends import FriendLoop, worst_friend
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
    return without_allowed(found, document)


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
