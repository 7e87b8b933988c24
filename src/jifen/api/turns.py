"""What waits to be written, by whose it is: each in turn, so that the many of one hold up nobody's few."""

from __future__ import annotations

from collections import deque
from typing import Generic, Protocol, TypeVar


class Waiting(Protocol):
    """What may wait: `slug` names the programme, `asker` whose turn it takes."""

    @property
    def slug(self) -> str: ...
    @property
    def asker(self) -> str: ...
    @property
    def asked_at(self) -> float: ...


Item = TypeVar("Item", bound=Waiting)


class Turns(Generic[Item]):
    """Queues of askers, of whom each belongs to one programme, in the order of their turns."""

    def __init__(self) -> None:
        self._of: dict[str, deque[Item]] = {}
        self.length = 0

    def of(self, asker: str) -> int:
        """How much of somebody waits."""
        return len(self._of.get(asker, ()))

    def add(self, item: Item) -> None:
        """Let something wait, behind what its asker has asked before."""
        self._of.setdefault(item.asker, deque()).append(item)
        self.length += 1

    def take(self, most: int) -> list[Item]:
        """What is next of one programme: one of each asker, and again, until there is no more or as much as may be."""
        slug = next((waiting[0].slug for waiting in self._of.values()), None)
        turns = deque(asker for asker, waiting in self._of.items() if waiting[0].slug == slug)
        taken: list[Item] = []
        while turns and len(taken) < most:
            asker = turns.popleft()
            waiting = self._of.pop(asker)
            taken.append(waiting.popleft())
            if waiting:
                self._of[asker] = waiting  # behind the others
                turns.append(asker)
        self.length -= len(taken)
        return taken

    def oldest_at(self) -> float | None:
        """When what waits longest was asked; None if nothing waits."""
        return min((waiting[0].asked_at for waiting in self._of.values()), default=None)
