"""The routes of commands: one of a kind, or many; each answered when it is written."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from jifen.api import problems
from jifen.api.command_queue import Asked, Asker, Busy, CommandQueue, Outcome, Outcomes, Stopping
from jifen.api.documents import answer_told
from jifen.api.problem import Problem
from jifen.api.refused import refused
from jifen.intake.asking.scalars import Raw
from jifen.operations.tally import Tally

KINDS: Final = {
    "events": "event",
    "returns": "return",
    "spends": "spend",
    "redemptions": "redeem",
    "uses": "use",
    "spins": "spin",
    "holds": "hold",
    "reversals": "cancel",
    "confirmations": "confirm",
    "transfers": "transfer",
    "exchanges": "exchange",
    "adjustments": "adjust",
    "revivals": "revive",
    "referrals": "refer",
    "merges": "merge",
    "claims": "claim",
    "openings": "opening",
}
"""By the noun of the route: what a POST to it asks."""
OF_ONE: Final = {
    ("holds", "capture"): "capture",
    ("holds", "void"): "void",
    ("holds", "cancel"): "cancel",
    ("spends", "cancel"): "cancel",
    ("redemptions", "cancel"): "cancel",
    ("exchanges", "cancel"): "cancel",
    ("orders", "approve"): "approve",
    ("orders", "reschedule"): "reschedule",
    ("orders", "ship"): "ship",
    ("orders", "close"): "close",
    ("orders", "pickup"): "pick_up",
    ("orders", "cancel"): "cancel_order",
    ("orders", "takeback"): "take_back",
    ("transfers", "cancel"): "cancel",
    ("events", "confirm"): "confirm",
    ("events", "return"): "return",
    ("members", "freeze"): "freeze",
    ("members", "unfreeze"): "unfreeze",
    ("members", "facts"): "set_fact",
    ("members", "tier"): "set_tier",
    ("members", "household"): "group",
    ("members", "unmerge"): "unmerge",
}
"""By noun and verb: what a POST to /v1/<noun>/<id>/<verb> asks of what the id names."""
_PATH: Final = re.compile(r"/v1/([a-z]+)(?:/([^/]+)/([a-z]+))?\Z")
MOST_COMMANDS: Final = 500
APPENDING, CORRECTING = "appending", "correcting"
_LOOKING_BACK: Final = frozenset(
    {
        "return", "cancel", "revive", "merge", "claim", "unmerge",
        "approve", "reschedule", "ship", "close", "pick_up", "cancel_order", "take_back",
    }
)  # fmt: skip


class Route(NamedTuple):
    """What a POST to a path asks: of which kind, and about whom or what."""

    noun: str
    kind: str
    about: str | None
    named: str  # method and path without ids, for counting


def route_of(path: str) -> Route | None:
    """The command that a path stands for, as it was sent, if any."""
    match = _PATH.match(path)
    if match is None:
        return None
    noun, about, verb = match.groups()
    if verb is None:
        kind, named = KINDS.get(noun), f"POST /v1/{noun}"
    else:
        kind, named = OF_ONE.get((noun, verb)), f"POST /v1/{noun}/{{id}}/{verb}"
    return None if kind is None else Route(noun, kind, about and unquote(about), named)


class Commands:
    """Puts commands on their way and says what came of them.

    What looks back at the past, and may change it, goes by a queue of its own, so that it holds up nobody who earns or
    spends.
    """

    def __init__(self, url: str, tally: Tally) -> None:
        self._queues = {
            name: CommandQueue(url, name, self._tell, tally.queue(name))
            for name in (APPENDING, CORRECTING)
        }
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to write, and to tell the running loop what came of it."""
        self._loop = asyncio.get_running_loop()
        for queue in self._queues.values():
            queue.start()

    def close(self) -> None:
        """Answer what waits; take nothing more."""
        for queue in self._queues.values():
            queue.close()

    def count_waiting(self) -> None:
        """Note how much waits, and for how long."""
        for queue in self._queues.values():
            queue.count_waiting()

    def _tell(self, outcomes: Outcomes) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(_settle, outcomes)

    async def ask(self, asker: Asker, kind: str, body: Mapping[str, Raw]) -> Outcome:
        """What came of one command. Raises Problem where it cannot even be tried."""
        (outcome,) = self._put(asker, kind, [body])
        return await outcome

    async def ask_all(
        self, asker: Asker, kind: str, bodies: Sequence[Mapping[str, Raw]]
    ) -> list[Outcome]:
        """What came of each of several commands, in their order. Raises Problem where not all can be tried: those that
        can be are, and asking for all again is safe."""
        return [await outcome for outcome in self._put(asker, kind, bodies)]

    def _put(
        self, asker: Asker, kind: str, bodies: Sequence[Mapping[str, Raw]]
    ) -> list[asyncio.Future[Outcome]]:
        assert self._loop is not None
        (slug, turn, actor), now = asker, time.monotonic()
        new = self._loop.create_future
        asked = [Asked(slug, kind, body, turn, actor, new(), now) for body in bodies]
        queue = self._queues[CORRECTING if kind in _LOOKING_BACK else APPENDING]
        try:
            queue.put(asked)
        except Busy:
            raise problems.BUSY() from None
        except Stopping:
            raise problems.STOPPING() from None
        return [one.outcome for one in asked]


def _settle(outcomes: Outcomes) -> None:
    for future, outcome in outcomes:
        if not future.done():  # whoever asked may have gone away
            future.set_result(outcome)


def about_field(noun: str, kind: str) -> str:
    """The field of a body that a path with an id says."""
    if kind == "unmerge":
        return "from"
    return "member" if noun == "members" else "of"


def body_of_command(route: Route, written: Raw, idempotency_key: str | None) -> dict[str, Raw]:
    """What a route and a body ask together. Raises Problem."""
    if not isinstance(written, dict):
        raise Problem(400, "malformed", problems.MALFORMED_JSON)
    about = about_field(route.noun, route.kind)
    body: dict[str, Raw] = dict(written)
    for name, said in ((about, route.about), ("id", idempotency_key)):
        if said is not None and body.setdefault(name, said) != said:
            raise Problem(400, "malformed", problems.CONTRADICTED, pointer=f"/{name}")
    return body


def told(outcome: Outcome) -> tuple[dict[str, Any], bool]:
    """The document of a command that was taken, and whether it was taken before. Raises why it was not."""
    if isinstance(outcome, Exception):
        raise outcome
    answer = outcome.answered.answer
    if answer.refusal is not None:
        raise refused(answer.refusal, answer.detail, replayed=outcome.answered.replayed)
    member = outcome.command.member or outcome.answered.member
    document = answer_told(answer, outcome.command.id, member, outcome.programme)
    return document, outcome.answered.replayed
