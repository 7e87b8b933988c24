"""Publishing: a document becomes the next version, and one that is not yet in force is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from jifen.db.adapting import cursor
from jifen.engine.compile import in_force
from jifen.instants import LONG_AGO, NEVER, moment_of
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.opening import (
    SQL,
    OpenProgramme,
    VersionRow,
    append_version,
    open_programme,
    read_versions,
    standing,
)
from jifen.intake.versions.raising import raised_too_soon
from jifen.intake.versions.succeeding import NotPublishable, check_same_programme
from jifen.programme.loading import load
from jifen.wording import Said

PUBLISHING_NOTICE_MICROSECONDS = 60_000_000


class PublishedMeanwhile(Exception):
    """The newest version is another than whoever publishes has looked at; its revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the newest version is {revision}")
        self.revision = revision


class UnknownVersion(LookupError):
    """There is no version of this number."""


class _Timeline(NamedTuple):
    """What stands, under lock: all versions, when the next one may begin, and until when events were judged."""

    versions: list[VersionRow]
    earliest: int
    judged_until: int

    @property
    def next_free(self) -> int:
        """The first instant from which on nothing stands in the way of another version."""
        return max(self.earliest, self.judged_until + 1)


def apply_version(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    document: str,
    *,
    effective_from: int | None = None,
    against: int | None = None,
    now: int,
    actor: str,
) -> OpenProgramme:
    """Append a version, in force from `effective_from` (default and earliest: 60 s from now; on a travelled
    clock: now; and always after the last event that was judged, which keeps its judgement, and where a reward becomes
    dearer after the notice that is promised of it).
    Raises ProgrammeError or NotPublishable, and PublishedMeanwhile where the newest revision is not the one that it was
    planned `against`; a document that stands by then already changes nothing."""
    draft = load(document, "programme")
    check_same_programme(programme.programme, draft)
    with connection.transaction(), cursor(connection) as sql:
        timeline = _locked(sql, programme, now)
        versions, newest = timeline.versions, standing(timeline.versions)
        if _stands_by(newest, document, effective_from, now):
            return open_programme(connection, programme.slug)
        _check_looked_at(versions, against)
        since = timeline.next_free if effective_from is None else effective_from
        why = _in_the_way(timeline, programme, document, since)
        why = why or raised_too_soon(versions, draft, since, now, programme.zone)
        if why is not None:
            raise NotPublishable(why)
        revision = versions[-1].revision + 1
        version = (revision, since, NEVER, now, actor, document)
        append_version(sql, programme.programme_id, versions, version)
        note_deed(sql, programme.programme_id, "publish", str(revision), actor=actor, now=now)
        return open_programme(connection, programme.slug)  # what does not compile is not kept


def withdraw_version(
    connection: psycopg.Connection[Any],
    programme: OpenProgramme,
    revision: int,
    *,
    against: int | None = None,
    now: int,
    actor: str,
) -> OpenProgramme:
    """Take back a version that is not yet in force: what stood before it is published again, and never gives way to it.
    Withdrawn once more it changes nothing.

    Raises UnknownVersion, NotPublishable where it is too late or another follows it, and PublishedMeanwhile."""
    with connection.transaction(), cursor(connection) as sql:
        timeline = _locked(sql, programme, now)
        versions = timeline.versions
        named = next((one for one in versions if one.revision == revision), None)
        if named is None:
            raise UnknownVersion(revision)
        if (successor := replaced_by(versions, named)) is not None:
            if versions[successor - 1].document == named.document:
                raise NotPublishable(
                    Said(
                        f"version {successor} has taken its place with the same document: withdraw that one",
                        f"第 {successor} 版以同一份文档取代了它：请撤回第 {successor} 版",
                    )
                )
            return open_programme(connection, programme.slug)
        _check_looked_at(versions, against)
        if named.effective_from <= timeline.next_free:
            raise NotPublishable(
                Said(
                    f"version {revision} is in force, or about to be: publish another instead",
                    f"第 {revision} 版已经或即将生效：请改为发布新版本",
                )
            )
        if named is not standing(versions):
            last = standing(versions).revision
            raise NotPublishable(
                Said(
                    f"version {last} is to follow it: withdraw that one first",
                    f"第 {last} 版定于其后生效：请先撤回第 {last} 版",
                )
            )
        before = _standing_before(versions, named.effective_from)
        running = [one.effective_until for one in versions if not one.stands]  # corrections
        since = max(timeline.next_free, before.effective_from, *running)
        back = (versions[-1].revision + 1, since, NEVER, now, actor, before.document)
        append_version(sql, programme.programme_id, versions, back)
        note_deed(sql, programme.programme_id, "withdraw", str(revision), actor=actor, now=now)
        return open_programme(connection, programme.slug)


def replaced_by(versions: Sequence[VersionRow], version: VersionRow) -> int | None:
    """The revision that took the place of a version before it came into force; None if none did."""
    held = {revision for _, revision in in_force(versions)}
    if version.revision in held:
        return None
    return next((
        one.revision for one in versions
        if one.revision in held and one.revision > version.revision
        and one.stands and one.recorded_at < version.effective_from
    ), None)  # fmt: skip


def _locked(sql: psycopg.Cursor[Any], programme: OpenProgramme, now: int) -> _Timeline:
    """Publishing is one at a time."""
    values = {"programme_id": programme.programme_id, "now": now}
    sql.execute(SQL["lock_programme"], values)
    versions = read_versions(sql, programme.programme_id)
    judged = sql.execute(SQL["judged_until"], values).fetchone()
    notice = PUBLISHING_NOTICE_MICROSECONDS if programme.test_now is None else 0
    judged_until = LONG_AGO if judged is None or judged[0] is None else judged[0]
    return _Timeline(versions, now + notice, judged_until)


def _check_looked_at(versions: Sequence[VersionRow], against: int | None) -> None:
    if against not in (None, versions[-1].revision):
        raise PublishedMeanwhile(versions[-1].revision)


def _stands_by(newest: VersionRow, document: str, since: int | None, now: int) -> bool:
    """Whether a document stands already as it is asked for: from that instant on, or in force before it."""
    if newest.document != document:
        return False
    begins = newest.effective_from
    return since is None or since == begins or begins <= min(since, now)


def _in_the_way(
    timeline: _Timeline, programme: OpenProgramme, document: str, since: int
) -> Said | None:
    """Why a document cannot be in force from an instant on; None if it can."""
    if since < timeline.earliest:
        return Said(
            "a version takes effect 60 seconds from now at the earliest",
            "新版本最早在 60 秒后生效",
        )
    if since <= timeline.judged_until:
        return Said(
            "events of that moment have been judged: publish for a later one",
            "那一时刻的事件已经计算过：请选更晚的时刻发布",
        )
    newest = standing(timeline.versions)
    at = moment_of(max(newest.effective_from, 0), programme.zone)
    number, begins = newest.revision, f"{at:%Y-%m-%d %H:%M}"
    if newest.document == document and newest.effective_from > timeline.earliest:
        return Said(
            f"version {number} is this very document, to be in force from {begins}: withdraw it, "
            "to publish it for another moment",
            f"第 {number} 版就是这份文档，定于 {begins} 生效：要改生效时刻，请先撤回该版",
        )
    if since < newest.effective_from:
        return Said(
            f"version {number} is to be in force from {begins}: publish for later, or withdraw it",
            f"第 {number} 版定于 {begins} 生效：请选更晚的时刻，或先撤回该版",
        )
    return None


def _standing_before(versions: Sequence[VersionRow], instant: int) -> VersionRow:
    """What holds for good until an instant."""
    held = [versions[revision - 1] for begins, revision in in_force(versions) if begins < instant]
    return [one for one in held if one.stands][-1]
