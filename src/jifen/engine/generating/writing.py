"""The whole text of a version's `step`."""

from __future__ import annotations

import inspect
import re
from functools import cache

from jifen.engine.generating import helpers
from jifen.engine.generating.amounts import amount_lines
from jifen.engine.generating.block import Block, kept_alive
from jifen.engine.generating.counting import count
from jifen.engine.generating.floors import given_tiers, gives_tiers
from jifen.engine.generating.helpers import HELPERS
from jifen.engine.generating.legend import legend
from jifen.engine.generating.lines import LineLook
from jifen.engine.generating.milestones import Milestones
from jifen.engine.generating.multiplying import Multiplication
from jifen.engine.generating.names import clean
from jifen.engine.generating.rules import RuleReading
from jifen.engine.generating.source import Source, indented
from jifen.engine.generating.sparing import keep_spared
from jifen.engine.generating.tiers import keep_tier, lapse, step_up
from jifen.engine.layout import TIER
from jifen.engine.needs import asked_of_uses
from jifen.instants import MISSING, NEVER
from jifen.programme.condition import TierRank
from jifen.programme.event_types import EventType
from jifen.programme.saying.naming import Name


def write(source: Source, revision: int, codes: tuple[int, ...], ranks: tuple[int, ...]) -> str:
    """The module text: constants, the helpers it uses, `step`."""
    by_rank = codes == ranks == tuple(range(len(codes)))
    body = _body(source, by_rank)
    constants = [f"MISSING = {MISSING}"] * _uses(body, "MISSING")
    constants += [f"NEVER = {NEVER}"] * _uses(body, "NEVER")
    constants += [f"RANKS = {ranks!r}  # of each tier code"] * _uses(body, "RANKS")
    constants += [f"CODES = {codes!r}  # of each rank"] * _uses(body, "CODES")
    step = [
        "def step(state, event, lines, first, last, out):",
        f'    """Judge one event of one member by revision {int(revision)}."""',
        *(f"    {line}".rstrip() for line in body),
    ]
    parts = ["\n".join(constants)] if constants else []
    parts += _helper_texts("\n".join(step))
    parts.append("\n".join([*legend(source), *step]))
    return "\n\n\n".join(parts) + "\n"


def _uses(lines: list[str], name: str) -> bool:
    return any(re.search(rf"\b{name}\b", line) for line in lines)


def _helper_texts(text: str) -> list[str]:
    """The helpers that the text calls, and those that they call, without annotations."""
    needed: list[str] = []
    for helper in reversed(HELPERS):
        if any(f"{helper.__name__}(" in part for part in (text, *needed)):
            needed.insert(0, bare_texts()[helper.__name__])
    return needed


@cache
def bare_texts() -> dict[str, str]:
    """The text of each helper without annotations: Numba finds its types itself."""
    text = re.sub(
        r": (?:Row|int|bool|tuple\[int, \.\.\.\])(?=[,)\n])|(?<=\)) -> \w+(?=:\n)",
        "",
        inspect.getsource(helpers),
    )
    found = re.finditer(r"^def (\w+)\(.*?(?=^\w|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return {function[1]: function[0].rstrip() for function in found}


def _body(source: Source, by_rank: bool) -> list[str]:
    programme = source.programme
    tiers = programme.tiers
    blocks: list[str] = []
    for code, event_type in enumerate(source.events, start=1):
        if _matters(source, event_type):
            test = f"{'elif' if blocks else 'if'} kind == {code}:"
            name = clean(event_type.id, f"event {code}")
            blocks += [f"{test}  # {name}", *indented(_block(Block(source, event_type)))]
    rest = _block(Block(source, _others(source)))
    blocks += ["else:  # no rule looks at it", *indented(rest)] if blocks else rest
    start: list[str] = []
    asked = _asked_without_event(source)
    if tiers is not None:
        ended = lapse(source, tiers, by_rank)
        start = ["", "# The tier, once all periods that are over are", *ended]
        looked = [*keep_tier(source, by_rank, looked=True), *asked, "return"]
        start += ["if kind == 0:  # no event, only a look", *indented(looked)]
        start += [f"out[1] = {'rank' if by_rank else 'CODES[rank]'}"]
    else:
        tier = f"state[{source.layout.place(TIER)}]" if TIER in source.layout else "0"
        start = ["", f"out[0] = out[1] = {tier}"]
        if TierRank() in source.seen:
            start += ["", "rank = 0"]
        if asked:
            start += ["", "if kind == 0:  # no event, only a look", *indented([*asked, "return"])]
    end = _earned(source)
    if tiers is not None:
        end += ["", "# A step up counts from the next event", *step_up(source, tiers)]
        end += keep_tier(source, by_rank, looked=False)
    else:
        end += keep_spared(source)
    totals = [f"{source.earned[c]} = 0" for c in _earned_currencies(source)]
    return [
        f"kind = event[{source.columns.place('type', 'type')}]",
        f"day = event[{source.columns.place('day', 'day')}]",
        *source.period_lines(),
        *start,
        *(["", *totals] if totals else []),
        "",
        *blocks,
        *end,
    ]


def _asked_without_event(source: Source) -> list[str]:
    """What ways of using points ask of the past, as a look answers it."""
    block = Block(source, _others(source))
    for past in asked_of_uses(source.programme):
        block.name(past)
    return [*block.loads, *block.readings]


def _cleared(source: Source, lines: list[str]) -> list[str]:
    """Zeros on the places that an event of this type does not write."""
    written = {int(place) for line in lines for place in re.findall(r"\bout\[(\d+)\]", line)}
    free = [f"out[{place}]" for place in range(2, source.out.width) if place not in written]
    rows = [" = ".join([*free[first : first + 8], "0"]) for first in range(0, len(free), 8)]
    return ["", "# Nothing from rules about other events", *rows] if rows else []


def _block(block: Block) -> list[str]:
    look = LineLook(block)
    milestones = Milestones(block)
    reading = RuleReading(block, look, milestones)
    gathered = look.lines(amount_lines(block, look.leaves_out))
    history = block.history(look.totals, look.fits)
    passed = milestones.lines()
    rules = reading.lines()
    groups = reading.groups()
    limits = reading.use_up_limits()
    multiplication = Multiplication(block, reading)
    multiplied = multiplication.lines()
    given = given_tiers(block)
    counted = count(block, reading, multiplication)
    lines = [*block.loads, *gathered]
    if history:
        lines += ["", "# History, this event included", *milestones.before, *history]
    if block.readings:
        lines += ["", "# What rules ask of the past", *block.readings, *passed]
    lines += reading.first_lines() + rules + groups
    if limits:
        lines += ["", "# What was given uses up the rules' own limits", *limits]
    lines += multiplied + counted
    if given:
        lines += ["", "# A tier that is bought or given", *given]
    return lines + _cleared(block.source, lines)


def _matters(source: Source, event_type: EventType) -> bool:
    """Whether a rule or a counter looks at this type of event, or it gives a tier or keeps points alive."""
    if gives_tiers(source.programme.tiers, event_type) or kept_alive(source, event_type.id):
        return True
    return any(rule.on == event_type.id for rule in source.programme.rules) or any(
        counter.event == event_type.id and counter.kind != "earned"
        for counter in source.layout.counters
    )


def _others(source: Source) -> EventType:
    """All types that nothing looks at, as one: only their base is worked out."""
    others = [event for event in source.events if not _matters(source, event)]
    fields = {field.name: field for event in others for field in event.fields}
    lines = {field.name: field for event in others for field in event.line_fields}
    return EventType("", Name("", ""), tuple(fields.values()), tuple(lines.values()))


def _earned_currencies(source: Source) -> list[str]:
    return [c for c in source.currencies if source.layout.fed_by("earned", c)]


def _earned(source: Source) -> list[str]:
    """Feed the counters of what was earned."""
    block = Block(source, _others(source))
    lines: list[str] = []
    for currency in _earned_currencies(source):
        fed: list[str] = []
        for counter in source.layout.fed_by("earned", currency):
            fed += block.feed(counter, source.earned[currency])
        lines += ["", f"if {source.earned[currency]} != 0:", *indented(fed)]
    return lines
