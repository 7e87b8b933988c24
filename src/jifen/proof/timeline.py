"""The versions of a programme, and what they were compiled to at each revision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from jifen.db.statements import statements
from jifen.engine.compile import compile_timeline
from jifen.intake.judging.history import Sql
from jifen.intake.versions.opening import (
    OpenProgramme,
    VersionRow,
    read_versions,
    refreshed,
    version_digest,
)
from jifen.intake.versions.publishing import PUBLISHING_NOTICE_MICROSECONDS
from jifen.intake.versions.unseen import unseen_by, without
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.problems import ProgrammeError
from jifen.proof.differences import Difference
from jifen.proof.showing import at
from jifen.proof.slices import MemberRow

SQL = statements(Path(__file__).with_name("timeline.sql"))


@dataclass(slots=True)
class Timeline:
    """The programme as it was at any of its revisions: a member is judged as of its own."""

    programme: OpenProgramme
    versions: list[VersionRow]
    _as_of: dict[int, OpenProgramme] = field(default_factory=dict)

    def as_of(self, revision: int) -> OpenProgramme:
        """The programme compiled from its versions up to a revision. LookupError if there is no such."""
        if revision == self.programme.revision:
            return self.programme
        known = self._as_of.get(revision)
        if known is None:
            if revision not in {version.revision for version in self.versions}:
                raise LookupError(f"revision {revision}")
            engine = compile_timeline(
                [row.compilable() for row in self.versions if row.revision <= revision]
            )
            known = replace(self.programme, engine=engine, revision=revision)
            self._as_of[revision] = known
        return known

    def of_member(self, member: MemberRow) -> OpenProgramme:
        """The programme by which a member was judged last: at its revision; who is merged perhaps under a later one,
        but without what corrected the past since that revision."""
        known = self.in_layout(member, member.generation) if self.unseen_by(member) else None
        return known or self.as_of(member.revision)

    def unseen_by(self, member: MemberRow) -> frozenset[int]:
        """The corrections without which a member is judged."""
        at, merged = member.last_occurred_at, member.merged
        return unseen_by(self.programme, member.revision, at, merged=merged)

    def in_layout(self, member: MemberRow, generation: int) -> OpenProgramme | None:
        """The programme as it judged a member when states had this layout; None if they never had."""
        unseen = self.unseen_by(member)
        until = self.programme.revision if unseen else member.revision
        found = self._of_generation(generation, until)
        return without(found, unseen) if found else None

    def _of_generation(self, generation: int, until_revision: int) -> OpenProgramme | None:
        for version in reversed(self.versions):
            if version.revision <= until_revision:
                programme = self.as_of(version.revision)
                if programme.engine.layout.generation == generation:
                    return programme
        return None

    @property
    def beginnings(self) -> frozenset[int]:
        """From when on each version has been in force, as far as anybody could know."""
        return frozenset(max(row.effective_from, row.recorded_at) for row in self.versions)

    @property
    def doubts(self) -> tuple[int, ...]:
        """By how much sooner or later than recorded a batch may have looked at the versions, the likeliest first."""
        if len(self.versions) == 1:
            return (0,)
        slack = 1 if self.programme.test_now is not None else PUBLISHING_NOTICE_MICROSECONDS
        return (0, -slack, slack)

    def known_at(self, instant: int) -> OpenProgramme:
        """The programme as whoever looked at it at an instant found it."""
        known = (row.revision for row in self.versions if row.recorded_at <= instant)
        return self.as_of(max(known, default=1))

    def possible(self, revision: int, recorded_at: int) -> bool:
        """Whether a batch recorded at an instant may have worked under a revision.

        A version is known to every batch that begins after it was recorded; no batch lasts longer than the
        notice with which versions are published.
        """
        slack = PUBLISHING_NOTICE_MICROSECONDS
        known = [row.revision for row in self.versions if row.recorded_at <= recorded_at - slack]
        knowable = [row.revision for row in self.versions if row.recorded_at <= recorded_at + slack]
        return max(known, default=1) <= revision <= max(knowable, default=1)

    def in_force_at(self, instant: int) -> Iterator[Programme]:
        """The documents that a batch recorded at an instant may have gone by, the newest first."""
        for version in reversed(self.versions):
            if self.possible(version.revision, instant):
                yield self.as_of(version.revision).engine.plan_at(instant).programme


def read_timeline(sql: Sql, programme: OpenProgramme) -> Timeline:
    """The versions as they are stored, and the programme as they make it: somebody may have published since."""
    versions = read_versions(sql, programme.programme_id)
    without_gaps = [row.revision for row in versions] == [*range(1, len(versions) + 1)]
    published = without_gaps and len(versions) > programme.revision  # gaps are a difference to tell
    return Timeline(refreshed(sql, programme) if published else programme, versions)


def timeline_differences(sql: Sql, timeline: Timeline) -> Iterator[Difference]:
    """What is wrong with versions, zone, money and the numbers of currencies."""
    programme_id = timeline.programme.programme_id
    digest = bytes(32)
    for number, version in enumerate(timeline.versions, start=1):
        digest = version_digest(digest, programme_id, version[:6])
        if version.revision != number or version.digest != digest:
            yield Difference(
                check="version",
                where=at(version=version.revision),
                recorded=version.digest.hex()[:16],
                derived=digest.hex()[:16],
            )
        try:
            load(version.document, f"version {version.revision}")
        except ProgrammeError as error:
            yield Difference(
                check="version", where=at(version=version.revision), derived=str(error)
            )
    values = {"programme_id": programme_id}
    stored = sql.execute(SQL["zone_and_money"], values).fetchall()
    document = timeline.programme.programme
    if stored != [(document.timezone, document.money)]:
        yield Difference(
            check="zone_and_money",
            recorded=", ".join(" ".join(row) for row in stored),
            derived=f"{document.timezone} {document.money}",
        )
    numbers = sql.execute(SQL["currencies"], values).fetchall()
    derived = list(enumerate(timeline.programme.engine.currencies))
    if numbers != derived:
        shown = [
            ", ".join(f"{number} {name}" for number, name in each) for each in (numbers, derived)
        ]
        yield Difference(check="currencies", recorded=shown[0], derived=shown[1])
