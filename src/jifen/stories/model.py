"""What a story says, after reading: members, steps, and what is expected after each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from jifen.engine.events import Known
from jifen.intake.asking.scalars import Raw
from jifen.programme.model import Programme
from jifen.programme.reading.nodes import Node

Verb = Literal[
    "event",
    "return",
    "spend",
    "redeem",
    "use",
    "spin",
    "hold",
    "capture",
    "void",
    "cancel",
    "cancel_order",
    "take_back",
    "approve",
    "reschedule",
    "ship",
    "close",
    "pick_up",
    "confirm",
    "transfer",
    "exchange",
    "group",
    "adjust",
    "revive",
    "freeze",
    "unfreeze",
    "set_fact",
    "set_tier",
    "refer",
    "merge",
    "claim",
    "unmerge",
    "opening",
    "quote",
    "enrol",
    "stock",
    "open_round",
    "close_round",
    "publish",
    "correct",
    "advance_to",
]


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in the story. `joined_at` None: since the story begins. `said`: the facts as they are written."""

    id: str
    joined_at: int | None
    facts: Mapping[str, Known]
    said: Mapping[str, Raw]
    referrer: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A new version of the programme, from a moment on (None: from now on).

    `corrects`: it corrects the past from then on until `effective_until` (None: for good), and is posted at once.
    """

    document: str
    effective_from: int | None
    effective_until: int | None = None
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: go to `at`, do the verb, look.

    `body` is what the verb is given, still text; for `quote`, `kind` is the verb inside it. `answer` and
    `expect` are kept as written, with their lines. `at` None: no time passes.
    """

    number: int
    line: int
    at: int | None
    verb: Verb | None
    kind: str
    body: Mapping[str, Raw]
    member: Member | None
    publication: Publication | None
    answer: Node | None
    refused: str | None
    replayed: bool | None
    expect: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Story:
    """A whole story of a file. `document` is the programme's text, `document_file` where it stands."""

    title: str
    file: Path
    line: int
    document: str
    programme: Programme
    zone: ZoneInfo
    members: tuple[Member, ...]
    steps: tuple[Step, ...]

    @property
    def begins_at(self) -> int:
        """The first instant that the story speaks of."""
        joined = [member.joined_at for member in self.members if member.joined_at is not None]
        return min([*joined, *(step.at for step in self.steps if step.at is not None)], default=0)
