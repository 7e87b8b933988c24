"""From a file of stories to stories. Every fault is named with its line, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from jifen.intake.asking import scalars
from jifen.intake.asking.commands import Known
from jifen.intake.asking.normalise import KINDS, fact_of
from jifen.intake.asking.scalars import Malformed, Raw
from jifen.programme.loading import not_utf8
from jifen.programme.model import Programme
from jifen.programme.problems import Problem, Problems, ProgrammeError, Wrong
from jifen.programme.reading import nodes
from jifen.programme.reading.nodes import Listing, Node, Scalar
from jifen.programme.reading.sections import NO_MAPPING, Section, items, missing, text
from jifen.stories.documents import Publications, first_document
from jifen.stories.model import Member, Publication, Step, Story, Verb
from jifen.wording import Said

AT_THE_DESK: tuple[Verb, ...] = ("stock", "open_round", "close_round")
"""What an office does, of which a story asks whether it was refused, and no answer."""
VERBS: tuple[Verb, ...] = (
    "event", "return", "spend", "redeem", "use", "spin", "hold", "capture", "void", "cancel", "confirm", "transfer",
    "group", "approve", "reschedule", "ship", "close", "pick_up", "cancel_order", "take_back",
    "adjust", "revive", "exchange", "refer", "merge", "claim", "unmerge",
    "freeze", "unfreeze", "set_fact", "set_tier", "opening", "quote", "enrol", *AT_THE_DESK,
    "publish", "correct", "advance_to",
)  # fmt: skip
PLANNED_VERBS = ("pay",)
T = TypeVar("T")
_LOOKS = ("expect", "answer", "refused", "replayed")
_BREAK = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)


def read_stories(file: Path) -> list[Story]:
    """The stories of a file. Raises ProgrammeError with line and suggestion, OSError for no file."""
    try:
        written = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProgrammeError([not_utf8(str(file))]) from None
    stories = [_story(chunk, file) for chunk in _chunks(written)]
    if not stories:
        nothing = Said("holds no story", "没有故事")
        raise ProgrammeError([Problem(str(file), 1, 1, "", nothing)])
    return stories


def _chunks(written: str) -> list[str]:
    """The documents of a file, each pushed down so that its lines keep their numbers."""
    chunks, start = [], 0
    for mark in [*_BREAK.finditer(written), None]:
        end = mark.start() if mark else len(written)
        chunk = written[start:end]
        if any(line.strip() and not line.lstrip().startswith("#") for line in chunk.splitlines()):
            chunks.append("\n" * written.count("\n", 0, start) + chunk)
        start = mark.end() if mark else end
    return chunks


def _story(written: str, file: Path) -> Story:
    problems = Problems(str(file))
    root = nodes.read_nodes(written, problems)
    section = Section(root, problems, ("story", "programme", "members", "steps"))
    title = section.need("story", text, "")
    if not isinstance(root, nodes.Mapping) or "programme" not in root.values:
        hint = Said(
            "name a template, a path, or write one here", "请写模板名、路径，或直接写出计划"
        )
        problems.add(root, missing("programme"), hint)
    problems.raise_if_any()
    document, programme = first_document(section.values["programme"], root, written, file)
    reader = _Reader(programme, problems, Publications(document, file, problems))
    members = section.read("members", reader.members, ())
    steps = section.need("steps", reader.steps, ())
    problems.raise_if_any()
    return Story(title, file, root.line, document, programme, reader.zone, members, steps)


class _Reader:
    """Reads members and steps in the terms of one programme."""

    def __init__(
        self, programme: Programme, problems: Problems, publications: Publications
    ) -> None:
        self.programme = programme
        self.problems = problems
        self.publications = publications
        self.zone = ZoneInfo(programme.timezone)

    def moment(self, node: Node) -> int:
        return _said(lambda: scalars.instant(text(node), self.zone, ""))

    def members(self, node: Node) -> tuple[Member, ...]:
        if not isinstance(node, nodes.Mapping):
            raise Wrong(Said("must be a mapping of members", "须是会员组成的映射"))
        return tuple(self.member(name, value) for name, value in node.values.items())

    def member(self, name: str, node: Node) -> Member:
        if isinstance(node, Scalar) and not node.text:
            return Member(name, None, {}, {})
        section = Section(node, self.problems, ("joined", "birthday", "facts", "referrer"))
        birthday = section.read("birthday", partial(self.fact, "birthday"), None)
        facts = section.read("facts", self.facts, {})
        said = section.read("facts", _as_written, {})
        return Member(
            name,
            section.read("joined", self.moment, None),
            {**facts, "birthday": birthday} if birthday else facts,
            {**said, "birthday": str(birthday)} if birthday else said,
            section.read("referrer", text, None),
        )

    def facts(self, node: Node) -> dict[str, Known]:
        section = Section(node, self.problems, None)
        facts: dict[str, Known] = {}
        for name in section.values:
            value = section.read(name, partial(self.fact, name), None)
            if value is not None:
                facts[name] = value
        return facts

    def fact(self, name: str, node: Node) -> Known:
        return _said(lambda: fact_of(name, plain(node), self.programme, ""))

    def steps(self, node: Node) -> tuple[Step, ...]:
        steps = [self.step(number, item) for number, item in enumerate(items(node), start=1)]
        clock = None
        for step, item in zip(steps, items(node), strict=True):
            if step.at is None or clock is None or step.at >= clock:
                clock = clock if step.at is None else step.at
            elif step.kind not in ("event", "return"):
                message = Said("the clock does not run backwards", "时钟不能倒走")
                hint = Said(
                    "only events and returns may be told of an earlier time: they arrive late",
                    "只有 event 和 return 可以写更早的时间：它们是迟到的",
                )
                self.problems.add(item, message, hint)
        return tuple(steps)

    def step(self, number: int, node: Node) -> Step:
        section = Section(node, self.problems, ("at", *VERBS, *_LOOKS), PLANNED_VERBS)
        verbs = [verb for verb in VERBS if verb in section]
        if len(verbs) > 1:
            message = Said(
                f"a step does one thing, not {' and '.join(verbs)}",
                f"一步只做一件事，这里写了 {'、'.join(verbs)}",
            )
            self.problems.add(node, message)
        verb = verbs[0] if verbs else None
        kind, body = self.doing(verb, section) if verb else ("", {})
        step = Step(
            number=number,
            line=node.line,
            at=section.read("advance_to" if verb == "advance_to" else "at", self.moment, None),
            verb=verb,
            kind=kind,
            body=body,
            member=section.read("enrol", self.enrolled, None),
            publication=section.read("publish", self.published, None)
            or section.read("correct", self.corrected, None),
            answer=section.values.get("answer"),
            refused=section.read("refused", text, None),
            replayed=section.read("replayed", lambda said: _said(
                lambda: scalars.boolean(text(said), "")), None),
            expect=section.read("expect", self.expected, {}),
        )  # fmt: skip
        of_once = step.replayed or (step.refused and verb != "enrol")
        unasked = step.answer or (of_once and verb not in AT_THE_DESK)
        if verb not in (*KINDS, "quote") and unasked:
            message = Said(
                "only a step that asks something gets an answer", "提出请求的步骤才有回复"
            )
            self.problems.add(node, message)
        return step

    def doing(self, verb: Verb, section: Section) -> tuple[str, Mapping[str, Raw]]:
        if verb == "quote":
            inner = Section(section.values["quote"], self.problems, KINDS, PLANNED_VERBS)
            if len(inner.values) != 1:
                self.problems.add(
                    inner.node, Said("a quote holds one verb", "一次试算只写一个动作")
                )
                return "", {}
            kind, node = next(iter(inner.values.items()))
        elif verb in (*KINDS, *AT_THE_DESK):
            kind, node = verb, section.values[verb]
        else:
            return "", {}
        body = plain(node)
        if not isinstance(body, Mapping):
            self.problems.add(node, NO_MAPPING)
            return kind, {}
        return kind, body

    def enrolled(self, node: Node) -> Member:
        if not isinstance(node, nodes.Mapping) or "member" not in node.values:
            raise Wrong(
                Said("name the member who joins: {member: ann}", "请写明加入的会员：{member: ann}")
            )
        values = {name: value for name, value in node.values.items() if name != "member"}
        rest = nodes.Mapping(node.keys, values, node.line, node.column, node.path)
        rest.keys.pop("member")
        return self.member(text(node.values["member"]), rest)

    def published(self, node: Node) -> Publication:
        return self.publications.publication(node, self.moment)

    def corrected(self, node: Node) -> Publication:
        return self.publications.correction(node, self.moment)

    def expected(self, node: Node) -> dict[str, Node]:
        if not isinstance(node, nodes.Mapping):
            raise Wrong(
                Said(
                    "must be a mapping of members to what is expected of them",
                    "须是会员及其预期结果组成的映射",
                )
            )
        return dict(node.values)


def plain(node: Node) -> Raw:
    """A tree as written: text, lists and mappings; an unquoted null or nothing is None."""
    if isinstance(node, Scalar):
        return None if node.text in ("", "null", "~") and not node.quoted else node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {name: plain(value) for name, value in node.values.items()}


def _as_written(node: Node) -> Mapping[str, Raw]:
    written = plain(node)
    return written if isinstance(written, Mapping) else {}


def _said(read: Callable[[], T]) -> T:
    try:
        return read()
    except Malformed as malformed:
        raise Wrong(Said(malformed.en, malformed.zh)) from None
