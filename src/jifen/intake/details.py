"""What exactly a refusal is about: kept as a code with values, and said in the language of whoever reads it."""

from __future__ import annotations

from typing import Final

import msgspec

from jifen.ledger.refusals import REFUSALS
from jifen.wording import Said, verbatim

MALFORMED: Final = "malformed"
OF_PART: Final = "of_part"
BY_PARTS: Final = "by_parts"
PERIODS: Final = {
    "day": Said("a day", "每天"),
    "week": Said("a week", "每周"),
    "month": Said("a month", "每月"),
    "quarter": Said("a quarter", "每季度"),
    "year": Said("a year", "每年"),
    "lifetime": Said("in all", "总共"),
}
"""How the sentences name the periods of limits."""
SENTENCES: Final = {
    "differs": Said("it differs in {field}", "{field} 与之前不同"),
    "all_returned": Said(
        "everything of it has already been returned", "此前已全部退回，没有可退的了"
    ),
    "more_than_left": Said("{returned} is returned of {left} left", "退回 {returned}，只剩 {left}"),
    "no_such_line": Said("there is no line {line} with an amount", "没有带金额的第 {line} 行"),
    "less_than_nothing": Said(
        "the lines named come to less than nothing", "所写各行合计小于零，没有可退的"
    ),
    "line_not_countable": Said(
        "line {line} has no quantity: name its amount, or the line alone for all of it",
        "第 {line} 行没有数量：请写金额，整行都退则只写行号",
    ),
    "line_all_returned": Said(
        "everything of line {line} has already been returned", "第 {line} 行此前已全部退回"
    ),
    "line_more_money_than_left": Said(
        "line {line} has {left} of its money left, {returned} is returned",
        "第 {line} 行的金额只剩 {left}，退回 {returned}",
    ),
    "line_more_than_left": Said(
        "line {line} has {left} left, {returned} is returned",
        "第 {line} 行只剩 {left}，退回 {returned}",
    ),
    "too_few": Said("{available} available, {needed} needed", "可用 {available}，需要 {needed}"),
    "too_few_with_fee": Said(
        "{available} available, {needed} needed, of which {fee} are the fee",
        "可用 {available}，需要 {needed}（含手续费 {fee}）",
    ),
    "balance": Said(
        "{available} available, and it can be had from a balance of {balance} on",
        "可用 {available}，余额满 {balance} 才可兑换",
    ),
    "too_few_together": Said(
        "{available} available in the household, {needed} needed",
        "家庭合计可用 {available}，需要 {needed}",
    ),
    "order_below": Said(
        "what it is taken off costs {cost}, and has to cost {least}",
        "可减免的部分只有 {cost}，须满 {least}",
    ),
    "takes_nothing_off": Said("it takes nothing off an order", "它不能用于减免订单"),
    "nothing_to_take_off": Said(
        "there is nothing in the order that it takes something off", "订单中没有它可减免的内容"
    ),
    "owing": Said(
        "{missing} of those to be taken back are used already", "要追回的积分有 {missing} 已经用掉"
    ),
    "expired": Said(
        "{expired} have expired, {asked} asked for", "可恢复的只有 {expired}，此次 {asked}"
    ),
    "nothing_expired": Said("none have expired", "没有可恢复的"),
    "steps": Said("in steps of {step}, {asked} asked for", "每 {step} 为一单位，此次 {asked}"),
    "least": Said("at least {least}, {asked} asked for", "至少 {least}，此次 {asked}"),
    "kept": Said(
        "{asked} would be kept at the price of {least} together: cancel all of them, or fewer",
        "取消后只剩 {asked} 份，而价格是一次兑换 {least} 份的：请全部取消，或少取消几份",
    ),
    "most": Said("at most {most}, {asked} asked for", "最多 {most}，此次 {asked}"),
    "minutes": Said(
        "at most {most} minutes, {asked} asked for", "最长 {most} 分钟，此次 {asked} 分钟"
    ),
    "left": Said("{left} left to give back, {asked} asked for", "可退还 {left}，此次 {asked}"),
    "nothing_left": Said("nothing is left to give back", "已没有可退还的"),
    "bill": Said("at most {most} for this bill, {asked} asked for", "最多 {most}，此次 {asked}"),
    "limit": Said(
        "{limit} {period}, of which {left} are left, {asked} asked for",
        "{period} {limit}，还剩 {left}，此次 {asked}",
    ),
    "for_all": Said(
        "{limit} {period} for all members, of which {left} are left, {asked} asked for",
        "全体会员{period} {limit} 份，还剩 {left} 份，此次 {asked} 份",
    ),
    "from_others": Said(
        "{limit} {period} from others of the household, of which {left} are left, {asked} missing",
        "{period}从家人处取用 {limit}，还剩 {left}，此次还差 {asked}",
    ),
    "spins": Said("{limit} spins a round, none left", "每轮 {limit} 次，已用完"),
    "times": Said("uses {period}: {limit}, none left", "{period} {limit} 次，已用完"),
    "price": Said("{price} by the list, {stated} was stated", "标价 {price}，所写 {stated}"),
    "to_pay": Said("{to_pay} to pay, {stated} was stated", "应付 {to_pay}，所写 {stated}"),
    "money_missing": Said("{to_pay} to pay", "应付 {to_pay}"),
    "part_first": Said(
        "{member}, into whom it was merged, was merged in turn: undo that merge first",
        "它所并入的 {member} 又已并入他人，请先撤销后一次合并",
    ),
    "went_on": Said(
        "a part of it went to a relation of the member, so it must name its purchase",
        "其中有一份归了会员的关系人，须写明是哪一笔消费",
    ),
    "household": Said("at most {most} members", "最多 {most} 位会员"),
    "opens": Said("it opens at {since}", "{since} 开始"),
    "closed": Said("it closed at {since}", "已于 {since} 结束"),
    "stock": Said("{left} left, {asked} asked for", "还剩 {left} 份，此次 {asked} 份"),
    OF_PART: Said("this is about “{part}”", "指其中的“{part}”"),
    "codes": Said("{left} left, {asked} asked for", "还剩 {left} 个，此次 {asked} 个"),
    BY_PARTS: Said(
        "who redeemed the set was merged since: cancel its parts one by one",
        "兑换组合的会员后来已被合并：请逐件取消",
    ),
    "unused": Said("{left} unused, {asked} asked for", "未使用的有 {left} 份，此次 {asked} 份"),
    "none_unused": Said("none unused since {since}", "{since} 起已无未使用的"),
    "captured": Said("captured at {since}", "已于 {since} 核销"),
    "voided": Said("let go at {since}", "已于 {since} 释放"),
    "timed_out": Said("timed out at {since}", "已于 {since} 超时释放"),
}


class Detail(msgspec.Struct, frozen=True, omit_defaults=True):
    """A key of SENTENCES, with numbers as people write them, and names of fields; or `malformed` with the sentences
    themselves, as that is not kept."""

    code: str
    values: dict[str, str] = {}

    def said(self) -> Said:
        """The sentence in both languages."""
        if self.code == MALFORMED:
            return Said(self.values["en"], self.values["zh"])
        sentence, values = SENTENCES[self.code], self.values
        period = PERIODS.get(values.get("period", ""), verbatim(""))
        en, zh = (
            in_language.format(**{**values, "period": of_period})
            for in_language, of_period in ((sentence.en, period.en), (sentence.zh, period.zh))
        )
        part = values.get("part", "")
        if not part or self.code == OF_PART:
            return Said(en, zh)
        return Said(f"{en}, of “{part}”", f"“{part}”{zh}")

    def of_part(self, part: str) -> Detail:
        """The same, about a part of a set."""
        return Detail(self.code, {**self.values, "part": part})


def refusal_as_said(code: str, detail: Detail | None) -> Said:
    """A refusal in one sentence, with what exactly it is about."""
    refusal = REFUSALS[code]
    if detail is None:
        return Said(refusal.en, refusal.zh)
    exactly = detail.said()
    asks = exactly.en.endswith("?")  # whether something else was meant, say
    en, zh = ("", "") if asks else (".", "。")
    return Said(
        f"{refusal.en.rstrip('.')}: {exactly.en}{en}",
        f"{refusal.zh.rstrip('。')}：{exactly.zh}{zh}",
    )


def not_understood(said: Said) -> Detail:
    """Why something could not be understood."""
    return Detail(MALFORMED, said.for_machines())


def differs_in(field: str) -> Detail:
    """Which field of a resent command is not as it was."""
    return Detail("differs", {"field": field})
