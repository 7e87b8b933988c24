"""What is known of a member: at one with the journal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from jifen.instants import LONG_AGO
from jifen.intake.gathering.enrolling import NewMember
from jifen.intake.gathering.facts import REFERRER, with_absorbed, without_absorbed
from jifen.intake.relations.between import COUNTERPART
from jifen.proof.differences import Difference
from jifen.proof.journal import Asked
from jifen.proof.showing import entries_shown, moment_shown, yes_or_no
from jifen.proof.slices import MemberRow
from jifen.proof.timeline import Timeline

_decode_member: Final = msgspec.json.Decoder(NewMember).decode
_decode: Final = msgspec.json.Decoder().decode

_OWN_DEEDS: Final = frozenset(
    {
        "event",
        "opening",
        "spend",
        "redeem",
        "use",
        "spin",
        "hold",
        "transfer",
        "exchange",
        "adjust",
        "settle",
    }
)
_TIES: Final = frozenset({"merge", "claim", "unmerge"})


def known_differences(
    member: MemberRow, asked: list[Asked], timeline: Timeline
) -> Iterator[Difference]:
    """Joining, facts, frozen and revision, as the journal has them."""
    who, zone = member.external_id, timeline.programme.zone
    if not asked or asked[0].kind != "enrol":
        yield Difference(check="joining", member=who)
        return
    joined = _decode_member(asked[0].body)
    if (joined.id, joined.joined_at) != (member.external_id, member.joined_at):
        yield Difference(
            check="joining",
            member=who,
            recorded=moment_shown(member.joined_at, zone).of(member.external_id),
            derived=moment_shown(joined.joined_at, zone).of(joined.id),
        )
    known, frozen = FactsKnown(), False
    for command in asked:
        known.hear(command)
        if command.kind == "freeze" and command.applied:
            frozen = _decode(command.body)["frozen"]
    if msgspec.json.encode(known.facts) != member.facts:
        recorded, derived = entries_shown(_decode(member.facts), known.facts)
        yield Difference(
            check="facts",
            member=who,
            recorded=recorded,
            derived=derived,
        )
    if known.since != member.facts_since:
        yield Difference(
            check="facts",
            member=who,
            recorded=moment_shown(member.facts_since, zone),
            derived=moment_shown(known.since, zone),
        )
    if member.merged != _is_merged(asked):
        yield Difference(check="merged", member=who, recorded=yes_or_no(member.merged))
    if member.counts_from != _counts_from(asked):
        yield Difference(
            check="merged",
            member=who,
            recorded=moment_shown(member.counts_from, zone),
            derived=moment_shown(_counts_from(asked), zone),
        )
    if frozen != member.frozen:
        yield Difference(
            check="frozen", member=who, recorded=yes_or_no(member.frozen), derived=yes_or_no(frozen)
        )
    if not _is_possible(member, timeline, asked):
        yield Difference(check="revision", member=who, recorded=str(member.revision))


def _is_possible(member: MemberRow, timeline: Timeline, asked: list[Asked]) -> bool:
    """Whether a member may stand at their revision: by the last command, or by a later correction that changed nothing
    of theirs, which leaves no command; who is merged, by an earlier one, where later corrections are not seen."""
    recorded_at = asked[-1].recorded_at
    if timeline.unseen_by(member):
        return any(timeline.possible(member.revision, one.recorded_at) for one in asked)
    recorded = {version.revision: version.recorded_at for version in timeline.versions}
    return timeline.possible(member.revision, recorded_at) or (
        member.revision in recorded
        and any(
            revision <= member.revision
            and since <= member.last_occurred_at
            and recorded.get(revision, recorded_at) > recorded_at
            for revision, since in timeline.programme.corrections
        )
    )


class FactsKnown:
    """What the journal has said of a member until now, command by command."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}
        self._since: dict[str, int] = {}

    @property
    def since(self) -> int:
        """When the last of them began to hold."""
        return max(self._since.values(), default=LONG_AGO)

    def hear(self, command: Asked) -> None:
        """The next command of the journal."""
        if command.kind == "enrol":
            self.facts |= _decode_member(command.body).facts
        elif command.kind == "set_fact" and command.applied:
            body = _decode(command.body)
            name = body["name"]
            if command.occurred_at >= self._since.get(name, LONG_AGO):
                self.facts[name], self._since[name] = body["value"], command.occurred_at
        elif command.kind == "refer" and command.applied:
            self.facts[REFERRER] = command.answer.referrer
        elif command.kind == COUNTERPART and command.applied:
            self.facts = united(self.facts, command)


def united(facts: dict[str, Any], command: Asked) -> dict[str, Any]:
    """What is known behind a counterpart: who was merged into the member."""
    if command.key.startswith(("counterpart/merge/", "counterpart/claim/")):
        return with_absorbed(facts, (_decode(command.body)["member"], *command.answer.along))
    if command.key.startswith("counterpart/unmerge/"):
        return without_absorbed(facts, (_decode(command.body)["of"], *command.answer.along))
    return facts


def _is_merged(asked: list[Asked]) -> bool:
    """Whether the last word is that the member was merged. Nothing is done by itself who is merged, but what those
    above hear of as well."""
    merged = False
    for command in asked:
        if command.kind in _OWN_DEEDS and merged and command.answer.moved is None:
            return False
        if command.kind in _TIES and command.applied:
            merged = command.kind != "unmerge"
    return merged


def _counts_from(asked: list[Asked]) -> int:
    """Since when the events of a claimed guest come along; long ago for everybody else."""
    last = next((one for one in reversed(asked) if one.kind in _TIES and one.applied), None)
    return LONG_AGO if last is None or last.answer.counts_from is None else last.answer.counts_from
