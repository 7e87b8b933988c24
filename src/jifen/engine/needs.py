"""Which counters a programme needs."""

from __future__ import annotations

from collections.abc import Iterator

from jifen.engine.layout import JOINED, TIER, TIER_UNTIL, Counter, CounterKind
from jifen.instants import NEVER
from jifen.programme.condition import Compare, EventField, Past, TierRank, Word, operands
from jifen.programme.events import PERIOD_BALANCE
from jifen.programme.model import Programme, TierPeriod, Tiers
from jifen.programme.point_terms import Extension
from jifen.programme.requirement import Measure, leaves
from jifen.programme.rules import Give, Rule
from jifen.programme.usable import bounds_of_ways
from jifen.programme.ways import Cases, asked_by, held_of
from jifen.programme.ways_out import Limit


def seen_operands(programme: Programme) -> tuple[Past | TierRank, ...]:
    """What conditions and milestones ask of the member's past, each once, in document order; behind the rules' what
    ways of using points ask."""
    asked = (leaf for rule in programme.rules for leaf in _asked(rule))
    return tuple(dict.fromkeys((*asked, *asked_of_uses(programme))))


def asked_of_uses(programme: Programme) -> tuple[Past, ...]:
    """What ways of using points ask of the member's past, each once."""
    ways = (way for currency in programme.currencies for way in bounds_of_ways(currency))
    asked = (leaf for way in ways for condition in way.when for leaf in operands(condition))
    return tuple(dict.fromkeys(leaf for leaf in asked if isinstance(leaf, Past)))


def _asked(rule: Rule) -> Iterator[Past | TierRank]:
    how = rule.action.how if isinstance(rule.action, Give) else None
    for condition in (*rule.when, *(how.whens if isinstance(how, Cases) else ())):
        for leaf in operands(condition):
            if isinstance(leaf, Past | TierRank):
                yield leaf
    if how is not None:
        yield from asked_by(how)
    if isinstance(rule.action, Give) and rule.action.up_to:
        yield held_of(rule.action.currency)
    if rule.milestone is not None:
        yield rule.milestone.of


_BEFORE = {
    "previous_day": "days",
    "previous_week": "weeks",
    "previous_month": "months",
    "previous_quarter": "quarters",
    "previous_year": "years",
}


def _window_of(past: Past) -> tuple[str, int]:
    """The window of a counter; of a period that is over it keeps two, so that the present one can grow."""
    before = _BEFORE.get(past.window)
    return (before, 2) if before else (past.window, past.size)


def past_counters(past: Past) -> tuple[Counter, ...]:
    """The counters behind an operand; the one that holds its value comes first."""
    last_day = Counter("last day", past.of, where=past.where)
    match past.kind:
        case "count" | "first":
            return (Counter("count", past.of, *_window_of(past), past.where),)
        case "total":
            return (_total_counter(past),)
        case "earned":
            return (Counter("earned", past.of, *_window_of(past)),)
        case "days":
            return (Counter("days", past.of, *_window_of(past), past.where), last_day)
        case "streak" if past.window != "lifetime":
            return (Counter("streak", past.of, past.window, where=past.where),)
        case "streak":
            return (Counter("streak", past.of, where=past.where), last_day)
        case "days_since":
            return (last_day,)


def _total_counter(past: Past) -> Counter:
    """What a sum grows in; that of a field of the event is the one in which ladders sum it up."""
    summed = past.summed
    if summed is None:
        return Counter("total", past.of, *_window_of(past), past.where)
    kind: CounterKind = "line field" if summed.of_lines else "field"
    where = summed.where if summed.of_lines else past.where
    return Counter(kind, f"{past.of} {summed.field}", *_window_of(past), where)


def limit_subject(rule: Rule, what: str, currency: str | None) -> str:
    """What a rule's limit counts: by the rule's id, whatever the version. Of times all its parts share one."""
    match what:
        case "points":
            return f"{rule.id} points {currency}"
        case "times":
            return f"{rule.whole} times"
        case _:
            return f"{rule.id} {what}"


def rule_limit_counter(rule: Rule, limit: Limit) -> Counter:
    """The counter of a rule's own limit (not one per event)."""
    subject = limit_subject(rule, limit.what, limit.currency)
    if limit.by is not None:
        kind: CounterKind = "limit by line" if limit.of_lines else "limit by"
        return Counter(kind, f"{subject} by {limit.by}", limit.period)
    return Counter("limit", subject, limit.period, limit.size)


def earned_counter(limit: Limit) -> Counter:
    """The counter of a limit over the whole programme (not one per event)."""
    return Counter("earned", str(limit.currency), limit.period, limit.size)


def cooldown_counter(rule: Rule) -> Counter:
    """When a rule last gave: an instant."""
    return Counter("last given", rule.whole)


def activity_counter(currency: str, extension: Extension) -> Counter:
    """The last day of what kept points alive, by how long they then live on."""
    return Counter("last active", _lengthened(currency, extension))


def spared_counter(activity: Counter) -> Counter:
    """Whether the tier that the last event left spares the points of an `activity` counter the clock: 1 or 0."""
    return Counter("spared", activity.of)


def _lengthened(currency: str, extension: Extension) -> str:
    life = f"{extension.life.months} months {extension.life.days} days {extension.life.until}"
    if extension.life.until == "day_of_year":
        life += "".join(f" {month:02}-{day:02}" for month, day in extension.life.yearly)
    most = f"{extension.most.months} months {extension.most.days} days"
    return f"{currency} {life} at most {most}"


def measure_counters(tiers: Tiers, measure: Measure) -> tuple[Counter, ...]:
    """The counters behind a measure; the one that holds its value comes first."""
    window, size = _ring_of_months(tiers) if measure.kind == "months" else _measured_over(tiers)
    match measure.kind:
        case "earned" | "count":
            return (Counter(measure.kind, measure.of, window, size),)
        case "amount" | "months":
            return (Counter("total", measure.of, window, size),)
        case "field":
            return (Counter("field", f"{measure.of} {measure.field}", window, size),)
        case "days":
            last_day = Counter("last day", measure.of)
            return (Counter("days", measure.of, window, size), last_day)
        case "balance":
            noted = Compare(
                "==", EventField("of_currency"), Word(measure.of), f"of_currency == '{measure.of}'"
            )
            return (Counter("field", f"{PERIOD_BALANCE} points", window, size, noted),)


def consumed_counter(tiers: Tiers, measure: Measure) -> Counter | None:
    """What steps of a ladder have used up of a measure, cell by cell of its window; None if they use up nothing."""
    return Counter("consumed", measure.word, *_measured_over(tiers)) if tiers.consume else None


def rolled_counter(tiers: Tiers, measure: Measure) -> Counter | None:
    """What each period took over from the one before, of the measure of a ladder; None if nothing rolls over."""
    if not tiers.rolls_over or measure != tiers.measure:
        return None
    return Counter("rolled over", measure.word, *_measured_over(tiers))


def steps_reached(tiers: Tiers) -> tuple[int, ...]:
    """Of a ladder whose surplus rolls over: the numbers with which its tiers are reached, ascending."""
    return tuple(leaf.value for tier in tiers.ladder for leaf in leaves(tier.reach))


def most_over(tiers: Tiers) -> int:
    """The most of a surplus that rolls over; NEVER without a bound, which no surplus comes near."""
    return NEVER if tiers.most_over is None else tiers.most_over


def floors_of(tiers: Tiers) -> tuple[str, ...]:
    """The tiers that can be bought or given until a day: each has a cell for its last day."""
    return tuple(tier.id for tier in tiers.ladder[1:] if tiers.given_by or tier.paid)


def period_name(period: TierPeriod) -> str:
    """The local that numbers the periods of a ladder."""
    if period.start == "calendar":
        return {1: "month", 3: "quarter", 12: "year"}.get(
            period.months, f"calendar_{period.months}"
        )
    return f"joining_{period.days}_days" if period.days else f"joining_{period.months}"


def _measured_over(tiers: Tiers) -> tuple[str, int]:
    """The window and the cells of a ladder's counters."""
    months = tiers.window.months
    match tiers.window.kind:
        case "lifetime":
            return "lifetime", 0
        case "rolling" if tiers.window.days:
            return "days", tiers.window.days
        case "rolling":
            return "months", months
        case "previous" if tiers.window.days:
            return "days", tiers.window.days + 1
        case "previous":
            return "months", months + 1
        case "period":
            assert tiers.period is not None
            name = period_name(tiers.period)
            rings = {"month": "months", "quarter": "quarters", "year": "years"}
            return rings.get(name, name), _periods_kept(tiers)


def _ring_of_months(tiers: Tiers) -> tuple[str, int]:
    if tiers.window.kind == "period":
        assert tiers.period is not None
        return "months", _periods_kept(tiers) * tiers.period.months
    return _measured_over(tiers)


def _periods_kept(tiers: Tiers) -> int:
    """The present period, and those before it back to the one that is judged when its grace is over."""
    assert tiers.period is not None
    shortest = tiers.period.days or 28 * tiers.period.months
    return 1 + max(1, -(-(tiers.grace.days + 31 * tiers.grace.months) // shortest))


def has_periods(tiers: Tiers) -> bool:
    """Whether something happens to a tier of this ladder at the end of a period."""
    return tiers.period is not None and (tiers.down != "never" or tiers.up == "period_end")


def steps_down(tiers: Tiers) -> bool:
    """Whether a tier of this ladder can be lost when a period ends."""
    return tiers.period is not None and tiers.down != "never"


def counters_of(programme: Programme) -> Iterator[Counter]:
    """Every counter that a programme reads; the tier comes first."""
    if programme.tiers is not None:
        yield TIER
        yield TIER_UNTIL
        if programme.tiers.period is not None and programme.tiers.period.start == "joining":
            yield JOINED
        yield from (Counter("floor", id) for id in floors_of(programme.tiers))
        yield from (Counter("paid from", tier.id) for tier in programme.tiers.ladder if tier.paid)
        for measure in programme.tiers.measures:
            yield from measure_counters(programme.tiers, measure)
            if consumed := consumed_counter(programme.tiers, measure):
                yield consumed
            if rolled := rolled_counter(programme.tiers, measure):
                yield rolled
    for operand in seen_operands(programme):
        if isinstance(operand, Past):
            yield from past_counters(operand)
    for rule in programme.rules:
        if rule.reached is not None:
            yield from past_counters(rule.reached.of)
        yield from (rule_limit_counter(rule, x) for x in rule.limits if x.period != "event")
        if rule.cooldown:
            yield cooldown_counter(rule)
    for limit in programme.limits:
        if limit.period != "event":
            yield earned_counter(limit)
    for currency in programme.currencies:
        if currency.extension is not None:
            active = activity_counter(currency.id, currency.extension)
            yield active
            if currency.extension.spares:
                yield spared_counter(active)
