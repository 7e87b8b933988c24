"""How what a story asks is asked: in this process, or as anything else answers that does the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Protocol

import psycopg

from jifen.enquiry.member import MemberView, member_view
from jifen.enquiry.stock import ShelfView, stock_of
from jifen.enquiry.why import why
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.bodies import Body, only
from jifen.intake.asking.member_commands import Refer
from jifen.intake.asking.normalise import command_of
from jifen.intake.asking.reward_bodies import draw_named
from jifen.intake.asking.scalars import Malformed
from jifen.intake.details import not_understood
from jifen.intake.draws.rounds import RoundRefused, close_round, open_round
from jifen.intake.gathering.enrolling import NewMember, NotEnrolled, enrol_members
from jifen.intake.stock.changing import change_stock, stock_change_of
from jifen.intake.submitting import quote, submit
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.proof.differences import Language
from jifen.stories.model import Member

ACTOR = "story"


class Asking(Protocol):
    """What a story needs of a bank, of a programme as it stands."""

    def enrol(self, programme: OpenProgramme, members: Sequence[Member]) -> Answer | None:
        """Let members join, and those who brought them be known; the answer if that is refused."""

    def submit(self, programme: OpenProgramme, kind: str, bodies: Sequence[Body]) -> list[Answered]:
        """The answers to commands of a kind."""

    def quote(self, programme: OpenProgramme, kind: str, body: Body) -> Answered:
        """What a command would be answered."""

    def stock(self, programme: OpenProgramme, body: Body) -> Answered:
        """What a change of stock is answered: that it was done, or why not."""

    def turn_round(self, programme: OpenProgramme, body: Body, *, opening: bool) -> Answered:
        """Open the next round of a lucky draw, with the seed that it has in every story, or close the open one: that it
        was done, or why not."""

    def shelves(self, programme: OpenProgramme) -> Sequence[ShelfView]:
        """What is left of every reward that is counted."""

    def look(self, programme: OpenProgramme, member: str) -> MemberView:
        """A member at a glance. Raises UnknownMember."""

    def why(self, programme: OpenProgramme, event: str) -> tuple[str, ...]:
        """The why of an event. Raises UnknownEvent."""


class Directly:
    """Asks in this process, over one connection."""

    def __init__(self, connection: psycopg.Connection[Any], language: Language = "en") -> None:
        self._connection = connection
        self._language = language

    def enrol(self, programme: OpenProgramme, members: Sequence[Member]) -> Answer | None:
        now = now_of(programme)
        newcomers = [
            NewMember(
                id=member.id,
                joined_at=now if member.joined_at is None else member.joined_at,
                facts=dict(member.facts),
            )
            for member in members
        ]
        try:
            enrol_members(self._connection, programme, newcomers, now=now, actor=ACTOR)
        except NotEnrolled as error:
            detail = not_understood(error.message)
            return Answer(state="refused", refusal=error.refusal.code, detail=detail)
        brought = [
            Refer(id=member.id, member=member.id, referrer=member.referrer)
            for member in members
            if member.referrer is not None
        ]
        if brought:
            submit(self._connection, programme, brought, now=now, actor=ACTOR)
        return None

    def submit(self, programme: OpenProgramme, kind: str, bodies: Sequence[Body]) -> list[Answered]:
        try:
            commands = [
                command_of(kind, body, programme.programme, programme.zone) for body in bodies
            ]
        except Malformed as error:
            return [Answered(misunderstood(error))]
        return submit(self._connection, programme, commands, now=now_of(programme), actor=ACTOR)

    def quote(self, programme: OpenProgramme, kind: str, body: Body) -> Answered:
        try:
            command = command_of(kind, body, programme.programme, programme.zone)
        except Malformed as error:
            return Answered(misunderstood(error))
        return Answered(quote(self._connection, programme, command, now=now_of(programme)))

    def stock(self, programme: OpenProgramme, body: Body) -> Answered:
        try:
            asked = stock_change_of(body, programme)
        except Malformed as error:
            return Answered(misunderstood(error))
        done = change_stock(self._connection, programme, asked, now=now_of(programme), actor=ACTOR)
        answer = Answer(state=done.state, refusal=done.refusal, detail=done.detail)
        return Answered(answer, done.replayed)

    def turn_round(self, programme: OpenProgramme, body: Body, *, opening: bool) -> Answered:
        now, connection = now_of(programme), self._connection
        try:
            only(body, ("draw",))
            draw = draw_named(body.get("draw"), programme.engine.plan_at(now).programme, "/draw")
            if opening:
                seed = hashlib.sha256(draw.id.encode()).digest()
                open_round(connection, programme, draw, now=now, actor=ACTOR, seed=seed)
            else:
                close_round(connection, programme, draw.id, now=now, actor=ACTOR)
        except Malformed as error:
            return Answered(misunderstood(error))
        except RoundRefused as no:
            return Answered(Answer(state="refused", refusal=no.refusal.code))
        return Answered(Answer())

    def shelves(self, programme: OpenProgramme) -> Sequence[ShelfView]:
        return stock_of(self._connection, programme)

    def look(self, programme: OpenProgramme, member: str) -> MemberView:
        return member_view(self._connection, programme, member, now_of(programme))

    def why(self, programme: OpenProgramme, event: str) -> tuple[str, ...]:
        return tuple(why(self._connection, programme, event, self._language).sentences)


def misunderstood(error: Malformed) -> Answer:
    """The answer to what cannot be understood."""
    return Answer(state="refused", refusal=error.refusal, detail=not_understood(error.said))
