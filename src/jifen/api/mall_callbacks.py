"""What mall providers ask of us, each answered in the provider's own form: gather, decide, ask the bank.

An order is a hold under the provider's number; its notice captures or voids it. Whoever was killed amid that is asked
again by the provider, and finds what stands (docs/decisions/0060).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeVar

import psycopg
from litestar import MediaType, Request, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.params import FromPath

from jifen.api.command_queue import Asker
from jifen.api.commands import Commands, told
from jifen.api.problem import Problem
from jifen.api.reading import Readers
from jifen.db.adapting import cursor
from jifen.enquiry.finding import UnknownMember
from jifen.intake.asking.scalars import Malformed
from jifen.intake.clock import real_now
from jifen.intake.gathering.enrolling import NotEnrolled
from jifen.intake.versions.opening import OpenProgramme, UnknownProgramme
from jifen.mall_provider import orders
from jifen.mall_provider.callbacks import (
    Addition,
    BalanceAsked,
    Believed,
    Deduction,
    Deed,
    NotDone,
    Notice,
    parameters_of,
    read,
)
from jifen.mall_provider.looking import Purse, held_for, purse_of
from jifen.mall_provider.notices import hear, is_failed, settle_notice
from jifen.mall_provider.orders import Command, id_of, next_step
from jifen.mall_provider.providers import Provider, UnknownProvider, find_provider, secrets_of
from jifen.wording import Said

MOST_LOOKS: Final = 3
"""How often a notice looks again where time went past a hold while it was decided about."""
Result = TypeVar("Result")
_ASKED_SO: Final = [HttpMethod.GET, HttpMethod.POST]
_NO_SUCH_MEMBER: Final = Said("there is no such member", "没有这个会员")


class _Sight(NamedTuple):
    """The bank as it stands at a moment."""

    connection: psycopg.Connection[Any]
    programme: OpenProgramme
    now: int


@dataclass(frozen=True, slots=True)
class _Mall:
    """A provider whose callback is believed, and the bank that it asks."""

    readers: Readers
    commands: Commands
    slug: str
    provider: Provider

    async def look(self, see: Callable[[_Sight], Result]) -> Result:
        """What is to be seen in the bank."""
        return await _looked(self.readers, self.slug, see)

    async def ask(self, command: Command) -> None:
        """Have a command done, or find that it was. Raises NotDone, as it was refused."""
        actor = f"{orders.ACTOR}/{self.provider.id}"
        try:
            told(await self.commands.ask(Asker(self.slug, actor, actor), *command))
        except Problem as problem:
            if problem.status >= 500:
                raise
            raise NotDone(problem.code, problem.said) from None
        except Malformed as malformed:
            raise NotDone(malformed.refusal, malformed.said) from None
        except (UnknownMember, NotEnrolled):
            raise NotDone("unknown_member", _NO_SUCH_MEMBER) from None

    async def purse(self, member: str) -> Purse:
        """What a member has. Raises NotDone."""
        try:
            return await self.look(
                lambda sight: purse_of(
                    sight.connection, sight.programme, member, self.provider.currency, sight.now
                )
            )
        except UnknownMember:
            raise NotDone("unknown_member", _NO_SUCH_MEMBER) from None

    async def deduct(self, asked: Deduction) -> str:
        """Set an order's points aside; our number of it. Raises NotDone.

        A notice that it failed may overtake it. Either the notice finds the hold, or we, looking behind it, the notice.
        """
        provider = self.provider
        await self.ask(
            orders.deduction(
                provider.id, asked, currency=provider.currency, hold_hours=provider.hold_hours
            )
        )
        if await self.is_failed(asked.order):
            await self.settle(asked.order, success=False, tries=0)
            raise NotDone("order_closed")
        held = await self.held(asked.order)
        if held is None or held.state in ("voided", "timed_out"):
            raise NotDone("order_closed")  # since it was asked for the first time
        return id_of(provider.id, asked.order)

    async def add(self, asked: Addition) -> str:
        """Give points, or give them back; our number of it. Raises NotDone."""
        held = await self.held(asked.order) if asked.gives_back else None
        command = orders.addition(self.provider.id, asked, held, currency=self.provider.currency)
        await self.ask(command)
        return str(command.body["id"])

    async def hear(self, notice: Notice) -> None:
        """Do what a notice brings, if that is not done. Raises NotDone where it cannot be."""
        heard = await self.look(
            lambda sight: hear(
                sight.connection, sight.programme.programme_id, self.provider.id, notice, real_now()
            )
        )
        if heard.success != notice.success:
            raise NotDone("not_settled")
        if heard.outcome == "open":
            await self.settle(notice.order, success=notice.success, tries=heard.tries)

    async def settle(self, order: str, *, success: bool, tries: int) -> None:
        """End an order as it was told, and note how. Raises NotDone where somebody has to look at it."""
        for _ in range(MOST_LOOKS):
            held = await self.held(order)
            step = next_step(self.provider.id, order, success=success, held=held, tries=tries)
            outcome, refusal = step.outcome, step.refusal
            if step.command is not None:
                try:
                    await self.ask(step.command)
                except NotDone as refused:
                    outcome, refusal = "open", refused.code
            if refusal != "hold_closed" or step.command is None:
                break
        refused_it = outcome == "open" and step.command is not None
        await self.look(
            lambda sight: settle_notice(
                sight.connection, sight.programme.programme_id, self.provider.id, order, outcome,
                refusal=refusal, tries=tries, refused=refused_it,
            )
        )  # fmt: skip
        if outcome == "open":
            raise NotDone("not_settled")

    async def is_failed(self, order: str) -> bool:
        """Whether an order was told to have failed."""
        return await self.look(
            lambda sight: is_failed(
                sight.connection, sight.programme.programme_id, self.provider.id, order
            )
        )

    async def held(self, order: str) -> orders.Held | None:
        """What was set aside for an order."""
        return await self.look(
            lambda sight: held_for(
                sight.connection, sight.programme, self.provider.id, order, sight.now
            )
        )


@route(
    "/v1/mall/{programme:str}/{provider:str}/{deed:str}",
    http_method=_ASKED_SO,
    status_code=200,
    summary="What a mall asks about points",
)
async def answer_mall(
    request: Request[Any, Any, Any],
    readers: NamedDependency[Readers],
    commands: NamedDependency[Commands],
    programme: FromPath[str],
    provider: FromPath[str],
    deed: FromPath[Literal["balance", "deduct", "add"]],
) -> dict[str, str]:
    """How many points there are, to set some aside for an order, or to add some."""
    mall: _Mall | None = None
    member = None
    try:
        mall, asked = await _believed(request, readers, commands, programme, provider, deed)
        assert not isinstance(asked, Notice)
        member = asked.member
        match asked:
            case BalanceAsked():
                number = ""
            case Deduction():
                number = await mall.deduct(asked)
            case Addition():
                number = await mall.add(asked)
        purse = await mall.purse(member)
    except NotDone as not_done:
        said = {"status": "fail", "errorMessage": not_done.said.zh, "code": not_done.code}
        return said | await _credits_if_known(mall, member)
    named = {"bizId": number} if number else {}
    return {"status": "ok", "errorMessage": "", **named, "credits": str(purse.credits)}


@route(
    "/v1/mall/{programme:str}/{provider:str}/notice",
    http_method=_ASKED_SO,
    status_code=200,
    media_type=MediaType.TEXT,
    summary="How a mall's order ended",
)
async def hear_mall(
    request: Request[Any, Any, Any],
    readers: NamedDependency[Readers],
    commands: NamedDependency[Commands],
    programme: FromPath[str],
    provider: FromPath[str],
) -> str:
    """`ok` once nothing more is to be done about it; anything else lets the provider tell it again."""
    try:
        mall, asked = await _believed(request, readers, commands, programme, provider, "notice")
        assert isinstance(asked, Notice)
        await mall.hear(asked)
    except NotDone as not_done:
        return f"fail: {not_done.code}"
    return "ok"


async def _believed(
    request: Request[Any, Any, Any],
    readers: Readers,
    commands: Commands,
    slug: str,
    provider_id: str,
    deed: Deed,
) -> tuple[_Mall, BalanceAsked | Deduction | Addition | Notice]:
    """Who asks, and what, where it is to be believed. Raises NotDone."""
    parameters = parameters_of(request.scope["query_string"], await request.body())

    def see(sight: _Sight) -> tuple[Provider, BalanceAsked | Deduction | Addition | Notice]:
        programme_id, now = sight.programme.programme_id, real_now()
        provider = find_provider(sight.connection, programme_id, provider_id)
        if provider.revoked_at is not None:
            raise UnknownProvider
        secrets = secrets_of(sight.connection, programme_id, provider_id, now)
        believed = Believed(provider.app_key, secrets, provider.may, provider.skew_minutes)
        return provider, read(deed, parameters, believed, now)

    try:
        provider, asked = await _looked(readers, slug, see)
    except (UnknownProgramme, UnknownProvider):
        raise NotDone("wrong_app_key") from None
    return _Mall(readers, commands, slug, provider), asked


async def _credits_if_known(mall: _Mall | None, member: str | None) -> dict[str, str]:
    """What a member has, where we know of whom a callback that is to be believed speaks."""
    if mall is None or member is None:
        return {}
    try:
        purse = await mall.purse(member)
    except NotDone:
        return {}
    return {"credits": str(purse.credits)}


async def _looked(readers: Readers, slug: str, see: Callable[[_Sight], Result]) -> Result:
    def seen() -> Result:
        with readers.connection() as connection, cursor(connection) as sql:
            programme = readers.programmes.seen_by(sql, slug)
            moved = programme.test_now
            return see(_Sight(connection, programme, real_now() if moved is None else moved))

    return await asyncio.to_thread(seen)
