"""The kinds of messages: what each of them tells."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from jifen.wording import Said

KINDS: Final = MappingProxyType(
    {
        "points.earned": Said("an event gave points", "一个事件带来了积分"),
        "points.reversed": Said(
            "points were taken back, for a return or by a rule", "积分被追回：退货，或规则扣分"
        ),
        "points.corrected": Said(
            "a corrected programme gave or took points", "计划更正之后补给或收回了积分"
        ),
        "points.confirmed": Said(
            "points that waited for a confirmation can be used", "等待确认的积分已可使用"
        ),
        "points.spent": Said(
            "points were used: spent, captured, or paid with", "积分已用掉：使用、核销预占或抵现"
        ),
        "points.held": Said("points were set aside", "积分已预占"),
        "points.released": Said("a hold was let go", "预占已释放"),
        "points.given_back": Said("points that had been used came back", "用掉的积分退了回来"),
        "points.exchanged": Said(
            "points became points of another currency", "积分换成了另一种积分"
        ),
        "points.given": Said("points were given to another member", "积分转赠给了另一位会员"),
        "points.received": Said("points came from another member", "收到另一位会员转赠的积分"),
        "points.adjusted": Said(
            "points were given or taken by hand, with a reason", "积分由人工增减，写有原因"
        ),
        "points.revived": Said("expired points came back for a while", "过期的积分恢复了一段时间"),
        "points.expiring": Said(
            "points will end, as the programme promises to tell", "积分将要到期，按计划承诺提醒"
        ),
        "points.expiry_delayed": Said(
            "points end later, for the notice came too late", "提醒迟了，积分因而推迟到期"
        ),
        "points.expired": Said("points ended", "积分已过期"),
        "reward.redeemed": Said("points became a reward", "积分兑换成了礼品"),
        "reward.used": Said("a reward was handed out", "礼品已核销"),
        "draw.spun": Said(
            "a lucky draw was spun, and what it brought", "参与了一次抽奖，含所得奖项"
        ),
        "reward.approved": Said("an order may be fulfilled", "订单已审核通过"),
        "reward.rescheduled": Said(
            "what an order waits for is there at another time", "订单的到货时间有变"
        ),
        "reward.shipped": Said("an order is on its way", "订单已寄出"),
        "reward.fulfilled": Said(
            "the member has what was ordered: it arrived, or was picked up",
            "订单已完成：已送达或已自提",
        ),
        "reward.cancelled": Said(
            "an order, or a part of it, was cancelled", "订单已取消（或部分取消）"
        ),
        "reward.returned": Said("an order, or a part of it, came back", "订单已退回（或部分退回）"),
        "reward.in_reach": Said(
            "a reward that the member wishes for can be had by now",
            "会员心愿单上的礼品现在可以兑换了",
        ),
        "reward.stock_low": Said(
            "few of a reward are left; the member is who got the last one before",
            "礼品所剩不多；会员是兑换后使其变少的那一位",
        ),
        "tier.upgraded": Said("the member rose to a tier", "会员升到了更高的等级"),
        "tier.downgraded": Said("the member fell to a tier", "会员降到了较低的等级"),
        "member.opened": Said(
            "what the member had in a former system was taken over", "会员在旧系统中的余额已转入"
        ),
        "member.changed": Said("something else is known of the member", "会员信息有了变化"),
        "member.frozen": Said("the member can use nothing for now", "会员已冻结"),
        "member.unfrozen": Said("the member can use points again", "会员已解冻"),
        "member.referred": Said("who brought the member is known", "会员的邀请人已登记"),
        "member.merged": Said("the member became one with another", "会员已并入另一位会员"),
        "member.parted": Said("the member is by itself again", "会员已从合并中分出"),
        "member.notified": Said(
            "a rule tells the member something, in both languages",
            "规则告诉会员的一段话，中英文俱全",
        ),
        "household.joined": Said("the member joined a household", "会员加入了家庭"),
        "household.left": Said("the member left a household", "会员离开了家庭"),
        "codes.issued": Said(
            "the code came for which a reward had waited", "礼品等待的券码已经到了"
        ),
        "codes.low": Said(
            "few codes are left in a pool; the member is one who took of the last",
            "券码池所剩不多；会员是刚领取的其中一位",
        ),
        "campaign.closed": Said(
            "the budget of a rule is used up; the member is who used it up last",
            "一条规则的预算已用完；会员是最后用到它的那一位",
        ),
    }
)
TRIAL: Final = "webhook.test"
"""What a webhook is told when somebody tries it; it stands in no stream."""
