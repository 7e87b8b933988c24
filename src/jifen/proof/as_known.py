"""A member's history as it was known when something was asked: every part of it judged once."""

from __future__ import annotations

from bisect import insort
from operator import attrgetter, itemgetter

from jifen.intake.judging.case import EVENTS_PER_CHECKPOINT, RETURNS, HistoryKey
from jifen.intake.judging.history import BEGINNING, Start, reevaluate
from jifen.intake.judging.past_event import PastEvent
from jifen.intake.judging.payload import Returned, decode_returned
from jifen.intake.versions.opening import OpenProgramme
from jifen.proof.evaluation import History
from jifen.proof.slices import CameBack, Records


class HistoryKnown:
    """What a member had done by a command, with what those brought who are merged into it, and the state there by any
    timeline.

    Each question is about a later command than the one before. Judging goes on from where the last question stood;
    where something came into the history or came back, from the last checkpoint before it, as when it came.
    """

    def __init__(self, records: Records, history: History) -> None:
        since = records.standing.since
        came = ((since.get(event.seq, event.seq), event) for event in history.events)
        back = records.read(RETURNS)
        own = (CameBack(row[2], row[3], decode_returned(row[4])) for row in back)
        came_back = [*own, *records.standing.came_back]
        self._coming = sorted(came, key=itemgetter(0), reverse=True)
        self._coming_back = sorted(came_back, key=attrgetter("seq"))[::-1]
        self._events: list[PastEvent] = []
        self._keys: dict[int, HistoryKey] = {}  # of the events, by number
        self._returns: dict[int, list[Returned]] = {}
        self._judged: dict[int, list[Start]] = {}  # by revision: where to go on from, in order

    def state_before(self, seq: int, programme: OpenProgramme) -> list[int]:
        """The state when the command of this number was asked, by the programme as of its revision."""
        self._go_to(seq)
        beginning = Start(BEGINNING, 0, programme.engine.new_state())
        starts = self._judged.setdefault(programme.revision, [beginning])
        last = starts[-1]
        if last.events < len(self._events):
            if last.events % EVENTS_PER_CHECKPOINT:
                starts.pop()
            again = reevaluate(programme, last, self._events[last.events :], self._returns)
            starts += again.checkpoints
            if again.events % EVENTS_PER_CHECKPOINT:
                starts.append(Start(self._events[-1].key, again.events, again.state))
        return starts[-1].state

    def _go_to(self, seq: int) -> None:
        """Take in what came before a command."""
        while self._coming and self._coming[-1][0] < seq:
            _, event = self._coming.pop()
            self._keys[event.seq] = event.key
            insort(self._events, event, key=attrgetter("key"))
            self._forget(event.key)
        while self._coming_back and self._coming_back[-1].seq < seq:
            _, event_seq, returned = self._coming_back.pop()
            self._returns.setdefault(event_seq, []).append(returned)
            if event_seq in self._keys:
                self._forget(self._keys[event_seq])

    def _forget(self, key: HistoryKey) -> None:
        """Go back to before a place in history."""
        for starts in self._judged.values():
            while starts[-1].key >= key:
                starts.pop()
