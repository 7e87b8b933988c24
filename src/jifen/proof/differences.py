"""What a proof can find, each as a sentence."""

from __future__ import annotations

from typing import Final

import msgspec

from jifen.programme.amounts import Language as Language
from jifen.wording import Said

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # of the programme
    "version": ("版本的摘要或编号不对", "the digest or number of a version is wrong"),
    "zone_and_money": (
        "时区或货币与文档不同",
        "the time zone or money is not the one of the document",
    ),
    "budget": (
        "预算的已发数量与奖励不符",
        "what a budget has given is not what was awarded",
    ),
    "budget_closing": (
        "预算用完的时刻与日志不符",
        "when a budget was used up is not what the journal says",
    ),
    "stock": (
        "库存与入库、兑换不符",
        "what is left in stock is not what was put in and not redeemed",
    ),
    "taken_by_all": (
        "全体会员的限额计数与兑换不符",
        "what counts in the limits for all members is not what was redeemed",
    ),
    "stock_change": (
        "库存登记与其摘要不符",
        "a change of stock is not that of its digest",
    ),
    "currencies": ("积分种类编号不对", "the numbers of currencies are wrong"),
    # of a member's journal
    "unknown_member": ("记录属于不存在的会员", "rows belong to a member who does not exist"),
    "identity": ("会员与其标识不一致", "members and their identities do not agree"),
    "command_key": ("命令与其键不一致", "commands and their keys do not agree"),
    "numbering": ("命令的编号不连续", "commands are not numbered one after the other"),
    "member_seq": ("最后一条命令的编号不对", "the number of the last command is wrong"),
    "chain": ("记录与哈希链不符", "the rows are not those of the hash chain"),
    "joining": ("入会信息与日志不符", "what is known of joining is not in the journal"),
    "opened_at": ("期初时刻与日志不符", "the moment of the opening is not the one of the journal"),
    "facts": ("会员资料与日志不符", "the facts are not those of the journal"),
    "frozen": ("会员是否冻结与日志不符", "frozen or not: the journal says otherwise"),
    "merged": ("是否已被合并与日志不符", "merged or not: the journal says otherwise"),
    "survivor": (
        "被并会员的归属与日志不符",
        "a merged member is with somebody else than the journal says",
    ),
    "revision": ("所依据的版本不可能", "it cannot have been evaluated under this version"),
    # of a member's history
    "event_command": ("事件与日志不符", "events and the journal do not agree"),
    "event_facts": (
        "事件所依据的会员信息与日志不符",
        "the facts of an event are not those that the journal has of its day",
    ),
    "return_command": ("退货与日志不符", "returns and the journal do not agree"),
    "local_date": ("本地日期不对", "the local date is not the one of the programme's zone"),
    "unreadable": ("无法重新计算", "it cannot be evaluated again"),
    "award": ("重新计算的结果与记录不同", "evaluated again, the award is another"),
    "award_without_event": ("奖励没有对应的事件", "an award is of no event"),
    "state": ("计数状态不对", "the state of counters is another"),
    "generation": ("计数状态的布局不对", "the layout of the state is another"),
    "events_evaluated": ("已计算的事件数不对", "the number of events evaluated is another"),
    "last_event": ("最后一个事件不对", "the last event is another"),
    "checkpoint": ("检查点不对", "a checkpoint is another"),
    # of a member's points
    "award_posting": ("入账与奖励不符", "what was posted is not what was awarded"),
    "posting_command": (
        "入账与其命令不在同一批，或因由不对",
        "a posting is not of the batch of its command, or about another than it can be",
    ),
    "answer": ("回复与入账不符", "what was posted is not what was answered"),
    "hold_command": ("预占的结局与日志不符", "how a hold ended is not what the journal says"),
    "refused_body": (
        "被拒绝的请求与日志不符",
        "what was refused is not what the journal says",
    ),
    "use": ("退还与使用不符", "what was given back is not what was used"),
    "exchange": (
        "积分互换与当时的比例或原来的批次不符",
        "an exchange is not at the rate in force, or what came back is not what it took",
    ),
    "money_off": (
        "礼品减免的金额与当时的规定不符",
        "what a reward took off an order is not what a version in force offered",
    ),
    "redemption": (
        "礼品的兑换、核销或取消与当时的价格或原来的批次不符",
        "a redemption is not at a price in force, or more came back than lay unused",
    ),
    "order": (
        "订单与日志或会员的礼品不符",
        "an order is not what its redemption and its steps have made of it",
    ),
    "draw_round": (
        "抽奖轮次的种子或所发奖项数与记录不符",
        "a round of a draw is not what its seed and its spins make of it",
    ),
    "draw_spin": (
        "抽奖结果与种子、日志或入账不符，或会员不该再抽，或免费与否不对",
        "a spin did not bring what the seed of its round says, was one too many, or was wrongly free or not",
    ),
    "stock_movement": (
        "兑换所扣的库存与日志不符",
        "what a redemption took from stock, or gave back, is not what was asked",
    ),
    "next_due_at": (
        "下次到期时间不对",
        "next_due_at is too late, or no instant of a lot or hold",
    ),
    "notice": (
        "到期前该有的提醒与记录不符",
        "what was told of points before they ended is not what was due",
    ),
    "rule_notice": (
        "规则该发的通知与记录不符",
        "what rules told the member is not what they had to tell",
    ),
    "movements_that_differ": ("账户汇总与入账不符", "account movements and postings do not agree"),
    "postings_that_differ": ("入账不在批次里", "the points of a posting are not in lots"),
    "lots_that_differ": ("批次的余量不对", "what is left or held of a lot is wrong"),
    "lot_terms": (
        "批次的日期或单价不是计划所承诺的",
        "a lot has a day or a price that no version promised",
    ),
    "holds_that_differ": ("预占的数量不对", "what a hold reserves or captured is wrong"),
    "balances_that_differ": ("余额不对", "a balance is wrong"),
    "transit_that_differs": (
        "在途账户与会员之间的往来不符",
        "transit is not what went between members",
    ),
    "household": ("家庭成员与日志不符", "who belongs to a household is not what the journal says"),
    "counterpart": (
        "双方记录不一致",
        "the two sides of what went between members do not agree",
    ),
    "derived": (
        "因他人行为而来的事件与其起因不符",
        "what came of another member's deed and that deed do not agree",
    ),
    "own_event": (
        "由会员自身历史产生的事件与该历史不符",
        "what came of the member's own history and that history do not agree",
    ),
    "referral_code": ("邀请码不是这位会员的", "a referral code is not that of the member"),
    "code": (
        "券码与发出它的兑换不符",
        "a code and the reward that it came with do not agree",
    ),
    "lot_parent": (
        "转入批次与其来源不符",
        "a lot is not what the lot it came from was",
    ),
}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be. `check` is a key of SENTENCES; `member` is the external id.

    `where` names the record (`command 5`, `event o1`, a row); `recorded` is what stands there, `derived` what
    everything else says: in both languages where they are more than a name or a number. Empty where there is no such
    thing.
    """

    check: str
    member: str = ""
    where: Said | str = ""
    recorded: Said | str = ""
    derived: Said | str = ""

    def sentence(self, language: Language = "en") -> str:
        """The difference for people."""
        zh, en = SENTENCES[self.check]
        chinese = language == "zh"
        place = " ".join(part for part in (self.member, _told(self.where, language)) if part)
        said = (Said(en, zh).of(place) if place else Said(en, zh)).told_in(language)
        if not self.recorded and not self.derived:
            return said
        recorded, derived = (
            _told(self.recorded, language) or "—",
            _told(self.derived, language) or "—",
        )
        if chinese:
            return f"{said}（记录 {recorded}，应为 {derived}）"
        return f"{said} (recorded {recorded}, derived {derived})"

    def __str__(self) -> str:
        return self.sentence("en")


def _told(shown: Said | str, language: Language) -> str:
    return shown if isinstance(shown, str) else shown.told_in(language)
