"""From a timeline of programmes to plans: one generated function a version, one layout for all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jifen.engine.errors import EngineError
from jifen.engine.events import Encoder
from jifen.engine.generating.bounds import prove
from jifen.engine.generating.ranks import ranks_of
from jifen.engine.generating.source import Source, slots_of
from jifen.engine.generating.writing import write
from jifen.engine.layout import TIER, Layout, lay_out
from jifen.engine.needs import counters_of, seen_operands
from jifen.engine.plan import OutLayout, Plan, Slot
from jifen.instants import NEVER
from jifen.programme.event_types import EventType
from jifen.programme.model import Programme, Tier
from jifen.wording import Said

__all__ = ["Engine", "Plan", "Slot", "Version", "compile_timeline", "in_force"]


@dataclass(frozen=True, slots=True)
class Version:
    """A programme from an instant on, until another one. Where several hold, the latest revision does."""

    revision: int
    effective_from: int
    programme: Programme
    effective_until: int = NEVER


class Dated(Protocol):
    """From when until when something holds, as a revision of a timeline."""

    @property
    def revision(self) -> int: ...
    @property
    def effective_from(self) -> int: ...
    @property
    def effective_until(self) -> int: ...


@dataclass(frozen=True)
class Engine:
    """A timeline, compiled. `currencies` and `tiers` are numbered by first appearance."""

    layout: Layout
    currencies: tuple[str, ...]
    tiers: tuple[str, ...]
    plans: dict[int, Plan]
    versions: tuple[Version, ...]  # by revision
    timeline: tuple[tuple[int, int], ...]  # (effective from, revision), ascending

    def without(self, revisions: Collection[int]) -> Engine:
        """The same as if some versions had never been."""
        left = [version for version in self.versions if version.revision not in revisions]
        return replace(self, timeline=tuple(in_force(left)))

    def new_state(self) -> list[int]:
        """The row of a member without history."""
        return list(self.layout.initial)

    def plan_at(self, occurred_at: int) -> Plan:
        """The version in force at an instant; the first one holds for whatever came before it."""
        chosen = self.timeline[0][1]
        for effective_from, revision in self.timeline:
            if effective_from > occurred_at:
                break
            chosen = revision
        return self.plans[chosen]


def compile_timeline(versions: Sequence[Version]) -> Engine:
    """Compile all versions over one layout. EngineError: a programme that cannot be compiled."""
    if not versions:
        raise EngineError(Said("A timeline needs a version.", "时间线至少要有一个版本。"))
    ordered = sorted(versions, key=lambda version: version.revision)
    programmes = [version.programme for version in ordered]
    layout = lay_out(chain.from_iterable(counters_of(programme) for programme in programmes))
    currencies = tuple(dict.fromkeys(c.id for p in programmes for c in p.currencies))
    tiers = tuple(dict.fromkeys(tier.id for p in programmes for tier in _ladder(p)))
    events = {event.id: event for p in reversed(programmes) for event in p.events}
    shared = _Shared(layout, currencies, tiers, tuple(programmes), events)
    plans = {version.revision: _compile(version, shared) for version in ordered}
    timeline = tuple(in_force(ordered))
    return Engine(layout, currencies, tiers, plans, tuple(ordered), timeline)


def in_force(ordered: Sequence[Dated]) -> Iterator[tuple[int, int]]:
    """From which instant on which revision holds, of versions in their order."""
    ends = {version.effective_until for version in ordered} - {NEVER}
    before = 0
    for instant in sorted({version.effective_from for version in ordered} | ends):
        held = [v.revision for v in ordered if v.effective_from <= instant < v.effective_until]
        if held and held[-1] != before:
            before = held[-1]
            yield instant, before


def _ladder(programme: Programme) -> tuple[Tier, ...]:
    return programme.tiers.ladder if programme.tiers else ()


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the versions of a timeline have in common."""

    layout: Layout
    currencies: tuple[str, ...]
    tiers: tuple[str, ...]
    programmes: tuple[Programme, ...]  # in the order of time
    events: dict[str, EventType]


def _compile(version: Version, shared: _Shared) -> Plan:
    programme, layout, tiers = version.programme, shared.layout, shared.tiers
    prove(programme)
    numbers = {currency: number for number, currency in enumerate(shared.currencies)}
    slots = slots_of(programme, numbers)
    seen = seen_operands(programme)
    out = OutLayout(len(slots), len(programme.rules), len(seen))
    own = {event.id: event for event in programme.events}
    events = tuple((own | {id: e for id, e in shared.events.items() if id not in own}).values())
    several = len(shared.programmes) > 1
    ladders = [ladder for p in shared.programmes if (ladder := _ladder(p))]
    ranks = ranks_of(tiers, _ladder(programme), ladders) if TIER in layout else ()
    placed = dict(zip(tiers, ranks, strict=False))
    source = Source(programme, layout, slots, seen, out, numbers, several, events, placed)
    codes = tuple(tiers.index(tier.id) for tier in _ladder(programme))
    text = write(source, version.revision, codes, ranks)
    encoder = Encoder(
        {event.id: code for code, event in enumerate(events, start=1)},
        source.columns.columns,
        source.line_columns.columns,
        ZoneInfo(programme.timezone),
        programme.id,
    )
    return Plan(
        version.revision,
        programme,
        layout,
        tuple(source.columns.columns),
        tuple(source.line_columns.columns),
        slots,
        seen,
        out,
        codes,
        text,
        _executed(text, version.revision),
        encoder,
    )


def _executed(text: str, revision: int) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(text, f"<revision {revision}>", "exec"), namespace)
    return namespace["step"]
