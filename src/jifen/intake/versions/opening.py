"""Programmes at work: created from a document, opened from the database, given new versions."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import psycopg

from jifen.db.adapting import cursor
from jifen.db.copying import copy_rows
from jifen.db.round_trips import Cursor
from jifen.db.statements import statements
from jifen.db.tables import PROGRAMME_VERSION
from jifen.engine.compile import Engine, Version
from jifen.ids import new_id
from jifen.instants import NEVER, local_day_of, start_of_day
from jifen.intake.clock import real_now
from jifen.intake.judging.award_terms import AwardTerms
from jifen.intake.versions.deeds import note_deed
from jifen.intake.versions.looking_at_more import looks_at_more
from jifen.intake.versions.lot_terms import lot_terms
from jifen.intake.versions.of_rules import OfRules
from jifen.intake.versions.promises import promises_of
from jifen.intake.versions.succeeding import compiled
from jifen.ledger.terms import CurrencyTerms
from jifen.programme.loading import load
from jifen.programme.model import Programme
from jifen.programme.point_terms import Extension

SQL = statements(Path(__file__).with_name("opening.sql"))


class UnknownProgramme(LookupError):
    """There is no programme of that name in this database."""


class ProgrammeExists(ValueError):
    """A programme of that name exists already; the name."""


class VersionRow(NamedTuple):
    """A row of programme_version."""

    revision: int
    effective_from: int
    effective_until: int
    recorded_at: int
    actor: str
    document: str
    digest: bytes

    @property
    def corrects(self) -> bool:
        """Whether it changes what had been judged before it was recorded."""
        return self.revision > 1 and self.effective_from < self.recorded_at

    @property
    def stands(self) -> bool:
        """Whether it holds for good: one that corrects a period of the past ends with it."""
        return self.effective_until == NEVER

    def compilable(self) -> Version:
        """The version as the engine compiles it."""
        document = load(self.document, f"version {self.revision}")
        return Version(self.revision, self.effective_from, document, self.effective_until)


@dataclass(frozen=True)
class OpenProgramme(OfRules):
    """A programme at work: its newest document, all versions compiled, and its clock.

    `test_now` is the travelled clock of a test programme, None for real time. `corrections` are the versions
    that change the past: (revision, effective from), oldest first.
    """

    programme_id: uuid.UUID
    slug: str
    zone: ZoneInfo
    programme: Programme
    engine: Engine
    terms: dict[int, dict[int, CurrencyTerms]]  # by revision, then currency number
    awarding: dict[int, AwardTerms]  # by revision
    funders: tuple[str, ...]  # who pays for points, behind the numbers 1, 2, …
    revision: int
    test_now: int | None
    corrections: tuple[tuple[int, int], ...] = ()
    extensions: Mapping[str, tuple[Extension, ...]] = field(default_factory=dict)  # by currency

    @cached_property
    def confirming(self) -> frozenset[str]:
        """The event types that confirm the points of other events, in any version."""
        return frozenset().union(*(terms.confirming for terms in self.awarding.values()))

    @cached_property
    def forgives(self) -> bool:
        """Whether a currency forgives what cannot be taken back, in any version."""
        return any(one.overdraft.ceiling for of in self.terms.values() for one in of.values())

    @cached_property
    def ordered(self) -> frozenset[str]:
        """The rewards that are fulfilled by orders, in every version: they stay, and so does that."""
        rewards = ((one.id, one.reward) for one in self.programme.rewards)
        return frozenset(id for id, reward in rewards if reward and reward.handed_out.fulfil)

    @cached_property
    def tells_sooner(self) -> bool:
        """Whether what lets points live longer may bring a notice of them nearer: the long one of the later end, where
        only the short one of the sooner end was left."""
        return any(
            one.extensions and len({promise.days for promise in one.notices}) > 1
            for one in self.terms[self.revision].values()
        )

    @cached_property
    def budgeted(self) -> frozenset[str]:
        """The rules that have a budget, in any version."""
        rules = (rule for plan in self.engine.plans.values() for rule in plan.rules)
        return frozenset(rule.id for rule in rules if rule.budget is not None)

    @cached_property
    def stocked(self) -> frozenset[str]:
        """The rewards that are counted, in any version."""
        every = (one for of in self.terms.values() for one in of.values())
        return frozenset(one.id for one in every if one.reward and one.reward.handed_out.stock)

    @cached_property
    def sets(self) -> dict[str, frozenset[str]]:
        """The sets of any version, with all rewards that were ever a part of each."""
        found: dict[str, set[str]] = {}
        for of in self.terms.values():
            for one in of.values():
                parts = one.reward.cost.parts if one.reward else ()
                if parts:
                    found.setdefault(one.id, set()).update(part.reward for part in parts)
        return {id: frozenset(parts) for id, parts in found.items()}

    @cached_property
    def limited_for_all(self) -> bool:
        """Whether all members together may have only so many of a reward, in any version."""
        rewards = (one.reward for of in self.terms.values() for one in of.values())
        return any(reward.cost.limits_for_all for reward in rewards if reward)

    @cached_property
    def scales_of_components(self) -> dict[str, int]:
        """How many decimals the points of each component keep, by its name; the newest version first."""
        names, scales = self.engine.currencies, self.programme.scales
        found: dict[str, int] = {}
        for plan in reversed(self.engine.plans.values()):
            for slot in plan.slots:
                found.setdefault(slot.name, scales[names[slot.currency]])
        return found

    def currency_number(self, currency: str) -> int:
        """The number of a currency of this programme; ValueError for another."""
        return self.engine.currencies.index(currency)

    def terms_at(self, instant: int) -> dict[int, CurrencyTerms]:
        """The terms by currency number of the version in force at an instant."""
        return self.terms[self.engine.plan_at(instant).revision]


def now_of(programme: OpenProgramme) -> int:
    """The programme's present: its travelled clock, else the real time."""
    return real_now() if programme.test_now is None else programme.test_now


def create_programme(
    connection: psycopg.Connection[Any],
    document: str,
    *,
    slug: str | None = None,
    test_now: int | None = None,
    now: int,
    actor: str,
) -> OpenProgramme:
    """A new programme whose first version holds from the beginning of time.

    Raises ProgrammeError for a document that does not hold, NotPublishable for one that cannot be compiled,
    ProgrammeExists for a taken slug.
    """
    programme = load(document, "programme")
    name = slug or programme.id
    programme_id = new_id(now)
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme_id": programme_id, "slug": name, "timezone": programme.timezone}
        values |= {"money": programme.money, "test_now": test_now, "now": now}
        if sql.execute(SQL["insert_programme"], values).fetchone() is None:
            raise ProgrammeExists(name)
        append_version(sql, programme_id, [], (1, 0, NEVER, now, actor, document))
        note_deed(sql, programme_id, "publish", "1", actor=actor, now=now)
        return open_programme(connection, name)  # what does not compile is not kept


def open_programme(connection: psycopg.Connection[Any], slug: str) -> OpenProgramme:
    """The programme of this slug with all its versions. Raises UnknownProgramme."""
    with cursor(connection) as sql:
        found = sql.execute(SQL["programme_by_slug"], {"slug": slug}).fetchone()
        if found is None:
            raise UnknownProgramme(slug)
        programme_id, name, test_now = found
        versions = read_versions(sql, programme_id)
    return _opened(programme_id, name, test_now, versions)


def unstored(document: str, now: int) -> OpenProgramme:
    """A programme of one version that stands in no database, at an instant: for trials. Raises ProgrammeError, or
    NotPublishable where it cannot be compiled."""
    row = VersionRow(1, 0, NEVER, 0, "nobody", document, b"")
    return _opened(uuid.UUID(int=0), load(document, "programme").id, now, [row])


def ask_for_newest(sql: Cursor, programme: OpenProgramme) -> None:
    """Ask ahead for what `refreshed` will look at."""
    sql.ahead(SQL["newest_revision"], {"programme_id": programme.programme_id})


def refreshed(sql: Cursor, programme: OpenProgramme) -> OpenProgramme:
    """The programme as the transaction sees it: read again where another process has published since, and at the time
    to which one may have moved its travelled clock."""
    rows = sql.rows(SQL["newest_revision"], {"programme_id": programme.programme_id})
    if not rows:
        raise UnknownProgramme(programme.slug)
    revision, test_now = rows[0]
    if revision == programme.revision:
        moved = test_now != programme.test_now
        return replace(programme, test_now=test_now) if moved else programme
    versions = read_versions(sql, programme.programme_id)
    return _opened(programme.programme_id, programme.slug, test_now, versions)


def read_versions(sql: psycopg.Cursor[Any], programme_id: uuid.UUID) -> list[VersionRow]:
    """The timeline of a programme as it is stored, oldest version first."""
    rows = sql.execute(SQL["versions"], {"programme_id": programme_id})
    return [VersionRow(*row) for row in rows]


def standing(versions: Sequence[VersionRow]) -> VersionRow:
    """The newest version that holds for good."""
    return [version for version in versions if version.stands][-1]


def compiled_with(
    rows: Sequence[VersionRow], draft: Programme, since: int, until: int = NEVER
) -> Engine:
    """What stands, and a draft from an instant until another behind it. Raises NotPublishable."""
    drafted = Version(rows[-1].revision + 1, since, draft, until)
    return compiled([*(row.compilable() for row in rows), drafted])


def set_test_clock(
    connection: psycopg.Connection[Any], programme: OpenProgramme, to: int
) -> OpenProgramme:
    """Move the travelled clock forward, without doing what is due. ValueError if it runs on real time or
    would go back."""
    with connection.transaction(), cursor(connection) as sql:
        values = {"programme_id": programme.programme_id, "to": to}
        if sql.execute(SQL["set_test_clock"], values).fetchone() is None:
            raise ValueError("only the clock of a test programme travels, and only forward")
    return replace(programme, test_now=to)


def append_version(
    sql: psycopg.Cursor[Any],
    programme_id: uuid.UUID,
    before: Sequence[VersionRow],
    version: tuple[int, int, int, int, str, str],
) -> None:
    """A row of the timeline behind the others: all columns of a version but its digest."""
    digest = version_digest(before[-1].digest if before else bytes(32), programme_id, version)
    copy_rows(
        sql, PROGRAMME_VERSION, [PROGRAMME_VERSION.pack(programme_id.bytes, *version, digest)]
    )
    documents = [load(text, "") for text in (*(row.document for row in before), version[5])]
    currencies = list(
        dict.fromkeys(currency.id for document in documents for currency in document.currencies)
    )
    numbers = list(range(len(currencies)))
    values = {"programme_id": programme_id, "numbers": numbers, "ids": currencies}
    sql.execute(SQL["insert_currencies"], values)
    *earlier, newest = documents
    if before and looks_at_more(newest, earlier, earlier[before.index(standing(before))]):
        zone, since = ZoneInfo(newest.timezone), max(version[1], version[3])
        midnight = start_of_day(local_day_of(since, zone), zone)
        values = {"programme_id": programme_id, "midnight": midnight, "since": since}
        sql.execute(SQL["look_at_everybody"], values)


def version_digest(before: bytes, programme_id: uuid.UUID, version: tuple[Any, ...]) -> bytes:
    """sha256(digest of the version before ‖ this version's columns in the binary COPY encoding)."""
    return hashlib.sha256(
        before + PROGRAMME_VERSION.pack(programme_id.bytes, *version, b"")
    ).digest()


def _opened(
    programme_id: uuid.UUID, slug: str, test_now: int | None, rows: Sequence[VersionRow]
) -> OpenProgramme:
    versions = [row.compilable() for row in rows]
    engine = compiled(versions)
    newest = versions[rows.index(standing(rows))].programme
    zone = ZoneInfo(newest.timezone)
    promises = promises_of(rows, [version.programme for version in versions])
    promised = lot_terms(engine, newest, zone, promises)
    corrections = tuple((row.revision, row.effective_from) for row in rows if row.corrects)
    return OpenProgramme(
        programme_id,
        slug,
        zone,
        newest,
        engine,
        promised.terms,
        promised.awarding,
        promised.funders,
        versions[-1].revision,
        test_now,
        corrections,
        promised.extensions,
    )
