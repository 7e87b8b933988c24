"""What a story asks, asked of a server as a shop asks it: enrolments, commands, quotes, members and the why of events.

What no key may do is done at the bank itself, as on the command line: programmes are made and published there, their
clocks moved, rounds of draws opened with a seed that is known, and the past corrected. There join, too, those who do so
later than the story begins, or who name somebody with whom they join: over HTTP people join one by one, and now.
Notices lie in the outbox and are read there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self, cast

import httpx
import psycopg

from jifen.api.access import make_key
from jifen.api.commands import KINDS, OF_ONE, about_field
from jifen.api.key_terms import ApiKeyTerms
from jifen.client import Answer as Told
from jifen.client import Client, NotFound, Problem, Retrying
from jifen.client.asking import Request
from jifen.client.writing import Value, command, commands, encoded, path_of
from jifen.enquiry.finding import UnknownEvent, UnknownMember
from jifen.enquiry.member import MemberView
from jifen.enquiry.stock import ShelfView
from jifen.instants import moment_of
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.bodies import Body
from jifen.intake.clock import real_now
from jifen.intake.versions.opening import OpenProgramme, now_of
from jifen.proof.differences import Language
from jifen.stories.asking import ACTOR, Directly
from jifen.stories.hearing import answer_heard, member_heard, refusal_heard
from jifen.stories.model import Member

_NOUNS: Final = {kind: noun for noun, kind in KINDS.items()}
_VERBS: Final = {kind: of for of, kind in OF_ONE.items() if kind not in _NOUNS}
_AT_ONCE: Final = Retrying(first_seconds=0.0)


class OverHttp:
    """Asks a server at an address, with a key of its own for every programme. To be used with `with`."""

    def __init__(
        self, connection: psycopg.Connection[Any], url: str, language: Language = "en"
    ) -> None:
        self._connection = connection
        self._url = url
        self._language = language
        self._directly = Directly(connection)
        self._http = httpx.Client(trust_env=False, timeout=60.0)
        self._keys: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def enrol(self, programme: OpenProgramme, members: Sequence[Member]) -> Answer | None:
        client = self._client(programme)
        together = _only_together(members, now_of(programme))
        one_by_one = [one for one in members if one not in together]
        for member in one_by_one:
            joined_at = None if member.joined_at is None else moment_of(member.joined_at)
            try:
                client.members.create(member.id, joined_at=joined_at, facts=_told(member.said))
            except Problem as problem:
                return refusal_heard(problem, programme)
        if together:
            self._directly.enrol(programme, together)
        for member in one_by_one:
            if member.referrer is not None:
                client.members.refer(member.id, referrer=member.referrer, id=member.id)
        return None

    def submit(self, programme: OpenProgramme, kind: str, bodies: Sequence[Body]) -> list[Answered]:
        client = self._client(programme)
        if len(bodies) > 1:
            told: list[Told | Problem] = client.send(
                commands(path_of(_NOUNS[kind]), [_told(body) for body in bodies])
            )
        else:
            told = [_asked(client, kind, bodies[0])]
        return [
            Answered(refusal_heard(one, programme), one.replayed)
            if isinstance(one, Problem)
            else Answered(answer_heard(one, programme), one.replayed)
            for one in told
        ]

    def quote(self, programme: OpenProgramme, kind: str, body: Body) -> Answered:
        try:
            told = self._client(programme).quotes.create(kind, **_told(body))
        except Problem as problem:
            return Answered(refusal_heard(problem, programme))
        return Answered(answer_heard(told, programme))

    def stock(self, programme: OpenProgramme, body: Body) -> Answered:
        client = self._client(programme)
        request = Request(
            "POST", "/v1/stock", _replayed, body=encoded(_told(body)), id=str(body["id"])
        )
        try:
            return Answered(Answer(), client.send(request))
        except Problem as problem:
            return Answered(refusal_heard(problem, programme))

    def turn_round(self, programme: OpenProgramme, body: Body, *, opening: bool) -> Answered:
        if opening:
            return self._directly.turn_round(programme, body, opening=True)
        try:
            self._client(programme).draws.close(str(body.get("draw")))
        except Problem as problem:
            return Answered(refusal_heard(problem, programme))
        return Answered(Answer())

    def shelves(self, programme: OpenProgramme) -> Sequence[ShelfView]:
        return [
            ShelfView(reward=one.reward, place=one.place or "", left=one.left, taken=one.taken)
            for one in self._client(programme).stock.get()
        ]

    def look(self, programme: OpenProgramme, member: str) -> MemberView:
        try:
            told = self._client(programme).members.get(member)
        except NotFound:
            raise UnknownMember(member) from None
        return member_heard(told, programme)

    def why(self, programme: OpenProgramme, event: str) -> tuple[str, ...]:
        try:
            return tuple(self._client(programme).events.get(event).sentences)
        except NotFound:
            raise UnknownEvent(event) from None

    def _client(self, programme: OpenProgramme) -> Client:
        key = self._keys.get(programme.slug)
        if key is None:
            terms = ApiKeyTerms(name=ACTOR, scopes=("read", "write"))
            key = self._keys[programme.slug] = make_key(
                self._connection, programme.programme_id, terms, now=real_now(), actor=ACTOR
            )
        return Client(self._url, key, language=self._language, retrying=_AT_ONCE, http=self._http)


def _only_together(members: Sequence[Member], now: int) -> list[Member]:
    """Those who join later, or are related to somebody who joins with them."""
    names = {member.id for member in members}
    return [
        one
        for one in members
        if (one.joined_at is not None and one.joined_at > now)
        or any(said in names - {one.id} for said in one.said.values() if isinstance(said, str))
    ]


def _asked(client: Client, kind: str, body: Body) -> Told | Problem:
    try:
        return client.send(command(*_address(kind, body)))
    except Problem as problem:
        return problem


def _address(kind: str, body: Body) -> tuple[str, str, Mapping[str, Value]]:
    """Where a command of a kind goes, its id, and what the address does not say."""
    id = str(body["id"])
    if kind in _NOUNS:
        return path_of(_NOUNS[kind]), id, _told(body)
    noun, verb = _VERBS[kind]
    about = about_field(noun, kind)
    rest = {name: said for name, said in body.items() if name != about}
    return path_of(noun, str(body.get(about)), verb), id, _told(rest)


def _replayed(response: httpx.Response) -> bool:
    return bool(response.headers.get("idempotent-replayed") == "true")


def _told(body: Body) -> Mapping[str, Value]:
    """What a story says, which has no floats: its numbers are text."""
    return cast(Mapping[str, Value], body)
