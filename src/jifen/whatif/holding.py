"""What members hold on a side of a replay, lot by lot, and what they really used of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from jifen.engine.layout import Counter
from jifen.engine.needs import activity_counter
from jifen.engine.spared import last_day_alive
from jifen.instants import NEVER, local_day_of
from jifen.intake.versions.opening import OpenProgramme
from jifen.programme.model import Currency
from jifen.programme.reading.extensions import extending_events, extensions_of
from jifen.whatif.granting import Lots, of_each
from jifen.whatif.hearing import lives_from, with_least_life
from jifen.whatif.lives import NO_EVENT, Lived, LotsToLive, kept_alive, live
from jifen.whatif.running import Judged, Replay
from jifen.whatif.sides import DRAFT, PUBLISHED
from jifen.whatif.turns import turns_of
from jifen.whatif.unions import spells_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jifen.programme.point_terms import Extension
    from jifen.whatif.history import History, Integers


class LivedLots(NamedTuple):
    """What a side has of a currency, and what became of it."""

    lots: LotsToLive
    lived: Lived


def lived_by(
    programme: OpenProgramme,
    replay: Replay,
    side: Judged,
    currency: Currency,
    published: LivedLots | None = None,
) -> LivedLots:
    """A side's points of a currency lived through; `published`: what is published lived, if that is another side."""
    lots, uses = lots_of(programme, replay, side, currency), uses_of(programme, replay, currency)
    by_end = currency.spending_order == "soonest_expiry"
    missed = published.lived.missing if published else None
    return LivedLots(
        lots, live(lots, uses, by_end=by_end, missed=missed, unions=replay.history.moves.unions)
    )


def lots_of(
    programme: OpenProgramme, replay: Replay, side: Judged, currency: Currency
) -> LotsToLive:
    """What a side gives, with what came otherwise, by member and time of earning; kept alive by activity."""
    history, given = replay.history, _given(side, currency)
    events, brought = given.events, _brought(programme, replay, currency)
    recorded_at = np.maximum(history.occurred_at, history.recorded_at)[events]
    since = lives_from(history, replay.heard)[events]
    brought_days = of_each(brought[:, 2], lambda at: local_day_of(at, programme.zone))
    columns = (
        np.concatenate([events, np.full(len(brought), NO_EVENT)]),
        np.concatenate([history.members[events], brought[:, 0]]),
        np.concatenate([history.occurred_at[events], brought[:, 2]]),
        np.concatenate([history.days[events], brought_days]),
        np.concatenate([np.maximum(given.available_at, recorded_at), brought[:, 2]]),
        np.concatenate([with_least_life(given, since, programme.zone), brought[:, 3]]),
        np.concatenate([given.points, brought[:, 4]]),
    )
    order = np.lexsort((columns[2], columns[1]))
    lots = LotsToLive(*(column[order] for column in columns))
    _renew(lots, _of_currency(replay.history.moves.renewed, programme, currency))
    programmes = [plan.programme for _, plan in sorted(side.engine.plans.items())]
    for extension in extensions_of(programmes).get(currency.id, ()):
        ends = _lengthened(programme, replay, side, currency, extension, lots)
        lots = lots._replace(expires_at=ends)
    return lots


def _given(side: Judged, currency: Currency) -> Lots:
    """The lots of a currency that a side gives."""
    known = side.engine.currencies
    number = known.index(currency.id) if currency.id in known else -1
    own = side.lots.currencies == number
    return Lots(*(getattr(side.lots, name)[own] for name in Lots.__dataclass_fields__))


def _renew(lots: LotsToLive, renewed: Integers) -> None:
    """Let lots that are as some really were be confirmed when those were, and end when those did. Where they end
    otherwise, whatever is promised before that is told in time."""
    for member, earned_at, expires_at, since, until in renewed[:, [0, 2, 3, 4, 5]].tolist():
        own = slice(*np.searchsorted(lots.members, (member, member + 1)).tolist())
        alike = (lots.earned_at[own] == earned_at) & (lots.expires_at[own] == expires_at)
        waiting = alike & (lots.since[own] == NEVER)
        lots.since[own][waiting] = since
        lots.expires_at[own][alike] = until
    never_confirmed = lots.since == NEVER
    lots.since[never_confirmed] = lots.earned_at[never_confirmed]


def _lengthened(
    programme: OpenProgramme,
    replay: Replay,
    side: Judged,
    currency: Currency,
    extension: Extension,
    lots: LotsToLive,
) -> Integers:
    """When the lots end, as what members did keeps them alive."""
    history, ends = replay.history, lots.expires_at.copy()
    active = np.zeros(len(history), bool)
    spared = np.zeros(len(history), bool)
    turns = turns_of(history, side.engine)
    for turn, revision in enumerate(turns.revisions):
        of_version = side.engine.plans[revision].programme
        if any(c.id == currency.id and c.extension == extension for c in of_version.currencies):
            kinds = extending_events(extension, of_version.rules)
            keeps = np.array([name in kinds for name in history.type_names] or [False], bool)
            active |= (turns.of_events == turn) & keeps[history.types]
            codes = [side.engine.tiers.index(tier) for tier in extension.spares]
            spared |= (turns.of_events == turn) & np.isin(side.tiers, codes)
    there = history.standing_on(DRAFT if side is replay.draft else PUBLISHED)
    active_at = _counting_since(history)
    counter = activity_counter(currency.id, extension)

    def deeds(member: int) -> tuple[Integers, Integers]:
        """When a member did something that keeps points alive, and until which day."""
        begins, until = np.searchsorted(history.members, (member, member + 1)).tolist()
        own = begins + np.flatnonzero(there[begins:until])
        days = history.days[own]
        if extension.spares:
            days = _days_alive(programme, side, member, own, days, spared[own], counter)
        keeps_alive = (active | spared)[own]
        return active_at[own][keeps_alive], days[keeps_alive]

    spells = spells_of(history.moves.unions)
    for member in np.unique(lots.members).tolist():
        first, last = np.searchsorted(lots.members, (member, member + 1)).tolist()
        done = [deeds(member)]
        for spell in spells.get(member, ()):
            at, days = deeds(spell.other)
            meanwhile = at <= spell.until
            done.append((np.maximum(at, spell.since)[meanwhile], days[meanwhile]))
        at, days = (np.concatenate(columns) for columns in zip(*done, strict=True))
        order = np.argsort(at, kind="stable")
        ends[first:last] = kept_alive(
            ends[first:last],
            lots.earned_at[first:last],
            at[order],
            np.maximum.accumulate(days[order]),
            extension,
            programme.zone,
        )
    return ends


def _counting_since(history: History) -> Integers:
    """From when on each event keeps points alive: what a merged member did before does so from the merge on."""
    if history.stands is None:
        return history.occurred_at
    since = np.maximum(history.occurred_at, history.recorded_at)
    return np.where(history.stands, since, history.occurred_at)


def _days_alive(
    programme: OpenProgramme,
    side: Judged,
    member: int,
    own: Integers,
    days: Integers,
    spared: NDArray[np.bool_],
    counter: Counter,
) -> Integers:
    """The last day that each event of a member keeps points alive: its own or, where it leaves a tier which spares,
    that of the next event, or the last before time takes the tier."""
    found, next_days = days.copy(), [*days[1:].tolist(), NEVER]
    for step in np.flatnonzero(spared).tolist():
        found[step] = next_days[step]
        state = side.before_losses.get(int(own[step]))
        if step == len(own) - 1:
            state = side.states[member].tolist()
        if state is not None:
            alive = last_day_alive(side.engine, programme.zone, state, counter)
            found[step] = min(alive, next_days[step])
    return found


def _brought(programme: OpenProgramme, replay: Replay, currency: Currency) -> Integers:
    return _of_currency(replay.history.moves.brought, programme, currency)


def uses_of(programme: OpenProgramme, replay: Replay, currency: Currency) -> Integers:
    """What members really used of a currency, (uses, 5), as `live` takes it."""
    return _of_currency(replay.history.moves.uses, programme, currency)[:, [0, 2, 3, 4, 5]]


def _of_currency(rows: Integers, programme: OpenProgramme, currency: Currency) -> Integers:
    """Those rows of moves that are of a currency."""
    own: Integers = rows[rows[:, 1] == _number(programme, currency)]
    return own


def _number(programme: OpenProgramme, currency: Currency) -> int:
    """The currency's number in the bank; -1 for one that only a draft has."""
    known = programme.engine.currencies
    return known.index(currency.id) if currency.id in known else -1
