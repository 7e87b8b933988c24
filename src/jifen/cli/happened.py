"""What a command did, in words: what was earned, paid, held, given back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from jifen.cli import output
from jifen.cli.language import say, spoken
from jifen.intake.answers import Answer, currency_used
from jifen.intake.asking.commands import (
    Adjust,
    BlindReturn,
    Cancel,
    CancelOrder,
    Capture,
    Command,
    Confirm,
    Event,
    Exchange,
    Hold,
    Redeem,
    Return,
    Revive,
    Spend,
    Spin,
    TakeBack,
    Transfer,
    UseReward,
    Void,
)
from jifen.intake.asking.member_commands import (
    Claim,
    Freeze,
    Group,
    Merge,
    Opening,
    Refer,
    SetFact,
    TellCode,
    TellWish,
    Unmerge,
)
from jifen.intake.asking.order_commands import OrderStep, Reschedule
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.amounts import show_money
from jifen.programme.events import SET_TIER
from jifen.programme.model import Programme
from jifen.programme.saying.price_words import with_money
from jifen.programme.saying.words import spaced
from jifen.wording import Said

ORDERS: Final = MappingProxyType(
    {
        "placed": Said("waits for approval", "待审核"),
        "approved": Said("can be fulfilled", "待交付"),
        "shipped": Said("is on its way", "已寄出"),
        "closed": Said("has arrived", "已完成"),
        "picked_up": Said("was picked up", "已自提"),
        "cancelled": Said("cancelled", "已取消"),
        "returned": Said("came back", "已退回"),
        "timed_out": Said("ran out of time", "已超时取消"),
    }
)
"""How an order stands."""


def changed(asked: Command, answer: Answer, programme: Programme) -> dict[str, int]:
    """By how much a command changed each balance. Of an event and a return, `points` are of awards alone."""
    change = dict(answer.points)
    for currency, points in answer.paid.items():
        change[currency] = change.get(currency, 0) - points
    if answer.given_back and isinstance(asked, Event | Return):
        back = currency_used(answer, programme.currencies).id
        change[back] = change.get(back, 0) + answer.given_back
    sign = -1 if isinstance(asked, Redeem) else 1
    for part in answer.parts:  # of a set, redeemed or cancelled
        currency = part.currency
        change[currency] = change.get(currency, 0) + sign * part.points
    return {currency: points for currency, points in change.items() if points}


def happened(asked: Command, answer: Answer, programme: OpenProgramme) -> str:
    """What an applied command did: `earned 45 points; paid 100 points, 899 yuan left to pay`."""
    telling = _Telling(answer, programme)
    parts = list(telling.parts(asked))
    return say("; ".join(parts), spaced("；".join(parts)))


class _Telling:
    """The words for one answer."""

    def __init__(self, answer: Answer, programme: OpenProgramme) -> None:
        self.answer, self.programme = answer, programme.programme
        self.zone = programme.zone
        self.used = currency_used(answer, self.programme.currencies)

    def parts(self, asked: Command) -> Iterator[str]:
        match asked:
            case Event() | BlindReturn() | Return():
                yield from self.of_history(asked)
            case Reschedule(of=order, ready=ready):
                there = output.time_text(ready, self.zone)
                yield say(f"order {order}: is there from {there} on", f"订单{order}：{there} 到货")
            case OrderStep():
                yield self.of_order(asked.of)
            case CancelOrder() | TakeBack():
                yield self.of_order(asked.of)
                yield from self.given_back()
            case Spend() | Capture() | Void() | Hold() | Cancel() | Confirm() | Revive() | Adjust():
                yield from self.of_points(asked)
            case Spin():
                yield from self.of_spin()
            case Redeem() | UseReward():
                yield from self.of_rewards(asked)
            case Exchange() | Transfer() | Opening():
                yield from self.between(asked)
            case _:
                yield self.of_member(asked)
        yield from self.shortage()

    def of_history(self, asked: Event | Return) -> Iterator[str]:
        """Awards, and what was paid with points or comes back of that."""
        answer = self.answer
        tier_set = isinstance(asked, Event) and asked.type == SET_TIER
        if tier_set:
            yield say(f"tier: {self.tier()}", f"等级：{self.tier()}")
        gained = {currency: points for currency, points in answer.points.items() if points > 0}
        lost = {currency: -points for currency, points in answer.points.items() if points < 0}
        if gained:
            yield say(f"earned {self.several(gained)}", f"获得{self.several(gained)}")
        if lost and any(rule.after < 0 for rule in answer.rules.values()):
            yield say(f"taken {self.several(lost)}", f"扣{self.several(lost)}")
        elif lost:
            yield say(f"taken back {self.several(lost)}", f"追回{self.several(lost)}")
        earning = isinstance(asked, Event) and not isinstance(asked, BlindReturn)
        if not answer.points and earning and not tier_set:
            yield say("earned nothing", "未获积分")
        for reward, off in answer.money_off.items():
            money, name = (
                show_money(self.programme, off, spoken()),
                self.several({reward: answer.used[reward]}),
            )
            yield say(f"{money} off with {name}", f"{name}减免 {money}")
        if answer.paid:
            paid = self.several(answer.paid)
            yield say(f"paid {paid}", f"抵现{paid}")
            yield from self.fee()
        if answer.to_pay is not None:
            left = show_money(self.programme, answer.to_pay, spoken())
            yield say(f"{left} left to pay", f"还须支付{left}")
        if answer.given_back:
            yield from self.given_back()
        if answer.rewards_back:
            back = self.several(answer.rewards_back)
            yield say(f"{back} given back", f"退还{back}")

    def of_points(self, asked: Command) -> Iterator[str]:
        """What became of points of the member's own."""
        answer = self.answer
        match asked:
            case Hold(points=points, currency=currency):
                held = self.several({currency: points})
                until = output.time_text(answer.deadline or 0, self.zone)
                yield say(f"held {held} until {until}", f"预占{held}，至{until}")
            case Spend() | Capture():
                spent = self.amount(answer.taken)
                yield say(f"spent {spent}", f"使用{spent}")
                yield from self.fee()
            case Cancel() if answer.received:
                yield from self.given_back()
                gone = self.several({to: -points for to, points in answer.received.items()})
                yield say(f"taken back {gone}", f"收回{gone}")
            case Cancel():
                yield from self.given_back()
                if lost := {one: -points for one, points in self.rewards().items() if points < 0}:
                    yield say(f"taken back {self.several(lost)}", f"收回{self.several(lost)}")
            case Confirm():
                freed = self.several(answer.confirmed)
                yield (
                    say(f"now available: {freed}", f"转为可用：{freed}")
                    if freed
                    else say("nothing was waiting", "没有待生效的积分")
                )
            case Revive():
                yield say(f"brought back {self.change()}", f"恢复{self.change()}")
            case Adjust(points=points):
                yield (
                    say(f"given by hand: {self.change()}", f"人工增加{self.change()}")
                    if points > 0
                    else say(f"taken by hand: {self.change()}", f"人工扣减{self.change()}")
                )
        if answer.released:
            freed = self.several(answer.released)
            yield say(f"released {freed}", f"释放{freed}")
        whole = answer.parts or answer.received  # of which no points are the command's own
        if isinstance(asked, Void | Capture | Cancel) and not whole:
            yield from self.expired_at_once()

    def expired_at_once(self) -> Iterator[str]:
        """What was set free or given back when its time was over."""
        answer = self.answer
        taken = (answer.taken or 0) + (answer.fee or 0)
        expected = (answer.given_back or 0) - taken - sum(answer.collected.values())
        lapsed = expected - sum(answer.points.values()) + sum(self.rewards().values())
        if lapsed > 0:
            ended = self.amount(lapsed)
            yield say(f"of that expired: {ended}", f"其中已过期{ended}")

    def of_rewards(self, asked: Redeem | UseReward) -> Iterator[str]:
        """Rewards that came for points, or were handed out."""
        pieces = self.several({asked.reward: asked.quantity})
        if isinstance(asked, UseReward):
            yield say(f"used {pieces}", f"使用{pieces}")
        elif self.answer.taken:
            points, money = self.amount(self.answer.taken), self.answer.to_pay or 0
            price = with_money(self.programme, points, money, spoken())
            yield say(f"redeemed {price} for {pieces}", f"用{price}兑换{pieces}")
            if asked.of_set:
                whole = self.several({asked.of_set: asked.quantity})
                yield say(f"as a part of {whole}", f"属于{whole}")
        else:
            yield say(f"received {pieces}", f"领取{pieces}")

    def of_spin(self) -> Iterator[str]:
        """What a spin of a lucky draw cost and brought, by the names of today's document where it still has them."""
        spun = self.answer.spun
        assert spun is not None
        if self.answer.paid:
            paid = self.several(self.answer.paid)
            yield say(f"paid {paid}", f"用去{paid}")
        if spun.ticket is None:
            yield say("free", "免费")
        names = {
            prize.id: output.named(prize.name)
            for draw in self.programme.draws
            if draw.id == spun.draw
            for prize in draw.prizes
        }
        prize, drawn = (names.get(id, id) for id in (spun.prize, spun.drawn))
        if spun.prize == spun.drawn:
            yield say(f"drew: {prize}", f"抽中：{prize}")
        else:
            yield say(f"drew {drawn}, which has run out: {prize}", f"抽中{drawn}，已发完：{prize}")
        if spun.order:
            yield self.of_order(spun.order)

    def of_order(self, order: str) -> str:
        """How an order stands behind the command."""
        state = ORDERS[self.answer.order or ""]
        return say(f"order {order}: {state.en}", f"订单{order}：{state.zh}")

    def rewards(self) -> dict[str, int]:
        """What changed of rewards, which are no points."""
        ids = {one.id for one in self.programme.rewards}
        return {one: pieces for one, pieces in self.answer.points.items() if one in ids}

    def between(self, asked: Command) -> Iterator[str]:
        """What became other points, went to another member, or was brought."""
        answer = self.answer
        match asked:
            case Exchange():
                gone, came = self.amount(answer.taken), self.several(answer.received)
                yield say(f"exchanged {gone} for {came}", f"用{gone}换得{came}")
                yield from self.fee()
            case Transfer(to=to):
                given = self.amount(abs(answer.moved or 0))
                yield say(f"gave {given} to {to}", f"转赠{given}给{to}")
                yield from self.fee()
            case Opening():
                brought = self.several(answer.points)
                yield (
                    say(f"brought {brought}", f"带入{brought}")
                    if brought
                    else say("brought no points", "未带入积分")
                )

    def fee(self) -> Iterator[str]:
        """What a way of using points took beyond those."""
        if self.answer.fee:
            fee = self.amount(self.answer.fee)
            yield say(f"fee {fee}", f"手续费{fee}")

    def of_member(self, asked: Command) -> str:
        """What is known of the member, or to whom they belong."""
        match asked:
            case Freeze(frozen=frozen):
                return say("frozen", "已冻结") if frozen else say("no longer frozen", "已解冻")
            case SetFact(name=name):
                return say(f"{name} is set", f"已记下{name}")
            case Group(household=household, leave=leave):
                if leave:
                    return say(f"left {household}", f"已离开{household}")
                return say(f"joined {household}", f"已加入{household}")
            case Refer():
                by = self.answer.referrer
                return say(f"brought by {by}", f"邀请人：{by}")
            case Claim(member=guest, into=into):
                return say(f"{guest} is {into} now", f"{guest}已由{into}认领")
            case Merge(member=member, into=into):
                return say(f"{member} is {into} now", f"{member}已并入{into}")
            case Unmerge(of=of):
                return say(f"{of} is a member again", f"{of}已恢复为独立会员")
            case TellWish(reward=reward):
                return say(f"{reward} is in reach", f"{reward}已可兑换")
            case TellCode(reward=reward):
                return say(f"the code of {reward} has come", f"{reward}的券码已到")
            case _:
                raise TypeError(f"{type(asked).__name__} has no words")

    def shortage(self) -> Iterator[str]:
        """What could not be taken back, and what of it was made good."""
        answer = self.answer
        if answer.shortfall:
            yield say(
                f"owed: {self.several(answer.shortfall)}", f"欠分{self.several(answer.shortfall)}"
            )
        if answer.written_off:
            forgiven = self.several(answer.written_off)
            yield say(f"written off: {forgiven}", f"核减{forgiven}")
        if answer.collected:
            collected = self.several(answer.collected)
            yield say(f"of that collected: {collected}", f"其中收回核减{collected}")

    def given_back(self) -> Iterator[str]:
        """The points that came back: none of what was won."""
        if self.answer.given_back is not None:
            back = self.amount(self.answer.given_back)
            yield say(f"given back {back}", f"退还{back}")

    def amount(self, points: int | None) -> str:
        return self.several({self.used.id: points or 0})

    def change(self) -> str:
        return self.several({one: abs(points) for one, points in self.answer.points.items()})

    def several(self, points: Mapping[str, int]) -> str:
        return output.several(points, self.programme)

    def tier(self) -> str:
        ladder = self.programme.tiers.ladder if self.programme.tiers else ()
        names = {tier.id: output.named(tier.name) for tier in ladder}
        return names.get(self.answer.tier or "", self.answer.tier or "")
