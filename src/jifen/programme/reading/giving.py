"""The sentences of `give:` — `20 points`, `1 points per 1 of amount`, and steps of them."""

from __future__ import annotations

import re
from fractions import Fraction

import msgspec

from jifen.programme.condition import Past
from jifen.programme.conditions.scope import Scope, costs_nothing
from jifen.programme.event_types import EventType, Field, numbers
from jifen.programme.meant import NAMES, write
from jifen.programme.model import Currency
from jifen.programme.problems import Problems, Wrong, did_you_mean, which_of
from jifen.programme.reading.nodes import Mapping, Node
from jifen.programme.reading.past_rates import counted_past, past_of_steps, spent_by_then
from jifen.programme.reading.scalars import GREATEST, decimal, too_fine, too_large, units
from jifen.programme.reading.sections import Section, more_than, noting, some_items, text
from jifen.programme.reading.slips import give_meant
from jifen.programme.rules import Give
from jifen.programme.ways import Amount, Rate, Steps
from jifen.wording import Said, quoted

MOST_STEPS = 50

_GIVE = re.compile(
    r"(?P<points>\S+) (?P<currency>[^\s,]+)"
    r"(?: per (?P<per>\S+) of (?P<field>[^\s,(]+(?:\(.*\))?)"
    r"(?: over (?P<over>[^\s,]+))?(?P<proportional>, proportional)?)?"
)
_GRAMMAR = Said(
    "write `20 points` or `1 points per 1 of amount`",
    "请写成 `20 points` 或 `1 points per 1 of amount`",
)

ROUND_IT = Said("add `rounding: half_up`, for example", "例如加上 `rounding: half_up`")
_GRAMMAR_OF_ISSUE = Said(
    "write `free-coffee` or `2 free-coffee`", "请写成 `free-coffee` 或 `2 free-coffee`"
)

_REWARDS = ("reward", "rewards", "coupon", "coupons", "voucher", "gift")
_BY_TABLE = Said(
    "by tier or by a text a table gives: `give: table[welcome] points`",
    "按等级或文字给分请用表：`give: table[welcome] points`",
)
_DECLARE_REWARDS = Said(
    "declare it under `rewards:`, and write `issue:`", "请在 `rewards:` 下声明，再用 `issue:` 发放"
)

_ORDERED = Said(
    "what is fulfilled by an order is redeemed, and issued by no rule",
    "须下单交付的礼品只能由会员兑换，规则不能发放",
)
_SET = Said(
    "a set is redeemed, and issued by no rule: issue its parts",
    "组合只能由会员兑换：请分别发放其中的各件",
)


class Giving(msgspec.Struct, frozen=True):
    """What surrounds a `give`: of_lines when the rule has `lines` or `per: line`; `rewards` where it is an `issue`."""

    currencies: tuple[Currency, ...]
    on: EventType
    money_scale: int
    of_lines: bool
    proportional: bool
    rewards: bool = False
    issued: tuple[str, ...] = ()
    """The rewards of the document."""
    scope: Scope | None = None
    """What a rate may ask of the past; None where it may not."""


def find_currency(
    word: str, currencies: tuple[Currency, ...], *, rewards: bool = False
) -> Currency:
    """A currency, or where only `rewards` may stand one of them, by its id, in the singular or plural."""
    for candidate in (word, f"{word}s", word.removesuffix("s")):
        for currency in currencies:
            if currency.id == candidate:
                return currency
    known = [currency.id for currency in currencies]
    if rewards:
        declare = Said("declare it under `rewards:`", "请在 `rewards:` 下声明")
        unknown = Said(f"unknown reward '{word}'", f"没有礼品“{word}”")
        raise Wrong(unknown, did_you_mean(word, known) or declare)
    unknown = Said(f"unknown currency '{word}'", f"没有积分种类“{word}”")
    raise Wrong(unknown, which_of(word, known))


def read_give(node: Node, problems: Problems, giving: Giving) -> Give | None:
    """The award; None, with the problems noted, if it cannot be read."""
    if isinstance(node, Mapping) and node.values.keys() & {"by", "steps"}:
        return _read_steps(node, problems, giving)
    if isinstance(node, Mapping):
        problems.add(node, Said("is one sentence", "须是一句话"), _GRAMMAR)
        return None
    return noting(problems, node, lambda node: give_from(text(node), giving), None)


def give_from(written: str, giving: Giving) -> Give:
    """`20 points`, or `1 points per 1 of amount`, perhaps `, proportional`."""
    written = " ".join(written.split())
    found = _GIVE.fullmatch(written)
    if not found or _is_slip(found, giving):
        unreadable = Said(f"cannot read '{written}'", f"无法读懂“{written}”")
        raise Wrong(unreadable, _meant(written, giving))
    currency = find_currency(found["currency"], giving.currencies, rewards=giving.rewards)
    points = Fraction(decimal(found["points"])) * 10**currency.scale
    if points == 0:
        hint = write(f"1 {currency.id}")
        raise Wrong(Said(f"'{written}' gives nothing", f"“{written}”没有给出积分"), hint)
    if found["field"] is None:
        return Give(currency.id, Amount(_in_units(found["points"], currency, points)))
    field, of_lines, past = _counted(found["field"], giving)
    per = units(found["per"], field.scale, quoted(field.name))
    if per == 0:
        raise Wrong(Said(f"'{written}' divides by nothing", f"“{written}”除以了零"))
    exact = giving.proportional or found["proportional"] is not None
    if not exact:
        points = Fraction(_in_units(found["points"], currency, points, ROUND_IT))
    if points.numerator > GREATEST:
        raise Wrong(*too_large(found["points"]))
    over = _over(found["over"], field, of_lines) if found["over"] is not None else 0
    per_units = per * points.denominator
    rate = Rate(points.numerator, per_units, field.name, of_lines, exact, past, over)
    return Give(currency.id, rate)


def _over(word: str, field: Field, of_lines: bool) -> int:
    """How much counts for nothing before a rate begins."""
    if of_lines:
        raise Wrong(
            Said(
                "'over' is of the whole event, not of lines", "“over”只用于整个事件，不用于商品行"
            ),
        )
    return units(word, field.scale, quoted(field.name))


def _in_units(word: str, currency: Currency, points: Fraction, hint: Said | None = None) -> int:
    """So many points in smallest units. Wrong, with the hint, if the currency does not keep them so fine."""
    if points.denominator > 1:
        raise Wrong(too_fine(word, currency.scale, quoted(currency.id)), hint)
    return units(word, currency.scale, quoted(currency.id))


def _is_slip(found: re.Match[str], giving: Giving) -> bool:
    """Whether what has the form of a sentence is none: a number that is no number, or a word that is no currency."""
    if giving.rewards:
        return False
    number, known = found["points"], {currency.id for currency in giving.currencies}
    if not number[:1].isdigit() or "," in number:
        return True
    return found["currency"] in {*giving.issued, *_REWARDS} - known


def _meant(written: str, giving: Giving) -> Said:
    """What to write instead."""
    if giving.rewards or not giving.currencies:
        return _GRAMMAR_OF_ISSUE if giving.rewards else _GRAMMAR
    currency = giving.currencies[0].id
    last = written.rpartition(" ")[2]
    if last in giving.issued or (giving.issued and last in _REWARDS):
        return write(f"issue: {last if last in giving.issued else giving.issued[0]}")
    if last in _REWARDS:
        return _DECLARE_REWARDS
    if written.startswith("-") and (meant := give_meant(written[1:], currency)):
        return write(f"take: {meant}")
    if written.split(" ")[0] in ("double", "twice", "triple"):
        return write(f"multiply: {currency} by {3 if written.startswith('triple') else 2}")
    meant = give_meant(written, currency)
    return write(meant) if meant else _GRAMMAR


def award_from(node: Node, giving: Giving) -> Give:
    """What is given, or of rewards issued: `free-coffee`, `2 free-coffee`, `1 free-coffee per 100 of amount`."""
    written = text(node)
    if giving.rewards and " " not in written.strip():
        written = f"1 {written}"
    give = give_from(written, giving)
    offered = next(one.reward for one in giving.currencies if one.id == give.currency)
    if offered and offered.handed_out.fulfil:
        raise Wrong(_ORDERED)
    if offered and offered.cost.parts:
        raise Wrong(_SET)
    return give


def _counted(name: str, giving: Giving) -> tuple[Field, bool, Past | None]:
    """The field that a rate counts, whether it is one of lines, and what it asks of the past instead."""
    if "(" in name and giving.scope is not None and not giving.of_lines:
        past, scale = counted_past(name, giving.scope)
        return Field(name, "number", scale), False, past
    lines = numbers(giving.on.line_fields)
    if giving.of_lines:
        if name in lines:
            return lines[name], True, None
        raise Wrong(
            Said(
                f"'{name}' is no number on the lines of '{giving.on.id}'",
                f"“{name}”不是“{giving.on.id}”商品行上的数值",
            ),
            Said(
                f"of lines it may count {', '.join(lines)}",
                f"商品行上可以计算的有 {'、'.join(lines)}",
            )
            if lines
            else None,
        )
    event = event_numbers(giving.on, giving.money_scale)
    if name in event:
        return event[name], False, None
    if name in lines:
        return lines[name], True, None
    hint = did_you_mean(NAMES.get(name, name), [*event, *lines])
    if name in ("amount", "gross"):
        hint = spent_by_then(giving.on.id) or costs_nothing(giving.on.id)
    raise Wrong(_no_number(giving.on, name), hint)


def _no_number(on: EventType, name: str) -> Said:
    return Said(f"'{on.id}' has no number called '{name}'", f"“{on.id}”没有名为“{name}”的数值")


def event_numbers(on: EventType, money_scale: int) -> dict[str, Field]:
    """What of an event can be counted, by name; the bill included."""
    bill = (Field("amount", "money", money_scale), Field("gross", "money", money_scale))
    return numbers((*(bill if on.costs_money else ()), *on.fields))


def _read_steps(node: Node, problems: Problems, giving: Giving) -> Give | None:
    section = Section(node, problems, ("by", "steps"))
    counted = section.need("by", lambda node: _step_field(text(node), giving), None)
    steps = section.need("steps", some_items, ())
    if counted is None or not steps:
        return None
    by, past = counted
    if len(steps) > MOST_STEPS:
        message = more_than(MOST_STEPS, Said("steps", "档"))
        problems.add(section.place("steps"), message)
    thresholds: list[int] = []
    gives: list[Give] = []
    for step in steps:
        part = Section(step, problems, ("from", "give"))
        start = part.need("from", lambda node: units(text(node), by.scale, quoted(by.name)), None)
        give = part.need("give", lambda node: give_from(text(node), giving), None)
        if start is None or give is None:
            continue
        if thresholds and start <= thresholds[-1]:
            problems.add(part.place("from"), Said("steps must ascend", "各档须由低到高"))
        if gives and give.currency != gives[0].currency:
            first = gives[0].currency
            message = Said(f"all steps give '{first}'", f"各档都要给同一种积分“{first}”")
            problems.add(part.place("give"), message)
        thresholds.append(start)
        gives.append(give)
    ways = tuple(give.how for give in gives if isinstance(give.how, Amount | Rate))
    return Give(gives[0].currency, Steps(by.name, tuple(thresholds), ways, past)) if gives else None


def _step_field(name: str, giving: Giving) -> tuple[Field, Past | None]:
    """What decides which step holds, and what it asks of the past instead of the event."""
    if "(" in name and giving.scope is not None:
        past, scale = past_of_steps(name, giving.scope)
        return Field(name, "number", scale), past
    known = event_numbers(giving.on, giving.money_scale)
    if name not in known:
        texts = {field.name for field in giving.on.fields if field.kind == "text"}
        hint = _BY_TABLE if name in {"tier", *texts} else did_you_mean(name, known)
        raise Wrong(_no_number(giving.on, name), hint)
    return known[name], None
