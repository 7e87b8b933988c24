"""Stories come true: each on a fresh programme with a travelled clock, step by step, proved at its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from jifen.enquiry.finding import UnknownEvent, UnknownMember
from jifen.enquiry.notices import notices_of
from jifen.instants import moment_of
from jifen.intake.answers import Answer, Answered
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.intake.asking.several import for_each
from jifen.intake.details import refusal_as_said
from jifen.intake.sweeping import advance
from jifen.intake.versions.corrections import open_correction, post_correction
from jifen.intake.versions.opening import create_programme, now_of
from jifen.intake.versions.publishing import apply_version
from jifen.intake.versions.succeeding import NotPublishable
from jifen.programme.reading import nodes
from jifen.proof.differences import Difference, Language
from jifen.proof.proving import prove
from jifen.stories.asking import ACTOR, Asking, Directly, misunderstood
from jifen.stories.comparing import Mismatch, Shown, mismatches
from jifen.stories.model import Member, Publication, Step, Story
from jifen.stories.showing import (
    answer_as_told,
    member_as_told,
    notice_as_told,
    shelves_as_told,
)
from jifen.wording import Said, verbatim


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that did not go as told. `why` explains what the engine did, a sentence a line; `members` are
    those of whom something else came than was told."""

    step: Step | None
    mismatches: tuple[Mismatch, ...]
    why: tuple[str, ...] = ()
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a story; it holds if nothing failed."""

    story: Story
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        return not self.failures


def run_story(
    connection: psycopg.Connection[Any],
    story: Story,
    language: Language = "en",
    asking: Asking | None = None,
) -> Outcome:
    """Run one story to its end, also past failures, on a programme of its own in this database. What it asks is asked
    in this process, and explained in `language`, or by another way of `asking`."""
    telling = _Telling(connection, story, asking or Directly(connection, language))
    failures = [failure for step in story.steps if (failure := telling.take(step)) is not None]
    report = prove(connection, telling.programme)
    if not report.holds:
        found = tuple(
            Mismatch(story.line, "proof", verbatim(""), _proved(difference))
            for difference in report.differences
        )
        failures.append(Failure(None, found))
    return Outcome(story, tuple(failures))


class _Telling:
    """A story while it is being told: its programme as it stands, and who did what."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        story: Story,
        asking: Asking,
    ) -> None:
        self.connection = connection
        self.asking = asking
        self.story = story
        self.sequences: dict[str, str] = {}  # id of an event -> the step that first told of it
        self.doers: dict[str, str] = {}  # id of an event or hold -> member
        self.looked: dict[str, int] = {}  # member -> command up to which the notices were looked at
        self.bodies: dict[str, Mapping[str, Raw]] = {}  # id of an event -> what was told of it
        self.programme = create_programme(
            connection,
            story.document,
            slug=f"story-{uuid.uuid4().hex}",
            test_now=story.begins_at,
            now=story.begins_at,
            actor=ACTOR,
        )
        self.enrol(*story.members)

    @property
    def now(self) -> int:
        return now_of(self.programme)

    def enrol(self, *members: Member) -> Answer | None:
        """What came of it if it was refused."""
        return self.asking.enrol(self.programme, members)

    def take(self, step: Step) -> Failure | None:
        """Take one step; what differs from the telling, if anything does."""
        self.travel(step)
        answered: list[Answered] = []
        if step.member is not None:
            refused = self.enrol(step.member)
            answered = [] if refused is None else [Answered(refused)]
        elif step.publication is not None:
            try:
                self.publish(step.publication)
            except NotPublishable as error:
                wanted = Said("a new version", "新版本")
                mismatch = Mismatch(step.line, "publish", wanted, error.message)
                everybody = frozenset(member.id for member in self.story.members)
                return Failure(step, (mismatch,), members=everybody)
        elif step.verb == "stock":
            body = {"id": f"step-{step.number}", **step.body}
            answered = [self.asking.stock(self.programme, body)]
        elif step.verb in ("open_round", "close_round"):
            opening = step.verb == "open_round"
            answered = [self.asking.turn_round(self.programme, step.body, opening=opening)]
        elif step.kind:
            answered = self.ask(step)
        answers = tuple(
            mismatch for one in answered for mismatch in self.answer_mismatches(step, one)
        )
        others = tuple(self.member_mismatches(step))
        if not answers and not others:
            return None
        members = {mismatch.path.partition(".")[0] for mismatch in others}
        doer = step.body.get("member") or self.doers.get(str(step.body.get("of")))
        members |= {doer} if answers and isinstance(doer, str) else set()
        return Failure(step, answers + others, self.explanation(step), frozenset(members))

    def publish(self, publication: Publication) -> None:
        if publication.corrects:
            assert publication.effective_from is not None
            open_correction(
                self.connection,
                self.programme,
                publication.document,
                since=publication.effective_from,
                until=publication.effective_until,
                now=self.now,
                actor=ACTOR,
            )
            self.programme, _ = post_correction(
                self.connection, self.programme, now=self.now, actor=ACTOR
            )
            return
        self.programme = apply_version(
            self.connection,
            self.programme,
            publication.document,
            effective_from=publication.effective_from,
            now=self.now,
            actor=ACTOR,
        )

    def travel(self, step: Step) -> None:
        """Let time pass until the step. An event or return told of an earlier time arrives late, now."""
        if step.at is not None and step.at > self.now:
            self.programme = advance(self.connection, self.programme, step.at).programme

    def ask(self, step: Step) -> list[Answered]:
        """The answer; one for each of several members."""
        body = self.completed(step)
        try:
            bodies = for_each(step.kind, body)
        except Malformed as error:
            return [Answered(misunderstood(error))]
        if step.verb == "quote":
            return [self.asking.quote(self.programme, step.kind, one) for one in bodies]
        for one in bodies:
            doer = one.get("member") or one.get("guest")
            if isinstance(doer, str):
                self.doers.setdefault(str(one["id"]), doer)
        if step.kind == "event":
            self.bodies.setdefault(str(body["id"]), body)
        return self.asking.submit(self.programme, step.kind, bodies)

    def completed(self, step: Step) -> Mapping[str, Raw]:
        """What was told, with what a story may leave unsaid: the id, the doer, the time of a late deed."""
        body = dict(step.body)
        if "at" in body:
            body["occurred_at"] = body.pop("at")
        id = str(body.setdefault("id", f"step-{step.number}"))
        of = body.get("of")
        if isinstance(of, str) and of in self.doers:
            body.setdefault("member", self.doers[of])
        late = step.at is not None and step.at < self.now
        if late and step.kind in ("event", "return"):
            assert step.at is not None
            body.setdefault("occurred_at", moment_of(step.at).isoformat())
        elif "occurred_at" not in body and _stands_in_history(step):
            self.sequences.setdefault(id, str(step.number))
        if id in self.sequences and _stands_in_history(step):
            body.setdefault("sequence", self.sequences[id])
        if step.kind == "return" and isinstance(of, str):
            returned = body.get("lines")
            bought = self.bodies.get(of, {}).get("lines")
            if isinstance(returned, list) and isinstance(bought, list):
                body["lines"] = [_line_returned(line, bought) for line in returned]
        return body

    def answer_mismatches(self, step: Step, answered: Answered) -> Iterator[Mismatch]:
        answer = answered.answer
        if answer.refusal != step.refused:
            wanted = verbatim(step.refused) if step.refused else Said("no refusal", "不被拒绝")
            yield Mismatch(step.line, "answer", wanted, _answered(answer))
        if step.replayed is not None and answered.replayed != step.replayed:
            said = (Said("a first answer", "首次回复"), Said("a replay", "重放"))
            yield Mismatch(step.line, "answer", said[step.replayed], said[answered.replayed])
        if step.answer is not None:
            yield from mismatches(step.answer, answer_as_told(answer, self.programme), "answer")

    def member_mismatches(self, step: Step) -> Iterator[Mismatch]:
        for member, expected in step.expect.items():
            if member == "stock":
                found = shelves_as_told(self.asking.shelves(self.programme))
                yield from mismatches(expected, found, member)
                continue
            try:
                view = self.asking.look(self.programme, member)
            except UnknownMember:
                wanted, got = Said("a member", "会员"), Said("nobody of that name", "没有这个会员")
                yield Mismatch(expected.line, member, wanted, got)
            else:
                found = member_as_told(view, self.programme)
                if isinstance(expected, nodes.Mapping) and "notices" in expected.values:
                    found["notices"] = self.notices(view.id)
                yield from mismatches(expected, found, member)

    def notices(self, member: str) -> list[Shown]:
        """What the member was told since the story last looked."""
        since = self.looked.get(member, 0)
        told = notices_of(self.connection, self.programme, member, since)
        self.looked[member] = max((one.seq for one in told), default=since)
        return [notice_as_told(one.name, one.payload, self.programme) for one in told]

    def explanation(self, step: Step) -> tuple[str, ...]:
        """The why of the event that the step is about, in the spoken language."""
        event = step.body.get("of") if step.kind == "return" else step.body.get("id")
        if step.kind not in ("event", "return") or step.verb == "quote" or event not in self.bodies:
            return ()
        try:
            return self.asking.why(self.programme, str(event))
        except UnknownEvent:
            return ()


def _answered(answer: Answer) -> Said:
    """An answer in a word: the refusal with its sentence and detail, else the state."""
    if answer.refusal is None:
        return verbatim(answer.state)
    said = refusal_as_said(answer.refusal, answer.detail)
    return Said(f"{answer.refusal} ({said.en})", f"{answer.refusal}（{said.zh.rstrip('。')}）")


def _proved(difference: Difference) -> Said:
    return Said(difference.sentence("en"), difference.sentence("zh"))


def _stands_in_history(step: Step) -> bool:
    """Whether what is told has a place of its own among a member's events: an event, or what came back of none."""
    return step.kind == "event" or (step.kind == "return" and not step.body.keys() & {"of", "full"})


def _line_returned(line: Raw, bought: list[Raw]) -> Raw:
    """A returned line named by what it was, `{sku: A1}`, by its place instead."""
    if not isinstance(line, Mapping) or "line" in line:
        return line
    said = {name: line[name] for name in ("quantity", "amount") if name in line}
    named = {name: value for name, value in line.items() if name not in said}
    for number, candidate in enumerate(bought, start=1):
        if named and isinstance(candidate, Mapping) and named.items() <= candidate.items():
            return {"line": str(number), **said}
    return line
