"""One member's matters during a batch, and what the batch has to write."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from jifen.db.tables import (
    AWARD,
    CHECKPOINT,
    COMMAND,
    COMMAND_KEY,
    EVENT,
    EVENT_RETURN,
    OUTBOX,
    REFUSED_BODY,
)
from jifen.engine.events import Known
from jifen.instants import local_day_of
from jifen.intake.actors import CLOCK
from jifen.intake.answers import Answer
from jifen.intake.codes.pools import Pools
from jifen.intake.draws.wheels import Wheels
from jifen.intake.gathering.belonging import Belongings
from jifen.intake.gathering.facts import GUEST, FactsOverTime
from jifen.intake.gathering.orders import Orders
from jifen.intake.gathering.refused import body_of_refused
from jifen.intake.judging.budgets import Budgets, Closing
from jifen.intake.judging.evaluating import Evaluation
from jifen.intake.judging.payload import OffTaken
from jifen.intake.occasions import Person
from jifen.intake.relations.deriving import Sent
from jifen.intake.stock.for_all import TakenByAll
from jifen.intake.stock.shelves import Shelves
from jifen.intake.versions.opening import OpenProgramme
from jifen.intake.versions.unseen import without
from jifen.ledger.book import PLACE, Batch, Book
from jifen.ledger.exchanging import Made
from jifen.ledger.load_moves import Move
from jifen.ledger.load_uses import Used
from jifen.ledger.paying import Payment
from jifen.ledger.records import Lot

HistoryKey = tuple[int, int, bytes]
"""Where an event stands in a member's history: occurred_at, sequence, id as bytes."""

Told = list[tuple[str, dict[str, Any]]]
"""What others are told of a command: names and payloads, as they go to the outbox."""

COMMANDS: Final = PLACE[COMMAND.name]
EVENTS: Final = PLACE[EVENT.name]
RETURNS: Final = PLACE[EVENT_RETURN.name]
AWARDS: Final = PLACE[AWARD.name]
TOLD: Final = PLACE[OUTBOX.name]

EVENTS_PER_CHECKPOINT: Final = 256

encode_json = msgspec.json.Encoder(order="deterministic").encode


@dataclass(slots=True, weakref_slot=True)
class Case:
    """The working copy of a member: everything a batch may change of it, and the book of its points."""

    external_id: str
    joined_at: int
    joined_day: int
    opened_at: int  # of the opening; LONG_AGO if there was none
    facts: dict[str, Known]  # as known now
    facts_since: int  # when the last of them began to hold
    member_seq: int
    chain: bytes
    state: list[int]
    events_evaluated: int
    last: HistoryKey
    book: Book
    next_due_at: int  # as stored; the book's goes on
    revision: int  # as stored: of the timeline last evaluated under
    survivor_id: bytes  # of whom it was merged into, else its own
    unseen: frozenset[int] = frozenset()  # corrections that came once it was merged
    tier: int | None = (
        None  # the code of the tier behind the last event of this batch, None before one
    )
    facts_over_time: FactsOverTime | None = (
        None  # where something is asked from before a change of them
    )
    caught_up: bool = False  # with corrections of the programme that touch its past

    @property
    def touched(self) -> bool:
        """Whether there is something to write: rows, or only that nothing is due any more, or caught up with."""
        return bool(self.book.rows) or self.caught_up or self.book.next_due_at != self.next_due_at

    @property
    def merged(self) -> bool:
        """Whether another member acts for this one."""
        return self.survivor_id != self.member_id

    @property
    def guest(self) -> bool:
        """Whether nobody knows who it is: nothing can be used before a member claims it."""
        return GUEST in self.facts

    @property
    def person(self) -> Person:
        """Whose birthday and anniversary come round."""
        return Person(self.external_id, self.joined_at, self.facts)

    @property
    def member_id(self) -> bytes:
        """The member's 16 bytes."""
        return self.book.member_id


@dataclass(slots=True)
class Work:
    """A batch: the programme, the present, who asks what is being decided, and the rows that are not a book's."""

    programme: OpenProgramme
    batch: Batch
    now: int
    actor: str
    imported: bool
    uses: dict[str, Used] = field(default_factory=dict)
    """What is to be given back, by the key of the command that used it."""
    payments: dict[str, Payment] = field(default_factory=dict)
    """What events of this batch are paid with, by their ids."""
    offs: dict[str, OffTaken] = field(default_factory=dict)
    """What rewards take off events of this batch, by their ids."""
    rewards_used: dict[str, Counter[int]] = field(default_factory=dict)
    """How many of which rewards, by their numbers, do so."""
    paid: dict[str, dict[str, int]] = field(default_factory=dict)
    """With how many points and rewards events were paid that are returned now, by their ids."""
    events: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    """Whose the events are whose points are confirmed, and their numbers, by their ids."""
    heirs: dict[str, list[Lot]] = field(default_factory=dict)
    """Of such events from before a merge: the lots that came to the survivor."""
    confirmed: dict[tuple[bytes, int], int] = field(default_factory=dict)
    """When points of events became available with whoever had them, by member and number of the event."""
    belongings: Belongings = field(default_factory=Belongings)
    moves: dict[str, Move] = field(default_factory=dict)
    """What transfers have moved that may be given back, by their keys."""
    exchanges: dict[str, Made] = field(default_factory=dict)
    """What was exchanged or redeemed that may be undone, by its key."""
    exchanged: dict[bytes, set[int]] = field(default_factory=dict)
    """The exchanges and redemptions that members made or undid, by the numbers of their commands."""
    quoting: bool = False  # nothing of it will stand, so that no money is taken for it
    parted: set[bytes] = field(default_factory=set)  # members who are by themselves again
    closed: set[str] = field(default_factory=set)
    """Members who were merged, as they are called from now on: what waits for them is taken now."""
    with_deeds: frozenset[bytes] = frozenset()
    """Members who are too late to name who brought them."""
    referrers: dict[str, str] = field(default_factory=dict)
    """Who brought whom, from those upwards who are named now."""
    in_circles: frozenset[bytes] = frozenset()
    """Members who are no friends, as by a merge they have brought those who brought them."""
    orders: Orders = field(default_factory=Orders)
    budgets: Budgets = field(default_factory=Budgets)
    pools: Pools = field(default_factory=Pools)
    """What may be taken from pools of codes, and what is."""
    taken_by_all: TakenByAll = field(default_factory=TakenByAll)
    """What all members took of the rewards of which they may have only so many together."""
    shelves: Shelves = field(default_factory=Shelves)
    """What is left of the rewards that are redeemed."""
    wheels: Wheels = field(default_factory=dict)
    """The rounds of lucky draws that are spun."""
    keys: list[bytes] = field(default_factory=list)  # packed rows of command_key
    sent: list[Sent] = field(default_factory=list)
    """What deeds of the batch bring about for others."""
    senders: list[str] = field(default_factory=list)
    """Who asked for these deeds, one by one."""
    occasions: list[Sent] = field(default_factory=list)
    """Days of members that have come."""
    refused: list[bytes] = field(default_factory=list)  # packed rows of refused_body
    checkpoints: list[bytes] = field(default_factory=list)  # packed rows of checkpoint
    forgotten: list[tuple[bytes, HistoryKey]] = field(default_factory=list)
    """Members and places in history from which on their checkpoints no longer hold."""

    def of(self, case: Case) -> Work:
        """The same batch for one of its members, by the programme as that member is judged."""
        if not case.unseen:
            return self
        return replace(self, programme=without(self.programme, case.unseen))

    def send(self, things: Sequence[Sent], actor: str | None = None) -> None:
        """Put what a deed brings about on its way, in the name of who asked for the deed unless said otherwise."""
        self.sent += things
        self.senders += [actor or self.actor] * len(things)

    @property
    def recipients(self) -> set[str]:
        """Members into whose inboxes the batch puts something, or whose inboxes it leaves to them."""
        return self.closed | {one.recipient for one in (*self.sent, *self.occasions)}


def record(
    work: Work,
    case: Case,
    seq: int,
    *,
    key: str,
    kind: str,
    occurred_at: int,
    body: bytes,
    answer: Answer,
    told: Sequence[tuple[str, dict[str, Any]]] = (),
) -> None:
    """Journal a decided command, and what others are told of it, also of the campaigns that it closed.

    A settlement is asked by nobody: it is the clock's, and its key is not claimed.
    """
    batch = work.batch
    rows = case.book.rows
    packed = COMMAND.pack(
        batch.programme_id,
        case.book.member_id,
        seq,
        batch.batch_id,
        work.now,
        occurred_at,
        key,
        kind,
        CLOCK if kind == "settle" else work.actor,
        body,
        encode_json(answer),
    )
    rows.append((seq, COMMANDS, packed))
    if kind != "settle":
        work.keys.append(COMMAND_KEY.pack(batch.programme_id, key, case.book.member_id, seq))
    if work.budgets.untold:
        closed = work.budgets.untold.pop(Closing(case.member_id, seq), ())
        said = [("campaign.closed", {"member": case.external_id, **one}) for one in closed]
        told = [*told, *said]
    for row_no, (name, payload) in enumerate(told):
        packed = OUTBOX.pack(
            batch.programme_id, case.book.member_id, seq, row_no, name, encode_json(payload)
        )
        rows.append((seq, TOLD, packed))
    case.member_seq = seq


def tell_besides(work: Work, case: Case, seq: int, name: str, payload: dict[str, Any]) -> None:
    """Tell others one thing more of a command of this batch that is journalled already."""
    rows = case.book.rows
    row_no = sum(of == seq and place == TOLD for of, place, _ in rows)
    owner = work.batch.programme_id, case.book.member_id, seq
    rows.append((seq, TOLD, OUTBOX.pack(*owner, row_no, name, encode_json(payload))))


def keep_refused(work: Work, case: Case, body: bytes) -> bytes:
    """Keep what is refused as long as a retry is told so; what the journal keeps of it."""
    owner = work.batch.programme_id, case.book.member_id, case.member_seq + 1
    work.refused.append(REFUSED_BODY.pack(*owner, work.now, body))
    return body_of_refused(body)


def add_award(
    work: Work, case: Case, seq: int, row_no: int, event_seq: int, found: Evaluation | None
) -> None:
    """Keep the evaluation of an event; None says that nothing is left of the event."""
    packed = AWARD.pack(
        work.batch.programme_id,
        case.book.member_id,
        seq,
        row_no,
        event_seq,
        found.plan.revision if found else 0,
        found.tier if found else 0,
        found.reasons if found else b"",
        found.packed_components if found else b"",
    )
    case.book.rows.append((seq, AWARDS, packed))


def keep_checkpoint(work: Work, case: Case, key: HistoryKey, events: int, state: list[int]) -> None:
    """Remember the state behind an event, for corrections to start from."""
    packed = CHECKPOINT.pack(
        work.batch.programme_id,
        case.book.member_id,
        key[0],
        key[1],
        key[2].decode(),
        events,
        work.programme.engine.layout.generation,
        state_bytes(state),
    )
    work.checkpoints.append(packed)


def state_bytes(state: Sequence[int]) -> bytes:
    """A state as member.state holds it: int64, little endian on every machine we support."""
    return array("q", state).tobytes()


def state_list(packed: bytes) -> list[int]:
    """The working form of a stored state."""
    return array("q", packed).tolist()


def local_day(programme: OpenProgramme, instant: int) -> int:
    """The local day of an instant in the programme's zone."""
    return local_day_of(instant, programme.zone)
