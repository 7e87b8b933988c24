"""A trace as sentences, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.engine.explaining.explain import Given, RuleTrace, Seen, Trace
from jifen.engine.explaining.trace_words import was
from jifen.engine.generating.giving import winning_draws
from jifen.engine.plan import (
    COOLING_DOWN,
    LIMIT_USED_UP,
    LOST_IN_GROUP,
    MATCHED,
    NOT_DRAWN,
    NOTHING_HELD,
    NOTHING_PASSED,
    OUTSIDE_BETWEEN,
)
from jifen.programme.amounts import Language, in_language, say_points, show_money, show_number
from jifen.programme.bringing import asks_whether_undone
from jifen.programme.condition import Condition
from jifen.programme.event_types import Field
from jifen.programme.model import Programme
from jifen.programme.reading.vocabulary import field_name
from jifen.programme.rules import Multiply, Notify, PassOn, Rule
from jifen.programme.saying import wording_en, wording_zh
from jifen.programme.saying.measured_words import in_brackets
from jifen.programme.saying.operand_values import currency_named
from jifen.programme.saying.quantities import counted_by, factor_of
from jifen.programme.saying.relation_words import relation_words
from jifen.programme.saying.words import quoted_within, spaced
from jifen.programme.sentences import condition_sentence
from jifen.programme.ways import Percentage, Rate
from jifen.programme.ways_out import Limit
from jifen.programme.worth import goes_by_worth

_ZH = {
    "amount": "计入积分的金额 {amount}",
    "of bill": "（账单 {gross}，不计{parts}）",
    "lines": "除外商品",
    "parts": "商品行合计 {cost}，各行按比例分摊计入的 {amount}。",
    "sentence": "“{rule}”：{what}。",
    "tier": "等级“{rule}”：{what}。",
    "fixed": "得 {points}",
    "taken": "扣 {points}",
    "taken clipped": "；{limits}，实扣 {points}",
    "taken part": "所持 {held}的 {percent}%，扣 {points}",
    "taken all": "；所持不足，有多少扣多少，实扣 {points}",
    "none held": "未扣：没有可扣的",
    "nothing held": "未扣：没有可扣的（本应扣 {points}）",
    "fixed per line": "{lines}，共得 {points}",
    "rate": "{counted}{per} × {each} {equals} {points}",
    "bounded": "{counted}（商品合计 {cost}，不超过计入积分的金额）",
    "over": "{rest}（超过 {over}的部分）",
    "whole": "{counted}（计 {whole}）",
    "rate per line": "{lines}共 {counted}，逐行计算，得 {points}",
    "nothing": "条件符合，但不足以得分",
    "told": "通知会员：{words}",
    "times": "{factor} 倍，多得 {points}",
    "less": "{factor} 倍，少得 {points}",
    "times on lines": "{lines}适用 {factor} 倍，多得 {points}",
    "passed on": "分给{relation} {points}",
    "to relation": "，归{relation}",
    "received": "得 {points}，由关系人带来",
    "no relation": "未适用：没有{relation}",
    "undone": "已收回：退货后余下的不再满足条件",
    "nothing multiplied": "{factor} 倍适用，但没有可翻倍的积分",
    "clipped": "；{limits}，实得 {points}",
    "rest": "受限额限制",
    "failed": "未适用：需{wanted}，而{seen}",
    "passed nothing": "未适用：这次没有跨过里程碑",
    "not drawn": "已抽取，这次没有中",
    "drawn": "（抽中）",
    "no lines": "未适用：没有符合条件的商品",
    "outside": "未适用：不在活动日期内",
    "best": "未计入：同组只取得分最多的一条（本可得 {points}）",
    "worth": "未计入：同组只取所得价值最高的一条（本可得 {points}）",
    "first": "未计入：同组只取最先得分的一条（本可得 {points}）",
    "used up": "未得分：{limits}，已用完",
    "told enough": "未通知：{limits}，已用完",
    "cooling": "未得分：{cooldown}（本可得 {points}）",
    "cooling multiplier": "未适用：{cooldown}",
    "not read": "未看：前面的规则得分后不再往下看",
    "tier up": "等级由{before}升为{after}，自下一次事件起适用。",
    "total": "合计：{points}。",
}
_EN = {
    "amount": "{amount} counts",
    "of bill": " (bill {gross}, left out: {parts})",
    "lines": "excluded lines",
    "parts": "The lines cost {cost}: each counts for its part of {amount}.",
    "sentence": "“{rule}”: {what}.",
    "tier": "Tier “{rule}”: {what}.",
    "fixed": "gives {points}",
    "taken": "takes {points}",
    "taken clipped": "; {limits}, so {points} are taken",
    "taken part": "takes {percent}% of {held}: {points}",
    "taken all": "; no more is held, so {points} are taken",
    "none held": "takes nothing: nothing is held",
    "nothing held": "takes nothing: nothing is held (it would have taken {points})",
    "fixed per line": "gives {points} for {lines}",
    "rate": "{counted}{per} × {each} {equals} {points}",
    "bounded": "{counted} (its lines cost {cost}, but no more of the bill counts)",
    "over": "{rest} over {over}",
    "whole": "{counted} ({whole} in whole steps)",
    "rate per line": "gives {points} for {lines} with {counted}, each by itself",
    "nothing": "applies, but there was too little to give points for",
    "told": "tells the member {words}",
    "times": "times {factor}, {points} more",
    "less": "times {factor}, {points} less",
    "times on lines": "times {factor} on {lines}, {points} more",
    "passed on": "passes {points} on to {relation}",
    "to relation": ", for {relation}",
    "received": "gives {points}, which come through a relation",
    "no relation": "does not apply: nobody is {relation}",
    "undone": "undone, as what is left after returns would not have brought it",
    "nothing multiplied": "times {factor} applies, but there was nothing to multiply",
    "clipped": "; {limits}, so {points} count",
    "rest": "limited",
    "failed": "does not apply: it asks that {wanted}, but {seen}",
    "passed nothing": "does not apply: no milestone was passed",
    "not drawn": "was drawn: nothing this time",
    "drawn": " (drawn)",
    "no lines": "does not apply: no line fits",
    "outside": "does not apply: not within its dates",
    "best": "does not count: only the best of its group does (it would have given {points})",
    "worth": "does not count: of its group only what is worth most does (it would have given {points})",
    "first": "does not count: only the first of its group does (it would have given {points})",
    "used up": "gives nothing: {limits}, used up",
    "told enough": "tells nothing: {limits}, used up",
    "cooling": "gives nothing: {cooldown} (it would have given {points})",
    "cooling multiplier": "does not apply: {cooldown}",
    "not read": "was not read: a rule before it gave points and ended the reading",
    "tier up": "The tier rises from {before} to {after}, from the next event on.",
    "total": "In all: {points}.",
}


def trace_sentences(programme: Programme, trace: Trace, language: Language) -> list[str]:
    """What counted, every rule of the event's type, the tier and the sum, one sentence each."""
    return _Speaker(programme, trace, language).sentences()


class _Speaker:
    def __init__(self, programme: Programme, trace: Trace, language: Language) -> None:
        self.programme, self.trace, self.language = programme, trace, language
        self.wording = wording_zh if language == "zh" else wording_en

    def say(self, sentence: str, **parts: object) -> str:
        if self.language == "zh":
            return spaced(_ZH[sentence].format(**parts))
        return _EN[sentence].format(**parts)

    def sentences(self) -> list[str]:
        said = [self._base()] if self.trace.amount is not None else []
        if self.trace.cost is not None:
            amount, cost = self._money(self.trace.amount or 0), self._money(self.trace.cost)
            said.append(self.say("parts", amount=amount, cost=cost))
        said += self._rules()
        if self.trace.rank_after > self.trace.rank_before and self.programme.tiers:
            ladder = self.programme.tiers.ladder
            before, after = ladder[self.trace.rank_before], ladder[self.trace.rank_after]
            names = [in_language(tier.name, self.language) for tier in (before, after)]
            said.append(self.say("tier up", before=names[0], after=names[1]))
        totals = [self._points(id, points) for id, points in self.trace.points.items() if points]
        nothing = {"zh": "没有得分", "en": "nothing"}[self.language]
        points = ("，" if self.language == "zh" else ", ").join(totals) or nothing
        return [*said, self.say("total", points=points)]

    def _rules(self) -> Iterator[str]:
        """What each rule did. A rule of several prizes or currencies that gave none of them says why once."""
        last = ""
        for rule in self.trace.rules:
            sentence = self._rule(rule)
            if rule.given or sentence != last:
                yield sentence
            last = sentence

    def _points(self, currency: str, points: int) -> str:
        return say_points(currency_named(self.programme, currency), points, self.language)

    def _money(self, amount: int) -> str:
        return show_money(self.programme, amount, self.language)

    def _base(self) -> str:
        said = self.say("amount", amount=self._money(self.trace.amount or 0))
        if self.trace.left_out:
            names = {"lines": self.say("lines")}
            parts = [
                f"{names.get(name) or field_name(self.programme, name, self.language)} {self._money(value)}"
                for name, value in self.trace.left_out
            ]
            joined = ("、" if self.language == "zh" else ", ").join(parts)
            gross = self._money(self.trace.gross or 0)
            said += self.say("of bill", gross=gross, parts=joined)
        return f"{said}{'。' if self.language == 'zh' else '.'}"

    def _rule(self, rule: RuleTrace) -> str:
        what = self._what(rule)
        if rule.tier is not None:
            return self.say("tier", rule=in_language(rule.tier.name, self.language), what=what)
        name, whole = (rule.rule.name, rule.rule.whole) if rule.rule else (None, rule.id)
        return self.say(
            "sentence", rule=in_language(name, self.language) if name else whole, what=what
        )

    def _what(self, rule: RuleTrace) -> str:
        match rule.reason:
            case 0:
                return self.say("not read")
            case reason if reason == OUTSIDE_BETWEEN:
                return self.say("outside")
            case reason if reason == LOST_IN_GROUP:
                return self._lost(rule)
            case reason if reason == LIMIT_USED_UP:
                limits = [limit for given in rule.given for limit in given.clipped_by]
                limits = limits or list(rule.rule.limits if rule.rule else ())
                used_up = "told enough" if _notifies(rule) else "used up"
                return self.say(used_up, limits=self._limits(rule, tuple(limits)))
            case reason if reason == COOLING_DOWN:
                return self._cooled(rule)
            case reason if reason == NOTHING_PASSED:
                return self.say("passed nothing")
            case reason if reason == NOTHING_HELD:
                points = [self._points(one.currency, -one.before) for one in rule.given]
                return self.say("nothing held", points=" + ".join(points))
            case reason if reason == NOT_DRAWN:
                return self.say("not drawn")
            case reason if reason == MATCHED:
                drawn = rule.rule is not None and winning_draws(rule.rule) > 0
                return self._gave(rule) + (self.say("drawn") if drawn else "")
        if rule.failed is None:
            return self.say("no lines")
        if _asks_for_relation(rule.rule, rule.failed):
            assert rule.rule is not None
            return self.say("no relation", relation=self._relation(rule.rule))
        if asks_whether_undone(rule.failed):
            return self.say("undone")
        on = self.trace.type
        wanted = condition_sentence(self.programme, rule.failed, self.language, on)
        but = "，" if self.language == "zh" else " and "
        seen = but.join(was(self.programme, seen, self.language) for seen in rule.seen)
        return self.say("failed", wanted=wanted, seen=seen)

    def _lost(self, rule: RuleTrace) -> str:
        of = rule.rule.group if rule.rule is not None else None
        group = next(group for group in self.programme.groups if group.id == of)
        keep = "worth" if goes_by_worth(self.programme, group) else group.keep
        points = " + ".join(self._points(given.currency, given.before) for given in rule.given)
        return self.say(keep, points=points)

    def _cooled(self, rule: RuleTrace) -> str:
        assert rule.rule is not None
        cooldown = self.wording.cooldown_words(rule.rule)
        points = " + ".join(self._points(given.currency, given.before) for given in rule.given)
        said = "cooling" if points else "cooling multiplier"
        return self.say(said, cooldown=cooldown, points=points)

    def _gave(self, rule: RuleTrace) -> str:
        if rule.rule is None or isinstance(rule.rule.action, Multiply):
            return self._multiplied(rule)
        if isinstance(rule.rule.action, Notify):
            return self.say(
                "told", words=quoted_within(in_language(rule.rule.action.words, self.language))
            )
        stepped = "".join(self._stepped(seen) for seen in rule.seen)
        if not rule.given:
            said = self.say("none held" if isinstance(rule.way, Percentage) else "nothing")
            return said + stepped
        (given,) = rule.given
        clipped = self._clipped(rule, given) + self._to_relation(rule.rule)
        return self._way(rule, given) + stepped + clipped

    def _stepped(self, seen: Seen) -> str:
        """What of the past decided which step holds."""
        brackets = in_brackets(was(self.programme, seen, self.language), self.language)
        return brackets if self.language == "zh" else f" {brackets}"

    def _to_relation(self, rule: Rule) -> str:
        if rule.to is None or isinstance(rule.action, PassOn):
            return ""
        return self.say("to relation", relation=self._relation(rule))

    def _relation(self, rule: Rule) -> str:
        return relation_words(self.programme, rule.to or "", self.language)

    def _way(self, rule: RuleTrace, given: Given) -> str:
        assert rule.rule is not None
        points = self._points(given.currency, abs(given.before))
        if isinstance(rule.way, Percentage):
            held = self._points(given.currency, rule.counted or 0)
            return self.say("taken part", percent=rule.way.percent, held=held, points=points)
        if rule.rule.takes:
            return self.say("taken", points=points)
        if isinstance(rule.rule.action, PassOn):
            return self.say("passed on", points=points, relation=self._relation(rule.rule))
        if rule.rule.receives:
            return self.say("received", points=points)
        if not isinstance(rule.way, Rate):
            if rule.rule.per_line:
                return self.say("fixed per line", lines=self._lines(rule), points=points)
            return self.say("fixed", points=points)
        way = rule.way
        field = counted_by(self.programme, rule.rule.on, way)
        value = max(0, (rule.counted or 0) - way.over)
        counted = self._measure(field, rule.counted or 0)
        if way.over:
            over, rest = self._measure(field, way.over), self._measure(field, value)
            counted = self.say("over", over=over, rest=rest)
        if rule.cost is not None:
            counted = self.say("bounded", counted=counted, cost=self._measure(field, rule.cost))
        if rule.rule.per_line:
            return self.say(
                "rate per line", lines=self._lines(rule), counted=counted, points=points
            )
        broken = value % way.per
        if broken and not way.proportional:
            whole = self._measure(field, value - broken)
            counted = self.say("whole", counted=counted, whole=whole)
        exact = not way.proportional or way.points * value % way.per == 0
        per = "" if way.per == 10**field.scale else f" ÷ {self._measure(field, way.per)}"
        each = show_number(way.points, currency_named(self.programme, given.currency).scale)
        equals = "=" if exact else "≈"
        return self.say("rate", counted=counted, per=per, each=each, equals=equals, points=points)

    def _lines(self, rule: RuleTrace) -> str:
        if self.language == "zh":
            return f"{rule.lines} 行商品"
        return "1 line" if rule.lines == 1 else f"{rule.lines} lines"

    def _measure(self, field: Field, value: int) -> str:
        return self._money(value) if field.kind == "money" else show_number(value, field.scale)

    def _multiplied(self, rule: RuleTrace) -> str:
        multiply = rule.tier.multiplies if rule.tier else rule.rule.action if rule.rule else None
        assert isinstance(multiply, Multiply)
        factor = factor_of(multiply)
        if not rule.given:
            return self.say("nothing multiplied", factor=factor)
        less = any(given.before < 0 for given in rule.given)
        points = " + ".join(self._points(given.currency, abs(given.before)) for given in rule.given)
        times = "times" if rule.lines is None else "times on lines"
        said = self.say(
            "less" if less else times, factor=factor, points=points, lines=self._lines(rule)
        )
        return said + "".join(self._clipped(rule, given) for given in rule.given)

    def _clipped(self, rule: RuleTrace, given: Given) -> str:
        if abs(given.after) >= abs(given.before):
            return ""
        words = [self._limits(rule, given.clipped_by)] if given.clipped_by else []
        if given.budget is not None:
            words.append(self.wording.budget_words(self.programme, given.budget))
        limits = ("，" if self.language == "zh" else ", ").join(words) or self.say("rest")
        said = "clipped" if given.before > 0 else "taken clipped" if words else "taken all"
        return self.say(said, limits=limits, points=self._points(given.currency, abs(given.after)))

    def _limits(self, rule: RuleTrace, limits: tuple[Limit, ...]) -> str:
        if self.language == "en":
            words = [wording_en.limit_words(self.programme, limit) for limit in limits]
            return ", ".join(dict.fromkeys(words))
        verb = "扣" if rule.rule is not None and rule.rule.takes else "得"
        words = [wording_zh.limit_words(self.programme, limit, verb) for limit in limits]
        return "，".join(dict.fromkeys(words))


def _notifies(rule: RuleTrace) -> bool:
    return rule.rule is not None and isinstance(rule.rule.action, Notify)


def _asks_for_relation(rule: Rule | None, failed: Condition) -> bool:
    """Whether what failed is that there is nobody to whom the rule gives."""
    return rule is not None and rule.to is not None and failed == rule.when[-1 - len(rule.asked)]
