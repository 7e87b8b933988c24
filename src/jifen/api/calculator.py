"""The calculator over HTTP: what it takes until a member can have a reward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jifen.api.asking_by_themself import by_themself
from jifen.api.documents import Document, by_currency, number
from jifen.api.member_access import QUOTED
from jifen.api.visiting import Asked, Visit, Visitors
from jifen.enquiry.calculator import MOST_DAYS, PastIsNeeded, Reckoned, reckon
from jifen.enquiry.finding import UnknownMember
from jifen.instants import moment_of
from jifen.intake.asking import scalars
from jifen.intake.asking.bodies import only
from jifen.intake.asking.commands import Event, Redeem
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.ledger.refusals import Refusal
from jifen.money import decimal_text


@post(
    "/v1/members/{member:str}/calculator",
    status_code=200,
    summary="What it takes until a member can have a reward",
)
async def calculate(
    request: Request[Any, Any, Any], visitors: NamedDependency[Visitors], member: FromPath[str]
) -> Document:
    """How often the `event` must be done, and how much one must be worth, until `redeem` is answered yes; nothing is
    written."""

    def look(visit: Visit, body: Asked) -> Document:
        only(body, {"redeem", "event", "every_days"})
        named = visit.caller.named(member)
        wanted, deed = (_command(visit, kind, body, named) for kind in ("redeem", "event"))
        assert isinstance(wanted, Redeem)
        assert isinstance(deed, Event)
        days = body.get("every_days")
        every = 0 if days is None else scalars.whole(days, 0, MOST_DAYS, "/every_days")
        try:
            found = reckon(
                visit.connection, visit.programme, wanted, deed, every_days=every, now=visit.now
            )
        except PastIsNeeded:
            raise Malformed(
                "/event",
                "expected a deed that earns by itself",
                "应为自身即可得分的事件",
            ) from None
        if found.refusal == Refusal.UNKNOWN_MEMBER.code:
            raise UnknownMember(named)
        return _told(found, wanted, visit)

    return await visitors.ask(request, "read", look, members=True)


def _command(visit: Visit, kind: str, body: Mapping[str, Raw], member: str) -> Event | Redeem:
    asked = body.get(kind)
    if not isinstance(asked, dict):
        raise Malformed(f"/{kind}", "expected an object", "应为对象")
    if visit.caller.member is not None:
        asked = by_themself(visit.caller, kind, asked, QUOTED)
    said = {"id": "calculator", **asked, "member": member}
    try:
        command = command_of(kind, said, visit.programme.programme, visit.programme.zone)
    except Malformed as fault:
        pointer = f"/{kind}{fault.pointer}"
        raise Malformed(pointer, fault.en, fault.zh, refusal=fault.refusal) from None
    assert isinstance(command, Event | Redeem)
    return command


def _told(found: Reckoned, wanted: Redeem, visit: Visit) -> Document:
    programme = visit.programme.programme
    return {
        "member": found.member,
        "times": found.times,
        "at": None if found.at is None else moment_of(found.at, visit.programme.zone).isoformat(),
        "amount": None
        if found.amount is None
        else decimal_text(found.amount, programme.money_scale),
        "given": by_currency(found.given, programme.currencies),
        "taken": None
        if found.taken is None
        else number(found.taken, programme.scales[wanted.currency]),
        "refusal": found.refusal,
    }
